"""Grants for coming back and for staying, and all levers on people at once."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from model.month import grants
from model.month.grants import hold_of_grant, pay_returnees, pay_stayers, returnee_pay
from model.month.take_home import TakeHome, take_home
from model.talent_market import TalentMarket
from model.world import World
from tests.helpers import FALSE_ALARM, SEEDS, chance_of_luck, fingerprint, watched_month
from tests.levers import (
    ALL_LEVERS,
    I64,
    at,
    everybody,
    lived,
    market_with,
    resting,
    row_of,
)

# grants ---------------------------------------------------------------------------------------


def test_a_grant_for_returning_counts_as_pay_spread_over_the_tenure() -> None:
    market = resting()
    world, p = market.world, market.parameters
    people, korea = market.researchers, row_of(market, "KOR")
    rows, there = everybody(world), at(world, korea)
    assert returnee_pay(world, rows, there, p.bidding) is None
    world.levers.returnee_grant_usd[korea] = 90_000.0
    away = (people.birth_country == korea) & (people.country != korea)
    yearly = returnee_pay(world, rows, there, p.bidding)
    assert yearly is not None and away.any()
    np.testing.assert_allclose(yearly, np.where(away, 30_000.0, 0.0))
    pay = np.full(rows.size, 60_000.0)
    counts = take_home(world, rows, there, at(world, -1), at(world, 4096), p.bidding, p.rights)
    np.testing.assert_allclose(
        counts.log_of(pay)[away], np.log(60_000.0) + np.log(1 + 90_000 / (3 * 60_000))
    )
    np.testing.assert_allclose(counts.pay_for(counts.log_of(np.full(rows.size, 9e5))), 9e5)
    people.returnee_grant[:] = world.month
    yearly = returnee_pay(world, rows, there, p.bidding)
    assert yearly is not None and not yearly.any()


def test_nobody_goes_for_next_to_nothing_because_of_a_grant() -> None:
    counts = TakeHome(None, np.full(3, 50_000.0), np.full(3, 20_000.0))
    asked = counts.pay_for(np.log([100_000.0, 60_000.0, 15_000.0]))
    # less by the grant; held at what a jobless person accepts; never above what is asked without
    np.testing.assert_allclose(asked, [50_000.0, 20_000.0, 15_000.0])


def paid_in(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, I64, float]]:
    """A list that fills with month, identities and amount of every grant that is paid."""
    seen: list[tuple[int, I64, float]] = []
    pay = grants._pay

    def watched(world: World, rows: Any, grant: Any) -> None:
        before = world.accounts.governments.copy(), world.accounts.households.copy()
        pay(world, rows, grant)
        lost = before[0] - world.accounts.governments
        np.testing.assert_array_equal(lost, world.accounts.households - before[1])
        seen.append((world.month, world.researchers.id[rows].copy(), float(lost.sum()) / 100))

    monkeypatch.setattr(grants, "_pay", watched)
    return seen


@functools.cache
def without_grants(seed: int) -> World:
    """The world of a seed after a year without any grant; read it, never change it."""
    return lived(12, seed, {}, persons=2000).world


def test_a_grant_for_returning_brings_people_back_and_is_paid_once_in_a_life(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    more = []
    seen = paid_in(monkeypatch)
    for seed in SEEDS:
        off = without_grants(seed)
        seen.clear()
        on = lived(12, seed, {"returnee_grant_usd": 100_000.0}, persons=2000)
        more.append(float(on.world.counters.returns.sum() - off.counters.returns.sum()))
        who = np.concatenate([ids for _, ids, _ in seen])
        assert who.size and np.unique(who).size == who.size
        assert sum(amount for *_, amount in seen) == 100_000.0 * who.size
        assert who.size <= on.world.counters.returns.sum()
        people = on.researchers
        alive = people.row_of(who)
        assert (people.returnee_grant[alive[alive >= 0]] > 0).all()
    assert chance_of_luck(more) < FALSE_ALARM


def test_who_comes_home_gets_the_grant_only_the_first_time() -> None:
    market = resting()
    world, people = market.world, market.researchers
    world.levers.returnee_grant_usd[:] = 1000.0
    rows = np.flatnonzero(people.country == people.birth_country)[:3]
    before = world.accounts.households.sum()
    pay_returnees(world, rows)
    pay_returnees(world, rows)
    assert world.accounts.households.sum() - before == 3 * 100_000
    assert world.accounts.total(market.employers) == 0


def test_a_grant_for_staying_takes_its_worth_from_offers_abroad() -> None:
    market = resting()
    world, p = market.world, market.parameters
    people, korea = market.researchers, row_of(market, "KOR")
    rows = everybody(world)
    pay = np.full(rows.size, 50_000.0)

    def hold() -> NDArray[np.float64]:
        return hold_of_grant(world, rows, pay, p.bidding, p.rights)

    np.testing.assert_array_equal(hold(), 0.0)
    world.levers.retention_grant_usd[korea] = 75_000.0
    here = people.country == korea
    full = p.bidding.pay_weight * np.log(1.5)
    np.testing.assert_allclose(hold(), np.where(here, full, 0.0))
    pay_stayers(world, rows[here])
    np.testing.assert_array_equal(hold(), 0.0)
    world.month += 59
    np.testing.assert_array_equal(hold(), 0.0)
    world.month += 1
    np.testing.assert_allclose(hold(), np.where(here, full, 0.0))


def test_a_grant_for_staying_keeps_people_and_is_paid_to_who_had_an_offer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fewer = []
    seen = paid_in(monkeypatch)
    for seed in SEEDS:
        off = without_grants(seed)
        seen.clear()
        on = lived(12, seed, {"retention_grant_usd": 50_000.0}, persons=2000)
        fewer.append(float(off.counters.flows[0].sum() - on.world.counters.flows[0].sum()))
        who = np.concatenate([ids for _, ids, _ in seen])
        # within a year nobody gets a second one, and few had an offer
        assert who.size and np.unique(who).size == who.size < on.researchers.count / 3
        assert sum(amount for *_, amount in seen) == 50_000.0 * who.size
    assert chance_of_luck(fewer) < FALSE_ALARM


def test_without_offers_from_abroad_a_grant_for_staying_changes_nothing() -> None:
    """Bids at home compete as before, to the last bit."""
    at_home = {"search.abroad_share": 0.0, "search.home_share": 0.0, "search.referral_share": 0.0,
               "seekers.consider": 0.0}
    off, on = (
        lived(8, 3, levers, parameters=at_home) for levers in ({}, {"retention_grant_usd": 1e5})
    )
    for name in ("key", "pay", "employer", "country", "retention_grant"):
        np.testing.assert_array_equal(getattr(off.researchers, name), getattr(on.researchers, name))


# all of them together -------------------------------------------------------------------------


def test_every_law_holds_with_all_levers_at_once() -> None:
    market = market_with(5, ALL_LEVERS, parameters={"rights.renounce": 0.7})
    for _ in range(30):
        watched_month(market)
    people = market.researchers
    born = (people.citizenships >> people.birth_country.astype(np.int64)) & 1
    assert (born == 0).any() and people.returnee_grant.any() and people.retention_grant.any()


def with_all_levers(change: Callable[[TalentMarket], None]) -> str:
    """The fingerprint of a year with all levers, after a change of what must not matter."""
    market = market_with(6, ALL_LEVERS, persons=2000)
    change(market)
    for _ in range(12):
        market.step()
    return fingerprint(market)


def test_neither_the_order_of_rows_nor_chunks_matter_with_all_levers() -> None:
    def shuffle(market: TalentMarket) -> None:
        people = market.researchers
        people.permute(np.random.default_rng(1).permutation(people.count))

    def cut(market: TalentMarket) -> None:
        market.world.chunk = 7

    reference = with_all_levers(lambda market: None)
    assert with_all_levers(shuffle) == reference
    assert with_all_levers(cut) == reference
