"""The table of a control tower: what a ministry reads, one figure a line."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from agents.levers import FIELDS, month_text
from model.governments.tower import OF_KIND, TIERS, Tower

COLUMNS = ("question", "month", "country", "field", "tier", "what", "measure", "unit", "value")
ALL = "all"
Line = tuple[str, int, str, str, str, str, str, str, float]


def tower_table(tower: Tower) -> pd.DataFrame:
    """Everything that a control tower shows, one figure a line.

    ``question`` is one of

    - ``missing``: people, demand and their difference, gap, by country, field and tier;
    - ``abroad``: people born at home who live elsewhere, by country, field and tier;
    - ``employers``: where these work, by country and kind of employer; then the named firms with
      most of them;
    - ``surplus``: people beyond the demand of a country in fields that lack at home;
    - ``ahead``: the gap at home expected in a month to come, if nothing is done;
    - ``remedies``: what closes the gap: persons whom it reaches in a year, USD for each, by how
      much each of them closes the gap, for how many years, and USD for each year in which the gap
      is smaller by one person (blank where it never is).

    ``what`` names a kind of employer, a firm or a lever; ``month`` is that of the figure, or the
    one in which a remedy acts first. Persons are those of the register at the end of a month,
    without error.
    """
    lines = [
        *_missing(tower), *_abroad(tower), *_employers(tower), *_surplus(tower), *_ahead(tower),
        *_remedies(tower),
    ]
    frame = pd.DataFrame(lines, columns=list(COLUMNS))
    frame["month"] = [month_text(month) for month in frame["month"]]
    return frame


def _missing(tower: Tower) -> Iterator[Line]:
    for name, table in (
        ("people", tower.people), ("demand", tower.demand), ("gap", tower.demand - tower.people)
    ):
        for country, by_field in zip(tower.countries, table, strict=True):
            for field, tier, value in _cells(by_field):
                yield ("missing", tower.month, country, field, tier, "", name, "persons", value)


def _abroad(tower: Tower) -> Iterator[Line]:
    for country, by_field in zip(tower.countries, tower.abroad, strict=True):
        if by_field.any():
            for field, tier, value in _cells(by_field):
                yield ("abroad", tower.month, country, field, tier, "", "people", "persons", value)


def _cells(by_field: np.ndarray) -> Iterator[tuple[str, str, float]]:
    """Field, tier and value; then the sums over tiers."""
    for field, by_tier in zip(FIELDS, by_field, strict=True):
        for tier, value in zip(TIERS, by_tier, strict=True):
            yield field, tier, float(value)
        yield field, ALL, float(by_tier.sum())


def _employers(tower: Tower) -> Iterator[Line]:
    for country, row in zip(tower.countries, tower.kinds, strict=True):
        for kind, value in zip(OF_KIND, row, strict=True):
            if value:
                yield ("employers", tower.month, country, ALL, ALL, kind, "people", "persons",
                       float(value))  # fmt: skip
    for one in tower.firms:
        yield ("employers", tower.month, one.country, ALL, ALL, one.name, "people", "persons",
               one.persons)  # fmt: skip


def _surplus(tower: Tower) -> Iterator[Line]:
    for country, row in zip(tower.countries, tower.surplus(), strict=True):
        for field, value in zip(FIELDS, row, strict=True):
            if value > 0:
                yield ("surplus", tower.month, country, field, ALL, "", "people", "persons",
                       float(value))  # fmt: skip


def _ahead(tower: Tower) -> Iterator[Line]:
    for outlook in (tower.soon, tower.entry):
        for name, values in (
            ("people", outlook.people), ("demand", outlook.demand), ("gap", outlook.gap)
        ):
            for field, value in zip(FIELDS, values, strict=True):
                yield ("ahead", outlook.month, tower.country, field, ALL, "", name, "persons",
                       float(value))  # fmt: skip


def _remedies(tower: Tower) -> Iterator[Line]:
    for one in tower.remedies:
        what = one.lever if one.scheme is None else f"{one.lever} of {one.scheme[0]}"
        cost = one.usd_closed if np.isfinite(one.usd_closed) else np.nan
        for name, unit, value in (
            ("persons", "persons a year", one.persons), ("cost", "USD a person", one.usd),
            ("closes", "persons of the gap", one.closes), ("years", "years", one.years),
            ("cost_year", "USD a person of the gap and year", cost),
        ):
            yield ("remedies", one.month, tower.country, one.field or ALL, ALL, what, name, unit,
                   value)  # fmt: skip
