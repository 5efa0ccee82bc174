"""What commands share: exit codes, the progress bar, and files that are written whole."""

from __future__ import annotations

import contextlib
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

from agents.declare import InputError

DONE, FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130
Progress = Callable[[int, int], None]


def say(text: str) -> None:
    """Tell something that is no result, in one line on stderr."""
    print(f"talentmarket: {text}", file=sys.stderr)


def failure(what: str, fault: Exception, kept: str) -> int:
    """Say what failed, why, and what there still is; the exit code."""
    if not isinstance(fault, (OSError, MemoryError)):
        traceback.print_exc()  # a fault of the program: whoever mends it needs the place
    reason = str(fault) or "no reason given"
    say(f"{what} failed ({type(fault).__name__}: {reason}); {kept}.")
    return FAILED


def span(seconds: float) -> str:
    """A length of time in words."""
    for unit, length in (("days", 86_400.0), ("hours", 3_600.0), ("minutes", 60.0)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} s"


@contextlib.contextmanager
def bar(text: str, unit: str = "month") -> Iterator[Progress]:
    """A progress bar on stderr; silent where nobody watches."""
    from tqdm import tqdm

    with tqdm(desc=text, unit=unit, leave=False, disable=None, file=sys.stderr) as shown:

        def progress(done: int, total: int) -> None:
            shown.total = total
            shown.update(done - shown.n)

        yield progress


def writable(name: str) -> Path:
    """The path of a file that may be written, found out before anything runs."""
    path = Path(name)
    if path.is_dir():
        raise InputError("is a folder; name a file", file=name)
    folder = path.resolve().parent
    if not folder.is_dir():
        raise InputError(f"cannot be written: there is no folder {path.parent}", file=name)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise InputError(f"cannot be written: {path.parent} is closed to writing", file=name)
    return path


def write_whole(path: Path, text: str) -> None:
    """Write a file under another name first, so that it is never seen half written."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
