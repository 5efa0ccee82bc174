"""Declarations: what a column, a parameter or a rejected input is, in one place for every floor."""

from __future__ import annotations

import dataclasses
import difflib
import math
from collections.abc import Iterable, Mapping
from typing import Any, Literal

import numpy as np

Kind = Literal["uncertainty", "lever", "constant"]
LONGEST_VALUE = 120  # of a faulty value, in signs; more would bury what is wrong with it


class InputError(ValueError):
    """What a person gave cannot be used; one clear line says where, what and what is allowed.

    Parameters
    ----------
    message
        What is wrong, in a short sentence.
    file, key, line
        Where it stands.
    value
        The offending value.
    allowed
        What may stand there instead.
    """

    def __init__(
        self,
        message: str,
        *,
        file: str | None = None,
        line: int | None = None,
        key: str | None = None,
        value: object = None,
        allowed: str | None = None,
    ) -> None:
        where = ", ".join(part for part in (file, key) if part)
        got = "" if value is None else f" (got {_short(repr(value))})"
        hint = f"; allowed: {allowed}" if allowed else ""
        at = "" if line is None else f" [line {line}]"
        super().__init__(f"{where + ': ' if where else ''}{message}{got}{hint}{at}")
        self.message = message
        self.file, self.line, self.key = file, line, key
        self.value, self.allowed = value, allowed


def _short(text: str) -> str:
    """Text short enough for one line of a complaint."""
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]} …"


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that a misspelt one most likely stands for, or None."""
    matches = difflib.get_close_matches(name, list(known), n=1, cutoff=0.4)
    return matches[0] if matches else None


def unknown_name(
    what: str, name: str, known: Iterable[str], *, file: str | None = None
) -> InputError:
    """An InputError for a name that does not exist, with the nearest one that does."""
    names = list(known)
    guess = nearest(name, names)
    hint = f"; did you mean {guess!r}?" if guess else ""
    return InputError(f"unknown {what} {name!r}{hint}", file=file)


def column(dtype: Any, *, unit: str, meaning: str, width: int = 1) -> Any:
    """Declare one column of a population: a NumPy array with the row on axis 0."""
    metadata = {"dtype": np.dtype(dtype), "unit": unit, "meaning": meaning, "width": width}
    return dataclasses.field(metadata=metadata)


def parameter(
    value: float,
    *,
    unit: str,
    low: float,
    high: float,
    kind: Kind,
    source: str,
    meaning: str,
) -> Any:
    """Declare one number of the model with its unit, admissible range and source."""
    metadata = {
        "unit": unit, "low": low, "high": high, "kind": kind, "source": source, "meaning": meaning,
    }
    return dataclasses.field(default=value, metadata=metadata)


@dataclasses.dataclass(frozen=True)
class Parameter:
    """One declared number as people see it: name, value, unit, range, kind, source, meaning."""

    name: str
    value: float
    unit: str
    low: float
    high: float
    kind: Kind
    source: str
    meaning: str


def declared(group: Any, prefix: str) -> list[Parameter]:
    """Every parameter of one frozen group, named ``prefix.field``."""
    return [
        Parameter(name=f"{prefix}.{field.name}", value=getattr(group, field.name), **field.metadata)
        for field in dataclasses.fields(group)
    ]


def replaced(group: Any, prefix: str, settings: Mapping[str, Any], *, file: str | None) -> Any:
    """A copy of a group with some values changed.

    Raises
    ------
    InputError
        All faults together: unknown names, values that are no numbers or out of range.
    """
    fields = {field.name: field for field in dataclasses.fields(group)}
    faults: list[str] = []
    changes: dict[str, float] = {}
    for name, value in settings.items():
        if name not in fields:
            known = [f"{prefix}.{known}" for known in fields]
            faults.append(str(unknown_name("parameter", f"{prefix}.{name}", known)))
            continue
        low, high = fields[name].metadata["low"], fields[name].metadata["high"]
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not is_number or not low <= value <= high:
            faults.append(
                f"{prefix}.{name}: not in its range (got {value!r}); "
                f"allowed: a number from {low:g} to {high:g} {fields[name].metadata['unit']}"
            )
            continue
        changes[name] = float(value)
    if faults:
        raise InputError("; ".join(faults), file=file)
    return dataclasses.replace(group, **changes)


def number_from(written: object) -> float:
    """A finite number, also from text."""
    try:
        if isinstance(written, bool) or not isinstance(written, int | float | str):
            raise ValueError
        number = float(written)
    except (ValueError, OverflowError):
        raise InputError("not a number", value=written, allowed="a number") from None
    if not math.isfinite(number):
        raise InputError("not a finite number", value=written, allowed="a number")
    return number
