"""AI venture capital by country and year: recorded, shared out, carried on."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from model.data.build import economy
from model.data.build.common import (
    REST_OF_WORLD,
    by_country,
    fit,
    leave_one_out_error,
    median,
    predicted,
    read_rows,
)
from model.data.build.evidence import Evidence
from model.data.build.prices import in_base_year

FIRST_YEAR, LAST_YEAR = 2015, 2025  # of the table
COUNTED_FROM = 2013  # first year of the totals of funded startups
LAST_RECORDED, LAST_OF_ALL = 2020, 2022  # of AI venture capital, of all venture capital
RECORDED = ("USA", "CAN", "CHN", "IND", "JPN")
STEP_ERROR = {2021: 0.3, 2022: 0.35, 2023: 0.4, 2024: 0.5, 2025: 0.7}  # log errors, assumption
SPLIT_ERROR = 0.3  # log error of the split among countries another edition ranks, assumption

# Regions of the source. Central and South America are one, as in its table of all capital, which
# tells three parts of Europe apart.
EUROPE_UNION = (
    "AUT", "BEL", "BGR", "CYP", "CZE", "DEU", "DNK", "ESP", "EST", "FIN", "FRA", "GRC", "HRV",
    "HUN", "IRL", "ITA", "LTU", "LUX", "LVA", "MLT", "NLD", "POL", "PRT", "ROU", "SVK", "SVN",
    "SWE",
)  # fmt: skip
EUROPE_OTHER = ("BLR", "CHE", "ISL", "NOR", "RUS", "SRB", "TUR", "UKR")
REGIONS: dict[str, tuple[str, ...]] = {
    "Asia": ("ARM", "AZE", "BGD", "CHN", "GEO", "HKG", "IDN", "IND", "JPN", "KAZ", "KOR", "LKA",
             "MAC", "MYS", "NPL", "PAK", "PHL", "SGP", "THA", "TWN", "UZB", "VNM"),
    "European Union": EUROPE_UNION,
    "rest of Europe": EUROPE_OTHER,
    "United Kingdom": ("GBR",),
    "Middle East": ("ARE", "BHR", "IRN", "IRQ", "ISR", "JOR", "KWT", "LBN", "OMN", "QAT", "SAU",
                    "SYR"),
    "Africa": ("DZA", "EGY", "ETH", "GHA", "KEN", "MAR", "NGA", "RWA", "TUN", "UGA", "ZAF"),
    "Oceania": ("AUS", "NZL"),
    "North America": ("CAN", "MEX", "USA"),
    "America": ("ARG", "BRA", "CHL", "COL", "CRI", "CUB", "ECU", "PER", "URY", "VEN"),
}  # fmt: skip
PARTS_OF = {"America": ("Central America", "South America")}
EUROPE = ("European Union", "rest of Europe", "United Kingdom")
ALL_CAPITAL_OF = {  # region → its name in the table of all venture capital
    "European Union": "EU-27", "rest of Europe": "Rest of Europe", "United Kingdom": "GBR",
    "Asia": "Rest of Asia", "Middle East": "Middle East", "Africa": "Africa",
    "Oceania": "Oceania", "North America": "Rest of North America",
    "America": "Central and South America",
}  # fmt: skip
Yearly = dict[tuple[str, int], float]


class Figure(NamedTuple):
    """A figure of one country and year with its log error and method; no error: recorded."""

    value: float
    error: float
    method: str


class Later(NamedTuple):
    """What other editions say of the years after the last recorded one, by country."""

    part_2023: dict[str, float]  # of the capital of the five years to 2023
    growth_2024: dict[str, float]
    growth_2025: float


def _yearly(raw: Path, metric: str) -> Yearly:
    """(Country code or name of a region, year) → million dollars of the year."""
    rows = read_rows(raw, "firms_venture_capital_by_country_2000_2022.csv")
    return {
        (row["country_iso3"] or row["country_or_region"], int(row["year"])):
            float(row["usd_million"])
        for row in rows if row["metric"] == metric
    }  # fmt: skip


def investment(raw: Path, metric: str, period: str) -> dict[str, float]:
    rows = read_rows(raw, "firms_ai_investment_by_country.csv")
    chosen = (r for r in rows if r["metric"] == metric and r["period"] == period)
    return by_country(chosen, "value")


def later(raw: Path) -> Later:
    """Shares and growth within one edition each; editions are never compared in level."""
    five, last = (investment(raw, "vc_investment_in_ai", p) for p in ("2019-2023", "2023"))
    vintage = "vc_investment_in_ai_vintage_dec2024"
    before, after = (investment(raw, vintage, p) for p in ("2023", "2024"))
    world = [investment(raw, "corporate_ai_investment", p)["WLD"] for p in ("2024", "2025")]
    return Later(
        {c: last[c] / total for c, total in five.items()},
        {c: after[c] / value for c, value in before.items()},
        world[1] / world[0],
    )


class Weights(NamedTuple):
    """How a region's capital is shared out, with log errors, and the error of the line."""

    value: dict[str, float]
    error: dict[str, float]
    of_line: float
    below: float
    """Where countries that the other edition does not rank stand, as a part of the line."""


def weights(raw: Path, facts: Evidence) -> Weights:
    """Capital 2019-2023 in another edition, else below a line on output and income a head.

    The edition ranks the largest receivers only, so the line is too high for the others. How far
    they stand below it is found where it shows: together, those of the European Union must have
    what its capital of all kinds over the British leaves after the members ranked.
    """
    ranked = economy.venture_capital(raw)
    output = {c: facts.population[c] * facts.income[c] for c in facts.income
              if c in facts.population}  # fmt: skip
    places = sorted(ranked)
    columns = [[math.log(x[c]) for c in places] for x in (output, facts.income)]
    target = [math.log(ranked[c]) for c in places]
    line, error = fit(columns, target), leave_one_out_error(columns, target)
    unranked = {
        c: math.exp(predicted(line, [math.log(output[c]), math.log(facts.income[c])]))
        for c in output if c not in ranked
    }  # fmt: skip
    everything, years = _yearly(raw, "venture_capital_all"), range(FIRST_YEAR, LAST_RECORDED + 1)
    union, britain = (sum(everything[p, y] for y in years) for p in ("EU-27", "GBR"))
    left = ranked["GBR"] * union / britain - sum(ranked.get(c, 0.0) for c in EUROPE_UNION)
    below = left / sum(unranked.get(c, 0.0) for c in EUROPE_UNION)
    if below <= 0.0:
        raise ValueError("the members of the European Union that are ranked have all its capital")
    value = {**ranked, **{c: below * height for c, height in unranked.items()}}
    errors = {**dict.fromkeys(unranked, error), **dict.fromkeys(ranked, SPLIT_ERROR)}
    return Weights(value, errors, error, below)


def _of_region(region: str, year: int, recorded: Yearly, everything: Yearly) -> float:
    """AI venture capital of a region; parts of Europe by their capital of all kinds."""
    if region not in EUROPE:
        return sum(recorded.get((part, year), 0.0) for part in PARTS_OF.get(region, (region,)))
    whole = sum(everything[ALL_CAPITAL_OF[part], year] for part in EUROPE)
    return recorded["Europe", year] * everything[ALL_CAPITAL_OF[region], year] / whole


def capital(raw: Path, facts: Evidence) -> dict[tuple[str, int], Figure]:
    """AI venture capital in million dollars of each year, all countries of the regions."""
    share, recorded = weights(raw, facts), _yearly(raw, "ai_venture_capital")
    everything, after = _yearly(raw, "venture_capital_all"), later(raw)
    found = dict[tuple[str, int], Figure]()
    known = [c for c in facts.income if c in share.value and c != REST_OF_WORLD]
    for region, members in REGIONS.items():
        open_ = [c for c in members if c not in RECORDED and c in known]
        total = sum(share.value[c] for c in open_)
        for year in range(COUNTED_FROM, LAST_RECORDED + 1):
            left = _of_region(region, year, recorded, everything)
            for country in (c for c in members if c in RECORDED):
                found[country, year] = Figure(recorded[country, year], 0.0, "capital_recorded")
                left -= recorded[country, year]
            for country in open_:
                part = max(left, 0.0) * share.value[country] / total
                found[country, year] = Figure(part, share.error[country], "capital_region")
        for country in members:
            if (country, LAST_RECORDED) in found:
                _go_on(found, country, region, everything, after)
    return found


def _go_on(found: dict[tuple[str, int], Figure], country: str, region: str, everything: Yearly,
           after: Later) -> None:
    """The years after the last recorded one."""
    place = country if (country, LAST_OF_ALL) in everything else ALL_CAPITAL_OF[region]
    last, split, _ = found[country, LAST_RECORDED]
    for year in (2021, 2022):
        value = last * everything[place, year] / everything[place, LAST_RECORDED]
        found[country, year] = Figure(value, math.hypot(split, STEP_ERROR[year]), "capital_all")
    part = after.part_2023.get(country, median(after.part_2023.values()))
    before = sum(found[country, year].value for year in range(2019, 2023))
    growth = after.growth_2024.get(country, median(after.growth_2024.values()))
    value_2023 = before * part / (1.0 - part)
    for year, value, method in (
        (2023, value_2023, "capital_part"),
        (2024, value_2023 * growth, "capital_growth"),
        (2025, value_2023 * growth * after.growth_2025, "capital_world"),
    ):
        found[country, year] = Figure(value, math.hypot(split, STEP_ERROR[year]), method)


def folded(
    found: Mapping[tuple[str, int], Figure], facts: Evidence, others: list[str]
) -> dict[tuple[str, int], Figure]:
    """The modelled countries, the rest of the world summed, in million dollars of 2024."""
    result = dict[tuple[str, int], Figure]()
    for year in range(COUNTED_FROM, LAST_YEAR + 1):
        for country in facts.core:
            value, error, method = found[country, year]
            result[country, year] = Figure(in_base_year(value, year), error, method)
        rest = [found[c, year] for c in others if (c, year) in found]
        total = sum(figure.value for figure in rest)
        result[REST_OF_WORLD, year] = Figure(
            in_base_year(total, year), max(f.error for f in rest), "capital_rest"
        )
    return result
