"""Prices: what a person moved by a deal costs, simulated beside recorded deals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from agents.levers import month_text
from experiments.firms.findings import Finding
from experiments.firms.worlds import FIRST_YEAR, Estimate, mean
from model.recorded_deals import recorded_deals

QUANTILES = (0.1, 0.5, 0.9)


def recorded() -> pd.DataFrame:
    """Recorded deals since the start that were carried out: ``year, form, price, people``, USD."""
    rows = [
        (int(month_text(deal.month)[:4]), deal.form, deal.price_usd, deal.people_moved)
        for deal in recorded_deals() if not deal.abandoned
    ]
    table = pd.DataFrame(rows, columns=["year", "form", "price", "people"]).astype(
        {"price": float, "people": float}
    )
    return table[table["year"] >= FIRST_YEAR].reset_index(drop=True)


def simulated(deals: pd.DataFrame, persons_per_agent: float) -> pd.DataFrame:
    """Deals carried out, each row one of so many alike: ``year, form, price, people, many``, USD.

    A row of the table of deals stands for as many as an agent stands for persons.
    """
    done = deals[~deals["review"].isin(["pending", "banned", "abandoned"])]
    return pd.DataFrame({
        "year": done["month"].str[:4].astype(int), "form": done["form"],
        "price": done["price_usd"] / persons_per_agent,
        "people": done["people_moved"] / persons_per_agent, "many": persons_per_agent,
    }).reset_index(drop=True)  # fmt: skip


def famous(deals: pd.DataFrame, number: int) -> pd.DataFrame:
    """The largest so many deals by price in a world, each row with the number that count of it."""
    ordered = deals.sort_values("price", ascending=False, kind="stable")
    before = ordered["many"].cumsum() - ordered["many"]
    counts = np.clip(number - before, 0.0, ordered["many"])
    return ordered.assign(many=counts)[counts > 0]


def quantile(values: pd.Series, weights: pd.Series, share: float) -> float:
    """The value below which a share of the weight lies; blank without any."""
    if not weights.sum() > 0:
        return float("nan")
    order = np.argsort(values.to_numpy(), kind="stable")
    total = np.cumsum(weights.to_numpy()[order])
    place = np.searchsorted(total, share * total[-1])
    return float(values.to_numpy()[order][min(int(place), len(order) - 1)])


def per_person(deals: pd.DataFrame) -> pd.DataFrame:
    """Deals that move people, with the price of one."""
    moving = deals[(deals["people"] > 0) & (deals["price"] > 0)]
    return moving.assign(each=moving["price"] / moving["people"])


def table(worlds: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Quantiles of the price of a person by form, simulated beside recorded, million USD.

    ``largest`` are as many simulated deals of a world, by price, as were recorded with a price and
    a number of people.
    """
    record = per_person(recorded().assign(many=1.0))
    all_of = [per_person(world) for world in worlds]
    groups = [("recorded", "all forms", [record])]
    groups += [("recorded", form, [rows]) for form, rows in record.groupby("form")]
    groups.append(("simulated, largest", "all forms", [famous(one, len(record)) for one in all_of]))
    groups.append(("simulated", "all forms", all_of))
    forms = sorted(set().union(*(one["form"] for one in all_of)))
    groups += [("simulated", form, [one[one["form"] == form] for one in all_of]) for form in forms]
    lines = []
    for source, form, parts in groups:
        pooled = pd.concat(parts, ignore_index=True)
        lines.append((source, form, float(pooled["many"].sum()) / len(parts), *(
            quantile(pooled["each"], pooled["many"], share) / 1e6 for share in QUANTILES
        ), float(pooled["each"].max()) / 1e6 if len(pooled) else float("nan")))  # fmt: skip
    return pd.DataFrame(lines, columns=["source", "form", "deals", "p10", "median", "p90", "most"])


def median_of_largest(worlds: Sequence[pd.DataFrame]) -> Estimate:
    """Median price of a person in the largest deals of a world, million USD, over seeds.

    Mean and interval are those of logs, for a few worlds hold a deal dearer than all others.
    """
    number = len(per_person(recorded().assign(many=1.0)))
    tops = [famous(per_person(world), number) for world in worlds]
    logs = mean(np.log(quantile(one["each"], one["many"], 0.5) / 1e6) for one in tops)
    value, low, high = np.exp(logs[:3])
    return Estimate(float(value), float(low), float(high), logs.seeds)


def findings(worlds: Sequence[pd.DataFrame]) -> list[Finding]:
    """The median of the largest deals against that of the record."""
    known = per_person(recorded().assign(many=1.0))
    record = known["each"] / 1e6
    return [Finding(
        "prices", f"price of a person moved, median of the {len(record)} largest deals, million "
        f"USD (recorded {record.min():.1f} to {record.max():.0f})",
        median_of_largest(worlds), "", None, quantile(record, known["many"], 0.5), 2,
    )]  # fmt: skip
