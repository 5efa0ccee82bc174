"""Indices: what each parameter does to a figure, by Morris and by Sobol, with intervals.

Points of which a run failed are left out with all that hang on them: a whole trajectory of Morris,
a whole base point of Sobol.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from agents.declare import InputError
from experiments.sensitivity.plan import Plan
from experiments.sweep.spaces import F64, SAMPLE_SEED

LEVELS = 4  # of each range in the screening, as Morris proposes
CONFIDENCE = 0.95
LEAST_BLOCKS = 2  # trajectories or base points without which there are no intervals


@dataclasses.dataclass(frozen=True)
class Indices:
    """Indices of parameters, largest first, and what they rest on.

    Parameters
    ----------
    table
        One row a parameter.
    used, planned
        Trajectories or base points of which every run is there, and those that were planned.
    luck
        Share of the variance over points that is luck: seeds differ by it at one point.
    """

    table: pd.DataFrame
    used: int
    planned: int
    luck: float


def salib(name: str) -> Any:
    """A module of SALib.

    Raises
    ------
    InputError
        It is not installed.
    """
    import importlib

    try:
        return importlib.import_module(f"SALib.{name}")
    except ImportError:
        raise InputError(
            "a sensitivity analysis needs SALib",
            allowed="pip install 'talentmarket[experiments]'",
        ) from None


def screening_points(plan: Plan) -> F64:
    """Points of the trajectories of Morris, one parameter changed at each step."""
    problem = plan.problem(plan.names)
    points = salib("sample.morris").sample(
        problem, plan.trajectories, num_levels=LEVELS, seed=SAMPLE_SEED
    )
    return np.asarray(points, np.float64)


def share_points(plan: Plan, names: Sequence[str]) -> F64:
    """Points of the two samples of Sobol and of their mixtures."""
    points = salib("sample.sobol").sample(
        plan.problem(names), plan.points, calc_second_order=False, seed=SAMPLE_SEED
    )
    return np.asarray(points, np.float64)


def screening(plan: Plan, points: F64, values: F64) -> Indices:
    """How far crossing its range moves the figure, by parameter (Morris 1991).

    Parameters
    ----------
    values
        Of shape (points, seeds); NaN where a run failed.

    Returns
    -------
    Indices
        ``mu_star``: mean absolute effect of crossing the range, in the unit of the figure, with
        its 95 % interval ``low`` to ``high``; ``mu``: mean effect with its sign; ``sigma``: how
        much the effect depends on the other parameters and on luck.
    """
    steps = len(plan.names) + 1
    whole, used = _whole_blocks(values, steps)
    found = salib("analyze.morris").analyze(
        plan.problem(plan.names), points[whole], values[whole].mean(axis=1), num_levels=LEVELS,
        num_resamples=plan.bootstrap, conf_level=CONFIDENCE, seed=SAMPLE_SEED,
    )
    star, error = np.asarray(found["mu_star"]), np.asarray(found["mu_star_conf"])
    table = pd.DataFrame({
        "parameter": list(plan.names), "mu_star": star, "low": np.maximum(star - error, 0.0),
        "high": star + error, "mu": np.asarray(found["mu"]), "sigma": np.asarray(found["sigma"]),
    })
    table = table.sort_values("mu_star", ascending=False, ignore_index=True, kind="stable")
    return Indices(table, used, plan.trajectories, _luck(values[whole]))


def shares(plan: Plan, names: Sequence[str], values: F64) -> Indices:
    """Shares of the variance of the figure (Sobol 2001, estimated as by Saltelli et al. 2010).

    Returns
    -------
    Indices
        ``first``: the share that a parameter brings by itself, ``total``: with all in which it
        takes part, each with its 95 % interval. Luck is in no share, but widens the intervals.
    """
    whole, used = _whole_blocks(values, len(names) + 2)
    means, blank = values[whole].mean(axis=1), np.full(len(names), np.nan)
    found = dict.fromkeys(("S1", "S1_conf", "ST", "ST_conf"), blank)
    if means.std() > 0.0:  # of a figure that never moves there are no shares
        found = salib("analyze.sobol").analyze(
            plan.problem(names), means, calc_second_order=False, num_resamples=plan.bootstrap,
            conf_level=CONFIDENCE, seed=SAMPLE_SEED,
        )
    columns: dict[str, Any] = {"parameter": list(names)}
    for name, key in (("first", "S1"), ("total", "ST")):
        value, error = np.asarray(found[key]), np.asarray(found[f"{key}_conf"])
        columns |= {name: value, f"{name}_low": value - error, f"{name}_high": value + error}
    table = pd.DataFrame(columns)
    table = table.sort_values("total", ascending=False, ignore_index=True, kind="stable")
    return Indices(table, used, plan.points, _luck(values[whole]))


def _whole_blocks(values: F64, size: int) -> tuple[Any, int]:
    """Which points belong to blocks without a failed run, and how many blocks those are."""
    fine = ~np.isnan(values).any(axis=1).reshape(-1, size)
    whole = np.asarray(fine.all(axis=1))
    if whole.sum() < LEAST_BLOCKS:
        raise InputError(
            f"of {len(whole)} sets of points that belong together only {whole.sum()} have no "
            "failed run; narrower ranges or more of them may help"
        )
    return np.repeat(whole, size), int(whole.sum())


def _luck(values: F64) -> float:
    """Share of the variance of means over seeds that is luck; NaN with one seed."""
    seeds = values.shape[1]
    spread = float(values.mean(axis=1).var(ddof=1))
    if seeds < 2 or spread <= 0.0:
        return float("nan")
    return float(min(values.var(axis=1, ddof=1).mean() / seeds / spread, 1.0))
