"""Network view: ties between countries, firms and people, whole or around one of them."""

from __future__ import annotations

import functools
import math
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from model import tables
from talentmarket.app import svg
from talentmarket.app.snapshot import Snapshot
from talentmarket.app.ties import (
    COLLABORATION,
    CORRIDORS,
    DEALS,
    DIASPORA,
    OF_COUNTRIES,
    PEOPLE_SHOWN,
    Neighbour,
    Tie,
    Ties,
    busiest,
)

SIZE = 720.0
TIES_SHOWN, TABLE_ROWS = 70, 40
AROUND_SHOWN = 36
"""Neighbours of one node that are drawn."""
LISTED = 40
"""Firms or people that a list has; a longer one is slow and hard to read."""
WIDEST = 8.0
FULL_WIDTH = {CORRIDORS: 2_000.0, DIASPORA: 50_000.0}
"""Persons that are drawn at the widest."""
MEANING = {
    CORRIDORS: "People who moved in this run, country to country",
    DIASPORA: "People who live outside their country of birth, birth to residence",
    DEALS: "Deals of this run, buyer to target",
    COLLABORATION: f"Who works with whom: {PEOPLE_SHOWN} people found by following ties",
}
AROUND = {
    CORRIDORS: "People who moved in this run to and from {}",
    DIASPORA: "People born in {} who live abroad, and people born abroad who live there",
    DEALS: "Deals of this run that {} is part of",
    COLLABORATION: "Who is tied to {}, among all people of the market",
}


class Ring(NamedTuple):
    """A circle of nodes, with room for their names around it."""

    x: float
    y: float
    radius: float

    def at(self, angle: float) -> tuple[float, float]:
        """Where an angle is."""
        return self.x + self.radius * math.cos(angle), self.y + self.radius * math.sin(angle)


ALL_COUNTRIES, AROUND_ONE = Ring(SIZE / 2, 345.0, 232.0), Ring(SIZE / 2, 262.0, 152.0)
KINDS = {"classmate": "class mate", "colleague": "colleague"}


@functools.cache
def ring() -> dict[str, float]:
    """Angle of each country: neighbours stand beside each other, and stay there."""
    rows = sorted(tables.read_rows("country_names.csv"), key=lambda row: row["region"])
    return {
        row["country"]: 2 * math.pi * place / len(rows) - math.pi / 2
        for place, row in enumerate(rows)
    }


def draw(snapshot: Snapshot, chosen: str) -> str:
    """The ties that the snapshot holds, the chosen country set off."""
    ties = snapshot.ties
    if ties is None:
        return svg.picture(SIZE, 40, [svg.words(4, 20, "Reading the network …")], "Network")
    centre = centre_of(ties, chosen)
    if centre is not None:
        return _around(snapshot, ties, centre)
    if ties.layer in OF_COUNTRIES:
        return _countries(snapshot, ties, chosen)
    drawn = _firms if ties.layer == DEALS else _people
    return drawn(snapshot, ties, chosen)


def centre_of(ties: Ties, chosen: str) -> str | None:
    """Whose ties are shown; between countries it is always the chosen one."""
    return ties.centre if ties.centre is None or ties.layer not in OF_COUNTRIES else chosen


def name_of(snapshot: Snapshot, ties: Ties, node: str) -> str:
    """A node as people call it; also one that is there no more."""
    if ties.layer in OF_COUNTRIES:
        return snapshot.name(node)
    return ties.nodes[node].name if node in ties.nodes else f"person {node}"


def entries(snapshot: Snapshot, ties: Ties) -> dict[str, str]:
    """Nodes one may look at by the name under which a list has them.

    Countries stand in order of their names, others by their ties, most first; a click reaches all.
    """
    if ties.layer in OF_COUNTRIES:
        found = sorted(ties.nodes, key=snapshot.name)
    else:
        found = busiest(ties.ties)[:LISTED]
    if ties.centre is not None and ties.centre not in found:
        found.insert(0, ties.centre)
    return {_label(snapshot, ties, node): node for node in found}


def _label(snapshot: Snapshot, ties: Ties, node: str) -> str:
    name = name_of(snapshot, ties, node)
    if ties.layer in OF_COUNTRIES or node not in ties.nodes:
        return name
    return f"{name} ({ties.nodes[node].country})"


def _title(layer: str) -> str:
    return svg.words(4, 16, MEANING[layer], size=13, bold=True)


# Whole layers ---------------------------------------------------------------------------------


def _countries(snapshot: Snapshot, ties: Ties, chosen: str) -> str:
    angles = ring()
    at = {code: ALL_COUNTRIES.at(angle) for code, angle in angles.items()}
    shown = list(ties.ties[:TIES_SHOWN])
    shown += [tie for tie in ties.ties[TIES_SHOWN:] if chosen in tie[:2]][:20]
    parts = [_title(ties.layer)]
    parts += [_bow(snapshot, ties.layer, tie, at, chosen) for tie in reversed(shown)]
    for code, angle in angles.items():
        parts.append(_spoke(code, at[code], angle, snapshot.name(code), code == chosen))
    parts.append(svg.words(4, 672, f"blue into {snapshot.name(chosen)}, orange out of it",
                           size=11, colour=svg.GREY))  # fmt: skip
    return svg.picture(SIZE, 682, parts, MEANING[ties.layer])


def _bow(
    snapshot: Snapshot, layer: str, tie: Tie, at: dict[str, tuple[float, float]], chosen: str
) -> str:
    """A tie between two countries, as wide as it is strong."""
    (x1, y1), (x2, y2) = at[tie.one], at[tie.other]
    width = max(WIDEST * math.sqrt(min(tie.weight / FULL_WIDTH[layer], 1.0)), 0.6)
    colour, opacity = "#777777", 0.3
    if tie.other == chosen:
        colour, opacity = svg.BLUE, 0.8
    elif tie.one == chosen:
        colour, opacity = svg.ORANGE, 0.8
    # both ways bow to their left, as on the map
    mx = (x1 + x2) / 2 * 0.5 + ALL_COUNTRIES.x * 0.5 + 0.08 * (y2 - y1)
    my = (y1 + y2) / 2 * 0.5 + ALL_COUNTRIES.y * 0.5 - 0.08 * (x2 - x1)
    told = f"{snapshot.name(tie.one)} to {snapshot.name(tie.other)}: {svg.number(tie.weight)}"
    return (
        f"<path d='M{x1:.1f} {y1:.1f}Q{mx:.1f} {my:.1f} {x2:.1f} {y2:.1f}' fill='none' "
        f"stroke='{colour}' stroke-width='{width:.1f}' stroke-opacity='{opacity}'>"
        f"<title>{svg.text_of(told)}</title></path>"
    )


def _spoke(
    code: str, at: tuple[float, float], angle: float, name: str, bold: bool, told: str = ""
) -> str:
    """A node's dot on the ring and its name, written outward."""
    turn = math.degrees(angle)
    backward = math.cos(angle) < 0
    turn, anchor, shift = (turn + 180, "end", -7) if backward else (turn, "start", 7)
    weight = " font-weight='700'" if bold else ""
    about = f"<title>{svg.text_of(told)}</title>" if told else ""
    return (
        f"<g transform='translate({at[0]:.1f} {at[1]:.1f})' data-code='{svg.text_of(code)}' "
        f"style='cursor:pointer'>{about}<circle r='{5 if bold else 3}' fill='{svg.INK}'/>"
        f"<text transform='rotate({turn:.1f})' x='{shift}' y='3.5' font-size='10' "
        f"text-anchor='{anchor}'{weight}>{svg.text_of(name)}</text></g>"
    )


def _spread(ties: Ties) -> dict[str, tuple[float, float]]:
    """Places in the picture."""
    return {
        node: (40 + (SIZE - 80) * x, 40 + 440 * y) for node, (x, y) in ties.places.items()
    }


def _firms(snapshot: Snapshot, ties: Ties, chosen: str) -> str:
    at = _spread(ties)
    shown = [tie for tie in ties.ties if tie.one in at and tie.other in at]
    if not shown:
        words = svg.words(4, 40, "No deals so far.", size=12, colour=svg.GREY)
        return svg.picture(SIZE, 60, [_title(DEALS), words], "No deals")
    parts = [_title(DEALS)]
    for tie in shown:
        (x1, y1), (x2, y2) = at[tie.one], at[tie.other]
        told = f"{tie.one}: {tie.kind} of {tie.other}, {tie.month}"
        parts.append(
            f"<line x1='{x1:.1f}' y1='{y1:.1f}' x2='{x2:.1f}' y2='{y2:.1f}' stroke='#999' "
            f"stroke-width='1.6'><title>{svg.text_of(told)}</title></line>"
            f"<circle cx='{x2 + (x1 - x2) * 0.12:.1f}' cy='{y2 + (y1 - y2) * 0.12:.1f}' r='2.6' "
            "fill='#555'/>"
        )
    degree = Counter(node for tie in shown for node in (tie.one, tie.other))
    named = {node for node in list(at)[:14] if degree[node] > 1}
    for node, place in at.items():
        about = ties.nodes[node]
        colour = svg.BLUE if about.country == chosen else svg.GREY
        told = f"{about.name} ({about.country}), {about.about}"
        parts.append(_dot(node, place, 4 + 2 * math.log1p(degree[node]), colour, told))
        if node in named:
            parts.append(svg.words(place[0] + 8, place[1] - 6, node, size=10))
    note = f"blue: firms of {snapshot.name(chosen)}; a dot at the end of a tie marks who is bought"
    parts.append(svg.words(4, 512, note, size=11, colour=svg.GREY))
    return svg.picture(SIZE, 522, parts, MEANING[DEALS])


def _people(snapshot: Snapshot, ties: Ties, chosen: str) -> str:
    at = _spread(ties)
    parts = [_title(COLLABORATION)]
    for tie in ties.ties:
        dash = "stroke-dasharray='3 3'" if tie.kind == "classmate" else ""
        parts.append(svg.stroke(*at[tie.one], *at[tie.other], "#BBBBBB",
                                f"stroke-width='.8' {dash}"))  # fmt: skip
    for node, place in at.items():
        about = ties.nodes[node]
        colour = _colour(ties, node, chosen)
        told = f"{about.name}: lives in {about.country}, born in {about.home}, {about.about}"
        parts.append(_dot(node, place, 4.5, colour, told))
    name = snapshot.name(chosen)
    note = f"blue: lives in {name}; orange: born there, lives abroad; dashed: class mates"
    parts.append(svg.words(4, 512, note, size=11, colour=svg.GREY))
    return svg.picture(SIZE, 522, parts, MEANING[COLLABORATION])


def _colour(ties: Ties, node: str, country: str) -> str:
    about = ties.nodes[node]
    abroad = svg.ORANGE if about.home == country else svg.GREY
    return svg.BLUE if about.country == country else abroad


def _dot(node: str, at: tuple[float, float], radius: float, colour: str, told: str) -> str:
    return (
        f"<circle cx='{at[0]:.1f}' cy='{at[1]:.1f}' r='{radius:.1f}' fill='{colour}' "
        f"stroke='white' data-code='{svg.text_of(node)}' style='cursor:pointer'>"
        f"<title>{svg.text_of(told)}</title></circle>"
    )


# Around one node ------------------------------------------------------------------------------


def _around(snapshot: Snapshot, ties: Ties, centre: str) -> str:
    """One node in the middle, its neighbours on a ring, and the ties among these."""
    name = name_of(snapshot, ties, centre)
    title = AROUND[ties.layer].format(name)
    parts = [svg.words(4, 16, title, size=13, bold=True)]
    everybody = ties.around(centre)
    if not everybody:
        parts.append(svg.words(4, 40, nobody(ties, centre), size=12, colour=svg.GREY))
        return svg.picture(SIZE, 60, parts, title)
    shown = everybody[:AROUND_SHOWN]
    angles = {
        neighbour.node: 2 * math.pi * place / len(shown) - math.pi / 2
        for place, neighbour in enumerate(shown)
    }
    at = {node: AROUND_ONE.at(angle) for node, angle in angles.items()}
    among = [tie for tie in ties.ties if tie.one in at and tie.other in at][:TIES_SHOWN]
    parts += [svg.stroke(*at[tie.one], *at[tie.other], "#DDDDDD") for tie in among]
    for neighbour in reversed(shown):
        parts += _spokes_between(ties.layer, neighbour, at[neighbour.node])
    for neighbour in shown:
        node = neighbour.node
        told = "; ".join(_told(snapshot, ties, neighbour))
        label = _label(snapshot, ties, node)
        parts.append(_spoke(node, at[node], angles[node], label, False, told))
    x, y = AROUND_ONE[:2]
    parts.append(
        f"<circle cx='{x}' cy='{y}' r='9' fill='{svg.INK}' stroke='white'/>"
        f"<rect x='{x - 3.2 * len(name) - 4:.1f}' y='{y + 11}' "
        f"width='{6.4 * len(name) + 8:.1f}' height='17' fill='white' opacity='.85'/>"
    )
    parts.append(svg.words(x, y + 24, name, size=12, anchor="middle", bold=True))
    more = len(everybody) - len(shown)
    note = f"blue to {name}, orange out of it; grey: ties among the others"
    note += f"; {more} more are not drawn" if more else ""
    parts.append(svg.words(4, 512, note, size=11, colour=svg.GREY))
    return svg.picture(SIZE, 522, parts, title)


def _spokes_between(layer: str, neighbour: Neighbour, at: tuple[float, float]) -> list[str]:
    """The ties to and from the middle, side by side."""
    parts = []
    x, y, length = AROUND_ONE
    across = (y - at[1]) / length, (at[0] - x) / length
    for found, colour, side in ((neighbour.of, svg.BLUE, -1), (neighbour.to, svg.ORANGE, 1)):
        weight = sum(tie.weight for tie in found)
        if weight:
            full = FULL_WIDTH.get(layer)
            width = 2.0 if full is None else max(WIDEST * math.sqrt(min(weight / full, 1)), 0.6)
            dash = "stroke-dasharray='4 3'" if found[0].kind == "classmate" else ""
            right, down = (part * side * (width / 2 + 0.5) for part in across)
            parts.append(svg.stroke(
                x + right, y + down, at[0] + right, at[1] + down, colour,
                f"stroke-width='{width:.1f}' stroke-opacity='.8' {dash}",
            ))  # fmt: skip
    return parts


def nobody(ties: Ties, centre: str) -> str:
    """Why nobody stands around a node."""
    if ties.layer == COLLABORATION and centre not in ties.nodes:
        return "This person has left the market."
    return "No ties so far."


def _told(snapshot: Snapshot, ties: Ties, neighbour: Neighbour) -> list[str]:
    """What the table says of a neighbour, behind its name: what came of it, what went to it."""
    if ties.layer in OF_COUNTRIES:
        return [svg.number(sum(tie.weight for tie in found))
                for found in (neighbour.of, neighbour.to)]  # fmt: skip
    about = ties.nodes[neighbour.node]
    if ties.layer == DEALS:
        deals = [", ".join(f"{tie.kind} {tie.month}" for tie in found) or "–"
                 for found in (neighbour.of, neighbour.to)]  # fmt: skip
        return [about.country, about.about, *deals]
    kinds = [tie.kind for tie in (*neighbour.to, *neighbour.of)]
    return [about.country, about.home, about.about, KINDS[kinds[0]]]


# Tables ---------------------------------------------------------------------------------------


def around_rows(
    snapshot: Snapshot, ties: Ties, centre: str
) -> tuple[Sequence[str], list[list[str]]]:
    """Everybody who is tied to a node."""
    name = name_of(snapshot, ties, centre)
    header: dict[str, Sequence[str]] = {
        CORRIDORS: ("Neighbour", f"Came to {name}, persons", f"Left {name} for it"),
        DIASPORA: ("Neighbour", f"Born there, live in {name}", f"Born in {name}, live there"),
        DEALS: ("Firm", "Country", "Size now", f"Buys of {name}", f"{name} buys of it"),
        COLLABORATION: ("Person", "Lives in", "Born in", "Field and employer", "Tie"),
    }
    found = [
        [name_of(snapshot, ties, neighbour.node), *_told(snapshot, ties, neighbour)]
        for neighbour in ties.around(centre)[:TABLE_ROWS]
    ]
    return header[ties.layer], found


def rows(snapshot: Snapshot) -> tuple[Sequence[str], list[list[str]]]:
    """The ties of a layer as numbers."""
    ties = snapshot.ties
    if ties is None:
        return ("From", "To"), []
    if ties.layer in OF_COUNTRIES:
        return ("From", "To", "Persons"), [
            [snapshot.name(tie.one), snapshot.name(tie.other), svg.number(tie.weight)]
            for tie in ties.ties[:TABLE_ROWS]
        ]
    if ties.layer == DEALS:
        found = [[tie.one, tie.other, tie.kind, tie.month] for tie in ties.ties]
        return ("Buyer", "Target", "Form", "Month"), found[::-1][:TABLE_ROWS]
    degree = Counter(node for tie in ties.ties for node in (tie.one, tie.other))
    return ("Person", "Lives in", "Born in", "Field and employer", "Ties"), [
        [about.name, about.country, about.home, about.about, str(degree[node])]
        for node, about in ties.nodes.items()
    ]
