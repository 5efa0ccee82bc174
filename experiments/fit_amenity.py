"""Amenity of countries, fitted so that the world gains and loses people as the data say.

The data give the yearly net moves of every country in the years up to 2019 (``net_target``). Part
of them the model explains by pay, laboratories, visas and ties; what is left is amenity. It is
found by running the year 2019 of the baseline again and again, with common seeds,
and moving each country's amenity by what it still lacks. Run it with
``python -m experiments.fit_amenity``.
"""

from __future__ import annotations

import argparse
import csv
import dataclasses
import itertools
import multiprocessing
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model import tables
from model.talent_market import TalentMarket

F64 = NDArray[np.float64]

YEAR = "2019"  # the last of the fit years
BOUND = 1.0  # amenity in utility stays within one either way, assumption
PRIOR_SPREAD = 0.5  # what the first-order value may be off by, in utility, assumption
PROBE = 0.15  # utility by which amenity is moved up and down to see the response, assumption
LEAST_RESPONSE = 0.2  # log points of balance for one of utility; keeps steps finite, assumption
DAMPING = 0.6  # part of the first step that is taken; later ones shrink, assumption
LONGEST_STEP = 0.2  # utility in one round, since the response is far from linear, assumption
FRESH = 1000  # seeds of the last check lie so far above those of the fit
HEADER = ("country", "amenity", "kind", "target", "simulated", "residual")


class Goal(NamedTuple):
    """What is to be met, by country."""

    countries: tuple[str, ...]
    stock: F64
    """Persons."""
    net: F64
    """Yearly net moves over stock."""
    error: F64
    """Standard error of that."""
    first: F64
    """First-order amenity: balance in log points."""


class Seen(NamedTuple):
    """What was simulated, mean over seeds."""

    net: F64
    gross: F64


class Fit(NamedTuple):
    """Amenity found, with what fresh seeds make of it."""

    amenity: F64
    simulated: F64
    response: float
    """Log points of balance for one of amenity."""
    history: tuple[float, ...]
    """Root mean square of what was lacking each round, in units of its standard error."""


Simulate = Callable[[F64, Sequence[int]], Seen]


def goal() -> Goal:
    """The targets of the shipped tables."""
    shipped = tables.load()
    figures = {
        (row["country"], row["column"]): float(row["value"])
        for row in tables.read_rows("mobility.csv")
    }

    def column(name: str) -> F64:
        return np.array([figures[country, name] for country in shipped.countries])

    return Goal(
        shipped.countries, shipped.country["stock"], column("net_target"),
        column("net_target_error"), column("amenity"),
    )  # fmt: skip


@dataclasses.dataclass(frozen=True)
class StillYear:
    """Worlds of one size, run for the year; called with amenity and seeds."""

    persons_per_agent: float
    starmap: Callable[..., Iterable[tuple[F64, F64]]] = itertools.starmap
    """How jobs are shared out: here one after another, or that of a pool of processes."""

    def __call__(self, amenity: F64, seeds: Sequence[int]) -> Seen:
        """Mean yearly net and gross moves over the opening stock."""
        jobs = [(amenity, seed, self.persons_per_agent) for seed in seeds]
        found = list(self.starmap(live_a_year, jobs))
        inflow, outflow = np.mean(found, axis=0)
        return Seen(inflow - outflow, inflow + outflow)


def live_a_year(amenity: F64, seed: int, persons_per_agent: float) -> tuple[F64, F64]:
    """Arrivals and departures of one world in the fit year over its opening stock."""
    data = tables.load().with_values({"amenity": amenity})
    market = TalentMarket(
        "baseline", seed=seed, persons_per_agent=persons_per_agent, until=f"{YEAR}-12", data=data
    )
    stock = np.maximum(market.world.stock() * persons_per_agent, persons_per_agent)
    market.run_until(f"{YEAR}-12")
    table = market.national()
    year = table[table["period"] == YEAR].pivot(index="country", columns="measure", values="value")
    year = year.loc[list(data.countries)]
    return year["inflow"].to_numpy() / stock, year["outflow"].to_numpy() / stock


def fit(
    simulate: Simulate, aim: Goal, persons_per_agent: float, seeds: Sequence[int], rounds: int = 10
) -> Fit:
    """Amenity at which simulated net moves meet the targets, as far as both are known.

    Notes
    -----
    Each round moves amenity a by a damped Newton step towards the least of
    Σ ((target − net(a)) / error)² + ((a − first) / spread)², with the slope of net in a taken as
    response × gross. The error holds that of the target and the counting noise of the runs. The
    mean over the later half of the rounds is kept, since each round is noisy.
    """
    start = np.zeros(aim.net.size)
    base = simulate(start, seeds)
    response = measured_response(simulate, aim, base, seeds)
    first = np.clip(aim.first / response, -BOUND, BOUND)
    # countries where nobody happened to move are not known to be still
    usual = np.maximum(base.gross, np.median(base.gross))
    noise = usual * persons_per_agent / (aim.stock * len(seeds))
    variance = aim.error**2 + noise
    amenity, kept = centred(first, aim.stock), list[F64]()
    history = list[float]()
    for round_ in range(rounds):
        seen = simulate(amenity, seeds)
        lack = aim.net - seen.net
        history.append(float(np.sqrt(np.mean(lack**2 / variance))))
        slope = response * np.maximum(seen.gross, np.median(seen.gross) / 4.0)
        pull = slope * lack / variance - (amenity - first) / PRIOR_SPREAD**2
        gain = DAMPING / np.sqrt(1.0 + round_ / 5.0)
        step = gain * pull / (slope**2 / variance + PRIOR_SPREAD**-2)
        amenity = centred(amenity + np.clip(step, -LONGEST_STEP, LONGEST_STEP), aim.stock)
        if round_ >= rounds // 2:
            kept.append(amenity)
    settled = np.clip(np.mean(kept, axis=0), -BOUND, BOUND)
    checked = simulate(settled, [seed + FRESH for seed in seeds])
    return Fit(settled, checked.net, response, tuple(history))


def measured_response(simulate: Simulate, aim: Goal, base: Seen, seeds: Sequence[int]) -> float:
    """Log points of balance that one of amenity gives, pooled over countries.

    Amenity is moved up in every second country by size and down in the others; a country's net
    moves over its gross ones then change by the response times how far it was moved.
    """
    order = np.argsort(-aim.stock)
    moved = np.empty(aim.net.size)
    moved[order] = np.where(np.arange(order.size) % 2 == 0, PROBE, -PROBE)
    up, down = simulate(moved, seeds), simulate(-moved, seeds)
    scale = base.gross * moved
    weight = aim.stock / np.maximum(base.gross, 1e-6)
    slope = float((weight * scale * (up.net - down.net) / 2.0).sum() / (weight * scale**2).sum())
    return max(slope, LEAST_RESPONSE)


def centred(amenity: F64, stock: F64) -> F64:
    """Amenity with zero mean over people; its level has no meaning."""
    return np.clip(amenity - np.average(amenity, weights=stock), -BOUND, BOUND)


def write(found: Fit, aim: Goal, path: Path) -> None:
    """Write the table under a temporary name and put it in place in one move."""
    temporary = path.with_name(path.name + ".tmp")
    with temporary.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(HEADER)
        for row in zip(aim.countries, found.amenity, aim.net, found.simulated, strict=True):
            country, amenity, target, simulated = row
            writer.writerow((
                country, f"{amenity:.4f}", "fitted", f"{target:.5f}", f"{simulated:.5f}",
                f"{target - simulated:.5f}",
            ))  # fmt: skip
    os.replace(temporary, path)


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit at the size asked for, print how it went, write the table."""
    parser = argparse.ArgumentParser(description="fit amenity to net moves of the years to 2019")
    parser.add_argument("--persons-per-agent", type=float, default=10.0)
    parser.add_argument("--seeds", type=int, default=6)
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--workers", type=int, default=2)
    shipped = Path(str(tables.FOLDER)) / "amenity.csv"
    parser.add_argument("--out", type=Path, default=shipped)
    chosen = parser.parse_args(arguments)
    aim = goal()
    seeds = range(1, chosen.seeds + 1)
    with multiprocessing.get_context("spawn").Pool(chosen.workers) as pool:
        simulate = StillYear(chosen.persons_per_agent, pool.starmap)
        found = fit(simulate, aim, chosen.persons_per_agent, seeds, chosen.rounds)
    write(found, aim, chosen.out)
    lack = aim.net - found.simulated
    print("what was lacking by round, in standard errors:", *(f"{x:.2f}" for x in found.history))
    print(f"response {found.response:.2f} log points for one of utility")
    spread = np.cov(aim.net, found.simulated, aweights=aim.stock)
    alike = spread[0, 1] / np.sqrt(spread[0, 0] * spread[1, 1])
    print(f"correlation with targets, by stock {alike:.2f}")
    print(f"mean absolute residual {np.average(np.abs(lack), weights=aim.stock):.4f} a year")


if __name__ == "__main__":
    main()
