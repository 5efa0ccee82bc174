"""Fit: what it is worth to firms, and that it counts for more with able people."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from numpy.typing import NDArray

from agents.employers import EmployerKind, WorthParameters, effect_of, match_of
from agents.researchers import EFFECT_UNIT
from experiments.firms.exits import acquired_against_ordinary, pay_rank
from model.month.search import SearchParameters, schedule_search
from model.month.utility import utility_of_place
from model.talent_market import TalentMarket
from tests.helpers import FALSE_ALARM, chance_of_luck, small_market

ALIKE = {"bidding.fit_ability": 0.0, "search.slope_ability": 0.0}
"""Fit counts the same for everybody."""
FOR_PEOPLE_ALONE = {**ALIKE, "worth.match_worth": 0.0}


def test_what_a_person_adds_holds_the_match() -> None:
    market = small_market(1, 1000)
    for _ in range(14):
        market.step()
    people, employers = market.researchers, market.employers
    rows = np.flatnonzero(people.employer >= 0)
    employer, worth = people.employer[rows], market.parameters.worth
    fit = people.fit[rows]
    plain = effect_of(people, rows, employers.mix, employer, worth.applied_premium)
    # skills and mixes change in January alone; whoever has come since is counted as then
    expected = np.maximum(plain * np.exp(worth.match_worth * fit.astype(np.float64)), 1.0)
    np.testing.assert_allclose(people.effect[rows], expected, atol=1.5, rtol=1e-3)
    assert worth.match_worth > 0 and fit.std() > 0.5


def test_a_good_match_of_an_able_person_is_worth_more() -> None:
    worth = WorthParameters()
    gain = match_of(1.0, worth) - match_of(0.0, worth)
    assert gain == pytest.approx(np.expm1(worth.match_worth))
    market = small_market(1, 1000)
    people, employers = market.researchers, market.employers
    rows = np.flatnonzero(people.employer >= 0)
    poor, good = (
        effect_of(people, rows, employers.mix, people.employer[rows], 0.0,
                  match_of(np.full(rows.size, fit), worth)) / EFFECT_UNIT
        for fit in (-1.0, 1.0)
    )  # fmt: skip
    np.testing.assert_allclose(
        good - poor, poor * np.expm1(2.0 * worth.match_worth), atol=2.0 / EFFECT_UNIT
    )


def gain_from_fit(market: TalentMarket, rows: NDArray[np.intp]) -> NDArray[np.float64]:
    here = market.researchers.country[rows].astype(np.int64)
    ones = np.ones(rows.size)
    better, worse = (
        utility_of_place(market.world, rows, here, ones, fit * ones, market.parameters.bidding)
        for fit in (1.0, 0.0)
    )
    return better - worse


@pytest.mark.parametrize("settings", [{}, ALIKE], ids=["default", "alike"])
def test_the_weight_of_fit_rises_with_ability(settings: Mapping[str, float]) -> None:
    market = small_market(1, 2000, settings)
    rows = np.argsort(market.researchers.ability)
    gain = gain_from_fit(market, rows)
    weight = market.parameters.bidding.fit_weight
    if settings:
        np.testing.assert_allclose(gain, weight)
    else:
        assert (np.diff(gain) >= -1e-9).all() and gain[-1] > weight > gain[0] >= 0


@pytest.mark.parametrize(("slope_ability", "sooner"), [(1.0, True), (0.0, False)])
def test_able_people_who_do_not_fit_look_sooner(slope_ability: float, sooner: bool) -> None:
    market = small_market(1, 300)
    world, people = market.world, market.researchers
    rows = np.flatnonzero(people.employer >= 0)
    waits = []
    for ability in (1.0, 2.0):
        people.ability[rows], people.fit[rows] = ability, -1.0
        schedule_search(world, rows, SearchParameters(slope_ability=slope_ability))
        waits.append(float((people.searches[rows] - world.month).mean()))
    assert (waits[1] < 0.8 * waits[0]) if sooner else waits[1] == waits[0]


def fall_of_fit_with_pay(seed: int, settings: Mapping[str, float]) -> float:
    """Slope of the fit of those whom private firms have hired on the rank of their pay."""
    market = small_market(seed, 300, settings)
    fit, rank = [], []
    for _ in range(24):
        market.step()
        people, employers = market.researchers, market.employers
        rows = np.flatnonzero((people.hired == market.month) & (people.employer >= 0))
        kind = employers.kind[people.employer[rows]]
        rows = rows[(kind != EmployerKind.PUBLIC_RESEARCH) & ~people.by_deal[rows]]
        fit.append(people.fit[rows].astype(np.float64))
        rank.append(pay_rank(market.world, rows))
    return float(np.polyfit(np.concatenate(rank), np.concatenate(fit), 1)[0])


def test_the_well_paid_fit_better_where_fit_counts_for_firms_and_for_the_able() -> None:
    """Where it counts for people alone, who is paid much was won by pay and fits less."""
    slopes = [
        (fall_of_fit_with_pay(seed, {}), fall_of_fit_with_pay(seed, FOR_PEOPLE_ALONE))
        for seed in range(1, 11)
    ]
    assert np.mean([off for _, off in slopes]) < 0
    assert chance_of_luck([on - off for on, off in slopes]) <= FALSE_ALARM


@pytest.mark.thorough
def test_top_earners_who_are_acquired_leave_more_than_others_for_that_reason() -> None:
    on, off = (
        acquired_against_ordinary({**settings}, 8, 5.0, workers=2).rise_with_pay
        for settings in ({}, FOR_PEOPLE_ALONE)
    )
    assert on.sign == 1
    assert on.low > off.high
