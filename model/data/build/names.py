"""The small table of country names and the regions used for imputation."""

from __future__ import annotations

from pathlib import Path

from model.data.build.common import REST_OF_WORLD, core_countries, covariates, write_table

# Regions group neighbours whose figures stand in for one another where one is missing.
REGIONS = {
    "north_america": "CAN USA",
    "latin_america": "ARG BRA CHL COL CRI MEX",
    "western_europe": "AUT BEL CHE DEU FRA GBR IRL LUX NLD",
    "northern_europe": "DNK FIN ISL NOR SWE",
    "southern_europe": "ESP GRC ITA PRT",
    "eastern_europe": "CZE EST HUN LTU LVA POL RUS SVK SVN UKR",
    "middle_east_africa": "ARE EGY IRN ISR NGA SAU TUR ZAF",
    "south_southeast_asia": "IDN IND MYS PAK SGP VNM",
    "east_asia": "CHN HKG JPN KOR TWN",
    "oceania": "AUS NZL",
    "rest_of_world": REST_OF_WORLD,
}


def region_of() -> dict[str, str]:
    """Country → region."""
    return {code: name for name, codes in REGIONS.items() for code in codes.split()}


def build(raw: Path, out: Path) -> None:
    """Write country_names.csv."""
    titles = {row["country_iso3"]: row["country"] for row in covariates(raw)}
    titles[REST_OF_WORLD] = "Rest of the world"
    regions = region_of()
    order = [*core_countries(raw), REST_OF_WORLD]
    rows = [(code, titles[code], regions[code]) for code in order]
    write_table(out / "country_names.csv", ("country", "name", "region"), rows)
