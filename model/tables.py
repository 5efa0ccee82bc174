"""The shipped tables of real data, read into arrays over countries and corridors."""

from __future__ import annotations

import csv
import dataclasses
import functools
import hashlib
import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agents.country_levers import LEVERS_BY_NAME, lever_value
from agents.declare import InputError, unknown_name
from agents.levers import FIELDS, Scheme, month_number, scheme_from_mapping
from agents.policies import Change
from agents.researchers import NEVER

F64 = NDArray[np.float64]
FOLDER = files("model") / "data"
REST = "ROW"

COUNTRY_COLUMNS = (
    "population", "stock", "stock_growth", "entrants", "pay_usd", "price_level",
    "ai_concentration", "top100_universities", "top500_universities", "research_environment",
    "public_research_budget_usd", "public_share", "startup_share", "tax_rate", "newcomer_tax_rate",
    "ai_adoption", "industry_size", "industry_growth",
    "dual_citizenship", "years_to_citizenship", "non_competes_enforced", "foreign_share",
    "phd_share", "master_share", "ability_shift", "home_pull",
)
MAY_BE_BLANK = frozenset({"newcomer_tax_rate"})
"""Columns in which a blank, NaN here, says that there is no such rule."""


@dataclasses.dataclass(frozen=True)
class Firm:
    """A named large employer: staff in persons, pay and environment relative to its country."""

    name: str
    country: int
    founded: int
    """Year."""
    ai_staff: float
    """At the end of 2018; planned, where a world opens before the firm was founded."""
    pay_multiple: float
    environment: float


@dataclasses.dataclass(frozen=True)
class Laboratory:
    """A laboratory of a named firm outside its home country."""

    firm: int
    """Number of the firm in ``Tables.firms``."""
    country: int
    share: float
    """Part of the firm's AI staff."""
    opened: int
    """Month of opening; January where only the year is known."""


@dataclasses.dataclass(frozen=True, eq=False)
class Tables:
    """Real data over countries (in the order of ``countries``), corridors, firms and fields.

    Country columns have shape (countries,); corridor columns (origin, destination); ``origins``
    and ``entrant_origins`` (country of residence, country of birth), rows summing to one. The
    shipped arrays cannot be written to; :meth:`with_values` gives tables with other values.
    """

    countries: tuple[str, ...]
    country: dict[str, F64]
    distance_km: F64
    common_language: F64
    free_until: NDArray[np.int64]
    """Last month of free movement from origin to destination; -1 where there is none."""
    migrant_stock: F64
    origins: F64
    entrant_origins: F64
    affinity: F64
    """Log of flows over what size, distance and language explain; symmetric, fit years only."""
    mobility: F64
    """Log of the gross flow rate of a country over that of the world; fit years only."""
    amenity: F64
    """What draws people to a country beside pay, in utility; fitted to net flows up to 2019."""
    queue_years: F64
    """Extra years to permanence by (country, origin)."""
    firms: tuple[Firm, ...]
    laboratories: tuple[Laboratory, ...]
    field_supply: F64
    field_demand: F64

    @functools.cached_property
    def index(self) -> dict[str, int]:
        """Row of each country by its ISO3 code."""
        return {code: row for row, code in enumerate(self.countries)}

    def values(self) -> dict[str, NDArray[Any]]:
        """Every column that :meth:`with_values` can replace, by name; ``firm_staff`` by firm."""
        arrays = {
            field.name: getattr(self, field.name) for field in dataclasses.fields(self)
            if isinstance(getattr(self, field.name), np.ndarray)
        }  # fmt: skip
        return {**self.country, **arrays, "firm_staff": np.array([f.ai_staff for f in self.firms])}

    def with_values(self, changes: Mapping[str, ArrayLike]) -> Tables:
        """New tables in which whole columns have other values; these here stay as they are.

        Parameters
        ----------
        changes
            New values by name of column, of the shape that the column has; names as in
            :meth:`values`.

        Raises
        ------
        InputError
            There is no such column, or the values are not as many or not finite numbers (NaN where
            a column may be blank).
        """
        known = self.values()
        country, other = dict(self.country), dict[str, Any]()
        for name, given in changes.items():
            if name not in known:
                raise unknown_name("column of data", name, known)
            fresh = np.array(given, dtype=known[name].dtype)
            fits = np.isfinite(fresh) | (np.isnan(fresh) & (name in MAY_BE_BLANK))
            if fresh.shape != known[name].shape or not fits.all():
                raise InputError(
                    "new values do not fit", key=name, value=fresh.shape,
                    allowed=f"finite numbers of shape {known[name].shape}",
                )
            if name in country:
                country[name] = _locked(fresh)
            elif name == "firm_staff":
                pairs = zip(self.firms, fresh.tolist(), strict=True)
                other["firms"] = tuple(
                    dataclasses.replace(firm, ai_staff=staff) for firm, staff in pairs
                )
            else:
                other[name] = _locked(fresh)
        return dataclasses.replace(self, country=country, **other)

    def altered(self) -> dict[str, str]:
        """SHA-256 of every column that is not as shipped, by name; empty for the shipped tables."""
        shipped = load().values()
        return {
            name: hashlib.sha256(np.ascontiguousarray(column).tobytes()).hexdigest()
            for name, column in self.values().items()
            if not np.array_equal(column, shipped[name], equal_nan=True)
        }


def _locked(values: NDArray[Any]) -> NDArray[Any]:
    """The array itself, which from now on cannot be written to."""
    values.setflags(write=False)
    return values


def read_rows(name: str) -> list[dict[str, str]]:
    """One shipped CSV file as a list of rows."""
    text = (FOLDER / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def checksums() -> dict[str, str]:
    """SHA-256 of every shipped table, by file name."""
    names = sorted(entry.name for entry in FOLDER.iterdir() if entry.name.endswith(".csv"))
    return {name: hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() for name in names}


def country_names() -> dict[str, str]:
    """English name of each country by ISO3 code, in table order."""
    return {row["country"]: row["name"] for row in read_rows("country_names.csv")}


def country_points() -> dict[str, tuple[float, float]]:
    """Latitude and longitude of the main city of each named country, in degrees."""
    return {
        row["country"]: (float(row["latitude"]), float(row["longitude"]))
        for row in read_rows("country_points.csv")
    }


def observed() -> list[dict[str, Any]]:
    """Published figures that results are shown beside; values as numbers, years as integers."""
    return [
        {**row, "year": int(row["year"]), "value": float(row["value"])}
        for row in read_rows("observed.csv")
    ]


@functools.cache
def schemes() -> tuple[Scheme, ...]:
    """Every shipped visa scheme, one entry a tier and dated version."""
    return tuple(
        scheme_from_mapping(
            {key: value for key, value in row.items() if value != ""}, file="schemes.csv"
        )
        for row in read_rows("schemes.csv")
    )


@functools.cache
def reforms() -> tuple[Change, ...]:
    """Historical changes of country levers, each with its source."""
    found, known = [], {row["id"]: row["title"] for row in read_rows("sources.csv")}
    for row in read_rows("reforms.csv"):
        lever = LEVERS_BY_NAME[row["lever"]]
        written = json.loads(row["value"])
        if written is None:
            change = Change(0, row["country"], {}, remove=(lever.name,))
        else:
            change = Change(0, row["country"], {lever.name: lever_value(lever, written)})
        sources = "; ".join(known[source] for source in row["source"].split(";"))
        month, why = month_number(row["month"]), f"history: {row['title']} ({sources})"
        found.append(dataclasses.replace(change, month=month, why=why))
    return tuple(found)


def _matrix(rows: list[dict[str, str]], keys: tuple[str, str], value: str, index: dict[str, int],
            empty: float = 0.0) -> F64:
    matrix = np.full((len(index), len(index)), empty)
    for row in rows:
        if row[value] != "":
            matrix[index[row[keys[0]]], index[row[keys[1]]]] = float(row[value])
    return matrix


def _column(name: str, column: str, index: dict[str, int]) -> F64:
    values = np.zeros(len(index))
    for row in read_rows(name):
        if row["column"] == column:
            values[index[row["country"]]] = float(row["value"])
    return values


def _fitted_amenity(index: dict[str, int]) -> F64:
    values = np.zeros(len(index))
    for row in read_rows("amenity.csv"):
        values[index[row["country"]]] = float(row["amenity"])
    return values


def _affinity(index: dict[str, int]) -> F64:
    matrix = _matrix(read_rows("affinity.csv"), ("country_a", "country_b"), "affinity", index)
    return np.asarray(matrix + matrix.T)


def _free_until(rows: list[dict[str, str]], index: dict[str, int]) -> NDArray[np.int64]:
    until = np.full((len(index), len(index)), -1, dtype=np.int64)
    for row in rows:
        if row["free_movement"] == "1":
            end = row["free_movement_until"]
            until[index[row["origin"]], index[row["destination"]]] = (
                month_number(end) if end else NEVER
            )
    return until


def _laboratories(firms: tuple[Firm, ...], index: dict[str, int]) -> tuple[Laboratory, ...]:
    numbers = {firm.name: number for number, firm in enumerate(firms)}
    return tuple(
        Laboratory(
            numbers[row["firm"]], index[row["country"]], float(row["share"]),
            month_number(row["opened"] if "-" in row["opened"] else f"{row['opened']}-01"),
        )
        for row in read_rows("labs.csv")
        if row["firm"] in numbers
    )


@functools.cache
def load() -> Tables:
    """All tables, read once a process."""
    countries = tuple(country_names())
    index = {code: row for row, code in enumerate(countries)}
    columns = {name: np.full(len(countries), np.nan) for name in COUNTRY_COLUMNS}
    for row in read_rows("countries.csv"):
        if row["column"] in columns and row["value"] != "":
            columns[row["column"]][index[row["country"]]] = float(row["value"])
    corridors = read_rows("corridors.csv")
    ends = ("origin", "destination")
    mixes = read_rows("origins.csv")
    fields = {row["field"]: row for row in read_rows("fields.csv")}
    firms = tuple(
        Firm(
            row["firm"], index[row["country"]], int(row["founded"]), float(row["ai_staff_2018"]),
            float(row["pay_multiple"]), float(row["environment"]),
        )
        for row in read_rows("firms.csv")
        # firms founded later than the opening join once firms can be founded
        if float(row["ai_staff_2018"]) > 0
    )
    found = Tables(
        countries=countries,
        country=columns,
        distance_km=_matrix(corridors, ends, "distance_km", index),
        common_language=_matrix(corridors, ends, "common_language", index) + np.eye(len(index)),
        free_until=_free_until(corridors, index),
        migrant_stock=_matrix(corridors, ends, "migrant_stock", index),
        origins=_matrix(mixes, ("country", "origin"), "share", index),
        entrant_origins=_matrix(mixes, ("country", "origin"), "entrant_share", index),
        affinity=_affinity(index),
        mobility=_column("mobility.csv", "mobility", index),
        amenity=_fitted_amenity(index),
        queue_years=_matrix(
            read_rows("permanence_queues.csv"), ("country", "origin"), "extra_years", index
        ),
        firms=firms,
        laboratories=_laboratories(firms, index),
        field_supply=np.array([float(fields[name]["supply_share"]) for name in FIELDS]),
        field_demand=np.array([float(fields[name]["demand_share"]) for name in FIELDS]),
    )
    for column in found.values().values():
        _locked(column)  # shared by every market of the process
    return found
