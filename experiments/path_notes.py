"""Path notes: which rules changed while a country's net flow took its path, read off the run."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

import pandas as pd

from experiments.digest import Run
from model import tables

LEAST = 0.1
"""Numbers that move by a smaller part in a change of rules, such as a yearly adjustment of fees,
are not marked: an assumption on what a reader wants to see."""


def marked_changes(run: Run, country: str) -> pd.DataFrame:
    """Rows of the ledger in which a country's rules changed by more than a little.

    Returns
    -------
    DataFrame
        As the table ``policies``, with the columns ``year`` and ``size``: by what factor a number
        moved, as a distance between logarithms; infinite for what no factor tells, such as a
        scheme that opens.
    """
    rows = run.policies[run.policies["country"] == country]
    sizes = [_size(*pair) for pair in zip(rows["before"], rows["after"], strict=True)]
    rows = rows.assign(year=rows["month"].str[:4], size=pd.Series(sizes, rows.index, dtype=float))
    return rows[rows["size"] >= math.log1p(LEAST)]


def _size(before: str, after: str) -> float:
    """How far a value moved; both as JSON."""
    values = [json.loads(before), json.loads(after)]
    if all(_is_positive(value) for value in values):
        return abs(math.log(values[1] / values[0]))
    return math.inf


def _is_positive(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value > 0


def farthest(table: pd.DataFrame, countries: Sequence[str]) -> str:
    """The country whose net flow of the last year is farthest from that of the first."""
    net = table["net"].unstack("country")[list(countries)]
    return str((net.iloc[-1] - net.iloc[0]).abs().idxmax())


def told(run: Run, table: pd.DataFrame, country: str) -> list[str]:
    """What moved with the net flow of a country from the first year to the last, in a few lines.

    In and outflow; refusals of the scheme that refused most; the number in its rules that moved
    farthest. No line says that one caused the other.
    """
    path = table.xs(country, level="country")
    first, last = path.index[0], path.index[-1]
    if first == last:
        return []
    flows = (f"{name} {path[name].iloc[0]:,.0f} → {path[name].iloc[-1]:,.0f}"
             for name in ("inflow", "outflow"))  # fmt: skip
    lines = [f"{tables.country_names().get(country, country)}, {first} → {last}: "
             f"{', '.join(flows)} persons a year"]  # fmt: skip
    return [*lines, *_refusals(run, country, int(first), int(last)), *_moved_farthest(run, country)]


def _refusals(run: Run, country: str, first: int, last: int) -> list[str]:
    """A line on the scheme with most refusals, if there were any in the first and the last year."""
    rows = run.visas[(run.visas["country"] == country) & run.visas["year"].between(first, last)]
    answers = rows.groupby(["scheme", "year"], observed=True)[["refusals", "grants"]].sum()
    if not answers["refusals"].any():
        return []
    scheme = str(answers["refusals"].groupby("scheme", observed=True).sum().idxmax())
    share = (answers["refusals"] / answers.sum(axis=1)).loc[scheme].reindex([first, last])
    if share.isna().any():
        return []
    shares = " → ".join(f"{100 * share[year]:.0f} %" for year in (first, last))
    return [f"{_scheme_name(scheme)} applications refused: {shares} of those decided"]


def _moved_farthest(run: Run, country: str) -> list[str]:
    """A line on the number in the rules of a country that moved by the largest factor at once."""
    rows = marked_changes(run, country)
    rows = rows[rows["size"] < math.inf]
    if rows.empty:
        return []
    row = rows.loc[rows["size"].idxmax()]
    scheme, _, field = str(row["lever"]).rpartition(".")
    before, after = (f"{json.loads(row[side]):,g}" for side in ("before", "after"))
    of = f"{_scheme_name(scheme)} " if scheme else ""
    return [f"{of}{field.replace('_', ' ')} in {row['month']}: {before} → {after}"]


def _scheme_name(slug: str) -> str:
    """The short name of a scheme as people know it; tiers of a scheme share it."""
    name = slug.partition("/")[0]
    titles = {scheme.id: scheme.title for scheme in tables.schemes()}
    return titles.get(name, name).split(",")[0]
