"""The measures of a year by ability group and by field."""

from __future__ import annotations

import numpy as np
import pandas as pd

from agents.levers import FIELDS
from model.statistics.measures import BY_NAME, F64, rate, with_world
from model.statistics.national import Year, gaps, shares, workforce_share
from model.world import GROUPS, Counters, World

COLUMNS = ("period", "country", "group", "measure", "unit", "value")
SHOWN = GROUPS[1:]
"""Everybody together stands in the national table."""


def group_frame(world: World, years: list[tuple[Year, Counters | None]]) -> pd.DataFrame:
    """Measures by year, country and group.

    Parameters
    ----------
    years
        Each with what was counted in it; None at the opening.
    """
    frames = [_year(world, year, counts) for year, counts in years]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=COLUMNS)


def _year(world: World, year: Year, counts: Counters | None) -> pd.DataFrame:
    countries = np.array([*world.tables.countries, "WLD"], dtype=object)
    values = group_values(world, year, counts)
    frames = []
    for name, table in values.items():
        groups = np.array(SHOWN[-len(table):], dtype=object)
        frames.append(
            pd.DataFrame(
                {
                    "period": np.full(table.size, year.name, dtype=object),
                    "country": np.tile(countries, len(groups)),
                    "group": np.repeat(groups, countries.size),
                    "measure": np.full(table.size, name, dtype=object),
                    "unit": np.full(table.size, BY_NAME[name].unit, dtype=object),
                    "value": table.ravel(),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def group_values(world: World, year: Year, counts: Counters | None) -> dict[str, F64]:
    """Each measure by group (ability first, then fields) and country, the world last.

    What is measured of fields only has as many rows as there are fields.
    """
    scale, end = world.persons_per_agent, year.group
    stock, working = with_world(end.stock[1:]), with_world(end.working[1:])
    values = {"stock": stock * scale}
    if counts is not None:
        start = with_world(year.group_before.stock[1:])
        inflow = with_world(counts.flows[1:].sum(axis=1))
        outflow = with_world(counts.flows[1:].sum(axis=2))
        net = inflow - outflow
        per_researcher = rate(net * 1e4, start, start)
        values |= {
            "inflow": inflow * scale,
            "outflow": outflow * scale,
            "net": net * scale,
            "graduates": with_world(counts.entrants[1:]) * scale,
            "exits": with_world(counts.leavers[1:]) * scale,
            "net_per_10k_researchers": per_researcher,
            "net_per_10k_workforce": per_researcher * workforce_share(world),
        }
    supply, demand = shares(year.level)
    assert len(supply) == len(FIELDS)
    return values | {
        "mean_pay": rate(with_world(end.payroll[1:]), working, working),
        "supply_share": supply,
        "demand_share": demand,
        "gap": gaps(year.level),
        "mismatch": mismatch(year),
        "foreign_born_share": rate(stock - with_world(end.native[1:]), stock, stock),
        "other_discipline_share": rate(with_world(end.other_discipline[1:]), stock, stock),
        "unemployed": (stock - working) * scale,
        **{name: table[1:] for name, table in year.group_extra.items()},
    }


def mismatch(year: Year) -> F64:
    """Of the ablest against all work of the country; of a field, its part of the country's."""
    able = with_world(year.group.able_by_field)
    people = able.sum(axis=1, keepdims=True)
    _, demand = shares(year.level)
    supply = rate(able, people, people)
    of_able = 0.5 * np.abs(supply - demand).sum(axis=1)
    return np.concatenate((of_able, 0.5 * np.abs(gaps(year.level))))
