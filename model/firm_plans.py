"""What named firms plan: their research agenda, the pay of the year, and whom visas refused."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

I64 = NDArray[np.int64]
F64 = NDArray[np.float64]


@dataclasses.dataclass
class FirmPlans:
    """Arrays over the named firms of the data; the number of a firm is its row of employers."""

    agenda: F64
    """What its research agenda adds to the weight of each field, log points, shape
    (firms, fields)."""
    technology: F64
    """Technology bought in each field beyond that in others, log points, shape (firms, fields)."""
    advantage: F64
    """What people in each field were worth for their pay at the opening, in log points."""
    budget: F64
    """Most pay of its AI people this year, cents a month; inf where there is no limit."""
    refused: I64
    """Agents refused by visa schemes and not placed elsewhere since January, shape
    (firms, countries of residence)."""

    @classmethod
    def none(cls, firms: int, countries: int, fields: int) -> FirmPlans:
        """Nothing planned yet."""
        def zeros() -> F64:
            return np.zeros((firms, fields))

        return cls(
            zeros(), zeros(), zeros(), np.full(firms, np.inf),
            np.zeros((firms, countries), dtype=np.int64),
        )

    @property
    def firms(self) -> int:
        """Number of named firms."""
        return int(self.budget.size)
