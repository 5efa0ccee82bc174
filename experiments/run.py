"""Running one world from its first month to its last."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from agents.levers import month_text
from experiments.record import Record
from model.governments.registry import Given
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
    strategies: Given | None = None,
    limit_seconds: float | None = None,
    progress: Progress | None = None,
) -> Record:
    """One world from opening to end, as a record of what happened.

    Parameters
    ----------
    scenario
        A shipped name, the path of a TOML file, or a :class:`Scenario`.
    seed
        Names the luck. Like the three that follow it wins over what the scenario says.
    persons_per_agent
        Persons for whom one simulated researcher stands.
    until
        The last month (``"2023-12"``), included.
    parameters
        Numbers by ``group.name``.
    policies
        Names, files or policies on top of those of the scenario; later ones win.
    data
        Tables in place of the shipped ones; the manifest names the columns that differ.
    strategies
        How governments decide, as in :class:`TalentMarket`; what failed stands in the manifest.
    limit_seconds
        Time for one answer of a strategy, as there.
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
        strategies=strategies,
        limit_seconds=limit_seconds,
    )
    return go_on(market, progress=progress, started=started)


def go_on(
    market: TalentMarket, *, until: str | None = None, progress: Progress | None = None,
    started: float | None = None,
) -> Record:
    """A market lived on to its planned end, as a record of all that happened in it.

    Parameters
    ----------
    until
        Another last month, included; the manifest tells of it as of the planned one.
    started
        When it began by ``time.perf_counter``; by default now.

    Raises
    ------
    InputError
        The last month lies in the past of the market.
    """
    started = time.perf_counter() if started is None else started
    planned = max(market.specification.end_month, market.month)
    market.run_until(month_text(planned) if until is None else until, progress=progress)
    market.specification = market.specification.with_changes(until=until)
    return Record.of(market, wall_seconds=time.perf_counter() - started)
