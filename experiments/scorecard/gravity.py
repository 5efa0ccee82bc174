"""Rows 14 and 15: moves by distance, diaspora and age."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from agents.employers import MONTHS
from experiments.scorecard.arithmetic import poisson_regression
from experiments.scorecard.fact import NONE, Fact, Pairs
from experiments.scorecard.lives import FIRST_YEAR, LAST_YEAR, Life
from experiments.scorecard.theme import Theme
from experiments.scorecard.watches import AGE_BANDS
from model.statistics import LEAST_AGENTS

LITERATURE, VACCARIO = "gravity literature", "Vaccario et al. 2020"


def _facts() -> Iterator[Fact]:
    yield Fact("distance", 14, "distance elasticity, networks held", "", -0.5, -0.7, -0.3,
               "by hand", LITERATURE,
               "Poisson regression of 2019–2025 on distance, stocks, language, diaspora")
    yield Fact("diaspora", 14, "diaspora elasticity (persons)", "", 0.4, 0.25, 0.55, "by hand",
               LITERATURE,
               "diaspora: AI people born in the origin who live in the destination at the opening",
               "with visa barriers off it is 0.5: schemes hold people back most on the corridors "
               "with large diasporas; a larger weight of compatriots lowers it, since they hold "
               "people at home, too")
    yield Fact("distance_alone", 15, "distance elasticity, networks left out", "", NONE, -2.0,
               0.0, "by hand", VACCARIO, "range: the sign alone")
    yield Fact("age_slope", 15, "log hazard of a move for ten years of age", "", NONE, -2.0, 0.0,
               "by hand", VACCARIO, "range: the sign alone; from the four bands shown")
    for low, high in AGE_BANDS:
        name = f"{low} to {high - 1}" if low and high < 100 else (
            f"under {high}" if not low else f"{low} or older")
        yield Fact(f"age{low}", 15, f"aged {name} who change country, % a year", "", NONE, NONE,
                   NONE, "by hand", "shown for the slope")


def _measure(life: Life) -> Pairs:
    return _gravity(life) | _ages(life)


def _gravity(life: Life) -> Pairs:
    """Flows on distance, stocks and language, with diaspora and without."""
    tables, named = life.market.tables, life.named
    pairs = named[:, None] & named[None, :] & ~np.eye(named.size, dtype=bool)
    if pairs.sum() < LEAST_AGENTS:
        return {}
    moves = life.between(FIRST_YEAR, LAST_YEAR)[pairs]
    mass = np.log(np.maximum(life.stocks.mean(axis=0), 1.0))
    origin, destination = np.broadcast_to(mass[:, None], pairs.shape), np.broadcast_to(
        mass[None, :], pairs.shape)
    plain = np.column_stack([
        np.ones(moves.size), np.log(tables.distance_km[pairs]), origin[pairs], destination[pairs],
        tables.common_language[pairs],
    ])  # fmt: skip
    held = np.column_stack([plain, np.log1p(life.diaspora[pairs])])
    alone, together = poisson_regression(moves, plain), poisson_regression(moves, held)
    return {
        "distance": (float(together[1]), 1.0), "diaspora": (float(together[5]), 1.0),
        "distance_alone": (float(alone[1]), 1.0),
    }  # fmt: skip


def _ages(life: Life) -> Pairs:
    """Moves across borders by age."""
    moved, lived, ages = life.ages.sums
    pairs = {
        f"age{low}": (100.0 * MONTHS * float(moved[number]), float(lived[number]))
        for number, (low, _) in enumerate(AGE_BANDS)
    }
    slope = NONE
    if (lived >= LEAST_AGENTS * MONTHS).all() and moved.sum() >= LEAST_AGENTS:
        design = np.column_stack([np.ones(len(AGE_BANDS)), ages / lived / 10.0])
        slope = float(poisson_regression(moved, design, np.log(lived))[1])
    return pairs | {"age_slope": (slope, 1.0)}


THEME = Theme(tuple(_facts()), _measure)
