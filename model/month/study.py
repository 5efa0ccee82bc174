"""Public study: added places and gifted pupils, who enter the profession years after admission."""

from __future__ import annotations

from statistics import NormalDist
from typing import Any

import numpy as np

from agents.chance import choose, draw, name_key, round_by_luck, uniform
from agents.employers import MONTHS
from agents.levers import FIELDS
from agents.points import DEGREES
from agents.populations import Rows
from agents.researchers import Status
from model.enrolment import PUPILS, TRACKS
from model.month.clocks import next_event
from model.month.education import EducationParameters, enter, fields_chosen
from model.month.frontier import FrontierParameters
from model.people import (
    U64,
    Course,
    PeopleParameters,
    born_with,
    entry_ages,
    leaving_month,
    standings,
)
from model.world import F64, I64, World

MASTER, DOCTOR = DEGREES.index("master"), DEGREES.index("phd")


def note_admissions(world: World, country: int) -> None:
    """Keep in mind, for those who enter later, what a country admits to study from this month on.

    Gifted pupils go on to a master's degree or a doctorate as the country's entrants do.
    """
    levers, table = world.levers, world.tables.country
    doctors = table["phd_share"][country]
    share = doctors / max(doctors + table["master_share"][country], 1e-9)
    pupils = levers.gifted_pupils_per_year[country]
    persons = np.append(levers.study_places[country], (pupils * (1.0 - share), pupils * share))
    world.enrolment.note(world.month, country, persons)


def study_months(parameters: EducationParameters, people: PeopleParameters) -> I64:
    """Months from admission to entry by track, shape (tracks,)."""
    ages = entry_ages(people)
    months = np.full(TRACKS, parameters.study_years * MONTHS)
    months[PUPILS[0]] = parameters.pupil_years * MONTHS
    months[PUPILS[1]] = (parameters.pupil_years + ages[DOCTOR] - ages[MASTER]) * MONTHS
    return np.asarray(np.rint(months), dtype=np.int64)


def admit_from_measures(
    world: World, parameters: EducationParameters, people_parameters: PeopleParameters,
    frontier: FrontierParameters,
) -> None:
    """Add those whom public measures admitted to study some years ago, in their field."""
    if world.enrolment.month.size == 0:
        return
    due = measures_due(world, study_months(parameters, people_parameters))
    places, pupils = due[:, :PUPILS[0]], due[:, PUPILS[0]:]
    if places.any():
        _take_places(world, places, people_parameters)
    if pupils.any():
        _enter_gifted(world, pupils, parameters, people_parameters, frontier)


def measures_due(world: World, months: I64) -> I64:
    """How many enter this month by country and track, in agents; shape (countries, tracks).

    Cumulated persons are rounded with one luck a country and track, as those of the data are.
    """
    enrolment, scale = world.enrolment, world.persons_per_agent
    place = np.arange(world.countries)[:, None]
    luck = uniform(world.key("public study", 0), place, np.arange(TRACKS))
    before = enrolment.entered
    enrolment.entered = before + enrolment.stood(world.month - months) / MONTHS
    return round_by_luck(enrolment.entered / scale, luck) - round_by_luck(before / scale, luck)


def _take_places(world: World, due: I64, parameters: PeopleParameters) -> Rows:
    """People who enter from added places: traits as of the country's entrants, but in the field."""
    study, field, keys = _identities(world, due, "study place")
    origin = choose(
        np.cumsum(world.tables.entrant_origins, axis=1)[study],
        uniform(world.key("origin", 0), keys),
    )
    standing = standings(
        world.seed, keys, origin, study, world.tables.entrant_origins,
        world.tables.country["entrants"], world.tables, parameters,
    )
    return _born(world, study, origin, keys, standing, np.eye(len(FIELDS))[field], parameters)


def _enter_gifted(
    world: World, due: I64, parameters: EducationParameters, people_parameters: PeopleParameters,
    frontier: FrontierParameters,
) -> Rows:
    """Gifted pupils from abroad enter where they studied, as permanent residents since admission.

    Their standing is the part of the normal distribution above a limit.
    """
    study, track, keys = _identities(world, due, "gifted pupil")
    abroad = world.tables.entrant_origins * (1.0 - np.eye(world.countries))
    # where entrants come from abroad nowhere, pupils come from everywhere
    nowhere = abroad.sum(axis=1, keepdims=True) <= 0
    everywhere = world.tables.country["stock"] * (1.0 - np.eye(world.countries))
    abroad = np.where(nowhere, everywhere, abroad)
    origin = choose(np.cumsum(abroad, axis=1)[study], uniform(world.key("origin", 0), keys))
    normal = NormalDist()
    above = 1.0 - normal.cdf(parameters.pupil_standing)
    luck = uniform(world.key("gifted", 0), keys)
    standing = np.array([-normal.inv_cdf(above * (1.0 - share)) for share in luck])
    months = study_months(parameters, people_parameters)[PUPILS[0]:][track]
    age = parameters.pupil_age + uniform(world.key("entry age", 0), keys) + months / MONTHS
    course = Course(np.array([MASTER, DOCTOR], dtype=np.int8)[track], age)
    shares = fields_chosen(world, parameters, frontier)[study]
    rows = _born(world, study, origin, keys, standing, shares, people_parameters, course)
    people = world.researchers
    people.arrived[rows] = world.month - months
    people.status[rows] = Status.PERMANENT
    people.scheme[rows] = -1
    people.status_until[rows] = next_event(world, rows)
    return rows


def _identities(world: World, due: I64, name: str) -> tuple[I64, I64, U64]:
    """Country, track and key of those who enter: (country, track, cohort, number) and no row."""
    country, track = np.nonzero(due)
    number = due[country, track]
    within = np.arange(number.sum()) - np.repeat(np.cumsum(number) - number, number)
    country, track = np.repeat(country, number), np.repeat(track, number)
    cohort = np.full(country.size, world.month)
    return country, track, draw(name_key(name), country, track, cohort, within)


def _born(
    world: World, study: I64, origin: I64, keys: U64, standing: F64, shares: F64,
    parameters: PeopleParameters, course: Course | None = None,
) -> Rows:
    entered = np.full(study.size, world.month)
    traits: dict[str, Any] = born_with(
        world.seed, keys, study, origin, entered, standing, shares, world.tables, parameters, course
    )
    leaves = leaving_month(world.seed, keys, traits["birth_month"], entered, parameters)
    return enter(world, study, keys, traits, leaves)
