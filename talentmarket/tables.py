"""What the command line prints: the result of a run, and lists of what there is."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from agents.levers import Scheme
    from experiments.record import Record

WIDTH = 100
COUNTRY_WIDTH = 21
MOST_FAULTS = 5
MARKS = "abcdefghijklmnopqrstuvwxyz"
DASH = "–"


def title(record: Record) -> str:
    """What was run, in two lines."""
    manifest = record.manifest
    scenario = manifest["scenario"]
    what = _wrapped(f"{scenario['title']}: {scenario['start']} to {scenario['end']}")
    return (
        f"{what}\nseed {manifest['seed']}, {scenario['persons_per_agent']:g} persons per agent, "
        f"{manifest['agents']:,} agents at the end"
    )


def result(record: Record) -> str:
    """National flows beside observed ones, the world's moves, and how sure one run is of them."""
    from experiments import digest
    from model import tables

    years = digest.full_years(record)
    if not years:
        return "No full calendar year was run; national.parquet holds the months."
    table = digest.by_year(record)
    observed = digest.observations(tables.observed(), years)
    parts = [
        _national(table, observed, years),
        _notes(observed, record),
        _world(table),
    ]
    return "\n\n".join(parts)


def faults(record: Record) -> str:
    """The reviews of governments that led to nothing since a strategy failed; empty if none did."""
    told = record.manifest.get("faults", [])
    if not told:
        return ""
    lines = [f"{fault['month']} {fault['country']}: {fault['message']}" for fault in told]
    more = len(lines) - MOST_FAULTS
    rest = [f"… and {more} more in manifest.json"] if more > 0 else []
    head = f"Strategies of governments failed {len(lines)} times; policy was held there:"
    return "\n".join(_wrapped(line) for line in (head, *lines[:MOST_FAULTS], *rest))


def _national(table: pd.DataFrame, observed: pd.DataFrame, years: list[str]) -> str:
    """The table of countries, largest stock first."""
    from experiments import digest
    from model import tables

    means = digest.averages(table)
    names = tables.country_names()
    marks = _marks(observed)
    span = years[0] if len(years) == 1 else f"{years[0]}{DASH}{years[-1]}"
    reference = observed["period"].mode().iloc[-1] if len(observed) else years[-1]
    head_1 = (
        f"{'':{COUNTRY_WIDTH}}{'stock':>9}  {'persons a year, mean ' + span:^34}"
        f"  {'net per 10,000 of work force':^29}"
    )
    head_2 = (
        f"{'':{COUNTRY_WIDTH}}{'end ' + years[-1]:>9}  {'inflow':>8}{'outflow':>9}{'net':>9}"
        f"{'±':>8}  {'year':>5}{'simulated':>10}{'±':>6}{'observed':>9}"
    )
    lines = [head_1.rstrip(), head_2, DASH * WIDTH]
    for country in digest.countries_to_show(means, observed.index):
        mean = means.loc[country]
        seen = observed.loc[country] if country in observed.index else None
        year = reference if seen is None else str(seen["period"])
        once = table.loc[(year, country)]
        observation = "" if seen is None else f"{seen['value']:+.2f} {marks[seen['edition']]}"
        lines.append(
            f"{_clipped(names.get(country, country)):{COUNTRY_WIDTH}}"
            f"{_count(mean['stock']):>9}  {_count(mean['inflow']):>8}{_count(mean['outflow']):>9}"
            f"{_signed(mean['net']):>9}{_count(mean['net_error']):>8}  {year:>5}"
            f"{_rate(once[digest.RATE]):>10}{_rate(once['rate_error'], sign=False):>6}"
            f"{observation:>11}".rstrip()
        )
    return "\n".join(lines)


def _notes(observed: pd.DataFrame, record: Record) -> str:
    """Which edition an observation comes from, and what the error is and is not."""
    scale = record.manifest["scenario"]["persons_per_agent"]
    editions = ", ".join(f"({mark}) {edition}" for edition, mark in _marks(observed).items())
    notes = [f"Observed: net flow of LinkedIn members from {editions}."] if editions else []
    error = (
        f"±: half-width of a 95 % interval from counting people in agents of {scale:g} persons. "
        "It holds neither the uncertainty of the parameters nor that of the data, and shrinks "
        f"with the square root of the scale: --persons-per-agent {scale / 4:g} halves it and "
        "takes about four times as long."
    )
    return "\n".join(_wrapped(note) for note in [*notes, error])


def _world(table: pd.DataFrame) -> str:
    """How much the world moves and grows, beside what was published."""
    from experiments import digest, figures

    world = digest.world_by_year(table).mean()
    observed = figures.world_observation()
    beside = ""
    if observed is not None:
        beside = f" (observed: {observed['value']:g} %, {observed['edition']})"
    return _wrapped(
        f"World: {world['moves']:.2f} % of all people change country in a year{beside}; "
        f"their number grows by {world['growth']:.1f} % a year."
    )


def _marks(observed: pd.DataFrame) -> dict[str, str]:
    """A letter for each edition that is quoted, most quoted first."""
    return dict(zip(observed["edition"].value_counts().index, MARKS, strict=False))


def _count(value: float) -> str:
    return DASH if np.isnan(value) else f"{value:,.0f}"


def _signed(value: float) -> str:
    return DASH if np.isnan(value) else f"{value:+,.0f}"


def _rate(value: float, *, sign: bool = True) -> str:
    if np.isnan(value):
        return DASH
    return f"{value:+.2f}" if sign else f"{value:.2f}"


def _clipped(text: str, width: int = COUNTRY_WIDTH - 1) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"


def _wrapped(text: str, indent: str = "", first: str = "") -> str:
    return textwrap.fill(
        text, WIDTH, initial_indent=first, subsequent_indent=indent, break_on_hyphens=False
    )


# Scorecard -----------------------------------------------------------------------------------

FACT_WIDTH = 53


def scorecard(frame: pd.DataFrame) -> str:
    """Published facts beside simulated ones; remarks of misses and blanks follow the table."""
    from experiments.scorecard import PARTS, signs, tally

    seeds, scale = frame.attrs["seeds"], frame.attrs["persons_per_agent"]
    head = f"{'':{FACT_WIDTH}}{'published':>9}{'simulated':>10}{'±':>6}{'inside':>7} used"
    lines: list[str] = []
    remarks: list[str] = []
    for part, heading in PARTS.items():
        lines += [heading, head, DASH * WIDTH]
        for row in frame[frame["part"] == part].to_dict("records"):
            lines.append(_fact_line(row, remarks))
        lines += [DASH * WIDTH, tally(frame, part), ""]
    note = (
        f"{seeds} seeds at {scale:g} persons per agent. ±: half-width of a 95 % interval over "
        "seeds, which holds luck alone. inside: whether the mean lies in the range that counts as "
        "met, which the page (--markdown) shows. used: what the figure had to do with setting the "
        "model."
    )
    numbered = [
        _wrapped(reason, "    ", f"[{place}] ") for place, reason in enumerate(remarks, start=1)
    ]
    return "\n".join([*lines, *map(_wrapped, signs(frame)), "", _wrapped(note), *numbered])


def _fact_line(row: Mapping[str, Any], remarks: list[str]) -> str:
    """One fact; the remark of a miss or a blank is added to those that follow the table."""
    from experiments.scorecard import number, verdict

    mark = ""
    if verdict(row["inside"]) != "yes" and not np.isnan(row["low"]):
        reason = row["reason"]
        said = reason in remarks  # facts of one kind share a remark
        remarks += [] if said else [reason]
        mark = f" [{remarks.index(reason) + 1}]"
    name = f"{row['row']} {row['fact']}"
    return (
        f"{name:{FACT_WIDTH}}{number(row['figure']):>9}{number(row['simulated']):>10}"
        f"{number(row['simulated_high'] - row['simulated']):>6}"
        f"{verdict(row['inside']):>7} {row['fitted'] + mark}"
    )


# Lists ---------------------------------------------------------------------------------------


def columns(rows: Sequence[Mapping[str, str]], names: Sequence[str]) -> str:
    """Rows as aligned text; the last column wraps within the width of the page."""
    widths = [max(len(name), *(len(row[name]) for row in rows)) for name in names[:-1]]
    indent = " " * (sum(widths) + 2 * len(widths))
    lines = []
    for row in [dict(zip(names, names, strict=True)), *rows]:
        cells = zip(names, widths, strict=False)
        start = "".join(f"{row[name]:{width}}  " for name, width in cells)
        room = max(WIDTH - len(indent), 30)
        wrapped = textwrap.wrap(row[names[-1]], room, break_on_hyphens=False) or [""]
        lines.append((start + f"\n{indent}".join(wrapped)).rstrip())
    return "\n".join(lines)


def parameter_list(rows: Iterable[Mapping[str, Any]]) -> str:
    """Parameters by group: value, range, unit and what each means."""
    lines: list[str] = []
    group = None
    for row in rows:
        prefix, _, name = row["name"].partition(".")
        if prefix != group:
            lines += ["", prefix] if lines else [prefix]
            group = prefix
        reach = f"{row['low']:g} to {row['high']:g}"
        unit = f" {row['unit']}" if row["unit"] else ""
        lines.append(f"  {name} = {row['value']:g}{unit}   ({reach}; {row['kind']})")
        lines.append(textwrap.indent(textwrap.fill(row["meaning"], WIDTH - 6), " " * 6))
    return "\n".join(lines)


def scheme_list(schemes: Iterable[Scheme]) -> str:
    """Visa schemes with the conditions they set; a condition that is not named is not set."""
    blocks = []
    for scheme in schemes:
        written = {**scheme.as_mapping()}
        start, end = written.pop("valid_from", None), written.pop("valid_to", None)
        when = f", {start or '…'} to {end or '…'}" if start or end else ""
        tier = written.pop("tier")
        part = "" if tier == "main" else f" [{tier}]"
        head = f"{written.pop('id')}{part}: {written.pop('title')} ({written.pop('country')}{when})"
        for name in ("kind", "imputed", "source"):  # in --json, too long here
            written.pop(name, None)
        conditions = "; ".join(f"{name} {_condition(value)}" for name, value in written.items())
        blocks.append(_wrapped(head, "  ") + "\n" + _wrapped(conditions, "    ", "    "))
    return "\n".join(blocks)


def _condition(value: Any) -> str:
    """The value of a scheme's field in words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {points:g}" for name, points in value.items())
    if isinstance(value, list):
        return ", ".join(value)
    return f"{value:,.10g}" if isinstance(value, (int, float)) else f"{value}"

