"""Remedies: what would close the gap between work and people of a country, and at what price."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from agents.declare import parameter
from agents.employers import MONTHS
from agents.levers import FIELDS, Scheme
from model.governments.costs import MeasureParameters, reform_costs, unit_costs
from model.governments.outlook import Outlook, OutlookRules
from model.month.learning import fields_kept
from model.world import F64, World

RETRAINING, STUDY, RETURNEES, LIST = (
    "retraining_places", "study_places", "returnee_grant_usd", "fields"
)
IN_SHORTAGE = "field_in_shortage"
"""The criterion of points tables."""
MOST_ASKED = 2_000
"""People on whose skills it rests how long retraining lasts."""


@dataclasses.dataclass(frozen=True)
class TowerParameters:
    """How people answer to measures, as far as an office that aims them has to guess it."""

    horizon_years: float = parameter(
        10.0, unit="years", low=1.0, high=30.0, kind="uncertainty", source="assumption",
        meaning="how far ahead the office counts what a measure does, from the day it takes effect",
    )
    foresight: float = parameter(
        1.0, unit="share", low=0.0, high=1.0, kind="uncertainty",
        source="assumption: all of it; docs/control_tower.md tells what nought would change",
        meaning="part of the drift of demand to come that the office foresees",
    )
    return_response: float = parameter(
        0.15, unit="1", low=0.0, high=2.0, kind="uncertainty",
        source="assumption; in this model a grant of 100,000 USD adds 11 % to Korea's inflow",
        meaning="share by which returns rise for a grant of a year's mean pay",
    )
    list_response: float = parameter(
        0.2, unit="share", low=0.0, high=1.0, kind="uncertainty", source="assumption",
        meaning="people in fields called short who come through a scheme since they are, relative "
        "to all whom it admits",
    )
    list_points: float = parameter(
        0.25, unit="share", low=0.0, high=1.0, kind="uncertainty",
        source="assumption; Singapore's COMPASS gives half of the points needed",
        meaning="points for a field called short where a points table has none, relative to the "
        "points needed",
    )


class TowerRules(NamedTuple):
    """Parameters on which a control tower rests."""

    tower: TowerParameters
    measures: MeasureParameters
    outlook: OutlookRules


@dataclasses.dataclass(frozen=True)
class Remedy:
    """One way to close a part of the gap, in one field or in several."""

    lever: str
    """A lever of the country, or ``fields`` of a scheme."""
    field: str
    """Whom it adds; empty: people of several fields."""
    month: int
    """When it acts first."""
    persons: float
    """As many as make sense in a year."""
    usd: float
    """For each person."""
    closes: float
    """By how many persons the gap shrinks for each person; not above 0: it does not help."""
    years: float
    """For how long, within the horizon of the office."""
    scheme: tuple[str, str] | None = None
    """Slug and tier whose list of fields it changes."""

    @property
    def usd_closed(self) -> float:
        """USD for each year in which the gap is smaller by one person; infinite where it never is.
        """
        return self.usd / (self.closes * self.years) if self.closes > 0 else np.inf


class Home(NamedTuple):
    """What is known of a country besides its gap."""

    country: str
    row: int
    enacted: int
    """Month from which measures that are decided now act."""
    came_home: float
    """Persons who came home in the last full year."""
    schemes: Sequence[Scheme]
    """Own schemes in force."""
    grants: Mapping[tuple[str, str], float]
    """Visas granted in the last full year, persons, by slug and tier."""


def remedies(
    world: World, home: Home, abroad: F64, soon: Outlook, entry: Outlook, rules: TowerRules
) -> tuple[Remedy, ...]:
    """What would close the gap of a country, the cheapest for each person and year first.

    Parameters
    ----------
    abroad
        Own people abroad by field, persons.
    soon, entry
        The gap when retraining that is decided now begins, and when those enter who begin to study
        then.
    """
    study_usd, retraining_usd = unit_costs(
        world, rules.measures, rules.outlook.education.study_years
    )
    found = _Remedies(world, home, soon, entry, rules)
    retraining = found.retraining(float(retraining_usd[home.row]))
    others = [
        *found.study(float(study_usd[home.row])), *found.returnees(abroad), *found.lists()
    ]  # fmt: skip
    # places to retrain build on each other, so none may come before one that precedes it
    costs = np.maximum.accumulate([remedy.usd_closed for remedy in retraining])
    ranked = [*zip(costs, retraining, strict=True), *((one.usd_closed, one) for one in others)]
    # to the cent: places to study cost the same in every field but for rounding
    return tuple(remedy for _, remedy in sorted(ranked, key=lambda entry: round(entry[0], 2)))


class _Remedies:
    """The remedies of one country, each kind by itself."""

    def __init__(
        self, world: World, home: Home, soon: Outlook, entry: Outlook, rules: TowerRules
    ) -> None:
        self.world, self.home, self.soon, self.entry = world, home, soon, entry
        self.rules = rules

    def retraining(self, usd: float) -> list[Remedy]:
        """Places to retrain that would let work and people agree, in the order of their use."""
        lasting = self._lasting()
        return [
            Remedy(RETRAINING, FIELDS[field], self.soon.month, places, usd, closes,
                   float(lasting[field]))
            for field, places, closes in places_to_retrain(self.soon, lasting)
        ]  # fmt: skip

    def _lasting(self) -> F64:
        """How many years each field is kept after retraining, by field, within the horizon.

        Told by what people in fields with too many would do; a sample of them is enough.
        """
        people = self.world.researchers
        donors = (people.country == self.home.row) & (self.soon.gap < 0)[people.field]
        rows = np.flatnonzero(donors)
        rows = rows[np.argsort(people.key[rows])[:MOST_ASKED]]
        years = max(round(self._left(self.soon.month)), 1)
        kept = fields_kept(self.world, rows, years - 1, self.rules.outlook.learning)
        staying = (1.0 - self.soon.leaving) ** np.arange(years)
        return np.asarray(staying[0] + kept @ staying[1:])

    def study(self, usd: float) -> list[Remedy]:
        """Places to study a year that would fill the gap at the time of entry."""
        years = self._years(self.entry.month)
        return [
            Remedy(STUDY, FIELDS[field], self.entry.month, float(self.entry.gap[field]), usd,
                   self.entry.closed_by(np.eye(len(FIELDS))[field]), years)
            for field in np.flatnonzero(self.entry.gap > 0)
        ]  # fmt: skip

    def returnees(self, abroad: F64) -> list[Remedy]:
        """Own people abroad, of whatever field; who would come home anyway is paid, too."""
        home, response = self.home, self.rules.tower.return_response
        if response <= 0 or not abroad.any():
            return []
        pay = float(self.world.tables.country["pay_usd"][home.row])
        return [Remedy(
            RETURNEES, "", home.enacted, response * home.came_home, pay / response,
            self.soon.closed_by(abroad / abroad.sum()), self._years(home.enacted),
        )]  # fmt: skip

    def lists(self) -> list[Remedy]:
        """Own schemes whose list of fields called short is not that of the fields that lack.

        Only where a scheme has such a list or counts points: elsewhere a list would bar the others.
        """
        home, lacking = self.home, self.soon.lacking()
        reform = float(reform_costs(self.world, self.rules.measures)[home.row])
        missing = np.maximum(self.soon.gap, 0.0)
        found = []
        for scheme in home.schemes:
            key = (scheme.id, scheme.tier)
            persons = self.rules.tower.list_response * home.grants.get(key, 0.0)
            has_list = scheme.fields is not None or scheme.points is not None
            if has_list and persons > 0 and lacking and set(scheme.fields or ()) != set(lacking):
                found.append(Remedy(
                    LIST, "", home.enacted, persons, reform / persons,
                    self.soon.closed_by(missing / missing.sum()), self._years(home.enacted), key,
                ))  # fmt: skip
        return found

    def _left(self, month: int) -> float:
        """Years of the horizon that are left in a month, at least one."""
        gone = (month - self.home.enacted) / MONTHS
        return max(self.rules.tower.horizon_years - gone, 1.0)

    def _years(self, month: int) -> float:
        """Years that people who come in a month are expected to stay, within the horizon."""
        left, leaving = self._left(month), self.soon.leaving
        return float(-np.expm1(-leaving * left) / leaving) if leaving > 0 else left


def places_to_retrain(soon: Outlook, lasting: F64) -> list[tuple[int, float, float]]:
    """Places to retrain that would let work and people agree: field, places, what each closes.

    Who retrains comes from any field with too many people, however many it has too many. So the one
    with the smallest surplus for its size is soon drained, and from then on places in it make
    good for who leaves it. They come last; before them fields that lack, where retraining lasts
    longest first.

    Notes
    -----
    With gap g, and people p of the fields in surplus adding up to P, T places take T · p / P from
    each of these. They close Σ min(T · p / P, −g) in all, everything at T = P · max(−g / p), when
    the places are g + T · p / P · [g < 0] by field, none where that is below zero.
    """
    surplus = np.maximum(-soon.gap, 0.0)
    people = np.where(surplus > 0, soon.people, 0.0)
    if people.sum() <= 0:
        return []
    share = people / people.sum()
    total = float((surplus[share > 0] / share[share > 0]).max())
    wanted = np.maximum(soon.gap + total * share, 0.0)
    found, done = list[tuple[int, float, float]](), 0.0
    for field in np.lexsort((-lasting, soon.gap <= 0)):
        places = float(wanted[field])
        if places > 0:
            closed = np.minimum((done + places) * share, surplus) - np.minimum(
                done * share, surplus
            )
            found.append((int(field), places, float(closed.sum()) / places))
            done += places
    return found


def listed(
    scheme: Scheme, lacking: Sequence[str], parameters: TowerParameters
) -> dict[str, object]:
    """What a scheme sets to call some fields short; points for them where its table has none."""
    values: dict[str, object] = {"fields": list(lacking)}
    if scheme.points is not None and IN_SHORTAGE not in scheme.points:
        points = float(round(parameters.list_points * (scheme.points_min or 0.0)))
        values["points"] = {**scheme.points, IN_SHORTAGE: points}
    return values
