"""Utility: what a job in a place is worth to a person beside its pay, and what a move costs."""

from __future__ import annotations

import dataclasses
import functools
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.compiled import compiled
from agents.declare import parameter
from agents.employers import MONTHS
from agents.populations import Rows
from model.tables import Tables
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
        0.8, unit="utility", low=0.05, high=1.5, kind="uncertainty",
        source="assumption; set so that more acquired people leave than others who are hired, the "
        "direction of Kim (Census), and that mean pay of a still economy does not fall",
        meaning="weight of the fit between a person and an employer, standard normal, at median "
        "ability",
    )
    fit_ability: float = parameter(
        1.0, unit="1", low=0.0, high=1.5, kind="uncertainty",
        source="assumption; sign from Sauermann and Roach 2014: the able ask for a higher price to "
        "give up what they want of the work; in proportion as for the environment",
        meaning="rise of that weight with log ability, relative to it",
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
        0.6, unit="utility", low=0.0, high=3.0, kind="uncertainty",
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


class Lasting(NamedTuple):
    """What of the utility of places and of the cost of moves stays the same for the whole run."""

    real: F64
    """Of what tax and prices leave of pay, by country."""
    home: F64
    """Of living where one was born, by country."""
    amenity: F64
    affinity: F64
    """By (country of birth, country of the job)."""
    move: F64
    """Cost of a move for anybody, by (country left, country)."""


@functools.lru_cache(maxsize=8)
def _lasting(tables: Tables, parameters: BiddingParameters) -> Lasting:
    table = tables.country
    kept = np.log((1 - table["tax_rate"]) / table["price_level"])
    distance = np.maximum(tables.distance_km, NEAR_KM) / NEAR_KM
    return Lasting(
        parameters.pay_weight * kept,
        parameters.home_attachment * np.exp(parameters.home_pull * table["home_pull"]),
        parameters.amenity_weight * tables.amenity,
        parameters.affinity_weight * tables.affinity,
        parameters.moving_cost + parameters.distance_cost * np.log(distance)
        + parameters.language_cost * (1 - tables.common_language),
    )


def utility_of_place(
    world: World, rows: Rows, country: I64, environment: F64, fit: F64,
    parameters: BiddingParameters,
) -> F64:
    """Utility of a job apart from quoted pay, rights of status and the cost of moving there.

    Notes
    -----
    x = β_pay · ln((1 − tax) / prices) + (β_env + β_ability · ln ability) · ln environment
    + β_fit · (1 + κ · ln ability) · fit + home · exp(w · pull) · [country of birth]
    + β_diaspora · ln(1 + compatriots) + β_amenity · amenity
    + β_affinity · affinity(country of birth, country).
    """
    people, lasting = world.researchers, _lasting(world.tables, parameters)
    born = people.birth_country[rows]
    compatriots = world.compatriots[born, country] * world.persons_per_agent
    return _of_place(
        country, born, np.log(people.ability[rows].astype(np.float64)), np.log(environment), fit,
        np.log1p(compatriots), parameters.environment_weight, parameters.environment_ability,
        parameters.fit_weight, parameters.fit_ability, parameters.diaspora_weight, lasting.real,
        lasting.home, lasting.amenity, lasting.affinity,
    )


@compiled
def _of_place(
    country: I64, born: NDArray[np.int8], ability: F64, environment: F64, fit: F64,
    compatriots: F64, least_taste: float, taste_of_able: float, fit_weight: float,
    fit_of_able: float, diaspora_weight: float, real: F64, home: F64, amenity: F64, affinity: F64,
) -> F64:
    """The sum, given the logs of ability, environment and compatriots."""
    value = np.empty(country.size)
    for at in range(country.size):
        here, native = country[at], born[at]
        taste = max(least_taste + taste_of_able * ability[at], 0.0)
        wants = fit_weight * max(1.0 + fit_of_able * ability[at], 0.0)
        attachment = home[native] if here == native else 0.0
        value[at] = (
            real[here] + taste * environment[at] + wants * fit[at] + attachment
            + diaspora_weight * compatriots[at] + amenity[here] + affinity[native, here]
        )
    return value


def moving_cost(world: World, rows: Rows, country: I64, parameters: BiddingParameters) -> F64:
    """Cost in utility of a move; zero where the country stays the same."""
    people = world.researchers
    return _costs(
        rows, country, people.country, people.birth_month, people.household, people.partner_from,
        world.month, _lasting(world.tables, parameters).move, parameters.age_cost,
        parameters.partner_cost, parameters.school_cost, YOUNG, SCHOOL_AGES, MONTHS,
    )


@compiled
def _costs(
    rows: Rows, country: I64, lives: NDArray[np.int8], birth_month: NDArray[np.int16],
    household: NDArray[np.int8], partner_from: NDArray[np.int16], month: int, move: F64,
    age_cost: float, partner_cost: float, school_cost: float, young: float,
    school_ages: tuple[int, int], months: int,
) -> F64:
    cost = np.zeros(rows.size)
    for at in range(rows.size):
        row, there = rows[at], country[at]
        here = lives[row]
        if here != there:
            age = (month - birth_month[row]) / months
            cost[at] = move[here, there] + age_cost * max(age - young, 0.0)
            if household[row] > 0 and partner_from[row] <= month:
                cost[at] += partner_cost
                if school_ages[0] <= age < school_ages[1]:
                    cost[at] += school_cost
    return cost
