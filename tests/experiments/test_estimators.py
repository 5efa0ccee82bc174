"""The published estimators find what was put into made-up data, and say how sure they are."""

from __future__ import annotations

import importlib

import numpy as np
import pandas as pd
import pytest

from experiments.natural_experiments.estimators import differences, poisson
from experiments.scorecard.arithmetic import poisson_regression
from tests.helpers import hoeffding

EFFECT = 0.3
PLACES, YEARS = 14, 4
FIXED = [("origin", "year"), ("origin", "destination")]
PAIR = ("origin", "destination")


def gravity(seed: int, places: int = PLACES) -> pd.DataFrame:
    """Flows with effects of origin-years and of pairs; half of the destinations are treated.

    Every pair has luck of its own in the years before and after, so counts are not Poisson and
    the rows of a pair are no separate facts.
    """
    luck = np.random.default_rng(seed)
    frame = pd.DataFrame(
        [(o, d, y) for o in range(places) for d in range(places) for y in range(YEARS) if o != d],
        columns=["origin", "destination", "year"],
    )
    o, d, y = (frame[name].to_numpy() for name in frame)
    treated = luck.permutation(places) < places // 2
    frame["after"] = y >= YEARS // 2
    frame["policy"] = treated[d] & frame["after"]
    shared = luck.gamma(10.0, 0.1, (places, places, 2))[o, d, frame["after"].astype(int)]
    push, pair = luck.normal(0, 0.5, (places, YEARS)), luck.normal(2, 1, (places, places))
    mean = np.exp(push[o, y] + pair[o, d] + EFFECT * frame["policy"])
    frame["moves"] = luck.poisson(mean * shared)
    frame["log_moves"] = push[o, y] + pair[o, d] + EFFECT * frame["policy"] + shared
    return frame


def test_ppml_is_the_poisson_regression_with_a_dummy_for_each_effect() -> None:
    frame = gravity(1, places=6)  # few, since a dense column for each effect takes long
    dummies = [
        pd.get_dummies(frame[list(effect)].astype(str).agg("-".join, axis=1), dtype=float)
        for effect in FIXED
    ]
    design = np.column_stack([frame["policy"].astype(float), *dummies])
    slow = poisson_regression(frame["moves"].to_numpy(dtype=float), design)
    fast = poisson(frame, "moves", ["policy"], FIXED, PAIR)["policy"]
    assert fast.value == pytest.approx(float(slow[0]), abs=1e-5)
    # a pair without any move says nothing about the policy
    assert fast.clusters == (frame.groupby(list(PAIR))["moves"].sum() > 0).sum()


def test_two_way_differences_are_the_four_means() -> None:
    frame = gravity(1)
    frame["treated"] = frame.groupby("destination")["policy"].transform("max")
    means = frame.groupby(["treated", "after"])["log_moves"].mean().unstack()
    by_hand = float((means[True] - means[False]).diff().iloc[-1])
    found = differences(frame, "log_moves", ["policy"], [("destination",), ("year",)], PAIR)
    assert found["policy"].value == pytest.approx(by_hand)


@pytest.mark.parametrize(
    ("estimator", "outcome"), [(poisson, "moves"), (differences, "log_moves")]
)
@pytest.mark.thorough
def test_what_was_put_in_lies_in_the_interval_as_often_as_promised(
    estimator: object, outcome: str
) -> None:
    samples = 120
    assert callable(estimator)
    found = [
        estimator(gravity(seed), outcome, ["policy"], FIXED, PAIR)["policy"]
        for seed in range(samples)
    ]
    covered = np.mean([one.low < EFFECT < one.high for one in found])
    assert abs(covered - 0.95) < hoeffding(samples)
    error = np.std([one.value for one in found], ddof=1)
    assert np.mean([one.value for one in found]) == pytest.approx(
        EFFECT, abs=3.3 * error / np.sqrt(samples)
    )
    # the promised error is the one that occurs
    assert np.mean([one.error for one in found]) == pytest.approx(error, rel=0.25)


def test_errors_without_clusters_promise_too_much() -> None:
    frame = gravity(1)
    frame["row"] = np.arange(len(frame))
    narrow = differences(frame, "log_moves", ["policy"], FIXED, ("row",))["policy"]
    clustered = differences(frame, "log_moves", ["policy"], FIXED, PAIR)["policy"]
    assert narrow.value == clustered.value and narrow.error < 0.9 * clustered.error


def test_a_coefficient_that_effects_take_up_is_refused() -> None:
    frame = gravity(1)
    with pytest.raises(ValueError, match=r"no variation is left .* after"):
        differences(frame, "log_moves", ["policy", "after"], [("year",), ("origin",)], PAIR)


def test_without_the_library_one_line_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(ImportError, match="pip install"):
        poisson(gravity(1), "moves", ["policy"], FIXED, PAIR)
