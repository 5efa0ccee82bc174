"""Sorting by group and, within a group, by value."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def by_group(group: NDArray[Any], value: NDArray[Any]) -> NDArray[np.int64]:
    """Positions by group, within a group from the lowest value to the highest.

    Equal values of a group come in an order of no meaning; where that could matter, ask for luck.
    Two sorts of single numbers take a fraction of the time of a sort by two keys.

    Parameters
    ----------
    group
        Whole numbers from 0; their highest times the length must fit 63 bits.
    value
        Of the same length.
    """
    size = value.size
    order = np.argsort(value)
    # group and rank of the value in one number
    place = np.sort(group[order].astype(np.int64) * size + np.arange(size))
    return np.asarray(order[place % size] if size else order)
