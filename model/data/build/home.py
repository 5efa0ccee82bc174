"""How much people are drawn back to where they were born: scholars who return, by origin."""

from __future__ import annotations

import math
from pathlib import Path
from typing import NamedTuple

import numpy as np

from model.data.build import origins
from model.data.build.common import (
    LAST_SCHOLAR_YEAR,
    NORMAL_95,
    REST_OF_WORLD,
    Cell,
    fit,
)
from model.data.build.evidence import Evidence
from model.data.build.mobility import DATABASES, scholar_gross, scholar_moves

YEARS = 7  # last years of moves whose mean is taken
HALVES = "USA"  # returns from here are held against those from everywhere else
Known = dict[tuple[str, str], Cell]


class Abroad(NamedTuple):
    """Scholars by country of birth: who comes home a year and who lives abroad."""

    returns: np.ndarray
    people: np.ndarray

    def rate(self) -> np.ndarray:
        """Log of returns over people abroad; nan where nobody is."""
        somebody = (self.returns > 0) & (self.people > 0)
        found = np.full(self.people.size, np.nan)
        found[somebody] = np.log(self.returns[somebody] / self.people[somebody])
        return found


def abroad(raw: Path, evidence: Evidence, known: Known) -> tuple[Abroad, Abroad]:
    """Returns and people abroad: in the United States, and everywhere else.

    Arrivals count as returns by the native share of the country: where hardly anybody is
    foreign-born, who arrives comes home.
    """
    order = [*evidence.core, REST_OF_WORLD]
    moves = origins.yearly_moves(raw, order)[-YEARS:].mean(axis=0)
    scholars = [evidence.scholars[country] for country in evidence.core]
    scholars.append(evidence.scholars_total - sum(scholars))
    residents, _ = origins.compose(raw, evidence)
    people = np.zeros((len(order), len(order)))
    for row, (country, heads) in enumerate(zip(order, scholars, strict=True)):
        for origin, part in residents[country].items():
            if origin != country:
                people[row, order.index(origin)] = part / origins.WHOLE * heads
    native = np.array([1.0 - known[country, "foreign_share"].value for country in order])
    first = order.index(HALVES)
    returns = moves * native
    return (
        Abroad(returns[first], people[first]),
        Abroad(returns.sum(axis=0) - returns[first], people.sum(axis=0) - people[first]),
    )


def unexplained(rate: np.ndarray, columns: list[np.ndarray]) -> np.ndarray:
    """What a line on some columns leaves of the log rates; nan where there is none."""
    known = np.isfinite(rate)
    line = fit([column[known].tolist() for column in columns], rate[known].tolist())
    return np.asarray(rate - np.column_stack([np.ones(rate.size), *columns]) @ line)


def home_cells(raw: Path, evidence: Evidence, known: Known) -> list[Cell]:
    """What is left of the log return rate after mobility and pay, shrunk, mean nought over people.

    Both of them have their own place in the model. It is shrunk by the correlation of what is left
    of returns from the United States with what is left of those from elsewhere.
    """
    order = [*evidence.core, REST_OF_WORLD]
    named = len(evidence.core)
    halves = abroad(raw, evidence, known)
    whole = Abroad(*(one + other for one, other in zip(*halves, strict=True)))
    bases = [scholar_moves(raw, order, base) for base in DATABASES]
    pay = np.array([real_pay(known, country) for country in evidence.core])
    columns = [scholar_gross(bases).value[:named], pay]
    left = unexplained(whole.rate()[:named], columns)
    one, other = (unexplained(half.rate()[:named], columns) for half in halves)
    both = np.isfinite(one) & np.isfinite(other)
    reliable = max(float(np.corrcoef(one[both], other[both])[0, 1]), 0.0)
    pull = np.append(reliable * left, 0.0)  # nothing is known of the rest of the world
    pull -= np.average(pull, weights=[known[country, "stock"].value for country in order])
    spread = math.sqrt(reliable) * float(np.std(left))
    found = []
    for country, value in zip(order, pull, strict=True):
        rest = country == REST_OF_WORLD
        step = NORMAL_95 * spread * (1.0 if rest else math.sqrt(1.0 - reliable))
        found.append(Cell(
            country, "home_pull", float(value), "imputed", float(value - step),
            float(value + step), LAST_SCHOLAR_YEAR, "scholars;undesa;zeki2025;assumption",
            "home_rest" if rest else "home_returns",
        ))  # fmt: skip
    return found


def real_pay(known: Known, country: str) -> float:
    """Log of pay after tax at purchasing power."""
    pay, tax, level = (
        known[country, column].value for column in ("pay_usd", "tax_rate", "price_level")
    )
    return math.log(pay * (1.0 - tax) / level)
