"""The questions of the table of policies: what each should move, which way, and why."""

from __future__ import annotations

from typing import NamedTuple


class Question(NamedTuple):
    """One line of the table: a shipped policy and the measure that it should move."""

    policy: str
    country: str
    measure: str
    sign: int
    """What theory expects of the measure: 1 up, -1 down."""
    theory: str
    against: str = "none"
    scenario: str = "baseline"
    since: int = 2020
    """First year that counts."""


PARTNERS = "a partner who may not work costs the household an income (5.2, rights)"
PERMANENCE = "permanence raises numbers (Czaika and Parsons 2017)"
THRESHOLD = "more people meet the conditions of the scheme"
FEWER_WAYS = "a way in is closed"
SHORTER_STAYS = (
    "people whose stay ends sooner leave (asked only after their inflow had risen: some come back)"
)

QUESTIONS = (
    Question("korea-top-tier-2020", "KOR", "inflow", 1, "a better status for those who qualify"),
    Question("korea-top-tier-open-2020", "KOR", "inflow", 1, THRESHOLD,
             against="korea-top-tier-2020"),
    Question("korea-half-pay-2020", "KOR", "inflow", 1, THRESHOLD, against="korea-top-tier-2020"),
    Question("korea-top-tier-young-open-2020", "KOR", "inflow", 1, THRESHOLD,
             against="korea-top-tier-young-2020"),
    Question("korea-partner-work", "KOR", "inflow", 1, PARTNERS),
    Question("korea-household-help", "KOR", "inflow", 1, "help at home is worth something"),
    Question("korea-quick-permanence", "KOR", "inflow", 1, PERMANENCE),
    Question("korea-j-skip-rights", "KOR", "inflow", 1, "its three parts all attract"),
    Question("korea-dual-citizenship", "KOR", "net", 1,
             "newcomers may look forward to citizenship, people abroad need not give theirs up"),
    Question("korea-returnee-offers", "KOR", "inflow", 1, "a return pays more"),
    Question("korea-retention-offers", "KOR", "outflow", -1, "an offer from abroad pays less"),
    Question("korea-tax-relief", "KOR", "inflow", 1,
             "foreign people answer to tax (Akcigit et al. 2016)"),
    Question("korea-adoption-subsidy", "KOR", "inflow", 1,
             "domestic firms can put more people to good use"),
    Question("korea-research-environment", "KOR", "net", 1,
             "scientists pay to be scientists (Stern 2004)"),
    Question("korea-retraining", "KOR", "mismatch", -1, "people move to fields that are short"),
    Question("korea-gifted-pupils", "KOR", "graduates", 1, "places fill, with the lag of study"),
    Question("korea-package", "KOR", "net", 1, "its parts all attract or keep"),
    Question("japan-without-j-skip", "JPN", "inflow", -1, FEWER_WAYS, since=2023),
    Question("japan-without-j-skip", "JPN", "net", -1, SHORTER_STAYS, since=2023),
    Question("usa-h-1b-cap-65000", "USA", "inflow", -1,
             "fewer new hires from abroad (Mayda et al. 2017)"),
    Question("usa-h-1b-by-pay", "USA", "mean_pay", 1, "places go to the better paid"),
    Question("usa-h-1b-weighted", "USA", "mean_pay", 1, "the better paid have more entries"),
    Question("usa-h-1b-by-points", "USA", "mean_pay", 1, "places go to more degrees and years"),
    Question("uk-without-new-schemes", "GBR", "inflow", -1, FEWER_WAYS),
    Question("uk-without-new-schemes", "GBR", "net", -1, SHORTER_STAYS),
    Question("china-without-new-schemes", "CHN", "inflow", -1, FEWER_WAYS),
    Question("gulf-without-new-schemes", "ARE", "inflow", -1, FEWER_WAYS),
    Question("usa-no-non-competes", "USA", "job_change_rate", 1,
             "mobility rises where clauses cannot bind (Balasubramanian et al. 2022)"),
    Question("no-non-competes", "WLD", "job_change_rate", 1,
             "mobility rises where clauses cannot bind (Balasubramanian et al. 2022)"),
    Question("usa-top-tax", "USA", "net", -1, "top people answer to tax (Akcigit et al. 2016)"),
    Question("france-top-tax", "FRA", "net", -1, "top people answer to tax (Akcigit et al. 2016)"),
    Question("germany-tax-relief", "DEU", "inflow", 1,
             "foreign people answer to tax (Akcigit et al. 2016)"),
    Question("stricter-review-of-acquisitions", "USA", "startups_bought", -1,
             "what may be banned, and waits, is worth less to a buyer"),
    Question("korea-top-tier-open", "KOR", "inflow", 1, THRESHOLD, scenario="outlook", since=2027),
    Question("korea-half-pay", "KOR", "inflow", 1, THRESHOLD, scenario="outlook", since=2027),
    Question("korea-gifted-pupils", "KOR", "stock", 1,
             "pupils enter seven years on and many stay", scenario="outlook", since=2030),
    Question("usa-without-petition-fee", "USA", "inflow", 1,
             "the fee falls on hires from abroad", scenario="outlook", since=2026),
)
NOT_ASKED = {
    "licence-and-hire-under-review": "it moves forms of deals, [told of with firms](firms.md)",
    "without-scale-ai": "asked of the scenario `history`, where the recorded deals happen",
    "without-windsurf": "asked of the scenario `history`, where the recorded deals happen",
}
"""Shipped policies that the table leaves out, and why."""
PACKAGE = "korea-package"
PACKAGE_PARTS = (
    "korea-top-tier-open-2020", "korea-j-skip-rights", "korea-dual-citizenship",
    "korea-gifted-pupils", "korea-returnee-offers", "korea-retention-offers",
    "korea-adoption-subsidy", "korea-research-environment", "korea-retraining",
    "korea-tax-relief",
)
