"""Running one world from its first month to its last."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from experiments.record import Record
from model.policy_files import PolicyLike
from model.scenario import Scenario
from model.tables import Tables
from model.talent_market import TalentMarket

Progress = Callable[[int, int], None]


def run(
    scenario: str | Path | Scenario = "baseline",
    *,
    seed: int | None = None,
    persons_per_agent: float | None = None,
    until: str | None = None,
    parameters: Mapping[str, float] | None = None,
    policies: Sequence[PolicyLike] = (),
    data: Tables | None = None,
    progress: Progress | None = None,
) -> Record:
    """One world from opening to end, as a record of what happened.

    Parameters
    ----------
    scenario
        A shipped name, the path of a TOML file, or a :class:`Scenario`.
    seed, persons_per_agent, until, parameters
        Win over what the scenario says; ``until`` is a month (``"2023-12"``) and is included.
    policies
        Names, files or policies on top of those of the scenario; later ones win.
    data
        Tables in place of the shipped ones; the manifest names the columns that differ.
    progress
        Called after each month with the months done and the months in all.

    Raises
    ------
    InputError
        Something given cannot be used.
    """
    started = time.perf_counter()
    market = TalentMarket(
        scenario,
        seed=seed,
        persons_per_agent=persons_per_agent,
        until=until,
        parameters=parameters,
        policies=policies,
        data=data,
    )
    market.run_until(market.specification.end, progress=progress)
    return Record.of(market, wall_seconds=time.perf_counter() - started)
