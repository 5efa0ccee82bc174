"""Weighted lottery: one to four entries by wage level, so that pay lifts the chance of a place."""

from __future__ import annotations

import numpy as np

from model.month.rights import RightsParameters
from model.world import F64, I64

ENTRIES = np.arange(1, 5)  # a rule of the law: as many entries as the wage level counts
NEWTON_STEPS = 12  # enough for full precision from every start: the error is squared each time


def below_levels(parameters: RightsParameters) -> F64:
    """Shares of outside applicants below wage levels II, III and IV."""
    return np.array([
        parameters.below_level_2, parameters.below_level_3, parameters.below_level_4
    ])  # fmt: skip


def level_shares(parameters: RightsParameters) -> F64:
    """Share of outside applicants at each wage level, I to IV."""
    return np.diff(np.concatenate(([0.0], below_levels(parameters), [1.0])))


def level_pay(parameters: RightsParameters) -> F64:
    """Least pay of wage levels II, III and IV, USD a year: quantiles of outside applicants' pay.

    In law they are percentiles of pay in the same occupation and area (17th, 34th, 50th and 67th);
    pay of the area is not known here, and the shares at each level are on record (assumption).
    """
    below = below_levels(parameters)
    odds = below / (1.0 - below)
    return np.asarray(parameters.outside_pay * odds ** (1.0 / parameters.outside_pay_shape))


def entries_at(parameters: RightsParameters, pay: F64) -> I64:
    """Entries that each pay gives in the lottery, by the highest wage level that it reaches."""
    level = np.searchsorted(level_pay(parameters), pay, side="right")
    return np.asarray(ENTRIES[level].astype(np.int64))


def weighted_rank(parameters: RightsParameters, luck: F64, entries: I64) -> F64:
    """Share of outside applicants who are drawn before each person is first drawn.

    Notes
    -----
    The first of w uniform entries stands at r = 1 − (1 − u)^(1 / w), u uniform; of outsiders the
    share S(r) = Σ_w p_w · (1 − (1 − r)^w) stands before it, p_w having w entries.
    """
    not_yet = (1.0 - luck) ** (1.0 / entries)
    return _drawn(level_shares(parameters), not_yet)


def weighted_odds(parameters: RightsParameters, cutoff: F64, entries: I64) -> F64:
    """Chance of a place with some entries where a share ``cutoff`` of outside applicants wins.

    Notes
    -----
    1 − (1 − r)^w, where S(r) = cutoff. The share not drawn, Σ_w p_w · x^w, rises and is convex in
    x = 1 − r, so Newton's method comes down to the solution from x = 1.
    """
    shares = level_shares(parameters)
    # many people, but few schemes with a cutoff each
    cutoff, of_scheme = np.unique(cutoff, return_inverse=True)
    not_yet = np.ones(cutoff.size)
    for _ in range(NEWTON_STEPS):
        slope = (shares * ENTRIES * not_yet[:, None] ** (ENTRIES - 1)).sum(axis=1)
        not_yet -= (cutoff - _drawn(shares, not_yet)) / slope
    return np.asarray(1.0 - np.clip(not_yet, 0.0, 1.0)[of_scheme] ** entries)


def cutoff_among(rank: F64, winners: int) -> float:
    """Rank up to which places went where nobody from outside competes; ranks in order.

    Between the last who won and the first who lost, so that it is right on average.
    """
    if winners == rank.size:
        return 1.0
    last = rank[winners - 1] if winners else 0.0
    return float(last + (rank[winners] - last) * winners / rank.size)


def _drawn(shares: F64, not_yet: F64) -> F64:
    """Share of outside applicants drawn where each entry is still in the urn with some chance."""
    return np.asarray(1.0 - (shares * not_yet[:, None] ** ENTRIES).sum(axis=1))
