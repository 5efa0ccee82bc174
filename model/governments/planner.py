"""Planner: tries measures together in copies of the world and takes those that gain."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from agents.employers import MONTHS
from model.governments.menu import MENU, political_capital
from model.governments.observation import F64, Measure, Observation
from model.governments.settings import Settings, choice, number

SCREEN = (1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0)
"""First row of the design of Plackett and Burman (1946) for eleven factors in twelve runs."""


def screening(factors: int) -> F64:
    """Which factors are on in each of twelve runs: each in half of them, each pair in a quarter.

    The last run has none. So the mean of the runs with a factor less the mean of those without is
    its own effect, whatever the others add, and every run tells of every factor.

    Returns
    -------
    (12, factors) of 1 and 0
    """
    if factors > len(SCREEN):
        raise ValueError(f"{factors} factors; at most {len(SCREEN)} can be told apart")
    rows = [np.roll(SCREEN, by) for by in range(len(SCREEN))]
    return np.vstack([*rows, np.zeros(len(SCREEN))])[:, :factors].astype(np.float64)


@dataclasses.dataclass(frozen=True)
class Planner(Settings):
    """Tries the measures of the menu in copies of the world, under luck that is not the world's.

    It knows the model and the present state of the world, not its future: later reforms and deals
    of history do not happen in the copies, other governments hold. What is no policy (growth of
    demand, venture capital, applicants from outside AI) goes on as in the data, and policies of the
    scenario come at their dates, as announced.

    Measures are tried together, by a screening design of twelve runs, for one alone gains less than
    luck does in a few copies. Runs share their luck. A review costs 12 · worlds · years of the
    world.
    """

    measure: str = choice(
        "net", allowed=("net", "inflow", "stock"),
        meaning="what is to be raised: moves summed over the horizon, or people at its end",
    )
    years: int = number(
        2, low=1, high=20, unit="years", source="assumption", whole=True, meaning="horizon"
    )
    worlds: int = number(
        2, low=2, high=1000, unit="copies", source="assumption", whole=True,
        meaning="copies of the world, each with own luck, in which each run is lived",
    )
    candidates: int = number(
        11, low=1, high=len(SCREEN), unit="measures", source="assumption: the whole menu",
        whole=True, meaning="how many measures are tried at most, in the order of the menu",
    )
    sure: float = number(
        1.0, low=0.0, high=100.0, unit="standard errors", source="assumption",
        meaning="by how much a measure must gain to be taken",
    )
    partners: tuple[str, ...] = ()
    """Countries whose figures count as much as the own: those of an alliance; from programs."""

    def review(self, observation: Observation) -> Sequence[Measure]:
        """Measures that gain enough, the most for their political cost first.

        As many are taken as the budget pays and political capital carries through. Those that look
        best are partly the luckiest: they gain less than was expected.
        """
        if observation.simulate is None:
            return ()
        options = self._options(observation)
        if not options:
            return ()
        gains, error = self._gains(observation, options)
        cost = np.array([MENU[option["menu"]].political_cost for option in options])
        capital = political_capital(observation.taken, observation.month)
        taken: list[Measure] = []
        for which in np.argsort(-gains / cost, kind="stable"):
            if gains[which] <= self.sure * error:
                continue
            measure = {**options[which], "why": self._why(options[which], gains[which], error)}
            if cost[which] <= capital and observation.affords([*taken, measure]):
                taken.append(measure)
                capital -= cost[which]
        return tuple(taken)

    def _options(self, observation: Observation) -> list[Measure]:
        """Measures that can be taken, carried through and paid for."""
        capital = political_capital(observation.taken, observation.month)
        options: list[Measure] = []
        for name in list(MENU)[: self.candidates]:
            step = MENU[name].step(observation)
            if step is None or MENU[name].political_cost > capital:
                continue
            measure = {**step, "menu": name}
            if observation.affords([measure]):
                options.append(measure)
        return options

    def _gains(
        self, observation: Observation, options: Sequence[Measure]
    ) -> tuple[F64, float]:
        """What each measure gains over the horizon, and the standard error that all share."""
        assert observation.simulate is not None
        design = screening(len(options))
        found = np.array([
            observation.simulate(
                [option for option, on in zip(options, run, strict=True) if on],
                self.years * MONTHS, self.worlds, self.measure, self.partners,
            )
            for run in design
        ])
        gains = (2.0 * design - 1.0).T @ found / (len(design) / 2)
        # all effects are as uncertain as each other, so that their errors are pooled
        error = np.sqrt(gains.var(axis=1, ddof=1).mean() / self.worlds)
        return gains.mean(axis=1), float(error)

    def _why(self, option: Measure, gain: float, error: float) -> str:
        return (
            f"{option['menu']}: {self.measure} {gain:+,.0f} (standard error {error:,.0f}) expected "
            f"over {self.years * MONTHS} months"
        )
