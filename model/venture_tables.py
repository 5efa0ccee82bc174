"""Venture capital and newly funded startups by country and year; published facts on startups."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Sequence
from importlib.resources.abc import Traversable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from agents.declare import InputError
from agents.levers import COUNTRIES
from agents.table_rows import cell, read_table
from model.tables import FOLDER, country_names

F64 = NDArray[np.float64]
CAPITAL_METHODS = ("capital_recorded", "capital_region", "capital_all", "capital_part",
                   "capital_growth", "capital_world", "capital_rest")  # fmt: skip
FUNDED_METHODS = ("funded_recorded", "funded_total", "funded_line", "funded_difference",
                  "funded_level")  # fmt: skip
FIRST_YEAR, LAST_YEAR = 1900, 2200
LARGEST_CAPITAL = 1e14  # of a country in a year; more can only be a wrong unit


@dataclasses.dataclass(frozen=True)
class VentureYear:
    """Money for AI startups in one country and year; bounds are blank where it is recorded."""

    country: str = cell("ISO 3166-1 alpha-3; ROW for all other countries", "choice", unit="code",
                        allowed=COUNTRIES)  # fmt: skip
    year: int = cell("calendar year", "whole", unit="year", low=FIRST_YEAR, high=LAST_YEAR)
    ai_venture_capital_usd: float = cell(
        "what investors put into AI startups of the country", "number",
        unit="USD of 2024 a year", high=LARGEST_CAPITAL,
    )  # fmt: skip
    capital_low: float | None = cell("lower bound of it", "number", unit="USD of 2024 a year",
                                     high=LARGEST_CAPITAL, blank=True)  # fmt: skip
    capital_high: float | None = cell("upper bound of it", "number", unit="USD of 2024 a year",
                                      high=LARGEST_CAPITAL, blank=True)  # fmt: skip
    capital_method: str = cell("method id of it", "choice", allowed=CAPITAL_METHODS)
    funded_startups: float = cell(
        "AI firms that got their first sizeable private money in the year", "number",
        unit="startups a year", high=1e6,
    )  # fmt: skip
    funded_low: float | None = cell("lower bound of it", "number", unit="startups a year",
                                    high=1e6, blank=True)  # fmt: skip
    funded_high: float | None = cell("upper bound of it", "number", unit="startups a year",
                                     high=1e6, blank=True)  # fmt: skip
    funded_method: str = cell("method id of it", "choice", allowed=FUNDED_METHODS)
    investments: int | None = cell("rounds in AI firms with a price told", "whole",
                                   unit="rounds a year", high=1e6, blank=True)  # fmt: skip
    imputed: tuple[str, ...] = cell(
        "columns of the row that are imputed", "list", blank=True,
        allowed=("ai_venture_capital_usd", "funded_startups"),
    )  # fmt: skip
    source: str = cell("ids in sources joined with ;", "text")


@dataclasses.dataclass(frozen=True)
class VentureFact:
    """One published figure on startups, for comparison with a run or to set a parameter by."""

    fact: str = cell("what is measured", "slug")
    value: float = cell("the figure", "number", unit="see unit")
    unit: str = cell("unit of the value", "choice", allowed=("fraction", "USD of 2024", "months"))
    about: str = cell("whom it is about", "text")
    year: int = cell("year of the figure", "whole", unit="year", low=FIRST_YEAR, high=LAST_YEAR)
    attested: str = cell("told by the publisher or by somebody who quotes it", "choice",
                         allowed=("publisher", "secondary"))  # fmt: skip
    source: str = cell("address", "text")


@dataclasses.dataclass(frozen=True, eq=False)
class VentureCapital:
    """Venture capital over countries and years; arrays (countries, years), not to be written to."""

    countries: tuple[str, ...]
    years: tuple[int, ...]
    capital_usd: F64
    """USD of 2024 a year."""
    capital_low: F64
    capital_high: F64
    funded_startups: F64
    """Startups a year."""
    funded_low: F64
    funded_high: F64

    def column(self, year: int) -> int:
        """The place of a year; those before or after the data stand at its ends."""
        return min(max(year, self.years[0]), self.years[-1]) - self.years[0]


def read_venture_capital(
    path: Path | Traversable, countries: Sequence[str]
) -> VentureCapital:
    """A table of venture capital in which every country has every year.

    Raises
    ------
    InputError
        At the first faulty row, or where a country lacks a year.
    """
    rows = read_table(path, VentureYear, names={"country": tuple(countries)},
                      check=contradictions, unique=("country", "year"))  # fmt: skip
    found = {(row.country, row.year): row for row in rows}
    if not rows:
        raise InputError("has no rows", file=path.name)
    known = [year for _, year in found]
    years = tuple(range(min(known), max(known) + 1))
    for country in countries:
        for year in years:
            if (country, year) not in found:
                raise InputError(f"has no row for {country} in {year}", file=path.name,
                                 key="country, year")  # fmt: skip

    def over(column: str, otherwise: str) -> F64:
        values = [
            [_known(getattr(found[c, y], column), getattr(found[c, y], otherwise)) for y in years]
            for c in countries
        ]  # fmt: skip
        array = np.array(values)
        array.setflags(write=False)  # shared by every market of the process
        return array

    capital, funded = "ai_venture_capital_usd", "funded_startups"
    return VentureCapital(
        tuple(countries), years, over(capital, capital), over("capital_low", capital),
        over("capital_high", capital), over(funded, funded), over("funded_low", funded),
        over("funded_high", funded),
    )


def _known(value: float | None, otherwise: float) -> float:
    return otherwise if value is None else value


def contradictions(row: VentureYear) -> dict[str, str]:
    """Column → what is wrong, for bounds that do not lie about their figure."""
    faults = dict[str, str]()
    for figure, low, high in (("ai_venture_capital_usd", "capital_low", "capital_high"),
                              ("funded_startups", "funded_low", "funded_high")):  # fmt: skip
        value, least, most = (getattr(row, name) for name in (figure, low, high))
        if (least is None) != (most is None):
            faults[high] = f"goes with {low}"
        elif least is not None and not least <= value <= most:
            faults[figure] = f"lies outside {low} and {high}"
        if (figure in row.imputed) != (least is not None):
            faults.setdefault("imputed", f"must name {figure!r} just where it has bounds")
    return faults


@functools.cache
def venture_capital() -> VentureCapital:
    """The shipped venture capital, countries in the order of the other tables."""
    return read_venture_capital(FOLDER / "venture_capital.csv", tuple(country_names()))


@functools.cache
def venture_facts() -> dict[str, VentureFact]:
    """Published figures on startups by name."""
    rows = read_table(FOLDER / "venture_facts.csv", VentureFact, unique=("fact",))
    return {row.fact: row for row in rows}
