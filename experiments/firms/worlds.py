"""Worlds in which firms act, and what they share: how one is lived and estimates over seeds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.declare import InputError
from agents.levers import month_number
from agents.researchers import NEVER
from experiments.student import half_width
from model.policy_files import PolicyLike
from model.talent_market import TalentMarket

FIRMS_ACT = {"ventures.active": 1.0}
FIRST_YEAR, LAST_YEAR = 2019, 2025
Settings = Mapping[str, float]


class FirmWorld(NamedTuple):
    """One world to live, with firms that act."""

    seed: int
    persons_per_agent: float
    settings: tuple[tuple[str, float], ...] = ()
    policies: tuple[PolicyLike, ...] = ()
    without: tuple[str, ...] = ()
    """Firms that open no post anywhere; they keep whom they have as long as they stay."""


class Estimate(NamedTuple):
    """A figure over seeds with its 95 % interval, Student's t; luck alone."""

    value: float
    low: float
    high: float
    seeds: int

    @property
    def sign(self) -> int:
        """1 or −1 where the interval leaves out nought, else 0."""
        return 1 if self.low > 0 else (-1 if self.high < 0 else 0)


def worlds_of(
    settings: Settings, seeds: int, persons_per_agent: float, policies: Sequence[PolicyLike] = ()
) -> list[FirmWorld]:
    """Seeds 1 to so many under the same settings."""
    held = tuple(sorted(settings.items()))
    return [
        FirmWorld(seed, float(persons_per_agent), held, tuple(policies))
        for seed in range(1, seeds + 1)
    ]


def market(world: FirmWorld, until: str = f"{LAST_YEAR}-12") -> TalentMarket:
    """The baseline with firms that act, at its opening."""
    made = TalentMarket(
        "baseline", seed=world.seed, persons_per_agent=world.persons_per_agent, until=until,
        parameters={**FIRMS_ACT, **dict(world.settings)}, policies=world.policies,
    )
    # employers that are to open later open no posts before
    made.employers.opens[sites_of(made, world.without)] = NEVER - 1
    return made


def sites_of(made: TalentMarket, names: Sequence[str]) -> NDArray[np.intp]:
    """Rows of all sites of some firms."""
    employers = made.employers
    return np.flatnonzero(np.isin(employers.firm, [employers.names.index(one) for one in names]))


def months(lived: TalentMarket, until: str = f"{LAST_YEAR}-12") -> Iterator[int]:
    """Live month after month; the month just lived."""
    last = month_number(until)
    while lived.month < last:
        lived.step()
        yield lived.month


def ratio(pairs: Iterable[tuple[float, float]]) -> Estimate:
    """Sum of tops over sum of bottoms, one pair a seed, with its interval.

    The error of the ratio is that of the tops less the ratio times the bottoms.
    """
    known = np.array([pair for pair in pairs if np.isfinite(pair).all()]).reshape(-1, 2)
    seeds, (top, bottom) = len(known), known.sum(axis=0)
    if not bottom > 0:
        return Estimate(np.nan, np.nan, np.nan, seeds)
    value = float(top / bottom)
    half = _half(known[:, 0] - value * known[:, 1]) / float(bottom / seeds)
    return Estimate(value, value - half, value + half, seeds)


def _half(errors: NDArray[np.float64]) -> float:
    """Half-width of the interval of a mean; blank with one value."""
    if errors.size < 2:
        return float("nan")
    spread = float(np.std(errors, ddof=1)) / float(np.sqrt(errors.size))
    return half_width(errors.size - 1) * spread


def mean(values: Iterable[float]) -> Estimate:
    """Mean of one value a seed; blanks are left out."""
    return ratio((float(value), 1.0) for value in values)


def contrast(
    left: Sequence[tuple[float, float]], right: Sequence[tuple[float, float]]
) -> Estimate:
    """One ratio less another, from the same seeds, whose luck they share.

    Parameters
    ----------
    left, right
        A top and a bottom a seed; a seed without the one counts for the other.
    """
    both = np.array([left, right], dtype=np.float64)  # (side, seed, top and bottom)
    bottoms = both[..., 1].sum(axis=1)
    seeds = both.shape[1]
    if not (bottoms > 0).all() or seeds < 2:
        return Estimate(np.nan, np.nan, np.nan, seeds)
    ratios = both[..., 0].sum(axis=1) / bottoms
    errors = (both[..., 0] - ratios[:, None] * both[..., 1]) / (bottoms / seeds)[:, None]
    half, value = _half(errors[0] - errors[1]), float(ratios[0] - ratios[1])
    return Estimate(value, value - half, value + half, seeds)


def settings_of(texts: Sequence[str]) -> dict[str, float]:
    """Settings written ``group.name=value``.

    Raises
    ------
    InputError
        One that is not written so.
    """
    found = {}
    for text in texts:
        name, mark, value = text.partition("=")
        try:
            found[name.strip()] = float(value)
        except ValueError:
            mark = ""
        if not mark:
            raise InputError("no setting", key=text, value=value, allowed="group.name=number")
    return found
