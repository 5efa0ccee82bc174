"""Cost of governments that act: a year of the market by strategy, beside one that follows history.

Run ``python benchmarks/reviews.py``; with ``--persons-per-agent`` at other scales.
"""

from __future__ import annotations

import argparse
import time

from model.talent_market import TalentMarket

YEARS = 3  # the first review with statistics is in the second
FROM = "2019-12"


def seconds_a_year(persons_per_agent: float, strategies: dict[str, str]) -> float:
    """Mean time of a year of the baseline from 2020 on, in seconds."""
    market = TalentMarket("baseline", persons_per_agent=persons_per_agent, strategies=strategies)
    market.run_until(FROM)
    began = time.perf_counter()
    for _ in range(12 * YEARS):
        market.step()
    return (time.perf_counter() - began) / YEARS


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons-per-agent", type=float, nargs="+", default=[1000.0, 200.0])
    chosen = parser.parse_args()
    print(f"{'persons per agent':>18}{'history':>10}{'hold':>10}{'target':>10}{'emulate':>10}"
          f"{'one planner':>13}{'fifty planners':>16}")  # fmt: skip
    for scale in chosen.persons_per_agent:
        plain = seconds_a_year(scale, {})
        hold, target, emulate = (
            seconds_a_year(scale, {"all": name}) for name in ("hold", "target", "emulate")
        )
        planner = seconds_a_year(scale, {"KOR": "planner"})
        fifty = plain + 50 * (planner - plain)
        print(f"{scale:>18g}{plain:>8.2f} s{hold:>8.2f} s{target:>8.2f} s{emulate:>8.2f} s"
              f"{planner:>11.2f} s{fifty:>14.1f} s")  # fmt: skip


if __name__ == "__main__":
    main()
