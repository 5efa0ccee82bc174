"""Petitions: people who live in a country ask for a better right to stay there."""

from __future__ import annotations

import numpy as np

from agents.employers import MONTHS
from agents.populations import Rows
from agents.researchers import Status
from model.chunks import chosen, in_chunks
from model.month.rights import RightsParameters, rights_of
from model.month.routes import (
    ASKING_AT_ONCE,
    NO_ROUTES,
    Routes,
    routes,
    routes_for_residents,
)
from model.month.visas import Application
from model.world import World


def petitions(world: World, parameters: RightsParameters, pay_weight: float) -> Application:
    """Graduates at work ask for a lasting status as soon as they can, then once a year.

    People on a work visa do so for a scheme kept for residents, if its rights are better.
    """
    graduates, their_way = _of_graduates(world, parameters, pay_weight)
    workers, another_way = _of_workers(world, parameters, pay_weight)
    rows = np.concatenate((graduates, workers))
    scheme = np.concatenate((their_way.scheme, another_way.scheme))
    people = world.researchers
    # nobody who waits for an answer is hired elsewhere in the meantime
    people.waiting[rows] = True
    people.petitioned[rows] = world.month
    return Application(
        rows, people.employer[rows].astype(np.int64), scheme, people.pay[rows].astype(np.float64),
        people.effect[rows].astype(np.int64), people.fit[rows].astype(np.float64),
        np.ones(rows.size, dtype=bool), people.by_referral[rows],
    )


def _may_ask(world: World, rows: Rows) -> Rows:
    """Of some people those at work who wait for no answer and did not ask within a year."""
    people = world.researchers
    rows = rows[(people.employer[rows] >= 0) & ~people.waiting[rows]]
    at_work = people.hired[rows] < world.month
    return rows[at_work & (world.month - people.petitioned[rows] >= MONTHS)]


def _of_graduates(
    world: World, parameters: RightsParameters, pay_weight: float
) -> tuple[Rows, Routes]:
    people = world.researchers
    rows = _may_ask(world, np.flatnonzero(people.status == Status.GRADUATE))
    if rows.size == 0:
        return rows, NO_ROUTES
    def ways(piece: slice) -> Routes:
        here = rows[piece]
        return routes(
            world, parameters, pay_weight, here, people.country[here].astype(np.int64),
            people.pay[here].astype(np.float64), world.employers.kind[people.employer[here]],
            inside=True,
        )

    way = in_chunks(ways, rows.size, ASKING_AT_ONCE)
    asks = np.flatnonzero(way.possible & (way.scheme >= 0))
    return rows[asks], chosen(way, asks)


def _of_workers(
    world: World, parameters: RightsParameters, pay_weight: float
) -> tuple[Rows, Routes]:
    people = world.researchers
    offered = world.rules.resident_menu(world.rules_month, world.countries).number > 0
    rows = np.zeros(0, dtype=np.int64)
    if offered.any():
        rows = np.flatnonzero(people.status == Status.WORK)
        rows = _may_ask(world, rows[offered[people.country[rows]]])
    if rows.size == 0:
        return rows, NO_ROUTES
    way = routes_for_residents(world, parameters, pay_weight, rows)
    asks = np.flatnonzero(way.scheme >= 0)
    if asks.size:
        held = people.scheme[rows[asks]].astype(np.int64)
        elapsed = (world.month - people.status_since[rows[asks]]) / MONTHS
        present = rights_of(world, parameters, pay_weight, held, rows[asks], elapsed)
        asks = asks[(way.rights[asks] > present) & (way.scheme[asks] != held)]
    return rows[asks], chosen(way, asks)
