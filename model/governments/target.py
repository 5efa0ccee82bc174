"""Target: one lever at a time towards a goal, kept up while it seems to help."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from model.governments.menu import MENU
from model.governments.observation import Measure, Observation, Taken


class Target:
    """Satisficing (Simon 1955): act only below the goal, with the easiest measure at hand.

    What was followed by a better figure is done again; what was not gives way to the next on the
    menu. A government carries through one unit of political cost a year and may save up three.

    Parameters
    ----------
    measure
        A figure of the observation.
    goal
        Value from which nothing is done.
    """

    SAVED = 3.0

    def __init__(self, measure: str = "net_per_10k_workforce", goal: float = 0.0) -> None:
        self.measure, self.goal = measure, float(goal)

    def review(self, observation: Observation) -> Sequence[Measure]:
        """At most one measure."""
        figures = observation.own(self.measure) if observation.years else np.zeros(0)
        if figures.size == 0 or figures[-1] >= self.goal:
            return ()
        capital = self._capital(observation)
        for name in self._order(observation, figures):
            entry = MENU[name]
            step = entry.step(observation)
            if step is None or entry.political_cost > capital:
                continue
            measure = {**step, "menu": name, "why": self._why(figures[-1], name)}
            if observation.spent_usd + observation.price([measure]) <= observation.budget_usd:
                return (measure,)
        return ()

    def _why(self, figure: float, name: str) -> str:
        return f"{self.measure} {figure:.3g} below {self.goal:g}: {name}"

    def _capital(self, observation: Observation) -> float:
        """What can be carried through by now, in units of political cost."""
        capital, last = self.SAVED, None
        for taken in observation.taken:
            if last is not None:
                capital = min(self.SAVED, capital + (taken.month - last) / 12)
            capital -= MENU[str(taken.measure["menu"])].political_cost
            last = taken.month
        if last is None:
            return capital
        return min(self.SAVED, capital + (observation.month - last) / 12)

    def _order(self, observation: Observation, figures: np.ndarray) -> list[str]:
        """Names on the menu, the most promising first."""
        names = list(MENU)
        if not observation.taken:
            return names
        last = observation.taken[-1]
        tried = names.index(str(last.measure["menu"]))
        if not self._helped(last, observation.years, figures):
            tried += 1
        return names[tried:] + names[:tried]

    @staticmethod
    def _helped(last: Taken, years: Sequence[int], figures: np.ndarray) -> bool:
        """Whether the figure has risen since; in doubt the measure gets another year."""
        before = [figure for year, figure in zip(years, figures, strict=True)
                  if year < last.month // 12]  # fmt: skip
        after = [figure for year, figure in zip(years, figures, strict=True)
                 if year >= last.month // 12]  # fmt: skip
        return not before or not after or float(np.mean(after)) > float(before[-1])
