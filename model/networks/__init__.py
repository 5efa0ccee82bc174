"""The ties between people, countries and firms as graphs, and figures that describe them."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
import pandas as pd

from agents.declare import InputError, unknown_name
from model.networks.layers import collaboration, corridors, deals, diaspora
from model.networks.sampling import snowball
from model.world import I64, World

LAYERS = ("collaboration", "diaspora", "corridors", "deals")


def network(
    world: World,
    layer: str,
    sample: int | None = None,
    *,
    moved: I64 | None = None,
    deals_made: pd.DataFrame | None = None,
) -> nx.Graph:
    """One layer of ties as it stands now, ready for ``networkx.write_graphml``.

    Parameters
    ----------
    layer
        ``collaboration`` (who points to whom), ``diaspora`` (country of birth to country of
        residence), ``corridors`` (every pair of countries) or ``deals`` (firms).
    sample
        Only so many people of the collaboration, found by following ties; see
        :func:`model.networks.sampling.snowball` for what such a sample distorts.
    moved
        Agents who moved so far by (origin, destination), for the corridors.
    deals_made
        The table of deals so far, for the deals.

    Raises
    ------
    InputError
        There is no such layer, or the sample is no number of people.
    """
    if layer not in LAYERS:
        raise unknown_name("layer", str(layer), LAYERS)
    _check_sample(layer, sample)
    if layer == "collaboration":
        size = world.researchers.count if sample is None else int(sample)
        return collaboration(world, snowball(world, size))
    if layer == "diaspora":
        return diaspora(world)
    if layer == "corridors":
        none = np.zeros((world.countries, world.countries), dtype=np.int64)
        return corridors(world, none if moved is None else moved)
    return deals(world, pd.DataFrame() if deals_made is None else deals_made)


def _check_sample(layer: str, sample: Any) -> None:
    if sample is None:
        return
    if layer != "collaboration":
        raise InputError(
            f"the layer {layer!r} is small and always given whole", key="sample", value=sample,
            allowed="None",
        )
    if isinstance(sample, bool) or not isinstance(sample, int | np.integer) or sample < 1:
        raise InputError(
            "not a number of people", key="sample", value=sample,
            allowed="a whole number from 1, or None for everybody",
        )
