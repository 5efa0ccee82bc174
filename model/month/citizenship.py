"""Citizenship: what its prospect is worth, who becomes a citizen, and who gives one up for it."""

from __future__ import annotations

import numpy as np

from agents.chance import uniform
from agents.compiled import compiled
from agents.employers import MONTHS
from agents.populations import Rows
from agents.researchers import NEVER, Status
from model.month.rights import RightsParameters
from model.world import F64, I64, World


def kept(world: World, held: I64, country: I64) -> I64:
    """Citizenships that people keep who become citizens of a country, as bits.

    None where the country admits only who gives up the others; else those whose country lets its
    citizens have another.
    """
    return _kept(held, country, world.levers.dual_citizenship)


@compiled
def _kept(held: I64, country: I64, code: F64) -> I64:
    # 1: own citizens may become others, 2: others may become citizens, 3: both
    lasting = np.int64(0)
    for origin in range(code.size):
        lasting |= np.int64(int(code[origin]) & 1) << origin
    keeps = np.zeros_like(held)
    for at in range(held.size):
        if int(code[country[at]]) & 2:
            keeps[at] = held[at] & lasting
    return keeps


def prospect_there(
    world: World, parameters: RightsParameters, rows: Rows, country: I64
) -> F64:
    """Utility of the prospect of citizenship in countries where people do not live yet.

    Notes
    -----
    −citizenship · ln(1 + years of residence before it); none for citizens. Where it cannot be had
    without giving one up the wait counts as one without end.
    """
    years = np.minimum(world.levers.years_to_citizenship, parameters.no_permanence_years)
    loss = parameters.citizenship * np.log1p(years)
    endless = parameters.citizenship * np.log1p(parameters.no_permanence_years)
    held = world.researchers.citizenships[rows]
    loses = np.where(kept(world, held, country) == held, loss[country], endless)
    return np.asarray(np.where((held >> country) & 1, 0.0, -loses))


def prospect_here(world: World, parameters: RightsParameters, rows: Rows) -> F64:
    """The same where people live: what counts is how long they still have to wait."""
    people = world.researchers
    value = np.zeros(rows.size)
    foreign = np.flatnonzero(people.status[rows] != Status.CITIZEN)
    rows = rows[foreign]
    country, held = people.country[rows].astype(np.int64), people.citizenships[rows]
    stayed = (world.month - people.arrived[rows].astype(np.float64)) / MONTHS
    years = np.maximum(world.levers.years_to_citizenship[country] - stayed, 0.0)
    years[kept(world, held, country) != held] = np.inf
    years = np.minimum(years, parameters.no_permanence_years)
    value[foreign] = -parameters.citizenship * np.log1p(years)
    return value


def naturalise(world: World, rows: Rows, parameters: RightsParameters) -> None:
    """Residents whose years are over become citizens, most only if they lose nothing by it.

    A part of them give up the citizenships that one of the countries would not let them keep; who
    does is decided once for each person. The others stay permanent residents.
    """
    if rows.size == 0:
        return
    people = world.researchers
    country, held = people.country[rows].astype(np.int64), people.citizenships[rows]
    keeps = kept(world, held, country)
    luck = uniform(world.key("renounce", 0), people.key[rows])
    becomes = (keeps == held) | (luck < parameters.renounce)
    new = rows[becomes]
    people.citizenships[new] = (keeps | (np.int64(1) << country))[becomes]
    people.status[new] = Status.CITIZEN
    people.scheme[new] = -1
    people.status_until[rows] = NEVER


def country_of_return(world: World, rows: Rows) -> I64:
    """Where people go whose right to stay has ended: home, or where else they are citizens."""
    people = world.researchers
    born, held = people.birth_country[rows].astype(np.int64), people.citizenships[rows]
    # a power of two is exact in floating point
    first = np.log2((held & -held).astype(np.float64)).astype(np.int64)
    return np.where((held >> born) & 1, born, first)
