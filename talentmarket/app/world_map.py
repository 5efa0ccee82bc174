"""World view: who gains and who loses talent, and the largest flows, on a map."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from agents.levers import month_text
from model import tables
from talentmarket.app import svg
from talentmarket.app.snapshot import Snapshot

F64 = NDArray[np.float64]

WIDTH, MAP_HEIGHT, HEIGHT = 960.0, 430.0, 494.0
MOST_ARCS = 34
CHOSEN_ARCS = 6          # of the chosen country, each way, however small
BEND = 0.2               # how far an arc bows out, over its length
WIDEST = 9.0             # of an arc, in units of the picture
FULL_WIDTH = 1_000.0     # persons in twelve months that are drawn at the widest
REST = "ROW"
REST_PLACE = (20.0, -22.0)
"""Longitude and latitude at which the rest of the world stands: in the south of Africa."""
ABSENT = "#F4F4F4"

RATE, STOCK = "net rate", "stock"
SCALES = (RATE, STOCK)
YEAR, SINCE, GAP = "last 12 months", "since the change", "difference from the twin"
FLOWS = (YEAR, SINCE, GAP)
"""Which flows the arcs show; the last two once something was changed."""
# Brown to green of ColorBrewer (BrBG), told apart with any kind of colour vision.
RATE_BOUNDS = (-300.0, -100.0, -30.0, 30.0, 100.0, 300.0)
RATE_COLOURS = ("#8C510A", "#D8B365", "#F6E8C3", "#FAFAFA", "#C7EAE5", "#5AB4AC", "#01665E")
STOCK_BOUNDS = (3e3, 1e4, 3e4, 1e5, 3e5)
STOCK_COLOURS = ("#F1EEF6", "#D0D1E6", "#A6BDDB", "#74A9CF", "#2B8CBE", "#045A8D")

# Equal Earth, a projection that keeps areas (Savric, Patterson and Jenny 2019)
_A = (1.340264, -0.081106, 0.000893, 0.003796)
_M = math.sqrt(3.0) / 2.0
_CENTRE = 11.0           # degrees east; the map is cut in the strait between Asia and America


def projected(longitude: float, latitude: float) -> tuple[float, float]:
    """Where a place stands in the picture."""
    t = math.asin(_M * math.sin(math.radians(latitude)))
    t2 = t * t
    t6 = t2**3
    x = math.radians(longitude - _CENTRE) * math.cos(t)
    x /= _M * (_A[0] + 3 * _A[1] * t2 + t6 * (7 * _A[2] + 9 * _A[3] * t2))
    y = t * (_A[0] + _A[1] * t2 + t6 * (_A[2] + _A[3] * t2))
    unit = WIDTH / 5.36
    return WIDTH / 2 + x * unit, MAP_HEIGHT * 0.565 - y * unit


@functools.cache
def outlines() -> dict[str, str]:
    """Path of each country, the rest of the world as one."""
    rings: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for row in tables.read_rows("outlines.csv"):
        corner = float(row["longitude"]), float(row["latitude"])
        rings.setdefault((row["country"], row["outline"]), []).append(corner)
    paths: dict[str, list[str]] = {}
    for (country, _), ring in rings.items():
        if max(x for x, _ in ring) < _CENTRE - 180.0 + 2.0:   # Asia's end beyond 180 degrees
            ring = [(x + 360.0, y) for x, y in ring]
        corners = (projected(x, y) for x, y in ring)
        path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in corners) + "Z"
        paths.setdefault(country, []).append(path)
    return {country: "".join(parts) for country, parts in paths.items()}


@functools.cache
def places() -> dict[str, tuple[float, float]]:
    """Main city of each country in the picture."""
    found = {
        row["country"]: projected(float(row["longitude"]), float(row["latitude"]))
        for row in tables.read_rows("country_points.csv")
    }
    return found | {REST: projected(*REST_PLACE)}


def draw(snapshot: Snapshot, chosen: str, scale: str = RATE, which: str = YEAR) -> str:
    """The map: countries coloured, arcs of the largest flows, the chosen country set off.

    Parameters
    ----------
    which
        One of ``FLOWS``; of a world without changes always those of the last twelve months.
    """
    which = which if snapshot.since is not None else YEAR
    values = values_of(snapshot, scale)
    parts = [_countries(snapshot, values, chosen, scale)]
    parts.append(_arcs(snapshot, chosen, which))
    parts.append(_cities(snapshot, values, chosen, scale))
    parts.append(_legend(scale, snapshot) + _flow_legend(snapshot, chosen, which))
    return svg.picture(WIDTH, HEIGHT, parts, f"World map of {scale}, flows: {which}")


def flows_of(snapshot: Snapshot, which: str) -> F64:
    """Persons by (origin, destination); of ``GAP`` those more, or fewer, than in the twin."""
    if which == YEAR or snapshot.since is None or snapshot.since_twin is None:
        return snapshot.flows
    return snapshot.since if which == SINCE else snapshot.since - snapshot.since_twin


def values_of(snapshot: Snapshot, scale: str) -> F64:
    """What colours the countries."""
    return np.asarray(snapshot.rates[-1] if scale == RATE else snapshot.series["stock"][-1])


def colour_of(value: float, scale: str) -> str:
    """The colour of a value; the bounds are fixed, so that colours keep their meaning."""
    if not math.isfinite(value):
        return ABSENT
    bounds, colours = (
        (RATE_BOUNDS, RATE_COLOURS) if scale == RATE else (STOCK_BOUNDS, STOCK_COLOURS)
    )
    return colours[int(np.searchsorted(bounds, value, side="right"))]


def _countries(snapshot: Snapshot, values: F64, chosen: str, scale: str) -> str:
    shapes = []
    paths = outlines()
    order = sorted(paths, key=lambda code: code == chosen)   # the chosen one on top
    for code in order:
        place = snapshot.place(code)
        line, width = (svg.INK, 1.6) if code == chosen else ("#AAAAAA", 0.4)
        shapes.append(
            f"<path d='{paths[code]}' fill='{colour_of(float(values[place]), scale)}' "
            f"stroke='{line}' stroke-width='{width}' stroke-linejoin='round' data-code='{code}' "
            f"style='cursor:pointer'><title>{_told(snapshot, code)}</title></path>"
        )
    return f"<g>{''.join(shapes)}</g>"


def _told(snapshot: Snapshot, code: str) -> str:
    """What the pointer says over a country."""
    place = snapshot.place(code)
    rate = snapshot.rates[-1][place]
    flows = {name: snapshot.last_year(name)[place] for name in ("inflow", "outflow", "net")}
    return svg.text_of(
        f"{snapshot.names[place]}: {svg.number(snapshot.series['stock'][-1][place])} AI people; "
        f"{snapshot.flow_months} months: {svg.number(flows['inflow'])} in, "
        f"{svg.number(flows['outflow'])} out, net {svg.signed(flows['net'])} "
        f"({svg.signed(float(rate), 1)} per 10,000)"
    )


def largest_flows(
    snapshot: Snapshot, chosen: str, which: str = YEAR
) -> list[tuple[str, str, float]]:
    """The largest flows, or differences of flows, those of the chosen country among them.

    Returns
    -------
    Origin, destination and persons, largest first.
    """
    signed, place = flows_of(snapshot, which), snapshot.place(chosen)
    flows = np.abs(signed)
    cells = set(np.argsort(-flows, axis=None, kind="stable")[:MOST_ARCS].tolist())
    size = flows.shape[1]
    cells |= {place * size + other for other in np.argsort(-flows[place])[:CHOSEN_ARCS].tolist()}
    cells |= {other * size + place for other in np.argsort(-flows[:, place])[:CHOSEN_ARCS].tolist()}
    found = [
        (snapshot.countries[cell // size], snapshot.countries[cell % size],
         float(signed[cell // size, cell % size]))
        for cell in cells
    ]  # fmt: skip
    return sorted((flow for flow in found if flow[2]), key=lambda flow: (-abs(flow[2]), flow[:2]))


def _arcs(snapshot: Snapshot, chosen: str, which: str) -> str:
    """Arcs bowed to the left of their direction, so that ways there and back can be told apart."""
    arcs = []
    write = svg.signed if which == GAP else svg.number
    for origin, destination, persons in reversed(largest_flows(snapshot, chosen, which)):
        (x1, y1), (x2, y2) = places()[origin], places()[destination]
        across, along = x2 - x1, y2 - y1
        mx, my = (x1 + x2) / 2 + BEND * along, (y1 + y2) / 2 - BEND * across
        width = max(WIDEST * math.sqrt(min(abs(persons) / FULL_WIDTH, 1.0)), 0.8)
        colour, opacity = "#555555", 0.35
        if which == GAP:
            colour = svg.BLUE if persons > 0 else svg.ORANGE
            opacity = 0.85 if chosen in (origin, destination) else 0.4
        elif destination == chosen:
            colour, opacity = svg.BLUE, 0.85
        elif origin == chosen:
            colour, opacity = svg.ORANGE, 0.85
        told = svg.text_of(
            f"{snapshot.name(origin)} to {snapshot.name(destination)}: {write(persons)}"
        )
        arcs.append(
            f"<path d='M{x1:.1f} {y1:.1f}Q{mx:.1f} {my:.1f} {x2:.1f} {y2:.1f}' fill='none' "
            f"stroke='{colour}' stroke-width='{width:.1f}' stroke-opacity='{opacity}' "
            f"stroke-linecap='round'><title>{told}</title></path>"
            + _head(mx, my, x2, y2, width, colour, opacity)
        )
    return f"<g>{''.join(arcs)}</g>"


def _head(
    mx: float, my: float, x: float, y: float, width: float, colour: str, opacity: float
) -> str:
    """The head of an arrow at the end of an arc."""
    angle = math.atan2(y - my, x - mx)
    size = 3.5 + width
    corners = [
        (x - size * math.cos(angle + turn), y - size * math.sin(angle + turn))
        for turn in (-0.45, 0.45)
    ]
    (ax, ay), (bx, by) = corners
    return (
        f"<path d='M{x:.1f} {y:.1f}L{ax:.1f} {ay:.1f}L{bx:.1f} {by:.1f}Z' fill='{colour}' "
        f"fill-opacity='{min(opacity + 0.2, 1.0):.2f}'/>"
    )


def _cities(snapshot: Snapshot, values: F64, chosen: str, scale: str) -> str:
    """A dot for the chosen country, and for those too small to have an outline."""
    dots = []
    for code, (x, y) in places().items():
        if code not in outlines() or code == chosen:
            colour = colour_of(float(values[snapshot.place(code)]), scale)
            size = 5 if code == chosen else 3.2
            dots.append(
                f"<circle cx='{x:.1f}' cy='{y:.1f}' r='{size}' fill='{colour}' stroke='{svg.INK}' "
                f"stroke-width='{1.8 if code == chosen else 0.8}' data-code='{code}' "
                f"style='cursor:pointer'><title>{_told(snapshot, code)}</title></circle>"
            )
    x, y = places()[chosen]
    name = snapshot.name(chosen)
    anchor, shift = ("end", -9) if x > WIDTH - 130 else ("start", 9)
    dots.append(
        f"<text x='{x + shift:.1f}' y='{y - 7:.1f}' font-size='16' font-weight='700' "
        f"text-anchor='{anchor}' stroke='white' stroke-width='3.5' paint-order='stroke' "
        f"fill='{svg.INK}'>{svg.text_of(name)}</text>"
    )
    return f"<g>{''.join(dots)}</g>"


def _legend(scale: str, snapshot: Snapshot) -> str:
    """Colours with their bounds."""
    is_rate = scale == RATE
    bounds = RATE_BOUNDS if is_rate else STOCK_BOUNDS
    colours = RATE_COLOURS if is_rate else STOCK_COLOURS
    title = (
        "Net inflow, 12 months, per 10,000 AI people" if is_rate else "AI people in the country"
    )
    top, cell = HEIGHT - 44, 48
    parts = [svg.words(10, top - 7, title, size=14, bold=True)]
    for place, colour in enumerate(colours):
        parts.append(
            f"<rect x='{10 + place * cell}' y='{top}' width='{cell}' height='13' fill='{colour}' "
            "stroke='#999' stroke-width='.5'/>"
        )
    for place, bound in enumerate(bounds, start=1):
        written = svg.signed(bound) if is_rate else f"{bound / 1000:g}k"
        parts.append(svg.words(10 + place * cell, top + 26, written, size=13, anchor="middle"))
    note = _blank_note(is_rate, snapshot)
    parts.append(svg.words(10, top + 42, note, size=12.5, colour=svg.GREY))
    return "".join(parts)


def _flow_legend(snapshot: Snapshot, chosen: str, which: str) -> str:
    """What the arcs are, their colours and widths."""
    left, top = 440, HEIGHT - 44
    parts = [svg.words(left, top - 6, flow_title(snapshot, which), size=14, bold=True)]
    name = snapshot.name(chosen)
    kinds = [(svg.BLUE, f"into {name}"), (svg.ORANGE, "out of it"), ("#555555", "others")]
    if which == GAP:
        kinds = [(svg.BLUE, "more than in the twin"), (svg.ORANGE, "fewer")]
    for place, (colour, text) in enumerate(kinds):
        x = left + (0, 230, 340)[place]
        parts.append(svg.stroke(x, top + 6, x + 22, top + 6, colour, "stroke-width='4'"))
        parts.append(svg.words(x + 27, top + 10, text, size=13))
    for place, persons in enumerate((100, 300, 1_000)):
        x = left + place * 90
        width = WIDEST * math.sqrt(persons / FULL_WIDTH)
        parts.append(svg.stroke(x, top + 28, x + 22, top + 28, "#777", f"stroke-width='{width}'"))
        parts.append(svg.words(x + 27, top + 32, svg.number(persons), size=13))
    parts.append(svg.words(left + 260, top + 32, "persons; arrows bow to their left", size=12.5,
                           colour=svg.GREY))  # fmt: skip
    return "".join(parts)


def flow_title(snapshot: Snapshot, which: str) -> str:
    """What the arcs show, and since when."""
    if which == YEAR or snapshot.fork_month is None:
        months = snapshot.flow_months
        return f"Largest flows, last {months} month{'s' * (months != 1)}"
    since = month_text(snapshot.fork_month + 1)
    what = "Largest flows" if which == SINCE else "Largest differences of flows"
    return f"{what} since {since}"


def _blank_note(is_rate: bool, snapshot: Snapshot) -> str:
    if not is_rate:
        return "unnamed countries together are the rest of the world"
    if snapshot.flow_months < 12:
        return "grey: not yet known, twelve months are needed"
    return "grey: fewer than 30 agents stand for the country"


def rows(snapshot: Snapshot) -> tuple[Sequence[str], list[list[str]]]:
    """The numbers of the map: header and one row a country, largest stock first."""
    stock, rates = snapshot.series["stock"][-1], snapshot.rates[-1]
    order = [*np.argsort(-stock[:-1], kind="stable").tolist(), len(snapshot.countries)]
    found = []
    for place in order:
        name = "World" if place == len(snapshot.countries) else snapshot.names[place]
        counts = [snapshot.last_year(measure)[place] for measure in ("inflow", "outflow", "net")]
        found.append([
            name, svg.number(stock[place]), *(svg.number(count) for count in counts),
            svg.signed(float(rates[place]), 1),
        ])
    header = ("Country", "AI people", "Inflow, 12 months", "Outflow, 12 months", "Net, 12 months",
              "Net per 10,000 AI people")  # fmt: skip
    return header, found


def flow_rows(snapshot: Snapshot, chosen: str) -> tuple[Sequence[str], list[list[str]]]:
    """The arcs of the last twelve months as numbers."""
    found = [
        [snapshot.name(origin), snapshot.name(destination), svg.number(persons)]
        for origin, destination, persons in largest_flows(snapshot, chosen)
    ]
    return ("From", "To", "Persons"), found
