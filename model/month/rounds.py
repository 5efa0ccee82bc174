"""Rounds: investors put money into startups for shares, the best prospects first."""

from __future__ import annotations

import dataclasses

import numpy as np

from agents.declare import parameter
from model.world import F64, World

ROUNDS = 3
"""Seed, first and later rounds; a startup may raise several later ones."""


@dataclasses.dataclass(frozen=True)
class FundingParameters:
    """What investors pay and get."""

    seed_stake: float = parameter(
        0.2, unit="share", low=0.05, high=0.5, kind="uncertainty",
        source="assumption; founders commonly sell about a fifth in a seed round",
        meaning="shares that investors get in a seed round",
    )
    first_stake: float = parameter(
        0.2, unit="share", low=0.05, high=0.5, kind="uncertainty", source="assumption, as above",
        meaning="shares that investors get in the first round after it",
    )
    later_stake: float = parameter(
        0.12, unit="share", low=0.02, high=0.5, kind="uncertainty",
        source="assumption: stakes fall from round to round",
        meaning="shares that investors get in later rounds",
    )
    staff_pool: float = parameter(
        0.12, unit="share", low=0.0, high=0.4, kind="uncertainty",
        source="assumption; option pools of 10 to 15 % are usual",
        meaning="shares kept for the staff at founding and restored in every round",
    )
    seed_months: float = parameter(
        18.0, unit="months", low=6.0, high=36.0, kind="uncertainty", source="assumption",
        meaning="months of costs that a seed round is to pay for",
    )
    later_months: float = parameter(
        24.0, unit="months", low=6.0, high=48.0, kind="uncertainty", source="assumption",
        meaning="months of costs that a later round is to pay for",
    )
    growth: float = parameter(
        1.5, unit="1", low=1.0, high=4.0, kind="uncertainty", source="assumption",
        meaning="mean costs in the time that a round pays for, over those of today",
    )


def stakes(parameters: FundingParameters) -> F64:
    """Shares sold in a round by the stage reached, shape (stages,); none before the first."""
    return np.array([
        0.0, parameters.seed_stake, parameters.first_stake, parameters.later_stake,
        parameters.later_stake,
    ])


def round_months(parameters: FundingParameters) -> F64:
    """Months of costs that the round pays for by which a stage is reached, shape (stages,)."""
    later = parameters.later_months
    return np.array([0.0, parameters.seed_months, later, later, later])


def diluted(
    founders: F64, investors: F64, staff: F64, stake: F64, pool: float
) -> tuple[F64, F64, F64]:
    """Shares of founders, investors and staff after a round; the three add up to one.

    New shares go to investors; then the pool of the staff is filled up at everybody's expense.
    """
    founders, staff = founders * (1.0 - stake), staff * (1.0 - stake)
    investors = investors * (1.0 - stake) + stake
    missing = np.maximum(pool - staff, 0.0)
    others = 1.0 - missing / np.maximum(1.0 - staff, 1e-9)
    founders, investors = founders * others, investors * others
    return founders, investors, 1.0 - founders - investors


def venture_capital(world: World) -> F64:
    """Venture capital that reaches startups for AI people and their computing, USD a year.

    The one place where the venture capital of a country and a year enters.
    """
    return world.venture_market.capital
