"""Running one world."""

from __future__ import annotations

import pytest

from agents.declare import InputError
from experiments.run import run


def test_progress_counts_every_month() -> None:
    told: list[tuple[int, int]] = []
    record = run(
        "small", until="2019-04", persons_per_agent=2000,
        progress=lambda done, total: told.append((done, total)),
    )  # fmt: skip
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]
    months = {period for period in record.national["period"] if len(period) == 7}
    assert max(months) == "2019-04"
    assert record.manifest["scenario"]["end"] == "2019-04"


def test_settings_reach_the_model_and_the_manifest() -> None:
    name = "bidding.pay_weight"
    record = run("small", until="2019-01", persons_per_agent=2000, parameters={name: 2.0})
    assert record.manifest["parameters"][name] == 2.0
    assert record.manifest["scenario"]["parameters"] == {name: 2.0}


def test_a_misspelt_parameter_is_answered_before_anything_runs() -> None:
    with pytest.raises(InputError, match=r"did you mean 'bidding\.pay_weight'"):
        run("small", parameters={"bidding.pay_wieght": 2.0})
