"""What past moves say of countries and pairs of them: affinity, mobility, amenity.

Moves between two countries have a part that goes both ways and a part that goes one way. The first
gives the affinity of the pair, beyond what size, distance and language explain; their sum over
partners gives the mobility of a country; the second gives its amenity. Each is shrunk by its own
sampling error towards what is usual, so that thin data say little.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.data.build.common import (
    LAST_SCHOLAR_YEAR,
    NORMAL_95,
    REST_OF_WORLD,
    by_country,
    number,
    read_rows,
    write_table,
)
from model.data.build.evidence import TAIWAN
from model.data.build.origins import yearly_moves

F64 = NDArray[np.float64]
FIRST_SCHOLAR_YEAR = 2007  # a move of then weighs less than a thousandth of one of the last year
LAST_LINKEDIN_YEAR = 2019  # the edition ends there
RECENCY = 0.45  # weight of a year relative to the next one (facts this project is held to)
DATABASES = ("scopus", "openalex")
GROUPS = {
    "Artificial Intelligence (AI)": 0.5,  # the wanted skill counts as much as all its neighbours
    "Data Science": 0.0625, "Scientific Computing": 0.0625, "Robotics": 0.0625,
    "Signal Processing": 0.0625, "Research": 0.0625, "Computer Software": 0.0625,
    "Internet": 0.0625, "Information Technology & Services": 0.0625,
}  # weights, assumption  # fmt: skip
UNDER_COVERED = ("CHN", "JPN", "KOR", "TWN")  # few of their people are members (World Bank)
COVERAGE_FACTOR = 2.0  # standard deviation of their discrepancy over that of others, assumption
LEAST_VARIANCE = 1e-4  # of what is estimated from differences; keeps weights finite
ROUNDS = 60  # of the fit of affinity, which settles long before
HEADER = (
    "country", "column", "value", "low", "high", "fit_years", "kind", "source", "method",
)  # fmt: skip
SCHOLAR_YEARS = f"{FIRST_SCHOLAR_YEAR}-{LAST_SCHOLAR_YEAR}"
LINKEDIN_YEARS = f"2015-{LAST_LINKEDIN_YEAR}"


class Estimate(NamedTuple):
    """Figures of all countries with standard errors; an infinite error where nothing is known."""

    value: F64
    error: F64


class Targets(NamedTuple):
    """What a calibration is held to, and where it starts; arrays over countries."""

    gross: Estimate
    net: Estimate
    mobility: Estimate
    amenity: Estimate
    scholars: Estimate
    linkedin: Estimate


class Affinity(NamedTuple):
    """Unordered pairs: both countries by row, affinity with its error, moves a year both ways."""

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    value: F64
    error: F64
    moves: F64
    known: NDArray[np.bool_]


class Moves(NamedTuple):
    """Recency-weighted sums for countries in one data base; blank countries hold nan."""

    arrivals: F64
    departures: F64
    scholars: F64
    world_rate: float
    """Arrivals and departures over scholars, all countries together."""


# weights and shrinkage --------------------------------------------------------------------


def year_weights(years: NDArray[np.int64], last: int) -> F64:
    """How much each year counts; the last year one, each earlier one less by a constant factor."""
    return np.asarray(RECENCY ** (last - years).astype(np.float64))


def effective_years(weights: F64) -> float:
    """Years of equal weight that would be as sure as these."""
    return float(weights.sum() ** 2 / (weights**2).sum())


def spread_of(values: F64, errors: F64) -> float:
    """Variance of true values about their mean, such that estimates scatter as they should.

    Notes
    -----
    The v with Σ (x − mean)² / (v + error²) = n − 1, the mean weighted likewise (Paule and Mandel
    1982, Journal of Research of the National Bureau of Standards 87: 377-385).
    """
    known = np.isfinite(errors)
    x, noise = values[known], errors[known] ** 2
    low, high = LEAST_VARIANCE, float(np.var(x)) * 4.0 + LEAST_VARIANCE
    for _ in range(60):
        middle = (low + high) / 2.0
        weight = 1.0 / (middle + noise)
        scatter = float((weight * (x - np.average(x, weights=weight)) ** 2).sum())
        low, high = (middle, high) if scatter > x.size - 1 else (low, middle)
    return low


def shrunk(estimate: Estimate, centre: float) -> Estimate:
    """Estimates drawn towards the usual value, the more the less sure they are."""
    prior = spread_of(estimate.value, estimate.error)
    known = np.isfinite(estimate.error)
    kept = np.where(known, prior / (prior + np.where(known, estimate.error, 0.0) ** 2), 0.0)
    value = centre + kept * (np.where(known, estimate.value, centre) - centre)
    error = np.where(known, np.sqrt(kept) * np.where(known, estimate.error, 0.0), math.sqrt(prior))
    return Estimate(value, error)


def pooled(values: F64, variances: F64, between: float) -> Estimate:
    """Mean over data bases (rows), each off by its own error and by what sets it apart."""
    known = np.isfinite(values)
    count = known.sum(axis=0)
    value = np.where(known, values, 0.0).sum(axis=0) / np.maximum(count, 1)
    total = np.where(known, variances + between, 0.0).sum(axis=0)
    error = np.where(count > 0, np.sqrt(total) / np.maximum(count, 1), np.inf)
    return Estimate(np.where(count > 0, value, np.nan), error)


def between_bases(values: F64, variances: F64) -> float:
    """Variance that sets one data base apart, from their differences (they have no common error).

    A shift common to all countries is taken out before, being a matter of definition.
    """
    both = np.isfinite(values).all(axis=0)
    excess = np.var(values[0, both] - values[1, both]) - variances[:, both].sum(axis=0).mean()
    return max(float(excess) / 2.0, LEAST_VARIANCE)


# scholars ---------------------------------------------------------------------------------


def scholar_moves(raw: Path, order: list[str], base: str) -> Moves:
    """Weighted yearly arrivals, departures and scholars of each named country."""
    sums = defaultdict[str, F64](lambda: np.zeros(3))
    for row in read_rows(raw, "flows_mpidr_scholar_country_year_1998_2020.csv"):
        year = int(row["year"])
        inside = FIRST_SCHOLAR_YEAR <= year <= LAST_SCHOLAR_YEAR and row["source_db"] == base
        figures = [number(row[name]) for name in ("in_n", "out_n", "researchers")]
        if inside and None not in figures:
            weight = RECENCY ** (LAST_SCHOLAR_YEAR - year)
            sums[row["country_iso3"]] += weight * np.asarray(figures, dtype=np.float64)
    world = np.sum(list(sums.values()), axis=0)
    rate = float((world[0] + world[1]) / world[2])
    missing = np.full(3, np.nan)
    # countries without any move recorded are not known to have none
    found = [sums[c] if c in sums and sums[c][:2].min() > 0 else missing for c in order]
    columns = np.asarray(found).T
    if base == "scopus":
        columns[:, order.index(REST_OF_WORLD)] = rest_moves(raw, order, sums)
    return Moves(columns[0], columns[1], columns[2], rate)


def rest_moves(raw: Path, order: list[str], sums: dict[str, F64]) -> F64:
    """The same for all other countries together; moves among themselves do not count."""
    years = yearly_moves(raw, order)
    first = FIRST_SCHOLAR_YEAR - LAST_SCHOLAR_YEAR - 1
    weights = year_weights(np.arange(first + 1, 1), 0)
    moves = np.tensordot(weights, years[first:], axes=1)
    named = [row for row, code in enumerate(order) if code not in (REST_OF_WORLD, TAIWAN)]
    rest = order.index(REST_OF_WORLD)
    others = sum(part[2] for code, part in sums.items() if code not in order)
    return np.asarray([moves[named, rest].sum(), moves[rest, named].sum(), others])


def counting_variance(moves: Moves) -> tuple[F64, F64]:
    """Poisson variances of log arrivals and log departures."""
    years = np.arange(FIRST_SCHOLAR_YEAR, LAST_SCHOLAR_YEAR + 1)
    weights = year_weights(years, LAST_SCHOLAR_YEAR)
    # a weighted sum S of Poisson counts is as sure as S · Σw / Σw² moves
    factor = float((weights**2).sum() / weights.sum())
    return factor / moves.arrivals, factor / moves.departures


def scholar_gross(bases: list[Moves]) -> Estimate:
    """Log of arrivals and departures over scholars, relative to the world's in each base."""
    logs = [np.log((b.arrivals + b.departures) / b.scholars / b.world_rate) for b in bases]
    counts = [counting_variance(b) for b in bases]
    noise = [1.0 / (1.0 / into + 1.0 / out) for into, out in counts]
    values, variances = np.asarray(logs), np.asarray(noise)
    return pooled(values, variances, between_bases(values, variances))


def scholar_balance(bases: list[Moves]) -> Estimate:
    """Half the log of arrivals over departures."""
    values = np.asarray([0.5 * np.log(b.arrivals / b.departures) for b in bases])
    variances = np.asarray([0.25 * sum(counting_variance(b)) for b in bases])
    return pooled(values, variances, between_bases(values, variances))


# members of a professional network -----------------------------------------------------------


def member_rates(raw: Path, order: list[str]) -> F64:
    """Recency-weighted net rates by skill or industry (rows) and country, nan where unknown.

    The rest of the world is the mean over its countries, weighted by their scholars.
    """
    scholars = scholars_of(raw)
    rest = order.index(REST_OF_WORLD)
    places = {country: column for column, country in enumerate(order)}
    tops = np.zeros((len(GROUPS), len(order)))
    bottoms = np.zeros_like(tops)
    for group, country, year, rate in member_observations(raw):
        place = places.get(country, rest)
        heads = scholars.get(country, 0.0) if place == rest else 1.0
        weight = heads * RECENCY ** (LAST_LINKEDIN_YEAR - year)
        tops[group, place] += weight * rate
        bottoms[group, place] += weight
    return np.where(bottoms > 0, tops / np.where(bottoms > 0, bottoms, 1.0), np.nan)


def member_observations(raw: Path) -> Iterator[tuple[int, str, int, float]]:
    """Group, country, year and net rate (fraction) of every figure of the chosen groups."""
    rows = {name: row for row, name in enumerate(GROUPS)}
    for kind, label, rate in (
        ("skill", "skill_group_name", "net_per_10k_members_with_skill"),
        ("industry", "industry_name", "net_per_10k_members_in_industry"),
    ):
        for row in read_rows(raw, f"flows_wb_linkedin_{kind}_net_2015_2019.csv"):
            name, year, value = row[label], int(row["year"]), number(row[rate])
            # research is a skill as well as an industry: the skill is meant
            chosen = name in rows and not (kind == "industry" and name == "Research")
            if chosen and value is not None and year <= LAST_LINKEDIN_YEAR:
                yield rows[name], row["country_iso3"], year, value / 1e4


def scholars_of(raw: Path) -> dict[str, float]:
    """Scholars of every country in the last year."""
    rows = read_rows(raw, "flows_mpidr_scholar_country_year_1998_2020.csv")
    last = (
        row for row in rows
        if row["source_db"] == DATABASES[0] and int(row["year"]) == LAST_SCHOLAR_YEAR
    )  # fmt: skip
    return by_country(last, "researchers")


def member_index(rates: F64) -> Estimate:
    """One figure of members' net moves a country, in units of its usual size, nought for balance.

    Each group is divided by its root mean square; the error is that of the weighted mean, from
    how much groups disagree, the disagreement pooled over countries.
    """
    known = np.isfinite(rates)
    scaled = rates / np.sqrt(np.nanmean(rates**2, axis=1))[:, None]
    weights = np.where(known, np.asarray(list(GROUPS.values()))[:, None], 0.0)
    total = weights.sum(axis=0)
    share = weights / np.where(total > 0, total, 1.0)
    mean = (share * np.where(known, scaled, 0.0)).sum(axis=0)
    apart = np.where(known, (scaled - mean) ** 2, 0.0)
    freedom = float(np.maximum(known.sum(axis=0) - 1, 0).sum())
    variance = float(apart.sum()) / freedom
    error = np.sqrt(variance * (share**2).sum(axis=0))
    return Estimate(np.where(total > 0, mean, np.nan), np.where(total > 0, error, np.inf))


def as_balance(index: Estimate, scholars: Estimate, usable: NDArray[np.bool_]) -> Estimate:
    """Members' net moves in the unit of scholars' balance: their true spreads are made equal.

    Members give net moves only, over people of one skill, so their level cannot be read as it is.
    """
    wide = spread_of(scholars.value[usable], scholars.error[usable])
    own = spread_of(index.value[usable], index.error[usable])
    factor = math.sqrt(wide / own)
    return Estimate(index.value * factor, index.error * factor)


def discrepancy(one: Estimate, other: Estimate, usable: NDArray[np.bool_]) -> float:
    """Variance that sets each of two measures apart from what both mean, half of it to each."""
    gap = one.value[usable] - other.value[usable]
    noise = one.error[usable] ** 2 + other.error[usable] ** 2
    return max(float(np.mean(gap**2) - np.mean(noise)) / 2.0, LEAST_VARIANCE)


def combined(scholars: Estimate, members: Estimate, order: list[str]) -> Estimate:
    """Balance of both measures, each weighted by the inverse of its variance.

    Members' figures of countries where few are members are trusted less.
    """
    thin = np.asarray([country in UNDER_COVERED for country in order])
    usable = np.isfinite(scholars.error) & np.isfinite(members.error) & ~thin
    apart = discrepancy(scholars, members, usable)
    factor = np.where(thin, COVERAGE_FACTOR**2, 1.0)
    weights = np.asarray([
        1.0 / (scholars.error**2 + apart),
        1.0 / (members.error**2 + apart * factor),
    ])  # fmt: skip
    values = np.nan_to_num(np.asarray([scholars.value, members.value]))
    total = weights.sum(axis=0)
    return Estimate((weights * values).sum(axis=0) / total, 1.0 / np.sqrt(total))


# targets ----------------------------------------------------------------------------------


def closed(balance: F64, persons: F64) -> F64:
    """Balance less a shift common to all, so that net moves of the world sum to nought in persons.

    Where moves balance is a matter of definition in both measures: a member or author is seen
    sooner in some countries than in others. ``persons`` are gross moves a year by country.
    """
    low, high = -1.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2.0
        surplus = float((persons * np.tanh(balance - middle)).sum())
        low, high = (middle, high) if surplus > 0 else (low, middle)
    return balance - low


def targets(raw: Path, order: list[str], stock: F64) -> Targets:
    """Gross and net rates of every country, and the mobility and amenity they suggest."""
    bases = [scholar_moves(raw, order, base) for base in DATABASES]
    relative = scholar_gross(bases)
    level = math.exp(float(np.mean([math.log(base.world_rate) for base in bases])))
    rate = level * np.exp(relative.value)
    gross = Estimate(rate, rate * relative.error)
    mobility = shrunk(relative, float(np.mean(relative.value)))
    scholars = scholar_balance(bases)
    index = member_index(member_rates(raw, order))
    both = np.isfinite(scholars.error) & np.isfinite(index.error)
    members = as_balance(index, scholars, both)
    balance = combined(scholars, members, order)
    balance = Estimate(closed(balance.value, rate * stock), balance.error)
    part = np.tanh(balance.value)
    error = rate * np.hypot((1.0 - part**2) * balance.error, part * relative.error)
    net = Estimate(rate * part, error)
    return Targets(gross, net, mobility, shrunk(balance, 0.0), scholars, members)


# affinity ---------------------------------------------------------------------------------


def affinities(raw: Path, out: Path, order: list[str]) -> Affinity:
    """Affinity of every pair; nought with the full spread where no moves are recorded."""
    years = yearly_moves(raw, order)[FIRST_SCHOLAR_YEAR - LAST_SCHOLAR_YEAR - 1 :]
    weights = year_weights(np.arange(1 - len(years), 1), 0)
    yearly = np.tensordot(weights, years, axes=1) / weights.sum()
    first, second = np.triu_indices(len(order), 1)
    both = (yearly + yearly.T)[first, second]
    taiwan = order.index(TAIWAN)
    known = (first != taiwan) & (second != taiwan)
    design = gravity_design(corridor_facts(out, order), first, second)
    counts = both * effective_years(weights)
    value, error, spread = fit_affinity(counts[known], design[known])
    values, errors = np.zeros(first.size), np.full(first.size, spread)
    values[known], errors[known] = value - value.mean(), error
    return Affinity(first, second, values, errors, np.where(known, both, np.nan), known)


def corridor_facts(out: Path, order: list[str]) -> tuple[F64, F64]:
    """Log distance and common language of every pair, from the table of corridors."""
    index = {country: row for row, country in enumerate(order)}
    apart, language = np.zeros((len(order),) * 2), np.zeros((len(order),) * 2)
    for row in read_rows(out, "corridors.csv"):
        at = index[row["origin"]], index[row["destination"]]
        apart[at] = math.log(float(row["distance_km"]))
        language[at] = float(row["common_language"])
    return apart, language


def gravity_design(
    facts: tuple[F64, F64], first: NDArray[np.int64], second: NDArray[np.int64]
) -> F64:
    """A column for each country (1 where it is one of the pair), log distance, language."""
    pairs = np.arange(first.size)
    size = np.zeros((first.size, facts[0].shape[0]))
    size[pairs, first] = 1.0
    size[pairs, second] = 1.0
    return np.column_stack([size, facts[0][first, second], facts[1][first, second]])


def fit_affinity(counts: F64, design: F64) -> tuple[F64, F64, float]:
    """Affinity, its error and its spread between pairs, from Poisson counts.

    Notes
    -----
    counts ~ Poisson(exp(design · b + affinity)), affinity ~ N(0, spread²), by penalised
    quasi-likelihood (Breslow and Clayton 1993, Journal of the American Statistical Association
    88: 9-25): the working response is fitted by generalised least squares, affinity is the
    shrunk residual, and the spread is what squares of affinity and its error say together. The
    error holds that of the line.
    """
    used = design[:, design.any(axis=0)]
    log_mean, variance = np.log(counts + 0.5), 1.0
    for _ in range(ROUNDS):
        mean = np.exp(log_mean)
        response = log_mean + (counts - mean) / mean
        weight = 1.0 / (1.0 / mean + variance)
        unsure = np.linalg.pinv(used.T @ (used * weight[:, None]))
        line = used @ (unsure @ (used.T @ (weight * response)))
        kept = variance * weight
        # held within reach of one another, so that pairs without moves cannot run away
        affinity = np.clip(kept * (response - line), -5.0, 5.0)
        log_mean = line + affinity
        # of the pair itself, and of the line it is measured from
        of_line = ((used @ unsure) * used).sum(axis=1)
        error = np.sqrt(variance * (1.0 - kept) + kept**2 * of_line)
        variance = float(np.mean(affinity**2 + error**2))
    return affinity, error, math.sqrt(variance)


# writing ----------------------------------------------------------------------------------


def stocks(out: Path) -> tuple[list[str], F64]:
    """Countries in table order with their stocks of AI people, from tables already built."""
    order = [row["country"] for row in read_rows(out, "country_names.csv")]
    found = {
        row["country"]: float(row["value"])
        for row in read_rows(out, "countries.csv")
        if row["column"] == "stock"
    }
    return order, np.asarray([found[country] for country in order])


def figure_rows(
    order: list[str], name: str, estimate: Estimate, origin: tuple[str, str, str]
) -> list[tuple[str, ...]]:
    """Rows of one figure and of its standard error; countries without it are left out."""
    years, source, method = origin
    rows = list[tuple[str, ...]]()
    for country, value, error in zip(order, estimate.value, estimate.error, strict=True):
        if not math.isfinite(error):
            continue
        low, high = value - NORMAL_95 * error, value + NORMAL_95 * error
        rows.append(
            (country, name, f"{value:.5f}", f"{low:.5f}", f"{high:.5f}", years, "imputed", source,
             method)
        )  # fmt: skip
        rows.append(
            (country, f"{name}_error", f"{error:.5f}", "", "", years, "imputed", source, method)
        )
    return rows


def affinity_rows(order: list[str], found: Affinity) -> list[tuple[str, ...]]:
    """Rows of the table of pairs; moves are blank where none are recorded."""
    return [
        (order[i], order[j], f"{value:.4f}", f"{error:.4f}", f"{moves:.2f}" if known else "")
        for i, j, value, error, moves, known in zip(*found, strict=True)
    ]


def build(raw: Path, out: Path) -> None:
    """Write mobility.csv and affinity.csv; the tables of countries and corridors come first."""
    order, stock = stocks(out)
    found = targets(raw, order, stock)
    scholars = (SCHOLAR_YEARS, "scholars")
    members = (LINKEDIN_YEARS, "wblinkedin")
    both = (f"{SCHOLAR_YEARS};{LINKEDIN_YEARS}", "scholars;wblinkedin")
    lines = [
        *figure_rows(order, "mobility", found.mobility, (*scholars, "gross_shrunk")),
        *figure_rows(order, "amenity", found.amenity, (*both, "balance_shrunk")),
        *figure_rows(order, "net_target", found.net, (*both, "net_closed")),
        *figure_rows(order, "gross_target", found.gross, (*scholars, "gross_mean")),
        *figure_rows(order, "balance_scholars", found.scholars, (*scholars, "balance_mean")),
        *figure_rows(order, "balance_linkedin", found.linkedin, (*members, "members_index")),
    ]
    place = {country: row for row, country in enumerate(order)}
    write_table(out / "mobility.csv", HEADER, sorted(lines, key=lambda line: place[line[0]]))
    header = ("country_a", "country_b", "affinity", "error", "flows")
    write_table(
        out / "affinity.csv", header, affinity_rows(order, affinities(raw, out, order))
    )
