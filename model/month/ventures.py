"""Ventures: startups sell more and more of what they make, and live on cash until then."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.declare import parameter
from agents.employers import MONTHS
from agents.populations import Rows
from model.month.accounts import CENTS, computing_bill
from model.world import F64, I64, World


@dataclasses.dataclass(frozen=True)
class VentureParameters:
    """How startups live."""

    sales_years: float = parameter(
        3.0, unit="years", low=0.5, high=10.0, kind="uncertainty",
        source="assumption: research comes before products",
        meaning="years over which a startup comes to sell two thirds of what its technology makes",
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


def sold_share(months: F64, parameters: VentureParameters) -> F64:
    """Part of its output that a startup of some age sells: 1 − exp(−age / sales_years)."""
    return np.asarray(-np.expm1(-np.maximum(months, 0.0) / (MONTHS * parameters.sales_years)))


def monthly_costs(world: World, employer: NDArray[Any]) -> I64:
    """Pay, pay promised and computing in a month, in cents."""
    employers = world.employers
    costs = employers.payroll + employers.promised_pay + computing_bill(world)
    return np.asarray(costs[employer])


def monthly_sales(world: World, rows: Rows, parameters: VentureParameters) -> I64:
    """What some startups sell in a month at their present output, in cents."""
    ventures = world.ventures
    age = (world.month - ventures.founded[rows]).astype(np.float64)
    produced = world.employers.produced[ventures.employer[rows]]
    sold = produced * sold_share(age, parameters) * (CENTS / MONTHS)
    return np.asarray(np.rint(sold).astype(np.int64))
