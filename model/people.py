"""Traits that a person is born with into the market, each drawn from the person's identity."""

from __future__ import annotations

import dataclasses
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.chance import choose, choose_in_row, decision_key, normal, uniform
from agents.declare import parameter
from agents.employers import APPLIED, MONTHS
from agents.levers import FIELDS
from agents.researchers import NEVER, UNRANKED
from model.tables import Tables

U64 = NDArray[np.uint64]
F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

LOGISTIC_OF_NORMAL = 1.702  # logistic curve nearest the normal distribution (Camilli 1994)
OWN_SKILL, OTHER_SKILL, SKILL_RANGE = 0.6, 0.1, 0.4  # at entry, shares of mastery (assumption)
CHANGER_YEARS = 2.0  # years in other work from which one counts as a career changer (assumption)
LEAST_WITHIN = 0.2  # variance of ability within countries at the least, whatever the parameters
BODY = 2.3263  # standard deviations above which the first per cent lies


@dataclasses.dataclass(frozen=True)
class PeopleParameters:
    """Who enters the profession."""

    ability_spread: float = parameter(
        0.4, unit="log points", low=0.1, high=0.8, kind="uncertainty",
        source="assumption; near the residual spread of log pay among software engineers",
        meaning="standard deviation of log ability in the body of the distribution",
    )
    ability_tail: float = parameter(
        2.5, unit="1", low=1.5, high=5.0, kind="uncertainty",
        source="assumption; exponents of 2 to 3 are reported for citations and inventor income",
        meaning="Pareto exponent of ability in the first per cent",
    )
    country_ability: float = parameter(
        1.0, unit="1", low=0.0, high=2.0, kind="uncertainty",
        source="1: as in the table, where half the gap among authors is taken for ability",
        meaning="weight of the differences in ability between countries",
    )
    migrant_standing: float = parameter(
        0.2, unit="standard deviations", low=-0.2, high=0.6, kind="uncertainty",
        source="assumption; sign from Franzoni et al. 2014 (migrant scientists outperform) and "
        "Borjas et al. 2019 (Danes who leave earned 17 to 38 % more, half to two thirds of it "
        "unexplained by schooling)",
        meaning="ability of the foreign-born above that of natives of the same country",
    )
    entry_age_bachelor: float = parameter(
        23.0, unit="years", low=20.0, high=28.0, kind="constant", source="assumption",
        meaning="age at entry with a bachelor's degree; two years more with a master's",
    )
    entry_age_phd: float = parameter(
        29.0, unit="years", low=26.0, high=34.0, kind="constant", source="assumption",
        meaning="age at entry with a doctorate",
    )
    career_change_years: float = parameter(
        3.0, unit="years", low=0.0, high=10.0, kind="uncertainty", source="assumption",
        meaning="mean time spent in other work before entry (career changers)",
    )
    other_discipline_share: float = parameter(
        0.35, unit="share", low=0.0, high=0.8, kind="uncertainty", source="assumption",
        meaning="people whose degree is outside computer science, between applied fields and "
        "foundation models",
    )
    discipline_tilt: float = parameter(
        0.5, unit="log odds", low=0.0, high=1.5, kind="uncertainty", source="assumption",
        meaning="odds of such a degree: more in applied fields, less in foundation models",
    )
    discipline_change: float = parameter(
        0.8, unit="log odds", low=0.0, high=2.0, kind="uncertainty", source="assumption",
        meaning="odds of such a degree among career changers above those of others",
    )
    partner_share: float = parameter(
        0.75, unit="share", low=0.3, high=1.0, kind="uncertainty", source="assumption",
        meaning="people who come to live with a partner",
    )
    partner_works_share: float = parameter(
        0.7, unit="share", low=0.0, high=1.0, kind="uncertainty", source="assumption",
        meaning="partners who want to work",
    )
    partner_age: float = parameter(
        31.0, unit="years", low=24.0, high=40.0, kind="constant", source="assumption",
        meaning="mean age at which a household is founded, standard deviation five years",
    )
    university_places: float = parameter(
        250.0, unit="persons a year", low=50.0, high=1000.0, kind="uncertainty",
        source="assumption",
        meaning="AI entrants trained a year by one of the world's first 100 universities",
    )
    rank_ability: float = parameter(
        0.4, unit="correlation", low=0.0, high=0.9, kind="uncertainty", source="assumption",
        meaning="correlation of ability with the rank of the university",
    )
    leaving_rate: float = parameter(
        0.03, unit="1/year", low=0.0, high=0.2, kind="uncertainty",
        source="assumption, the same as in the table of entrants",
        meaning="people who leave the profession before retirement",
    )
    retirement_age: float = parameter(
        65.0, unit="years", low=55.0, high=80.0, kind="constant", source="assumption",
        meaning="age at which people retire",
    )


class Course(NamedTuple):
    """The way to entry of people who went it without a break; arrays of one length."""

    degree: NDArray[np.int8]
    age: F64
    """Age at entry, years."""


def born_with(
    seed: int, keys: U64, study: I64, origin: I64, entered: I64, standing: F64,
    field_shares: F64, tables: Tables, parameters: PeopleParameters, course: Course | None = None,
) -> dict[str, NDArray[Any]]:
    """Traits that never change, as columns.

    Parameters
    ----------
    keys
        Identities, shape (n,).
    study, origin
        Country rows of the last degree and of birth.
    entered
        Month of entry into the profession.
    standing
        From :func:`standings`: standard normal over the world.
    field_shares
        Distribution over fields, summing to one: one for all, or a row for each person.
    course
        Degree and age at entry where they are known; else drawn.
    """
    def luck(name: str) -> F64:
        return uniform(decision_key(seed, name), keys)

    if course is None:
        shares = np.cumsum(_degree_shares(tables), axis=1)
        degree = choose_in_row(shares, study, luck("degree")).astype(np.int8)
        delay = np.minimum(-parameters.career_change_years * np.log1p(-luck("career change")), 20.0)
        age = entry_ages(parameters)[degree] + 2.0 * luck("entry age") + delay
    else:
        (degree, age), delay = course, np.zeros(keys.size)
    birth_month = entered - np.rint(age * MONTHS).astype(np.int64)
    partnered = parameters.partner_age + 5.0 * normal(decision_key(seed, "partner age"), keys)
    kind = np.where(luck("partner works") < parameters.partner_works_share, 2, 1)
    household = np.where(luck("partner") < parameters.partner_share, kind, 0)
    field = choose(np.cumsum(field_shares, axis=-1), luck("field")).astype(np.int8)
    return {
        "birth_country": origin,
        "study_country": study,
        "citizenships": np.int64(1) << origin,
        "field": field,
        "skill": _skills(seed, keys, field),
        "other_discipline": luck("discipline") < _other_discipline(field, delay, parameters),
        "ability": _ability(standing, luck("ability tail"), parameters),
        "birth_month": birth_month,
        "degree": degree,
        "degree_month": entered,
        "university_rank": _university_rank(seed, keys, study, standing, tables, parameters),
        "household": household,
        "partner_from": np.rint(birth_month + np.maximum(partnered, 18.0) * MONTHS),
    }


def standings(
    seed: int, keys: U64, origin: I64, country: I64, mixes: F64, heads: F64, tables: Tables,
    parameters: PeopleParameters,
) -> F64:
    """Standing in ability by where people are from and live: nearly standard normal over the world.

    Parameters
    ----------
    origin, country
        Country rows of birth and of residence, shape (n,).
    mixes, heads
        Shares by (country of residence, country of birth) and numbers by country of the people
        among whom they are drawn; the mean over these is nought and the variance one.

    Notes
    -----
    z = shift + gap · ([foreign-born] − foreign share) + spread · luck.
    """
    foreign = 1.0 - np.diag(mixes)
    shift = parameters.country_ability * tables.country["ability_shift"]
    shift = shift - (shift * heads).sum() / heads.sum()
    gap = parameters.migrant_standing
    between = shift**2 + gap**2 * foreign * (1.0 - foreign)
    between = (between * heads).sum() / heads.sum()
    spread = np.sqrt(max(1.0 - between, LEAST_WITHIN))
    mean = shift[country] + gap * ((origin != country) - foreign[country])
    return np.asarray(mean + spread * normal(decision_key(seed, "ability"), keys))


def leaving_month(
    seed: int, keys: U64, birth_month: I64, now: I64, parameters: PeopleParameters
) -> I64:
    """When each person leaves the profession: a constant hazard, at the latest retirement."""
    rate = parameters.leaving_rate / MONTHS
    retires = birth_month + int(parameters.retirement_age * MONTHS)
    if rate <= 0:
        return np.asarray(np.minimum(np.maximum(retires, now + 1), NEVER))
    waits = waiting_months(uniform(decision_key(seed, "leaves"), keys), rate)
    leaves = np.maximum(np.minimum(now + waits, retires), now + 1)
    return np.asarray(np.minimum(leaves, NEVER))


def waiting_months(luck: F64, monthly_chance: Any) -> I64:
    """Months until an event of constant chance, at least one (geometric distribution)."""
    chance = np.minimum(np.maximum(monthly_chance, 1e-9), 1 - 1e-9)
    waits = 1.0 + np.floor(np.log1p(-luck) / np.log1p(-chance))
    return np.asarray(np.minimum(waits, NEVER).astype(np.int64))


def _degree_shares(tables: Tables) -> F64:
    phd, master = tables.country["phd_share"], tables.country["master_share"]
    return np.column_stack((1.0 - phd - master, master, phd))


def _other_discipline(
    field: NDArray[np.int8], delay: F64, parameters: PeopleParameters
) -> F64:
    """Chance of a degree outside computer science by field and by years spent in other work."""
    lean = np.zeros(len(FIELDS))
    lean[list(APPLIED)] = 1.0
    lean[FIELDS.index("foundation_models")] = -1.0
    change = np.where(delay >= CHANGER_YEARS, 0.5, -0.5)
    share = min(max(parameters.other_discipline_share, 1e-9), 1.0 - 1e-9)
    odds = share / (1.0 - share) * np.exp(
        parameters.discipline_tilt * lean[field] + parameters.discipline_change * change
    )
    return np.asarray(odds / (1.0 + odds))


def entry_ages(parameters: PeopleParameters) -> F64:
    """Age at entry at the least by degree, without other work before, shape (degrees,)."""
    base = parameters.entry_age_bachelor
    return np.array([base, base + 2, parameters.entry_age_phd])


def _ability(standing: F64, tail: F64, parameters: PeopleParameters) -> F64:
    """Median 1, log-normal body, Pareto beyond the first per cent; continuous at the joint."""
    body = np.exp(parameters.ability_spread * np.minimum(standing, BODY))
    return np.where(standing > BODY, body * (1.0 - tail) ** (-1.0 / parameters.ability_tail), body)


def _skills(seed: int, keys: U64, field: NDArray[np.int8]) -> NDArray[np.float32]:
    """Skill in the own field from 0.6 to 1, in others from 0.1 to 0.5 with most near 0.1."""
    key = decision_key(seed, "skill")
    luck = uniform(key, keys[:, None], np.arange(len(FIELDS))[None, :])
    skill = OTHER_SKILL + SKILL_RANGE * luck * luck
    rows = np.arange(keys.size)
    skill[rows, field] = OWN_SKILL + SKILL_RANGE * luck[rows, field]
    return skill.astype(np.float32)


def _university_rank(
    seed: int, keys: U64, study: I64, standing: F64, tables: Tables, parameters: PeopleParameters
) -> I64:
    """World rank of the university: able people more often at the best, by country's supply.

    Places go by standing among the people of the country of study, not of the world.
    """
    own = normal(decision_key(seed, "university"), keys)
    rho = parameters.rank_ability
    shift = parameters.country_ability * tables.country["ability_shift"][study]
    chosen = rho * (standing - shift) + np.sqrt(1.0 - rho * rho) * own
    above = 1.0 / (1.0 + np.exp(LOGISTIC_OF_NORMAL * chosen))
    best = tables.country["top100_universities"]
    good = np.maximum(tables.country["top500_universities"] - best, 0.0)
    trained = parameters.university_places / np.maximum(tables.country["entrants"], 1.0)
    first = np.minimum(best * trained, 0.6)[study]
    second = np.minimum(good * trained, 0.9 - np.minimum(best * trained, 0.6))[study]
    within = uniform(decision_key(seed, "rank"), keys)
    rank = np.full(keys.size, UNRANKED, dtype=np.int64)
    middle = above < first + second
    rank[middle] = 101 + (within[middle] * 400).astype(np.int64)
    top = above < first
    rank[top] = 1 + (within[top] * 100).astype(np.int64)
    return rank
