"""The country table: one line a figure, with its kind, range, year, source and method."""

from __future__ import annotations

from pathlib import Path

from model.data.build import (
    ability,
    adoption,
    economy,
    home,
    law,
    newcomers,
    origins,
    talent,
    tax,
)
from model.data.build.common import NORMAL_95, Cell, logit, share_of_odds, text_of, write_table
from model.data.build.evidence import OPENING_YEAR, Evidence

COLUMNS = (
    "population", "stock", "stock_growth", "entrants", "pay_usd", "price_level",
    "ai_concentration", "top100_universities", "top500_universities", "research_environment",
    "public_research_budget_usd", "public_share", "startup_share", "tax_rate",
    "newcomer_tax_rate", "dual_citizenship", "years_to_citizenship", "non_competes_enforced",
    "foreign_share", "phd_share", "master_share",
    "ai_adoption", "industry_size", "industry_growth",
    "ability_shift", "home_pull",
)  # fmt: skip
DIGITS = {"foreign_share": 5, "population": 10, "stock": 6, "entrants": 6}
FOREIGN_ERROR = {"as_reported": 0.0, "foreign_known": 0.25, "foreign_scholars": 0.5}  # log odds


def foreign_cells(raw: Path, evidence: Evidence) -> list[Cell]:
    """Share of AI people born abroad: one less the native share of the table of origins."""
    residents, _ = origins.compose(raw, evidence)
    found = []
    for country, shares in residents.items():
        foreign = (origins.WHOLE - shares[country]) / origins.WHOLE
        method = "foreign_known" if country in origins.FOREIGN_KNOWN else "foreign_scholars"
        source = "scholars;undesa;zeki2025;interface2024;sgi2025;assumption"
        if country == "USA":
            found.append(Cell(country, "foreign_share", foreign, "reported", None, None, 2025,
                              "zeki2025", "as_reported"))  # fmt: skip
            continue
        step = NORMAL_95 * FOREIGN_ERROR[method]
        low, high = (share_of_odds(logit(foreign) + sign * step) for sign in (-1.0, 1.0))
        found.append(Cell(country, "foreign_share", foreign, "imputed", low, high, OPENING_YEAR,
                          source, method))  # fmt: skip
    return found


def gather(raw: Path, evidence: Evidence) -> dict[tuple[str, str], Cell]:
    """Every cell by country and column."""
    known = {(cell.country, cell.column): cell for cell in talent.cells(evidence)}
    for cells in (
        economy.pay_cells(evidence),
        economy.price_cells(evidence, raw),
        economy.university_cells(evidence, raw),
        economy.environment_cells(evidence, raw),
        law.cells(evidence.core, raw),
        tax.cells(evidence.core),
        economy.degree_cells(evidence, raw),
        foreign_cells(raw, evidence),
    ):
        known.update({(cell.country, cell.column): cell for cell in cells})
    for cells in (
        economy.public_cells(evidence, raw, known),
        economy.startup_cells(evidence, raw, known),
        adoption.cells(evidence, raw, known),
        ability.ability_cells(raw, evidence, known),
        home.home_cells(raw, evidence, known),
        newcomers.cells(evidence.core, raw, known),
    ):
        known.update({(cell.country, cell.column): cell for cell in cells})
    return known


def build(out: Path, known: dict[tuple[str, str], Cell], order: list[str]) -> None:
    """Write countries.csv."""
    rows = []
    for country in order:
        for column in COLUMNS:
            cell = known[country, column]
            digits = DIGITS.get(column, 4)
            rows.append((
                country, column, text_of(cell.value, digits), cell.kind, text_of(cell.low, 3),
                text_of(cell.high, 3), str(cell.year), cell.source, cell.method,
            ))  # fmt: skip
    header = ("country", "column", "value", "kind", "low", "high", "year", "source", "method")
    write_table(out / "countries.csv", header, rows)
