"""Utility: what a job in a place is worth to a person beside its pay, and what a move costs."""

from __future__ import annotations

import dataclasses

import numpy as np

from agents.declare import parameter
from agents.populations import Rows
from model.world import F64, I64, World

# What the meanings of the cost parameters refer to.
NEAR_KM = 500.0
YOUNG = 30.0  # years
SCHOOL_AGES = (35, 50)  # age of parents with children at school, years


@dataclasses.dataclass(frozen=True)
class BiddingParameters:
    """What people look for in a job, and what employers answer."""

    pay_weight: float = parameter(
        1.8, unit="utility", low=0.5, high=4.0, kind="uncertainty",
        source="assumption; scale of utility against the spread of fit",
        meaning="weight of log pay after tax at purchasing power",
    )
    environment_weight: float = parameter(
        0.3, unit="utility", low=0.0, high=1.5, kind="uncertainty",
        source="assumption; sign from Stern 2004: scientists pay to be scientists",
        meaning="weight of the log of the research environment at median ability",
    )
    environment_ability: float = parameter(
        0.3, unit="utility", low=0.0, high=1.5, kind="uncertainty",
        source="assumption; sign from Roach and Sauermann 2010",
        meaning="rise of that weight with log ability",
    )
    fit_weight: float = parameter(
        1.1, unit="utility", low=0.05, high=1.5, kind="uncertainty",
        source="assumption; set so that more acquired people leave than others who are hired, the "
        "direction of Kim (Census)",
        meaning="weight of the fit between a person and an employer, standard normal",
    )
    home_attachment: float = parameter(
        0.8, unit="utility", low=0.0, high=3.0, kind="uncertainty", source="assumption",
        meaning="gain from living in the country of birth, for the mean country of birth",
    )
    home_pull: float = parameter(
        1.0, unit="1", low=0.0, high=2.0, kind="uncertainty",
        source="assumption: the gain moves in proportion to the rate of returns",
        meaning="weight of the pull of the country of birth on the log of that gain",
    )
    diaspora_weight: float = parameter(
        0.05, unit="utility", low=0.0, high=0.4, kind="uncertainty",
        source="assumption below the elasticity 0.4 of migration to diaspora, which also "
        "works through news",
        meaning="weight of the log of compatriots in the country, in persons",
    )
    amenity_weight: float = parameter(
        1.0, unit="1", low=0.0, high=2.0, kind="uncertainty",
        source="1: as derived from net flows of the fit years",
        meaning="weight of the amenity of a country",
    )
    affinity_weight: float = parameter(
        0.15, unit="utility", low=0.0, high=1.0, kind="uncertainty", source="assumption",
        meaning="weight of the affinity of the country of birth with that of the job",
    )
    distance_cost: float = parameter(
        0.15, unit="utility", low=0.0, high=0.6, kind="uncertainty",
        source="assumption; distance elasticity about -0.5 with news falling in distance too",
        meaning="cost of a move for each log of distance over 500 km",
    )
    moving_cost: float = parameter(
        0.4, unit="utility", low=0.0, high=3.0, kind="uncertainty",
        source="assumption; set for about 2 % of people who change country in a year",
        meaning="cost of any move to another country",
    )
    language_cost: float = parameter(
        0.25, unit="utility", low=0.0, high=1.5, kind="uncertainty", source="assumption",
        meaning="cost of a move to a country without a common language",
    )
    age_cost: float = parameter(
        0.012, unit="utility/year", low=0.0, high=0.1, kind="uncertainty",
        source="assumption; sign from Vaccario et al. 2020, size for a rate of moves that halves "
        "in ten years of age (Rogers and Castro 1981)",
        meaning="cost of a move for each year of age over thirty",
    )
    partner_cost: float = parameter(
        0.25, unit="utility", low=0.0, high=1.5, kind="uncertainty", source="assumption",
        meaning="cost of a move for a household with a partner",
    )
    school_cost: float = parameter(
        0.1, unit="utility", low=0.0, high=1.5, kind="uncertainty", source="assumption",
        meaning="cost of a move for such a household at ages from 35 to 50 (schools)",
    )
    reservation: float = parameter(
        0.7, unit="share", low=0.1, high=1.0, kind="uncertainty", source="assumption",
        meaning="pay below which a jobless person declines, relative to going pay for the effect",
    )
    answer_share: float = parameter(
        0.5, unit="share", low=0.0, high=1.0, kind="uncertainty", source="assumption",
        meaning="part of the yearly surplus over pay that an employer may spend on answers",
    )
    expected_tenure: float = parameter(
        3.0, unit="years", low=0.5, high=10.0, kind="constant", source="assumption",
        meaning="years over which fees are spread",
    )



def utility_of_place(
    world: World, rows: Rows, country: I64, environment: F64, fit: F64,
    parameters: BiddingParameters,
) -> F64:
    """Utility of a job apart from quoted pay, rights of status and the cost of moving there.

    Notes
    -----
    x = β_pay · ln((1 − tax) / prices) + (β_env + β_ability · ln ability) · ln environment
    + β_fit · fit + home · exp(w · pull) · [country of birth] + β_diaspora · ln(1 + compatriots)
    + β_amenity · amenity + β_affinity · affinity(country of birth, country).
    """
    people, table, table_amenity = world.researchers, world.tables.country, world.tables.amenity
    real = parameters.pay_weight * np.log((1 - table["tax_rate"]) / table["price_level"])
    ability = np.log(people.ability[rows].astype(np.float64))
    taste = np.maximum(
        parameters.environment_weight + parameters.environment_ability * ability, 0.0
    )
    born = people.birth_country[rows].astype(np.int64)
    compatriots = world.compatriots[born, country] * world.persons_per_agent
    home = parameters.home_attachment * np.exp(parameters.home_pull * table["home_pull"])
    return np.asarray(
        real[country]
        + taste * np.log(environment)
        + parameters.fit_weight * fit
        + home[born] * (country == born)
        + parameters.diaspora_weight * np.log1p(compatriots)
        + parameters.amenity_weight * table_amenity[country]
        + parameters.affinity_weight * world.tables.affinity[born, country]
    )


def moving_cost(world: World, rows: Rows, country: I64, parameters: BiddingParameters) -> F64:
    """Cost in utility of a move; zero where the country stays the same."""
    people = world.researchers
    here = people.country[rows].astype(np.int64)
    distance = np.maximum(world.tables.distance_km[here, country], NEAR_KM) / NEAR_KM
    age = world.age_years(rows)
    partner = (people.household[rows] > 0) & (people.partner_from[rows] <= world.month)
    schools = partner & (age >= SCHOOL_AGES[0]) & (age < SCHOOL_AGES[1])
    cost = (
        parameters.moving_cost
        + parameters.distance_cost * np.log(distance)
        + parameters.language_cost * (1 - world.tables.common_language[here, country])
        + parameters.age_cost * np.maximum(age - YOUNG, 0.0)
        + parameters.partner_cost * partner
        + parameters.school_cost * schools
    )
    return np.asarray(np.where(here == country, 0.0, cost))
