"""Cost of a month and memory by size of the world, beside the targets.

Run ``make bench``, or ``python benchmarks/month.py --months 84`` for the full length. Each size
runs in a process of its own, since memory is read from the operating system. With ``--shares`` a
second table gives the share of each process in the time of a month.
"""

from __future__ import annotations

import argparse
import functools
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

SIZES = {"2,000": 2_000, "10^4": 10_000, "10^5": 100_000, "10^6": 1_000_000, "1:1": 0}
TARGETS = (
    ("full world, 84 months, wall time", "40 s", "12 s"),
    ("the same, ns a researcher-month", "340", "100"),
    ("bytes a researcher, state / peak", "260 / 500", "160 / 260"),
    ("fixed cost of a month, 2,000 researchers", "8 ms", "2 ms"),
    ("opening a 1:1 world", "10 s", "3 s"),
    ("import talentmarket", "2 s", "0.7 s"),
)
REST = "the rest"


def memory() -> int:
    """Largest memory of this process so far, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def time_verbs(owner: Any, names: tuple[str, ...], seconds: dict[str, float]) -> None:
    """Wrap a timer around the named functions of a module or class; the model knows nothing of it.

    ``seconds`` holds the time by name, which rises while the functions run.
    """
    def timed(name: str, verb: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(verb)
        def clocked(*given: Any, **named: Any) -> Any:
            began = time.perf_counter()
            result = verb(*given, **named)
            seconds[name] += time.perf_counter() - began
            return result

        return clocked

    for name in names:
        verb = getattr(owner, name, None)
        if callable(verb):
            seconds[name] = 0.0
            setattr(owner, name, timed(name, verb))


def measure(size: int, months: int, shares: bool) -> None:
    """Build one world, live some months, print one line of JSON."""
    from model import tables, talent_market
    from model.statistics import Recorder
    from model.talent_market import TalentMarket

    tables.load()
    empty = memory()
    world = tables.load().country["stock"].sum()
    scale = 1.0 if size == 0 else world / size
    began = time.perf_counter()
    market = TalentMarket("baseline", seed=1, persons_per_agent=scale)
    opened = time.perf_counter() - began
    spent: dict[str, float] = {}
    if shares:  # the verbs of a month are the functions that it names
        time_verbs(talent_market, TalentMarket._month.__code__.co_names, spent)
        time_verbs(Recorder, ("record",), spent)
    each: list[float] = []
    lived = 0
    for _ in range(months):
        began = time.perf_counter()
        market.step()
        each.append(time.perf_counter() - began)
        lived += market.researchers.count
    print(
        json.dumps(
            {
                "researchers": market.researchers.count,
                "opening_s": opened,
                "run_s": sum(each),
                "month_ms": sorted(each)[len(each) // 2] * 1e3,
                "ns": sum(each) / lived * 1e9,
                "state": market.researchers.bytes_per_row(),
                "peak": (memory() - empty) / market.researchers.count,
                "shares": shares_of(spent, sum(each)),
            }
        )
    )


def shares_of(spent: dict[str, float], total: float) -> dict[str, float]:
    """Each process as a share of the whole, and what none of them accounts for."""
    shares = {name: seconds / total for name, seconds in spent.items()}
    return shares | {REST: 1.0 - sum(shares.values())}


def print_shares(results: dict[str, dict[str, Any]]) -> None:
    """Share of each process in the time of a month, a column a size."""
    print(f"\n{'share of a month':<18}" + "".join(f"{size:>9}" for size in results))
    for name in next(iter(results.values()))["shares"]:
        row = (f"{result['shares'][name]:>9.1%}" for result in results.values())
        print(f"{name:<18}" + "".join(row))


def import_seconds() -> float:
    """Wall time of ``import talentmarket`` in a fresh process."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import talentmarket"], check=True)
    return time.perf_counter() - began


def main() -> None:
    """Measure every size and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--months", type=int, default=84)
    parser.add_argument("--sizes", nargs="*", default=list(SIZES), choices=list(SIZES))
    parser.add_argument("--shares", action="store_true", help="print the share of each process")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one is not None:
        measure(options.one, options.months, options.shares)
        return
    print(f"{'size':>6} {'at the end':>11} {'opening':>9} {'run':>8} {'month':>9} "
          f"{'ns each':>8} {'bytes':>6} {'peak':>6}")
    results: dict[str, dict[str, Any]] = {}
    for name in options.sizes:
        command = [sys.executable, __file__, "--one", str(SIZES[name]),
                   "--months", str(options.months), *["--shares"] * options.shares]
        result = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        results[name] = result
        print(
            f"{name:>6} {result['researchers']:>11,} {result['opening_s']:>7.2f} s "
            f"{result['run_s']:>6.1f} s {result['month_ms']:>6.1f} ms {result['ns']:>8.0f} "
            f"{result['state']:>6} {result['peak']:>6.0f}"
        )
    if options.shares:
        print_shares(results)
    print(f"\nimport talentmarket: {min(import_seconds() for _ in range(3)):.2f} s\n")
    print(f"{'target':<44} {'must':>10} {'aim':>10}")
    for target, must, aim in TARGETS:
        print(f"{target:<44} {must:>10} {aim:>10}")


if __name__ == "__main__":
    main()
