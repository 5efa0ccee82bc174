"""Schemes as values: read with readable errors, changed safely, points as published tables say."""

from __future__ import annotations

import copy
import pickle
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.declare import InputError
from agents.levers import (
    COUNTRIES,
    FIELDS,
    SCHEME_FIELDS,
    Scheme,
    month_number,
    month_text,
    overlaps,
    read_schemes,
    scheme_from_mapping,
    scheme_with,
)
from agents.points import DEGREES, RANK_BANDS, points_from_text, points_of, points_text

CONTRACT = [
    "id", "country", "title", "valid_from", "valid_to", "degree_min", "university_rank_max",
    "experience_years_min", "age_max", "years_since_degree_max", "min_pay_usd", "points_min",
    "points", "fields", "job_offer_required", "sponsor_required", "fee_usd", "fee_paid_by",
    "places_per_year", "outside_applicants_per_year", "allocation", "exempt_employers",
    "processing_months", "stay_months", "grace_months", "partner_may_work", "household_help",
    "years_to_permanence", "graduate_stay_months", "tax_relief_rate", "tax_relief_years", "source",
]  # fmt: skip
PUPILS = {"id": "kor-gifted-pupils", "country": "KOR"}
FULL = PUPILS | {
    "title": "Gifted pupils",
    "valid_from": "2020-01",
    "valid_to": "2029-12",
    "degree_min": "master",
    "min_pay_usd": 40_000,
    "points_min": 30,
    "points": {"degree_phd": 30, "age_under_30": 10},
    "fields": ["agentic_systems", "physical_ai"],
    "places_per_year": 400,
    "allocation": "by_points",
    "partner_may_work": True,
    "years_to_permanence": 0,
    "tier": "young",
}


def fault(**changes: object) -> str:
    """What a person reads who gave a scheme with these fields."""
    with pytest.raises(InputError) as caught:
        scheme_from_mapping(PUPILS | changes, file="pupils.toml")
    return str(caught.value)


ADDED = ["residence_years_min", "fee_abroad_usd"]  # decisions 17 and 14


def test_fields_are_those_of_the_interface_a_fee_and_three_of_identity() -> None:
    names = [field.name for field in SCHEME_FIELDS]
    assert [name for name in names if name not in ADDED] == [*CONTRACT, "tier", "kind", "imputed"]
    assert set(ADDED) < set(names)


def test_every_field_says_what_it_means_and_every_number_has_a_unit_and_a_range() -> None:
    for field in SCHEME_FIELDS:
        assert field.meaning, field.name
        if field.type in ("number", "whole"):
            assert field.unit and field.low is not None and field.high is not None, field.name
        if field.type == "choice":
            assert field.allowed, field.name


def test_absent_is_no_condition() -> None:
    scheme = scheme_from_mapping(PUPILS | {"min_pay_usd": "", "fields": []}, file=None)
    assert scheme.title == "kor-gifted-pupils"
    assert scheme.min_pay_usd is None and scheme.fields is None and scheme.valid_from is None
    assert scheme.open_in(month_number("1950-01")) and scheme.open_in(month_number("2090-12"))


def test_zero_and_false_are_values_not_absence() -> None:
    scheme = scheme_from_mapping(
        PUPILS | {"years_to_permanence": "0", "job_offer_required": "false", "fee_usd": 0},
        file=None,
    )
    assert scheme.years_to_permanence == 0.0
    assert scheme.job_offer_required is False
    assert scheme.fee_usd == 0.0


def test_last_month_is_included() -> None:
    scheme = scheme_from_mapping(FULL, file=None)
    assert scheme.open_in(month_number("2020-01")) and scheme.open_in(month_number("2029-12"))
    assert not scheme.open_in(month_number("2019-12"))
    assert not scheme.open_in(month_number("2030-01"))


def test_written_and_read_again_is_the_same() -> None:
    scheme = scheme_from_mapping(FULL, file=None)
    assert scheme_from_mapping(scheme.as_mapping(), file=None) == scheme


def test_schemes_are_values() -> None:
    scheme = scheme_from_mapping(FULL, file=None)
    assert copy.deepcopy(scheme) == scheme == pickle.loads(pickle.dumps(scheme))
    assert {scheme: 1}[copy.copy(scheme)] == 1


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"min_pay_us": 1}, "did you mean 'min_pay_usd'"),
        ({"min_pay_usd": -5}, "min_pay_usd: not in its range (got -5); allowed: a number from 0"),
        ({"min_pay_usd": "much"}, "min_pay_usd: not a number (got 'much')"),
        ({"min_pay_usd": float("nan")}, "min_pay_usd: not a finite number"),
        ({"fee_usd": True}, "fee_usd: not a number"),
        ({"places_per_year": 2.5}, "allowed: a whole number from 0"),
        ({"valid_from": "2020-13"}, "valid_from: no such month (got '2020-13')"),
        ({"valid_from": "January"}, "allowed: a month as YYYY-MM"),
        ({"valid_from": 202001}, "valid_from: not a month"),
        ({"valid_from": "2021-01", "valid_to": "2020-01"}, "valid_to: lies before valid_from"),
        ({"country": "KORR"}, "country: unknown name; did you mean 'KOR'"),
        ({"country": "kor"}, "did you mean 'KOR'"),
        ({"country": None}, "country: is missing"),
        ({"id": "Gifted Pupils"}, "id: not a slug"),
        ({"degree_min": "phds"}, "did you mean 'phd'"),
        ({"fields": "agentic"}, "did you mean 'agentic_systems'"),
        ({"fields": 3}, "fields: not a list"),
        ({"exempt_employers": ["universities"]}, "allowed: big_tech, startup, public_research"),
        ({"partner_may_work": "maybe"}, "allowed: true or false"),
        ({"allocation": "random"}, "lottery, by_pay, by_points, weighted_lottery"),
        ({"points_min": 30}, "points_min: needs a points table"),
        ({"allocation": "by_points"}, "by_points needs a points table"),
        ({"fee_paid_by": "employer"}, "there is no fee"),
        ({"fee_abroad_usd": -1}, "fee_abroad_usd: not in its range"),
        ({"points": {"age_undr_30": 3}}, "did you mean 'age_under_30'"),
        ({"points": {"degree_phd": -3}}, "allowed: 0 to 1000"),
        ({"points": "degree_phd"}, "points: no points given"),
        ({"points": "degree_phd:1;degree_phd:2"}, "criterion named twice"),
        ({"points": 3}, "points: not a points table"),
        ({"kind": "imagined"}, "allowed: recorded, generic"),
    ],
)
def test_a_mistake_is_answered_with_what_is_allowed(
    changes: dict[str, object], expected: str
) -> None:
    message = fault(**changes)
    assert expected in message
    assert message.startswith("pupils.toml, scheme") and "\n" not in message


def test_all_faults_of_a_scheme_come_together() -> None:
    message = fault(min_pay=3, age_max=-1, valid_to="2020-00")
    for name in ("min_pay_usd", "age_max", "valid_to"):
        assert name in message


def test_an_unreadable_points_table_is_one_fault_only() -> None:
    assert "needs a points table" not in fault(points_min=3, points={"nonsense": 1})


def test_a_change_sets_and_removes() -> None:
    scheme = scheme_from_mapping(FULL, file=None)
    changed = scheme_with(
        scheme, {"valid_from": "2018-06", "min_pay_usd": 0}, ["degree_min"], file=None
    )
    assert changed.valid_from == month_number("2018-06")
    assert changed.min_pay_usd == 0.0 and changed.degree_min is None
    assert changed.places_per_year == scheme.places_per_year


def test_a_change_may_close_a_scheme_before_it_opens() -> None:
    scheme = scheme_with(
        scheme_from_mapping(FULL, file=None), {"valid_to": "2019-12"}, file=None
    )
    assert not any(scheme.open_in(month) for month in range(2000 * 12, 2040 * 12))


@pytest.mark.parametrize(
    ("settings_", "remove", "expected"),
    [
        ({"country": "JPN"}, [], "country: belongs to the identity"),
        ({"tier": "old"}, [], "tier: belongs to the identity"),
        ({}, ["kind"], "kind: belongs to the identity"),
        ({}, ["degree_mn"], "did you mean 'degree_min'"),
        ({"min_pay_usd": -1}, [], "not in its range"),
        ({"degree_min": "phd"}, ["degree_min"], "both set and removed"),
        ({}, ["points"], "points_min: needs a points table"),
    ],
)
def test_a_wrong_change_is_answered_readably(
    settings_: dict[str, object], remove: list[str], expected: str
) -> None:
    scheme = scheme_from_mapping(FULL, file=None)
    with pytest.raises(InputError, match=re.escape(expected)):
        scheme_with(scheme, settings_, remove, file="policy.toml")


def test_overlapping_versions_of_a_tier_are_found() -> None:
    def version(start: str, end: str | None, tier: str = "main") -> Scheme:
        written = PUPILS | {"valid_from": start, "valid_to": end, "tier": tier}
        return scheme_from_mapping(written, file=None)

    apart = [version("2021-01", None), version("2019-01", "2020-12"), version("2019-01", None, "b")]
    assert overlaps(apart) == []
    assert len(overlaps([*apart, version("2020-12", "2020-12")])) == 1
    assert len(overlaps([version("2019-01", None), version("2020-01", None)])) == 1


def test_a_table_names_file_and_line(tmp_path: Path) -> None:
    table = tmp_path / "schemes.csv"
    table.write_text("id,country,age_max\nkor-a,KOR,40\nkor-b,KOR,old\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"schemes\.csv line 3, scheme kor-b: age_max: not a num"):
        read_schemes(table)


@given(st.integers(1900 * 12, 2200 * 12 + 11))
@settings(max_examples=25, deadline=None, derandomize=True)
def test_months_there_and_back(month: int) -> None:
    assert month_number(month_text(month)) == month


@pytest.mark.parametrize("text", ["2019-00", "2019-1", "19-01", "2019", "1800-01", "", "2019-1-1"])
def test_impossible_months_are_refused(text: str) -> None:
    with pytest.raises(InputError):
        month_number(text)


def test_countries_and_fields_are_known_once() -> None:
    assert len(COUNTRIES) == len(set(COUNTRIES)) == 58 and "ROW" in COUNTRIES
    assert len(FIELDS) == len(set(FIELDS)) == 8


# Points ---------------------------------------------------------------------------------------

HIGHLY_SKILLED = {
    "degree_phd": 30.0, "degree_master": 20.0, "degree_bachelor": 10.0,
    "university_top100": 15.0, "university_top500": 10.0,
    "age_under_30": 15.0, "age_under_35": 10.0,
    "experience_over_5": 10.0, "experience_over_10": 20.0,
    "pay_over_60000": 10.0, "pay_over_100000": 40.0,
    "field_in_shortage": 5.0, "job_offer": 1.0,
}  # fmt: skip


def points_of_one(
    table: dict[str, float], degree: str, band: str, age: float, years: float, pay: float,
    short: bool, offer: bool,
) -> float:  # fmt: skip
    """What a clerk would add up for one person: the best line of each block."""
    best: dict[str, float] = {}
    for name, worth in table.items():
        block, _, level = name.partition("_")
        number = int(level.split("_")[1]) if level.startswith(("under_", "over_")) else 0
        if block == "degree":
            holds = DEGREES.index(degree) >= DEGREES.index(level)
        elif block == "university":
            holds = RANK_BANDS.index(band) <= RANK_BANDS.index(level)
        else:
            holds = {
                "age": age < number, "experience": years >= number, "pay": pay >= number,
                "field": short, "job": offer,
            }[block]  # fmt: skip
        best[block] = max(best.get(block, 0.0), worth if holds else 0.0)
    return sum(best.values())


person = st.tuples(
    st.sampled_from(DEGREES), st.sampled_from(RANK_BANDS), st.integers(20, 60), st.integers(0, 40),
    st.integers(0, 300_000) | st.sampled_from([60_000, 100_000]), st.booleans(), st.booleans(),
)  # fmt: skip
tables = st.dictionaries(
    st.sampled_from(sorted(HIGHLY_SKILLED)), st.integers(0, 50).map(float), max_size=8
)


@given(st.lists(person, min_size=1, max_size=30), tables)
@settings(max_examples=25, deadline=None, derandomize=True)
def test_points_of_many_equal_points_of_each(
    people: list[tuple[str, str, int, int, int, bool, bool]], table: dict[str, float]
) -> None:
    degree, band, age, years, pay, short, offer = zip(*people, strict=True)
    together = points_of(
        table,
        np.array([DEGREES.index(name) for name in degree], dtype=np.int8),
        np.array([RANK_BANDS.index(name) for name in band], dtype=np.int8),
        np.array(age, dtype=float),
        np.array(years, dtype=float),
        np.array(pay, dtype=np.float32),
        np.array(short),
        np.array(offer),
    )
    assert together.tolist() == [points_of_one(table, *one) for one in people]


def test_a_published_table_adds_up() -> None:
    points = points_of(HIGHLY_SKILLED, [2, 0], [0, 2], [29, 40], [4, 12], [120_000, 50_000], False)
    assert points.tolist() == [30 + 15 + 15 + 0 + 40 + 0 + 1, 10 + 0 + 0 + 20 + 0 + 0 + 1]


def test_points_table_in_compact_form_there_and_back() -> None:
    assert points_from_text(points_text(HIGHLY_SKILLED)) == HIGHLY_SKILLED
    assert points_from_text("") == {}


def test_an_empty_table_gives_nothing() -> None:
    assert points_of({}, [0, 1], [0, 0], 30, 1, 1.0, True).tolist() == [0.0, 0.0]
