"""Target: one lever at a time towards a goal, the one that promises most for what it costs."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Sequence
from typing import NamedTuple

from agents.employers import MONTHS
from model.governments.experience import fell_behind
from model.governments.menu import MENU, political_capital
from model.governments.observation import FIGURES, Measure, Observation, Taken
from model.governments.promises import promised
from model.governments.settings import Settings, choice, number
from model.governments.undo import in_force, taken_back

WITHDRAWN = "withdrawn: "
"""Begins the name of a measure that takes a lever back; the name of the lever follows."""


@dataclasses.dataclass(frozen=True)
class Target(Settings):
    """Satisficing (Simon 1955): act only below the goal, one step of the menu at a time.

    Of the steps that can move anybody, be paid and be carried through it takes the one that
    promises most for its cost, by what studies found of others' reforms. Own experience corrects
    that as far as it can: a lever since whose first use the country fell behind others of its size,
    by more than luck explains, is taken back and not used again. A government carries through one
    unit of political cost a year and may save up three; to take back costs none (an assumption).
    """

    measure: str = choice(
        "net_per_10k_workforce", allowed=FIGURES, meaning="figure that should reach the goal"
    )
    goal: float = number(
        0.0, low=-1e9, high=1e9, unit="of the figure", source="assumption: as many come as go",
        meaning="value from which nothing is done",
    )

    def review(self, observation: Observation) -> Sequence[Measure]:
        """At most one new step, and before it the end of a lever that failed."""
        if not observation.years:
            return ()
        figure = float(observation.own(self.measure)[-1])
        if figure >= self.goal:
            return ()
        failed = self._failed(observation)
        ended = self._ended(observation, failed)
        gone = {str(one.measure.get("menu")).removeprefix(WITHDRAWN) for one in observation.taken
                if str(one.measure.get("menu")).startswith(WITHDRAWN)}  # fmt: skip
        gone |= {use.measure["menu"] for use in failed}
        for option in _by_promise(observation):
            if option.name not in gone and observation.affords([*ended, option.step]):
                why = (f"{self.measure} {figure:.3g} below {self.goal:g}: {option.name} promises "
                       f"{option.gain:+,.3g} persons a year")  # fmt: skip
                before = in_force(observation, option.step)
                return (*ended, {**option.step, "menu": option.name, "before": before, "why": why})
        return ended

    def _failed(self, observation: Observation) -> Sequence[Taken]:
        """Uses of the lever that was used last, oldest first, where it failed; else none."""
        used = [one for one in observation.taken if one.measure.get("menu") in MENU]
        uses = list(itertools.takewhile(
            lambda one: one.measure["menu"] == used[-1].measure["menu"], reversed(used)
        ))[::-1]
        if not uses or not fell_behind(observation, self.measure, uses[0].month // MONTHS):
            return ()
        return uses

    def _ended(self, observation: Observation, failed: Sequence[Taken]) -> tuple[Measure, ...]:
        """Measures that take back a lever that failed, unless that was done or costs too much."""
        if not failed:
            return ()
        name = f"{WITHDRAWN}{failed[0].measure['menu']}"
        if any(one.measure.get("menu") == name for one in observation.taken):
            return ()
        why = f"{self.measure} fell behind that of countries of its size by more than luck"
        ended = taken_back(failed, name, why)
        return ended if observation.affords(ended) else ()


class _Option(NamedTuple):
    """A step that can be taken."""

    name: str
    gain: float
    """Promised, persons a year."""
    step: Measure
    worth: float
    """Gain for what it costs, in political capital and money."""


def _by_promise(observation: Observation) -> list[_Option]:
    """Steps that can be carried through and promise something, the best for their cost first.

    A unit of political capital, of which there is one a year, counts as much as all the money that
    is left in a year: what is dear loses its rank as money becomes scarce.
    """
    capital = political_capital(observation.taken, observation.month)
    left = observation.budget_usd - observation.spent_usd
    options = []
    for name, entry in MENU.items():
        gain = promised(observation, name)
        step = entry.step(observation) if gain > 0 else None
        if step is None or entry.political_cost > capital:
            continue
        money = max(observation.price([step]), 0.0) / max(left, 1.0)
        options.append(_Option(name, gain, step, gain / (entry.political_cost + money)))
    return sorted(options, key=lambda option: -option.worth)
