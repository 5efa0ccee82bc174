"""Generic schemes: an ordinary work permit and a graduate stay where none is recorded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from agents.levers import Scheme
from model.data.build.common import (
    REST_OF_WORLD,
    by_country,
    core_countries,
    covariates,
    other_countries,
)
from model.data.build.schemes.defaults import (
    EUROPE,
    GRACE_MONTHS,
    GRADUATE_STAY_BY_COUNTRY,
    GRADUATE_STAY_EUROPE,
    GRADUATE_STAY_MONTHS,
    PARTNER_MAY_WORK,
    PERMANENCE_BY_COUNTRY,
    PERMANENCE_YEARS,
)
from model.data.build.schemes.route import Fields, scheme

# Ordinary work permits: pay at least 0.8 of GDP a head, but never more than 50 000 USD, since GDP
# a head overstates wages where multinationals or oil dominate (Ireland, Luxembourg, Norway).
GENERIC_SOURCE = "assumption by group of countries, no such scheme recorded"
GENERIC_PAY_SHARE = 0.8
GENERIC_PAY_MOST = 50_000.0
HAS_ORDINARY_ROUTE = frozenset({"DEU", "KOR", "NLD", "SGP", "USA"})
HAS_GRADUATE_ROUTE = frozenset({"CAN", "DEU", "NLD", "USA"})


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
    return scheme(identity, ordinary, set(ordinary))


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
