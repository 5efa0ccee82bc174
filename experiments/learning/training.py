"""Training by evolution strategies, and evaluation on seeds that training never saw."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from experiments.learning.environment import GovernmentsEnv
from experiments.learning.players import (
    INPUTS,
    Always,
    AtRandom,
    Episode,
    Follow,
    Linear,
    Player,
    hold,
    play,
    weights_of,
)
from experiments.learning.seen import ACTIONS
from experiments.student import half_width
from model.governments.target import Target

try:
    import cma
except ImportError:
    raise ImportError("the example needs cma: pip install 'talentmarket[learning]'") from None

F64 = NDArray[np.float64]
Progress = Callable[[int, int], None]

HOLD, LEARNED = "hold", "learned"
CANDIDATES = 10
INPUT_SPREAD = 0.3
"""Spread at the start of the weights of inputs, that of constants being one: which step is best by
and large comes first, when it is best comes later."""
OUT_OF_REACH = 1e9  # of net flow, so that a government with this goal always acts


class Training(NamedTuple):
    """A policy and how it came about."""

    policy: Linear
    seeds: range
    """Of the worlds it was trained in."""
    gains: F64
    """Rewards less those of holding in the same world, shape (generations, candidates)."""
    episodes: int
    seconds: float
    """Of computing, on one core."""


def train(
    env: GovernmentsEnv, generations: int, candidates: int = CANDIDATES, first_seed: int = 1,
    luck: int = 1, inputs: Sequence[str] = INPUTS, progress: Progress | None = None,
) -> Training:
    """A linear policy by CMA-ES (Hansen 2016), one world a generation, the same for all candidates.

    Luck of the world hides most of what one episode tells; many small generations, each in another
    world, use a budget of episodes better than few well-measured ones.

    Parameters
    ----------
    luck
        Seed of the search itself.

    Returns
    -------
    Training
        With the mean of the search distribution at its end as policy, not the luckiest candidate.
    """
    began = time.process_time()
    spread = np.ones((len(ACTIONS), 1 + len(inputs)))
    spread[:, 1:] = INPUT_SPREAD
    generator = np.random.default_rng(luck)
    search = cma.CMAEvolutionStrategy(np.zeros(spread.size), 1.0, {
        "popsize": candidates, "CMA_stds": spread.ravel(), "verbose": -9,
        "seed": np.nan, "randn": lambda *shape: generator.standard_normal(shape),
    })
    gains = np.zeros((generations, candidates))
    for generation in range(generations):
        seed = first_seed + generation
        held = play(env, hold, seed).reward
        asked = search.ask()
        for place, flat in enumerate(asked):
            policy = Linear(weights_of(flat, inputs), tuple(inputs))
            gains[generation, place] = play(env, policy, seed).reward - held
        search.tell(asked, (-gains[generation]).tolist())
        if progress is not None:
            progress(generation + 1, generations)
    found = Linear(weights_of(search.mean, inputs), tuple(inputs))
    return Training(
        found, range(first_seed, first_seed + generations), gains,
        generations * (candidates + 1), time.process_time() - began,
    )


def best_step(env: GovernmentsEnv, seeds: Sequence[int], progress: Progress | None = None) -> int:
    """The action that is best when taken every year, by the mean over some worlds.

    The plainest search there is; with 10 candidates a generation of :func:`train` takes as many
    episodes as it takes in one world.
    """
    rewards = np.zeros((len(ACTIONS), len(seeds)))
    for place, seed in enumerate(seeds):
        for action in range(1, len(ACTIONS)):
            rewards[action, place] = play(env, Always(action), seed).reward
        if progress is not None:
            progress(place + 1, len(seeds))
    return 1 + int(rewards[1:].mean(axis=1).argmax())


def rivals(policy: Linear, step: int) -> Mapping[str, Callable[[int], Player]]:
    """Who is compared, by name; each gets the seed of the world.

    Parameters
    ----------
    step
        The best single action, from :func:`best_step`.
    """
    return {
        HOLD: lambda seed: hold,
        "random": AtRandom,
        "target": lambda seed: Follow(Target()),
        "target, goal out of reach": lambda seed: Follow(Target(goal=OUT_OF_REACH)),
        f"always {ACTIONS[step].replace('_', ' ')}": lambda seed: Always(step),
        LEARNED: lambda seed: policy,
    }


def evaluate(
    env: GovernmentsEnv, players: Mapping[str, Callable[[int], Player]], seeds: Sequence[int],
    progress: Progress | None = None,
) -> dict[str, list[Episode]]:
    """Episodes of every player in the world of every seed."""
    found: dict[str, list[Episode]] = {name: [] for name in players}
    for done, seed in enumerate(seeds):
        for name, player in players.items():
            found[name].append(play(env, player(seed), seed))
        if progress is not None:
            progress(done + 1, len(seeds))
    return found


class Estimate(NamedTuple):
    """A mean and half the width of its 95 % interval (Student's t)."""

    mean: float
    half: float

    @classmethod
    def of(cls, values: Sequence[float] | F64) -> Estimate:
        """Of one value a seed, two at least."""
        array = np.asarray(values, dtype=np.float64)
        error = array.std(ddof=1) / np.sqrt(array.size)
        return cls(float(array.mean()), float(half_width(array.size - 1) * error))


def difference(
    left: Sequence[Episode], right: Sequence[Episode], figure: str = "reward"
) -> Estimate:
    """A figure of one player less that of another, paired by seed: ``reward`` or ``net``."""
    return Estimate.of([
        getattr(one, figure) - getattr(other, figure)
        for one, other in zip(left, right, strict=True)
    ])
