"""Ventures: a startup lives on cash and sales, and ends when it can pay no longer."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.employers import CENTS, MONTHS
from agents.populations import Rows, rows_of_marked
from agents.researchers import NEVER
from agents.ventures import Ending
from model.month.accounts import computing_bill
from model.month.exits import ExitParameters, start_grace
from model.month.visas import withdraw_from
from model.world import I64, World


def monthly_costs(world: World, employer: NDArray[Any]) -> I64:
    """Pay and computing of some employers in a month, in cents."""
    return np.asarray((world.employers.payroll + computing_bill(world))[employer])


def close_insolvent(world: World, exits: ExitParameters) -> Rows:
    """Startups that cannot pay another month, or whose people have all left, end.

    Returns
    -------
    Their rows of ventures.
    """
    if world.firms_rest:
        return np.zeros(0, dtype=np.intp)
    ventures, employers = world.ventures, world.employers
    rows = ventures.open_rows()
    row = ventures.employer[rows]
    sales = ventures.revenue[rows] * (CENTS / MONTHS)
    short = employers.cash[row] + sales < monthly_costs(world, row)
    empty = (employers.heads[row] == 0) & (employers.promised_heads[row] == 0)
    failed = rows[short | empty]
    close(world, failed, Ending.FAILED, exits)
    return np.asarray(failed)


def close(world: World, rows: Rows, ending: int, exits: ExitParameters) -> None:
    """End some startups: their people are free, their cash goes to investors, technology is lost.

    Parameters
    ----------
    rows
        Rows of ventures.
    ending
        How they end; see :class:`agents.ventures.Ending`.
    """
    if rows.size == 0:
        return
    ventures, employers, people = world.ventures, world.employers, world.researchers
    row = ventures.employer[rows]
    # the last place stands for people without work
    ends = np.zeros(employers.count + 1, dtype=bool)
    ends[row] = True
    staff = rows_of_marked(people.employer, ends)
    world.leave_job(staff)
    people.searches[staff] = world.month
    start_grace(world, staff, exits)
    withdraw_from(world, ends)
    world.accounts.investors += int(employers.cash[row].sum())
    employers.cash[row] = 0
    employers.technology[row] = employers.computing[row] = employers.growth[row] = 0.0
    employers.produced[row] = 0.0
    employers.opens[row] = NEVER
    ventures.closed[rows] = world.month
    ventures.ending[rows] = ending
    counters = world.counters
    ended = counters.failed if ending == Ending.FAILED else counters.bought
    np.add.at(ended, employers.country[row].astype(np.int64), 1)
