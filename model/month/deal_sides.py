"""Both sides of a deal: what the two firms are, and who would move under each form."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.deals import BargainParameters, closing_value, overlap, stream_value
from agents.employers import (
    CENTS,
    MONTHS,
    EmployerKind,
    WorthParameters,
    effect_of,
    output,
)
from agents.researchers import EFFECT_UNIT
from model.deal_forms import FormTable
from model.month.accounts import computing_bill
from model.month.deal_search import Talks
from model.world import F64, I64, World

Mask = NDArray[np.bool_]
RAISING_MONTHS = 12.0  # time that a startup needs to raise money; with less it may not live
INVENTORS = 8.0  # people of public research behind what it licenses (assumption)
STREAM_OF_GRANTS = 1.0 / 0.65  # output of public research over its pay, as of private teams


class Movers(NamedTuple):
    """Who would move under each form, shape (pairs, forms); sums in agents."""

    heads: I64
    effect: F64
    """With the buyer."""
    pay: F64
    """USD a year."""
    part: F64
    """Of the target's effect."""


class Sides(NamedTuple):
    """What both firms are before a deal; arrays over pairs, money at the scale of the model."""

    site: I64
    target_output: F64
    """Of a startup, or of a group in public research; USD a year."""
    equity: F64
    survival: F64
    closing: F64
    cash: F64
    raised: F64
    investors: F64
    staff: F64
    """Shares."""
    startup: Mask
    """Whether the target is one."""
    losses: F64
    """Costs less sales, USD a month; nought where it earns."""
    lasting: float
    """Survival of a startup that is not short of money."""
    shared: F64
    """Overlap of the work of both."""


def sides_of(
    world: World, talks: Talks, parameters: BargainParameters, worth: WorthParameters
) -> Sides:
    employers, target = world.employers, talks.target
    venture = world.ventures.of_employers(employers.count)[target]
    startup = venture >= 0
    row = np.maximum(venture, 0)
    cash = employers.cash[target] / CENTS
    made = output(
        employers.productivity(worth)[target], employers.effect[target] / EFFECT_UNIT,
        employers.heads[target].astype(np.float64), employers.capacity[target],
        employers.persons_per_agent[target], worth,
    )
    pay = employers.payroll[target] * (MONTHS / CENTS) / np.maximum(employers.heads[target], 1)
    made = np.where(startup, made, INVENTORS * pay * STREAM_OF_GRANTS)
    costs = (employers.payroll + computing_bill(world))[target] * (MONTHS / CENTS)
    if world.ventures.count:
        v = world.ventures
        # it judges itself by what it will sell once it has grown up
        sold = np.where(startup, v.market[row], 0.0)
        burn = np.maximum(v.burn[row], 1) / CENTS
        runway = np.where(v.burn[row] > 0, cash / burn, np.inf)
        valuation, raised = v.valuation[row], v.raised[row] / CENTS
        investors, staff = v.investors_share[row], v.staff_share[row]
        losses = np.where(startup, np.maximum(v.burn[row], 0) / CENTS, 0.0)
    else:
        sold = runway = valuation = raised = investors = staff = losses = np.zeros(target.size)
    equity = np.maximum(valuation, stream_value(made * sold - costs, parameters))
    survival = worth.startup_survival * np.minimum(runway / RAISING_MONTHS, 1.0)
    return Sides(
        _sites(world, talks), made, equity, survival,
        closing_value(cash, 0.0, parameters), cash, raised, investors, staff, startup, losses,
        worth.startup_survival, overlap(employers.mix[talks.buyer], employers.mix[target]),
    )


def _sites(world: World, talks: Talks) -> I64:
    """The buyer's row in the target's country; -1 where it has none that is open."""
    employers = world.employers
    country = employers.country[talks.target]
    home = employers.country[talks.buyer] == country
    site = np.where(home, talks.buyer, -1)
    # startups under control go on as they are, and nobody is sent there
    labs = np.flatnonzero(
        (employers.firm != np.arange(employers.count)) & (employers.opens <= world.month)
        & (employers.kind != EmployerKind.STARTUP)
    )
    there = employers.firm[labs][None, :] == talks.buyer[:, None]
    there &= employers.country[labs][None, :] == country[:, None]
    found = np.flatnonzero(~home & there.any(axis=1)) if labs.size else np.zeros(0, dtype=int)
    if found.size:
        site[found] = labs[there[found].argmax(axis=1)]
    return site


def moving(heads: I64, forms: FormTable) -> I64:
    """How many of a team move under each form, shape (teams, forms); at least one if anybody."""
    number = np.ceil(heads[:, None] * forms.team_share - 1e-9).astype(np.int64)
    return np.where(forms.moves & (heads[:, None] > 0), np.maximum(number, 1), 0)


def movers_of(
    world: World, talks: Talks, site: I64, forms: FormTable, worth: WorthParameters
) -> Movers:
    """Sums over the first of each team in the order of standing."""
    people, employers = world.researchers, world.employers
    teams = talks.teams
    first, size = teams.of(talks.target)
    pair = np.repeat(np.arange(size.size), size)
    begin = np.cumsum(size) - size
    who = teams.members[first[pair] + np.arange(pair.size) - begin[pair]]
    work = np.where(site >= 0, site, talks.target)[pair]
    effect = effect_of(people, who, employers.mix, work, worth.applied_premium) / EFFECT_UNIT
    pay, own = people.pay[who].astype(np.float64), people.effect[who].astype(np.float64)
    number = moving(size, forms)
    ends = begin[:, None] + number
    sums = []
    for amount in (effect, pay, own):
        total = np.concatenate(([0.0], np.cumsum(amount)))
        sums.append(total[ends] - total[begin][:, None])
    team = np.maximum(employers.effect[talks.target], 1)[:, None]
    return Movers(number, sums[0], sums[1], np.minimum(sums[2] / team, 1.0))
