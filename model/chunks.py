"""Work on many rows in pieces that fit the cache, on both cores; the pieces change no result."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import numpy as np

Columns = TypeVar("Columns", bound=tuple[Any, ...])
One = TypeVar("One")
Other = TypeVar("Other")
CHUNK = 16_384


@functools.cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=min(os.cpu_count() or 1, 4))


def chosen(columns: Columns, which: Any) -> Columns:
    """Some entries of a NamedTuple of arrays, as the same kind of tuple."""
    return type(columns)(*[values[which] for values in columns])


def each_chunk(work: Callable[[slice], Any], rows: int, chunk: int = CHUNK) -> Iterator[Any]:
    """What ``work`` returns for one slice of ``rows`` after the other; see :func:`in_chunks`."""
    pieces = [slice(start, min(start + chunk, rows)) for start in range(0, rows, chunk)]
    return iter(_pool().map(work, pieces) if len(pieces) > 1 else map(work, pieces))


def side_by_side(
    first: Callable[[], One], second: Callable[[], Other], rows: int
) -> tuple[One, Other]:
    """What two pieces of work return that write nothing, done at the same time if rows are many."""
    if rows <= CHUNK:
        return first(), second()
    ahead = _pool().submit(first)
    result = second()
    return ahead.result(), result


def in_chunks(work: Callable[[slice], Columns], rows: int, chunk: int = CHUNK) -> Columns:
    """Run ``work`` on slices of ``rows`` and join the arrays it returns, in order.

    NumPy lets other threads run while it computes, so several pieces run side by side.

    Parameters
    ----------
    work
        Takes a slice and returns a NamedTuple of arrays; must write nothing but its own rows, and
        read nothing that another piece writes.
    rows
        Number of rows.
    chunk
        Rows in a piece; any number gives the same result.
    """
    if rows <= chunk:
        return work(slice(0, rows))
    results: list[Columns] = list(each_chunk(work, rows, chunk))
    joined = (np.concatenate(arrays) for arrays in zip(*results, strict=True))
    return type(results[0])(*joined)
