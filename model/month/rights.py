"""Rights: what a residence status and a tax rule are worth to who holds them."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.compiled import compiled
from agents.declare import parameter
from agents.employers import MONTHS
from agents.populations import Rows
from model.world import F64, I64, World


@dataclasses.dataclass(frozen=True)
class RightsParameters:
    """What the rights of a residence status are worth, in units of utility."""

    permanence: float = parameter(
        0.12, unit="utility", low=0.0, high=1.0, kind="uncertainty",
        source="assumption; sign from Czaika and Parsons 2017: permanence raises numbers",
        meaning="loss for each log year of waiting for permanent residence",
    )
    no_permanence_years: float = parameter(
        20.0, unit="years", low=5.0, high=60.0, kind="constant", source="assumption",
        meaning="wait that counts where a scheme never leads to permanence",
    )
    partner_work: float = parameter(
        0.45, unit="utility", low=0.0, high=2.0, kind="uncertainty",
        source="assumption: somewhat less than the loss of a third of household income",
        meaning="loss of a household whose partner wants to work and may not",
    )
    household_help: float = parameter(
        0.05, unit="utility", low=0.0, high=0.5, kind="uncertainty", source="assumption",
        meaning="gain of a household with a partner from domestic help",
    )
    stay: float = parameter(
        0.05, unit="utility", low=0.0, high=0.5, kind="uncertainty", source="assumption",
        meaning="gain for each log year of the first permit",
    )
    longest_stay_years: float = parameter(
        10.0, unit="years", low=1.0, high=30.0, kind="constant", source="assumption",
        meaning="length from which a longer permit adds nothing",
    )
    relief_horizon: float = parameter(
        5.0, unit="years", low=1.0, high=20.0, kind="constant", source="assumption",
        meaning="years over which people count tax relief",
    )
    odds_weight: float = parameter(
        0.5, unit="utility", low=0.0, high=3.0, kind="uncertainty", source="assumption",
        meaning="weight of the log of the published chance in the choice of a scheme",
    )
    outside_pay: float = parameter(
        110_000.0, unit="USD of 2024 a year", low=40_000.0, high=250_000.0, kind="uncertainty",
        source="assumption; near the median pay of approved H-1B petitions",
        meaning="median pay of outside applicants where places go by pay or wage level",
    )
    outside_pay_shape: float = parameter(
        4.0, unit="1", low=1.0, high=10.0, kind="uncertainty", source="assumption",
        meaning="shape of the log-logistic pay of outside applicants",
    )
    below_level_2: float = parameter(
        0.28, unit="share", low=0.05, high=0.45, kind="uncertainty",
        source="registrations at level I, by pay offered (Penn Wharton Budget Model, March 2026)",
        meaning="outside applicants paid below wage level II in a weighted lottery",
    )
    below_level_3: float = parameter(
        0.67, unit="share", low=0.45, high=0.8, kind="uncertainty",
        source="at this share of level III, I and IV go from 28 and 18 % of registrations to "
        "13 and 31 % of those selected (Penn Wharton Budget Model, March 2026)",
        meaning="outside applicants paid below wage level III in a weighted lottery",
    )
    below_level_4: float = parameter(
        0.82, unit="share", low=0.8, high=0.98, kind="uncertainty",
        source="all but registrations at level IV (Penn Wharton Budget Model, March 2026)",
        meaning="outside applicants paid below wage level IV in a weighted lottery",
    )
    outside_points: float = parameter(
        1.2, unit="1", low=0.5, high=3.0, kind="uncertainty", source="assumption",
        meaning="median points of outside applicants where places go by points, before those "
        "below the points needed are left out; relative to the points needed or, where none are, "
        "to half of the most that the table gives",
    )
    outside_points_shape: float = parameter(
        8.0, unit="1", low=1.0, high=30.0, kind="uncertainty",
        source="assumption: points of applicants differ less than their pay",
        meaning="shape of the log-logistic points of outside applicants",
    )
    cutoff_doubt: float = parameter(
        0.5, unit="log odds", low=0.05, high=3.0, kind="uncertainty", source="assumption",
        meaning="doubt about the next cutoff where places go by pay or points: scale of the "
        "logistic chance that people give themselves",
    )
    barriers: float = parameter(
        1.0, unit="0 or 1", low=0.0, high=1.0, kind="lever",
        source="1: the schemes in force; 0: nobody needs a visa",
        meaning="whether foreigners need a visa at all",
    )
    outside_applicants: float = parameter(
        1.0, unit="1", low=0.0, high=3.0, kind="uncertainty", source="1: as recorded",
        meaning="scale of the applicants from outside AI who compete for capped places",
    )
    citizenship: float = parameter(
        0.06, unit="utility", low=0.0, high=0.5, kind="uncertainty",
        source="assumption: half of what permanence is worth, for residence is safe by then",
        meaning="loss for each log year of waiting for citizenship without giving one up",
    )
    renounce: float = parameter(
        0.2, unit="share", low=0.0, high=1.0, kind="uncertainty", source="assumption",
        meaning="people who give up a citizenship where they can become citizens in no other way",
    )
    newcomer_tax_years: float = parameter(
        5.0, unit="years", low=1.0, high=20.0, kind="constant",
        source="the Dutch ruling for employees from abroad lasts five years (since 2019)",
        meaning="years after coming from abroad in which a tax rate for newcomers holds",
    )
    top_tax_threshold: float = parameter(
        2.0, unit="1", low=0.5, high=20.0, kind="constant", source="assumption",
        meaning="pay from which a top tax rate holds, relative to mean pay at the opening",
    )
    retention_grant_years: float = parameter(
        5.0, unit="years", low=1.0, high=60.0, kind="constant", source="assumption",
        meaning="years after which a person may get another grant for staying",
    )


def rights_of(
    world: World, parameters: RightsParameters, pay_weight: float, scheme: I64, rows: Rows,
    elapsed: F64,
) -> F64:
    """Utility of a temporary status against permanence, shape of ``rows``.

    Parameters
    ----------
    pay_weight
        Weight of log pay in utility; tax relief counts as pay.
    elapsed
        Years since the status began.

    Notes
    -----
    −permanence · ln(1 + years left) + stay · ln(years of the permit) − partner_work · [partner
    wants to work and may not] + household_help · [partner, help allowed] + pay_weight · the better
    of the relief of the scheme, ln((1 − tax · (1 − relief)) / (1 − tax)) · share of the horizon,
    and of the rate for newcomers.
    """
    rules, people = world.rules, world.researchers
    gain = relief_gain(world, parameters, scheme, elapsed)
    if newcomer_rules(world):
        country = rules.country[scheme]
        gain = np.maximum(gain, newcomer_gain(world, parameters, rows, country))
    value = _status(
        scheme, rows, elapsed, world.month, rules.country, rules.years_to_permanence, rules.stay,
        rules.partner_may_work, rules.household_help, world.tables.queue_years,
        people.birth_country, people.partner_from, people.household, parameters.permanence,
        parameters.no_permanence_years, parameters.stay, parameters.longest_stay_years,
        parameters.partner_work, parameters.household_help, MONTHS,
    )
    return np.asarray(value + pay_weight * gain)


@compiled
def _status(
    scheme: I64, rows: Rows, elapsed: F64, month: int, country: NDArray[Any], permanence: F64,
    stay: NDArray[Any], partner_may_work: NDArray[np.bool_], household_help: NDArray[np.bool_],
    queue_years: F64, born: NDArray[np.int8], partner_from: NDArray[np.int16],
    household: NDArray[np.int8], wait_weight: float, longest_wait: float, stay_weight: float,
    longest_stay: float, work_weight: float, help_weight: float, months: int,
) -> F64:
    """The part of :func:`rights_of` that is not tax."""
    value = np.empty(rows.size)
    for at in range(rows.size):
        row, person = scheme[at], rows[at]
        years = min(permanence[row] + queue_years[country[row], born[person]], longest_wait)
        permit = min(stay[row] / months, longest_stay)
        value[at] = -wait_weight * np.log1p(max(years - elapsed[at], 0.0))
        value[at] += stay_weight * np.log(permit / longest_stay)
        if partner_from[person] <= month and household[person] > 0:
            if household[person] == 2 and not partner_may_work[row]:
                value[at] -= work_weight
            if household_help[row]:
                value[at] += help_weight
    return value


def relief_gain(world: World, parameters: RightsParameters, scheme: I64, elapsed: F64) -> F64:
    """Log of what the tax relief of a scheme leaves of pay, over the ordinary, times how long.

    Parameters
    ----------
    elapsed
        Years since the status began.
    """
    rules = world.rules
    if not (rules.relief_rate[scheme] > 0).any():
        return np.zeros(scheme.size)
    tax = world.tables.country["tax_rate"][rules.country[scheme]]
    kept = np.log((1 - tax * (1 - rules.relief_rate[scheme])) / (1 - tax))
    left = np.maximum(rules.relief_years[scheme] - elapsed, 0.0)
    return np.asarray(kept * share_of_horizon(parameters, left))


def most_rights(world: World, parameters: RightsParameters, pay_weight: float) -> F64:
    """More than any rights in a country could be worth to anybody who comes, by country.

    Waits and short permits only take away; domestic help and tax relief add.
    """
    rules, tax = world.rules, world.tables.country["tax_rate"]
    relief = np.zeros(world.countries)
    np.maximum.at(relief, rules.country, rules.relief_rate)
    rate = np.fmin(world.levers.newcomer_tax_rate, tax * (1 - relief))
    return np.asarray(parameters.household_help + pay_weight * np.log((1 - rate) / (1 - tax)))


def share_of_horizon(parameters: RightsParameters, years: F64) -> F64:
    """Part of the time that people look ahead for which a tax rule lasts."""
    return np.asarray(np.minimum(years, parameters.relief_horizon) / parameters.relief_horizon)


# newcomers ------------------------------------------------------------------------------------


def newcomer_rules(world: World) -> bool:
    """Whether any country taxes newcomers less than others."""
    return bool((world.levers.newcomer_tax_rate < world.tables.country["tax_rate"]).any())


def newcomer_years(world: World, parameters: RightsParameters, rows: Rows, country: I64) -> F64:
    """Years for which a rate for newcomers still holds; all of them where one would come anew."""
    people = world.researchers
    since = (world.month - people.arrived[rows].astype(np.float64)) / MONTHS
    since = np.where(people.country[rows] == country, since, 0.0)
    return np.asarray(np.maximum(parameters.newcomer_tax_years - since, 0.0))


def newcomer_gain(world: World, parameters: RightsParameters, rows: Rows, country: I64) -> F64:
    """Log of what the rate for newcomers leaves of pay, over the ordinary, times how long.

    It is asked for by who gains by it, so no rate makes anybody pay more. Whoever comes from abroad
    is a newcomer, with whatever right: foreigners and people who come back alike.
    """
    tax = world.tables.country["tax_rate"]
    rate = np.fmin(world.levers.newcomer_tax_rate, tax)  # NaN: there is no such rule
    people = world.researchers
    return _newcomer_gains(
        rows, country, np.log((1 - rate) / (1 - tax)), people.country, people.arrived, world.month,
        parameters.newcomer_tax_years, parameters.relief_horizon, MONTHS,
    )


@compiled
def _newcomer_gains(
    rows: Rows, country: I64, kept: F64, lives: NDArray[np.int8], arrived: NDArray[np.int16],
    month: int, years: float, horizon: float, months: int,
) -> F64:
    """Gain of each person by country; ``kept`` is the log of what the rate leaves there."""
    gain = np.zeros(rows.size)
    for at in range(rows.size):
        row, there = rows[at], country[at]
        if kept[there] > 0.0:
            since = (month - arrived[row]) / months if lives[row] == there else 0.0
            gain[at] = kept[there] * (min(max(years - since, 0.0), horizon) / horizon)
    return gain
