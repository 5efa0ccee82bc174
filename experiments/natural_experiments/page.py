"""The page of natural experiments: tables and a picture, simulated beside published."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import matplotlib
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from experiments.figures import GREY, OBSERVED, SIMULATED, font_sizes
from experiments.natural_experiments.estimators import Coefficient
from experiments.natural_experiments.replay import RIGHT, Finding, Replay
from experiments.natural_experiments.worlds import Asked

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIGNS = {1: "published: more", 0: "published: no change", -1: "published: fewer"}
ABOUT = """\
Shocks of the literature, replayed: the policy is carried out in simulated worlds, and the estimator
that was published is run on what the worlds report. Signs and order count more than sizes: the
people, the years and the rules differ from those of the studies.

*Simulated*: the estimator on all worlds together, with its 95 % interval as published, from
clustered errors. *Over worlds*: the interval with errors clustered by world instead, which holds
whatever the people of one world share. *Placebo*: the same where the change is assigned and not
carried out: what the estimator finds where there is nothing to find. Where that is not nought the
two sides drift apart by themselves, and the shock alone did the difference of the two columns. A
sign counts only where both intervals leave out nought, else it is *not distinguishable*; a
published "no change" is right where nought lies in one of them. A miss stays, with its reason."""


def to_markdown(replays: Sequence[Replay], command: str, picture: str | None) -> str:
    """The whole page."""
    parts = ["# Natural experiments", f"Made by `{command}`.", ABOUT]
    if picture is not None:
        parts.append(f"![Simulated coefficients beside published ones]({picture})")
    for replay in replays:
        parts += [f"## {replay.experiment.title}", replay.experiment.design, _table(replay)]
        parts += _remarks(replay)
    return "\n\n".join(parts) + "\n"


def _table(replay: Replay) -> str:
    lines = ["| coefficient | simulated | over worlds | placebo | published | sign | size |",
             "| --- | --- | --- | --- | --- | --- | --- |"]  # fmt: skip
    for asked in replay.experiment.asked:
        finding, published = replay.findings[asked.name], asked.published
        lines.append(
            f"| {asked.title} | {_text(finding.pooled)} | {_text(finding.over_worlds)} | "
            f"{_text(finding.placebo)} | {published.text} ({published.source}) | "
            f"{finding.verdict(published)} | {_size(finding, published.value)} |"
        )
    return "\n".join(lines)


def _size(finding: Finding, published: float | None) -> str:
    """Whether a published figure lies in the wider of the two intervals."""
    if published is None:
        return "–"
    low = min(finding.pooled.low, finding.over_worlds.low)
    high = max(finding.pooled.high, finding.over_worlds.high)
    return "in the interval" if low <= published <= high else "outside the interval"


def _remarks(replay: Replay) -> list[str]:
    """Why a coefficient is not as published."""
    return [
        f"*{asked.title}*: {asked.why_missed}." for asked in replay.experiment.asked
        if asked.why_missed and missed(asked, replay.findings[asked.name])
    ]  # fmt: skip


def missed(asked: Asked, finding: Finding) -> bool:
    """Whether sign or size is not as published."""
    sign = finding.verdict(asked.published) == RIGHT
    return not sign or _size(finding, asked.published.value).startswith("outside")


def _text(found: Coefficient) -> str:
    return f"{found.value:+.2f} ({found.low:+.2f} to {found.high:+.2f})".replace("-", "−")


# Picture --------------------------------------------------------------------------------------


def picture(replays: Sequence[Replay], note: str) -> Figure:
    """Coefficients with intervals, simulated beside published, a panel an experiment."""
    look: Any = {**sns.axes_style("whitegrid"), **font_sizes()}
    with matplotlib.rc_context(look):
        heights = [len(replay.experiment.asked) for replay in replays]
        tall = 1.7 + sum(0.75 * height + 0.55 for height in heights)
        figure = Figure(
            figsize=(11, tall),
            layout=ConstrainedLayoutEngine(
                w_pad=0.1, h_pad=0.08, rect=(0, 0.4 / tall, 1, 1 - 1.3 / tall)
            ),
        )
        figure.suptitle(
            "Published shocks, replayed in simulated worlds", x=0.015, y=1 - 0.15 / tall,
            ha="left", va="top", fontsize=15, weight="bold",
        )
        _legend(figure, 1 - 0.55 / tall)
        figure.text(0.015, 0.12 / tall, note, fontsize=8, color=GREY)
        panels = figure.subplots(len(replays), 1, height_ratios=heights, squeeze=False)[:, 0]
        for axes, replay in zip(panels, replays, strict=True):
            _panel(axes, replay)
        return figure


def _panel(axes: Axes, replay: Replay) -> None:
    asked = replay.experiment.asked
    for place, one in enumerate(asked):
        finding = replay.findings[one.name]
        bars = (
            (finding.pooled, SIMULATED, -0.17, "o", 2.6), (finding.over_worlds, SIMULATED, 0.0,
             "o", 1.1), (finding.placebo, GREY, 0.17, "s", 1.1),
        )  # fmt: skip
        for bar, colour, shift, marker, width in bars:
            axes.plot([bar.low, bar.high], [place + shift] * 2, color=colour, linewidth=width)
            hollow = "white" if width < 2 else colour
            axes.plot(bar.value, place + shift, marker, color=colour, markersize=6,
                      markerfacecolor=hollow)  # fmt: skip
        if one.published.value is not None:
            axes.plot(one.published.value, place, "D", color=OBSERVED, markersize=8)
        axes.annotate(
            SIGNS[one.published.sign] if one.published.value is None
            else f"published: {one.published.text}",
            (1.012, place), xycoords=("axes fraction", "data"), va="center", fontsize=9,
            color=OBSERVED,
        )  # fmt: skip
    axes.axvline(0.0, color="black", linewidth=0.9)
    axes.set_yticks(range(len(asked)), [one.title.replace(", ", ",\n", 1) for one in asked])
    axes.set_ylim(len(asked) - 0.5, -0.5)
    axes.set_title(replay.experiment.title, loc="left", fontsize=11, weight="bold")
    axes.grid(visible=False, axis="y")
    sns.despine(ax=axes, left=True)


def _legend(figure: Figure, top: float) -> None:
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], color=SIMULATED, marker="o", linewidth=2.6, label="simulated, estimator"),
        Line2D([], [], color=SIMULATED, marker="o", linewidth=1.1, markerfacecolor="white",
               label="simulated, over worlds"),
        Line2D([], [], color=GREY, marker="s", linewidth=1.1, markerfacecolor="white",
               label="placebo, over worlds"),
        Line2D([], [], color=OBSERVED, marker="D", linewidth=0, label="published figure"),
    ]  # fmt: skip
    figure.legend(handles=handles, loc="upper left", bbox_to_anchor=(0.01, top), ncols=4,
                  frameon=False, fontsize=9)  # fmt: skip
