"""Command line: ``python -m experiments.natural_experiments --markdown FILE``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from agents.declare import InputError
from experiments.natural_experiments.page import picture, to_markdown
from experiments.natural_experiments.replay import EXPERIMENTS, replay
from experiments.shared_out import write_page


def main(arguments: Sequence[str] | None = None) -> None:
    """Replay the experiments and print or write the page with its picture."""
    parser = argparse.ArgumentParser(
        prog="python -m experiments.natural_experiments",
        description="replay published natural experiments with the published estimators",
    )
    parser.add_argument("--seeds", type=int, default=40, help="worlds of each experiment")
    parser.add_argument("--persons-per-agent", type=float, default=50.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", choices=EXPERIMENTS, nargs="+", default=list(EXPERIMENTS))
    parser.add_argument("--markdown", type=Path, help="write the page there, else print it")
    chosen = parser.parse_args(arguments)
    if chosen.seeds < 2 or chosen.workers < 1:
        parser.error("two seeds and one worker at least are needed")

    def progress(done: int, total: int) -> None:
        if sys.stderr.isatty():
            print(f"\r{done} of {total} worlds", end="", file=sys.stderr, flush=True)

    try:
        found = replay(chosen.only, chosen.seeds, chosen.persons_per_agent, chosen.workers,
                       progress=progress)  # fmt: skip
    except InputError as fault:
        parser.error(str(fault))
    command = (
        f"python -m experiments.natural_experiments --seeds {chosen.seeds} "
        f"--persons-per-agent {chosen.persons_per_agent:g}"
    )
    if chosen.only != list(EXPERIMENTS):
        command += f" --only {' '.join(chosen.only)}"
    if chosen.markdown is None:
        print(to_markdown(found, command, None), end="")
        return
    file = chosen.markdown.with_suffix(".png")
    note = (
        f"Source: Talent Market, scenario baseline, {chosen.seeds} worlds an experiment at "
        f"{chosen.persons_per_agent:g} persons per agent. Bars: 95 % intervals."
    )
    temporary = file.with_name(f"{file.name}.tmp")
    picture(found, note).savefig(temporary, dpi=150, format="png")
    os.replace(temporary, file)
    page = to_markdown(found, f"{command} --markdown docs/{chosen.markdown.name}", file.name)
    write_page(page, chosen.markdown)


if __name__ == "__main__":
    main()
