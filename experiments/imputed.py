"""Imputed data: how far national results move when imputed values move within their ranges.

Two designs, both on the baseline. One column at a time: all its imputed cells at their lower
bounds, all at their upper ones, and each drawn from its own range, every world beside the world of
the same seed with the shipped data. All at once: every column drawn, beside what the seed alone
makes of the shipped data. Run it with ``python -m experiments.imputed --markdown docs/imputed.md``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from agents.declare import InputError
from experiments.scorecard.arithmetic import estimate
from experiments.scorecard.fact import NONE
from experiments.shared_out import Progress, shared_out, write_page
from experiments.uncertain import FOLLOWING, altered, columns_read, uncertain
from model.scenario import read_scenario
from model.statistics import LEAST_AGENTS
from model.tables import REST, load
from model.talent_market import TalentMarket

SHOWN = ("KOR", "JPN", "USA", "CHN", "IND")
FIRST_YEAR, LAST_YEAR = 2019, 2023
NET, STOCK, PAY, WORLD = "net", "stock", "pay", "mean absolute net rate"
MOST_SEEDS, MOST_WORKERS = 1000, 256
MOVES = ("low", "high", "drawn")
HALF = 1.96  # half-width of a 95 % interval, in standard errors

Results = dict[str, float]


class Task(NamedTuple):
    """One world: which columns are moved, how, and with what luck."""

    columns: tuple[str, ...]
    move: str
    seed: int
    persons_per_agent: float
    last_year: int


def results_of(task: Task) -> Results:
    """National results of one world by name.

    ``net XXX``: inflow less outflow per 10,000 of the work force, mean of the years; ``stock XXX``
    (persons) and ``pay XXX`` (USD of 2024 a year) at the end of the last year; ``WORLD``: net moves
    of all years over the stocks lived, absolute, mean over named countries, % a year.
    """
    data = altered(task.columns, task.move, task.seed) if task.columns else load()
    market = TalentMarket(
        "baseline", seed=task.seed, persons_per_agent=task.persons_per_agent,
        until=f"{task.last_year}-12", data=data,
    )  # fmt: skip
    market.run_until(f"{task.last_year}-12")
    years = [str(year) for year in range(FIRST_YEAR, task.last_year + 1)]
    table = market.national()
    rows = table[table["period"].isin([str(FIRST_YEAR - 1), *years])]
    wide = rows.pivot(index="period", columns=["measure", "country"], values="value")
    found: Results = {}
    for code in SHOWN:
        found[f"{NET} {code}"] = float(wide["net_per_10k_workforce"][code].loc[years].mean())
        found[f"{STOCK} {code}"] = float(wide["stock"][code].iloc[-1])
        found[f"{PAY} {code}"] = float(wide["mean_pay"][code].iloc[-1])
    # the same countries in every world: those with agents enough in the shipped data
    shipped = load()
    named = [
        code for code, stock in zip(shipped.countries, shipped.country["stock"], strict=True)
        if code != REST and stock >= LEAST_AGENTS * task.persons_per_agent
    ]  # fmt: skip
    net = wide["net"][named].loc[years].sum()
    lived = wide["stock"][named].shift().loc[years].sum()
    found[WORLD] = float((100.0 * net.abs() / lived.clip(lower=1.0)).mean())
    return found


def movable() -> tuple[str, ...]:
    """Columns with imputed cells that the model reads."""
    country, read = load().country, columns_read()
    return tuple(name for name in uncertain() if name not in country or name in read)


def one_at_a_time(columns: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Every column with the moves that have a meaning for it."""
    for name in columns:
        for move in MOVES:
            if move == "drawn" or uncertain()[name].together:
                yield name, move


class Found(NamedTuple):
    """All worlds: those with shipped data by seed, each move by seed, and the draws of all."""

    shipped: list[Results]
    moved: dict[tuple[str, str], list[Results]]
    drawn: list[Results]
    persons_per_agent: float
    last_year: int


def imputed(
    persons_per_agent: float = 50.0, seeds: int = 4, draws: int = 24, workers: int = 2,
    progress: Progress | None = None, columns: Sequence[str] | None = None,
    last_year: int = LAST_YEAR,
) -> Found:
    """Run both designs.

    Parameters
    ----------
    persons_per_agent
        Scale of each world.
    seeds
        Paired seeds of the first design, 1 to so many.
    draws
        Worlds of the second design, and worlds with the shipped data beside them.
    workers
        Processes; results do not depend on them.
    progress
        Called after each world with the worlds done and the worlds in all.
    columns
        Those to move; all that are imputed and read where nothing is said.
    last_year
        Year that the worlds end with.

    Raises
    ------
    InputError
        A number that cannot be used.
    """
    for name, value, least, most in (
        ("seeds", seeds, 2, MOST_SEEDS), ("draws", draws, 2, MOST_SEEDS),
        ("workers", workers, 1, MOST_WORKERS),
    ):  # fmt: skip
        if not least <= value <= most:
            raise InputError("out of range", key=name, value=value, allowed=f"{least} to {most}")
    scale = float(persons_per_agent)
    read_scenario("baseline").with_changes(persons_per_agent=scale)
    names = tuple(columns) if columns is not None else movable()

    def task(moved: tuple[str, ...], move: str, seed: int) -> Task:
        return Task(moved, move, seed, scale, last_year)

    shipped = [task((), "shipped", seed) for seed in range(1, max(seeds, draws) + 1)]
    single = list(one_at_a_time(names))
    tasks = shipped + [
        task((name,), move, seed) for name, move in single for seed in range(1, seeds + 1)
    ]
    # the range of entrants repeats that of stocks, which they follow
    together = tuple(name for name in names if name != FOLLOWING)
    tasks += [task(together, "drawn", seed) for seed in range(1, draws + 1)]
    results = shared_out(results_of, tasks, workers, progress)
    first = len(shipped)
    moved = {
        key: results[first + place * seeds : first + (place + 1) * seeds]
        for place, key in enumerate(single)
    }
    drawn = results[first + len(single) * seeds :]
    return Found(results[:first], moved, drawn, scale, last_year)


# Tables --------------------------------------------------------------------------------------


def relative(outcome: str) -> bool:
    """Whether a change is told in per cent of the level with the shipped data."""
    return outcome.split()[0] in (STOCK, PAY)


def effects(found: Found) -> pd.DataFrame:
    """The first design: change of each result by column and move, with its 95 % interval.

    Returns
    -------
    DataFrame
        ``column``, ``move``, ``outcome``, ``change``, ``half`` (of the interval over paired seeds);
        stock and pay in per cent. For the move ``drawn``, where up and down cancel, ``change`` is
        the root mean square of the changes and ``half`` blank.
    """
    rows = []
    for (column, move), worlds in found.moved.items():
        for outcome in worlds[0]:
            level = float(np.mean([world[outcome] for world in found.shipped]))
            unit = 100.0 / level if relative(outcome) else 1.0
            changes = [
                unit * (world[outcome] - base[outcome])
                for world, base in zip(worlds, found.shipped, strict=False)
            ]
            mean, half = estimate([(change, 1.0) for change in changes])
            if move == "drawn":
                mean, half = float(np.sqrt(np.mean(np.square(changes)))), NONE
            rows.append((column, move, outcome, mean, half))
    return pd.DataFrame(rows, columns=["column", "move", "outcome", "change", "half"])


def spreads(found: Found) -> pd.DataFrame:
    """The second design: standard deviations over seeds, over draws, and what the data add.

    Returns
    -------
    DataFrame
        By ``outcome``: ``mean`` and ``seeds`` (deviation) with the shipped data, ``draws``
        (deviation with drawn data), ``data`` (root of the difference of the variances, not below
        nought), with bounds ``low`` and ``high`` of 95 % as for normal results.
    """
    rows = []
    for outcome in found.shipped[0]:
        base = np.array([world[outcome] for world in found.shipped])
        drawn = np.array([world[outcome] for world in found.drawn])
        luck, both = float(np.var(base, ddof=1)), float(np.var(drawn, ddof=1))
        error = HALF * np.sqrt(2.0 * luck**2 / (base.size - 1) + 2.0 * both**2 / (drawn.size - 1))
        unit = 100.0 / base.mean() if relative(outcome) else 1.0
        low, data, high = np.sqrt(np.maximum(both - luck + error * np.array([-1.0, 0, 1.0]), 0))
        deviations = unit * np.array([np.sqrt(luck), np.sqrt(both), data, low, high])
        rows.append((outcome, float(base.mean()), *deviations.tolist()))
    columns = ["outcome", "mean", "seeds", "draws", "data", "low", "high"]
    return pd.DataFrame(rows, columns=columns).set_index("outcome")


def number(value: float) -> str:
    """A figure with a sign and about two digits, or a dash."""
    if np.isnan(value):
        return "–"
    size = abs(value)
    text = f"{size:.0f}" if size >= 100 else f"{size:.1f}" if size >= 10 else f"{size:.2f}"
    return ("−" if value < 0 else "") + text


def to_markdown(found: Found, workers: int = 2) -> str:
    """Both designs as a page."""
    seeds = len(next(iter(found.moved.values())))
    draws = len(found.drawn)
    command = (
        f"python -m experiments.imputed --persons-per-agent {found.persons_per_agent:g} "
        f"--seeds {seeds} --draws {draws} --workers {workers}"
    )
    table, spread = effects(found), spreads(found)
    parts = [
        "# What imputed data do to the results", "",
        f"Made by `{command} --markdown docs/imputed.md`.", "", _intro(found, seeds, draws), "",
        "## All columns at once", "", _about_spreads(), "", _spread_table(spread), "",
        "## One column at a time", "", _about_effects(seeds), "",
    ]  # fmt: skip
    for what, title in (
        (NET, "Net inflow per 10,000 of the work force, mean of the years"),
        (STOCK, "Stock at the end, %"), (PAY, "Mean pay at the end, %"),
    ):  # fmt: skip
        outcomes = [f"{what} {code}" for code in SHOWN] + ([WORLD] if what == NET else [])
        parts += [f"### {title}", "", _effect_table(table, spread, outcomes), ""]
    parts += ["## Ranges", "", _ranges(found)]
    return "\n".join(parts) + "\n"


def _intro(found: Found, seeds: int, draws: int) -> str:
    return (
        f"Baseline {FIRST_YEAR} to {found.last_year} at {found.persons_per_agent:g} persons an "
        "agent; seeds count from 1. Cells that no source reports move within their ranges of "
        "95 %; cells "
        "that a source reports, the visa schemes and the parameters stay. Entrants follow stocks "
        "and growth, from which they were made; their own range, which repeats that of the stock, "
        "is moved in the first design only. Stocks at the opening are lower where drawn growth is "
        "higher, since they were cast back by it. Parameters and amenity are not fitted anew to "
        "moved data, so part of what shows here would be taken up by a new fit. Errors of "
        "different cells are taken as independent where drawn and as one where moved together; "
        "the truth "
        f"lies between. {seeds} paired seeds a move, {draws} draws of all columns."
    )


def _about_spreads() -> str:
    return (
        "Standard deviations: over seeds with the shipped data, over draws (each with a seed of "
        "its own), and what the data add, the root of the difference of the two variances with "
        "its 95 % interval. Stock and pay in per cent of the mean."
    )


def _about_effects(seeds: int) -> str:
    return (
        "Change against the world of the same seed with the shipped data. *Low* and *high*: all "
        f"imputed cells at their lower or upper bounds, mean of {seeds} seeds with the half-width "
        "of its 95 % interval (Student), bold where the interval leaves out nought; of twenty "
        "changes that are nought one is bold by luck. *Drawn*: each cell on its own, root mean "
        "square of the changes; the line *seed alone* says what two worlds of different seeds "
        "differ by, a bound on what luck can do to a drawn line."
    )


def _spread_table(spread: pd.DataFrame) -> str:
    lines = ["| result | mean, shipped data | over seeds | over draws | from the data | interval |",
             "| --- | --- | --- | --- | --- | --- |"]  # fmt: skip
    for outcome, row in spread.iterrows():
        unit = " %" if relative(str(outcome)) else ""
        mean = f"{row['mean']:,.0f}" if unit else number(row["mean"])
        cells = [f"{number(row[name])}{unit}" for name in ("seeds", "draws", "data")]
        lines.append(
            f"| {outcome} | {mean} | {' | '.join(cells)} | "
            f"{number(row['low'])} to {number(row['high'])}{unit} |"
        )
    return "\n".join(lines)


def _effect_table(table: pd.DataFrame, spread: pd.DataFrame, outcomes: Sequence[str]) -> str:
    heads = [outcome.split()[-1] if outcome != WORLD else f"{WORLD}, %" for outcome in outcomes]
    lines = [f"| column | move | {' | '.join(heads)} |", "| --- " * (len(heads) + 2) + "|"]
    alone = [number(float(np.sqrt(2.0)) * spread.loc[name, "seeds"]) for name in outcomes]
    lines.append(f"| *seed alone* | – | {' | '.join(alone)} |")
    cells = {
        (row["column"], row["move"], row["outcome"]): row for row in table.to_dict("records")
    }
    for column, move in dict.fromkeys(zip(table["column"], table["move"], strict=True)):
        texts = [_effect(cells[column, move, outcome]) for outcome in outcomes]
        lines.append(f"| `{column}` | {move} | {' | '.join(texts)} |")
    return "\n".join(lines)


def _effect(row: Mapping[str, object]) -> str:
    change, half = float(str(row["change"])), float(str(row["half"]))
    if np.isnan(half):
        return number(change)
    bold = "**" if abs(change) > half else ""
    return f"{bold}{number(change)}{bold} ± {number(half)}"


def _ranges(found: Found) -> str:
    lines = ["| column | cells that move | ranges from |", "| --- | --- | --- |"]
    known = uncertain()
    for name in dict.fromkeys(column for column, _ in found.moved):
        lines.append(f"| `{name}` | {known[name].cells:,} | {known[name].basis} |")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run both designs and print or write the page."""
    parser = argparse.ArgumentParser(description="move imputed data and watch national results")
    parser.add_argument("--persons-per-agent", type=float, default=50.0)
    parser.add_argument("--seeds", type=int, default=4, help="paired seeds of each move")
    parser.add_argument("--draws", type=int, default=24, help="draws of all columns at once")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--markdown", type=Path, help="write the page there, else print it")
    chosen = parser.parse_args(arguments)

    def progress(done: int, total: int) -> None:
        if sys.stderr.isatty():
            print(f"\r{done} of {total} worlds", end="", file=sys.stderr, flush=True)

    try:
        found = imputed(chosen.persons_per_agent, chosen.seeds, chosen.draws, chosen.workers,
                        progress)  # fmt: skip
    except InputError as fault:
        parser.error(str(fault))
    write_page(to_markdown(found, chosen.workers), chosen.markdown)


if __name__ == "__main__":
    main()
