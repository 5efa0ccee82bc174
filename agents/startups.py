"""Startups as Mesa agents."""

from __future__ import annotations

import math
from typing import Any

import mesa
import numpy as np

from agents.mesa_ids import hold_models_weakly
from agents.ventures import STAGES

hold_models_weakly()


class EmployerAgent(mesa.Agent):  # type: ignore[misc]
    """A Mesa agent that holds one row of the employers."""

    def __init__(self, model: Any, row: int) -> None:
        super().__init__(model)
        self.row = row

    @property
    def name(self) -> str:
        """Name, or kind and number."""
        return str(self.model.employers.names[self.row])

    @property
    def country(self) -> str:
        """ISO3 code of the country where it employs."""
        return str(self.model.tables.countries[self.model.employers.country[self.row]])

    @property
    def heads(self) -> int:
        """Agents in the team."""
        return int(self.model.employers.heads[self.row])

    @property
    def researchers(self) -> float:
        """Persons in the team (of all startups that a row stands for)."""
        return self.heads * float(self.model.persons_per_agent)

    @property
    def cash_usd(self) -> float:
        """Cash in constant 2024 USD, at the scale of the model."""
        return float(self.model.employers.cash[self.row]) / 100.0

    @property
    def deals(self) -> Any:
        """The rows of the table of deals in which it bought or was bought, a DataFrame."""
        table = self.model.deals()
        return table[(table["buyer"] == self.name) | (table["target"] == self.name)]


class Startup(EmployerAgent):
    """A young firm; at scale 1:k it stands for k firms of its kind, its money that of one."""

    @property
    def venture(self) -> int:
        """Its row of ventures."""
        return int(np.flatnonzero(self.model.world.ventures.employer == self.row)[0])

    def _of_venture(self, column: str) -> Any:
        return getattr(self.model.world.ventures, column)[self.venture]

    @property
    def stage(self) -> str:
        """How far it has come with investors."""
        return STAGES[self._of_venture("stage")]

    @property
    def closed(self) -> bool:
        """Whether it has ended."""
        return bool(self._of_venture("closed"))

    @property
    def founder(self) -> int:
        """Number of who founded it; -1 where that was before the opening."""
        return int(self._of_venture("founder"))

    @property
    def raised_usd(self) -> float:
        """What investors have put in so far, constant 2024 USD."""
        return float(self._of_venture("raised")) / 100.0

    @property
    def valuation_usd(self) -> float:
        """Value of all shares after the last round, constant 2024 USD."""
        return float(self._of_venture("valuation"))

    @property
    def runway_months(self) -> float:
        """Months for which its cash lasts at the losses of the last month; inf without losses."""
        burn = float(self._of_venture("burn"))
        return self.cash_usd * 100.0 / burn if burn > 0 else math.inf
