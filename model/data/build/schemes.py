"""Visa schemes with their dated versions, and the queues for permanence that depend on origin.

**Money.** Thresholds are the raw table's rough conversions at fixed rates of about 2025, taken as
USD of 2024 without further deflation; a threshold that follows wages is thus constant in real
terms. **Imputed.** Every value that no retrieved page states is named in `imputed`: general
knowledge in the raw table, a condition that stands for something the model cannot see (acclaim,
language), or the defaults by type of scheme and by country in the constants below. **Places**
without known demand get `1 - AI_SHARE_OF_APPLICANTS` times the places as outside applicants, that
is, a quota just met.

**H-1B.** Two raw tables give the lottery. They agree on registrations and selections for FY2021 to
FY2025 (the builder stops if they do not). Only `policy_h1b_lottery_by_year` has the petition
lotteries of FY2014 to FY2020, where the odds are cap over petitions; only
`flows_us_h1b_cap_lottery` has the selections of FY2026. Odds are selected over eligible
registrations while a registration was an entry (to FY2024) and selected over persons since
selection is by person (FY2025, FY2026). FY2025 is the first round; a second lifted it to about
29 %. More are selected than there are places because many never use theirs, so the *effective*
applicants are places / odds: outside plus AI applicants then win with the recorded odds and
exactly the places are used. One version a fiscal year, from March (registration) to February,
since what a person meets in March is the lottery of that year.

The payment of September 2025 is due for hires from abroad only, so it stands in a field of its
own, `fee_abroad_usd`. It was to lapse in September 2026 unless extended; versions from then on
assume that it stays, flagged in `imputed`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from agents.levers import SCHEME_FIELDS, Scheme, overlaps, scheme_from_mapping
from agents.points import points_text
from model.data.build.common import (
    REST_OF_WORLD,
    Row,
    by_country,
    core_countries,
    covariates,
    number,
    other_countries,
    read_rows,
    text_of,
    write_table,
)

Fields = dict[str, Any]

# About 32 000 foreign AI workers came to the United States in three years: even if all of them had
# won capped places, they would be 13 % of 85 000; many come by other routes, so 10 %.
AI_SHARE_OF_APPLICANTS = 0.10
DAYS_A_MONTH = 30.4
USD_PER = {"USD": 1.0, "SGD": 0.765, "SAR": 1 / 3.75, "CNY": 0.14}
GENERAL_KNOWLEDGE = "general knowledge, no page retrieved"
CONVERTED = "pay at rough exchange rates of 2025"

EUROPE = frozenset({
    "AUT", "BEL", "CHE", "CZE", "DEU", "DNK", "ESP", "EST", "FIN", "FRA", "GRC", "HUN", "IRL",
    "ISL", "ITA", "LTU", "LUX", "LVA", "NLD", "NOR", "POL", "PRT", "SVK", "SVN", "SWE",
})  # fmt: skip  # the European Union in the core set, Iceland, Norway, Switzerland
PARTNER_MAY_WORK = EUROPE | {"AUS", "CAN", "GBR", "HKG", "NZL"}

# Years of residence before permanence where no page says: five, as in European Union law, but:
PERMANENCE_YEARS = 5.0
PERMANENCE_BY_COUNTRY: Mapping[str, float | None] = {
    "ARE": None, "AUS": 3.0, "CAN": 2.0, "CHE": 10.0, "CHN": None, "DNK": 8.0, "HKG": 7.0,
    "IND": None, "ISR": None, "JPN": 10.0, "NZL": 2.0, "SAU": None, "SGP": 3.0,
}  # fmt: skip

# Months a graduate may stay where no scheme is recorded; European law asks for nine.
GRADUATE_STAY_MONTHS = 6
GRADUATE_STAY_EUROPE = 9
GRADUATE_STAY_BY_COUNTRY: Mapping[str, int] = {
    "AUS": 24, "AUT": 12, "CHE": 6, "DNK": 12, "FIN": 24, "FRA": 12, "GBR": 4, "HKG": 12,
    "IRL": 24, "JPN": 12, "KOR": 24, "NZL": 36, "SGP": 12, "SWE": 12, "TWN": 12,
}  # fmt: skip

# Months of processing, months of stay and payments in USD by type of scheme, where no page says.
BY_TYPE: Mapping[str, tuple[float, int | None, float]] = {
    "work permit": (3, 36, 1_500),
    "work residence": (2, 36, 500),
    "long-term residence": (2, 60, 300),
    "points residence": (4, 36, 300),
    "points permanent residence": (6, None, 1_500),
    "permanent residence": (12, None, 4_000),
    "unsponsored work": (2, 36, 800),
    "job seeker": (2, 12, 200),
    "graduate stay": (1, None, 500),
    "graduate retention": (2, 60, 200),
    "talent visa": (2, 60, 100),
    "state recruitment programme": (6, 60, 0),
}
NOT_TOWARDS_PERMANENCE = ("graduate stay", "job seeker")
GRACE_MONTHS = 3
GRACE_BY_COUNTRY: Mapping[str, int] = {"USA": 2, "SGP": 1, "GBR": 2, "ARE": 6}

# Ordinary work permits: pay at least 0.8 of GDP a head, but never more than 50 000 USD, since GDP
# a head overstates wages where multinationals or oil dominate (Ireland, Luxembourg, Norway).
GENERIC_SOURCE = "assumption by group of countries, no such scheme recorded"
GENERIC_PAY_SHARE = 0.8
GENERIC_PAY_MOST = 50_000.0
HAS_ORDINARY_ROUTE = frozenset({"DEU", "KOR", "NLD", "SGP", "USA"})
HAS_GRADUATE_ROUTE = frozenset({"CAN", "DEU", "NLD", "USA"})

# Raw columns and the fields they fill, for marking what the raw table holds without a page.
COLUMN_OF = {
    "valid_from": "year_introduced",
    "degree_min": "min_degree",
    "university_rank_max": "university_rank_cap",
    "experience_years_min": "min_experience_years",
    "age_max": "max_age",
    "years_since_degree_max": "max_years_since_graduation",
    "min_pay_usd": "min_salary_usd_year_approx",
    "points_min": "points_threshold",
    "job_offer_required": "job_offer_required",
    "sponsor_required": "employer_sponsorship_required",
    "fee_usd": "fee_local",
    "places_per_year": "annual_cap",
    "processing_months": "processing_days",
    "stay_months": "initial_stay_months",
    "partner_may_work": "spouse_work_allowed",
    "household_help": "domestic_helper_allowed",
    "years_to_permanence": "years_to_permanent_residency",
    "graduate_stay_months": "graduate_stay_months",
}
PAY_COLUMNS = ("min_salary_local", "min_salary_usd_year_approx")

# Points tables after published rules, language and local ties left out or averaged in. ------------

JAPAN_POINTS = points_text({
    "degree_phd": 30, "degree_master": 20, "degree_bachelor": 10,
    "experience_over_10": 20, "experience_over_7": 15, "experience_over_5": 10,
    "experience_over_3": 5,
    "pay_over_66700": 40, "pay_over_60000": 35, "pay_over_53300": 30, "pay_over_46700": 25,
    "pay_over_40000": 20, "pay_over_33300": 15, "pay_over_26700": 10,
    "age_under_30": 15, "age_under_35": 10, "age_under_40": 5,
    "university_top500": 10,
})  # fmt: skip
KOREA_POINTS = points_text({
    "degree_phd": 25, "degree_master": 20, "degree_bachelor": 15,
    "age_under_25": 23, "age_under_30": 25, "age_under_35": 23, "age_under_40": 20,
    "age_under_45": 12, "age_under_50": 8,
    "pay_over_70400": 60, "pay_over_56300": 56, "pay_over_42300": 50, "pay_over_35200": 45,
    "pay_over_28200": 40, "pay_over_21100": 30,
})  # fmt: skip
# Twenty points stand for the firm's own criteria (nationalities, local staff), as small firms get.
COMPASS_POINTS = points_text({
    "job_offer": 20, "degree_bachelor": 10, "university_top100": 10,
    "pay_over_206600": 40, "pay_over_115000": 20, "pay_over_75000": 10,
})  # fmt: skip
# Degrees carry the points of good English as well.
EXPRESS_ENTRY_POINTS = points_text({
    "degree_phd": 286, "degree_master": 271, "degree_bachelor": 256,
    "age_under_30": 110, "age_under_35": 85, "age_under_40": 60, "age_under_45": 25,
    "experience_over_3": 100, "experience_over_1": 50,
})  # fmt: skip
HONG_KONG_POINTS = points_text({
    "degree_phd": 40, "degree_master": 20, "degree_bachelor": 10, "university_top100": 30,
    "age_under_40": 30, "age_under_45": 20, "age_under_51": 15,
    "experience_over_10": 20, "experience_over_5": 15, "experience_over_2": 5,
})  # fmt: skip
# Acclaim cannot be seen: one point for each sign of it, as rules ask for several of a list.
ACCLAIM_POINTS = points_text({
    "degree_phd": 1, "university_top100": 1, "experience_over_8": 1,
    "pay_over_350000": 2, "pay_over_200000": 1,
})  # fmt: skip
ENDORSEMENT_POINTS = points_text({
    "degree_phd": 1, "university_top100": 1, "experience_over_5": 1, "pay_over_100000": 1,
})  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Route:
    """How one raw row becomes one dated version of one tier: what is added, assumed, left out."""

    country: str
    row: str
    id: str
    title: str
    tier: str = "main"
    stated: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    assumed: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    without: tuple[str, ...] = ()
    note: str = ""


def _since(month: str, until: str | None = None) -> Fields:
    """The months of a version."""
    return {"valid_from": month} | ({"valid_to": until} if until else {})


def _japan() -> Iterator[Route]:
    start = _since("2023-04")
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
            f"points-{points}", {}, _since(month) | {"points": JAPAN_POINTS},
        )  # fmt: skip


def _korea() -> Iterator[Route]:
    start = _since("2025-04")
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
        track | _since("2023-01", "2026-01") | {"places_per_year": 100},
        note=f"{grants}; taken as absorbed by K-STAR",
    )  # fmt: skip
    yield Route(
        "KOR", "K-STAR visa track F-2", "kor-k-star", "K-STAR, top graduates", "main",
        _since("2026-02"), track | {"places_per_year": 400, "stay_months": 60},
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
        }, note="the year of earlier work in Korea that it asks for is left out",
    )  # fmt: skip


def _america() -> Iterator[Route]:
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
        *opt, "main", {}, no_sponsor | _since("2008-04", "2016-04") | {"graduate_stay_months": 29},
        note=extension,
    )  # fmt: skip
    yield Route(*opt, "main", {}, no_sponsor | _since("2016-05"), note=extension)


def _britain() -> Iterator[Route]:
    hpi = ("gbr-high-potential-individual", "High Potential Individual", "main")
    longer = "doctors get 36 months"
    yield Route(
        "GBR", "High Potential Individual (to 3 Nov 2025)", *hpi, _since("2022-05", "2025-10"),
        {"fee_usd": 3_000}, note=longer,
    )  # fmt: skip
    yield Route(
        "GBR", "High Potential Individual (from 4 Nov 2025)", *hpi,
        _since("2025-11") | {"allocation": "first_come"},
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
    yield Route("GBR", early, *graduate, "main", _since("2021-07", "2026-12"), assumed)
    yield Route("GBR", late, *graduate, "main", _since("2027-01"), assumed)
    doctor = {"degree_min": "phd", "graduate_stay_months": 36}  # the same before and after
    yield Route("GBR", early, *graduate, "phd", doctor | _since("2021-07"), assumed)
    pays = (("2020-12", "2024-03", 34_600), ("2024-04", "2025-07", 51_100), ("2025-08", None, 0))
    for start, end, pay in pays:
        yield Route(
            "GBR", "Skilled Worker", "gbr-skilled-worker", "Skilled Worker", "main", {},
            _since(start, end) | {"fee_usd": 6_000} | ({"min_pay_usd": pay} if pay else {}),
        )  # fmt: skip


def _canada() -> Iterator[Route]:
    yield Route(
        "CAN", "Global Talent Stream", "can-global-talent-stream", "Global Talent Stream", "main",
        {}, {"valid_from": "2017-06"},
    )  # fmt: skip
    yield Route(
        "CAN", "H-1B holder open work permit", "can-h-1b-holder",
        "Open work permit for holders of an H-1B", "main",
        _since("2023-07", "2023-07") | {"allocation": "first_come"},
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


def _germany_and_france() -> Iterator[Route]:
    general = ("DEU", "EU Blue Card (general)", "deu-eu-blue-card", "EU Blue Card", "general")
    reform = "the reform of November 2023 lowered the threshold"
    old = _since("2012-08", "2023-10") | {"years_to_permanence": 2.75}
    yield Route(*general, {}, old | {"min_pay_usd": 66_000}, note=reform)
    yield Route(*general, {}, _since("2023-11"), note=reform)
    shortage = "EU Blue Card (shortage occupations incl. IT, recent graduates)"
    card = ("DEU", shortage, "deu-eu-blue-card")
    short = (*card, "EU Blue Card, shortage occupations", "shortage")
    not_for_short = ("years_since_degree_max",)
    yield Route(*short, {}, old | {"min_pay_usd": 51_500}, not_for_short, reform)
    yield Route(*short, {}, _since("2023-11"), not_for_short, "AI work counts as short")
    yield Route(
        *card, "EU Blue Card, recent graduates", "recent-graduate", {}, _since("2023-11")
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


def _netherlands() -> Iterator[Route]:
    tiers = (
        ("Highly skilled migrant, age 30 and over", "30-and-over", "2004-10"),
        ("Highly skilled migrant, under 30", "under-30", "2004-10"),
        ("Highly skilled migrant, recent graduate", "recent-graduate", "2007-01"),
    )
    for row, tier, start in tiers:
        young = {"years_since_degree_max": 3} if tier == "recent-graduate" else {}
        for months, share in (((start, "2026-12"), 0.30), (("2027-01", None), 0.27)):
            yield Route(
                "NLD", row, "nld-highly-skilled-migrant", row, tier, {"tax_relief_years": 5},
                young | _since(*months) | {"tax_relief_rate": share},
                note="the untaxed share of pay stands for the share of tax forgiven",
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


def _east_asia() -> Iterator[Route]:
    yield Route("SGP", "ONE Pass", "sgp-one-pass", "Overseas Networks and Expertise Pass")
    employment = ("SGP", "Employment Pass with COMPASS", "sgp-employment-pass", "Employment Pass")
    degree = {"degree_min": "bachelor"}
    yield Route(
        *employment, "main", {}, {"valid_to": "2023-08", "min_pay_usd": 41_300} | degree,
        ("valid_from", "points_min"), "before COMPASS; pay as in 2021",
    )  # fmt: skip
    yield Route(*employment, "main", _since("2023-09"), {"points": COMPASS_POINTS} | degree)
    yield Route(
        "SGP", "Tech.Pass", "sgp-tech-pass", "Tech.Pass", "main", {}, {"valid_from": "2021-01"}
    )
    for tier in "ABC":
        quota = {"allocation": "first_come"} if tier == "C" else {}
        yield Route(
            "HKG", f"Top Talent Pass Scheme category {tier}", "hkg-top-talent-pass",
            f"Top Talent Pass, category {tier}", tier.lower(), _since("2022-12") | quota,
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
        "K visa, young science and technology talent", "main", _since("2025-10"),
        {"age_max": 45, "university_rank_max": 500}, note="age and list of institutes unpublished",
    )  # fmt: skip
    yield Route(
        "CHN", "Thousand Talents Plan", "chn-thousand-talents", "Thousand Talents Plan", "main",
        {}, offered | _since("2008-12", "2019-12") | {
            "experience_years_min": 3, "age_max": 55, "years_to_permanence": 1,
            "places_per_year": 680, "allocation": "first_come",
        }, note="4100 recruits by 2014 as places a year",
    )  # fmt: skip
    gold = ("TWN", "Employment Gold Card", "twn-employment-gold-card", "Employment Gold Card")
    relief = {"tax_relief_rate": 0.25}
    taxed = "half of pay above about 96 000 USD untaxed: a quarter at 200 000"
    yield Route(
        *gold, "main", _since("2018-02", "2021-09") | {"tax_relief_years": 3},
        relief | {"years_to_permanence": 5}, note=taxed,
    )  # fmt: skip
    yield Route(*gold, "main", _since("2021-10") | {"tax_relief_years": 5}, relief, note=taxed)


def _gulf_australia_israel() -> Iterator[Route]:
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
        "Premium Residency, special talent", "special-talent", _since("2024-01"),
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
        "National Innovation visa", "main", _since("2024-12"),
        {"min_pay_usd": 113_000, "allocation": "first_come"}, note=pay,
    )  # fmt: skip
    yield Route(
        "AUS", "Skills in Demand, Specialist Skills stream (482)", "aus-skills-in-demand",
        "Skills in Demand, specialists", "specialist", {},
        {"valid_from": "2024-12", "years_to_permanence": 2},
    )  # fmt: skip
    yield Route(
        "ISR", "High-tech expert (HIT) visa", "isr-high-tech-expert", "High-tech expert", "main",
        _since("2018-02"),
    )  # fmt: skip


def routes() -> list[Route]:
    """All versions that come from one raw row each, the H-1B left out."""
    groups = (
        _japan, _korea, _america, _britain, _canada, _germany_and_france, _netherlands, _east_asia,
        _gulf_australia_israel,
    )  # fmt: skip
    return [route for group in groups for route in group()]


# From a raw row to a scheme -----------------------------------------------------------------


def _flag(text: str) -> bool | None:
    return None if not text else text == "1"


def _recorded(row: Row) -> Fields:
    """The fields that a raw row fills by itself."""
    degree = row["min_degree"].split(" ")[0].split("-")[0]
    days, fee = number(row["processing_days"]), number(row["fee_local"])
    year, never = row["year_introduced"], row["counts_toward_pr"] == "0"
    return {
        "valid_from": f"{year}-01" if year else None,
        "degree_min": None if degree in ("", "none") else degree,
        "university_rank_max": number(row["university_rank_cap"]),
        "experience_years_min": number(row["min_experience_years"]),
        "age_max": number(row["max_age"]),
        "years_since_degree_max": number(row["max_years_since_graduation"]),
        "min_pay_usd": number(row["min_salary_usd_year_approx"]),
        "points_min": number(row["points_threshold"]),
        "job_offer_required": _flag(row["job_offer_required"]),
        "sponsor_required": _flag(row["employer_sponsorship_required"]),
        "fee_usd": None if fee is None else round(fee * USD_PER[row["fee_currency"]]),
        "places_per_year": number(row["annual_cap"]),
        "processing_months": None if days is None else round(days / DAYS_A_MONTH, 1),
        "stay_months": number(row["initial_stay_months"]),
        "partner_may_work": _flag(row["spouse_work_allowed"]),
        "household_help": _flag(row["domestic_helper_allowed"]),
        "years_to_permanence": None if never else number(row["years_to_permanent_residency"]),
        "graduate_stay_months": number(row["graduate_stay_months"]),
    }


def _without_page(row: Row) -> set[str]:
    """Fields whose figure the raw table itself holds from general knowledge."""
    columns = row["fields_from_background"].split(";")
    if "all" in columns:
        return set(COLUMN_OF)
    pay = {"min_pay_usd"} if set(PAY_COLUMNS) & set(columns) else set()
    return pay | {field for field, column in COLUMN_OF.items() if column in columns}


def _default(name: str, fields: Fields, kind: str, country: str) -> Any:
    """What is assumed for a field that the model needs and nobody stated."""
    processing, stay, fee = BY_TYPE[kind]
    at_once = fields.get("years_to_permanence") == 0
    match name:
        case "sponsor_required" | "job_offer_required":
            return bool(fields.get("job_offer_required") or fields.get("sponsor_required"))
        case "processing_months":
            return processing
        case "stay_months":
            return fields.get("graduate_stay_months") or (None if at_once else stay)
        case "grace_months" if at_once:
            return None
        case "grace_months" if not fields.get("sponsor_required"):
            return fields["stay_months"]  # the status does not hang on a job
        case "grace_months":
            return GRACE_BY_COUNTRY.get(country, GRACE_MONTHS)
        case "fee_usd":
            return fee
        case "fee_paid_by":
            return "employer" if fields["sponsor_required"] else "applicant"
        case "partner_may_work":
            return country in PARTNER_MAY_WORK
        case "years_to_permanence":
            return PERMANENCE_BY_COUNTRY.get(country, PERMANENCE_YEARS)
        case "outside_applicants_per_year":
            return round(fields["places_per_year"] * (1 - AI_SHARE_OF_APPLICANTS))
    raise KeyError(name)


def _filled(fields: Fields, kind: str, country: str, leads_nowhere: bool) -> set[str]:
    """Fill in what is needed and absent; the names of what was filled in."""
    needed = [
        "job_offer_required", "sponsor_required", "processing_months", "stay_months",
        "grace_months", "fee_usd", "fee_paid_by", "partner_may_work",
    ]  # fmt: skip
    if not leads_nowhere:
        needed.insert(0, "years_to_permanence")
    if fields.get("places_per_year") is not None:
        needed.append("outside_applicants_per_year")
    filled = set()
    for name in needed:
        if fields.get(name) is None:
            fields[name] = _default(name, fields, kind, country)
            filled.add(name)
    return filled


def _scheme(identity: Fields, fields: Fields, imputed: set[str]) -> Scheme:
    """A checked scheme that names, in the order of the fields, those that are assumed."""
    fields = identity | {name: value for name, value in fields.items() if value is not None}
    flagged = [field.name for field in SCHEME_FIELDS if field.name in imputed & fields.keys()]
    return scheme_from_mapping(fields | {"imputed": flagged}, file="schemes.csv")


def _source(row: Row, note: str, has_pay: bool) -> str:
    """The pages of a raw row, whether pay was converted, and what one should know."""
    pages = row["source_url"] or GENERAL_KNOWLEDGE
    return "; ".join(part for part in (pages, CONVERTED if has_pay else "", note) if part)


def _from_row(route: Route, row: Row) -> Scheme:
    """One dated version of one tier from its raw row."""
    fields = {
        name: value for name, value in _recorded(row).items() if name not in route.without
    }
    imputed = _without_page(row)
    if "valid_from" not in route.stated and row["year_introduced"]:
        imputed.add("valid_from")  # only the year is known
    fields |= route.stated
    imputed = (imputed - route.stated.keys()) | route.assumed.keys()
    fields |= route.assumed
    kind = row["scheme_type"]
    never = kind in NOT_TOWARDS_PERMANENCE or row["counts_toward_pr"] == "0"
    imputed |= _filled(fields, kind, route.country, never)
    identity = {
        "id": route.id, "country": route.country, "title": route.title, "tier": route.tier,
        "kind": "recorded", "source": _source(row, route.note, fields["min_pay_usd"] is not None),
    }  # fmt: skip
    return _scheme(identity, fields, imputed)


# The H-1B ------------------------------------------------------------------------------------

H1B_ROWS = (
    "H-1B (random lottery, FY2021-FY2026)",
    "H-1B (wage-weighted selection + $100000 payment, FY2027 on)",
)
H1B_PLACES = 85_000
SELECTED_PERSONS = {2025: (114_017, 442_000), 2026: (118_660, 336_153)}  # of eligible persons
FIRST_LOTTERY_YEAR, FIRST_REGISTRATION_YEAR, FIRST_WEIGHTED_YEAR = 2014, 2021, 2027
PETITION_COST_USD = 6_000  # filing, training and fraud fees, lawyer
REGISTRATION_FEE_USD = {2021: 10, 2022: 10, 2023: 10, 2024: 10, 2025: 10}  # none before, 215 after
PAYMENT = {"fee_abroad_usd": 100_000}
PAYMENT_MONTH, LAST_MONTH_BEFORE = "2025-09", "2025-08"
SUNSET_MONTH, LAST_MONTH_OF_LAW = "2026-10", "2026-09"
# A firm files for permanence after some time; the file then took 1.9 years in 2016, 3.4 in 2025.
YEARS_BEFORE_FILING = 1.5
GREEN_CARD_YEARS = ((2016, 1.9), (2025, 3.4))


def h1b_odds(raw: Path) -> dict[int, float]:
    """The chance of being selected in each fiscal year, both lottery tables reconciled.

    Raises
    ------
    ValueError
        Where the two tables disagree on a figure that both have.
    """
    policy, flows = (
        {int(row["fiscal_year"]): row for row in read_rows(raw, f"{name}.csv")}
        for name in ("policy_h1b_lottery_by_year", "flows_us_h1b_cap_lottery")
    )
    odds = {}
    for year in sorted(policy):
        for column in ("eligible_registrations", "selected"):
            pair = {table[year][column] for table in (policy, flows) if year in table} - {""}
            if len(pair) > 1:
                raise ValueError(f"H-1B FY{year}: the tables disagree on {column}: {pair}")
        applied, selected = policy[year]["eligible_registrations"], policy[year]["selected"]
        if year in SELECTED_PERSONS:
            odds[year] = SELECTED_PERSONS[year][0] / SELECTED_PERSONS[year][1]
        elif applied:
            odds[year] = float(selected or H1B_PLACES) / float(applied)
    return odds


def outside_applicants(odds: float) -> int:
    """Applicants outside AI in a year, so that all applicants together win with these odds."""
    return round(H1B_PLACES / min(odds, 1.0) * (1.0 - AI_SHARE_OF_APPLICANTS))


def _green_card_years(fiscal_year: int) -> float:
    """Years from arrival to permanence for somebody selected in a fiscal year."""
    (first, low), (last, high) = GREEN_CARD_YEARS
    share = min(max((fiscal_year - first) / (last - first), 0.0), 1.0)
    return round(YEARS_BEFORE_FILING + low + share * (high - low), 1)


def _odds_note(year: int) -> str:
    """Where the outside applicants of a fiscal year come from."""
    if year < FIRST_LOTTERY_YEAR:
        return "the cap is taken as never binding before the first lottery on record"
    if year < FIRST_REGISTRATION_YEAR:
        return "outside applicants from cap over petitions, petitions from general knowledge"
    if year < FIRST_WEIGHTED_YEAR:
        return "outside applicants from the recorded odds"
    return "outside applicants as in the last year on record; entries by wage level as order by pay"


def _h1b_year(
    row: Row, year: int, months: Fields, changes: Fields, assumed: Iterable[str] = ()
) -> Scheme:
    """The rules of one fiscal year between two months."""
    fields = _recorded(row) | months | {
        "places_per_year": H1B_PLACES,
        "allocation": "lottery",
        "exempt_employers": "public_research",
        "fee_usd": PETITION_COST_USD
        + REGISTRATION_FEE_USD.get(year, 215 if year > max(REGISTRATION_FEE_USD) else 0),
        "years_to_permanence": _green_card_years(year),
        "processing_months": 6,
        "stay_months": 36,
        "partner_may_work": False,
    } | changes  # fmt: skip
    imputed = _without_page(row) | _filled(fields, "work permit", "USA", False) | {
        "outside_applicants_per_year", "exempt_employers", "fee_usd", "years_to_permanence",
        "processing_months", "stay_months", "partner_may_work",
    }  # fmt: skip
    note = f"FY{year}: {_odds_note(year)}"
    identity = {
        "id": "usa-h-1b", "country": "USA", "title": "H-1B, specialty occupation", "tier": "main",
        "kind": "recorded", "source": _source(row, note, False),
    }  # fmt: skip
    return _scheme(identity, fields, imputed.union(assumed) - {"valid_from"})


def h1b(raw: Path, rows: Mapping[str, Row]) -> Iterator[Scheme]:
    """The H-1B: one version a fiscal year, one more where the payment falls into it."""
    lottery, weighted = (rows[name] for name in H1B_ROWS)
    odds = h1b_odds(raw)
    first, last = min(odds), max(odds)
    early = _since("1990-10", f"{first - 1}-02") | {"outside_applicants_per_year": 0}
    yield _h1b_year(lottery, first - 1, early, {})
    for year, chance in sorted(odds.items()):
        outside = {"outside_applicants_per_year": outside_applicants(chance)}
        start, end = f"{year - 1}-03", f"{year}-02"
        if start < PAYMENT_MONTH <= end:
            yield _h1b_year(lottery, year, _since(start, LAST_MONTH_BEFORE), outside)
            yield _h1b_year(lottery, year, _since(PAYMENT_MONTH, end), outside | PAYMENT)
        else:
            yield _h1b_year(lottery, year, _since(start, end), outside)
    # Nothing is known of later registrations: as many apply as in the last year on record.
    later = outside | PAYMENT | {"allocation": "by_pay"}
    start = f"{last}-03"
    yield _h1b_year(weighted, FIRST_WEIGHTED_YEAR, _since(start, LAST_MONTH_OF_LAW), later)
    yield _h1b_year(weighted, FIRST_WEIGHTED_YEAR + 1, _since(SUNSET_MONTH), later, PAYMENT)


# Ordinary routes ------------------------------------------------------------------------------


def generic_pay(raw: Path) -> dict[str, float]:
    """The pay that an ordinary work permit asks for, by country and for the rest of the world."""
    rows = covariates(raw)
    income = by_country(rows, "gdp_per_capita_current_usd")
    people = by_country(rows, "population")
    others = [code for code in other_countries(raw) if code in income and code in people]
    total = sum(people[code] for code in others)
    income[REST_OF_WORLD] = sum(income[code] * people[code] for code in others) / total
    return {
        code: round(min(GENERIC_PAY_SHARE * value, GENERIC_PAY_MOST), -2)
        for code, value in income.items()
    }


def _generic(country: str, name: str, tier: str, fields: Fields) -> Scheme:
    """One tier of a country's generic scheme; every value is assumed."""
    ordinary = {
        "degree_min": "bachelor",
        "partner_may_work": country in PARTNER_MAY_WORK,
    } | fields  # fmt: skip
    what = "Ordinary work permit" if tier == "work" else "Stay after a local degree"
    identity = {
        "id": f"{country.lower()}-generic", "country": country, "title": f"{what}, {name}",
        "tier": tier, "kind": "generic", "source": GENERIC_SOURCE,
    }  # fmt: skip
    return _scheme(identity, ordinary, set(ordinary))


def generic_schemes(raw: Path) -> Iterator[Scheme]:
    """An ordinary work permit and a graduate stay wherever no such scheme is recorded."""
    names = {row["country_iso3"]: row["country"] for row in covariates(raw)}
    names[REST_OF_WORLD] = "rest of the world"
    pay = generic_pay(raw)
    for country in [*core_countries(raw), REST_OF_WORLD]:
        if country not in HAS_ORDINARY_ROUTE:
            yield _generic(country, names[country], "work", {
                "valid_to": "2020-11" if country == "GBR" else None,
                "min_pay_usd": pay[country],
                "job_offer_required": True, "sponsor_required": True,
                "fee_usd": 1_000, "fee_paid_by": "employer",
                "processing_months": 3, "stay_months": 36, "grace_months": GRACE_MONTHS,
                "years_to_permanence": PERMANENCE_BY_COUNTRY.get(country, PERMANENCE_YEARS),
            })  # fmt: skip
        if country not in HAS_GRADUATE_ROUTE:
            base = GRADUATE_STAY_EUROPE if country in EUROPE else GRADUATE_STAY_MONTHS
            months = GRADUATE_STAY_BY_COUNTRY.get(country, base)
            yield _generic(country, names[country], "graduate", {
                "valid_to": "2021-06" if country == "GBR" else None,
                "job_offer_required": False, "sponsor_required": False,
                "fee_usd": 200, "fee_paid_by": "applicant",
                "processing_months": 1, "stay_months": months, "grace_months": months,
                "graduate_stay_months": months,
            })  # fmt: skip


# Queues for permanence ------------------------------------------------------------------------

# Cut-off dates of the second employment-based preference in spring 2025: June 2023 for most
# origins, January 2013 for India, October 2020 for China.
QUEUE_SOURCE = (
    "lag of the EB-2 cut-off date behind other origins, visa bulletin of April 2025; "
    "EB-1 lags less (India 3.2, China 2.4 years); a queue moves slower than its date shows"
)
QUEUES = (("USA", "CHN", 2.7, "derived"), ("USA", "IND", 10.5, "derived"))


# Writing --------------------------------------------------------------------------------------


def _cell(value: object) -> str:
    """A value of a scheme as it stands in the table."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return points_text(value)
    if isinstance(value, list):
        return ";".join(value)
    return text_of(value, digits=10) if isinstance(value, int | float) else str(value)


def all_schemes(raw: Path) -> list[Scheme]:
    """Every scheme in the order of the table: country, slug, tier, date.

    Raises
    ------
    ValueError
        Where a raw row is used by no version, or two versions of a tier overlap.
    """
    table = read_rows(raw, "policy_visa_schemes.csv")
    rows = {(row["country_iso3"], row["scheme"]): row for row in table}
    chosen = routes()
    unused = rows.keys() - {(route.country, route.row) for route in chosen}
    if missing := unused - {("USA", name) for name in H1B_ROWS}:
        raise ValueError(f"raw visa schemes without a version: {sorted(missing)}")
    schemes = [_from_row(route, rows[route.country, route.row]) for route in chosen]
    schemes += h1b(raw, {name: rows["USA", name] for name in H1B_ROWS})
    schemes += generic_schemes(raw)
    if faults := overlaps(schemes):
        raise ValueError("; ".join(faults))
    return sorted(schemes, key=lambda s: (s.country, s.id, s.tier, s.valid_from or 0))


def _rows(schemes: Iterable[Scheme]) -> Iterator[list[str]]:
    for scheme in schemes:
        written = scheme.as_mapping()
        yield [_cell(written.get(field.name, "")) for field in SCHEME_FIELDS]


def build(raw: Path, out: Path) -> None:
    """Write `schemes.csv` and `permanence_queues.csv` into a folder."""
    header = [field.name for field in SCHEME_FIELDS]
    write_table(out / "schemes.csv", header, _rows(all_schemes(raw)))
    queues = [
        [country, origin, text_of(years), kind, QUEUE_SOURCE]
        for country, origin, years, kind in QUEUES
    ]
    columns = ["country", "origin", "extra_years", "kind", "source"]
    write_table(out / "permanence_queues.csv", columns, queues)
