"""Dated changes of country levers from the opening on, and those before that made the opening."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from model.data.build import newcomers
from model.data.build.common import Cell, read_rows, write_table

RATE_DIGITS = 4
GERMANY = ("DEU", "in force June 2024: citizenship after 5 years of residence")


class Reform(NamedTuple):
    """One lever of one country that law changed in a month."""

    month: str
    country: str
    lever: str
    value: str | float | bool | None
    """As a person would write it in a policy; None takes the rule away."""
    title: str
    source: str


DUAL, YEARS = "dual_citizenship", "years_to_citizenship"
# The raw table holds the law of 1 January 2020 and, of what followed, Germany's reform; the others
# are general knowledge. A month is that in which the law took effect.
CITIZENSHIP = (
    Reform("2015-09", "DNK", DUAL, "both", "Two citizenships accepted", "law"),
    Reform("2020-01", "NOR", DUAL, "both", "Two citizenships accepted", "law;globalcit"),
    Reform("2020-07", "RUS", DUAL, "both", "New citizens need not give up another citizenship",
           "law"),
    Reform("2021-01", "ARE", DUAL, "newcomers", "Scientists and talents may be named citizens and "
           "keep another citizenship; years of residence as before", "law"),
    Reform("2022-01", "NOR", YEARS, 6, "Six years of residence for people with enough income",
           "law"),
    Reform("2022-04", "SVK", DUAL, "both", "Citizens who live abroad for five years may become "
           "citizens there", "law"),
    Reform("2024-06", "DEU", DUAL, "both", "Two citizenships accepted", "globalcit;law"),
    Reform("2024-06", "DEU", YEARS, 5, "Five years of residence for eight", "globalcit"),
    Reform("2024-10", "FIN", YEARS, 8, "Eight years of residence for five", "law"),
    Reform("2025-05", "ZAF", DUAL, "both", "Loss of citizenship by taking another struck down",
           "law"),
)  # fmt: skip


def tax_reforms(raw: Path, known: dict[tuple[str, str], Cell]) -> Iterator[Reform]:
    """Rates for newcomers from the months in which a regime began, ended or changed."""
    tax, pay = (
        {country: cell.value for (country, name), cell in known.items() if name == column}
        for column in ("tax_rate", "pay_usd")
    )
    for regime, rate, _ in newcomers.rates(raw, tax, pay):
        if regime.since:
            value = None if rate is None else round(rate, RATE_DIGITS)
            yield Reform(regime.since, regime.country, "newcomer_tax_rate", value, regime.title,
                         f"{regime.source};taxingwages;assumption")  # fmt: skip


def build(raw: Path, out: Path, known: dict[tuple[str, str], Cell]) -> None:
    """Write reforms.csv.

    Raises
    ------
    ValueError
        The raw table no longer says what it said of Germany.
    """
    country, words = GERMANY
    [note] = [row["update_since_2020"] for row in read_rows(raw, "policy_dual_citizenship.csv")
              if row["country_iso3"] == country]  # fmt: skip
    if words not in note:
        raise ValueError(f"{country}: {note!r} does not say {words!r}")
    reforms = sorted([*CITIZENSHIP, *tax_reforms(raw, known)])
    rows = [
        (reform.month, reform.country, reform.lever, json.dumps(reform.value), reform.title,
         reform.source)
        for reform in reforms
    ]  # fmt: skip
    write_table(out / "reforms.csv", Reform._fields, rows)
