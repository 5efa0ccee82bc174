"""Computing: employers rent what their output calls for, with a lag, and it shapes research."""

from __future__ import annotations

import dataclasses

import numpy as np

from agents.declare import parameter
from agents.employers import WorthParameters
from model.month.accounts import own_share, produce
from model.world import F64, World

USUAL = 50_000.0
"""Computing for each person, USD a year, at which ``setting`` is the environment; a mere unit."""


@dataclasses.dataclass(frozen=True)
class ComputingParameters:
    """How computing follows output and what researchers see in it."""

    speed: float = parameter(
        1 / 12, unit="1/month", low=0.01, high=1.0, kind="uncertainty",
        source="assumption: contracts and machines follow within about a year",
        meaning="part of the gap to the computing wanted that closes in a month",
    )
    attraction: float = parameter(
        0.1, unit="1", low=0.0, high=0.5, kind="uncertainty",
        source="assumption; researchers say that access to computing limits their work",
        meaning="elasticity of the research environment to computing for each person",
    )


def rent_computing(
    world: World, parameters: ComputingParameters, worth: WorthParameters
) -> None:
    """Computing moves towards its share of output; the research environment follows.

    Without people nothing is rented and the plan grows with demand.

    Notes
    -----
    K ← K + speed · (α · Y / p − K), p the part of its price that the employer pays; environment =
    setting · (K / n / USUAL)^attraction.
    """
    employers = world.employers
    wanted = worth.computing_elasticity * employers.produced * employers.persons_per_agent
    wanted /= own_share(world)
    changed = employers.computing + parameters.speed * (wanted - employers.computing)
    planned = employers.computing * np.exp(employers.demand_growth)
    employers.computing[:] = np.where(employers.heads > 0, changed, planned)
    employers.environment[:] = employers.setting * pull(world, parameters)


def pull(world: World, parameters: ComputingParameters) -> F64:
    """Factor by which computing for each person lifts the environment; one where there is none."""
    employers = world.employers
    persons = np.maximum(employers.heads, 1) * employers.persons_per_agent
    return lift(employers.computing / persons, parameters)


def lift(computing: F64, parameters: ComputingParameters) -> F64:
    """The same for computing for each person, USD a year."""
    each = computing / USUAL
    rents = each > 0
    return np.where(rents, np.where(rents, each, 1.0) ** parameters.attraction, 1.0)


def settle_computing(
    world: World, environment: F64, parameters: ComputingParameters, worth: WorthParameters
) -> None:
    """Let computing stand at its share of output, and the environment given hold there.

    What employers can do with their computing stays the same.
    """
    employers = world.employers
    produce(world, worth)
    share = worth.computing_elasticity * employers.produced * employers.persons_per_agent
    rents = (employers.heads > 0) & (share > 0)
    before = np.where(rents, employers.computing, 1.0)
    after = np.where(rents, share, 1.0)
    employers.technology *= (before / after) ** worth.computing_elasticity
    employers.computing[rents] = share[rents]
    employers.environment[:] = environment
    employers.setting[:] = environment / pull(world, parameters)
