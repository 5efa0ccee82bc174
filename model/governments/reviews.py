"""Reviews: each government looks at its policy once a year, and what it decides becomes law."""

from __future__ import annotations

import dataclasses
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from agents.declare import InputError
from agents.employers import MONTHS
from agents.levers import Scheme, month_text
from agents.policies import Change, Policy
from model.governments.observation import Measure, Taken
from model.governments.strategies import Hold, Strategy
from model.policy_files import policy_from

OWN_KEYS = frozenset(("menu", "why"))
"""What a measure may say beside what a policy file says."""


class Fault(NamedTuple):
    """A review that led to nothing because the strategy failed."""

    month: int
    country: str
    message: str

    def text(self) -> str:
        """One line for people."""
        return f"{self.country}, {month_text(self.month)}: {self.message}; policy is held"


class Decided(NamedTuple):
    """What governments have decided so far."""

    policies: tuple[Policy, ...] = ()
    taken: tuple[tuple[str, int, dict[str, Any]], ...] = ()
    """Country, month and measure of each decision, oldest first."""
    faults: tuple[Fault, ...] = ()

    def of(self, country: str) -> tuple[Taken, ...]:
        """The decisions of one government."""
        return tuple(Taken(month, measure) for who, month, measure in self.taken if who == country)


def review_month(row: int) -> int:
    """Month of the year, from 0, in which a country reviews; countries are spread over the year."""
    return (row * 5) % MONTHS


def held_from(strategies: Mapping[str, Strategy], start: int) -> dict[str, int]:
    """Countries where history stands still from the start: all that do not follow history."""
    from model.governments.strategies import Historical

    return {
        country: start for country, strategy in strategies.items()
        if isinstance(strategy, Hold) or not isinstance(strategy, Historical)
    }


def answer(
    strategy: Strategy, observe: Callable[[], Any], country: str, month: int, enacted: int,
    known: Sequence[Scheme], limit_seconds: float | None,
) -> tuple[Policy | None, list[Measure], Fault | None]:
    """What a strategy decides at a review, as a policy from the month ``enacted`` on.

    A strategy that raises an error, answers what cannot be done, spends more than its budget or
    takes too long is taken to hold; the fault tells why.
    """
    try:
        observation = observe()
        began = time.perf_counter()
        measures: list[Measure] = [dict(measure) for measure in strategy.review(observation)]
        took = time.perf_counter() - began
        if not measures:
            return None, [], None
        if limit_seconds is not None and took > limit_seconds:
            return None, [], Fault(
                month, country, f"answered after {took:.1f} s, allowed are {limit_seconds:g} s"
            )
        policy = as_policy(measures, country, month, enacted)
        spent = observation.spent_usd + observation.price(measures)
        if spent > observation.budget_usd * (1 + 1e-9):
            return None, [], Fault(
                month, country,
                f"measures cost {spent:,.0f} USD a year, the budget is "
                f"{observation.budget_usd:,.0f} USD",
            )
    except InputError as fault:
        return None, [], Fault(month, country, " ".join(str(fault).split()))
    except Exception as error:  # whatever a strategy does, the world goes on
        return None, [], Fault(month, country, f"{type(error).__name__}: {error}")
    return policy, measures, None


def as_policy(
    measures: Sequence[Measure], country: str, month: int, enacted: int
) -> Policy:
    """Measures of one government as a policy.

    Raises
    ------
    InputError
        A measure is none, or its values are out of range.
    """
    entries = []
    for measure in measures:
        entry = {key: value for key, value in measure.items() if key not in OWN_KEYS}
        for key in ("from", "country"):
            if key in entry:
                raise InputError(
                    f"a measure tells no {key!r}: it is the own country, and the law's own date",
                    value=entry[key], allowed="set, remove, scheme, tier, why",
                )
        entries.append({"from": month_text(enacted), "country": country, **entry})
    policy = policy_from(
        {"name": f"{country}-{month_text(month)}", "title": "Review", "change": entries}, file=None
    )
    changes = tuple(
        dataclasses.replace(change, why=str(measure.get("why", "review")))
        for change, measure in zip(policy.changes, measures, strict=True)
    )
    return dataclasses.replace(policy, changes=changes)


def warn(fault: Fault) -> None:
    """Tell of a fault at once; it stands in the results, too."""
    warnings.warn(f"strategy failed: {fault.text()}", RuntimeWarning, stacklevel=2)


def main_scheme(
    schemes: Sequence[Scheme], grants: Mapping[tuple[str, str], float], country: str
) -> tuple[str, str] | None:
    """The scheme for work with most grants of late: slug and tier; the first where none had any."""
    work = [scheme for scheme in schemes if scheme.country == country and not scheme.for_graduates]
    if not work:
        return None
    best = max(work, key=lambda scheme: grants.get((scheme.id, scheme.tier), 0.0))
    return best.id, best.tier


def change_levers(levers: Any, changes: Sequence[Change], row: int) -> None:
    """Give levers of a country the values that changes give them."""
    for change in changes:
        if change.scheme is None:
            for name, value in change.set.items():
                levers.set(name, row, value)
            for name in change.remove:
                levers.set(name, row, np.nan)
