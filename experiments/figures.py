"""Every picture of a run, drawn on Figure objects so that no notebook's settings are touched."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import matplotlib
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import FuncFormatter, NullFormatter

from experiments import path_notes
from experiments.digest import (
    RATE,
    REST,
    WORLD,
    Run,
    averages,
    by_year,
    countries_to_show,
    full_years,
    observations,
    world_by_year,
)
from model import tables

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Colours of Okabe and Ito, told apart by people with any kind of colour vision.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
SIMULATED, OBSERVED, GREY = COLOURS[0], COLOURS[1], "#666666"
FOLLOWED = ("KOR", "JPN", "USA", "CHN", "IND", "GBR")
CORRIDOR_COUNTRIES = 12
WORLD_MOVES = "moves_per_year"


def summary(run: Run) -> Figure:
    """The figure a person would put on a slide: who gains, who loses, along which corridors.

    Parameters
    ----------
    run
        A record of at least one full calendar year; a shorter run gives a figure that says so.
    """
    look: Any = {**sns.axes_style("whitegrid"), **font_sizes()}
    with matplotlib.rc_context(look):
        room = ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.12, rect=(0, 0.035, 1, 0.925))
        figure = Figure(figsize=(14, 9.2), layout=room)
        figure.suptitle(_headline(run), x=0.012, y=0.985, ha="left", fontsize=16, weight="bold")
        figure.text(0.012, 0.012, _source_line(run), fontsize=8.5, color=GREY)
        if not full_years(run):
            text = "This run has no full calendar year to draw."
            figure.text(0.5, 0.5, text, ha="center", fontsize=14)
            return figure
        rates, paths, corridors, world = figure.subplots(2, 2, width_ratios=(1.1, 1)).ravel()
        table = by_year(run)
        draw_rates(rates, table)
        draw_paths(paths, run, table)
        draw_corridors(corridors, run, table)
        draw_world(world, table)
    return figure


def draw_rates(axes: Axes, table: pd.DataFrame) -> None:
    """Average net rate a year of each country with its error, observed figures beside it."""
    years = _years(table)
    means = averages(table)
    observed = observations(tables.observed(), years)
    shown = countries_to_show(means, observed.index)
    means = means.loc[shown].dropna(subset=[RATE]).sort_values(RATE)
    rows = np.arange(len(means))
    axes.axvline(0, color=GREY, linewidth=0.8)
    axes.errorbar(
        means[RATE], rows, xerr=means["rate_error"].fillna(0), fmt="o", color=SIMULATED,
        markersize=5, elinewidth=1.4, label="simulated, yearly mean ± sampling error",
    )  # fmt: skip
    seen = observed["value"].reindex(means.index)
    axes.plot(seen, rows, "D", color=OBSERVED, markersize=5, fillstyle="none", markeredgewidth=1.6,
              zorder=3, label="observed, last year published")  # fmt: skip
    axes.set_yticks(rows, _names(means.index))
    axes.set_ylim(-0.8, len(means) + 0.7)   # the legend stands above the highest row
    axes.set_xlabel("net inflow of AI talent per 10,000 of the work force and year")
    gain = int((means[RATE] > means["rate_error"]).sum())
    loss = int((means[RATE] < -means["rate_error"]).sum())
    axes.set_title(
        f"{_span(years)}: {gain} of {len(means)} countries gain, {loss} lose beyond sampling error",
        loc="left",
    )
    axes.grid(axis="y", visible=False)
    axes.legend(fontsize=8, loc="upper left", ncols=2, framealpha=0.9)


def draw_paths(axes: Axes, run: Run, table: pd.DataFrame) -> None:
    """Net flow of followed countries, year by year, with the band of the sampling error.

    Years with other rules are marked; below stands what moved with the path that moved most.
    """
    years = _years(table)
    present = [code for code in FOLLOWED if code in table.index.get_level_values("country")]
    positions = np.array([int(year) for year in years])
    ends, any_marked = [], False
    for code, colour in zip(present, COLOURS, strict=False):
        path = table.xs(code, level="country").reindex(years)
        net, error = path["net"].to_numpy(), path["net_error"].fillna(0).to_numpy()
        axes.plot(positions, net, color=colour, marker="o", markersize=4)
        axes.fill_between(positions, net - error, net + error, color=colour, alpha=0.13, lw=0)
        ends.append(float(net[-1]))
        marked = np.isin(years, path_notes.marked_changes(run, code)["year"])
        axes.scatter(positions[marked], net[marked], marker="^", s=60, facecolor="white",
                     edgecolor=colour, linewidth=1.4, zorder=3)  # fmt: skip
        any_marked |= bool(marked.any())
    axes.axhline(0, color=GREY, linewidth=0.8)
    low, high = axes.get_ylim()
    for code, colour, place in zip(present, COLOURS, _apart(ends, (high - low) / 18), strict=False):
        axes.annotate(
            _name(code), (1.01, place), xycoords=("axes fraction", "data"), color=colour,
            fontsize=9, va="center", weight="bold",
        )  # fmt: skip
    axes.set_xticks(positions)
    axes.set_ylabel("net inflow, persons a year")
    axes.yaxis.set_major_formatter(FuncFormatter(thousands))
    axes.set_title("Net flow year by year (band: 95 % sampling interval)", loc="left")
    notes = ["△ the country's rules changed in that year (table policies)"] if any_marked else []
    notes += path_notes.told(run, table, path_notes.farthest(table, present))
    axes.set_xlabel("\n".join(notes), loc="left", fontsize=8.5, color=GREY)


def _apart(places: Sequence[float], least: float) -> list[float]:
    """The places, moved as little as keeps labels from standing on each other."""
    order = np.argsort(places, kind="stable")
    spread = np.array(places, dtype=float)[order]
    for _ in range(50):
        gaps = np.diff(spread)
        close = np.flatnonzero(gaps < least * 0.999)
        if close.size == 0:
            break
        for left in close:
            push = (least - (spread[left + 1] - spread[left])) / 2
            spread[left] -= push
            spread[left + 1] += push
    placed = np.empty_like(spread)
    placed[order] = spread
    return [float(place) for place in placed]


def draw_corridors(axes: Axes, run: Run, table: pd.DataFrame) -> None:
    """Moves along the corridors between the countries with most people, persons a year."""
    moves = corridor_moves(run, table)
    if not (moves.to_numpy() > 0).any():
        axes.set_title(f"No moves between the largest countries, {_span(_years(table))}")
        return
    top = float(moves.to_numpy().max())
    sns.heatmap(
        moves, mask=moves <= 0, ax=axes, cmap="viridis", linewidths=0.5, linecolor="white",
        norm=LogNorm(vmin=min(moves.to_numpy()[moves > 0].min(), top / 10), vmax=top),
        annot=moves.map(short), fmt="", annot_kws={"fontsize": 7.5},
        cbar_kws={"label": "persons a year (log scale)", "format": FuncFormatter(thousands),
                  "pad": 0.02, "fraction": 0.05},
        yticklabels=_names(moves.index),
    )  # fmt: skip
    bar = axes.collections[0].colorbar
    if bar is not None:
        bar.ax.yaxis.set_minor_formatter(NullFormatter())
    axes.grid(visible=False)
    axes.set(xlabel="to", ylabel="from")
    axes.tick_params(axis="x", rotation=0)
    origin, destination = moves.stack().idxmax()
    axes.set_title(
        f"Largest corridor: {_name(origin)} to {_name(destination)}, {top:,.0f} persons a year",
        loc="left",
    )


def corridor_moves(run: Run, table: pd.DataFrame) -> pd.DataFrame:
    """Yearly mean moves in persons, origins in rows, among the countries with most people."""
    years = [int(year) for year in _years(table)]
    stocks = averages(table)["stock"].drop([WORLD, REST], errors="ignore")
    largest = list(stocks.sort_values(ascending=False).index[:CORRIDOR_COUNTRIES])
    flows = run.flows[(run.flows["group"] == "all") & run.flows["year"].isin(years)]
    sums = flows.pivot_table(
        index="origin", columns="destination", values="persons", aggfunc="sum", observed=True
    )
    moves = sums.reindex(index=largest, columns=largest).fillna(0.0).to_numpy(copy=True)
    np.fill_diagonal(moves, 0.0)
    return pd.DataFrame(moves / len(years), index=largest, columns=largest)


def draw_world(axes: Axes, table: pd.DataFrame) -> None:
    """How many people of the whole stock change country in a year."""
    years = _years(table)
    moves = world_by_year(table)["moves"].reindex(years)
    positions = np.array([int(year) for year in years])
    axes.bar(positions, moves, color=SIMULATED, width=0.6, label="simulated")
    observed = world_observation()
    top = float(moves.max())
    if observed is not None:
        label = f"observed: {observed['value']:g} %, {observed['edition']}"
        axes.axhline(observed["value"], color=OBSERVED, linestyle="--", label=label)
        top = max(top, observed["value"])
    axes.set_xticks(positions)
    axes.set_ylim(0, 1.25 * top)
    axes.set_ylabel("per cent of the stock")
    axes.set_title(f"{moves.mean():.1f} % of all people change country in a year", loc="left")
    axes.legend(fontsize=8, loc="upper left", ncols=2, framealpha=0.9)
    axes.grid(axis="x", visible=False)


def world_observation() -> dict[str, Any] | None:
    """The published share of AI talent that changes country in a year, if the tables hold it."""
    rows = [row for row in tables.observed() if row["measure"] == WORLD_MOVES]
    rows = [row for row in rows if row["country"] == WORLD]
    return max(rows, key=lambda row: int(row["year"]), default=None)


def _headline(run: Run) -> str:
    """What the figure shows, with no judgement in it."""
    scenario = run.manifest["scenario"]
    months = f"{scenario['start']} to {scenario['end']}"
    return f"The market for AI talent, {months}: {scenario['title']}"


def _source_line(run: Run) -> str:
    """Where the figure comes from, enough to draw it again."""
    manifest = run.manifest
    scenario = manifest["scenario"]
    return (
        f"Source: Talent Market {manifest['versions'].get('talentmarket') or 'from a checkout'}, "
        f"scenario {scenario['name']}, seed {manifest['seed']}, "
        f"{scenario['persons_per_agent']:g} persons per agent. One run; the intervals hold the "
        "counting error only. Observed: AI Index (LinkedIn), BCG."
    )


def font_sizes() -> dict[str, Any]:
    """Sizes and greys that all pictures share."""
    return {
        "font.size": 9.5, "axes.titlesize": 11.5, "axes.titleweight": "bold",
        "axes.labelsize": 9.5, "xtick.labelsize": 8.5, "ytick.labelsize": 8.5,
        "grid.color": "#E5E5E5", "axes.edgecolor": "#999999",
    }  # fmt: skip


def _years(table: pd.DataFrame) -> list[str]:
    return [str(year) for year in table.index.get_level_values("period").unique()]


def _span(years: list[str]) -> str:
    return years[0] if len(years) == 1 else f"{years[0]}–{years[-1]}"


def _names(codes: Any) -> list[str]:
    return [_name(str(code)) for code in codes]


def _name(code: str) -> str:
    """A country's English name."""
    return tables.country_names().get(code, code)


def thousands(value: float, _position: int) -> str:
    """A tick of an axis of persons."""
    return f"{value:,.0f}"


def short(value: float) -> str:
    """A count in as few characters as a small cell holds."""
    if value < 1:
        return ""
    return f"{value:.0f}" if value < 1_000 else f"{value / 1_000:.1f}k"
