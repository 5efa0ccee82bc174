"""Technology at the opening: each private employer wants the team it has at going pay."""

from __future__ import annotations

import numpy as np

from agents.employers import EmployerKind, output
from model.founding import named_employers
from model.month.computing import settle_computing
from model.opening_parameters import Groups, OpeningParameters
from model.world import F64, World

LEAST_HEADROOM = 1.0  # below, a further person would add next to nothing from the start on
LEAST_TEAM = 0.4  # effect of an empty team, near that of one person of median ability


def _planned_team(world: World, quality: F64, parameters: OpeningParameters) -> F64:
    """Effect of the team for which each employer is made, in agents.

    The team it has, at least one median person; a named employer its staff in the data, or a
    coarse world, whose laboratories hold one agent or none, would have more room than a fine one.
    """
    planned = np.maximum(world.employers.team()[0], LEAST_TEAM)
    staff = named_employers(world, parameters).staff / world.persons_per_agent
    planned[: staff.size] = staff * quality[: staff.size]
    return planned


def headroom(world: World, parameters: OpeningParameters) -> F64:
    """What domestic industry can absorb over its team at the opening, by country.

    Notes
    -----
    factor · (adoption · output / pay / people)^evidence, the factor such that the mean over the
    people of all countries is ``absorptive_headroom``; at least ``LEAST_HEADROOM``. Output over
    pay is what a given share of output could pay, in persons.
    """
    table = world.tables.country
    posts = table["ai_adoption"] * table["industry_size"] / table["pay_usd"]
    relative = (posts / table["stock"]) ** parameters.absorptive_evidence
    mean = float((relative * table["stock"]).sum() / table["stock"].sum())
    return np.maximum(parameters.absorptive_headroom * relative / mean, LEAST_HEADROOM)


def calibrate(world: World, groups: Groups) -> None:
    """Set technology so that each private employer wants the team it has at going pay."""
    employers, worth = world.employers, groups.worth
    effect, heads = employers.team()
    country = employers.country.astype(np.int64)
    price = world.price()[country] * employers.premium * (1.0 + groups.posts.margin)
    quality = np.where(heads > 0, effect / np.maximum(heads, 1.0), LEAST_TEAM)
    planned = _planned_team(world, quality, groups.opening)
    wanted = planned * (1 + groups.opening.vacancies)
    persons = wanted * employers.persons_per_agent
    industry = employers.kind == EmployerKind.INDUSTRY
    room = headroom(world, groups.opening)[country[industry]]
    employers.capacity[industry] = room * persons[industry]
    limit = np.where(industry, employers.capacity, 1.0)
    absorbed = np.where(industry, -limit * np.expm1(-persons / limit), persons)
    slope = np.where(industry, np.exp(-persons / limit), 1.0)
    marginal = (
        worth.team_elasticity * absorbed ** (worth.team_elasticity - 1.0) * slope
        * quality**worth.peer_elasticity
    )
    survival = np.where(employers.kind == EmployerKind.STARTUP, worth.startup_survival, 1.0)
    public = employers.kind == EmployerKind.PUBLIC_RESEARCH
    productivity = np.where(public, 0.0, price / marginal / survival)
    yearly = output(
        productivity, planned, planned / quality,
        employers.capacity, employers.persons_per_agent, worth,
    )
    alpha = worth.computing_elasticity
    employers.computing[:] = alpha * yearly * employers.persons_per_agent
    rents = employers.computing > 0
    rented = np.where(rents, employers.computing, 1.0)
    employers.technology[:] = productivity / rented**alpha
    grant = employers.payroll * (1 + groups.opening.vacancies)
    employers.budget[:] = np.where(public, np.rint(grant), 0).astype(np.int64)
    settle_computing(world, employers.environment.copy(), groups.computing, worth)
