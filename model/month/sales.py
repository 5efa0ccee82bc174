"""Sales: a startup sells more and more of what its technology makes, if its market is there."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from agents.chance import normal, uniform
from agents.declare import parameter
from agents.employers import MONTHS
from agents.populations import Rows
from model.people import U64
from model.world import F64, World

QUARTER = 3
"""Months between two dates at which startups are founded, and two at which investors meet
(assumption; a year's numbers hardly depend on it)."""


@dataclasses.dataclass(frozen=True)
class VentureParameters:
    """How startups live."""

    active: float = parameter(
        1.0, unit="0 or 1", low=0.0, high=1.0, kind="lever", source="1: as in life",
        meaning="1: startups are founded, funded and fail, growth of firms has shocks, and firms "
        "make deals; 0: the startups of the opening stay as they are",
    )
    sales_years: float = parameter(
        3.5, unit="years", low=0.5, high=10.0, kind="uncertainty",
        source="assumption: research comes before products",
        meaning="years over which a startup comes to sell two thirds of what its market takes",
    )
    market_power: float = parameter(
        0.6, unit="1", low=0.3, high=10.0, kind="uncertainty",
        source="set, with funding.capital_share, by the survival of American establishments, 66 "
        "and 44 % after two and four years (BLS 2005), which is therefore used, not tested",
        meaning="shape of the part of their output for which startups find a market: a beta "
        "distribution with this and one; the higher, the more find one",
    )
    market_volatility: float = parameter(
        0.15, unit="1/year", low=0.0, high=0.6, kind="uncertainty",
        source="assumption: set for the ends of older startups, about one in thirteen a year",
        meaning="standard deviation of the change of that part, in logs",
    )
    turnover: float = parameter(
        0.14, unit="1/year", low=0.02, high=0.4, kind="uncertainty",
        source="half of young firms end within five years, ln 2 / 5; of American startups of 2018 "
        "62 % had closed after seven (Carta 2025, quoted), 0.138 a year",
        meaning="startups that end in a year, by which the ages at the opening and the number "
        "founded are set",
    )
    oldest_years: float = parameter(
        12.0, unit="years", low=3.0, high=40.0, kind="constant", source="assumption",
        meaning="age of a startup at the opening at most",
    )
    runway_months: float = parameter(
        24.0, unit="months", low=7.0, high=36.0, kind="uncertainty",
        source="assumption; rounds are raised for one and a half to two years",
        meaning="months that a startup of the opening can live on its cash at most",
    )
    reserve_months: float = parameter(
        6.0, unit="months", low=0.0, high=18.0, kind="uncertainty", source="assumption",
        meaning="months of its losses that a startup keeps in cash when it opens posts",
    )


def first_market(world: World, keys: U64, parameters: VentureParameters, lived: Any = 0.0) -> F64:
    """Part of its output for which each startup will find buyers, drawn by its identity.

    Parameters
    ----------
    lived
        Years for which it has lived already: those left have better markets, the older, the better.
    """
    luck = uniform(world.key("market", 0), keys)
    return np.asarray(luck ** (1.0 / (parameters.market_power + lived)))


def shift_markets(world: World, parameters: VentureParameters) -> None:
    """Every January markets of startups change by luck, up to the whole of what they make."""
    if world.month % MONTHS or world.firms_rest:
        return
    ventures = world.ventures
    rows = ventures.open_rows()
    luck = normal(world.key("market"), ventures.key[rows])
    changed = ventures.market[rows] * np.exp(parameters.market_volatility * luck)
    ventures.market[rows] = np.minimum(changed, 1.0)


def sold_share(world: World, rows: Rows, parameters: VentureParameters) -> F64:
    """Part of its output that each startup sells: market · (1 − exp(−age / sales_years))."""
    return np.asarray(known_share(world, rows, parameters) * world.ventures.market[rows])


def known_share(world: World, rows: Rows, parameters: VentureParameters) -> F64:
    """Part of its market that each startup has come to by its age."""
    age = world.month - world.ventures.founded[rows]
    return np.asarray(-np.expm1(np.minimum(-age, 0.0) / (MONTHS * parameters.sales_years)))
