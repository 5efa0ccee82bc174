"""Ties written by hand, for tests of the network and its pictures."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from agents.chance import decision_key, uniform
from agents.researchers import TIES
from model.world import World


def tie(world: World, pairs: Iterable[tuple[int, int]]) -> None:
    """Empty all slots, then let rows point to rows."""
    people = world.researchers
    people.ties[:] = -1
    used = np.zeros(people.count, dtype=np.int64)
    for source, target in pairs:
        people.ties[source, used[source]] = people.id[target]
        used[source] += 1
    assert used.max(initial=0) <= TIES


def tie_by_luck(world: World, seed: int = 1) -> None:
    """Ties as joint work might leave them: colleagues, then people of one origin, then anybody.

    Of the candidates of a slot the able are likelier.
    """
    people = world.researchers
    people.ties[:] = -1
    number = np.arange(people.count)
    groups = [people.employer.astype(np.int64)] * 4 + [
        people.birth_country * 64 + people.country.astype(np.int64),
        np.zeros(people.count, dtype=np.int64),
    ]
    for slot, group in enumerate(groups):
        order = np.lexsort((people.key, group))
        ranked = group[order]
        first = np.searchsorted(ranked, group, "left")
        weight = np.cumsum(people.ability[order].astype(np.float64))
        start = np.where(first > 0, weight[first - 1], 0.0)
        end = weight[np.searchsorted(ranked, group, "right") - 1]
        luck = uniform(decision_key(seed, f"tie {slot}"), people.key)
        found = order[np.minimum(np.searchsorted(weight, start + luck * (end - start)),
                                 people.count - 1)]  # fmt: skip
        good = (found != number) & ((group >= 0) | (slot > 3))
        people.ties[good, slot] = people.id[found[good]]
