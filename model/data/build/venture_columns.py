"""What the columns of the tables on deals mean, and how their figures were found."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from agents.deal_forms import DealForm
from model.data.build import deals
from model.recorded_deals import RecordedDeal

Line = tuple[str, str, str, str, str]
BLANK = "Blank: unknown, not nought."
PRICES = "American consumer prices (BLS) bring dollars of every year to those of 2024."
RECORDED = (
    "Announced or reported by the press. The famous and large deals: prices are an upper tail, "
    "small ones and those of Chinese, Indian and European buyers are under-represented. "
)
METHODS = {
    ("deals_recorded", "month"): RECORDED + "Of one given up, the month in which that was known.",
    ("deals_recorded", "price_usd"): f"{PRICES} Prices given in yuan or euros only are converted; "
    "pay that keeps movers is in, where it was told (Adept). Rounded to three digits. " + BLANK,
    ("deals_recorded", "people_moved"): BLANK,
    ("deals_recorded", "team_share_moved"): "1 in outright purchases that say how many people "
    "came; 0 in plain minority stakes, by their type. Sources conflict for Adept: one third or "
    f"two thirds. {BLANK}",
    ("deals_recorded", "founders_moved"): f"False in plain minority stakes, by their type. {BLANK}",
    ("deals_recorded", "target_country"): "Itseez: by where its engineers were.",
    ("deals_recorded", "imputed"): "All filled columns of deals that no page retrieved tells of.",
}  # fmt: skip


def form_methods(raw: Path) -> dict[tuple[str, str], str]:
    """How the terms of forms were found, with numbers of deals."""
    terms = (
        "The median of recorded deals 2014 to 2025 where any says it, numbers by form: "
        f"{deals.counts(raw)}. Otherwise what the form is by its name, or judgement (listed in "
        "assumed); vary it before relying on it."
    )
    return {
        ("deal_forms", "team_share"): terms,
        ("deal_forms", "stake_share"): "As team_share; of minority stakes only those with which "
        "founders moved.",
        ("deal_forms", "retention_share"): "As team_share, out of notes on single deals (Adept, "
        "Windsurf, CentML).",
        ("deal_forms", "remainder"): "As team_share; what most of the deals say. One of seven "
        "firms left by a licence with hires sold its rest, three days later (Windsurf).",
        ("deal_forms", "paid"): "Assumption: preferred shares come first in a sale; what a form "
        "leaves to the firm is its cash.",
        ("deal_forms", "recorded"): "Minority stakes: only those with which founders moved.",
    }  # fmt: skip


def lines(raw: Path) -> Iterator[Line]:
    """Table, column, unit, meaning, method of the tables on deals."""
    methods: Mapping[tuple[str, str], str] = {**METHODS, **form_methods(raw)}
    tables: tuple[tuple[str, Any], ...] = (("deals_recorded", RecordedDeal),
                                           ("deal_forms", DealForm))  # fmt: skip
    for table, kind in tables:
        for field in dataclasses.fields(kind):
            declared = field.metadata
            unit = declared["unit"] or {"bool": "true or false", "month": "month"}.get(
                declared["type"], "text"
            )
            yield (table, field.name, unit, declared["meaning"],
                   methods.get((table, field.name), ""))  # fmt: skip
