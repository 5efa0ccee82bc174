"""Sales: a startup sells more and more of what its technology makes, if its market is there."""

from __future__ import annotations

import dataclasses

import numpy as np

from agents.chance import uniform
from agents.declare import parameter
from agents.employers import MONTHS
from agents.populations import Rows
from model.world import F64, World


@dataclasses.dataclass(frozen=True)
class VentureParameters:
    """How startups live."""

    sales_years: float = parameter(
        2.5, unit="years", low=0.5, high=10.0, kind="uncertainty",
        source="assumption: research comes before products",
        meaning="years over which a startup comes to sell two thirds of what its market takes",
    )
    market_power: float = parameter(
        2.0, unit="1", low=0.5, high=10.0, kind="uncertainty",
        source="assumption: set for half of startups that end within five years",
        meaning="shape of the part of their output for which startups find a market: a beta "
        "distribution with this and one; the higher, the more find one",
    )
    turnover: float = parameter(
        0.14, unit="1/year", low=0.02, high=0.4, kind="uncertainty",
        source="half of young firms end within five years (Business Employment Dynamics of the "
        "United States): ln 2 / 5",
        meaning="startups that end in a year, by which the ages at the opening and the number "
        "founded are set",
    )
    oldest_years: float = parameter(
        12.0, unit="years", low=3.0, high=40.0, kind="constant", source="assumption",
        meaning="age of a startup at the opening at most",
    )
    runway_months: float = parameter(
        18.0, unit="months", low=6.0, high=36.0, kind="uncertainty",
        source="assumption; rounds are raised for one and a half to two years",
        meaning="months that a startup of the opening can live on its cash at most",
    )
    reserve_months: float = parameter(
        6.0, unit="months", low=0.0, high=18.0, kind="uncertainty", source="assumption",
        meaning="months of its losses that a startup keeps in cash when it opens posts",
    )


def market(world: World, rows: Rows, parameters: VentureParameters) -> F64:
    """Part of its output for which each startup will find a market, in the end.

    Those that had lived to the opening have better markets, the older, the better.
    """
    ventures = world.ventures
    lived = (world.start - 1 - ventures.founded[rows]) / MONTHS
    power = parameters.market_power + np.where(ventures.founder[rows] < 0, lived, 0.0)
    luck = uniform(world.key("market", 0), ventures.key[rows])
    return np.asarray(luck ** (1.0 / power))


def sold_share(
    world: World, rows: Rows, parameters: VentureParameters, later: float = 0.0
) -> F64:
    """Part of its output that each startup sells: market · (1 − exp(−age / sales_years)).

    Parameters
    ----------
    later
        Months from now.
    """
    age = world.month + later - world.ventures.founded[rows]
    known = -np.expm1(np.minimum(-age, 0.0) / (MONTHS * parameters.sales_years))
    return np.asarray(known * market(world, rows, parameters))
