"""Effect view: the world less its untouched twin, with a band that says what it rests on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from agents.levers import month_text
from talentmarket.app import svg
from talentmarket.app.snapshot import Snapshot
from talentmarket.app.trajectories import marks_of

F64 = NDArray[np.float64]

NET, STOCK = "net", "stock"
TITLES = {
    NET: "Net inflow gained since the change, with less without the changes",
    STOCK: "AI people gained since the change, with less without the changes",
}
LEAST = 200.0
SHOWN = 12
NOTHING_YET = (
    "Nothing was changed yet: change a scheme or a lever at the left. The world then goes on as "
    "two, one with the change and one without, with the same luck, and this view shows the "
    "difference."
)


def draw(snapshot: Snapshot, country: str, measure: str = NET) -> str:
    """The difference of one country over time, with its band."""
    difference, error = snapshot.difference, snapshot.counting_error
    if difference is None or error is None or snapshot.fork_month is None:
        return svg.picture(720, 60, [svg.words(4, 24, "No change yet.", size=13)], "No change yet")
    place = snapshot.place(country)
    months = np.arange(snapshot.fork_month, snapshot.month + 1)
    values, half = difference[measure][:, place], error[measure][:, place]
    lines = []
    if snapshot.pairs is None:
        band = (values - half, values + half)
        lines.append(svg.Line(snapshot.name(country), svg.BLUE, months, values, band=band))
    else:
        mean, low, high = (part[:, place] for part in snapshot.pairs.band(measure))
        lived = np.arange(snapshot.fork_month, snapshot.pairs.until + 1)
        lines.append(svg.Line("mean of pairs", svg.GREEN, lived, mean, dashed=True,
                              band=(low, high)))  # fmt: skip
        lines.append(svg.Line(snapshot.name(country), svg.BLUE, months, values))
    return svg.line_chart(
        lines, title=f"{TITLES[measure]}: {snapshot.name(country)}", unit="persons",
        first=snapshot.fork_month, last=snapshot.end_month, least=LEAST, signed_axis=True,
        marks=marks_of(snapshot),
    )


def band_text(snapshot: Snapshot) -> str:
    """What the band rests on."""
    if snapshot.pairs is None:
        return (
            "Line: this pair of worlds, which share their luck. Band: 95 % counting error of a "
            "difference between two worlds that share no luck (the rule of sampling_error, moves "
            "of both worlds together); twins share most of theirs at first, so it is too wide then."
        )
    count, until = len(snapshot.pairs.net), month_text(snapshot.pairs.until)
    return (
        f"Band: 95 % interval (Student's t) of the mean of {count} pairs of worlds up to {until}, "
        "each pair with luck of its own from the change on; all share the past of this world and "
        "the parameters, whose uncertainty it does not hold. Few pairs: `talentmarket compare` "
        "runs more."
    )


def ranking(snapshot: Snapshot, measure: str = NET) -> list[int]:
    """Places of the countries with the largest differences, of the pairs where there are any."""
    if snapshot.difference is None:
        return []
    pairs = snapshot.pairs
    now = snapshot.difference[measure] if pairs is None else pairs.band(measure)[0]
    last = np.abs(now[-1][:-1])
    order = np.argsort(-last, kind="stable")[:SHOWN]
    return [int(place) for place in order if last[place] > 0]


def rows(
    snapshot: Snapshot, country: str, measure: str = NET
) -> tuple[Sequence[str], list[list[str]], int]:
    """The largest differences now, with their intervals; the chosen country is always in it.

    Returns
    -------
    Header, rows, and the row of the chosen country.
    """
    if snapshot.difference is None or snapshot.counting_error is None or snapshot.twin is None:
        return ("Country", "This pair"), [], -1
    chosen = snapshot.place(country)
    places = ranking(snapshot, measure)
    if chosen not in places:
        places.insert(0, chosen)
    value, half = snapshot.difference[measure][-1], snapshot.counting_error[measure][-1]
    columns = [value, value - half, value + half]
    header = ["Country", "This pair of worlds, persons", "Low", "High"]
    if snapshot.pairs is not None:
        mean, low, high = (part[-1] for part in snapshot.pairs.band(measure))
        columns = [value, mean, low, high]
        until = month_text(snapshot.pairs.until)
        header = [header[0], header[1], f"Mean of pairs, {until}", "Low", "High"]
    found = [
        [("World" if place == len(snapshot.names) else snapshot.names[place]),
         *(svg.signed(float(column[place])) for column in columns),
         svg.number(float(snapshot.twin["stock"][-1][place]))]
        for place in places
    ]  # fmt: skip
    return [*header, "AI people, twin"], found, places.index(chosen)


def month_rows(
    snapshot: Snapshot, country: str, measure: str = NET
) -> tuple[Sequence[str], list[list[str]]]:
    """The line of the picture as numbers, the last month first."""
    header = ("Month", "Difference, persons")
    if snapshot.difference is None or snapshot.fork_month is None:
        return header, []
    values = snapshot.difference[measure][:, snapshot.place(country)]
    months = range(snapshot.fork_month, snapshot.month + 1)
    found = [[month_text(month), svg.signed(float(value))]
             for month, value in zip(months, values, strict=True)]  # fmt: skip
    return header, found[::-1]
