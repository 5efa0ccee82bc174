"""Pictures of sweeps show what stands in the table, and name what they cannot draw."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

import talentmarket as tm
from agents.declare import InputError
from experiments.sweep_figures import overview

HOME, COST = "bidding.home_attachment", "bidding.distance_cost"
VALUES, COSTS, SEEDS = (0.0, 1.0, 2.0), (0.1, 0.3), range(1, 6)


def made_up(policies: tuple[str, ...] = ("none", "open")) -> pd.DataFrame:
    """A sweep in which Korea's net flow is 10 · home · cost, plus 3 under a policy, plus luck."""
    luck = np.random.default_rng(4)
    rows = []
    for point, (home, cost) in enumerate((h, c) for h in VALUES for c in COSTS):
        for policy in policies:
            for seed in SEEDS:
                run = f"{point}-{policy}-{seed}"
                for country in ("KOR", "JPN"):
                    for period in ("2018", "2019", "2020"):
                        value = 10 * home * cost + 3 * (policy != "none") + luck.normal(0, 0.01)
                        rows.append((run, point, policy, seed, 500.0, home, cost, period, country,
                                     "net", "persons", value if period > "2018" else np.nan, None))
    names = ["run", "point", "policies", "seed", "persons_per_agent", HOME, COST, "period",
             "country", "measure", "unit", "value", "error"]  # fmt: skip
    frame = pd.DataFrame(rows, columns=names)
    failed = {"run": "lost", "point": 0, "policies": "none", "seed": 9, HOME: 0.0, COST: 0.1,
              "persons_per_agent": 500.0, "error": "MemoryError: "}  # fmt: skip
    return pd.concat([frame, pd.DataFrame([failed])], ignore_index=True)


def test_an_effect_is_a_line_through_the_means() -> None:
    axes = tm.draw_effect(made_up(), HOME, "net", "KOR")
    lines = {round(float(np.mean(line.get_ydata())), 1): line for line in axes.get_lines()
             if len(line.get_xdata()) == len(VALUES)}  # fmt: skip
    (low, high) = sorted(lines)
    assert high - low == pytest.approx(3.0, abs=0.1)
    assert lines[low].get_ydata() == pytest.approx([0.0, 2.0, 4.0], abs=0.02)
    assert axes.get_xlabel() == HOME and "net, persons" in axes.get_ylabel()
    assert "South Korea" in axes.get_title(loc="left")
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["none", "open"]


def test_an_interaction_is_a_map_of_means() -> None:
    axes = tm.draw_interaction(made_up(("none",)), HOME, COST, "net", "KOR")
    shown = np.array([float(text.get_text()) for text in axes.texts]).reshape(2, 3)
    np.testing.assert_allclose(shown, [[0, 3, 6], [0, 1, 2]], atol=0.02)  # high cost above
    assert (axes.get_xlabel(), axes.get_ylabel()) == (HOME, COST)


def test_a_fan_holds_the_share_of_runs_that_it_says() -> None:
    sweep = made_up(("none",))
    sweep = sweep[sweep["country"] == "KOR"]
    axes = tm.draw_fan(sweep, "net", "KOR")
    (line,) = [line for line in axes.get_lines() if line.get_marker() == "o"]
    last = sweep[sweep["period"] == "2020"]["value"]
    assert line.get_ydata()[-1] == pytest.approx(last.median())
    widths = [band.get_paths()[0].get_extents().height for band in axes.collections]
    assert len(widths) == 3 and widths == sorted(widths, reverse=True)
    inner = np.percentile(last, [25, 75])
    assert widths[-1] <= 1.2 * (inner[1] - inner[0]) + 0.1


def test_countries_stand_side_by_side() -> None:
    grid = tm.draw_countries(made_up(), "net", ["KOR", "JPN"], columns=3)
    assert grid.shape == (1, 3)
    assert [axes.axison for axes in grid.ravel()] == [True, True, False]
    assert "Japan" in grid[0, 1].get_title(loc="left")


def test_axes_that_are_given_are_used_and_no_setting_is_touched() -> None:
    before = dict(matplotlib.rcParams)
    given = Figure().subplots()
    assert tm.draw_effect(made_up(), COST, "net", "JPN", axes=given) is given
    assert dict(matplotlib.rcParams) == before


def test_sampled_points_are_drawn_by_slices() -> None:
    sweep = made_up(("none",))
    shares = dict(zip(sweep["run"].unique(), np.linspace(0, 3, sweep["run"].nunique()),
                      strict=True))  # fmt: skip
    sampled = sweep.assign(**{HOME: sweep["run"].map(shares)})
    axes = tm.draw_effect(sampled, HOME, "net", "KOR")
    assert max(len(line.get_xdata()) for line in axes.get_lines()) == 10


def test_the_overview_has_a_panel_for_each_parameter() -> None:
    figure = overview(made_up(), "net", "KOR")
    titles = [axes.get_title(loc="left") for axes in figure.axes if axes.axison]
    assert [title for title in titles if title] == [
        "South Korea: 60 runs", f"South Korea: {HOME}", f"South Korea: {COST}",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("draw", "said"),
    [
        (lambda frame: tm.draw_effect(frame, "bidding.home", "net"), "did you mean"),
        (lambda frame: tm.draw_effect(frame, HOME, "nett"), "unknown measure"),
        (lambda frame: tm.draw_effect(frame, HOME, "net", "FRA"), "unknown country"),
        (lambda frame: tm.draw_effect(frame, HOME, "net", periods=["2021"]), "unknown period"),
        (lambda frame: tm.draw_effect(frame, HOME, "net", periods=["2018"]), "blank"),
        (lambda frame: tm.draw_interaction(frame, HOME, "seed", "net"), "parameter of the sweep"),
        (lambda frame: tm.draw_fan(frame, "net", "FRA"), "unknown country"),
    ],
)
def test_what_cannot_be_drawn_is_named(draw: Callable[[pd.DataFrame], Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        draw(made_up())
