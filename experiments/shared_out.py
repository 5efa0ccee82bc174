"""What experiments over many worlds share: processes to run them and the page they end in."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")
Progress = Callable[[int, int], None]


def shared_out(
    measure: Callable[[Task], Result],
    tasks: Sequence[Task],
    workers: int,
    progress: Progress | None = None,
) -> list[Result]:
    """What a function gives for each task, in their order, however many processes share them.

    With one worker everything stays in this process.
    """
    found: list[Result] = []

    def keep(result: Result) -> None:
        found.append(result)
        if progress is not None:
            progress(len(found), len(tasks))

    if min(workers, len(tasks)) <= 1:
        for task in tasks:
            keep(measure(task))
        return found
    pool = ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))
    try:
        for result in pool.map(measure, tasks):
            keep(result)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    return found


def write_page(text: str, path: Path | None) -> None:
    """Write a page under a temporary name and put it in place in one move; print it without one."""
    if path is None:
        print(text, end="")
        return
    temporary = path.with_name(path.name + ".tmp")
    temporary.write_text(text, encoding="utf-8")
    os.replace(temporary, path)
