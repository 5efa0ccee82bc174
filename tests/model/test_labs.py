"""Laboratories abroad: where they stand, who is placed there, and what happens without them."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from agents.employers import EmployerKind
from model.founding import named_employers
from model.month.bidding import Hires
from model.month.labs import place_abroad
from model.month.posts import open_posts
from model.talent_market import TalentMarket
from tests.helpers import FALSE_ALARM, SEEDS, chance_of_luck, small_market, watched_month

LIVELY = {"search.rate": 0.3, "search.slope": 0.0, "search.abroad_share": 0.6}
I64 = NDArray[np.int64]


def laboratories(market: TalentMarket) -> NDArray[np.bool_]:
    """Which employer rows are laboratories abroad."""
    employers = market.employers
    return np.asarray(employers.firm != np.arange(employers.count))


def test_a_firm_holds_its_staff_at_home_and_in_its_laboratories() -> None:
    market = small_market(1, 2000, {"opening.burn_in_months": 0.0})
    named = named_employers(market.world, market.parameters.opening)
    for row, firm in enumerate(market.tables.firms):
        now = (named.firm == row) & (named.opens == 0)
        assert named.staff[now].sum() == pytest.approx(firm.ai_staff)
        assert named.country[row] == firm.country
    abroad = named.firm != np.arange(named.firm.size)
    homes = named.country[named.firm]
    assert abroad.sum() > 80 and (named.country[abroad] != homes[abroad]).all()
    assert (market.employers.kind[: named.firm.size] == EmployerKind.BIG_TECH).all()
    assert len(set(market.employers.names)) == market.employers.count
    assert "Google (GBR)" in market.employers.names


def test_a_laboratory_pays_less_above_its_host_than_the_firm_above_its_home() -> None:
    market = small_market(1, 2000, {"opening.burn_in_months": 0.0})
    employers, lab = market.employers, laboratories(market)
    home = employers.firm[lab]
    assert (np.abs(employers.premium[lab] - 1) <= np.abs(employers.premium[home] - 1)).all()
    level = market.tables.country["research_environment"]
    at_host = employers.environment[home] / level[employers.country[home]]
    at_host *= level[employers.country[lab]]
    low = np.minimum(at_host, employers.environment[home])
    high = np.maximum(at_host, employers.environment[home])
    assert (employers.environment[lab] >= low - 1e-9).all()
    assert (employers.environment[lab] <= high + 1e-9).all()


def test_a_laboratory_hires_nobody_before_it_opens() -> None:
    market = small_market(1, 100)
    employers = market.employers
    late = employers.opens > 0
    assert late.any() and not employers.heads[late].any()
    employers.technology[late] *= 1e3
    p = market.parameters
    first = int(employers.opens[late].min())
    for month in (first - 1, int(employers.opens.max())):
        market.world.month = month
        posts = open_posts(market.world, p.posts, p.worth, p.ventures)
        assert late[posts.employer].any() == (month >= first)


def test_a_person_fits_a_firm_alike_everywhere() -> None:
    market = small_market(1, 2000, {"opening.burn_in_months": 0.0})
    lab = np.flatnonzero(laboratories(market))
    rows = np.arange(lab.size)
    fit = market.world.fit(rows, lab)
    np.testing.assert_array_equal(fit, market.world.fit(rows, market.employers.firm[lab]))
    assert np.unique(fit).size == fit.size


# refused people -----------------------------------------------------------------------------


def refused_by_google(market: TalentMarket) -> Hires:
    """People abroad without much of a job whom Google would have paid well at home."""
    people, names = market.researchers, market.employers.names
    google = names.index("Google")
    usa = int(market.employers.country[google])
    rows = np.flatnonzero((people.country != usa) & ~people.waiting)
    size = rows.size
    return Hires(
        rows, np.full(size, google), np.full(size, usa), np.full(size, 0),
        np.full(size, 400_000.0), np.full(size, 4096), np.zeros(size), np.zeros(size, dtype=bool),
    )


def placed(market: TalentMarket, hires: Hires) -> int:
    """How many take a place abroad."""
    p = market.parameters
    before = market.world.counters.placed_abroad
    place_abroad(
        market.world, hires, p.labs, p.search, p.bidding, p.rights, p.exits, p.worth
    )
    return market.world.counters.placed_abroad - before


def test_refused_people_are_placed_where_the_firm_employs_and_nowhere_else() -> None:
    market = small_market(1, 1000)
    hires = refused_by_google(market)
    employers = market.employers
    heads, waiting = employers.heads.copy(), employers.promised_heads.copy()
    number = placed(market, hires)
    assert number > 20
    gained = employers.heads + employers.promised_heads - heads - waiting
    # who worked in one seat of the firm may move to another
    stayed = market.world.counters.firm_moves
    seats = laboratories(market) & (employers.firm == hires.employer[0]) & (employers.opens == 0)
    assert gained[seats].sum() == number - stayed and (gained[seats] >= 0).all()
    assert (gained[~seats] <= 0).all()


@pytest.mark.parametrize("switch", ["opening.labs_abroad", "labs.placement"])
def test_without_laboratories_or_offers_nobody_is_placed(switch: str) -> None:
    market = small_market(1, 1000, {switch: 0.0})
    assert laboratories(market).any() == (switch == "labs.placement")
    assert placed(market, refused_by_google(market)) == 0


def staff_abroad(seed: int, refuses: bool) -> tuple[int, int]:
    """Staff of American firms abroad after eight months, their hires at home refused or not.

    The published odds stay at one, or people would turn to other schemes.
    """
    market = small_market(seed, 100, LIVELY)
    employers, rules, usa = market.employers, market.rules, market.tables.index["USA"]
    lab = np.flatnonzero(laboratories(market) & (employers.country[employers.firm] == usa))
    employers.technology[np.unique(employers.firm[lab])] *= 1.5
    scheme = np.flatnonzero([entry.id == "usa-h-1b" for entry in rules.schemes])
    rules.places[scheme] = 1e-6
    rules.exempt[scheme] = not refuses
    rules.changed()
    number = 0
    for _ in range(8):
        market.world.odds[scheme] = 1.0
        number += watched_month(market).counts.placed_abroad
    assert refuses or number == 0
    return int((employers.heads + employers.promised_heads)[lab].sum()), number


@pytest.mark.thorough
def test_refusals_of_the_american_lottery_raise_the_staff_of_laboratories_abroad() -> None:
    more, number = [], 0
    for seed in SEEDS:
        (refused, here), (admitted, _) = staff_abroad(seed, True), staff_abroad(seed, False)
        more.append(float(refused - admitted))
        number += here
    assert number > len(SEEDS)
    assert chance_of_luck(more) < FALSE_ALARM


def test_placing_people_abroad_draws_no_lottery_again() -> None:
    market = small_market(1, 500)
    world = market.world
    world.quota_left[:] = 5
    left, odds = world.quota_left.copy(), world.odds.copy()
    assert placed(market, refused_by_google(market)) > 0
    np.testing.assert_array_equal(world.quota_left, left)
    np.testing.assert_array_equal(world.odds, odds)
