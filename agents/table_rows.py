"""Rows of CSV tables as declared values: every column says what may stand in it."""

from __future__ import annotations

import csv
import dataclasses
import io
import math
import re
from collections.abc import Callable, Mapping, Sequence
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Literal, TypeVar

from agents.declare import InputError, nearest, number_from
from agents.levers import month_number, month_text

Row = TypeVar("Row")
CellType = Literal["text", "slug", "choice", "number", "whole", "bool", "month", "list"]
MOST_LISTED = 12  # a longer list of allowed names would bury the message
JOINT = ";"  # between the parts of a list
SLUG = re.compile(r"[a-z0-9]+([_-][a-z0-9]+)*")


def cell(
    meaning: str,
    type: CellType,
    *,
    unit: str = "",
    low: float = 0.0,
    high: float = math.inf,
    allowed: Sequence[str] = (),
    blank: bool = False,
) -> Any:
    """Declare one column of a table.

    Parameters
    ----------
    low, high
        Range of a number, both ends included.
    allowed
        Names that may stand there: one of them in a choice, each at most once in a list.
    blank
        Whether the cell may be empty: it is None then, an empty list in a list.
    """
    metadata = {
        "meaning": meaning, "type": type, "unit": unit, "low": low, "high": high,
        "allowed": tuple(allowed), "blank": blank,
    }  # fmt: skip
    return dataclasses.field(metadata=metadata)


def read_table(
    path: Path | Traversable,
    kind: type[Row],
    *,
    names: Mapping[str, Sequence[str]] | None = None,
    check: Callable[[Row], Mapping[str, str]] | None = None,
    unique: Sequence[str] = (),
) -> tuple[Row, ...]:
    """All rows of a CSV table, in its order.

    Parameters
    ----------
    kind
        Frozen dataclass whose fields are declared with :func:`cell`.
    names
        Allowed names of columns for which the declaration cannot know them.
    check
        Column → what is wrong, for what cannot stand together in a row.
    unique
        Columns that together tell a row from every other.

    Raises
    ------
    InputError
        At the first faulty row, with file, line, column, value and what is allowed.
    """
    lines = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")))
    _check_header(path.name, lines.fieldnames or (), kind)
    rows, seen = list[Row](), dict[tuple[Any, ...], int]()
    for written in lines:
        file = f"{path.name} line {lines.line_num}"
        row = row_from_mapping(written, kind, file=file, names=names, check=check)
        rows.append(row)
        identity = tuple(getattr(row, name) for name in unique)
        if unique and identity in seen:
            raise InputError(
                f"says the same as line {seen[identity]}", file=file, key=", ".join(unique)
            )
        seen[identity] = lines.line_num
    return tuple(rows)


def row_from_mapping(
    written: Mapping[Any, Any],
    kind: type[Row],
    *,
    file: str | None = None,
    names: Mapping[str, Sequence[str]] | None = None,
    check: Callable[[Row], Mapping[str, str]] | None = None,
) -> Row:
    """One row out of what a person wrote for each column.

    Raises
    ------
    InputError
        All faults of the row; the column stands in ``key`` where it is one.
    """
    values, faults = dict[str, Any](), dict[str, InputError]()
    if None in written:
        raise InputError("has more cells than there are columns", file=file)
    for field in _cells(kind):
        text = written.get(field.name)
        allowed = (names or {}).get(field.name, field.metadata["allowed"])
        try:
            values[field.name] = _value(field.metadata, text, allowed)
        except InputError as fault:
            faults[field.name] = fault
    if not faults:
        row = kind(**values)
        told = dict(check(row)) if check else {}
        if not told:
            return row
        faults = {
            column: InputError(what, value=written.get(column)) for column, what in told.items()
        }
    if len(faults) > 1:
        listed = "; ".join(f"{column}: {fault}" for column, fault in faults.items())
        raise InputError(listed, file=file)
    [(column, only)] = faults.items()
    raise InputError(only.message, file=file, key=column, value=only.value, allowed=only.allowed)


def row_as_text(row: Any) -> dict[str, str]:
    """A row as it stands in a CSV table; reading it gives the same row."""
    return {field.name: _text(field.metadata, getattr(row, field.name)) for field in _cells(row)}


def _cells(kind: Any) -> tuple[dataclasses.Field[Any], ...]:
    return dataclasses.fields(kind)


def _check_header(name: str, found: Sequence[str], kind: Any) -> None:
    known = [field.name for field in _cells(kind)]
    for column in found:
        if column not in known:
            guess = nearest(column, known)
            hint = f"; did you mean {guess!r}?" if guess else ""
            raise InputError(
                f"unknown column {column!r}{hint}", file=f"{name} line 1",
                allowed=", ".join(known),
            )
    missing = [column for column in known if column not in found]
    if missing or len(found) != len(known):
        twice = [column for column in known if list(found).count(column) > 1]
        what = f"column {missing[0]!r} is missing" if missing else f"{twice[0]!r} stands twice"
        raise InputError(what, file=f"{name} line 1", allowed=", ".join(known))


def _value(declared: Mapping[str, Any], written: Any, allowed: Sequence[str]) -> Any:
    """What was written in one cell, in the type that its column has."""
    text = "" if written is None else str(written).strip()
    listed = declared["type"] == "list"
    if not text:
        if not declared["blank"]:
            raise InputError("is blank", allowed=_allowed(declared, allowed))
        return () if listed else None
    match declared["type"]:
        case "number" | "whole":
            return _number(declared, text)
        case "month":
            return month_number(text)
        case "bool":
            if text.lower() not in ("true", "false"):
                raise InputError("neither true nor false", value=text, allowed="true or false")
            return text.lower() == "true"
        case "slug":
            if not SLUG.fullmatch(text):
                raise InputError("not a slug", value=text, allowed=_allowed(declared, allowed))
            return text
        case "choice":
            return _name(text, allowed)
        case "list":
            parts = tuple(_name(part.strip(), allowed) for part in text.split(JOINT))
            if len(set(parts)) < len(parts):
                raise InputError("names one thing twice", value=text)
            return parts
        case _:
            return text


def _number(declared: Mapping[str, Any], text: str) -> float | int:
    number = number_from(text)
    whole = declared["type"] == "whole"
    if not declared["low"] <= number <= declared["high"] or (whole and number % 1):
        raise InputError("not in its range", value=text, allowed=_allowed(declared, ()))
    return int(number) if whole else number


def _name(text: str, allowed: Sequence[str]) -> str:
    """A name out of a list, answered with the nearest where it is misspelt; any where none is."""
    if text in allowed or (text and not allowed):
        return text
    by_case = {name.casefold(): name for name in allowed}
    guess = by_case.get(nearest(text.casefold(), by_case) or "")
    hint = f"; did you mean {guess!r}?" if guess else ""
    raise InputError(f"unknown name{hint}", value=text, allowed=_listed(allowed))


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:MOST_LISTED]) + (", …" if len(names) > MOST_LISTED else "")


def _allowed(declared: Mapping[str, Any], allowed: Sequence[str]) -> str:
    """What may stand in a cell, in words."""
    match declared["type"]:
        case "number" | "whole":
            kind = "a whole number" if declared["type"] == "whole" else "a number"
            end = "" if math.isinf(declared["high"]) else f" to {declared['high']:g}"
            return f"{kind} from {declared['low']:g}{end} {declared['unit']}".rstrip()
        case "month":
            return "a month as YYYY-MM, for example 2019-01"
        case "bool":
            return "true or false"
        case "slug":
            return "small letters and digits joined by _ or -"
        case "choice" if allowed:
            return _listed(allowed)
        case "list":
            return f"names joined by {JOINT}" + (f": {_listed(allowed)}" if allowed else "")
        case _:
            return "a text"


def _text(declared: Mapping[str, Any], value: Any) -> str:
    if value is None:
        return ""
    match declared["type"]:
        case "bool":
            return "true" if value else "false"
        case "month":
            return month_text(value)
        case "list":
            return JOINT.join(value)
        case "number":
            return repr(float(value)) if value % 1 else f"{value:.0f}"
        case _:
            return str(value)
