"""One agent for twenty or for fifty persons: national results are the same but for luck."""

from __future__ import annotations

import numpy as np
import pytest

from experiments import scales

FINE, COARSE, COARSER, FAR_TOO_COARSE = 20.0, 50.0, 150.0, 2000.0
SEEDS = 8


@pytest.fixture(scope="module")
def worlds() -> scales.Worlds:
    """A year at a coarse scale and at one that is far too coarse."""
    return scales.live((COARSER, FAR_TOO_COARSE), SEEDS, "2019-12", workers=1)


@pytest.mark.thorough
def test_results_agree_at_two_scales() -> None:
    """At one false alarm in ``1 / FALSE_ALARM`` over all comparisons together."""
    frame = scales.compare(scales.live((FINE, COARSE), SEEDS, "2020-12"))
    assert len(frame) > 30
    apart = frame[frame["differs"]]
    assert apart.empty, apart.to_string()


def test_luck_does_not_hide_a_world_that_is_too_coarse(worlds: scales.Worlds) -> None:
    """Thin markets and rows of one agent change results: so few seeds are enough to see it."""
    frame = scales.compare(worlds)
    assert frame["differs"].any()


def test_what_is_scaled_has_the_size_of_the_data(worlds: scales.Worlds) -> None:
    """Counts are told in persons: no scale is off by the number of persons an agent."""
    for name in worlds[COARSER][0]:
        if name.startswith("stock"):
            fine, coarse = (
                float(np.mean([result[name] for result in worlds[scale]]))
                for scale in (COARSER, FAR_TOO_COARSE)
            )
            assert coarse == pytest.approx(fine, rel=0.2)
