"""Designs of sweeps: what is read from files and tables, in which order it is lived, mistakes."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.declare import InputError
from experiments.sensitivity import read_plan
from experiments.sweep import Design, read_design
from experiments.sweep.spaces import Grid, latin_hypercube, places_at, sobol
from model.toml_files import shipped_names, shipped_text

HOME, COST = "bidding.home_attachment", "bidding.distance_cost"
QUICK: dict[str, Any] = {"scenario": "small", "persons_per_agent": 2000, "until": "2019-02"}


def design(**given: Any) -> Design:
    """A quick design with some keys of a file."""
    return read_design({**QUICK, **given})


def vary(name: str = HOME, **given: Any) -> dict[str, Any]:
    """One ``[[vary]]``."""
    return {"parameter": name, **given}


GRID = [vary(values=[0.4, 0.8, 1.6]), vary(COST, values=[0.05, 0.15])]


# Points --------------------------------------------------------------------------------------


def test_a_factorial_holds_every_combination_once() -> None:
    found = design(vary=GRID, policies=["none", "usa-top-tax"], seeds=[3, 5])
    runs = list(found.runs())
    assert len(runs) == len(found) == 24
    combined = Counter((run.values[HOME], run.values[COST], run.side, run.seed) for run in runs)
    assert len(combined) == 24 and set(combined.values()) == {1}
    assert len({run.name for run in runs}) == 24
    assert len({run.point for run in runs}) == 6


def test_a_list_pairs_values() -> None:
    varied = [vary(values=[0.4, 0.8]), vary(COST, values=[0.05, 0.15])]
    runs = design(vary=varied, method="list").runs()
    assert sorted(tuple(run.values.values()) for run in runs) == [(0.4, 0.05), (0.8, 0.15)]


@pytest.mark.parametrize(("method", "points"), [("latin-hypercube", 64), ("sobol", 64)])
def test_sampled_points_fill_the_range_evenly(method: str, points: int) -> None:
    varied = [vary(low=0.5, high=1.5), vary(COST)]  # the second over its declared range
    found = design(vary=varied, method=method, points=points)
    rows = np.array([found.space.point(number) for number in range(len(found.space))])
    assert rows.shape == (points, 2)
    for column, (low, high) in zip(rows.T, ((0.5, 1.5), (0.0, 0.6)), strict=True):
        shares = (np.sort(column) - low) / (high - low)
        assert np.all((shares >= 0.0) & (shares < 1.0))
        slices = np.floor(shares * 16).astype(int)
        fewest, most = np.bincount(slices, minlength=16).min(), np.bincount(slices).max()
        assert most - fewest <= 2 * (method == "sobol")


def test_each_slice_of_a_latin_hypercube_holds_one_point() -> None:
    cube = latin_hypercube(37, 3)
    for column in cube.T:
        assert sorted(np.floor(column * 37).astype(int)) == list(range(37))
    assert not np.array_equal(np.argsort(cube[:, 0]), np.argsort(cube[:, 1]))


def test_points_are_the_same_everywhere() -> None:
    np.testing.assert_array_equal(sobol(8, 2), sobol(16, 2)[:8])
    assert sobol(4, 2).round(6).tolist() == sobol(4, 2).round(6).tolist()
    assert len(np.unique(sobol(64, 3), axis=0)) == 64


def test_a_range_with_levels_is_spread_out() -> None:
    found = design(vary=[vary(low=0.0, high=1.0, levels=5)])
    assert found.space.described() == {HOME: [0.0, 0.25, 0.5, 0.75, 1.0]}


def test_a_star_stands_for_uncertain_parameters() -> None:
    found = design(vary=[vary("bidding.*")], method="latin-hypercube", points=4)
    assert "bidding.pay_weight" in found.names and "bidding.expected_tenure" not in found.names


def test_the_scale_varies_too() -> None:
    runs = list(design(vary=[vary("persons_per_agent", values=[1000, 2000])]).runs())
    assert sorted(run.persons_per_agent for run in runs) == [1000.0, 2000.0]


def test_a_table_is_a_design() -> None:
    frame = pd.DataFrame({HOME: [0.4, 0.8, 0.8], "policies": ["none", "usa-top-tax", None],
                          "seed": [7, 8, 9], "persons_per_agent": [2000, 2000, 1000]})
    runs = sorted(read_design(frame, scenario="small", until="2019-02").runs())
    found = {(run.values[HOME], run.side, run.seed, run.persons_per_agent) for run in runs}
    assert found == {(0.4, "none", 7, 2000.0), (0.8, "usa-top-tax", 8, 2000.0),
                     (0.8, "none", 9, 1000.0)}  # fmt: skip
    both = read_design(frame[[HOME]], scenario="small", until="2019-02", seeds=[1, 2])
    assert len(list(both.runs())) == len(both) == 6


def test_a_file_is_read_with_what_stands_beside_it(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(
        'name = "mine"\ntitle = "Mine"\n[[change]]\nfrom = "2019-02"\ncountry = "KOR"\n'
        "set = { returnee_grant_usd = 7 }\n"
    )
    file = tmp_path / "design.toml"
    file.write_text(
        'scenario = "small"\npolicies = ["none", "mine.toml"]\nseeds = 2\nuntil = "2019-02"\n'
        '[parameters]\nbidding.pay_weight = 2.0\n[keep]\nmeasures = ["net"]\n'
    )
    found = read_design(file)
    assert [side.name for side in found.sides] == ["none", "mine"]
    assert found.scenario.parameters == {"bidding.pay_weight": 2.0}
    assert found.seeds == (1, 2) and len(found) == 4 and found.keep.measures == ("net",)


@pytest.mark.parametrize("name", shipped_names("design"))
def test_shipped_designs_can_be_read(name: str) -> None:
    text = shipped_text(name, "design")
    if "[sensitivity]" in text:
        assert len(read_plan(name).names) > 1
        with pytest.raises(InputError, match="talentmarket sensitivity"):
            read_design(name)
    else:
        assert len(read_design(name)) > 1


# Order and names -----------------------------------------------------------------------------


@given(sizes=st.lists(st.integers(1, 6), min_size=1, max_size=4))
def test_visits_meet_every_place_once(sizes: list[int]) -> None:
    visits = [places_at(sizes, visit) for visit in range(int(np.prod(sizes)))]
    assert len(set(visits)) == len(visits)
    for place in visits:
        assert all(0 <= at < size for at, size in zip(place, sizes, strict=True))


@given(sizes=st.lists(st.integers(2, 8), min_size=2, max_size=4))
def test_a_stopped_sweep_has_covered_every_direction(sizes: list[int]) -> None:
    longest = max(sizes)
    rounds = [places_at(sizes, visit) for visit in range(longest)]
    for direction, size in enumerate(sizes):
        met = np.bincount([place[direction] for place in rounds], minlength=size)
        assert met.min() >= longest // size and met.max() <= -(-longest // size)


def test_a_quarter_of_a_sweep_covers_values_and_policies() -> None:
    found = design(
        vary=[vary(low=0.0, high=1.0, levels=8), vary(COST, low=0.0, high=0.5, levels=4)],
        policies=["none", "usa-top-tax"], seeds=2,
    )
    quarter = list(found.runs())[: len(found) // 4]
    assert {run.seed for run in quarter} == {1}
    for direction, size in ((HOME, 8), (COST, 4)):
        counts = Counter(run.values[direction] for run in quarter)
        assert len(counts) == size and max(counts.values()) - min(counts.values()) <= 1
    assert Counter(run.side for run in quarter) == {"none": 16, "usa-top-tax": 16}


def test_names_tell_apart_what_decides_a_run() -> None:
    base = {run.name for run in design(vary=GRID).runs()}
    assert base == {run.name for run in design(vary=GRID).runs()}
    for change in ({"until": "2019-03"}, {"persons_per_agent": 1000}, {"seeds": [9]},
                   {"parameters": {"bidding.pay_weight": 2.0}}, {"policies": ["usa-top-tax"]},
                   {"keep": {"measures": ["net"]}}, {"scenario": "baseline"}):  # fmt: skip
        assert not base & {run.name for run in design(**{"vary": GRID, **change}).runs()}, change


def test_more_seeds_keep_the_names_of_the_others() -> None:
    few, more = design(vary=GRID, seeds=1), design(vary=GRID, seeds=3)
    assert few.checksum == more.checksum
    assert {run.name for run in few.runs()} < {run.name for run in more.runs()}


def test_a_large_grid_is_never_laid_out() -> None:
    grid = Grid(("a", "b", "c"), tuple(tuple(map(float, range(1000))) for _ in range(3)))
    assert len(grid) == 10**9
    assert grid.point(123_456_789) == (123.0, 456.0, 789.0)
    assert grid.number((123, 456, 789)) == 123_456_789


# Mistakes ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"vary": [vary("bidding.home_atachment", values=[1])]}, "did you mean 'bidding.home_att"),
        ({"vary": [vary(values=[0.4, 99])]}, "got 99.*0 to 3"),
        ({"vary": [vary(values=[])]}, "not a list of values"),
        ({"vary": [vary(values=[1, 1])]}, "stands twice"),
        ({"vary": [vary(low=1.0, high=1.0, levels=3)]}, "an empty range"),
        ({"vary": [vary(low=2.0, high=1.0, levels=3)]}, "an empty range"),
        ({"vary": [vary(low=0.5, high=1.0)]}, "levels"),
        ({"vary": [vary(values=[1], low=0.5)]}, "values and a range"),
        ({"vary": [vary(valeus=[1])]}, "did you mean 'values'"),
        ({"vary": [vary(values=[1]), vary(values=[2])]}, "named twice"),
        ({"vary": [vary("persons_per_agent", values=[0])]}, "got 0"),
        ({"vary": "bidding"}, r"\[\[vary\]\]"),
        ({"vary": [vary(values=[1]), vary(COST, values=[0.1, 0.2])], "method": "list"}, "unequal"),
        ({"vary": [vary()], "method": "sobol", "points": 50}, "power of two"),
        ({"vary": [vary()], "method": "latin-hypercube"}, "points: is missing"),
        ({"vary": [], "method": "latin-hypercube", "points": 5}, "nothing varies"),
        ({"vary": GRID, "points": 5}, "has no meaning here"),
        ({"vary": GRID, "method": "factorail"}, "did you mean 'factorial'"),
        ({"policies": ["usa-top-tacks"]}, "did you mean 'usa-top-tax'"),
        ({"policies": ["none", "none"]}, "named twice"),
        ({"seeds": 0}, "seeds"),
        ({"sceanrio": "small"}, "did you mean 'scenario'"),
        ({"scenario": "smal"}, "did you mean 'small'"),
        ({"parameters": {"bidding.pay_wieght": 1}}, "did you mean 'bidding.pay_weight'"),
        ({"keep": {"measures": ["nett"]}}, "did you mean 'net'"),
        ({"keep": {"countries": ["KORR"]}}, "did you mean 'KOR'"),
        ({"keep": {"periods": ["2035"]}}, "outside the scenario"),
        ({"keep": {"periods": ["May"]}}, "not a year or a month"),
        ({"keep": {"rows": ["net"]}}, "unknown key of keep"),
        ({"until": "1999-01"}, "1999-01"),
    ],
)
def test_mistakes_are_named(given: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        design(**given)


def test_ten_million_runs_need_consent() -> None:
    levels = [vary(low=0.0, high=1.0, levels=1000), vary(COST, low=0.0, high=0.5, levels=1000)]
    with pytest.raises(InputError, match=r"asks for 10,000,000 runs.*--runs 10000000"):
        design(vary=levels, seeds=10)
    with pytest.raises(InputError, match="asks for 10,000,000 runs"):
        design(vary=levels, seeds=10, runs=9_999_999)
    assert len(design(vary=levels, seeds=10, runs=10_000_000)) == 10_000_000
    with pytest.raises(InputError, match="asks for"):  # before any point is made
        design(vary=[vary()], method="sobol", points=2**30)


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (pd.DataFrame(), "holds no rows"),
        (pd.DataFrame({"bidding.pay": [1.0]}), "unknown parameter"),
        (pd.DataFrame({HOME: [0.4, 99.0]}), "row 2, column bidding.home_attachment.*99"),
        (pd.DataFrame({HOME: [0.4, None]}), "row 2"),
        (pd.DataFrame({HOME: [0.4], "persons_per_agent": [-1]}), "row 1"),
        (pd.DataFrame({HOME: [0.4], "seed": [-1]}), "not seeds"),
        (pd.DataFrame({HOME: [0.4], "policies": ["usa-top-tacks"]}), "unknown policy"),
    ],
)
def test_mistakes_in_a_table_are_named(frame: pd.DataFrame, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_design(frame, scenario="small")


def test_a_mistake_in_a_file_names_the_file(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('scenario = "small"\nseeds = 0\n')
    with pytest.raises(InputError, match=r"mine\.toml.*seeds"):
        read_design(file)
    with pytest.raises(InputError, match="no such file"):
        read_design(tmp_path / "other.toml")
    with pytest.raises(InputError, match="unknown design 'home-and-distence'; did you mean"):
        read_design("home-and-distence")
