"""Compare policies: worlds that share their luck in pairs, effects with intervals.

:func:`compare` gives the effects; :func:`comparison` a :class:`Comparison`, which also knows every
pair and the interaction of a package with its parts.
"""

from __future__ import annotations

from experiments.compare.design import Design, Side, design_of
from experiments.compare.living import ComparisonFailed
from experiments.compare.result import Arm, Comparison
from experiments.compare.run import compare, comparison, save

__all__ = [
    "Arm", "Comparison", "ComparisonFailed", "Design", "Side", "compare", "comparison", "design_of",
    "save",
]  # fmt: skip
