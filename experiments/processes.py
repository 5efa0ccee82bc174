"""Processes that share work: how many there may be, how they start, and how they end."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from multiprocessing.connection import wait

from agents.declare import InputError

MOST_WORKERS = 256


def check_workers(workers: object) -> None:
    """Whether so many processes can be asked for.

    Raises
    ------
    InputError
        It is no whole number in its range.
    """
    is_number = isinstance(workers, int) and not isinstance(workers, bool)
    if not is_number or not 1 <= workers <= MOST_WORKERS:  # type: ignore[operator]
        raise InputError(
            "out of range", key="workers", value=workers, allowed=f"1 to {MOST_WORKERS}"
        )


def become_worker() -> None:
    """Interruptions are the parent's affair, and without a parent there is no work."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    """End this process when the parent has ended, however that came."""
    wait([sentinel])
    os._exit(1)
