"""The H-1B: one version a fiscal year, from the lotteries on record.

Two raw tables give the lottery. They agree on registrations and selections for FY2021 to
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

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from agents.levers import Scheme
from model.data.build.common import Row, read_rows
from model.data.build.schemes.defaults import filled
from model.data.build.schemes.recorded import recorded, without_page
from model.data.build.schemes.route import (
    AI_SHARE_OF_APPLICANTS,
    Fields,
    scheme,
    since,
    source,
)

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
    return "outside applicants as in the last year on record; one to four entries by wage level"


def _h1b_year(
    row: Row, year: int, months: Fields, changes: Fields, assumed: Iterable[str] = ()
) -> Scheme:
    """The rules of one fiscal year between two months."""
    fields = recorded(row) | months | {
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
    imputed = without_page(row) | filled(fields, "work permit", "USA", False) | {
        "outside_applicants_per_year", "exempt_employers", "fee_usd", "years_to_permanence",
        "processing_months", "stay_months", "partner_may_work",
    }  # fmt: skip
    note = f"FY{year}: {_odds_note(year)}"
    identity = {
        "id": "usa-h-1b", "country": "USA", "title": "H-1B, specialty occupation", "tier": "main",
        "kind": "recorded", "source": source(row, note, False),
    }  # fmt: skip
    return scheme(identity, fields, imputed.union(assumed) - {"valid_from"})


def h1b(raw: Path, rows: Mapping[str, Row]) -> Iterator[Scheme]:
    """The H-1B: one version a fiscal year, one more where the payment falls into it."""
    lottery, weighted = (rows[name] for name in H1B_ROWS)
    odds = h1b_odds(raw)
    first, last = min(odds), max(odds)
    early = since("1990-10", f"{first - 1}-02") | {"outside_applicants_per_year": 0}
    yield _h1b_year(lottery, first - 1, early, {})
    for year, chance in sorted(odds.items()):
        outside = {"outside_applicants_per_year": outside_applicants(chance)}
        start, end = f"{year - 1}-03", f"{year}-02"
        if start < PAYMENT_MONTH <= end:
            yield _h1b_year(lottery, year, since(start, LAST_MONTH_BEFORE), outside)
            yield _h1b_year(lottery, year, since(PAYMENT_MONTH, end), outside | PAYMENT)
        else:
            yield _h1b_year(lottery, year, since(start, end), outside)
    # Nothing is known of later registrations: as many apply as in the last year on record.
    later = outside | PAYMENT | {"allocation": "weighted_lottery"}
    start = f"{last}-03"
    yield _h1b_year(weighted, FIRST_WEIGHTED_YEAR, since(start, LAST_MONTH_OF_LAW), later)
    yield _h1b_year(weighted, FIRST_WEIGHTED_YEAR + 1, since(SUNSET_MONTH), later, PAYMENT)
