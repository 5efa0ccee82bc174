"""What goes through the codec comes back as it was, and nothing unknown comes through."""

from __future__ import annotations

import dataclasses
import json
import math
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.codec import Codec, CodecError, of_dataclass, of_named_tuple


@dataclasses.dataclass
class Thing:
    name: str
    held: Any


class Pair(NamedTuple):
    one: Any
    two: Any


CODEC = Codec([of_dataclass(Thing), of_named_tuple(Pair)])


def through(value: Any) -> Any:
    """Out and in again, by way of JSON text and copies of the arrays."""
    plain, arrays = CODEC.encode(value)
    text = json.dumps(plain, allow_nan=False)
    return CODEC.decode(json.loads(text), [np.array(array, order="C") for array in arrays])


def same(one: Any, other: Any) -> bool:
    """Alike to the bit, types included."""
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray):
        return (
            one.dtype == other.dtype and one.shape == other.shape and one.strides == other.strides
            and one.tobytes() == other.tobytes()
        )
    if isinstance(one, float):
        return np.float64(one).tobytes() == np.float64(other).tobytes() or (
            math.isnan(one) and math.isnan(other)
        )
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, Thing):
        return same(vars(one), vars(other))
    return bool(one == other)


PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
KEYS = st.text() | st.integers() | st.tuples(st.integers(), st.text())
VALUES = st.recursive(
    PLAIN,
    lambda inner: (
        st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(KEYS, inner)
        | st.builds(Thing, st.text(), inner) | st.builds(Pair, inner, inner)
    ),
    max_leaves=20,
)


@given(VALUES)
def test_trees_of_plain_values_come_back(value: Any) -> None:
    assert same(through(value), value)


@pytest.mark.parametrize("value", [
    np.float64("nan"), np.float32(0.1), np.int64(-(2**63)), np.uint64(2**64 - 1), np.bool_(True),
    np.int8(-3), np.float64("-inf"), -0.0,
])  # fmt: skip
def test_numbers_of_numpy_keep_their_type(value: Any) -> None:
    assert same(through(value), value)


ARRAYS = [
    np.arange(24, dtype=np.int16), np.zeros((0, 3), dtype=np.float32), np.array(2.5),
    np.array([np.nan, -0.0, np.inf]), np.arange(24.0).reshape(2, 3, 4),
    np.asfortranarray(np.arange(12.0).reshape(3, 4)),
    np.stack([np.arange(6.0).reshape(2, 3).T] * 2), np.array([True, False]),
]


@pytest.mark.parametrize("array", ARRAYS, ids=lambda array: f"{array.dtype}{array.shape}")
def test_arrays_keep_type_shape_and_the_order_in_memory(array: Any) -> None:
    """Sums of floats depend on the order, so it belongs to the bits."""
    assert same(through({"a": [array]}), {"a": [array]})


def test_a_view_with_gaps_comes_back_without_them() -> None:
    view = np.arange(40.0).reshape(4, 10)[:, ::2]
    np.testing.assert_array_equal(through(view), view)


@pytest.mark.parametrize("value", [
    {1, 2}, object(), Path("x"), np.array(["text"]), np.array([object()]), 1j, print, [b"bytes"],
])  # fmt: skip
def test_what_is_of_no_known_kind_is_not_saved(value: Any) -> None:
    with pytest.raises(TypeError, match="of no kind that can be saved"):
        CODEC.encode(value)


@pytest.mark.parametrize("plain", [
    {}, {"tuple": [], "dict": []}, {"tuple": 1}, {"dict": [[1]]}, {"dict": [[[1], 2]]},
    {"dict": 7}, {"float": "1e5"}, {"float": 3}, {"scalar": ["int8", 300]},
    {"scalar": ["object", 1]}, {"scalar": ["int64", "x"]}, {"array": [0, [0]]},
    {"array": [-1, []]}, {"array": 1}, {"os.system": {"command": "true"}}, {"Popen": {}},
    {"Thing": {"name": "x"}}, {"Thing": {"name": "x", "held": 1, "more": 2}}, {"Thing": []},
    {"Pair": {"one": 1}}, {"__class__": "Thing"}, [[{"eval": "1"}]],
])  # fmt: skip
def test_what_was_not_written_here_is_not_read(plain: Any) -> None:
    with pytest.raises(CodecError):
        CODEC.decode(plain, [])


def test_endless_nesting_is_not_read() -> None:
    plain: Any = []
    for _ in range(100_000):
        plain = [plain]
    with pytest.raises(CodecError, match="nested"):
        CODEC.decode(plain, [])


@pytest.mark.parametrize("axes", [[0], [0, 0], [1, 2], ["a", "b"], [0, 1, 2]])
def test_axes_that_an_array_has_not_are_not_read(axes: Any) -> None:
    with pytest.raises(CodecError):
        CODEC.decode({"array": [0, axes]}, [np.zeros((2, 3))])
