"""Sorting by group, and the next post on a ring, against what NumPy finds."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from agents.populations import rows_of_marked
from model.month.encounters import POINT_BITS, _next_on_ring
from model.ordering import by_group

POINTS = st.integers(0, 2**POINT_BITS - 1)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(-5, 5)), max_size=200))
def test_positions_are_those_of_a_stable_sort_by_group_and_value(
    pairs: list[tuple[int, int]]
) -> None:
    group = np.array([pair[0] for pair in pairs], dtype=np.int64)
    value = np.array([pair[1] for pair in pairs], dtype=np.float64)
    np.testing.assert_array_equal(by_group(group, value), np.lexsort((value, group)))


@given(st.lists(POINTS, min_size=1, max_size=60), POINTS, st.integers(0, 3))
def test_the_next_post_is_the_first_at_the_point_or_beyond(
    points: list[int], wanted: int, ring: int
) -> None:
    here = np.uint64(ring) << np.uint64(POINT_BITS)
    place = np.sort(np.array(points, dtype=np.uint64)) | here
    # another ring before and one behind
    before, behind = np.zeros(3, dtype=np.uint64), np.full(3, 2**64 - 1, dtype=np.uint64)
    board = np.concatenate((before, place, behind))
    found = _next_on_ring(board, 3, 3 + place.size, np.uint64(wanted))
    assert found == 3 + np.searchsorted(place, np.uint64(wanted) | here)


def test_people_of_no_group_are_none_of_the_marked() -> None:
    group = np.array([2, -1, 0, 1, 2], dtype=np.int32)
    marked = np.array([False, False, True, True])
    np.testing.assert_array_equal(rows_of_marked(group, marked), [0, 4])
