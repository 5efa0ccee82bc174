"""Emulate: do what countries did that do better; policies spread."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from agents.country_levers import DUAL_CITIZENSHIP
from agents.levers import Scheme
from model.governments.observation import F64, FIGURES, Measure, Observation
from model.governments.settings import Settings, choice, number

RIGHTS = ("partner_may_work", "household_help", "years_to_permanence")
"""What countries look at in each other's schemes for work."""
LEVERS = ("dual_citizenship", "returnee_grant_usd", "newcomer_tax_rate")
NEVER_YEARS = 99.0
NEAR_KM, DISTANCE_WEIGHT = 500.0, 0.5  # log distance counts half as much as log pay (assumption)


@dataclasses.dataclass(frozen=True)
class Emulate(Settings):
    """Policy diffusion by learning (Simmons and Elkins 2004; Shipan and Volden 2008).

    A country looks at peers, countries near in pay and on the map, that did better over the last
    years. It takes over the one rule that most of these have and it has not, once enough of them
    have it (a threshold, Granovetter 1978).
    """

    measure: str = choice(
        "net_per_10k_researchers", allowed=FIGURES,
        meaning="figure by which countries compare themselves",
    )
    peers: int = number(
        12, low=1, high=56, unit="countries", source="assumption", whole=True,
        meaning="how many countries it looks at",
    )
    years: int = number(
        2, low=1, high=20, unit="years", source="assumption", whole=True,
        meaning="over how many of the last published years it compares",
    )
    share: float = number(
        0.3, low=0.0, high=1.0, unit="share",
        source="assumption; that decisions wait for a threshold: Granovetter 1978",
        meaning="part of the peers that do better which must have a rule before it is taken over",
    )

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
            name: float(np.mean([_more(name, offers[row][name], own[name]) for row in better]))
            for name in (*RIGHTS, *LEVERS)
        }
        for name in sorted(gains, key=lambda name: -gains[name]):
            if gains[name] < self.share or gains[name] <= 0:
                return ()
            having = [row for row in better if _more(name, offers[row][name], own[name])]
            model = max(having, key=lambda row: figures[row])
            measure = _taken_over(observation, name, offers[model][name], own[name])
            if measure is None:
                continue
            why = (f"{gains[name]:.0%} of the peers that do better have it; "
                   f"as in {observation.countries[model]}")  # fmt: skip
            measure = {**measure, "menu": name, "why": why}
            if observation.affords([measure]):
                return (measure,)
        return ()

    def _peers(self, observation: Observation) -> list[int]:
        """Rows of the countries nearest in pay and on the map, the rest of the world left out."""
        row, pay = observation.row, observation.facts["pay_usd"]
        apart = np.abs(np.log(pay / pay[row]))
        distance = np.maximum(observation.facts["distance_km"][row], NEAR_KM)
        apart = apart + DISTANCE_WEIGHT * np.log(distance / NEAR_KM)
        order = [int(other) for other in np.argsort(apart, kind="stable")
                 if other != row and observation.countries[other] != "ROW"]  # fmt: skip
        return order[: self.peers]


def offer(observation: Observation, row: int) -> Mapping[str, Any]:
    """The best rights that a country's schemes for work give to somebody, and its levers.

    The rate for newcomers counts where it is below the ordinary one.
    """
    country = observation.countries[row]
    work = [scheme for scheme in observation.schemes
            if scheme.country == country and not scheme.for_graduates]  # fmt: skip
    tax = float(observation.facts["tax_rate"][row])
    rate = float(observation.levers["newcomer_tax_rate"][row])
    return {
        "partner_may_work": any(scheme.partner_may_work for scheme in work),
        "household_help": any(scheme.household_help for scheme in work),
        "years_to_permanence": min((_years(scheme) for scheme in work), default=NEVER_YEARS),
        "dual_citizenship": int(observation.levers["dual_citizenship"][row]),
        "returnee_grant_usd": float(observation.levers["returnee_grant_usd"][row]),
        "newcomer_tax_rate": Rate(rate, tax) if rate < tax else Rate(None, tax),
    }


class Rate(NamedTuple):
    """Tax on the pay of people who come from abroad."""

    special: float | None
    """None: they pay as everybody does."""
    ordinary: float


def _years(scheme: Scheme) -> float:
    years = scheme.years_to_permanence
    return NEVER_YEARS if years is None else float(years)


def _more(name: str, theirs: Any, own: Any) -> bool:
    """Whether theirs attracts more people than the own."""
    if name == "years_to_permanence":
        return bool(theirs < own)
    if name == "newcomer_tax_rate":
        now = own.ordinary if own.special is None else own.special
        return theirs.special is not None and bool(theirs.special < now)
    if name == "dual_citizenship":
        return bool(theirs & ~own)
    return bool(theirs > own)


def _taken_over(observation: Observation, name: str, theirs: Any, own: Any) -> Measure | None:
    """The rule as a measure of one's own: rights go into the scheme that most people use."""
    if name in RIGHTS:
        if observation.main_scheme is None:
            return None
        slug, tier = observation.main_scheme
        return {"scheme": slug, "tier": tier, "set": {name: theirs}}
    if name == "dual_citizenship":
        return {"set": {name: DUAL_CITIZENSHIP[theirs | own]}}
    return {"set": {name: theirs.special if name == "newcomer_tax_rate" else theirs}}


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
