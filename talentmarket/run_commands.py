"""What ``run`` and ``resume`` do: live one world to its end, show it and write it down."""

from __future__ import annotations

import argparse
import os
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING

from agents.declare import InputError
from talentmarket.terminal import DONE, INTERRUPTED, bar, failure, say, writable

if TYPE_CHECKING:
    from model.scenario import Scenario
    from model.talent_market import TalentMarket


def run(options: argparse.Namespace) -> int:
    """Run one world, print what came out and write the run folder."""
    from model.policy_files import read_joint
    from model.scenario import read_scenario

    scenario = read_scenario(options.scenario).with_changes(
        seed=options.seed,
        until=options.until,
        persons_per_agent=options.persons_per_agent,
        parameters=dict(options.set),
        policies=[policy for text in options.policy for policy in read_joint(text)],
    )

    def opened() -> TalentMarket:
        from model.talent_market import TalentMarket

        return TalentMarket(scenario)

    return _live(options, scenario, opened, None)


def resume(options: argparse.Namespace) -> int:
    """Go on from a saved world, print what came out and write the run folder."""
    from model.policy_files import read_joint
    from model.talent_market import resume as from_file

    market = from_file(options.file)
    policies = [policy for text in options.policy for policy in read_joint(text)]
    if policies:
        market = market.fork(policies=policies)
    return _live(options, market.specification, lambda: market, options.until)


def _live(
    options: argparse.Namespace, scenario: Scenario, opened: Callable[[], TalentMarket],
    until: str | None,
) -> int:
    """Live a world on to its end and write what was asked for, or nothing at all."""
    from experiments.record import check_folder
    from experiments.run import go_on
    from model.governments.reviews import StrategyFailed
    from talentmarket import tables

    name = "+".join((scenario.name, *(policy.name for policy in scenario.policies)))
    folder = options.out or os.path.join("runs", f"{name}-seed{scenario.seed}")
    check_folder(folder, force=options.force)
    if options.save is not None:
        _check_save(options.save, force=options.force)
    try:
        with bar(f"{name}, seed {scenario.seed}") as progress, warnings.catch_warnings():
            # told below, all together
            warnings.simplefilter("ignore", StrategyFailed)
            market = opened()
            record = go_on(market, until=until, progress=progress)
        record.save(folder, csv=options.csv, force=options.force)
    except InputError:
        raise
    except KeyboardInterrupt:
        say(
            f"interrupted; nothing was written, {_kept(folder)}. The same command "
            "starts again and gives the same numbers; --until YYYY-MM makes it shorter."
        )
        return INTERRUPTED
    except Exception as fault:
        return failure("the run", fault, f"nothing was written, {_kept(folder)}")
    print(tables.title(record))
    print()
    print(tables.result(record))
    print()
    if faults := tables.faults(record):
        print(f"{faults}\n")
    print(f"Tables and manifest: {folder}")
    print(f"Picture: {os.path.join(folder, 'summary.png')}")
    if options.save is not None:
        market.save(options.save)
        print(f"World, to go on from: {options.save}")
    return DONE


def _check_save(name: str, *, force: bool) -> None:
    """Whether a world may be saved under a name, found out before anything runs."""
    if writable(name).exists() and not force:
        raise InputError("exists already; name another file or add --force", file=name)


def _kept(folder: str) -> str:
    """What of earlier runs is still there."""
    return f"the earlier {folder} is untouched" if os.path.exists(folder) else "nothing was lost"
