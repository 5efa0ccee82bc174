"""Founding: how often people found startups, and how many a country has."""

from __future__ import annotations

import dataclasses
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.declare import parameter
from agents.employers import MONTHS, EmployerKind
from agents.populations import Rows
from agents.researchers import Status
from model.chunks import in_chunks
from model.month.education import yearly_growth
from model.month.sales import VentureParameters
from model.opening_parameters import Groups
from model.venture_tables import venture_capital as venture_capital_table
from model.world import F64, World

RECENT_YEARS = 5.0
"""Years after the degree in which a founder counts as a student of the university (assumption)."""
SENIOR_YEARS = 5.0
"""Years after the degree from which able people in public research count as seniors."""
FEW = 30.0
"""Agents of mean weight with which each country's people are taken together at the opening."""
FEW_SENIORS = 3.0
"""Agents with which each country's seniors are taken together, for a coarse world has few."""
LEAST_RATIO = 0.1
"""Venture capital may fall to this part of what it was, and rise as far (assumption): beyond, a
small country's year would tell of one deal."""
PARTS = 2.0**20
"""Parts of one in which weights are summed, so that sums have no order."""


@dataclasses.dataclass(frozen=True)
class FoundingParameters:
    """Who founds startups."""

    considered: float = parameter(
        0.08, unit="1/year", low=0.0, high=0.5, kind="uncertainty",
        source="assumption: high enough to stand above nearly everybody's rate of founding",
        meaning="how often people think of founding a startup, and so their highest rate of it; "
        "0: nobody founds",
    )
    ability: float = parameter(
        0.5, unit="1", low=0.0, high=2.0, kind="uncertainty",
        source="assumption, as in the choice of people for startups at the opening",
        meaning="elasticity of the rate of founding to ability",
    )
    peak_age: float = parameter(
        40.0, unit="years", low=25.0, high=55.0, kind="uncertainty",
        source="Azoulay, Jones, Kim and Miranda 2020: founders of growing firms are 42 to 45 on "
        "average; people in AI are younger",
        meaning="age at which people found most often",
    )
    age_spread: float = parameter(
        12.0, unit="years", low=4.0, high=40.0, kind="uncertainty", source="assumption",
        meaning="standard deviation of the bell of ages about it",
    )
    ties: float = parameter(
        0.5, unit="1", low=0.0, high=3.0, kind="uncertainty",
        source="assumption; sign from Nanda and Sørensen 2010: people who worked with founders "
        "found more often",
        meaning="rise of the rate for each tie to somebody who works in a startup",
    )
    environment: float = parameter(
        0.3, unit="1", low=0.0, high=2.0, kind="uncertainty", source="assumption",
        meaning="elasticity of the rate to the employer's research environment",
    )
    capital: float = parameter(
        0.3, unit="1", low=0.0, high=2.0, kind="uncertainty",
        source="assumption; sign from Samila and Sorenson 2011: venture capital raises the number "
        "of firms founded",
        meaning="elasticity of the rate to the country's venture capital over that of the opening, "
        "both over demand for people",
    )
    professors: float = parameter(
        0.5, unit="1", low=0.0, high=2.0, kind="uncertainty",
        source="assumption; sign from Gofman and Jin 2024: where professors leave, fewer students "
        "found startups",
        meaning="elasticity of the rate of recent graduates to the able seniors in public research "
        "where they studied",
    )
    team: float = parameter(
        4.0, unit="persons", low=1.0, high=30.0, kind="uncertainty",
        source="assumption: fewer than in startups of all ages",
        meaning="mean team that a startup is made for, by a founder of median ability",
    )
    own_months: float = parameter(
        12.0, unit="months", low=2.0, high=36.0, kind="uncertainty",
        source="assumption; savings, family and friends",
        meaning="months of their pay, and of those whom they call, that founders bring",
    )
    own_pay: float = parameter(
        0.6, unit="1", low=0.1, high=1.0, kind="uncertainty", source="assumption",
        meaning="pay that founders take, over going pay for their effect",
    )
    ideas: float = parameter(
        4.0, unit="ideas", low=1.0, high=20.0, kind="constant", source="assumption",
        meaning="ideas, each with a fit of its own, of which a founder takes the best",
    )
    own_field: float = parameter(
        1.0, unit="log points", low=0.0, high=3.0, kind="uncertainty", source="assumption",
        meaning="further weight of the founder's field in the work of the startup",
    )
    ability_in_technology: float = parameter(
        0.5, unit="1", low=0.0, high=2.0, kind="uncertainty", source="assumption",
        meaning="elasticity of the team for which a startup is made to the founder's ability",
    )
    calls: float = parameter(
        1.0, unit="0 or 1", low=0.0, high=1.0, kind="lever",
        source="1: founders offer posts to those with whom they work closely",
        meaning="chance that a tied colleague in the founder's team is called",
    )


def set_capital(world: World, groups: Groups) -> None:
    """Read the venture capital of each country, over its own at the opening and over demand.

    The one place where the venture capital of a country and a year enters: the mean of the year
    and the one before, for funds are spent over years; before and after the data as at their ends.
    """
    table = venture_capital_table()
    first = min(max(world.start // MONTHS, table.years[0]), table.years[-1])
    year = min(max(world.month // MONTHS, first), table.years[-1])

    def capital(last: int) -> F64:
        places = [table.column(last), table.column(last - 1)]
        return np.asarray(table.capital_usd[:, places].mean(axis=1))

    months = np.arange(first, year)[:, None] * MONTHS
    grown = np.exp(yearly_growth(world, groups.education, months).sum(axis=0))
    ratio = capital(year) / capital(first) / grown
    world.venture_market.ratio = np.clip(ratio, LEAST_RATIO, 1.0 / LEAST_RATIO)


def renewal(
    world: World, groups: Groups, ventures: VentureParameters, month: int
) -> F64:
    """Startups founded in a year over those there are, so that their number goes with demand."""
    growth = np.maximum(yearly_growth(world, groups.education, month), 0.0)
    return np.asarray(ventures.turnover + growth)


def set_hazard(
    world: World, groups: Groups, parameters: FoundingParameters, ventures: VentureParameters
) -> None:
    """Set the level of founding in each country so that it keeps the number of startups up.

    As many are founded at the opening as end and as demand grows. People of few agents are taken
    together with those of the world.
    """
    held, table = world.venture_market, world.tables.country
    number = table["startup_share"] * table["stock"] / groups.opening.startup_team
    yearly = number / world.persons_per_agent * renewal(world, groups, ventures, world.start)
    people = world.researchers
    weight = in_chunks(
        lambda piece: Weights(_counted(world, piece, parameters)), people.count, world.chunk
    ).weight
    # whole parts, so that sums have no order
    parts = np.rint(weight * PARTS).astype(np.int64)
    total = np.bincount(people.country, parts, world.countries) / PARTS
    stock = np.bincount(people.country, minlength=world.countries)
    mean = total.sum() / max(people.count, 1)
    held.hazard = yearly / np.maximum((total + FEW * mean) * stock / (stock + FEW), 1e-9)
    held.seniors = seniors(world)
    held.expected_seniors = held.seniors.copy()


class Weights(NamedTuple):
    """Weights of people in founding."""

    weight: F64


def _counted(world: World, piece: slice, parameters: FoundingParameters) -> F64:
    rows = np.arange(piece.start, piece.stop)
    return np.where(may_found(world, rows), weights(world, rows, parameters), 0.0)


def may_found(world: World, rows: Rows) -> NDArray[np.bool_]:
    """Who may work for a firm of one's own: whoever's right to stay does not hang on a sponsor."""
    people = world.researchers
    free = people.status[rows] <= Status.PERMANENT
    scheme = people.scheme[rows]
    unbound = (scheme >= 0) & ~world.rules.sponsored[scheme]
    return np.asarray((free | unbound) & ~people.waiting[rows])


def weights(world: World, rows: Rows, parameters: FoundingParameters) -> F64:
    """Rate of founding of people relative to others in the country.

    Notes
    -----
    ability^a · exp(−(age − peak)² / 2 spread²) · (1 + t · ties to startups) · environment^e
    """
    people, employers = world.researchers, world.employers
    ability = np.log(people.ability[rows].astype(np.float64))
    age = (world.age_years(rows) - parameters.peak_age) / parameters.age_spread
    employer = people.employer[rows]
    setting = np.where(
        employer >= 0, employers.environment[employer],
        world.levers.research_environment[people.country[rows]],
    )
    friends = people.tied_rows(rows)
    at = np.where(friends >= 0, people.employer[friends], -1)
    started = (at >= 0) & (employers.kind[at] == EmployerKind.STARTUP)
    started &= at != employer[:, None]
    return np.asarray(
        np.exp(
            parameters.ability * ability - 0.5 * age * age
            + parameters.environment * np.log(setting)
        ) * (1.0 + parameters.ties * started.sum(axis=1))
    )


def professor_factor(world: World, rows: Rows, parameters: FoundingParameters) -> F64:
    """Effect of seniors who have left, or come, on those who studied there not long ago."""
    people, held = world.researchers, world.venture_market
    present = (held.seniors + FEW_SENIORS) / (held.expected_seniors + FEW_SENIORS)
    recent = (world.month - people.degree_month[rows]) < RECENT_YEARS * MONTHS
    factor = present[people.study_country[rows]] ** parameters.professors
    return np.where(recent, factor, 1.0)


def seniors(world: World) -> F64:
    """Able people of some years' standing in public research by country, in agents."""
    people, employers = world.researchers, world.employers
    public = np.append(employers.kind == EmployerKind.PUBLIC_RESEARCH, False)
    rows = np.flatnonzero(public[people.employer])
    senior = (world.month - people.degree_month[rows]) >= SENIOR_YEARS * MONTHS
    rows = rows[senior & (people.ability[rows] >= world.ability_cuts[0])]
    return np.bincount(people.country[rows], minlength=world.countries).astype(np.float64)
