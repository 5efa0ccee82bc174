"""Springs: places for nodes of a network, which stay where they were as far as ties let them."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Node = TypeVar("Node", bound=Hashable)
Places = Mapping[Node, tuple[float, float]]

FIRST_ROUNDS, LATER_ROUNDS = 70, 12
FIRST_STEP, LATER_STEP = 0.1, 0.02
"""Longest way of a node in the first round, over the side of the picture; it shrinks to nothing."""
GRAVITY = 0.6
"""Pull to the middle, over what one tie of full length pulls: keeps parts without ties in sight."""
NEAREST = 1e-3
"""Distance below which nodes push each other no harder."""


def settled(
    nodes: Sequence[Node], pairs: Sequence[tuple[Node, Node]], before: Places[Node] | None = None
) -> dict[Node, tuple[float, float]]:
    """Places from 0 to 1 in both directions, tied nodes near each other.

    Nodes push each other apart and ties pull, as Fruchterman and Reingold (1991) have it, with a
    weak pull to the middle.

    Parameters
    ----------
    pairs
        The ties; each counts once, however often and whichever way it stands here.
    before
        Earlier places of some of the nodes, which move little from there. The same nodes, ties
        and earlier places give the same places.
    """
    if not nodes:
        return {}
    row = {node: place for place, node in enumerate(nodes)}
    tied = np.zeros((len(nodes), len(nodes)), dtype=bool)
    for one, other in pairs:
        tied[row[one], row[other]] = tied[row[other], row[one]] = one != other
    known = [] if before is None else [node for node in nodes if node in before]
    at = _starts(nodes, tied, before or {})
    old = 2 * len(known) > len(nodes)
    at = _relax(at, tied, *((LATER_ROUNDS, LATER_STEP) if old else (FIRST_ROUNDS, FIRST_STEP)))
    across, along = _within(at.real), _within(at.imag)
    return {
        node: (float(x), float(y)) for node, x, y in zip(nodes, across, along, strict=True)
    }


def _starts(
    nodes: Sequence[Node], tied: NDArray[np.bool_], before: Places[Node]
) -> NDArray[np.complex128]:
    """Where nodes stood, beside a neighbour for who is new, by luck where none is known."""
    luck = np.random.default_rng(1).random((len(nodes), 2))
    at = luck[:, 0] + 1j * luck[:, 1]
    known = np.array([node in before for node in nodes])
    at[known] = [complex(*before[node]) for node in nodes if node in before]
    for place in np.flatnonzero(~known & tied[:, known].any(axis=1)).tolist():
        beside = at[tied[place] & known].mean()
        at[place] = beside + 0.05 * (at[place] - (0.5 + 0.5j))
    return np.asarray(at)


def _relax(
    at: NDArray[np.complex128], tied: NDArray[np.bool_], rounds: int, step: float
) -> NDArray[np.complex128]:
    """Let pushes and pulls act for some rounds, in ever smaller steps."""
    length = 1.0 / np.sqrt(len(at))   # of a tie at rest
    pull = tied / length
    for number in range(rounds):
        apart = at[:, None] - at[None, :]
        far = np.maximum(np.abs(apart), NEAREST)
        force = (apart * (length**2 / far**2 - pull * far)).sum(axis=1)
        force -= GRAVITY * (at - (0.5 + 0.5j))
        size = np.maximum(np.abs(force), NEAREST)
        at = at + force / size * np.minimum(size, step * (1 - number / rounds))
    return at


def _within(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Stretched over the whole width."""
    low, high = values.min(), values.max()
    return (values - low) / (high - low) if high > low else np.full_like(values, 0.5)
