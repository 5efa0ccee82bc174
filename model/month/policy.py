"""Policy: dated changes of country levers take effect."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from agents.employers import EmployerKind
from agents.researchers import Status
from model.month.clocks import next_event
from model.month.study import note_admissions
from model.timeline import LeverChange
from model.world import World


def enact(world: World, changes: Sequence[LeverChange]) -> None:
    """Put the levers that change this month to their new values.

    Most levers are read where they work. Grants of public employers, and the environment of every
    employer in the country, move in proportion at once, for they have a course of their own.
    Admissions to study are noted, for they tell years later.
    """
    for change in changes:
        country = world.tables.index[change.country]
        before = world.levers.at(change.lever, country)
        world.levers.set(change.lever, country, change.value)
        if change.lever == "public_research_budget_usd":
            _scale_grants(world, country, before)
        elif change.lever == "research_environment":
            here = world.employers.country == country
            world.employers.setting[here] *= change.value / before
            world.employers.environment[here] *= change.value / before
        elif change.lever in ("study_places", "gifted_pupils_per_year"):
            note_admissions(world, country)
        elif change.lever in ("dual_citizenship", "years_to_citizenship"):
            _ask_anew(world, country)


def appropriate(world: World) -> None:
    """In January there is new money for grants and subsidies; where it is used up, none is offered.

    Only where a budget binds; elsewhere it never ends.
    """
    world.appropriations.begin(world.month)


def _ask_anew(world: World, country: int) -> None:
    """Settled foreigners in a country, and its people abroad, may become citizens by new rules."""
    people = world.researchers
    settled = (people.status == Status.FREE) | (people.status == Status.PERMANENT)
    concerned = (people.country == country) | ((people.citizenships >> country) & 1 == 1)
    rows = np.flatnonzero(settled & concerned)
    people.status_until[rows] = next_event(world, rows)


def _scale_grants(world: World, country: int, before: float) -> None:
    employers = world.employers
    public = employers.kind == EmployerKind.PUBLIC_RESEARCH
    here = np.flatnonzero(public & (employers.country == country))
    after = float(world.levers.public_research_budget_usd[country])
    employers.budget[here] = np.rint(employers.budget[here] * (after / before)).astype(np.int64)
