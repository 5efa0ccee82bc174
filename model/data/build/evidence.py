"""The raw series read once and set side by side by country."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from model.data.build.common import (
    LAST_SCHOLAR_YEAR,
    REST_OF_WORLD,
    Row,
    by_country,
    core_countries,
    covariates,
    median,
    number,
    other_countries,
    panel,
    read_rows,
)

OPENING_YEAR = 2018  # stocks are those of the end of this year
PAY_YEAR = 2024  # money is in dollars of this year
TAIWAN = "TWN"

GENDER_FILE_NAMES = {
    "Australia": "AUS", "Belgium": "BEL", "Brazil": "BRA", "Canada": "CAN", "Chile": "CHL",
    "Costa Rica": "CRI", "Denmark": "DNK", "Finland": "FIN", "France": "FRA", "Germany": "DEU",
    "Hong Kong": "HKG", "India": "IND", "Ireland": "IRL", "Israel": "ISR", "Italy": "ITA",
    "Luxembourg": "LUX", "Netherlands": "NLD", "New Zealand": "NZL", "Norway": "NOR",
    "Portugal": "PRT", "Singapore": "SGP", "South Africa": "ZAF", "Spain": "ESP",
    "Sweden": "SWE", "Switzerland": "CHE", "United Arab Emirates": "ARE",
    "United Kingdom": "GBR", "United States": "USA",
}  # fmt: skip


@dataclass(frozen=True)
class Evidence:
    """What is known of each country before anything is imputed."""

    core: list[str]
    population: dict[str, float]
    income: dict[str, float]  # income a head relative to the United States, at market rates
    scholars: dict[str, float]
    scholars_total: float
    talent_counts: dict[str, float]  # top AI authors and inventors, one measure
    conference_authors: dict[str, float]
    concentration: dict[str, dict[int, float]]  # country → year → share, mean of both genders
    concentration_quoted: dict[str, float]
    degrees: dict[str, float]  # computer-science degrees a year, first and doctoral
    snapshot: dict[str, Row]


def gather(raw: Path) -> Evidence:
    """Read everything the country table rests on."""
    core = core_countries(raw)
    snapshot = {row["country_iso3"]: row for row in covariates(raw)}
    population = opening_population(raw, snapshot)
    scholars = scholar_stock(raw)
    known = {country: scholars[country] for country in core}
    everywhere = sum(value for country, value in scholars.items() if country)
    return Evidence(
        core=core,
        population=population,
        income=income_ratio(raw, snapshot),
        scholars=known,
        scholars_total=everywhere,
        talent_counts=talent_counts(raw, snapshot),
        conference_authors=stock_rows(raw, "authors at 21 AI conferences, by HQ"),
        concentration=concentration_by_year(raw),
        concentration_quoted=quoted_concentration(raw),
        degrees=computing_degrees(raw),
        snapshot=snapshot,
    )


def opening_population(raw: Path, snapshot: dict[str, Row]) -> dict[str, float]:
    """Persons at the opening; the snapshot fills in what the panel lacks."""
    found = panel(raw, "population", OPENING_YEAR)
    for country, row in snapshot.items():
        found.setdefault(country, float(row["population"]))
    return found


def income_ratio(raw: Path, snapshot: dict[str, Row]) -> dict[str, float]:
    """Income a head at market rates over that of the United States, the smaller of two measures.

    Output a head overstates incomes where profits of foreign firms or commuters are large
    (Ireland, Luxembourg, Singapore); national income a head, at market rates, corrects that.
    """
    output = panel(raw, "gdp_per_capita_current_usd", PAY_YEAR)
    ratio: dict[str, float] = {}
    for country, row in snapshot.items():
        product = output.get(country, number(row["gdp_per_capita_current_usd"]))
        national = number(row["gni_per_capita_2017ppp_2022"])
        level = number(row["price_level_ratio_ppp_to_fx"])
        if product is None:
            continue
        ratio[country] = product / output["USA"]
        if national is not None and level is not None:
            reference = float(snapshot["USA"]["gni_per_capita_2017ppp_2022"])
            ratio[country] = min(ratio[country], national * level / reference)
    heads = {c: float(snapshot[c]["population"]) for c in other_countries(raw) if c in ratio}
    folded = sum(ratio[c] * people for c, people in heads.items())
    ratio[REST_OF_WORLD] = folded / sum(heads.values())
    return ratio


def scholar_stock(raw: Path) -> dict[str, float]:
    """Scholars in the last usable year; Taiwan from the second data base at the usual ratio."""
    rows = read_rows(raw, "flows_mpidr_scholar_country_year_1998_2020.csv")
    last = [row for row in rows if row["year"] == str(LAST_SCHOLAR_YEAR)]
    main = by_country((row for row in last if row["source_db"] == "scopus"), "researchers")
    second = by_country((row for row in last if row["source_db"] == "openalex"), "researchers")
    core = core_countries(raw)
    ratio = median(main[c] / second[c] for c in core if c in main and second.get(c, 0) > 0)
    main[TAIWAN] = second[TAIWAN] * ratio
    return main


def stock_rows(raw: Path, measure_starts: str) -> dict[str, float]:
    """One measure of the stock file; measures are never mixed."""
    rows = read_rows(raw, "flows_ai_talent_stocks.csv")
    chosen = (row for row in rows if row["measure"].startswith(measure_starts))
    return by_country(chosen, "value")


def talent_counts(raw: Path, snapshot: dict[str, Row]) -> dict[str, float]:
    """Top AI authors and inventors: counts where printed, else rate times population."""
    rates = stock_rows(raw, "top AI authors and inventors per 100k")
    found = {
        country: rate * float(snapshot[country]["population"]) / 100_000.0
        for country, rate in rates.items()
    }
    found.update(stock_rows(raw, "top AI authors and inventors, persons"))
    return found


def concentration_by_year(raw: Path) -> dict[str, dict[int, float]]:
    """Mean of the male and female AI share of members: a proxy for the total, no more."""
    rows = read_rows(raw, "flows_aiindex2024_fig4218_talent_concentration_by_gender.csv")
    parts: dict[str, dict[int, list[float]]] = {}
    for row in rows:
        country = GENDER_FILE_NAMES.get(row["Geographic area"])
        if country is not None:
            share = float(row["AI talent concentration"].rstrip("%")) / 100.0
            parts.setdefault(country, {}).setdefault(int(row["Year"]), []).append(share)
    return {
        country: {year: sum(both) / len(both) for year, both in years.items()}
        for country, years in parts.items()
    }


def quoted_concentration(raw: Path) -> dict[str, float]:
    """Country totals for 2023 printed by one edition."""
    rows = read_rows(raw, "flows_linkedin_ai_talent_concentration_pct.csv")
    chosen = (row for row in rows if row["vintage"] == "AI Index 2024" and row["year"] == "2023")
    return {country: value / 100.0 for country, value in by_country(chosen, "value").items()}


def computing_degrees(raw: Path) -> dict[str, float]:
    """First and doctoral degrees in computer science in the latest year of each country."""
    rows = read_rows(raw, "cov_degrees_by_country_2010_2018.csv")
    latest: dict[tuple[str, str], float] = {}
    for row in sorted(rows, key=lambda row: int(row["year"])):
        if row["country_iso3"] and row["field"] == "Computer sciences" and row["degrees"]:
            latest[row["country_iso3"], row["level"]] = float(row["degrees"])
    total: dict[str, float] = {}
    for (country, _), degrees in latest.items():
        total[country] = total.get(country, 0.0) + degrees
    return total
