"""Ties: class-mates for good, colleagues renewed every January; they pass on news of posts."""

from __future__ import annotations

import dataclasses
import functools
import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.chance import normal, uniform
from agents.declare import parameter
from agents.employers import MONTHS
from agents.populations import Rows
from agents.researchers import CLASSMATES, TIES
from model.chunks import each_chunk, in_chunks
from model.ordering import by_group
from model.world import F64, I64, World

WORK_SLOTS = TIES - CLASSMATES
PAST_YEARS = 3
"""Years of joint work behind the burn-in; the burn-in adds its own."""


@dataclasses.dataclass(frozen=True)
class TieParameters:
    """With whom people work closely."""

    renewed: float = parameter(
        1.0, unit="ties a year", low=0.0, high=4.0, kind="uncertainty",
        source="assumption; four slots hold the last four",
        meaning="ties to colleagues that a year of joint work brings",
    )
    seek_ability: float = parameter(
        0.55, unit="share", low=0.0, high=1.0, kind="uncertainty",
        source="assumption; set with the next for a heavy tail of in-degree and for assortativity "
        "in the range of Newman 2002",
        meaning="new ties to somebody of higher standing in the team; others are to the next in "
        "standing",
    )
    climb: float = parameter(
        2.0, unit="1", low=1.0, high=4.0, kind="uncertainty", source="assumption, as above",
        meaning="power by which such ties reach for the top of the team",
    )
    standing_noise: float = parameter(
        0.3, unit="log points", low=0.0, high=2.0, kind="uncertainty", source="assumption",
        meaning="standard deviation of a year's standing in the team about log ability",
    )


def work_together(
    world: World, parameters: TieParameters, year: int | None = None
) -> None:
    """Every January people at work gain a tie to a colleague; the oldest such tie gives way.

    Colleagues stand in the order of ability, with luck of the year. A tie goes to the next in that
    order or, with a chance, to somebody further up, the more likely the higher, so able people are
    pointed to by many.

    Notes
    -----
    The person at place p (from 0) points to place floor(p · u^climb), u uniform, or to p + 1.
    """
    if year is None:
        if world.month % MONTHS:
            return
        year = world.month // MONTHS
    people = world.researchers
    rows = np.flatnonzero(people.employer >= 0)
    teams = _teams(world, rows, parameters, year)
    for number in range(math.ceil(parameters.renewed)):
        tie_up = functools.partial(_tie_up, world, teams, parameters, year, number)
        for _ in each_chunk(tie_up, rows.size, world.chunk):
            pass


class Teams(NamedTuple):
    """People at work by employer and standing."""

    order: Rows
    """Their rows in that order."""
    first: I64
    """Where each employer's team begins."""
    size: I64


class Standings(NamedTuple):
    """Standing of people in their teams in a year."""

    standing: F64


def _teams(world: World, rows: Rows, parameters: TieParameters, year: int) -> Teams:
    people = world.researchers

    def stand(piece: slice) -> Standings:
        here = rows[piece]
        luck = normal(world.key("standing", year), people.key[here])
        ability = np.log(people.ability[here].astype(np.float64))
        return Standings(-(ability + parameters.standing_noise * luck))

    down = in_chunks(stand, rows.size, world.chunk).standing
    order = rows[by_group(people.employer[rows], down)]
    size = np.bincount(people.employer[order], minlength=world.employers.count)
    return Teams(order, np.cumsum(size) - size, size)


def _tie_up(
    world: World, teams: Teams, parameters: TieParameters, year: int, number: int, piece: slice
) -> None:
    """Give each person of a piece the tie of this number in the year."""
    people, rows = world.researchers, teams.order[piece]
    employer = people.employer[rows]
    first, size = teams.first[employer], teams.size[employer]
    place = np.arange(piece.start, piece.stop) - first
    luck = uniform(world.key("tie up", year), people.key[rows], number)
    seeks = luck < parameters.seek_ability
    # what is left of the luck of those who seek says how far up
    height = luck / max(parameters.seek_ability, 1e-9)
    climbed = np.floor(place * np.minimum(height, 1.0) ** parameters.climb).astype(np.int64)
    beside = (place + 1 + number) % size
    target = teams.order[first + np.where(seeks & (place > 0), climbed, beside)]
    slot = CLASSMATES + (year * math.ceil(parameters.renewed) + number) % WORK_SLOTS
    part = parameters.renewed - number
    if part < 1.0:
        # the part of a tie is held by luck
        kept = uniform(world.key("last tie", year), people.key[rows]) < part
        rows, target = rows[kept], target[kept]
    _point(world, rows, target, slot)


def _point(world: World, rows: Rows, target: Rows, slot: int) -> None:
    """Write a tie, unless it leads to the person or to somebody pointed to already."""
    people = world.researchers
    number = people.id[target].astype(np.int32)
    new = rows != target
    for known in people.ties[rows].T:
        new &= known != number
    new = np.flatnonzero(new)
    people.ties[rows[new], slot] = number[new]


def meet_classmates(world: World, rows: Rows) -> None:
    """Tie entrants to those who entered before them at the same place of study.

    ``rows`` are the entrants in the order of countries; a class goes on from month to month, so
    that small places of study, and coarse worlds, have class-mates, too.
    """
    if rows.size == 0:
        return
    people = world.researchers
    size = np.bincount(people.study_country[rows], minlength=world.countries)
    here = np.flatnonzero(size)
    # a chain a country: the newest of earlier months, then the entrants of this one
    order = np.arange(here.size)
    ends = np.cumsum(size[here]) + CLASSMATES * (order + 1)
    at = np.arange(rows.size) + CLASSMATES * (np.repeat(order, size[here]) + 1)
    chain = np.empty(rows.size + CLASSMATES * here.size, dtype=np.int32)
    chain[at] = people.id[rows]
    for back in range(1, CLASSMATES + 1):
        chain[ends - size[here] - back] = world.last_entrants[here, back - 1]
    for back in range(1, CLASSMATES + 1):
        people.ties[rows, back - 1] = chain[at - back]
        world.last_entrants[here, back - 1] = chain[ends - back]


def past_classmates(world: World, rows: Rows) -> None:
    """Tie people of the opening to those who took their degree just before them."""
    people = world.researchers
    everyone = np.arange(people.count)
    order = np.lexsort((people.key, people.degree_month, people.study_country))
    place = np.empty(people.count, dtype=np.int64)
    place[order] = everyone
    for back in range(1, CLASSMATES + 1):
        at = place[rows] - back
        earlier = order[np.maximum(at, 0)]
        same = (at >= 0) & (people.study_country[earlier] == people.study_country[rows])
        people.ties[rows, back - 1] = np.where(same, people.id[earlier], -1)


def past_work(world: World, parameters: TieParameters) -> None:
    """Give people of the opening the ties of joint work in the years before."""
    year = world.month // MONTHS
    for back in range(PAST_YEARS):
        work_together(world, parameters, year - PAST_YEARS + back)


class Tips(NamedTuple):
    """What people hear through ties; one entry a question."""

    heard: NDArray[np.bool_]
    """Whether anybody who works elsewhere was asked."""
    employer: I64
    """Where that person works; -1 without work."""
    country: I64
    """Where that person lives."""


def ask(world: World, rows: Rows, luck: F64) -> Tips:
    """Each person asks one tie who does not share the employer, by luck.

    Parameters
    ----------
    rows
        Who asks, shape (n,).
    luck
        Numbers in [0, 1) that choose among the ties that can tell.
    """
    people = world.researchers
    friends = people.tied_rows(rows)
    employer = people.employer[friends]
    here = people.employer[rows]
    tells = (friends >= 0) & ((employer != here[:, None]) | (employer < 0))
    number = tells.sum(axis=1)
    wanted = np.floor(luck * number).astype(np.int64)
    # the position of the wanted one among those that can tell
    chosen = ((np.cumsum(tells, axis=1) - 1 == wanted[:, None]) & tells).argmax(axis=1)
    at = np.arange(rows.size)
    friend = friends[at, chosen]
    return Tips(
        number > 0, employer[at, chosen].astype(np.int64), people.country[friend].astype(np.int64)
    )
