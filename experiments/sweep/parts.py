"""Parts: what one run of a sweep gives, as the bytes of a Parquet file."""

from __future__ import annotations

import io
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from experiments.sweep.design import PERSONS, Run

TEXT, NUMBER, WHOLE = pa.string(), pa.float64(), pa.int64()
FIGURES = {"period": TEXT, "country": TEXT, "measure": TEXT, "unit": TEXT, "value": NUMBER}
ERROR = "error"
AGAIN = b"again"
"""Stands in the metadata of a part whose run failed by no fault of its own."""


FIXED = ("run", "point", "policies", "seed", PERSONS, *FIGURES, ERROR)
"""The columns that every sweep has; those of its parameters stand between them."""


def columns(names: tuple[str, ...]) -> tuple[str, ...]:
    """The columns of a sweep in which so many things vary."""
    varying = [name for name in names if name != PERSONS]
    place = FIXED.index(PERSONS) + 1
    return (*FIXED[:place], *varying, *FIXED[place:])


def figures_part(run: Run, figures: pd.DataFrame) -> bytes:
    """The part of a run that ended well."""
    arrays = {
        name: pa.array(figures[name], type=kind, from_pandas=True)
        for name, kind in FIGURES.items()
    }
    return _bytes(run, arrays | {ERROR: pa.nulls(len(figures), TEXT)}, len(figures))


def failed_part(run: Run, error: str, *, again: bool) -> bytes:
    """The part of a run that broke off: one row without figures.

    Parameters
    ----------
    error
        What broke it off, in one line.
    again
        Whether starting the sweep again tries it again: where memory or a process failed, it may
        end well.
    """
    arrays = {name: pa.nulls(1, kind) for name, kind in FIGURES.items()}
    metadata = {AGAIN: b"yes"} if again else {}
    return _bytes(run, arrays | {ERROR: pa.array([error], TEXT)}, 1, metadata)


def _bytes(
    run: Run, arrays: Mapping[str, Any], rows: int, metadata: Mapping[bytes, bytes] | None = None
) -> bytes:
    """A table in which what varies stands in every row; the same data give the same bytes."""
    varying = {name: value for name, value in run.values.items() if name != PERSONS}
    same = {
        "run": pa.scalar(run.name, TEXT), "point": pa.scalar(run.point, WHOLE),
        "policies": pa.scalar(run.side, TEXT), "seed": pa.scalar(run.seed, WHOLE),
        PERSONS: pa.scalar(run.persons_per_agent, NUMBER),
        **{name: pa.scalar(value, NUMBER) for name, value in varying.items()},
    }  # fmt: skip
    filled = {name: pa.repeat(value, rows) for name, value in same.items()}
    table = pa.table({**filled, **arrays}).replace_schema_metadata(metadata)
    written = io.BytesIO()
    # statistics of one column tell whether the run failed; of the others nobody asks
    pq.write_table(table, written, compression="zstd", write_statistics=[ERROR])
    return written.getvalue()


def error_line(fault: BaseException) -> str:
    """What an exception tells, with the place of a fault of the program, in one line."""
    reason = " ".join(f"{type(fault).__name__}: {fault}".split())
    frames = traceback.extract_tb(fault.__traceback__)
    if not frames or isinstance(fault, (OSError, MemoryError)):
        return reason
    last = frames[-1]
    return f"{reason} ({Path(last.filename).name}, line {last.lineno}, in {last.name})"


def state_of(file: Path) -> str | None:
    """``done``, ``failed`` or ``again`` for the part of a run; None where none is whole."""
    try:
        part = pq.ParquetFile(file)
        rows, names = part.metadata.num_rows, part.schema_arrow.names
        if not rows and ERROR in names:
            return "done"  # nothing of it was asked for
        error = part.metadata.row_group(0).column(names.index(ERROR)).statistics
        metadata = part.schema_arrow.metadata or {}
    except (OSError, pa.ArrowInvalid, ValueError):
        return None
    if AGAIN in metadata:
        return "again"
    return "done" if error is None or error.null_count == rows else "failed"


