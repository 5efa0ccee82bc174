"""Sizes of firms born in a run, after a soak: their tail, and how growth varies with size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.firms.findings import Finding
from experiments.firms.worlds import Estimate, FirmWorld, market, mean
from experiments.shared_out import Progress, shared_out
from model.world import World

F64 = NDArray[np.float64]
UNTIL = 2068
"""Last year of the soak: fifty years."""
GROWTH_YEARS = 20
"""Years before its end over which growth is seen."""
LEAST_IN_TAIL = 50
LEAST_OF_WORLD = 10
LEAST_SIZE = 3
"""People of a firm from which its growth counts: below, one person is a third of it."""
LEAST_IN_BIN = 30
LASTING_YEARS = 5
"""Years over which growth is summed where theory asks for what lasts of it."""
MANY = 12
"""People from which the coming and going of single people adds less than shocks to a firm."""
PUBLISHED_TAIL, PUBLISHED_SLOPE = 1.06, -0.2
SERIES = 12
"""Terms summed one by one before the rest of a zeta function is taken as an integral."""


class Soak(NamedTuple):
    """Firms of one world."""

    sizes: F64
    """People of each open startup that was founded in the run."""
    growth: pd.DataFrame
    """``year, firm, size, growth``: people at a year's end, and the log change to the next; blank
    where the firm has ended."""


def zeta(power: float, first: float) -> float:
    """Σ (first + k)^−power over k ≥ 0, by Euler and Maclaurin."""
    terms = first + np.arange(SERIES)
    edge = first + SERIES
    rest = edge ** (1.0 - power) / (power - 1.0) + 0.5 * edge**-power
    return float((terms**-power).sum() + rest + power * edge ** (-power - 1.0) / 12.0)


def exponent(sizes: F64, cutoff: int) -> float:
    """Exponent of P(S ≥ s) ~ s^−ζ of largest likelihood, for whole sizes from a cutoff on.

    Notes
    -----
    Maximises −n ln ζ(a, cutoff) − a Σ ln s over a = 1 + exponent (Clauset, Shalizi and Newman
    2009, equation 3.5) by golden section.
    """
    tail = sizes[sizes >= cutoff]
    logs = float(np.log(tail).mean())
    low, high, golden = 1.01, 8.0, (np.sqrt(5.0) - 1.0) / 2.0

    def less(power: float) -> float:
        return float(np.log(zeta(power, cutoff)) + power * logs)

    while high - low > 1e-6:
        left, right = high - golden * (high - low), low + golden * (high - low)
        low, high = (low, right) if less(left) < less(right) else (left, high)
    return float(0.5 * (low + high) - 1.0)


def distance(sizes: F64, cutoff: int) -> float:
    """Kolmogorov's distance between the tail and the fitted law."""
    tail = np.sort(sizes[sizes >= cutoff])
    power = exponent(sizes, cutoff) + 1.0
    at = np.unique(tail)
    seen = np.searchsorted(tail, at, side="right") / tail.size
    total = zeta(power, cutoff)
    law = np.array([1.0 - zeta(power, value + 1.0) / total for value in at])
    return float(np.abs(seen - law).max())


def best_cutoff(sizes: F64) -> int:
    """The size from which the law fits best, with enough firms beyond it."""
    candidates = [
        int(value) for value in np.unique(sizes) if (sizes >= value).sum() >= LEAST_IN_TAIL
    ]
    return min(candidates, key=lambda cutoff: distance(sizes, cutoff))


def volatility(growth: pd.DataFrame) -> pd.DataFrame:
    """Standard deviation of log growth by size, in steps of a factor of two: ``size, spread``."""
    known = growth[growth["size"] >= LEAST_SIZE].dropna(subset=["growth"])
    step = np.floor(np.log2(known["size"] / LEAST_SIZE)).astype(int)
    groups = known.groupby(step)
    table = pd.DataFrame({
        "size": groups["size"].apply(lambda size: float(np.exp(np.log(size).mean()))),
        "spread": groups["growth"].std(), "firms": groups.size(),
    })  # fmt: skip
    return table[(table["firms"] >= LEAST_IN_BIN) & (table["spread"] > 0)].reset_index(drop=True)


def slope(growth: pd.DataFrame, least: float = 0.0) -> float:
    """Slope of the log of that deviation on log size, groups weighted by their firms.

    Parameters
    ----------
    least
        Mean size of a group from which it counts.
    """
    table = volatility(growth)
    table = table[table["size"] >= least]
    if len(table) < 3:
        return float("nan")
    weight = np.sqrt(table["firms"].to_numpy(float))
    return float(np.polyfit(np.log(table["size"]), np.log(table["spread"]), 1, w=weight)[0])


def theory(growth: pd.DataFrame, cutoff: int) -> float:
    """Exponent that random growth in proportion to size has with these rates.

    Notes
    -----
    The positive root of s²ζ² / 2 + gζ − (δ + n) = 0 (Gabaix 2009, Luttmer 2007), with g and s² the
    mean and the variance a year of the log growth over some years, for teams follow demand with
    delay, of firms from the cutoff on; δ the share of them that end in a year and n the growth of
    the number of all firms.
    """
    by_year = growth.pivot(index="firm", columns="year", values="growth").T
    total = by_year.rolling(LASTING_YEARS).sum().shift(1 - LASTING_YEARS)
    large = cutoff <= growth.pivot(index="firm", columns="year", values="size").T
    known = total[large].stack().dropna()
    drift, variance = float(known.mean()) / LASTING_YEARS, float(known.var()) / LASTING_YEARS
    number = growth.groupby("year").size()
    leaving = float(growth.loc[growth["size"] >= cutoff, "growth"].isna().mean())
    leaving += float(np.polyfit(number.index, np.log(number), 1)[0])
    root = max(drift * drift + 2.0 * variance * leaving, 0.0) ** 0.5
    return (root - drift) / variance if variance > 0 else float("nan")


def soaked(world: FirmWorld, until: int = UNTIL, growth_years: int = GROWTH_YEARS) -> Soak:
    """Fifty years of a world; growth is seen at the ends of its last years."""
    made = market(world, f"{until}-12")
    growth, before = list[pd.DataFrame](), pd.Series(dtype=float)
    for year in range(until - growth_years, until + 1):
        made.run_until(f"{year}-12")
        now = _sizes(made.world)
        both = pd.concat([before, now], axis=1, keys=["size", "next"]).dropna(subset=["size"])
        growth.append(pd.DataFrame({
            "year": year - 1, "firm": both.index, "size": both["size"],
            "growth": np.log(both["next"] / both["size"]),
        }))  # fmt: skip
        before = now
    return Soak(before.to_numpy(float), pd.concat(growth, ignore_index=True))


def _sizes(world: World) -> pd.Series:
    """People of each open startup that was founded in the run, by row of employers."""
    v = world.ventures
    rows = v.open_rows()
    rows = rows[v.founder[rows] >= 0]
    employer = v.employer[rows]
    persons = world.employers.heads[employer] * world.employers.persons_per_agent[employer]
    found = pd.Series(persons.astype(float), index=employer)
    return found[found > 0]


def soaks(
    seeds: int, persons_per_agent: float, workers: int, progress: Progress | None = None,
    settings: Sequence[tuple[str, float]] = (),
) -> list[Soak]:
    """Seeds 1 to so many."""
    worlds = [FirmWorld(seed, persons_per_agent, tuple(settings)) for seed in range(1, seeds + 1)]
    return shared_out(soaked, worlds, workers, progress)


def cutoff_of(worlds: Sequence[Soak]) -> int:
    """One cutoff for all worlds, found where they are taken together."""
    return best_cutoff(np.concatenate([one.sizes for one in worlds]))


def tail(worlds: Sequence[Soak], cutoff: int) -> Estimate:
    """Exponent of firms from a size on, over worlds with firms enough."""
    return mean(
        exponent(one.sizes, cutoff) if (one.sizes >= cutoff).sum() >= LEAST_OF_WORLD else np.nan
        for one in worlds
    )


def tails(worlds: Sequence[Soak], cutoffs: Sequence[int]) -> pd.DataFrame:
    """The exponent by cutoff, and that of theory, each as four columns from ``value`` on."""
    rows = [
        (cutoff, sum(int((one.sizes >= cutoff).sum()) for one in worlds), *tail(worlds, cutoff),
         *mean(theory(one.growth, cutoff) for one in worlds))
        for cutoff in sorted({cutoff_of(worlds), *cutoffs})
    ]  # fmt: skip
    names = ("value", "low", "high", "seeds")
    return pd.DataFrame(
        rows, columns=["cutoff", "firms", *names, *(f"theory_{name}" for name in names)]
    )


def findings(worlds: Sequence[Soak]) -> list[Finding]:
    """Exponent of the tail and slope of volatility, over worlds."""
    cutoff = cutoff_of(worlds)
    slopes = mean(slope(one.growth) for one in worlds)
    larger = mean(slope(one.growth, MANY) for one in worlds)
    firms = sum(int((one.sizes >= cutoff).sum()) for one in worlds)
    return [
        Finding("sizes", f"exponent of the tail, {firms:,} firms of {cutoff} people and more",
                tail(worlds, cutoff), "", None, PUBLISHED_TAIL, 2),
        Finding("sizes", "slope of log volatility on log size", slopes, "", -1, PUBLISHED_SLOPE, 2),
        Finding("sizes", f"the same, firms of {MANY} people and more", larger, "", -1,
                PUBLISHED_SLOPE, 2),
    ]  # fmt: skip

