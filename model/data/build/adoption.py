"""How far domestic firms have taken up AI, and how large and fast-growing their economy is."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

from model.data.build.common import (
    REST_OF_WORLD,
    Cell,
    clip,
    fit,
    leave_one_out_error,
    median,
    panel,
    predicted,
    spread,
)
from model.data.build.evidence import OPENING_YEAR, Evidence

# Share of firms that use AI in the first survey of each country; definitions differ.
SURVEYS = {
    "KOR": (0.027, "statistics_korea"), "SWE": (0.054, "scb2021"), "USA": (0.06, "abs2018"),
    "IRL": (0.23, "eurostat2020"), "FIN": (0.12, "eurostat2020"), "DNK": (0.11, "eurostat2020"),
    "LVA": (0.02, "eurostat2020"), "SVN": (0.03, "eurostat2020"), "HUN": (0.03, "eurostat2020"),
    "POL": (0.04, "eurostat2020"),
}  # fmt: skip
SURVEY_ERROR = 0.55  # log error of a survey against one common definition, assumption
DECADE = 10  # years before the opening over which growth is measured
PRICES_USA = 0.016  # American inflation a year, 2008 to 2018, in which the series are counted
GROWTH_LOW, GROWTH_HIGH = 0.0, 0.07  # bounds of growth of an economy
GROWTH_ERROR = 0.01  # standard error of growth to come, assumption
SIZE_ERROR_REST = 0.3  # log error of output where it is not recorded, assumption


def cells(
    evidence: Evidence, raw: Path, known: Mapping[tuple[str, str], Cell]
) -> list[Cell]:
    """Adoption of AI by firms, and size and growth of the economy, for every country."""
    surveyed = sorted(SURVEYS)
    columns = [[math.log(evidence.income[country]) for country in surveyed]]
    target = [math.log(SURVEYS[country][0]) for country in surveyed]
    line, error = fit(columns, target), leave_one_out_error(columns, target)
    poorest = min(evidence.income[country] for country in surveyed)
    # a survey and the line each weigh by the inverse square of their error
    weight = error**2 / (error**2 + SURVEY_ERROR**2)
    product = panel(raw, "gdp_per_capita_current_usd", OPENING_YEAR)
    growth = growth_of(raw)
    middle = median(growth[c] for c in evidence.core if c in growth)
    found = []
    for country in [*evidence.core, REST_OF_WORLD]:
        income = max(evidence.income[country], poorest)
        log_share, method, source, off = (
            predicted(line, [math.log(income)]), "adoption_income", "wdi;assumption", error,
        )
        if country in SURVEYS:
            share, survey = SURVEYS[country]
            log_share = weight * math.log(share) + (1.0 - weight) * log_share
            method, source = "adoption_survey", f"{survey};wdi;assumption"
            off = math.sqrt(weight) * SURVEY_ERROR
        share = math.exp(log_share)
        low, high = spread(share, off)
        found.append(Cell(country, "ai_adoption", share, "imputed", low, min(high, 1.0),
                          OPENING_YEAR, source, method))  # fmt: skip
        recorded = country in product
        each = product.get(country, evidence.income[country] * product["USA"])
        size = each * known[country, "population"].value / 1e9
        low, high = spread(size, SIZE_ERROR_REST)
        found.append(Cell(
            country, "industry_size", size, "reported" if recorded else "imputed",
            None if recorded else low, None if recorded else high, OPENING_YEAR,
            "wdi" if recorded else "wdi;undp", "as_reported" if recorded else "size_income",
        ))  # fmt: skip
        pace = clip(growth.get(country, middle), GROWTH_LOW, GROWTH_HIGH)
        found.append(Cell(country, "industry_growth", pace, "imputed", pace - 2 * GROWTH_ERROR,
                          pace + 2 * GROWTH_ERROR, OPENING_YEAR, "wdi;assumption",
                          "growth_decade" if country in growth else "growth_median"))  # fmt: skip
    return found


def growth_of(raw: Path) -> dict[str, float]:
    """Yearly growth of output in the decade before the opening, prices taken out."""
    logs: list[dict[str, float]] = []
    for year in (OPENING_YEAR - DECADE, OPENING_YEAR):
        each = panel(raw, "gdp_per_capita_ppp_current_intl_usd", year)
        people = panel(raw, "population", year)
        logs.append({c: math.log(each[c] * people[c]) for c in each if c in people})
    before, after = logs
    return {c: (after[c] - before[c]) / DECADE - PRICES_USA for c in after if c in before}
