"""Tallies: counting into the cells of a table, each as often as it is named."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.compiled import compiled


def tally(counts: NDArray[np.int64], *places: NDArray[Any], by: int = 1) -> None:
    """Add a number to cells of a table, in place.

    Parameters
    ----------
    counts
        Whole numbers, the rows of a table one after the other in memory.
    places
        Positions along each axis, arrays of one length.

    Notes
    -----
    NumPy counts many times faster into one axis than into several.
    """
    if not counts.flags.c_contiguous:
        raise ValueError("a tally needs a table that is one piece of memory")
    cell = places[0].astype(np.int64)
    for length, place in zip(counts.shape[1:], places[1:], strict=True):
        cell = cell * length + place
    np.add.at(counts.reshape(-1), cell, by)


@compiled
def weighed(
    groups: int, group: NDArray[Any], weight: NDArray[Any], table: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Sum the rows of a table by group, each times its weight, shape (groups, columns)."""
    sums = np.zeros((groups, table.shape[1]))
    for row in range(weight.size):
        for column in range(table.shape[1]):
            sums[group[row], column] += table[row, column] * weight[row]
    return sums
