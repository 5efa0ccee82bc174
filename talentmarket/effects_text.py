"""What ``talentmarket compare`` prints: effects, who gains and who loses, what luck was worth."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from talentmarket.tables import DASH, WIDTH, _wrapped

if TYPE_CHECKING:
    import pandas as pd

    from experiments.compare import Arm, Comparison

UNSURE = "°"
MOST_COUNTRIES, MOST_NAMED = 6, 8
FLOW_HEADS = {
    "net": "net, persons", "inflow": "inflow, persons", "outflow": "outflow, persons",
    "net_per_10k_workforce": "net per 10,000",
}  # fmt: skip
LEVEL_HEADS = {
    "stock": "stock, persons", "mean_pay": "mean pay, USD", "mismatch": "mismatch, share",
}  # fmt: skip
LUCK_HEADS = {"inflow": "inflow", "outflow": "outflow", "net": "net flow", "stock": "stock"}
CELL, YEAR_WIDTH = 22, 11
MOST_PLACES = 6


def effects(comparison: Comparison) -> str:
    """Every policy in turn, then how to read the figures."""
    parts = [_title(comparison)]
    parts += [_policy(comparison, arm) for arm in comparison.policies]
    return "\n\n".join([*parts, _notes(comparison)])


def _title(comparison: Comparison) -> str:
    scenario, seeds = comparison.scenario, comparison.seeds
    pairs = "1 pair" if len(seeds) == 1 else f"{len(seeds)} pairs"
    drawn = ""
    if comparison.draws is not None:
        drawn = f", {len(set(comparison.draws))} draws of parameters"
    return (
        _wrapped(f"{scenario['title']}: {scenario['start']} to {scenario['end']}")
        + f"\n{pairs}{drawn}, {scenario['persons_per_agent']:g} persons per agent"
    )


def _policy(comparison: Comparison, arm: Arm) -> str:
    """Effects of one policy where it acts, its gainers and losers, and the worth of luck."""
    from agents.levers import month_text
    from experiments.compare import reading

    head = _wrapped(f"{arm.name}: {arm.title}") + "\n" + DASH * WIDTH
    month = reading.first_month(comparison, arm)
    years = reading.years_after(comparison, arm)
    if month is None:
        return f"{head}\nChanges nothing; every effect is exactly zero."
    if not years:
        return f"{head}\nChanges nothing before {month_text(month)}; every effect is exactly zero."
    names = _names()
    countries = reading.acting_countries(comparison, arm)
    where = ", ".join(names.get(country, country) for country in countries)
    head += "\n" + _wrapped(
        f"From {month_text(month)} in {where}; against {comparison.against.name}."
    )
    parts = [head]
    for country in countries[:MOST_COUNTRIES]:
        table = reading.main_effects(comparison, arm, country)
        parts.append(_country(names.get(country, country), table, years))
    if len(countries) > MOST_COUNTRIES:
        parts.append(f"The other {len(countries) - MOST_COUNTRIES} countries: see effects.parquet.")
    parts.append(_shifts(comparison, arm, countries, names))
    luck = reading.worth_of_common_luck(comparison, arm)
    if luck["variance_ratio"].notna().any():
        parts.append(_luck(luck, years))
    return "\n\n".join(parts)


def _country(name: str, table: pd.DataFrame, years: Sequence[str]) -> str:
    """A sentence on the sums, then effects by year: flows with their sum, then levels."""
    from experiments.compare.reading import SUM

    cells = {(row["measure"], row["period"]): row for row in table.to_dict("records")}
    span = years[0] if len(years) == 1 else f"{years[0]}{DASH}{years[-1]}"
    sentence = f"{name}, {span}: " + "; ".join(
        _in_words(FLOW_HEADS[measure].split(",")[0], cells[measure, SUM])
        for measure in ("net", "inflow", "outflow")
    )
    blocks = []
    for heads, periods in ((FLOW_HEADS, [*years, SUM]), (LEVEL_HEADS, list(years))):
        lines = [" " * YEAR_WIDTH + "".join(f"{head:>{CELL}}" for head in heads.values())]
        for period in periods:
            row = "".join(f"{_cell(cells[measure, period]):>{CELL}}" for measure in heads)
            lines.append(f"{period:{YEAR_WIDTH}}{row}".rstrip())
        blocks.append("\n".join(lines))
    return _wrapped(sentence + ".") + "\n" + "\n".join(blocks)


def _in_words(what: str, cell: Mapping[str, float]) -> str:
    """An effect with its interval, or that there is none to be seen."""
    text = _number(cell)
    if cell["low"] == cell["high"] == 0:
        return f"{what} unchanged"
    return f"{what} not distinguishable ({text})" if _unsure(cell) else f"{what} {text} persons"


def _cell(cell: Mapping[str, float]) -> str:
    """Effect ± half-width, marked where the interval holds nought."""
    mark = UNSURE if _unsure(cell) else " "
    return f"{_number(cell)}{mark}"


def _unsure(cell: Mapping[str, float]) -> bool:
    """Whether the interval holds nought; what is the same in every pair is sure."""
    return bool(cell["low"] <= 0 <= cell["high"]) and cell["low"] < cell["high"]


def _number(cell: Mapping[str, float]) -> str:
    """Effect ± half-width with two figures of the half-width, whole from 1 on."""
    effect, half = cell["effect"], cell["high"] - cell["effect"]
    if math.isnan(effect):
        return DASH
    size = float(half if half > 0 else abs(effect))
    places = 0
    if 0 < size < 10:
        places = min(1 - math.floor(math.log10(size)), MOST_PLACES)
    if effect == half == 0:
        return "0"
    width = DASH if math.isnan(half) else f"{half:,.{places}f}"
    rounded: float = round(float(effect), places) + 0.0  # no "-0"
    return f"{rounded:+,.{places}f} ± {width}"


# Gainers, losers, luck -----------------------------------------------------------------------


def _shifts(
    comparison: Comparison, arm: Arm, countries: Sequence[str], names: Mapping[str, str]
) -> str:
    """The countries whose stock at the end differs beyond luck, and from whom a gain is drawn."""
    from experiments.compare import reading

    moved = reading.shifts(comparison, arm)
    named = moved[moved["beyond_luck"]]
    title = f"Stock at the end of {comparison.last_year}, persons:"
    if len(comparison.seeds) == 1:
        return f"{title} one pair cannot tell gains from luck."
    if not moved["effect"].any():
        return f"{title} unchanged everywhere."
    if named.empty:
        return _wrapped(f"{title} no country of {len(moved)} differs beyond luck.")
    lines = [title]
    for word, part in (
        ("more in", named[named["effect"] > 0]),
        ("less in", named[named["effect"] < 0].iloc[::-1]),
    ):
        if len(part):
            shown = [
                f"{names.get(row['country'], row['country'])} {_number(row)} "
                f"({100 * row['relative']:+.2f} %)"
                for row in part.head(MOST_NAMED).to_dict("records")
            ]
            rest = len(part) - len(shown)
            shown += [f"and {rest} more"] if rest > 0 else []
            lines.append(_wrapped(f"{word} " + "; ".join(shown), "    ", "  "))
    drawn = reading.drawn_from(moved, countries)
    if len(drawn):
        shares = ", ".join(
            f"{100 * row['share']:.0f} % {names.get(row['country'], row['country'])}"
            for row in drawn.head(MOST_NAMED).to_dict("records")
        )
        other = 100 * (1 - float(drawn["share"].sum()))
        lines.append(_wrapped(
            f"of the gain where the policy acts: {shares}; the other {other:.0f} % cannot be told "
            "from luck, country by country", "    ", "  ",
        ))  # fmt: skip
    return "\n".join(lines)


def _luck(table: pd.DataFrame, years: Sequence[str]) -> str:
    """The variance ratio by years since the change beside its bound."""
    measures = list(dict.fromkeys(table["measure"]))
    width = (WIDTH - 2 * YEAR_WIDTH) // len(measures)
    lines = [
        "Variance ratio (bound; moves changed):",
        f"{'year':{YEAR_WIDTH}}{'years since':{YEAR_WIDTH}}"
        + "".join(f"{LUCK_HEADS[measure]:>{width}}" for measure in measures),
    ]
    cells = {(row["measure"], row["years"]): row for row in table.to_dict("records")}
    for place, year in enumerate(years):
        shown = "".join(f"{_ratio(cells[measure, place]):>{width}}" for measure in measures)
        lines.append(f"{year:{YEAR_WIDTH}}{place:<{YEAR_WIDTH}}{shown}".rstrip())
    return "\n".join(lines)


def _ratio(row: Mapping[str, float]) -> str:
    """The ratio, its bound and the size of the change that the bound belongs to."""
    if math.isnan(row["variance_ratio"]):
        return DASH
    bound = DASH if not math.isfinite(row["bound"]) else _figure(row["bound"])
    return f"{_figure(row['variance_ratio'])} ({bound}; {100 * row['relative_effect']:.1f}%)"


def _figure(ratio: float) -> str:
    """A ratio to one decimal, from a hundred on to none: columns have room for four signs."""
    return f"{ratio:.{1 if ratio < 100 else 0}f}"


def _notes(comparison: Comparison) -> str:
    """How to read the figures."""
    holds = "luck over seeds"
    if comparison.draws is not None:
        holds = "luck over seeds and the parameters drawn"
    notes = [
        f"Effects are with the policy less without it, in pairs of worlds with the same luck. ±: "
        f"half-width of the 95 % interval over {len(comparison.seeds)} pairs, which holds {holds}. "
        f"{UNSURE} not distinguishable: the interval holds nought."
    ]
    if not str(comparison.scenario["end"]).endswith("-12"):
        notes.append(f"{comparison.last_year} ends with {comparison.scenario['end']}.")
    if len(comparison.seeds) > 1:
        notes.append(
            "Gainers and losers: since all countries are looked at, a difference must be larger "
            "than in one country by itself; at most 5 % of those named are expected to be luck "
            "(Benjamini and Hochberg). Variance ratio: what pairs of independent luck would need "
            "in numbers for one pair of common luck; the bound is what perfect common luck would "
            "give for an effect of that size."
        )
    return "\n".join(map(_wrapped, notes))


def _names() -> Mapping[str, str]:
    from model.tables import country_names

    return country_names()
