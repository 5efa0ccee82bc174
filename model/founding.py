"""The employers of the opening: their rows, their first people and pay, their technology."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from agents.chance import decision_key, draw, name_key, normal, round_by_luck, uniform
from agents.employers import (
    MONTHS,
    EmployerKind,
    effect_of,
    match_of,
)
from agents.levers import EMPLOYER_KINDS, FIELDS
from agents.points import DEGREES
from agents.populations import Rows
from agents.researchers import EFFECT_UNIT
from model.chunks import in_chunks
from model.month.bidding import PUBLIC_DEGREE
from model.month.exits import schedule_job_ends
from model.month.learning import Effects
from model.month.search import schedule_search
from model.opening_parameters import Groups, OpeningParameters
from model.world import F64, I64, World

BIG_TECH, STARTUP = EmployerKind.BIG_TECH, EmployerKind.STARTUP
PUBLIC, INDUSTRY = EmployerKind.PUBLIC_RESEARCH, EmployerKind.INDUSTRY

MOST_PUBLIC_ROWS, MOST_INDUSTRY_ROWS = 8, 20
LEAST_INDUSTRY = 0.05  # share of people in industry where the other kinds take all
OFFERS = 3  # places among which people of the opening choose: mean fit is then that of rest
LEAST_PRIVATE_BILL = 0.3  # share of a country's pay bill left to private employers at least


def add_employers(world: World, parameters: OpeningParameters) -> None:
    """All employers of the opening, without people: firms by name, the rest by country."""
    table = world.tables.country
    stock = table["stock"]
    scale = world.persons_per_agent
    _add_named(world, parameters)
    public = np.rint(np.sqrt(table["public_share"] * stock / parameters.public_row))
    public = np.clip(public, 1, MOST_PUBLIC_ROWS)
    industry = np.clip(np.rint(np.sqrt(stock / parameters.industry_row)), 1, MOST_INDUSTRY_ROWS)
    startups = table["startup_share"] * stock / parameters.startup_team / scale
    luck = uniform(decision_key(world.seed, "startups"), np.arange(world.countries))
    for kind, counts, pay, environment in (
        (PUBLIC, public, parameters.public_pay, 1.0),
        (INDUSTRY, industry, 1.0, parameters.industry_environment),
        (STARTUP, round_by_luck(startups, luck), parameters.startup_pay,
         parameters.startup_environment),
    ):
        country = np.repeat(np.arange(world.countries), counts.astype(np.int64))
        within = np.arange(country.size) - np.searchsorted(country, country)
        title = EMPLOYER_KINDS[kind].replace("_", " ")
        codes = world.tables.countries
        names = [f"{codes[c]} {title} {n + 1}" for c, n in zip(country, within, strict=True)]
        _add(
            world, parameters, country, kind, names,
            np.full(country.size, pay), np.full(country.size, environment),
        )


class Named(NamedTuple):
    """Firms of the data at home, then their laboratories abroad; arrays of one length."""

    firm: I64
    """Number of the firm, which is its employer row."""
    country: I64
    opens: I64
    staff: F64
    """Persons at the opening, or those planned where it opens later."""


def named_employers(world: World, parameters: OpeningParameters) -> Named:
    """The rows of named firms: one in the home country, one in each with a laboratory."""
    firms = world.tables.firms
    abroad = world.tables.laboratories if parameters.labs_abroad > 0 else ()
    staff = np.array([firm.ai_staff for firm in firms])
    firm = np.array([lab.firm for lab in abroad], dtype=np.int64)
    opens = _later(world, np.array([lab.opened for lab in abroad], dtype=np.int64))
    founded = _later(world, np.array([one.founded for one in firms], dtype=np.int64) * MONTHS)
    held = staff[firm] * parameters.labs_abroad * np.array([lab.share for lab in abroad])
    # what opens later takes nobody from home
    at_home = staff - np.bincount(firm, np.where(opens > 0, 0.0, held), staff.size)
    return Named(
        np.concatenate((np.arange(staff.size), firm)),
        np.array([x.country for x in firms] + [x.country for x in abroad], dtype=np.int64),
        np.concatenate((founded, opens)),
        np.concatenate((at_home, held)),
    )


def _later(world: World, month: I64) -> I64:
    """Months in which something begins that did not stand at the opening; 0 for what did."""
    return np.where(month >= world.start, month, 0)


def _add_named(world: World, parameters: OpeningParameters) -> None:
    """Named firms and their laboratories.

    A laboratory keeps a part of the firm's premium on pay. Its environment is the geometric mean
    of the firm's at home and of what the same firm would be in the host country.
    """
    firms, named = world.tables.firms, named_employers(world, parameters)
    codes = world.tables.countries
    abroad = np.arange(named.firm.size) >= len(firms)
    names = [
        f"{firms[firm].name} ({codes[country]})" if lab else firms[firm].name
        for firm, country, lab in zip(named.firm, named.country, abroad, strict=True)
    ]
    pay = np.array([firm.pay_multiple for firm in firms])[named.firm]
    environment = np.array([firm.environment for firm in firms])[named.firm]
    home = np.array([firm.country for firm in firms])[named.firm]
    level = world.tables.country["research_environment"]
    kept = (level[home] / level[named.country]) ** parameters.lab_environment
    _add(
        world, parameters, named.country, BIG_TECH, names,
        np.where(abroad, 1.0 + parameters.lab_pay * (pay - 1.0), pay), environment * kept,
    )
    world.employers.firm[: named.firm.size] = named.firm
    world.employers.opens[: named.firm.size] = named.opens


def _add(
    world: World, parameters: OpeningParameters, country: I64, kind: int,
    names: list[str], pay: F64, environment: F64,
) -> None:
    size = country.size
    if kind == BIG_TECH:
        keys = np.array([name_key(name) for name in names], dtype=np.uint64)
    else:
        within = np.arange(size) - np.searchsorted(country, country)
        keys = draw(name_key(EMPLOYER_KINDS[kind].upper()), country, within)
    table = world.tables.country
    tilt = normal(
        decision_key(world.seed, "mix"), keys[:, None], np.arange(len(FIELDS))[None, :]
    ) if size else np.zeros((0, len(FIELDS)))
    employers = world.employers
    employers.born(
        size, key=keys, kind=kind, country=country,
        firm=employers.count + np.arange(size), opens=0,
        persons_per_agent=1.0 if kind == STARTUP else world.persons_per_agent,
        technology=0.0, computing=0.0, growth=0.0, demand_growth=0.0, capacity=np.inf,
        mix=0.0, tilt=parameters.specialisation * tilt,
        environment=environment * table["research_environment"][country], setting=0.0,
        premium=pay, learnt=0.0, equity=0.0,
        heads=0, effect=0, payroll=0, promised_heads=0, promised_effect=0, promised_pay=0,
        produced=0.0, budget=0, cash=0,
    )
    employers.names.extend(names)


def _size_weights(world: World, named: Named, parameters: OpeningParameters) -> F64:
    """Relative size of each employer within its country and kind."""
    employers = world.employers
    weight = np.ones(employers.count)
    weight[: named.staff.size] = np.where(named.opens > 0, 0.0, named.staff)
    industry = np.flatnonzero(employers.kind == INDUSTRY)
    country = employers.country[industry]
    rank = 1.0 + np.arange(industry.size) - np.searchsorted(country, country)
    # Zipf's law: as many teams are above a size as fall with its power
    weight[industry] = rank ** (-1.0 / parameters.size_exponent)
    startup = np.flatnonzero(employers.kind == STARTUP)
    spread = normal(decision_key(world.seed, "startup size"), employers.key[startup])
    weight[startup] = np.exp(parameters.startup_spread * spread)
    return weight


def give_jobs(world: World, rows: Rows, groups: Groups) -> None:
    """Place people with employers by kind, size and ability, at going pay.

    Everybody takes the place that fits better of a few drawn alike, for in a market at rest people
    have found jobs that fit them; employers of any size get their share all the same.
    """
    named = named_employers(world, groups.opening)
    shares, ladder = _kind_shares(world, named), _ladder(world, named, groups.opening)

    def place(piece: slice) -> Places:
        here = rows[piece]
        weight = _kind_weights(world, here, shares, groups.opening)
        employer, fit = _offer(world, here, weight, ladder, 0)
        for number in range(1, OFFERS):
            other, other_fit = _offer(world, here, weight, ladder, number)
            employer = np.where(other_fit > fit, other, employer)
            fit = np.maximum(fit, other_fit)
        luck = uniform(decision_key(world.seed, "opening jobless"), world.researchers.key[here])
        works = luck >= groups.opening.jobless_share
        return Places(np.where(works, employer, -1), fit)

    employer, fit = in_chunks(place, rows.size, world.chunk)
    works = employer >= 0
    _employ(world, rows[works], employer[works], fit[works], groups)
    schedule_search(world, rows, groups.search)


def _kind_shares(world: World, named: Named) -> F64:
    """Share of each kind of employer in the people of each country, shape (countries, kinds)."""
    employers, table = world.employers, world.tables.country
    there = np.where(named.opens > 0, 0.0, named.staff)
    big = np.bincount(named.country, there, world.countries) / table["stock"]
    shares = np.zeros((world.countries, len(EMPLOYER_KINDS)))
    exists = np.zeros_like(shares)
    np.add.at(exists, (employers.country, employers.kind), employers.opens == 0)
    shares[:, BIG_TECH] = big
    shares[:, STARTUP] = table["startup_share"]
    shares[:, PUBLIC] = table["public_share"]
    shares[:, INDUSTRY] = np.maximum(1.0 - shares.sum(axis=1), LEAST_INDUSTRY)
    shares *= exists > 0
    return shares


class Places(NamedTuple):
    """Where people of the opening work, -1: nowhere, and how they fit there."""

    employer: I64
    fit: F64


def _kind_weights(
    world: World, rows: Rows, shares: F64, opening: OpeningParameters
) -> F64:
    """Cumulated weights of the kinds of employer for each person, shape (n, kinds)."""
    people = world.researchers
    ability = people.ability[rows].astype(np.float64)
    taste = np.ones((rows.size, len(EMPLOYER_KINDS)))
    taste[:, BIG_TECH] = ability
    taste[:, STARTUP] = np.sqrt(ability)
    doctor = people.degree[rows] == DEGREES.index("phd")
    more = opening.doctors_in_public - 1.0
    # the mean stays one, so that the share of public research is that of the data
    mean = 1.0 + more * world.tables.country["phd_share"][people.country[rows]]
    taste[:, PUBLIC] = (1.0 + more * doctor) / mean
    return np.asarray(np.cumsum(shares[people.country[rows]] * taste, axis=1))


class Ladder(NamedTuple):
    """Employers in the order of country and kind, with what their sizes add up to."""

    order: I64
    cumulative: F64
    edges: I64
    """Where each cell of country and kind begins."""


def _ladder(world: World, named: Named, opening: OpeningParameters) -> Ladder:
    employers = world.employers
    group = employers.country.astype(np.int64) * len(EMPLOYER_KINDS) + employers.kind
    order = np.argsort(group, kind="stable")
    edges = np.searchsorted(group[order], np.arange(world.countries * len(EMPLOYER_KINDS) + 1))
    return Ladder(order, np.cumsum(_size_weights(world, named, opening)[order]), edges)


def _offer(
    world: World, rows: Rows, weight: F64, ladder: Ladder, number: int
) -> tuple[I64, F64]:
    """A place for each person, by kind and then by size, and how it fits."""
    keys = world.researchers.key[rows]
    numbers = np.full(rows.size, number)
    luck = uniform(decision_key(world.seed, "opening kind"), keys, numbers) * weight[:, -1]
    kind = np.minimum((weight <= luck[:, None]).sum(axis=1), len(EMPLOYER_KINDS) - 1)
    cell = world.researchers.country[rows].astype(np.int64) * len(EMPLOYER_KINDS) + kind
    first, beyond = ladder.edges[cell], ladder.edges[cell + 1]
    ends = np.concatenate(([0.0], ladder.cumulative))
    at = uniform(decision_key(world.seed, "opening employer"), keys, numbers)
    at = ends[first] + at * (ends[beyond] - ends[first])
    spot = np.searchsorted(ladder.cumulative, at, side="right")
    employer = ladder.order[np.clip(spot, first, beyond - 1)]
    return employer, world.fit(rows, employer)


def _employ(world: World, rows: Rows, employer: I64, fit: F64, groups: Groups) -> None:
    people, employers = world.researchers, world.employers

    def join(piece: slice) -> Effects:
        here, at = rows[piece], employer[piece]
        return Effects(
            effect_of(
                people, here, employers.mix, at, groups.worth.applied_premium,
                match_of(fit[piece], groups.worth),
            )
        )

    effect = in_chunks(join, rows.size, world.chunk).effect
    country = people.country[rows].astype(np.int64)
    experience = (world.month - people.degree_month[rows]) / MONTHS
    opening = groups.opening
    gap = (1.0 - opening.entrant_pay) * np.exp(-experience / opening.pay_growth_years)
    premium = employers.premium[employer]
    standing = premium * (1.0 - gap)
    public = employers.kind[employer] == PUBLIC
    mean_pay = world.tables.country["pay_usd"]
    scale = premium * mean_pay[country] * PUBLIC_DEGREE[people.degree[rows]]
    total = np.bincount(country, minlength=world.countries) * mean_pay
    fixed = np.bincount(country, np.where(public, scale, 0.0), world.countries)
    work = np.bincount(
        country, np.where(public, 0.0, standing * effect / EFFECT_UNIT), world.countries
    )
    private = np.maximum(total - fixed, LEAST_PRIVATE_BILL * total)
    price = np.where(work > 0, private / np.maximum(work, 1e-9), 0)
    pay = np.where(public, scale, price[country] * standing * effect / EFFECT_UNIT)
    world.take_job(rows, employer, pay, effect, fit)
    luck = uniform(decision_key(world.seed, "opening tenure"), people.key[rows])
    tenure = -np.log1p(-luck) * opening.tenure_years * MONTHS
    earliest = np.maximum(people.degree_month[rows], people.arrived[rows])
    people.hired[rows] = np.maximum(world.month - tenure.astype(np.int64), earliest)
    schedule_job_ends(world, rows, groups.exits)
