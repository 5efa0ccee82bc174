"""Recorded schemes of Asia, the Gulf, Australia and Israel."""

from __future__ import annotations

from collections.abc import Iterator

from model.data.build.schemes.points_tables import (
    COMPASS_POINTS,
    HONG_KONG_POINTS,
    JAPAN_POINTS,
    KOREA_POINTS,
)
from model.data.build.schemes.route import Route, since


def japan() -> Iterator[Route]:
    """J-Skip, J-Find and residence by points."""
    start = since("2023-04")
    degree = ("JPN", "J-Skip (researcher or engineer, degree route)", "jpn-j-skip")
    yield Route(*degree, "J-Skip, degree", "degree", start)
    yield Route(
        "JPN", "J-Skip (researcher or engineer, experience route)", "jpn-j-skip",
        "J-Skip, experience", "experience", start,
    )  # fmt: skip
    yield Route(
        "JPN", "J-Skip (business manager)", "jpn-j-skip", "J-Skip, business manager",
        "business-manager", start, {"job_offer_required": True, "sponsor_required": True},
    )  # fmt: skip
    yield Route("JPN", "J-Find", "jpn-j-find", "J-Find, job search", "main", start)
    for points, month in ((70, "2012-05"), (80, "2017-04")):
        yield Route(
            "JPN", f"Highly Skilled Professional, {points} points",
            "jpn-highly-skilled-professional", f"Highly Skilled Professional, {points} points",
            f"points-{points}", {}, since(month) | {"points": JAPAN_POINTS},
        )  # fmt: skip


def korea() -> Iterator[Route]:
    """Top-Tier, tracks for graduates, the ordinary permit and residence by points."""
    start = since("2025-04")
    relief = {"tax_relief_rate": 0.5, "tax_relief_years": 10}
    chips = {"fields": "physical_ai;ml_systems;ai_for_science"}
    yield Route(
        "KOR", "Top-Tier visa F-2 (engineer, degree and career route)", "kor-top-tier-engineer",
        "Top-Tier, engineer", "main", start | relief, chips,
        note="chips, bio, batteries, displays, robots: the nearest AI fields",
    )  # fmt: skip
    yield Route(
        "KOR", "Top-Tier visa F-2 (researcher route)", "kor-top-tier-researcher",
        "Top-Tier, researcher", "main", start,
    )  # fmt: skip
    yield Route(
        "KOR", "Top-Tier visa F-2 (income-only route)", "kor-top-tier-income",
        "Top-Tier, income", "main", start,
    )  # fmt: skip
    grants = "yearly grants stand for places, since few institutes may recommend"
    track = {"graduate_stay_months": 24, "partner_may_work": True, "allocation": "first_come"}
    yield Route(
        "KOR", "Science and technology fast track (5 institutes)",
        "kor-science-technology-fast-track", "Science and technology fast track", "main", {},
        track | since("2023-01", "2026-01") | {"places_per_year": 100},
        note=f"{grants}; taken as absorbed by K-STAR",
    )  # fmt: skip
    yield Route(
        "KOR", "K-STAR visa track F-2", "kor-k-star", "K-STAR, top graduates", "main",
        since("2026-02"), track | {"places_per_year": 400, "stay_months": 60},
        note=grants,
    )  # fmt: skip
    yield Route(
        "KOR", "E-7 foreign national of special ability", "kor-e-7",
        "E-7, special ability", "main", {}, {"min_pay_usd": 28_100, "years_to_permanence": 5},
        note="pay at 0.8 of income a head as implied by the Top-Tier threshold",
    )  # fmt: skip
    yield Route(
        "KOR", "F-2-7 points-based residence", "kor-f-2-7", "F-2-7, residence by points", "main",
        {}, {
            "valid_from": "2010-02", "points": KOREA_POINTS, "job_offer_required": True,
            "sponsor_required": False, "partner_may_work": True, "years_to_permanence": 3,
            "residence_years_min": 1,
        }, note="a year of earlier residence stands for its conditions on earlier work in Korea",
    )  # fmt: skip


def east_asia() -> Iterator[Route]:
    """Singapore, Hong Kong, China and Taiwan."""
    yield Route("SGP", "ONE Pass", "sgp-one-pass", "Overseas Networks and Expertise Pass")
    employment = ("SGP", "Employment Pass with COMPASS", "sgp-employment-pass", "Employment Pass")
    degree = {"degree_min": "bachelor"}
    yield Route(
        *employment, "main", {}, {"valid_to": "2023-08", "min_pay_usd": 41_300} | degree,
        ("valid_from", "points_min"), "before COMPASS; pay as in 2021",
    )  # fmt: skip
    yield Route(*employment, "main", since("2023-09"), {"points": COMPASS_POINTS} | degree)
    yield Route(
        "SGP", "Tech.Pass", "sgp-tech-pass", "Tech.Pass", "main", {}, {"valid_from": "2021-01"}
    )
    for tier in "ABC":
        quota = {"allocation": "first_come"} if tier == "C" else {}
        yield Route(
            "HKG", f"Top Talent Pass Scheme category {tier}", "hkg-top-talent-pass",
            f"Top Talent Pass, category {tier}", tier.lower(), since("2022-12") | quota,
        )  # fmt: skip
    yield Route(
        "HKG", "Quality Migrant Admission Scheme", "hkg-quality-migrant-admission",
        "Quality Migrant Admission", "main", {},
        {"valid_from": "2006-06", "points_min": 80, "points": HONG_KONG_POINTS},
    )  # fmt: skip
    offered = {"job_offer_required": True, "sponsor_required": True}
    yield Route(
        "CHN", "R visa (high-end talent)", "chn-r-visa", "R visa, high-end talent", "main", {},
        offered | {"min_pay_usd": 100_000}, note="pay of six times the urban average",
    )  # fmt: skip
    yield Route(
        "CHN", "K visa (young science and technology talent)", "chn-k-visa",
        "K visa, young science and technology talent", "main", since("2025-10"),
        {"age_max": 45, "university_rank_max": 500}, note="age and list of institutes unpublished",
    )  # fmt: skip
    yield Route(
        "CHN", "Thousand Talents Plan", "chn-thousand-talents", "Thousand Talents Plan", "main",
        {}, offered | since("2008-12", "2019-12") | {
            "experience_years_min": 3, "age_max": 55, "years_to_permanence": 1,
            "places_per_year": 680, "allocation": "first_come",
        }, note="4100 recruits by 2014 as places a year",
    )  # fmt: skip
    gold = ("TWN", "Employment Gold Card", "twn-employment-gold-card", "Employment Gold Card")
    relief = {"tax_relief_rate": 0.25}
    taxed = "half of pay above about 96 000 USD untaxed: a quarter at 200 000"
    yield Route(
        *gold, "main", since("2018-02", "2021-09") | {"tax_relief_years": 3},
        relief | {"years_to_permanence": 5}, note=taxed,
    )  # fmt: skip
    yield Route(*gold, "main", since("2021-10") | {"tax_relief_years": 5}, relief, note=taxed)


def gulf_australia_israel() -> Iterator[Route]:
    """Golden visas, Australian talent visas, Israel's experts."""
    yield Route(
        "ARE", "Golden visa, skilled professional / specialised talent", "are-golden-visa",
        "Golden visa, skilled professional", "skilled-professional",
    )  # fmt: skip
    yield Route(
        "ARE", "Golden visa, PhD holder", "are-golden-visa", "Golden visa, doctor", "phd", {},
        {"job_offer_required": False, "partner_may_work": True},
    )  # fmt: skip
    yield Route(
        "SAU", "Premium Residency, Special Talent", "sau-premium-residency",
        "Premium Residency, special talent", "special-talent", since("2024-01"),
        {"job_offer_required": True, "partner_may_work": True},
    )  # fmt: skip
    pay = "acclaim as pay above the country's high-income line"
    yield Route(
        "AUS", "Global Talent Independent (subclass 858)", "aus-global-talent",
        "Global Talent", "main", {"valid_to": "2024-11"},
        {"valid_from": "2019-11", "min_pay_usd": 99_000, "allocation": "first_come"}, note=pay,
    )  # fmt: skip
    yield Route(
        "AUS", "National Innovation visa (subclass 858)", "aus-national-innovation",
        "National Innovation visa", "main", since("2024-12"),
        {"min_pay_usd": 113_000, "allocation": "first_come"}, note=pay,
    )  # fmt: skip
    yield Route(
        "AUS", "Skills in Demand, Specialist Skills stream (482)", "aus-skills-in-demand",
        "Skills in Demand, specialists", "specialist", {},
        {"valid_from": "2024-12", "years_to_permanence": 2},
    )  # fmt: skip
    yield Route(
        "ISR", "High-tech expert (HIT) visa", "isr-high-tech-expert", "High-tech expert", "main",
        since("2018-02"),
    )  # fmt: skip
