"""Planner: tries measures in copies of the world and takes the best."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from model.governments.menu import MENU
from model.governments.observation import Measure, Observation


class Planner:
    """Tries each measure of the menu in copies of the world, under luck that is not the world's.

    It knows the model and the present state of the world, not its future: later reforms of
    history do not happen in the copies, other governments hold. Copies of one review share their
    luck.

    Parameters
    ----------
    measure
        The figure to be raised, summed over the horizon: ``net``, ``inflow`` or ``stock``, persons.
    years
        Horizon.
    worlds
        Copies for each measure.
    candidates
        How many measures are tried, in the order of the menu; with the others this is the
        computing budget: (candidates + 1) · worlds · years of the world a review.
    """

    def __init__(
        self, measure: str = "net", years: float = 2, worlds: float = 2, candidates: float = 11
    ) -> None:
        self.measure, self.years = measure, int(years)
        self.worlds, self.candidates = int(worlds), int(candidates)

    def review(self, observation: Observation) -> Sequence[Measure]:
        """The best measure, if any is better than none by more than luck may give."""
        if observation.simulate is None:
            return ()
        options = self._options(observation)
        if not options:
            return ()
        found = np.array([
            observation.simulate(measures, self.years * 12, self.worlds, self.measure)
            for measures in ([], *([option] for option in options))
        ])
        gain = found[1:] - found[0]
        best = int(gain.mean(axis=1).argmax())
        error = gain[best].std(ddof=1) / np.sqrt(self.worlds) if self.worlds > 1 else 0.0
        if gain[best].mean() <= error:
            return ()
        why = f"{self.measure} {gain[best].mean():+,.0f} expected over {self.years} years"
        return ({**options[best], "why": f"{options[best]['menu']}: {why}"},)

    def _options(self, observation: Observation) -> list[Measure]:
        """Measures that can be taken and paid for."""
        options: list[Measure] = []
        for name in list(MENU)[: self.candidates]:
            step = MENU[name].step(observation)
            if step is None:
                continue
            measure = {**step, "menu": name}
            if observation.spent_usd + observation.price([measure]) <= observation.budget_usd:
                options.append(measure)
        return options
