"""What is read off a comparison, where the answer is known because the worlds are made up."""

from __future__ import annotations

import numpy as np
import pytest

from agents.levers import month_number
from experiments.compare import reading
from experiments.compare.statistics import largest_ratio
from tests.comparisons import MEAN, SCALE, arm, made_up


def test_years_after_the_change_begin_with_the_year_of_the_change() -> None:
    found = made_up([{}, {}, {}], arms=[
        arm("early", first="2019-01"), arm("late", first="2021-07"), arm("never", (), None),
    ])  # fmt: skip
    early, late, never = found.policies
    assert reading.years_after(found, early) == ["2019", "2020", "2021"]
    assert reading.years_after(found, late) == ["2021"]
    assert reading.years_after(found, never) == []
    assert reading.main_effects(found, never, "KOR").empty


def test_against_a_policy_the_first_change_of_either_counts() -> None:
    found = made_up([{}], arms=[arm("late", ("JPN",), first="2021-07")])
    found.arms = (arm("other", ("KOR",), first="2020-02"), *found.policies)
    assert reading.first_month(found, found.policies[0]) == month_number("2020-02")
    assert reading.acting_countries(found, found.policies[0]) == ("JPN", "KOR")


def test_flows_are_summed_over_the_years_pair_by_pair() -> None:
    found = made_up([{"KOR": 80.0}], pairs=40)
    table = reading.main_effects(found, found.policies[0], "KOR")
    cells = table.set_index(["measure", "period"])
    total = cells.loc[("inflow", reading.SUM)]
    years = cells.loc["inflow"].drop(reading.SUM)
    assert total["effect"] == pytest.approx(years["effect"].sum())
    # two independent years: their half-widths add like the sides of a right angle
    halves = (years["high"] - years["effect"]).to_numpy()
    half = total["high"] - total["effect"]
    assert half == pytest.approx(np.hypot(*halves), rel=0.35) and half < halves.sum()
    assert ("stock", reading.SUM) not in cells.index
    # what was put in: 80 agents a year
    assert total["low"] < 2 * 80 * SCALE < total["high"]


def test_who_gains_and_who_loses_is_found_among_all() -> None:
    found = made_up([{"KOR": 60.0}], pairs=20)
    moved = reading.shifts(found, found.policies[0])
    assert moved["country"].iloc[0] == "KOR" and bool(moved["beyond_luck"].iloc[0])
    assert set(moved.loc[~moved["beyond_luck"], "country"]) == {"JPN", "USA", "CHN", "IND"}
    assert "WLD" not in set(moved["country"])


def test_a_gain_is_drawn_from_those_that_lose() -> None:
    found = made_up([{"KOR": 60.0}], pairs=20)
    stock = found.keys.query("measure == 'stock' and period == '2021'").reset_index()
    column = stock.set_index("country")["index"]
    gain = found.values[1][:, column["KOR"]] - found.values[0][:, column["KOR"]]
    found.values[1][:, column["IND"]] -= 0.75 * gain
    moved = reading.shifts(found, found.policies[0])
    drawn = reading.drawn_from(moved, ["KOR"])
    assert list(drawn["country"]) == ["IND"]
    assert drawn["share"].iloc[0] == pytest.approx(0.75)
    assert reading.drawn_from(moved, ["IND"]).empty  # who loses draws from nobody


def test_the_variance_ratio_lies_at_the_bound_where_luck_is_common() -> None:
    found = made_up([{"KOR": 0.2 * MEAN}], pairs=4_000)
    table = reading.worth_of_common_luck(found, found.policies[0])
    row = table.set_index(["measure", "years"]).loc[("inflow", 0)]
    assert row["relative_effect"] == pytest.approx(0.2, rel=0.05)
    assert row["bound"] == pytest.approx(float(largest_ratio(0.2)), rel=0.1)
    assert row["variance_ratio"] == pytest.approx(row["bound"], rel=0.1)
    # outflows are the same in every pair: neither a ratio nor a bound
    still = table.set_index(["measure", "years"]).loc[("outflow", 0)]
    assert np.isnan(still["variance_ratio"]) and np.isnan(still["bound"])


def test_one_pair_says_nothing_of_luck() -> None:
    found = made_up([{"KOR": 60.0}], pairs=1)
    assert reading.worth_of_common_luck(found, found.policies[0]).empty
    assert not reading.shifts(found, found.policies[0])["beyond_luck"].any()
