"""Search: who looks for a job, where, and which posts they come upon."""

from __future__ import annotations

import dataclasses
import functools

import numpy as np
from numpy.typing import NDArray

from agents.chance import uniform
from agents.compiled import compiled
from agents.declare import parameter
from agents.employers import EmployerKind
from agents.populations import Rows
from agents.researchers import NEVER
from model.month.posts import NOBODY, Called
from model.people import waiting_months
from model.tables import Tables
from model.world import F64, World

NEXT_DOOR_KM = 100.0  # news does not travel more easily below this distance (assumption)


@dataclasses.dataclass(frozen=True)
class SearchParameters:
    """How people come upon posts."""

    rate: float = parameter(
        0.065, unit="1/month", low=0.0, high=0.5, kind="uncertainty",
        source="assumption; set with the fit slope for 0.7 to 1.3 % job moves a month",
        meaning="chance that a person of mean fit looks for another job in a month",
    )
    slope: float = parameter(
        0.8, unit="1", low=0.0, high=2.0, kind="uncertainty", source="assumption",
        meaning="fall of the log of that chance with fit, at median ability",
    )
    slope_ability: float = parameter(
        1.0, unit="1", low=0.0, high=1.5, kind="uncertainty",
        source="assumption: as bidding.fit_ability",
        meaning="rise of that fall with log ability, relative to it",
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
    rows = _looking(people.searches, people.waiting, world.month)
    if called.person.size:
        person = called.person[people.searches[called.person] > world.month]
        rows = np.append(rows, person[~people.waiting[person]])
    return rows


@compiled
def _looking(searches: NDArray[np.int16], waiting: NDArray[np.bool_], month: int) -> Rows:
    """Rows of people who are to look by a month and wait for no visa."""
    rows, found = np.empty(searches.size, dtype=np.intp), 0
    for row in range(searches.size):
        if searches[row] <= month and not waiting[row]:
            rows[found] = row
            found += 1
    return rows[:found].copy()


def schedule_search(world: World, rows: Rows, parameters: SearchParameters) -> None:
    """Date the next search: the sooner, the worse the fit; jobless people look at once."""
    people = world.researchers
    able = np.log(people.ability[rows].astype(np.float64))
    slope = parameters.slope * np.maximum(1.0 + parameters.slope_ability * able, 0.0)
    chance = parameters.rate * np.exp(-slope * people.fit[rows].astype(np.float64))
    employed = people.employer[rows] >= 0
    chance = np.where(employed, np.minimum(chance, 0.9), parameters.jobless_rate)
    waits = waiting_months(uniform(world.key("next search"), people.key[rows]), chance)
    waits = np.where(chance > 0, waits, NEVER)
    people.searches[rows] = np.minimum(world.month + waits, NEVER)


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
