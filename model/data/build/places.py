"""Where countries lie on a map, their outlines, and the outline of the land around them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.data.build.common import (
    REST_OF_WORLD,
    core_countries,
    read_rows,
    text_of,
    write_table,
)

F64 = NDArray[np.float64]
TOLERANCE = 0.4  # degrees by which the outline may stray from the coast: a line's width in print
LEAST_EXTENT = 3.0  # degrees; smaller islands would be dots
LEAST_CORNERS = 5  # of a country's line; a smaller one keeps the corners it has
SOUTH_END = -56.0  # Antarctica is left out
DIGITS = 6


def build(raw: Path, out: Path) -> None:
    """Write country_points.csv, land.csv and outlines.csv."""
    known = {row["country_iso3"]: row for row in read_rows(raw, "geo_country_points.csv")}
    rows = [
        (code, known[code]["main_city"], text_of(float(known[code]["main_city_lat"]), DIGITS),
         text_of(float(known[code]["main_city_lon"]), DIGITS), "cepii")
        for code in core_countries(raw)
    ]  # fmt: skip
    columns = ("country", "place", "latitude", "longitude", "source")
    write_table(out / "country_points.csv", columns, rows)
    lines = [
        (str(number), f"{longitude:.1f}", f"{latitude:.1f}")
        for number, line in enumerate(outlines(raw))
        for longitude, latitude in line
    ]
    write_table(out / "land.csv", ("outline", "longitude", "latitude"), lines)
    numbers = {row["iso_numeric"]: code for code, row in known.items()}
    corners = [
        (code, str(number), f"{longitude:.1f}", f"{latitude:.1f}")
        for number, (code, line) in enumerate(borders(raw, numbers, core_countries(raw)))
        for longitude, latitude in line
    ]
    header = ("country", "outline", "longitude", "latitude")
    write_table(out / "outlines.csv", header, corners)


def outlines(raw: Path) -> Iterator[F64]:
    """Closed lines around the land, shape (points, 2), coarse enough for a small picture."""
    topology = _topology(raw)
    arcs = _arcs(topology)
    for shape in topology["objects"]["land"]["geometries"]:
        for ring in _rings(shape, arcs):
            wide = np.ptp(ring, axis=0).max() >= LEAST_EXTENT
            if wide and ring[:, 1].max() > SOUTH_END:
                yield simplified(ring, TOLERANCE)


def borders(
    raw: Path, numbers: Mapping[str, str], named: Sequence[str]
) -> Iterator[tuple[str, F64]]:
    """Closed lines around each country, neighbours sharing theirs; unnamed ones are ROW.

    Parameters
    ----------
    numbers
        ISO 3166 numeric → three letters.
    """
    topology = _topology(raw)
    fine = _arcs(topology)
    coarse = [simplified(arc, TOLERANCE) for arc in fine]   # before joining: borders still meet
    for shape in topology["objects"]["countries"]["geometries"]:
        code = numbers.get(str(shape.get("id")), REST_OF_WORLD)
        rings = list(zip(_rings(shape, fine), _rings(shape, coarse), strict=True))
        extents = [float(np.ptp(ring, axis=0).max()) for ring, _ in rings]
        for extent, (ring, thinned) in zip(extents, rings, strict=True):
            seen = extent >= LEAST_EXTENT or extent == max(extents)
            if seen and ring[:, 1].max() > SOUTH_END:
                line = thinned if len(thinned) >= LEAST_CORNERS else ring
                yield (code if code in named else REST_OF_WORLD), line


def _topology(raw: Path) -> dict[str, Any]:
    text = (raw / "geo_countries_110m.topojson.json").read_text(encoding="utf-8")
    topology: dict[str, Any] = json.loads(text)
    return topology


def _arcs(topology: Mapping[str, Any]) -> list[F64]:
    """The pieces of which all lines are put together, in degrees."""
    scale, origin = (np.array(topology["transform"][key]) for key in ("scale", "translate"))
    return [np.cumsum(np.array(arc), axis=0) * scale + origin for arc in topology["arcs"]]


def _rings(shape: Mapping[str, Any], arcs: Sequence[F64]) -> Iterator[F64]:
    """The outer lines of a shape; one that crosses 180 degrees runs on beyond it."""
    for polygon in shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]:
        ring = np.vstack([arcs[arc] if arc >= 0 else arcs[~arc][::-1] for arc in polygon[0]])
        ring[:, 0] = np.unwrap(ring[:, 0], period=360.0)
        yield ring


def simplified(line: F64, tolerance: float) -> F64:
    """The line with the points left out that lie near the rest (Douglas and Peucker 1973)."""
    if len(line) < 3:
        return line
    start, along = line[0], line[-1] - line[0]
    length = float(np.hypot(*along))
    away = line - start
    if length == 0.0:   # a closed line: farthest from its first point
        distance = np.hypot(away[:, 0], away[:, 1])
    else:
        distance = np.abs(along[0] * away[:, 1] - along[1] * away[:, 0]) / length
    farthest = int(np.argmax(distance))
    if distance[farthest] <= tolerance:
        return np.asarray(line[[0, -1]])
    left = simplified(line[: farthest + 1], tolerance)
    return np.vstack([left[:-1], simplified(line[farthest:], tolerance)])
