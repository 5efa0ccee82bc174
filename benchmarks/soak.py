"""Fifty years of the baseline in a coarse world: does any employer explode, any kind die out?

Run ``python benchmarks/soak.py``; half a minute. It prints a line for every five years and ends
with the checks that failed, if any.
"""

from __future__ import annotations

import argparse
import sys

import numpy as np

from agents.employers import MONTHS
from agents.levers import EMPLOYER_KINDS
from model.talent_market import TalentMarket

MOST = 0.05  # share of all people in the world that one employer may hold
LEAST_OF_KIND = 0.25  # share of people that a kind must keep, relative to the opening
PAY_GROWTH = (0.0, 0.05)  # sane growth of mean pay a year


def kinds(market: TalentMarket) -> np.ndarray:
    """Share of each kind of employer in people at work."""
    employers = market.employers
    heads = np.bincount(employers.kind, employers.heads, len(EMPLOYER_KINDS))
    return np.asarray(heads / heads.sum())


def mean_pay(market: TalentMarket) -> float:
    """Mean quoted pay, USD of 2024 a year."""
    employers = market.employers
    return float(employers.payroll.sum() / employers.heads.sum() * MONTHS / 100)


def line(market: TalentMarket) -> str:
    """What stands out at the end of a year."""
    employers, people = market.employers, market.researchers
    biggest = int(np.argmax(employers.heads))
    jobless = (people.employer < 0).mean()
    return (
        f"{(market.month + 1) // MONTHS:>5} {people.count:>8,} {jobless:>8.1%} "
        f"{mean_pay(market):>9,.0f} "
        + " ".join(f"{share:>6.1%}" for share in kinds(market))
        + f" {employers.heads[biggest] / people.count:>7.1%} {employers.names[biggest]}"
    )


def faults(market: TalentMarket, before: np.ndarray, pay: float, years: float) -> list[str]:
    """Everything that is wrong after the run."""
    employers = market.employers
    found = []
    for name in ("technology", "computing", "produced", "environment", "mix"):
        if not np.isfinite(getattr(employers, name)).all():
            found.append(f"{name} is not finite")
    biggest = int(np.argmax(employers.heads))
    share = employers.heads[biggest] / market.researchers.count
    if share > MOST:
        found.append(f"{employers.names[biggest]} holds {share:.1%} of all people")
    for kind, (now, then) in enumerate(zip(kinds(market), before, strict=True)):
        if now < LEAST_OF_KIND * then:
            found.append(f"{EMPLOYER_KINDS[kind]} fell from {then:.1%} to {now:.1%}")
    growth = np.log(mean_pay(market) / pay) / years
    if not PAY_GROWTH[0] <= growth <= PAY_GROWTH[1]:
        found.append(f"mean pay grows by {growth:.1%} a year")
    return found


def main() -> int:
    """Live fifty years, print, check."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--until", type=int, default=2068, help="last year")
    parser.add_argument("--scale", type=float, default=2000.0, help="persons per agent")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    market = TalentMarket(
        "baseline", seed=options.seed, persons_per_agent=options.scale,
        until=f"{options.until}-12",
    )
    print(" year   people  jobless       pay  large startup public industry largest")
    before, pay, start = kinds(market), mean_pay(market), market.month
    print(line(market))
    while market.month < market.end_month:
        market.step()
        if (market.month + 1) % (5 * MONTHS) == 0 or market.month == market.end_month:
            print(line(market), flush=True)
    found = faults(market, before, pay, (market.month - start) / MONTHS)
    print("\n".join(found) or "nothing exploded or died out")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
