"""Prospects: pay and departures month by month, as those see them who choose what to study."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

F64 = NDArray[np.float64]


@dataclasses.dataclass
class Prospects:
    """The months of the run so far, oldest first; shapes (months, countries) but the last."""

    pay: F64
    """Mean pay, USD a year; NaN where nobody worked."""
    left: F64
    """Natives who left the country, in agents."""
    natives: F64
    """Natives who lived there, in agents."""
    entered: F64
    """Persons who entered beyond the numbers of the data in answer to prospects, by country."""

    @classmethod
    def none(cls, countries: int) -> Prospects:
        """Before the first month."""
        nothing = np.zeros((0, countries))
        return cls(nothing, nothing, nothing, np.zeros(countries))

    def note(self, pay: F64, left: F64, natives: F64) -> None:
        """Add a month, each by country."""
        self.pay = np.concatenate((self.pay, pay[None, :]))
        self.left = np.concatenate((self.left, left[None, :]))
        self.natives = np.concatenate((self.natives, natives[None, :]))

    def relative_pay(self, last: int, months: int) -> F64:
        """Pay over the mean of countries in the months up to one, by country; months from 0."""
        pay = self.pay[last - months + 1 : last + 1]
        known = np.isfinite(pay)
        number = known.sum(axis=0)
        mean = np.where(number > 0, np.where(known, pay, 0.0).sum(axis=0), np.nan)
        mean /= np.maximum(number, 1)
        return np.asarray(mean / mean[number > 0].mean())

    def leaving(self, last: int, months: int, years: float) -> F64:
        """Chance that a native leaves within some years, at the rate of the months up to one.

        Notes
        -----
        1 − exp(−years · departures a year / natives).
        """
        span = slice(last - months + 1, last + 1)
        natives = np.maximum(self.natives[span].mean(axis=0), 1.0)
        yearly = self.left[span].sum(axis=0) * (12.0 / months) / natives
        return np.asarray(-np.expm1(-years * yearly))
