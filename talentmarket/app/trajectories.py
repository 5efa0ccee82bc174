"""Trajectories: national figures over time, observed points beside them, the twin dashed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.levers import month_number, month_text
from experiments.digest import RATE
from model import tables
from talentmarket.app import svg
from talentmarket.app.session import DESK
from talentmarket.app.snapshot import Snapshot, yearly_rates

F64 = NDArray[np.float64]


class Course(NamedTuple):
    """A measure over time, as the picture names it."""

    title: str
    unit: str
    least: float
    """The axis never spans less."""
    is_signed: bool
    digits: int


WORKFORCE = "net rate of the work force"
COURSES = {
    WORKFORCE: Course(
        "Net inflow of AI people over twelve months, per 10,000 of the work force",
        "persons per 10,000 of the work force", 2.0, True, 2,
    ),
    "net flow": Course("Net inflow over twelve months", "persons a year", 1_000.0, True, 0),
    "stock": Course("AI people in the country", "persons", 10_000.0, False, 0),
    "mean pay": Course("Mean quoted pay of people in work", "USD of 2024 a year", 100_000.0,
                       False, 0),
    "mismatch": Course("Mismatch of fields: supply against demand", "share", 0.5, False, 3),
    "foreign-born share": Course("Share of residents born abroad", "share", 1.0, False, 3),
}  # fmt: skip
FOLLOWED = ("KOR", "JPN", "USA")
MOST = 6


def values_of(snapshot: Snapshot, course: str, twin: bool = False) -> F64 | None:
    """A measure by month and country; of the twin from the month of the fork on, or None."""
    if twin and (snapshot.twin is None or snapshot.fork_month is None):
        return None
    series = snapshot.series
    if twin and snapshot.twin is not None and snapshot.fork_month is not None:
        past = snapshot.fork_month - snapshot.first_month + 1
        series = {
            name: np.concatenate((whole[:past], snapshot.twin[name]))
            for name, whole in series.items()
        }
    match course:
        case "stock" | "mismatch":
            return np.asarray(series[course])
        case "mean pay":
            return np.asarray(series["mean_pay"])
        case "foreign-born share":
            return np.asarray(series["foreign_born_share"])
        case "net flow":
            return _yearly(series["net"])
    rates = yearly_rates(series["net"], series["stock"], snapshot.persons_per_agent)
    return np.asarray(rates * snapshot.workforce_share)


def _yearly(net: F64) -> F64:
    """Sums over twelve months, blank before."""
    found = np.full(net.shape, np.nan)
    sums = np.cumsum(net, axis=0)
    found[12:] = sums[12:] - sums[:-12]
    return found


def observed(country: str) -> list[tuple[int, float, str]]:
    """Published net rates of a country: month they end with, value, edition."""
    return [
        (int(row["year"]) * 12 + 11, float(row["value"]), f"{row['edition']}, {row['year']}")
        for row in tables.observed()
        if row["measure"] == RATE and row["country"] == country
    ]


def draw(snapshot: Snapshot, countries: Sequence[str], course: str) -> str:
    """One line a country, dashed the twin, diamonds what was published."""
    about = COURSES[course]
    lines = []
    values, twin = values_of(snapshot, course), values_of(snapshot, course, twin=True)
    assert values is not None
    for code, colour in zip(countries[:MOST], svg.COLOURS, strict=False):
        place = snapshot.place(code)
        points = observed(code) if course == WORKFORCE else []
        if twin is not None and snapshot.fork_month is not None:
            past = snapshot.fork_month - snapshot.first_month + 1
            lines.append(svg.Line(
                f"{snapshot.name(code)}, twin", colour, snapshot.months[past:],
                twin[past:, place], dashed=True, labelled=False,
            ))
        lines.append(svg.Line(
            snapshot.name(code), colour, snapshot.months, values[:, place], points=points,
        ))
    notes = []
    history = reforms(snapshot, countries[0])
    if history:
        notes.append(f"grey ▼ reforms of {snapshot.name(countries[0])}")
    if snapshot.changes:
        notes.append("black ▼ changes on the page")
    if course == WORKFORCE:
        notes.append("◇ observed (AI Index, LinkedIn; editions differ)")
    if twin is not None:
        notes.append("dashed: the untouched twin")
    if course in (WORKFORCE, "net flow") and snapshot.month - snapshot.first_month < 11:
        notes.append("lines begin after twelve months")
    return svg.line_chart(
        lines, title=about.title, unit=about.unit, first=snapshot.first_month - 1,
        last=snapshot.end_month, least=about.least, signed_axis=about.is_signed,
        marks=[*history, *marks_of(snapshot)], note="   ".join(notes),
    )


def reforms(snapshot: Snapshot, country: str) -> list[svg.Mark]:
    """Months lived in which history, or a policy of the start, changed something in a country."""
    ledger = snapshot.ledger
    rows = ledger[(ledger["country"] == country) & ~ledger["why"].str.startswith(DESK)]
    months = [
        (month_number(str(row.month)), f"{row.lever} {row.before} to {row.after}")
        for row in rows.itertuples()
    ]
    return svg.month_marks((one for one in months if one[0] <= snapshot.month), "#AAAAAA")


def marks_of(snapshot: Snapshot) -> list[svg.Mark]:
    """Months in which something was changed on the page."""
    return svg.month_marks([
        *((change.month, f"{change.country} {change.scheme or ''} {', '.join(change.names())}")
          for change in snapshot.changes),
        *((scheme.valid_from or 0, f"{scheme.country} opens {scheme.id}")
          for scheme in snapshot.new_schemes),
    ])  # fmt: skip


def rows(
    snapshot: Snapshot, countries: Sequence[str], course: str
) -> tuple[Sequence[str], list[list[str]]]:
    """The numbers of the picture, the last month first."""
    values = values_of(snapshot, course)
    assert values is not None
    digits = COURSES[course].digits
    places = [snapshot.place(code) for code in countries[:MOST]]
    header = ("Month", *(snapshot.name(code) for code in countries[:MOST]))
    found = [
        [month_text(int(month)), *(svg.number(float(values[row, place]), digits)
                                   for place in places)]
        for row, month in enumerate(snapshot.months)
    ]  # fmt: skip
    return header, found[::-1]
