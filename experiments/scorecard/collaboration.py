"""Row 16: how people who work together are tied. The rule of ties was set by hand for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

import numpy as np

from experiments.scorecard.fact import NONE, Fact, Pairs
from experiments.scorecard.lives import Life
from experiments.scorecard.theme import Theme
from model.world import World

NEWMAN = "Newman 2002"
HEAVY = 3.5  # exponent of a tail up to which it is called heavy; below 3 variance has no bound


class Figures(Protocol):
    """What is known of the network of collaboration of one world."""

    @property
    def assortativity(self) -> float:
        """Correlation of degrees over ties."""

    @property
    def tail_exponent(self) -> float:
        """Exponent of the power law that fits the tail of in-degree best."""

    @property
    def largest_in_degree(self) -> float:
        """The most ties that lead to one person."""

    @property
    def mean_in_degree(self) -> float:
        """Ties that lead to a person on average."""


def _facts() -> Iterator[Fact]:
    yield Fact("assortativity", 16, "correlation of degrees of collaborators", "2002", NONE, 0.12,
               0.36, "by hand", NEWMAN, "range: coauthorship in mathematics, biology and physics")
    yield Fact("tail", 16, "exponent of the tail of in-degree", "2002", NONE, 1.0, HEAVY,
               "by hand", NEWMAN, "published: a heavy tail; range: our own reading of heavy",
               "ties that reach further up the team give a heavier tail and less correlation of "
               "degrees; the rule was set between the two (decision note 9)")
    yield Fact("largest", 16, "largest in-degree over the mean", "", NONE, NONE, NONE, "by hand",
               "shown for the tail")


def theme(figures: Callable[[World], Figures]) -> Theme:
    """The facts of collaboration, measured by a function that knows a world's ties."""

    def measure(life: Life) -> Pairs:
        found = figures(life.market.world)
        pairs = {
            "assortativity": (found.assortativity, 1.0),
            "tail": (found.tail_exponent, 1.0),
            "largest": (float(found.largest_in_degree), float(found.mean_in_degree)),
        }
        return {
            key: pair if np.isfinite(pair).all() else (NONE, 1.0) for key, pair in pairs.items()
        }

    return Theme(tuple(_facts()), measure)
