"""Sensitivity: known functions give their known indices, failed runs bias nothing, files are whole.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import talentmarket as tm
from agents.declare import InputError
from experiments.sensitivity import read_plan
from experiments.sensitivity.analysis import values_of
from experiments.sensitivity.indices import (
    screening,
    screening_points,
    share_points,
    shares,
)
from experiments.sweep import SweepStopped, sweeping
from model.talent_market import TalentMarket
from talentmarket.__main__ import main

pytest.importorskip("SALib")

NAMES = ("bidding.home_attachment", "bidding.distance_cost", "search.rate")
PLAN: dict[str, Any] = {
    "name": "tiny", "scenario": "small", "persons_per_agent": 2000, "until": "2019-02", "seeds": 2,
    "parameters": {"opening.burn_in_months": 0.0},
    "vary": [{"parameter": name} for name in NAMES],
    "sensitivity": {"country": "USA", "measure": "mean_pay", "periods": ["2019"],
                    "trajectories": 2, "screened": 2, "points": 4, "bootstrap": 20},
}  # fmt: skip
TOML = """
name = "tiny"
scenario = "small"
persons_per_agent = 2000
until = "2019-02"
seeds = 2
parameters = { "opening.burn_in_months" = 0.0 }
[[vary]]
parameter = "bidding.home_attachment"
[[vary]]
parameter = "bidding.distance_cost"
[[vary]]
parameter = "search.rate"
[sensitivity]
country = "USA"
measure = "mean_pay"
periods = ["2019"]
trajectories = 2
screened = 2
points = 4
bootstrap = 20
"""


def plan(**asked: Any) -> Any:
    """The plan with other numbers."""
    return read_plan({**PLAN, "runs": 100_000, "sensitivity": {**PLAN["sensitivity"], **asked}})


def unit(points: Any, names: Any, chosen: Any) -> Any:
    """Points as shares of the way across their ranges."""
    bounds = np.array(chosen.problem(names)["bounds"])
    return (points - bounds[:, 0]) / (bounds[:, 1] - bounds[:, 0])


# Known functions -----------------------------------------------------------------------------


def test_screening_gives_the_slopes_of_a_plane() -> None:
    chosen = plan(trajectories=12)
    points = screening_points(chosen)
    x = unit(points, NAMES, chosen)
    values = (4 * x[:, 0] - 7 * x[:, 1])[:, None].repeat(2, axis=1)
    found = screening(chosen, points, values)
    table = found.table.set_index("parameter")
    assert list(table.index) == ["bidding.distance_cost", "bidding.home_attachment", "search.rate"]
    np.testing.assert_allclose(table["mu_star"], [7, 4, 0], atol=1e-9)
    np.testing.assert_allclose(table["mu"], [-7, 4, 0], atol=1e-9)
    np.testing.assert_allclose(table["sigma"], 0, atol=1e-9)
    assert found.used == found.planned == 12 and found.luck == 0


def test_shares_are_those_of_a_function_with_an_interaction() -> None:
    chosen = plan(points=2048, bootstrap=100)
    x = unit(share_points(chosen, NAMES), NAMES, chosen)
    # variances: 4/3 alone, 1/3 alone, 1/9 by the interaction of the first with the third
    centred = 2 * x - 1
    values = 2 * centred[:, 0] + centred[:, 1] + centred[:, 0] * centred[:, 2]
    found = shares(chosen, NAMES, values[:, None]).table.set_index("parameter").loc[list(NAMES)]
    whole = 4 / 3 + 1 / 3 + 1 / 9
    first = np.array([4 / 3, 1 / 3, 0]) / whole
    total = first + np.array([1, 0, 1]) / 9 / whole
    np.testing.assert_allclose(found["first"], first, atol=0.03)
    np.testing.assert_allclose(found["total"], total, atol=0.03)
    for name, truth in (("first", first), ("total", total)):
        assert (found[f"{name}_low"] <= truth + 0.01).all()
        assert (found[f"{name}_high"] >= truth - 0.01).all()


def test_failed_runs_take_out_what_hangs_on_them_and_nothing_else() -> None:
    chosen = plan(trajectories=12)
    points = screening_points(chosen)
    values = (4 * unit(points, NAMES, chosen)[:, 0])[:, None].repeat(2, axis=1)
    values[5, 1] = np.nan  # a run of the second trajectory
    found = screening(chosen, points, values)
    assert (found.used, found.planned) == (11, 12)
    assert found.table["mu_star"].iloc[0] == pytest.approx(4)
    values[: 4 * 11] = np.nan
    with pytest.raises(InputError, match=r"of 12 sets of points .* only 1"):
        screening(chosen, points, values)
    x = unit(share_points(chosen, NAMES), NAMES, chosen)
    ones = x[:, :1].copy()
    ones[0] = np.nan
    assert shares(chosen, NAMES, ones).used == 3


def test_a_figure_that_never_moves_has_no_shares() -> None:
    chosen = plan()
    still = np.full((len(share_points(chosen, NAMES)), 2), 5.0)
    assert shares(chosen, NAMES, still).table["first"].isna().all()


def test_luck_is_told_from_what_parameters_do() -> None:
    chosen = plan(trajectories=200)
    points = screening_points(chosen)
    draws = np.random.default_rng(2).normal(size=(len(points), 2))
    pure = screening(chosen, points, draws).luck
    assert pure == pytest.approx(1.0, abs=0.1)
    x = unit(points, NAMES, chosen)[:, :1]
    mixed = screening(chosen, points, 10 * x + draws).luck
    assert mixed == pytest.approx(0.5 / (100 * x.var() + 0.5), rel=0.2)


# Worlds --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An analysis by the command line; read it, never change it."""
    where = tmp_path_factory.mktemp("analysis")
    (where / "tiny.toml").write_text(TOML)
    options = ["--out", str(where / "out"), "--page", str(where / "page.md"), "--workers", "1"]
    assert main(["sensitivity", str(where / "tiny.toml"), *options]) == 0
    return where


def test_the_command_writes_tables_picture_and_page(folder: Path) -> None:
    assert {entry.name for entry in (folder / "out").iterdir()} == {
        "morris", "sobol", "morris.csv", "sobol.csv", "sensitivity.png",
    }  # fmt: skip
    table = pd.read_csv(folder / "out" / "morris.csv")
    assert set(table["parameter"]) == set(NAMES)
    assert table["mu_star"].is_monotonic_decreasing and table["mu_star"].iloc[0] > 0
    assert len(pd.read_csv(folder / "out" / "sobol.csv")) == 2
    page = (folder / "page.md").read_text("utf-8")
    for part in ("mean pay of United States, 2019", "](page.png)", "`search.rate`", "2 of 2 paths",
                 "4 of 4 base points", "% of the variance"):  # fmt: skip
        assert part in page, part
    assert (folder / "page.png").read_bytes().startswith(b"\x89PNG")


def test_the_same_again_lives_nothing(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(folder / "out", tmp_path / "out")
    monkeypatch.setattr(TalentMarket, "step", lambda self: pytest.fail("it ran"))
    found = tm.sensitivity(PLAN, folder=tmp_path / "out", workers=1)
    written = pd.read_csv(folder / "out" / "morris.csv")
    pd.testing.assert_frame_equal(found.screening.table, written)
    assert len(found.figure().axes) == 2


def test_values_are_those_of_the_runs(folder: Path) -> None:
    chosen = read_plan(PLAN)
    points = screening_points(chosen)
    values = values_of(folder / "out" / "morris", chosen.design(NAMES, points))
    assert values.shape == (8, 2)
    record = tm.run(
        "small", seed=2, persons_per_agent=2000, until="2019-02",
        parameters={"opening.burn_in_months": 0.0, **dict(zip(NAMES, points[3], strict=True))},
    )  # fmt: skip
    rows = record.national.query("country == 'USA' and measure == 'mean_pay' and period == '2019'")
    assert values[3, 1] == rows["value"].item()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"sensitivity": {"country": "USA"}}, "measure: is missing.*periods: is missing"),
        ({"sensitivity": {**PLAN["sensitivity"], "points": 6}}, "not a power of two"),
        ({"sensitivity": {**PLAN["sensitivity"], "trajectories": 1}}, "trajectories.*got 1"),
        ({"sensitivity": {**PLAN["sensitivity"], "path": 1}}, "unknown key 'path'"),
        ({"sensitivity": {**PLAN["sensitivity"], "measure": "nett"}}, "did you mean 'net'"),
        ({"sensitivity": {**PLAN["sensitivity"], "country": "Kora"}}, "unknown country"),
        ({"sensitivity": {**PLAN["sensitivity"], "periods": ["2030"]}}, "outside the scenario"),
        ({"sensitivity": {**PLAN["sensitivity"], "points": 2**15}}, "asks for 262,160 runs"),
        ({"vary": [{"parameter": "bidding.home_attachment"}]}, "fewer than two"),
        ({"vary": [{"parameter": "biding.*"}]}, "unknown parameter"),
        ({"method": "sobol"}, "has no meaning here"),
        ({"sensitivity": None}, "not a table"),
    ],
)
def test_mistakes_are_named(change: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_plan({**PLAN, **change})


def test_a_dry_run_counts_and_runs_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sweeping, "seconds_a_run", lambda _design: 3600.0)
    (tmp_path / "tiny.toml").write_text(TOML)
    assert main(["sensitivity", "tiny.toml", "--dry-run"]) == 0
    out = capsys.readouterr().out
    assert "48 runs: 16 to screen 3 parameters, 32 for the shares of 2." in out
    assert "24 hours on 2 workers" in out
    assert [entry.name for entry in tmp_path.iterdir()] == ["tiny.toml"]


def test_an_analysis_that_stops_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stops(*_given: Any, **_options: Any) -> None:
        raise SweepStopped("No space left on device", sweeping.Tally(3, 0, 8, "x"))

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("experiments.sensitivity.analysis.live_all", stops)
    (tmp_path / "tiny.toml").write_text(TOML)
    assert main(["sensitivity", "tiny.toml"]) == 1
    assert "No space left on device; 3 of 8 runs are kept in x" in capsys.readouterr().err
