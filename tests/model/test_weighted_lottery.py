"""Lotteries weighted by wage level: better paid people win more often, and nobody for certain."""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from agents.employers import EmployerKind
from model.month.rights import RightsParameters
from model.month.routes import expected_odds
from model.month.visas import Application, _give_places, _rank
from model.month.wage_levels import (
    entries_at,
    level_pay,
    level_shares,
    weighted_odds,
    weighted_rank,
)
from model.talent_market import TalentMarket
from tests.policies import market, scheme

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
H1B = "usa-h-1b"
DRAWS = 300
PEOPLE = 120
PLACES = 60
SIGMAS = 4.0  # sampling error within which luck stays but once in ten thousand cases
RIGHTS = RightsParameters()


def test_the_shares_of_outsiders_at_each_level_are_those_declared() -> None:
    """Against outsiders drawn from the declared pay, and levels begin at their least pay."""
    middle = (np.arange(100_000) + 0.5) / 100_000
    pay = RIGHTS.outside_pay * (middle / (1 - middle)) ** (1 / RIGHTS.outside_pay_shape)
    entries = entries_at(RIGHTS, pay)
    found = np.bincount(entries, minlength=5)[1:] / pay.size
    np.testing.assert_allclose(found, level_shares(RIGHTS), atol=1e-4)
    assert entries_at(RIGHTS, level_pay(RIGHTS)).tolist() == [2, 3, 4]
    assert entries_at(RIGHTS, level_pay(RIGHTS) - 1.0).tolist() == [1, 2, 3]


def test_outsiders_are_uniform_in_the_rank_and_odds_invert_it() -> None:
    luck = (np.arange(20_000) + 0.5) / 20_000
    ranks = [weighted_rank(RIGHTS, luck, np.full(luck.size, w)) for w in range(1, 5)]
    for cutoff in (0.05, 0.3, 0.7, 0.95):
        won = np.array([(rank < cutoff).mean() for rank in ranks])
        assert won @ level_shares(RIGHTS) == pytest.approx(cutoff, abs=1e-3)
        odds = weighted_odds(RIGHTS, np.full(4, cutoff), np.arange(1, 5))
        np.testing.assert_allclose(won, odds, atol=1e-3)
        assert odds @ level_shares(RIGHTS) == pytest.approx(cutoff, abs=1e-12)
    ends = weighted_odds(RIGHTS, np.array([0.0, 1.0]), np.array([4, 1]))
    np.testing.assert_allclose(ends, [0.0, 1.0], atol=1e-12)


class Contest(NamedTuple):
    """Frequencies over many draws of one contest."""

    won: F64
    """How often each person won."""
    pay: F64
    places: int
    """Places of a draw, and how often outsiders took what people left."""
    outsiders: F64
    cutoff: float
    """Mean published chance."""
    market: TalentMarket
    row: int


def asking(m: TalentMarket, row: int, order: I64 | None = None) -> Application:
    """Some people abroad ask for jobs at the least and the best paid level."""
    usa = m.tables.index["USA"]
    firm = np.flatnonzero(
        (m.employers.country == usa) & (m.employers.kind == EmployerKind.INDUSTRY)
    )[0]
    rows = np.flatnonzero((m.researchers.country != usa) & ~m.researchers.waiting)[:PEOPLE]
    pay = np.where(np.arange(PEOPLE) % 2 == 0, 60_000.0, 200_000.0)
    order = np.arange(PEOPLE) if order is None else order
    no = np.zeros(PEOPLE, dtype=bool)
    return Application(
        rows[order], np.full(PEOPLE, firm), np.full(PEOPLE, row), pay[order],
        np.full(PEOPLE, 4096), np.zeros(PEOPLE), no, no,
    )


@functools.cache
def contest(allocation: str, outside: int) -> Contest:
    """The same people ask for few places in many months."""
    policy = scheme(
        "USA", H1B, allocation=allocation, places_per_year=85_000,
        outside_applicants_per_year=outside,
    )
    m = market([policy])
    rows = np.flatnonzero([s.id == H1B for s in m.rules.schemes])
    m._month()
    world, rules = m.world, m.rules
    row = int(rows[rules.in_force(m.month)[rows]][0])
    group = rules.route_group[row]
    ours = asking(m, row)
    won, cutoffs, taken = np.zeros(PEOPLE), [], []
    first = world.month
    for month in range(first, first + DRAWS):
        world.month = month
        world.quota_left[group], world.odds[row] = PLACES, 0.0
        rank = _rank(world, m.parameters.rights, ours, np.arange(PEOPLE))
        winners = _give_places(world, m.parameters.rights, row, rank)
        won[winners] += 1
        cutoffs.append(world.odds[row] / 0.25)  # a quarter of the way from nothing
        taken.append(PLACES - winners.size - world.quota_left[group])
    world.month = first
    return Contest(
        won / DRAWS, ours.pay, PLACES, np.array(taken), float(np.mean(cutoffs)), m, row
    )


def outsiders_of(c: Contest) -> float:
    """Outside applicants of one draw, in agents."""
    rules = c.market.rules
    return float(rules.outside[c.row] / 12 / c.market.world.persons_per_agent)


@pytest.mark.parametrize("outside", [0, 2_400_000])
def test_chances_by_level_are_those_of_the_urn(outside: int) -> None:
    """Against the urn drawn by hand, entry by entry, and against the chance that people expect."""
    c = contest("weighted_lottery", outside)
    others = round(outsiders_of(c))
    luck = np.random.default_rng(1)
    shares = level_shares(RIGHTS)
    entries = entries_at(RIGHTS, c.pay)
    drawn = []
    for _ in range(2000):
        weights = np.concatenate((entries, luck.choice(4, size=others, p=shares) + 1))
        first = luck.exponential(size=weights.size) / weights
        winners = np.argsort(first)[:PLACES]
        drawn.append([np.isin(winners, np.flatnonzero(entries == w)).sum() for w in (1, 4)])
    by_hand = np.mean(drawn, axis=0) / (PEOPLE / 2)
    found = np.array([c.won[entries == w].mean() for w in (1, 4)])
    error = np.sqrt(found * (1 - found) / (PEOPLE / 2) * (1 / DRAWS + 1 / 2000))
    # to one agent in the places, outside applicants being a number and not persons here
    assert (np.abs(found - by_hand) < SIGMAS * error + 1 / PEOPLE).all()
    assert found[1] > found[0] + 10 * error.sum() and found[1] < 0.95

    world = c.market.world
    world.odds[c.row] = c.cutoff
    ours = asking(c.market, c.row)
    expected = expected_odds(
        world, c.market.parameters.rights, ours.scheme, ours.rows, ours.pay,
        np.full(PEOPLE, EmployerKind.INDUSTRY, dtype=np.int8),
    )
    counted = np.array([expected[entries == w].mean() for w in (1, 4)])
    assert (np.abs(found - counted) < SIGMAS * error + 1 / PEOPLE).all()


@pytest.mark.parametrize("outside", [0, 2_400_000])
def test_places_are_used_up_whoever_wins_them(outside: int) -> None:
    for allocation in ("lottery", "weighted_lottery", "by_pay"):
        c = contest(allocation, outside)
        if outside == 0:
            assert c.won.sum() == pytest.approx(PLACES) and (c.outsiders == 0).all()
        else:
            assert (c.outsiders + c.won.sum() > 0).all()
            assert c.won.sum() + c.outsiders.mean() == pytest.approx(PLACES)


def test_pay_of_the_chosen_lies_between_that_of_a_lottery_and_of_strict_order() -> None:
    for outside in (0, 2_400_000):
        mean = {
            name: float(np.average(c.pay, weights=c.won))
            for name in ("lottery", "weighted_lottery", "by_pay")
            for c in (contest(name, outside),)
        }
        assert mean["weighted_lottery"] > mean["lottery"] + 10_000
        assert mean["by_pay"] > mean["weighted_lottery"] + 10_000


def test_the_gain_in_pay_is_above_the_published_one_and_far_below_that_of_strict_order() -> None:
    """With levels blind to occupation and area: 10 % is published where they count.

    Penn Wharton Budget Model, April 2026: +11,159 dollars on the mean of those selected.
    """
    middle = (np.arange(100_000) + 0.5) / 100_000
    pay = RIGHTS.outside_pay * (middle / (1 - middle)) ** (1 / RIGHTS.outside_pay_shape)
    odds = weighted_odds(RIGHTS, np.full(pay.size, 0.35), entries_at(RIGHTS, pay))
    gain = float(np.average(pay, weights=odds) / pay.mean() - 1)
    strict = float(pay[middle > 0.65].mean() / pay.mean() - 1)
    assert 0.10 < gain < 0.2 and gain < strict / 2


def test_luck_belongs_to_people_and_not_to_rows() -> None:
    c = contest("weighted_lottery", 2_400_000)
    world, rights = c.market.world, c.market.parameters.rights
    order = np.random.default_rng(2).permutation(PEOPLE)
    chosen = []
    for ours in (asking(c.market, c.row), asking(c.market, c.row, order)):
        world.quota_left[c.market.rules.route_group[c.row]] = PLACES
        rank = _rank(world, rights, ours, np.arange(PEOPLE))
        winners = _give_places(world, rights, c.row, rank)
        chosen.append(sorted(world.researchers.id[ours.rows[winners]].tolist()))
    assert chosen[0] == chosen[1] and 0 < len(chosen[0]) < PEOPLE
