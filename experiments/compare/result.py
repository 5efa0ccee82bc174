"""What a comparison found: every pair, the effects over pairs, and what is read off them."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from agents.declare import InputError, unknown_name
from experiments.compare.statistics import F64, Paired, paired
from experiments.compare.store import EFFECT_COLUMNS, Store

KEYS = ["country", "period", "measure", "unit"]
SPOT = ("country", "measure", "period")  # what a result is looked up by
WORLD = "WLD"


class Arm(NamedTuple):
    """A side as results speak of it."""

    name: str
    title: str
    countries: tuple[str, ...]
    """Where something changes."""
    first_month: int | None
    """From when on; None if nothing ever changes."""


class Comparison:
    """Results of all pairs.

    Parameters
    ----------
    arms
        The baseline first, then every policy held against it.
    keys
        ``country``, ``period`` (a year), ``measure`` and ``unit`` of each result.
    values
        Results, shape (arms, pairs, results); blanks are NaN.
    seeds
        The seed of each pair.
    draws
        The row of the draws of each pair, from 1; None without draws.
    scenario
        As it was run, as plain values; ``version`` of the project.
    """

    def __init__(
        self, arms: Sequence[Arm], keys: pd.DataFrame, values: F64, seeds: Sequence[int],
        draws: Sequence[int] | None, scenario: Mapping[str, Any], version: str | None,
    ) -> None:
        self.arms, self.keys, self.values = tuple(arms), keys, values
        self.seeds, self.draws = tuple(seeds), draws
        self.scenario, self.version = scenario, version
        spots = zip(*(keys[name].tolist() for name in SPOT), strict=True)
        self._place = {spot: place for place, spot in enumerate(spots)}
        self._known = {name: sorted(set(keys[name])) for name in SPOT}

    @classmethod
    def of(cls, store: Store) -> Comparison:
        """Read the pairs of which every side is there."""
        design = store.design
        missing = store.missing()
        places = [place for place in range(len(design.seeds)) if place not in missing]
        if not places:
            raise ValueError("no pair is there")
        start = design.scenario.start_month
        arms = [
            Arm(side.name, side.title, side.countries, side.first_month(start))
            for side in design.sides
        ]
        first = store.read_side(places[0], 0)
        values = np.empty((len(arms), len(places), len(first)))
        for row, place in enumerate(places):
            for number in range(len(arms)):
                frame = store.read_side(place, number)
                if not frame[KEYS].equals(first[KEYS]):
                    file = os.fspath(store.side_file(place, number))
                    raise InputError("holds other results than the first pair", file=file)
                values[number, row] = frame["value"]
        rows = [design.draw(place) for place in places]
        draws = [row + 1 for row in rows if row is not None] or None
        return cls(
            arms, first[KEYS], values, [design.seeds[place] for place in places], draws,
            design.description["scenario"], design.description["version"],
        )

    # tables -------------------------------------------------------------------------------

    @property
    def against(self) -> Arm:
        """The arm that serves as baseline."""
        return self.arms[0]

    @property
    def policies(self) -> tuple[Arm, ...]:
        """The arms held against the baseline."""
        return self.arms[1:]

    @property
    def countries(self) -> list[str]:
        """Every country of the results, and the world."""
        return self._known["country"]

    @property
    def years(self) -> list[str]:
        """The years lived, the opening left out."""
        start = str(self.scenario["start"])[:4]
        return [year for year in self._known["period"] if year >= start]

    @property
    def last_year(self) -> str:
        """The year in which the worlds end."""
        return self.years[-1]

    def effects(self) -> pd.DataFrame:
        """The effect of each policy on every measure, country and year, with 95 % intervals.

        Returns
        -------
        DataFrame
            Columns ``policy, against, country, period, measure, unit, baseline, value, effect, low,
            high, seeds, variance_ratio``. ``baseline`` and ``value`` are means over pairs without
            and with the policy, ``effect`` the mean difference, ``low`` and ``high`` its 95 %
            interval; ``seeds`` are the pairs in which both sides have a value;
            ``variance_ratio`` is the variance that the difference would have if the luck of both
            sides were independent, over the one it has; blank where nothing differs.
        """
        frames = []
        for number, arm in enumerate(self.policies, start=1):
            found = paired(self.values[0], self.values[number])
            frame = self.keys.copy()
            frame.insert(0, "policy", arm.name)
            frame.insert(1, "against", self.against.name)
            frames.append(frame.assign(
                baseline=found.baseline, value=found.value, effect=found.effect, low=found.low,
                high=found.high, seeds=found.pairs, variance_ratio=found.variance_ratio,
            ))
        return pd.concat(frames, ignore_index=True)[list(EFFECT_COLUMNS)]

    def pairs(self, measures: Sequence[str] | None = None) -> pd.DataFrame:
        """Every pair: what each policy changed in each world.

        Parameters
        ----------
        measures
            Only these; all where nothing is said.

        Returns
        -------
        DataFrame
            Columns ``seed, draw`` (blank without draws), ``policy, country, period, measure, unit,
            baseline, value, difference``.

        Raises
        ------
        InputError
            There is no such measure.
        """
        for measure in measures or ():
            self._check("measure", measure, self._known["measure"])
        kept = np.ones(len(self.keys), bool)
        if measures is not None:
            kept = self.keys["measure"].isin(list(measures)).to_numpy()
        keys, frames = self.keys[kept], []
        for row, seed in enumerate(self.seeds):
            baseline = self.values[0, row, kept]
            for number, arm in enumerate(self.policies, start=1):
                value = self.values[number, row, kept]
                frame = keys.copy()
                frame.insert(0, "policy", arm.name)
                frame.insert(0, "draw", np.nan if self.draws is None else self.draws[row])
                frame.insert(0, "seed", seed)
                frames.append(
                    frame.assign(baseline=baseline, value=value, difference=value - baseline)
                )
        return pd.concat(frames, ignore_index=True)

    # questions ----------------------------------------------------------------------------

    def results(
        self, policy: str, country: str, measure: str, periods: Sequence[str]
    ) -> tuple[F64, F64]:
        """Results without and with a policy by pair and period, each of shape (pairs, periods).

        Raises
        ------
        InputError
            There is no such policy, country, measure or period.
        """
        number = self._number(policy)
        for what, name in (
            ("country", country), ("measure", measure), *(("period", one) for one in periods)
        ):
            self._check(what, name, self._known[what])
        places = [self._place.get((country, measure, period), -1) for period in periods]
        # a measure that the opening does not have is blank there
        chosen = np.where(np.array(places) < 0, np.nan, self.values[:, :, places])
        return chosen[0], chosen[number]

    def effect_on(
        self, policy: str, country: str, measure: str, periods: Sequence[str], *,
        total: bool = False,
    ) -> Paired:
        """The effect of a policy by period, or on the sum over periods.

        Raises
        ------
        InputError
            There is no such policy, country, measure or period.
        """
        against, value = self.results(policy, country, measure, periods)
        if total:
            against, value = against.sum(axis=1, keepdims=True), value.sum(axis=1, keepdims=True)
        return paired(against, value)

    def interaction(self, whole: str, parts: Sequence[str]) -> pd.DataFrame:
        """What a package does beyond the sum of what its parts do alone.

        Returns
        -------
        DataFrame
            ``country, period, measure, unit, effect`` (difference of the package less those of its
            parts, mean over pairs), ``low, high`` (95 % interval), ``seeds``.

        Raises
        ------
        InputError
            A policy was not compared.
        """
        left = sum(self.values[self._number(part)] - self.values[0] for part in parts)
        found = paired(left, self.values[self._number(whole)] - self.values[0])
        return self.keys.assign(
            effect=found.effect, low=found.low, high=found.high, seeds=found.pairs
        )

    def _number(self, policy: str) -> int:
        names = [arm.name for arm in self.policies]
        self._check("policy", policy, names)
        return names.index(policy) + 1

    @staticmethod
    def _check(what: str, name: str, known: Sequence[str]) -> None:
        if name not in known:
            raise unknown_name(what, name, known)
