"""What ``talentmarket compare`` does once its arguments are understood."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from experiments.compare import Comparison, Design

LONGEST_NAME = 80


def compare(options: argparse.Namespace, done: int, failed: int, interrupted: int) -> int:
    """Live the pairs, print the effects and write the folder; the exit code as given for each end.

    Pairs that are there stay whatever happens, and the same command goes on from them.
    """
    from experiments.compare import ComparisonFailed, comparison, design_of, save

    design = design_of(
        options.scenario, options.policy, against=options.against, seeds=options.seeds,
        until=options.until, persons_per_agent=options.persons_per_agent,
        parameters=dict(options.set), draws=options.draws,
    )
    folder = options.out or os.path.join("runs", default_name(design))
    try:
        with _bar(f"{design.scenario.name}, {len(design.compared)} policies") as progress:
            found = comparison(
                design, folder, workers=options.workers, force=options.force, progress=progress
            )
        save(found, folder, csv=options.csv)
    except KeyboardInterrupt:
        _say(f"interrupted; {_kept(folder, design)}")
        return interrupted
    except ComparisonFailed as fault:
        for failure in fault.failures:
            if failure.trace:  # a fault of the program: whoever mends it needs the place
                print(failure.trace, file=sys.stderr, end="")
        _say(f"compare failed: {fault.failures[0]}; {_kept(folder, design)}")
        return failed
    except (OSError, MemoryError) as fault:
        _say(f"compare failed ({type(fault).__name__}: {fault}); {_kept(folder, design)}")
        return failed
    _print_result(found, folder)
    return done


def default_name(design: Design) -> str:
    """The name of the folder: scenario and policies, cut short where there are many."""
    name = "-".join(("compare", design.scenario.name, *(side.name for side in design.compared)))
    if design.against.policies:
        name += f"-against-{design.against.name}"
    if len(name) > LONGEST_NAME:
        digest = hashlib.sha256(name.encode()).hexdigest()[:8]
        name = f"{name[:LONGEST_NAME]}-{digest}"
    return name


def _print_result(found: Comparison, folder: str) -> None:
    from talentmarket import effects_text

    print(effects_text.effects(found))
    print()
    print(f"Pairs and manifest: {folder}")
    print(f"Effects: {os.path.join(folder, 'effects.parquet')}")
    print(f"Picture: {os.path.join(folder, 'effects.png')}")


def _say(text: str) -> None:
    print("talentmarket:", text, file=sys.stderr)


def _kept(folder: str, design: Design) -> str:
    """What is there, and how to go on."""
    from experiments.compare.store import Store

    store = Store(Path(folder).resolve(), design)
    return (
        f"{store.pairs_done()} of {store.pairs_in_all} pairs are kept in {folder}. The same "
        "command, without --force, goes on from there."
    )


@contextlib.contextmanager
def _bar(text: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar over pairs on stderr, silent where nobody watches."""
    from tqdm import tqdm

    with tqdm(desc=text, unit="pair", leave=False, disable=None, file=sys.stderr) as bar:

        def progress(done: int, total: int) -> None:
            if bar.total is None:  # what was there before takes no time and says nothing of it
                bar.reset(total)
                bar.initial = bar.n = done
                bar.refresh()
            bar.update(done - bar.n)

        yield progress
