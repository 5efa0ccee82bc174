"""Governments as Mesa agents."""

from __future__ import annotations

from typing import Any

import mesa

from agents.mesa_ids import hold_models_weakly

hold_models_weakly()


class Government(mesa.Agent):  # type: ignore[misc]
    """The government of one country: owns its visa schemes and pays public research."""

    def __init__(self, model: Any, row: int) -> None:
        super().__init__(model)
        self.row = row

    @property
    def country(self) -> str:
        """ISO3 code."""
        return str(self.model.tables.countries[self.row])

    @property
    def schemes(self) -> list[str]:
        """Slugs of the visa schemes in force in the present month."""
        return list(self.model.rules.slugs_in_force(self.row, self.model.month))
