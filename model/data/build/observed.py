"""Published figures a run may be held against: single figures, each with its edition."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from model.data.build.common import LAST_AI_YEAR, Row, read_rows, text_of, write_table

Line = tuple[str, str, str, str, str, str, str, str]

EDITIONS = {
    "AI Index 2024": "aiindex2024",
    "AI Index (edition not confirmed)": "aiindex_press",
    "AI Index 2025 as restated by SGI": "sgi2025",
    "AI Index 2026": "aiindex2026",
}
EDITION_NOTES = {
    ("KOR", "2023", "AI Index 2025 as restated by SGI"): "very likely a misprint for -0.30",
    ("KOR", "2020", "AI Index 2024"): "rounded by the press",
}
# (who, measure in the raw file) → measure, unit, source, note
FACTS = {
    ("WLD", "international mobility rate of AI experts"): (
        "moves_per_year", "percent of the stock", "bcg2024", "AI experts changing country"),
    ("WLD", "international mobility rate of STEM experts"): (
        "moves_per_year_stem", "percent of the stock", "bcg2024", "comparison group"),
    ("WLD", "international mobility rate of all highly skilled"): (
        "moves_per_year_skilled", "percent of the stock", "bcg2024", "comparison group"),
    ("KOR", "Korean AI workers working abroad (stock, 11,000 persons)"): (
        "abroad_share", "percent of own AI workers", "bok2025", "11,000 persons, 6,300 in USA"),
    ("EU27", "AI workforce from abroad"): (
        "foreign_share", "percent", "interface2025", "another page of the source says 30"),
    ("DEU", "AI workforce with undergraduate degree from abroad"): (
        "foreign_degree_share", "percent", "interface2024", "used for foreign_share"),
    ("FRA", "AI workforce with undergraduate degree from abroad"): (
        "foreign_degree_share", "percent", "interface2024", "used for foreign_share"),
    ("Anthropic", "two-year retention"): ("retention_two_years", "percent", "signalfire2025", ""),
    ("DeepMind", "two-year retention"): ("retention_two_years", "percent", "signalfire2025", ""),
    ("OpenAI", "two-year retention"): ("retention_two_years", "percent", "signalfire2025", ""),
    ("Meta", "two-year retention"): ("retention_two_years", "percent", "signalfire2025", ""),
    ("NAM", "new AI PhDs entering industry"): (
        "doctors_into_industry", "percent", "taulbee", "North America; editions differ"),
    ("USA", "average employer-sponsored green card duration"): (
        "permanence_years", "years", "cato2025", ""),
}  # fmt: skip
LOTTERY_NOTES = {"2025": "persons; first round only", "2026": "persons"}
RETENTION = "retention_two_years"
GROUPS = {"top_20pct": "top20", "top_2pct": "top2", "top_0.5pct": "top05"}
ELITE_MEASURES = {
    "share by undergraduate origin, pct": ("origin_share", "percent of the group"),
    "share by work country, pct": ("work_share", "percent of the group"),
    "work in a country other than undergraduate country, pct": ("abroad", "percent of the group"),
    "of origin cohort now in the United States, pct": ("in_usa", "percent of the origin's people"),
    "of origin cohort working at home, pct": ("at_home", "percent of the origin's people"),
}
STAY = "share of 2017-19 US S&E doctorate recipients"


def net_flows(raw: Path) -> Iterator[Line]:
    """Net AI migration per 10,000 of the work force; editions never spliced."""
    for row in read_rows(raw, "flows_linkedin_ai_net_migration_per10k.csv"):
        if int(row["year"]) <= LAST_AI_YEAR:
            edition = row["vintage"]
            note = EDITION_NOTES.get((row["country_iso3"], row["year"], edition), "")
            yield (row["country_iso3"], row["year"], "net_per_10k_workforce",
                   text_of(float(row["value"])), "persons per 10,000 of the work force",
                   edition, EDITIONS[edition], note)  # fmt: skip


def labour_facts(raw: Path) -> Iterator[Line]:
    """Mobility, retention, foreign shares and first jobs."""
    for row in read_rows(raw, "flows_labour_dynamics_facts.csv"):
        fact = FACTS.get((row["country_or_entity"], row["measure"]))
        if fact is not None:
            measure, unit, source, note = fact
            edition = row["source"].split(" (")[0]
            where = row["country_or_entity"]
            if measure == "moves_per_year_skilled" and row["year"] == "2024":
                source = "bcg2025"
            if measure == RETENTION:
                where, note = "WLD", f"employer: {where}"
            yield (where, row["year"], measure, text_of(float(row["value"])), unit,
                   edition, source, note)  # fmt: skip


def elite(raw: Path) -> Iterator[Line]:
    """Origin and workplace of top AI researchers."""
    for row in read_rows(raw, "flows_elite_ai_researcher_pipeline.csv"):
        if row["group"] in GROUPS and row["measure"] in ELITE_MEASURES:
            name, unit = ELITE_MEASURES[row["measure"]]
            second = "2.0" in row["source"]
            yield (row["country_iso3"], row["year"], f"{GROUPS[row['group']]}_{name}",
                   text_of(float(row["value"])), unit, row["source"],
                   "macropolo2" if second else "macropolo",
                   "conference of 2022, 867 authors" if second else
                   "conference of 2019, 675 authors")  # fmt: skip


def stay_rates(raw: Path) -> Iterator[Line]:
    """Doctors on temporary visas still in the United States four to six years on."""
    for row in read_rows(raw, "flows_us_phd_stay_rates.csv"):
        if row["measure"].startswith(STAY):
            yield (row["country_iso3"], row["year"], "stay_rate_usa_doctors",
                   text_of(float(row["value"])), "percent of the cohort", "NSF 25-325",
                   "ncses_stay", f"by origin; cohort {row['cohort_n']}; all sciences")  # fmt: skip


def lottery(raw: Path) -> Iterator[Line]:
    """Odds of the H-1B lottery by fiscal year."""
    for row in read_rows(raw, "flows_us_h1b_cap_lottery.csv"):
        year = row["fiscal_year"]
        note = LOTTERY_NOTES.get(year, "registrations, not persons")
        if row["selection_rate_of_eligible"]:
            yield ("USA", year, "h1b_selected", text_of(float(row["selection_rate_of_eligible"])),
                   "share of eligible registrations", f"fiscal year {year}", "uscis",
                   note)  # fmt: skip


def zeki_flow(raw: Path) -> Iterator[Line]:
    """Net flow of AI authors and inventors, twelve-month mean."""
    rows: list[Row] = read_rows(raw, "flows_zeki_net_flow_ai_authors_inventors.csv")
    for row in rows:
        if int(row["year"]) <= LAST_AI_YEAR:
            yield (row["country_iso3"], row["year"], "net_authors_inventors",
                   text_of(float(row["value"])), "persons a month", "AI Index 2026", "zeki2026",
                   "twelve-month mean at its peak; unit inferred; China not covered")  # fmt: skip


def build(raw: Path, out: Path) -> None:
    """Write observed.csv."""
    lines = [
        *net_flows(raw), *labour_facts(raw), *elite(raw), *stay_rates(raw), *lottery(raw),
        *zeki_flow(raw),
        ("IRL", "2025", "origin_share_IND", "28", "percent of AI people", "interface 2025",
         "interface2025", "share from India; holds against the table of origins"),
    ]  # fmt: skip
    lines.sort(key=lambda line: (line[2], line[0], line[1], line[5], line[3], line[7]))
    header = ("country", "year", "measure", "value", "unit", "edition", "source", "note")
    write_table(out / "observed.csv", header, lines)
