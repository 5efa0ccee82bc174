"""The figure of a sensitivity analysis: the screening on the left, shares on the right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib
import numpy as np
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from experiments.figures import COLOURS, GREY, font_sizes
from experiments.identity import project_version
from experiments.sensitivity.indices import Indices
from experiments.sensitivity.plan import Plan
from experiments.sensitivity.words import question, span
from model.statistics import MEASURES

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_ROWS = 20
DODGE = 0.16  # vertical distance of a mark from its row


def figure(plan: Plan, screening: Indices, shares: Indices) -> Figure:
    """Effects of crossing each range, and shares of the variance, with 95 % intervals."""
    look: Any = {**sns.axes_style("whitegrid"), **font_sizes()}
    rows = min(len(screening.table), MOST_ROWS)
    with matplotlib.rc_context(look):
        room = ConstrainedLayoutEngine(w_pad=0.1, h_pad=0.1, rect=(0, 0.05, 1, 0.95))
        drawn = Figure(figsize=(12.5, 2.4 + 0.27 * rows), layout=room)
        left, right = drawn.subplots(1, 2, width_ratios=(1.15, 1))
        draw_screening(left, plan, screening)
        draw_shares(right, plan, shares)
        drawn.text(0.01, 0.012, _source_line(plan, screening, shares), fontsize=8, color=GREY)
    return drawn


def draw_screening(axes: Axes, plan: Plan, screening: Indices) -> None:
    """How far crossing its declared range moves the figure, the largest first."""
    table = screening.table.iloc[:MOST_ROWS]
    rows = np.arange(len(table))
    colours = np.where(table["mu"] >= 0, COLOURS[0], COLOURS[1])
    axes.hlines(rows, table["low"], table["high"], colors=list(colours), linewidth=1.6)
    axes.scatter(table["mu_star"], rows, c=list(colours), s=26, zorder=3)
    for colour, word in ((COLOURS[0], "up, on average"), (COLOURS[1], "down, on average")):
        axes.scatter([], [], c=colour, s=26, label=word)
    axes.axhline(plan.screened - 0.5, color=GREY, linestyle="--", linewidth=0.9)
    axes.set_yticks(rows, table["parameter"].tolist())
    axes.set_ylim(len(table) - 0.4, -0.6)
    axes.set_xlim(left=0)
    axes.set_xlabel(f"mean absolute effect of crossing the range, {_unit(plan.measure)}")
    axes.set_title(f"Screening: {question(plan)}", loc="left")
    axes.grid(axis="y", visible=False)
    axes.legend(fontsize=8, loc="lower right")


def draw_shares(axes: Axes, plan: Plan, shares: Indices) -> None:
    """Shares of the variance that each parameter brings, alone and with all it takes part in."""
    table = shares.table
    rows = np.arange(len(table))
    for name, label, colour, shift in (
        ("first", "alone", COLOURS[0], -DODGE), ("total", "with interactions", COLOURS[1], DODGE),
    ):  # fmt: skip
        axes.hlines(rows + shift, table[f"{name}_low"], table[f"{name}_high"], colors=colour,
                    linewidth=1.6)  # fmt: skip
        axes.scatter(table[name], rows + shift, color=colour, s=26, zorder=3, label=label)
    axes.axvline(0, color=GREY, linewidth=0.8)
    axes.set_yticks(rows, table["parameter"].tolist())
    axes.set_ylim(len(table) - 0.4, -0.6)
    axes.set_xlabel("share of the variance")
    axes.set_title(f"Shares, {span(plan)}", loc="left")
    axes.grid(axis="y", visible=False)
    axes.legend(fontsize=8, loc="lower right")


def _unit(measure: str) -> str:
    return {one.name: one.unit for one in MEASURES}[measure]


def _source_line(plan: Plan, screening: Indices, shares: Indices) -> str:
    """Where the figure comes from, enough to draw it again."""
    base = plan.base
    return (
        f"Talent Market {project_version() or 'from a checkout'}, {plan.name}: scenario "
        f"{base.scenario.name}, {base.scenario.persons_per_agent:g} persons per agent, "
        f"{len(base.seeds)} seeds; Morris {screening.used} trajectories of "
        f"{len(plan.names)} parameters, Sobol {shares.used} base points; bars: 95 %."
    )
