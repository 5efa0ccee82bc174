"""Arithmetic of paired differences: intervals, many countries at once, the worth of common luck."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from experiments.student import half_width, within

F64 = NDArray[np.float64]
FALSE_DISCOVERIES = 0.05  # share of countries named wrongly, of those that are named


class Paired(NamedTuple):
    """What pairs say of a quantity; every array has the shape of one pair, blanks are NaN."""

    baseline: F64
    value: F64
    effect: F64
    """Mean over pairs of the difference."""
    low: F64
    high: F64
    """95 % interval of the mean from Student's t over pairs; blank with one pair."""
    pairs: NDArray[np.int64]
    """Pairs in which both sides have a value; the others are left out."""
    variance_ratio: F64


def paired(against: ArrayLike, value: ArrayLike) -> Paired:
    """Effect, interval and variance ratio over pairs.

    Parameters
    ----------
    against, value
        Results of either side, pairs on axis 0; the same pair has the same luck on both sides.
    """
    left, right = np.asarray(against, np.float64), np.asarray(value, np.float64)
    known = np.isfinite(left) & np.isfinite(right)
    pairs = known.sum(axis=0)
    difference = right - left
    effect = mean_of(difference, known)
    variance = variance_of(difference, known)
    half = _half_widths(pairs) * np.sqrt(variance / np.maximum(pairs, 1))
    apart = variance_of(left, known) + variance_of(right, known)
    return Paired(
        mean_of(left, known), mean_of(right, known), effect, effect - half, effect + half, pairs,
        over(apart, variance),
    )


def mean_of(values: F64, known: NDArray[np.bool_]) -> F64:
    """Mean over axis 0 of what is known; blank where nothing is."""
    count = known.sum(axis=0)
    total = np.where(known, values, 0.0).sum(axis=0)
    return over(total, count)


def variance_of(values: F64, known: NDArray[np.bool_]) -> F64:
    """Unbiased variance over axis 0 of what is known; blank below two values."""
    count = known.sum(axis=0)
    # every value alike has no variance, whatever rounding makes of the mean
    first = np.take_along_axis(values, np.argmax(known, axis=0)[None], axis=0)
    shifted = np.where(known, values - first, 0.0)
    mean = shifted.sum(axis=0) / np.maximum(count, 1)
    squares = np.where(known, (shifted - mean) ** 2, 0.0).sum(axis=0)
    return over(squares, count - 1)


def over(top: F64, bottom: ArrayLike, otherwise: float = np.nan) -> F64:
    """Top over bottom where the bottom is above nought, something else where it is not."""
    below = np.asarray(bottom, np.float64)
    out = np.full(np.broadcast(top, below).shape, otherwise)
    np.divide(top, below, out=out, where=below > 0)
    return out


def _half_widths(pairs: NDArray[np.int64]) -> F64:
    """Student's t at 97.5 % by number of pairs; blank below two."""
    found = np.full(np.shape(pairs), np.nan)
    for count in np.unique(pairs):
        if count > 1:
            found[pairs == count] = half_width(int(count) - 1)
    return found


# Many countries at once ----------------------------------------------------------------------


def chance_of_luck(differences: ArrayLike) -> F64:
    """How often luck alone gives a mean difference at least as far from nought, by column.

    Parameters
    ----------
    differences
        Pairs on axis 0, at least two of them; a quantity a column.

    Notes
    -----
    Two-sided t test over pairs. Where all pairs have the same difference t is infinite or unknown:
    the chance is then that of equal signs, ``2 ** (1 - pairs)``, and one where nothing differs.
    """
    values = np.asarray(differences, np.float64)
    pairs, known = len(values), np.ones(values.shape, bool)
    mean, variance = mean_of(values, known), variance_of(values, known)
    t = over(mean, np.sqrt(variance / pairs), 0.0)
    alike = np.where(mean == 0, 1.0, 2.0 ** (1 - pairs))
    return np.where(variance > 0, 1.0 - within(t, pairs - 1), alike)


def beyond_luck(chances: ArrayLike, rate: float = FALSE_DISCOVERIES) -> NDArray[np.bool_]:
    """Which of many chances stand out, if a share ``rate`` of those named may be wrong.

    Notes
    -----
    Benjamini and Hochberg (1995): with the chances in order, all up to the last that is at most
    its rank times ``rate`` over their number.
    """
    values = np.asarray(chances, np.float64)
    order = np.argsort(values, kind="stable")
    steps = rate * np.arange(1, values.size + 1) / max(values.size, 1)
    met = np.flatnonzero(values[order] <= steps)
    found = np.zeros(values.size, bool)
    found[order[: met[-1] + 1 if met.size else 0]] = True
    return found


# What common luck can be worth ---------------------------------------------------------------


def largest_ratio(relative_effect: ArrayLike) -> F64:
    """The variance ratio of a flow if common luck were perfect, by relative effect.

    Parameters
    ----------
    relative_effect
        Effect over baseline, above -1; 0.05 for a flow that grows by five per cent.

    Notes
    -----
    Let a flow be a Poisson number of events with mean ``m``, and let the policy add or take away
    independent events so that the mean becomes ``(1 + e) m``. With luck of their own the sides
    differ with variance ``m + (1 + e) m``. With perfect common luck they share every event that
    the policy leaves alone; the difference is the number of events added or taken away, which is
    Poisson, so its variance is its mean ``|e| m``. The ratio is ``(2 + e) / |e|``: 41 for an effect
    of 5 %, 21 for 10 %, 3 for a doubling. If the policy adds some events and takes others away, the
    difference has at least the variance ``|e| m``, and the ratio is at most that.
    """
    effect = np.asarray(relative_effect, np.float64)
    return over(2.0 + effect, np.abs(effect), np.inf)


def ratio_bound(
    variance_apart: ArrayLike, changed_persons: ArrayLike, persons_per_agent: float
) -> F64:
    """The variance ratio of counts if common luck were perfect, from the variances seen.

    Parameters
    ----------
    variance_apart
        Variance with the policy plus variance without it, persons squared.
    changed_persons
        Events added plus events taken away, persons; of a net flow those of both directions.
    persons_per_agent
        An agent's event counts for so many persons, so ``n`` agents' events have the variance
        ``n * persons_per_agent ** 2`` in persons.

    Notes
    -----
    As :func:`largest_ratio`, without taking the sides themselves for Poisson: the difference has
    at least the variance of the events that the policy changes.
    """
    changed = np.abs(np.asarray(changed_persons, np.float64))
    return over(np.asarray(variance_apart, np.float64), persons_per_agent * changed, np.inf)
