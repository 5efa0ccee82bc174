"""Ventures: what makes an employer a startup: founder, stage, shares, money raised, an end."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from agents.declare import column
from agents.populations import Population, Rows


class Stage:
    """How far a startup has come with investors; plain numbers, as of kinds of employer."""

    UNFUNDED = 0
    SEED = 1
    FIRST = 2
    LATER = 3
    SELLING = 4


STAGES = ("unfunded", "seed", "first", "later", "selling")
"""Their names, in that order; who sells enough to live on asks investors for nothing."""


class Ending:
    """How a startup ended."""

    OPEN = 0
    FAILED = 1
    BOUGHT = 2
    HOLLOWED = 3


ENDINGS = ("open", "failed", "bought", "hollowed out")
"""Their names, in that order."""


@dataclasses.dataclass(init=False, eq=False, repr=False)
class Ventures(Population):
    """One row a startup, open or ended; rows are never removed. At 1:k it stands for k startups.

    Money is that of one startup.
    """

    key: NDArray[np.uint64] = column(np.uint64, unit="", meaning="identity that luck belongs to")
    employer: NDArray[np.int32] = column(
        np.int32, unit="employer row", meaning="where its people work"
    )
    founder: NDArray[np.int64] = column(
        np.int64, unit="id", meaning="who founded it; -1: before the opening"
    )
    founded: NDArray[np.int16] = column(np.int16, unit="month", meaning="founded")
    stage: NDArray[np.int8] = column(
        np.int8, unit="stage", meaning="unfunded, seed, first, later, selling"
    )
    rounds: NDArray[np.int8] = column(np.int8, unit="", meaning="rounds raised so far")
    raised: NDArray[np.int64] = column(
        np.int64, unit="cents", meaning="what investors have put in so far"
    )
    valuation: NDArray[np.float64] = column(
        np.float64, unit="USD", meaning="value of all shares after the last round"
    )
    founders_share: NDArray[np.float64] = column(
        np.float64, unit="share", meaning="shares of the founders"
    )
    investors_share: NDArray[np.float64] = column(
        np.float64, unit="share", meaning="shares of investors"
    )
    staff_share: NDArray[np.float64] = column(
        np.float64, unit="share", meaning="shares of the staff; the three add up to one"
    )
    founder_equity: NDArray[np.float64] = column(
        np.float64, unit="log points",
        meaning="what the founder's shares add to pay and the staff's shares",
    )
    market: NDArray[np.float64] = column(
        np.float64, unit="share", meaning="part of its output that finds buyers in the end"
    )
    revenue: NDArray[np.float64] = column(
        np.float64, unit="USD a year", meaning="sales at the last accounts"
    )
    burn: NDArray[np.int64] = column(
        np.int64, unit="cents a month", meaning="costs less sales at the last accounts"
    )
    closed: NDArray[np.int16] = column(np.int16, unit="month", meaning="ended; 0: open")
    ending: NDArray[np.int8] = column(
        np.int8, unit="ending", meaning="open, failed, bought, hollowed out"
    )
    licensed: NDArray[np.float64] = column(
        np.float64, unit="share",
        meaning="part of its technology that others hold a licence of, not exclusive",
    )

    def open_rows(self) -> Rows:
        """Startups that have not ended."""
        return np.flatnonzero(self.closed == 0)

    def of_employers(self, employers: int) -> NDArray[np.int64]:
        """The venture of each employer row, -1 where it is none or has ended, shape (employers,).

        Parameters
        ----------
        employers
            Number of rows of employers.
        """
        venture = np.full(employers, -1, dtype=np.int64)
        rows = self.open_rows()
        venture[self.employer[rows]] = rows
        return venture
