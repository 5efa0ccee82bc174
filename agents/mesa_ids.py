"""Mesa's numbering of agents, mended so that it keeps no dropped model in memory."""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Iterator
from typing import Any

import mesa


class Numbers(weakref.WeakKeyDictionary[Any, Iterator[int]]):
    """The counter of each model, for as long as the model lives."""

    def __getitem__(self, model: Any) -> Iterator[int]:
        counter = self.get(model)
        if counter is None:
            counter = self[model] = itertools.count(1)
        return counter


def hold_models_weakly() -> None:
    """Let a model that nobody holds any more be freed.

    Mesa 3.3 counts agents in a dictionary that all agents share and that holds
    every model there ever was; forking by the hundred would fill the memory. Mesa 3.5 counts
    in the model.
    """
    held = getattr(mesa.Agent, "_ids", None)
    if held is not None and not isinstance(held, Numbers):
        mesa.Agent._ids = Numbers(held)
