"""What the columns of the tables on startups and deals mean, and how their figures were found."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from agents.deal_forms import DealForm
from model.data.build import deals, funded, venture_capital
from model.data.build.common import REST_OF_WORLD, other_countries
from model.data.build.evidence import Evidence
from model.recorded_deals import RecordedDeal
from model.venture_tables import VentureFact, VentureYear

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
        ("deal_forms", "stake_share"): "As team_share.",
        ("deal_forms", "retention_share"): "As team_share, out of notes on single deals (Adept, "
        "Windsurf, CentML).",
        ("deal_forms", "remainder"): "As team_share; what most of the deals say. One of seven "
        "firms left by a licence with hires sold its rest, three days later (Windsurf).",
        ("deal_forms", "paid"): "Assumption: preferred shares come first in a sale; what a form "
        "leaves to the firm is its cash.",
        ("deal_forms", "recorded"): "Minority stakes: only those with which founders moved.",
    }  # fmt: skip


def venture_methods(raw: Path, facts: Evidence) -> dict[tuple[str, str], str]:
    """How venture capital was found, with the errors of the lines fitted."""
    share = venture_capital.weights(raw, facts)
    later = venture_capital.later(raw)
    money = venture_capital.folded(
        venture_capital.capital(raw, facts), facts, other_countries(raw)
    )
    places = [*facts.core, REST_OF_WORLD]
    line = funded.funded(raw, money, places).of_line
    steps = ", ".join(f"{year} {error:g}" for year, error in venture_capital.STEP_ERROR.items())
    capital = (
        "One measure and edition: AI venture capital of NCSES table 6208 (PitchBook 2021). "
        f"{PRICES} Other editions give shares and growth only, never levels: in 2019-2023 OECD.AI "
        "counts about twice as much for the United States and four times as much for India. "
        "capital_recorded: the five countries named there, to 2020. capital_region: what the "
        "region has beyond them (Europe in three parts by its capital of all kinds, table 10578), "
        "shared out by OECD.AI's capital of 2019-2023, to which Israel and Japan are scaled in; "
        "countries that it does not rank stand at "
        f"{share.below:.0%} of a line in logs on output and income over those ranked "
        f"(leave-one-out error {share.of_line:.2f}), the part that leaves the European Union its "
        "capital of all kinds over the British. capital_all: 2021 and 2022, by capital of all "
        "kinds of the country or region, the part of AI being that of 2020. capital_part: 2023, "
        "by its part of the five years 2019-2023 in OECD.AI, the median elsewhere. "
        "capital_growth: 2024, by growth in one later OECD.AI vintage, the median elsewhere "
        f"({len(later.growth_2024)} countries known). capital_world: 2025, by world corporate AI "
        f"investment of two AI Index editions ({later.growth_2025:.1f} times), since no country "
        "is known; a few rounds of billions are most of it. capital_rest: the sum over the other "
        "countries of the file."
    )
    return {
        ("venture_capital", "ai_venture_capital_usd"): capital,
        ("venture_capital", "capital_low"): "2.5 and 97.5 % bounds; blank where recorded. Log "
        f"error {venture_capital.SPLIT_ERROR:g} (assumption) where OECD.AI ranks the country, that "
        f"of the line elsewhere; with it, by year, {steps} (assumption).",
        ("venture_capital", "funded_startups"): "As the AI Index counts newly funded AI firms, by "
        "its editions of 2023 (totals 2013-2022), 2024 and 2025. funded_recorded: a single year "
        "printed. funded_total: its total over the years, in proportion to capital to the power "
        f"{funded.FUNDED_POWER:g} (assumption). funded_line: the same with the total by a "
        "line in logs on capital over the five countries that have one (leave-one-out error "
        f"{line:.2f}). funded_difference: 2023, the total of the next edition less that of the "
        "last. funded_level: later years stay at the last one known; 2023 elsewhere is 2022 times "
        "the median rise of the five.",
        ("venture_capital", "funded_low"): "2.5 and 97.5 % bounds; blank where recorded. Log error "
        f"{funded.FUNDED_ERROR:g} within a total, that of the line elsewhere, "
        f"{funded.FUNDED_LATER_ERROR:g} where a level is held (assumption).",
        ("venture_capital", "investments"): f"2019 alone, ten countries. {BLANK}",
        ("venture_facts", "value"): f"American startups, most with an account at one firm that "
        f"keeps their books. Money: {PRICES}",
    }  # fmt: skip


def lines(raw: Path, facts: Evidence) -> Iterator[Line]:
    """Table, column, unit, meaning, method of the tables on startups and deals."""
    methods: Mapping[tuple[str, str], str] = {
        **METHODS, **form_methods(raw), **venture_methods(raw, facts)
    }  # fmt: skip
    tables: tuple[tuple[str, Any], ...] = (
        ("deals_recorded", RecordedDeal), ("deal_forms", DealForm),
        ("venture_capital", VentureYear), ("venture_facts", VentureFact),
    )  # fmt: skip
    for table, kind in tables:
        for field in dataclasses.fields(kind):
            declared = field.metadata
            unit = declared["unit"] or {"bool": "true or false", "month": "month"}.get(
                declared["type"], "text"
            )
            yield (table, field.name, unit, declared["meaning"],
                   methods.get((table, field.name), ""))  # fmt: skip
