"""Row 4: net moves of Korea and Japan, and what the fit years say of all countries."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from experiments.scorecard.arithmetic import correlation
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


def _facts() -> Iterator[Fact]:
    for key, (name, figure) in SINGLE.items():
        fitted = "fit years" if key == "KOR2019" else "no"
        yield Fact(key, 4, f"net per 10,000 of the work force, {name}", key[3:], figure,
                   figure - EDITIONS, figure + EDITIONS, fitted, AI_INDEX,
                   "range: the gap between editions"
                   + ("; the net target of 2015–2019 covers this year" if fitted != "no" else ""))
    yield Fact("JPN-KOR", 4, "Japan less Korea 2023, per 10,000", "2023", 0.84, 0.0, 2.0, "no",
               AI_INDEX, "range: the order alone")
    yield Fact("targets", 4, "net rates 2019, correlation with fit-year targets", "2015–2019",
               NONE, 0.7, 1.0, "fit years", TARGETS,
               "range: our own yardstick; countries of at least 30 agents")
    yield Fact("target_signs", 4, "signs of those net rates that are right, %", "2015–2019", NONE,
               80.0, 100.0, "fit years", TARGETS,
               "targets farther from nought than their error; range: our own yardstick")


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
    clear = life.named & (np.abs(target) > mobility_column("net_target_error", tables.index))
    pairs["targets"] = (correlation(rate[0][life.named], target[life.named]), 1.0)
    right = np.sign(net[0][clear]) == np.sign(target[clear])
    pairs["target_signs"] = (100.0 * float(right.sum()), float(right.size))
    return pairs


def mobility_column(name: str, index: dict[str, int]) -> F64:
    """One figure a country of the table of mobility."""
    values = np.zeros(len(index))
    for row in read_rows("mobility.csv"):
        if row["column"] == name:
            values[index[row["country"]]] = float(row["value"])
    return values


THEME = Theme(tuple(_facts()), _measure)
