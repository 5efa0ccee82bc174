"""What the control tower of a country shows, as text of the width of a page."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import pandas as pd

from experiments.tower_figure import (
    KIND_NAMES,
    LEVER_NAMES,
    lacking_fields,
    named,
    people_of,
    remedy_rows,
    titles,
)
from model.governments.tower import OF_KIND
from model.tables import country_names

WIDTH = 100
COUNTRIES, RICHEST = 10, 4
DASH = "–"


def text(frame: pd.DataFrame, country: str) -> str:
    """Who is missing, who of one's own is where, who abroad has too many, and what would help."""
    parts = [
        f"{country_names()[country]}, end of {people_of(frame, country)['month'].iloc[0]}",
        _missing(frame, country), _abroad(frame), _surplus(frame), _remedies(frame),
    ]  # fmt: skip
    return "\n\n".join(part for part in parts if part)


def wrapped(line: str) -> str:
    """A line within the width of the page."""
    return textwrap.fill(line, WIDTH, break_on_hyphens=False)


def _missing(frame: pd.DataFrame, country: str) -> str:
    """The table of fields at home, the one that lacks most first."""
    home, names = people_of(frame, country), titles()
    now = home[home["tier"] == "all"].pivot(index="field", columns="measure", values="value")
    able = home[(home["measure"] == "gap") & home["tier"].isin(("next_9", "top_1"))]
    able = able.groupby("field")["value"].sum()
    ahead = frame[(frame["question"] == "ahead") & (frame["measure"] == "gap")]
    ahead = ahead.pivot_table(index="field", columns="month", values="value")
    abroad = frame[(frame["question"] == "abroad") & (frame["tier"] == "all")]
    abroad = abroad.groupby("field")["value"].sum()
    head = ["", "people", "work", "missing", "top 10 %", *ahead.columns, "ours abroad"]
    rows = []
    for field in now["gap"].sort_values(ascending=False).index:
        gaps = [f"{value:+,.0f}" for value in ahead.loc[field]]
        rows.append([
            names[field], f"{now.loc[field, 'people']:,.0f}", f"{now.loc[field, 'demand']:,.0f}",
            f"{now.loc[field, 'gap']:+,.0f}", f"{able[field]:+,.0f}", *gaps,
            f"{abroad.get(field, 0.0):,.0f}",
        ])  # fmt: skip
    note = (
        "work: the field's share in the work of employers, times all people. missing: work less "
        "people, now, of it among the world's ablest 10 %, and as expected if nothing is done. "
        "Register of the month, without error."
    )
    return _table(head, rows) + "\n" + wrapped(note)


def _abroad(frame: pd.DataFrame) -> str:
    """Where people born at home work abroad."""
    lines = frame[frame["question"] == "employers"]
    kinds = lines[lines["what"].isin(OF_KIND)]
    if kinds.empty:
        return "Nobody born there lives abroad."
    table = kinds.pivot(index="country", columns="what", values="value")
    table = table.reindex(columns=OF_KIND).fillna(0.0)
    order = table.sum(axis=1).sort_values(ascending=False).index[:COUNTRIES]
    names = country_names()
    head = ["ours abroad", "people", *(KIND_NAMES[kind] for kind in OF_KIND)]
    rows = [
        [names[code], f"{table.loc[code].sum():,.0f}",
         *(f"{value:,.0f}" for value in table.loc[code])]
        for code in order
    ]  # fmt: skip
    firms = lines[~lines["what"].isin(OF_KIND)]
    listed = ", ".join(f"{firm.what} {firm.value:,.0f}" for firm in firms.itertuples())
    return _table(head, rows) + ("\n" + wrapped(f"Named firms: {listed}.") if listed else "")


def _surplus(frame: pd.DataFrame) -> str:
    """Countries with most people beyond their own work in each field that lacks at home."""
    lines, names, countries = frame[frame["question"] == "surplus"], titles(), country_names()
    found = []
    for field in lacking_fields(frame):
        here = lines[lines["field"] == field].nlargest(RICHEST, "value")
        listed = ", ".join(
            f"{countries[line.country]} {line.value:,.0f}" for line in here.itertuples()
        )
        found.append(f"  {names[field]}: {listed or 'nowhere'}")
    return "\n".join(["Too many of the fields missing at home, abroad:", *found]) if found else ""


def _remedies(frame: pd.DataFrame) -> str:
    """What closes the gap, the cheapest first, and what does not."""
    head = ["what closes the gap", "from", "persons", "closes", "years", "USD each", "a year",
            "million USD"]  # fmt: skip
    remedies = remedy_rows(frame)
    helpful = remedies.dropna(subset=["cost_year"])
    rows = [
        [named(one.lever, one.field), one.month, f"{one.persons:,.0f}", f"{one.closed:,.0f}",
         f"{one.years:.1f}", f"{one.cost:,.0f}", f"{one.cost_year:,.0f}",
         f"{one.usd / 1e6:,.1f}"]
        for one in helpful.itertuples()
    ]  # fmt: skip
    useless = remedies.loc[remedies["cost_year"].isna(), "lever"].unique()
    notes = (
        "persons: whom it reaches in a year, at USD each. closes: by how many the gap shrinks, for "
        "how many of the years that the office looks ahead. a year: USD for each of these persons "
        "and years. Each gap at its own date: that of retraining next January, of study at entry."
    )
    missed = ", ".join(LEVER_NAMES[lever].lower() for lever in useless)
    return "\n".join(filter(None, (
        _table(head, rows), wrapped(notes), f"Does not close the gap: {missed}." if missed else "",
    )))  # fmt: skip


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Aligned columns, the first to the left."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    lines = [
        f"{row[0]:{widths[0]}}" + "".join(
            f"  {cell:>{width}}" for cell, width in zip(row[1:], widths[1:], strict=True)
        )
        for row in (head, *rows)
    ]  # fmt: skip
    rule = DASH * max(map(len, lines))
    return "\n".join((lines[0].rstrip(), rule, *(line.rstrip() for line in lines[1:])))
