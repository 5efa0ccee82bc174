"""Equity: what shares in a startup are worth to those who work there, beside their pay."""

from __future__ import annotations

import dataclasses

import numpy as np

from agents.declare import parameter
from agents.employers import CENTS, MONTHS
from agents.populations import Rows
from model.month.rounds import MEETING, FundingParameters
from model.month.sales import QUARTER
from model.world import F64, World


@dataclasses.dataclass(frozen=True)
class EquityParameters:
    """How people count shares."""

    vesting_years: float = parameter(
        4.0, unit="years", low=1.0, high=8.0, kind="constant",
        source="grants of shares commonly vest over four years",
        meaning="years of work for which a grant of shares is given",
    )
    dilution: float = parameter(
        0.4, unit="share", low=0.0, high=0.9, kind="uncertainty",
        source="assumption: two or three rounds follow",
        meaning="part of a share that later rounds take away",
    )
    risk: float = parameter(
        0.6, unit="share", low=0.0, high=1.0, kind="uncertainty",
        source="assumption; sign from Hall and Woodward 2010: risk takes most of the value of "
        "shares from who holds nothing else",
        meaning="part of the value of shares that people take off since the startup may fail",
    )
    unfunded: float = parameter(
        0.5, unit="share", low=0.0, high=1.0, kind="uncertainty", source="assumption",
        meaning="value of a startup before its first round, over what that round would give it",
    )


def value_shares(world: World, parameters: EquityParameters, funding: FundingParameters) -> None:
    """What a year of vesting shares adds to pay in each startup, after foundings and after rounds.

    Notes
    -----
    equity = ln(1 + share · valuation · (1 − dilution) · (1 − risk) / vesting / payroll) with the
    yearly payroll; the staff's shares serve the larger team, too, that a round is to pay for.
    """
    if world.month % QUARTER > MEETING or world.firms_rest:
        return
    ventures, employers = world.ventures, world.employers
    rows = ventures.open_rows()
    row = ventures.employer[rows]
    yearly = np.maximum(employers.payroll[row], 1) * (MONTHS / CENTS)
    first = funding.seed_months / MONTHS * funding.seed_growth / funding.seed_stake
    value = np.where(
        ventures.rounds[rows] > 0, ventures.valuation[rows], parameters.unfunded * first * yearly
    )
    value *= (1.0 - parameters.dilution) * (1.0 - parameters.risk) / parameters.vesting_years
    value /= yearly
    employers.equity[row] = np.log1p(ventures.staff_share[rows] * value / funding.later_growth)
    # founders hold their shares besides, each that of one among the team
    heads = np.maximum(employers.heads[row], 1)
    ventures.founder_equity[rows] = np.log1p(ventures.founders_share[rows] * value * heads)


def equity_held(world: World, rows: Rows) -> F64:
    """Log of pay and shares over pay of people where they work; nought without shares."""
    people, ventures = world.researchers, world.ventures
    employer = people.employer[rows]
    held = np.where(employer >= 0, world.employers.equity[employer], 0.0)
    at = np.flatnonzero(held > 0)
    venture = ventures.of_employers(world.employers.count)[employer[at]]
    founds = ventures.founder[venture] == people.id[rows[at]]
    held[at] += np.where(founds, ventures.founder_equity[venture], 0.0)
    return held
