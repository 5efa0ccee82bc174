"""Graduates and career changers enter the profession, foreign ones with a clock on their stay."""

from __future__ import annotations

import dataclasses
import functools
from typing import Any

import numpy as np

from agents.chance import choose_in_row, draw, name_key, round_by_luck, uniform
from agents.declare import parameter
from agents.employers import MONTHS
from agents.populations import Rows
from agents.researchers import NEVER, Status
from model.month.choice_of_study import ChoiceParameters, choice
from model.month.frontier import FrontierParameters, demand_shares
from model.month.ties import meet_classmates
from model.people import U64, PeopleParameters, born_with, leaving_month, standings
from model.tables import Tables
from model.tally import tally
from model.world import F64, I64, World

LAST_YEAR_OF_GROWTH = 2023
"""Growth of stocks is that of the table up to this year."""


@dataclasses.dataclass(frozen=True)
class EducationParameters:
    """How many enter and what they have learnt."""

    growth: float = parameter(
        1.0, unit="1", low=0.0, high=2.0, kind="uncertainty",
        source="1: each country's AI talent and the demand for it grow as its data say",
        meaning="scale of the growth of entrants and of demand",
    )
    long_run_growth: float = parameter(
        0.02, unit="1/year", low=0.0, high=0.1, kind="uncertainty",
        source="assumption: in the long run a profession grows as economies do",
        meaning="growth that every country comes to after the years of the data",
    )
    growth_half_life: float = parameter(
        8.0, unit="years", low=1.0, high=100.0, kind="uncertainty",
        source="assumption: growth of ten per cent for ever would leave no other profession",
        meaning="years after the data in which growth comes half way to that of the long run",
    )
    demand_response: float = parameter(
        0.6, unit="share", low=0.0, high=1.0, kind="uncertainty", source="assumption",
        meaning="weight of demand, against the stock at the opening, in the fields that entrants "
        "choose",
    )
    study_years: float = parameter(
        3.0, unit="years", low=0.0, high=8.0, kind="uncertainty",
        source="assumption: a field is chosen at the start of a last degree",
        meaning="years before entry whose demand decides on the field; years from an added place "
        "to study to entry",
    )
    pupil_years: float = parameter(
        7.0, unit="years", low=0.0, high=12.0, kind="uncertainty",
        source="assumption: two years of school and five of study to a master's degree",
        meaning="years from the admission of a gifted pupil to entry; a doctorate takes longer by "
        "the difference of the ages at entry",
    )
    pupil_age: float = parameter(
        16.0, unit="years", low=12.0, high=20.0, kind="constant", source="assumption",
        meaning="age of gifted pupils when they are admitted, at the least; at most a year more",
    )
    pupil_standing: float = parameter(
        1.3, unit="standard deviations", low=0.0, high=3.0, kind="uncertainty",
        source="assumption: the first tenth of a cohort",
        meaning="standing in ability that gifted pupils have at the least",
    )
    replace_exits: float = parameter(
        0.0, unit="0 or 1", low=0.0, high=1.0, kind="constant",
        source="for tests and still economies",
        meaning="1: as many enter as left the month before, in place of the numbers of the data",
    )


def entrants_due(
    world: World, parameters: EducationParameters, chosen: ChoiceParameters
) -> I64:
    """How many enter in each country this month, in agents.

    Cumulated numbers are rounded with one luck a country, so that no month is off by more than
    one agent and expectation is exact at every scale.
    """
    if world.replace_exits:
        return world.last_exits
    luck = uniform(world.key("entrants", 0), np.arange(world.countries))
    months = world.month - world.start
    full = months // MONTHS
    before, within_year = _entering(world.tables, parameters, world.start, full)
    month = months % MONTHS
    total = before + within_year[:, month : month + 2]
    more = choice(world, chosen, parameters.study_years) - 1.0
    entered = world.prospects.entered
    world.prospects.entered = entered + more * (total[:, 1] - total[:, 0])
    total += np.column_stack((entered, world.prospects.entered))
    due = round_by_luck(total / world.persons_per_agent, luck[:, None])
    return np.asarray(due[:, 1] - due[:, 0])


@functools.lru_cache(maxsize=32)
def _entering(
    tables: Tables, parameters: EducationParameters, start: int, years: int
) -> tuple[F64, F64]:
    """Persons who enter by the data: in the full years of a run, and in the year after them.

    Returns
    -------
    By country, shape (countries, 1); and up to the end of each month, shape (countries, 13).
    """
    year = start + np.arange(years + 1)[:, None] * MONTHS
    growth, table = recorded_growth(tables, parameters, year), tables.country
    # without growth only what replaces leavers enters
    replacement = table["entrants"] - table["stock"] * table["stock_growth"]
    size = np.exp(np.cumsum(growth, axis=0) - growth)
    # the table's number is that of the first year as a whole
    added = np.expm1(growth) * table["stock"]
    yearly = size * (replacement + added)
    part = np.arange(MONTHS + 1.0)
    last = growth[-1][:, None]
    steep = np.abs(last) > 1e-12
    safe = np.where(steep, last, 1.0)
    within = np.where(steep, np.expm1(safe * part / MONTHS) / np.expm1(safe), part / MONTHS)
    return yearly[:-1].sum(axis=0)[:, None], yearly[-1][:, None] * within


def yearly_growth(world: World, parameters: EducationParameters, month: Any) -> F64:
    """Log growth of the stock and of demand in a year, by country, see :func:`recorded_growth`."""
    return recorded_growth(world.tables, parameters, month)


def recorded_growth(data: Tables, parameters: EducationParameters, month: Any) -> F64:
    """Log growth of the stock and of demand in a year, by country.

    As in the data up to their last year; then the gap to a common rate halves again and again.

    Parameters
    ----------
    month
        Any month of the year; a column of months gives a row for each.
    """
    recorded = np.log1p(data.country["stock_growth"] * parameters.growth)
    common = np.log1p(parameters.long_run_growth * parameters.growth)
    beyond = np.maximum(np.asarray(month) // MONTHS - LAST_YEAR_OF_GROWTH, 0)
    return np.asarray(common + (recorded - common) * 0.5 ** (beyond / parameters.growth_half_life))


def admit_graduates(
    world: World, parameters: EducationParameters, people_parameters: PeopleParameters,
    frontier: FrontierParameters, chosen: ChoiceParameters,
) -> Rows:
    """Add this month's entrants, jobless, at the country of study.

    Returns
    -------
    Their rows.
    """
    due = entrants_due(world, parameters, chosen)
    study = np.repeat(np.arange(world.countries), due)
    within = np.arange(study.size) - np.repeat(np.cumsum(due) - due, due)
    # a graduate is (country, cohort, number), whatever else happens in the world
    keys = draw(name_key("entrant"), study, np.full(study.size, world.month), within)
    origins = np.cumsum(world.tables.entrant_origins, axis=1)
    origin = choose_in_row(origins, study, uniform(world.key("origin", 0), keys))
    shares = fields_chosen(world, parameters, frontier)[study]
    entered = np.full(study.size, world.month)
    standing = standings(
        world.seed, keys, origin, study, world.tables.entrant_origins,
        world.tables.country["entrants"], world.tables, people_parameters,
    )
    traits = born_with(
        world.seed, keys, study, origin, entered, standing, shares, world.tables, people_parameters
    )
    leaves = leaving_month(world.seed, keys, traits["birth_month"], entered, people_parameters)
    return enter(world, study, keys, traits, leaves)


def fields_chosen(
    world: World, parameters: EducationParameters, frontier: FrontierParameters,
    month: int | None = None,
) -> F64:
    """Distribution of a month's entrants over fields, this month's by default.

    Returns
    -------
    Shape (countries, fields).
    """
    entered = world.month if month is None else month
    asked_for = demand_shares(world, frontier, entered - parameters.study_years * MONTHS)
    shares = world.tables.field_supply * (1 - parameters.demand_response)
    return np.asarray(shares + asked_for * parameters.demand_response)


def enter(
    world: World, study: I64, keys: U64, traits: dict[str, Any], leaves: I64
) -> Rows:
    """Write new people and count them; foreign ones get the graduate stay of the country."""
    number = study.size
    may_stay = (world.open_countries()[study] & traits["citizenships"]) != 0
    native = traits["birth_country"] == study
    permit = world.rules.graduate_rows(world.rules_month, world.countries)[study, traits["degree"]]
    needs = ~may_stay
    months = np.where(permit >= 0, world.rules.graduate_stay[permit], 3.0)
    status = np.where(native, Status.CITIZEN, np.where(needs, Status.GRADUATE, Status.FREE))
    rows = world.researchers.born(
        number,
        key=keys,
        id=world.researchers.new_ids(number),
        country=study,
        employer=-1,
        pay=0.0,
        hired=world.month,
        arrived=np.where(native, traits["birth_month"], world.month),
        status=status,
        scheme=np.where(needs, permit, -1),
        status_since=world.month,
        status_until=np.where(needs, world.month + months, NEVER),
        fit=0.0,
        effect=0,
        by_deal=False,
        by_referral=False,
        ties=-1,
        waiting=False,
        petitioned=0,
        returnee_grant=0,
        retention_grant=0,
        searches=world.month,
        job_ends=NEVER,
        founds=0,
        leaves=leaves,
        **traits,
    )
    tally(world.compatriots, traits["birth_country"], study)
    tally(world.jobless, study)
    tally(world.fields, study, traits["field"])
    world.count_entrants(rows)
    meet_classmates(world, rows)
    return rows
