"""What is assumed of a scheme where no page says: rights, times and payments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from model.data.build.schemes.route import AI_SHARE_OF_APPLICANTS, Fields

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


def filled(fields: Fields, kind: str, country: str, leads_nowhere: bool) -> set[str]:
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
