"""Startups as Mesa agents."""

from __future__ import annotations

from typing import Any

import mesa

from agents.mesa_ids import hold_models_weakly

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


class Startup(EmployerAgent):
    """A young firm; at scale 1:k it stands for k firms of its kind."""
