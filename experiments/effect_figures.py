"""The figure of a comparison: effects by year and measure, and who gains and who loses."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import matplotlib
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import FuncFormatter, MaxNLocator

from agents.levers import month_text
from experiments.compare import reading
from experiments.compare.result import Arm, Comparison
from experiments.figures import COLOURS, GREY, font_sizes, thousands
from model.tables import country_names

if TYPE_CHECKING:
    from matplotlib.axes import Axes

GAIN, LOSS = COLOURS[0], COLOURS[1]
MOST_SIDE_BY_SIDE, MOST_LINES, MOST_BARS = 4, 3, 10
PALE = 0.3
LEAST_ROWS = 6  # fewer bars stand as thin as so many
FLOW_MEASURES = {"inflow": "inflow", "outflow": "outflow"}
END_MEASURES = {
    "stock": "stock", "foreign_born_share": "share born abroad", "mean_pay": "mean pay",
    "mismatch": "mismatch",
}  # fmt: skip
DODGE = 0.26  # vertical distance between the marks of two countries in one row


def effects_figure(comparison: Comparison) -> Figure:
    """Up to four policies side by side, or an overview of more.

    Parameters
    ----------
    comparison
        One pair is drawn without intervals.
    """
    look: Any = {**sns.axes_style("whitegrid"), **font_sizes()}
    with matplotlib.rc_context(look):
        if len(comparison.policies) > MOST_SIDE_BY_SIDE:
            return _overview(comparison)
        return _side_by_side(comparison)


def _side_by_side(comparison: Comparison) -> Figure:
    """One policy in a row of panels; several in columns, one each."""
    arms = comparison.policies
    alone = len(arms) == 1
    size = (15.5, 6.4) if alone else (1.2 + 4.9 * len(arms), 12.6)
    figure = _figure(comparison, size)
    grid = figure.subplots(1, 3, squeeze=False).T if alone else figure.subplots(3, len(arms))
    for column, arm in enumerate(arms):
        path, measures, shifts = grid[:, column]
        draw_path(path, comparison, arm)
        draw_measures(measures, comparison, arm)
        draw_shifts(shifts, comparison, arm)
        if not alone:
            head = textwrap.fill(arm.title, 44, max_lines=2, placeholder=" …")
            path.set_title(f"{head}\n\n{path.get_title(loc='left')}", loc="left")
    countries = {reading.acting_countries(comparison, arm) for arm in arms}
    if len(countries) == 1:  # the same country on one scale
        for row in grid[:2]:
            _same_scale(row)
    return figure


def draw_path(axes: Axes, comparison: Comparison, arm: Arm) -> None:
    """The effect on the net flow of the acting countries, year by year, with its 95 % band."""
    years = comparison.years
    positions = np.array([int(year) for year in years])
    shown, moves = _largest(comparison, arm), False
    axes.axhline(0, color=GREY, linewidth=0.9)
    for country, colour in zip(shown, COLOURS, strict=False):
        found = comparison.effect_on(arm.name, country, "net", years)
        moves |= bool(np.any(found.effect) or np.any(found.high > found.low))
        axes.plot(positions, found.effect, color=colour, marker="o", markersize=5,
                  label=_name(country))  # fmt: skip
        axes.fill_between(positions, found.low, found.high, color=colour, alpha=0.18, lw=0)
    month = reading.first_month(comparison, arm)
    if month is not None and shown:
        # a year's flow stands at the year, so the change stands between two of them
        axes.axvline(month / 12 - 0.5, color=GREY, linestyle="--", linewidth=1)
        axes.annotate(f" from {month_text(month)}", (month / 12 - 0.5, 0.02), fontsize=8.5,
                      xycoords=("data", "axes fraction"), color=GREY)  # fmt: skip
    axes.set_xticks(positions)
    if len(positions) > 9:
        axes.xaxis.set_major_locator(MaxNLocator(8, integer=True))
    axes.set_xlim(positions[0] - 0.6, positions[-1] + 0.4)
    axes.yaxis.set_major_formatter(FuncFormatter(thousands))
    if not moves:
        axes.set(ylim=(-1, 1), yticks=[0])  # no scale of tiny numbers
    axes.set_ylabel("effect on net inflow, persons a year")
    axes.set_title(_path_title(comparison, arm, shown), loc="left")
    if len(shown) > 1:
        axes.legend(fontsize=8.5, loc="upper left", framealpha=0.9)


def _path_title(comparison: Comparison, arm: Arm, shown: Sequence[str]) -> str:
    """What happens to the net flow of the first country, in words."""
    years = reading.years_after(comparison, arm)
    if not shown or not years:
        return "Nothing changes"
    found = comparison.effect_on(arm.name, shown[0], "net", years, total=True)
    effect, low, high = (float(entry[0]) for entry in (found.effect, found.low, found.high))
    span = years[0] if len(years) == 1 else f"{years[0]}–{years[-1]}"
    where = f"{_name(shown[0])}, net inflow {span}:"
    if low == high == 0:
        return f"{where}\nunchanged in every pair"
    if np.isnan(low):
        return f"{where}\n{effect:+,.0f} persons in one pair"
    if low <= 0 <= high:
        return f"{where}\nnot distinguishable ({effect:+,.0f} ± {high - effect:,.0f} persons)"
    return f"{where}\n{effect:+,.0f} ± {high - effect:,.0f} persons"


def draw_measures(axes: Axes, comparison: Comparison, arm: Arm) -> None:
    """Effects on flows since the change and on levels at the end, in per cent of the baseline."""
    years, end = reading.years_after(comparison, arm), [comparison.last_year]
    shown = _largest(comparison, arm)
    labels = [f"{text}, sum" for text in FLOW_MEASURES.values()]
    labels += [f"{text}, {end[0]}" for text in END_MEASURES.values()]
    rows = np.arange(len(labels), dtype=float)[::-1]
    axes.axvline(0, color=GREY, linewidth=0.9)
    for place, (country, colour) in enumerate(zip(shown, COLOURS, strict=False)):
        shift = DODGE * ((len(shown) - 1) / 2 - place)
        for row, measure in zip(rows, (*FLOW_MEASURES, *END_MEASURES), strict=True):
            periods = years if measure in FLOW_MEASURES else end
            found = comparison.effect_on(arm.name, country, measure, periods, total=True)
            _mark(axes, row + shift, found, colour, told=len(shown) == 1)
    axes.set_yticks(rows, labels)
    axes.set_ylim(rows[-1] - 0.6, rows[0] + 0.75)
    axes.margins(x=0.14)  # room for the figures above the marks
    axes.xaxis.set_major_locator(MaxNLocator(6))
    axes.set_xlabel("effect, per cent of the baseline")
    axes.grid(axis="y", visible=False)
    where = " and ".join(_name(country) for country in shown) or "nowhere"
    axes.set_title(f"By measure: {where}", loc="left")


def _mark(axes: Axes, row: float, found: Any, colour: str, *, told: bool = False) -> None:
    """One effect with its interval; hollow where it is not distinguishable from nought.

    With ``told`` the figure stands above it, since effects of one panel differ in size.
    """
    baseline = float(found.baseline[0])
    if not np.isfinite(found.effect[0]) or baseline == 0:
        return
    effect, low, high = (100 * float(entry[0]) / abs(baseline)
                         for entry in (found.effect, found.low, found.high))  # fmt: skip
    clear = low > 0 or high < 0
    if np.isfinite(low):
        axes.plot([low, high], [row, row], color=colour, linewidth=1.8)
    axes.plot(effect, row, "o", color=colour, markersize=7,
              markerfacecolor=colour if clear else "white", markeredgewidth=1.6)  # fmt: skip
    if told:
        half = "" if not np.isfinite(low) else f" ± {high - effect:.2g}"
        text = "0" if effect == low == high == 0 else f"{effect:+.2g}{half} %"
        axes.annotate(text, (effect, row), (0, 8), textcoords="offset points", ha="center",
                      fontsize=8, color=colour if clear else GREY,
                      bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.4})  # fmt: skip


def draw_shifts(axes: Axes, comparison: Comparison, arm: Arm) -> None:
    """Countries whose stock at the end differs most, with 95 % intervals; pale if it may be luck.
    """
    moved = reading.shifts(comparison, arm)
    end = f"Stock at the end of {comparison.last_year}"
    axes.set_xlabel("effect on the stock, persons")
    axes.grid(axis="y", visible=False)
    if not moved["effect"].any():
        axes.set_title(f"{end}:\nunchanged everywhere", loc="left")
        axes.set(xticks=[], yticks=[])
        return
    chosen = _shown_shifts(moved, reading.acting_countries(comparison, arm))
    rows = np.arange(len(chosen))[::-1]
    for row, entry in zip(rows, chosen.to_dict("records"), strict=True):
        colour = GAIN if entry["effect"] > 0 else LOSS
        axes.barh(row, entry["effect"], color=colour, height=0.62,
                  alpha=1.0 if entry["beyond_luck"] else PALE)  # fmt: skip
        if np.isfinite(entry["low"]):
            axes.plot([entry["low"], entry["high"]], [row, row], color="black", linewidth=1.1)
    axes.axvline(0, color=GREY, linewidth=0.9)
    axes.set_yticks(rows, [_name(country) for country in chosen["country"]])
    axes.set_ylim(len(chosen) - max(len(chosen), LEAST_ROWS) - 0.7, len(chosen) - 0.3)
    axes.xaxis.set_major_formatter(FuncFormatter(thousands))
    axes.xaxis.set_major_locator(MaxNLocator(5))
    named = moved[moved["beyond_luck"]]
    gain, loss = int((named["effect"] > 0).sum()), int((named["effect"] < 0).sum())
    told = f"{gain} gain and {loss} lose beyond luck" if gain + loss else \
        f"none of {len(moved)} differs beyond luck"  # fmt: skip
    told = "one pair cannot tell gains from luck" if len(comparison.seeds) == 1 else told
    axes.set_title(f"{end}:\n{told}", loc="left")


def _shown_shifts(moved: pd.DataFrame, acting: Sequence[str]) -> pd.DataFrame:
    """Those beyond luck first, where the policy acts next, then the largest; by effect."""
    rank = 2 * moved["beyond_luck"].astype(int) + moved["country"].isin(list(acting)).astype(int)
    order = pd.DataFrame({"rank": rank, "size": moved["effect"].abs()}).sort_values(
        ["rank", "size"], ascending=False, kind="stable"
    )
    chosen = moved.loc[order.index[:MOST_BARS]]
    return chosen[chosen["effect"] != 0].sort_values("effect", ascending=False, kind="stable")


def _overview(comparison: Comparison) -> Figure:
    """Many policies as rows: inflow, stock and pay where each acts."""
    arms = comparison.policies
    rows = np.arange(len(arms), dtype=float)[::-1]
    figure = _figure(comparison, (15.5, 2.6 + 0.42 * len(arms)))
    panels = figure.subplots(1, 3, sharey=True)
    chosen = {arm.name: _largest(comparison, arm)[:1] for arm in arms}
    heads = (
        ("inflow", "Inflow since the change"), ("stock", f"Stock, end of {comparison.last_year}"),
        ("mean_pay", f"Mean pay, {comparison.last_year}"),
    )  # fmt: skip
    for axes, (measure, head) in zip(panels, heads, strict=True):
        axes.axvline(0, color=GREY, linewidth=0.9)
        for row, arm in zip(rows, arms, strict=True):
            years = reading.years_after(comparison, arm)
            periods = years if measure in FLOW_MEASURES else [comparison.last_year]
            for country in chosen[arm.name]:
                found = comparison.effect_on(arm.name, country, measure, periods, total=True)
                _mark(axes, row, found, COLOURS[0])
        axes.set_title(head, loc="left")
        axes.set_xlabel("effect, per cent of the baseline")
    labels = [
        f"{textwrap.shorten(arm.title, 52, placeholder=' …')} ({', '.join(chosen[arm.name])})"
        for arm in arms
    ]
    panels[0].set_yticks(rows, labels)
    panels[0].set_ylim(rows[-1] - 0.7, rows[0] + 0.7)
    return figure


# Parts of every figure -----------------------------------------------------------------------


def _figure(comparison: Comparison, size: tuple[float, float]) -> Figure:
    """An empty figure with headline and foot."""
    foot = textwrap.wrap(source_line(comparison), int(size[0] * 14.5))
    top, bottom = 0.62 / size[1], (0.16 + 0.15 * len(foot)) / size[1]
    room = ConstrainedLayoutEngine(
        w_pad=0.1, h_pad=0.1, hspace=0.04, wspace=0.03, rect=(0, bottom, 1, 1 - top - bottom)
    )
    figure = Figure(figsize=size, layout=room)
    arms = comparison.policies
    head = arms[0].title if len(arms) == 1 else f"What {len(arms)} policies would have done"
    if comparison.against.first_month is not None:
        head += f", against: {comparison.against.title}"
    head = textwrap.shorten(head, int(size[0] * 7.2), placeholder=" …")
    figure.suptitle(head, x=0.012, y=1 - 0.12 / size[1], ha="left", va="top", fontsize=16,
                    weight="bold")  # fmt: skip
    figure.text(0.012, 0.08 / size[1], "\n".join(foot), fontsize=8.5, color=GREY, va="bottom")
    return figure


def source_line(comparison: Comparison) -> str:
    """Where the figure comes from, enough to draw it again, and how to read it."""
    scenario, seeds = comparison.scenario, comparison.seeds
    row = len(seeds) > 1 and list(seeds) == list(range(seeds[0], seeds[-1] + 1))
    named = f"seeds {seeds[0]} to {seeds[-1]}" if row else f"seeds {', '.join(map(str, seeds[:8]))}"
    named += " …" if not row and len(seeds) > 8 else ""
    holds = "luck alone"
    if comparison.draws is not None:
        holds = f"luck and {len(set(comparison.draws))} draws of parameters"
    names = ", ".join(arm.name for arm in comparison.policies)
    return (
        f"Source: Talent Market {comparison.version or 'from a checkout'}, scenario "
        f"{scenario['name']} ({scenario['start']} to {scenario['end']}), {names} against "
        f"{comparison.against.name}; {named}, {scenario['persons_per_agent']:g} persons per agent. "
        "Bands and bars: 95 % interval of the mean over pairs of worlds with common luck; it holds "
        f"{holds}. Hollow marks: not distinguishable from nought. Full bars: beyond luck, of which "
        "at most 5 % are expected to be luck all the same (Benjamini and Hochberg)."
    )


def _largest(comparison: Comparison, arm: Arm) -> list[str]:
    """The acting countries in which the stock changes most, at most three."""
    if not reading.years_after(comparison, arm):
        return []
    acting = reading.acting_countries(comparison, arm)
    moved = reading.shifts(comparison, arm).set_index("country")["effect"].abs()
    order = moved.loc[list(acting)].sort_values(ascending=False, kind="stable")
    return [str(country) for country in order.index[:MOST_LINES]]


def _same_scale(panels: Sequence[Axes]) -> None:
    """One scale of effects for panels that stand side by side."""
    vertical = panels[0].get_ylabel() != ""
    limits = [axes.get_ylim() if vertical else axes.get_xlim() for axes in panels]
    low, high = min(limit[0] for limit in limits), max(limit[1] for limit in limits)
    for axes in panels:
        (axes.set_ylim if vertical else axes.set_xlim)(low, high)


def _name(code: str) -> str:
    return country_names().get(code, code)
