"""Seeds as a person gives them: so many, or a list."""

from __future__ import annotations

import operator
from collections.abc import Iterable
from typing import Any, SupportsIndex

from agents.declare import InputError
from model.scenario import LARGEST_SEED

MOST_SEEDS = 100_000


def read_seeds(seeds: Any) -> tuple[int, ...]:
    """So many seeds from 1, or the seeds of a list.

    Raises
    ------
    InputError
        They are too many, none, not different, or no whole numbers from 0.
    """
    if isinstance(seeds, int) and not isinstance(seeds, bool):
        if not 1 <= seeds <= MOST_SEEDS:
            allowed = f"a number from 1 to {MOST_SEEDS}, or a list of seeds"
            raise InputError("out of range", key="seeds", value=seeds, allowed=allowed)
        return tuple(range(1, seeds + 1))
    allowed = "a number, or a list of different whole numbers from 0"
    if isinstance(seeds, (str, bytes, bool)) or not isinstance(seeds, Iterable):
        raise InputError("not seeds", key="seeds", value=seeds, allowed=allowed)
    found = [  # whole numbers of any library
        operator.index(seed) if isinstance(seed, SupportsIndex) else seed for seed in seeds
    ]
    wrong = [seed for seed in found if not isinstance(seed, int) or not 0 <= seed <= LARGEST_SEED]
    if wrong or not found or len(set(found)) < len(found):
        raise InputError("not seeds", key="seeds", value=wrong[0] if wrong else found,
                         allowed=allowed)  # fmt: skip
    return tuple(found)
