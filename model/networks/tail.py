"""How heavy the tail of a distribution of whole numbers is."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
LEAST_IN_TAIL = 50
"""A threshold that leaves fewer people above it is not tried: the exponent would be noise."""
MOST_THRESHOLDS = 40
LOWEST, HIGHEST = 1.01, 30.0
"""Exponents searched; a tail that falls faster than any power runs into the upper end."""
SEARCH_STEPS = 60  # golden sections: 0.618 ** 60 of the range is below rounding
GOLDEN = (math.sqrt(5.0) - 1.0) / 2.0
TERMS = 16  # summed one by one before the Euler-Maclaurin rest, which then errs below 1e-9
STEP = 1e-3  # of the numerical second derivative


class Tail(NamedTuple):
    """A power law fitted to the tail of counts; NaN where there is no tail to fit."""

    exponent: float
    error: float
    """Standard error of the exponent, the threshold taken as known."""
    threshold: int
    """Smallest number that belongs to the tail."""
    size: int
    """How many numbers lie in the tail."""
    distance: float
    """Largest gap between the fitted and the found distribution function."""
    over_exponential: float
    """Standard normal under equal fit: above 2 a power law, below -2 an exponential fits better."""


NO_TAIL = Tail(math.nan, math.nan, 0, 0, math.nan, math.nan)


def power_law_tail(counts: I64) -> Tail:
    """The power law ``p(x) ∝ x^(−exponent)`` from the threshold that it fits best.

    Parameters
    ----------
    counts
        How many people have each number 0, 1, 2, ..., shape (largest number + 1,).

    Notes
    -----
    Clauset, Shalizi and Newman 2009: maximum likelihood for whole numbers with the zeta function
    of Hurwitz, the threshold of the smallest Kolmogorov–Smirnov distance, and Vuong's comparison
    with an exponential (geometric) tail. A fit alone is no evidence of a power law; the comparison
    and the distance say how far to believe it.
    """
    numbers = np.flatnonzero(counts)
    numbers = numbers[numbers > 0]
    above = np.cumsum(counts[::-1])[::-1]
    enough = numbers[above[numbers] >= LEAST_IN_TAIL]
    enough = enough[enough < numbers.max(initial=0)]
    if enough.size == 0:
        return NO_TAIL
    picks = np.unique(np.linspace(0, enough.size - 1, MOST_THRESHOLDS).astype(np.int64))
    tails = [_fitted(counts, int(threshold)) for threshold in enough[picks]]
    return min(tails, key=lambda tail: tail.distance)


def _fitted(counts: I64, threshold: int) -> Tail:
    """The likeliest exponent from one threshold on."""
    numbers = np.arange(threshold, counts.size, dtype=np.float64)
    found = counts[threshold:].astype(np.float64)
    size = found.sum()
    mean_log = float((found * np.log(numbers)).sum() / size)
    exponent = _likeliest(mean_log, threshold)
    bend = (
        log_zeta(exponent + STEP, threshold) - 2 * log_zeta(exponent, threshold)
        + log_zeta(exponent - STEP, threshold)
    ) / STEP**2
    log_share = -exponent * np.log(numbers) - log_zeta(exponent, threshold)
    gap = np.cumsum(np.exp(log_share)) - np.cumsum(found) / size
    return Tail(
        exponent=exponent,
        error=1.0 / math.sqrt(size * bend) if bend > 0 else math.nan,
        threshold=threshold,
        size=int(size),
        distance=float(np.abs(gap).max()),
        over_exponential=_over_exponential(numbers - threshold, found, log_share),
    )


def _likeliest(mean_log: float, threshold: int) -> float:
    """The exponent that maximises −exponent · mean log − log ζ(exponent, threshold)."""
    low, high = LOWEST, HIGHEST

    def loss(exponent: float) -> float:
        return exponent * mean_log + log_zeta(exponent, threshold)

    for _ in range(SEARCH_STEPS):
        width = GOLDEN * (high - low)
        if loss(high - width) < loss(low + width):
            high = low + width
        else:
            low = high - width
    return (low + high) / 2


def log_zeta(exponent: float, start: int) -> float:
    """Log of the zeta function of Hurwitz: the sum of x^(−exponent) over x = start, start + 1, …

    Notes
    -----
    Relative to its first term, so that large exponents do not underflow; the rest of the sum by
    the formula of Euler and Maclaurin.
    """
    ratio = np.arange(start, start + TERMS) / start
    end = (start + TERMS) / start
    rest = end ** (1 - exponent) * start / (exponent - 1) + end**-exponent / 2
    rest += exponent * end ** (-exponent - 1) / (12 * start)
    rest -= (
        exponent * (exponent + 1) * (exponent + 2) * end ** (-exponent - 3) / (720 * start**3)
    )
    return float(-exponent * math.log(start) + math.log((ratio**-exponent).sum() + rest))


def _over_exponential(excess: F64, found: F64, log_share: F64) -> float:
    """Vuong's normalised log-likelihood ratio of the power law over a geometric tail."""
    size = found.sum()
    mean = float((found * excess).sum() / size)
    other = excess * math.log(mean / (1 + mean)) - math.log1p(mean)
    gain = log_share - other
    average = float((found * gain).sum() / size)
    spread = float((found * (gain - average) ** 2).sum() / size)
    return average * math.sqrt(size / spread) if spread > 0 else math.nan
