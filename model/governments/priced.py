"""Priced: for each lever and condition of a scheme, who pays for it and what ends the paying."""

from __future__ import annotations

from collections.abc import Mapping

STANDING = "paid month by month, as it was priced"
CASH = "paid to who asks until the money of the year is used up"
GIVEN_UP = "tax or fees given up; cut back by law where the budget is exceeded"
MONEY: Mapping[str, str] = {
    "study_places": STANDING, "gifted_pupils_per_year": STANDING, "retraining_places": STANDING,
    "research_environment": STANDING, "control_tower": STANDING,
    "public_research_budget_usd": "paid as grants, at most as priced",
    "returnee_grant_usd": CASH, "retention_grant_usd": CASH, "adoption_subsidy": CASH,
    "newcomer_tax_rate": GIVEN_UP, "top_tax_rate": GIVEN_UP,
    "tax_relief_rate": GIVEN_UP, "tax_relief_years": GIVEN_UP, "fee_usd": GIVEN_UP,
    "fee_abroad_usd": GIVEN_UP,
}
"""What costs public money beyond its reform, and what keeps it within a budget."""

_OPENS = "lets more people in or out, and what they bring or take is counted where it happens"
_RIGHTS = "a right costs nothing to grant; its price is political"
_FIRMS = "a rule for firms; who bears it is counted in their accounts"
_FORM = "a date or a name"
RULES: Mapping[str, str] = {
    "public_pay_scale": "paid out of the same grants, so fewer are employed",
    **dict.fromkeys((
        "dual_citizenship", "years_to_citizenship", "partner_may_work", "household_help",
        "years_to_permanence", "grace_months", "stay_months", "graduate_stay_months",
    ), _RIGHTS),
    **dict.fromkeys((
        "non_competes_enforced", "merger_review_threshold_usd", "merger_review_months",
        "merger_ban_chance", "merger_review_covers", "fee_paid_by",
    ), _FIRMS),
    **dict.fromkeys((
        "degree_min", "university_rank_max", "experience_years_min", "age_max",
        "years_since_degree_max", "residence_years_min", "min_pay_usd", "points_min", "points",
        "fields", "job_offer_required", "sponsor_required", "places_per_year",
        "outside_applicants_per_year", "allocation", "exempt_employers", "processing_months",
    ), _OPENS),
    **dict.fromkeys(("title", "valid_from", "valid_to", "source"), _FORM),
}  # fmt: skip
"""What costs no public money beyond its reform, and why."""
