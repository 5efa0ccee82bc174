"""The four layers as networkx graphs; every attribute is a plain number, truth value or text."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from agents.employers import MONTHS
from agents.levers import EMPLOYER_KINDS, FIELDS
from agents.points import DEGREES
from agents.populations import Rows
from agents.researchers import CLASSMATES, STATUSES
from model import tables
from model.statistics.deal_table import NOT_INJECTED
from model.world import I64, World

NONE = "none"  # GraphML drops empty texts
QUARTERS = (0.25, 0.5, 0.75)


def collaboration(world: World, rows: Rows) -> nx.DiGraph:
    """Some researchers by number and all ties among them; who has left is in no tie.

    A tie says whether it was made with a ``classmate`` or a ``colleague``.
    """
    people = world.researchers
    graph = nx.DiGraph(**_about(world, "collaboration"), pay_unit="USD of 2024 a year")
    columns = _traits(world, rows)
    names = list(columns)
    numbers = people.id[rows].tolist()
    graph.add_nodes_from(
        (number, dict(zip(names, values, strict=True)))
        for number, values in zip(numbers, zip(*columns.values(), strict=True), strict=True)
    )
    inside = np.zeros(people.count + 1, dtype=bool)   # the last place stands for nobody, row -1
    inside[rows] = True
    tied = people.tied_rows(rows)
    source, slot = np.nonzero(inside[tied])
    start, end = people.id[rows[source]].tolist(), people.id[tied[source, slot]].tolist()
    kinds = np.where(slot < CLASSMATES, "classmate", "colleague").tolist()
    graph.add_edges_from(
        (one, other, {"tie": kind}) for one, other, kind in zip(start, end, kinds, strict=True)
    )
    return graph


def _traits(world: World, rows: Rows) -> dict[str, list[Any]]:
    """What is said of each person, by attribute."""
    people, employers = world.researchers, world.employers
    codes = np.array(world.tables.countries, dtype=object)
    employer = people.employer[rows]
    names = np.array([*employers.names, NONE], dtype=object)   # row -1: no employer
    kinds = np.array([*EMPLOYER_KINDS, NONE], dtype=object)
    kind = np.append(employers.kind, -1)
    return {
        "country": codes[people.country[rows]].tolist(),
        "birth_country": codes[people.birth_country[rows]].tolist(),
        "employer": names[employer].tolist(),
        "kind": kinds[kind[employer]].tolist(),
        "field": np.array(FIELDS, dtype=object)[people.field[rows]].tolist(),
        "degree": np.array(DEGREES, dtype=object)[people.degree[rows]].tolist(),
        "status": np.array(STATUSES, dtype=object)[people.status[rows]].tolist(),
        "ability": people.ability[rows].tolist(),
        "pay": people.pay[rows].tolist(),
        "born": _months(people.birth_month[rows]),
        "arrived": _months(people.arrived[rows]),
        "hired": [
            month if works else NONE
            for month, works in zip(_months(people.hired[rows]), employer >= 0, strict=True)
        ],
        "by_referral": people.by_referral[rows].tolist(),
    }


def diaspora(world: World) -> nx.DiGraph:
    """People who live outside their country of birth: birth to residence, with dates of arrival.

    An edge says how many persons there are, the quartiles of the month in which they came, and
    how many of them came in each year (``arrived_2019``). A country says how many persons live
    there (``residents``) and how many were born there (``natives``), wherever they live.
    """
    people, scale = world.researchers, world.persons_per_agent
    graph = nx.DiGraph(**_about(world, "diaspora"))
    residents, natives = world.compatriots.sum(axis=0), world.compatriots.sum(axis=1)
    for row, about in enumerate(_country_attributes()):
        graph.add_node(
            world.tables.countries[row], **about, residents=float(residents[row] * scale),
            natives=float(natives[row] * scale),
        )
    origin = people.birth_country.astype(np.int64)
    abroad = np.flatnonzero(origin != people.country)
    cell = origin[abroad] * world.countries + people.country[abroad]
    arrived = people.arrived[abroad]
    order = np.lexsort((arrived, cell))
    cell, arrived = cell[order], arrived[order]
    starts = np.flatnonzero(np.diff(cell, prepend=-1))
    for first, last in zip(starts, [*starts[1:], cell.size], strict=True):
        born, lives = divmod(int(cell[first]), world.countries)
        graph.add_edge(
            world.tables.countries[born], world.tables.countries[lives],
            **_arrivals(arrived[first:last], scale),
        )
    return graph


def _arrivals(months: NDArray[np.int16], scale: float) -> dict[str, Any]:
    """How many came and when; ``months`` in rising order."""
    low, middle, high = (int(np.quantile(months, share, method="lower")) for share in QUARTERS)
    years, agents = np.unique(months // MONTHS, return_counts=True)
    by_year = {
        f"arrived_{year}": float(number * scale)
        for year, number in zip(years.tolist(), agents.tolist(), strict=True)
    }
    return {
        "persons": float(months.size * scale), "arrived_median": _month(middle),
        "arrived_lower_quartile": _month(low), "arrived_upper_quartile": _month(high), **by_year,
    }


def corridors(world: World, moved: I64) -> nx.DiGraph:
    """Every ordered pair of countries with what makes moving along it easy or hard.

    ``affinity`` is the log of past flows over what size, distance and language explain, the same
    in both directions; ``free_movement`` holds in the present month; ``persons_moved`` counts the
    run so far, burn-in left out.
    """
    graph = nx.DiGraph(**_about(world, "corridors"), first_month=_month(world.start))
    residents = world.stock() * world.persons_per_agent
    for row, about in enumerate(_country_attributes()):
        graph.add_node(world.tables.countries[row], **about, residents=float(residents[row]))
    index, free = world.tables.index, world.tables.free_until >= world.rules_month
    for pair in tables.read_rows("corridors.csv"):
        origin, destination = index[pair["origin"]], index[pair["destination"]]
        graph.add_edge(
            pair["origin"], pair["destination"],
            distance_km=float(pair["distance_km"]),
            common_language=pair["common_language"] == "1",
            linguistic_distance=float(pair["linguistic_distance"]),
            colonial_tie=pair["colonial_tie"] == "1",
            free_movement=bool(free[origin, destination]),
            affinity=float(world.tables.affinity[origin, destination]),
            persons_moved=float(moved[origin, destination] * world.persons_per_agent),
        )
    return graph


def deals(world: World, made: pd.DataFrame) -> nx.MultiDiGraph:
    """Employers and the deals among them, buyer to target, one edge a deal that is in the world."""
    employers = world.employers
    graph = nx.MultiDiGraph(**_about(world, "deals"))
    heads = employers.heads * world.persons_per_agent
    for row, name in enumerate(employers.names):
        graph.add_node(
            name, kind=EMPLOYER_KINDS[employers.kind[row]],
            country=world.tables.countries[employers.country[row]], persons=float(heads[row]),
        )
    happened = made[made["review"] != NOT_INJECTED] if "review" in made else made
    for deal in happened.to_dict("records"):
        known = {key: _plain(value) for key, value in deal.items() if not pd.isna(value)}
        graph.add_edge(known.pop("buyer"), known.pop("target"), **known)
    return graph


def _about(world: World, layer: str) -> dict[str, Any]:
    """What a graph says of itself."""
    return {
        "layer": layer, "month": _month(world.month), "seed": int(world.seed),
        "persons_per_agent": float(world.persons_per_agent),
    }


def _country_attributes() -> list[dict[str, Any]]:
    """Name, region and, but for the rest of the world, the place of each country."""
    points = tables.country_points()
    rows = []
    for row in tables.read_rows("country_names.csv"):
        about: dict[str, Any] = {"name": row["name"], "region": row["region"]}
        if row["country"] in points:
            about["latitude"], about["longitude"] = points[row["country"]]
        rows.append(about)
    return rows


def _month(number: int) -> str:
    """A month as YYYY-MM; people's months reach back further than scenarios do."""
    year, zero_based = divmod(int(number), MONTHS)
    return f"{year:04d}-{zero_based + 1:02d}"


def _months(numbers: NDArray[np.int16]) -> list[str]:
    """Months as texts, each written once."""
    written, place = np.unique(numbers, return_inverse=True)
    texts = np.array([_month(number) for number in written.tolist()], dtype=object)
    return list(texts[place])


def _plain(value: Any) -> Any:
    """A plain Python value for a number of NumPy."""
    return value.item() if isinstance(value, np.generic) else value
