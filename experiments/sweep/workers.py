"""Processes that live runs: warm from the first run to the last, and replaced when one dies."""

from __future__ import annotations

import contextlib
import multiprocessing
import sys
from collections import Counter, deque
from collections.abc import Generator, Iterable, Iterator
from multiprocessing.connection import Connection, wait
from types import ModuleType
from typing import Any

from experiments.processes import become_worker
from experiments.sweep.living import OtherProgram, Outcome, Task, live, lost

Outcomes = Generator[Outcome, None, None]
MOST_ATTEMPTS = 3
"""So often is a run tried whose process dies; then it is one that kills."""
READY = "ready"
PATIENCE = 5.0  # seconds that a process has for ending


class WorkersFailed(RuntimeError):
    """Processes cannot start, or a cluster was lost."""


def lived_here(tasks: Iterable[Task]) -> Outcomes:
    """Outcomes of runs lived in this process, one after the other."""
    yield from map(live, tasks)


def lived_by_processes(tasks: Iterable[Task], workers: int) -> Outcomes:
    """Outcomes of runs as they come from several processes.

    A process that dies loses the run it was at, which is given to another one.

    Parameters
    ----------
    tasks
        Taken one by one, when a process is free.

    Raises
    ------
    WorkersFailed
        Processes end before they have begun.
    OtherProgram
        Files of the program were changed since this process read them.
    """
    waiting, again = iter(tasks), deque[Task]()
    attempts: Counter[str] = Counter()
    crew = [_Worker() for _ in range(workers)]
    idle: list[_Worker] = []
    try:
        while True:
            while idle and (task := again.popleft() if again else next(waiting, None)) is not None:
                idle.pop().give(task)
            if len(idle) == len(crew):
                return
            busy = {worker.pipe: worker for worker in crew if worker not in idle}
            for pipe in wait(list(busy)):
                worker = busy[pipe]
                said = worker.heard()
                if said is None:
                    crew.remove(worker)
                    crew.append(_Worker())
                    task = worker.died()
                    attempts[task.run.name] += 1
                    if attempts[task.run.name] < MOST_ATTEMPTS:
                        again.append(task)
                    else:
                        yield lost(task.run, MOST_ATTEMPTS)
                    continue
                idle.append(worker)
                if isinstance(said, Outcome):
                    yield said
    finally:
        for worker in crew:
            worker.end()


def _context() -> Any:
    """How processes start: where it is safe as copies of one that is warm, which stays for later.
    """
    if sys.platform != "linux":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["experiments.sweep.warm"])
    return context


@contextlib.contextmanager
def _script_hidden() -> Iterator[None]:
    """Let a process start without reading the script that starts it, of which it needs nothing.

    Else a script without the usual guard would start the same sweep again in each process.
    """
    script = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = script


class _Worker:
    """A process, and the run it is at."""

    def __init__(self) -> None:
        context = _context()
        self.pipe, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=(theirs,), daemon=True)
        with _script_hidden():
            self._process.start()
        theirs.close()  # else its end would not be noticed here
        self._task: Task | None = None

    def give(self, task: Task) -> None:
        """Let it live a run."""
        self._task = task
        with contextlib.suppress(OSError):  # it has died, which is heard next
            self.pipe.send(task)

    def heard(self) -> Any:
        """What it says: that it is ready, or an outcome; None if it has died."""
        try:
            said = self.pipe.recv()
        except (EOFError, OSError):
            return None
        if isinstance(said, OtherProgram):
            raise said
        self._task = None
        return said

    def died(self) -> Task:
        """The run that it was at when it died."""
        self.end()
        if self._task is None:
            raise WorkersFailed(
                "a process ended before it had begun: perhaps memory ran out, and fewer workers "
                "need less"
            )
        return self._task

    def end(self) -> None:
        """End it at once; it has nothing to lose, for only the parent writes."""
        self.pipe.close()
        self._process.terminate()
        self._process.join(PATIENCE)


def _work(pipe: Connection) -> None:
    """What a process does all its life."""
    become_worker()
    pipe.send(READY)
    while True:
        try:
            task = pipe.recv()
        except EOFError:
            return
        try:
            pipe.send(live(task))
        except OtherProgram as fault:
            pipe.send(fault)
