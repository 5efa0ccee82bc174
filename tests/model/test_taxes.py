"""Taxes on people: a rate for newcomers, relief of schemes, a higher rate on the top of pay."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import numpy as np
import pytest

from agents.employers import EmployerKind, monthly_cents
from model.month.accounts import book_month
from model.month.bidding import contest_for
from model.month.posts import open_posts
from model.month.rights import RightsParameters, newcomer_gain, rights_of
from model.month.standing import standing
from model.month.taxes import Schedule, gross_pay, ordinary_equivalent, schedule_of, tax_spared
from model.talent_market import TalentMarket
from model.world import F64
from tests.helpers import FALSE_ALARM, SEEDS, chance_of_luck
from tests.levers import I64, at, everybody, lived, market_with, resting, row_of

# newcomers' tax -------------------------------------------------------------------------------


def test_the_newcomers_rate_counts_as_the_pay_that_it_leaves_for_the_years_left() -> None:
    market = resting()
    world, p = market.world, market.parameters.rights
    people, country = market.researchers, row_of(market, "DEU")
    tax = market.tables.country["tax_rate"][country]
    rows, there = everybody(world), at(world, country)
    np.testing.assert_array_equal(newcomer_gain(world, p, rows, there), 0.0)
    world.levers.newcomer_tax_rate[country] = 0.1
    here = people.country == country
    full = np.log(0.9 / (1 - tax))
    np.testing.assert_allclose(newcomer_gain(world, p, rows, there)[~here], full)
    lives = np.flatnonzero(here)
    people.arrived[lives] = world.month - 24
    gain = newcomer_gain(world, p, lives, there[lives])
    np.testing.assert_allclose(gain, full * 3 / 5)
    people.arrived[lives] = people.birth_month[lives]
    np.testing.assert_array_equal(newcomer_gain(world, p, lives, there[lives]), 0.0)
    world.levers.newcomer_tax_rate[country] = 0.9  # nobody asks to pay more
    np.testing.assert_array_equal(newcomer_gain(world, p, rows, there), 0.0)


def test_of_relief_and_the_newcomers_rate_the_better_one_counts() -> None:
    market = resting()
    world, rules, p = market.world, market.rules, market.parameters.rights
    country = row_of(market, "NLD")
    scheme = int(np.flatnonzero(rules.country == country)[0])
    rows = np.flatnonzero(market.researchers.country != country)[:5]
    tax = market.tables.country["tax_rate"][country]
    value = {}
    for rate in (np.nan, tax * 0.9, tax * 0.5):
        for relief in (0.0, 0.3):
            world.levers.newcomer_tax_rate[country] = rate
            rules.relief_rate[scheme], rules.relief_years[scheme] = relief, 5.0
            value[rate, relief] = rights_of(
                world, p, 1.8, np.full(5, scheme), rows, np.zeros(5)
            )
    nothing, relief = value[np.nan, 0.0], value[np.nan, 0.3]
    saved = {rate: 1.8 * np.log((1 - rate) / (1 - tax)) for rate in (tax * 0.9, tax * 0.5)}
    np.testing.assert_allclose(value[tax * 0.9, 0.3], relief)
    np.testing.assert_allclose(value[tax * 0.9, 0.0] - nothing, saved[tax * 0.9])
    np.testing.assert_allclose(value[tax * 0.5, 0.3] - nothing, saved[tax * 0.5])


@pytest.mark.thorough
def test_low_rates_for_newcomers_make_people_move_and_come_back() -> None:
    came, back = [], []
    for seed in range(1, 19):
        off, on = (
            lived(8, seed, levers).world.counters for levers in ({}, {"newcomer_tax_rate": 0.0})
        )
        came.append(float(on.flows[0].sum() - off.flows[0].sum()))
        back.append(float(on.returns.sum() - off.returns.sum()))
    assert chance_of_luck(came) < FALSE_ALARM
    assert chance_of_luck(back) < FALSE_ALARM


# taxes in the accounts ------------------------------------------------------------------------


def taxes_by_hand(market: TalentMarket) -> I64:
    """Tax of each person at work, one after the other, in cents by country."""
    world, rules, levers, p = market.world, market.rules, market.world.levers, RightsParameters()
    people, due = world.researchers, np.zeros(world.countries)
    cents = monthly_cents(people.pay)
    for row in np.flatnonzero(people.employer >= 0):
        country, scheme = int(people.country[row]), int(people.scheme[row])
        ordinary = market.tables.country["tax_rate"][country]
        edge = p.top_tax_threshold * market.tables.country["pay_usd"][country] * 100 / 12
        tax = cents[row] * ordinary
        if np.isfinite(levers.top_tax_rate[country]) and cents[row] > edge:
            tax = edge * ordinary + (cents[row] - edge) * levers.top_tax_rate[country]
        factor = 1.0
        if scheme >= 0 and world.month - people.status_since[row] < 12 * rules.relief_years[scheme]:
            factor -= rules.relief_rate[scheme]
        rate = levers.newcomer_tax_rate[country]
        if rate < ordinary * factor and world.month - people.arrived[row] < 60:
            due[country] += round(cents[row] * rate)
        else:
            due[country] += round(tax * factor)
    return due.astype(np.int64)


@pytest.mark.parametrize(
    "levers",
    [{}, {"newcomer_tax_rate": 0.1}, {"top_tax_rate": 0.6},
     {"newcomer_tax_rate": 0.2, "top_tax_rate": 0.5}],
    ids=["relief of schemes", "newcomers", "top", "newcomers and top"],
)
def test_governments_get_what_each_person_owes(levers: Mapping[str, float]) -> None:
    market = lived(3, 1, levers, persons=700)
    world, accounts, employers = market.world, market.world.accounts, market.employers
    rules = market.rules
    relieved = np.isin(rules.country, [row_of(market, code) for code in ("USA", "DEU", "NLD")])
    rules.relief_rate[relieved], rules.relief_years[relieved] = 0.4, 4.0
    assert (tax_spared(world, market.parameters.rights) != 0).sum() > (10 if levers else 1)
    households, governments = accounts.households.copy(), accounts.governments.copy()
    p = market.parameters
    book_month(world, p.accounts, p.worth, p.rights, p.ventures)
    assert accounts.total(employers) == 0
    paid = np.zeros(world.countries, dtype=np.int64)
    np.add.at(paid, employers.country, employers.payroll)
    public = np.zeros(world.countries, dtype=np.int64)
    grant = employers.kind == EmployerKind.PUBLIC_RESEARCH
    np.add.at(public, employers.country[grant], employers.payroll[grant])
    taxes = accounts.governments - governments + public
    np.testing.assert_array_equal(accounts.households - households + taxes, paid)
    workers = np.bincount(market.researchers.country, minlength=world.countries)
    # taxing everybody alone rounds everybody alone
    assert (np.abs(taxes - taxes_by_hand(market)) <= 1 + workers).all()


# top tax --------------------------------------------------------------------------------------


def test_the_ordinary_equivalent_bends_at_the_threshold_and_its_inverse_leads_back() -> None:
    pay = np.array([1.0, 99_999.0, 100_000.0, 150_000.0, 900_000.0])
    schedule = Schedule(np.full(5, 100_000.0), np.full(5, 0.5))
    counted = ordinary_equivalent(schedule, pay)
    np.testing.assert_allclose(counted, [1.0, 99_999.0, 100_000.0, 125_000.0, 500_000.0])
    np.testing.assert_allclose(gross_pay(schedule, counted), pay)
    assert ordinary_equivalent(None, pay) is pay and gross_pay(None, pay) is pay


def test_a_top_rate_leaves_what_the_law_says_and_newcomers_alone() -> None:
    market = resting()
    world, p = market.world, market.parameters.rights
    people, country = market.researchers, row_of(market, "DEU")
    rows, there, scheme = everybody(world), at(world, country), at(world, -1)
    assert schedule_of(world, p, rows, there, scheme) is None
    tax = market.tables.country["tax_rate"][country]
    edge = p.top_tax_threshold * market.tables.country["pay_usd"][country]
    world.levers.top_tax_rate[country] = 0.8
    schedule = schedule_of(world, p, rows, there, scheme)
    assert schedule is not None
    net = (1 - tax) * ordinary_equivalent(schedule, np.full(rows.size, edge + 100_000.0))
    np.testing.assert_allclose(net, edge * (1 - tax) + 100_000.0 * 0.2)
    elsewhere = schedule_of(world, p, rows, at(world, row_of(market, "USA")), scheme)
    assert elsewhere is not None and np.isinf(elsewhere.threshold).all()
    world.levers.newcomer_tax_rate[country] = 0.1
    people.arrived[:] = world.month - 36
    schedule = schedule_of(world, p, rows, there, scheme)
    assert schedule is not None
    here = people.country == country
    np.testing.assert_allclose(schedule.slope[~here], 1.0)
    np.testing.assert_allclose(schedule.slope[here], 0.4 + 0.6 * 0.2 / (1 - tax))


def hired(market: TalentMarket, country: int) -> dict[str, F64]:
    """Where everybody would be hired if all looked at once, by standing; nothing is written."""
    world, people, p = market.world, market.researchers, market.parameters
    world.employers.technology *= 1.2  # many posts
    posts = open_posts(world, dataclasses.replace(p.posts, speed=0.5), p.worth, p.ventures)
    world.employers.technology /= 1.2
    rows = np.flatnonzero(~people.waiting)
    now = standing(world, rows, p.bidding, p.rights, p.worth)
    hires, *_ = contest_for(world, rows, now, posts, p.search, p.bidding, p.rights, p.worth)
    able = people.ability[hires.rows] >= world.ability_cuts[0]
    foreign = people.country[hires.rows] != hires.country
    there = foreign & (hires.country == country)
    away = foreign & (people.country[hires.rows] == country)
    return {
        "in": np.array([(there & able).sum(), (there & ~able).sum()], dtype=float),
        "out": np.array([(away & able).sum(), (away & ~able).sum()], dtype=float),
    }


def test_a_top_rate_turns_able_people_away_and_others_less() -> None:
    """The same posts meet the same people, so nothing but the tax differs."""
    fewer, more, before = [], [], np.zeros(2)
    for seed in SEEDS:
        market = market_with(
            seed, {}, persons=300, parameters={"rights.top_tax_threshold": 1.0}
        )
        usa = row_of(market, "USA")
        market.world.month += 1
        off = hired(market, usa)
        market.world.levers.top_tax_rate[usa] = 0.9
        on = hired(market, usa)
        fewer.append(off["in"] - on["in"])
        more.append(on["out"] - off["out"])
        before += off["in"]
    assert chance_of_luck([able for able, _ in fewer]) < FALSE_ALARM
    assert chance_of_luck([able for able, _ in more]) < FALSE_ALARM
    able, others = np.sum(fewer, axis=0) / before
    assert able > 1.3 * others
