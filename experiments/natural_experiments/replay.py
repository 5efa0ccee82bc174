"""Replaying: all worlds of an experiment, and worlds without the change beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from experiments.natural_experiments import (
    brain_gain,
    cap_cut,
    non_competes,
    offshoring,
    top_tax,
    visa_systems,
)
from experiments.natural_experiments.estimators import Coefficient
from experiments.natural_experiments.worlds import Experiment, Published, World
from experiments.shared_out import Progress, shared_out

EXPERIMENTS: Mapping[str, Experiment] = {
    experiment.key: experiment
    for experiment in (
        visa_systems.EXPERIMENT, cap_cut.EXPERIMENT, offshoring.EXPERIMENT, top_tax.EXPERIMENT,
        non_competes.EXPERIMENT, brain_gain.EXPERIMENT,
    )
}
BY_WORLD = ("seed",)
RIGHT, WRONG, UNCLEAR = "right", "**wrong**", "not distinguishable"


class Finding(NamedTuple):
    """One coefficient as replayed, by the published estimator on all worlds together."""

    pooled: Coefficient
    """Errors clustered as published."""
    over_worlds: Coefficient
    """Errors clustered by world, so that it holds whatever the people of a world share."""
    placebo: Coefficient
    """The same over worlds in which the change is assigned and not carried out."""

    def verdict(self, published: Published) -> str:
        """Whether the published sign comes out; either interval may say that nothing does."""
        unclear = holds_nought(self.pooled) or holds_nought(self.over_worlds)
        if published.sign == 0:
            return RIGHT if unclear else WRONG
        if unclear:
            return UNCLEAR
        return RIGHT if np.sign(self.pooled.value) == published.sign else WRONG


def holds_nought(estimate: Coefficient) -> bool:
    """Whether nought lies in the interval."""
    return not (estimate.low > 0.0 or estimate.high < 0.0)


class Replay(NamedTuple):
    """What an experiment ended with."""

    experiment: Experiment
    findings: Mapping[str, Finding]


class _Task(NamedTuple):
    key: str
    world: World


def _live(task: _Task) -> pd.DataFrame:
    return EXPERIMENTS[task.key].measure(task.world)


def replay(
    keys: Sequence[str], seeds: int, persons_per_agent: float, workers: int = 2,
    parameters: Mapping[str, float] | None = None, progress: Progress | None = None,
) -> list[Replay]:
    """Live seeds 1 to so many of every experiment, with the change and as a placebo.

    Parameters
    ----------
    keys
        Names in ``EXPERIMENTS``.
    parameters
        Settings of the model in all worlds.
    """
    settings = tuple(sorted((parameters or {}).items()))
    tasks = [
        _Task(key, World(seed, persons_per_agent, treated, settings))
        for key in keys for treated in (True, False) for seed in range(1, seeds + 1)
    ]  # fmt: skip
    tables = shared_out(_live, tasks, workers, progress)
    found = []
    for place, key in enumerate(keys):
        treated = tables[2 * place * seeds : (2 * place + 1) * seeds]
        placebo = tables[(2 * place + 1) * seeds : 2 * (place + 1) * seeds]
        found.append(judge(EXPERIMENTS[key], treated, placebo))
    return found


def judge(
    experiment: Experiment, treated: Sequence[pd.DataFrame], placebo: Sequence[pd.DataFrame]
) -> Replay:
    """The published estimator on some worlds and on their placebos."""
    carried_out, assigned = (pd.concat(part, ignore_index=True) for part in (treated, placebo))
    found = (
        experiment.estimate(carried_out, None), experiment.estimate(carried_out, BY_WORLD),
        experiment.estimate(assigned, BY_WORLD),
    )  # fmt: skip
    return Replay(experiment, {
        asked.name: Finding(*(estimates[asked.name] for estimates in found))
        for asked in experiment.asked
    })  # fmt: skip
