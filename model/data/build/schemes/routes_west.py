"""Recorded schemes of North America and Europe, the H-1B left out."""

from __future__ import annotations

from collections.abc import Iterator

from model.data.build.schemes.points_tables import (
    ACCLAIM_POINTS,
    ENDORSEMENT_POINTS,
    EXPRESS_ENTRY_POINTS,
)
from model.data.build.schemes.route import AI_SHARE_OF_APPLICANTS, Route, since


def america() -> Iterator[Route]:
    """American routes other than the H-1B, which has a version for every fiscal year."""
    yield Route(
        "USA", "O-1A extraordinary ability", "usa-o-1a", "O-1A, extraordinary ability", "main", {},
        {"points_min": 3, "points": ACCLAIM_POINTS, "fee_usd": 8_000, "years_to_permanence": 2.5},
        note="three of the signs of acclaim",
    )  # fmt: skip
    yield Route(
        "USA", "EB-1A green card", "usa-eb-1a", "EB-1A, green card by self-petition", "main", {},
        {"points_min": 4, "points": ACCLAIM_POINTS, "fee_usd": 6_000},
        note="four of the signs of acclaim; queues by origin come on top",
    )  # fmt: skip
    opt = ("USA", "OPT with STEM extension", "usa-opt", "Practical training after the degree")
    extension = "the STEM extension grew from 17 to 24 months in 2016"
    no_sponsor = {"sponsor_required": False}
    yield Route(
        *opt, "main", {}, no_sponsor | since("2008-04", "2016-04") | {"graduate_stay_months": 29},
        note=extension,
    )  # fmt: skip
    yield Route(*opt, "main", {}, no_sponsor | since("2016-05"), note=extension)


def britain() -> Iterator[Route]:
    """High Potential Individual, Global Talent, Graduate and Skilled Worker."""
    hpi = ("gbr-high-potential-individual", "High Potential Individual", "main")
    longer = "doctors get 36 months"
    yield Route(
        "GBR", "High Potential Individual (to 3 Nov 2025)", *hpi, since("2022-05", "2025-10"),
        {"fee_usd": 3_000}, note=longer,
    )  # fmt: skip
    yield Route(
        "GBR", "High Potential Individual (from 4 Nov 2025)", *hpi,
        since("2025-11") | {"allocation": "first_come"},
        {"outside_applicants_per_year": round(4_000 * (1 - AI_SHARE_OF_APPLICANTS)),
         "fee_usd": 3_000},
        note=f"{longer}; outside applicants after the expected 4000 users",
    )  # fmt: skip
    yield Route(
        "GBR", "Global Talent", "gbr-global-talent", "Global Talent", "main", {},
        {"valid_from": "2020-02", "points_min": 3, "points": ENDORSEMENT_POINTS, "fee_usd": 6_000},
        note="endorsement as three of four signs",
    )  # fmt: skip
    early, late = "Graduate route (to 31 Dec 2026)", "Graduate route (from 1 Jan 2027)"
    graduate = ("gbr-graduate", "Graduate route")
    assumed = {"fee_usd": 3_000, "partner_may_work": True}
    yield Route("GBR", early, *graduate, "main", since("2021-07", "2026-12"), assumed)
    yield Route("GBR", late, *graduate, "main", since("2027-01"), assumed)
    doctor = {"degree_min": "phd", "graduate_stay_months": 36}  # the same before and after
    yield Route("GBR", early, *graduate, "phd", doctor | since("2021-07"), assumed)
    pays = (("2020-12", "2024-03", 34_600), ("2024-04", "2025-07", 51_100), ("2025-08", None, 0))
    for start, end, pay in pays:
        yield Route(
            "GBR", "Skilled Worker", "gbr-skilled-worker", "Skilled Worker", "main", {},
            since(start, end) | {"fee_usd": 6_000} | ({"min_pay_usd": pay} if pay else {}),
        )  # fmt: skip


def canada() -> Iterator[Route]:
    """Global Talent Stream, Express Entry and permits of holders and graduates."""
    yield Route(
        "CAN", "Global Talent Stream", "can-global-talent-stream", "Global Talent Stream", "main",
        {}, {"valid_from": "2017-06"},
    )  # fmt: skip
    yield Route(
        "CAN", "H-1B holder open work permit", "can-h-1b-holder",
        "Open work permit for holders of an H-1B", "main",
        since("2023-07", "2023-07") | {"allocation": "first_come"},
        {"degree_min": "bachelor", "outside_applicants_per_year": 90_000},
        note="gone in two days; that one must live in the United States is left out",
    )  # fmt: skip
    yield Route(
        "CAN", "Express Entry, STEM category draws", "can-express-entry",
        "Express Entry, science and technology draws", "main", {}, {
            "valid_from": "2023-07", "points_min": 470, "points": EXPRESS_ENTRY_POINTS,
        }, note="score of recent draws, less what time in Canada would add",
    )  # fmt: skip
    yield Route(
        "CAN", "Post-Graduation Work Permit", "can-post-graduation-work-permit",
        "Post-Graduation Work Permit", "main", {},
        {"sponsor_required": False, "partner_may_work": True},
    )  # fmt: skip


def germany_and_france() -> Iterator[Route]:
    """European blue cards, job search after a degree, French talent permits."""
    general = ("DEU", "EU Blue Card (general)", "deu-eu-blue-card", "EU Blue Card", "general")
    reform = "the reform of November 2023 lowered the threshold"
    old = since("2012-08", "2023-10") | {"years_to_permanence": 2.75}
    yield Route(*general, {}, old | {"min_pay_usd": 66_000}, note=reform)
    yield Route(*general, {}, since("2023-11"), note=reform)
    shortage = "EU Blue Card (shortage occupations incl. IT, recent graduates)"
    card = ("DEU", shortage, "deu-eu-blue-card")
    short = (*card, "EU Blue Card, shortage occupations", "shortage")
    not_for_short = ("years_since_degree_max",)
    yield Route(*short, {}, old | {"min_pay_usd": 51_500}, not_for_short, reform)
    yield Route(*short, {}, since("2023-11"), not_for_short, "AI work counts as short")
    yield Route(
        *card, "EU Blue Card, recent graduates", "recent-graduate", {}, since("2023-11")
    )
    yield Route(
        "DEU", "Job search after German degree", "deu-job-search-graduate",
        "Job search after a German degree", "main", {},
        {"sponsor_required": False, "partner_may_work": True},
    )  # fmt: skip
    yield Route(
        "FRA", "Talent - qualified employee", "fra-talent-qualified-employee",
        "Talent, qualified employee", "main",
    )  # fmt: skip
    blue = ("FRA", "Talent - EU Blue Card", "fra-talent-eu-blue-card", "Talent, EU Blue Card")
    yield Route(*blue, "degree", without=("experience_years_min",))
    yield Route(*blue, "experience", without=("degree_min",))


def netherlands() -> Iterator[Route]:
    """Highly skilled migrants and the orientation year."""
    tiers = (
        ("Highly skilled migrant, age 30 and over", "30-and-over", "2004-10"),
        ("Highly skilled migrant, under 30", "under-30", "2004-10"),
        ("Highly skilled migrant, recent graduate", "recent-graduate", "2007-01"),
    )
    for row, tier, start in tiers:
        young = {"years_since_degree_max": 3} if tier == "recent-graduate" else {}
        yield Route(
            "NLD", row, "nld-highly-skilled-migrant", row, tier, {}, young | since(start),
            note="the 30 % ruling holds for everybody from abroad and stands with the country",
        )  # fmt: skip
    year = ("NLD", "Orientation year", "nld-orientation-year")
    yield Route(
        *year, "Orientation year, Dutch degree", "dutch-degree", {}, {"degree_min": "bachelor"},
        ("university_rank_max",),
    )  # fmt: skip
    yield Route(
        *year, "Orientation year, foreign degree", "foreign-degree", {}, {"degree_min": "master"},
        ("graduate_stay_months",),
    )  # fmt: skip
