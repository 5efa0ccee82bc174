"""The opening: people from data, with status and jobs, before the burn-in."""

from __future__ import annotations

from typing import Any

import numpy as np

from agents.chance import decision_key, draw, name_key, round_by_luck, uniform
from agents.employers import (
    MONTHS,
    Employers,
)
from agents.levers import FIELDS
from agents.populations import Rows
from agents.researchers import CLASSMATES, NEVER, UNRANKED, Researchers, Status
from agents.ventures import Ventures
from model.appropriations import Appropriations
from model.chunks import each_chunk
from model.country_levers import CountryLevers
from model.deal_book import DealBook
from model.enrolment import Enrolment
from model.firm_plans import FirmPlans
from model.founding import add_employers, give_jobs
from model.month.clocks import next_event
from model.month.exits import start_grace
from model.month.frontier import demand_shares, set_mixes
from model.month.learning import learn_past, value_teams
from model.month.ties import past_classmates, past_work
from model.opening_parameters import Groups
from model.people import born_with, leaving_month, standings
from model.prospects import Prospects
from model.rules import Rules
from model.tables import Tables
from model.technology import calibrate
from model.venture_market import VentureMarket
from model.world import F64, I64, Accounts, Cases, Counters, World


def new_world(
    tables: Tables, rules: Rules, groups: Groups, seed: int, start: int, persons_per_agent: float
) -> World:
    """A world with people and jobs, before its burn-in."""
    months = int(groups.opening.burn_in_months)
    countries = len(tables.countries)
    world = World(
        seed=seed, month=start - 1 - months, persons_per_agent=persons_per_agent, tables=tables,
        rules=rules, levers=CountryLevers.opening(tables), researchers=Researchers(),
        employers=Employers(), ventures=Ventures(), venture_market=VentureMarket.none(countries),
        book=DealBook.empty(),
        plans=FirmPlans.none(len(tables.firms), countries, len(FIELDS)),
        cases=Cases(),
        accounts=Accounts(
            households=np.zeros(countries, dtype=np.int64),
            governments=np.zeros(countries, dtype=np.int64),
        ),
        counters=Counters.empty(countries, len(rules.schemes)),
        compatriots=np.zeros((countries, countries), dtype=np.int64),
        jobless=np.zeros(countries, dtype=np.int64),
        fields=np.zeros((countries, len(FIELDS)), dtype=np.int64),
        odds=first_odds(rules),
        enrolment=Enrolment.none(countries), prospects=Prospects.none(countries),
        subsidised=np.zeros(countries), appropriations=Appropriations.none(countries),
        quota_drawn=np.zeros(int(rules.route_group.max()) + 1),
        quota_left=np.zeros(int(rules.route_group.max()) + 1, dtype=np.int64),
        last_exits=np.zeros(countries, dtype=np.int64),
        open_to_all=groups.rights.barriers <= 0,
        last_entrants=np.full((countries, CLASSMATES), -1, dtype=np.int32),
        agreed_price=tables.country["pay_usd"] / 0.5, start=start,
    )
    add_employers(world, groups.opening)
    set_mixes(world, demand_shares(world, groups.frontier, world.start - 1))
    cells = opening_cells(world)
    populate(world, cells, groups, wave=0)
    ability = world.researchers.ability
    world.ability_cuts = (float(np.quantile(ability, 0.9)), float(np.quantile(ability, 0.99)))
    past_work(world, groups.ties)
    calibrate(world, groups)
    return world


def first_odds(rules: Rules) -> F64:
    """Places over applicants as recorded; one where there is no cap."""
    crowded = np.isfinite(rules.places) & (rules.outside > 0)
    odds = np.ones(rules.places.size)
    odds[crowded] = np.minimum(rules.places[crowded] / rules.outside[crowded], 1.0)
    return odds


def opening_cells(world: World) -> I64:
    """Agents by (country of birth, country of residence), stratified; rests by keyed luck."""
    persons = world.tables.origins * world.tables.country["stock"][:, None]
    agents = np.cumsum(persons / world.persons_per_agent, axis=1)
    luck = uniform(decision_key(world.seed, "opening cells"), np.arange(world.countries))
    whole = round_by_luck(agents, luck[:, None])
    return np.asarray(np.diff(whole, axis=1, prepend=0).T)


def populate(world: World, cells: I64, groups: Groups, wave: int) -> Rows:
    """Add people by (country of birth, country of residence), give most of them jobs and pay.

    ``wave`` keeps identities of a later call apart from earlier ones.
    """
    people = world.researchers
    before = people.count
    people.reserve(before + int(cells.sum()))
    origin, country, number = _spread(cells)
    # a piece at a time: what a birth needs besides its rows is as large as the rows
    for columns in each_chunk(
        lambda piece: _columns(world, origin[piece], country[piece], number[piece], groups, wave),
        number.size,
        world.chunk,
    ):
        people.born(columns["key"].size, id=people.new_ids(columns["key"].size), **columns)
    rows = np.arange(before, people.count)
    world.compatriots += cells
    world.jobless += cells.sum(axis=0)
    np.add.at(world.fields, (country, people.field[rows]), 1)
    _settle_status(world, rows)
    give_jobs(world, rows, groups)
    learn_past(world, rows, groups.learning)
    value_teams(world, groups.worth)
    past_classmates(world, rows)
    start_grace(world, rows[people.employer[rows] < 0], groups.exits)
    return rows


def _columns(
    world: World, origin: I64, country: I64, number: I64, groups: Groups, wave: int
) -> dict[str, Any]:
    """Columns of people without status and work: by origin, country and number within the two."""
    keys = draw(name_key("opening"), country, origin, number, np.full(number.size, wave))
    now = np.full(number.size, world.month)
    seed, people_parameters = world.seed, groups.people

    def luck(name: str) -> F64:
        return uniform(decision_key(seed, name), keys)

    foreign = origin != country
    came_trained = foreign & (luck("study abroad") > groups.opening.studied_here)
    study = np.where(came_trained, origin, country)
    # the faster a country's profession grows, the younger it is
    growing = np.maximum(world.tables.country["stock_growth"][country], 0.0)
    growing = growing * (groups.education.replace_exits <= 0)
    rate = np.maximum(people_parameters.leaving_rate + growing, 1e-3)
    # ages of a profession that grows and loses people at constant rates, up to a full career
    career = people_parameters.retirement_age - people_parameters.entry_age_phd
    experience = -np.log1p(luck("experience") * np.expm1(-rate * career)) / rate
    entered = now - np.rint(experience * MONTHS).astype(np.int64)
    standing = standings(
        seed, keys, origin, country, world.tables.origins, world.tables.country["stock"],
        world.tables, people_parameters,
    )
    traits = born_with(
        seed, keys, study, origin, entered, standing, world.tables.field_supply, world.tables,
        people_parameters,
    )
    stay = np.minimum(-np.log1p(-luck("residence")) * groups.opening.residence_years, experience)
    # who took the last degree here has been here since, as entrants have
    came = np.where(came_trained, now - np.rint(stay * MONTHS), entered)
    arrived = np.where(foreign, came, traits["birth_month"])
    return dict(
        key=keys, country=country, employer=-1, pay=0.0, hired=now, arrived=arrived,
        status=Status.CITIZEN, scheme=-1, status_since=arrived, status_until=NEVER, fit=0.0,
        effect=0, by_deal=False, by_referral=False, ties=-1, waiting=False,
        petitioned=0, returnee_grant=0, retention_grant=0, searches=now + 1, job_ends=NEVER,
        founds=0,
        leaves=leaving_month(seed, keys, traits["birth_month"], now, people_parameters), **traits,
    )


def _spread(cells: I64) -> tuple[I64, I64, I64]:
    origin, country = np.nonzero(cells)
    counts = cells[origin, country]
    number = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.repeat(origin, counts), np.repeat(country, counts), number


def _settle_status(world: World, rows: Rows) -> None:
    """Status of foreign-born people by free movement and by how long they have been here."""
    people, rules = world.researchers, world.rules
    country, origin = people.country[rows].astype(np.int64), people.birth_country[rows]
    foreign = rows[country != origin]
    country, origin = people.country[foreign].astype(np.int64), people.birth_country[foreign]
    free = (world.open_countries()[country] & people.citizenships[foreign]) != 0
    scheme = ordinary_scheme(rules, world.start - 1, world.countries)[country]
    years = rules.years_to_permanence[scheme] + world.tables.queue_years[country, origin]
    stayed = (world.month - people.arrived[foreign].astype(np.float64)) / MONTHS
    status = np.where(
        free, Status.FREE, np.where(stayed >= years, Status.PERMANENT, Status.WORK)
    )
    people.status[foreign] = status
    people.scheme[foreign] = np.where(status == Status.WORK, scheme, -1)
    people.status_until[foreign] = next_event(world, foreign)


def ordinary_scheme(rules: Rules, month: int, countries: int) -> I64:
    """The work scheme with the lowest pay condition in force in each country."""
    best = np.full(countries, -1, dtype=np.int64)
    demands = (
        rules.min_pay + 1e6 * (rules.rank_max < UNRANKED) + 1e6 * (rules.points_min > 0)
        + 1e5 * rules.experience_min + 1e6 * np.isfinite(rules.since_degree_max)
    )
    for row in np.flatnonzero(rules.for_work(month, inside=False)):
        country = rules.country[row]
        if best[country] < 0 or demands[row] < demands[best[country]]:
            best[country] = row
    return best
