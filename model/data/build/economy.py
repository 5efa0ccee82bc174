"""Pay, prices, universities, public research, startups, citizenship and degrees."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

from model.data.build.common import (
    LAST_AI_YEAR,
    REST_OF_WORLD,
    Cell,
    by_country,
    clip,
    fit,
    leave_one_out_error,
    median,
    number,
    panel,
    predicted,
    read_rows,
    spread,
)
from model.data.build.evidence import OPENING_YEAR, PAY_YEAR, TAIWAN, Evidence

PAY_USA = 160_000.0  # median of AI professionals, 2025 (industry compilation)
PAY_USA_RANGE = (126_830.0, 220_000.0)  # median of BLS 2020; upper bound by judgement
PAY_ELASTICITY = 0.6  # of AI pay to income a head at market rates, assumption
PAY_ELASTICITY_ERROR = 0.08  # standard error of it, assumption
PAY_LEVEL_ERROR = 0.12  # log error of pay at a given income, assumption
PREMIUM = {"KOR": 0.06, "USA": 0.25, "CAN": 0.18, "GBR": 0.15, "FRA": 0.15, "AUS": 0.15}
PREMIUM_ELSEWHERE = 0.15  # median of those, the wage premium of AI skills (Bank of Korea 2025)
PUBLIC_SLOPE = 0.7  # AI staff in public research per public share of all research, assumption
PUBLIC_LOW, PUBLIC_HIGH = 0.10, 0.60  # bounds of the public share
PUBLIC_MOST = 0.8  # upper bound of its interval
POORER, POOREST = 0.4, 0.1  # income a head over the American one
PUBLIC_PAY = 0.7  # public pay over mean AI pay, assumption
PUBLIC_OVERHEAD = 1.5  # public research budget over its pay bill, assumption
PUBLIC_AI_SHARE = 0.03  # AI in public research spending, assumption
RESEARCH_REST = 0.3  # per cent of output spent on research elsewhere, assumption
PUBLIC_ERROR = {"public_performers": 0.2, "public_poorer": 0.35}  # log errors, assumption
BUDGET_ERROR = 0.4  # log error, assumption
ENVIRONMENT_ERROR, ENVIRONMENT_ERROR_REST = 0.10, 0.15  # log errors, assumption
PHD_ERROR = {"phd_scaled": 0.1, "phd_median": 0.3}  # log errors, assumption
PRICE_ERROR_TAIWAN = 0.08  # log error, assumption
STARTUP_USA = 0.18  # share of American AI people in startups, assumption
STARTUP_POWER = 0.3  # how the share follows venture capital a person, assumption
STARTUP_REST = 0.7  # of the line, for countries not among the largest receivers, assumption
STARTUP_LOW, STARTUP_HIGH = 0.05, 0.30
STARTUP_ERROR, STARTUP_ERROR_REST = 0.30, 0.45  # log errors, assumption
ISRAEL_TO_BRITAIN = 1992.0 / 3085.0  # AI venture capital in 2023, one later edition (OECD.AI)
JAPAN_YEARS = ("2018", "2019", "2020")
ENVIRONMENT_WEIGHTS = (0.40, 0.25, 0.20, 0.15)  # universities, R&D, researchers, freedom
ENVIRONMENT_FLOOR = 0.3  # the index where every part is nil, assumption
ENVIRONMENT_CAP = 1.15  # no part counts for more than this much of the American one, assumption
PHD_STEP = 0.23 / 0.425  # Korea: doctors among AI workers over those among authors
MASTER_SHARE = 0.35  # Korea (Bank of Korea 2025), used elsewhere for want of data
MASTER_RANGE = (0.22, 0.48)  # by judgement
HONG_KONG_FREEDOM = 0.4  # academic freedom, background


def pay_cells(evidence: Evidence) -> list[Cell]:
    """Mean annual pay of AI staff in dollars of 2024."""
    found = []
    for country in [*evidence.core, REST_OF_WORLD]:
        ratio = min(1.0, evidence.income[country])
        premium = PREMIUM.get(country, PREMIUM_ELSEWHERE)
        pay = PAY_USA * ratio**PAY_ELASTICITY * (1.0 + premium) / (1.0 + PREMIUM["USA"])
        error = math.hypot(PAY_LEVEL_ERROR, PAY_ELASTICITY_ERROR * math.log(ratio))
        low, high = spread(pay, error)
        source = "compensation;wdi;undp;bok2025"
        found.append(Cell(country, "pay_usd", round(pay, -2), "imputed", low, high, PAY_YEAR,
                          source, "pay_income"))  # fmt: skip
    at = next(index for index, cell in enumerate(found) if cell.country == "USA")
    found[at] = Cell("USA", "pay_usd", PAY_USA, "reported", *PAY_USA_RANGE, PAY_YEAR,
                     "compensation", "as_reported")  # fmt: skip
    return found


def price_cells(evidence: Evidence, raw: Path) -> list[Cell]:
    """What goods cost, the United States being 1."""
    known = by_country(evidence.snapshot.values(), "price_level_ratio_ppp_to_fx")
    core = [country for country in evidence.core if country in known]
    columns = [[math.log(evidence.income[c]) for c in core]]
    target = [math.log(known[c]) for c in core]
    line, error = fit(columns, target), leave_one_out_error(columns, target)
    found = []
    for country in [*evidence.core, REST_OF_WORLD]:
        if country in known:
            found.append(Cell(country, "price_level", known[country], "reported", None, None,
                              PAY_YEAR, "wdi", "as_reported"))  # fmt: skip
            continue
        level = math.exp(predicted(line, [math.log(evidence.income[country])]))
        method = "price_income"
        if country == TAIWAN:
            row = evidence.snapshot[TAIWAN]
            level = float(row["gdp_per_capita_current_usd"]) / float(
                row["gdp_per_capita_ppp_current_intl_usd"]
            )
            method, error = "price_ratio", PRICE_ERROR_TAIWAN
        low, high = spread(level, error)
        found.append(Cell(country, "price_level", level, "imputed", low, high, PAY_YEAR,
                          "wdi;typed", method))  # fmt: skip
    return found


def university_counts(raw: Path) -> tuple[dict[str, float], dict[str, float]]:
    """Country → mean count in three top-hundred lists, and count in one top-500 list."""
    rows = read_rows(raw, "cov_universities_by_country.csv")
    lists = ("arwu2025_top100", "qs2025_top100", "the2025_top100")
    top100 = {r["country_iso3"]: sum(float(r[name] or 0) for name in lists) / 3.0 for r in rows}
    top500 = {r["country_iso3"]: float(r["arwu2025_top500"] or 0) for r in rows}
    return top100, top500


def university_cells(evidence: Evidence, raw: Path) -> list[Cell]:
    """Universities among the best hundred and five hundred."""
    found = []
    for name, counts in zip(
        ("top100_universities", "top500_universities"), university_counts(raw), strict=True
    ):
        rest = sum(n for c, n in counts.items() if c and c not in evidence.core)
        for country in [*evidence.core, REST_OF_WORLD]:
            value = rest if country == REST_OF_WORLD else counts.get(country, 0.0)
            method = "universities_mean" if name == "top100_universities" else "as_reported"
            found.append(Cell(country, name, value, "reported", None, None, 2025,
                              "rankings", method))  # fmt: skip
    return found


def environment_cells(evidence: Evidence, raw: Path) -> list[Cell]:
    """How attractive a country's laboratories are, the United States being 1."""
    top100, _ = university_counts(raw)
    usa = environment_parts(evidence, "USA", top100)
    found = []
    for country in evidence.core:
        parts = environment_parts(evidence, country, top100)
        relative = [min(ENVIRONMENT_CAP, p / u) for p, u in zip(parts, usa, strict=True)]
        head = heads(evidence, country, top100) / heads(evidence, "USA", top100)
        relative[0] = (relative[0] + min(ENVIRONMENT_CAP, head)) / 2.0
        blend = sum(w * p for w, p in zip(ENVIRONMENT_WEIGHTS, relative, strict=True))
        index = ENVIRONMENT_FLOOR + (1.0 - ENVIRONMENT_FLOOR) * blend
        low, high = spread(index, ENVIRONMENT_ERROR)
        found.append(Cell(country, "research_environment", index, "imputed", low, high, 2023,
                          "rankings;wdi;typed;qog;assumption", "environment_index"))  # fmt: skip
    rest = median(cell.value for cell in found if evidence.income[cell.country] < POOREST)
    low, high = spread(rest, ENVIRONMENT_ERROR_REST)
    found.append(Cell(REST_OF_WORLD, "research_environment", rest, "imputed", low, high, 2023,
                      "assumption", "poorer_median"))  # fmt: skip
    return found


def heads(evidence: Evidence, country: str, top100: Mapping[str, float]) -> float:
    """Leading universities a head."""
    return top100.get(country, 0.0) / evidence.population[country]


def environment_parts(
    evidence: Evidence, country: str, top100: Mapping[str, float]
) -> tuple[float, float, float, float]:
    """Universities in logs, R&D share, researchers a head, academic freedom; medians if missing."""
    known = []
    for name in ("rd_expenditure_pct_gdp", "researchers_per_million", "vdem_academic_freedom_2021"):
        figures = by_country(evidence.snapshot.values(), name)
        core = median(figures[c] for c in evidence.core if c in figures)
        guess = HONG_KONG_FREEDOM if name.startswith("vdem") and country == "HKG" else core
        known.append(figures.get(country, guess))
    return math.log1p(top100.get(country, 0.0)), known[0], known[1], known[2]


def performers(raw: Path) -> tuple[dict[str, float], dict[str, float]]:
    """Country → research spending (billion dollars at purchasing power), public share of it."""
    rows = read_rows(raw, "cov_gerd_by_sector_2021.csv")
    head = "R&D performing sector: Share of total (percent) | "
    spending = by_country((r for r in rows if r["item"].startswith("GERD")), "value")
    public: dict[str, float] = {}
    for sector in ("Government", "Higher education"):
        part = by_country((r for r in rows if r["item"] == head + sector), "value")
        for country, percent in part.items():
            public[country] = public.get(country, 0.0) + percent / 100.0
    return spending, public


def public_cells(
    evidence: Evidence, raw: Path, known: Mapping[tuple[str, str], Cell]
) -> list[Cell]:
    """Share of AI people in public research and the public budget for it."""
    spending, public = performers(raw)
    product = panel(raw, "gdp_per_capita_current_usd", PAY_YEAR)
    poorer = median(share for c, share in public.items() if evidence.income.get(c, 1.0) < POORER)
    found = []
    for country in [*evidence.core, REST_OF_WORLD]:
        part = public.get(country, poorer)
        share = clip(PUBLIC_SLOPE * part, PUBLIC_LOW, PUBLIC_HIGH)
        measured = country in public and country in spending
        method = "public_performers" if measured else "public_poorer"
        low, high = spread(share, PUBLIC_ERROR[method])
        high = min(high, PUBLIC_MOST)
        found.append(Cell(country, "public_share", share, "imputed", low, high, 2021,
                          "ncses;assumption", method))  # fmt: skip
        level = known[country, "price_level"].value
        if measured:
            research = spending[country] * 1e9 * part * level
        else:
            gdp = product.get(country, evidence.income[country] * product["USA"])
            row = evidence.snapshot.get(country)
            percent = (number(row["rd_expenditure_pct_gdp"]) if row else None) or RESEARCH_REST
            people = known[country, "population"].value
            research = people * gdp * percent / 100.0 * part
        bill = share * known[country, "stock"].value * PUBLIC_PAY * known[country, "pay_usd"].value
        budget = max(PUBLIC_AI_SHARE * research, PUBLIC_OVERHEAD * bill)
        method = "budget_research" if budget > PUBLIC_OVERHEAD * bill else "budget_pay_bill"
        low, high = spread(budget, BUDGET_ERROR)
        found.append(Cell(country, "public_research_budget_usd", round(budget, -5), "imputed", low,
                          high, OPENING_YEAR, "ncses;wdi;assumption", method))  # fmt: skip
    return found


def venture_capital(raw: Path) -> dict[str, float]:
    """AI venture capital of 2019-2023 in million dollars, one vintage, two countries scaled in."""
    rows = read_rows(raw, "firms_ai_investment_by_country.csv")
    chosen = (
        r for r in rows if r["metric"] == "vc_investment_in_ai" and r["period"] == "2019-2023"
    )
    found = by_country(chosen, "value")
    found["ISR"] = found["GBR"] * ISRAEL_TO_BRITAIN
    older = read_rows(raw, "firms_venture_capital_by_country_2000_2022.csv")
    sums = dict.fromkeys(("JPN", "USA"), 0.0)
    for row in older:
        wanted = row["metric"] == "ai_venture_capital" and row["year"] in JAPAN_YEARS
        if wanted and row["country_iso3"] in sums:
            sums[row["country_iso3"]] += float(row["usd_million"])
    found["JPN"] = found["USA"] * sums["JPN"] / sums["USA"]
    return found


def startup_cells(
    evidence: Evidence, raw: Path, known: Mapping[tuple[str, str], Cell]
) -> list[Cell]:
    """Share of AI people who work in startups."""
    capital = venture_capital(raw)
    reference = capital["USA"] / known["USA", "stock"].value
    measured = {
        c: STARTUP_USA * (money / known[c, "stock"].value / reference) ** STARTUP_POWER
        for c, money in capital.items()
    }
    columns = [[math.log(evidence.income[c]) for c in sorted(measured)]]
    target = [math.log(measured[c]) for c in sorted(measured)]
    line = fit(columns, target)
    found = []
    for country in [*evidence.core, REST_OF_WORLD]:
        method, error = "startup_capital", STARTUP_ERROR
        share = measured.get(country)
        if share is None:
            share = STARTUP_REST * math.exp(predicted(line, [math.log(evidence.income[country])]))
            method, error = "startup_income", STARTUP_ERROR_REST
        share = clip(share, STARTUP_LOW, STARTUP_HIGH)
        low, high = spread(share, error)
        found.append(Cell(country, "startup_share", share, "imputed", low, high, LAST_AI_YEAR,
                          "oecdai;ncses;assumption", method))  # fmt: skip
    return found


def degree_cells(evidence: Evidence, raw: Path) -> list[Cell]:
    """Shares of AI people with a doctorate, and with a master as their highest degree."""
    rows = read_rows(raw, "flows_ai_talent_stocks.csv")
    authors = by_country((r for r in rows if r["measure"].startswith("PhD share")), "value")
    shares = {country: percent / 100.0 * PHD_STEP for country, percent in authors.items()}
    middle = median(shares.values())
    found = []
    for country in [*evidence.core, REST_OF_WORLD]:
        if country == "KOR":
            found.append(Cell(country, "phd_share", 0.23, "reported", None, None, 2024,
                              "bok2025", "as_reported"))  # fmt: skip
            found.append(Cell(country, "master_share", MASTER_SHARE, "reported", None, None, 2024,
                              "bok2025", "as_reported"))  # fmt: skip
            continue
        measured = country in shares
        doctors = shares.get(country, middle)
        method = "phd_scaled" if measured else "phd_median"
        low, high = spread(doctors, PHD_ERROR[method])
        found.append(Cell(country, "phd_share", doctors, "imputed", low, high, 2025,
                          "zeki2026;bok2025", method))  # fmt: skip
        found.append(Cell(country, "master_share", MASTER_SHARE, "assumed", *MASTER_RANGE, 2024,
                          "bok2025;assumption", "master_korea"))  # fmt: skip
    return found
