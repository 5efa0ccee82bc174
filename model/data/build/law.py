"""Law at the opening that is no visa scheme: citizenship, and clauses against rivals."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from model.data.build.common import (
    REST_OF_WORLD,
    Cell,
    by_country,
    median,
    read_rows,
    spread,
)

YEAR, SOURCE_YEAR = 2018, 2020
CITIZENSHIP_YEARS = {"CHN": 30.0, "HKG": 7.0}  # background: near impossible; right of abode
CITIZENSHIP_ERROR = 0.2  # log error, assumption
HONG_KONG_DUAL = 0.0  # Chinese nationality law, background
# The source has the law of 1 January 2020, the day on which Norway began to accept both.
BEFORE_2020 = {("NOR", "dual_citizenship"): 0.0}


class Clauses(NamedTuple):
    """Whether employees are bound by clauses against rivals in a country, and why."""

    enforced: bool
    doubtful: bool
    why: str


# General knowledge, no page retrieved; everywhere else such clauses bind within reason.
NON_COMPETES: Mapping[str, Clauses] = {
    "COL": Clauses(False, False, "without effect after the job, labour code art. 44"),
    "IDN": Clauses(False, True, "free choice of work; not regulated, hardly enforced"),
    "IND": Clauses(False, False, "void, Contract Act s. 27"),
    "ISR": Clauses(False, False, "hardly enforced since the ruling in AES of 1999"),
    "LUX": Clauses(False, False, "bars work on one's own account only, labour code L. 125-8"),
    "MEX": Clauses(False, False, "void, constitution art. 5"),
    "MYS": Clauses(False, False, "void, Contracts Act s. 28"),
    "PAK": Clauses(False, False, "void, Contract Act s. 27"),
    "RUS": Clauses(False, False, "no such clause in the labour code, not enforced"),
    "UKR": Clauses(False, True, "void by the labour code; allowed in Diia City since 2022"),
    "USA": Clauses(True, True, "by state; California does not enforce them"),
    "VNM": Clauses(True, True, "not regulated, courts differ"),
}


def cells(countries: list[str], raw: Path) -> list[Cell]:
    """Dual citizenship, years to citizenship and non-competes."""
    rows = read_rows(raw, "policy_dual_citizenship.csv")
    dual = by_country(rows, "dual_citizenship_code")
    years = by_country(rows, "years_residence_for_naturalisation")
    found = []
    for country in [*countries, REST_OF_WORLD]:
        found.append(citizenship_cell(country, "dual_citizenship", dual, HONG_KONG_DUAL))
        guess = CITIZENSHIP_YEARS.get(country, median(years[c] for c in sorted(years)))
        found.append(citizenship_cell(country, "years_to_citizenship", years, guess))
        found.append(clauses_cell(country))
    return found


def citizenship_cell(country: str, column: str, known: Mapping[str, float], guess: float) -> Cell:
    """A figure of citizenship law, assumed where the data set has none."""
    if (country, column) in BEFORE_2020:
        value = BEFORE_2020[country, column]
        return Cell(country, column, value, "assumed", value, value, YEAR, "law",
                    "citizenship_before")  # fmt: skip
    if country in known:
        return Cell(country, column, known[country], "reported", None, None, SOURCE_YEAR,
                    "globalcit", "as_reported")  # fmt: skip
    if column == "dual_citizenship":
        value, low, high = (3.0, 0.0, 3.0) if country == REST_OF_WORLD else (guess, 0.0, 1.0)
    else:
        value, (low, high) = guess, spread(guess, CITIZENSHIP_ERROR)
    return Cell(country, column, value, "assumed", low, high, SOURCE_YEAR, "assumption",
                "citizenship_assumed")  # fmt: skip


def clauses_cell(country: str) -> Cell:
    """Whether clauses against rivals bind employees; either is possible where it is doubtful."""
    law = NON_COMPETES.get(country, Clauses(True, country == REST_OF_WORLD, ""))
    value = float(law.enforced)
    low, high = (0.0, 1.0) if law.doubtful else (value, value)
    method = "clauses_named" if country in NON_COMPETES else "clauses_elsewhere"
    return Cell(country, "non_competes_enforced", value, "assumed", low, high, YEAR,
                "law" if country in NON_COMPETES else "law;assumption", method)  # fmt: skip
