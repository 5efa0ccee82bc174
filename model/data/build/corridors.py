"""What ties and separates each pair of countries: distance, language, law, people already there."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from model.data.build.common import (
    REST_OF_WORLD,
    Row,
    fit,
    number,
    other_countries,
    read_rows,
    text_of,
    write_table,
)
from model.data.build.evidence import TAIWAN, Evidence

EUROPEAN_AREA = {
    "AUT", "BEL", "CHE", "CZE", "DEU", "DNK", "ESP", "EST", "FIN", "FRA", "GRC", "HUN", "IRL",
    "ISL", "ITA", "LTU", "LUX", "LVA", "NLD", "NOR", "POL", "PRT", "SVK", "SVN", "SWE",
}  # European Union, European Economic Area and Switzerland  # fmt: skip
OTHER_AREAS = (
    {"AUS", "NZL"},  # Trans-Tasman arrangement
    {"ARG", "BRA", "CHL", "COL"},  # Mercosur residence agreement, associates included
    {"ARE", "SAU"},  # Gulf Cooperation Council
    {"GBR", "IRL"},  # Common Travel Area
)
BREXIT = "2020-12"  # last month of free movement between the United Kingdom and the rest
LEARNT = {"EGY", "KOR"}  # where the source counts English as spoken though it is learnt at school
PROXY = "KOR"  # whose emigrants stand in for Taiwan's, rescaled
PROXY_RATIO = 1150.0 / 2550.0  # doctorates of Taiwan over Korea in the United States (NCSES)
SINOPHONE = {"CHN", "HKG"}  # where Korea's emigrants say nothing of Taiwan's
MIGRANT_COLUMN = "migrant_stock_2020"
PREDICTORS = 6
HEADER = (
    "origin", "destination", "distance_km", "common_language", "linguistic_distance",
    "colonial_tie", "free_movement", "free_movement_until", "migrant_stock", "imputed",
)  # fmt: skip


def pairs(raw: Path) -> dict[tuple[str, str], Row]:
    """Every ordered pair of the bilateral file."""
    rows = read_rows(raw, "cov_bilateral.csv")
    return {(row["origin_iso3"], row["dest_iso3"]): row for row in rows}


def free_movement(origin: str, destination: str) -> tuple[int, str]:
    """Whether no visa is needed between two countries at the opening, and until when."""
    both = {origin, destination}
    if both <= EUROPEAN_AREA or any(both <= area for area in OTHER_AREAS):
        return 1, ""
    if "GBR" in both and both - {"GBR"} <= EUROPEAN_AREA:
        return 1, BREXIT
    return 0, ""


def tied(row: Row) -> int:
    """Whether one of two countries ruled the other."""
    return int("1" in (row["colony"], row["col45"], row["curcol"]))


def speaks(row: Row) -> int:
    """Whether two countries share an official language or one spoken by many, not just learnt."""
    learnt = LEARNT & {row["origin_iso3"], row["dest_iso3"]}
    return int(row["comlang_off"] == "1" or (row["comlang_ethno"] == "1" and not learnt))


def distance(row: Row) -> float:
    """Kilometres between two countries, weighted by where people live if known."""
    return float(row["dist_popweighted_km"] or row["dist_km"])


def gravity_point(row: Row, evidence: Evidence) -> list[float]:
    """What migration between two countries is explained by."""
    origin, destination = row["origin_iso3"], row["dest_iso3"]
    return [
        math.log(evidence.population[origin]),
        math.log(evidence.population[destination]),
        math.log(distance(row)),
        float(speaks(row) + tied(row)),
        math.log(evidence.income[destination]),
        math.log(evidence.income[origin]),
    ]


def gravity(table: dict[tuple[str, str], Row], evidence: Evidence) -> np.ndarray:
    """Log migrants plus one on logs of size, distance, ties and income, over recorded pairs."""
    points = [
        (gravity_point(row, evidence), math.log(float(row[MIGRANT_COLUMN]) + 1.0))
        for row in table.values()
        if row[MIGRANT_COLUMN]
        and (row["dist_popweighted_km"] or row["dist_km"])
        and row["origin_iso3"] in evidence.income
        and row["dest_iso3"] in evidence.income
    ]
    columns = [[point[at] for point, _ in points] for at in range(PREDICTORS)]
    return fit(columns, [outcome for _, outcome in points])


def migrant_stocks(raw: Path, evidence: Evidence) -> tuple[np.ndarray, np.ndarray]:
    """Persons born in one country and living in another (from × in), and which are imputed."""
    table = pairs(raw)
    line = gravity(table, evidence)
    order = [*evidence.core, REST_OF_WORLD]
    others = other_countries(raw)
    stocks = np.zeros((len(order), len(order)))
    imputed = np.zeros(stocks.shape, dtype=bool)
    for i, origin in enumerate(order):
        for j, destination in enumerate(order):
            if i == j:
                continue
            sources = others if origin == REST_OF_WORLD else [origin]
            targets = others if destination == REST_OF_WORLD else [destination]
            for pair in ((a, b) for a in sources for b in targets):
                value = number(table[pair][MIGRANT_COLUMN])
                if origin == TAIWAN and destination not in {PROXY, REST_OF_WORLD, *SINOPHONE}:
                    proxy = number(table[PROXY, destination][MIGRANT_COLUMN])
                    value = None if proxy is None else PROXY_RATIO * proxy
                    imputed[i, j] = True
                if value is None and (len(sources) == len(targets) == 1 or TAIWAN in pair):
                    point = gravity_point(table[pair], evidence)
                    value = math.exp(float(line[0] + np.dot(line[1:], point))) - 1.0
                    imputed[i, j] = True
                stocks[i, j] += max(0.0, value or 0.0)
    return stocks, imputed


def weighted_mean(values: list[float | None], weights: list[float]) -> float:
    """Mean of the known values."""
    known = [(v, w) for v, w in zip(values, weights, strict=True) if v is not None]
    return sum(v * w for v, w in known) / sum(w for _, w in known)


def facts(rows: list[Row], evidence: Evidence, other: str) -> tuple[float, int, float, int]:
    """Distance, common language, linguistic distance, colonial tie of a pair or folded pairs.

    Folded pairs are averaged with the population of the unnamed country as weight.
    """
    weights = [evidence.population[row[other]] for row in rows]
    apart = [number(row["dist_popweighted_km"] or row["dist_km"]) for row in rows]
    tongues = [number(row["linguistic_distance_0_1"]) for row in rows]
    spoken = weighted_mean([float(speaks(row)) for row in rows], weights)
    ruled = weighted_mean([float(tied(row)) for row in rows], weights)
    return (
        weighted_mean(apart, weights),
        int(spoken >= 0.5),
        weighted_mean(tongues, weights),
        int(ruled >= 0.5),
    )


def build(raw: Path, out: Path, evidence: Evidence) -> None:
    """Write corridors.csv."""
    table, others = pairs(raw), other_countries(raw)
    stocks, imputed = migrant_stocks(raw, evidence)
    order = [*evidence.core, REST_OF_WORLD]
    rows = []
    for i, origin in enumerate(order):
        for j, destination in enumerate(order):
            if i == j:
                continue
            sources = others if origin == REST_OF_WORLD else [origin]
            targets = others if destination == REST_OF_WORLD else [destination]
            folded = [table[a, b] for a in sources for b in targets]
            side = "origin_iso3" if origin == REST_OF_WORLD else "dest_iso3"
            apart, language, linguistic, colony = facts(folded, evidence, side)
            free, until = free_movement(origin, destination)
            marks = list[str]()
            if len(folded) > 1:
                marks += ["distance_km", "common_language", "linguistic_distance", "colonial_tie"]
            if imputed[i, j] or len(folded) > 1:
                marks.append("migrant_stock")
            rows.append((
                origin, destination, str(round(apart)), str(language), text_of(linguistic),
                str(colony), str(free), until, str(round(stocks[i, j])), ";".join(marks),
            ))  # fmt: skip
    write_table(out / "corridors.csv", HEADER, rows)
