"""Growth: technology, the capacity of domestic industry, and public grants."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from agents.declare import parameter
from agents.employers import MONTHS, EmployerKind, WorthParameters
from model.month.education import EducationParameters, yearly_growth
from model.month.frontier import FrontierParameters
from model.month.shocks import ShockParameters, shocks
from model.world import F64, World


@dataclasses.dataclass(frozen=True)
class AdoptionParameters:
    """How AI spreads among the firms of a country."""

    speed: float = parameter(
        0.15, unit="1/year", low=0.0, high=0.5, kind="uncertainty",
        source="assumption; log growth of the share of Korean firms, 1.4 per cent in 2017 and 3.1 "
        "in 2019, was 0.4 a year, from a very low level",
        meaning="growth of the log odds of adoption",
    )
    subsidy_response: float = parameter(
        0.1, unit="1/year", low=0.0, high=0.5, kind="uncertainty",
        source="assumption: where the public pays for all computing, adoption spreads about two "
        "thirds faster",
        meaning="growth of the log odds of adoption for a subsidy of adoption of the whole price",
    )
    ceiling: float = parameter(
        0.6, unit="share", low=0.3, high=1.0, kind="uncertainty", source="assumption",
        meaning="share of firms that use AI in the end",
    )


def grow(
    world: World, adoption: AdoptionParameters, education: EducationParameters,
    frontier: FrontierParameters, worth: WorthParameters, shock: ShockParameters,
) -> None:
    """Technology, capacity and public grants grow by a month, at rates set each January.

    Capacity grows with adoption and with the economy, not with the demand for AI people.
    """
    if world.replace_exits:
        return
    if world.month % MONTHS == 0:
        set_growth(world, education, frontier, worth)
        if not world.firms_rest:
            world.employers.growth += rest_of_growth(worth) / MONTHS * shocks(world, shock)
    employers = world.employers
    employers.technology *= np.exp(employers.growth)
    economy = world.tables.country["industry_growth"] / MONTHS
    years = (world.month - world.start + np.array([0.0, 1.0])) / MONTHS
    subsidy = world.appropriations.offered(world.levers.adoption_subsidy)
    subsidised = np.stack((world.subsidised, world.subsidised + subsidy / MONTHS))
    before, after = adopted(
        world.tables.country["ai_adoption"], years[:, None], adoption, subsidised
    )
    world.subsidised = subsidised[1]
    employers.capacity *= (after / before * np.exp(economy))[employers.country]
    pace = np.exp(employers.demand_growth + employers.growth)
    employers.budget[:] = np.rint(employers.budget * pace).astype(np.int64)


def adopted(
    opening: F64, years: F64, parameters: AdoptionParameters, subsidised: Any = 0.0
) -> F64:
    """Share of firms that use AI some years after the opening: logistic up to a ceiling.

    Parameters
    ----------
    subsidised
        Share of a subsidy cumulated over these years.
    """
    left = parameters.ceiling / opening - 1.0
    gained = parameters.speed * years + parameters.subsidy_response * subsidised
    return np.asarray(parameters.ceiling / (1.0 + left * np.exp(-gained)))


def set_growth(
    world: World, education: EducationParameters, frontier: FrontierParameters,
    worth: WorthParameters,
) -> None:
    """Rates of growth of a year: technology such that the team wanted grows with demand.

    Computing brings α of the growth of output, so technology needs (1 − γ − α) of it, and progress
    raises pay by 1 / (1 − α) of itself. Public research has no technology; its grants follow pay,
    too, or it would wither away.
    """
    employers = world.employers
    demand = yearly_growth(world, education, world.month) / MONTHS
    employers.demand_growth[:] = demand[employers.country]
    progress = np.log1p(frontier.productivity) / MONTHS
    rest = rest_of_growth(worth)
    public = employers.kind == EmployerKind.PUBLIC_RESEARCH
    employers.growth[:] = np.where(
        public, progress / (1.0 - worth.computing_elasticity),
        rest * employers.demand_growth + progress,
    )


def rest_of_growth(worth: WorthParameters) -> float:
    """Growth of technology by which the team wanted at constant pay grows by one: 1 − γ − α."""
    return 1.0 - worth.team_elasticity - worth.computing_elasticity
