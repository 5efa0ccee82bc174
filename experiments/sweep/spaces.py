"""Spaces: the points of a design, and an order in which a stopped sweep has covered them all over.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.chance import decision_key, uniform
from agents.declare import InputError
from experiments.identity import digest_of

F64 = NDArray[np.float64]
SAMPLE_SEED = 1  # the same design has the same points everywhere


@dataclasses.dataclass(frozen=True)
class Grid:
    """Every combination of values; nothing is held but the values.

    Parameters
    ----------
    names
        What varies.
    values
        The values of each.
    """

    names: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]

    @property
    def sizes(self) -> tuple[int, ...]:
        """Places along each direction."""
        return tuple(map(len, self.values))

    def __len__(self) -> int:
        return math.prod(self.sizes)

    def number(self, places: Sequence[int]) -> int:
        """The number of a point, the last direction running fastest."""
        number = 0
        for place, size in zip(places, self.sizes, strict=True):
            number = number * size + place
        return number

    def point(self, number: int) -> tuple[float, ...]:
        """The values of a point."""
        found = []
        for values in reversed(self.values):
            number, place = divmod(number, len(values))
            found.append(values[place])
        return tuple(reversed(found))

    def described(self) -> dict[str, Any]:
        """The points in full, as plain values."""
        return dict(zip(self.names, map(list, self.values), strict=True))


@dataclasses.dataclass(frozen=True, eq=False)
class Listed:
    """Points one by one.

    Parameters
    ----------
    names
        What varies.
    rows
        Values, one point a row.
    sides, seeds
        The place of the policies of each point in the design, and its seed, where rows have them.
    """

    names: tuple[str, ...]
    rows: F64
    sides: tuple[int, ...] | None = None
    seeds: tuple[int, ...] | None = None

    @property
    def sizes(self) -> tuple[int, ...]:
        """Places along the only direction."""
        return (len(self.rows),)

    def __len__(self) -> int:
        return len(self.rows)

    def number(self, places: Sequence[int]) -> int:
        """The number of a point."""
        return places[0]

    def point(self, number: int) -> tuple[float, ...]:
        """The values of a point."""
        return tuple(self.rows[number].tolist())

    @cached_property
    def _digest(self) -> str:
        return digest_of([self.rows.tolist(), self.sides, self.seeds])

    def described(self) -> dict[str, Any]:
        """A digest of the points, which may be many."""
        return {"names": list(self.names), "points": len(self), "digest": self._digest}


Space = Grid | Listed


def latin_hypercube(points: int, directions: int) -> F64:
    """Points in the unit cube, one in each of ``points`` equal slices of every direction."""
    numbers, found = np.arange(points), np.empty((points, directions))
    for direction in range(directions):
        key = decision_key(SAMPLE_SEED, "latin hypercube", direction)
        order = np.argsort(uniform(key, numbers), kind="stable")
        found[:, direction] = (order + uniform(key, numbers, np.ones(points))) / points
    return found


def sobol(points: int, directions: int) -> F64:
    """Points of Sobol's sequence in the unit cube, shifted along each direction by fixed luck.

    Raises
    ------
    InputError
        SciPy is not there.
    """
    try:
        from scipy.stats import qmc
    except ImportError:
        raise InputError(
            "needs SciPy", key="method", value="sobol",
            allowed="pip install 'talentmarket[experiments]', or latin-hypercube",
        ) from None
    sequence = qmc.Sobol(directions, scramble=False).random_base2(points.bit_length() - 1)
    key = decision_key(SAMPLE_SEED, "sobol")
    return np.asarray((sequence + uniform(key, np.arange(directions))) % 1.0)


def places_at(sizes: Sequence[int], visit: int) -> tuple[int, ...]:
    """Where the n-th visit to a grid goes, so that visits are spread out from the first on.

    The longest direction runs fastest and takes the others along, so that each round of it meets
    every place of every direction as evenly as can be; rounds differ in how far the others are
    shifted. Places are shuffled, lest rounds run along diagonals. Visits 0 to the number of
    points − 1 meet each point once.
    """
    order = sorted(range(len(sizes)), key=lambda direction: (-sizes[direction], direction))
    found = [0] * len(sizes)
    rest, fast = divmod(visit, sizes[order[0]])
    found[order[0]] = fast
    for direction in order[1:]:
        rest, shift = divmod(rest, sizes[direction])
        found[direction] = (fast + shift) % sizes[direction]
    return tuple(found)


def shuffled(sizes: Sequence[int]) -> list[NDArray[np.intp]]:
    """A fixed shuffle of the places of each direction."""
    return [
        np.argsort(
            uniform(decision_key(SAMPLE_SEED, "order", direction), np.arange(size)), kind="stable"
        )
        for direction, size in enumerate(sizes)
    ]
