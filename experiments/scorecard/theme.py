"""A theme: facts of one kind, and the measure that shows them in a world lived."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from experiments.scorecard.fact import Fact, Pairs
from experiments.scorecard.lives import Life


class Theme(NamedTuple):
    """Facts of one kind, and what gives their tops and bottoms in one world."""

    facts: tuple[Fact, ...]
    measure: Callable[[Life], Pairs]
