"""From rows of the raw table to dated versions of the recorded schemes."""

from __future__ import annotations

from agents.levers import Scheme
from model.data.build.common import Row, number
from model.data.build.schemes.defaults import NOT_TOWARDS_PERMANENCE, filled
from model.data.build.schemes.route import Fields, Route, scheme, source
from model.data.build.schemes.routes_asia import east_asia, gulf_australia_israel, japan, korea
from model.data.build.schemes.routes_west import (
    america,
    britain,
    canada,
    germany_and_france,
    netherlands,
)

DAYS_A_MONTH = 30.4
USD_PER = {"USD": 1.0, "SGD": 0.765, "SAR": 1 / 3.75, "CNY": 0.14}

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


def routes() -> list[Route]:
    """All versions that come from one raw row each, the H-1B left out."""
    groups = (
        japan, korea, america, britain, canada, germany_and_france, netherlands, east_asia,
        gulf_australia_israel,
    )  # fmt: skip
    return [route for group in groups for route in group()]


def _flag(text: str) -> bool | None:
    return None if not text else text == "1"


def recorded(row: Row) -> Fields:
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


def without_page(row: Row) -> set[str]:
    """Fields whose figure the raw table itself holds from general knowledge."""
    columns = row["fields_from_background"].split(";")
    if "all" in columns:
        return set(COLUMN_OF)
    pay = {"min_pay_usd"} if set(PAY_COLUMNS) & set(columns) else set()
    return pay | {field for field, column in COLUMN_OF.items() if column in columns}


def from_row(route: Route, row: Row) -> Scheme:
    """One dated version of one tier from its raw row."""
    fields = {
        name: value for name, value in recorded(row).items() if name not in route.without
    }
    imputed = without_page(row)
    if "valid_from" not in route.stated and row["year_introduced"]:
        imputed.add("valid_from")  # only the year is known
    fields |= route.stated
    imputed = (imputed - route.stated.keys()) | route.assumed.keys()
    fields |= route.assumed
    kind = row["scheme_type"]
    never = kind in NOT_TOWARDS_PERMANENCE or row["counts_toward_pr"] == "0"
    imputed |= filled(fields, kind, route.country, never)
    identity = {
        "id": route.id, "country": route.country, "title": route.title, "tier": route.tier,
        "kind": "recorded", "source": source(row, route.note, fields["min_pay_usd"] is not None),
    }  # fmt: skip
    return scheme(identity, fields, imputed)
