"""Standing: what people who look have now, and how far their employers answer a bid."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from agents.employers import (
    CENTS,
    MONTHS,
    EmployerKind,
    WorthParameters,
    effect_of,
    worth_of_members,
)
from agents.populations import Rows
from agents.researchers import EFFECT_UNIT, Status
from model.chunks import in_chunks
from model.month.accounts import own_share
from model.month.citizenship import prospect_here, prospect_there
from model.month.equity import equity_held
from model.month.grants import hold_of_grant
from model.month.retention import retention_held
from model.month.rights import RightsParameters, newcomer_gain, newcomer_rules, rights_of
from model.month.routes import Routes
from model.month.taxes import ordinary_equivalent, schedule_of
from model.month.utility import BiddingParameters, utility_of_place
from model.month.wanted import counted_technology
from model.world import F64, I64, World


class Standing(NamedTuple):
    """What each searcher has now; one entry a searcher."""

    utility: F64
    """With present pay, or of staying without work."""
    answer: F64
    """Utility with the highest pay that the incumbent would answer with."""
    rest: F64
    """Utility apart from pay."""
    most: F64
    """That highest pay, USD a year."""
    rights: F64
    """Part of the utility that comes from residence, citizenship and tax rules for newcomers."""
    hold: F64
    """What a grant for staying takes from the utility of every offer from abroad."""


def standing(
    world: World, rows: Rows, parameters: BiddingParameters, rights: RightsParameters,
    worth: WorthParameters,
) -> Standing:
    """What searchers have where they are, and how far their employers would answer."""
    reserve, technology = answer_reserve(world, rows, parameters), counted_technology(world, worth)
    price, demand = world.price(), world.demand_by_field()
    extra = equity_held(world, rows) + retention_held(world, rows, parameters.expected_tenure)
    return in_chunks(
        lambda piece: _stand(
            world, rows[piece], extra[piece], reserve, technology, price, demand, parameters,
            rights, worth,
        ),
        rows.size,
        world.chunk,
    )


def _stand(
    world: World, rows: Rows, extra: F64, reserve: F64, technology: F64, price: F64,
    demand: F64, parameters: BiddingParameters, rights: RightsParameters, worth: WorthParameters,
) -> Standing:
    people, employers = world.researchers, world.employers
    employer = people.employer[rows].astype(np.int64)
    employed = employer >= 0
    country = people.country[rows].astype(np.int64)
    idle_environment = world.levers.research_environment[country]
    environment = np.where(employed, employers.environment[employer], idle_environment)
    fit = people.fit[rows].astype(np.float64)
    rest = utility_of_place(world, rows, country, environment, fit, parameters)
    held = rights_here(world, rows, rights, parameters)
    rest += held + parameters.pay_weight * extra
    pay = people.pay[rows].astype(np.float64)
    idle = parameters.reservation * price[country] * _general_effect(world, rows, country, demand)
    pay = np.where(employed, pay, idle)
    most = np.where(employed, _answers(world, rows, reserve, technology, worth), pay)
    schedule = schedule_of(world, rights, rows, country, people.scheme[rows].astype(np.int64))
    counted, weight = ordinary_equivalent(schedule, pay), parameters.pay_weight
    return Standing(
        rest + weight * np.log(counted),
        rest + weight * np.log(ordinary_equivalent(schedule, most)),
        rest,
        most,
        held,
        hold_of_grant(world, rows, counted, parameters, rights),
    )


def going_pay(world: World, rows: Rows, country: I64) -> F64:
    """Going pay in a country for what people can do in its mix of work, USD a year."""
    demand = world.demand_by_field()
    return np.asarray(world.price()[country] * _general_effect(world, rows, country, demand))


def _general_effect(world: World, rows: Rows, country: I64, demand: F64) -> F64:
    """Effect of people in work with the mix of a country, without the worth of other degrees."""
    return effect_of(world.researchers, rows, demand, country, 0.0) / EFFECT_UNIT


def rights_here(
    world: World, rows: Rows, rights: RightsParameters, parameters: BiddingParameters
) -> F64:
    """Utility of the rights that people hold where they live: status, prospects, tax."""
    people = world.researchers
    value = prospect_here(world, rights, rows)
    on_scheme = (people.status[rows] >= Status.WORK) & (people.scheme[rows] >= 0)
    held = np.flatnonzero(on_scheme)
    elapsed = (world.month - people.status_since[rows[held]].astype(np.float64)) / MONTHS
    scheme = people.scheme[rows[held]].astype(np.int64)
    value[held] += rights_of(world, rights, parameters.pay_weight, scheme, rows[held], elapsed)
    if newcomer_rules(world):
        others = np.flatnonzero(~on_scheme)
        country = people.country[rows[others]].astype(np.int64)
        gain = newcomer_gain(world, rights, rows[others], country)
        value[others] += parameters.pay_weight * gain
    return value


def rights_there(
    world: World, rows: Rows, country: I64, route: Routes, rights: RightsParameters,
    parameters: BiddingParameters,
) -> F64:
    """Utility of the rights that people would have in countries where they do not live yet."""
    value = route.rights + prospect_there(world, rights, rows, country)
    if newcomer_rules(world):
        # with a scheme the better of its relief and that rate has been counted
        gain = newcomer_gain(world, rights, rows, country)
        value += np.where(route.scheme < 0, parameters.pay_weight * gain, 0.0)
    return np.asarray(value)


def answer_reserve(world: World, rows: Rows, parameters: BiddingParameters) -> F64:
    """What each employer may spend to keep one of its people who look, USD a year.

    A part of the yearly surplus is shared beforehand among all who look, so that no order matters.
    """
    employers = world.employers
    employer = world.researchers.employer[rows]
    looking = np.bincount(employer[employer >= 0], minlength=employers.count)
    payroll = employers.payroll * (MONTHS / CENTS)
    computing = employers.computing / employers.persons_per_agent * own_share(world)
    surplus = employers.produced - payroll - computing
    # what a startup does not sell yet it can only answer out of cash
    startup = (employers.kind == EmployerKind.STARTUP) & (not world.firms_rest)
    surplus = np.where(startup, np.minimum(surplus, employers.cash / CENTS), surplus)
    surplus = np.maximum(surplus, 0.0) * parameters.answer_share
    return np.asarray(surplus / np.maximum(looking, 1))


def _answers(
    world: World, rows: Rows, reserve: F64, technology: F64, worth: WorthParameters
) -> F64:
    """The most each incumbent pays to keep a person: never above worth, within a reserve.

    Public research keeps to its scale.
    """
    people, employers = world.researchers, world.employers
    employer, pay = people.employer[rows], people.pay[rows].astype(np.float64)
    without = worth_of_members(employers, technology, people, rows, worth)
    public = employers.kind[employer] == EmployerKind.PUBLIC_RESEARCH
    answer = np.maximum(np.minimum(without, pay + reserve[employer]), pay)
    return np.where(public, pay, answer)
