"""Strategies: one interface, ``review(observation) -> measures``, and those that do not act."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

from model.governments.observation import Measure, Observation


@runtime_checkable
class Strategy(Protocol):
    """How a government decides once a year.

    It should rest on the observation alone, own past decisions in it included: a market and its
    forks ask the same object, and a saved world is gone on with by another.
    """

    def review(self, observation: Observation) -> Sequence[Measure]:
        """Measures to take, each as in a policy file but for date and country; none to hold."""
        ...


class Historical:
    """What the country did happens at its dates; nothing beyond."""

    def review(self, observation: Observation) -> Sequence[Measure]:
        """Nothing."""
        return ()


class Hold(Historical):
    """Whatever is in force at the opening stays in force; history stands still."""


class External:
    """A function decides.

    Parameters
    ----------
    function
        Takes an :class:`~model.governments.observation.Observation`, returns measures.
    """

    def __init__(self, function: Callable[[Observation], Sequence[Measure]]) -> None:
        self.function = function

    def review(self, observation: Observation) -> Sequence[Measure]:
        """What the function answers."""
        return self.function(observation)


StrategyLike = Strategy | Callable[[Observation], Sequence[Measure]]
