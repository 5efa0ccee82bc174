"""What is measured: name, unit and meaning of every number, and the rule of blanks."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
from numpy.typing import NDArray

F64 = NDArray[np.float64]

LEAST_AGENTS = 30
"""Rates that rest on fewer agents are blank."""

NATIONAL, GROUPS, BOTH = "national", "groups", "both"


@dataclasses.dataclass(frozen=True)
class Measure:
    """One number that the tables report."""

    name: str
    unit: str
    meaning: str
    table: str = NATIONAL
    """Where it is reported: for whole countries, by group, or in both tables."""


_PAY = "USD of 2024 a year"

MEASURES: tuple[Measure, ...] = (
    Measure("stock", "persons",
            "researchers who live in the country at the end of the period", BOTH),
    Measure("inflow", "persons", "moves into the country in the period", BOTH),
    Measure("outflow", "persons", "moves out of the country, returns at expiry included", BOTH),
    Measure("net", "persons", "inflow less outflow", BOTH),
    Measure("graduates", "persons",
            "entrants at the country of study, career changers included", BOTH),
    Measure("exits", "persons", "people who retired or left the profession", BOTH),
    Measure("net_per_10k_researchers", "per 10,000", "net over the stock at the start", BOTH),
    Measure("net_per_10k_workforce", "per 10,000",
            "net over the stock at the start, times AI talent as a fraction of the work force "
            "in 2023", BOTH),
    Measure("departure_rate", "share",
            "moves abroad of people born in the country, over those who lived there at the start"),
    Measure("return_rate", "share",
            "moves of foreign-born residents back to the country of birth, over the foreign-born "
            "at the start"),
    Measure("onward_rate", "share",
            "moves of foreign-born residents to a third country, over the foreign-born at the "
            "start"),
    Measure("returnee_share", "share",
            "of the moves into the country, those of people born there"),
    Measure("circulation", "share",
            "1 - |net| / (inflow + outflow): 1 where as many come as go, 0 where moves have one "
            "direction; the world's figure weighs countries by their moves"),
    Measure("job_change_rate", "share",
            "changes of employer without a spell out of work, deals of firms apart, over people in "
            "work at the start, "
            "at the country of the job left"),
    Measure("mean_pay", _PAY, "mean quoted pay of people in work, market rates", BOTH),
    Measure("pay_p10", _PAY, "quoted pay that 10 % of people in work stay below (years only)"),
    Measure("pay_p50", _PAY, "median quoted pay of people in work (years only)"),
    Measure("pay_p90", _PAY, "quoted pay that 10 % of people in work exceed (years only)"),
    Measure("pay_p99", _PAY,
            "quoted pay that 1 % of people in work exceed, blank under 100 agents (years only)"),
    Measure("mismatch", "share",
            "half the sum of |supply share - demand share| over fields; of an ability group: its "
            "people against all work; of a field: its part of that sum", BOTH),
    Measure("supply_share", "share", "share of the field among residents", GROUPS),
    Measure("demand_share", "share",
            "share of the field in the work of the country's employers, weighted by their teams",
            GROUPS),
    Measure("gap", "share",
            "demand share less supply share; above zero: employers ask for more than there is",
            GROUPS),
    Measure("foreign_born_share", "share", "stock born in another country", BOTH),
    Measure("other_discipline_share", "share",
            "stock with a degree outside computer science (years only)", BOTH),
    Measure("other_discipline_hired_share", "share",
            "of people in work whose job began in the year, those with a degree outside computer "
            "science: above other_discipline_share where employers prefer them (years only)"),
    Measure("stay_rate_1y", "share",
            "foreign-born entrants of the year before, still in the profession, who are still in "
            "the country where they studied (years only)", BOTH),
    Measure("stay_rate_5y", "share",
            "foreign-born entrants of five years earlier, still in the profession, who are still "
            "in the country where they studied (years only)", BOTH),
    Measure("retention_1y", "share",
            "moves into the country in the year before whose movers have since neither moved away "
            "nor left the profession (years only)"),
    Measure("retention_5y", "share",
            "moves into the country five years earlier whose movers have since neither moved away "
            "nor left the profession (years only)"),
    Measure("concentration", "index",
            "Herfindahl index over employers: the sum of squared shares of the people in work; "
            "a startup row counts as the startups it stands for (years only)"),
    Measure("five_largest_share", "share",
            "people in work who work for the five largest employers (years only)"),
    Measure("startups", "startups", "startups at the end of the period"),
    Measure("startups_founded", "startups", "startups founded in the period"),
    Measure("startups_failed", "startups",
            "startups that ended in the period since they could not pay or had lost everybody"),
    Measure("startups_bought", "startups",
            "startups that ended in the period since they were bought, or a deal took everybody"),
    Measure("startups_funded", "rounds", "rounds in which investors put money into startups"),
    Measure("venture_capital", "USD of 2024",
            "money that investors put into startups for AI people and their computing"),
    Measure("measures_usd", "USD of 2024",
            "public money for measures beyond those of the opening: study, retraining, research "
            "environment, grants to people, subsidies of computing, reforms; research budgets and "
            "taxes apart"),
    Measure("unemployed", "persons", "people without a job at the end of the period", BOTH),
)  # fmt: skip
BY_NAME = {measure.name: measure for measure in MEASURES}


def with_world(values: Any) -> F64:
    """Country values, on the last axis, with their sum at the end."""
    numbers = np.asarray(values, dtype=np.float64)
    return np.concatenate((numbers, numbers.sum(axis=-1, keepdims=True)), axis=-1)


def rate(top: Any, bottom: Any, agents: Any) -> F64:
    """top / bottom, blank where fewer than 30 agents stand behind it."""
    enough = np.asarray(agents) >= LEAST_AGENTS
    return np.where(enough, top / np.maximum(bottom, 1e-9), np.nan)


def country_rate(top: Any, bottom: Any) -> F64:
    """A rate over agents for each country and for the world, which sums both."""
    below = with_world(bottom)
    return rate(with_world(top), below, below)
