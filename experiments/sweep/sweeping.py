"""Sweeping: what is missing of a sweep is lived and kept, whatever happens on the way."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing, nullcontext
from typing import Any, NamedTuple

import pandas as pd

from experiments.processes import check_workers
from experiments.sweep.cluster import connected, lived_by_cluster
from experiments.sweep.design import Design
from experiments.sweep.design_files import DesignLike, read_design
from experiments.sweep.living import OtherProgram, Outcome, Task, live_a_little, world_of
from experiments.sweep.progress import Progress, bar, silent
from experiments.sweep.read import read_sweep
from experiments.sweep.store import Store
from experiments.sweep.workers import (
    Outcomes,
    WorkersFailed,
    lived_by_processes,
    lived_here,
)
from model.scenario import Scenario
from model.talent_market import TalentMarket

TIMED_MONTHS = 6


class SweepStopped(RuntimeError):
    """A sweep cannot go on now; the runs that were lived are kept.

    Parameters
    ----------
    reason
        What stopped it.
    tally
        What there is.
    """

    def __init__(self, reason: str, tally: Tally) -> None:
        super().__init__(f"{reason}; {tally.kept()}")
        self.tally = tally


class Tally(NamedTuple):
    """What there is of a sweep."""

    done: int
    """Runs that are there, failed ones included."""
    failed: int
    total: int
    folder: str
    first_error: str | None = None

    def and_of(self, outcome: Outcome) -> Tally:
        """With one more run."""
        error = outcome.error
        return self._replace(
            done=self.done + 1, failed=self.failed + (error is not None),
            first_error=self.first_error or error,
        )

    def kept(self) -> str:
        """What is kept, and how to go on."""
        return (
            f"{self.done} of {self.total} runs are kept in {self.folder}; the same command or call "
            "goes on from there"
        )


def sweep(
    design: DesignLike,
    *,
    workers: int = 2,
    cluster: str | None = None,
    folder: str | os.PathLike[str] | None = None,
    scenario: str | os.PathLike[str] | Scenario | None = None,
    until: str | None = None,
    persons_per_agent: float | None = None,
    seeds: int | Sequence[int] | None = None,
    keep: Mapping[str, Sequence[str]] | None = None,
    runs: int | None = None,
    progress: bool = True,
) -> pd.DataFrame:
    """National figures of every run of a design, in one tidy table.

    Each run is written down as soon as it is lived, so the same call goes on where an earlier one
    stopped, whatever stopped it.

    Parameters
    ----------
    design
        A table with a column for each parameter and a row for each point, a dictionary as in a
        design file, a shipped name, or the path of a TOML file.
    workers
        Processes; what is written does not depend on them.
    cluster
        Address of the scheduler of a Dask cluster, in place of processes here.
    folder
        Where runs are kept; by default ``runs/sweep-SCENARIO-CHECKSUM``.
    scenario, until, persons_per_agent, seeds, keep
        Win over what the design says; ``keep`` names ``measures``, ``countries`` and ``periods``.
    runs
        Consent to so many runs, where there are more than 10,000.
    progress
        Whether a bar is shown.

    Returns
    -------
    DataFrame
        Columns ``run, point, policies, seed, persons_per_agent``, one for each parameter that
        varies, ``period, country, measure, unit, value, error``. A run that failed is one row
        with its error and without figures.

    Raises
    ------
    InputError
        Something given cannot be used; nothing was run.
    SweepStopped
        It cannot go on, as when the disk is full; the runs that were lived are kept.
    """
    chosen = read_design(
        design, scenario=scenario, until=until, persons_per_agent=persons_per_agent, seeds=seeds,
        keep=keep, runs=runs,
    )
    where = default_folder(chosen) if folder is None else folder
    with bar(chosen.scenario.name) if progress else nullcontext(silent) as report:
        live_all(chosen, where, workers=workers, cluster=cluster, progress=report)
    return read_sweep(where, [run.name for run in chosen.runs()])


def default_folder(design: Design) -> str:
    """The folder of a sweep for which none was named."""
    return os.path.join("runs", f"sweep-{design.scenario.name}-{design.checksum[:8]}")


def live_all(
    design: Design,
    folder: str | os.PathLike[str],
    *,
    workers: int = 2,
    cluster: str | None = None,
    progress: Progress = silent,
) -> Tally:
    """Live what is missing of a sweep and keep every run as soon as it is there.

    Parameters
    ----------
    design
        From :func:`read_design`.
    folder, workers, cluster
        See :func:`sweep`.

    Raises
    ------
    InputError
        The folder holds something else, the number of workers cannot be used, or no cluster
        answers.
    SweepStopped
        The disk is full, processes cannot start, or a cluster was lost.
    KeyboardInterrupt
        With a note of what is kept.
    """
    check_workers(workers)
    client: Any = nullcontext() if cluster is None else connected(cluster)
    with client:
        store = Store.opened(folder, design)
        tally = tally_of(store)
        progress(tally.done, tally.total, tally.failed)
        tasks = (Task.of(design, run) for run in store.missing())
        missing = tally.total - tally.done
        if not missing:
            return tally
        outcomes: Outcomes
        if cluster is not None:
            outcomes = lived_by_cluster(tasks, client)
        elif min(workers, missing) == 1:
            outcomes = lived_here(tasks)
        else:
            outcomes = lived_by_processes(tasks, min(workers, missing))
        try:
            with closing(outcomes):
                for outcome in outcomes:
                    store.keep(outcome.run, outcome.part)
                    tally = tally.and_of(outcome)
                    progress(tally.done, tally.total, tally.failed)
        except (OSError, WorkersFailed, OtherProgram) as fault:
            reason = fault.strerror if isinstance(fault, OSError) else None
            raise SweepStopped(reason or str(fault), tally_of(store)) from fault
        except KeyboardInterrupt as fault:
            fault.add_note(tally_of(store).kept())
            raise
    return tally


def tally_of(store: Store) -> Tally:
    """What there is of a sweep; a run that is to be tried again does not count."""
    total, folder = len(store.design), os.fspath(store.folder)
    if not store.holds_parts():
        return Tally(0, 0, total, folder)
    found = Counter(state for _run, state in store.states())
    return Tally(found["done"] + found["failed"], found["failed"], total, folder)


def seconds_a_run(design: Design) -> float:
    """How long the first run takes in one process, from its opening and its first months."""
    task = Task.of(design, next(design.runs()))
    chosen = world_of(task)
    live_a_little()  # loading compiled code takes its time, once
    started = time.perf_counter()
    market = TalentMarket(chosen)
    opened = time.perf_counter()
    months = chosen.end_month - market.month
    timed = min(TIMED_MONTHS, months)
    for _ in range(timed):
        market.step()
    lived = time.perf_counter()
    return opened - started + (lived - opened) * months / timed
