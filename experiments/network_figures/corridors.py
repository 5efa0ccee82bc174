"""The picture of the corridors: who moved along which, on a map, coloured by affinity."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.collections import LineCollection
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from experiments.figures import COLOURS, GREY
from experiments.network_figures.frame import (
    GROUPS,
    PLATE,
    country_name,
    framed,
    in_words,
    look,
)
from experiments.network_figures.maps import (
    EUROPE_VIEW,
    TURNS,
    WORLD_VIEW,
    View,
    arc_between,
    draw_land,
    turned,
    with_room,
)
from model import tables
from model.talent_market import TalentMarket

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CORRIDORS_DRAWN, EUROPEAN_CORRIDORS = 60, 40
# grey in the middle, since a pale line would not be seen
AFFINITY_COLOURS = LinearSegmentedColormap.from_list(
    "affinity", (COLOURS[0], "#A9A9A9", COLOURS[1])
)


def corridors_picture(market: TalentMarket) -> Figure:
    """The corridors with most moves on a map, coloured by affinity; Europe apart."""
    graph = market.network("corridors")
    edges = _busiest(graph)
    inside = [edge for edge in edges if all(_in_europe(graph, code) for code in edge[:2])]
    wide = [edge for edge in edges if edge not in inside][-CORRIDORS_DRAWN:]
    inside = inside[-EUROPEAN_CORRIDORS:]
    moved = sum(value for *_, value in graph.edges(data="persons_moved"))
    first, last = graph.graph["first_month"], graph.graph["month"]
    headline = f"{moved:,.0f} moves from {first} to {last}" if moved else "Nobody has moved yet"
    if edges:
        born, lives, said = edges[-1]
        headline += (
            f"; most from {in_words(born)} to {in_words(lives)}: {said['persons_moved']:,.0f}"
        )
    with look():
        figure = framed(
            market, headline,
            f"The {len(wide)} corridors with most moves that do not lie inside Europe, and the "
            f"{len(inside)} with most inside it. An arc bends to the left of its direction; "
            "discs: researchers who live there. Land: Natural Earth; cities: CEPII.",
            (14.5, 6.7),
        )
        world, europe = figure.subplots(1, 2, width_ratios=(2.75, 1))
        most = edges[-1][2]["persons_moved"] if edges else 1.0
        reach = max((abs(said["affinity"]) for *_, said in wide + inside), default=1.0)
        for axes, shown, view in ((world, wide, WORLD_VIEW), (europe, inside, EUROPE_VIEW)):
            draw_land(axes, view)
            draw_arcs(axes, graph, shown, most, reach)
            draw_countries(axes, graph, shown, view)
        _corridor_legends(figure, europe, most, reach)
    return figure


def _busiest(graph: nx.DiGraph) -> list[tuple[str, str, dict[str, Any]]]:
    """The corridors between named countries in which somebody moved, fewest first."""
    edges = [edge for edge in graph.edges(data=True)
             if tables.REST not in edge[:2] and edge[2]["persons_moved"] > 0]  # fmt: skip
    return sorted(edges, key=lambda edge: (edge[2]["persons_moved"], edge[0], edge[1]))


def _in_europe(graph: nx.DiGraph, code: str) -> bool:
    return graph.nodes[code]["region"] in GROUPS["Europe"]


def draw_arcs(
    axes: Axes, graph: nx.DiGraph, edges: Sequence[tuple[str, str, Any]], most: float,
    reach: float,
) -> None:
    """Bent lines as wide as persons moved, ``most`` the widest, coloured up to ``reach``."""
    lines, widths, colours = [], [], []
    for born, lives, said in edges:
        arc = arc_between(_place(graph, born), _place(graph, lives))
        for turn in TURNS:
            lines.append(turned(arc, turn))
            widths.append(_width(said["persons_moved"] / most))
            colours.append(said["affinity"])
    drawn = LineCollection(
        lines, linewidths=widths, cmap=AFFINITY_COLOURS, norm=Normalize(-reach, reach),
        alpha=0.85, zorder=2, capstyle="round",
    )  # fmt: skip
    drawn.set_array(np.array(colours))
    axes.add_collection(drawn)


def _width(share: float) -> float:
    """Width of an arc in points."""
    return 0.6 + 6.0 * share


def _corridor_legends(figure: Figure, axes: Axes, most: float, reach: float) -> None:
    colours = ScalarMappable(Normalize(-reach, reach), AFFINITY_COLOURS)
    bar = figure.colorbar(colours, ax=axes, orientation="horizontal", fraction=0.05, pad=0.02)
    bar.set_label("affinity: log of past flows over what\nsize, distance and language explain")
    handles = [Line2D([], [], color=GREY, linewidth=_width(share),
                      label=f"{most * share:,.0f} persons") for share in (1, 1 / 4, 1 / 16)
               ]  # fmt: skip
    axes.legend(handles=handles, loc="lower center", bbox_to_anchor=(0.5, 1.0), fontsize=8,
                frameon=False, ncols=3, handlelength=1.4)  # fmt: skip


def draw_countries(
    axes: Axes, graph: nx.DiGraph, edges: Sequence[tuple[str, str, Any]], view: View
) -> None:
    """A disc for each country, and the names of those with most moves that find room."""
    codes = [code for code in graph if code != tables.REST]
    at = {code: _place(graph, code) for code in codes}
    codes = [code for code in codes if view.holds(at[code])]
    sizes = np.array([graph.nodes[code]["residents"] for code in codes])
    largest = max(residents for _, residents in graph.nodes(data="residents"))
    places = np.array([at[code] for code in codes])
    axes.scatter(places[:, 0], places[:, 1], s=9 + 220 * sizes / largest, color="#222222",
                 alpha=0.85, edgecolors="white", linewidths=0.6, zorder=3)  # fmt: skip
    moves: Counter[str] = Counter()
    for born, lives, said in edges:
        moves.update({born: said["persons_moved"], lives: said["persons_moved"]})
    named = [code for code, _ in moves.most_common() if code in codes]
    for code, (right, up) in with_room(named, {code: at[code] for code in codes}, view):
        axes.annotate(
            country_name(code), at[code], xytext=(5 * right, 4 * up), textcoords="offset points",
            ha="left" if right > 0 else "right", va="bottom" if up > 0 else "top", fontsize=8,
            zorder=4, bbox=PLATE,
        )  # fmt: skip


def _place(graph: nx.DiGraph, code: str) -> tuple[float, float]:
    """Longitude and latitude on the map."""
    said = graph.nodes[code]
    east = said["longitude"]
    return (east + 360.0 if east < WORLD_VIEW.west else east), said["latitude"]
