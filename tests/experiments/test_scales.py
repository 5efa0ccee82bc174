"""National results hold at other scales, and the comparison that says so can see a difference."""

from __future__ import annotations

import math

import numpy as np
import pytest

from experiments import scales
from tests.helpers import FALSE_ALARM


def test_the_rate_is_that_of_all_tests() -> None:
    assert scales.FALSE_ALARM == FALSE_ALARM


@pytest.mark.parametrize(
    ("score", "freedom", "chance"),
    [(12.706, 1, 0.05), (2.228, 10, 0.05), (4.587, 10, 0.001), (-1.972, 200, 0.05), (0.0, 5, 1.0)],
)
def test_the_tail_of_student(score: float, freedom: float, chance: float) -> None:
    assert scales.student_tail(score, freedom) == pytest.approx(chance, rel=2e-3)


def test_the_tail_far_out_is_not_lost_to_rounding() -> None:
    # with two degrees of freedom it has a closed form
    score = 1e4
    exact = 1.0 - score / math.sqrt(2.0 + score**2)
    assert scales.student_tail(score, 2.0) == pytest.approx(exact, rel=1e-3)


def test_holm_raises_the_smallest_most() -> None:
    raised = scales.holm([0.01, 0.04, 0.03, 0.5])
    np.testing.assert_allclose(raised, [0.04, 0.09, 0.09, 0.5])


def toy(mean: float, seed: int) -> list[dict[str, float]]:
    luck = np.random.default_rng(seed)
    return [
        {f"result {number}": float(value) for number, value in enumerate(luck.normal(mean, 1, 40))}
        for _ in range(12)
    ]


def test_a_difference_of_scales_is_seen_and_luck_is_not() -> None:
    alike = scales.compare({20.0: toy(10.0, 1), 50.0: toy(10.0, 2), 100.0: toy(10.0, 3)})
    assert len(alike) == 120 and not alike["differs"].any()
    worlds = {20.0: toy(10.0, 1), 50.0: toy(10.0, 2), 100.0: toy(16.0, 3)}
    apart = scales.compare(worlds)
    assert (apart["differs"] == (apart["coarse"] == 100.0)).all()
    page = scales.to_markdown(worlds, "2020-12")
    assert "| 20 and 100, 50 and 100 |" in page and "80 of them differ" in page


def test_stocks_and_shares_add_up() -> None:
    found = scales.results_of(scales.World(1000.0, 1, "2019-02"))
    shares = [value for name, value in found.items() if name.startswith("at work in")]
    assert len(shares) == 4 and sum(shares) == pytest.approx(100.0)
    assert sum(name.startswith("stock") for name in found) == scales.LARGEST
    assert all(math.isfinite(value) for value in found.values())
