"""Keeping: which national figures of a run a sweep writes down."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from agents.declare import InputError, unknown_name
from agents.levers import month_number
from model.scenario import Scenario
from model.statistics.measures import BOTH, MEASURES, NATIONAL
from model.tables import REST, country_names

WORLD = "WLD"
YEAR_LENGTH = 4  # characters of a period that is a year
PERIOD = re.compile(r"\d{4}(-\d{2})?")
KEYS = ("measures", "countries", "periods")


@dataclasses.dataclass(frozen=True)
class Keep:
    """What is kept of each run; empty means all measures, all countries, all years.

    Parameters
    ----------
    measures, countries
        By name and by code.
    periods
        Years or months, as ``"2020"`` and ``"2020-07"``.
    """

    measures: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    periods: tuple[str, ...] = ()

    def of(self, national: pd.DataFrame) -> pd.DataFrame:
        """The rows of a table of national figures that are kept."""
        period = national["period"]
        kept = period.isin(self.periods) if self.periods else period.str.len() == YEAR_LENGTH
        for name, wanted in (("country", self.countries), ("measure", self.measures)):
            if wanted:
                kept &= national[name].isin(wanted)
        return national[np.asarray(kept, bool)]

    def check_kept(self, measure: str, country: str) -> None:
        """Whether a measure of a country will be there.

        Raises
        ------
        InputError
            It is unknown or not kept.
        """
        _all_known("measure", [measure], self.measures or _measures())
        _all_known("country", [country], self.countries or _countries())

    def described(self) -> dict[str, list[str]]:
        """As plain values."""
        return {key: list(getattr(self, key)) for key in KEYS}


def read_keep(given: Any, scenario: Scenario) -> Keep:
    """What the table ``keep`` of a design asks for.

    Raises
    ------
    InputError
        A name is unknown, or a period lies outside the scenario.
    """
    if given is None:
        return Keep()
    if not isinstance(given, Mapping):
        raise InputError("not a table", key="keep", value=given, allowed=", ".join(KEYS))
    for key in given:
        if key not in KEYS:
            raise unknown_name("key of keep", str(key), KEYS)
    keep = Keep(**{key: _names(key, value) for key, value in given.items()})
    _all_known("measure", keep.measures, _measures())
    _all_known("country", keep.countries, _countries())
    for period in keep.periods:
        _check_period(period, scenario)
    return keep


def _measures() -> list[str]:
    return [measure.name for measure in MEASURES if measure.table in (NATIONAL, BOTH)]


def _countries() -> list[str]:
    return [*country_names(), WORLD, REST]


def _names(key: str, value: Any) -> tuple[str, ...]:
    is_list = isinstance(value, Sequence) and not isinstance(value, str)
    if not is_list or not value or not all(isinstance(entry, str) for entry in value):
        allowed = 'a list of names in quotes, such as ["net", "stock"]'
        raise InputError("not names", key=f"keep.{key}", value=value, allowed=allowed)
    return tuple(value)


def _all_known(what: str, names: Iterable[str], known: Sequence[str]) -> None:
    for name in names:
        if name not in known:
            raise unknown_name(what, name, known)


def _check_period(period: str, scenario: Scenario) -> None:
    start, end = scenario.start_month, scenario.end_month
    allowed = f"years or months from {scenario.start} to {scenario.end}, and what they open with"
    try:
        if not PERIOD.fullmatch(period):
            raise ValueError
        is_year = len(period) == YEAR_LENGTH
        first = month_number(f"{period}-01" if is_year else period)
        last = month_number(f"{period}-12" if is_year else period)
    except ValueError:
        raise InputError(
            "not a year or a month", key="keep.periods", value=period, allowed=allowed
        ) from None
    if last < start - 1 or first > end:
        raise InputError(
            "lies outside the scenario", key="keep.periods", value=period, allowed=allowed
        )
