"""Digest: the few figures of a run that people ask for first, each with its sampling error."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import pandas as pd

RATE = "net_per_10k_workforce"
PER_MEMBER = "net_per_10k_researchers"
WORLD, REST = "WLD", "ROW"
ALWAYS_SHOWN = ("KOR", "JPN")


class Run(Protocol):
    """What a digest reads of a record."""

    @property
    def national(self) -> pd.DataFrame: ...
    @property
    def flows(self) -> pd.DataFrame: ...
    @property
    def visas(self) -> pd.DataFrame: ...
    @property
    def policies(self) -> pd.DataFrame: ...
    @property
    def sampling_error(self) -> pd.DataFrame: ...
    @property
    def manifest(self) -> dict[str, Any]: ...


def full_years(run: Run) -> list[str]:
    """The calendar years that the run lived from January to December."""
    periods = set(run.national["period"])
    years = sorted(period for period in periods if len(period) == 4)
    return [year for year in years if {f"{year}-01", f"{year}-12"} <= periods]


def by_year(run: Run) -> pd.DataFrame:
    """National statistics of the full years, one column a measure, with errors of net flows.

    Returns
    -------
    DataFrame
        Indexed by period and country. Besides the measures: ``stock_before``, ``net_error``
        (persons) and ``rate_error`` (in the unit of ``net_per_10k_workforce``).
    """
    years = full_years(run)
    opening = [str(int(year) - 1) for year in years[:1]]
    rows = run.national[run.national["period"].isin(opening + years)]
    table = rows.pivot(index=["period", "country"], columns="measure", values="value")
    table["stock_before"] = table.groupby("country")["stock"].shift()
    errors = run.sampling_error[run.sampling_error["measure"] == "net"]
    table["net_error"] = errors.set_index(["period", "country"])["error"]
    table["rate_error"] = 1e4 * table["net_error"] / table["stock_before"] * _concentration(table)
    return table[table.index.get_level_values("period").isin(years)]


def _concentration(table: pd.DataFrame) -> pd.Series:
    """AI share of each country's work force, read off the two published senses of a net rate."""
    ratio = (table[RATE] / table[PER_MEMBER]).replace([np.inf, -np.inf], np.nan)
    return ratio.fillna(ratio.groupby("country").transform("median"))


def averages(table: pd.DataFrame) -> pd.DataFrame:
    """Each country's yearly means over the run, with the error of a mean of independent years."""
    groups = table.groupby("country")
    means = groups[["inflow", "outflow", "net", RATE]].mean()
    means["stock"] = groups["stock"].last()
    for error in ("net_error", "rate_error"):
        means[error] = groups[error].agg(_error_of_mean)
    return means


def _error_of_mean(errors: pd.Series) -> float:
    """Half-width of the interval of a mean, from those of its independent parts."""
    return float(np.sqrt((errors**2).sum(min_count=1)) / max(len(errors), 1))


def observations(rows: Iterable[Mapping[str, Any]], years: Sequence[str]) -> pd.DataFrame:
    """The last published net rate of each country within some years, one edition a figure.

    Editions revise each other and are never spliced. Where a year has several, the one that
    covers most countries is taken, so that most figures side by side come from one edition.

    Returns
    -------
    DataFrame
        Indexed by country, with ``period``, ``value`` and ``edition``.
    """
    columns = ["country", "year", "measure", "value", "edition"]
    table = pd.DataFrame(list(rows), columns=columns)
    table = table[(table["measure"] == RATE) & table["year"].astype(str).isin(years)]
    table["period"] = table["year"].astype(str)
    table["covered"] = table.groupby(["period", "edition"])["country"].transform("nunique")
    table = table.sort_values(["period", "covered", "edition"], kind="stable")
    return table.groupby("country")[["period", "value", "edition"]].last()


def countries_to_show(
    means: pd.DataFrame, observed: Iterable[str], largest: int = 12
) -> list[str]:
    """The largest countries, those with observations and those always asked for, by stock."""
    stocks = means["stock"].drop([WORLD, REST], errors="ignore").sort_values(ascending=False)
    wanted = set(stocks.index[:largest]) | set(observed) | set(ALWAYS_SHOWN)
    return [str(country) for country in stocks.index if country in wanted]


def world_by_year(table: pd.DataFrame) -> pd.DataFrame:
    """World moves and growth a year in per cent of the stock at the start of the year."""
    world = table.xs(WORLD, level="country")
    return pd.DataFrame(
        {
            "moves": 100 * world["inflow"] / world["stock_before"],
            "growth": 100 * (world["stock"] / world["stock_before"] - 1),
        }
    )
