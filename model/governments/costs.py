"""Costs: what measures of a government cost in a year beyond what the opening had."""

from __future__ import annotations

import dataclasses
import functools
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.declare import parameter
from agents.employers import CENTS, MONTHS, EmployerKind
from model.country_levers import CountryLevers
from model.governments.forgone import TaxBase, forgone_by_levers
from model.month.accounts import computing_bill
from model.statistics.recorder import Lately
from model.tables import Tables
from model.world import World

F64 = NDArray[np.float64]


@dataclasses.dataclass(frozen=True)
class MeasureParameters:
    """Prices of public measures that are paid neither to people nor to firms of the model."""

    study_place_usd: float = parameter(
        20_000.0, unit="USD of 2024 a year", low=5_000.0, high=60_000.0, kind="uncertainty",
        source="about what countries of the OECD spend on a student of tertiary education in a "
        "year (Education at a Glance 2024); elsewhere by price level",
        meaning="cost of a place to study in a country of the price level of the USA",
    )
    retraining_usd: float = parameter(
        10_000.0, unit="USD of 2024", low=1_000.0, high=50_000.0, kind="uncertainty",
        source="assumption: half a year of study",
        meaning="cost of retraining one person in a country of the price level of the USA",
    )
    environment_share: float = parameter(
        1.0, unit="1", low=0.0, high=5.0, kind="uncertainty", source="assumption",
        meaning="cost of a better research environment: part of public spending on AI research "
        "for each log point",
    )
    reform_usd: float = parameter(
        1_000_000.0, unit="USD of 2024", low=0.0, high=100_000_000.0, kind="uncertainty",
        source="assumption: an office of ten people for a year",
        meaning="cost of a reform, whatever it says, at the price level of the USA",
    )
    usual_moves: float = parameter(
        0.022, unit="share a year", low=0.0, high=0.2, kind="uncertainty",
        source="AI experts who change country in a year (BCG 2024)",
        meaning="people who are expected to leave, or to come home, relative to the stock, where "
        "less than a year was lived: grants are priced by them",
    )
    control_tower_usd: float = parameter(
        3_000_000.0, unit="USD of 2024 a year", low=0.0, high=100_000_000.0, kind="uncertainty",
        source="assumption: an office of thirty people",
        meaning="cost of a talent control tower in a country of the price level of the USA",
    )


def unit_costs(
    world: World, parameters: MeasureParameters, study_years: float
) -> tuple[F64, F64]:
    """What one more a year costs by country: a place to study, a place to retrain; USD a year."""
    price = _price_level(world)
    study = price * (parameters.study_place_usd * study_years)
    return study, price * parameters.retraining_usd


@functools.lru_cache(maxsize=8)
def _at_opening(tables: Tables) -> CountryLevers:
    """The levers at the opening, only to be read."""
    return CountryLevers.opening(tables)


def _price_level(world: World) -> F64:
    """Price level of each country, the USA = 1."""
    level = world.tables.country["price_level"]
    return np.asarray(level / level[world.tables.index["USA"]])


def standing_costs(
    world: World, levers: CountryLevers, parameters: MeasureParameters, study_years: float,
    pupil_years: float,
) -> F64:
    """What study, pupils, retraining, environment and tower cost beyond the opening, USD a year.

    This is what :func:`pay_for_measures` books. Who studies longer costs for longer: places times
    years of study.

    Returns
    -------
    By country.
    """
    opening, price = _at_opening(world.tables), _price_level(world)
    study, retraining = unit_costs(world, parameters, study_years)
    places = (levers.study_places - opening.study_places).sum(axis=1)
    pupils = (levers.gifted_pupils_per_year - opening.gifted_pupils_per_year) * pupil_years
    retrained = (levers.retraining_places - opening.retraining_places).sum(axis=1)
    towers = levers.control_tower - opening.control_tower
    better = np.log(levers.research_environment / opening.research_environment)
    return np.asarray(
        places * study + retrained * retraining
        + price * (pupils * parameters.study_place_usd + towers * parameters.control_tower_usd)
        + parameters.environment_share * better * opening.public_research_budget_usd
    )  # fmt: skip


def yearly_costs(
    world: World, levers: CountryLevers, parameters: MeasureParameters, study_years: float,
    pupil_years: float, moved: Moved, base: TaxBase,
) -> F64:
    """What levers cost in a year beyond the opening, USD, if people do as they did of late.

    Returns
    -------
    By country.
    """
    opening = _at_opening(world.tables)
    research = levers.public_research_budget_usd - opening.public_research_budget_usd
    returnee = levers.returnee_grant_usd * moved.home
    # who was tempted and stays is paid, too: about as many as leave
    staying = levers.retention_grant_usd * moved.left
    subsidy = (levers.adoption_subsidy - opening.adoption_subsidy) * _industry_computing(world)
    standing = standing_costs(world, levers, parameters, study_years, pupil_years)
    forgone = forgone_by_levers(world, levers, base)
    return np.asarray(standing + research + returnee + staying + subsidy + forgone)


class Moved(NamedTuple):
    """Persons expected to come home and to leave in a year, by country."""

    home: F64
    left: F64


def bound_costs(
    world: World, levers: CountryLevers, parameters: MeasureParameters, study_years: float,
    pupil_years: float, base: TaxBase,
) -> F64:
    """The part of :func:`yearly_costs` that is not paid out of a year's money for who asks.

    Places, the tower, the environment, research and tax forgone: what grants and subsidies cost is
    left out.
    """
    opening, nobody = CountryLevers.opening(world.tables), np.zeros(world.countries)
    levers = dataclasses.replace(levers, adoption_subsidy=opening.adoption_subsidy)
    return yearly_costs(
        world, levers, parameters, study_years, pupil_years, Moved(nobody, nobody), base
    )


def expected_moves(world: World, lately: Lately, parameters: MeasureParameters) -> Moved:
    """As many as in the last twelve months, and for months before the run the usual share.

    At least one agent, so that no grant is taken to be free.
    """
    unknown = world.stock() * world.persons_per_agent * parameters.usual_moves
    unknown = unknown * (1 - lately.months / MONTHS)
    return Moved(*(
        np.maximum(number + unknown, world.persons_per_agent)
        for number in (lately.home, lately.left)
    ))


def reform_costs(world: World, parameters: MeasureParameters) -> F64:
    """What one reform costs by country, USD."""
    return parameters.reform_usd * _price_level(world)


def _industry_computing(world: World) -> F64:
    """Price of the computing of domestic industry in a year by country, USD in the real world."""
    employers = world.employers
    bill = np.where(employers.kind == EmployerKind.INDUSTRY, computing_bill(world), 0)
    total = np.bincount(employers.country, bill, world.countries)
    return np.asarray(total * (MONTHS / CENTS) * world.persons_per_agent)


def pay_for_measures(
    world: World, parameters: MeasureParameters, study_years: float, pupil_years: float
) -> None:
    """Pay a month of study, pupils, retraining, environment and tower: to the households.

    Grants, subsidies, tax relief and research are booked where they are paid.
    """
    _pay(world, standing_costs(world, world.levers, parameters, study_years, pupil_years) / MONTHS)


def pay_for_reforms(
    world: World, row: int, number: int, parameters: MeasureParameters
) -> None:
    """Pay what reforms of one government cost once, when they are decided."""
    cost = np.zeros(world.countries)
    cost[row] = number * reform_costs(world, parameters)[row]
    world.appropriations.paid += _pay(world, cost)


def _pay(world: World, usd: F64) -> NDArray[np.int64]:
    """From governments to the households of their countries, in whole cents at model scale."""
    cents = np.rint(usd * CENTS / world.persons_per_agent).astype(np.int64)
    world.accounts.governments -= cents
    world.accounts.households += cents
    world.counters.measures += cents
    return cents
