"""Sweep a design: points × policies × seeds, no run of which is ever lost.

:func:`sweep` gives one tidy table; :func:`read_sweep` and :func:`query_sweep` read a folder back.
"""

from __future__ import annotations

from experiments.sweep.design import Design, Run
from experiments.sweep.design_files import read_design
from experiments.sweep.read import query_sweep, read_sweep
from experiments.sweep.sweeping import SweepStopped, Tally, live_all, sweep

__all__ = [
    "Design", "Run", "SweepStopped", "Tally", "live_all", "query_sweep", "read_design",
    "read_sweep", "sweep",
]  # fmt: skip
