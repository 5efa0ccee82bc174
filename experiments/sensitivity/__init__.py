"""Sensitivity analysis: which parameters matter for a figure, by Morris and by Sobol.

:func:`sensitivity` gives a :class:`Sensitivity`.
"""

from __future__ import annotations

from experiments.sensitivity.analysis import Sensitivity, sensitivity
from experiments.sensitivity.plan import Plan, read_plan

__all__ = ["Plan", "Sensitivity", "read_plan", "sensitivity"]
