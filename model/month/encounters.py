"""Encounters: which posts people who look come upon, through ties, at home and abroad."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.chance import choose_in_row, draw, draw_each, uniform, unit
from agents.compiled import compiled
from agents.employers import EmployerKind
from agents.levers import FIELDS
from agents.populations import Rows
from model.chunks import in_chunks, side_by_side
from model.month.posts import NOBODY, Called, Posts
from model.month.search import SearchParameters, bound_by_clause, reach
from model.month.ties import ask
from model.ordering import by_group
from model.world import F64, I64, World

U64 = NDArray[np.uint64]
POINT_BITS = 52  # of the place of a post: its point on the ring; the ring stands above them


class Encounters(NamedTuple):
    """Who comes upon which post; arrays of one length."""

    person: I64
    post: I64
    referred: NDArray[np.bool_]
    """Whether a tie at the employer passed the post on."""


class NoticeBoard(NamedTuple):
    """Posts in the order of their points on the rings."""

    order: I64
    place: U64
    """Ring and point of each post in that order."""
    edges: I64
    """Where each ring begins."""
    abroad: F64
    """Cumulated weight of the countries of posts, by country of the searcher."""
    by_employer: I64
    """Posts in the order of employers."""
    first: I64
    """Where the posts of each employer begin in that order."""
    number: I64
    """How many posts each employer has."""


class Attempts(NamedTuple):
    """Where each of some people looks; arrays of one shape, (people, attempts)."""

    country: I64
    told: I64
    """The post that a tie passes on; -1: none."""
    luck: F64
    """Chooses the field."""
    point: U64
    """From where on the ring the next post is met."""


class Bars(NamedTuple):
    """What keeps people from an employer."""

    bound: NDArray[np.bool_]
    """Whether a clause bars each person from rivals, one entry a person."""
    own: NDArray[np.int32]
    """Employer of each person; -1: none."""
    country: NDArray[np.int8]
    """Country of each employer; the others are by employer too."""
    firm: NDArray[np.int32]
    private: NDArray[np.bool_]


def meet(
    world: World, rows: Rows, posts: Posts, parameters: SearchParameters, called: Called = NOBODY
) -> Encounters:
    """Whom each searcher comes upon.

    Posts are points on a ring for each country and field; a searcher draws points and meets the
    next post, so that one post more or less disturbs few others. Who is called by a founder meets
    a post of the startup besides.

    Returns
    -------
    Positions in ``rows`` and in ``posts``, no pair of person and employer twice.
    """
    if posts.employer.size == 0:
        nobody = np.zeros(0, dtype=np.int64)
        return Encounters(nobody, nobody, nobody.astype(bool))
    board = _notice_board(world, posts, parameters)
    met = in_chunks(
        lambda piece: _come_upon(world, rows, piece, posts, board, parameters),
        rows.size,
        world.chunk,
    )
    return _with_called(world, rows, met, posts, board, called) if called.person.size else met


def _with_called(
    world: World, rows: Rows, met: Encounters, posts: Posts, board: NoticeBoard, called: Called
) -> Encounters:
    """Encounters and those of people with the founders who call them, each with a post of its own.

    Called people who have moved meanwhile, and those for whom no post is left, are passed over.
    """
    people, employers = world.researchers, world.employers
    order = np.lexsort((people.key[called.person], called.employer))
    person, employer = called.person[order], called.employer[order]
    number = np.arange(employer.size) - np.searchsorted(employer, employer)
    there = people.country[person] == employers.country[employer]
    there &= ~people.waiting[person] & (people.employer[person] != employer)
    there &= number < board.number[employer]
    person, employer, number = person[there], employer[there], number[there]
    post = board.by_employer[board.first[employer] + number]
    place = np.argsort(rows)
    position = place[np.searchsorted(rows, person, sorter=place)]
    # nobody meets a startup twice
    mine = np.full(rows.size, -1, dtype=np.int64)
    mine[position] = employer
    other = posts.employer[met.post] != mine[met.person]
    return Encounters(
        np.concatenate((met.person[other], position)),
        np.concatenate((met.post[other], post)),
        np.concatenate((met.referred[other], np.ones(post.size, dtype=bool))),
    )


def _notice_board(world: World, posts: Posts, parameters: SearchParameters) -> NoticeBoard:
    ring = posts.country * len(FIELDS) + posts.field
    point = draw(world.key("ring"), posts.key) >> np.uint64(64 - POINT_BITS)
    place = (ring.astype(np.uint64) << np.uint64(POINT_BITS)) | point
    order, by_employer = side_by_side(
        lambda: np.argsort(place), lambda: by_group(posts.employer, posts.key), place.size
    )
    rings = np.bincount(ring, minlength=world.countries * len(FIELDS))
    edges = np.concatenate(([0], np.cumsum(rings)))
    here = np.bincount(posts.country, minlength=world.countries)
    weights = here * reach(world.tables, parameters)
    number = np.bincount(posts.employer, minlength=world.employers.count)
    return NoticeBoard(
        order, place[order], edges, np.cumsum(weights, axis=1),
        by_employer, np.cumsum(number) - number, number,
    )


def _come_upon(
    world: World, everyone: Rows, piece: slice, posts: Posts, board: NoticeBoard,
    parameters: SearchParameters,
) -> Encounters:
    people, employers, rows = world.researchers, world.employers, everyone[piece]
    number = int(np.ceil(parameters.meetings))
    attempts = _attempts(world, rows, number, board, parameters)
    bars = Bars(
        bound_by_clause(world, rows, parameters), people.employer[rows], employers.country,
        employers.firm, employers.kind != EmployerKind.PUBLIC_RESEARCH,
    )
    post = _found(
        people.skill[rows].astype(np.float64) ** parameters.field_focus, attempts, board,
        posts.employer, bars,
    )
    if number > parameters.meetings:
        # the part of a meeting is held by luck
        rest = uniform(world.key("last meeting"), people.key[rows]) < parameters.meetings % 1.0
        post[~rest, -1] = -1
    _forget_repeats(post, posts.employer)
    return Encounters(*_listed(post, attempts.told, piece.start))


@compiled
def _listed(post: I64, told: I64, start: int) -> tuple[I64, I64, NDArray[np.bool_]]:
    """Posts met as a list of people, posts and whether a tie passed them on, people from a number.

    Parameters
    ----------
    post, told
        Shape (people, attempts); -1: none was met, or nothing passed on.
    """
    people, number = post.shape
    who, met = np.empty(post.size, dtype=np.int64), np.empty(post.size, dtype=np.int64)
    referred, found = np.empty(post.size, dtype=np.bool_), 0
    for person in range(people):
        for attempt in range(number):
            if post[person, attempt] >= 0:
                who[found], met[found] = start + person, post[person, attempt]
                referred[found] = told[person, attempt] >= 0
                found += 1
    return who[:found].copy(), met[:found].copy(), referred[:found].copy()


def _attempts(
    world: World, rows: Rows, number: int, board: NoticeBoard, parameters: SearchParameters
) -> Attempts:
    """Where each person looks, and what ties pass on."""
    key = world.researchers.key[rows]
    country = _where_to_look(world, rows, key, number, board, parameters)
    asking, passed_on, tip = _tips(world, rows, key, number, board, parameters)
    # a tie without a post to pass on still has news of the country
    country[asking] = tip
    told = np.full(country.size, -1, dtype=np.int64)
    told[asking] = passed_on
    luck = unit(draw_each(world.key("look field"), key, number))
    point = draw_each(world.key("look point"), key, number) >> np.uint64(64 - POINT_BITS)
    shape = (rows.size, number)
    return Attempts(
        country.reshape(shape), told.reshape(shape), luck.reshape(shape), point.reshape(shape)
    )


@compiled
def _found(
    taste: F64, attempts: Attempts, board: NoticeBoard, employer_of: I64, bars: Bars
) -> I64:
    """The post that each attempt leads to; -1: to none.

    Parameters
    ----------
    taste
        Weight of each field for each person, shape (people, fields).
    employer_of
        Employer of each post.

    Returns
    -------
    Posts, shape (people, attempts).
    """
    people, number = attempts.country.shape
    fields, edges, place, order = taste.shape[1], board.edges, board.place, board.order
    found = np.empty((people, number), dtype=np.int64)
    offered = (edges[1:] > edges[:-1]).astype(np.float64)
    for person in range(people):
        own = bars.own[person]
        for attempt in range(number):
            post = attempts.told[person, attempt]
            if post < 0:
                ring = attempts.country[person, attempt] * fields
                ring += _field(taste, person, offered, ring, attempts.luck[person, attempt])
                first, end = edges[ring], edges[ring + 1]
                if first < end:
                    spot = _next_on_ring(place, first, end, attempts.point[person, attempt])
                    post = order[spot if spot < end else first]
            if post >= 0:
                employer = employer_of[post]
                barred = employer == own
                if bars.bound[person] and not barred:
                    barred = (
                        bars.private[employer]
                        and bars.country[employer] == bars.country[own]
                        and bars.firm[employer] != bars.firm[own]
                    )
                if barred:
                    post = -1
            found[person, attempt] = post
    return found


@compiled
def _next_on_ring(place: U64, first: int, end: int, point: np.uint64) -> int:
    """The first post on a ring at a point or beyond; ``end`` where there is none.

    Points lie evenly, so that one starts where the point should be and has not far to go.
    """
    bits = np.uint64(POINT_BITS)
    wanted = (place[first] >> bits << bits) | point
    spot = first + int((end - first) * (float(point) / float(np.uint64(1) << bits)))
    step = 1
    if place[spot] < wanted:
        # leap ahead until beyond, then halve what is left
        low = spot + 1
        while spot + step < end and place[spot + step] < wanted:
            low = spot + step + 1
            step *= 2
        high = min(spot + step, end)
    else:
        high = spot
        while spot - step >= first and place[spot - step] >= wanted:
            high = spot - step
            step *= 2
        low = max(spot - step + 1, first)
    while low < high:
        middle = (low + high) >> 1
        if place[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def _field(taste: F64, person: int, offered: F64, ring: int, luck: float) -> int:
    """The field where a person looks: people look where there is something.

    A coarse world has fewer posts, not fewer meetings.

    Parameters
    ----------
    taste
        Weight of each field, shape (people, fields).
    offered
        1 for each ring on which there are posts, else 0; those of the country begin at ``ring``.
    """
    # products in place of branches: which fields are open is hard for the machine to guess
    fields, total = taste.shape[1], 0.0
    for field in range(fields):
        total += taste[person, field] * offered[ring + field]
    scaled, upto, chosen = luck * total, 0.0, 0
    for field in range(fields - 1):
        upto += taste[person, field] * offered[ring + field]
        if upto <= scaled:
            chosen = field + 1
    return chosen


@compiled
def _forget_repeats(post: I64, employer_of: I64) -> None:
    """Keep each person's first meeting with an employer, so that none bids against itself.

    Parameters
    ----------
    post
        Posts met, shape (people, attempts); later ones of an employer are set to -1.
    """
    people, number = post.shape
    for person in range(people):
        for late in range(1, number):
            for early in range(late):
                if (
                    post[person, late] >= 0 and post[person, early] >= 0
                    and employer_of[post[person, late]] == employer_of[post[person, early]]
                ):
                    post[person, late] = -1


def _tips(
    world: World, rows: Rows, key: U64, number: int, board: NoticeBoard,
    parameters: SearchParameters,
) -> tuple[I64, I64, I64]:
    """Attempts that go through a tie, the post that the tie passes on, and where the tie lives.

    Returns
    -------
    Positions among the attempts; posts, -1 where the tie's employer has none; country rows.
    """
    luck = unit(draw_each(world.key("ask a tie"), key, number))
    asking = np.flatnonzero(luck < parameters.referral_share)
    # what is left of the luck chooses the tie
    person, attempt = asking // number, asking % number
    tips = ask(world, rows[person], luck[asking] / max(parameters.referral_share, 1e-9))
    heard = np.flatnonzero(tips.heard)
    asking, employer = asking[heard], tips.employer[heard]
    which = uniform(world.key("tip"), key[person[heard]], attempt[heard])
    return asking, _passed_on(employer, which, board), tips.country[heard]


@compiled
def _passed_on(employer: I64, luck: F64, board: NoticeBoard) -> I64:
    """A post of each employer, by luck; -1 where there is none."""
    told = np.full(employer.size, -1)
    for at in range(employer.size):
        number = board.number[employer[at]] if employer[at] >= 0 else 0
        if number > 0:
            told[at] = board.by_employer[board.first[employer[at]] + int(luck[at] * number)]
    return told


def _where_to_look(
    world: World, rows: Rows, key: U64, number: int, board: NoticeBoard,
    parameters: SearchParameters,
) -> I64:
    """Country of each attempt: here, the country of birth, or abroad by posts and distance."""
    people = world.researchers
    mobile = np.exp(0.5 * parameters.mobility_weight * world.tables.mobility)
    country, going = _home_or_abroad(
        rows, number, people.country, people.birth_country, people.employer,
        unit(draw_each(world.key("look where"), key, number)), board.abroad[:, -1] > 0,
        parameters.home_share, parameters.abroad_share * mobile, parameters.jobless_abroad,
    )
    share = uniform(world.key("look abroad"), key[going // number], going % number)
    country[going] = choose_in_row(board.abroad, country[going], share)
    return country


@compiled
def _home_or_abroad(
    rows: Rows, number: int, country: NDArray[np.int8], born: NDArray[np.int8],
    employer: NDArray[np.int32], luck: F64, posts_abroad: NDArray[np.bool_], home_share: float,
    abroad_share: F64, jobless: float,
) -> tuple[I64, I64]:
    """Countries where attempts are made, and which of them are to be made abroad instead."""
    where, going, found = np.empty(luck.size, dtype=np.int64), np.empty(luck.size, np.int64), 0
    for person in range(rows.size):
        row = rows[person]
        here, home = country[row], born[row]
        edge = home_share if here != home else 0.0
        local = abroad_share[here] if employer[row] >= 0 else abroad_share[here] * jobless
        for attempt in range(person * number, (person + 1) * number):
            where[attempt] = here
            if luck[attempt] < edge:
                where[attempt] = home
            elif luck[attempt] < edge + local and posts_abroad[here]:
                going[found] = attempt
                found += 1
    return where, going[:found].copy()
