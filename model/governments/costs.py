"""Costs: what measures of a government cost in a year beyond what the opening had."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from agents.declare import parameter
from agents.employers import CENTS, MONTHS, EmployerKind
from model.country_levers import CountryLevers
from model.month.accounts import computing_bill
from model.month.rights import RightsParameters
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
        meaning="cost of a reform, whatever it says",
    )


def standing_costs(
    world: World, levers: CountryLevers, parameters: MeasureParameters, study_years: float,
    pupil_years: float,
) -> F64:
    """What study, pupils, retraining and environment cost in a year beyond the opening, USD.

    This is what :func:`pay_for_measures` books. Who studies longer costs for longer: places times
    years of study.

    Returns
    -------
    By country.
    """
    opening, table = CountryLevers.opening(world.tables), world.tables.country
    price = table["price_level"] / table["price_level"][world.tables.index["USA"]]
    places = (levers.study_places - opening.study_places).sum(axis=1) * study_years
    pupils = (levers.gifted_pupils_per_year - opening.gifted_pupils_per_year) * pupil_years
    retrained = (levers.retraining_places - opening.retraining_places).sum(axis=1)
    better = np.log(levers.research_environment / opening.research_environment)
    return np.asarray(
        price * ((places + pupils) * parameters.study_place_usd
                 + retrained * parameters.retraining_usd)
        + parameters.environment_share * better * opening.public_research_budget_usd
    )  # fmt: skip


def yearly_costs(
    world: World, levers: CountryLevers, parameters: MeasureParameters, rights: RightsParameters,
    study_years: float, pupil_years: float, moved: tuple[F64, F64, F64],
) -> F64:
    """What all measures cost in a year beyond the opening, USD, by what people did last year.

    A higher top rate brings money, which is not counted: nothing may be spent on its strength.

    Parameters
    ----------
    moved
        Persons who came, came home and left in the last year, by country.

    Returns
    -------
    By country.
    """
    opening, table = CountryLevers.opening(world.tables), world.tables.country
    inflow, home, outflow = moved
    research = levers.public_research_budget_usd - opening.public_research_budget_usd
    returnee = levers.returnee_grant_usd * home
    # who was tempted and stays is paid, too: about as many as leave
    staying = levers.retention_grant_usd * outflow
    tax = table["tax_rate"]
    relief = np.nan_to_num(np.maximum(tax - levers.newcomer_tax_rate, 0.0))
    before = np.nan_to_num(np.maximum(tax - opening.newcomer_tax_rate, 0.0))
    spared = (relief - before) * table["pay_usd"] * inflow * rights.newcomer_tax_years
    subsidy = (levers.adoption_subsidy - opening.adoption_subsidy) * _industry_computing(world)
    standing = standing_costs(world, levers, parameters, study_years, pupil_years)
    return np.asarray(standing + research + returnee + staying + spared + subsidy)


def _industry_computing(world: World) -> F64:
    """Price of the computing of domestic industry in a year by country, USD in the real world."""
    employers = world.employers
    industry = employers.kind == EmployerKind.INDUSTRY
    bill = np.where(industry, computing_bill(world), 0) * (MONTHS / CENTS)
    total = np.bincount(employers.country, bill, world.countries)
    return np.asarray(total * world.persons_per_agent)


def pay_for_measures(
    world: World, parameters: MeasureParameters, study_years: float, pupil_years: float
) -> None:
    """Pay a month of study, pupils, retraining and environment: from governments to households.

    Grants, subsidies, tax relief and research are booked where they are paid.
    """
    yearly = standing_costs(world, world.levers, parameters, study_years, pupil_years)
    cents = np.rint(yearly * (CENTS / MONTHS) / world.persons_per_agent).astype(np.int64)
    world.accounts.governments -= cents
    world.accounts.households += cents
    world.counters.measures += cents
