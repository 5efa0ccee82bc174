"""Populations: many rows of one kind, a NumPy array a column, the row always on axis 0."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from agents.compiled import compiled

Rows = NDArray[np.intp]


def among(rows: NDArray[Any], others: NDArray[Any], count: int) -> NDArray[np.bool_]:
    """Which of some rows are among others; quicker than sorting where rows lie in 0 … count − 1."""
    marked = np.zeros(count, dtype=bool)
    marked[others] = True
    return np.asarray(marked[rows])


@compiled
def rows_of_marked(group: NDArray[Any], marked: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Rows whose group is marked; those of no group, numbered -1, are none of them."""
    rows, found = np.empty(group.size, dtype=np.int64), 0
    for row in range(group.size):
        if group[row] >= 0 and marked[group[row]]:
            rows[found] = row
            found += 1
    return rows[:found].copy()


@dataclasses.dataclass(init=False, eq=False, repr=False)
class Population:
    """Rows that are born and removed together in every column.

    Subclasses declare columns with :func:`agents.declare.column`. Each column is an attribute, a
    view of the living rows; assigning through a view writes to the store.
    """

    smallest: ClassVar[int] = 16
    count: int

    def __init__(self) -> None:
        self.count = 0
        self._store: dict[str, NDArray[Any]] = {}
        for name, metadata in self.columns().items():
            self._store[name] = np.zeros(self._shape(self.smallest, metadata), metadata["dtype"])
        self._show()

    @classmethod
    def columns(cls) -> dict[str, Any]:
        """Every declared column by name: dtype, unit, meaning, width."""
        return {
            field.name: field.metadata for field in dataclasses.fields(cls) if field.metadata
        }

    @staticmethod
    def _shape(rows: int, metadata: Any) -> tuple[int, ...]:
        return (rows,) if metadata["width"] == 1 else (rows, metadata["width"])

    def _show(self) -> None:
        for name, values in self._store.items():
            setattr(self, name, values[: self.count])

    def reserve(self, rows: int) -> None:
        """Make room for so many rows in all."""
        capacity = next(iter(self._store.values())).shape[0]
        if rows <= capacity:
            return
        # a large first birth is stored as it comes; later growth adds a quarter at a time
        larger = max(rows, capacity + max(capacity // 4, self.smallest))
        for name, values in self._store.items():
            grown = np.zeros((larger, *values.shape[1:]), values.dtype)
            grown[: self.count] = values[: self.count]
            self._store[name] = grown
        self._show()

    def born(self, rows: int, **columns: Any) -> Rows:
        """Add rows; every column must be given, so no old value can come back to life.

        Returns
        -------
        The new row numbers, shape (rows,).

        Raises
        ------
        TypeError
            A column is missing or unknown.
        """
        wanted = set(self._store)
        if set(columns) != wanted:
            raise TypeError(
                f"{type(self).__name__}.born needs every column: "
                f"missing {sorted(wanted - set(columns))}, unknown {sorted(set(columns) - wanted)}"
            )
        self.reserve(self.count + rows)
        new = slice(self.count, self.count + rows)
        for name, values in columns.items():
            self._store[name][new] = values
        self.count += rows
        self._show()
        return np.arange(new.start, new.stop)

    def remove(self, rows: Rows) -> tuple[Rows, Rows]:
        """Remove rows by moving the last ones into the holes; cost follows what is removed.

        Returns
        -------
        Where moved rows came from and where they now are, two arrays of one length.
        """
        gone = np.unique(rows)
        left = self.count - gone.size
        holes = gone[gone < left]
        stays = np.ones(gone.size, dtype=bool)
        stays[gone[gone >= left] - left] = False
        moved = left + np.flatnonzero(stays)
        if holes.size:
            for values in self._store.values():
                values[holes] = values[moved]
        self.count = left
        self._show()
        return moved, holes

    def permute(self, order: Rows) -> None:
        """Put the rows in another order; nothing that the model reports may depend on it."""
        for values in self._store.values():
            values[: self.count] = values[: self.count][order]

    def bytes_per_row(self) -> int:
        """Memory of one row over all columns."""
        return sum(int(values[:1].nbytes) for values in self._store.values())

    def parts(self) -> dict[str, Any]:
        """All that makes the population: its columns by name, and what a kind of it keeps beside.

        The columns are views, not copies.
        """
        columns = {name: getattr(self, name) for name in self.columns()}
        beside = vars(self).keys() - columns.keys() - self._remade()
        return {"columns": columns, **{name: getattr(self, name) for name in sorted(beside)}}

    @classmethod
    def _remade(cls) -> set[str]:
        """Attributes that follow from the others."""
        return {"count", "_store"}

    @classmethod
    def of_parts(cls, parts: Mapping[str, Any]) -> Self:
        """The population of such parts; it holds the columns given.

        Raises
        ------
        ValueError
            A part is missing or unknown, or a column has another type, width or length.
        """
        made = cls()
        beside = {name: value for name, value in parts.items() if name != "columns"}
        if beside.keys() != vars(made).keys() - made._store.keys() - cls._remade():
            raise ValueError(f"{cls.__name__} has other parts")
        columns = parts["columns"]
        if columns.keys() != made._store.keys():
            raise ValueError(f"{cls.__name__} has other columns")
        count = len(next(iter(columns.values())))
        for name, metadata in cls.columns().items():
            column = columns[name]
            fits = column.dtype == metadata["dtype"] and column.flags.c_contiguous
            if not fits or column.shape != cls._shape(count, metadata):
                raise ValueError(f"column {name} has another type or shape")
            made._store[name] = column
        vars(made).update(beside)
        made.count = count
        made._show()
        return made

    def rows(self, selected: Rows) -> dict[str, NDArray[Any]]:
        """Copies of all columns of some rows."""
        return {name: values[selected].copy() for name, values in self._store.items()}
