"""Ties: class-mates for good, colleagues renewed every January; they pass on news of posts."""

from __future__ import annotations

import dataclasses
import functools
import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.chance import normal, uniform
from agents.compiled import compiled
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
    luck = uniform(world.key("tie up", year), people.key[rows], number)
    # the part of a tie is held by luck
    part = min(parameters.renewed - number, 1.0)
    kept = uniform(world.key("last tie", year), people.key[rows]) < part
    slot = CLASSMATES + (year * math.ceil(parameters.renewed) + number) % WORK_SLOTS
    _pointed(
        teams, rows, piece.start, people.employer, luck, kept, parameters.seek_ability,
        parameters.climb, number, slot, people.id, people.ties,
    )


@compiled
def _pointed(
    teams: Teams, rows: Rows, start: int, employer: NDArray[np.int32], luck: F64,
    kept: NDArray[np.bool_], seek_ability: float, climb: float, number: int, slot: int, ids: I64,
    ties: NDArray[np.int32],
) -> None:
    """Write the ties of people who stand at successive places from ``start``.

    None is written that leads to the person or to somebody pointed to already.
    """
    for at in range(rows.size):
        row = rows[at]
        team = employer[row]
        place = start + at - teams.first[team]
        if luck[at] < seek_ability and place > 0:
            # what is left of the luck of those who seek says how far up
            height = luck[at] / max(seek_ability, 1e-9)
            goal = int(place * min(height, 1.0) ** climb)
        else:
            goal = (place + 1 + number) % teams.size[team]
        target = teams.order[teams.first[team] + goal]
        known = not kept[at] or target == row
        for tie in ties[row]:
            known = known or tie == ids[target]
        if not known:
            ties[row, slot] = ids[target]


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
    return Tips(*_asked(
        rows, luck, people.ties, people.rows_by_number, people.employer, people.country
    ))


@compiled
def _asked(
    rows: Rows, luck: F64, ties: NDArray[np.int32], row_of: NDArray[np.int32],
    employer: NDArray[np.int32], country: NDArray[np.int8],
) -> tuple[NDArray[np.bool_], I64, I64]:
    heard = np.zeros(rows.size, dtype=np.bool_)
    where, place = np.full(rows.size, -1), np.full(rows.size, -1)
    friends = np.empty(ties.shape[1], dtype=np.int64)
    for question in range(rows.size):
        here, number = employer[rows[question]], 0
        for tie in ties[rows[question]]:
            friend = row_of[tie] if tie >= 0 else -1
            if friend >= 0 and (employer[friend] != here or employer[friend] < 0):
                friends[number] = friend
                number += 1
        if number:
            friend = friends[int(luck[question] * number)]
            heard[question] = True
            where[question], place[question] = employer[friend], country[friend]
    return heard, where, place
