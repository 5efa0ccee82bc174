"""Whole files: what is written appears whole or not at all, and the same data give the same bytes.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

FRESH = ".new"
"""How the name of a file ends that is not whole yet; it begins with a dot."""


def readable(file: Path) -> bool:
    """Whether a table is there and whole; what is broken is made again."""
    try:
        return bool(pq.ParquetFile(file).metadata.num_rows)
    except (OSError, pa.ArrowInvalid):
        return False


@contextlib.contextmanager
def replacing(file: Path) -> Iterator[Path]:
    """A path to write to; what was written takes the place of a file in one move."""
    fresh = file.with_name(f".{file.name}.{os.getpid()}{FRESH}")
    try:
        yield fresh
        fresh.replace(file)
    finally:
        fresh.unlink(missing_ok=True)


def write_parquet(frame: pd.DataFrame, columns: dict[str, Any], file: Path) -> None:
    """One table; the same data give the same bytes."""
    arrays = [
        pa.array(frame[column], type=kind, from_pandas=True) for column, kind in columns.items()
    ]
    # Built column by column, since a table made from a frame carries the version of pandas.
    table = pa.Table.from_arrays(arrays, names=list(columns))
    with replacing(file) as fresh:
        pq.write_table(table, fresh, compression="zstd")
