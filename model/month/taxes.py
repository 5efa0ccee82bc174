"""Taxes: a higher rate on the top of pay, lower ones for newcomers, and what governments get."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.compiled import compiled
from agents.employers import CENTS, MONTHS
from agents.populations import Rows
from model.chunks import each_chunk
from model.month.rights import (
    RightsParameters,
    newcomer_gain,
    newcomer_rules,
    newcomer_years,
    relief_gain,
    share_of_horizon,
)
from model.world import F64, I64, World

ROWS_AT_ONCE = 131_072  # people over whom one passes without a stop


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
    pieces = each_chunk(
        lambda piece: _spared(
            piece.start, piece.stop, people.employer, people.country, people.scheme,
            people.status_since, people.arrived, people.pay, rules.relief_rate,
            rules.relief_years * MONTHS, world.tables.country["tax_rate"],
            levers.newcomer_tax_rate, parameters.newcomer_tax_years * MONTHS,
            levers.top_tax_rate, _thresholds(world, parameters), world.month, CENTS / MONTHS,
        ),
        people.count, ROWS_AT_ONCE,
    )
    return sum(pieces, np.zeros(world.countries, dtype=np.int64))


@compiled
def _spared(
    first: int, end: int, employer: NDArray[np.int32], country: NDArray[np.int8],
    scheme: NDArray[np.int16], since: NDArray[np.int16], arrived: NDArray[np.int16],
    pay: NDArray[np.float32], relief: F64, relief_months: F64, ordinary: F64, newcomer: F64,
    newcomer_months: float, top: F64, threshold: F64, month: int, cents_a_month: float,
) -> I64:
    """Tax spared people in a row of rows, in cents by country; most of them have no special rule.

    Whole numbers, so that sums have no order.
    """
    spared = np.zeros(ordinary.size, dtype=np.int64)
    for row in range(first, end):
        here, held = country[row], scheme[row]
        tax = ordinary[here]
        relieved = held >= 0 and relief[held] > 0.0
        new = newcomer[here] < tax and month - arrived[row] < newcomer_months
        beyond = pay[row] > threshold[here]
        if employer[row] < 0 or not (relieved or new or beyond):
            continue
        cents = np.rint(pay[row] * cents_a_month)
        due, left = cents * tax, 1.0
        if np.isfinite(top[here]):
            due += (top[here] - tax) * max(cents - threshold[here] * cents_a_month, 0.0)
        if relieved and month - since[row] < relief_months[held]:
            left = 1.0 - relief[held]
        if new and newcomer[here] < tax * left:
            due = cents * newcomer[here]
        else:
            due *= left
        spared[here] += int(np.rint(cents * tax) - np.rint(due))
    return spared
