"""What ``talentmarket sweep`` does once its arguments are understood."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from talentmarket.terminal import DONE, FAILED, INTERRUPTED, failure, say, span

if TYPE_CHECKING:
    from experiments.sweep import Design, Tally


def sweep(options: argparse.Namespace) -> int:
    """Live what is missing of a sweep, or say how much that is; the exit code.

    Runs that are there stay whatever happens, and the same command goes on from them.
    """
    from experiments.sweep import SweepStopped, live_all, read_design
    from experiments.sweep.progress import bar

    design = read_design(options.design, runs=options.runs)
    if options.picture is not None:
        country, measure = options.picture
        design.keep.check_kept(measure, country)
    if options.dry_run:
        return _tell(design, options)
    try:
        with bar(design.scenario.name) as progress:
            tally = live_all(
                design, options.out, workers=options.workers, cluster=options.cluster,
                progress=progress,
            )
    except KeyboardInterrupt as fault:
        say(f"interrupted; {''.join(getattr(fault, '__notes__', ['nothing was run']))}.")
        return INTERRUPTED
    except SweepStopped as fault:
        say(f"the sweep stopped: {fault}.")
        return FAILED
    except (OSError, MemoryError) as fault:
        return failure("the sweep", fault, f"what was lived is kept in {options.out}")
    _print_result(design, tally, options.out)
    if options.picture is not None:
        print(f"Picture: {_draw(options.out, *options.picture)}")
    return DONE if tally.failed < tally.total else FAILED


def _draw(folder: str, country: str, measure: str) -> Path:
    """The picture of one measure of one country."""
    from experiments.sweep import read_sweep
    from experiments.sweep.store import PICTURE
    from experiments.sweep_figures import overview
    from experiments.whole_files import replacing

    frame = read_sweep(folder, measures=[measure], countries=[country])
    figure, file = overview(frame, measure, country), Path(folder) / PICTURE
    with replacing(file) as fresh:
        figure.savefig(fresh, format="png", dpi=150)
    return file


def _tell(design: Design, options: argparse.Namespace) -> int:
    """How many runs there are, how many of them are there already, and how long the rest takes."""
    from experiments.kept_folder import check_folder
    from experiments.processes import check_workers
    from experiments.sweep.store import KIND, Store
    from experiments.sweep.sweeping import seconds_a_run, tally_of

    check_workers(options.workers)
    check_folder(options.out, KIND, design.checksum, design.description)
    tally = tally_of(Store(Path(options.out), design))
    print(f"{tally.total:,} runs: {_product(design)}.")
    if tally.done:
        print(f"{tally.done:,} of them are in {options.out} already.")
    seconds = seconds_a_run(design)
    left = tally.total - tally.done
    share = 1 if options.cluster else options.workers
    where = "1 worker" if share == 1 else f"{share} workers"
    print(f"One takes about {seconds:.1f} s here; {left:,} take about "
          f"{span(left * seconds / share)} on {where}.")  # fmt: skip
    return DONE


def _product(design: Design) -> str:
    """How the number of runs comes about."""
    def several(number: int, one: str, many: str) -> str:
        return f"{number:,} {one if number == 1 else many}"

    return " × ".join((
        several(len(design.space), "point", "points"),
        several(len(design.sides), "policy", "policies"),
        several(len(design.seeds), "seed", "seeds"),
    ))


def _print_result(design: Design, tally: Tally, folder: str) -> None:
    """What there is, and how to read it."""
    print(f"{tally.done:,} runs: {_product(design)}.")
    if tally.failed:
        first = f", such as: {tally.first_error}" if tally.first_error else ""
        print(f"{tally.failed:,} of them failed{first}")
    print(f"Parts, one a run: {os.path.join(folder, 'parts')}")
    print(f"Read them: tm.read_sweep({folder!r}), or tm.query_sweep({folder!r}, 'FROM sweep')")
