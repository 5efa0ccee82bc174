"""Clocks: when the right to live in a country changes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.compiled import compiled
from agents.employers import MONTHS
from agents.populations import Rows
from agents.researchers import NEVER, Status
from model.world import F64, I64, World


def next_event(world: World, rows: Rows) -> I64:
    """When the status of people changes or has to be renewed, given that they keep their job."""
    people = world.researchers
    if rows.size == 0:
        return np.zeros(0, dtype=np.int64)
    return _next_events(
        rows, permanence_month(world, rows), people.status, people.scheme, people.status_since,
        people.country, people.arrived, world.rules.stay,
        world.levers.years_to_citizenship * MONTHS, world.month, NEVER, Status.WORK,
        (Status.FREE, Status.PERMANENT),
    )


@compiled
def _next_events(
    rows: Rows, permanence: F64, status: NDArray[np.int8], scheme: NDArray[np.int16],
    since: NDArray[np.int16], country: NDArray[np.int8], arrived: NDArray[np.int16], stay: F64,
    to_citizenship: F64, month: int, never: int, work: int, settled: tuple[int, int],
) -> I64:
    """The month of the next event of each person, after this one and at the latest ``never``."""
    events = np.empty(rows.size, dtype=np.int64)
    for at in range(rows.size):
        row, due = rows[at], float(never)
        if status[row] == work:
            permit = min(stay[scheme[row]], never)
            renewal = since[row] + permit * (np.floor((month - since[row]) / permit) + 1.0)
            due = min(permanence[at], renewal)
        elif status[row] in settled:
            due = arrived[row] + to_citizenship[country[row]]
        events[at] = min(max(np.ceil(due - 1e-9), month + 1), never)
    return events


def permanence_month(world: World, rows: Rows) -> F64:
    """When a work status leads to permanence, queues by origin included; NEVER if it does not."""
    people = world.researchers
    return _permanence_months(
        rows, people.scheme, people.country, people.birth_country, people.status_since,
        world.rules.years_to_permanence, world.tables.queue_years, MONTHS, NEVER,
    )


@compiled
def _permanence_months(
    rows: Rows, scheme: NDArray[np.int16], country: NDArray[np.int8], born: NDArray[np.int8],
    since: NDArray[np.int16], to_permanence: F64, queue_years: F64, months: int, never: int,
) -> F64:
    """Month of each person: as long after the status began as scheme and queue take."""
    permanence = np.empty(rows.size)
    for at in range(rows.size):
        row = rows[at]
        years = to_permanence[scheme[row]] + queue_years[country[row], born[row]]
        permanence[at] = since[row] + (years * months if np.isfinite(years) else never)
    return permanence
