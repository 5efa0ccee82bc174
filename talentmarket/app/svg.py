"""Pictures as SVG text: colours, axes and lines, made in Python so that nothing is fetched."""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.levers import month_text

F64 = NDArray[np.float64]

# Colours of Okabe and Ito, told apart by people with any kind of colour vision.
BLUE, ORANGE, GREEN, PURPLE, YELLOW, SKY = (
    "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9",
)  # fmt: skip
COLOURS = (BLUE, ORANGE, GREEN, PURPLE, YELLOW, SKY)
INK, GREY, PALE, GRID = "#222222", "#666666", "#E8E8E8", "#E5E5E5"
FONT = "font-family='Roboto,Helvetica,Arial,sans-serif'"
STEPS = (1.0, 2.0, 5.0, 10.0)
MINUS = "\N{MINUS SIGN}"


class Line(NamedTuple):
    """One path over months."""

    name: str
    colour: str
    months: NDArray[np.int64]
    values: F64
    dashed: bool = False
    band: tuple[F64, F64] | None = None
    """Low and high, by month."""
    points: Sequence[tuple[float, float, str]] = ()
    """Observed (month, value, where from), drawn as open diamonds."""
    labelled: bool = True


class Mark(NamedTuple):
    """A month in which something changed."""

    month: int
    text: str
    colour: str = INK


def text_of(value: object) -> str:
    """A text that may stand in a picture or a table, whatever it holds."""
    return html.escape(str(value), quote=True)


def number(value: float, digits: int = 0) -> str:
    """A number for people: a real minus, blanks for what is not known."""
    if not math.isfinite(value):
        return "–"
    written = f"{value:,.{digits}f}"
    if float(written.replace(",", "")) == 0.0:
        written = written.lstrip("-")
    return written.replace("-", MINUS)


def signed(value: float, digits: int = 0) -> str:
    """A number with its sign."""
    written = number(value, digits)
    return f"+{written}" if value > 0 and any(sign in "123456789" for sign in written) else written


def picture(width: float, height: float, parts: Iterable[str], title: str) -> str:
    """Parts as one SVG that stands for itself, with a title that screen readers tell."""
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width:g} {height:g}' width='100%' "
        f"role='img' aria-label='{text_of(title)}' {FONT}>" + "".join(parts) + "</svg>"
    )


def words(
    x: float, y: float, text: str, *, size: float = 11, colour: str = INK, anchor: str = "start",
    bold: bool = False,
) -> str:
    """Text at a place."""
    weight = " font-weight='600'" if bold else ""
    return (
        f"<text x='{x:.1f}' y='{y:.1f}' font-size='{size:g}' fill='{colour}' "
        f"text-anchor='{anchor}'{weight}>{text_of(text)}</text>"
    )


def stroke(x1: float, y1: float, x2: float, y2: float, colour: str = GRID, extra: str = "") -> str:
    """A straight line."""
    return (
        f"<line x1='{x1:.1f}' y1='{y1:.1f}' x2='{x2:.1f}' y2='{y2:.1f}' stroke='{colour}' {extra}/>"
    )


def round_up(value: float) -> float:
    """The next of 1, 2, 5, 10, 20, …: axes grow by such steps only and so stand still for long."""
    if not value > 0:
        return 1.0
    ten = 10.0 ** math.floor(math.log10(value))
    return next(step * ten for step in STEPS if step * ten >= value * (1 - 1e-9))


def largest(values: Iterable[F64]) -> float:
    """The largest size of any number that is known, 0 where none is."""
    sizes = [np.nanmax(np.abs(part)) for part in values if np.isfinite(part).any()]
    return float(max(sizes, default=0.0))


class Frame(NamedTuple):
    """A rectangle for data: months to the right, values upward."""

    left: float
    top: float
    width: float
    height: float
    first: int
    last: int
    low: float
    high: float

    def x(self, month: float) -> float:
        """Where a month stands."""
        return self.left + self.width * (month - self.first) / max(self.last - self.first, 1)

    def y(self, value: float) -> float:
        """Where a value stands."""
        return self.top + self.height * (self.high - value) / (self.high - self.low)


def line_chart(
    lines: Sequence[Line], *, title: str, unit: str, first: int, last: int, least: float,
    signed_axis: bool, marks: Sequence[Mark] = (), width: float = 720, height: float = 270,
    labels: float = 120, note: str = "",
) -> str:
    """Lines over the months of a scenario, named at their ends.

    Parameters
    ----------
    first, last
        Months that the axis spans, whatever was lived.
    least
        The axis never spans less than this; it grows by 1, 2, 5, 10 … and never shrinks.
    signed_axis
        Whether it reaches as far below zero as above.
    """
    seen = [line.values for line in lines]
    seen += [side for line in lines if line.band for side in line.band]
    seen += [np.array([point[1] for point in line.points]) for line in lines if line.points]
    top = round_up(max(largest(seen), least))
    frame = Frame(62, 38, width - 62 - labels, height - 78, first, last,
                  -top if signed_axis else 0.0, top)  # fmt: skip
    parts = [words(4, 16, title, size=13, bold=True), *_axes(frame, unit)]
    for mark in marks:
        x = frame.x(mark.month)
        parts.append(
            f"<g><title>{text_of(mark.text)}</title>"
            + stroke(x, frame.top, x, frame.top + frame.height, mark.colour,
                     "stroke-dasharray='2 3'")
            + f"<path d='M{x:.1f} {frame.top} l-4 -6 h8 z' fill='{mark.colour}'/></g>"
        )
    for line in lines:
        parts += _line(frame, line)
    parts += _labels(frame, lines)
    if note:
        parts.append(words(4, height - 6, note, size=10.5, colour=GREY))
    return picture(width, height, parts, title)


def _axes(frame: Frame, unit: str) -> list[str]:
    """Grid, ticks and the unit."""
    right = frame.left + frame.width
    parts = [words(right, frame.top - 7, unit, size=10.5, colour=GREY, anchor="end")]
    bottom = frame.top + frame.height
    for share in np.linspace(0.0, 1.0, 5):
        value = frame.low + share * (frame.high - frame.low)
        y = frame.y(value)
        colour = GREY if value == 0 else GRID
        parts.append(stroke(frame.left, y, frame.left + frame.width, y, colour))
        size = frame.high
        digits = 0 if size >= 4 else 1 if size >= 1 else 2
        parts.append(words(frame.left - 5, y + 3.5, number(value, digits), size=10, colour=GREY,
                           anchor="end"))  # fmt: skip
    years = range(-(-frame.first // 12), frame.last // 12 + 2)
    step = 2 if len(years) > 12 else 1
    for year in years:
        if frame.first <= year * 12 <= frame.last + 1:
            x = frame.x(year * 12)
            parts.append(stroke(x, bottom, x, bottom + 4, GREY))
            if year % step == 0:
                parts.append(words(x, bottom + 15, str(year), size=10, colour=GREY,
                                   anchor="middle"))  # fmt: skip
    return parts


def path_of(xs: Iterable[float], ys: Iterable[float]) -> str:
    """An open path through points; it breaks where a number is not known."""
    pieces: list[str] = []
    pen = "M"
    for x, y in zip(xs, ys, strict=True):
        if math.isfinite(y):
            pieces.append(f"{pen}{x:.1f} {y:.1f}")
            pen = "L"
        else:
            pen = "M"
    return "".join(pieces)


def _line(frame: Frame, line: Line) -> list[str]:
    parts = []
    xs = [frame.x(month) for month in line.months]
    if line.band is not None:
        low, high = line.band
        there = [
            (x, a, b) for x, a, b in zip(xs, low, high, strict=True)
            if math.isfinite(a) and math.isfinite(b)
        ]
        if there:
            up = " ".join(f"{x:.1f},{frame.y(b):.1f}" for x, _, b in there)
            down = " ".join(f"{x:.1f},{frame.y(a):.1f}" for x, a, _ in reversed(there))
            parts.append(f"<polygon points='{up} {down}' fill='{line.colour}' opacity='.16'/>")
    dash = "stroke-dasharray='5 4'" if line.dashed else ""
    drawn = path_of(xs, [frame.y(value) for value in line.values])
    if drawn:
        parts.append(
            f"<path d='{drawn}' fill='none' stroke='{line.colour}' stroke-width='2' {dash}>"
            f"<title>{text_of(line.name)}</title></path>"
        )
    known = np.flatnonzero(np.isfinite(line.values))
    if known.size:
        x, y = xs[known[-1]], frame.y(float(line.values[known[-1]]))
        parts.append(f"<circle cx='{x:.1f}' cy='{y:.1f}' r='3' fill='{line.colour}'/>")
    for month, value, source in line.points:
        x, y = frame.x(month), frame.y(value)
        parts.append(
            f"<path d='M{x:.1f} {y - 5:.1f}l5 5l-5 5l-5 -5z' fill='white' stroke='{line.colour}' "
            f"stroke-width='1.8'><title>{text_of(line.name)}, observed {number(value, 2)} "
            f"({text_of(source)})</title></path>"
        )
    return parts


def _labels(frame: Frame, lines: Sequence[Line]) -> list[str]:
    """Names at the ends of lines, moved apart where they would stand on each other."""
    ends = []
    for line in lines:
        known = np.flatnonzero(np.isfinite(line.values))
        if line.labelled and known.size:
            ends.append((frame.y(float(line.values[known[-1]])), line))
    ends.sort(key=lambda end: end[0])
    places = [y for y, _ in ends]
    for _ in range(40):
        for upper in range(len(places) - 1):
            gap = places[upper + 1] - places[upper]
            if gap < 13:
                places[upper] -= (13 - gap) / 2
                places[upper + 1] += (13 - gap) / 2
    return [
        words(frame.left + frame.width + 6, place + 4, line.name, size=11, colour=line.colour,
              bold=True)
        for place, (_, line) in zip(places, ends, strict=True)
    ]  # fmt: skip


def table(
    headers: Sequence[str], rows: Iterable[Sequence[str]], caption: str, highlight: int = -1
) -> str:
    """A table for people and screen readers; columns whose first cell holds letters are text.

    Parameters
    ----------
    highlight
        Number of the row that is set off, −1 for none.
    """
    lines = list(rows)
    kinds = [_cell_class(cell) for cell in lines[0]] if lines else [""] * len(headers)
    head = "".join(
        f"<th scope='col'{kind}>{text_of(name)}</th>"
        for name, kind in zip(headers, kinds, strict=True)
    )
    body = []
    for place, (first, *others) in enumerate(lines):
        cells = f"<th scope='row'>{text_of(first)}</th>"
        cells += "".join(
            f"<td{kind}>{text_of(cell)}</td>" for cell, kind in zip(others, kinds[1:], strict=True)
        )
        body.append(f"<tr{' class=chosen' if place == highlight else ''}>{cells}</tr>")
    return (
        f"<table class='tm-table'><caption>{text_of(caption)}</caption><thead><tr>{head}</tr>"
        f"</thead><tbody>{''.join(body)}</tbody></table>"
    )


def _cell_class(cell: str) -> str:
    """Words stand at the left, numbers at the right; "no cap" is a number that is not there."""
    is_words = any(letter.isalpha() for letter in cell) and not cell.startswith("no ")
    return " class='words'" if is_words else ""


def month_marks(months: Iterable[tuple[int, str]], colour: str = INK) -> list[Mark]:
    """One mark a month that tells all that changed in it."""
    told: dict[int, list[str]] = {}
    for month, text in months:
        told.setdefault(month, []).append(text)
    return [Mark(month, f"{month_text(month)}: " + "; ".join(texts), colour)
            for month, texts in sorted(told.items())]  # fmt: skip
