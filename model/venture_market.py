"""What countries hold for startups: investors' money at hand, what founding goes by."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

I64 = NDArray[np.int64]
F64 = NDArray[np.float64]


@dataclasses.dataclass
class VentureMarket:
    """Arrays over countries that founding and funding remember."""

    funds: I64
    """Money that investors have set aside for startups here and not yet spent, in cents, at the
    scale of the model."""
    hazard: F64
    """Startups that a person of weight one founds in a year."""
    ratio: F64
    """Venture capital over what it would be, had it grown from the opening with demand."""
    grown: F64
    """Demand for AI people over that of the opening."""
    seniors: F64
    """Able people in public research in January."""
    expected_seniors: F64
    """As many as there would be, had those of the opening grown with demand."""

    @classmethod
    def none(cls, countries: int) -> VentureMarket:
        """Nothing yet."""
        def zeros() -> F64:
            return np.zeros(countries)

        return cls(
            np.zeros(countries, dtype=np.int64), zeros(), np.ones(countries), np.ones(countries),
            zeros(), zeros(),
        )
