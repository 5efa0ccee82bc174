"""Single processes of a month: rounding, lotteries, clocks, accounts, worth, and the tables."""

from __future__ import annotations

import dataclasses
import functools
import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from agents.employers import EmployerKind, WorthParameters
from agents.researchers import EFFECT_UNIT, NEVER, Status
from model.month.accounts import AccountParameters, book_month
from model.month.choice_of_study import ChoiceParameters
from model.month.clocks import next_event, permanence_month
from model.month.education import EducationParameters, entrants_due
from model.month.exits import ExitParameters, start_grace
from model.month.moves import return_home
from model.month.rights import RightsParameters
from model.month.sales import VentureParameters, sold_share
from model.month.visas import (
    Application,
    admit,
    advance_status,
    apply,
    open_places,
)
from model.opening import opening_cells
from model.scenario import read_scenario
from model.talent_market import TalentMarket
from model.world import World
from tests.helpers import hoeffding, small_market

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
BARE = {"opening.burn_in_months": 0.0}
WORTH = WorthParameters()


def bare(seed: int = 1, persons_per_agent: float = 2000) -> TalentMarket:
    """A market as the data have it, without a burn-in."""
    return small_market(seed, persons_per_agent, BARE)


# rounding -----------------------------------------------------------------------------------


def expected_entrants(world: World, months: int) -> F64:
    """Entrants of the first months in agents, before rounding: an integral of growing numbers."""
    table = world.tables.country
    grid = (np.arange(200 * months) + 0.5) / 200 / 12
    growth = np.log1p(table["stock_growth"])
    curve = np.exp(growth[:, None] * grid[None, :]).mean(axis=1) * months / 12
    # the table gives the number of the first year as a whole
    year = (np.arange(2400) + 0.5) / 2400
    curve = curve / np.exp(growth[:, None] * year[None, :]).mean(axis=1)
    return np.asarray(table["entrants"] * curve / world.persons_per_agent)


def test_entrants_are_never_off_by_more_than_one_agent() -> None:
    world = bare().world
    came = np.zeros(world.countries)
    for months in range(1, 49):
        world.month += 1
        due = entrants_due(world, EducationParameters(), ChoiceParameters())
        assert (due >= 0).all()
        came += due
        assert (np.abs(came - expected_entrants(world, months)) <= 1.0 + 1e-3).all()


def test_entrants_are_exact_in_expectation() -> None:
    """The mean over seeds; luck of rounding lies in a range of width one."""
    world = bare().world
    seeds, months = 400, 7
    total = np.zeros(world.countries)
    for seed in range(seeds):
        world.seed = seed
        world.month = world.start - 1
        for _ in range(months):
            world.month += 1
            total += entrants_due(world, EducationParameters(), ChoiceParameters())
    # one test for each country: the share of luck that each may take is smaller
    room = hoeffding(seeds) * np.sqrt(2.0)
    assert (np.abs(total / seeds - expected_entrants(world, months)) < room).all()


def test_places_are_never_off_by_more_than_one_agent_and_exact_in_expectation() -> None:
    world = bare(persons_per_agent=3000).world
    rules = world.rules
    groups = world.quota_left.size
    seeds, months = 300, 5
    world.frozen_rules = world.start
    capped = np.isfinite(rules.places) & rules.in_force(world.start)
    group = rules.route_group[capped]
    expected = np.zeros(groups)
    expected[group] = rules.places[capped] / rules.open_months[group] * months / 3000
    assert (expected % 1.0 > 0.2).any() and (expected % 1.0 < 0.9).any()
    total = np.zeros(groups)
    for seed in range(seeds):
        world.seed, world.month = seed, world.start
        world.quota_left[:], world.quota_drawn[:] = 0, 0.0
        for _ in range(months):
            world.month += 1
            before = world.quota_left.copy()
            open_places(world)
            assert (world.quota_left >= before).all()
        assert (np.abs(world.quota_left - expected)[group] <= 1.0 + 1e-9).all()
        total += world.quota_left
    np.testing.assert_array_less(np.abs(total / seeds - expected)[group], hoeffding(seeds) * 1.3)


def test_places_that_a_year_left_over_lapse_in_january() -> None:
    world = bare(persons_per_agent=3000).world
    while world.month % 12 != 11:
        world.month += 1
    world.quota_left[:] = 50
    world.month += 1
    open_places(world)
    assert (world.quota_left < 50).all()


# the lottery --------------------------------------------------------------------------------


@functools.cache
def lottery_market() -> TalentMarket:
    """One market for many lotteries; each leaves people and cases as it found them."""
    return bare(persons_per_agent=3000)


@given(st.integers(0, 2**40), st.integers(0, 25), st.integers(0, 40), st.floats(0.0, 30.0))
def test_the_cutoff_of_a_lottery_solves_its_equation(
    seed: int, places: int, size: int, outside: float
) -> None:
    """AI applicants below c + outside · c = places, up to one applicant; the lowest ranks win."""
    market = lottery_market()
    world, rules = market.world, market.rules
    world.seed = seed
    row = int(np.flatnonzero(
        [s.id == "usa-h-1b" and s.open_in(world.month) for s in rules.schemes]
    )[0])
    group = int(rules.route_group[row])
    rules.outside[row] = outside * rules.open_months[group] * world.persons_per_agent
    world.quota_left[group] = places
    employers = market.employers
    employer = int(np.flatnonzero(
        (employers.kind == EmployerKind.INDUSTRY) & (employers.country == rules.country[row])
    )[0])
    people = np.flatnonzero(market.researchers.country != rules.country[row])[:size]
    asked = Application(
        people, np.full(size, employer), np.full(size, row), np.full(size, 9e4),
        np.full(size, 4096), np.zeros(size), *2 * [np.zeros(size, dtype=bool)],
    )
    lost = apply(world, market.parameters.rights, asked)
    won = np.setdiff1d(people, lost)
    cases = world.cases
    assert np.isin(market.researchers.id[won], cases.person).all()
    cases.remove(np.arange(cases.count))
    market.researchers.waiting[:] = False
    assert won.size <= places
    left = int(world.quota_left[group])
    assert 0 <= left <= places - won.size
    if won.size < size and places > 0:
        # the next applicant would not have fitted with the outsiders below its rank
        assert left <= 1 or outside == 0.0 or won.size == places
    if size + outside <= places:
        assert won.size == size
        assert left in (
            int(np.floor(places - size - outside)), int(np.ceil(places - size - outside))
        )


def test_the_lottery_gives_everybody_the_same_chance_and_order_none() -> None:
    market = bare(persons_per_agent=3000)
    world, rules = market.world, market.rules
    row = int(np.flatnonzero(
        [s.id == "usa-h-1b" and s.open_in(world.month) for s in rules.schemes]
    )[0])
    employers = market.employers
    employer = int(np.flatnonzero(
        (employers.kind == EmployerKind.INDUSTRY) & (employers.country == rules.country[row])
    )[0])
    people = np.flatnonzero(market.researchers.country != rules.country[row])[:20]
    outcomes = []
    for order in (people, people[::-1]):
        won = np.zeros(20)
        for seed in range(400):
            world.seed = seed
            world.quota_left[:] = 8
            asked = Application(
                order, np.full(20, employer), np.full(20, row), np.full(20, 9e4),
                np.full(20, 4096), np.zeros(20), *2 * [np.zeros(20, dtype=bool)],
            )
            lost = apply(world, market.parameters.rights, asked)
            won += ~np.isin(people, lost)
            world.cases.remove(np.arange(world.cases.count))
            market.researchers.waiting[:] = False
        outcomes.append(won)
    np.testing.assert_array_equal(outcomes[0], outcomes[1])
    chance = outcomes[0] / 400
    assert 0.0 < chance.mean() < 1.0
    assert (np.abs(chance - chance.mean()) < hoeffding(400) * np.sqrt(1.5)).all()


# clocks -------------------------------------------------------------------------------------


def settler(market: TalentMarket, origin: str, host: str) -> I64:
    """One employed person of the origin, brought to the host with its first work scheme."""
    world, people = market.world, market.researchers
    born, there = market.tables.index[origin], market.tables.index[host]
    row = np.flatnonzero((people.birth_country == born) & (people.country == born)
                         & (people.employer >= 0))[:1]
    world.leave_job(row)
    world.relocate(row, there)
    employer = np.flatnonzero(market.employers.country == there)[:1]
    scheme = market.rules.for_work(world.month, inside=False) & (market.rules.country == there)
    scheme &= market.rules.sponsored & np.isfinite(market.rules.years_to_permanence)
    scheme &= market.rules.min_pay < 80_000
    admit(world, row, np.flatnonzero(scheme)[:1])
    world.take_job(row, employer, 90_000.0, EFFECT_UNIT, 0.0)
    people.job_ends[row] = NEVER
    return row


def wait_for_event(market: TalentMarket, row: I64) -> I64:
    """Let time pass to the next event of a status; who has to leave."""
    world, people = market.world, market.researchers
    until = int(people.status_until[row][0])
    others = np.setdiff1d(np.arange(people.count), row)
    people.status_until[others] = NEVER
    world.month = until - 1
    before = int(people.status[row][0])
    rights = RightsParameters(renounce=0.0)
    assert advance_status(world, rights).size == 0 and people.status[row][0] == before
    world.month = until
    return advance_status(world, rights)


def test_work_leads_to_permanence_and_permanence_to_citizenship() -> None:
    market = bare()
    world, people, rules = market.world, market.researchers, market.rules
    row = settler(market, "IND", "USA")
    host = market.tables.index["USA"]
    assert market.tables.queue_years[host, market.tables.index["IND"]] > 0
    assert people.status[row][0] == Status.WORK
    scheme = int(people.scheme[row][0])
    arrived = world.month
    years = rules.years_to_permanence[scheme] + market.tables.queue_years[
        host, people.birth_country[row][0]
    ]
    assert permanence_month(world, row)[0] == arrived + years * 12
    for _ in range(100):
        assert wait_for_event(market, row).size == 0
        if people.status[row][0] != Status.WORK:
            break
    assert people.status[row][0] == Status.PERMANENT
    assert world.month == np.ceil(arrived + years * 12) or world.month == arrived + 1
    assert people.status_since[row][0] == world.month
    due = arrived + market.tables.country["years_to_citizenship"][host] * 12
    assert people.status_until[row][0] == max(int(due), world.month + 1)
    assert wait_for_event(market, row).size == 0
    code = market.tables.country["dual_citizenship"]
    both = code[host] in (2, 3) and code[people.birth_country[row][0]] in (1, 3)
    citizen = people.citizenships[row][0] & (1 << host)
    assert bool(citizen) == both
    assert people.status[row][0] == (Status.CITIZEN if both else Status.PERMANENT)
    assert people.status_until[row][0] == NEVER


@pytest.mark.parametrize("allowed", [True, False])
def test_citizenship_needs_that_both_countries_allow_two(allowed: bool) -> None:
    market = bare()
    world, people = market.world, market.researchers
    code = market.tables.country["dual_citizenship"]
    hosts = [c for c in ("CAN", "FRA", "GBR", "USA") if code[market.tables.index[c]] in (2, 3)]
    origins = [
        c for c in ("IND", "CHN", "BRA", "TUR", "MEX", "PAK", "NGA", "RUS", "EGY")
        if c in market.tables.index and (code[market.tables.index[c]] in (1, 3)) == allowed
    ]
    row = settler(market, origins[0], hosts[0])
    host = market.tables.index[hosts[0]]
    people.status[row] = Status.PERMANENT
    people.status_until[row] = next_event(world, row)
    wait_for_event(market, row)
    assert bool(people.citizenships[row][0] & (1 << host)) == allowed
    assert people.status[row][0] == (Status.CITIZEN if allowed else Status.PERMANENT)
    assert people.status_until[row][0] == NEVER


def test_a_period_of_grace_ends_with_the_return_home() -> None:
    market = bare()
    world, people = market.world, market.researchers
    row = settler(market, "IND", "USA")
    scheme = int(people.scheme[row][0])
    world.leave_job(row)
    start_grace(world, row, ExitParameters())
    assert people.status[row][0] == Status.GRACE
    months = market.rules.grace[scheme]
    assert people.status_until[row][0] == world.month + months
    leaving = wait_for_event(market, row)
    np.testing.assert_array_equal(leaving, row)
    return_home(world, leaving)
    assert people.country[row][0] == people.birth_country[row][0]
    assert people.status[row][0] == Status.CITIZEN and people.scheme[row][0] == -1
    assert people.employer[row][0] == -1


@pytest.mark.parametrize(("pay", "stays"), [(79_999.0, False), (80_001.0, True)])
def test_a_permit_is_renewed_only_while_pay_meets_the_threshold(pay: float, stays: bool) -> None:
    market = bare()
    world, people, rules = market.world, market.researchers, market.rules
    row = settler(market, "IND", "USA")
    scheme = int(people.scheme[row][0])
    rules.min_pay[scheme], rules.stay[scheme] = 80_000.0, 24.0
    rules.years_to_permanence[scheme] = 30.0
    rules.changed()
    world.raise_pay(row, pay)
    people.status_until[row] = next_event(world, row)
    assert people.status_until[row][0] == world.month + 24
    begun = world.month
    leaving = wait_for_event(market, row)
    assert leaving.size == (0 if stays else 1)
    if stays:
        assert people.status[row][0] == Status.WORK
        assert people.status_until[row][0] == begun + 48


@pytest.mark.parametrize("years", [3.4, 3.9, 4.0])
def test_the_clock_of_a_permit_strikes_at_its_end_and_at_permanence_alone(years: float) -> None:
    """No review of pay between the two; years to permanence need not be whole months."""
    market = bare()
    world, people, rules = market.world, market.researchers, market.rules
    row = settler(market, "IND", "CAN")
    scheme = int(people.scheme[row][0])
    rules.stay[scheme], rules.years_to_permanence[scheme] = 36.0, years
    rules.changed()
    begun = world.month
    people.status_until[row] = next_event(world, row)
    struck = []
    while people.status[row][0] == Status.WORK:
        assert wait_for_event(market, row).size == 0
        struck.append(world.month - begun)
    assert struck == [36, int(np.ceil(years * 12 - 1e-9))]


# accounts -----------------------------------------------------------------------------------


def test_every_entry_has_its_counter_entry() -> None:
    market = bare(persons_per_agent=1000)
    world, accounts = market.world, market.world.accounts
    employers = market.employers
    cash, owners, customers = employers.cash.copy(), accounts.owners, accounts.customers
    suppliers = accounts.suppliers
    governments, households = accounts.governments.copy(), accounts.households.copy()
    # else some pay less than the ordinary tax
    market.rules.relief_rate[:] = 0.0
    world.levers.newcomer_tax_rate[:] = np.nan
    book_month(world, AccountParameters(), WORTH, RightsParameters(), VentureParameters())
    assert accounts.total(employers) == 0
    public = employers.kind == EmployerKind.PUBLIC_RESEARCH
    sales = customers - accounts.customers
    sold = np.where(public, 0.0, employers.produced)
    # a startup sells a part of what it makes
    rows = world.ventures.open_rows()
    part = sold_share(world, rows, VentureParameters())
    full = np.rint(sold * (100 / 12))
    full[world.ventures.employer[rows]] = np.rint(full[world.ventures.employer[rows]] * part)
    assert sales == int(full.sum()) and (part < 1.0).any()
    country = employers.country.astype(np.int64)
    paid = np.zeros(world.countries, dtype=np.int64)
    np.add.at(paid, country, employers.payroll)
    grants = np.zeros(world.countries, dtype=np.int64)
    np.add.at(grants, country[public], employers.payroll[public])
    earned = accounts.households - households
    taxes = accounts.governments - governments + grants
    np.testing.assert_array_equal(earned + taxes, paid)
    rate = world.tables.country["tax_rate"]
    assert (np.abs(taxes - paid * rate) <= 0.5 + 1e-9 * paid).all()
    taken = accounts.owners - owners
    private = employers.payroll[~public].sum()
    rent = accounts.suppliers - suppliers
    yearly = (employers.computing / employers.persons_per_agent)[employers.heads > 0].sum()
    assert rent == pytest.approx(yearly * 100 / 12, abs=employers.count) and rent > 0
    assert employers.cash.sum() - cash.sum() == sales - private - rent - taken


def test_owners_fill_an_empty_till_and_take_what_lies_above_the_buffer() -> None:
    market = bare(persons_per_agent=1000)
    world, employers = market.world, market.employers
    private = np.flatnonzero(
        (employers.kind != EmployerKind.PUBLIC_RESEARCH) & (employers.payroll > 0)
    )
    poor, rich = private[0], private[1]
    employers.technology[poor] = 0.0
    employers.cash[poor], employers.cash[rich] = 0, 10**13
    world.accounts.owners -= int(employers.cash.sum()) + int(
        world.accounts.total(employers) - employers.cash.sum()
    )
    assert world.accounts.total(employers) == 0
    owners = world.accounts.owners
    book_month(world, AccountParameters(), WORTH, RightsParameters(), VentureParameters())
    assert world.accounts.total(employers) == 0
    assert employers.cash[poor] == 0
    assert world.accounts.owners != owners
    months = int(AccountParameters().buffer_months)
    least = np.rint(
        world.tables.country["pay_usd"][employers.country[rich]] * 100 / 12 * months
    )
    assert employers.cash[rich] == max(employers.payroll[rich] * months, int(least))
    assert (employers.cash >= 0).all()
    public = employers.kind == EmployerKind.PUBLIC_RESEARCH
    assert not employers.cash[public].any()


# the opening --------------------------------------------------------------------------------


@pytest.mark.parametrize("persons_per_agent", [700.0, 3000.0])
def test_opening_stocks_are_those_of_the_data_within_one_agent_a_cell(
    persons_per_agent: float,
) -> None:
    """Cells are (country of birth, country of residence); a country too is off by one at most."""
    market = small_market(4, persons_per_agent)
    tables = market.tables
    persons = (tables.origins * tables.country["stock"][:, None]).T / persons_per_agent
    waits = np.zeros_like(market.world.compatriots)
    people = market.researchers
    rows = np.flatnonzero(people.waiting)
    np.add.at(waits, (people.birth_country[rows], people.country[rows]), 1)
    gap = market.world.compatriots - persons
    # nobody who waits for a visa is taken out, so such cells may hold them besides
    assert (gap >= -1.0).all() and (gap <= np.maximum(1.0, waits)).all()
    stock = market.world.stock() - tables.country["stock"] / persons_per_agent
    assert (np.abs(stock) <= 1.0 + waits.sum(axis=0)).all()
    np.testing.assert_array_equal(
        np.maximum(opening_cells(market.world), waits), market.world.compatriots
    )


def test_the_opening_counts_nothing_as_a_flow_and_pays_what_the_data_say() -> None:
    market = small_market(5, 700)
    for field in dataclasses.fields(market.world.counters):
        assert not np.any(getattr(market.world.counters, field.name)), field.name
    employers = market.employers
    country = employers.country.astype(np.int64)
    paid = np.bincount(country, employers.payroll, market.world.countries) * 12 / 100
    heads = np.bincount(country, employers.heads, market.world.countries)
    some = heads > 0
    mean = paid[some] / heads[some]
    np.testing.assert_allclose(mean, market.tables.country["pay_usd"][some], rtol=1e-5)
    assert market.world.accounts.total(employers) == 0


# tables -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def lively() -> TalentMarket:
    """Two and a half years with many moves; read it, never change it."""
    market = small_market(
        6, 700, {"search.rate": 0.3, "search.slope": 0.0, "search.abroad_share": 0.6}
    )
    market.run_until("2021-06")
    return market


@pytest.fixture(scope="module")
def wide(lively: TalentMarket) -> pd.DataFrame:
    """Measures side by side, by period and country."""
    table = lively.national()
    assert not table.duplicated(["period", "country", "measure"]).any()
    return table.pivot(index=["period", "country"], columns="measure", values="value")


def test_stocks_follow_from_flows_in_months_and_in_years(wide: pd.DataFrame) -> None:
    periods = wide.index.get_level_values("period").unique()
    months = sorted(name for name in periods if len(name) == 7)
    years = sorted(name for name in periods if len(name) == 4)
    assert months[0] == "2018-12" and months[-1] == "2021-06"
    assert years == ["2018", "2019", "2020", "2021"]
    moved = 0.0
    for names in (months, years):
        for before, now in itertools.pairwise(names):
            old, new = wide.loc[before], wide.loc[now]
            follows = (
                old["stock"] + new["graduates"] + new["inflow"] - new["outflow"] - new["exits"]
            )
            np.testing.assert_allclose(new["stock"], follows, rtol=1e-12)
            np.testing.assert_allclose(new["net"], new["inflow"] - new["outflow"])
            moved += float(new["inflow"].sum())
    assert moved > 0
    for year in ("2019", "2020"):
        inside = [name for name in months if name.startswith(year)]
        for measure in ("inflow", "outflow", "graduates", "exits", "net"):
            total = sum(wide.loc[name][measure] for name in inside)
            np.testing.assert_allclose(wide.loc[year][measure], total)
        np.testing.assert_allclose(wide.loc[year]["stock"], wide.loc[inside[-1]]["stock"])


def test_the_world_is_the_sum_of_its_countries(wide: pd.DataFrame) -> None:
    for measure in ("stock", "inflow", "outflow", "graduates", "exits", "unemployed", "net"):
        table = wide[measure].unstack("country")
        parts = table.drop(columns="WLD")
        np.testing.assert_allclose(parts.sum(axis=1).fillna(0), table["WLD"].fillna(0), atol=1e-6)
    assert np.abs(wide["net"].xs("WLD", level="country").fillna(0)).max() < 1e-9


def test_inflow_and_outflow_are_sums_of_flows(lively: TalentMarket, wide: pd.DataFrame) -> None:
    flows = lively.flows()
    fields = [name for name in flows.group.unique() if name not in ("all", "top10", "top1")]
    everybody = flows[flows.group == "all"]
    assert (everybody.origin != everybody.destination).all()
    for year in (2019, 2020, 2021):
        here = everybody[everybody.year == year]
        for measure, end in (("inflow", "destination"), ("outflow", "origin")):
            summed = here.groupby(end).persons.sum()
            told = wide.loc[str(year)][measure].drop("WLD")
            np.testing.assert_allclose(summed.reindex(told.index, fill_value=0.0), told)
    ends = ["year", "origin", "destination"]
    by_field = flows[flows.group.isin(fields)].groupby(ends).persons.sum()
    pd.testing.assert_series_equal(by_field, everybody.set_index(ends).persons.sort_index())
    best, better = (flows[flows.group == name].set_index(ends).persons for name in
                    ("top1", "top10"))
    assert (best <= better.reindex(best.index)).all()
    assert better.sum() < everybody.persons.sum()


def test_waiting_follows_from_the_pipeline(lively: TalentMarket) -> None:
    """By scheme and year; a scheme that a year leaves out has nothing in it."""
    table = lively.visas().set_index(["year", "country", "scheme"])
    assert not table.index.duplicated().any()
    counts = table.unstack("year", fill_value=0.0)
    assert table.applications.sum() > 0 and table.waiting.sum() > 0
    for before, now in ((2018, 2019), (2019, 2020), (2020, 2021)):
        old = counts["waiting"].get(before, 0.0)
        follows = (
            old + counts["applications"][now] - counts["grants"][now]
            - counts["refusals"][now] - counts["withdrawn"][now]
        )
        np.testing.assert_allclose(counts["waiting"][now], follows)
    assert (table.places <= table.applications - table.refusals + 1e-9).all()


def test_rates_from_few_agents_are_blank_and_others_are_not(
    lively: TalentMarket, wide: pd.DataFrame
) -> None:
    scale, least = lively.world.persons_per_agent, 30
    start = wide["stock"].unstack("country").sort_index()
    some_blank = some_told = 0
    for before, now in (("2018-12", "2019-01"), ("2019-06", "2019-07"), ("2018", "2019")):
        enough = start.loc[before] / scale >= least - 1e-9
        for measure in ("net_per_10k_researchers", "net_per_10k_workforce"):
            told = wide.loc[now][measure].notna()
            np.testing.assert_array_equal(told, enough.reindex(told.index))
            some_blank, some_told = some_blank + (~told).sum(), some_told + told.sum()
    for period in ("2019-01", "2020-05", "2020"):
        row = wide.loc[period]
        enough = row["stock"] / scale >= least - 1e-9
        working = (row["stock"] - row["unemployed"]) / scale >= least - 1e-9
        np.testing.assert_array_equal(row["foreign_born_share"].notna(), enough)
        np.testing.assert_array_equal(row["mismatch"].notna(), working)
        np.testing.assert_array_equal(row["mean_pay"].notna(), working)
    assert some_blank > 0 and some_told > 0


def test_both_published_rates_follow_from_net_flow(
    lively: TalentMarket, wide: pd.DataFrame
) -> None:
    """Over the stock at the start, and the same times AI talent as a fraction of the work force."""
    table = lively.tables.country
    share = pd.Series(table["ai_concentration"], index=list(lively.tables.countries))
    share["WLD"] = (table["ai_concentration"] * table["stock"]).sum() / table["stock"].sum()
    for before, now in (("2018-12", "2019-01"), ("2018", "2019"), ("2019", "2020")):
        per_researcher = wide.loc[now]["net"] / wide.loc[before]["stock"] * 1e4
        told = wide.loc[now]["net_per_10k_researchers"].dropna()
        np.testing.assert_allclose(told, per_researcher[told.index])
        told = wide.loc[now]["net_per_10k_workforce"].dropna()
        np.testing.assert_allclose(told, (per_researcher * share)[told.index])
        assert told.abs().max() > 0


@pytest.mark.parametrize("start", ["2019-01", "2019-07", "2019-12"])
def test_a_run_may_start_in_any_month(start: str) -> None:
    """Each period has one row a country and measure, and all tables can be read at once."""
    scenario = dataclasses.replace(
        read_scenario("small"), start=start, end="2020-03", persons_per_agent=3000.0
    )
    market = TalentMarket(scenario, parameters={"opening.burn_in_months": 1.0})
    for month in (None, "2020-03"):
        if month is not None:
            market.run_until(month)
        table = market.national()
        assert not table.duplicated(["period", "country", "measure"]).any()
        for other in (market.flows(), market.visas(), market.employers_table()):
            assert "year" in other.columns
        assert "period" in market.sampling_error().columns


def test_pay_and_shares_are_those_of_the_people(lively: TalentMarket, wide: pd.DataFrame) -> None:
    """The last month, counted anew from the people themselves."""
    people = lively.researchers
    now = wide.loc["2021-06"]
    for code in ("USA", "CHN", "IND", "GBR"):
        row = lively.tables.index[code]
        here = people.country == row
        works = here & (people.employer >= 0)
        assert now["mean_pay"][code] == pytest.approx(people.pay[works].mean(), rel=1e-5)
        foreign = (people.birth_country[here] != row).mean()
        assert now["foreign_born_share"][code] == pytest.approx(foreign)
        idle = (here & (people.employer < 0)).sum() * lively.world.persons_per_agent
        assert now["unemployed"][code] == idle
