"""Budgets: once a year large firms decide what their AI people may cost until the next review."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.chance import normal
from agents.declare import parameter
from agents.employers import (
    CENTS,
    MONTHS,
    EmployerKind,
    WorthParameters,
    monthly_cents,
)
from agents.populations import Rows
from agents.researchers import EFFECT_UNIT
from model.month.wanted import wanted_team
from model.world import F64, I64, World


@dataclasses.dataclass(frozen=True)
class BudgetParameters:
    """How large firms plan the pay of a year."""

    yearly: float = parameter(
        1.0, unit="0 or 1", low=0.0, high=1.0, kind="constant",
        source="1: posts need a budget; 0: firms answer at once to what people are worth",
        meaning="whether named firms plan the pay of a year each January",
    )
    kept: float = parameter(
        0.05, unit="share", low=0.0, high=0.5, kind="uncertainty", source="assumption",
        meaning="part of a budget in which no post is opened: kept for raises and for packages "
        "above going pay",
    )
    boom: float = parameter(
        0.05, unit="log points", low=0.0, high=0.3, kind="uncertainty",
        source="assumption: named firms grew and shrank together in 2021 to 2023",
        meaning="standard deviation from year to year of the budgets of all named firms together",
    )


PLANNED = BudgetParameters()
"""Budgets as they usually are."""


def set_budgets(
    world: World, parameters: BudgetParameters, margin: float, worth: WorthParameters
) -> None:
    """Set what each named firm may pay its AI people, at home and in its laboratories.

    A firm without people has no limit.

    Notes
    -----
    budget = boom · exp(g) · max(n · pay, payroll) / (1 − kept). The team n is the one wanted with
    the technology and computing of January, whose pay is γ / (1 + margin) of its output; g is the
    year's growth of output as technology, team and computing are planned,
    (growth + γ · demand) / (1 − α).
    """
    employers, plans = world.employers, world.plans
    plans.budget[:] = np.inf
    if parameters.yearly <= 0:
        return
    rows, firm = named_rows(world)
    planned = _planned_pay(world, rows, margin, worth)
    paid = (employers.payroll + employers.promised_pay)[rows].astype(np.float64)
    growth = employers.growth[rows] + worth.team_elasticity * employers.demand_growth[rows]
    pace = np.exp(MONTHS * growth / (1.0 - worth.computing_elasticity))
    pay = np.bincount(firm, np.maximum(planned, paid) * pace, plans.firms)
    luck = float(normal(world.key("boom"), np.zeros(1, dtype=np.uint64))[0])
    pay *= np.exp(parameters.boom * luck - 0.5 * parameters.boom**2) / (1.0 - parameters.kept)
    heads = np.bincount(firm, employers.heads[rows], plans.firms)
    plans.budget[:] = np.where(heads > 0, pay, np.inf)


def _planned_pay(world: World, rows: Rows, margin: float, worth: WorthParameters) -> F64:
    """What the team that each employer wants now would cost, cents a month."""
    employers = world.employers
    effect, heads = employers.team(rows)
    quality = np.where(heads > 0, effect / np.maximum(heads, 1.0), 1.0)
    price = world.price()[employers.country[rows]] * employers.premium[rows]
    wanted = wanted_team(world, rows, quality, price, margin, worth)
    paid = employers.payroll[rows] * (MONTHS / CENTS)
    own = paid / np.maximum(employers.effect[rows] / EFFECT_UNIT, 1.0 / EFFECT_UNIT)
    return np.asarray(wanted * np.maximum(own, price) * (CENTS / MONTHS))


def within_budget(
    world: World, room: F64, most: F64, pay: F64, parameters: BudgetParameters
) -> F64:
    """Room for new people by employer, held to what the firm's budget has left.

    Parameters
    ----------
    room, most
        Agents wanted, and the most posts of the month, by employer.
    pay
        What a post usually costs, USD a year, by employer.
    """
    if world.firms_rest or parameters.yearly <= 0:
        return room
    employers, plans = world.employers, world.plans
    rows, firm = named_rows(world)
    paid = np.bincount(firm, (employers.payroll + employers.promised_pay)[rows], plans.firms)
    left = (1.0 - parameters.kept) * plans.budget - paid
    asked = np.clip(room[rows], 0.0, most[rows])
    cost = np.bincount(firm, asked * pay[rows] * (CENTS / MONTHS), plans.firms)
    part = np.clip(left / np.maximum(cost, 1.0), 0.0, 1.0)[firm]
    held = part < 1.0
    room = room.copy()
    room[rows[held]] = asked[held] * part[held]
    return room


def named_rows(world: World) -> tuple[Rows, I64]:
    """Rows of employers of named firms, laboratories included, and the firm of each."""
    employers = world.employers
    named = (employers.kind == EmployerKind.BIG_TECH) & (employers.firm < world.plans.firms)
    rows = np.flatnonzero(named)
    return rows, employers.firm[rows].astype(np.int64)


def add_to_budgets(world: World, site: I64, pay: NDArray[np.floating[Any]]) -> None:
    """The pay of people whom deals bring comes on top of the buyer's budget.

    Parameters
    ----------
    site, pay
        Employer row and pay in USD a year of each person.
    """
    plans, firm = world.plans, world.employers.firm[site]
    named = firm < plans.firms
    cents = np.bincount(firm[named], monthly_cents(pay[named]), plans.firms)
    plans.budget += cents
