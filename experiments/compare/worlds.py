"""The worlds of one pair of a comparison, lived one after another with the same luck."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import pandas as pd

from agents.levers import month_text
from experiments.compare.design import Design, Side
from model.talent_market import TalentMarket

EachMonth = Callable[[], None]
YEAR_LENGTH = 4  # characters of a period that is a year


class Failure(NamedTuple):
    """A world that broke off."""

    seed: int
    policy: str
    reason: str
    trace: str
    """Where it happened, for whoever mends it; empty where memory or the disk is at fault."""

    @classmethod
    def of(cls, seed: int, policy: str, fault: Exception) -> Failure:
        """What an exception tells."""
        outside = isinstance(fault, (OSError, MemoryError))
        trace = "" if outside else "".join(traceback.format_exception(fault))
        return cls(seed, policy, f"{type(fault).__name__}: {fault}", trace)


def worlds(
    design: Design, place: int, numbers: Sequence[int], each_month: EachMonth
) -> Iterator[tuple[int, pd.DataFrame | Exception]]:
    """What some sides of the pairs at a place of the seeds give, each as soon as it is lived.

    The years before its first change a side shares with the world without it: it is forked from
    that world, so the opening and those years are lived once. Two worlds are held at a time.

    Parameters
    ----------
    numbers
        Sides of the design; 0 is the baseline.
    each_month
        Called after every month lived.

    Yields
    ------
    tuple
        The number of the side, and its national statistics by year or what broke it off. What
        changes first comes first, what changes nothing last.
    """
    start, end = design.scenario.start_month, design.scenario.end_month
    months = {number: design.sides[number].first_month(start) for number in numbers}
    forked = {number: month for number, month in months.items()
              if month is not None and month <= end}  # fmt: skip
    trunk: TalentMarket | Exception | None = None
    for number in sorted(forked, key=lambda number: (forked[number], number)):
        side = design.sides[number]
        if side.reaches_back(start):  # a fork cannot change what lies in its past
            yield number, _lived(None, design, place, side, each_month)
            continue
        trunk = _grown(trunk, design, place, forked[number] - 1, each_month)
        if isinstance(trunk, Exception):
            yield number, trunk
        else:
            yield number, _lived(trunk, design, place, side, each_month)
    still = [number for number in numbers if number not in forked]
    if still:
        trunk = _grown(trunk, design, place, end, each_month)
        for number in still:
            yield number, trunk if isinstance(trunk, Exception) else national_by_year(trunk)


def _grown(
    trunk: TalentMarket | Exception | None, design: Design, place: int, month: int,
    each_month: EachMonth,
) -> TalentMarket | Exception:  # fmt: skip
    """The world without any side, lived up to a month; or what broke it off."""
    if isinstance(trunk, Exception):
        return trunk
    try:
        if trunk is None:
            trunk = TalentMarket(design.world(place, Side(())))
        trunk.run_until(month_text(month), progress=lambda _done, _total: each_month())
        return trunk
    except Exception as fault:
        return fault


def _lived(
    trunk: TalentMarket | None, design: Design, place: int, side: Side, each_month: EachMonth
) -> pd.DataFrame | Exception:
    """What a side gives that branches off a trunk, or opens a world of its own without one."""
    try:
        if trunk is None:
            market = TalentMarket(design.world(place, side))
        else:
            market = trunk.fork(side.policies)
        market.run_until(design.scenario.end, progress=lambda _done, _total: each_month())
        return national_by_year(market)
    except Exception as fault:
        return fault


def national_by_year(market: TalentMarket) -> pd.DataFrame:
    """National statistics of the years, with the opening."""
    table = market.national()
    return table[table["period"].str.len() == YEAR_LENGTH].reset_index(drop=True)
