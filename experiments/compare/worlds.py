"""The worlds of one pair of a comparison, lived one after another with the same luck."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import pandas as pd

from experiments.compare.design import Design
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

    Parameters
    ----------
    numbers
        Sides of the design; 0 is the baseline.
    each_month
        Called after every month lived.

    Yields
    ------
    tuple
        The number of the side, and its national statistics by year or what broke it off.
    """
    for number in numbers:
        try:
            market = TalentMarket(design.world(place, design.sides[number]))
            market.run_until(design.scenario.end, progress=lambda _done, _total: each_month())
            yield number, national_by_year(market)
        except Exception as fault:
            yield number, fault


def national_by_year(market: TalentMarket) -> pd.DataFrame:
    """National statistics of the years, with the opening."""
    table = market.national()
    return table[table["period"].str.len() == YEAR_LENGTH].reset_index(drop=True)
