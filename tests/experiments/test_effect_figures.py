"""The figure of a comparison: what it shows, what it says, and where it says nothing."""

from __future__ import annotations

import matplotlib
import numpy as np
import pytest
from matplotlib.figure import Figure

from experiments.compare import reading
from experiments.effect_figures import MOST_BARS, PALE, effects_figure
from tests.comparisons import YEARS, arm, made_up


def words(figure: Figure) -> str:
    """Everything written on a figure outside its panels."""
    return " ".join(text.get_text() for text in figure.texts)


def titles(figure: Figure) -> list[str]:
    """The titles of the panels."""
    return [axes.get_title(loc="left") for axes in figure.axes]


def test_the_line_and_the_band_are_the_effect_on_the_net_flow() -> None:
    found = made_up([{"KOR": 60.0}])
    axes = effects_figure(found).axes[0]
    effect = found.effect_on("policy-1", "KOR", "net", YEARS)
    line = axes.lines[1]
    np.testing.assert_array_equal(line.get_xdata(), [int(year) for year in YEARS])
    np.testing.assert_array_equal(line.get_ydata(), effect.effect)
    band = axes.collections[0].get_paths()[0].vertices[:, 1]
    assert band.max() == pytest.approx(effect.high.max())
    assert effect.effect[0] == 0 and effect.low[1] > 0
    total = found.effect_on("policy-1", "KOR", "net", YEARS[1:], total=True)
    assert axes.get_title(loc="left").startswith("South Korea, net inflow 2020–2021:")
    assert f"{total.effect[0]:+,.0f} ± {total.high[0] - total.effect[0]:,.0f} persons" in (
        axes.get_title(loc="left")
    )


def test_full_marks_stand_for_what_is_distinguishable() -> None:
    found = made_up([{"KOR": 60.0}])
    axes = effects_figure(found).axes[1]
    labels = [label.get_text() for label in axes.get_yticklabels()]
    marks = {round(float(line.get_ydata()[0])): line for line in axes.lines if
             line.get_marker() == "o"}  # fmt: skip
    for label, measure, periods in (
        ("inflow, sum", "inflow", YEARS[1:]), ("outflow, sum", "outflow", YEARS[1:]),
        ("stock, 2021", "stock", YEARS[-1:]),
    ):
        row = len(labels) - 1 - labels.index(label)
        effect = found.effect_on("policy-1", "KOR", measure, periods, total=True)
        percent = 100 * effect.effect[0] / effect.baseline[0]
        assert marks[row].get_xdata()[0] == pytest.approx(percent)
        clear = effect.low[0] > 0 or effect.high[0] < 0
        assert (marks[row].get_markerfacecolor() != "white") == clear
    assert labels[0] == "inflow, sum"


def test_bars_are_full_beyond_luck_and_pale_within_it() -> None:
    found = made_up([{"KOR": 60.0, "JPN": 0.1}])
    axes = effects_figure(found).axes[2]
    moved = reading.shifts(found, found.policies[0]).set_index("country")
    names = {"South Korea": "KOR", "Japan": "JPN"}
    shown = [label.get_text() for label in axes.get_yticklabels()]
    bars = dict(zip(shown, axes.patches, strict=True))
    assert bars["South Korea"].get_width() == moved.loc["KOR", "effect"]
    assert bars["South Korea"].get_alpha() == 1.0 and bars["Japan"].get_alpha() == PALE
    assert bool(moved.loc["KOR", "beyond_luck"]) and not moved.loc["JPN", "beyond_luck"]
    assert set(shown) == set(names)  # nobody else differs at all
    assert "1 gain and 0 lose beyond luck" in axes.get_title(loc="left")
    assert len(axes.patches) <= MOST_BARS


def test_four_policies_stand_side_by_side_on_one_scale() -> None:
    found = made_up([{"KOR": 20.0 * number} for number in range(1, 5)])
    figure = effects_figure(found)
    assert len(figure.axes) == 12
    for number in range(4):
        assert f"Title of policy-{number + 1}" in titles(figure)[number]
    for row in (figure.axes[:4], figure.axes[4:8]):
        upright = row[0] is figure.axes[0]
        limits = {axes.get_ylim() if upright else axes.get_xlim() for axes in row}
        assert len(limits) == 1
    assert "What 4 policies would have done" in figure.get_suptitle()


def test_more_than_four_are_rows_of_an_overview() -> None:
    found = made_up([{"KOR": 30.0 * number} for number in range(5)])
    figure = effects_figure(found)
    assert len(figure.axes) == 3
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert labels == [f"Title of policy-{number} (KOR)" for number in range(1, 6)]
    marks = [line.get_xdata()[0] for line in figure.axes[0].lines if line.get_marker() == "o"]
    assert marks[0] == 0 and marks[4] == max(marks)


def test_several_acting_countries_have_a_line_each() -> None:
    found = made_up([{"KOR": 50.0}], arms=[arm("policy-1", ("KOR", "JPN"))])
    axes = effects_figure(found).axes[0]
    legend = axes.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == ["South Korea", "Japan"]


def test_a_policy_that_changes_nothing_is_drawn_as_nothing() -> None:
    found = made_up([{}], arms=[arm("still", (), None)])
    figure = effects_figure(found)
    assert titles(figure)[0] == "Nothing changes"
    assert "unchanged everywhere" in titles(figure)[2]
    unmoved = effects_figure(made_up([{}]))
    assert "unchanged in every pair" in titles(unmoved)[0]


def test_one_pair_is_drawn_without_intervals() -> None:
    figure = effects_figure(made_up([{"KOR": 60.0}], pairs=1))
    assert "in one pair" in titles(figure)[0]
    assert "one pair cannot tell gains from luck" in titles(figure)[2]
    figure.canvas.draw()


def test_the_foot_says_how_to_draw_it_again() -> None:
    figure = effects_figure(made_up([{"KOR": 60.0}], pairs=7))
    for part in ("scenario small", "2019-01 to 2021-12", "policy-1 against none", "seeds 1 to 7",
                 "20 persons per agent", "Talent Market 0.1.0", "luck alone"):  # fmt: skip
        assert part in words(figure).replace("\n", " ")


def test_a_users_settings_stay_as_they_were() -> None:
    before = dict(matplotlib.rcParams)
    effects_figure(made_up([{"KOR": 60.0}]))
    assert dict(matplotlib.rcParams) == before
