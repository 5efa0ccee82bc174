"""What ``talentmarket tower`` does once its arguments are understood."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from agents.declare import InputError
from talentmarket.terminal import DONE, INTERRUPTED, bar, failure, say


def tower(options: argparse.Namespace, country: str) -> int:
    """Live one world, print what the control tower of a country shows and write it down."""
    from model.policy_files import read_joint
    from model.scenario import read_scenario

    scenario = read_scenario(options.scenario).with_changes(
        seed=options.seed,
        until=options.until,
        persons_per_agent=options.persons_per_agent,
        parameters=dict(options.set),
        policies=[policy for text in options.policy for policy in read_joint(text)],
    )
    name = "+".join((scenario.name, *(policy.name for policy in scenario.policies)))
    folder = options.out or os.path.join("runs", f"tower-{country}-{name}-seed{scenario.seed}")
    check_folder(folder, force=options.force)
    try:
        with bar(f"{name}, seed {scenario.seed}") as progress:
            from model.talent_market import TalentMarket

            market = TalentMarket(scenario)
            market.run_until(scenario.end, progress)
        from experiments.tower_figure import save, source_line
        from talentmarket import tower_text

        frame, source = market.control_tower(country), source_line(market)
        files = save(frame, country, source, Path(folder))
    except InputError:
        raise
    except KeyboardInterrupt:
        say("interrupted; nothing was written. --until YYYY-MM makes it shorter.")
        return INTERRUPTED
    except Exception as fault:
        return failure("the tower", fault, "nothing was written")
    print(tower_text.text(frame, country))
    print()
    print(tower_text.wrapped(source))
    for file in files:
        print(f"{file.suffix[1:].upper()}: {file}")
    return DONE


def check_folder(name: str, *, force: bool) -> None:
    """Whether the files of a tower may be written there, found out before anything runs.

    Raises
    ------
    InputError
        It is a file, it exists and ``force`` was not given, or one may not write there.
    """
    folder = Path(name).resolve()
    if folder.exists() and not folder.is_dir():
        raise InputError("is a file; name a folder", file=name)
    if folder.exists() and not force:
        raise InputError("exists already; name another folder or add --force", file=name)
    ancestor = next(parent for parent in (folder, *folder.parents) if parent.exists())
    if not ancestor.is_dir() or not os.access(ancestor, os.W_OK | os.X_OK):
        raise InputError(
            f"cannot be made, since {ancestor} is not a folder one may write to", file=name
        )
