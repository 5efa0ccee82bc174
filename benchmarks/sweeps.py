"""Sweeps beside Mesa's batch_run and joblib: overhead a run, speed-up, and memory as runs grow.

Run ``python benchmarks/sweeps.py``, some ten minutes on two cores; ``--runs 40 --most 200`` for a
first look. Every tool lives the same tiny worlds (190 people, two months) and keeps the same yearly
figures. Overhead is the time of all processes less that of the worlds themselves, a run; memory is
the peak of one process that lives all runs.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import mesa
import pandas as pd

from experiments.record import peak_memory
from experiments.sweep.design import Design
from experiments.sweep.design_files import read_design
from experiments.sweep.keeping import Keep
from experiments.sweep.living import Task
from experiments.sweep.store import Store
from experiments.sweep.workers import lived_by_processes, lived_here
from model.talent_market import TalentMarket

SCALE, UNTIL = 5000.0, "2019-02"
PARAMETER = "bidding.home_attachment"
SETTINGS = {"opening.burn_in_months": 0.0}
REPEATS = 3
MEGABYTE = 2**20
COUNTS = (20, 200, 2000)


class Timed(NamedTuple):
    """What living some runs took."""

    wall: float
    inside: float
    """Seconds of the worlds themselves, over all processes."""


def value(number: int) -> float:
    """The value of the parameter in a run."""
    return 0.2 + number % 100 / 100


def lived(home: float) -> tuple[pd.DataFrame, float]:
    """The yearly figures of one world, and the seconds it took."""
    started = time.perf_counter()
    market = TalentMarket("small", persons_per_agent=SCALE, until=UNTIL,
                          parameters={**SETTINGS, PARAMETER: home})  # fmt: skip
    market.run_until(UNTIL)
    return Keep().of(market.national()), time.perf_counter() - started


def sweep_design(runs: int) -> Design:
    """A design of so many runs."""
    frame = pd.DataFrame({PARAMETER: [value(number) for number in range(runs)]})
    written = {"scenario": "small", "persons_per_agent": SCALE, "until": UNTIL,
               "parameters": SETTINGS}  # fmt: skip
    base = read_design(written)
    return read_design(frame, scenario=base.scenario, runs=runs)


# Tools ---------------------------------------------------------------------------------------


def by_sweep(runs: int, workers: int) -> Timed:
    """This project's sweep, parts written to disk; the start of processes is not counted."""
    design = sweep_design(runs + workers)
    with tempfile.TemporaryDirectory() as folder:
        store = Store.opened(Path(folder), design)
        tasks = (Task.of(design, run) for run in store.missing())
        outcomes = lived_here(tasks) if workers == 1 else lived_by_processes(tasks, workers)
        for _ in range(workers):  # the first of each process loads compiled code
            store.keep(*next(outcomes)[:2])
        started, inside = time.perf_counter(), 0.0
        for outcome in outcomes:
            store.keep(outcome.run, outcome.part)
            inside += outcome.seconds
        return Timed(time.perf_counter() - started, inside)


def by_joblib(runs: int, workers: int) -> Timed:
    """Joblib, frames in memory."""
    from joblib import Parallel, delayed

    with Parallel(n_jobs=workers) as parallel:
        parallel(delayed(lived)(value(number)) for number in range(2 * workers))
        started = time.perf_counter()
        found = parallel(delayed(lived)(value(number)) for number in range(runs))
        return Timed(time.perf_counter() - started, sum(seconds for _, seconds in found))


class Once(mesa.Model):  # type: ignore[misc]
    """A Mesa model that lives a whole world in one step, for ``batch_run``."""

    def __init__(self, number: int = 0, seed: int | None = None) -> None:
        super().__init__(seed=seed)
        self.home, self.seconds = value(number), 0.0
        self.figures: Any = None
        reporters = {"figures": lambda model: model.figures, "seconds": lambda model: model.seconds}
        self.datacollector = mesa.DataCollector(model_reporters=reporters)

    def step(self) -> None:
        """The world, lived and collected."""
        self.figures, self.seconds = lived(self.home)
        self.datacollector.collect(self)
        self.running = False


def by_mesa(runs: int, workers: int) -> Timed:
    """Mesa's ``batch_run``, frames in memory; the start of processes counts, for it keeps none."""
    started = time.perf_counter()
    found = mesa.batch_run(
        Once, {"number": list(range(runs))}, number_processes=workers, max_steps=1,
        display_progress=False,
    )  # fmt: skip
    wall = time.perf_counter() - started
    return Timed(wall, sum(row["seconds"] for row in found))


TOOLS: dict[str, Callable[[int, int], Timed]] = {
    "talentmarket sweep": by_sweep, "joblib": by_joblib, "Mesa batch_run": by_mesa,
}  # fmt: skip


# Tables --------------------------------------------------------------------------------------


def measured(tool: str, runs: int, workers: int) -> dict[str, float]:
    """What a tool took in a process of its own: seconds, and bytes at the peak."""
    command = [sys.executable, __file__, "--tool", tool, "--runs", str(runs), "--workers",
               str(workers)]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def measure(tool: str, runs: int, workers: int) -> None:
    """Let a tool live some runs and print what it took."""
    lived(value(0))  # loads compiled code, for processes that are copies of this one, too
    timed = TOOLS[tool](runs, workers)
    print(json.dumps({**timed._asdict(), "peak": peak_memory()}))


def speed(runs: int) -> None:
    """Overhead a run and speed-up, medians over repeats in which tools take turns."""
    found: dict[tuple[str, int], list[dict[str, float]]] = {}
    for _ in range(REPEATS):
        for name in TOOLS:
            for workers in (1, 2):
                found.setdefault((name, workers), []).append(measured(name, runs, workers))
    print(f"{runs} runs of {SCALE:g} persons per agent to {UNTIL}; medians of {REPEATS}")
    print(f"{'':20}{'1 worker, s':>12}{'2 workers, s':>14}{'speed-up':>10}"
          f"{'overhead a run, ms: 1 worker':>31}{'2 workers':>16}")  # fmt: skip
    for name in TOOLS:
        walls = {workers: [one["wall"] for one in found[name, workers]] for workers in (1, 2)}
        ups = [one / two for one, two in zip(walls[1], walls[2], strict=True)]
        cells = [
            [1e3 * (workers * one["wall"] - one["inside"]) / runs for one in found[name, workers]]
            for workers in (1, 2)
        ]
        alone, both = (f"{statistics.median(o):.1f} ({min(o):.1f}–{max(o):.1f})" for o in cells)
        print(f"{name:20}{statistics.median(walls[1]):12.2f}{statistics.median(walls[2]):14.2f}"
              f"{statistics.median(ups):10.2f}{alone:>31}{both:>16}", flush=True)  # fmt: skip
    print()


def memory(most: int) -> None:
    """Peak memory of one process by the number of runs it lives."""
    counts = [count for count in COUNTS if count <= most]
    print("peak memory of one process, megabytes")
    print(f"{'runs':20}" + "".join(f"{count:>10,}" for count in counts))
    for name in TOOLS:
        cells = [measured(name, count, 1)["peak"] / MEGABYTE for count in counts]
        print(f"{name:20}" + "".join(f"{cell:10.0f}" for cell in cells), flush=True)


def main() -> None:
    """Print both tables, or what one tool took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200, help="runs of the table of speed")
    parser.add_argument("--most", type=int, default=COUNTS[-1], help="runs for memory at most")
    parser.add_argument("--tool", choices=list(TOOLS), help="measure this one, here")
    parser.add_argument("--workers", type=int, default=1, help="processes of the tool")
    options = parser.parse_args()
    if options.tool:
        measure(options.tool, options.runs, options.workers)
        return
    speed(options.runs)
    memory(options.most)


if __name__ == "__main__":
    main()
