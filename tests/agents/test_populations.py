"""Populations: rows are born and removed in every column alike."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from numpy.typing import NDArray

from agents.declare import column
from agents.populations import Population
from agents.researchers import Researchers


@dataclasses.dataclass(init=False, eq=False, repr=False)
class Herd(Population):
    """A population for these tests: every column is a function of the name."""

    name: NDArray[np.int64] = column(np.int64, unit="", meaning="name")
    weight: NDArray[np.float32] = column(np.float32, unit="kg", meaning="twice the name")
    spots: NDArray[np.int8] = column(np.int8, unit="", meaning="the name and the next", width=2)


def columns_of(names: NDArray[np.int64]) -> dict[str, Any]:
    return {
        "name": names, "weight": 2.0 * names,
        "spots": np.column_stack((names % 100, (names + 1) % 100)),
    }


def check(herd: Herd, names: set[int]) -> None:
    assert herd.count == len(names)
    assert set(herd.name.tolist()) == names
    for column_name, values in columns_of(herd.name).items():
        np.testing.assert_array_equal(getattr(herd, column_name), values)


def herd_of(size: int) -> Herd:
    herd = Herd()
    herd.born(size, **columns_of(np.arange(size)))
    return herd


def test_a_birth_needs_every_column() -> None:
    herd = herd_of(3)
    with pytest.raises(TypeError, match=r"Herd\.born needs every column: missing \['spots'\]"):
        herd.born(1, name=1, weight=2.0)
    with pytest.raises(TypeError, match=r"unknown \['height'\]"):
        herd.born(1, **columns_of(np.arange(1)), height=3)
    check(herd, {0, 1, 2})


def test_a_birth_says_where_the_new_rows_are() -> None:
    herd = herd_of(3)
    new = herd.born(2, **columns_of(np.array([50, 60])))
    np.testing.assert_array_equal(new, [3, 4])
    np.testing.assert_array_equal(herd.name[new], [50, 60])
    assert herd.born(0, **columns_of(np.arange(0))).size == 0


def test_growth_keeps_what_was_there_and_views_write_to_the_store() -> None:
    herd = herd_of(5)
    herd.name[2] = 70
    herd.weight[2] = 140
    herd.spots[2] = (70, 71)
    for start in range(100, 5000, 100):
        herd.born(100, **columns_of(np.arange(start, start + 100)))
    check(herd, {0, 1, 70, 3, 4, *range(100, 5000)})


def test_a_removed_row_does_not_come_back_to_life() -> None:
    herd = herd_of(20)
    herd.remove(np.arange(20))
    assert herd.count == 0
    herd.born(2, **columns_of(np.array([7, 8])))
    check(herd, {7, 8})


def test_removal_says_which_rows_moved() -> None:
    herd = herd_of(10)
    names = herd.name.copy()
    moved, now = herd.remove(np.array([0, 9, 4, 4]))
    np.testing.assert_array_equal(herd.name[now], names[moved])
    untouched = np.setdiff1d(np.arange(herd.count), now)
    np.testing.assert_array_equal(herd.name[untouched], names[untouched])
    assert moved.size <= 3, "only holes are filled"
    check(herd, {1, 2, 3, 5, 6, 7, 8})


def test_a_permutation_keeps_rows_together() -> None:
    herd = herd_of(10)
    order = np.random.default_rng(1).permutation(10)
    herd.permute(order)
    np.testing.assert_array_equal(herd.name, order)
    check(herd, set(range(10)))


def test_copies_of_rows_are_no_views() -> None:
    herd = herd_of(4)
    copies = herd.rows(np.array([1, 2]))
    copies["name"][:] = 99
    check(herd, {0, 1, 2, 3})
    assert herd.bytes_per_row() == 8 + 4 + 2


class AnyHistory(RuleBasedStateMachine):
    """Births, removals and permutations in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.herd, self.names, self.next = Herd(), set[int](), 0

    @rule(number=st.integers(0, 40))
    def born(self, number: int) -> None:
        names = np.arange(self.next, self.next + number)
        self.herd.born(number, **columns_of(names))
        self.names |= set(names.tolist())
        self.next += number

    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        count = self.herd.count
        rows = data.draw(st.lists(st.integers(0, max(count - 1, 0)), max_size=count))
        chosen = np.array(rows if count else [], dtype=np.intp)
        self.names -= set(self.herd.name[chosen].tolist())
        self.herd.remove(chosen)

    @rule(seed=st.integers(0, 99))
    def permute(self, seed: int) -> None:
        self.herd.permute(np.random.default_rng(seed).permutation(self.herd.count))

    @invariant()
    def whole(self) -> None:
        check(self.herd, self.names)


TestAnyHistory = AnyHistory.TestCase
TestAnyHistory.settings = settings(
    derandomize=True, deadline=None, max_examples=15, stateful_step_count=12
)


def people_of(size: int) -> Researchers:
    people = Researchers()
    blank = dict.fromkeys(Researchers.columns(), 0)
    people.born(size, **blank | {"key": np.arange(size), "id": people.new_ids(size)})
    return people


def test_numbers_of_people_are_never_used_twice() -> None:
    people = people_of(30)
    people.remove(np.arange(10, 30))
    blank = dict.fromkeys(Researchers.columns(), 0)
    people.born(5, **blank | {"key": 1, "id": people.new_ids(5)})
    assert sorted(people.id.tolist()) == [*range(10), *range(30, 35)]


def test_a_number_finds_its_row_after_removals_and_permutations() -> None:
    people = people_of(40)
    people.remove(np.array([0, 5, 39, 17]))
    people.permute(np.random.default_rng(2).permutation(people.count))
    people.remove(np.array([3]))
    ids = people.id.copy()
    np.testing.assert_array_equal(people.row_of(ids), np.arange(people.count))
    np.testing.assert_array_equal(people.row_of(np.array([0, 5, 39, 17])), [-1] * 4)
    assert len(people) == people.count == 35


def test_renumbering_follows_identities_not_rows() -> None:
    people = people_of(10)
    people.permute(np.random.default_rng(3).permutation(10))
    people.remove(np.array([2, 4]))
    people.renumber()
    np.testing.assert_array_equal(np.argsort(people.key), people.row_of(np.arange(8)))
    assert people.next_id == 8
