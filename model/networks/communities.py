"""Communities of the collaboration, and whether they are countries or employers."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Sequence
from typing import NamedTuple

import networkx as nx
import numpy as np

from model.networks.layers import collaboration
from model.networks.sampling import snowball
from model.world import World

SAMPLE = 2_000
"""People among whom communities are looked for, in half a second or so."""

PEOPLE_PER_START = 500
"""Few starts, since each start is a neighbourhood apart, which would count as a community."""


class CommunityFigures(NamedTuple):
    """Communities of a sample found by following ties; NaN where there are no ties."""

    communities: int
    modularity: float
    """Share of ties inside communities less what chance would put there (Newman 2004)."""
    community_is_country: float
    """Normalised mutual information of community and country of residence: 0 none, 1 the same."""
    community_is_employer: float
    """The same with the employer, over people at work."""


UNITS = {
    "communities": "communities of a sample", "modularity": "1",
    "community_is_country": "normalised mutual information",
    "community_is_employer": "normalised mutual information",
}  # fmt: skip
assert tuple(UNITS) == CommunityFigures._fields


def community_figures(world: World, sample: int = SAMPLE) -> CommunityFigures:
    """Communities by the method of Louvain among people of a snowball sample who have ties in it.

    The sample holds a few neighbourhoods whole and leaves out most of what joins them, so
    modularity is higher than in the whole; compare runs with each other, not with other networks.
    """
    graph = collaboration(world, snowball(world, sample, PEOPLE_PER_START)).to_undirected()
    graph.remove_nodes_from(list(nx.isolates(graph)))
    if graph.number_of_nodes() == 0:
        return CommunityFigures(0, math.nan, math.nan, math.nan)
    found = nx.community.louvain_communities(graph, seed=world.key("communities", 0))
    groups = sorted(sorted(group) for group in found)
    people = [person for group in groups for person in group]
    labels = [number for number, group in enumerate(groups) for _ in group]
    countries = [graph.nodes[person]["country"] for person in people]
    works = [(label, graph.nodes[person]["employer"])
             for label, person in zip(labels, people, strict=True)
             if graph.nodes[person]["kind"] != "none"]  # fmt: skip
    return CommunityFigures(
        communities=len(groups),
        modularity=float(nx.community.modularity(graph, groups)),
        community_is_country=mutual_information(labels, countries),
        community_is_employer=mutual_information(
            [label for label, _ in works], [employer for _, employer in works]
        ),
    )


def mutual_information(one: Sequence[Hashable], other: Sequence[Hashable]) -> float:
    """Information that two ways of grouping share, over the mean of what each holds.

    Two groupings of one group each agree wholly; nothing to compare gives NaN.
    """
    if not one:
        return math.nan
    first, second = _entropy(one), _entropy(other)
    together = _entropy(list(zip(one, other, strict=True)))
    held = (first + second) / 2
    return (first + second - together) / held if held > 0 else 1.0


def _entropy(labels: Sequence[Hashable]) -> float:
    """Entropy of a grouping, in nats."""
    sizes = np.sort(np.array(list(Counter(labels).values()), dtype=np.float64))
    shares = sizes / sizes.sum()
    return float(-(shares * np.log(shares)).sum())
