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
    np.add.at(_in_one_row(counts), _cells(counts.shape[1:], places), by)


def _in_one_row(counts: NDArray[np.int64], *shape: int) -> NDArray[np.int64]:
    if not counts.flags.c_contiguous:
        raise ValueError("a tally needs a table that is one piece of memory")
    return counts.reshape(*shape, -1)


def _cells(lengths: tuple[int, ...], places: tuple[NDArray[Any], ...]) -> NDArray[np.int64]:
    """Positions in a table that is one row, whose axes but the first have these lengths."""
    cell = places[0].astype(np.int64, copy=False)
    for length, place in zip(lengths, places[1:], strict=True):
        cell = cell * length + place
    return cell


def tally_groups(
    counts: NDArray[np.int64], ability: NDArray[np.float32], cuts: tuple[float, ...],
    field: NDArray[np.int8], *places: NDArray[Any],
) -> None:
    """Count people for everybody, for those whose ability reaches each cut, and by field.

    Parameters
    ----------
    counts
        A table of the shape of ``places`` for everybody, for each cut and, last, for each field.
    """
    _tally_groups(
        _in_one_row(counts, len(counts)), ability, np.array(cuts, dtype=ability.dtype), field,
        _cells(counts.shape[2:], places),
    )


@compiled
def _tally_groups(
    counts: NDArray[np.int64], ability: NDArray[np.float32], cuts: NDArray[np.float32],
    field: NDArray[np.int8], cell: NDArray[np.int64],
) -> None:
    for at in range(cell.size):
        counts[0, cell[at]] += 1
        for group in range(cuts.size):
            if ability[at] >= cuts[group]:
                counts[1 + group, cell[at]] += 1
        counts[1 + cuts.size + field[at], cell[at]] += 1


@compiled
def tally_moves(
    born: NDArray[np.int8], field: NDArray[np.int8], origin: NDArray[np.int64],
    target: NDArray[np.int64], stocks: tuple[NDArray[np.int64], ...],
    counts: tuple[NDArray[np.int64], ...],
) -> None:
    """Count jobless people out of one country and into another.

    Parameters
    ----------
    stocks
        People by (country of birth, country), jobless people by country, people by (country,
        field).
    counts
        Moves of natives by origin, and moves to the country of birth by origin and by destination.
    """
    compatriots, jobless, fields = stocks
    departures, returns, homecomings = counts
    for at in range(born.size):
        home, left, there = born[at], origin[at], target[at]
        compatriots[home, left] -= 1
        compatriots[home, there] += 1
        jobless[left] -= 1
        jobless[there] += 1
        fields[left, field[at]] -= 1
        fields[there, field[at]] += 1
        departures[left] += home == left
        returns[left] += home == there
        homecomings[there] += home == there


@compiled
def tally_teams(
    rows: NDArray[np.int64], by: int, employer: NDArray[np.int32], added: NDArray[np.int32],
    pay: NDArray[np.float32], heads: NDArray[np.int64], effect: NDArray[np.int64],
    payroll: NDArray[np.int64], cents_a_month: float,
) -> None:
    """Count people at work into the heads, effect and payroll of their employers.

    Parameters
    ----------
    by
        1: into them; -1: out of them.
    """
    for row in rows:
        team = employer[row]
        heads[team] += by
        effect[team] += by * added[row]
        payroll[team] += by * int(np.rint(pay[row] * cents_a_month))


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
