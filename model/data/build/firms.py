"""Named employers: big tech, frontier laboratories and large domestic technology firms."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from model.data.build.common import Cell, read_rows, text_of, write_table
from model.data.build.economy import PAY_USA
from model.data.build.talent import YEARS

COMPRESSION = 0.45  # power on offers over mean pay: offers are an upper tail, assumption
LAB_SHARE = 0.6  # AI staff among all employees of a frontier laboratory, assumption
LARGEST_SHARE = 0.45  # named firms may hold at most this share of a country's stock
YUAN = 0.14  # dollars a yuan in 2023
RICH, POOR = "USA", 0.5  # staff bought by a research dollar rises with this power of cheapness


class Firm(NamedTuple):
    """An employer as typed: what is recorded is looked up, the rest is assumed here."""

    name: str
    country: str
    founded: int
    staff: int | str  # persons assumed, or the rule that finds them
    pay: float | str  # multiple assumed, or the name under which offers are recorded
    environment: float  # relative to the research environment of the country, assumed


FIRMS = (
    Firm("Amazon", "USA", 1994, "recorded", "Amazon", 1.2),
    Firm("Microsoft", "USA", 1975, "recorded", "Microsoft Research", 1.5),
    Firm("Google", "USA", 1998, "recorded", "Google Research", 1.8),
    Firm("Meta", "USA", 2004, "five", "FAIR (Meta)", 1.7),
    Firm("Apple", "USA", 1976, "five", "Apple", 1.2),
    Firm("NVIDIA", "USA", 1993, 2500, "NVIDIA", 1.6),
    Firm("IBM", "USA", 1911, 3500, "IBM Research", 1.2),
    Firm("Intel", "USA", 1968, 2500, 1.4, 1.1),
    Firm("Salesforce", "USA", 1999, 1000, "Salesforce Research", 1.2),
    Firm("OpenAI", "USA", 2015, "employees", "OpenAI", 2.0),
    Firm("Anthropic", "USA", 2021, 120, "Anthropic", 2.0),
    Firm("DeepMind", "GBR", 2010, "employees", "DeepMind", 2.0),
    Firm("Alibaba", "CHN", 1999, 3500, 1.6, 1.4),
    Firm("Tencent", "CHN", 1998, 3500, 1.6, 1.4),
    Firm("Baidu", "CHN", 2000, 4000, 1.5, 1.4),
    Firm("ByteDance", "CHN", 2012, 4000, "TikTok", 1.5),
    Firm("Huawei", "CHN", 1987, "research", 1.5, 1.4),
    Firm("Samsung Electronics", "KOR", 1969, "research", "Samsung Research", 1.1),
    Firm("Naver", "KOR", 1999, 1000, 1.25, 1.1),
    Firm("LG", "KOR", 1947, 900, 1.2, 1.0),
    Firm("SK Telecom", "KOR", 1984, 500, 1.25, 0.9),
    Firm("Sony", "JPN", 1946, 1200, 1.15, 1.1),
    Firm("NTT", "JPN", 1952, 1500, 1.0, 1.0),
    Firm("Toyota", "JPN", 1937, 1200, 1.15, 1.0),
    Firm("Preferred Networks", "JPN", 2014, 200, 1.3, 1.4),
    Firm("SAP", "DEU", 1972, 1800, 1.2, 0.9),
    Firm("Siemens", "DEU", 1847, 1800, 1.1, 0.9),
    Firm("Bosch", "DEU", 1886, 1500, 1.1, 1.0),
    Firm("Thales", "FRA", 2000, 700, 1.05, 0.9),
    Firm("ASML", "NLD", 1984, 500, 1.15, 1.0),
    Firm("Roche", "CHE", 1896, 500, 1.15, 1.0),
    Firm("Shopify", "CAN", 2006, 500, 1.25, 0.9),
    Firm("TSMC", "TWN", 1987, 600, 1.4, 0.9),
    Firm("MediaTek", "TWN", 1997, 600, 1.35, 1.0),
    Firm("Mobileye", "ISR", 1999, 700, 1.2, 1.1),
    Firm("Tata Consultancy Services", "IND", 1968, 4000, 0.9, 0.8),
    Firm("Infosys", "IND", 1981, 2500, 0.9, 0.8),
    Firm("Reliance", "IND", 1966, 700, 1.2, 0.8),
    Firm("Grab", "SGP", 2012, 350, 1.1, 0.9),
    Firm("G42", "ARE", 2018, 300, 1.3, 1.3),
    Firm("Saudi Aramco", "SAU", 1933, 400, 1.3, 1.1),
    # here because recorded deals name them as buyers
    Firm("AMD", "USA", 1969, 1500, 1.4, 1.2),
    Firm("ServiceNow", "USA", 2004, 500, 1.5, 1.1),
    Firm("Snowflake", "USA", 2012, 400, 1.55, 1.1),
    Firm("Databricks", "USA", 2013, 500, 1.65, 1.4),
    Firm("Meituan", "CHN", 2010, 1500, 1.5, 1.0),
    Firm("SoftBank", "JPN", 1981, 400, 1.2, 1.0),
)

EMPLOYEES_OF = {"OpenAI": "OpenAI", "DeepMind": "Google DeepMind"}
RESEARCH_OF = {"Huawei": ("2023", 0.001 * YUAN), "Samsung Electronics": ("2017", 0.001)}


def recorded(raw: Path) -> dict[tuple[str, str, str], float]:
    """(firm, metric, period) → value."""
    rows = read_rows(raw, "firms_ai_employers.csv")
    return {(r["firm"], r["metric"], r["period"]): float(r["value"]) for r in rows}


def offers(raw: Path) -> dict[str, float]:
    """Employer → negotiated offer to a doctor of philosophy, dollars a year."""
    rows = read_rows(raw, "flows_ai_compensation.csv")
    wanted = (r for r in rows if r["measure"].startswith("annual total compensation of new PhD"))
    return {r["entity"]: float(r["value"]) for r in wanted}


def staff_of(
    firm: Firm, table: Mapping[tuple[str, str, str], float], pay: Mapping[str, float]
) -> tuple[float, str, str, str]:
    """AI staff in 2023 with kind, source and method."""
    period = "2023-03"
    known = {name: table[name, "ai_staff", period] for name in ("Amazon", "Microsoft", "Google")}
    if firm.staff == "recorded":
        return known[firm.name], "reported", "glassai", "firm_recorded"
    if firm.staff == "five":
        rest = table["Five largest US tech firms", "ai_staff", period] - sum(known.values())
        spending = {name: table[name, "rd_spend", "2023"] for name in ("Meta", "Apple")}
        value = rest * spending[firm.name] / sum(spending.values())
        return value, "imputed", "glassai;rdspend", "firm_remainder"
    if firm.staff == "employees":
        value = LAB_SHARE * table[EMPLOYEES_OF[firm.name], "employees", "2023-01"]
        return value, "imputed", "employers;assumption", "firm_employees"
    if firm.staff == "research":
        year, to_billion = RESEARCH_OF[firm.name]
        per_billion = (known["Amazon"] + known["Google"]) / (
            0.001 * (table["Amazon", "rd_spend", "2023"] + table["Alphabet", "rd_spend", "2023"])
        )
        cheap = (pay[RICH] / pay[firm.country]) ** POOR
        value = table[firm.name, "rd_spend", year] * to_billion * per_billion * cheap
        return value, "imputed", "rdspend;glassai", "firm_research"
    return float(firm.staff), "assumed", "assumption", "firm_assumed"


def pay_of(firm: Firm, offered: Mapping[str, float]) -> tuple[float, str]:
    """Pay over the country's mean AI pay, and the source."""
    if isinstance(firm.pay, str):
        return (offered[firm.pay] / PAY_USA) ** COMPRESSION, "compensation"
    return firm.pay, "assumption"


def build(raw: Path, out: Path, known: Mapping[tuple[str, str], Cell]) -> None:
    """Write firms.csv."""
    table, offered = recorded(raw), offers(raw)
    pay = {c: cell.value for (c, column), cell in known.items() if column == "pay_usd"}
    rows, held = [], dict[str, float]()
    for firm in FIRMS:
        staff, kind, source, method = staff_of(firm, table, pay)
        growth = known[firm.country, "stock_growth"].value
        opening = 0.0 if firm.founded > 2018 else staff / (1.0 + growth) ** YEARS
        held[firm.country] = held.get(firm.country, 0.0) + opening
        multiple, pay_source = pay_of(firm, offered)
        sources = sorted({*source.split(";"), pay_source, "assumption"})
        rows.append((
            firm.name, firm.country, str(firm.founded), str(round(staff)), str(round(opening)),
            text_of(multiple, 3), text_of(firm.environment), kind, ";".join(sources), method,
        ))  # fmt: skip
    for country, persons in held.items():
        if persons > LARGEST_SHARE * known[country, "stock"].value:
            raise ValueError(f"named firms of {country} hold too much of its stock: {persons:.0f}")
    header = ("firm", "country", "founded", "ai_staff", "ai_staff_2018", "pay_multiple",
              "environment", "kind", "source", "method")  # fmt: skip
    write_table(out / "firms.csv", header, rows)
