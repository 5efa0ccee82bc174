"""Shocks: luck of their own moves the technology of firms, the less the larger they are."""

from __future__ import annotations

import dataclasses

import numpy as np

from agents.chance import normal
from agents.declare import parameter
from agents.employers import EmployerKind
from model.world import F64, World


@dataclasses.dataclass(frozen=True)
class ShockParameters:
    """How growth of firms varies."""

    volatility: float = parameter(
        0.5, unit="1/year", low=0.0, high=0.8, kind="uncertainty",
        source="Decker, Haltiwanger, Jarmin and Miranda 2016: growth of American firms at the 90th "
        "percentile lay 31 % above the median in 1999, a deviation of 0.31 / 1.28 = 0.24; half of "
        "staff is in firms of more than 500 (Luttmer 2010), and 0.24 there is 0.24 · (500 / 6)^0.2 "
        "= 0.58 at six people, about 0.5 without the luck of single people",
        meaning="standard deviation of the log growth of the team wanted by a firm of few people",
    )
    few: float = parameter(
        6.0, unit="persons", low=1.0, high=100.0, kind="constant", source="assumption",
        meaning="people of a firm whose growth varies so much",
    )
    size_fall: float = parameter(
        0.2, unit="1", low=0.0, high=0.5, kind="uncertainty",
        source="Riccaboni et al. 2008: volatility falls with the power 0.2 of size",
        meaning="power by which that standard deviation falls with the number of people",
    )
    established: float = parameter(
        1.0, unit="1", low=0.0, high=1.0, kind="uncertainty", source="assumption: as startups",
        meaning="scale of the shocks of big tech and domestic industry",
    )


def shocks(world: World, parameters: ShockParameters) -> F64:
    """Log growth of the team that each private employer wants, beyond what all have, in a year.

    Growth is proportional to size (Gibrat 1931), with a spread that falls slowly with it; the mean
    size that is wanted stays the same. Shocks last.
    """
    employers = world.employers
    persons = np.maximum(employers.heads * employers.persons_per_agent, 1.0)
    spread = parameters.volatility * np.minimum(persons / parameters.few, 1e9) ** (
        -parameters.size_fall
    )
    startup = employers.kind == EmployerKind.STARTUP
    spread = np.where(startup, spread, parameters.established * spread)
    spread = np.where(employers.kind == EmployerKind.PUBLIC_RESEARCH, 0.0, spread)
    luck = normal(world.key("growth of firms"), employers.key)
    return np.asarray(spread * luck - 0.5 * spread * spread)
