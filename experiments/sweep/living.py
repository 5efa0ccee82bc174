"""Living one run of a sweep, wherever that happens: from a task to the bytes of a part."""

from __future__ import annotations

import contextlib
import functools
import gc
import threading
import time
from collections.abc import Iterator
from typing import NamedTuple

from experiments.identity import code_checksum, digest_of
from experiments.sweep.design import Design, Run
from experiments.sweep.keeping import Keep
from experiments.sweep.parts import error_line, failed_part, figures_part
from model import tables
from model.scenario import Scenario
from model.talent_market import TalentMarket

TINY = 5000.0  # persons an agent
_one_at_a_time = threading.Lock()
"""Worlds take all cores as it is, and threads of one process would double its memory."""


class OtherProgram(RuntimeError):
    """A process would live the run by other program text or data than the sweep is of."""


class Task(NamedTuple):
    """Everything that a process needs for a run."""

    run: Run
    scenario: Scenario
    keep: Keep
    program: str

    @classmethod
    def of(cls, design: Design, run: Run) -> Task:
        """The task of one run of a design."""
        return cls(run, design.scenario, design.keep, program())


class Outcome(NamedTuple):
    """What came of a run."""

    run: Run
    part: bytes
    error: str | None
    """What broke it off, in one line."""
    seconds: float = 0.0
    """How long it took where it was lived; stands in no part."""


@functools.cache
def program() -> str:
    """A digest of the program text and the data of this process."""
    return digest_of([code_checksum(), tables.checksums()])


def live(task: Task) -> Outcome:
    """Live a run; what breaks it off is an outcome as well.

    Raises
    ------
    OtherProgram
        This process would give other numbers than the one that asks.
    """
    if task.program != program():
        raise OtherProgram(
            "a worker has another version of the program or of its data than the sweep: give both "
            "the same, or, if files were changed meanwhile, start again"
        )
    with _one_at_a_time:
        started = time.perf_counter()
        with _garbage_collected():
            outcome = _lived(task)
        seconds = time.perf_counter() - started
    return outcome._replace(seconds=seconds)


@contextlib.contextmanager
def _garbage_collected() -> Iterator[None]:
    """Free what was made meanwhile: a world holds its agents and they hold it.

    What was there before is not looked through, which would take longer than a small world.
    """
    were_frozen = gc.get_freeze_count()
    gc.freeze()
    try:
        yield
        gc.collect()
    finally:
        if not were_frozen:
            gc.unfreeze()


def _lived(task: Task) -> Outcome:
    run = task.run
    try:
        market = TalentMarket(world_of(task))
        market.run_until(task.scenario.end)
        return Outcome(run, figures_part(run, task.keep.of(market.national())), None)
    except Exception as fault:
        error, again = error_line(fault), isinstance(fault, OSError | MemoryError)
        return Outcome(run, failed_part(run, error, again=again), error)


def world_of(task: Task) -> Scenario:
    """The scenario of a run."""
    run = task.run
    parameters = {name: run.values[name] for name in run.values if "." in name}
    return task.scenario.with_changes(
        seed=run.seed, persons_per_agent=run.persons_per_agent, parameters=parameters,
        policies=run.policies,
    )


def lost(run: Run, times: int) -> Outcome:
    """The outcome of a run whose process ended again and again before it was done."""
    error = f"a process ended before the run was done, {times} times; perhaps memory ran out"
    return Outcome(run, failed_part(run, error, again=True), error)


def live_a_little() -> None:
    """Two months of a tiny world, which load the compiled code."""
    market = TalentMarket("small", persons_per_agent=TINY, until="2019-02")
    market.run_until("2019-02")
    market.national()
