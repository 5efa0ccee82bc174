"""Sorting by group and, within a group, by value."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.compiled import compiled

FEW = 32  # so many are sorted by insertion


def by_group(group: NDArray[Any], value: NDArray[Any]) -> NDArray[np.int64]:
    """Positions by group, within a group from the lowest value to the highest, equal ones as given.

    Parameters
    ----------
    group
        Whole numbers from 0.
    value
        Of the same length.
    """
    if group.size == 0:
        return np.zeros(0, dtype=np.int64)
    return np.asarray(_ordered(group, value, np.bincount(group)))


@compiled
def _ordered(
    group: NDArray[Any], value: NDArray[Any], number: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Deal positions out to their groups, then sort each group by itself."""
    first = np.cumsum(number) - number
    order, spot = np.empty(group.size, dtype=np.int64), first.copy()
    sorted_value = np.empty_like(value)
    for position in range(group.size):
        order[spot[group[position]]] = position
        sorted_value[spot[group[position]]] = value[position]
        spot[group[position]] += 1
    for here in range(number.size):
        start, end = first[here], first[here] + number[here]
        if number[here] > FEW:
            rank = np.argsort(sorted_value[start:end], kind="mergesort")
            order[start:end] = order[start:end][rank]
            continue
        for late in range(start + 1, end):
            moved, at = sorted_value[late], order[late]
            place = late
            while place > start and sorted_value[place - 1] > moved:
                sorted_value[place], order[place] = sorted_value[place - 1], order[place - 1]
                place -= 1
            sorted_value[place], order[place] = moved, at
    return order
