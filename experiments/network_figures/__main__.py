"""Command line: ``python -m experiments.network_figures --out docs``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from agents.declare import InputError
from experiments.network_figures import save
from model.talent_market import TalentMarket


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a world and draw its network."""
    reader = argparse.ArgumentParser(
        prog="python -m experiments.network_figures", description="Draw the network of a run."
    )
    reader.add_argument("--out", type=Path, default=Path("docs"), help="folder of the pictures")
    reader.add_argument("--scenario", default="baseline")
    reader.add_argument("--seed", type=int)
    reader.add_argument("--persons-per-agent", type=float)
    reader.add_argument("--until", help="last month, YYYY-MM")
    given = reader.parse_args(arguments)
    try:
        market = TalentMarket(
            given.scenario, seed=given.seed, persons_per_agent=given.persons_per_agent,
            until=given.until,
        )
        market.run_until(market.specification.end)
    except InputError as fault:
        print(fault, file=sys.stderr)
        return 2
    for file in save(market, given.out):
        print(f"{file} written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
