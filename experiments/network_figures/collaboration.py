"""The picture of the collaboration: some people with their ties, and the tail of all ties."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import seaborn as sns
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter
from numpy.typing import NDArray

from experiments.figures import COLOURS, GREY, thousands
from experiments.network_figures.frame import (
    CROSSING,
    FAINT,
    GROUP_COLOURS,
    GROUPS,
    PLATE,
    bare,
    framed,
    look,
)
from model import tables
from model.networks.figures import CollaborationFigures, collaboration_figures, in_degrees
from model.networks.tail import log_zeta
from model.talent_market import TalentMarket

if TYPE_CHECKING:
    from matplotlib.axes import Axes

F64 = NDArray[np.float64]
PEOPLE_DRAWN = 400       # more than that and single ties are no longer seen
LEAST_LABELLED = 8       # people of one employer in a community that is named after it
MIDDLE, HOLD = -1, 0.6  # a point that is nobody, and the weight of its ties
ROUNDS = 120             # of moving people about; more changes little
SPREAD = 1.0             # distance that people keep, over what an even spread gives
LABEL_WIDTH, LABEL_HEIGHT = 0.2, 0.035   # room for a label, as shares of the picture


def collaboration_picture(market: TalentMarket, sample: int = PEOPLE_DRAWN) -> Figure:
    """Some people and all ties between them, and the tail of ties in the whole market.

    Parameters
    ----------
    market
        A market in any month.
    sample
        People drawn, found by following ties; under 500.
    """
    figures = collaboration_figures(market.world)
    graph = market.network("collaboration", sample)
    with look():
        crossing = f"{100 * figures.across_borders:.0f} % of all ties cross a border"
        figure = framed(
            market,
            f"Who works with whom: {crossing}" if figures.ties else "Nobody is tied to anybody",
            f"{graph.number_of_nodes()} researchers found by following ties from a few, and the "
            f"{graph.number_of_edges():,} ties between them; area of a point: ties pointing to "
            "the person in the whole market. Names: the commonest employer of each large "
            "community and its share of it.",
            (12, 8.4),
        )
        drawn, tail = figure.subplots(1, 2, width_ratios=(2.5, 1))
        into = in_degrees(market.world)
        draw_people(drawn, graph, dict(zip(market.researchers.id.tolist(), into, strict=True)))
        draw_tail(tail, np.bincount(into), figures)
    return figure


def draw_people(axes: Axes, graph: nx.DiGraph, ties: dict[int, int]) -> None:
    """The sample laid out by its ties, coloured by region; ``ties`` pointing to each person."""
    bare(axes)
    places = _laid_out(graph)
    people = list(graph)
    at = np.array([places[person] for person in people]).reshape(-1, 2)
    group = _group_of_country()
    shown = [group[graph.nodes[person]["country"]] for person in people]
    lines = [(places[one], places[other]) for one, other in graph.edges]
    abroad = [graph.nodes[one]["country"] != graph.nodes[other]["country"]
              for one, other in graph.edges]  # fmt: skip
    axes.add_collection(LineCollection(
        lines, colors=[CROSSING if crosses else FAINT for crosses in abroad],
        linewidths=[0.9 if crosses else 0.6 for crosses in abroad],
        linestyles=["--" if crosses else "-" for crosses in abroad], zorder=1,
    ))  # fmt: skip
    sizes = np.array([6 + 5 * ties[person] for person in people])
    axes.scatter(at[:, 0], at[:, 1], s=sizes, c=[GROUP_COLOURS[name] for name in shown],
                 edgecolors="white", linewidths=0.5, zorder=2)  # fmt: skip
    for text, place in _community_labels(graph, places):
        axes.annotate(text, place, xytext=(0, 9), textcoords="offset points", ha="center",
                      va="bottom", fontsize=8, zorder=3, bbox=PLATE)  # fmt: skip
    counted = Counter(shown)
    handles: list[Any] = [
        Line2D([], [], marker="o", linestyle="", color=GROUP_COLOURS[name],
               label=f"{name} ({counted[name]})")
        for name in GROUPS if counted[name]
    ]  # fmt: skip
    handles.append(Line2D([], [], color=CROSSING, linestyle="--", linewidth=0.9,
                          label="tie across a border"))  # fmt: skip
    axes.legend(handles=handles, fontsize=8, loc="upper left", frameon=False,
                bbox_to_anchor=(0.0, 0.0), ncols=4, handletextpad=0.4)  # fmt: skip


def _laid_out(graph: nx.DiGraph) -> dict[int, F64]:
    """A place for each person near those they are tied to; the same graph, the same places.

    Groups that no tie joins are held together by a weak tie to a point in the middle that is not
    drawn; they would fly apart otherwise.
    """
    plain = nx.Graph()
    plain.add_nodes_from(graph)
    plain.add_edges_from(graph.edges)
    for group in list(nx.connected_components(plain)):
        centre = max(group, key=lambda person: (plain.degree[person], -person))
        plain.add_edge(MIDDLE, centre, weight=HOLD)
    places = nx.spring_layout(plain, seed=1, k=SPREAD / np.sqrt(len(plain)), iterations=ROUNDS)
    return {person: places[person] for person in graph}


def _community_labels(
    graph: nx.DiGraph, places: dict[int, F64]
) -> list[tuple[str, tuple[float, float]]]:
    """The commonest employer of each large community, and where to write it: amid its staff."""
    if graph.number_of_edges() == 0:
        return []
    found = nx.community.louvain_communities(graph.to_undirected(), seed=1)
    every = np.array(list(places.values()))
    wide, high = np.ptp(every, axis=0)
    labels: dict[str, tuple[float, float]] = {}
    for group in sorted(found, key=lambda group: (-len(group), min(group))):
        employers = Counter(graph.nodes[person]["employer"] for person in sorted(group))
        name, size = employers.most_common(1)[0]
        staff = [person for person in group if graph.nodes[person]["employer"] == name]
        at = np.median([places[person] for person in staff], axis=0)
        place = float(at[0]), float(at[1])
        free = all(
            abs(place[0] - other[0]) > LABEL_WIDTH * wide
            or abs(place[1] - other[1]) > LABEL_HEIGHT * high
            for other in labels.values()
        )
        label = f"{name} ({100 * size / len(group):.0f} %)"
        if free and size >= LEAST_LABELLED and name != "none":
            labels.setdefault(label, place)
    return list(labels.items())


def draw_tail(axes: Axes, counts: NDArray[np.int64], figures: CollaborationFigures) -> None:
    """Share of people to whom at least so many point, with the fitted power law."""
    above = np.cumsum(counts[::-1])[::-1] / max(counts.sum(), 1)
    numbers = np.arange(counts.size)
    seen = (numbers > 0) & (counts > 0)
    axes.loglog(numbers[seen], above[seen], "o", color=COLOURS[0], markersize=4,
                fillstyle="none", label="people of the market")  # fmt: skip
    if np.isfinite(figures.tail_exponent):
        start, exponent = figures.tail_threshold, figures.tail_exponent
        fitted = np.unique(np.geomspace(start, counts.size, 30).astype(int))
        share = [figures.tail_share * np.exp(log_zeta(exponent, x) - log_zeta(exponent, start))
                 for x in fitted.tolist()]  # fmt: skip
        label = f"power law from {start}: {exponent:.2f} ± {figures.tail_exponent_error:.2f}"
        axes.loglog(fitted, share, color=COLOURS[1], linewidth=1.6, label=label)
    axes.set_xlabel("ties that point to a person")
    axes.set_ylabel("share of people with at least so many")
    axes.set_title("Tail of the ties of all people", loc="left")
    axes.xaxis.set_major_formatter(FuncFormatter(thousands))
    axes.legend(fontsize=8, loc="lower left", frameon=False, bbox_to_anchor=(0, 0.27))
    axes.text(
        0.04, 0.02, _figures_text(figures), transform=axes.transAxes, ha="left", va="bottom",
        fontsize=8, color=GREY, linespacing=1.5,
    )  # fmt: skip
    sns.despine(ax=axes)


def _figures_text(figures: CollaborationFigures) -> str:
    lines = [
        f"assortativity {figures.assortativity:.3f} ± {1.96 * figures.assortativity_error:.3f}",
        f"clustering {figures.clustering:.3f} ± {1.96 * figures.clustering_error:.3f}",
        f"{100 * figures.reciprocity:.0f} % of ties answered",
        f"{100 * figures.across_employers:.0f} % join two employers",
        f"{100 * figures.same_origin:.0f} % join people of one origin",
        _verdict(figures.tail_over_exponential),
    ]
    known = [line for line in lines if line and "nan" not in line]
    return "\n".join(known).replace("-0.", "−0.")


def _verdict(ratio: float) -> str:
    """What the comparison with an exponential tail says, in words."""
    if not np.isfinite(ratio):
        return ""
    if abs(ratio) < 2:
        return "power law and exponential fit alike"
    better, worse = ("power law", "exponential") if ratio > 0 else ("exponential", "power law")
    return f"{better} fits better than {worse}"


def _group_of_country() -> dict[str, str]:
    """The group of regions that each country is coloured by."""
    group = {region: name for name, regions in GROUPS.items() for region in regions}
    return {row["country"]: group[row["region"]] for row in tables.read_rows("country_names.csv")}
