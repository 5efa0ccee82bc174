"""People watched from month to month: hires, first jobs, departures, moves by age.

A watch looks at the world at the end of every month, reads and never writes. It follows people by
number, so that it finds them again wherever their row has gone.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.employers import MONTHS, EmployerKind
from agents.points import DEGREES
from model.world import World

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
AGE_BANDS = ((0, 30), (30, 40), (40, 50), (50, 120))
DOCTOR = DEGREES.index("phd")


class HireWatch:
    """Whom big tech hires, and whether they are with the same employer some months later.

    Who has left the profession by then is not kept: whoever counts staff counts them as gone, too.
    """

    def __init__(self, first: int, last: int, months: int) -> None:
        self.first, self.last, self.months = first, last, months
        self._due: dict[int, tuple[I64, I64]] = {}
        self._employers: list[I64] = []
        self._kept: list[NDArray[np.bool_]] = []

    def see(self, world: World) -> None:
        """Take down this month's hires and look up those whose time is up."""
        people, month = world.researchers, world.month
        employer = people.employer.astype(np.int64)
        if self.first <= month <= self.last:
            rows = np.flatnonzero((people.hired == month) & (employer >= 0))
            rows = rows[world.employers.kind[employer[rows]] == EmployerKind.BIG_TECH]
            self._due[month + self.months] = people.id[rows].copy(), employer[rows]
        ids, hired_by = self._due.pop(month, (np.zeros(0, np.int64), np.zeros(0, np.int64)))
        rows = people.row_of(ids).astype(np.int64)
        self._employers.append(hired_by)
        self._kept.append((rows >= 0) & (employer[rows] == hired_by))

    def kept(self, employers: I64 | None = None) -> tuple[float, float]:
        """People kept and people hired, of all big tech or of some employers (rows)."""
        hired_by, kept = np.concatenate(self._employers), np.concatenate(self._kept)
        chosen = np.ones(kept.size, bool) if employers is None else np.isin(hired_by, employers)
        return float(kept[chosen].sum()), float(chosen.sum())


class FirstJobWatch:
    """First jobs of new doctors of some countries: private or public, by year of the degree.

    As in surveys of graduates, jobs elsewhere and doctors without a job are left out.
    """

    def __init__(self, countries: I64) -> None:
        self.countries = countries
        self._ids = np.zeros(0, dtype=np.int64)
        self._jobs: dict[int, I64] = {}

    def see(self, world: World) -> None:
        """Add this month's doctors, and take down the jobs of those who now have one."""
        people, employers = world.researchers, world.employers
        new = (people.degree_month == world.month) & (people.degree == DOCTOR)
        new &= np.isin(people.study_country, self.countries)
        self._ids = np.concatenate((self._ids, people.id[new]))
        rows = people.row_of(self._ids).astype(np.int64)
        working = (rows >= 0) & (people.employer[rows] >= 0)
        self._ids, rows = self._ids[(rows >= 0) & ~working], rows[working]
        employer = people.employer[rows]
        here = np.isin(employers.country[employer], self.countries)
        private = employers.kind[employer] != EmployerKind.PUBLIC_RESEARCH
        for row in np.flatnonzero(here):
            year = int(people.degree_month[rows[row]]) // MONTHS
            count = self._jobs.setdefault(year, np.zeros(2, dtype=np.int64))
            count[int(private[row])] += 1

    def private(self, year: int) -> tuple[float, float]:
        """First jobs with private employers, and first jobs, of the doctors of a year."""
        public, private = self._jobs.get(year, np.zeros(2, dtype=np.int64))
        return float(private), float(public + private)


class DepartureWatch:
    """People who leave their country of birth, and where they live some months later.

    Each is followed from the first departure; who has left the profession by then is left out.
    """

    def __init__(self, first: int, last: int, months: int) -> None:
        self.first, self.last, self.months = first, last, months
        self._ids = self._country = np.zeros(0, dtype=np.int64)
        self._known = np.zeros(0, dtype=np.int64)
        self._due: dict[int, tuple[I64, I64]] = {}
        self.stayed = self.home = self.onward = 0

    def see(self, world: World) -> None:
        """Take down this month's departures and look up those whose time is up."""
        people, month = world.researchers, world.month
        if self.first <= month <= self.last:
            self._depart(world)
        if self.first - 1 <= month < self.last:
            self._ids, self._country = people.id.copy(), people.country.astype(np.int64)
        if month in self._due:
            ids, destination = self._due.pop(month)
            rows = people.row_of(ids).astype(np.int64)
            alive = rows >= 0
            now, born = people.country[rows[alive]], people.birth_country[rows[alive]]
            stayed, home = now == destination[alive], now == born
            self.stayed += int(stayed.sum())
            self.home += int(home.sum())
            self.onward += int((~stayed & ~home).sum())

    def _depart(self, world: World) -> None:
        people = world.researchers
        rows = people.row_of(self._ids).astype(np.int64)
        there = (rows >= 0) & ~np.isin(self._ids, self._known)
        rows, before = rows[there], self._country[there]
        left = (before == people.birth_country[rows]) & (people.country[rows] != before)
        ids = people.id[rows[left]].copy()
        self._known = np.concatenate((self._known, ids))
        self._due[world.month + self.months] = ids, people.country[rows[left]].astype(np.int64)


class AgeWatch:
    """Moves, months lived and summed ages by age band."""

    def __init__(self) -> None:
        self.sums = np.zeros((3, len(AGE_BANDS)))

    def see(self, world: World) -> None:
        """Add this month's moves across borders, people, and their ages."""
        people, month = world.researchers, world.month
        entered_here = (people.degree_month == month) & (people.country == people.study_country)
        moved = (people.arrived == month) & ~entered_here
        age = world.age_years(np.arange(len(people)))
        band = np.searchsorted([low for low, _ in AGE_BANDS[1:]], age, side="right")
        for total, values in zip(self.sums, (moved, np.ones(age.size), age), strict=True):
            total += np.bincount(band, values, len(AGE_BANDS))
