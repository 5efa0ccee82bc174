"""Target: one lever at a time towards a goal, kept up while it seems to help."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Sequence

import numpy as np

from agents.employers import MONTHS
from model.governments.menu import MENU, political_capital
from model.governments.observation import F64, FIGURES, Measure, Observation, Taken
from model.governments.settings import Settings, choice, number


@dataclasses.dataclass(frozen=True)
class Target(Settings):
    """Satisficing (Simon 1955): act only below the goal, with the easiest measure at hand.

    A lever that was followed by better figures is used further; one that was not gives way to the
    next on the menu. As long as no full year after it is published the lever gets another try. A
    government carries through one unit of political cost a year and may save up three.
    """

    measure: str = choice(
        "net_per_10k_workforce", allowed=FIGURES, meaning="figure that should reach the goal"
    )
    goal: float = number(
        0.0, low=-1e9, high=1e9, unit="of the figure", source="assumption: as many come as go",
        meaning="value from which nothing is done",
    )

    def review(self, observation: Observation) -> Sequence[Measure]:
        """At most one measure."""
        if not observation.years:
            return ()
        figures = observation.own(self.measure)
        if figures[-1] >= self.goal:
            return ()
        taken = [one for one in observation.taken if one.measure.get("menu") in MENU]
        capital = political_capital(observation.taken, observation.month)
        for name in self._order(taken, observation.years, figures):
            step = MENU[name].step(observation)
            if step is None or MENU[name].political_cost > capital:
                continue
            why = f"{self.measure} {figures[-1]:.3g} below {self.goal:g}: {name}"
            measure = {**step, "menu": name, "why": why}
            if observation.affords([measure]):
                return (measure,)
        return ()

    def _order(
        self, taken: Sequence[Taken], years: Sequence[int], figures: F64
    ) -> list[str]:
        """Names on the menu, the most promising first."""
        names = list(MENU)
        if not taken:
            return names
        tried = names.index(taken[-1].measure["menu"])
        if not self._helped(taken, years, figures):
            tried += 1
        return names[tried:] + names[:tried]

    @staticmethod
    def _helped(taken: Sequence[Taken], years: Sequence[int], figures: F64) -> bool:
        """Whether figures are better since the present lever was first used; in doubt they are."""
        name = taken[-1].measure["menu"]
        tries = list(itertools.takewhile(
            lambda one: one.measure["menu"] == name, reversed(taken)
        ))
        first = tries[-1].month // MONTHS
        before = [figure for year, figure in zip(years, figures, strict=True) if year < first]
        # a lever does not act for the whole of the year in which it is decided
        after = [figure for year, figure in zip(years, figures, strict=True) if year > first]
        return not before or not after or float(np.mean(after)) > before[-1]
