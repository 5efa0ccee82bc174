"""Spending against mismatch: the control tower aims money at gaps, even spending does not look."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from agents.levers import FIELDS, month_text
from model.governments.observation import Measure, Observation
from model.governments.remedies import RETRAINING, RETURNEES, STUDY, Remedy
from model.governments.settings import Settings, number
from model.governments.tower import Tower

MONEY = (RETRAINING, STUDY, RETURNEES)
"""The levers that money goes to."""
NAMED = {RETRAINING: "retraining", STUDY: "places to study", RETURNEES: "grants for returnees"}
MOST_GRANT = 1.0  # a grant for coming back at most, in years of mean pay (assumption)
IDLE = 0.1  # part of the money that may lie idle before levers are set anew (assumption)


FOUNDED: Measure = {
    "set": {"control_tower": True},
    "why": "control tower: fields and tiers are to be seen before money is aimed",
}


class Purse(NamedTuple):
    """What a government may spend on the three levers, and what one more of each costs."""

    free: float
    """USD a year, what they cost now included."""
    own: float
    """What they cost now, USD a year."""
    reform: float
    """USD for each measure, whatever it says."""
    unit: Mapping[str, float]
    """USD a year for one more place in a field; for one more USD of grant."""

    def cost(self, lever: str, value: Any) -> float:
        """What a lever costs in a year at a value."""
        amounts = list(value.values()) if isinstance(value, Mapping) else value
        return float(np.sum(amounts)) * self.unit[lever]


@dataclasses.dataclass(frozen=True)
class ControlTower(Settings):
    """Spends where a USD closes most of the gap between work and people.

    Founds a control tower first, if there is none: it shows the gaps from the next review on. Then
    money goes to the remedy that is cheapest for each person and year of the gap, up to the persons
    who are missing, and on to the next: to retraining at home for the gap of the coming January,
    to places to study for the gap expected when their students enter, to grants for returnees, and
    to lists of fields called short of schemes that have one. What then is left stays unspent.
    """

    spend: float = number(
        1.0, low=0.0, high=1.0, unit="share", source="assumption: all of it",
        meaning="part of the budget that is used, tower included",
    )

    def review(self, observation: Observation) -> Sequence[Measure]:
        """The tower, or the year's money as one measure, and shortage lists, each with a reason."""
        tower = observation.tower
        if tower is None:
            return _within(observation, self.spend, [FOUNDED])
        purse = purse_of(observation, self.spend)
        taken = _bought(tower.remedies, purse.free - purse.reform)
        measures = _measures(observation, _levers(taken, observation, purse), _why(tower, taken))
        measures += [_listed(observation, tower, one) for one in taken if one.scheme]
        return _within(observation, self.spend, measures)


def _weight(what: str) -> Any:
    return number(
        1.0, low=0.0, high=1e6, unit="weight", source="assumption: as much as the others",
        meaning=f"weight by which money goes to {what}",
    )


@dataclasses.dataclass(frozen=True)
class EvenSpending(Settings):
    """Spends the same money on the same levers without looking at fields.

    It leaves them alone as long as what they cost is within the budget and little of it lies idle,
    for a change costs a reform.
    """

    spend: float = number(
        1.0, low=0.0, high=1.0, unit="share", source="assumption: all of it",
        meaning="part of the budget that is used",
    )
    retraining: float = _weight("places to retrain, as many in every field")
    study: float = _weight("places to study, as many in every field")
    returnees: float = _weight("grants for returnees")

    def review(self, observation: Observation) -> Sequence[Measure]:
        """The year's money, divided evenly."""
        purse = purse_of(observation, self.spend)
        if 0.0 <= purse.free - purse.own <= IDLE * purse.free:
            return ()
        wanted = self._divided(observation, purse, purse.free - purse.reform)
        why = "even spending, fields alike, USD a year: " + ", ".join(
            f"{NAMED[lever]} {purse.cost(lever, value):,.0f}" for lever, value in wanted.items()
        )
        return _within(observation, self.spend, _measures(observation, wanted, why))

    def _divided(
        self, observation: Observation, purse: Purse, money: float
    ) -> dict[str, Any]:
        """Each lever's value; money that grants cannot take goes to the places."""
        weights = dict(zip(MONEY, (self.retraining, self.study, self.returnees), strict=True))
        total, money = max(sum(weights.values()), 1e-9), max(money, 0.0)
        grant = money * weights[RETURNEES] / total / purse.unit[RETURNEES]
        grant = min(grant, _most_grant(observation))
        money -= purse.cost(RETURNEES, grant)
        places = max(self.retraining + self.study, 1e-9)
        return {
            lever: _places({
                field: money * weights[lever] / places / purse.unit[lever] / len(FIELDS)
                for field in FIELDS
            }) for lever in (RETRAINING, STUDY)
        } | {RETURNEES: float(np.floor(grant))}  # fmt: skip


def _within(
    observation: Observation, spend: float, measures: Sequence[Measure]
) -> Sequence[Measure]:
    """The measures, or none where the money does not reach for their reforms."""
    price = observation.price(measures)
    fits = price <= 0 or observation.spent_usd + price <= spend * observation.budget_usd
    return measures if fits else ()


def purse_of(observation: Observation, spend: float) -> Purse:
    """What may be spent on the levers, from the prices of single steps."""
    def price(lever: str, value: Any) -> float:
        return observation.price([{"set": {lever: value}}])

    grant, first = float(observation.lever(RETURNEES)), FIELDS[0]
    reform = price(RETURNEES, grant)
    unit = {
        lever: price(lever, {first: float(observation.lever(lever)[0]) + 1.0}) - reform
        for lever in (RETRAINING, STUDY)
    }
    unit[RETURNEES] = price(RETURNEES, grant + 1.0) - reform
    purse = Purse(0.0, 0.0, reform, unit)
    own = sum(purse.cost(lever, observation.lever(lever)) for lever in MONEY)
    free = spend * observation.budget_usd - observation.spent_usd + own
    return purse._replace(free=free, own=own)


class Taken(NamedTuple):
    """A remedy and how many persons of it are paid for."""

    remedy: Remedy
    persons: float

    @property
    def scheme(self) -> tuple[str, str] | None:
        """Slug and tier whose list it changes."""
        return self.remedy.scheme


def _bought(remedies: Sequence[Remedy], money: float) -> list[Taken]:
    """The cheapest first, as far as the money goes.

    Where it does not reach for all fields that cost the same, each gets the same part of what it
    lacks. A list is changed in full or not at all.
    """
    useful = [remedy for remedy in remedies if np.isfinite(remedy.usd_closed)]
    taken = list[Taken]()
    for _, same in itertools.groupby(useful, lambda one: (one.lever, round(one.usd_closed, 2))):
        group = list(same)
        cost = sum(remedy.persons * remedy.usd for remedy in group)
        part = min(1.0, money / cost) if cost > 0 else 0.0
        if part > 0 and (part == 1.0 or group[0].scheme is None):
            taken += [Taken(remedy, part * remedy.persons) for remedy in group]
            money -= part * cost
    return taken


def _levers(
    taken: Sequence[Taken], observation: Observation, purse: Purse
) -> dict[str, Any]:
    """The values that levers have where remedies are taken."""
    places = {lever: dict.fromkeys(FIELDS, 0.0) for lever in (RETRAINING, STUDY)}
    grant = 0.0
    for remedy, persons in taken:
        if remedy.lever in places:
            places[remedy.lever][remedy.field] += persons
        elif remedy.lever == RETURNEES:
            grant = min(persons * remedy.usd / purse.unit[RETURNEES], _most_grant(observation))
    return {lever: _places(places[lever]) for lever in places} | {RETURNEES: float(np.floor(grant))}


def _most_grant(observation: Observation) -> float:
    return MOST_GRANT * float(observation.facts["pay_usd"][observation.row])


def _places(wanted: Mapping[str, float]) -> dict[str, float]:
    """Whole places, rounded down so that they stay within the money."""
    return {field: float(np.floor(persons + 1e-9)) for field, persons in wanted.items()}


def _measures(
    observation: Observation, wanted: Mapping[str, Any], why: str
) -> list[Measure]:
    """One measure, and so one reform, that sets all levers that are to change."""
    changed = {}
    for lever, value in wanted.items():
        now = observation.lever(lever)
        before = dict(zip(FIELDS, map(float, now), strict=True)) if np.ndim(now) else float(now)
        if value != before:
            changed[lever] = value
    return [{"set": changed, "why": why}] if changed else []


def _why(tower: Tower, taken: Sequence[Taken]) -> str:
    """For each lever whom it is for, and what it costs to close the gap by one person."""
    reasons = []
    for lever in MONEY:
        here = [one for one in taken if one.remedy.lever == lever]
        if here:
            outlook = tower.entry if lever == STUDY else tower.soon
            usd = sum(one.persons * one.remedy.usd for one in here)
            closed = sum(one.persons * one.remedy.closes for one in here)
            years = sum(one.persons * one.remedy.closes * one.remedy.years for one in here)
            reasons.append(
                f"{NAMED[lever]} for {closed:,.0f} of {outlook.missing:,.0f} persons missing by "
                f"{month_text(outlook.month)} in {', '.join(outlook.lacking())}, at "
                f"{usd / closed:,.0f} USD each for {years / closed:.1f} years"
            )
    return "control tower: " + ("; ".join(reasons) or "nobody is missing")


def _listed(observation: Observation, tower: Tower, taken: Taken) -> Measure:
    """The fields that lack as the list of a scheme; points for them where none are given."""
    assert taken.scheme is not None
    slug, tier = taken.scheme
    scheme = next(
        one for one in observation.own_schemes() if (one.id, one.tier) == taken.scheme
    )
    return {
        "scheme": slug, "tier": tier, "set": tower.listed(scheme),
        "why": f"control tower: called short are {', '.join(tower.soon.lacking())}",
    }
