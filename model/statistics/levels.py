"""What is read off the world at the end of a month, and in more detail at the end of a year."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from agents.employers import MONTHS, EmployerKind, monthly_cents
from agents.levers import FIELDS
from model.statistics.measures import LEAST_AGENTS, country_rate, rate
from model.world import F64, GROUPS, I64, World

TIERS = 3
"""Ability below the top 10 %, within it, within the top 1 %."""


@dataclasses.dataclass
class Snapshot:
    """Levels at the end of a month; arrays over countries, in agents where people are counted."""

    stock: I64
    native: I64
    jobless: I64
    payroll: F64
    """USD a year."""
    supply: I64
    demand: F64
    startups: I64
    """Startups open, in rows."""


@dataclasses.dataclass
class YearEnd:
    """Levels at the end of a year by group and country, shape (groups, countries), in agents."""

    stock: I64
    native: I64
    other_discipline: I64
    working: I64
    payroll: F64
    """USD a year."""
    able_by_field: I64
    """The ablest by field, shape (ability groups, fields, countries)."""


def snapshot(world: World) -> Snapshot:
    """The levels of a month, from the sums that the world keeps."""
    employers = world.employers
    country = employers.country.astype(np.int64)
    return Snapshot(
        stock=world.stock(),
        native=world.compatriots.diagonal().copy(),
        jobless=world.jobless.copy(),
        payroll=np.asarray(
            np.bincount(country, employers.payroll, world.countries) * (MONTHS / 100), np.float64
        ),
        supply=world.fields.copy(),
        demand=world.work_by_field(),
        startups=startups(world),
    )


def startups(world: World) -> I64:
    """Startups that have not ended, by country, in rows."""
    employers, ventures = world.employers, world.ventures
    there = employers.kind == EmployerKind.STARTUP
    there[ventures.employer[ventures.closed > 0]] = False
    return np.bincount(employers.country[there], minlength=world.countries)


def year_end(world: World) -> YearEnd:
    """The levels of a year, from one pass over everybody."""
    people = world.researchers
    country = people.country
    # one number says all that is counted of a person
    cell = country.astype(np.int32) * len(FIELDS) + people.field
    cell *= TIERS
    for cut in world.ability_cuts:
        cell += people.ability >= cut
    for trait in (
        people.birth_country == country, people.other_discipline, people.employer >= 0
    ):
        cell *= 2
        cell += trait
    shape = (world.countries, len(FIELDS), TIERS, 2, 2, 2)
    size = int(np.prod(shape))
    cells = np.bincount(cell, minlength=size).reshape(shape)
    counts = _by_group(cells)
    # whole cents, so that sums have no order
    cents = np.bincount(cell, monthly_cents(people.pay), size).reshape(shape)
    return YearEnd(
        stock=counts.sum(axis=(2, 3, 4)),
        native=counts[:, :, 1].sum(axis=(2, 3)),
        other_discipline=counts[:, :, :, 1].sum(axis=(2, 3)),
        working=counts[..., 1].sum(axis=(2, 3)),
        payroll=_by_group(cents).sum(axis=(2, 3, 4)) * (MONTHS / 100),
        able_by_field=np.stack(
            [cells[:, :, tier:].sum(axis=(2, 3, 4, 5)).T for tier in range(1, TIERS)]
        ),
    )


def _by_group(cells: NDArray[np.generic]) -> NDArray[np.generic]:
    """Sums for everybody, the ablest and each field: the groups of the flows table, in order."""
    able = np.stack([cells[:, :, tier:].sum(axis=(1, 2)) for tier in range(TIERS)])
    groups = np.concatenate((able, np.moveaxis(cells.sum(axis=2), 1, 0)))
    assert len(groups) == len(GROUPS)
    return groups


# Pay -----------------------------------------------------------------------------------------

PERCENTILES = (10, 50, 90, 99)


def pay_percentiles(world: World) -> dict[str, F64]:
    """Percentiles of quoted pay by country and in the world, linear between two people.

    Blank below 30 people in work, and where nobody lies beyond the percentile.
    """
    people = world.researchers
    rows = np.flatnonzero(people.employer >= 0)
    country, pay = people.country[rows], people.pay[rows]
    # positive numbers sort as their bits do, so one sort serves all countries
    bits = np.sort((country.astype(np.int64) << 32) + pay.view(np.uint32))
    ordered = bits.astype(np.uint32).view(np.float32)
    sizes = np.bincount(country, minlength=world.countries)
    values = np.column_stack(
        (_percentiles(ordered, sizes), _percentiles(np.sort(pay), np.array([rows.size])))
    )
    return {f"pay_p{one}": values[place] for place, one in enumerate(PERCENTILES)}


def _percentiles(pay: NDArray[np.float32], sizes: I64) -> F64:
    """Percentiles of stretches of sorted pay, shape (percentiles, stretches)."""
    values = np.full((len(PERCENTILES), sizes.size), np.nan)
    first = np.cumsum(sizes) - sizes
    for place, percentile in enumerate(PERCENTILES):
        beyond = sizes * min(percentile, 100 - percentile)
        known = (sizes >= LEAST_AGENTS) & (beyond >= 100)
        rank = (sizes[known] - 1) * percentile / 100
        low = rank.astype(np.int64)
        below, above = (pay[first[known] + low + step].astype(np.float64) for step in (0, 1))
        values[place, known] = below + (rank - low) * (above - below)
    return values


# Employers -----------------------------------------------------------------------------------

LARGEST = 5


def concentration(world: World) -> dict[str, F64]:
    """Herfindahl index and share of the five largest, by country and in the world.

    A row of employers stands for several alike where an agent is one person to each of them and
    more to the world, as a row of startups does.
    """
    employers = world.employers
    heads = employers.heads.astype(np.float64)
    alike = world.persons_per_agent / employers.persons_per_agent
    country = employers.country.astype(np.int64)
    parts = (
        _concentration(country, heads, alike, world.countries),
        _concentration(np.zeros_like(country), heads, alike, 1),
    )
    squares, largest = (np.concatenate(values) for values in zip(*parts, strict=True))
    return {"concentration": squares, "five_largest_share": largest}


def _concentration(place: I64, heads: F64, alike: F64, places: int) -> tuple[F64, F64]:
    """Sum of squared shares, and share of the largest, in each place."""
    everybody = np.bincount(place, heads, places)
    squares = np.bincount(place, heads * heads / alike, places)
    order = np.lexsort((-heads / alike, place))
    place, heads, alike = place[order], heads[order], alike[order]
    before = np.cumsum(alike) - alike
    first = np.searchsorted(place, np.arange(places))
    larger = before - before[np.minimum(first, place.size - 1)][place]
    counted = np.clip(LARGEST - larger, 0.0, alike) / alike
    largest = np.bincount(place, heads * counted, places)
    return (
        rate(squares, np.maximum(everybody, 1.0) ** 2, everybody),
        rate(largest, everybody, everybody),
    )


# Cohorts -------------------------------------------------------------------------------------


def stay_rate(world: World, cohort: int) -> F64:
    """Share of the foreign-born entrants of a year still where they studied.

    Returns
    -------
    By group and country, everybody together first, the world last.
    """
    people = world.researchers
    entered = people.degree_month // MONTHS == cohort
    rows = np.flatnonzero(entered & (people.birth_country != people.study_country))
    study = people.study_country[rows].astype(np.int64)
    stayed = people.country[rows] == study
    ability, field = people.ability[rows], people.field[rows]
    members = [np.ones(rows.size, dtype=bool), *(ability >= cut for cut in world.ability_cuts)]
    members.extend(field == number for number in range(len(FIELDS)))
    return np.stack([
        country_rate(
            np.bincount(study[member & stayed], minlength=world.countries),
            np.bincount(study[member], minlength=world.countries),
        )
        for member in members
    ])  # fmt: skip


def retention(world: World, cohort: int, inflow: I64) -> F64:
    """Share of a year's moves into a country whose movers have lived there ever since."""
    people = world.researchers
    rows = np.flatnonzero(people.arrived // MONTHS == cohort)
    # foreign entrants arrive with their degree and have not moved; nobody moves twice a month
    moved = (people.country[rows] != people.study_country[rows]) | (
        people.arrived[rows] > people.degree_month[rows]
    )
    here = np.bincount(people.country[rows[moved]], minlength=world.countries)
    return country_rate(here, inflow)


def hired_share(world: World, since: int) -> F64:
    """Degrees outside computer science among people in work whose job began in or after a month."""
    people = world.researchers
    rows = np.flatnonzero((people.hired >= since) & (people.employer >= 0))
    country = people.country[rows]
    other = country[people.other_discipline[rows]]
    return country_rate(
        np.bincount(other, minlength=world.countries),
        np.bincount(country, minlength=world.countries),
    )
