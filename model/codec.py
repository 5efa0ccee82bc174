"""Values as plain JSON beside NumPy arrays, and back: exactly, and nothing but known classes.

A JSON list stands for a list, and an object always has one key that says what its value is:

========  ==========================================================================
key       value
========  ==========================================================================
tuple     the parts
dict      pairs of key and value, in their order
float     ``nan``, ``inf`` or ``-inf``; every other number stands for itself
scalar    type and value of a NumPy number
array     number of the array, and of which of its axes each axis is that was stored
a class   the parts of an object of a registered class, by name
========  ==========================================================================
"""

from __future__ import annotations

import dataclasses
import datetime
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Plain = Any
"""What JSON can hold."""
SCALARS = ("bool", "int8", "int16", "int32", "int64", "uint32", "uint64", "float32", "float64")


class CodecError(ValueError):
    """What was to be read is not what this module writes."""


class Kind(NamedTuple):
    """How objects of one class are taken apart and put together."""

    of: type
    parts: Callable[[Any], Mapping[str, Any]]
    whole: Callable[[Mapping[str, Any]], Any]


def of_dataclass(of: type) -> Kind:
    """The kind of a dataclass: its fields are its parts."""
    fields = [field.name for field in dataclasses.fields(of)]

    def parts(value: Any) -> dict[str, Any]:
        return {name: getattr(value, name) for name in fields}

    def whole(given: Mapping[str, Any]) -> Any:
        return of(**exactly(given, fields, of.__name__))

    return Kind(of, parts, whole)


def of_named_tuple(of: Any) -> Kind:
    """The kind of a NamedTuple."""
    return Kind(
        of, lambda value: value._asdict(),
        lambda given: of(**exactly(given, of._fields, of.__name__)),
    )


def exactly(given: Mapping[str, Any], names: Sequence[str], what: str) -> Mapping[str, Any]:
    """The same parts, if they are those that are wanted."""
    if set(given) != set(names):
        missing, unknown = sorted(set(names) - set(given)), sorted(set(given) - set(names))
        raise CodecError(f"{what} has other parts: missing {missing}, unknown {unknown}")
    return given


class Codec:
    """Takes trees of values apart and puts them together again.

    Parameters
    ----------
    kinds
        The only classes that may occur, besides those of plain values.
    """

    def __init__(self, kinds: Sequence[Kind]) -> None:
        self._by_class = {kind.of: kind for kind in kinds}
        self._by_name = {kind.of.__name__: kind for kind in kinds}

    # taking apart -------------------------------------------------------------------------

    def encode(self, value: Any) -> tuple[Plain, list[Array]]:
        """A value as plain JSON and the arrays it refers to by number.

        Raises
        ------
        TypeError
            It holds something that is neither plain nor of a registered class.
        """
        arrays: list[Array] = []
        return self._encode(value, arrays), arrays

    def _encode(self, value: Any, arrays: list[Array]) -> Plain:
        kind = self._by_class.get(type(value))
        if kind is not None:
            parts = kind.parts(value).items()
            name = kind.of.__name__
            return {name: {part: self._encode(entry, arrays) for part, entry in parts}}
        match value:
            case np.ndarray():
                return {"array": self._stored(value, arrays)}
            case np.generic():
                return {"scalar": [value.dtype.name, self._encode(value.item(), arrays)]}
            case float():
                return value if math.isfinite(value) else {"float": str(value)}
            case None | bool() | int() | str():
                return value
            case list():
                return [self._encode(entry, arrays) for entry in value]
            case tuple() if type(value) is tuple:
                return {"tuple": [self._encode(entry, arrays) for entry in value]}
            case Mapping():
                pairs = [[self._encode(part, arrays) for part in pair] for pair in value.items()]
                return {"dict": pairs}
            case datetime.date() | datetime.time():  # TOML knows them; they are only ever shown
                return str(value)
        raise TypeError(f"{type(value).__name__} is of no kind that can be saved")

    def _stored(self, array: Array, arrays: list[Array]) -> list[Any]:
        """Put an array aside as its memory lies, for sums of floats depend on that order."""
        if array.dtype.name not in SCALARS:
            raise TypeError(f"an array of {array.dtype} is of no kind that can be saved")
        axes = list(range(array.ndim))
        if not array.flags.c_contiguous:
            axes.sort(key=lambda axis: -abs(array.strides[axis]))
        arrays.append(array.transpose(axes))
        return [len(arrays) - 1, axes]

    # putting together ---------------------------------------------------------------------

    def decode(self, plain: Plain, arrays: Sequence[Array]) -> Any:
        """The value that was taken apart; it holds the arrays given.

        Raises
        ------
        CodecError
            The plain part is not what :meth:`encode` writes.
        """
        try:
            return self._decode(plain, arrays)
        except CodecError:
            raise
        except (TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as fault:
            raise CodecError(f"cannot be put together: {fault}") from None
        except RecursionError:
            raise CodecError("nested too deeply") from None

    def _decode(self, plain: Plain, arrays: Sequence[Array]) -> Any:
        match plain:
            case None | bool() | int() | float() | str():
                return plain
            case list():
                return [self._decode(entry, arrays) for entry in plain]
            case dict() if len(plain) == 1:
                (name, held), = plain.items()
                return self._named(name, held, arrays)
        raise CodecError(f"no value: {str(plain)[:60]}")

    def _named(self, name: str, held: Plain, arrays: Sequence[Array]) -> Any:
        match name, held:
            case "tuple", list():
                return tuple(self._decode(entry, arrays) for entry in held)
            case "dict", list():
                pairs = [(self._decode(key, arrays), self._decode(value, arrays))
                         for key, value in held]  # fmt: skip
                return dict(pairs)
            case "float", "nan" | "inf" | "-inf":
                return float(held)
            case "scalar", [str() as dtype, number] if dtype in SCALARS:
                return np.dtype(dtype).type(self._decode(number, arrays))
            case "array", [int() as place, list() as axes] if 0 <= place < len(arrays):
                # where in the stored array each axis stands
                places = [axes.index(axis) for axis in range(len(axes))]
                return arrays[place].transpose(places)
            case _, dict() if name in self._by_name:
                parts = {part: self._decode(entry, arrays) for part, entry in held.items()}
                return self._by_name[name].whole(parts)
        raise CodecError(f"no value of the kind {name[:60]!r}: {str(held)[:60]}")
