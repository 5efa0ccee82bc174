"""Planner: tries measures in copies of the world and takes the best."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from agents.employers import MONTHS
from model.governments.menu import MENU
from model.governments.observation import Measure, Observation
from model.governments.settings import Settings, choice, number


@dataclasses.dataclass(frozen=True)
class Planner(Settings):
    """Tries each measure of the menu in copies of the world, under luck that is not the world's.

    It knows the model and the present state of the world, not its future: later reforms and deals
    of history do not happen in the copies, other governments hold. What is no policy (growth of
    demand, venture capital, applicants from outside AI) goes on as in the data, and policies of the
    scenario come at their dates, as announced. Copies of one review share their luck, so measures
    are compared under the same luck.

    A review costs (candidates + 1) · worlds · years of the world.
    """

    measure: str = choice(
        "net", allowed=("net", "inflow", "stock"),
        meaning="what is to be raised: moves summed over the horizon, or people at its end",
    )
    years: int = number(
        2, low=1, high=20, unit="years", source="assumption", whole=True, meaning="horizon"
    )
    worlds: int = number(
        2, low=1, high=1000, unit="copies", source="assumption", whole=True,
        meaning="copies of the world in which each measure is tried",
    )
    candidates: int = number(
        11, low=1, high=len(MENU), unit="measures", source="assumption: the whole menu",
        whole=True, meaning="how many measures are tried at most, in the order of the menu",
    )
    sure: float = number(
        1.0, low=0.0, high=100.0, unit="standard errors", source="assumption",
        meaning="by how much the best measure must beat none; over one world no error is known",
    )
    partners: tuple[str, ...] = ()
    """Countries whose figures count as much as the own: those of an alliance; from programs."""

    def review(self, observation: Observation) -> Sequence[Measure]:
        """The measure that gains most on average, if it gains enough.

        The best of many is partly the luckiest: on other luck it gains less than was expected.
        """
        if observation.simulate is None:
            return ()
        options = self._options(observation)
        if not options:
            return ()
        found = np.array([
            observation.simulate(
                measures, self.years * MONTHS, self.worlds, self.measure, self.partners
            )
            for measures in ([], *([option] for option in options))
        ])
        gain = found[1:] - found[0]
        best = int(gain.mean(axis=1).argmax())
        error = gain[best].std(ddof=1) / np.sqrt(self.worlds) if self.worlds > 1 else 0.0
        if gain[best].mean() <= self.sure * error:
            return ()
        why = f"{self.measure} {gain[best].mean():+,.0f} expected over {self.years * MONTHS} months"
        return ({**options[best], "why": f"{options[best]['menu']}: {why}"},)

    def _options(self, observation: Observation) -> list[Measure]:
        """Measures that can be taken and paid for."""
        options: list[Measure] = []
        for name in list(MENU)[: self.candidates]:
            step = MENU[name].step(observation)
            if step is None:
                continue
            measure = {**step, "menu": name}
            if observation.affords([measure]):
                options.append(measure)
        return options
