"""Players: who chooses an action in the environment, among them a linear policy with weights."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.chance import decision_key, uniform
from experiments.learning.environment import GovernmentsEnv, Seen
from experiments.learning.seen import ACTIONS, SEEN, mask, numbers, step_of
from model.governments.observation import Measure, Observation
from model.governments.target import Target

F64 = NDArray[np.float64]
Player = Callable[[Seen, Observation], int]
"""The action of one country, from what the environment gives it and the view behind it."""

INPUTS = ("net",)
"""Numbers on which the linear policy rests, beside a constant."""


@dataclasses.dataclass(frozen=True)
class Linear:
    """Takes the possible action with the highest score; scores are linear in some numbers.

    Parameters
    ----------
    weights
        Shape (actions, 1 + inputs), a constant first.
    inputs
        Names of :data:`~experiments.learning.seen.SEEN`.
    """

    weights: F64
    inputs: tuple[str, ...] = INPUTS

    def __call__(self, seen: Seen, view: Observation) -> int:
        """The action, from numbers and mask alone."""
        places = [list(SEEN).index(name) for name in self.inputs]
        scores = self.weights @ np.array([1.0, *seen["observation"][places]])
        return int(np.argmax(np.where(seen["action_mask"] == 1, scores, -np.inf)))

    def review(self, observation: Observation) -> Sequence[Measure]:
        """The same policy as a strategy of a market: ``TalentMarket(strategies={"KOR": policy})``.

        A market asks at the review, the environment in the month of publication; for a country that
        reviews in that month, as Korea does, both are one.
        """
        seen = {"observation": numbers(observation), "action_mask": mask(observation)}
        step = step_of(observation, self(seen, observation))
        return () if step is None else (step,)


def weights_of(flat: Sequence[float] | F64, inputs: Sequence[str] = INPUTS) -> F64:
    """Weights from a row of numbers, as optimisers give them."""
    return np.asarray(flat, dtype=np.float64).reshape(len(ACTIONS), 1 + len(inputs))


class Always:
    """The same action every year; where it cannot be taken the year is held.

    Parameters
    ----------
    action
        Of the action space.
    """

    def __init__(self, action: int) -> None:
        self.action = action

    def __call__(self, seen: Seen, view: Observation) -> int:
        """The action."""
        return self.action


hold = Always(0)


class AtRandom:
    """Any possible action, holding included, all alike.

    Parameters
    ----------
    seed
        Names its luck.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def __call__(self, seen: Seen, view: Observation) -> int:
        """An action drawn for the month."""
        possible = np.flatnonzero(seen["action_mask"])
        luck = uniform(decision_key(self.seed, "action at random", view.month), view.row)
        return int(possible[int(luck[0] * possible.size)])


class Follow:
    """A strategy of the registry that takes steps of the menu, as a player."""

    def __init__(self, strategy: Target) -> None:
        self.strategy = strategy

    def __call__(self, seen: Seen, view: Observation) -> int:
        """Its measure as a number."""
        names = [str(measure["menu"]) for measure in self.strategy.review(view)]
        # to take a lever back is no action of the environment
        return next((ACTIONS.index(name) for name in names if name in ACTIONS), 0)


class Episode(NamedTuple):
    """What a player made of one country in one world."""

    reward: float
    net: float
    """Net inflow over all years, persons."""
    spent: float
    """Mean share of the budget."""
    decided: tuple[str, ...]
    """By year, a name of ``ACTIONS``."""


def play(env: GovernmentsEnv, player: Player, seed: int) -> Episode:
    """One episode of an environment with one country that learns."""
    (country,) = env.possible_agents
    seen, _ = env.reset(seed=seed)
    reward, years = 0.0, []
    while env.agents:
        action = player(seen[country], env.views[country])
        seen, rewards, _, _, infos = env.step({country: action})
        reward += rewards[country]
        years.append(infos[country])
    return Episode(
        reward, sum(year["inflow"] - year["outflow"] for year in years),
        float(np.mean([year["spent_usd"] / year["budget_usd"] for year in years])),
        tuple(str(year["decided"]) for year in years),
    )
