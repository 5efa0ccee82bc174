"""Waiting: an answer is awaited as long as there is time; who comes too late is shut out."""

from __future__ import annotations

import contextlib
import contextvars
import threading
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, TypeVar

from agents.declare import InputError

Answered = TypeVar("Answered")


class TooLate(RuntimeError):
    """Who was given up asks something of the world."""


class Window:
    """Through which a strategy asks things of the world during a review; shut when time is up."""

    def __init__(self) -> None:
        self._lock, self._shut = threading.Lock(), False

    @contextlib.contextmanager
    def open(self) -> Iterator[None]:
        """While the world is read; shutting waits for it, so that nobody reads a world that moves.

        Raises
        ------
        TooLate
            The window is shut.
        """
        with self._lock:
            if self._shut:
                raise TooLate("the review is over")
            yield

    def shut(self) -> None:
        """From now on nothing is answered."""
        with self._lock:
            self._shut = True


class Stuck(NamedTuple):
    """An answer that was given up and may still be worked on."""

    thread: threading.Thread
    program: Any
    """Kept, so that no other gets its identity."""
    since: str


class Patience:
    """Answers within a limit of time, each awaited from a thread of its own.

    Python cannot end a thread. So who is given up may work on: what it answers then is lost, it
    learns nothing more of the world, and until it is done it is not asked again. A program inside
    compiled code that lets no other thread run cannot be given up. A thread ends with the process.
    """

    def __init__(self) -> None:
        self._stuck: dict[int, Stuck] = {}

    def answer(
        self, program: Any, ask: Callable[[], Answered], limit_seconds: float | None,
        window: Window, when: str,
    ) -> Answered:
        """What ``ask`` returns or raises; without a limit it is simply called.

        Parameters
        ----------
        program
            Who is asked: while it is stuck it is not asked again, whoever asks.
        when
            The review, for complaints.

        Raises
        ------
        InputError
            There is no answer in time, or none to an earlier question.
        """
        if limit_seconds is None:
            return ask()
        earlier = self._stuck.get(id(program))
        if earlier is not None and earlier.thread.is_alive():
            raise InputError(f"is still at its answer to {earlier.since} and was not asked")
        self._stuck.pop(id(program), None)
        found: list[tuple[Answered | None, BaseException | None]] = []

        def work() -> None:
            try:
                found.append((ask(), None))
            except BaseException as error:  # raised again where it is awaited
                found.append((None, error))

        thread = threading.Thread(
            target=contextvars.copy_context().run, args=(work,), name=when, daemon=True
        )
        thread.start()
        try:
            thread.join(min(limit_seconds, threading.TIMEOUT_MAX))
            late = thread.is_alive()
        except BaseException:
            window.shut()
            raise
        if late:
            window.shut()
            self._stuck[id(program)] = Stuck(thread, program, when)
            raise InputError("did not answer in time", allowed=f"{limit_seconds:g} s")
        ((answered, error),) = found
        if error is not None:
            raise error
        return answered  # type: ignore[return-value]
