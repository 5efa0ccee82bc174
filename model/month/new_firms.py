"""New firms: the row of employers and the venture of a startup that is founded."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from agents.chance import draw, normal
from agents.employers import (
    MONTHS,
    EmployerKind,
    effect_of,
    match_of,
    monthly_cents,
    output,
)
from agents.levers import FIELDS, month_text
from agents.populations import Rows
from agents.researchers import EFFECT_UNIT, NEVER
from agents.ventures import Ending, Stage
from model.month.bidding import Hires
from model.month.computing import lift
from model.month.education import yearly_growth
from model.month.founding import FoundingParameters
from model.month.frontier import demand_shares
from model.month.growth import rest_of_growth
from model.month.moves import start_jobs
from model.month.rounds import FundingParameters
from model.month.sales import VentureParameters, first_market
from model.month.search import schedule_search
from model.opening_parameters import Groups
from model.world import F64, I64, World


def incorporate(
    world: World, rows: Rows, calls: I64, groups: Groups, founding: FoundingParameters,
    funding: FundingParameters, ventures: VentureParameters,
) -> I64:
    """Make a startup for each founder, who leaves the present job for it and brings own money.

    Parameters
    ----------
    rows
        Founders in the order of their identities.
    calls
        Position of the founder in ``rows`` for each colleague who is called.

    Returns
    -------
    Rows of employers of the startups.
    """
    people, employers = world.researchers, world.employers
    country = people.country[rows].astype(np.int64)
    price = world.price()[country]
    employer, effect = _born(world, rows, country, price, groups, founding)
    pay = (founding.own_pay * price * (effect / EFFECT_UNIT)).astype(np.float32)
    monthly = monthly_cents(pay)
    world.ventures.born(
        rows.size, key=employers.key[employer], employer=employer, founder=people.id[rows],
        founded=world.month, stage=Stage.UNFUNDED, rounds=0, raised=0, valuation=0.0,
        founders_share=1.0 - funding.staff_pool, investors_share=0.0,
        staff_share=funding.staff_pool, founder_equity=0.0,
        market=first_market(world, employers.key[employer], ventures), revenue=0.0,
        # the first round is asked for from the start
        burn=monthly, closed=0, ending=Ending.OPEN, licensed=0.0,
    )
    asked = 1 + np.bincount(calls, minlength=rows.size)
    brought = np.rint(monthly * founding.own_months).astype(np.int64) * asked
    np.subtract.at(world.accounts.households, country, brought)
    employers.cash[employer] = brought
    _join(world, rows, employer, country, pay.astype(np.float64), effect, groups, founding)
    np.add.at(world.counters.founded, country, 1)
    return employer


def _born(
    world: World, rows: Rows, country: I64, price: F64, groups: Groups,
    founding: FoundingParameters,
) -> tuple[I64, I64]:
    """New rows of employers, without people, and the effect that founders have but for fit."""
    people, employers, opening = world.researchers, world.employers, groups.opening
    size = rows.size
    key = draw(world.key("startup"), people.key[rows])
    tilt = opening.specialisation * normal(
        world.key("mix", 0), key[:, None], np.arange(len(FIELDS))[None, :]
    )
    tilt[np.arange(size), people.field[rows]] += founding.own_field
    mix = demand_shares(world, groups.frontier, world.month)[country] * np.exp(tilt)
    mix /= mix.sum(axis=1, keepdims=True)
    effect = effect_of(
        people, rows, mix, np.arange(rows.size), groups.worth.applied_premium
    )
    made = _technology(world, rows, price, effect / EFFECT_UNIT, key, groups, founding)
    demand = yearly_growth(world, groups.education, world.month)[country] / MONTHS
    progress = np.log1p(groups.frontier.productivity) / MONTHS
    level = world.levers.research_environment[country] * opening.startup_environment
    setting = level / lift(made.planned, groups.computing)
    first = employers.count
    employers.born(
        size, key=key, kind=EmployerKind.STARTUP, country=country,
        firm=first + np.arange(size), opens=world.month, persons_per_agent=1.0,
        technology=made.technology, computing=made.computing,
        growth=rest_of_growth(groups.worth) * demand + progress, demand_growth=demand,
        capacity=np.inf, mix=mix, tilt=tilt,
        environment=setting * lift(made.computing, groups.computing), setting=setting,
        premium=opening.startup_pay, learnt=0.0, equity=0.0, heads=0, effect=0, payroll=0,
        promised_heads=0, promised_effect=0, promised_pay=0, produced=0.0, budget=0, cash=0,
    )
    employers.names.extend(_names(world, country))
    return np.arange(first, first + size), effect.astype(np.int64)


def _names(world: World, country: I64) -> list[str]:
    """Country, month and number."""
    number = np.arange(country.size)
    before = (country[:, None] == country) & (number[:, None] > number)
    when = month_text(world.month)
    return [
        f"{world.tables.countries[place]} startup {when} {count + 1}"
        for place, count in zip(country, before.sum(axis=1), strict=True)
    ]


class Made(NamedTuple):
    """What new startups can do; arrays of one length."""

    technology: F64
    computing: F64
    """For the founder alone, USD a year."""
    planned: F64
    """For each person of the team that the startup is made for."""


def _technology(
    world: World, rows: Rows, price: F64, effect: F64, key: Any, groups: Groups,
    founding: FoundingParameters,
) -> Made:
    """Technology for the team that the startup is made for, computing for its founder alone.

    As at the opening, that team is wanted at going pay with the computing it then rents; its size
    is log-normal and rises with the founder's ability.
    """
    worth, opening = groups.worth, groups.opening
    gamma, alpha = worth.team_elasticity, worth.computing_elasticity
    luck = normal(world.key("startup size", 0), key)
    ability = world.researchers.ability[rows].astype(np.float64)
    spread = opening.startup_spread
    persons = founding.team * np.exp(spread * luck - 0.5 * spread * spread)
    persons = np.maximum(persons * ability**founding.ability_in_technology, 1.0)
    team = persons * effect
    asked = price * opening.startup_pay * (1.0 + groups.posts.margin)
    productivity = asked / (
        gamma * team ** (gamma - 1.0) * effect**worth.peer_elasticity * worth.startup_survival
    )
    yearly = output(productivity, team, persons, np.inf, 1.0, worth)
    planned = alpha * yearly
    technology = productivity / np.maximum(planned, 1e-9) ** alpha
    alone = alpha * output(technology, effect, 1.0, np.inf, 1.0, worth)
    # K = α · A · K^α · h^(γ + ε)
    return Made(technology, alone ** (1.0 / (1.0 - alpha)), planned / persons)


def _join(
    world: World, rows: Rows, employer: I64, country: I64, pay: F64, effect: I64, groups: Groups,
    founding: FoundingParameters,
) -> None:
    """Founders begin at their firms, whose idea is the one that fits them best of several."""
    people = world.researchers
    ideas = np.arange(max(round(founding.ideas), 1))
    fit = normal(world.key("idea"), people.key[rows][:, None], ideas[None, :]).max(axis=1)
    effect = np.rint(effect * match_of(fit, groups.worth)).astype(np.int64)
    nobody = np.zeros(rows.size, dtype=bool)
    start_jobs(
        world,
        Hires(
            rows, employer, country, np.full(rows.size, -1), pay, effect, fit, nobody,
        ),
        groups.exits,
    )
    people.job_ends[rows] = NEVER
    schedule_search(world, rows, groups.search)
