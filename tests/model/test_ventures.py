"""Startups are founded, funded, live on cash and end; each mechanism off pushes as theory says."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.employers import EmployerKind
from agents.researchers import Status
from agents.startups import Startup
from agents.ventures import STAGES, Ending, Stage
from model.month.equity import EquityParameters, equity_held, value_shares
from model.month.founding import FoundingParameters, may_found, professor_factor, weights
from model.month.posts import open_posts
from model.month.rounds import FundingParameters, diluted, raise_rounds
from model.month.sales import QUARTER, VentureParameters, sold_share
from model.month.search import SearchParameters, bound_by_clause
from model.month.shocks import ShockParameters, shocks
from model.month.standing import standing
from model.month.ventures import close, close_insolvent
from model.talent_market import TalentMarket, resume
from tests.helpers import (
    FALSE_ALARM,
    SEEDS,
    chance_of_luck,
    fingerprint,
    small_market,
    watched_month,
)

NO_DEALS = {"deals.talks": 0.0, "deals.public_talks": 0.0}
OFTEN = {**NO_DEALS, "ventures.turnover": 0.4, "opening.startup_team": 2.5}
"""Many startups, founded often, so that a coarse world shows some."""


def lived(
    seed: int, parameters: Mapping[str, float], months: int = 24, persons_per_agent: float = 300,
    change: Callable[[TalentMarket], None] | None = None,
) -> TalentMarket:
    """A market some months on; its counters hold what happened in them."""
    market = small_market(seed, persons_per_agent, parameters)
    if change is not None:
        change(market)
    for _ in range(months):
        market._month()
    return market


@pytest.fixture(scope="module")
def busy() -> TalentMarket:
    """Three years in which startups are founded, funded and fail, every law checked."""
    market = small_market(4, 200, OFTEN)
    for _ in range(36):
        watched_month(market)
    return market


# Laws and state ------------------------------------------------------------------------------


def test_the_laws_hold_while_startups_come_and_go(busy: TalentMarket) -> None:
    counts = busy.recorder.counts[1:]
    for name in ("founded", "failed", "funded", "raised"):
        assert sum(getattr(count, name).sum() for count in counts) > 0, name
    ventures = busy.world.ventures
    assert {Ending.OPEN, Ending.FAILED} == set(ventures.ending.tolist())
    assert len(np.unique(ventures.key)) == ventures.count
    assert len(set(busy.employers.names)) == busy.employers.count


def test_national_measures_tell_of_startups(busy: TalentMarket) -> None:
    table = busy.national().set_index(["period", "country", "measure"])["value"]
    for country in ("USA", "WLD"):
        year = {name: table["2020", country, name] for name in (
            "startups", "startups_founded", "startups_failed", "startups_funded",
            "venture_capital",
        )}  # fmt: skip
        before = table["2019", country, "startups"]
        change = year["startups_founded"] - year["startups_failed"]
        assert year["startups"] == pytest.approx(before + change)
        assert min(year.values()) > 0 or country != "WLD"
    listed = busy.employers_table()
    last = listed[(listed["year"] == listed["year"].max()) & (listed["kind"] == "startup")]
    assert len(last) == table["2021", "WLD", "startups"] / busy.persons_per_agent
    assert (last["researchers"] > 0).any()


def test_agents_of_startups_are_those_that_live() -> None:
    market = small_market(4, 300, OFTEN)
    opening = len(market._startups)
    for _ in range(15):
        market.step()
    ventures = market.world.ventures
    living = set(ventures.employer[ventures.open_rows()].tolist())
    seated = {agent.row for agent in market.agents if type(agent).__name__ == "Startup"}
    assert seated == living and (ventures.closed > 0).any() and ventures.count > opening
    agent = next(iter(market.agents_by_type[Startup]))
    row = np.flatnonzero(ventures.employer == agent.row)[0]
    assert agent.stage == STAGES[ventures.stage[row]] and agent.raised_usd >= 0
    assert agent.founder == ventures.founder[row] and agent.valuation_usd == ventures.valuation[row]
    assert agent.runway_months > 0


def test_a_twin_and_a_saved_world_go_on_alike_with_startups(tmp_path: Path) -> None:
    market = small_market(6, 400, OFTEN)
    for _ in range(14):
        market.step()
    assert market.world.ventures.closed.any()
    twin, again = market.fork(), resume(market.save(tmp_path / "market.tm"))
    for _ in range(7):
        for one in (market, twin, again):
            one.step()
    assert fingerprint(twin) == fingerprint(market) == fingerprint(again)
    born = market.world.ventures.founded > market.month - 7
    assert born.any()


# Founding ------------------------------------------------------------------------------------


def test_the_number_of_startups_goes_with_demand() -> None:
    """Over seven years; the band is wide, since venture capital has changed besides."""
    scale = 200.0
    market = lived(3, {}, 84, scale)
    stock = market.world.stock().sum() * scale / market.tables.country["stock"].sum()
    ventures = market.world.ventures
    startups = ventures.open_rows().size / (ventures.founder < 0).sum()
    assert 0.6 < startups / stock < 1.7


def test_without_thoughts_of_it_nobody_founds() -> None:
    market = lived(1, {**OFTEN, "founding.considered": 0.0}, 13)
    assert not market.world.counters.founded.any()
    assert not (market.world.ventures.founder >= 0).any()


def test_a_founder_needs_a_status_that_hangs_on_no_sponsor() -> None:
    market = small_market(2, 500)
    people = market.researchers
    rows = np.arange(people.count)
    allowed = may_found(market.world, rows)
    sponsored = (people.status == Status.WORK) & market.rules.sponsored[people.scheme]
    assert sponsored.any() and not allowed[sponsored].any()
    assert allowed[(people.status <= Status.PERMANENT) & ~people.waiting].all()


def test_able_and_tied_people_found_more_often() -> None:
    market = small_market(2, 500)
    people, p = market.researchers, FoundingParameters()
    row = np.array([5])
    plain = weights(market.world, row, p)[0]
    people.ability[row] *= 4.0
    assert weights(market.world, row, p)[0] == pytest.approx(plain * 4.0**p.ability)
    people.ability[row] /= 4.0
    at = np.flatnonzero(market.employers.kind == EmployerKind.STARTUP)
    friend = np.flatnonzero(np.isin(people.employer, at) & (people.employer != people.employer[5]))
    before = np.count_nonzero(np.isin(people.employer[people.tied_rows(row)[0]], at))
    people.ties[row] = -1
    none = weights(market.world, row, p)[0]
    people.ties[5, 0] = people.id[friend[0]]
    assert weights(market.world, row, p)[0] == pytest.approx(none * (1 + p.ties))
    assert plain >= none or before == 0


@pytest.mark.thorough
def test_without_calls_young_startups_have_fewer_colleagues() -> None:
    fewer = []
    for seed in SEEDS:
        teams = []
        for calls in (1.0, 0.0):
            market = lived(seed, {**OFTEN, "founding.calls": calls}, 7, 150)
            world, people = market.world, market.researchers
            new = np.flatnonzero(world.ventures.founder >= 0)
            rows = np.isin(people.employer, world.ventures.employer[new]) & people.by_referral
            teams.append(float(rows.sum()) / max(new.size, 1))
        fewer.append(teams[0] - teams[1])
    assert chance_of_luck(fewer) < FALSE_ALARM


def test_clauses_bind_founders_and_those_whom_they_call() -> None:
    market = small_market(2, 300)
    market.world.levers.non_competes_enforced[:] = 1.0
    people = market.researchers
    private = np.flatnonzero(
        (people.employer >= 0)
        & (market.employers.kind[people.employer] != EmployerKind.PUBLIC_RESEARCH)
    )
    bound = bound_by_clause(market.world, private, SearchParameters(non_compete_share=0.3))
    assert 0.2 < bound.mean() < 0.4
    assert not bound_by_clause(
        market.world, private, SearchParameters(non_compete_share=0.0)
    ).any()
    free = lived(3, {**OFTEN, "search.non_compete_share": 0.0}, 13, 200, enforce)
    held = lived(3, {**OFTEN, "search.non_compete_share": 0.5}, 13, 200, enforce)
    assert held.world.counters.founded.sum() < free.world.counters.founded.sum()


def enforce(market: TalentMarket) -> None:
    """Clauses are enforced everywhere."""
    market.world.levers.non_competes_enforced[:] = 1.0


@pytest.mark.thorough
def test_departing_professors_cost_their_students_startups() -> None:
    fewer = []
    for seed in SEEDS:
        founded = []
        for departs in (False, True):
            market = lived(
                seed, {**OFTEN, "founding.professors": 2.0, "founding.peak_age": 28.0}, 25, 100,
                professors_leave if departs else None,
            )
            ventures, people = market.world.ventures, market.researchers
            row = people.row_of(ventures.founder[ventures.founder >= 0])
            row = row[row >= 0]
            founded.append(float((people.degree_month[row] > market.month - 72).sum()))
        fewer.append(founded[0] - founded[1])
    assert chance_of_luck(fewer) < FALSE_ALARM


def professors_leave(market: TalentMarket) -> None:
    """All able people in public research leave the profession."""
    people = market.researchers
    public = market.employers.kind[people.employer] == EmployerKind.PUBLIC_RESEARCH
    public &= people.employer >= 0
    able = public & (people.ability >= market.world.ability_cuts[0])
    people.leaves[able] = market.world.month + 1


def test_only_recent_students_of_the_place_miss_their_professors() -> None:
    market = small_market(2, 500)
    world, people = market.world, market.researchers
    usa = world.tables.index["USA"]
    world.venture_market.seniors[:] = world.venture_market.expected_seniors[:] = 20.0
    world.venture_market.seniors[usa] = 5.0
    rows = np.arange(people.count)
    factor = professor_factor(world, rows, FoundingParameters())
    touched = (people.study_country == usa) & (world.month - people.degree_month < 60)
    assert touched.any() and (factor[touched] < 1.0).all() and (factor[~touched] == 1.0).all()


# Funding -------------------------------------------------------------------------------------


@given(
    st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.floats(0.0, 0.5), st.floats(0.0, 0.4)
)
def test_shares_add_up_after_any_round(cut: float, part: float, stake: float, pool: float) -> None:
    founders, investors = cut * part, cut * (1.0 - part)
    after = diluted(*(np.array([x]) for x in (founders, investors, 1.0 - cut, stake)), pool)
    assert sum(share[0] for share in after) == pytest.approx(1.0)
    assert min(share[0] for share in after) >= -1e-12
    assert after[0][0] <= founders + 1e-12 and after[2][0] >= pool - 1e-9


@pytest.mark.thorough
def test_with_little_venture_capital_startups_fail_and_fewer_are_founded() -> None:
    fewer, more = [], []
    for seed in SEEDS:
        founded, lost = [], []
        for capital in (1.0, 0.05):
            world = lived(seed, {**OFTEN, "funding.capital": capital}, 13, 200).world
            founded.append(float(world.counters.founded.sum()))
            # those of the opening are the same in both worlds
            lost.append(float((world.ventures.closed[world.ventures.founder < 0] > 0).sum()))
        fewer.append(founded[0] - founded[1])
        more.append(lost[1] - lost[0])
    assert chance_of_luck(fewer) < FALSE_ALARM
    assert chance_of_luck(more) < FALSE_ALARM


def test_without_any_venture_capital_nobody_is_funded_and_nobody_founds() -> None:
    world = lived(1, {**OFTEN, "funding.capital": 0.0}, 13).world
    assert not (world.counters.raised.any() or world.counters.founded.any())


def test_investors_pay_what_startups_get_and_choose_the_best_prospects() -> None:
    market = small_market(5, 150)
    world, ventures, employers = market.world, market.world.ventures, market.employers
    usa = world.tables.index["USA"]
    asking = np.flatnonzero(employers.country[ventures.employer] == usa)
    asking = asking[employers.heads[ventures.employer[asking]] > 0]
    ventures.burn[:], employers.cash[ventures.employer] = 0, 10**9
    ventures.burn[asking], employers.cash[ventures.employer[asking]] = 10**6, 0
    world.accounts.owners -= world.accounts.total(employers)
    good, bad = asking[: asking.size // 2], asking[asking.size // 2 :]
    employers.effect[ventures.employer[good]] *= 1000
    world.month = (world.month // QUARTER + 1) * QUARTER + 1
    investors, cash = world.accounts.investors, employers.cash.sum()
    rounds, stage = ventures.rounds.copy(), ventures.stage.copy()
    funded = raise_rounds(world, dataclasses.replace(
        FundingParameters(), doubt=0.0, capital_share=0.1
    ), VentureParameters())  # fmt: skip
    assert 0 < funded.size < good.size and np.isin(funded, good).all()
    assert employers.cash.sum() - cash == investors - world.accounts.investors > 0
    assert world.accounts.total(employers) == 0
    np.testing.assert_array_equal(ventures.rounds[funded], rounds[funded] + 1)
    assert (ventures.stage[funded] >= np.minimum(stage[funded], Stage.LATER)).all()
    assert (ventures.valuation[funded] > 0).all() and bad.size > 0


def test_spending_follows_the_money_over_the_years() -> None:
    """What was overspent in a quarter is missing later, so rounds sum to the money at hand."""
    market = lived(2, {"funding.ask_months": 18.0, "funding.capital_share": 0.05}, 60, 300)
    world = market.world
    raised, left = world.counters.raised.sum(), world.venture_market.funds.sum()
    pay = world.tables.country["startup_share"] * world.tables.country["stock"]
    pay = (pay * world.tables.country["pay_usd"]).sum() / world.persons_per_agent * 100
    assert raised > 0
    assert 0.5 < raised / (0.05 * pay * 5) < 4.0 and left < 0.1 * raised


# Life ----------------------------------------------------------------------------------------


def test_sales_grow_with_age_and_with_the_market() -> None:
    market = small_market(1, 300)
    ventures, p = market.world.ventures, VentureParameters()
    rows = ventures.open_rows()
    ventures.market[:] = 0.8
    ventures.founded[:] = market.month
    assert not sold_share(market.world, rows, p).any()
    ventures.founded[:] = market.month - 600
    np.testing.assert_allclose(sold_share(market.world, rows, p), 0.8, rtol=1e-5)


def test_who_cannot_pay_ends_and_its_people_are_free() -> None:
    market = small_market(5, 200)
    world, ventures, employers = market.world, market.world.ventures, market.employers
    people = market.researchers
    staffed = np.flatnonzero(employers.heads[ventures.employer] > 1)
    venture = staffed[:1]
    row = ventures.employer[venture]
    ventures.revenue[venture] = 0.0
    world.accounts.investors += int(employers.cash[row].sum())
    employers.cash[row] = employers.payroll[row] // 2
    world.accounts.investors -= int(employers.cash[row].sum())
    others = ventures.employer[staffed[1:]]
    ventures.revenue[staffed[1:]] = 1e9
    staff = people.id[people.employer == row[0]]
    world.month += 1
    failed = close_insolvent(world, market.parameters.exits)
    assert venture[0] in failed and not np.isin(staffed[1:], failed).any()
    rows = people.row_of(staff)
    assert (people.employer[rows] == -1).all() and (people.searches[rows] <= world.month).all()
    assert employers.cash[row] == 0 and world.accounts.total(employers) == 0
    assert ventures.ending[venture] == Ending.FAILED and (employers.heads[others] > 0).all()
    for _ in range(6):
        watched_month(market)
    assert employers.heads[row] == 0, "a startup that has ended hires nobody"


def test_people_on_their_way_to_a_startup_that_ends_look_again() -> None:
    market = small_market(8, 100, {"search.abroad_share": 1.0, "search.rate": 0.5})
    world, employers = market.world, market.employers
    for _ in range(30):
        watched_month(market)
        cases = world.cases
        hired = employers.kind[cases.employer] == EmployerKind.STARTUP
        hired &= cases.hold_posts
        if hired.any():
            break
    else:
        pytest.fail("nobody from abroad was hired by a startup")
    person, row = cases.person[hired][0], cases.employer[hired][0]
    venture = np.flatnonzero(world.ventures.employer == row)
    close(world, venture, Ending.FAILED, market.parameters.exits)
    place = market.researchers.row_of(np.array([person]))
    assert not market.researchers.waiting[place] and employers.promised_heads[row] == 0
    assert person not in world.cases.person


@pytest.mark.thorough
def test_startups_survive_about_as_published() -> None:
    """Carta and the Business Employment Dynamics: 80 % after one year, half after five.

    The band is wide: size, market and money of young startups are assumptions.
    """
    market = lived(1, {}, 84, 60)
    ventures = market.world.ventures
    for years, low, high in ((1, 0.7, 0.9), (2, 0.58, 0.8), (4, 0.42, 0.68), (5, 0.38, 0.62)):
        born = (ventures.founder >= 0) & (ventures.founded <= market.month - 12 * years)
        lives = (ventures.closed == 0) | (ventures.closed - ventures.founded > 12 * years)
        assert born.sum() > 50
        assert low < lives[born].mean() < high, years


# Equity --------------------------------------------------------------------------------------


def test_shares_lift_the_utility_of_who_holds_them() -> None:
    market = small_market(3, 300)
    world, people, p = market.world, market.researchers, market.parameters
    world.month = (world.month // QUARTER + 1) * QUARTER
    held = np.isin(people.employer, world.ventures.employer)
    rows = np.flatnonzero(held)
    rest = standing(world, rows, p.bidding, p.rights, p.worth).rest
    value_shares(world, p.equity, p.funding)
    equity = equity_held(world, rows)
    with_shares = standing(world, rows, p.bidding, p.rights, p.worth).rest
    np.testing.assert_allclose(with_shares - rest, p.bidding.pay_weight * equity, atol=1e-9)
    assert (equity > 0).all() and equity.max() < 3.0
    founder = rows[:1]
    venture = np.flatnonzero(world.ventures.employer == people.employer[founder])
    before = equity_held(world, founder)
    world.ventures.founder[venture] = people.id[founder]
    assert equity_held(world, founder) > before
    value_shares(world, dataclasses.replace(EquityParameters(), risk=1.0), p.funding)
    assert not equity_held(world, rows).any()


@pytest.mark.thorough
def test_startups_that_give_no_shares_win_fewer_people() -> None:
    fewer = []
    for seed in SEEDS:
        staff = []
        for risk in (0.0, 1.0):
            market = lived(seed, {"equity.risk": risk, "founding.considered": 0.0}, 24, 150)
            kind = market.employers.kind == EmployerKind.STARTUP
            staff.append(float(market.employers.heads[kind].sum()))
        fewer.append(staff[0] - staff[1])
    assert chance_of_luck(fewer) < FALSE_ALARM


# Growth of firms -----------------------------------------------------------------------------


def test_growth_varies_less_in_large_firms_and_keeps_the_mean() -> None:
    market = small_market(1, 2000)
    world, employers = market.world, market.employers
    rows = np.flatnonzero(employers.kind == EmployerKind.STARTUP)[:1]
    some = 40_000
    template = {name: np.repeat(column, some, axis=0)
                for name, column in employers.rows(rows).items()}  # fmt: skip
    template["key"] = np.arange(some, dtype=np.uint64)
    first = employers.count
    new = employers.born(some, **template)
    assert new[0] == first
    p = ShockParameters()
    spreads = []
    for heads in (6, 6 * 32):
        employers.heads[new] = heads
        luck = shocks(world, p)[new]
        assert np.exp(luck).mean() == pytest.approx(1.0, abs=5 * p.volatility / some**0.5)
        spreads.append(luck.std())
    assert spreads[0] == pytest.approx(p.volatility, rel=0.02)
    assert spreads[1] / spreads[0] == pytest.approx(32**-p.size_fall, rel=0.02)
    assert not shocks(world, dataclasses.replace(p, volatility=0.0)).any()
    public = employers.kind == EmployerKind.PUBLIC_RESEARCH
    assert public.any() and not shocks(world, p)[public].any()


def test_a_startup_with_work_for_many_opens_posts_for_them() -> None:
    market = small_market(1, 300)
    world, p = market.world, market.parameters
    startup = market.employers.kind == EmployerKind.STARTUP
    market.employers.technology[startup] *= 3.0
    market.employers.cash[:] = 10**12
    opened = []
    for speed in (p.posts.speed, p.posts.startup_speed):
        chosen = dataclasses.replace(p.posts, startup_speed=speed)
        at_startups = startup[open_posts(world, chosen, p.worth, p.ventures).employer]
        opened.append((int(at_startups.sum()), int((~at_startups).sum())))
    (few, others), (many, same) = opened
    assert many > 1.5 * few and others == same


@pytest.mark.thorough
def test_the_largest_of_the_firms_born_in_a_run_are_far_apart() -> None:
    """After thirty years the largest tenth has a tail near that of all firms, exponent 1.06.

    The exponent is that of largest likelihood (Hill 1975) with its error; staff here are AI people
    alone and the tail is young, so the band reaches up to 1.6.
    """
    market = lived(2, {}, 360, 250)
    ventures, employers = market.world.ventures, market.employers
    born = ventures.open_rows()
    born = born[ventures.founder[born] >= 0]
    heads = np.sort(employers.heads[ventures.employer[born]].astype(np.float64))[::-1]
    largest = heads[: heads.size // 10]
    exponent = 1.0 / np.log(largest / (largest[-1] - 0.5)).mean()
    error = exponent / np.sqrt(largest.size)
    assert largest.size > 40
    assert exponent - 1.96 * error < 1.6 and exponent + 1.96 * error > 0.8
    assert heads.max() > 20 * np.median(heads)
