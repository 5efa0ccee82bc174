"""Schemes kept for residents: nobody comes under them, and who gains by it changes to them."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from agents.levers import Scheme, month_number
from agents.policies import Policy
from agents.researchers import Status
from model import tables
from model.talent_market import TalentMarket
from tests.helpers import watched_month
from tests.policies import joined, market
from tests.policies import scheme as changed

LIVELY = {"search.rate": 0.3, "search.slope": 0.0, "search.abroad_share": 0.6}
START = month_number("2019-01")


def harsh() -> Policy:
    """Every scheme for work of the world denies partners work and never leads to permanence."""
    names = {
        (s.country, s.id, s.tier) for s in tables.schemes()
        if not s.for_graduates and (s.valid_to is None or s.valid_to > START)
    }
    return joined(*(
        changed(
            country, slug, tier=tier, remove=("years_to_permanence",), hold=True,
            partner_may_work=False,
        )
        for country, slug, tier in sorted(names)
    ))


def with_residents_scheme(**values: Any) -> Policy:
    """The same, and in every country a scheme for who has lived there for a year."""
    settings: dict[str, Any] = {
        "residence_years_min": 1.0, "partner_may_work": True, "years_to_permanence": 3.0,
        "job_offer_required": True, "sponsor_required": False, "processing_months": 2.0,
        "stay_months": 60, "valid_from": START,
    }
    schemes = tuple(
        Scheme(id=f"{country.lower()}-resident", country=country, **(settings | values))
        for country in tables.load().countries
    )
    return dataclasses.replace(harsh(), schemes=schemes)


MONTHS = 24


def lived(policy: Policy, months: int = MONTHS) -> TalentMarket:
    """A lively market some months on."""
    m = market([policy], persons_per_agent=700, parameters=LIVELY)
    for _ in range(months):
        m._month()
    return m


def resident_rows(m: TalentMarket) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which scheme rows are those of the new schemes."""
    return np.array([scheme.id.endswith("-resident") for scheme in m.rules.schemes])


def workers_asking(m: TalentMarket) -> int:
    """People on a work visa who wait for an answer under the new schemes."""
    cases = m.world.cases
    rows = m.researchers.row_of(cases.person[resident_rows(m)[cases.scheme]])
    return int((m.researchers.status[rows] == Status.WORK).sum())


def test_nobody_comes_under_it_and_people_who_live_there_change_to_it() -> None:
    m = market([with_residents_scheme()], persons_per_agent=700, parameters=LIVELY)
    rows, asking = resident_rows(m), 0
    for _ in range(MONTHS):
        watched_month(m)
        cases = m.world.cases
        assert cases.inside[rows[cases.scheme]].all()
        asking += workers_asking(m)
    assert asking > 50
    people = m.researchers
    held = np.flatnonzero(people.status == Status.WORK)
    held = held[rows[people.scheme[held]]]
    assert held.size > 50
    lived_there = people.status_since[held] - people.arrived[held].astype(np.int64)
    assert (lived_there >= 12).all()


def test_nobody_changes_to_what_is_worse_than_what_one_has() -> None:
    """With more than one has, many do: see above."""
    worse = {"partner_may_work": False, "years_to_permanence": None, "stay_months": 12}
    m = market([with_residents_scheme(**worse)], persons_per_agent=700, parameters=LIVELY)
    for _ in range(MONTHS):
        m._month()
        assert workers_asking(m) == 0


def test_it_can_be_had_at_once_where_no_residence_is_asked_for() -> None:
    m = lived(with_residents_scheme(residence_years_min=None), months=12)
    people = m.researchers
    held = np.flatnonzero(people.status == Status.WORK)
    held = held[resident_rows(m)[people.scheme[held]]]
    new = held[people.arrived[held] > START]
    assert new.size > 20
    assert (people.status_since[new] - people.arrived[new].astype(np.int64) == 0).any()


def test_more_years_of_residence_admit_fewer() -> None:
    asked = []
    for years in (0.5, 1.5, 40.0):
        m = lived(with_residents_scheme(residence_years_min=years))
        asked.append(int(m.world.counters.applications[resident_rows(m)].sum()))
    assert asked[0] > asked[1] > asked[2] == 0


def test_korean_points_are_for_who_lives_in_korea() -> None:
    points = [s for s in tables.schemes() if s.id == "kor-f-2-7"]
    assert all(s.residence_years_min == 1 for s in points)
    m = market(persons_per_agent=300, parameters=LIVELY)
    row = np.array([s.id == "kor-f-2-7" for s in m.rules.schemes])
    for _ in range(24):
        m._month()
        assert m.world.cases.inside[row[m.world.cases.scheme]].all()
    assert m.world.counters.grants[row].sum() > 0
