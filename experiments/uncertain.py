"""What is uncertain in the data: the imputed and assumed cells, their ranges, and how they move.

Ranges are those that the tables state (2.5 and 97.5 %); where a table states none, an assumption
below stands in. Cells that a source reports stay as they are.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agents.chance import decision_key, normal, uniform
from agents.levers import FIELDS
from model.data.build.firms import LARGEST_SHARE
from model.data.build.talent import YEARS
from model.tables import Tables, load, read_rows
from model.talent_market import TalentMarket

F64 = NDArray[np.float64]

BOUND = 1.96  # standard deviations from the middle to a bound of 2.5 or 97.5 %
UNSTATED = 1.2  # factor either way for a cell whose table states no range, assumption
ORIGINS = 1.5  # factor for shares of the foreign-born, read off scholars of all fields, assumption
STAFF = 2.0  # factor for AI staff of firms, as docs/data.md says of them
MOST_FOREIGN = 0.95  # share of the foreign-born in a country at most, assumption
FEW_CELLS = 5  # so few cells are drawn, since moved together they say nothing of the world
FOLLOWING = "entrants"  # its range repeats that of the stock, from which it was made


@dataclasses.dataclass(frozen=True)
class Uncertain:
    """A column of data with the range of each cell; both bounds are the value where it is sure."""

    column: str
    """As in :meth:`Tables.values`."""
    value: F64
    low: F64
    high: F64
    basis: str
    """Where the ranges come from."""
    together: bool = True
    """Whether moving all cells up or all down has a meaning."""
    codes: bool = False
    """Whether cells are codes, of which any between the bounds is as likely."""

    @property
    def cells(self) -> int:
        """Cells that move."""
        return int((self.high > self.low).sum())

    def moved(self, move: str, seed: int) -> F64:
        """All cells at their ``low`` or ``high`` bound, or each ``drawn`` from its range.

        A draw is normal about the value, in logs where the range is positive, with a spread for
        either side, and stays within the bounds; its luck belongs to seed, column and cell.
        """
        if move in ("low", "high"):
            return np.array(self.low if move == "low" else self.high)
        cell = np.arange(self.value.size).reshape(self.value.shape)
        if self.codes:
            luck = uniform(decision_key(seed, f"drawn {self.column}"), cell)
            return np.asarray(self.low + np.floor(luck * (self.high - self.low + 1.0)))
        if self.column == "affinity":
            cell = np.minimum(cell, cell.T)  # one figure a pair
        score = np.clip(normal(decision_key(seed, f"drawn {self.column}"), cell) / BOUND, -1.0, 1.0)
        bound = np.where(score > 0, self.high, self.low)
        in_logs = (self.low > 0) & (self.value > 0)
        ratio = np.divide(bound, self.value, out=np.ones_like(bound), where=in_logs)
        logs = self.value * ratio ** np.abs(score)
        drawn = np.where(in_logs, logs, self.value + np.abs(score) * (bound - self.value))
        return np.clip(drawn, self.low, self.high)


def columns_read(persons_per_agent: float = 2000.0) -> frozenset[str]:
    """Country columns that the model reads: an opening, a month and its statistics watched."""
    seen = set[str]()

    class Watched(dict[str, F64]):
        def __getitem__(self, name: str) -> F64:
            seen.add(name)
            return super().__getitem__(name)

    watched = dataclasses.replace(load(), country=Watched(load().country))
    market = TalentMarket("baseline", persons_per_agent=persons_per_agent, data=watched)
    market.step()
    market.national()
    return frozenset(seen)


@functools.cache
def uncertain() -> dict[str, Uncertain]:
    """Every column of data that holds imputed or assumed cells, by name."""
    found = [*_country_columns(), *_mixes(), *_fitted(), _staff()]
    return {entry.column: entry for entry in found if entry.cells > 0}


def _country_columns() -> Iterator[Uncertain]:
    """Those of countries.csv, in the order of the tables."""
    tables = load()
    rows = [row for row in read_rows("countries.csv")
            if row["kind"] != "reported" and row["value"] != ""]  # fmt: skip
    units = {row["column"]: row["unit"] for row in read_rows("columns.csv")
             if row["table"] == "countries"}  # fmt: skip
    for name, value in tables.country.items():
        low, high, without = value.copy(), value.copy(), 0
        for row in (row for row in rows if row["column"] == name):
            place, here = tables.index[row["country"]], float(row["value"])
            stated = row["low"] != "" and row["high"] != ""
            without += not stated
            edges = sorted((here / UNSTATED, here * UNSTATED))
            low[place] = float(row["low"]) if stated else edges[0]
            high[place] = float(row["high"]) if stated else edges[1]
        basis = "countries.csv" if not without else f"assumed for {without} cells"
        codes = units.get(name, "").startswith("code")
        few = np.sum(high > low) < FEW_CELLS
        yield Uncertain(name, value, np.minimum(low, value), np.maximum(high, value), basis,
                        together=not (codes or few), codes=codes)  # fmt: skip


def _mixes() -> Iterator[Uncertain]:
    """Countries of birth and fields: shares that sum to one."""
    tables = load()
    for name in ("origins", "entrant_origins"):
        share = getattr(tables, name)
        foreign = np.where(np.eye(len(share), dtype=bool), 1.0, ORIGINS)
        yield Uncertain(name, share, share / foreign, share * foreign,
                        f"assumed: shares of the foreign-born within a factor of {ORIGINS:g}")
    for name in ("field_supply", "field_demand"):
        share = getattr(tables, name)
        yield Uncertain(name, share, share / UNSTATED, share * UNSTATED,
                        f"assumed: a factor of {UNSTATED:g}", together=False)  # fmt: skip


def _fitted() -> Iterator[Uncertain]:
    """Mobility, affinity and amenity with the errors of the flows that they were made from."""
    tables = load()
    error = {row["country"]: float(row["value"]) for row in read_rows("mobility.csv")
             if row["column"] == "amenity_error"}  # fmt: skip
    bounds = {row["country"]: (float(row["low"]), float(row["high"]))
              for row in read_rows("mobility.csv") if row["column"] == "mobility"}  # fmt: skip
    low, high = np.array([bounds[code] for code in tables.countries]).T
    yield Uncertain("mobility", tables.mobility, low, high, "mobility.csv")
    pairs = np.zeros_like(tables.affinity)
    for row in read_rows("affinity.csv"):
        ends = tables.index[row["country_a"]], tables.index[row["country_b"]]
        pairs[ends] = pairs[ends[::-1]] = BOUND * float(row["error"])
    affinity, amenity = tables.affinity, tables.amenity
    yield Uncertain("affinity", affinity, affinity - pairs, affinity + pairs, "affinity.csv",
                    together=False)  # fmt: skip
    # a log point of the balance of moves is worth about one of utility, as experiments.fit_amenity
    # measures; a shift common to all countries has no meaning
    off = BOUND * np.array([error[code] for code in tables.countries])
    yield Uncertain("amenity", amenity, amenity - off, amenity + off,
                    "errors of balance in mobility.csv", together=False)  # fmt: skip


def _staff() -> Uncertain:
    staff = np.array([firm.ai_staff for firm in load().firms])
    return Uncertain("firm_staff", staff, staff / STAFF, staff * STAFF,
                     f"assumed: a factor of {STAFF:g}")  # fmt: skip


# Tables with other values --------------------------------------------------------------------


def altered(columns: Iterable[str], move: str, seed: int) -> Tables:
    """The shipped tables with some columns moved, and what hangs on them made to fit."""
    shipped, known = load(), uncertain()
    changes = {name: known[name].moved(move, seed) for name in columns}
    if move == "drawn" and {"stock", "stock_growth"} <= set(changes):
        changes["stock"] = _cast_back(changes["stock"], changes["stock_growth"])
    repairs: Sequence[Callable[[Tables, dict[str, Any]], None]] = (
        _entrants_follow, _newcomers_follow, _degrees_fit, _staff_fits, _shares_sum_to_one,
    )
    for repair in repairs:
        repair(shipped, changes)
    return shipped.with_values(changes)


def _cast_back(stock: F64, growth: F64) -> F64:
    """Drawn stocks of the opening that fit drawn growth.

    The table casts stocks back from a later year by growth, so its range of the stock holds the
    error of growth as well; a country that grew faster than thought was smaller at the opening.
    """
    stocks, rates = uncertain()["stock"], uncertain()["stock_growth"]
    whole = np.log(stocks.high / stocks.low)
    steps = YEARS * np.log((1.0 + rates.high) / (1.0 + rates.low))
    own = np.sqrt(np.maximum(1.0 - (steps / whole) ** 2, 0.0))
    grown = ((1.0 + growth) / (1.0 + rates.value)) ** YEARS
    return np.asarray(stocks.value * (stock / stocks.value) ** own / grown)


def _entrants_follow(shipped: Tables, changes: dict[str, Any]) -> None:
    """Entrants replace who leaves and make the growth, as the table was made."""
    if FOLLOWING in changes or not {"stock", "stock_growth"} & set(changes):
        return
    table = shipped.country
    stock, growth = changes.get("stock", table["stock"]), changes.get(
        "stock_growth", table["stock_growth"])
    replacing = table[FOLLOWING] / table["stock"] - table["stock_growth"]
    changes[FOLLOWING] = np.maximum(stock * (replacing + growth), 0.0)


def _newcomers_follow(shipped: Tables, changes: dict[str, Any]) -> None:
    """Rates for newcomers were made from the ordinary ones and keep their ratio to them.

    Those of dated reforms stay as they are.
    """
    if "tax_rate" not in changes:
        return
    table = shipped.country
    ratio = changes["tax_rate"] / np.where(table["tax_rate"] > 0, table["tax_rate"], np.inf)
    changes["newcomer_tax_rate"] = ratio * changes.get(
        "newcomer_tax_rate", table["newcomer_tax_rate"])


def _degrees_fit(shipped: Tables, changes: dict[str, Any]) -> None:
    """Nobody has two highest degrees."""
    if {"phd_share", "master_share"} & set(changes):
        master: ArrayLike = changes.get("master_share", shipped.country["master_share"])
        doctors = changes.get("phd_share", shipped.country["phd_share"])
        changes["master_share"] = np.minimum(master, 1.0 - doctors)


def _staff_fits(shipped: Tables, changes: dict[str, Any]) -> None:
    """Named firms hold no larger part of a country than the table allows."""
    if not {"stock", "firm_staff"} & set(changes):
        return
    staff = changes.get("firm_staff", shipped.values()["firm_staff"])
    home = np.array([firm.country for firm in shipped.firms])
    stock = changes.get("stock", shipped.country["stock"])
    total = np.bincount(home, staff, len(stock))
    cap = np.minimum(LARGEST_SHARE * stock / np.maximum(total, 1.0), 1.0)
    changes["firm_staff"] = staff * cap[home]


def _shares_sum_to_one(shipped: Tables, changes: dict[str, Any]) -> None:
    """Natives are the rest, the foreign at most nearly all; fields keep their proportions."""
    for name in {"origins", "entrant_origins"} & set(changes):
        share = np.array(changes[name])
        np.fill_diagonal(share, 0.0)
        foreign = share.sum(axis=1)
        share *= (np.minimum(foreign, MOST_FOREIGN) / np.maximum(foreign, 1e-12))[:, None]
        np.fill_diagonal(share, 1.0 - share.sum(axis=1))
        changes[name] = share
    for name in {"field_supply", "field_demand"} & set(changes):
        assert changes[name].size == len(FIELDS)
        changes[name] = changes[name] / changes[name].sum()
