"""Work on many rows in pieces, on several cores at once; the pieces change no result."""

from __future__ import annotations

import functools
import math
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import numpy as np

Columns = TypeVar("Columns", bound=tuple[Any, ...])
One = TypeVar("One")
Other = TypeVar("Other")
CHUNK = 16_384  # rows beyond which work is cut
LARGEST = 4  # pieces have up to so many times as many: the fewer there are, the less they cost
CORES = min(os.cpu_count() or 1, 4)


@functools.cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=CORES)


def chosen(columns: Columns, which: Any) -> Columns:
    """Some entries of a NamedTuple of arrays, as the same kind of tuple."""
    return type(columns)(*[values[which] for values in columns])


def each_chunk(work: Callable[[slice], Any], rows: int, chunk: int = CHUNK) -> Iterator[Any]:
    """What ``work`` returns for one slice of ``rows`` after the other; see :func:`in_chunks`."""
    if rows <= chunk:
        return iter([work(slice(0, rows))] if rows else [])
    # equally many pieces for each core, all of one size
    number = CORES * math.ceil(rows / (CORES * LARGEST * chunk))
    size = math.ceil(rows / number)
    pieces = [slice(start, min(start + size, rows)) for start in range(0, rows, size)]
    return _pool().map(work, pieces)


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
        Rows beyond which work is cut; any number gives the same result.
    """
    if rows <= chunk:
        return work(slice(0, rows))
    results: list[Columns] = list(each_chunk(work, rows, chunk))
    joined = (np.concatenate(arrays) for arrays in zip(*results, strict=True))
    return type(results[0])(*joined)
