"""Network view: ties between countries, firms and people."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence

import networkx as nx
import numpy as np

from model import tables
from talentmarket.app import svg
from talentmarket.app.snapshot import PEOPLE_SHOWN, Snapshot

SIZE, RADIUS = 720.0, 232.0
TIES_SHOWN, FIRMS_SHOWN, TABLE_ROWS = 70, 60, 40
WIDEST = 8.0
FULL_WIDTH = {"corridors": 2_000.0, "diaspora": 50_000.0}
"""Persons that are drawn at the widest."""
MEANING = {
    "corridors": "People who moved in this run, country to country",
    "diaspora": "People who live outside their country of birth, birth to residence",
    "deals": "Deals of this run, buyer to target",
    "collaboration": f"Who works with whom: {PEOPLE_SHOWN} people found by following ties",
}
TURNS = 60
"""Rounds of the layout by springs."""


@functools.cache
def ring() -> dict[str, float]:
    """Angle of each country: neighbours stand beside each other, and stay there."""
    rows = sorted(tables.read_rows("country_names.csv"), key=lambda row: row["region"])
    return {
        row["country"]: 2 * math.pi * place / len(rows) - math.pi / 2
        for place, row in enumerate(rows)
    }


def ties(graph: nx.Graph, layer: str) -> list[tuple[str, str, float]]:
    """Ties between countries, strongest first: from, to, persons."""
    weight = "persons_moved" if layer == "corridors" else "persons"
    found = [(a, b, float(about[weight])) for a, b, about in graph.edges(data=True)]
    return sorted((tie for tie in found if tie[2] > 0), key=lambda tie: (-tie[2], tie[:2]))


def draw(snapshot: Snapshot, chosen: str) -> str:
    """The layer of ties that the snapshot holds."""
    graph, layer = snapshot.graph, snapshot.graph_name
    if graph is None or layer is None:
        return svg.picture(SIZE, 40, [svg.words(4, 20, "Reading the network …")], "Network")
    if layer in FULL_WIDTH:
        return _countries(snapshot, graph, layer, chosen)
    return _firms(snapshot, graph, chosen) if layer == "deals" else _people(snapshot, graph, chosen)


def _title(layer: str) -> str:
    return svg.words(4, 16, MEANING[layer], size=13, bold=True)


def _countries(snapshot: Snapshot, graph: nx.Graph, layer: str, chosen: str) -> str:
    centre = SIZE / 2, 345.0
    angles = ring()
    at = {
        code: (centre[0] + RADIUS * math.cos(angle), centre[1] + RADIUS * math.sin(angle))
        for code, angle in angles.items()
    }
    everything = ties(graph, layer)
    shown = everything[:TIES_SHOWN]
    shown += [tie for tie in everything[TIES_SHOWN:] if chosen in tie[:2]][:20]
    parts = [_title(layer)]
    for origin, destination, persons in reversed(shown):
        (x1, y1), (x2, y2) = at[origin], at[destination]
        width = max(WIDEST * math.sqrt(min(persons / FULL_WIDTH[layer], 1.0)), 0.6)
        colour, opacity = "#777777", 0.3
        if destination == chosen:
            colour, opacity = svg.BLUE, 0.8
        elif origin == chosen:
            colour, opacity = svg.ORANGE, 0.8
        # both ways bow to their left, as on the map
        mx = (x1 + x2) / 2 * 0.5 + centre[0] * 0.5 + 0.08 * (y2 - y1)
        my = (y1 + y2) / 2 * 0.5 + centre[1] * 0.5 - 0.08 * (x2 - x1)
        told = f"{snapshot.name(origin)} to {snapshot.name(destination)}: {svg.number(persons)}"
        parts.append(
            f"<path d='M{x1:.1f} {y1:.1f}Q{mx:.1f} {my:.1f} {x2:.1f} {y2:.1f}' fill='none' "
            f"stroke='{colour}' stroke-width='{width:.1f}' stroke-opacity='{opacity}'>"
            f"<title>{svg.text_of(told)}</title></path>"
        )
    for code, angle in angles.items():
        parts.append(_spoke(code, at[code], angle, snapshot.name(code), code == chosen))
    parts.append(svg.words(4, 672, f"blue into {snapshot.name(chosen)}, orange out of it",
                           size=11, colour=svg.GREY))  # fmt: skip
    return svg.picture(SIZE, 682, parts, MEANING[layer])


def _spoke(code: str, at: tuple[float, float], angle: float, name: str, bold: bool) -> str:
    """A country's dot and its name, written outward."""
    turn = math.degrees(angle)
    backward = math.cos(angle) < 0
    turn, anchor, shift = (turn + 180, "end", -7) if backward else (turn, "start", 7)
    weight = " font-weight='700'" if bold else ""
    return (
        f"<g transform='translate({at[0]:.1f} {at[1]:.1f})' data-code='{code}' "
        f"style='cursor:pointer'><circle r='{5 if bold else 3}' fill='{svg.INK}'/>"
        f"<text transform='rotate({turn:.1f})' x='{shift}' y='3.5' font-size='10' "
        f"text-anchor='{anchor}'{weight}>{svg.text_of(name)}</text></g>"
    )


def _spread(graph: nx.Graph) -> Mapping[object, tuple[float, float]]:
    """Places of nodes found by springs, in the picture; the same graph gives the same places."""
    places = nx.spring_layout(nx.Graph(graph), seed=1, iterations=TURNS)
    corners = np.array(list(places.values()))
    low, high = corners.min(axis=0), corners.max(axis=0)
    span = np.where(high > low, high - low, 1.0)
    return {
        node: (40 + (SIZE - 80) * float(x), 40 + 440 * float(y))
        for node, (x, y) in zip(places, (corners - low) / span, strict=True)
    }


def _firms(snapshot: Snapshot, graph: nx.Graph, chosen: str) -> str:
    busiest = sorted(graph.degree, key=lambda entry: (-entry[1], entry[0]))[:FIRMS_SHOWN]
    part = graph.subgraph([node for node, ties_of in busiest if ties_of])
    if not part.number_of_edges():
        words = svg.words(4, 40, "No deals so far.", size=12, colour=svg.GREY)
        return svg.picture(SIZE, 60, [_title("deals"), words], "No deals")
    at = _spread(part)
    parts = [_title("deals")]
    for buyer, target, about in part.edges(data=True):
        (x1, y1), (x2, y2) = at[buyer], at[target]
        told = f"{buyer}: {about['form'].replace('_', ' ')} of {target}, {about['month']}"
        parts.append(
            f"<line x1='{x1:.1f}' y1='{y1:.1f}' x2='{x2:.1f}' y2='{y2:.1f}' stroke='#999' "
            f"stroke-width='1.6'><title>{svg.text_of(told)}</title></line>"
            f"<circle cx='{x2 + (x1 - x2) * 0.12:.1f}' cy='{y2 + (y1 - y2) * 0.12:.1f}' r='2.6' "
            "fill='#555'/>"
        )
    many = {node for node, ties_of in busiest[:14] if ties_of > 1}
    for node, about in part.nodes(data=True):
        x, y = at[node]
        colour = svg.BLUE if about["country"] == chosen else svg.GREY
        parts.append(
            f"<circle cx='{x:.1f}' cy='{y:.1f}' r='{4 + 2 * math.log1p(part.degree(node)):.1f}' "
            f"fill='{colour}' stroke='white'><title>{svg.text_of(node)} "
            f"({svg.text_of(about['country'])})</title></circle>"
        )
        if node in many:
            parts.append(svg.words(x + 8, y - 6, str(node), size=10))
    note = f"blue: firms of {snapshot.name(chosen)}; a dot at the end of a tie marks who is bought"
    parts.append(svg.words(4, 512, note, size=11, colour=svg.GREY))
    return svg.picture(SIZE, 522, parts, MEANING["deals"])


def _people(snapshot: Snapshot, graph: nx.Graph, chosen: str) -> str:
    at = _spread(graph)
    parts = [_title("collaboration")]
    for one, other, about in graph.edges(data=True):
        (x1, y1), (x2, y2) = at[one], at[other]
        dash = "stroke-dasharray='3 3'" if about["tie"] == "classmate" else ""
        parts.append(svg.stroke(x1, y1, x2, y2, "#BBBBBB", f"stroke-width='.8' {dash}"))
    for node, about in graph.nodes(data=True):
        x, y = at[node]
        home, here = about["birth_country"] == chosen, about["country"] == chosen
        colour = svg.BLUE if here else svg.ORANGE if home else svg.GREY
        told = (
            f"person {node}: lives in {about['country']}, born in {about['birth_country']}, "
            f"{about['field'].replace('_', ' ')}, {about['employer']}"
        )
        parts.append(
            f"<circle cx='{x:.1f}' cy='{y:.1f}' r='4.5' fill='{colour}' stroke='white'>"
            f"<title>{svg.text_of(told)}</title></circle>"
        )
    name = snapshot.name(chosen)
    note = f"blue: lives in {name}; orange: born there, lives abroad; dashed: classmates"
    parts.append(svg.words(4, 512, note, size=11, colour=svg.GREY))
    return svg.picture(SIZE, 522, parts, MEANING["collaboration"])


def rows(snapshot: Snapshot) -> tuple[Sequence[str], list[list[str]]]:
    """The ties as numbers."""
    graph, layer = snapshot.graph, snapshot.graph_name
    if graph is None or layer is None:
        return ("From", "To"), []
    if layer in FULL_WIDTH:
        header: Sequence[str] = ("From", "To", "Persons")
        return header, [
            [snapshot.name(a), snapshot.name(b), svg.number(persons)]
            for a, b, persons in ties(graph, layer)[:TABLE_ROWS]
        ]
    if layer == "deals":
        found = [
            [buyer, target, about["form"].replace("_", " "), str(about["month"])]
            for buyer, target, about in graph.edges(data=True)
        ]
        return ("Buyer", "Target", "Form", "Month"), found[::-1][:TABLE_ROWS]
    header = ("Person", "Lives in", "Born in", "Field", "Ties")
    return header, [
        [str(node), about["country"], about["birth_country"],
         about["field"].replace("_", " "), str(graph.degree(node))]
        for node, about in graph.nodes(data=True)
    ]  # fmt: skip
