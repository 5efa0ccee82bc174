"""Row 7: where people who left their country of birth live ten years later."""

from __future__ import annotations

from collections.abc import Iterator

from experiments.scorecard.fact import Fact, Pairs
from experiments.scorecard.lives import LAST_YEAR, SOAK_YEAR, Life
from experiments.scorecard.theme import Theme
from model.statistics import LEAST_AGENTS

FIGURES = {"stayed": ("still where they went", 50.0), "home": ("back home", 38.0),
           "onward": ("in a third country", 12.0)}  # fmt: skip
TOLERANCE = {"stayed": 8.0, "home": 8.0, "onward": 5.0}  # points: a secondary account
# Found by runs with one thing changed.
FEW_RETURN = (
    "return does not depend on years abroad, and one in ten posts that people abroad come upon is "
    "at home: at four in ten 15 % are back and 80 % still there, but 3.0 % of all people change "
    "country in a year (row 1); with twice the weight of home 14 % are back"
)


def _facts() -> Iterator[Fact]:
    for key, (words, figure) in FIGURES.items():
        yield Fact(key, 7, f"movers {words} after ten years, %", "2024", figure,
                   figure - TOLERANCE[key], figure + TOLERANCE[key], "no",
                   "Amanzadeh et al. 2024, a secondary account",
                   "first departures of 2019 to 2021 from the country of birth, seen ten years "
                   f"later in a baseline lived on from {LAST_YEAR} to {SOAK_YEAR}, still in the "
                   "profession", FEW_RETURN, least=float(LEAST_AGENTS))


def _measure(life: Life) -> Pairs:
    seen = life.departures
    total = float(seen.stayed + seen.home + seen.onward)
    return {key: (100.0 * getattr(seen, key), total) for key in FIGURES}


THEME = Theme(tuple(_facts()), _measure)
