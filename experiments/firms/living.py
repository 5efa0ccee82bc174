"""One world lived once for all questions: what is kept of it, and the worlds that are compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from agents.employers import MONTHS, EmployerKind
from experiments.firms.exits import WATCHED, ExitWatch, matched
from experiments.firms.moves import MoveWatch
from experiments.firms.packages import BIDDERS, COUNTRY, PayWatch
from experiments.firms.prices import simulated
from experiments.firms.review import ALSO_HIRES, STRICTER, everywhere
from experiments.firms.worlds import (
    LAST_YEAR,
    FirmWorld,
    Settings,
    market,
    months,
    sites_of,
    worlds_of,
)
from experiments.shared_out import Progress, shared_out
from model.policy_files import PolicyLike
from model.talent_market import TalentMarket

REMOVED = "Meta"
LARGEST = ("Amazon", "Microsoft", "Google", "Meta", "Apple")
"""The five American firms with most AI people."""
FIT_WEIGHTS = (0.3, 0.6, 1.5)
"""Beside the default; within the declared range."""
ALIKE = 2.6
"""Draws of which the best fits as matches do on average; the best of 2 fitted 0.17 s.d. less."""


FOR_ALL = {"bidding.fit_ability": 0.0, "search.slope_ability": 0.0}
"""Fit counts as much for everybody, however able."""


class Arm(NamedTuple):
    """One sort of world; arms share their luck seed by seed."""

    title: str
    settings: Settings
    policies: tuple[PolicyLike, ...] = ()
    without: tuple[str, ...] = ()


ARMS: Mapping[str, Arm] = {
    "baseline": Arm("default", {}),
    **{f"fit {weight:g}": Arm(f"weight of fit {weight:g}", {"bidding.fit_weight": weight})
       for weight in FIT_WEIGHTS},
    # as many draws for all are alike only where fit counts as much for all
    "alike": Arm("fit drawn alike", {"deals.fit_draws": ALIKE, **FOR_ALL}),
    "people alone": Arm("fit counts for people alone, able or not", {
        "worth.match_worth": 0.0, **FOR_ALL,
    }),
    "stricter": Arm("stricter review of acquisitions", {}, (STRICTER,)),
    "both": Arm("review of both", {}, (STRICTER, ALSO_HIRES)),
    "stricter everywhere": Arm("the same, every country and price", {}, (everywhere(STRICTER),)),
    "both everywhere": Arm("review of both, every country and price", {},
                           (everywhere(STRICTER), everywhere(ALSO_HIRES))),
    "without": Arm(f"{REMOVED} opens no posts", {}, (), (REMOVED,)),
    "without five": Arm("the five largest open no posts", {}, (), LARGEST),
    "one meeting": Arm("one post met a month", {"search.meetings": 1.0}),
    "no environment": Arm("environment counts for nothing", {
        "bidding.environment_weight": 0.0, "bidding.environment_ability": 0.0,
    }),
}  # fmt: skip


class Seen(NamedTuple):
    """What is kept of a world."""

    matches: pd.DataFrame
    """Acquired people and their matches; see :func:`experiments.firms.exits.matched`."""
    deals: pd.DataFrame
    """All deals."""
    ventures: pd.DataFrame
    """All startups: country, founded, closed, ending."""
    pay: dict[str, float]
    """Mean pay of the best paid; see :class:`experiments.firms.packages.PayWatch`."""
    moves: dict[str, float]
    """Able people who change employer; see :class:`experiments.firms.moves.MoveWatch`."""
    fit_share: float
    """Share of fit in the variance of what employers of one country are worth to a person."""
    persons_per_agent: float

    def carried_out(self) -> pd.DataFrame:
        """Its deals; see :func:`experiments.firms.prices.simulated`."""
        return simulated(self.deals, self.persons_per_agent)


def lived(world: FirmWorld) -> Seen:
    """One world from 2019 to 2025."""
    made = market(world)
    bidders = share_of_jobs(made, world.without)
    exits, moves, pay = ExitWatch((LAST_YEAR + 1) * MONTHS - 1 - WATCHED), MoveWatch(), PayWatch()
    moves.see(made.world)
    for _ in months(made):
        for watch in (exits, moves, pay):
            watch.see(made.world)
    return Seen(
        matched(exits.seen()), made.deals(), ventures_of(made),
        pay.found() | {BIDDERS: bidders}, moves.found(),
        fit_share(made), world.persons_per_agent,
    )


def share_of_jobs(made: TalentMarket, firms: Sequence[str]) -> float:
    """Share of the jobs of the country that some firms hold."""
    employers = made.employers
    here = employers.country == made.tables.index[COUNTRY]
    sites = sites_of(made, firms)
    return float(employers.heads[sites[here[sites]]].sum() / employers.heads[here].sum())


def ventures_of(made: TalentMarket) -> pd.DataFrame:
    """All startups there have been, an end of 0 where they live; those born in the run tell so."""
    v, employers = made.world.ventures, made.employers
    codes = np.array(made.tables.countries, dtype=object)
    return pd.DataFrame({
        "country": codes[employers.country[v.employer]], "founded": v.founded.astype(int),
        "closed": v.closed.astype(int), "ending": v.ending.astype(int), "born": v.founder >= 0,
        "until": made.month,
    })  # fmt: skip


def fit_share(made: TalentMarket) -> float:
    """Share of fit in the variance over private employers of a country, by people at work.

    The rest is what differs for a person of median ability: environment, pay for equal work and
    shares.
    """
    employers, p = made.employers, made.parameters.bidding
    rows = np.flatnonzero((employers.kind != EmployerKind.PUBLIC_RESEARCH) & (employers.heads > 0))
    weight, country = employers.heads[rows].astype(float), employers.country[rows].astype(int)
    worth = p.environment_weight * np.log(np.maximum(employers.environment[rows], 1e-9))
    worth += p.pay_weight * (np.log(employers.premium[rows]) + employers.equity[rows])
    total = np.maximum(np.bincount(country, weight), 1e-9)
    mean = np.bincount(country, weight * worth, total.size) / total
    rest = float((weight * (worth - mean[country]) ** 2).sum() / weight.sum())
    return p.fit_weight**2 / (p.fit_weight**2 + rest)


def all_lived(
    seeds: int, persons_per_agent: float, workers: int, progress: Progress | None = None,
    arms: Sequence[str] = tuple(ARMS), settings: Settings | None = None,
) -> dict[str, list[Seen]]:
    """Every arm with seeds 1 to so many.

    Parameters
    ----------
    settings
        Of all worlds; those of an arm go before.
    """
    tasks = [
        world._replace(without=ARMS[arm].without)
        for arm in arms
        for world in worlds_of(
            {**(settings or {}), **ARMS[arm].settings}, seeds, persons_per_agent,
            ARMS[arm].policies,
        )
    ]
    seen = shared_out(lived, tasks, workers, progress)
    return {arm: seen[place * seeds : (place + 1) * seeds] for place, arm in enumerate(arms)}
