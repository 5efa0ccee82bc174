"""Taxes: a higher rate on the top of pay, lower ones for newcomers, and what governments get."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.compiled import compiled
from agents.employers import CENTS, MONTHS, monthly_cents
from agents.populations import Rows
from model.month.rights import (
    RightsParameters,
    newcomer_gain,
    newcomer_rules,
    newcomer_years,
    relief_gain,
    share_of_horizon,
)
from model.world import F64, I64, World


class Schedule(NamedTuple):
    """How tax rises along the pay of some jobs; arrays of one length."""

    threshold: F64
    """Pay from which the top rate holds, USD a year; infinite where there is none."""
    slope: F64
    """What a dollar beyond leaves, relative to one below."""

    def chosen(self, which: I64) -> Schedule:
        """The schedule of some of the jobs."""
        return Schedule(self.threshold[which], self.slope[which])


def schedule_of(
    world: World, parameters: RightsParameters, rows: Rows, country: I64, scheme: I64
) -> Schedule | None:
    """The schedule of jobs in some countries; None where no country has a top rate.

    Newcomers pay their own rate on the whole of pay, so the bend is the less, the longer that lasts
    within the time that people look ahead. Tax relief of a scheme counts at the ordinary rate.

    Parameters
    ----------
    scheme
        Scheme row by which a person would come, -1: none; who lives there has a scheme already.
    """
    top, table = world.levers.top_tax_rate, world.tables.country
    bent = np.isfinite(top)
    if not bent.any():
        return None
    slope = np.where(bent, (1 - np.where(bent, top, 0.0)) / (1 - table["tax_rate"]), 1.0)[country]
    if newcomer_rules(world):
        slope += _newcomer_share(world, parameters, rows, country, scheme) * (1.0 - slope)
    return Schedule(_thresholds(world, parameters)[country], slope)


def steepest(world: World) -> float:
    """The most that a dollar of pay beyond a threshold leaves, over one below; at least 1."""
    bent = np.isfinite(world.levers.top_tax_rate)
    if not bent.any():
        return 1.0
    kept = (1 - world.levers.top_tax_rate[bent]) / (1 - world.tables.country["tax_rate"][bent])
    return max(1.0, float(kept.max()))


def _thresholds(world: World, parameters: RightsParameters) -> F64:
    """Pay from which the top rate of each country holds, USD a year."""
    threshold = parameters.top_tax_threshold * world.tables.country["pay_usd"]
    return np.where(np.isfinite(world.levers.top_tax_rate), threshold, np.inf)


def _newcomer_share(
    world: World, parameters: RightsParameters, rows: Rows, country: I64, scheme: I64
) -> F64:
    """Part of the time that people look ahead in which they pay the rate for newcomers."""
    people = world.researchers
    gain = newcomer_gain(world, parameters, rows, country)
    lives = people.country[rows] == country
    scheme = np.where(lives, people.scheme[rows], scheme)
    since = (world.month - people.status_since[rows].astype(np.float64)) / MONTHS
    relief = relief_gain(world, parameters, scheme, np.where(lives, since, 0.0))
    better = (gain > 0) & (gain >= np.where(scheme >= 0, relief, 0.0))
    left = newcomer_years(world, parameters, rows, country)
    return np.where(better, share_of_horizon(parameters, left), 0.0)


def ordinary_equivalent(schedule: Schedule | None, pay: F64) -> F64:
    """Pay that would leave as much if all of it were taxed at the ordinary rate."""
    if schedule is None:
        return pay
    beyond = np.maximum(pay - schedule.threshold, 0.0)
    return np.asarray(np.minimum(pay, schedule.threshold) + schedule.slope * beyond)


def gross_pay(schedule: Schedule | None, equivalent: F64) -> F64:
    """The inverse: pay whose ordinary equivalent is given."""
    if schedule is None:
        return equivalent
    beyond = np.maximum(equivalent - schedule.threshold, 0.0)
    return np.asarray(np.minimum(equivalent, schedule.threshold) + beyond / schedule.slope)


def tax_spared(world: World, parameters: RightsParameters) -> I64:
    """Tax of a month that special rules take off the ordinary one, in cents by country.

    Negative where a top rate adds more than relief takes away. Each person is taxed alone: the top
    rate first, then relief of the scheme held; the rate for newcomers stands in place of all that
    where it is the lower one on ordinary pay.
    """
    people, rules, levers = world.researchers, world.rules, world.levers
    rows = _specially_taxed(world, parameters)
    if rows.size == 0:
        return np.zeros(world.countries, dtype=np.int64)
    country, scheme = people.country[rows].astype(np.int64), people.scheme[rows].astype(np.int64)
    tax = world.tables.country["tax_rate"][country]
    cents = monthly_cents(people.pay[rows])
    top = levers.top_tax_rate[country]
    beyond = np.maximum(cents - _thresholds(world, parameters)[country] * (CENTS / MONTHS), 0.0)
    due = cents * tax + np.where(np.isfinite(top), top - tax, 0.0) * beyond
    served = world.month - people.status_since[rows].astype(np.float64)
    relieved = (scheme >= 0) & (served < rules.relief_years[scheme] * MONTHS)
    left = 1.0 - np.where(relieved, rules.relief_rate[scheme], 0.0)
    stayed = world.month - people.arrived[rows].astype(np.float64)
    rate = levers.newcomer_tax_rate[country]
    new = (stayed < parameters.newcomer_tax_years * MONTHS) & (rate < tax * left)
    due = np.where(new, cents * rate, due * left)
    spared = np.rint(cents * tax) - np.rint(due)
    # whole numbers, so that sums have no order
    return np.bincount(country, spared, world.countries).astype(np.int64)


def _specially_taxed(world: World, parameters: RightsParameters) -> Rows:
    """People to whom a special rule may apply: most have none."""
    people = world.researchers
    lower = world.levers.newcomer_tax_rate < world.tables.country["tax_rate"]
    first = world.month - parameters.newcomer_tax_years * MONTHS
    return np.asarray(_some_rule(
        people.employer, people.country, people.scheme, people.arrived, people.pay,
        world.rules.relief_rate > 0, lower, first, _thresholds(world, parameters),
    ))


@compiled
def _some_rule(
    employer: NDArray[np.int32], country: NDArray[np.int8], scheme: NDArray[np.int16],
    arrived: NDArray[np.int16], pay: NDArray[np.float32], relieves: NDArray[np.bool_],
    lower: NDArray[np.bool_], first: float, threshold: F64,
) -> Rows:
    """Rows of people at work with a scheme that relieves, new in a country that asks less of
    newcomers, or paid beyond the threshold.
    """
    rows, found = np.empty(employer.size, dtype=np.intp), 0
    for row in range(employer.size):
        here = country[row]
        if employer[row] >= 0 and (
            (scheme[row] >= 0 and relieves[scheme[row]])
            or (lower[here] and arrived[row] > first)
            or pay[row] > threshold[here]
        ):
            rows[found] = row
            found += 1
    return rows[:found].copy()
