"""Student's t distribution, exact for whole degrees of freedom."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import ArrayLike, NDArray

F64 = NDArray[np.float64]

ROUNDING = 1e-12  # relative width at which the search for a quantile ends


def within(t: ArrayLike, freedom: int) -> F64:
    """Chance that a variable with Student's t distribution lies between -t and t.

    Parameters
    ----------
    t
        Of any shape; signs do not matter.
    freedom
        Degrees of freedom, at least 1.

    Notes
    -----
    The finite series in powers of the cosine of ``arctan(t / sqrt(freedom))`` (Abramowitz and
    Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4).
    """
    angle = np.arctan(np.abs(np.asarray(t, dtype=np.float64)) / np.sqrt(freedom))
    cosine, sine = np.cos(angle), np.sin(angle)
    odd = freedom % 2
    term = cosine.copy() if odd else np.ones_like(cosine)
    total = term.copy() if freedom > 1 else np.zeros_like(cosine)
    # the last power of the cosine is freedom - 2
    for power in range(2 + odd, freedom - 1, 2):
        term = term * cosine**2 * ((power - 1) / power)
        total += term
    if odd:
        return np.asarray(2.0 / np.pi * (angle + sine * total))
    return np.asarray(sine * total)


@functools.cache
def half_width(freedom: int, chance: float = 0.95) -> float:
    """The t that a variable exceeds, in either direction, with a chance of one less ``chance``."""
    low, high = 0.0, 1.0
    while within(high, freedom) < chance:
        low, high = high, 2.0 * high
    while high - low > ROUNDING * high:
        middle = (low + high) / 2.0
        low, high = (middle, high) if within(middle, freedom) < chance else (low, middle)
    return (low + high) / 2.0
