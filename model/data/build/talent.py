"""How many AI people each country has, how fast they grow, and how many enter a year."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from model.data.build.common import (
    LAST_AI_YEAR,
    NORMAL_95,
    REST_OF_WORLD,
    Cell,
    clip,
    fit,
    leave_one_out_error,
    median,
    predicted,
    spread,
)
from model.data.build.evidence import OPENING_YEAR, Evidence
from model.data.build.names import region_of

WORLD_STOCK = 1_400_000  # AI experts tracked worldwide in 2023 (BCG 2024)
YEARS = LAST_AI_YEAR - OPENING_YEAR
WORLD_POPULATION = 7.66e9  # United Nations, mid-2018, rounded
EXIT_RATE = 0.03  # a year; assumption: retirement (career of about 35 years), leaving the field
GROWTH_LOW, GROWTH_HIGH = 0.03, 0.18  # plausible yearly growth of a country's stock, assumption
GROWTH_ERROR = 0.03  # standard error of a growth rate read off a concentration, assumption
GROWTH_ERROR_IMPUTED = 0.04  # the same where growth is that of the region, assumption
KOREAN_SURVEY = (27_000, 2010, 57_000, 2024)  # Bank of Korea: workers with AI skills
DEGREE_CAP = 1.5  # entrants per computing degree; above 1 since other fields feed AI, assumption
MEASURED_ERROR = 0.15  # log error of a country share measured in one source, assumption
REACH = 1.3  # how far beyond the fitted countries a line may be used, a factor, assumption
REGION_LEAST = 3  # countries known in a region before its median stands for the others
REST_ERROR = 0.5  # log error of the stock elsewhere, assumption
POPULATION_ERROR = 0.01  # log error of the population elsewhere, assumption
GENDERS_ERROR = 0.08  # mean of genders against quoted totals: 2 to 10 % off
CHINA_TO_USA = (0.24, 0.67, 1.07)  # conference and arXiv authors; top-tier authors; scholars
CANDIDATES: tuple[tuple[str, ...], ...] = (
    ("scholars",),
    ("population", "income"),
    ("scholars", "concentration"),
    ("population", "income", "concentration"),
    ("scholars", "conferences"),
    ("population", "conferences"),
    ("scholars", "conferences", "concentration"),
)


@dataclass(frozen=True)
class Line:
    """A fitted line for the log stock, its leave-one-out error, and how far its points reach."""

    needs: tuple[str, ...]
    coefficients: np.ndarray
    error: float
    inverse: np.ndarray  # of the cross-product of the design, for the error of a forecast
    lowest: tuple[float, ...]  # of each predictor among the fitted countries
    highest: tuple[float, ...]

    def covers(self, logs: dict[str, float]) -> bool:
        """Whether a point lies within the range of the fitted countries, or nearly."""
        edges = zip(self.needs, self.lowest, self.highest, strict=True)
        slack = math.log(REACH)
        return all(low - slack <= logs[need] <= high + slack for need, low, high in edges)

    def forecast(self, logs: dict[str, float]) -> tuple[float, float]:
        """Log stock at a point and its standard error, larger away from the fitted countries."""
        point = [logs[need] for need in self.needs]
        row = np.asarray([1.0, *point])
        reach = float(row @ self.inverse @ row)
        return predicted(self.coefficients, point), self.error * math.sqrt(1.0 + reach)


def estimate(lines: list[Line], logs: dict[str, float]) -> tuple[float, float]:
    """Log stock and its error: the mean of the usable lines, each weighted by its precision.

    Lines that would have to reach beyond the fitted countries serve only if no other is left.
    """
    known = [line for line in lines if all(need in logs for need in line.needs)]
    within_reach = [line for line in known if line.covers(logs)]
    usable = [line.forecast(logs) for line in within_reach or known]
    weights = [1.0 / error**2 for _, error in usable]
    total = sum(weights)
    mean = sum(w * value for w, (value, _) in zip(weights, usable, strict=True)) / total
    within = sum(w * error**2 for w, (_, error) in zip(weights, usable, strict=True)) / total
    between = sum(w * (v - mean) ** 2 for w, (v, _) in zip(weights, usable, strict=True)) / total
    return mean, math.sqrt(within + between)


def log_predictors(evidence: Evidence, country: str) -> dict[str, float]:
    """Logarithms of what is known of a country."""
    conference = evidence.conference_authors.get(country)
    share = concentration_now(evidence, country)
    known = {
        "scholars": evidence.scholars[country],
        "population": evidence.population[country],
        "income": evidence.income[country],
        "conferences": conference,
        "concentration": share,
    }
    return {name: math.log(value) for name, value in known.items() if value}


def concentration_now(evidence: Evidence, country: str) -> float | None:
    """AI share of the work force in the last usable year: quoted total, else mean of genders."""
    if country in evidence.concentration_quoted:
        return evidence.concentration_quoted[country]
    return evidence.concentration.get(country, {}).get(LAST_AI_YEAR)


def learn(evidence: Evidence) -> list[Line]:
    """Fit each candidate line on the countries whose stock is measured."""
    lines = []
    for needs in CANDIDATES:
        points = [
            (log_predictors(evidence, country), math.log(stock))
            for country, stock in sorted(evidence.talent_counts.items())
            if all(need in log_predictors(evidence, country) for need in needs)
        ]
        columns = [[logs[need] for logs, _ in points] for need in needs]
        target = [stock for _, stock in points]
        design = np.column_stack([np.ones(len(target)), *columns])
        inverse = np.asarray(np.linalg.inv(design.T @ design))
        error = leave_one_out_error(columns, target)
        lowest = tuple(min(column) for column in columns)
        highest = tuple(max(column) for column in columns)
        lines.append(Line(needs, fit(columns, target), error, inverse, lowest, highest))
    return lines


def relative_stocks(evidence: Evidence) -> dict[str, tuple[float, float, str]]:
    """Country → (stock in one measure, log error, method), before scaling to the world."""
    lines = learn(evidence)
    found: dict[str, tuple[float, float, str]] = {}
    for country in evidence.core:
        if country in evidence.talent_counts:
            found[country] = evidence.talent_counts[country], MEASURED_ERROR, "stock_measured"
        else:
            mean, error = estimate(lines, log_predictors(evidence, country))
            found[country] = math.exp(mean), error, "stock_regression"
    ratio = math.exp(sum(math.log(part) for part in CHINA_TO_USA) / len(CHINA_TO_USA))
    error = math.log(CHINA_TO_USA[-1] / CHINA_TO_USA[0]) / (2.0 * NORMAL_95)  # sources span 95 %
    found["CHN"] = found["USA"][0] * ratio, error, "stock_china"
    found[REST_OF_WORLD] = rest_of_world_stock(evidence, found), REST_ERROR, "stock_rest"
    return found


def rest_of_world_stock(evidence: Evidence, found: dict[str, tuple[float, float, str]]) -> float:
    """Scholars elsewhere at the stock per scholar of the poorer half of the named countries."""
    order = sorted(evidence.core, key=lambda country: evidence.income[country])
    poorer = order[: len(order) // 2]
    ratio = median(found[country][0] / evidence.scholars[country] for country in poorer)
    elsewhere = evidence.scholars_total - sum(evidence.scholars.values())
    return elsewhere * ratio


def growth_rates(evidence: Evidence) -> dict[str, tuple[float, float, str]]:
    """Country → (growth a year, standard error, method)."""
    measured: dict[str, float] = {}
    for country, years in evidence.concentration.items():
        rate = (years[LAST_AI_YEAR] / years[OPENING_YEAR]) ** (1.0 / YEARS) - 1.0
        measured[country] = clip(rate, GROWTH_LOW, GROWTH_HIGH)
    world, regions = median(measured.values()), region_of()
    found: dict[str, tuple[float, float, str]] = {}
    for country in [*evidence.core, REST_OF_WORLD]:
        near = [rate for c, rate in measured.items() if regions[c] == regions[country]]
        guess = median(near) if len(near) >= REGION_LEAST else world
        found[country] = guess, GROWTH_ERROR_IMPUTED, "growth_region"
        if country in measured:
            found[country] = measured[country], GROWTH_ERROR, "growth_concentration"
    first, start, last, end = KOREAN_SURVEY
    survey = (last / first) ** (1.0 / (end - start)) - 1.0
    found["KOR"] = (survey + world) / 2.0, GROWTH_ERROR_IMPUTED, "growth_korea"
    found["CHN"] = GROWTH_HIGH, GROWTH_ERROR_IMPUTED, "growth_china"
    return found


def cells(evidence: Evidence) -> list[Cell]:
    """Population, stock, growth, entrants and concentration of every country."""
    stocks, growth = relative_stocks(evidence), growth_rates(evidence)
    scale = WORLD_STOCK / sum(stock for stock, _, _ in stocks.values())
    found = population_cells(evidence)
    for country, (relative, error, method) in stocks.items():
        rate, rate_error, rate_method = growth[country]
        stock = relative * scale / (1.0 + rate) ** YEARS
        total_error = math.hypot(error, YEARS * rate_error / (1.0 + rate))
        found.append(stock_cell(country, stock, total_error, method))
        found.append(growth_cell(country, rate, rate_error, rate_method))
        found.append(entrants_cell(evidence, country, stock, rate, total_error))
        found.append(concentration_cell(evidence, country, relative * scale))
    return found


def population_cells(evidence: Evidence) -> list[Cell]:
    """Inhabitants at the opening."""
    found = [
        Cell(c, "population", round(evidence.population[c]), "reported", None, None,
             2021 if c == "TWN" else OPENING_YEAR, "wdi" if c != "TWN" else "typed", "as_reported")
        for c in evidence.core
    ]  # fmt: skip
    rest = WORLD_POPULATION - sum(cell.value for cell in found)
    low, high = spread(rest, POPULATION_ERROR)
    found.append(Cell(REST_OF_WORLD, "population", round(rest), "assumed", low, high,
                      OPENING_YEAR, "wdi;assumption", "population_rest"))  # fmt: skip
    return found


def stock_cell(country: str, stock: float, error: float, method: str) -> Cell:
    """AI people living in a country at the end of the opening year."""
    source = {
        "stock_measured": "bcg2024;zeki2026;aiindex2024",
        "stock_china": "bcg2024;elementai2019;elementai2020;macropolo;scholars",
        "stock_regression": "bcg2024;zeki2026;scholars;elementai2019;wdi;aiindex2024",
        "stock_rest": "bcg2024;zeki2026;scholars",
    }[method]
    low, high = spread(stock, error)
    return Cell(country, "stock", round(stock), "imputed", low, high, OPENING_YEAR, source, method)


def growth_cell(country: str, rate: float, error: float, method: str) -> Cell:
    """Yearly growth of the stock over the five years to the last usable one."""
    source = {"growth_korea": "bok2025;aiindex2024", "growth_china": "macropolo;assumption"}
    low, high = max(0.0, rate - NORMAL_95 * error), rate + NORMAL_95 * error
    origin = source.get(method, "aiindex2024")
    return Cell(country, "stock_growth", rate, "imputed", low, high, LAST_AI_YEAR, origin, method)


def entrants_cell(
    evidence: Evidence, country: str, stock: float, rate: float, error: float
) -> Cell:
    """People who enter the profession in the first year, at the country of study."""
    entrants, method = stock * (rate + EXIT_RATE), "entrants_balance"
    degrees = evidence.degrees.get(country)
    if degrees is not None and entrants > DEGREE_CAP * degrees:
        entrants, method = DEGREE_CAP * degrees, "entrants_capped"
    low, high = spread(entrants, error)
    return Cell(country, "entrants", round(entrants), "imputed", low, high, OPENING_YEAR + 1,
                "bcg2024;aiindex2024;degrees;assumption", method)  # fmt: skip


def concentration_cell(evidence: Evidence, country: str, stock_now: float) -> Cell:
    """AI share of the work force as the published net flows have it in their denominator."""
    if country in evidence.concentration_quoted:
        return Cell(country, "ai_concentration", evidence.concentration_quoted[country],
                    "reported", None, None, LAST_AI_YEAR, "aiindex2024",
                    "as_reported")  # fmt: skip
    share = concentration_now(evidence, country)
    if share is not None:
        low, high = spread(share, GENDERS_ERROR)
        return Cell(country, "ai_concentration", share, "imputed", low, high, LAST_AI_YEAR,
                    "aiindex2024", "concentration_genders")  # fmt: skip
    share, error = imputed_concentration(evidence, country, stock_now)
    low, high = spread(share, error)
    return Cell(country, "ai_concentration", share, "imputed", low, high, LAST_AI_YEAR,
                "aiindex2024;scholars;wdi", "concentration_regression")  # fmt: skip


def imputed_concentration(
    evidence: Evidence, country: str, stock_now: float
) -> tuple[float, float]:
    """Concentration from scholars a head and income, where the published list is silent."""
    known = [c for c in evidence.core if concentration_now(evidence, c) is not None]
    columns = [
        [math.log(evidence.scholars[c] / evidence.population[c]) for c in known],
        [math.log(evidence.income[c]) for c in known],
    ]
    target = [math.log(concentration_now(evidence, c) or 1.0) for c in known]
    line = fit(columns, target)
    if country == REST_OF_WORLD:
        elsewhere = evidence.scholars_total - sum(evidence.scholars.values())
        heads = WORLD_POPULATION - sum(evidence.population[c] for c in evidence.core)
    else:
        elsewhere, heads = evidence.scholars[country], evidence.population[country]
    point = [math.log(elsewhere / heads), math.log(evidence.income[country])]
    return math.exp(predicted(line, point)), leave_one_out_error(columns, target)
