"""What people lose and gain when a motive is taken from them after the opening, on paired seeds.

Ties have their own file, demand and retraining theirs (test_ties, test_learning).
"""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from agents.employers import EmployerKind
from model.talent_market import TalentMarket
from tests.helpers import FALSE_ALARM, SEEDS, chance_of_luck, small_market, watched_month

FRONTIER = 1.4
"""Research environment, American public research being one, from which a firm counts here."""
ABLEST = 0.8
"""Quantile of ability from which people count as able."""


def without(market: TalentMarket, **bidding: float) -> TalentMarket:
    """The market with other motives from now on; the opening is the same."""
    changed = dataclasses.replace(market.parameters.bidding, **bidding)
    market.parameters = dataclasses.replace(market.parameters, bidding=changed)
    return market


def able_at_the_frontier(market: TalentMarket) -> int:
    """Able people who work for large firms with a strong research environment."""
    people, employers = market.researchers, market.employers
    strong = (employers.kind == EmployerKind.BIG_TECH) & (employers.environment >= FRONTIER)
    works = (people.employer >= 0) & strong[np.maximum(people.employer, 0)]
    return int((works & (people.ability >= np.quantile(people.ability, ABLEST))).sum())


@pytest.mark.thorough
def test_who_does_not_care_for_the_environment_leaves_the_frontier_laboratories() -> None:
    lost = []
    for seed in SEEDS:
        # luck of large firms' growth would hide the motive
        caring = small_market(seed, 50, {"shocks.established": 0.0})
        careless = without(caring.fork(), environment_weight=0.0, environment_ability=0.0)
        for market in (caring, careless):
            for _ in range(24):
                market._month()
        lost.append(able_at_the_frontier(caring) - able_at_the_frontier(careless))
    assert chance_of_luck(lost) < FALSE_ALARM


def returns(market: TalentMarket, months: int = 24) -> int:
    """Moves to the country of birth."""
    people, home = market.researchers, 0
    for _ in range(months):
        moved = watched_month(market).moved
        home += int((people.birth_country[moved] == people.country[moved]).sum())
    return home


@pytest.mark.thorough
def test_without_attachment_to_home_fewer_return() -> None:
    fewer = [
        returns(small_market(seed, 400)) - returns(without(small_market(seed, 400),
                                                           home_attachment=0.0))
        for seed in SEEDS
    ]  # fmt: skip
    assert chance_of_luck(fewer) < FALSE_ALARM
