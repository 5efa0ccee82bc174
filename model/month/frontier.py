"""The frontier: the fields that employers ask for move on, faster here than there."""

from __future__ import annotations

import dataclasses

import numpy as np

from agents.declare import parameter
from agents.employers import MONTHS
from model.month.budgets import named_rows
from model.world import F64, World


@dataclasses.dataclass(frozen=True)
class FrontierParameters:
    """When demand turned, and how far countries lag behind."""

    turn: float = parameter(
        2022.9, unit="year", low=2020.0, high=2026.0, kind="uncertainty",
        source="assumption: assistants built on language models reached everybody in late 2022",
        meaning="date at which demand at the frontier is half way from the stock of skills at "
        "the opening to the job advertisements of 2025",
    )
    turn_years: float = parameter(
        1.2, unit="years", low=0.3, high=5.0, kind="uncertainty", source="assumption",
        meaning="scale of the logistic turn; three quarters of it happen in 2.6 scales",
    )
    lag_years: float = parameter(
        4.0, unit="years", low=0.0, high=10.0, kind="uncertainty",
        source="assumption; adoption of new technology lags by research capacity",
        meaning="lag of a country without any research environment behind the frontier",
    )
    productivity: float = parameter(
        0.02, unit="1/year", low=0.0, high=0.1, kind="uncertainty",
        source="assumption: the same team with better tools; pay of AI staff rose in these years",
        meaning="growth of the technology of private employers beyond the growth of demand",
    )
    moves: float = parameter(
        1.0, unit="0 or 1", low=0.0, high=1.0, kind="constant", source="1: demand moves",
        meaning="whether the fields that employers ask for change at all",
    )


def demand_shares(world: World, parameters: FrontierParameters, month: float) -> F64:
    """Share of each field in the work that employers ask for, shape (countries, fields).

    Notes
    -----
    demand = supply₀ + (target − supply₀) · W, W = 1 / (1 + exp(−(t − lag − turn) / scale)), t in
    years; a still economy stays at the opening.
    """
    opening = world.start - 1.0
    at = opening if world.replace_exits or parameters.moves <= 0 else max(month, opening)
    environment = world.levers.research_environment
    lag = parameters.lag_years * np.clip(1.0 - environment, 0.0, 1.0)
    years = at / MONTHS - lag - parameters.turn
    weight = 1.0 / (1.0 + np.exp(-years / parameters.turn_years))
    supply, target = world.tables.field_supply, world.tables.field_demand
    return np.asarray(supply + (target - supply) * weight[:, None])


def move_frontier(world: World, parameters: FrontierParameters) -> None:
    """Every January the mix of work of each employer follows the demand of its country."""
    if world.month % MONTHS == 0:
        set_mixes(world, demand_shares(world, parameters, world.month))


def set_mixes(world: World, demand: F64) -> None:
    """Mix of each employer: demand of the country, tilted by what it does and its agenda."""
    employers = world.employers
    tilt = employers.tilt
    if not world.firms_rest:
        tilt = tilt.copy()
        rows, firm = named_rows(world)
        tilt[rows] += world.plans.agenda[firm]
    mix = demand[employers.country] * np.exp(tilt)
    employers.mix[:] = mix / mix.sum(axis=1, keepdims=True)
