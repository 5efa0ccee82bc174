"""Search: who looks for a job, where, and which posts they come upon."""

from __future__ import annotations

import dataclasses
import functools
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.chance import choose_by_column, choose_in_row, draw, uniform
from agents.declare import parameter
from agents.employers import EmployerKind
from agents.levers import FIELDS
from agents.populations import Rows
from agents.researchers import NEVER
from model.chunks import in_chunks
from model.month.posts import NOBODY, Called, Posts
from model.month.ties import ask
from model.ordering import by_group
from model.people import waiting_months
from model.tables import Tables
from model.world import F64, I64, World

NEXT_DOOR_KM = 100.0  # news does not travel more easily below this distance (assumption)


@dataclasses.dataclass(frozen=True)
class SearchParameters:
    """How people come upon posts."""

    rate: float = parameter(
        0.08, unit="1/month", low=0.0, high=0.5, kind="uncertainty",
        source="assumption; set with the fit slope for 0.7 to 1.3 % job moves a month",
        meaning="chance that a person of mean fit looks for another job in a month",
    )
    slope: float = parameter(
        0.8, unit="1", low=0.0, high=2.0, kind="uncertainty", source="assumption",
        meaning="fall of the log of that chance with fit",
    )
    jobless_rate: float = parameter(
        0.8, unit="1/month", low=0.1, high=1.0, kind="uncertainty", source="assumption",
        meaning="chance that a jobless person looks for a job in a month",
    )
    meetings: float = parameter(
        3.0, unit="posts", low=1.0, high=20.0, kind="uncertainty", source="assumption",
        meaning="posts that a person who looks comes upon in a month",
    )
    abroad_share: float = parameter(
        0.5, unit="share", low=0.0, high=1.0, kind="uncertainty",
        source="assumption; set for about 2 % of people who change country in a year",
        meaning="meetings with posts in other countries, of those not come to through ties",
    )
    jobless_abroad: float = parameter(
        0.3, unit="1", low=0.1, high=1.0, kind="uncertainty",
        source="assumption; set for a rate of moves that halves in ten years of age (model "
        "schedules of Rogers and Castro 1981)",
        meaning="that share among people without work, relative to people who have some",
    )
    home_share: float = parameter(
        0.1, unit="share", low=0.0, high=1.0, kind="uncertainty", source="assumption",
        meaning="meetings of people abroad with posts in their country of birth",
    )
    news_distance: float = parameter(
        0.5, unit="1", low=0.0, high=2.0, kind="uncertainty",
        source="assumption; gravity literature",
        meaning="fall of meetings abroad with log distance",
    )
    news_language: float = parameter(
        0.7, unit="log points", low=0.0, high=2.0, kind="uncertainty", source="assumption",
        meaning="more meetings where a language is shared",
    )
    affinity_weight: float = parameter(
        0.7, unit="1", low=0.0, high=1.5, kind="uncertainty",
        source="assumption: affinity works through news and, in utility, through ease",
        meaning="more meetings in a corridor for each unit of its affinity",
    )
    mobility_weight: float = parameter(
        1.0, unit="1", low=0.0, high=1.5, kind="uncertainty", source="assumption",
        meaning="more meetings with posts abroad, in and out, for each unit of mobility",
    )
    referral_share: float = parameter(
        0.4, unit="share", low=0.0, high=1.0, kind="uncertainty",
        source="assumption; about half of all jobs are found through contacts (Granovetter 1974, "
        "Topa 2011), fewer among specialists",
        meaning="meetings that people come to by asking a tie",
    )
    field_focus: float = parameter(
        3.0, unit="1", low=0.0, high=10.0, kind="uncertainty", source="assumption",
        meaning="power of skill in the choice of the field where one looks",
    )
    non_compete_share: float = parameter(
        0.18, unit="share", low=0.0, high=0.5, kind="uncertainty",
        source="Starr, Prescott and Bishara 2021: 18 % of American employees are bound; elsewhere "
        "an assumption",
        meaning="people in private firms who are barred from rivals in the country where such "
        "clauses are enforced",
    )


def searchers(world: World, called: Called = NOBODY) -> Rows:
    """People who look for a job this month, and those whom founders call."""
    people = world.researchers
    rows = np.flatnonzero(people.searches <= world.month)
    if called.person.size:
        rows = np.append(rows, called.person[people.searches[called.person] > world.month])
    return rows[~people.waiting[rows]]


def schedule_search(world: World, rows: Rows, parameters: SearchParameters) -> None:
    """Date the next search: the sooner, the worse the fit; jobless people look at once."""
    people = world.researchers
    chance = parameters.rate * np.exp(
        -parameters.slope * people.fit[rows].astype(np.float64)
    )
    employed = people.employer[rows] >= 0
    chance = np.where(employed, np.minimum(chance, 0.9), parameters.jobless_rate)
    waits = waiting_months(uniform(world.key("next search"), people.key[rows]), chance)
    waits = np.where(chance > 0, waits, NEVER)
    people.searches[rows] = np.minimum(world.month + waits, NEVER)


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


class Encounters(NamedTuple):
    """Who comes upon which post; arrays of one length."""

    person: I64
    post: I64
    referred: NDArray[np.bool_]
    """Whether a tie at the employer passed the post on."""


class NoticeBoard(NamedTuple):
    """Posts in the order of their points on the rings."""

    order: I64
    place: NDArray[np.uint64]
    """Ring and point of each post in that order."""
    edges: I64
    """Where each ring begins."""
    offered: NDArray[np.bool_]
    """Whether there is any post, by (country, field)."""
    abroad: F64
    """Cumulated weight of the countries of posts, by country of the searcher."""
    by_employer: I64
    """Posts in the order of employers."""
    first: I64
    """Where the posts of each employer begin in that order."""
    number: I64
    """How many posts each employer has."""


def _notice_board(world: World, posts: Posts, parameters: SearchParameters) -> NoticeBoard:
    ring = posts.country * len(FIELDS) + posts.field
    point = draw(world.key("ring"), posts.key) >> np.uint64(12)
    place = (ring.astype(np.uint64) << np.uint64(52)) | point
    order = np.argsort(place, kind="stable")
    edges = np.searchsorted(ring[order], np.arange(world.countries * len(FIELDS) + 1))
    here = np.bincount(posts.country, minlength=world.countries)
    weights = here * reach(world.tables, parameters)
    offered = np.diff(edges).reshape(world.countries, len(FIELDS)) > 0
    number = np.bincount(posts.employer, minlength=world.employers.count)
    return NoticeBoard(
        order, place[order], edges, offered, np.cumsum(weights, axis=1),
        by_group(posts.employer, posts.key), np.cumsum(number) - number, number,
    )


def _come_upon(
    world: World, everyone: Rows, piece: slice, posts: Posts, board: NoticeBoard,
    parameters: SearchParameters,
) -> Encounters:
    people, rows = world.researchers, everyone[piece]
    number = int(np.ceil(parameters.meetings))
    person = np.repeat(np.arange(rows.size), number)
    who = rows[person]
    key = people.key[who]
    attempt = np.tile(np.arange(number), rows.size)
    country = _where_to_look(world, who, key, attempt, board, parameters)
    asking, told, tip = _tips(world, who, key, attempt, board, parameters)
    # a tie without a post to pass on still has news of the country
    country[asking] = tip
    taste = people.skill[rows].T.astype(np.float64) ** parameters.field_focus
    # people look where there is something: a coarse world has fewer posts, not fewer meetings
    offered = board.offered.T.astype(np.float64)
    field = choose_by_column(
        (taste[field][person] * offered[field][country] for field in range(len(FIELDS))),
        uniform(world.key("look field"), key, attempt),
    )
    at = country * len(FIELDS) + field
    wanted = (at.astype(np.uint64) << np.uint64(52)) | (
        draw(world.key("look point"), key, attempt) >> np.uint64(12)
    )
    found = np.searchsorted(board.place, wanted)
    first, end = board.edges[at], board.edges[at + 1]
    met = end > first
    found = np.where(found >= end, first, found)
    post = board.order[np.where(met, found, 0)]
    referred = np.zeros(post.size, dtype=bool)
    passed = told >= 0
    post[asking[passed]] = told[passed]
    referred[asking[passed]] = met[asking[passed]] = True
    if number > parameters.meetings:
        # the part of a meeting is held by luck
        rest = uniform(world.key("last meeting"), key) < parameters.meetings % 1.0
        met &= (attempt < number - 1) | rest
    employer = posts.employer[post]
    met &= employer != people.employer[who]
    met &= ~_barred(world, rows, person, employer, parameters)
    met &= _first_of_employer(employer.reshape(rows.size, number), met).ravel()
    return Encounters(person[met] + piece.start, post[met], referred[met])


def _barred(
    world: World, rows: Rows, person: I64, employer: I64, parameters: SearchParameters
) -> NDArray[np.bool_]:
    """Which meetings come to nothing since a clause bars the person from rivals in the country.

    Parameters
    ----------
    person
        Position in ``rows`` of who meets.
    employer
        Whom they meet.
    """
    people, employers = world.researchers, world.employers
    private = employers.kind != EmployerKind.PUBLIC_RESEARCH
    country, firm, own = people.country[rows], employers.firm, people.employer[rows]
    entry = np.flatnonzero(bound_by_clause(world, rows, parameters)[person])
    rival, at = employer[entry], person[entry]
    same = (employers.country[rival] == country[at]) & (firm[rival] != firm[own[at]])
    barred = np.zeros(person.size, dtype=bool)
    barred[entry[same & private[rival]]] = True
    return barred


def bound_by_clause(
    world: World, rows: Rows, parameters: SearchParameters
) -> NDArray[np.bool_]:
    """Who may not work for, or found, a private rival in the country where they live."""
    people, employers = world.researchers, world.employers
    enforced = world.levers.non_competes_enforced[people.country[rows]] > 0
    own = people.employer[rows]
    private = employers.kind != EmployerKind.PUBLIC_RESEARCH
    # a clause is part of the job: drawn once for each person and firm
    bound = np.flatnonzero(enforced & (own >= 0) & private[own])
    luck = uniform(
        world.key("non-compete", 0), people.key[rows[bound]],
        employers.key[employers.firm[own[bound]]],
    )
    bars = np.zeros(rows.size, dtype=bool)
    bars[bound[luck < parameters.non_compete_share]] = True
    return bars


def _tips(
    world: World, who: Rows, key: NDArray[np.uint64], attempt: I64, board: NoticeBoard,
    parameters: SearchParameters,
) -> tuple[I64, I64, I64]:
    """Attempts that go through a tie, the post that the tie passes on, and where the tie lives.

    Returns
    -------
    Positions among the attempts; posts, -1 where the tie's employer has none; country rows.
    """
    luck = uniform(world.key("ask a tie"), key, attempt)
    asking = np.flatnonzero(luck < parameters.referral_share)
    # what is left of the luck chooses the tie
    tips = ask(world, who[asking], luck[asking] / max(parameters.referral_share, 1e-9))
    asking = asking[tips.heard]
    employer = tips.employer[tips.heard]
    number = np.where(employer >= 0, board.number[employer], 0)
    which = uniform(world.key("tip"), key[asking], attempt[asking])
    place = board.first[employer] + np.floor(which * number).astype(np.int64)
    told = board.by_employer[np.where(number > 0, place, 0)]
    return asking, np.where(number > 0, told, -1), tips.country[tips.heard]


def _first_of_employer(employer: I64, met: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Mark each person's first meeting with an employer, so that none bids against itself."""
    number = employer.shape[1]
    met = met.reshape(employer.shape)
    fresh = np.ones(employer.shape, dtype=bool)
    for late in range(1, number):
        for early in range(late):
            same = (employer[:, late] == employer[:, early]) & met[:, early]
            fresh[:, late] &= ~same
    return fresh


def _where_to_look(
    world: World, who: Rows, key: NDArray[np.uint64], attempt: I64, board: NoticeBoard,
    parameters: SearchParameters,
) -> I64:
    """Country of each attempt: here, the country of birth, or abroad by posts and distance."""
    people = world.researchers
    here = people.country[who].astype(np.int64)
    born = people.birth_country[who].astype(np.int64)
    luck = uniform(world.key("look where"), key, attempt)
    away = here != born
    to_home = away & (luck < parameters.home_share)
    edge = np.where(away, parameters.home_share, 0.0)
    mobile = np.exp(0.5 * parameters.mobility_weight * world.tables.mobility)
    local = np.where(people.employer[who] < 0, parameters.jobless_abroad, 1.0)
    abroad = ~to_home & (luck < edge + parameters.abroad_share * local * mobile[here])
    country = np.where(to_home, born, here)
    going = np.flatnonzero(abroad & (board.abroad[here, -1] > 0))
    share = uniform(world.key("look abroad"), key[going], attempt[going])
    country[going] = choose_in_row(board.abroad, here[going], share)
    return country


@functools.lru_cache(maxsize=8)
def reach(tables: Tables, parameters: SearchParameters) -> F64:
    """How far news of one post travels, by (country of the searcher, country of the post)."""
    distance = np.maximum(tables.distance_km, NEXT_DOOR_KM) / 1000.0
    weight = distance ** -parameters.news_distance * np.exp(
        parameters.news_language * tables.common_language
    )
    np.fill_diagonal(weight, 0.0)
    draw_of = np.exp(0.5 * parameters.mobility_weight * tables.mobility)
    weight *= np.exp(parameters.affinity_weight * tables.affinity) * draw_of
    weight.flags.writeable = False
    return np.asarray(weight)
