"""The picture of the diaspora: where people live who were born elsewhere, and since when."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import seaborn as sns
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullFormatter

from agents.levers import month_number
from experiments.figures import COLOURS, short, thousands
from experiments.network_figures.frame import (
    country_name,
    framed,
    in_words,
    look,
    month_of,
)
from model import tables
from model.talent_market import TalentMarket

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DIASPORA_COUNTRIES = 14
DIASPORAS_DATED = 14


def diaspora_picture(market: TalentMarket) -> Figure:
    """Where people born in each country live, and when they came there."""
    graph = market.network("diaspora")
    persons = sum(value for *_, value in graph.edges(data="persons"))
    everybody = sum(value for _, value in graph.nodes(data="residents"))
    with look():
        figure = framed(
            market,
            f"{100 * persons / everybody:.0f} % of all researchers live outside their country of "
            "birth",
            "Left: the countries with most people abroad and those with most people from abroad. "
            "Right: when the people of the largest diasporas came to where they live now.",
            (13.5, 7.6),
        )
        if persons == 0:
            return figure
        cells, dates = figure.subplots(1, 2, width_ratios=(1.75, 1))
        draw_cells(cells, graph)
        draw_arrivals(dates, graph, month_number(month_of(market)) / 12)
    return figure


def draw_cells(axes: Axes, graph: nx.DiGraph) -> None:
    """Persons by country of birth and of residence, the largest of each."""
    frame = nx.to_pandas_adjacency(graph, weight="persons")
    codes = [code for code in frame.index if code != tables.REST]
    frame = frame.loc[codes, codes]
    born = frame.sum(axis=1).nlargest(DIASPORA_COUNTRIES).index
    lives = frame.sum(axis=0).nlargest(DIASPORA_COUNTRIES).index
    shown = frame.loc[born, lives]
    values = shown.to_numpy()
    sns.heatmap(
        shown, mask=shown <= 0, ax=axes, cmap="viridis", linewidths=0.5, linecolor="white",
        norm=LogNorm(vmin=max(values.max() / 1000, values[values > 0].min()), vmax=values.max()),
        annot=shown.map(short), fmt="", annot_kws={"fontsize": 7.5},
        cbar_kws={"label": "persons (log scale)", "format": FuncFormatter(thousands),
                  "pad": 0.02, "fraction": 0.05},
        yticklabels=[country_name(code) for code in born],
    )  # fmt: skip
    bar = axes.collections[0].colorbar
    if bar is not None:
        bar.ax.yaxis.set_minor_formatter(NullFormatter())
    axes.set(xlabel="lives in", ylabel="born in")
    axes.tick_params(axis="both", rotation=0, length=0)
    largest = shown.stack().idxmax()
    axes.set_title(
        f"Largest: {shown.loc[largest]:,.0f} people born in {country_name(largest[0])} live in "
        f"{in_words(largest[1])}", loc="left",
    )  # fmt: skip


def draw_arrivals(axes: Axes, graph: nx.DiGraph, now: float) -> None:
    """Median and quartiles of the date of arrival of the largest diasporas."""
    edges = [edge for edge in graph.edges(data=True) if tables.REST not in edge[:2]]
    edges = sorted(edges, key=lambda edge: -edge[2]["persons"])[:DIASPORAS_DATED]
    rows = np.arange(len(edges))[::-1]
    middle, low, high = (
        np.array([month_number(said[f"arrived_{which}"]) / 12 for *_, said in edges])
        for which in ("median", "lower_quartile", "upper_quartile")
    )
    axes.hlines(rows, low, high, color=COLOURS[5], linewidth=5)
    axes.plot(middle, rows, "o", color=COLOURS[0], markersize=6)
    axes.set_yticks(rows, [f"{country_name(born)} to {lives}" for born, lives, _ in edges])
    axes.set_xlim(low.min() - 1, now + 0.5)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0f}"))
    axes.grid(axis="x")
    axes.set_xlabel("year of arrival: median and middle half")
    axes.set_title("When they came", loc="left")
    sns.despine(ax=axes, left=True)
