"""Arithmetic of the scorecard: thinned counts, correlations, Poisson regression, intervals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from experiments.scorecard.fact import NONE

F64 = NDArray[np.float64]

# Student's t at 97.5 % by degrees of freedom from 1; beyond them 1.96 + 2.5 / df
STUDENT = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228,
           2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086)  # fmt: skip


def thin(moves: F64, total: int, luck: np.random.Generator) -> F64:
    """So many moves drawn from a table of counts without replacement; blank if there are fewer."""
    counts = np.rint(moves).astype(np.int64)
    if counts.sum() < total:
        return np.full(moves.shape, np.nan)
    drawn = luck.multivariate_hypergeometric(counts.ravel(), total, method="marginals")
    return np.asarray(drawn.reshape(moves.shape), dtype=np.float64)


def correlation(left: F64, right: F64) -> float:
    """Pearson correlation; blank below three values, without spread, or with blanks."""
    if left.size < 3 or not (np.std(left) > 0 and np.std(right) > 0):
        return NONE
    return float(np.corrcoef(left, right)[0, 1])


def there_and_back(moves: F64) -> float:
    """Correlation over pairs of the moves one way with those the other way."""
    pairs = np.triu_indices(len(moves), 1)
    return correlation(moves[pairs], moves.T[pairs])


def poisson_regression(counts: F64, design: F64, offset: F64 | float = 0.0) -> F64:
    """Coefficients of a log-linear Poisson regression by iteratively reweighted least squares."""
    mean = (counts + counts.mean()) / 2.0
    coefficients = np.zeros(design.shape[1])
    for _ in range(100):
        log_mean = np.log(mean)
        weight = np.sqrt(mean)
        working = log_mean + (counts - mean) / mean - offset
        new, *_ = np.linalg.lstsq(design * weight[:, None], working * weight, rcond=None)
        change = float(np.abs(new - coefficients).max())
        coefficients = new
        mean = np.exp(np.clip(design @ coefficients + offset, -30.0, 30.0))
        if change < 1e-10:
            break
    return np.asarray(coefficients)


def estimate(pairs: Sequence[tuple[float, float]], least: float = 0.0) -> tuple[float, float]:
    """Sum of tops over sum of bottoms, and the half-width of its 95 % interval over seeds.

    The error of the ratio is that of the tops less the ratio times the bottoms.
    """
    known = np.array([pair for pair in pairs if np.isfinite(pair).all()]).reshape(-1, 2)
    top, bottom = known[:, 0], known[:, 1]
    if bottom.sum() <= 0 or bottom.sum() < least:
        return NONE, NONE
    ratio = float(top.sum() / bottom.sum())
    if len(known) < 2:
        return ratio, NONE
    error = np.std(top - ratio * bottom, ddof=1) / bottom.mean() / np.sqrt(len(known))
    freedom = len(known) - 1
    student = STUDENT[freedom - 1] if freedom <= len(STUDENT) else 1.96 + 2.5 / freedom
    return ratio, float(student * error)


def ablest(ability: F64, weight: F64, share: float) -> F64:
    """The weights of the ablest part of a weighted sample; nothing for everybody else.

    Parameters
    ----------
    ability, weight
        Of each person, shape (n,); weights are at least 0.
    share
        Part of the summed weight that counts as ablest; who stands at its edge counts in part.
    """
    order = np.argsort(-ability, kind="stable")
    before = np.cumsum(weight[order]) - weight[order]
    kept = np.zeros(weight.size)
    kept[order] = np.clip(share * weight.sum() - before, 0.0, weight[order])
    return kept
