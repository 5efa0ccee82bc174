"""Able people who change employer: who takes less pay, and for what environment."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from agents.employers import EmployerKind
from experiments.firms.findings import Finding
from experiments.firms.worlds import contrast
from model.world import World

I64 = NDArray[np.int64]
F64 = NDArray[np.float64]
APART = 0.05
"""Log points of environment from which one is called better than another."""
FRONTIER = 1.6
"""Research environment from which an employer counts to the frontier."""


class MoveWatch:
    """Changes of employer within a country by the ablest tenth, from private firms to larger ones.

    Pay is quoted pay with what shares add. Moves to startups are left out, since founders count
    shares that nobody sees.
    """

    def __init__(self) -> None:
        self.counts = dict.fromkeys(
            ("moves", "cuts", "better", "worse", "frontier", "frontier_cuts"), 0.0
        )
        self._firm = np.zeros(0, dtype=np.int64)
        self._pay = self._environment = self._country = np.zeros(0)

    def see(self, world: World) -> None:
        """Count this month's moves, then take down who works where."""
        if self._firm.size:
            self._count(world)
        people, employers = world.researchers, world.employers
        held = np.flatnonzero(people.employer >= 0)
        employer = people.employer[held]
        size = people.next_id
        self._firm = np.full(size, -1, dtype=np.int64)
        self._pay, self._environment, self._country = (np.full(size, np.nan) for _ in range(3))
        ids = people.id[held]
        private = employers.kind[employer] != EmployerKind.PUBLIC_RESEARCH
        self._firm[ids] = np.where(private, employers.firm[employer], -1)
        self._pay[ids] = counted_pay(world, held)
        self._environment[ids] = employers.environment[employer]
        self._country[ids] = people.country[held]

    def _count(self, world: World) -> None:
        people, employers = world.researchers, world.employers
        rows = np.flatnonzero(
            (people.hired == world.month) & (people.employer >= 0) & ~people.by_deal
            & (people.id < self._firm.size) & (people.ability >= world.ability_cuts[0])
        )  # fmt: skip
        ids, employer = people.id[rows], people.employer[rows]
        kind = employers.kind[employer]
        chosen = (self._firm[ids] >= 0) & (self._firm[ids] != employers.firm[employer])
        chosen &= self._country[ids] == people.country[rows]
        chosen &= (kind == EmployerKind.BIG_TECH) | (kind == EmployerKind.INDUSTRY)
        rows, ids, employer = rows[chosen], ids[chosen], employer[chosen]
        cut = counted_pay(world, rows) < self._pay[ids]
        change = np.log(employers.environment[employer] / self._environment[ids])
        frontier = (employers.environment[employer] >= FRONTIER) & (change > APART)
        for name, those in (
            ("moves", np.ones(rows.size, bool)), ("cuts", cut), ("better", cut & (change > APART)),
            ("worse", cut & (change < -APART)), ("frontier", frontier),
            ("frontier_cuts", frontier & cut),
        ):
            self.counts[name] += float(those.sum())

    def found(self) -> dict[str, float]:
        """Moves, in agents, by what they were for."""
        return dict(self.counts)


def counted_pay(world: World, rows: I64) -> F64:
    """Log of quoted pay and what shares add to it."""
    people, employers = world.researchers, world.employers
    pay = np.log(np.maximum(people.pay[rows].astype(np.float64), 1.0))
    return np.asarray(pay + employers.equity[people.employer[rows]])


Counts = dict[str, float]


def pairs(worlds: Sequence[Counts], top: str, bottom: Sequence[str]) -> list[tuple[float, float]]:
    """Moves of one sort over those of some sorts, per cent, a pair a seed."""
    return [(100.0 * one[top], sum(one[name] for name in bottom)) for one in worlds]


def findings(on: Sequence[Counts], off: Sequence[Counts]) -> list[Finding]:
    """Who takes less pay goes where research is better; less so where that counts for nothing."""
    share, moves = ("better", ("better", "worse")), ("frontier_cuts", ("moves",))
    return [
        Finding("environment", "able people who take less pay: share that goes to a better "
                "environment, less that where environment counts for nothing, points",
                contrast(pairs(on, *share), pairs(off, *share)), "", 1),
        Finding("environment", "able people who change employer: share that goes to an employer "
                f"of environment {FRONTIER:g} or more at lower pay, the same difference, points",
                contrast(pairs(on, *moves), pairs(off, *moves)), "", 1, digits=2),
    ]  # fmt: skip
