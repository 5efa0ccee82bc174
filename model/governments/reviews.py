"""Reviews: each government looks at its policy once a year, and what it decides becomes law."""

from __future__ import annotations

import copy
import dataclasses
import itertools
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from agents.declare import InputError
from agents.employers import MONTHS
from agents.levers import Scheme, month_text
from agents.policies import Change, Policy
from model.governments.observation import Measure, Observation, Taken
from model.governments.strategies import External, Strategy
from model.governments.waiting import Patience, Window
from model.policy_files import policy_from

OWN_KEYS = frozenset(("menu", "why", "before"))
"""What a measure may say beside what a policy file says."""
LAW_KEYS = "set, remove, scheme, tier, why"
MOST_MEASURES = 1_000
"""Of one answer; more are taken for an answer without an end."""


class StrategyFailed(RuntimeWarning):
    """A strategy failed at a review and was taken to hold."""


class Fault(NamedTuple):
    """A review that led to nothing because the strategy failed."""

    month: int
    country: str
    message: str

    def text(self) -> str:
        """One line for people."""
        return f"{self.country}, {month_text(self.month)}: {self.message}; policy is held"

    def as_mapping(self) -> dict[str, str]:
        """The fault as plain values, for manifests."""
        return {"month": month_text(self.month), "country": self.country, "message": self.message}


class Decided(NamedTuple):
    """What governments have decided so far."""

    taken: tuple[tuple[str, int, dict[str, Any]], ...] = ()
    """Country, month and measure of each decision, oldest first."""
    faults: tuple[Fault, ...] = ()

    def of(self, country: str) -> tuple[Taken, ...]:
        """The decisions of one government, as copies."""
        return tuple(
            Taken(month, copy.deepcopy(measure)) for who, month, measure in self.taken
            if who == country
        )

    def with_measures(self, country: str, month: int, measures: Sequence[Measure]) -> Decided:
        """The same and what one government decides in a month."""
        added = tuple((country, month, dict(measure)) for measure in measures)
        return self._replace(taken=(*self.taken, *added))

    def with_fault(self, fault: Fault) -> Decided:
        """The same and a strategy that failed."""
        return self._replace(faults=(*self.faults, fault))


class Answer(NamedTuple):
    """What comes of one review: measures and the policy they make, or a fault, or nothing."""

    policy: Policy | None = None
    measures: tuple[Measure, ...] = ()
    fault: Fault | None = None


def review_month(row: int) -> int:
    """Month of the year, from 0, in which a country reviews; countries are spread over the year."""
    return (row * 5) % MONTHS


def answer(
    strategy: Strategy, observation: Observation, enacted: int, check: Callable[[Policy], None],
    limit_seconds: float | None, patience: Patience, window: Window,
) -> Answer:
    """What a strategy decides at a review, as a policy from the month ``enacted`` on.

    A strategy that raises an error, answers what cannot be done, spends more than its budget or
    takes too long is taken to hold; the fault tells why.

    Parameters
    ----------
    check
        Raises an ``InputError`` where a policy leaves schemes in a state that cannot stand.
    limit_seconds
        Time for the answer; None: as long as it takes.
    window
        Through which the observation asks things of the world.
    """
    country, month = observation.country, observation.month
    program = strategy.function if isinstance(strategy, External) else strategy
    try:
        measures = patience.answer(
            program, lambda: plain_measures(strategy.review(observation)), limit_seconds, window,
            f"the review of {country} in {month_text(month)}",
        )
        if not measures:
            return Answer()
        policy = as_policy(measures, country, month, enacted)
        check(policy)
        if not observation.affords(measures):
            spent = observation.spent_usd + observation.price(measures)
            raise InputError(
                f"public money for measures would be {spent:,.0f} USD a year",
                allowed=f"a budget of {observation.budget_usd:,.0f} USD a year",
            )
    except InputError as fault:
        return Answer(fault=Fault(month, country, " ".join(str(fault).split())))
    except Exception as error:  # whatever a strategy does, the world goes on
        message = " ".join(f"{type(error).__name__}: {error}".split())
        return Answer(fault=Fault(month, country, message))
    return Answer(policy, measures)


def plain_measures(answered: Any) -> tuple[Measure, ...]:
    """What a strategy answered, as measures of plain values, which can be saved.

    Raises
    ------
    InputError
        It is no list of measures.
    """
    if isinstance(answered, str | Mapping) or not isinstance(answered, Iterable):
        raise InputError(
            "answered no list of measures", value=answered,
            allowed="a list of measures, an empty one to hold",
        )
    measures = []
    for measure in itertools.islice(answered, MOST_MEASURES + 1):
        if not isinstance(measure, Mapping):
            raise InputError("a measure is no table", value=measure, allowed=LAW_KEYS)
        measures.append(_plain(measure))
    if len(measures) > MOST_MEASURES:
        raise InputError("answered too many measures", allowed=f"{MOST_MEASURES:,} at most")
    return tuple(measures)


def _plain(value: Any) -> Any:
    """A value without NumPy's types, which files of policies do not know."""
    match value:
        case np.generic():
            return value.item()
        case None | bool() | int() | float() | str():
            return value
        case Mapping():
            return {str(key): _plain(entry) for key, entry in value.items()}
        case list() | tuple():
            return [_plain(entry) for entry in value]
    raise InputError("a measure holds what is no plain value", value=value,
                     allowed="numbers, texts, truths, lists and tables")  # fmt: skip


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
                    value=entry[key], allowed=LAW_KEYS,
                )
        entries.append({"from": month_text(enacted), "country": country, **entry})
    policy = policy_from(
        {"name": f"{country}-{month_text(month)}", "title": "Review", "change": entries}, file=None
    )
    changes = tuple(
        dataclasses.replace(change, why=_reason(measure))
        for change, measure in zip(policy.changes, measures, strict=True)
    )
    return dataclasses.replace(policy, changes=changes)


def _reason(measure: Measure) -> str:
    """The reason that stands in the ledger, on one line."""
    return " ".join(str(measure.get("why") or "review").split())


def warn(fault: Fault) -> None:
    """Tell of a fault at once; it stands in the results, too."""
    warnings.warn(f"strategy failed: {fault.text()}", StrategyFailed, stacklevel=2)


def main_scheme(
    schemes: Sequence[Scheme], grants: Mapping[tuple[str, str], float], country: str
) -> tuple[str, str] | None:
    """The scheme for work with most grants of late: slug and tier; the first where none had any."""
    work = [scheme for scheme in schemes if scheme.country == country and not scheme.for_graduates]
    if not work:
        return None
    best = max(work, key=lambda scheme: grants.get((scheme.id, scheme.tier), 0.0))
    return best.id, best.tier


def changed_levers(levers: Any, changes: Sequence[Change], row: int) -> Any:
    """The levers with those values in a country that changes give them; NaN where one is removed.

    Parameters
    ----------
    levers
        Of all countries; they stay as they are.
    """
    now = dataclasses.replace(
        levers, **{name: values.copy() for name, values in vars(levers).items()}
    )
    for change in changes:
        if change.scheme is None:
            for name, value in change.set.items():
                now.set(name, row, value)
            for name in change.remove:
                now.set(name, row, np.nan)
    return now


def changed_schemes(schemes: Sequence[Scheme], changes: Sequence[Change]) -> tuple[Scheme, ...]:
    """Schemes under the conditions that changes give them."""
    found = []
    for scheme in schemes:
        for change in changes:
            if change.scheme == scheme.id and change.tier in (None, scheme.tier):
                values: dict[str, Any] = {**dict.fromkeys(change.remove), **change.set}
                scheme = dataclasses.replace(scheme, **values)
        found.append(scheme)
    return tuple(found)
