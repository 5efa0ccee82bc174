"""Founders: people found startups and call those with whom they work to join."""

from __future__ import annotations

import numpy as np

from agents.chance import uniform
from agents.employers import MONTHS
from agents.populations import Rows
from agents.researchers import NEVER
from model.month.education import yearly_growth
from model.month.founding import (
    FoundingParameters,
    may_found,
    professor_factor,
    renewal,
    seniors,
    set_capital,
    weights,
)
from model.month.new_firms import incorporate
from model.month.posts import NOBODY, Called
from model.month.rounds import FundingParameters, capital_ratio
from model.month.sales import QUARTER, VentureParameters
from model.month.search import SearchParameters, bound_by_clause
from model.opening_parameters import Groups
from model.people import waiting_months
from model.world import I64, World


def found_startups(
    world: World, groups: Groups, founding: FoundingParameters, funding: FundingParameters,
    ventures: VentureParameters,
) -> Called:
    """Every quarter people whose date has come think of founding; some do, and call colleagues.

    Returns
    -------
    Whom they call: they meet a post of the startup for certain this month.

    Notes
    -----
    Thinning (Lewis and Shedler 1979): dates come at a rate above everybody's rate of founding, and
    each is kept with the ratio of the two.
    """
    if world.month % QUARTER or world.firms_rest or founding.considered <= 0:
        return NOBODY
    if world.month % MONTHS == 0:
        _january(world, groups, ventures)
    people = world.researchers
    due = np.flatnonzero(people.founds <= world.month)
    thinking = due[people.founds[due] > 0]
    _set_dates(world, due, founding)
    rate = capital_ratio(world, funding) ** founding.capital * world.venture_market.hazard
    luck = uniform(world.key("found"), people.key[thinking]) * founding.considered
    hazard = weights(world, thinking, founding) * rate[people.country[thinking]]
    hazard *= professor_factor(world, thinking, founding)
    rows = thinking[(luck < hazard) & may_found(world, thinking)]
    rows = rows[~bound_by_clause(world, rows, groups.search)]
    if rows.size == 0:
        return NOBODY
    # the order of identities: new rows of employers must not follow the rows of people
    rows = rows[np.argsort(people.key[rows])]
    called = _colleagues(world, rows, founding, groups.search)
    employer = incorporate(world, rows, called[1], groups, founding, funding, ventures)
    return Called(called[0], employer[called[1]])


def first_dates(world: World, parameters: FoundingParameters) -> None:
    """Date everybody's first thought of founding."""
    if parameters.considered > 0:
        _set_dates(world, np.arange(world.researchers.count), parameters)


def _set_dates(world: World, rows: Rows, parameters: FoundingParameters) -> None:
    people = world.researchers
    luck = uniform(world.key("think of founding"), people.key[rows])
    waits = waiting_months(luck, parameters.considered / MONTHS)
    people.founds[rows] = np.minimum(world.month + waits, NEVER)


def _january(world: World, groups: Groups, ventures: VentureParameters) -> None:
    """Count seniors anew; demand has grown by last year's rate, and grows at another."""
    held = world.venture_market
    grown = np.exp(yearly_growth(world, groups.education, world.month - MONTHS))
    if world.month > world.start:
        held.grown *= grown
        held.expected_seniors *= grown
        held.hazard *= renewal(world, groups, ventures, world.month) / renewal(
            world, groups, ventures, world.month - MONTHS
        )
    held.seniors = seniors(world)
    set_capital(world, groups)


def _colleagues(
    world: World, rows: Rows, parameters: FoundingParameters, search: SearchParameters
) -> tuple[Rows, I64]:
    """Tied colleagues in the same team, and the position of the founder who calls them.

    Who is called by several goes with the first in the order of founders. Founders, and people
    bound by a clause, are not called.
    """
    people = world.researchers
    friends = people.tied_rows(rows)
    employer = people.employer[rows]
    same = (friends >= 0) & (people.employer[friends] == employer[:, None])
    same &= (employer >= 0)[:, None]
    founder, slot = np.nonzero(same)
    person = friends[founder, slot].astype(np.intp)
    person, which = np.unique(person, return_index=True)
    founder = founder[which]
    keep = ~np.isin(person, rows) & ~people.waiting[person]
    keep &= ~bound_by_clause(world, person, search)
    luck = uniform(world.key("call"), people.key[person])
    keep &= luck < parameters.calls
    return person[keep], founder[keep].astype(np.int64)
