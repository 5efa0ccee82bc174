"""How able the AI people of each country are, from its part in the authors of large conferences."""

from __future__ import annotations

import math
from pathlib import Path
from statistics import NormalDist

from model.data.build.common import (
    NORMAL_95,
    REST_OF_WORLD,
    Cell,
    fit,
    leave_one_out_error,
    predicted,
)
from model.data.build.evidence import OPENING_YEAR, Evidence, stock_rows

DAMPING, DAMPING_ERROR = 0.5, 0.2  # part of the gap among authors that is ability, assumption
HEADS = 10_000.0  # AI people to whom leading universities are related
PRECISION = 60  # halvings when the level of unlisted countries is looked for
WIDEST = 5.0  # standard deviations; no country lies farther from the others
STANDARD = NormalDist()
Known = dict[tuple[str, str], Cell]


def author_gaps(raw: Path, evidence: Evidence, known: Known) -> dict[str, tuple[float, float, str]]:
    """Country → (gap of its authors in standard deviations, error, method).

    Authors are taken for the people above one bar of a normal standing that is the same for all
    countries; the gap is how much higher the country's mean stands than that of the world.
    """
    order = [*evidence.core, REST_OF_WORLD]
    stock = {country: known[country, "stock"].value for country in order}
    listed = {c: evidence.conference_authors[c] for c in order if c in evidence.conference_authors}
    world = stock_rows(raw, "authors at 21 AI conferences, persons")["WLD"]
    bar = STANDARD.inv_cdf(world / sum(stock.values()))
    found = {}
    for country, authors in listed.items():
        share = authors / stock[country]
        # a per cent more or less of stock moves the gap by share over density
        step = share / STANDARD.pdf(STANDARD.inv_cdf(share)) * stock_error(known, country)
        found[country] = STANDARD.inv_cdf(share) - bar, step, "authors_probit"
    line = {country: universities(known, country) for country in order}
    columns = [[line[country] for country in listed]]
    target = [found[country][0] for country in listed]
    slope, error = fit(columns, target), leave_one_out_error(columns, target)
    rest = [country for country in order if country not in listed]
    raw_gaps = {country: predicted(slope, [line[country]]) for country in rest}
    level = unlisted_level(raw_gaps, stock, bar, world - sum(listed.values()), min(listed.values()))
    for country, gap in raw_gaps.items():
        most = STANDARD.inv_cdf(min(min(listed.values()) / stock[country], 0.5)) - bar
        found[country] = min(gap + level, most), error, "authors_unlisted"
    return found


def unlisted_level(
    gaps: dict[str, float], stock: dict[str, float], bar: float, authors: float, most: float
) -> float:
    """What to add to the gaps of unlisted countries so that they have the authors left over.

    No unlisted country has more authors than the last one listed.
    """
    low, high = -WIDEST, WIDEST
    for _ in range(PRECISION):
        level = (low + high) / 2.0
        total = sum(
            min(most, stock[country] * STANDARD.cdf(bar + gap + level))
            for country, gap in gaps.items()
        )
        low, high = (level, high) if total < authors else (low, level)
    return (low + high) / 2.0


def universities(known: Known, country: str) -> float:
    """Log of leading universities for so many AI people, plus one."""
    leading = known[country, "top100_universities"].value
    return math.log1p(HEADS * leading / known[country, "stock"].value)


def stock_error(known: Known, country: str) -> float:
    """Standard error of the log of a country's stock, from its range."""
    cell = known[country, "stock"]
    assert cell.low is not None and cell.high is not None
    return math.log(cell.high / cell.low) / (2.0 * NORMAL_95)


def ability_cells(raw: Path, evidence: Evidence, known: Known) -> list[Cell]:
    """Shift of the standing of each country's AI people, mean zero over the stock."""
    gaps = author_gaps(raw, evidence, known)
    stock = {country: known[country, "stock"].value for country in gaps}
    mean = sum(stock[c] * gap for c, (gap, _, _) in gaps.items()) / sum(stock.values())
    found = []
    for country, (gap, error, method) in gaps.items():
        step = NORMAL_95 * math.hypot(DAMPING * error, DAMPING_ERROR * (gap - mean))
        shift = DAMPING * (gap - mean)
        found.append(Cell(country, "ability_shift", shift, "imputed", shift - step, shift + step,
                          OPENING_YEAR, "elementai2019;rankings;assumption", method))  # fmt: skip
    return found
