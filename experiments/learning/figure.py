"""The picture of the page on governments that learn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import matplotlib
import numpy as np
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from experiments.figures import COLOURS, GREY, SIMULATED, font_sizes
from experiments.learning.players import Episode
from experiments.learning.seen import ACTIONS
from experiments.learning.training import HOLD, LEARNED, Training, difference

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SHOWN = 5  # steps with a colour of their own; the others are rare


def picture(
    found: Mapping[str, Sequence[Episode]], training: Training, title: str, note: str
) -> Figure:
    """Gains over holding, gains in training, and what the learned policy decides."""
    look: Any = {**sns.axes_style("whitegrid"), **font_sizes()}
    with matplotlib.rc_context(look):
        figure = Figure(figsize=(13, 4.6), layout=ConstrainedLayoutEngine(
            w_pad=0.12, h_pad=0.12, rect=(0, 0.06, 1, 0.87)))  # fmt: skip
        figure.suptitle(title, x=0.012, y=0.98, ha="left", fontsize=14, weight="bold")
        figure.text(0.012, 0.02, note, fontsize=8, color=GREY)
        gains, course, decided = figure.subplots(1, 3, width_ratios=(1.15, 1, 1.1))
        _gains(gains, found)
        _course(course, training)
        _decided(decided, found[LEARNED])
        sns.despine(figure)
    return figure


def _gains(axes: Axes, found: Mapping[str, Sequence[Episode]]) -> None:
    names = [name for name in found if name != HOLD][::-1]
    for place, name in enumerate(names):
        gain = difference(found[name], found[HOLD])
        colour = COLOURS[1] if name == LEARNED else SIMULATED
        axes.errorbar(gain.mean, place, xerr=gain.half, fmt="o", color=colour, elinewidth=1.6)
    axes.axvline(0, color=GREY, linewidth=0.8)
    axes.set_yticks(range(len(names)), [name.replace(", ", ",\n") for name in names])
    axes.set_ylim(-0.6, len(names) - 0.4)
    axes.grid(axis="y", visible=False)
    axes.set_xlabel("reward of an episode less that of hold")
    axes.set_title("In worlds training never saw", loc="left")


def _course(axes: Axes, training: Training) -> None:
    generations = np.arange(1, len(training.gains) + 1)
    for candidate in training.gains.T:
        axes.plot(generations, candidate, "o", color=SIMULATED, alpha=0.3, markersize=4)
    axes.plot(generations, training.gains.mean(axis=1), color=COLOURS[1], marker="o", markersize=5,
              label="mean of the candidates")  # fmt: skip
    axes.axhline(0, color=GREY, linewidth=0.8)
    axes.set_xticks(generations)
    axes.set_xlabel("generation, each in a world of its own")
    axes.set_title("Gain over hold in training", loc="left")
    axes.legend(fontsize=8, frameon=False)
    axes.grid(axis="x", visible=False)


def _decided(axes: Axes, episodes: Sequence[Episode]) -> None:
    times = Counter(step for one in episodes for step in one.decided)
    shown = sorted((name for name, _ in times.most_common(SHOWN)), key=ACTIONS.index)
    years = np.arange(1, len(episodes[0].decided) + 1)
    base = np.zeros(years.size)
    for name in (*shown, None):
        share = np.array([
            np.mean([step == name if name else step not in shown for step in steps])
            for steps in zip(*(one.decided for one in episodes), strict=True)
        ])
        if share.any():
            label = "others" if name is None else name.replace("_", " ")
            colour = _colour(name, shown)
            axes.bar(years, 100 * share, bottom=100 * base, color=colour, label=label, width=0.8)
        base = base + share
    axes.set_xticks(years)
    axes.set_ylim(0, 100)
    axes.set_xlabel("year of the episode")
    axes.set_ylabel("% of worlds")
    axes.set_title("What the learned policy decides", loc="left")
    axes.grid(axis="x", visible=False)
    axes.legend(fontsize=8, loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False)


def _colour(name: str | None, shown: Sequence[str]) -> str:
    """Grey for what is rare, light grey to hold."""
    if name is None:
        return GREY
    return "#D0D0D0" if name == HOLD else COLOURS[[one for one in shown if one != HOLD].index(name)]
