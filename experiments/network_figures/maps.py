"""Maps without a library of maps: land, bent lines, and names that find room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from matplotlib.collections import PolyCollection
from numpy.typing import NDArray

from experiments.network_figures.frame import LAND, bare, country_name
from model import tables

if TYPE_CHECKING:
    from matplotlib.axes import Axes

F64 = NDArray[np.float64]
Box = tuple[float, float, float, float]
TURNS = (-360.0, 0.0, 360.0)
BEND = 0.18              # height of an arc over its length
ARC_POINTS = 40
CORNERS = ((1, 1), (1, -1), (-1, 1), (-1, -1))


class View(NamedTuple):
    """A part of the earth on a map, in degrees."""

    west: float
    east: float
    south: float
    north: float
    true_latitude: float
    letter: float
    """Width of a letter in degrees of longitude."""
    line: float
    """Height of a line in degrees of latitude."""

    def holds(self, place: tuple[float, float]) -> bool:
        """Whether a (longitude, latitude) lies on it."""
        return self.west < place[0] < self.east and self.south < place[1] < self.north

    def encloses(self, box: Box) -> bool:
        """Whether a box (west, east, south, north) lies on it."""
        return self.holds((box[0], box[2])) and self.holds((box[1], box[3]))


# the world is cut in the strait between Asia and America
WORLD_VIEW = View(-168.0, 192.0, -56.0, 80.0, 35.0, 2.2, 5.0)
EUROPE_VIEW = View(-25.0, 46.0, 34.0, 67.0, 52.0, 1.25, 2.0)


def draw_land(axes: Axes, view: View) -> None:
    """Land in pale grey, three times around the earth, so that any part can be seen."""
    bare(axes)
    lines: dict[str, list[tuple[float, float]]] = {}
    for row in tables.read_rows("land.csv"):
        lines.setdefault(row["outline"], []).append(
            (float(row["longitude"]), float(row["latitude"]))
        )
    shapes = [turned(np.array(line), turn) for line in lines.values() for turn in TURNS]
    axes.add_collection(PolyCollection(shapes, facecolors=LAND, edgecolors="none", zorder=0))
    axes.set_xlim(view.west, view.east)
    axes.set_ylim(view.south, view.north)
    # one latitude at which distances east and north have the same scale
    axes.set_aspect(1.0 / np.cos(np.radians(view.true_latitude)))


def turned(line: F64, turn: float) -> F64:
    """A line moved east by whole turns of the earth, in degrees."""
    return np.asarray(line + np.array([turn, 0.0]))


def arc_between(start: tuple[float, float], end: tuple[float, float]) -> F64:
    """A line from one (longitude, latitude) to another the shorter way round, bent to the left.

    Returns
    -------
    Points in degrees, shape (points, 2); longitudes may leave −180 to 180.
    """
    first, last = np.array(start), np.array(end)
    last[0] = first[0] + (last[0] - first[0] + 180.0) % 360.0 - 180.0
    along = last - first
    middle = (first + last) / 2 + 2 * BEND * np.array([-along[1], along[0]])
    t = np.linspace(0.0, 1.0, ARC_POINTS)[:, None]
    return np.asarray((1 - t) ** 2 * first + 2 * t * (1 - t) * middle + t**2 * last)


def with_room(
    codes: Sequence[str], at: Mapping[str, tuple[float, float]], view: View
) -> list[tuple[str, tuple[int, int]]]:
    """Names that stand on no earlier one and on the map.

    Parameters
    ----------
    codes
        Countries to name, the most important first.
    at
        Longitude and latitude of every country that is drawn.

    Returns
    -------
    Countries, each with the corner of its point (right or left, above or below) where the name
    covers fewest other points.
    """
    kept: list[tuple[str, tuple[int, int]]] = []
    taken: list[Box] = []
    for code in codes:
        choices: list[tuple[int, int, tuple[int, int], Box]] = []
        for corner in CORNERS:
            box = _label_box(at[code], corner, len(country_name(code)), view)
            if view.encloses(box) and not any(_meet(box, other) for other in taken):
                covered = sum(
                    box[0] < east < box[1] and box[2] < north < box[3]
                    for east, north in at.values()
                )
                choices.append((covered, len(choices), corner, box))
        if choices:
            _, _, corner, box = min(choices)
            kept.append((code, corner))
            taken.append(box)
    return kept


def _label_box(
    place: tuple[float, float], corner: tuple[int, int], letters: int, view: View
) -> Box:
    """Where a name of so many letters would stand: west, east, south, north."""
    width, gap = letters * view.letter, view.letter / 2
    west = place[0] + gap if corner[0] > 0 else place[0] - width - gap
    south = place[1] if corner[1] > 0 else place[1] - view.line
    return west, west + width, south, south + view.line


def _meet(one: Box, other: Box) -> bool:
    """Whether two boxes overlap."""
    return one[0] < other[1] and other[0] < one[1] and one[2] < other[3] and other[2] < one[3]
