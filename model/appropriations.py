"""Appropriations: what may be paid in a year to whoever asks; then nobody gets more."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from agents.employers import MONTHS

I64 = NDArray[np.int64]
F64 = NDArray[np.float64]


@dataclasses.dataclass
class Appropriations:
    """Money of a calendar year for grants and subsidies, by country, in cents of the model."""

    limit: F64
    """What may be paid in the year; infinite where no budget binds."""
    paid: I64
    """What was paid in the year so far, reforms included."""
    open: NDArray[np.bool_]
    """Where something was left when the month began: there people may count on it."""

    @classmethod
    def none(cls, countries: int) -> Appropriations:
        """No budget binds anywhere."""
        return cls(
            np.full(countries, np.inf), np.zeros(countries, dtype=np.int64),
            np.ones(countries, dtype=bool),
        )

    def begin(self, month: int) -> None:
        """A month begins; January brings new money, and what the year before left over lapses."""
        if month % MONTHS == 0:
            self.paid[:] = 0
        self.open = self.paid < self.limit

    def offered(self, lever: F64) -> F64:
        """A lever of money as people may count on it this month, by country."""
        return lever if self.open.all() else np.where(self.open, lever, 0.0)

    def pay_out(self, wanted: I64) -> I64:
        """What is paid of what is due by country: all of it as long as there is enough.

        Who is due money in the month in which it runs out gets the same part of it.
        """
        left = np.maximum(self.limit - self.paid, 0.0)
        # whole cents, rounded down; without a limit nothing is cut
        paid = np.where(wanted > left, np.floor(np.minimum(left, wanted)), wanted).astype(np.int64)
        self.paid += paid
        return paid
