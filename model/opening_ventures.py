"""The startups of the opening: their age, what investors have put in, and the cash they live on."""

from __future__ import annotations

import numpy as np

from agents.chance import decision_key, uniform
from agents.employers import CENTS, MONTHS, EmployerKind
from agents.populations import Rows
from agents.ventures import Ending, Stage
from model.month.founders import first_dates
from model.month.founding import FoundingParameters, set_capital, set_hazard
from model.month.rounds import ROUNDS, FundingParameters, book_round, round_months, stakes
from model.month.sales import VentureParameters, first_market, sold_share
from model.month.ventures import monthly_costs
from model.opening_parameters import Groups
from model.world import World

ROUND_AGES = (6, 24, 48)
"""Age in months from which a startup of the opening has had its rounds (assumption)."""
EARLIER_ROUND = 0.5  # size of a round over that of the next (assumption)
LEAST_RUNWAY = 6.0
"""Months that any startup of the opening can live on its cash (assumption)."""
BUFFER_MONTHS = 6.0
"""Months of costs in the cash of a startup of the opening that sells for a living (assumption)."""


def open_ventures(
    world: World, groups: Groups, founding: FoundingParameters, funding: FundingParameters,
    ventures: VentureParameters,
) -> None:
    """Make ventures of the startups that there are; investors settle the cash that they have."""
    employers, table = world.employers, world.tables.country
    row = np.flatnonzero(employers.kind == EmployerKind.STARTUP)
    keys = employers.key[row]
    growth = np.maximum(table["stock_growth"][employers.country[row]], 0.0)
    # ages of a population of startups that grows and ends at constant rates, up to an oldest
    rate = ventures.turnover + growth * (not world.replace_exits)
    luck = uniform(decision_key(world.seed, "venture age"), keys)
    age = -np.log1p(luck * np.expm1(-rate * ventures.oldest_years)) / rate
    founded = world.month - np.floor(age * MONTHS).astype(np.int64)
    rows = world.ventures.born(
        row.size, key=keys, employer=row, founder=-1, founded=founded, stage=Stage.UNFUNDED,
        rounds=0, raised=0, valuation=0.0, founders_share=1.0 - funding.staff_pool,
        investors_share=0.0, staff_share=funding.staff_pool, founder_equity=0.0,
        market=first_market(world, keys, ventures, age), revenue=0.0, burn=0,
        closed=0, ending=Ending.OPEN, licensed=0.0,
    )
    _past_rounds(world, rows, funding)
    _cash_at_hand(world, rows, ventures)
    first_dates(world, founding)
    set_hazard(world, groups, founding, ventures)
    set_capital(world, groups)


def _past_rounds(world: World, rows: Rows, funding: FundingParameters) -> None:
    """Rounds by age, each for a part of what the next was for."""
    ventures = world.ventures
    age = world.month - ventures.founded[rows]
    costs = monthly_costs(world, ventures.employer[rows]).astype(np.float64)
    stake, months = stakes(funding), round_months(funding)
    reached = np.searchsorted(ROUND_AGES, age, side="right")
    for number in range(ROUNDS):
        had = np.flatnonzero(reached > number)
        size = EARLIER_ROUND ** (reached[had] - 1.0 - number)
        amount = np.rint(costs[had] * months[number] * size).astype(np.int64)
        sold = np.full(had.size, stake[number])
        book_round(world, rows[had], amount, sold, funding.staff_pool)


def _cash_at_hand(world: World, rows: Rows, parameters: VentureParameters) -> None:
    """Runways spread evenly up to the longest; who sells for a living has a buffer."""
    ventures, employers = world.ventures, world.employers
    row = ventures.employer[rows]
    costs = monthly_costs(world, row)
    sales = np.rint(
        employers.produced[row] * sold_share(world, rows, parameters) * (CENTS / MONTHS)
    ).astype(np.int64)
    lives = (sales >= costs) & (costs > 0)
    ventures.stage[rows[lives]] = Stage.SELLING
    ventures.burn[rows] = costs - sales
    ventures.revenue[rows] = sales * (MONTHS / CENTS)
    luck = uniform(decision_key(world.seed, "venture runway"), ventures.key[rows])
    months = LEAST_RUNWAY + luck * (parameters.runway_months - LEAST_RUNWAY)
    runway = months * np.maximum(costs - sales, 0)
    wanted = np.rint(np.where(lives, BUFFER_MONTHS * costs, runway)).astype(np.int64)
    world.accounts.investors += int((employers.cash[row] - wanted).sum())
    employers.cash[row] = wanted
