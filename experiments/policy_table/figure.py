"""The picture of the table of policies: effects beside each other, relative to the baseline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib
import numpy as np
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D

from experiments.figures import COLOURS, GREY, font_sizes
from experiments.policy_table.answers import AGAINST, EXPECTED, OPEN, Answer
from model.tables import country_names

LOOKS = {EXPECTED: (COLOURS[0], "o"), OPEN: (GREY, "s"), AGAINST: (COLOURS[1], "D")}
LARGEST = 50.0  # per cent: beyond this the axis would hide all others


def figure(found: Sequence[Answer], foot: str) -> Figure:
    """A line a question: effect in per cent of the baseline with its 95 % interval.

    Net flows, which may be near nought, have no size relative to the baseline and are left out.
    """
    shown = [answer for answer in found if answer.question.measure != "net"]
    look: Any = {**sns.axes_style("whitegrid"), **font_sizes()}
    with matplotlib.rc_context(look):
        drawn = Figure(
            figsize=(11, 1.4 + 0.31 * len(shown)),
            layout=ConstrainedLayoutEngine(w_pad=0.1, h_pad=0.1, rect=(0, 0.035, 1, 0.93)),
        )
        drawn.suptitle("What each policy does", x=0.012, y=0.987, ha="left", weight="bold")
        drawn.text(0.012, 0.008, foot, fontsize=8, color=GREY)
        axes = drawn.subplots()
        for place, answer in enumerate(shown):
            colour, marker = LOOKS[answer.verdict]
            whole = answer.baseline or np.nan  # a share of nothing is not drawn
            low, effect, high = (
                100 * value / whole for value in (answer.low, answer.effect, answer.high)
            )
            axes.plot((low, high), (place, place), color=colour, lw=2, solid_capstyle="butt")
            axes.plot(effect, place, marker, color=colour, ms=6)
            arrow = "▲" if answer.question.sign > 0 else "▼"
            axes.annotate(
                arrow, (1.01, place), xycoords=("axes fraction", "data"), va="center",
                fontsize=9, color=colour, annotation_clip=False,
            )
        names = {**country_names(), "WLD": "world"}
        axes.set_yticks(
            np.arange(len(shown)),
            [f"{a.question.policy}: {a.question.measure.replace('_', ' ')}, "
             f"{names[a.question.country]}" for a in shown],
        )
        axes.axvline(0, color="black", lw=1)
        edge = max(abs(value) for value in axes.get_xlim())
        axes.set_xlim(-min(edge, LARGEST), min(edge, LARGEST))
        axes.set_ylim(len(shown) - 0.4, -0.6)
        axes.set_xlabel("effect, % of the baseline (bar: 95 % interval over pairs; "
                        "▲▼ expected sign)")
        axes.grid(axis="y", visible=False)
        sns.despine(ax=axes, left=True, bottom=True)
        drawn.legend(
            handles=[
                Line2D([], [], color=colour, marker=marker, label=name)
                for name, (colour, marker) in LOOKS.items()
            ],
            loc="upper right", bbox_to_anchor=(0.99, 0.995), ncols=len(LOOKS), frameon=False,
        )
    return drawn
