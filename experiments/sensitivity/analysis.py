"""Sensitivity: screen parameters by Morris, then share out the variance among those that matter."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from experiments.sensitivity import page as pages
from experiments.sensitivity.indices import (
    Indices,
    screening,
    screening_points,
    share_points,
    shares,
)
from experiments.sensitivity.plan import Plan, read_plan
from experiments.sweep.design import Design
from experiments.sweep.design_files import DesignLike
from experiments.sweep.progress import Progress, bar
from experiments.sweep.read import read_sweep
from experiments.sweep.spaces import F64
from experiments.sweep.sweeping import live_all

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SCREENING, SHARES = "morris", "sobol"
Bar = Callable[[str], AbstractContextManager[Progress]]


@dataclasses.dataclass(frozen=True)
class Sensitivity:
    """What a sensitivity analysis found."""

    plan: Plan
    screening: Indices
    shares: Indices

    def figure(self) -> Figure:
        """The figure a paper prints."""
        from experiments.sensitivity import figure  # drawing takes a second to load

        return figure.figure(self.plan, self.screening, self.shares)

    def page(self, picture: str) -> str:
        """The figures as a page of Markdown around a picture."""
        return pages.page(self.plan, self.screening, self.shares, picture)


def sensitivity(
    design: DesignLike,
    *,
    workers: int = 2,
    cluster: str | None = None,
    folder: str | os.PathLike[str] | None = None,
    runs: int | None = None,
    progress: Bar = bar,
) -> Sensitivity:
    """Which parameters matter for a figure, and how much.

    Runs are kept as those of a sweep, so the same call goes on where an earlier one stopped.

    Parameters
    ----------
    design
        A shipped name, the path of a TOML file or a dictionary, with a table ``sensitivity``.
    workers, cluster, runs
        As of :func:`talentmarket.sweep`.
    folder
        Where runs are kept; by default ``runs/sensitivity-NAME``.
    progress
        Makes a bar for each of the two sweeps.

    Returns
    -------
    Sensitivity
        ``screening.table`` and ``shares.table``; ``figure()`` draws both.

    Raises
    ------
    InputError
        Something given cannot be used.
    SweepStopped
        It cannot go on; the runs that were lived are kept.
    """
    plan = read_plan(design, runs=runs)
    where = Path(default_folder(plan) if folder is None else folder)

    def lived(part: str, sweep: Design) -> F64:
        with progress(f"{plan.name}, {part}") as report:
            live_all(sweep, where / part, workers=workers, cluster=cluster, progress=report)
        return values_of(where / part, sweep)

    points = screening_points(plan)
    screened = screening(plan, points, lived(SCREENING, plan.design(plan.names, points)))
    matter = screened.table["parameter"].iloc[: plan.screened].tolist()
    found = lived(SHARES, plan.design(matter, share_points(plan, matter)))
    return Sensitivity(plan, screened, shares(plan, matter, found))


def default_folder(plan: Plan) -> str:
    """The folder of an analysis for which none was named."""
    return os.path.join("runs", f"sensitivity-{plan.name}")


def values_of(folder: Path, design: Design) -> F64:
    """The figure at each point with each seed, mean over periods; NaN where a run failed."""
    names = [run.name for run in design.runs()]
    frame = read_sweep(folder, names, parameters=False)
    mean = frame.groupby(["point", "seed"], observed=True)["value"].mean()
    table = mean.unstack("seed").reindex(index=range(len(design.space)), columns=design.seeds)
    return np.asarray(table.to_numpy(np.float64))
