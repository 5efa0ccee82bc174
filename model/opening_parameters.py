"""The parameters of the opening, and the groups of others that it needs."""

from __future__ import annotations

import dataclasses

from agents.declare import parameter
from agents.employers import (
    WorthParameters,
)
from model.month.computing import ComputingParameters
from model.month.education import EducationParameters
from model.month.exits import ExitParameters
from model.month.frontier import FrontierParameters
from model.month.learning import LearningParameters
from model.month.posts import PostParameters
from model.month.rights import RightsParameters
from model.month.search import SearchParameters
from model.month.ties import TieParameters
from model.people import PeopleParameters


@dataclasses.dataclass(frozen=True)
class OpeningParameters:
    """How people and employers stand before the first month."""

    burn_in_months: float = parameter(
        16.0, unit="months", low=0.0, high=120.0, kind="constant",
        source="long enough for the drift of a still economy to fall below 1 % a year",
        meaning="months lived before the opening, with entrants equal to exits",
    )
    jobless_share: float = parameter(
        0.03, unit="share", low=0.0, high=0.3, kind="uncertainty",
        source="assumption; unemployment with advanced education in most of the countries",
        meaning="people out of work before the burn-in",
    )
    startup_team: float = parameter(
        6.0, unit="persons", low=2.0, high=30.0, kind="uncertainty", source="assumption",
        meaning="mean AI staff of a startup",
    )
    startup_pay: float = parameter(
        1.05, unit="1", low=0.5, high=2.0, kind="uncertainty", source="assumption",
        meaning="pay of startups for equal work, equity included, relative to industry",
    )
    entrant_pay: float = parameter(
        0.83, unit="1", low=0.4, high=1.0, kind="constant",
        source="where a still economy comes to rest: the best alternative sets pay, and people "
        "come upon good alternatives one by one",
        meaning="pay for equal work at entry, relative to long experience, before the burn-in",
    )
    pay_growth_years: float = parameter(
        8.0, unit="years", low=1.0, high=40.0, kind="constant", source="the same",
        meaning="years of experience over which that gap closes by two thirds",
    )
    public_pay: float = parameter(
        0.85, unit="1", low=0.3, high=1.5, kind="uncertainty",
        source="assumption; sign and size of the gap from Akcigit et al. 2026",
        meaning="pay scale of public research relative to the country's mean AI pay",
    )
    industry_environment: float = parameter(
        0.6, unit="1", low=0.2, high=1.5, kind="uncertainty", source="assumption",
        meaning="research environment in domestic industry relative to public research",
    )
    startup_environment: float = parameter(
        0.8, unit="1", low=0.2, high=1.5, kind="uncertainty", source="assumption",
        meaning="research environment in startups relative to public research",
    )
    absorptive_headroom: float = parameter(
        3.0, unit="1", low=1.0, high=50.0, kind="uncertainty", source="assumption",
        meaning="team that domestic industry can absorb, relative to its team at the opening: mean "
        "over the people of all countries",
    )
    absorptive_evidence: float = parameter(
        0.5, unit="1", low=0.0, high=1.0, kind="uncertainty",
        source="assumption: of the spread of adoption × output over people, about half is error in "
        "adoption and in stocks",
        meaning="power of adoption × output over people in that; 0: the same everywhere",
    )
    size_exponent: float = parameter(
        1.06, unit="1", low=0.8, high=2.0, kind="uncertainty",
        source="Axtell 2001: all firms of the United States by staff",
        meaning="exponent of the distribution of team sizes in domestic industry",
    )
    industry_row: float = parameter(
        1000.0, unit="persons", low=200.0, high=5000.0, kind="constant", source="assumption",
        meaning="AI people of a country over the square of its rows of domestic industry, of which "
        "there are at most 20",
    )
    public_row: float = parameter(
        2000.0, unit="persons", low=200.0, high=5000.0, kind="constant", source="assumption",
        meaning="the same for public research and its staff, at most 8 rows",
    )
    startup_spread: float = parameter(
        0.8, unit="log points", low=0.0, high=1.5, kind="uncertainty", source="assumption",
        meaning="standard deviation of the log of a startup's team",
    )
    doctors_in_public: float = parameter(
        2.0, unit="1", low=1.0, high=6.0, kind="uncertainty", source="assumption",
        meaning="chance of people with a doctorate to work in public research, over that of others",
    )
    labs_abroad: float = parameter(
        1.0, unit="1", low=0.0, high=1.0, kind="uncertainty",
        source="1: the shares of the table of laboratories; 0: firms employ at home only",
        meaning="scale of the part of a firm's staff that its laboratories abroad hold",
    )
    lab_pay: float = parameter(
        0.5, unit="share", low=0.0, high=1.0, kind="uncertainty",
        source="assumption: pay is set half by the firm, half by the host country",
        meaning="part of the firm's premium on pay that its laboratories abroad keep",
    )
    lab_environment: float = parameter(
        0.7, unit="share", low=0.0, high=1.0, kind="uncertainty",
        source="assumption: colleagues and computing come from the firm, the rest from the host",
        meaning="weight of the firm's environment at home in that of a laboratory abroad, against "
        "what the same firm would be in the host country",
    )
    specialisation: float = parameter(
        0.7, unit="log points", low=0.0, high=2.0, kind="uncertainty", source="assumption",
        meaning="spread of the weight of fields among employers",
    )
    vacancies: float = parameter(
        0.05, unit="share", low=0.0, high=0.3, kind="uncertainty",
        source="assumption; vacancy rates of 3 to 6 % are reported for information services",
        meaning="team wanted above the present one",
    )
    studied_here: float = parameter(
        0.4, unit="share", low=0.0, high=1.0, kind="uncertainty", source="assumption",
        meaning="foreign-born people who took their last degree where they work",
    )
    residence_years: float = parameter(
        12.0, unit="years", low=1.0, high=30.0, kind="uncertainty", source="assumption",
        meaning="mean residence of foreign-born people who came with their degree, if careers "
        "had no end",
    )
    tenure_years: float = parameter(
        10.0, unit="years", low=1.0, high=30.0, kind="constant",
        source="where mean tenure stays as it is in the first years",
        meaning="mean time in the present job, if careers had no beginning",
    )


@dataclasses.dataclass(frozen=True)
class Groups:
    """The parameter groups that the opening needs."""

    opening: OpeningParameters
    people: PeopleParameters
    worth: WorthParameters
    posts: PostParameters
    computing: ComputingParameters
    exits: ExitParameters
    search: SearchParameters
    education: EducationParameters
    rights: RightsParameters
    frontier: FrontierParameters
    learning: LearningParameters
    ties: TieParameters
