"""Experience: whether a country fell behind those of its size after a reform, by more than luck."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from model.governments.observation import ERRORS, F64, Observation

PEERS = 12
"""So many countries, those nearest in stock, show what luck does to one of that size; an
assumption, as many as `emulate` looks at."""
BEYOND_LUCK = 2.0
"""Standard deviations among them that are more than luck; the usual 5 %, both sides together."""


def fell_behind(observation: Observation, measure: str, year: int) -> bool:
    """Whether a figure is worse since a year by more than luck explains; in doubt it is not.

    The change from the mean of the published years before the year to that of those after it is
    held against the change in countries of about the same size. Their mean is what would have come
    anyway, their spread what luck does: a placebo test, as with synthetic controls (Abadie et al.
    2010).

    Notes
    -----
    The year itself says nothing, for what is decided in it is not in force throughout.
    """
    years = np.array(observation.years)
    before, after = years < year, years > year
    if not before.any() or not after.any():
        return False
    figures = _comparable(observation, measure)
    change = figures[after].mean(axis=0) - figures[before].mean(axis=0)
    others = change[_of_its_size(observation)]
    return bool(change[observation.row] < others.mean() - BEYOND_LUCK * others.std(ddof=1))


def _comparable(observation: Observation, measure: str) -> F64:
    """A figure such that its change means the same in small and in large countries."""
    if measure.startswith("net"):  # per researcher, of whom there are more in some work forces
        measure = "net_per_10k_researchers"
    figures = observation.statistics[measure]
    return np.log(np.maximum(figures, 1.0)) if measure in ERRORS else figures


def _of_its_size(observation: Observation) -> Sequence[int]:
    """Rows of the countries nearest in stock, the rest of the world left out."""
    stock = np.log(np.maximum(observation.statistics["stock"][-1], 1.0))
    order = np.argsort(np.abs(stock - stock[observation.row]), kind="stable")
    return [int(row) for row in order
            if row != observation.row and observation.countries[row] != "ROW"][:PEERS]  # fmt: skip
