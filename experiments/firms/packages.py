"""Pay at the top, year by year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from agents.employers import MONTHS
from experiments.firms.findings import Finding
from experiments.firms.worlds import Estimate, mean, ratio
from model.world import World

FIRST = 2021
"""First year that counts: before, hardly anybody has been hired under other competition."""
SHARES = {"top_0.1": 0.001, "top_1": 0.01, "all": 1.0}
COUNTRY = "USA"
BIDDERS = "bidders"
"""Share of the country's jobs, at the opening, with firms that open no posts."""
ABLEST = "ablest"
"""Those at work whose ability is of the world's top 1 per cent: their pay in the middle."""


class PayWatch:
    """Mean quoted pay of the best paid part of people at work in a country, each December."""

    def __init__(self) -> None:
        self._sums = dict.fromkeys((*SHARES, ABLEST), 0.0)
        self._years = 0

    def see(self, world: World) -> None:
        """Take down a year's end."""
        if world.month % MONTHS != MONTHS - 1 or world.month // MONTHS < FIRST:
            return
        people = world.researchers
        here = people.country == world.tables.index[COUNTRY]
        pay = np.sort(people.pay[here & (people.employer >= 0)].astype(np.float64))
        for name, share in SHARES.items():
            self._sums[name] += float(pay[-max(round(share * pay.size), 1) :].mean())
        able = here & (people.employer >= 0) & (people.ability >= world.ability_cuts[1])
        logs = np.log(np.maximum(people.pay[able].astype(np.float64), 1.0))
        self._sums[ABLEST] += float(np.exp(logs.mean())) if logs.size else np.nan
        self._years += 1

    def found(self) -> dict[str, float]:
        """Means over the years, USD."""
        return {name: total / max(self._years, 1) for name, total in self._sums.items()}


Pay = dict[str, float]


def change(without: Sequence[Pay], against: Sequence[Pay], name: str) -> Estimate:
    """Change of the log of pay between pairs of worlds with common luck, per cent, over seeds."""
    return mean(
        100.0 * float(np.log(after[name] / before[name]))
        for after, before in zip(without, against, strict=True)
    )


def table(pay: Mapping[str, Sequence[Pay]]) -> pd.DataFrame:
    """Change of pay by arm and part of the people: ``arm, part, baseline, value, low, high``."""
    rows = []
    for arm, worlds in pay.items():
        if arm != "baseline":
            rows += [
                (arm, name, mean(one[name] for one in pay["baseline"]).value,
                 *change(worlds, pay["baseline"], name)[:3])
                for name in (*SHARES, ABLEST)
            ]  # fmt: skip
    return pd.DataFrame(rows, columns=["arm", "part", "baseline", "value", "low", "high"])


def elasticity(without: Sequence[Pay], against: Sequence[Pay], name: str) -> Estimate:
    """Log change of pay over the share of jobs with firms that bid no more, over seeds."""
    return ratio(
        (float(np.log(after[name] / before[name])), after[BIDDERS])
        for after, before in zip(without, against, strict=True)
    )


def findings(pay: Mapping[str, Sequence[Pay]], removed: str) -> list[Finding]:
    """Pay at the top without a large bidder, without five, and without rival bids."""
    base, fewer, fewest = pay["baseline"], pay["without"], pay["without five"]
    five = "the five largest firms open no posts"
    return [
        Finding("packages", f"pay of the best paid 1 % in the USA, {removed} opens no posts, %",
                change(fewer, base, "top_1"), "", -1, digits=2),
        Finding("packages", f"the same, {five}, %", change(fewest, base, "top_1"), "", -1,
                digits=2),
        Finding("packages", f"pay of the best paid 0.1 %, {five}, %",
                change(fewest, base, "top_0.1"), "", -1, digits=2),
        Finding("packages", f"pay of people of the ablest 1 %, {five}, %",
                change(fewest, base, ABLEST), "", -1, digits=2),
        Finding("packages", "elasticity of pay of the best paid 1 % to the share of jobs with "
                f"firms that bid no more, {five}", elasticity(fewest, base, "top_1"), "", -1,
                digits=2),
        Finding("packages", "pay of the best paid 1 %, one post met a month, so no rival bids, %",
                change(pay["one meeting"], base, "top_1"), "", -1, digits=2),
    ]  # fmt: skip
