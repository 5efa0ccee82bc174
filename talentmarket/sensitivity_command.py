"""What ``talentmarket sensitivity`` does once its arguments are understood."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from talentmarket.terminal import (
    DONE,
    FAILED,
    INTERRUPTED,
    failure,
    say,
    span,
    writable,
    write_whole,
)

if TYPE_CHECKING:
    from experiments.sensitivity import Plan, Sensitivity

PICTURE = "sensitivity.png"
SHOWN = 10


def sensitivity(options: argparse.Namespace) -> int:
    """Screen, share out, print, draw; the exit code.

    Runs that are there stay whatever happens, and the same command goes on from them.
    """
    from experiments.processes import check_workers
    from experiments.sensitivity import read_plan, sensitivity
    from experiments.sensitivity.analysis import default_folder
    from experiments.sweep import SweepStopped

    plan = read_plan(options.design, runs=options.runs)
    check_workers(options.workers)
    page = None if options.page is None else writable(options.page)
    folder = Path(options.out or default_folder(plan))
    if options.dry_run:
        return _tell(plan, options)
    try:
        found = sensitivity(
            options.design, workers=options.workers, cluster=options.cluster, folder=folder,
            runs=options.runs,
        )
        _write(found, folder, page)
    except KeyboardInterrupt as fault:
        say(f"interrupted; {''.join(getattr(fault, '__notes__', ['runs are kept']))}.")
        return INTERRUPTED
    except SweepStopped as fault:
        say(f"the analysis stopped: {fault}.")
        return FAILED
    except (OSError, MemoryError) as fault:
        return failure("the analysis", fault, f"what was lived is kept in {folder}")
    _print_result(found, folder, page)
    return DONE


def _tell(plan: Plan, options: argparse.Namespace) -> int:
    """How many runs there are and how long they take."""
    from experiments.sweep.sweeping import seconds_a_run

    runs = plan.screening_runs + plan.share_runs
    print(
        f"{runs:,} runs: {plan.screening_runs:,} to screen {len(plan.names)} parameters, "
        f"{plan.share_runs:,} for the shares of {plan.screened}."
    )
    seconds = seconds_a_run(plan.base)
    share = 1 if options.cluster else options.workers
    where = "1 worker" if share == 1 else f"{share} workers"
    print(f"One takes about {seconds:.1f} s here; all take about {span(runs * seconds / share)} "
          f"on {where}.")  # fmt: skip
    return DONE


def _write(found: Sensitivity, folder: Path, page: Path | None) -> None:
    """Tables and picture into the folder; the page with a picture of its own beside it."""
    from experiments.whole_files import replacing

    pictures = [folder / PICTURE] + ([] if page is None else [page.with_suffix(".png")])
    drawn = found.figure()
    for picture in pictures:
        with replacing(picture) as fresh:
            drawn.savefig(fresh, format="png", dpi=130)
    for name, indices in (("morris", found.screening), ("sobol", found.shares)):
        write_whole(folder / f"{name}.csv", indices.table.to_csv(index=False, lineterminator="\n"))
    if page is not None:
        write_whole(page, found.page(pictures[-1].name))


def _print_result(found: Sensitivity, folder: Path, page: Path | None) -> None:
    shares = {row["parameter"]: row for row in found.shares.table.to_dict("records")}
    print(f"{'':32}{'crossing the range':>22}{'share alone':>14}{'in all':>9}")
    for row in found.screening.table.iloc[:SHOWN].to_dict("records"):
        name = row["parameter"]
        share = shares.get(name)
        told = "" if share is None else f"{share['first']:>14.2f}{share['total']:>9.2f}"
        effect = f"{row['mu_star']:.3g} ± {row['high'] - row['mu_star']:.2g}"
        print(f"{name:32}{effect:>22}{told}")
    print(f"\nTables, picture and runs: {folder}")
    if page is not None:
        print(f"Page: {page}")
