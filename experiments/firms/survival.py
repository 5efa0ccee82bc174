"""Startups founded in the run: how long they live, beside published curves."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from agents.employers import MONTHS
from agents.ventures import Ending
from experiments.firms.findings import Finding
from experiments.firms.worlds import Estimate, mean
from model.venture_tables import venture_facts

COUNTRY = "USA"
YEARS = 6
SOLD = (Ending.BOUGHT, Ending.HOLLOWED)
PUBLISHED = {
    "survival_2_years": 2, "survival_4_years": 4, "survival_2_years_information": 2,
    "survival_4_years_information": 4, "closed_within_7_years": 7,
}  # fmt: skip


def curve(ventures: pd.DataFrame, country: str | None = COUNTRY, years: int = YEARS) -> pd.Series:
    """Share that has not failed by months since founding (Kaplan and Meier).

    Startups that are bought, or whose people go in a deal, are followed until then and count as
    neither.
    """
    born = ventures[ventures["born"]]
    if country is not None:
        born = born[born["country"] == country]
    ended = np.where(born["closed"] > 0, born["closed"], born["until"])
    age = (ended - born["founded"]).to_numpy()
    failed = (born["ending"] == Ending.FAILED).to_numpy()
    alive, values = 1.0, []
    for month in range(years * MONTHS + 1):
        at_risk = int((age >= month).sum())
        alive *= 1.0 - float((failed & (age == month)).sum()) / at_risk if at_risk else np.nan
        values.append(alive)
    return pd.Series(values, index=pd.RangeIndex(years * MONTHS + 1, name="months"))


def lived_years(worlds: Sequence[pd.DataFrame], years: float) -> Estimate:
    """Share of American startups that have not failed after so many years, over seeds, per cent."""
    return mean(100.0 * float(curve(one).iloc[int(years * MONTHS)]) for one in worlds)


def published() -> pd.DataFrame:
    """Published survival: ``fact, years, share``."""
    facts = venture_facts()
    rows = [
        (name, years, 1.0 - facts[name].value if name.startswith("closed") else facts[name].value)
        for name, years in PUBLISHED.items()
    ]
    return pd.DataFrame(rows, columns=["fact", "years", "share"])


def table(worlds: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Survival by year with intervals: ``years, value, low, high``, per cent."""
    found = [(years, *lived_years(worlds, years)[:3]) for years in range(1, YEARS + 1)]
    return pd.DataFrame(found, columns=["years", "value", "low", "high"])


def findings(worlds: Sequence[pd.DataFrame]) -> list[Finding]:
    """Two and four years beside establishments of the United States."""
    facts = venture_facts()
    return [
        Finding("survival", f"American startups that have not failed after {years} years, %",
                lived_years(worlds, years), "", None,
                100.0 * facts[f"survival_{years}_years"].value)
        for years in (2, 4)
    ]  # fmt: skip
