"""Big tech firms as Mesa agents."""

from __future__ import annotations

from agents.startups import EmployerAgent


class BigTech(EmployerAgent):
    """A named large firm; single at every scale, its persons are agents times the scale."""
