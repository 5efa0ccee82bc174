"""Runs lived by the workers of a Dask cluster that is there already."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterable
from typing import Any

from agents.declare import InputError
from experiments.sweep.living import OtherProgram, Task, live, lost
from experiments.sweep.workers import MOST_ATTEMPTS, Outcomes, WorkersFailed

PATIENCE = 10  # seconds in which a scheduler has to answer
AHEAD = 2  # runs that each thread of the cluster has before it, so that none waits for the next
LEAST_AHEAD = 4  # while workers are still on their way
COUNTED_ANEW = 5.0  # seconds between two looks at how many threads there are


def connected(address: str) -> Any:
    """A client of the cluster at an address.

    Raises
    ------
    InputError
        Dask is not there, the address is none, or nothing answers.
    """
    try:
        from distributed import Client
    except ImportError:
        raise InputError(
            "a cluster needs Dask", key="cluster", value=address,
            allowed="pip install 'talentmarket[cluster]'",
        ) from None
    try:
        return Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as fault:
        reason = str(fault).splitlines()[0] if str(fault) else type(fault).__name__
        raise InputError(
            f"no Dask scheduler answers ({reason})", key="cluster", value=address,
            allowed="the address of a scheduler, such as tcp://10.0.0.1:8786",
        ) from None


def lived_by_cluster(tasks: Iterable[Task], client: Any) -> Outcomes:
    """Outcomes of runs as they come from a cluster; only so many are under way as it can live.

    A worker that dies loses the run it was at, which Dask gives to another one.

    Raises
    ------
    WorkersFailed
        The cluster was lost, or its workers lack the program.
    OtherProgram
        A worker has another version of the program or of its data.
    """
    from distributed import KilledWorker, as_completed

    waiting, under_way = iter(tasks), as_completed(loop=client.loop)
    asked: dict[Any, Task] = {}
    ahead, counted = _ahead(client), time.monotonic()

    def ask_for(number: int) -> None:
        for task in itertools.islice(waiting, number):
            future = client.submit(live, task, key=f"talentmarket-{task.run.name}", pure=False)
            asked[future] = task
            under_way.add(future)

    try:
        ask_for(ahead)
        while asked:
            future = next(under_way)
            task, fault = asked.pop(future), None
            if future.status != "finished":
                fault = future.exception() if future.status == "error" else None
                fault = fault or WorkersFailed("the cluster was lost")
            if fault is None:
                yield future.result()
            elif isinstance(fault, KilledWorker):
                yield lost(task.run, MOST_ATTEMPTS)
            elif isinstance(fault, OtherProgram | WorkersFailed):
                raise fault
            else:
                raise WorkersFailed(f"a worker could not begin: {fault!r}; has it talentmarket?")
            future.release()
            if time.monotonic() - counted > COUNTED_ANEW:
                ahead, counted = _ahead(client), time.monotonic()
            ask_for(max(ahead - len(asked), 0))
    finally:
        client.cancel(list(asked))


def _ahead(client: Any) -> int:
    """So many runs are to be under way."""
    threads: int = sum(client.nthreads().values())
    return max(AHEAD * threads, LEAST_AHEAD)
