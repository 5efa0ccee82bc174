"""Where the AI people of each country were born, from the history of scholars' moves."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from model.data.build.common import (
    LAST_SCHOLAR_YEAR,
    REST_OF_WORLD,
    clip,
    logit,
    read_rows,
    share_of_odds,
    write_table,
)
from model.data.build.corridors import migrant_stocks
from model.data.build.evidence import TAIWAN, Evidence

FIRST_SCHOLAR_YEAR = 1998
PROXY = "KOR"  # whose moves stand in for those of Taiwan, rescaled
BACKLOG_YEARS = 12  # years of moves like those of the first year taken as already there, assumption
HOME_HAZARD = 0.05  # a year; 38 % are home after ten years (Amanzadeh et al. 2024)
LOSS_HAZARD = 0.025  # a year; 12 % moved on after ten years, the rest retire (same source)
RETURN_CAP = 0.6  # at most this share of a flow are returns, assumption
USA_FOREIGN = 0.41  # from overseas (Zeki, March 2025)
USA_CHINA = 0.33  # of the foreign: 36 % of doctorates on visas (NCSES), 39 % of researchers
USA_INDIA = 0.22  # above the 13 % of doctorates, since more come with other degrees, assumption
FOREIGN_KNOWN = {
    "DEU": 0.45,  # first degree from abroad (interface, 2024)
    "FRA": 0.30,  # likewise
    "KOR": 0.06,  # between 1 % of professionals (SGI 2025) and 8 % of scholars, assumption
    "TWN": 0.06,  # as in Korea, assumption
}
STUDENTS = 1.3  # foreign students among leavers per foreign share of residents, assumption
LEAST_NATIVE = 0.2  # at least this share of leavers were born where they leave from, assumption
SLOPE_BELOW = 1.8  # log odds of the share per log odds of its predictor, assumption
SLOPE_ABOVE = 0.7  # the same where the predictor is above the American one, assumption
FOREIGN_LOW, FOREIGN_HIGH = 0.01, 0.75  # bounds of the foreign share, assumption
PERSISTENCE = 0.4  # weight of all migrants against scholars in the mix of origins, assumption
TILT_ELSEWHERE = 0.3  # how far the American tilt to China and India holds elsewhere, assumption
ENTRANT_FACTOR = 0.8  # foreign share of entrants over that of residents, assumption
PREDICTOR_BOUNDS = (0.0005, 0.9)  # keeps log odds finite
OTHER_HEADS = 1.0e9  # people of the unnamed countries the bilateral file covers, about
LARGE_SENDERS = ("CHN", "IND", "IRN", "KOR", "PAK", "VNM", "NGA")
SENDER_TILT = 1.5  # weight of large senders of students over residents, assumption
SMALLEST = 50  # shares below so many hundred-thousandths go to the rest of the world
WHOLE = 100_000

Shares = dict[str, dict[str, int]]  # country → origin → hundred-thousandths


def yearly_moves(raw: Path, order: list[str]) -> np.ndarray:
    """Scholars moving in a year: year × from × to, the unnamed countries in one row."""
    index = {country: row for row, country in enumerate(order)}
    rest = index[REST_OF_WORLD]
    years = LAST_SCHOLAR_YEAR - FIRST_SCHOLAR_YEAR + 1
    moves = np.zeros((years, len(order), len(order)))
    for row in read_rows(raw, "flows_mpidr_scopus_scholar_bilateral_1998_2016.csv"):
        year = int(row["year"])
        if year <= LAST_SCHOLAR_YEAR:
            origin = index.get(row["from_iso3"], rest)
            destination = index.get(row["to_iso3"], rest)
            moves[year - FIRST_SCHOLAR_YEAR, origin, destination] += float(row["n_migrations"])
    add_taiwan(raw, moves, index)
    for year in range(years):
        np.fill_diagonal(moves[year], 0.0)
    return moves


def add_taiwan(raw: Path, moves: np.ndarray, index: dict[str, int]) -> None:
    """Fill Taiwan's missing rows with Korea's, scaled by their moves in the second data base."""
    taiwan, proxy = index[TAIWAN], index[PROXY]
    for column, axis in (("out_n", 1), ("in_n", 2)):
        totals = {TAIWAN: 0.0, PROXY: 0.0}
        for row in read_rows(raw, "flows_mpidr_scholar_country_year_1998_2020.csv"):
            usable = row["source_db"] == "openalex" and int(row["year"]) <= LAST_SCHOLAR_YEAR
            if usable and row["country_iso3"] in totals and row[column]:
                totals[row["country_iso3"]] += float(row[column])
        scaled = np.take(moves, proxy, axis=axis) * totals[TAIWAN] / totals[PROXY]
        if axis == 1:
            moves[:, taiwan, :] = scaled
        else:
            moves[:, :, taiwan] = scaled


def foreign_scholars(moves: np.ndarray) -> np.ndarray:
    """Scholars living in a country by origin: arrivals less returns and losses (from × in)."""
    living = moves[0] * BACKLOG_YEARS * (1.0 - HOME_HAZARD)
    for flow in moves:
        returns = np.minimum(living.T * HOME_HAZARD, RETURN_CAP * flow)
        living = living * (1.0 - LOSS_HAZARD) - returns.T + (flow - returns)
        living = np.maximum(living, 0.0)
    return np.asarray(living)


def born_there(living: np.ndarray, shares: dict[str, float], order: list[str]) -> np.ndarray:
    """The same, less those who had come as students and were only ever seen leaving.

    Many who move from a training country to their own first published as students abroad, so
    an arrival from there was often not born there; the more so the more foreign its people are.
    """
    natives = [max(LEAST_NATIVE, 1.0 - STUDENTS * shares[country]) for country in order]
    return np.asarray(living * np.asarray(natives)[:, None])


def foreign_shares(
    evidence: Evidence, living: np.ndarray, migrants: np.ndarray
) -> dict[str, float]:
    """Share of each country's AI people who were born abroad."""
    order = [*evidence.core, REST_OF_WORLD]
    heads = [*(evidence.population[c] for c in evidence.core), OTHER_HEADS]
    scholars = [*(evidence.scholars[c] for c in evidence.core), 0.0]
    scholars[-1] = evidence.scholars_total - sum(scholars)
    predictor = {}
    for row, country in enumerate(order):
        part = living[:, row].sum() / scholars[row]
        everyone = migrants[:, row].sum() / heads[row]
        predictor[country] = logit(clip(math.sqrt(part * everyone), *PREDICTOR_BOUNDS))
    found = {}
    for country, x in predictor.items():
        above = x - predictor["USA"]
        slope = SLOPE_ABOVE if above > 0.0 else SLOPE_BELOW
        share = share_of_odds(logit(USA_FOREIGN) + slope * above)
        found[country] = clip(share, FOREIGN_LOW, FOREIGN_HIGH)
    found.update(FOREIGN_KNOWN)
    return found


def origin_weights(living: np.ndarray, migrants: np.ndarray, order: list[str]) -> np.ndarray:
    """Mix of origins among the foreign of each country, columns summing to one."""
    scholars = living / living.sum(axis=0)
    everyone = migrants / migrants.sum(axis=0)
    mix = scholars ** (1.0 - PERSISTENCE) * everyone**PERSISTENCE
    np.fill_diagonal(mix, 0.0)
    mix /= mix.sum(axis=0)
    usa = order.index("USA")
    others = 1.0 - USA_CHINA - USA_INDIA
    tilted = [(order.index("CHN"), USA_CHINA), (order.index("IND"), USA_INDIA)]
    left = 1.0 - sum(mix[row, usa] for row, _ in tilted)
    for row, wanted in tilted:
        tilt = (wanted / mix[row, usa]) / (others / left)
        power = np.full(len(order), TILT_ELSEWHERE)
        power[usa] = 1.0
        mix[row] *= tilt**power
    return np.asarray(mix / mix.sum(axis=0))


def whole_shares(order: list[str], column: int, foreign: float, mix: np.ndarray) -> dict[str, int]:
    """Shares by origin in hundred-thousandths: small ones folded, the native share is the rest."""
    native, shares = order[column], dict[str, int]()
    shares[native] = WHOLE - round(WHOLE * foreign)
    for row, origin in enumerate(order):
        part = round(WHOLE * foreign * float(mix[row]))
        if origin not in (native, REST_OF_WORLD) and part >= SMALLEST:
            shares[origin] = part
    left = WHOLE - sum(shares.values())
    named = {origin: part for origin, part in shares.items() if origin != native}
    rest = max(sorted(named), key=named.__getitem__) if native == REST_OF_WORLD else REST_OF_WORLD
    shares[rest] = shares.get(rest, 0) + left
    return shares


def compose(raw: Path, evidence: Evidence) -> tuple[Shares, Shares]:
    """Origins of residents and of entrants, for every country."""
    order = [*evidence.core, REST_OF_WORLD]
    living = foreign_scholars(yearly_moves(raw, order))
    migrants, _ = migrant_stocks(raw, evidence)
    foreign = foreign_shares(evidence, living, migrants)
    living = born_there(living, foreign, order)
    foreign = foreign_shares(evidence, living, migrants)
    mix = origin_weights(living, migrants, order)
    students = mix.copy()
    for sender in LARGE_SENDERS:
        students[order.index(sender)] *= SENDER_TILT
    students /= students.sum(axis=0)
    residents, entrants = {}, {}
    for column, country in enumerate(order):
        share = foreign[country]
        residents[country] = whole_shares(order, column, share, mix[:, column])
        entrants[country] = whole_shares(order, column, ENTRANT_FACTOR * share, students[:, column])
    return residents, entrants


def build(raw: Path, out: Path, evidence: Evidence) -> None:
    """Write origins.csv."""
    residents, entrants = compose(raw, evidence)
    rows = []
    for country in [*evidence.core, REST_OF_WORLD]:
        for origin in sorted(set(residents[country]) | set(entrants[country])):
            share = residents[country].get(origin, 0) / WHOLE
            entering = entrants[country].get(origin, 0) / WHOLE
            imputed = TAIWAN in (country, origin) or REST_OF_WORLD in (country, origin)
            method = "origins_proxy" if imputed else "origins_scholars"
            rows.append((country, origin, f"{share:.5f}", f"{entering:.5f}", "imputed", method))
    header = ("country", "origin", "share", "entrant_share", "kind", "method")
    write_table(out / "origins.csv", header, rows)
