"""Citizenship: what its prospect is worth, who gives one up, and where that leads."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from agents.researchers import NEVER, Status
from model.month.citizenship import country_of_return, naturalise, prospect_here, prospect_there
from model.month.moves import return_home
from model.month.policy import enact
from model.month.rights import RightsParameters
from model.month.routes import routes
from model.month.seekers import arrive
from model.talent_market import TalentMarket
from model.timeline import LeverChange
from tests.helpers import FALSE_ALARM, SEEDS, chance_of_luck
from tests.levers import (
    BOTH,
    CITIZENS_ABROAD,
    I64,
    NEWCOMERS,
    NONE,
    at,
    everybody,
    lived,
    market_with,
    resting,
    row_of,
)

# citizenship: what it is worth ----------------------------------------------------------------


def test_the_prospect_of_citizenship_is_worth_the_shorter_wait() -> None:
    market = resting()
    world, levers, p = market.world, market.world.levers, RightsParameters()
    host = row_of(market, "CAN")
    people = world.researchers
    rows, there = everybody(world), at(world, host)
    levers.years_to_citizenship[host] = 4.0
    levers.dual_citizenship[:] = BOTH
    citizen = (people.citizenships >> host) & 1 == 1
    assert citizen.any() and not citizen.all()
    value = prospect_there(world, p, rows, there)
    np.testing.assert_array_equal(value[citizen], 0.0)
    np.testing.assert_allclose(value[~citizen], -p.citizenship * np.log(5.0))
    endless = -p.citizenship * np.log(1.0 + p.no_permanence_years)
    for closed in (CITIZENS_ABROAD, NONE):  # the host admits nobody who keeps another
        levers.dual_citizenship[host] = closed
        value = prospect_there(world, p, rows, there)
        np.testing.assert_allclose(value[~citizen], endless)
    levers.dual_citizenship[host] = BOTH
    india = row_of(market, "IND")
    levers.dual_citizenship[india] = NEWCOMERS  # the origin lets nobody have another
    value = prospect_there(world, p, rows, there)
    taken = (people.citizenships >> india) & 1 == 1
    np.testing.assert_allclose(value[taken & ~citizen], endless)
    np.testing.assert_allclose(value[~taken & ~citizen], -p.citizenship * np.log(5.0))
    levers.years_to_citizenship[host] = 50.0  # no longer than what counts as endless
    np.testing.assert_allclose(prospect_there(world, p, rows, there)[~citizen], endless)


def test_residents_count_only_the_years_that_they_still_have_to_wait() -> None:
    market = resting()
    world, p = market.world, RightsParameters()
    people = world.researchers
    world.levers.dual_citizenship[:] = BOTH
    world.levers.years_to_citizenship[:] = 6.0
    rows = np.flatnonzero(people.status != Status.CITIZEN)
    assert {Status.FREE, Status.PERMANENT, Status.WORK} <= set(people.status[rows].tolist())
    people.arrived[rows] = world.month - np.arange(rows.size) % 100
    years = np.maximum(6.0 - (np.arange(rows.size) % 100) / 12, 0.0)
    np.testing.assert_allclose(
        prospect_here(world, p, rows), -p.citizenship * np.log1p(years), atol=1e-12
    )
    citizens = np.flatnonzero(people.status == Status.CITIZEN)
    np.testing.assert_array_equal(prospect_here(world, p, citizens), 0.0)


@pytest.mark.parametrize("before", [CITIZENS_ABROAD, NEWCOMERS], ids=["hosts", "origins"])
@pytest.mark.thorough
def test_where_two_citizenships_are_allowed_more_people_leave_home(before: float) -> None:
    """Both sides have to allow them: who can be a citizen elsewhere loses less by leaving."""
    more = []
    for seed in SEEDS:
        left = [
            lived(12, seed, {"dual_citizenship": code, "years_to_citizenship": 2.0}, persons=500,
                  parameters={"rights.citizenship": 0.5, "rights.renounce": 0.0})
            .world.counters.departures.sum()
            for code in (before, BOTH)
        ]
        more.append(float(left[1] - left[0]))
    assert chance_of_luck(more) < FALSE_ALARM


# citizenship: who gives one up ----------------------------------------------------------------


def settled_abroad(market: TalentMarket) -> I64:
    """Foreigners in the United States, as permanent residents whose years are over."""
    people, country = market.researchers, row_of(market, "USA")
    rows = np.flatnonzero((people.country == country) & (people.status != Status.CITIZEN))
    people.status[rows], people.scheme[rows] = Status.PERMANENT, -1
    people.arrived[rows] = market.world.month - 240
    people.status_until[rows] = NEVER
    return rows


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_a_share_gives_up_the_first_citizenship_where_it_cannot_be_kept(share: float) -> None:
    market = resting(200)
    world, people = market.world, market.researchers
    rows, usa, india = settled_abroad(market), row_of(market, "USA"), row_of(market, "IND")
    world.levers.dual_citizenship[:] = BOTH
    world.levers.dual_citizenship[india] = NONE
    naturalise(world, rows, RightsParameters(renounce=share))
    lost = people.birth_country[rows] == india
    assert 60 < lost.sum() < rows.size
    free = rows[~lost]
    first = np.int64(1) << people.birth_country[free].astype(np.int64)
    np.testing.assert_array_equal(people.citizenships[free], first | np.int64(1) << usa)
    new = people.status[rows[lost]] == Status.CITIZEN
    assert abs(new.mean() - share) <= 4 * np.sqrt(share * (1 - share) / new.size)
    own = np.where(new, np.int64(1) << usa, np.int64(1) << india)
    np.testing.assert_array_equal(people.citizenships[rows[lost]], own)
    # the luck belongs to the person: who did not will not the next time
    naturalise(world, rows, RightsParameters(renounce=share))
    np.testing.assert_array_equal(people.status[rows[lost]] == Status.CITIZEN, new)


def test_who_gave_up_the_first_citizenship_needs_a_visa_to_come_back() -> None:
    market = resting(200)
    world, people, p = market.world, market.researchers, market.parameters
    rows, korea = settled_abroad(market), row_of(market, "KOR")
    rows = rows[people.birth_country[rows] == korea]
    assert rows.size > 2
    there, pay = np.full(rows.size, korea), np.full(rows.size, 300_000.0)
    kind = np.zeros(rows.size, dtype=np.int8)
    world.levers.dual_citizenship[:] = NONE

    def scheme() -> NDArray[np.int64]:
        return routes(world, p.rights, 1.8, rows, there, pay, kind, inside=False).scheme

    assert (scheme() == -1).all()
    naturalise(world, rows, RightsParameters(renounce=1.0))
    assert (scheme() >= 0).all()
    assert (people.citizenships[rows] == np.int64(1) << row_of(market, "USA")).all()


def test_a_stay_that_ends_leads_to_a_country_where_one_is_a_citizen() -> None:
    market = resting()
    world, people = market.world, market.researchers
    japan, usa, korea = (row_of(market, code) for code in ("JPN", "USA", "KOR"))
    rows = np.flatnonzero((people.country == japan) & (people.birth_country == japan))[:2]
    people.birth_country[rows] = korea  # one born in Korea, and one who gave that up for a passport
    world.compatriots[japan, japan] -= 2
    world.compatriots[korea, japan] += 2
    people.citizenships[rows] = np.array([1 << korea | 1 << usa, 1 << usa])
    np.testing.assert_array_equal(country_of_return(world, rows), [korea, usa])
    return_home(world, rows)
    np.testing.assert_array_equal(people.country[rows], [korea, usa])
    citizen = (people.citizenships[rows] >> people.country[rows].astype(np.int64)) & 1
    assert citizen.all() and (people.status[rows] == Status.CITIZEN).all()


@pytest.mark.parametrize("country", ["USA", "IND"], ids=["host", "origin"])
def test_a_change_of_rules_reaches_people_who_have_settled_long_ago(country: str) -> None:
    market = resting()
    world, people = market.world, market.researchers
    rows, india = settled_abroad(market), row_of(market, "IND")
    world.levers.dual_citizenship[:] = BOTH
    world.levers.dual_citizenship[row_of(market, country)] = NONE
    rows = rows[people.birth_country[rows] == india]
    naturalise(world, rows, RightsParameters(renounce=0.0))
    assert (people.status_until[rows] == NEVER).all()
    enact(world, [LeverChange(world.month, country, "dual_citizenship", BOTH, "")])
    assert (people.status_until[rows] == world.month + 1).all()
    naturalise(world, rows, RightsParameters(renounce=0.0))
    assert (people.status[rows] == Status.CITIZEN).all()


def test_who_settles_at_once_still_waits_for_citizenship() -> None:
    market = resting()
    world, people, rules = market.world, market.researchers, market.rules
    canada = row_of(market, "CAN")
    rows = np.flatnonzero(people.country == row_of(market, "IND"))[:2]
    scheme = np.flatnonzero(rules.country == canada)[:1].repeat(2)
    rules.years_to_permanence[scheme] = 0.0
    world.levers.years_to_citizenship[canada] = 3.0
    arrive(world, rows, scheme, market.parameters.exits)
    assert (people.status[rows] == Status.PERMANENT).all()
    assert (people.status_until[rows] == world.month + 36).all()


def test_where_citizens_abroad_keep_their_citizenship_more_of_them_come_back_later() -> None:
    """Without a weight in utility: what remains is the visa of who gave citizenship up."""
    more = []
    parameters = {
        "rights.citizenship": 0.0, "rights.renounce": 1.0, "search.home_share": 0.5,
        "search.abroad_share": 0.2, "search.rate": 0.2,
    }
    for seed in SEEDS:
        back = []
        for code in (NEWCOMERS, BOTH):
            market = market_with(
                seed, {"dual_citizenship": code}, persons=500, parameters=parameters
            )
            settled_abroad(market)
            # nobody comes to another country on a visa, so who comes back is a citizen
            usa = row_of(market, "USA")
            market.rules.valid_to[:] = np.where(market.rules.country == usa, NEVER, -1)
            market.rules.changed()
            for _ in range(12):
                market._month()
            back.append(market.world.counters.returns[usa])
        more.append(float(back[1] - back[0]))
    assert chance_of_luck(more) < FALSE_ALARM
