"""The shipped visa schemes: all recorded routes are there, dated, checked, and open everywhere."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

import model.data
from agents.levers import (
    COUNTRIES,
    SCHEME_FIELDS,
    Scheme,
    month_number,
    overlaps,
    read_schemes,
)
from model.data.build.schemes.recorded import routes
from model.data.build.schemes.route import AI_SHARE_OF_APPLICANTS

FOLDER = Path(model.data.__file__).parent
H1B_ODDS = {2021: 0.46, 2022: 0.44, 2023: 0.27, 2024: 0.25, 2025: 0.26, 2026: 0.35}

# Recorded rows behind each slug; several may share one (tiers, changes of law).
RECORDED = {
    "are-golden-visa": 2, "aus-global-talent": 1, "aus-national-innovation": 1,
    "aus-skills-in-demand": 1, "can-express-entry": 1, "can-global-talent-stream": 1,
    "can-h-1b-holder": 1, "can-post-graduation-work-permit": 1, "chn-k-visa": 1, "chn-r-visa": 1,
    "chn-thousand-talents": 1, "deu-eu-blue-card": 2, "deu-job-search-graduate": 1,
    "fra-talent-eu-blue-card": 1, "fra-talent-qualified-employee": 1, "gbr-global-talent": 1,
    "gbr-graduate": 2, "gbr-high-potential-individual": 2, "gbr-skilled-worker": 1,
    "hkg-quality-migrant-admission": 1, "hkg-top-talent-pass": 3, "isr-high-tech-expert": 1,
    "jpn-highly-skilled-professional": 2, "jpn-j-find": 1, "jpn-j-skip": 3, "kor-e-7": 1,
    "kor-f-2-7": 1, "kor-k-star": 1, "kor-science-technology-fast-track": 1,
    "kor-top-tier-engineer": 1, "kor-top-tier-income": 1, "kor-top-tier-researcher": 1,
    "nld-highly-skilled-migrant": 3, "nld-orientation-year": 1, "sau-premium-residency": 1,
    "sgp-employment-pass": 1, "sgp-one-pass": 1, "sgp-tech-pass": 1,
    "twn-employment-gold-card": 1, "usa-eb-1a": 1, "usa-h-1b": 2, "usa-o-1a": 1, "usa-opt": 1,
}  # fmt: skip
RECORDED_ROWS = 55
STARTS = {
    "jpn-j-skip": "2023-04", "jpn-j-find": "2023-04", "kor-top-tier-researcher": "2025-04",
    "hkg-top-talent-pass": "2022-12", "chn-k-visa": "2025-10", "kor-k-star": "2026-02",
    "twn-employment-gold-card": "2018-02", "gbr-high-potential-individual": "2022-05",
    "gbr-graduate": "2021-07",
}  # fmt: skip


@pytest.fixture(scope="module")
def schemes() -> tuple[Scheme, ...]:
    return read_schemes(FOLDER / "schemes.csv")


def in_force(schemes: tuple[Scheme, ...], slug: str, month: str, tier: str = "main") -> Scheme:
    """The version of a tier that is valid in a month."""
    number = month_number(month)
    (found,) = (s for s in schemes if (s.id, s.tier) == (slug, tier) and s.open_in(number))
    return found


def test_columns_are_the_fields_in_their_order() -> None:
    with (FOLDER / "schemes.csv").open(encoding="utf-8", newline="") as table:
        assert next(csv.reader(table)) == [field.name for field in SCHEME_FIELDS]


def test_every_recorded_row_is_represented(schemes: tuple[Scheme, ...]) -> None:
    assert sum(RECORDED.values()) == RECORDED_ROWS
    versions = Counter(scheme.id for scheme in schemes if scheme.kind == "recorded")
    assert versions.keys() == RECORDED.keys()
    assert all(versions[slug] >= rows for slug, rows in RECORDED.items())
    used = {(route.country, route.row): route.id for route in routes()}
    behind = Counter(used.values()) + Counter({"usa-h-1b": 2})
    assert behind == RECORDED


def test_versions_of_a_tier_never_overlap(schemes: tuple[Scheme, ...]) -> None:
    assert overlaps(schemes) == []


def test_slugs_begin_with_their_country(schemes: tuple[Scheme, ...]) -> None:
    assert all(scheme.id.startswith(scheme.country.lower() + "-") for scheme in schemes)
    generic = {scheme.id for scheme in schemes if scheme.kind == "generic"}
    assert all(slug.endswith("-generic") for slug in generic)


@pytest.mark.parametrize("for_graduates", [False, True])
def test_every_country_is_open_in_every_month(
    schemes: tuple[Scheme, ...], for_graduates: bool
) -> None:
    months = range(month_number("2015-01"), month_number("2035-12") + 1)
    for country in COUNTRIES:
        here = [s for s in schemes if s.country == country and s.for_graduates == for_graduates]
        shut = [month for month in months if not any(s.open_in(month) for s in here)]
        assert not shut, (country, shut[0])


def test_every_country_has_an_ordinary_way_in(schemes: tuple[Scheme, ...]) -> None:
    """Neither acclaim, rank nor a small quota stands between a well-paid graduate and a job."""
    for month in map(month_number, ("2015-01", "2019-01", "2025-12", "2035-12")):
        ordinary = {
            s.country for s in schemes
            if s.open_in(month) and not s.for_graduates
            and s.degree_min in (None, "bachelor") and (s.min_pay_usd or 0) <= 60_000
            and s.university_rank_max is s.experience_years_min is s.years_since_degree_max is None
            and (s.points_min is None or s.id == "sgp-employment-pass")
        }  # fmt: skip
        assert ordinary == set(COUNTRIES)


@pytest.mark.parametrize(("year", "odds"), H1B_ODDS.items())
def test_lottery_odds_are_those_on_record(
    schemes: tuple[Scheme, ...], year: int, odds: float
) -> None:
    scheme = in_force(schemes, "usa-h-1b", f"{year - 1}-03")
    assert scheme.allocation == "lottery" and scheme.places_per_year == 85_000
    assert scheme.outside_applicants_per_year is not None
    everybody = scheme.outside_applicants_per_year / (1.0 - AI_SHARE_OF_APPLICANTS)
    assert scheme.places_per_year / everybody == pytest.approx(odds, abs=0.01)


def test_the_lottery_follows_the_fiscal_year(schemes: tuple[Scheme, ...]) -> None:
    before = in_force(schemes, "usa-h-1b", "2022-02").outside_applicants_per_year
    assert before == in_force(schemes, "usa-h-1b", "2021-03").outside_applicants_per_year
    assert before != in_force(schemes, "usa-h-1b", "2022-03").outside_applicants_per_year


def test_the_payment_begins_in_september_2025(schemes: tuple[Scheme, ...]) -> None:
    before, after = (in_force(schemes, "usa-h-1b", month) for month in ("2025-08", "2025-09"))
    assert before.fee_abroad_usd is None and after.fee_abroad_usd == 100_000
    assert before.fee_usd == after.fee_usd == 6_215
    assert after.allocation == "lottery"
    assert in_force(schemes, "usa-h-1b", "2026-03").allocation == "weighted_lottery"
    assert before.exempt_employers == ("public_research",)


@pytest.mark.parametrize(("slug", "start"), STARTS.items())
def test_schemes_begin_when_they_began(
    schemes: tuple[Scheme, ...], slug: str, start: str
) -> None:
    begun = [s.valid_from for s in schemes if s.id == slug and s.valid_from is not None]
    assert min(begun) == month_number(start)
    assert not any("valid_from" in s.imputed for s in schemes if s.id == slug)


def test_schemes_at_the_heart_of_the_questions(schemes: tuple[Scheme, ...]) -> None:
    researcher = in_force(schemes, "kor-top-tier-researcher", "2025-04")
    assert (researcher.degree_min, researcher.university_rank_max) == ("phd", 100)
    assert researcher.experience_years_min == 5 and researcher.min_pay_usd == 105_500
    skip = in_force(schemes, "jpn-j-skip", "2023-04", "degree")
    assert (skip.min_pay_usd, skip.years_to_permanence, skip.household_help) == (133_300, 1, True)
    assert {s.tier for s in schemes if s.id == "jpn-j-skip"} == {
        "degree", "experience", "business-manager",
    }  # fmt: skip
    assert in_force(schemes, "gbr-high-potential-individual", "2025-11").places_per_year == 8_000
    assert in_force(schemes, "aus-national-innovation", "2025-01").years_to_permanence == 0
    assert in_force(schemes, "usa-opt", "2019-01").graduate_stay_months == 36


def test_what_is_assumed_is_flagged(schemes: tuple[Scheme, ...]) -> None:
    for scheme in schemes:
        present = scheme.as_mapping().keys()
        assert set(scheme.imputed) <= present, scheme.id
        assert scheme.source, scheme.id
        if scheme.points is not None:
            assert "points" in scheme.imputed, scheme.id
        if scheme.kind == "generic":
            identity = {"id", "country", "title", "tier", "kind", "source", "imputed"}
            assert present - identity == set(scheme.imputed), scheme.id


def test_what_the_visa_office_needs_is_there(schemes: tuple[Scheme, ...]) -> None:
    for scheme in schemes:
        assert scheme.processing_months is not None, scheme.id
        assert scheme.fee_usd is not None and scheme.fee_paid_by is not None, scheme.id
        assert scheme.job_offer_required is not None, scheme.id
        assert scheme.partner_may_work is not None, scheme.id
        if scheme.places_per_year is not None:
            assert scheme.outside_applicants_per_year is not None and scheme.allocation, scheme.id
        if scheme.years_to_permanence != 0:
            assert scheme.stay_months is not None and scheme.grace_months is not None, scheme.id


def test_queues_for_permanence() -> None:
    with (FOLDER / "permanence_queues.csv").open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    assert list(rows[0]) == ["country", "origin", "extra_years", "kind", "source"]
    years = {(row["country"], row["origin"]): float(row["extra_years"]) for row in rows}
    assert years["USA", "IND"] > years["USA", "CHN"] > 0
    assert all(row["country"] in COUNTRIES and row["origin"] in COUNTRIES for row in rows)
