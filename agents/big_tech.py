"""Big tech firms as Mesa agents."""

from __future__ import annotations

import numpy as np

from agents.employers import MONTHS
from agents.levers import FIELDS
from agents.startups import EmployerAgent


class BigTech(EmployerAgent):
    """A named large firm, or a laboratory of it; its persons are agents times the scale."""

    @property
    def agenda(self) -> dict[str, float]:
        """Share of each field in its work this year."""
        shares = self.model.employers.mix[self.row]
        return {field: float(share) for field, share in zip(FIELDS, shares, strict=True)}

    @property
    def budget_usd(self) -> float:
        """Most pay of the whole firm's AI people, constant 2024 USD a year.

        At the scale of the model; inf where no budget binds.
        """
        plans, firm = self.model.world.plans, self.model.employers.firm[self.row]
        return float(plans.budget[firm]) * MONTHS / 100.0 if firm < plans.firms else np.inf

    @property
    def labs(self) -> list[str]:
        """Names of the firm's open laboratories, in the order in which they came."""
        employers, firm = self.model.employers, self.model.employers.firm[self.row]
        kind = employers.kind == employers.kind[self.row]
        own = kind & (employers.firm == firm) & (np.arange(employers.count) != firm)
        rows = np.flatnonzero(own & (employers.opens <= self.model.month))
        return [employers.names[row] for row in rows]
