"""Paired differences: intervals that cover, luck that is told apart, and what it can be worth."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.compare.statistics import (
    beyond_luck,
    chance_of_luck,
    largest_ratio,
    paired,
    ratio_bound,
    variance_of,
)
from experiments.student import half_width, within
from tests.helpers import hoeffding

MANY = 4_000


@pytest.mark.parametrize(
    ("freedom", "expected"),  # printed tables of the distribution
    [(1, 12.706), (2, 4.303), (3, 3.182), (9, 2.262), (10, 2.228), (30, 2.042), (120, 1.980)],
)
def test_students_t_is_that_of_the_tables(freedom: int, expected: float) -> None:
    assert half_width(freedom) == pytest.approx(expected, abs=6e-4)
    assert within(half_width(freedom), freedom) == pytest.approx(0.95, abs=1e-9)
    assert within(-1.3, freedom) == within(1.3, freedom)


@pytest.mark.parametrize("pairs", [3, 6])
def test_the_interval_covers_a_known_mean_as_often_as_it_says(pairs: int) -> None:
    luck = np.random.default_rng(3)
    baseline = luck.normal(100.0, 30.0, (pairs, MANY))
    found = paired(baseline, baseline + luck.normal(2.0, 5.0, (pairs, MANY)))
    covered = float(np.mean((found.low <= 2.0) & (found.high >= 2.0)))
    assert abs(covered - 0.95) < hoeffding(MANY)
    # with the normal distribution's 1.96 it would not
    narrow = 1.96 / half_width(pairs - 1)
    inside = np.abs(found.effect - 2.0) <= narrow * (found.high - found.effect)
    assert float(np.mean(inside)) < 0.95 - hoeffding(MANY)


def test_the_variance_ratio_is_the_gain_of_common_luck() -> None:
    luck = np.random.default_rng(4)
    baseline = luck.normal(0.0, 3.0, (MANY, 1))
    found = paired(baseline, baseline + luck.normal(0.0, 1.0, (MANY, 1)))
    # (9 + 10) / 1
    assert found.variance_ratio[0] == pytest.approx(19.0, rel=0.1)
    apart = paired(baseline, luck.normal(0.0, 3.0, (MANY, 1)))
    assert apart.variance_ratio[0] == pytest.approx(1.0, rel=0.1)


def test_what_is_alike_has_an_effect_of_exactly_nought() -> None:
    baseline = np.random.default_rng(6).normal(0.1, 1.0, (7, 50))
    found = paired(baseline, baseline.copy())
    for part in (found.effect, found.low, found.high):
        np.testing.assert_array_equal(part, 0.0)
    assert np.isnan(found.variance_ratio).all()


def test_a_difference_that_never_varies_has_no_width() -> None:
    baseline = np.array([[0.1], [0.7], [0.3]])
    constant = variance_of(np.full((3, 1), 0.1), np.ones((3, 1), bool))
    assert constant[0] == 0.0
    found = paired(np.zeros((3, 1)), np.full((3, 1), 0.1))
    assert found.low[0] == found.high[0] == found.effect[0]
    assert np.isnan(paired(baseline, baseline).variance_ratio[0])


def test_blanks_are_left_out_pair_by_pair() -> None:
    nan = np.nan
    against = np.array([[1.0, nan, nan], [2.0, 5.0, nan], [3.0, 7.0, 1.0]])
    value = np.array([[2.0, 4.0, 1.0], [4.0, 6.0, nan], [nan, 10.0, nan]])
    found = paired(against, value)
    np.testing.assert_array_equal(found.pairs, [2, 2, 0])
    np.testing.assert_array_equal(found.baseline[:2], [1.5, 6.0])
    np.testing.assert_array_equal(found.effect[:2], [1.5, 2.0])
    assert np.isnan([found.effect[2], found.low[2], found.variance_ratio[2]]).all()


def test_one_pair_has_an_effect_and_no_interval() -> None:
    found = paired([[1.0]], [[3.0]])
    assert found.effect[0] == 2.0
    assert np.isnan([found.low[0], found.high[0], found.variance_ratio[0]]).all()


# Many countries ------------------------------------------------------------------------------


def test_the_correction_is_that_of_benjamini_and_hochberg() -> None:
    # the example of their paper of 1995, section 3.2: four of fifteen are rejected
    chances = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240,
               0.4262, 0.5719, 0.6528, 0.7590, 1.0]  # fmt: skip
    order = np.random.default_rng(1).permutation(len(chances))
    named = beyond_luck(np.array(chances)[order])
    np.testing.assert_array_equal(np.flatnonzero(named[np.argsort(order)]), [0, 1, 2, 3])
    assert not beyond_luck([]).any()


def test_luck_alone_names_a_country_as_seldom_as_promised() -> None:
    luck, worlds = np.random.default_rng(8), 1_000
    named = [beyond_luck(chance_of_luck(luck.normal(size=(10, 58)))).any() for _ in range(worlds)]
    assert np.mean(named) < 0.05 + hoeffding(worlds)
    differences = luck.normal(size=(10, 58))
    differences[:, 7] += 4.0
    np.testing.assert_array_equal(np.flatnonzero(beyond_luck(chance_of_luck(differences))), [7])


def test_few_equal_differences_are_no_proof() -> None:
    alike = chance_of_luck(np.array([[20.0, 0.0], [20.0, 0.0], [20.0, 0.0]]))
    np.testing.assert_array_equal(alike, [0.25, 1.0])


# The worth of common luck --------------------------------------------------------------------


@pytest.mark.parametrize("effect", [-0.5, -0.1, 0.05, 0.2, 1.0])
def test_perfect_common_luck_reaches_the_bound(effect: float) -> None:
    luck, mean, scale = np.random.default_rng(11), 200.0, 20.0
    size = 40_000
    if effect > 0:  # independent events are added
        against = luck.poisson(mean, size)
        value = against + luck.poisson(effect * mean, size)
    else:  # events are taken away by luck of their own
        against = luck.poisson(mean, size)
        value = luck.binomial(against, 1.0 + effect)
    found = paired(scale * against[:, None], scale * value[:, None])
    bound = float(largest_ratio(effect))
    assert found.variance_ratio[0] == pytest.approx(bound, rel=0.06)
    apart = scale**2 * (np.var(against, ddof=1) + np.var(value, ddof=1))
    assert float(ratio_bound(apart, found.effect[0], scale)) == pytest.approx(bound, rel=0.06)


def test_a_policy_that_gives_and_takes_stays_below_the_bound() -> None:
    luck = np.random.default_rng(12)
    kept, taken, given = (luck.poisson(mean, 40_000) for mean in (180, 20, 30))
    found = paired((kept + taken)[:, None], (kept + given)[:, None])
    assert found.variance_ratio[0] < 0.5 * float(largest_ratio(0.05))


def test_without_an_effect_there_is_no_bound() -> None:
    assert np.isinf(largest_ratio(0.0)) and np.isinf(ratio_bound(1.0, 0.0, 20.0))
    assert float(largest_ratio(0.10)) == pytest.approx(21.0)
