"""What the tests of levers share: lively markets in which countries set their levers alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.levers import month_number
from agents.policies import Change, Policy
from model import tables
from model.talent_market import TalentMarket
from model.world import World
from tests.policies import market

LIVELY = {
    "search.rate": 0.3, "search.slope": 0.0, "search.abroad_share": 0.6,
    "search.jobless_abroad": 1.0, "opening.burn_in_months": 6.0,
}
I64 = NDArray[np.int64]
COUNTRIES = tables.load().countries
NONE, CITIZENS_ABROAD, NEWCOMERS, BOTH = 0.0, 1.0, 2.0, 3.0
ALL_LEVERS = {
    "dual_citizenship": NONE, "years_to_citizenship": 2.0, "newcomer_tax_rate": 0.05,
    "top_tax_rate": 0.7, "returnee_grant_usd": 30_000.0, "retention_grant_usd": 15_000.0,
}


def market_with(
    seed: int, levers: Mapping[str, float], countries: Sequence[str] = COUNTRIES,
    persons: float = 1000, parameters: Mapping[str, float] | None = None,
) -> TalentMarket:
    """A lively market in which some countries set their levers alike from the start."""
    start = month_number("2019-01")
    changes = tuple(Change(start, country, dict(levers)) for country in countries if levers)
    return market(
        [Policy("test", "Test", changes=changes)], seed, persons, {**LIVELY, **(parameters or {})}
    )


def lived(months: int, *given: Any, **named: Any) -> TalentMarket:
    """Such a market some months on; its counters hold what happened."""
    market = market_with(*given, **named)
    for _ in range(months):
        market._month()
    return market


def resting(persons: float = 2000) -> TalentMarket:
    """A market at its opening, without burn-in."""
    return market_with(1, {}, persons=persons, parameters={"opening.burn_in_months": 0.0})


def row_of(market: TalentMarket, country: str) -> int:
    return market.tables.index[country]


def everybody(world: World) -> I64:
    return np.arange(world.researchers.count)


def at(world: World, country: int) -> I64:
    """One country, beside everybody."""
    return np.full(world.researchers.count, country)
