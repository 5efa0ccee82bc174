"""Reading a sweep back: as one tidy table, or by questions in SQL that load only the answer."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from agents.declare import InputError
from experiments.kept_folder import read_manifest
from experiments.sweep.parts import columns
from experiments.sweep.store import KIND, PARTS

CODED = ("run", "policies", "period", "country", "measure", "unit")
"""Text that stands in many rows; a table holds a short number in its place."""
ORDER = ["point", "policies", "seed"]
VIEW = "sweep"


def read_sweep(
    folder: str | os.PathLike[str],
    runs: Sequence[str] | None = None,
    *,
    measures: Sequence[str] | None = None,
    countries: Sequence[str] | None = None,
    parameters: bool = True,
) -> pd.DataFrame:
    """Every run that a folder holds, as one table; see :func:`sweep` for its columns.

    Parameters
    ----------
    folder
        Of a sweep, finished or not.
    runs
        Only runs of these names; all where nothing is said.
    measures, countries
        Only their figures, so that a large sweep fits into memory; failed runs stay.
    parameters
        Whether the values of what varies are read, too; ``point`` stands for them.

    Raises
    ------
    InputError
        It holds no sweep, or no run yet.
    """
    path, names = _sweep_folder(folder)
    files = sorted((path / PARTS).glob("*.parquet"))
    if runs is not None:
        wanted = set(runs)
        files = [file for file in files if file.stem in wanted]
    if not files:
        raise InputError("holds no run yet", file=os.fspath(folder))
    kept, which = list(columns(names if parameters else ())), _filter(measures, countries)
    try:
        # one by one: a dataset would keep what each part says of each of its columns
        table = pa.concat_tables(_part(file, kept, which) for file in files)
    except (OSError, pa.ArrowInvalid) as fault:
        reason = str(fault).splitlines()[0]
        raise InputError(f"cannot be read: {reason}", file=os.fspath(folder)) from None
    frame = table.unify_dictionaries().to_pandas()
    return frame.sort_values(ORDER, kind="stable", ignore_index=True)


def _part(file: Path, kept: list[str], wanted: pc.Expression | None) -> pa.Table:
    table = pq.ParquetFile(file, read_dictionary=list(CODED)).read(columns=kept)
    return table if wanted is None else table.filter(wanted)


def _filter(
    measures: Sequence[str] | None, countries: Sequence[str] | None
) -> pc.Expression | None:
    wanted = None
    for name, values in (("measure", measures), ("country", countries)):
        if values is not None:
            these = pc.field(name).isin(list(values)) | pc.field(name).is_null()
            wanted = these if wanted is None else wanted & these
    return wanted


def query_sweep(folder: str | os.PathLike[str], question: str) -> pd.DataFrame:
    """The answer to a question in SQL about the table ``sweep``; parts are read where they lie.

    Parameters
    ----------
    question
        Such as ``SELECT seed, avg(value) FROM sweep WHERE measure = 'net' GROUP BY seed``. Names of
        parameters hold a dot, so they stand in double quotes.

    Raises
    ------
    InputError
        DuckDB is not there, the folder holds no sweep, or the question cannot be answered.
    """
    try:
        import duckdb
    except ImportError:
        raise InputError(
            "questions in SQL need DuckDB", allowed="pip install 'talentmarket[experiments]'"
        ) from None
    path, _ = _sweep_folder(folder)
    pattern = str(path / PARTS / "*.parquet").replace("'", "''")
    with duckdb.connect() as connection:
        try:
            connection.execute(f"CREATE VIEW {VIEW} AS FROM read_parquet('{pattern}')")
            return connection.execute(question).df()
        except duckdb.Error as fault:
            raise InputError(
                f"cannot be answered: {str(fault).splitlines()[0]}", file=os.fspath(folder)
            ) from None


def _sweep_folder(folder: str | os.PathLike[str]) -> tuple[Path, tuple[str, ...]]:
    """The folder and what varies in it."""
    path = Path(folder).resolve()
    manifest = read_manifest(path, KIND)
    if manifest is None:
        raise InputError("holds no sweep", file=os.fspath(folder))
    return path, tuple(manifest["varies"])
