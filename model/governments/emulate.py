"""Emulate: do what countries did that do better; policies spread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from agents.levers import Scheme
from model.governments.observation import F64, Measure, Observation

RIGHTS = ("partner_may_work", "household_help", "years_to_permanence")
"""What countries look at in each other's schemes for work."""
LEVERS = ("dual_citizenship", "returnee_grant_usd", "newcomer_tax_rate")
NEVER_YEARS = 99.0
NEAR_KM, DISTANCE_WEIGHT = 500.0, 0.5  # log distance counts half as much as log pay (assumption)


class Emulate:
    """Policy diffusion by learning (Simmons and Elkins 2004; Shipan and Volden 2008).

    A country looks at peers, countries near in pay and on the map, that did better over the last
    years. It takes over the one rule that most of these have and it has not.

    Parameters
    ----------
    measure
        A figure of the observation by which countries compare themselves.
    peers
        How many countries it looks at.
    years
        Over how many of the last years.
    """

    def __init__(
        self, measure: str = "net_per_10k_researchers", peers: float = 12, years: float = 2
    ) -> None:
        self.measure, self.peers, self.years = measure, int(peers), int(years)

    def review(self, observation: Observation) -> Sequence[Measure]:
        """At most one rule taken over."""
        if not observation.years:
            return ()
        figures = observation.statistics[self.measure][-self.years:].mean(axis=0)
        better = [row for row in self._peers(observation)
                  if figures[row] > figures[observation.row]]  # fmt: skip
        if not better:
            return ()
        offers = {row: offer(observation, row) for row in (*better, observation.row)}
        own = offers[observation.row]
        gains = {
            name: np.mean([_more(name, offers[row][name], own[name]) for row in better])
            for name in (*RIGHTS, *LEVERS)
        }
        for name in sorted(gains, key=lambda name: -gains[name]):
            if gains[name] <= 0:
                return ()
            having = [row for row in better if _more(name, offers[row][name], own[name])]
            model = max(having, key=lambda row: figures[row])
            measure = _taken_over(observation, name, offers[model][name])
            if measure is None:
                continue
            why = (f"{gains[name]:.0%} of the peers that do better have it; "
                   f"as in {observation.countries[model]}")  # fmt: skip
            measure = {**measure, "menu": name, "why": why}
            if observation.spent_usd + observation.price([measure]) <= observation.budget_usd:
                return (measure,)
        return ()

    def _peers(self, observation: Observation) -> list[int]:
        """Rows of the countries nearest in pay and on the map, the rest of the world left out."""
        row, pay = observation.row, observation.facts["pay_usd"]
        apart = np.abs(np.log(pay / pay[row]))
        distance = np.maximum(observation.facts["distance_km"][row], NEAR_KM)
        apart = apart + DISTANCE_WEIGHT * np.log(distance / NEAR_KM)
        apart[row] = np.inf
        for other, name in enumerate(observation.countries):
            if name == "ROW":
                apart[other] = np.inf
        return [int(other) for other in np.argsort(apart, kind="stable")[: self.peers]]


def offer(observation: Observation, row: int) -> Mapping[str, Any]:
    """The best rights that a country's schemes for work give to somebody, and its levers."""
    country = observation.countries[row]
    work = [scheme for scheme in observation.schemes
            if scheme.country == country and not scheme.for_graduates]  # fmt: skip
    found: dict[str, Any] = {
        "partner_may_work": any(scheme.partner_may_work for scheme in work),
        "household_help": any(scheme.household_help for scheme in work),
        "years_to_permanence": min((_years(scheme) for scheme in work), default=NEVER_YEARS),
    }
    return found | {name: float(observation.levers[name][row]) for name in LEVERS}


def _years(scheme: Scheme) -> float:
    years = scheme.years_to_permanence
    return NEVER_YEARS if years is None else float(years)


def _more(name: str, theirs: Any, own: Any) -> bool:
    """Whether theirs attracts more people than the own."""
    if name == "years_to_permanence":
        return bool(theirs < own)
    if name == "newcomer_tax_rate":
        return bool(not np.isnan(theirs) and (np.isnan(own) or theirs < own))
    if name == "dual_citizenship":
        return bool(int(theirs) & ~int(own))
    return bool(theirs > own)


def _taken_over(observation: Observation, name: str, value: Any) -> Measure | None:
    """The rule as a measure of one's own: rights go into the scheme that most people use."""
    if name in RIGHTS:
        if observation.main_scheme is None:
            return None
        slug, tier = observation.main_scheme
        return {"scheme": slug, "tier": tier, "set": {name: value}}
    if name == "dual_citizenship":
        return {"set": {name: "both"}}
    return {"set": {name: value}}


def spread(schemes: Sequence[Scheme], month: int, countries: Sequence[str]) -> F64:
    """Whether each country has a scheme like J-Skip in a month.

    That is one for work under which the partner may work, with domestic help or permanence after
    three years or less.
    """
    like = {
        scheme.country for scheme in schemes
        if scheme.open_in(month) and not scheme.for_graduates and scheme.partner_may_work
        and (scheme.household_help or _years(scheme) <= 3)
    }
    return np.array([float(country in like) for country in countries])
