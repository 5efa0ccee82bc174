"""What team each employer wants, given what one more person is worth to it."""

from __future__ import annotations

from typing import Any

import numpy as np

from agents.employers import EmployerKind, WorthParameters, wanted_effect
from model.world import F64, World


def counted_technology(world: World, worth: WorthParameters) -> F64:
    """Technology with computing, as employers count on it: a startup may not live to use work."""
    employers = world.employers
    startup = employers.kind == EmployerKind.STARTUP
    return np.where(startup, worth.startup_survival, 1.0) * employers.productivity(worth)


def wanted_team(
    world: World, rows: Any, quality: F64, price: F64, margin: float, worth: WorthParameters
) -> F64:
    """Effect of the team at which one more person is just worth going pay with a margin.

    Parameters
    ----------
    rows
        Of employers.
    quality
        Effect of a person there, in agents.
    price
        Going pay for one unit of effect at each, USD a year.

    Returns
    -------
    Agents.
    """
    employers = world.employers
    return wanted_effect(
        counted_technology(world, worth)[rows], quality, employers.capacity[rows],
        employers.persons_per_agent[rows], price * (1.0 + margin), worth,
    )
