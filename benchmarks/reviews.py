"""Cost of governments that act: a year of the market by strategy, beside one that follows history.

Run ``python benchmarks/reviews.py``; with ``--persons-per-agent`` at other scales, with ``--fifty``
a year in which fifty governments plan, which takes minutes.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from model.governments.acting import Governments
from model.governments.planner import Planner
from model.talent_market import TalentMarket

YEARS = 3  # the first review with statistics is in the second
FROM = "2019-12"
PLANNERS = 50


def seconds_a_year(persons_per_agent: float, strategies: dict[str, str]) -> float:
    """Mean time of a year of the baseline from 2020 on, in seconds."""
    market = TalentMarket("baseline", persons_per_agent=persons_per_agent, strategies=strategies)
    market.run_until(FROM)
    began = time.perf_counter()
    for _ in range(12 * YEARS):
        market.step()
    return (time.perf_counter() - began) / YEARS


def fifty(persons_per_agent: float) -> None:
    """A year in which the governments of the fifty largest stocks plan, each once, by month."""
    market = TalentMarket(
        "baseline", persons_per_agent=persons_per_agent, strategies={"all": "hold"}
    )
    market.run_until(FROM)
    stock = market.tables.country["stock"] * (np.array(market.tables.countries) != "ROW")
    largest = [market.tables.countries[row] for row in np.argsort(-stock)[:PLANNERS]]
    market.acting = Governments({country: Planner() for country in sorted(largest)})
    began, worked = time.perf_counter(), time.process_time()
    for month in range(1, 13):
        market.step()
        took, work = time.perf_counter() - began, time.process_time() - worked
        print(f"{persons_per_agent:g} persons per agent, month {month:2}: {took:7.1f} s, "
              f"{work:7.1f} s of processors", flush=True)  # fmt: skip
    decided = market.acting.decided
    print(f"{PLANNERS} planners took {len(decided.taken)} measures, {len(decided.faults)} failed")


def table(scales: list[float]) -> None:
    """The table of strategies."""
    print(f"{'persons per agent':>18}{'history':>10}{'hold':>10}{'target':>10}{'emulate':>10}"
          f"{'one planner':>13}")  # fmt: skip
    for scale in scales:
        plain = seconds_a_year(scale, {})
        hold, target, emulate = (
            seconds_a_year(scale, {"all": name}) for name in ("hold", "target", "emulate")
        )
        planner = seconds_a_year(scale, {"KOR": "planner"})
        print(f"{scale:>18g}{plain:>8.2f} s{hold:>8.2f} s{target:>8.2f} s{emulate:>8.2f} s"
              f"{planner:>11.2f} s")  # fmt: skip


def main() -> None:
    """Print the table, or the year of fifty planners."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons-per-agent", type=float, nargs="+", default=[1000.0, 200.0])
    parser.add_argument("--fifty", action="store_true", help="fifty planners instead")
    chosen = parser.parse_args()
    if not chosen.fifty:
        table(chosen.persons_per_agent)
        return
    for scale in chosen.persons_per_agent:
        fifty(scale)


if __name__ == "__main__":
    main()
