"""Grants to people: for coming back from abroad, and for staying in spite of an offer."""

from __future__ import annotations

import numpy as np

from agents.employers import CENTS, MONTHS
from agents.populations import Rows
from model.month.rights import RightsParameters
from model.month.utility import BiddingParameters
from model.world import F64, I64, World


def returnee_pay(
    world: World, rows: Rows, country: I64, parameters: BiddingParameters
) -> F64 | None:
    """What a grant for coming back adds to a year's pay of jobs in some countries, USD.

    It is spread over the tenure expected. For people born there who live elsewhere, once in a life.

    Returns
    -------
    One entry a job; None where no country pays such a grant.
    """
    grant = world.appropriations.offered(world.levers.returnee_grant_usd)
    if not grant.any():
        return None
    people = world.researchers
    home = (people.birth_country[rows] == country) & (people.country[rows] != country)
    due = home & (people.returnee_grant[rows] == 0)
    return np.where(due, grant[country] / parameters.expected_tenure, 0.0)


def pay_returnees(world: World, movers: Rows) -> None:
    """Pay the grant to people who have just come to a job in their country of birth."""
    grant = world.appropriations.offered(world.levers.returnee_grant_usd)
    people = world.researchers
    if not grant.any():
        return
    due = (people.birth_country[movers] == people.country[movers])
    due &= (people.returnee_grant[movers] == 0) & (grant[people.country[movers]] > 0)
    _pay(world, movers[due], grant)
    people.returnee_grant[movers[due]] = world.month


def hold_of_grant(
    world: World, rows: Rows, pay: F64, parameters: BiddingParameters, rights: RightsParameters
) -> F64:
    """What a grant for staying takes from the utility of every offer from abroad.

    Parameters
    ----------
    pay
        Present pay in ordinary equivalents, USD a year; without a job, what would be accepted.

    Notes
    -----
    pay_weight · ln(1 + grant / (expected_tenure · pay)).
    """
    grant = world.appropriations.offered(world.levers.retention_grant_usd)
    people = world.researchers
    if not grant.any():
        return np.zeros(rows.size)
    due = world.month - people.retention_grant[rows] >= rights.retention_grant_years * MONTHS
    yearly = np.where(due, grant[people.country[rows]], 0.0) / parameters.expected_tenure
    return np.asarray(parameters.pay_weight * np.log1p(yearly / pay))


def pay_stayers(world: World, rows: Rows) -> None:
    """Pay the grant to people who had an offer from abroad and have stayed.

    Not to who waits for a visa to go and look for a job abroad.
    """
    rows = rows[~world.researchers.waiting[rows]]
    if rows.size == 0:
        return
    _pay(world, rows, world.appropriations.offered(world.levers.retention_grant_usd))
    world.researchers.retention_grant[rows] = world.month


def _pay(world: World, rows: Rows, grant: F64) -> None:
    """From the governments to the households of the countries where people live, in cents.

    As long as the year's money lasts.
    """
    country = world.researchers.country[rows].astype(np.int64)
    number = np.bincount(country, minlength=world.countries)
    paid = world.appropriations.pay_out(number * np.rint(grant * CENTS).astype(np.int64))
    world.accounts.governments -= paid
    world.accounts.households += paid
    world.counters.measures += paid
