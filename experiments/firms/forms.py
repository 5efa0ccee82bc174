"""Deals by form and year: how many, how many people they move and for what money."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from experiments.firms.prices import famous, recorded
from experiments.firms.worlds import mean
from model.recorded_deals import deal_forms


def deals_by_form(worlds: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Deals of each form over all years, simulated beside recorded.

    Parameters
    ----------
    worlds
        Of each seed, as from :func:`experiments.firms.prices.simulated`.

    Returns
    -------
    DataFrame
        ``form, simulated, low, high, share, share_of_largest, recorded, recorded_share``: deals of
        one firm each; the largest are as many, by price, as were recorded, licences left out.
    """
    record = recorded()["form"].value_counts()
    comparable = [one[one["form"] != "licence"] for one in worlds]
    tops = pd.concat([famous(one, int(record.sum())) for one in comparable])
    total = sum(float(one["many"].sum()) for one in worlds)
    rows = []
    for form in deal_forms():
        found = mean(float(one.loc[one["form"] == form, "many"].sum()) for one in worlds)
        share = found.value * len(worlds) / total if total else float("nan")
        of_largest = float(tops.loc[tops["form"] == form, "many"].sum() / tops["many"].sum())
        rows.append((form, found.value, found.low, found.high, share, of_largest,
                     int(record.get(form, 0)), record.get(form, 0) / record.sum()))  # fmt: skip
    columns = ["form", "simulated", "low", "high", "share", "share_of_largest", "recorded",
               "recorded_share"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def by_year(worlds: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Means over worlds by form and year: ``deals, people, money`` (USD)."""
    pooled = pd.concat(worlds, ignore_index=True)
    scale = pooled["many"] / len(worlds)
    sums = pooled.assign(deals=scale, people=pooled["people"] * scale,
                         money=pooled["price"] * scale)  # fmt: skip
    return sums.groupby(["form", "year"], as_index=False)[["deals", "people", "money"]].sum()
