"""The picture of a run: what it shows, and what it leaves alone."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from pathlib import Path

import matplotlib
import numpy as np

from experiments.digest import by_year
from experiments.figures import FOLLOWED, _apart, corridor_moves, summary
from experiments.record import Record

ROOT = Path(__file__).resolve().parents[2]


def test_the_lines_are_the_net_flows(tiny: Record) -> None:
    figure = summary(tiny)
    paths = figure.axes[1]
    table = by_year(tiny)
    for code, line in zip(FOLLOWED, paths.lines, strict=False):
        expected = table.xs(code, level="country")["net"].to_numpy()
        np.testing.assert_array_equal(line.get_ydata(), expected)


def test_the_foot_says_how_to_draw_it_again(tiny: Record) -> None:
    words = " ".join(text.get_text() for text in summary(tiny).texts)
    for part in ("scenario small", "seed 3", "2000 persons per agent"):
        assert part in words


def test_corridors_are_yearly_means_of_the_flows(tiny: Record) -> None:
    moves = corridor_moves(tiny, by_year(tiny))
    assert (np.diag(moves) == 0).all()
    origin, destination = moves.stack().idxmax()
    flows = tiny.flows.query("group == 'all' and origin == @origin and destination == @destination")
    assert moves.loc[origin, destination] == flows["persons"].sum() / 2


def test_a_run_without_a_full_year_says_so(tiny: Record) -> None:
    short = dataclasses.replace(
        tiny, national=tiny.national[tiny.national["period"].str.startswith("2018")]
    )
    assert any("no full calendar year" in text.get_text() for text in summary(short).texts)


def test_a_run_without_moves_can_be_drawn(tiny: Record) -> None:
    assert summary(dataclasses.replace(tiny, flows=tiny.flows.iloc[:0])).axes[2].get_title()


def test_a_users_settings_stay_as_they_were(tiny: Record) -> None:
    before = dict(matplotlib.rcParams)
    summary(tiny)
    assert dict(matplotlib.rcParams) == before


def test_drawing_starts_no_backend() -> None:
    code = (
        "import matplotlib, sys\n"
        "matplotlib.rcParams['backend'] = 'svg'\n"
        "import experiments.figures\n"
        "print(matplotlib.rcParams['backend'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "svg"


def test_labels_are_moved_apart_in_order() -> None:
    placed = _apart([0.0, 10.0, 0.1, 0.2], 1.0)
    assert np.all(np.diff(sorted(placed)) >= 0.99)
    assert np.argsort(placed).tolist() == [0, 2, 3, 1]
