"""What the experiments share: one world to live, halves of countries drawn by luck, months seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from agents.chance import decision_key, name_key, uniform
from agents.levers import month_number
from agents.policies import Policy
from experiments.natural_experiments.estimators import Coefficient
from model.tables import REST
from model.talent_market import TalentMarket

Cluster = Sequence[str]
"""Columns whose combinations may have errors in common."""


class World(NamedTuple):
    """One world to live."""

    seed: int
    persons_per_agent: float
    treated: bool = True
    """False: the policy is assigned and not carried out, a placebo."""
    parameters: tuple[tuple[str, float], ...] = ()


class Published(NamedTuple):
    """What the literature found."""

    sign: int
    """1 or −1; 0 where no change was found."""
    text: str
    """As told in words, with the figure where one is known."""
    source: str
    value: float | None = None


class Asked(NamedTuple):
    """One coefficient that an experiment asks for."""

    name: str
    title: str
    published: Published
    why_missed: str = ""
    """What is thought to be the reason where it does not come out as published."""


class Experiment(NamedTuple):
    """A natural experiment: how a world is lived and what the published estimator makes of it."""

    key: str
    title: str
    design: str
    """What is done in the worlds and what is estimated, for the page."""
    measure: Callable[[World], pd.DataFrame]
    estimate: Callable[[pd.DataFrame, Cluster | None], dict[str, Coefficient]]
    """The published estimator on the tables of some worlds, told apart by the column ``seed``.

    Errors are clustered as published, or by the columns given.
    """
    asked: tuple[Asked, ...]


def named(countries: Sequence[str]) -> list[str]:
    """The countries with a row of their own."""
    return [code for code in countries if code != REST]


def half(countries: Sequence[str], seed: int, decision: str) -> list[str]:
    """Half of some countries, drawn by keyed luck: the same whatever else is drawn."""
    keys = np.array([name_key(code) for code in countries], dtype=np.uint64)
    luck = uniform(decision_key(seed, f"experiment: {decision}"), keys)
    chosen = np.argsort(luck, kind="stable")[: len(countries) // 2]
    return [countries[place] for place in np.sort(chosen)]


def market(world: World, policies: Sequence[Policy], until: str) -> TalentMarket:
    """The baseline with the policies of an experiment, or without them in a placebo."""
    return TalentMarket(
        "baseline", seed=world.seed, persons_per_agent=world.persons_per_agent, until=until,
        parameters=dict(world.parameters), policies=policies if world.treated else (),
    )


def months(lived: TalentMarket, until: str) -> Iterator[int]:
    """Live month after month; the month just lived."""
    last = month_number(until)
    while lived.month < last:
        lived.step()
        yield lived.month
