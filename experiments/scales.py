"""Scales: whether national results hold when one agent stands for more or fewer persons.

The baseline is run at several scales with several seeds; every result is compared between every
two scales. Means over seeds differ by luck even where the scale is harmless, so each difference
is held against what luck gives (Welch's test), and the smallest chances are raised by the number of
comparisons (Holm): with the rate ``FALSE_ALARM`` of one false alarm in the whole table. Run it with
``python -m experiments.scales --markdown docs/scales.md``.
"""

from __future__ import annotations

import argparse
import itertools
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from agents.declare import InputError
from agents.employers import MONTHS
from agents.levers import EMPLOYER_KINDS
from experiments.scorecard.arithmetic import estimate
from experiments.shared_out import Progress, shared_out, write_page
from model.tables import REST
from model.talent_market import TalentMarket

F64 = NDArray[np.float64]
FALSE_ALARM = 1e-3
LARGEST = 15  # countries shown one by one
LOTTERY = "usa-h-1b"
STEPS = 4001  # points of the sum that stands for the integral of Student's density


class World(NamedTuple):
    """One world to run."""

    persons_per_agent: float
    seed: int
    until: str


def results_of(task: World) -> dict[str, float]:
    """National results of one world, by name; means over its years where not said otherwise."""
    market = TalentMarket(
        "baseline", seed=task.seed, persons_per_agent=task.persons_per_agent, until=task.until
    )
    world, tables = market.world, market.tables
    lottery = np.array([scheme.id == LOTTERY for scheme in world.rules.schemes])
    odds = list[float]()
    while market.month < market.end_month:
        market.step()
        in_force = lottery & world.rules.in_force(world.month)
        odds.extend(world.odds[in_force].tolist())
    levels, counts = market.recorder.levels, market.recorder.counts[1:]
    stocks = np.array([level.stock for level in levels], dtype=np.float64)
    jobs = np.array([level.stock.sum() - level.jobless.sum() for level in levels])
    flows = np.array([count.flows for count in counts], dtype=np.float64)
    lived = stocks[:-1].sum(axis=0) / MONTHS
    last = levels[-1]
    supply = last.supply.sum(axis=0) / last.supply.sum()
    demand = last.demand.sum(axis=0) / last.demand.sum()
    found = {
        "moves across borders, % of the stock a year": 100.0 * flows[:, 0].sum() / lived.sum(),
        "changes of employer, % of jobs a month":
            100.0 * sum(count.job_moves for count in counts) / jobs[:-1].sum(),
        "mean pay at the end, USD of 2024 a year": last.payroll.sum() / jobs[-1],
        "without a job, %": 100.0 * (1.0 - jobs[1:].sum() / stocks[1:].sum()),
        "mismatch at the end, %": 50.0 * np.abs(supply - demand).sum(),
        "chance in the American lottery, %": 100.0 * float(np.mean(odds)),
    }  # fmt: skip
    kind, heads = world.employers.kind, world.employers.heads
    for number, name in enumerate(EMPLOYER_KINDS):
        share = heads[kind == number].sum() / heads.sum()
        found[f"at work in {name.replace('_', ' ')} at the end, %"] = 100.0 * float(share)
    net = 100.0 * (flows[:, 0] - flows[:, 1]).sum(axis=0) / np.maximum(lived, 1.0)
    for code in largest(tables.countries, tables.country["stock"]):
        row = tables.index[code]
        found[f"stock at the end, {code}, persons"] = float(
            last.stock[row] * task.persons_per_agent
        )
        found[f"net moves, {code}, % of the stock a year"] = float(net[row])
    return {name: float(value) for name, value in found.items()}


def largest(countries: Sequence[str], stock: F64) -> list[str]:
    """The named countries of the largest stocks, largest first."""
    order = [countries[row] for row in np.argsort(-stock, kind="stable")]
    return [code for code in order if code != REST][:LARGEST]


# Comparison ----------------------------------------------------------------------------------


def student_tail(score: float, freedom: float) -> float:
    """Chance that Student's t lies at least so far from nought, either way.

    With t = √f · tan a its density is a power of cos a, which is summed by the trapezoid rule.
    """
    edge = np.arctan(abs(score) / np.sqrt(freedom))
    tail = np.linspace(edge, np.pi / 2.0, STEPS)
    whole = np.linspace(0.0, np.pi / 2.0, STEPS)
    power = freedom - 1.0
    sums = [np.trapezoid(np.cos(angles).clip(0.0) ** power, angles) for angles in (tail, whole)]
    return float(min(sums[0] / sums[1], 1.0))


def welch(left: F64, right: F64) -> float:
    """Chance of a difference of means so large by luck, spreads being free to differ."""
    errors = np.array([np.var(side, ddof=1) / side.size for side in (left, right)])
    gap = float(left.mean() - right.mean())
    if errors.sum() <= 0.0:
        return 1.0 if gap == 0.0 else 0.0
    freedom = errors.sum() ** 2 / (errors**2 / [left.size - 1, right.size - 1]).sum()
    return student_tail(gap / float(np.sqrt(errors.sum())), float(freedom))


def holm(chances: Sequence[float]) -> F64:
    """Chances raised so that any of them below a rate is a false alarm at most at that rate."""
    values = np.asarray(chances, dtype=np.float64)
    order = np.argsort(values, kind="stable")
    raised = np.maximum.accumulate(values[order] * np.arange(values.size, 0, -1))
    adjusted = np.empty_like(values)
    adjusted[order] = np.minimum(raised, 1.0)
    return adjusted


Worlds = Mapping[float, Sequence[Mapping[str, float]]]
"""Results of each seed by persons an agent."""


def live(
    scales: Sequence[float], seeds: int, until: str, workers: int = 2,
    progress: Progress | None = None,
) -> dict[float, list[dict[str, float]]]:
    """The results of seeds 1 to so many at every scale."""
    # long worlds first, so that no process is left with one at the end
    ordered = sorted(scales)
    tasks = [World(scale, seed, until) for scale in ordered for seed in range(1, seeds + 1)]
    found = shared_out(results_of, tasks, workers, progress)
    return {
        scale: found[place * seeds : (place + 1) * seeds] for place, scale in enumerate(ordered)
    }


def compare(worlds: Worlds) -> pd.DataFrame:
    """Every result at every two scales, with the chance that luck alone sets them so far apart.

    Returns
    -------
    DataFrame
        ``result``, ``fine`` and ``coarse`` (persons an agent), their means ``at_fine`` and
        ``at_coarse``, ``chance`` (raised after Holm over all rows) and ``differs`` (it lies below
        ``FALSE_ALARM``).
    """
    rows = []
    for fine, coarse in itertools.combinations(sorted(worlds), 2):
        for name in worlds[fine][0]:
            left, right = (
                np.array([result[name] for result in worlds[scale]]) for scale in (fine, coarse)
            )
            rows.append((name, fine, coarse, left.mean(), right.mean(), welch(left, right)))
    columns = ["result", "fine", "coarse", "at_fine", "at_coarse", "chance"]
    frame = pd.DataFrame(rows, columns=columns)
    frame["chance"] = holm(frame["chance"].to_list())
    frame["differs"] = frame["chance"] < FALSE_ALARM
    return frame


# Page ----------------------------------------------------------------------------------------


def to_markdown(worlds: Worlds, until: str) -> str:
    """Means at every scale with intervals, and which of them differ."""
    scales = sorted(worlds)
    seeds = len(worlds[scales[0]])
    frame = compare(worlds)
    command = (
        f"python -m experiments.scales --scales {' '.join(f'{scale:g}' for scale in scales)} "
        f"--seeds {seeds} --until {until}"
    )
    lines = [
        "# Do results hold at other scales?", "",
        f"Made by `{command} --markdown docs/scales.md`.", "",
        f"Baseline to {until}, means over {seeds} seeds with half-widths of 95 % intervals, by "
        "persons an agent. The last column names the pairs of scales whose difference luck does "
        f"not explain: Welch's test, raised after Holm over all {len(frame)} comparisons, at a "
        f"rate of {FALSE_ALARM:g} for one false alarm in the whole table. "
        f"{int(frame['differs'].sum())} of them differ.", "",
        f"| result | {' | '.join(f'1:{scale:g}' for scale in scales)} | differ |",
        "| --- " * (len(scales) + 2) + "|",
    ]  # fmt: skip
    for name in worlds[scales[0]][0]:
        cells = []
        for scale in scales:
            mean, half = estimate([(result[name], 1.0) for result in worlds[scale]])
            digits = 0 if abs(mean) >= 1000 else 2
            cells.append(f"{mean:,.{digits}f} ± {half:,.{digits}f}".replace("-", "−"))
        apart = frame[(frame["result"] == name) & frame["differs"]]
        pairs = [f"{row.fine:g} and {row.coarse:g}" for row in apart.itertuples()]
        lines.append(f"| {name} | {' | '.join(cells)} | {', '.join(pairs) or '–'} |")
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the worlds and print or write the page."""
    parser = argparse.ArgumentParser(description="compare national results between scales")
    parser.add_argument("--scales", type=float, nargs="+", default=[20.0, 50.0, 100.0])
    parser.add_argument("--seeds", type=int, default=12)
    parser.add_argument("--until", default="2023-12", help="last month, included")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--markdown", type=Path, help="write the page there, else print it")
    chosen = parser.parse_args(arguments)
    if chosen.seeds < 2 or len(set(chosen.scales)) < 2 or chosen.workers < 1:
        parser.error("two seeds, two different scales and one worker at least are needed")

    def progress(done: int, total: int) -> None:
        if sys.stderr.isatty():
            print(f"\r{done} of {total} worlds", end="", file=sys.stderr, flush=True)

    try:
        worlds = live(chosen.scales, chosen.seeds, chosen.until, chosen.workers, progress)
    except InputError as fault:
        parser.error(str(fault))
    write_page(to_markdown(worlds, chosen.until), chosen.markdown)


if __name__ == "__main__":
    main()
