"""Command line: ``python -m experiments.firms --markdown FILE``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from matplotlib.figure import Figure

from agents.declare import InputError
from experiments.firms.answers import answers
from experiments.firms.figure import deals_picture, picture
from experiments.firms.living import all_lived
from experiments.firms.page import Made, to_markdown
from experiments.firms.sizes import soaks
from experiments.firms.worlds import settings_of
from experiments.shared_out import write_page

DPI = 110


def main(arguments: Sequence[str] | None = None) -> None:
    """Live all worlds and print or write the page with its pictures."""
    parser = argparse.ArgumentParser(
        prog="python -m experiments.firms", description="what worlds in which firms act show"
    )
    parser.add_argument("--seeds", type=int, default=12, help="worlds of each sort")
    parser.add_argument("--persons-per-agent", type=float, default=50.0)
    parser.add_argument("--soak-seeds", type=int, default=8, help="worlds lived for fifty years")
    parser.add_argument("--soak-persons-per-agent", type=float, default=150.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--set", nargs="*", default=[], metavar="GROUP.NAME=VALUE")
    parser.add_argument("--markdown", type=Path, help="write the page there, else print it")
    chosen = parser.parse_args(arguments)
    if min(chosen.seeds, chosen.soak_seeds) < 2 or chosen.workers < 1:
        parser.error("two seeds and one worker at least are needed")

    def progress(done: int, total: int) -> None:
        if sys.stderr.isatty():
            print(f"\r{done} of {total} worlds", end="", file=sys.stderr, flush=True)

    try:
        settings = settings_of(chosen.set)
        worlds = all_lived(chosen.seeds, chosen.persons_per_agent, chosen.workers, progress,
                           settings=settings)  # fmt: skip
        soaked = soaks(chosen.soak_seeds, chosen.soak_persons_per_agent, chosen.workers, progress,
                       tuple(settings.items()))  # fmt: skip
    except InputError as fault:
        parser.error(str(fault))
    found = answers(worlds, soaked)
    command = (
        f"python -m experiments.firms --seeds {chosen.seeds} --persons-per-agent "
        f"{chosen.persons_per_agent:g} --soak-seeds {chosen.soak_seeds} "
        f"--soak-persons-per-agent {chosen.soak_persons_per_agent:g}"
    )
    if chosen.set:
        command += f" --set {' '.join(chosen.set)}"
    made = Made(command, chosen.seeds, chosen.persons_per_agent, chosen.soak_seeds,
                chosen.soak_persons_per_agent)  # fmt: skip
    if chosen.markdown is None:
        print(to_markdown(found, made, None, None), end="")
        return
    made = made._replace(command=f"{command} --markdown docs/{chosen.markdown.name}")
    source = (
        f"Source: Talent Market, firms act, {chosen.seeds} worlds at "
        f"{chosen.persons_per_agent:g} persons per agent"
    )
    soaked_too = (
        f"{source}, {chosen.soak_seeds} over fifty years at {chosen.soak_persons_per_agent:g}. "
        "Bars: 95 % intervals unless told."
    )
    file = chosen.markdown.with_suffix(".png")
    deals = file.with_name(f"{file.stem}_deals.png")
    _save(picture(found, soaked_too), file)
    _save(deals_picture(found, f"{source}. Intervals stand in the table."), deals)
    write_page(to_markdown(found, made, file.name, deals.name), chosen.markdown)


def _save(figure: Figure, file: Path) -> None:
    temporary = file.with_name(f"{file.name}.tmp")
    figure.savefig(temporary, dpi=DPI, format="png")
    os.replace(temporary, file)


if __name__ == "__main__":
    main()
