"""Posts: each employer asks what one more person is worth and opens what it can pay for."""

from __future__ import annotations

import dataclasses
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.chance import draw, uniform
from agents.compiled import compiled
from agents.declare import parameter
from agents.employers import (
    MONTHS,
    EmployerKind,
    WorthParameters,
    output,
)
from agents.populations import Rows
from agents.researchers import EFFECT_UNIT
from model.month.budgets import PLANNED, BudgetParameters, within_budget
from model.month.sales import VentureParameters
from model.month.wanted import counted_technology, wanted_team
from model.world import F64, I64, World

LICENCE_YEARS = 3.0  # over which public research spends what a licence brought (assumption)
ONE_PERSON = 0.4  # effect of one person of median ability, where nobody works yet (assumption)
GOLDEN = 0.6180339887498949  # steps that spread the fields of successive posts most evenly


@dataclasses.dataclass(frozen=True)
class PostParameters:
    """When an employer looks for people."""

    margin: float = parameter(
        0.53, unit="1", low=0.0, high=1.0, kind="uncertainty",
        source="Yeh, Macaluso and Hershbein 2022: one more worker of American industry is worth "
        "1.53 times the pay; the weight of fit is set with it so that mean pay does not fall",
        meaning="worth above going pay that an employer asks for before it opens a post",
    )
    speed: float = parameter(
        0.10, unit="1/month", low=0.01, high=0.5, kind="uncertainty", source="assumption",
        meaning="most posts that an employer opens, relative to its team",
    )
    startup_speed: float = parameter(
        0.5, unit="1/month", low=0.01, high=1.0, kind="uncertainty",
        source="assumption: a startup with work for it may double its team within a year, since "
        "about one post in five is filled in a month; fast growing employers recruit harder "
        "(Davis, Faberman and Haltiwanger 2013)",
        meaning="the same for a startup",
    )
    reserve_months: float = parameter(
        3.0, unit="months", low=1.0, high=12.0, kind="constant", source="assumption",
        meaning="months of pay that must lie in cash before a post opens",
    )


class Called(NamedTuple):
    """People whom the founders of a startup call to join; arrays of one length."""

    person: Rows
    employer: I64
    """The new startup's row of employers."""


NOBODY = Called(np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.int64))
"""No calls."""


class Posts(NamedTuple):
    """The posts of one month; one entry a post."""

    employer: I64
    field: I64
    country: I64
    key: NDArray[np.uint64]
    """Identity: employer, number of the post, field."""
    effect: F64
    """Effect of the team once the employer's earlier posts of the month are filled, in agents."""
    heads: F64
    technology: F64
    output: F64
    """Output of that team, at the scale of the model, USD a year."""
    scale_pay: F64
    """Pay of public research in the country before steps of the scale, USD a year."""
    reserve: I64
    """Cash set aside for this post, in cents; public posts rest on a grant instead."""
    reserve_months: float
    """Months of pay, and any fee, that the reserve has to cover."""


def open_posts(
    world: World, parameters: PostParameters, worth: WorthParameters, ventures: VentureParameters,
    called: Called = NOBODY, budgets: BudgetParameters = PLANNED,
) -> Posts:
    """The posts that all employers open this month; founders open one for each whom they call."""
    employers = world.employers
    effect, heads = employers.team()
    country = employers.country.astype(np.int64)
    price = world.price()[country] * employers.premium
    quality = _typical_effect(world, effect, heads, country)
    public = employers.kind == EmployerKind.PUBLIC_RESEARCH
    wanted = wanted_team(world, slice(None), quality, price, parameters.margin, worth)
    room = (wanted - effect) / quality
    typical_pay = price * quality
    paid = employers.payroll * (MONTHS / 100) / np.maximum(employers.heads, 1)
    # a public scale does not follow effect: what a post costs is what the present people cost
    typical_pay = np.where(public & (employers.heads > 0), paid, typical_pay)
    grant = (employers.budget - employers.payroll - employers.promised_pay) * (MONTHS / 100)
    grant = grant + employers.cash / 100 / LICENCE_YEARS
    room = np.where(public, grant / typical_pay, room)
    room = np.where(employers.opens > world.month, -1.0, room)
    promised = np.rint(employers.promised_pay * parameters.reserve_months).astype(np.int64)
    reserve = np.maximum(employers.cash - promised - _set_aside(world, ventures), 0)
    cost = np.maximum(typical_pay * (100 / MONTHS) * parameters.reserve_months, 1.0)
    affordable = np.where(public, np.inf, reserve / cost)
    # a whole number of posts that is right on average: else teams under ten would be held back
    haste = uniform(world.key("posts"), employers.key)
    startup = employers.kind == EmployerKind.STARTUP
    speed = np.where(startup, parameters.startup_speed, parameters.speed)
    most = np.maximum(np.floor(speed * heads + haste), 1.0)
    np.add.at(most, called.employer, 1.0)
    room = within_budget(world, room, most, typical_pay, budgets)
    # one luck an employer rounds the team it wants: luck of the month would fill every small team
    luck = uniform(world.key("posts", 0), employers.key)
    number = np.floor(np.minimum(np.minimum(room + luck, affordable), most))
    number = np.maximum(number, 0.0).astype(np.int64)
    return _listed(world, number, quality, reserve, public, parameters.reserve_months, worth)


def _set_aside(world: World, parameters: VentureParameters) -> I64:
    """Cash that startups keep for their losses when they open posts, in cents, by employer."""
    kept, ventures = np.zeros(world.employers.count, dtype=np.int64), world.ventures
    rows = ventures.open_rows()
    months = np.minimum(world.month - ventures.founded[rows], parameters.reserve_months)
    losses = np.maximum(ventures.burn[rows], 0) * months
    kept[ventures.employer[rows]] = losses.astype(np.int64)
    return kept


def _typical_effect(world: World, effect: F64, heads: F64, country: I64) -> F64:
    """Mean effect of a team; of the country's teams where nobody works."""
    total = np.bincount(country, effect * EFFECT_UNIT, world.countries) / EFFECT_UNIT
    people = np.bincount(country, heads, world.countries)
    mean = np.where(people > 0, total / np.maximum(people, 1.0), ONE_PERSON)
    return np.where(heads > 0, effect / np.maximum(heads, 1.0), mean[country])


def _listed(
    world: World, number: I64, quality: F64, reserve: I64, public: NDArray[np.bool_],
    reserve_months: float, worth: WorthParameters,
) -> Posts:
    """Numbers of posts as a list of posts, each valued after the employer's earlier ones."""
    employers = world.employers
    start = uniform(world.key("post field"), employers.key)
    employer, rank, field, effect, heads = _one_by_one(
        number, start, np.cumsum(employers.mix, axis=1), quality, *employers.team()
    )
    technology = counted_technology(world, worth)[employer]
    shared = reserve // np.maximum(number, 1)
    return Posts(
        employer=employer,
        field=field,
        country=employers.country[employer].astype(np.int64),
        key=draw(0, employers.key[employer], rank, field),
        effect=effect,
        heads=heads,
        technology=technology,
        output=output(
            technology, effect, heads, employers.capacity[employer],
            employers.persons_per_agent[employer], worth,
        ),
        scale_pay=public_scale(world)[employer],
        reserve=np.where(public, 0, shared)[employer],
        reserve_months=reserve_months,
    )


@compiled
def _one_by_one(
    number: I64, start: F64, mix: F64, quality: F64, effect: F64, heads: F64
) -> tuple[I64, I64, I64, F64, F64]:
    """Employer and rank of each post, its field, and effect and heads of the team before it.

    Parameters
    ----------
    start
        Luck of each employer's first field, in [0, 1).
    mix
        Cumulated over the fields.
    """
    employer, rank = np.repeat(np.arange(number.size), number), np.empty(number.sum(), np.int64)
    field = np.zeros_like(rank)
    team, size = np.empty(rank.size), np.empty(rank.size)
    post, last = 0, mix.shape[1] - 1
    for row in range(number.size):
        for earlier in range(number[row]):
            luck = start[row] + earlier * GOLDEN
            luck = (luck - np.floor(luck)) * mix[row, last]
            for passed in range(last):
                field[post] += mix[row, passed] <= luck
            rank[post] = earlier
            team[post], size[post] = effect[row] + earlier * quality[row], heads[row] + earlier
            post += 1
    return employer, rank, field, team, size


def public_scale(world: World) -> F64:
    """Level of the public scale at each employer: its share of the country's mean AI pay."""
    employers = world.employers
    country = employers.country.astype(np.int64)
    heads = np.bincount(country, employers.heads, world.countries)
    paid = np.bincount(country, employers.payroll, world.countries) * (MONTHS / 100)
    mean = np.where(heads > 0, paid / np.maximum(heads, 1), world.tables.country["pay_usd"])
    scale = world.levers.public_pay_scale
    return np.asarray(employers.premium * (scale * mean)[country])
