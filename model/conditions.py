"""Conditions: which schemes admit whom, but for points."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.compiled import compiled

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
Bools = NDArray[np.bool_]


class Applicants(NamedTuple):
    """What a scheme asks about a person and the job offered; arrays of one length."""

    degree: NDArray[np.int8]
    university_rank: NDArray[np.int16]
    age: F64
    years_since_degree: F64
    field: NDArray[np.int8]
    pay: F64
    employer_kind: NDArray[np.int8]


class Menu(NamedTuple):
    """Scheme rows in the order of their countries."""

    rows: I64
    first: I64
    """Where the rows of each country begin."""
    number: I64
    """How many rows each country has."""


class Conditions(NamedTuple):
    """What each scheme asks for; one entry a scheme row."""

    degree_min: NDArray[Any]
    rank_max: NDArray[Any]
    experience_min: F64
    age_max: F64
    since_degree_max: F64
    residence_min: F64
    """Years lived in the country."""
    min_pay: F64
    points_min: F64
    """Negative where points do not count."""
    fields: Bools
    """Shape (schemes, fields)."""


@compiled
def meets(rows: I64, people: Applicants, asked: Conditions) -> Bools:
    """Whether people meet all conditions but those on points and on years lived in the country.

    Where points count, fields do not.
    """
    found = np.empty(rows.size, dtype=np.bool_)
    for at in range(rows.size):
        row = rows[at]
        found[at] = _fits(
            people.degree[at] - asked.degree_min[row],
            asked.rank_max[row] - people.university_rank[at],
            people.years_since_degree[at], asked.experience_min[row],
            asked.since_degree_max[row], people.age[at], asked.age_max[row], people.pay[at],
            asked.min_pay[row],
            asked.points_min[row] >= 0 or asked.fields[row, people.field[at]],
        )
    return found


@compiled
def counted_by_points(
    rows: I64, who: I64, people: Applicants, fields: Bools, band_ends: I64
) -> tuple[NDArray[np.int8], I64, F64, F64, F64, Bools]:
    """What points tables ask about some people: degree, band of the university, age, years since
    the degree, pay, and whether the scheme beside each calls the field short.

    Parameters
    ----------
    who
        Positions among ``people``.
    band_ends
        Last rank of each band but the last.
    """
    degree, band = people.degree[who], np.zeros(who.size, dtype=np.int64)
    short = np.empty(who.size, dtype=np.bool_)
    for at in range(who.size):
        for end in band_ends:
            band[at] += people.university_rank[who[at]] > end
        short[at] = fields[rows[at], people.field[who[at]]]
    return degree, band, people.age[who], people.years_since_degree[who], people.pay[who], short


@compiled
def open_to(
    menu: Menu, country: I64, people: Applicants, years_lived: F64, asked: Conditions
) -> tuple[I64, I64]:
    """Positions of people, and rows on the menu of the country that fit but for points."""
    most = 0
    for here in country:
        most += menu.number[here]
    who, rows, found = np.empty(most, dtype=np.int64), np.empty(most, dtype=np.int64), 0
    for at in range(country.size):
        first = menu.first[country[at]]
        for place in range(first, first + menu.number[country[at]]):
            row = menu.rows[place]
            if asked.residence_min[row] <= max(years_lived[at], 0.0) and _fits(
                people.degree[at] - asked.degree_min[row],
                asked.rank_max[row] - people.university_rank[at],
                people.years_since_degree[at], asked.experience_min[row],
                asked.since_degree_max[row], people.age[at], asked.age_max[row], people.pay[at],
                asked.min_pay[row],
                asked.points_min[row] >= 0 or asked.fields[row, people.field[at]],
            ):
                who[found], rows[found] = at, row
                found += 1
    return who[:found].copy(), rows[:found].copy()


@compiled
def _fits(
    above: float, better: float, years: float, experience_min: float, since_degree_max: float,
    age: float, age_max: float, pay: float, min_pay: float, field: bool,
) -> bool:
    """Whether one person fits one scheme; numbers, for arrays handed on one by one cost time."""
    return bool(
        above >= 0 and better >= 0 and experience_min <= years <= since_degree_max
        and age <= age_max and pay >= min_pay and field
    )
