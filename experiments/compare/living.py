"""Living what is missing of a comparison, in one process or several."""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.synchronize import Event
from typing import Any

from experiments.compare.store import Store
from experiments.compare.worlds import Failure, worlds
from experiments.processes import become_worker

Progress = Callable[[int, int], None]
GLANCE = 0.5  # seconds between two looks at what the processes have written


class ComparisonFailed(RuntimeError):
    """Some worlds of a comparison broke off; the others are kept.

    Parameters
    ----------
    failures
        The worlds that broke off, with seed and policy.
    done, total
        Pairs that are there, and pairs in all.
    """

    def __init__(self, failures: tuple[Failure, ...], done: int, total: int) -> None:
        first = failures[0]
        where = f"seed {first.seed}, policy {first.policy}: " if first.policy else ""
        others = f" (and {len(failures) - 1} more)" if len(failures) > 1 else ""
        super().__init__(f"{where}{first.reason}{others}; {done} of {total} pairs are there")
        self.failures, self.done, self.total = failures, done, total


class Stopped(BaseException):
    """The comparison was interrupted while a world was lived."""


def live_missing(store: Store, workers: int, progress: Progress | None) -> None:
    """Live every side that is not there yet.

    Parameters
    ----------
    workers
        Processes; what is written does not depend on their number.
    progress
        Called with the pairs lived and the pairs in all.

    Raises
    ------
    ComparisonFailed
        Some worlds broke off; all the others were lived.
    """

    def report() -> None:
        if progress is not None:
            progress(store.pairs_lived(), store.pairs_in_all)

    missing = store.missing()
    report()
    if min(workers, len(missing)) <= 1:
        failures = [
            failure for place, numbers in missing.items()
            for failure in live_sides(store, place, numbers, lambda: None, report)
        ]  # fmt: skip
    else:
        failures = _share_out(store, missing, min(workers, len(missing)), report)
    if failures:
        done = store.pairs_done()
        raise ComparisonFailed(tuple(failures), done, store.pairs_in_all)


def live_sides(
    store: Store, place: int, numbers: tuple[int, ...], each_month: Callable[[], None],
    each_side: Callable[[], None],
) -> list[Failure]:  # fmt: skip
    """Live sides of the pairs at a place and write each when it is there; what broke off."""
    design, failures = store.design, []
    for number, outcome in worlds(design, place, numbers, each_month):
        if not isinstance(outcome, Exception):
            try:
                store.write_side(place, number, outcome)
                each_side()
                continue
            except OSError as fault:
                outcome = fault
        name = design.sides[number].name
        failures.append(Failure.of(design.seeds[place], name, outcome))
    return failures


# Processes -----------------------------------------------------------------------------------

_at_work: dict[str, Any] = {}
"""What a worker was given when it started."""


def _start_worker(store: Store, stop: Event) -> None:
    """Take what every task needs."""
    become_worker()
    _at_work.update(store=store, stop=stop)


@contextlib.contextmanager
def _deaf_to_interruptions() -> Iterator[None]:
    """Processes that are started in it never hear an interruption; this one hears it afterwards.

    A terminal interrupts all of them at once, and one that has not begun yet would die of it.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work(place: int, numbers: tuple[int, ...]) -> list[Failure]:
    """One task: the missing sides of one seed."""
    stop: Event = _at_work["stop"]

    def look_up() -> None:
        if stop.is_set():
            raise Stopped

    try:
        return live_sides(_at_work["store"], place, numbers, look_up, lambda: None)
    except Stopped:
        return []


def _share_out(
    store: Store, missing: Mapping[int, tuple[int, ...]], workers: int, report: Callable[[], None]
) -> list[Failure]:
    """Live what is missing in several processes, a seed each at a time."""
    context = multiprocessing.get_context("spawn")
    stop = context.Event()
    failures: list[Failure] = []
    pool = ProcessPoolExecutor(
        workers, mp_context=context, initializer=_start_worker, initargs=(store, stop)
    )
    waiting: set[Future[list[Failure]]] = set()
    try:
        with _deaf_to_interruptions():
            waiting = {pool.submit(_work, place, numbers) for place, numbers in missing.items()}
        while waiting:
            done, waiting = wait(waiting, timeout=GLANCE, return_when=FIRST_COMPLETED)
            for task in done:
                failures += task.result()
            report()
    except BrokenProcessPool:
        failures.append(Failure(
            0, "", "a process ended before its work was done: perhaps memory ran out (fewer "
            "workers need less), or a script starts a comparison without the usual "
            "`if __name__ == '__main__':`", "",
        ))  # fmt: skip
    finally:
        stop.set()
        pool.shutdown(wait=True, cancel_futures=True)
    return sorted(failures)
