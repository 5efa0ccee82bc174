"""Draws of parameters, such as those of a posterior: read and checked before anything runs."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from agents.declare import InputError, unknown_name
from model.parameters import all_parameters

Draws = tuple[Mapping[str, float], ...]


def read_draws(given: pd.DataFrame | str | os.PathLike[str] | None) -> Draws:
    """Rows of parameter values by ``group.name``.

    Parameters
    ----------
    given
        A frame whose columns are names of parameters, or the path of such a table as CSV.

    Raises
    ------
    InputError
        The file cannot be read, a column is no parameter, or a value lies outside its range; the
        complaint names row and column.
    """
    if given is None:
        return ()
    if isinstance(given, pd.DataFrame):
        return _checked(given, "draws")
    return _checked(_read(Path(given)), os.fspath(given))


def _read(path: Path) -> pd.DataFrame:
    try:
        # all as text, so that a complaint can quote what stands there
        return pd.read_csv(path, dtype=str, keep_default_na=False)
    except FileNotFoundError:
        raise InputError("no such file", file=str(path)) from None
    except OSError as fault:
        raise InputError(f"cannot be read: {fault.strerror}", file=str(path)) from None
    except (ValueError, UnicodeDecodeError) as fault:  # pandas' parser errors are ValueErrors
        reason = str(fault).splitlines()[0]
        raise InputError(f"is no table in CSV: {reason}", file=str(path)) from None


def _checked(frame: pd.DataFrame, file: str) -> Draws:
    known = {parameter.name: parameter for parameter in all_parameters()}
    if frame.empty:
        raise InputError(
            "holds no draws", file=file, allowed="at least one row under names of parameters"
        )
    names = [str(name) for name in frame.columns]
    for name in names:
        if name not in known:
            raise unknown_name("parameter", name, known, file=f"{file}, column {name}")
        if names.count(name) > 1:
            raise InputError("stands twice", file=file, key=f"column {name}")
    columns = []
    for name in names:
        low, high = known[name].low, known[name].high
        values = []
        for row, written in enumerate(frame[name], start=1):
            try:
                value = float(written)
            except (TypeError, ValueError):
                value = float("nan")
            if not low <= value <= high:
                raise InputError(
                    "not a number in its range", file=file, key=f"row {row}, column {name}",
                    value=written, allowed=f"{low:g} to {high:g}",
                )
            values.append(value)
        columns.append(values)
    return tuple(dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True))
