"""Points tables of visa schemes: their criteria, their text form, and counting points."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agents.compiled import compiled
from agents.declare import InputError, nearest, number_from

F64 = NDArray[np.float64]

# Order matters: an array of degrees or rank bands holds positions in these tuples.
DEGREES = ("bachelor", "master", "phd")
RANK_BANDS = ("top100", "top500", "other")

CRITERIA: Mapping[str, str] = {
    "degree_bachelor": "holds at least a bachelor's degree (also _master, _phd)",
    "university_top100": "degree from a university of the world's first 100 (also _top500)",
    "age_under_N": "is younger than N years",
    "experience_over_N": "has worked N years or more",
    "pay_over_N": "is offered N USD (2024) a year or more",
    "field_in_shortage": "works in a field that the scheme calls short",
    "job_offer": "has a job offer",
}
_EXAMPLES = (
    "degree_bachelor", "degree_master", "degree_phd", "university_top100", "university_top500",
    "age_under_30", "age_under_35", "age_under_40", "experience_over_5", "experience_over_10",
    "pay_over_60000", "pay_over_100000", "pay_over_150000", "field_in_shortage", "job_offer",
)  # fmt: skip
_CRITERION = re.compile(
    r"(?:(degree)_(bachelor|master|phd)|(university)_(top100|top500)"
    r"|(age)_under_(\d+)|(experience)_over_(\d+)|(pay)_over_(\d+)"
    r"|(field)_in_shortage|(job)_offer)"
)


@functools.cache
def _criterion(name: str) -> tuple[str, float]:
    """The group of a criterion and the level that a person has to reach in it."""
    match = _CRITERION.fullmatch(name)
    if match is None:
        guess = nearest(name, _EXAMPLES)
        hint = f"; did you mean {guess!r}?" if guess else ""
        raise InputError(f"unknown criterion {name!r}{hint}", allowed=", ".join(CRITERIA))
    group, *level = [part for part in match.groups() if part is not None]
    if group == "degree":
        return group, float(DEGREES.index(level[0]))
    if group == "university":
        return group, float(RANK_BANDS.index(level[0]))
    return group, float(level[0]) if level else 1.0


def points_from_text(text: str) -> dict[str, float]:
    """A points table from its compact form, ``degree_phd:30;degree_master:20``."""
    table: dict[str, float] = {}
    for entry in filter(None, (part.strip() for part in text.split(";"))):
        name, colon, worth = entry.partition(":")
        if not colon:
            raise InputError("no points given", value=entry, allowed="criterion:points;…")
        if name.strip() in table:
            raise InputError("criterion named twice", value=name.strip())
        table[name.strip()] = number_from(worth.strip())
    return points_checked(table)


def points_text(points: Mapping[str, float]) -> str:
    """The compact form of a points table."""
    return ";".join(f"{name}:{worth:g}" for name, worth in points.items())


def points_checked(points: Mapping[str, object]) -> dict[str, float]:
    """A points table whose criteria exist and whose points are numbers from 0 to 1000."""
    faults: list[str] = []
    table: dict[str, float] = {}
    for name, worth in points.items():
        try:
            _criterion(name)
            table[name] = number_from(worth)
        except InputError as fault:
            faults.append(str(fault))
            continue
        if not 0.0 <= table[name] <= 1000.0:
            faults.append(f"{name}: points out of range (got {worth!r}); allowed: 0 to 1000")
    if faults:
        raise InputError("; ".join(faults))
    return table


def points_of(
    points: Mapping[str, float],
    degree: ArrayLike,
    rank_band: ArrayLike,
    age_years: ArrayLike,
    experience_years: ArrayLike,
    pay_usd: ArrayLike,
    field_in_shortage: ArrayLike,
    job_offer: ArrayLike = True,
) -> F64:
    """How many points each person has under a points table.

    Parameters
    ----------
    points
        Points by criterion.
    degree, rank_band
        Positions in ``DEGREES`` and in ``RANK_BANDS``, one a person.
    age_years, experience_years, pay_usd
        Numbers, one a person; pay in USD of 2024 a year.
    field_in_shortage, job_offer
        Truth values, one a person.

    Notes
    -----
    As in published tables, criteria of one group (degree, university, age, experience, pay) are
    alternatives: within a group the best that holds counts, groups add up. A doctor also holds
    the lower degrees; "over" includes the number itself, "under" does not.
    """
    people = np.broadcast_arrays(
        degree, rank_band, age_years, experience_years, pay_usd, field_in_shortage, job_offer
    )
    size = people[0].shape
    flat = [np.ravel(part) for part in people]
    gained = PointsTables((points,)).gained(np.zeros(flat[0].size, dtype=np.int64), *flat)
    return gained.reshape(size)


class PointsTables:
    """Several points tables as arrays, so that people under different tables are counted at once.

    Criteria that ask for a number are kept as limits with their points, padded with limits that
    nobody meets.
    """

    def __init__(self, tables: Sequence[Mapping[str, float]]) -> None:
        rows = len(tables)
        self.degree = np.zeros((rows, len(DEGREES)))
        self.university = np.zeros((rows, len(RANK_BANDS)))
        self.flags = np.zeros((rows, 2))
        listed: dict[str, list[list[tuple[float, float]]]] = {
            group: [[] for _ in tables] for group in ("age", "experience", "pay")
        }
        for row, table in enumerate(tables):
            for name, worth in table.items():
                group, level = _criterion(name)
                place = int(level)
                if group == "degree":
                    self.degree[row, place:] = np.maximum(self.degree[row, place:], worth)
                elif group == "university":
                    self.university[row, : place + 1] = np.maximum(
                        self.university[row, : place + 1], worth
                    )
                elif group in listed:
                    listed[group][row].append((level, worth))
                else:
                    self.flags[row, int(group == "job")] = worth
        self.under = _padded(listed["age"], -np.inf)
        self.over = [_padded(listed[group], np.inf) for group in ("experience", "pay")]

    def most(self) -> F64:
        """The most points that anybody can have under each table."""
        total = self.degree.max(axis=1) + self.university.max(axis=1) + self.flags.sum(axis=1)
        for _, worths in (self.under, *self.over):
            total += worths.max(axis=1, initial=0.0)
        return np.asarray(total)

    def gained(
        self, rows: NDArray[np.int64], degree: ArrayLike, rank_band: ArrayLike,
        age_years: ArrayLike, experience_years: ArrayLike, pay_usd: ArrayLike,
        field_in_shortage: ArrayLike, job_offer: ArrayLike,
    ) -> F64:
        """Points of each person under the table beside it; arguments as in :func:`points_of`."""
        return _gained(
            rows, self.degree, np.asarray(degree), self.university, np.asarray(rank_band),
            self.flags, np.asarray(field_in_shortage), np.asarray(job_offer), *self.under,
            np.asarray(age_years), *self.over[0], np.asarray(experience_years), *self.over[1],
            np.asarray(pay_usd),
        )


@compiled
def _gained(
    rows: NDArray[np.int64], by_degree: F64, degree: NDArray[Any], by_university: F64,
    band: NDArray[Any], flags: F64, shortage: NDArray[np.bool_], job: NDArray[np.bool_],
    ages: F64, by_age: F64, age: F64, careers: F64, by_career: F64, experience: F64, pays: F64,
    by_pay: F64, pay: F64,
) -> F64:
    """Points of each person: of the degree, of the university and so on, each by a table."""
    total = np.empty(rows.size)
    for person in range(rows.size):
        row = rows[person]
        total[person] = by_degree[row, degree[person]] + by_university[row, band[person]]
        if shortage[person]:
            total[person] += flags[row, 0]
        if job[person]:
            total[person] += flags[row, 1]
        most = 0.0
        for place in range(ages.shape[1]):
            if age[person] < ages[row, place]:
                most = max(most, by_age[row, place])
        total[person] += most
        most = 0.0
        for place in range(careers.shape[1]):
            if experience[person] >= careers[row, place]:
                most = max(most, by_career[row, place])
        total[person] += most
        most = 0.0
        for place in range(pays.shape[1]):
            if pay[person] >= pays[row, place]:
                most = max(most, by_pay[row, place])
        total[person] += most
    return total


def _padded(
    lists: Sequence[Sequence[tuple[float, float]]], never: float
) -> tuple[F64, F64]:
    width = max((len(entries) for entries in lists), default=0)
    limits = np.full((len(lists), width), never)
    worths = np.zeros((len(lists), width))
    for row, entries in enumerate(lists):
        for place, (limit, worth) in enumerate(entries):
            limits[row, place], worths[row, place] = limit, worth
    return limits, worths
