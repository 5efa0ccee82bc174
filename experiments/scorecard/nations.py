"""Row 4: net moves of Korea and Japan, and what the fit years say of all countries."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from experiments.scorecard.fact import NONE, Fact, Pairs
from experiments.scorecard.lives import FIRST_YEAR, Life
from experiments.scorecard.theme import Theme
from model.statistics import LEAST_AGENTS
from model.tables import read_rows

F64 = NDArray[np.float64]
AI_INDEX = "OECD and AI Index; editions differ by as much as the figure"
EDITIONS = 0.3  # the gap between editions for Korea's 2023, rounded up
SINGLE = {"KOR2019": ("Korea 2019", -0.49), "KOR2023": ("Korea 2023", -0.30),
          "JPN2020": ("Japan 2020", 0.69), "JPN2023": ("Japan 2023", 0.54)}  # fmt: skip
TARGETS = "model/data/mobility.csv, net_target"
# Reasons of misses, from runs held against their inputs. Published figures are turned into shares
# of AI people by AI talent as a share of the work force.
KOREA = (
    "amenity is fitted to a balance of -0.0006 ± 0.0036 of AI people a year (2015–2019), where "
    "this figure asks for -0.006 in 2019 and -0.004 in 2023; the simulated balance rises over the "
    "years, more than half of it by arrivals from India, few of whom go back"
)
JAPAN = (
    "amenity is fitted to a balance of -0.0013 ± 0.0024 of AI people a year (2015–2019), where "
    "this figure asks for +0.019 in 2020 and +0.015 in 2023: the fit years do not hold it"
)
PRIOR = (
    "amenity is held to its first-order value and within one unit of utility, so not every target "
    "is met"
)


def _facts() -> Iterator[Fact]:
    for key, (name, figure) in SINGLE.items():
        fitted = "fit years" if key == "KOR2019" else "no"
        yield Fact(key, 4, f"net per 10,000 of the work force, {name}", key[3:], figure,
                   figure - EDITIONS, figure + EDITIONS, fitted, AI_INDEX,
                   "range: the gap between editions"
                   + ("; the net target of 2015–2019 covers this year" if fitted != "no" else ""),
                   KOREA if key.startswith("KOR") else JAPAN)
    yield Fact("JPN-KOR", 4, "Japan less Korea 2023, per 10,000", "2023", 0.84, 0.0, 2.0, "no",
               AI_INDEX, "range: the order alone", "see Korea 2023 and Japan 2023")
    yield Fact("targets", 4, "slope of net rates 2019 on fit-year targets",
               "2015–2019", 1.0, 0.7, 1.3, "fit years", TARGETS,
               "weighted by stock, so counting errors of seeds do not draw it to nought; range: "
               "our own yardstick", PRIOR)


def _measure(life: Life) -> Pairs:
    tables = life.market.tables
    net = life.flows.sum(axis=1) - life.flows.sum(axis=2)
    rate = net / np.maximum(life.stocks[:-1], 1.0)
    published = 1e4 * rate * tables.country["ai_concentration"]
    pairs: Pairs = {}
    for key in SINGLE:
        year, row = int(key[3:]) - FIRST_YEAR, tables.index[key[:3]]
        enough = life.stocks[year, row] >= LEAST_AGENTS
        pairs[key] = (float(published[year, row]) if enough else NONE, 1.0)
    pairs["JPN-KOR"] = (pairs["JPN2023"][0] - pairs["KOR2023"][0], 1.0)
    target = mobility_column("net_target", tables.index)
    weight = np.where(life.named, life.stocks[0] * target, 0.0)
    pairs["targets"] = (float((weight * rate[0]).sum()), float((weight * target).sum()))
    return pairs


def mobility_column(name: str, index: dict[str, int]) -> F64:
    """One figure a country of the table of mobility."""
    values = np.zeros(len(index))
    for row in read_rows("mobility.csv"):
        if row["column"] == name:
            values[index[row["country"]]] = float(row["value"])
    return values


THEME = Theme(tuple(_facts()), _measure)
