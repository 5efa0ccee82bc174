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


@compiled
def meets(
    rows: I64, people: Applicants, degree_min: NDArray[Any], rank_max: NDArray[Any],
    experience_min: F64, age_max: F64, since_degree_max: F64, min_pay: F64, points_min: F64,
    fields: Bools,
) -> Bools:
    """Whether people meet all conditions but that on points; where points count, fields do not."""
    found = np.empty(rows.size, dtype=np.bool_)
    for at in range(rows.size):
        found[at] = _fits(
            rows[at], at, people, degree_min, rank_max, experience_min, age_max, since_degree_max,
            min_pay, points_min, fields,
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
    menu: Menu, country: I64, people: Applicants, years_lived: F64, residence_min: F64,
    degree_min: NDArray[Any], rank_max: NDArray[Any], experience_min: F64, age_max: F64,
    since_degree_max: F64, min_pay: F64, points_min: F64, fields: Bools,
) -> tuple[I64, I64]:
    """Positions of people, and rows on the menu of the country that fit but for points."""
    most = menu.number[country].sum()
    who, rows, found = np.empty(most, dtype=np.int64), np.empty(most, dtype=np.int64), 0
    for at in range(country.size):
        first = menu.first[country[at]]
        for row in menu.rows[first : first + menu.number[country[at]]]:
            lived = residence_min[row] <= 0 or years_lived[at] >= residence_min[row]
            if lived and _fits(
                row, at, people, degree_min, rank_max, experience_min, age_max, since_degree_max,
                min_pay, points_min, fields,
            ):
                who[found], rows[found] = at, row
                found += 1
    return who[:found].copy(), rows[:found].copy()


@compiled
def _fits(
    row: int, at: int, people: Applicants, degree_min: NDArray[Any], rank_max: NDArray[Any],
    experience_min: F64, age_max: F64, since_degree_max: F64, min_pay: F64, points_min: F64,
    fields: Bools,
) -> bool:
    years = people.years_since_degree[at]
    return bool(
        people.degree[at] >= degree_min[row]
        and people.university_rank[at] <= rank_max[row]
        and experience_min[row] <= years <= since_degree_max[row]
        and people.age[at] <= age_max[row]
        and people.pay[at] >= min_pay[row]
        and (points_min[row] >= 0 or fields[row, people.field[at]])
    )
