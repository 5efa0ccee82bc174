"""Accounts: employers sell, pay, and settle with owners and governments, to the cent."""

from __future__ import annotations

import dataclasses

import numpy as np

from agents.declare import parameter
from agents.employers import CENTS, MONTHS, EmployerKind, WorthParameters, output
from agents.populations import Rows
from agents.researchers import EFFECT_UNIT, NEVER
from agents.ventures import Stage
from model.month.rights import RightsParameters
from model.month.sales import VentureParameters, sold_share
from model.month.taxes import tax_spared
from model.world import F64, I64, World


@dataclasses.dataclass(frozen=True)
class AccountParameters:
    """How money goes round."""

    buffer_months: float = parameter(
        6.0, unit="months", low=1.0, high=36.0, kind="constant", source="assumption",
        meaning="months of pay that a private employer keeps in cash",
    )


def book_month(
    world: World, parameters: AccountParameters, worth: WorthParameters,
    rights: RightsParameters, ventures: VentureParameters,
) -> None:
    """Book one month: sales, pay, computing, taxes, grants, and what owners take or put in.

    Owners take what lies above the buffer and make up what is missing below nothing, so no
    employer spends what it lacks. A startup keeps what investors gave it until it sells enough to
    live on; what is missing in its last month its owners pay. Every entry has its counter-entry.
    """
    employers, accounts = world.employers, world.accounts
    produce(world, worth)
    public = employers.kind == EmployerKind.PUBLIC_RESEARCH
    sales = np.where(public, 0, np.rint(employers.produced * (CENTS / MONTHS))).astype(np.int64)
    young = _sell(world, sales, ventures)
    # public research spends what it earned by licences on people beyond its grant
    own = np.clip(employers.payroll - employers.budget, 0, np.maximum(employers.cash, 0))
    grants = np.where(public, employers.payroll - own, 0)
    country = employers.country.astype(np.int64)
    rent = computing_bill(world)
    aid = _aid(world, rent)
    employers.cash += sales + grants + aid - employers.payroll - rent
    accounts.customers -= int(sales.sum())
    accounts.suppliers += int(rent.sum())
    np.subtract.at(accounts.governments, country, grants + aid)
    np.add.at(world.counters.measures, country, aid)
    paid = np.zeros(world.countries, dtype=np.int64)
    np.add.at(paid, country, employers.payroll)
    tax = np.rint(paid * world.tables.country["tax_rate"]).astype(np.int64)
    tax -= tax_spared(world, rights)
    accounts.households += paid - tax
    accounts.governments += tax
    obliged = employers.payroll + employers.promised_pay
    buffer = np.rint(obliged * parameters.buffer_months).astype(np.int64)
    # a new employer keeps at least what two posts need; one that has ended keeps nothing
    keeps = ~public & (employers.opens < NEVER)
    buffer = np.where(keeps, np.maximum(buffer, _seed_money(world, parameters)), 0)
    taken = employers.cash - buffer
    taken = np.where(taken > 0, taken, np.minimum(employers.cash, 0))
    taken = np.where(employers.payroll == 0, employers.cash - buffer, taken)
    taken = np.where(public, 0, taken)
    taken[young] = np.minimum(employers.cash[young], 0)
    employers.cash -= taken
    accounts.owners += int(taken.sum())


def _aid(world: World, rent: I64) -> I64:
    """Public part of what each employer pays for computing, as far as the year's money reaches."""
    aid = rent - np.rint(rent * own_share(world)).astype(np.int64)
    country = world.employers.country
    due = np.zeros(world.countries, dtype=np.int64)
    np.add.at(due, country, aid)
    paid = world.appropriations.pay_out(due)
    short = (paid < due)[country]
    if short.any():
        part = paid / np.maximum(due, 1)
        aid = np.where(short, np.floor(aid * part[country]), aid).astype(np.int64)
    return aid


def _sell(world: World, sales: I64, parameters: VentureParameters) -> Rows:
    """Lower the sales of startups to what they can sell, in place, and book revenue and burn.

    Returns
    -------
    Rows of employers that do not sell enough to live on.
    """
    ventures = world.ventures
    if world.firms_rest or ventures.count == 0:
        return np.zeros(0, dtype=np.intp)
    rows = ventures.open_rows()
    row = ventures.employer[rows]
    sold = np.rint(sales[row] * sold_share(world, rows, parameters)).astype(np.int64)
    sales[row] = sold
    burn = world.employers.payroll[row] + computing_bill(world)[row] - sold
    ventures.revenue[rows] = sold * (MONTHS / CENTS)
    ventures.burn[rows] = burn
    rounds = np.minimum(ventures.rounds[rows], Stage.LATER)
    ventures.stage[rows] = np.where((burn <= 0) & (sold > 0), Stage.SELLING, rounds)
    return np.asarray(row[ventures.stage[rows] != Stage.SELLING], dtype=np.intp)


def _seed_money(world: World, parameters: AccountParameters) -> I64:
    pay = world.tables.country["pay_usd"][world.employers.country] * CENTS / MONTHS
    return np.rint(pay * parameters.buffer_months).astype(np.int64)


def computing_bill(world: World) -> I64:
    """Price of the computing of each employer with people in a month, in cents, at model scale."""
    employers = world.employers
    yearly = employers.computing / employers.persons_per_agent
    return np.where(employers.heads > 0, np.rint(yearly * (CENTS / MONTHS)), 0).astype(np.int64)


def own_share(world: World) -> F64:
    """Part of the price of computing that each employer pays; the subsidy is for industry."""
    employers = world.employers
    subsidy = world.appropriations.offered(world.levers.adoption_subsidy)[employers.country]
    return np.where(employers.kind == EmployerKind.INDUSTRY, 1.0 - subsidy, 1.0)


def produce(world: World, worth: WorthParameters) -> None:
    """Output of each employer with the team it has now."""
    employers = world.employers
    employers.produced[:] = output(
        employers.productivity(worth), employers.effect / EFFECT_UNIT,
        employers.heads.astype(np.float64), employers.capacity, employers.persons_per_agent, worth,
    )
