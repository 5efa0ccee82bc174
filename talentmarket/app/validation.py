"""Validation view: simulated net rates beside those that were published."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from experiments.digest import observations
from model import tables
from talentmarket.app import svg
from talentmarket.app.session import YEAR
from talentmarket.app.snapshot import Snapshot
from talentmarket.app.trajectories import WORKFORCE, values_of

EDGE = 4.0
"""Net rates per 10,000 of the work force up to which the picture reaches."""


class Pair(NamedTuple):
    """One published figure and what the run says of the same year."""

    country: str
    year: int
    observed: float
    edition: str
    simulated: float
    error: float
    """Half-width of the 95 % interval from counting people in agents."""


def pairs(snapshot: Snapshot) -> list[Pair]:
    """Every country and year with a published rate that the run has lived in full."""
    rates = values_of(snapshot, WORKFORCE)
    assert rates is not None
    moves = snapshot.series["inflow"] + snapshot.series["outflow"]
    stock, scale = snapshot.series["stock"], snapshot.persons_per_agent
    found = []
    years = range(-(-snapshot.first_month // YEAR), (snapshot.month + 1) // YEAR)
    for year in years:
        end = year * YEAR + YEAR - 1 - (snapshot.first_month - 1)
        for country, value, edition in published(year):
            if country not in snapshot.countries:
                continue
            place = snapshot.place(country)
            agents = float(moves[end - YEAR + 1 : end + 1, place].sum()) / scale
            error = 1.96 * scale * np.sqrt(agents + 1.0) / max(stock[end - YEAR][place], 1.0)
            error *= 1e4 * snapshot.workforce_share[place]
            found.append(Pair(country, year, value, edition, float(rates[end][place]),
                              float(error)))  # fmt: skip
    return found


@functools.cache
def published(year: int) -> tuple[tuple[str, float, str], ...]:
    """Country, published net rate and edition, one figure a country."""
    rows = observations(tables.observed(), [str(year)])
    return tuple(
        (str(country), float(row["value"]), str(row["edition"]))
        for country, row in rows.iterrows()
    )


def rank_correlation(found: Sequence[Pair]) -> float:
    """Spearman's correlation of published and simulated rates; not a number for fewer than four."""
    known = [pair for pair in found if np.isfinite(pair.simulated)]
    if len(known) < 4:
        return float("nan")
    ranks = [
        _ranks(np.array([getattr(pair, name) for pair in known]))
        for name in ("observed", "simulated")
    ]
    return float(np.corrcoef(ranks[0], ranks[1])[0, 1])


def _ranks(values: np.ndarray) -> np.ndarray:
    """Ranks, those of equals being their mean."""
    below = (values[:, None] > values).sum(axis=1)
    equal = (values[:, None] == values).sum(axis=1)
    return np.asarray(below + (equal - 1) / 2)


def draw(snapshot: Snapshot, chosen: str) -> str:
    """Published against simulated, with the line on which both agree."""
    found = pairs(snapshot)
    size, left, top = 380.0, 70.0, 40.0

    def x(value: float) -> float:
        return left + size * (_within(value) + EDGE) / (2 * EDGE)

    def y(value: float) -> float:
        return top + size * (EDGE - _within(value)) / (2 * EDGE)

    title = "Net rate a year per 10,000 of the work force, simulated against published"
    parts = [svg.words(4, 16, title, size=13, bold=True)]
    for tick in range(-4, 5, 2):
        colour = svg.GREY if tick == 0 else svg.GRID
        parts.append(svg.stroke(x(tick), top, x(tick), top + size, colour))
        parts.append(svg.stroke(left, y(tick), left + size, y(tick), colour))
        parts.append(svg.words(x(tick), top + size + 15, svg.signed(tick), size=10.5,
                               anchor="middle", colour=svg.GREY))  # fmt: skip
        parts.append(svg.words(left - 6, y(tick) + 4, svg.signed(tick), size=10.5, anchor="end",
                               colour=svg.GREY))  # fmt: skip
    parts.append(svg.stroke(x(-EDGE), y(-EDGE), x(EDGE), y(EDGE), svg.INK,
                            "stroke-dasharray='4 4'"))  # fmt: skip
    parts.append(svg.words(left + size / 2, top + size + 32, "published", anchor="middle"))
    parts.append(
        f"<text transform='translate({left - 42} {top + size / 2}) rotate(-90)' font-size='11' "
        "text-anchor='middle'>simulated</text>"
    )
    for pair in found:
        if np.isfinite(pair.simulated):
            parts.append(_point(pair, snapshot, chosen, x, y))
    about = rank_correlation(found)
    side = left + size + 24
    lines = [
        f"{len(found)} published figures so far",
        f"rank correlation {svg.number(about, 2)}",
        "bars: 95 % counting error of this run",
        "dashed: both the same",
        f"beyond ±{EDGE:g}: drawn at the edge",
    ]
    parts += [svg.words(side, top + 20 + 18 * row, line) for row, line in enumerate(lines)]
    return svg.picture(720, top + size + 44, parts, title)


def _within(value: float) -> float:
    """The value, held to the edges of the picture."""
    return min(max(value, -EDGE), EDGE)


def _point(
    pair: Pair, snapshot: Snapshot, chosen: str, x: Callable[[float], float],
    y: Callable[[float], float],
) -> str:
    """One figure with its error and its name."""
    across, up = x(pair.observed), y(pair.simulated)
    colour = svg.BLUE if pair.country == chosen else svg.GREY
    low, high = y(pair.simulated - pair.error), y(pair.simulated + pair.error)
    told = (
        f"{snapshot.name(pair.country)} {pair.year}: published {svg.signed(pair.observed, 2)} "
        f"({pair.edition}), simulated {svg.signed(pair.simulated, 2)} ± "
        f"{svg.number(pair.error, 2)}"
    )
    return (
        f"<g data-code='{pair.country}' style='cursor:pointer'><title>{svg.text_of(told)}</title>"
        + svg.stroke(across, low, across, high, colour, "stroke-width='1.4'")
        + f"<circle cx='{across:.1f}' cy='{up:.1f}' r='4.5' fill='{colour}'/>"
        + svg.words(across + 7, up - 5, f"{pair.country} {pair.year % 100:02d}", size=10,
                    colour=colour)
        + "</g>"
    )  # fmt: skip


def rows(snapshot: Snapshot) -> tuple[Sequence[str], list[list[str]]]:
    """Residuals: simulated less published."""
    header = ("Country", "Year", "Published", "Edition", "Simulated", "± 95 % counting",
              "Residual")  # fmt: skip
    found = [
        [snapshot.name(pair.country), str(pair.year), svg.signed(pair.observed, 2), pair.edition,
         svg.signed(pair.simulated, 2), svg.number(pair.error, 2),
         svg.signed(pair.simulated - pair.observed, 2)]
        for pair in sorted(pairs(snapshot), key=lambda pair: (pair.year, pair.country))
    ]  # fmt: skip
    return header, found


NOTE = (
    "One run against single published figures (AI Index with LinkedIn; one edition a figure, "
    "editions differ). `talentmarket validate` holds many runs to forty facts."
)
