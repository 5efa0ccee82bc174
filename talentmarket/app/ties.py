"""Ties: one layer of the network as the page shows it, whole or around one node."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import networkx as nx
import numpy as np
import pandas as pd

from model.networks.layers import collaboration
from model.networks.sampling import snowball
from model.statistics.deal_table import NOT_INJECTED
from model.world import World
from talentmarket.app.springs import settled

CORRIDORS, DIASPORA, DEALS, COLLABORATION = "corridors", "diaspora", "deals", "collaboration"
GRAPHS = (CORRIDORS, DIASPORA, DEALS, COLLABORATION)
OF_COUNTRIES = (CORRIDORS, DIASPORA)
PEOPLE_SHOWN = 150
"""People of the collaboration that are followed."""
FIRMS_SHOWN = 60
"""Firms with most deals that are drawn."""


class Node(NamedTuple):
    """A country, a firm or a person."""

    name: str
    country: str
    """Where it is; of people, where they live."""
    home: str = ""
    """Country of birth of a person."""
    about: str = ""


class Tie(NamedTuple):
    """From whom to whom, and what the tie is."""

    one: str
    other: str
    weight: float = 1.0
    """Persons, between countries."""
    kind: str = ""
    """Form of a deal, or with whom people work."""
    month: str = ""


@dataclasses.dataclass(frozen=True, eq=False)
class Ties:
    """A layer at one moment; nothing in it changes any more.

    Nodes go by country code, name of a firm or number of a person.
    """

    layer: str
    nodes: Mapping[str, Node]
    ties: tuple[Tie, ...]
    """Strongest first between countries, oldest first between firms."""
    centre: str | None = None
    """Whose ties are shown; None where the layer is shown whole."""
    places: Mapping[str, tuple[float, float]] = dataclasses.field(default_factory=dict)
    """From 0 to 1, of firms and people of a whole layer."""

    def around(self, centre: str) -> list[Neighbour]:
        """Everybody tied to a node: strongest first between countries, else most ties first."""
        found: dict[str, Neighbour] = {}
        for tie in self.ties:
            if centre in (tie.one, tie.other):
                other = tie.other if tie.one == centre else tie.one
                seen = found.setdefault(other, Neighbour(other, [], []))
                (seen.to if tie.one == centre else seen.of).append(tie)
        return sorted(found.values(), key=lambda one: (-one.weight, one.node))


@dataclasses.dataclass(frozen=True)
class Neighbour:
    """A node beside the one that is looked at, with the ties between the two."""

    node: str
    to: list[Tie]
    """From the one that is looked at to this one."""
    of: list[Tie]

    @property
    def weight(self) -> float:
        """Of all ties between the two."""
        return sum(tie.weight for tie in (*self.to, *self.of))


def read(
    market: Any, made: pd.DataFrame, layer: str, centre: str | None = None,
    before: Ties | None = None,
) -> Ties:
    """A layer of a market as it stands now.

    Parameters
    ----------
    made
        The table of deals so far.
    centre
        A node whose ties are wanted; of people only who is tied to it is read then. A node
        that is there no more has no ties.
    before
        The ties of an earlier moment: who was seen then stays in place.
    """
    world = market.world
    if layer in OF_COUNTRIES:
        return _between_countries(market, layer, centre)
    if layer == DEALS:
        nodes, ties = _between_firms(world, made)
    else:
        nodes, ties = _between_people(world, centre)
    if centre is not None:
        return Ties(layer, nodes, ties, centre)
    drawn = busiest(ties) if layer == DEALS else list(nodes)
    inside = set(drawn)
    pairs = [(tie.one, tie.other) for tie in ties if tie.one in inside and tie.other in inside]
    kept = before.places if before is not None and before.layer == layer else None
    return Ties(layer, nodes, ties, None, settled(drawn, pairs, kept))


def busiest(ties: Sequence[Tie]) -> list[str]:
    """Those with most ties, most first."""
    count = Counter(node for tie in ties for node in (tie.one, tie.other))
    return sorted(count, key=lambda node: (-count[node], node))[:FIRMS_SHOWN]


def _between_countries(market: Any, layer: str, centre: str | None) -> Ties:
    world: World = market.world
    agents = market.recorder.moved() if layer == CORRIDORS else world.compatriots
    persons = agents * world.persons_per_agent
    codes = world.tables.countries
    rows, columns = np.nonzero(persons)
    order = np.argsort(-persons[rows, columns], kind="stable")
    ties = tuple(
        Tie(codes[row], codes[column], float(persons[row, column]))
        for row, column in zip(rows[order].tolist(), columns[order].tolist(), strict=True)
        if row != column
    )
    return Ties(layer, {code: Node(code, code) for code in codes}, ties, centre)


def _between_firms(world: World, made: pd.DataFrame) -> tuple[dict[str, Node], tuple[Tie, ...]]:
    """Firms with deals, buyer to target."""
    happened = made[made["review"] != NOT_INJECTED]
    columns = (happened[name].tolist() for name in ("buyer", "target", "form", "month"))
    ties = tuple(
        Tie(buyer, target, 1.0, form.replace("_", " "), month)
        for buyer, target, form, month in zip(*columns, strict=True)
    )
    employers = world.employers
    row_of = {name: row for row, name in enumerate(employers.names)}
    nodes = {}
    for firm in dict.fromkeys(firm for tie in ties for firm in (tie.one, tie.other)):
        row = row_of[firm]
        persons = employers.heads[row] * world.persons_per_agent
        nodes[firm] = Node(
            firm, world.tables.countries[employers.country[row]], "", f"{persons:,.0f} AI people"
        )
    return nodes, ties


def _between_people(
    world: World, centre: str | None
) -> tuple[dict[str, Node], tuple[Tie, ...]]:
    """A sample of people, or one person and everybody who is tied to that one."""
    rows = snowball(world, PEOPLE_SHOWN) if centre is None else _rows_around(world, int(centre))
    graph: nx.DiGraph = collaboration(world, rows)
    nodes = {
        str(number): Node(
            f"person {number}", about["country"], about["birth_country"],
            f"{about['field'].replace('_', ' ')}, {about['employer']}",
        )
        for number, about in graph.nodes(data=True)
    }
    ties = tuple(
        Tie(str(one), str(other), 1.0, about["tie"])
        for one, other, about in graph.edges(data=True)
    )
    return nodes, ties


def _rows_around(world: World, number: int) -> Any:
    """Rows of a person and of all who are tied to it; none where the person has left."""
    people = world.researchers
    is_known = 0 <= number < len(people.rows_by_number)
    row = int(people.rows_by_number[number]) if is_known else -1
    if row < 0:
        return np.zeros(0, dtype=np.int64)
    out = people.tied_rows(np.array([row]))[0]
    pointing = np.flatnonzero((people.ties == number).any(axis=1))
    return np.unique(np.concatenate((out[out >= 0], pointing, [row])))
