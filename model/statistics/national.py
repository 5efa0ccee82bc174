"""The measures of whole countries in one period."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from agents.employers import CENTS
from model.statistics.levels import Snapshot, YearEnd
from model.statistics.measures import F64, country_rate, rate, with_world
from model.world import Counters, World


@dataclasses.dataclass
class Period:
    """What the measures of a month or a year rest on."""

    name: str
    before: Snapshot
    level: Snapshot
    counts: list[Counters]
    """A month each, flows as inflow and outflow by country; empty at the opening."""

    def total(self, name: str) -> Any:
        """What was counted over the period."""
        return np.sum([getattr(count, name) for count in self.counts], axis=0)


@dataclasses.dataclass
class Year(Period):
    """A year: groups of people and what only a pass over everybody tells."""

    number: int
    group_before: YearEnd
    group: YearEnd
    extra: dict[str, F64]
    """Measures by country read at the end of the year, blanks included."""
    group_extra: dict[str, F64]
    """The same by group and country, everybody together first."""


def national_values(world: World, period: Period) -> dict[str, F64]:
    """Every measure of a period by country, the world last."""
    values = {"stock": with_world(period.level.stock * world.persons_per_agent)}
    if period.counts:
        values |= _moves(world, period) | _move_rates(period)
    values |= _levels(period)
    if isinstance(period, Year):
        everybody = period.group
        values["other_discipline_share"] = country_rate(
            everybody.other_discipline[0], everybody.stock[0]
        )
        values |= period.extra
    values |= _startups(world, period)
    if period.counts:
        spent = period.total("measures") / CENTS * world.persons_per_agent
        values["measures_usd"] = with_world(spent)
    values["unemployed"] = with_world(period.level.jobless * world.persons_per_agent)
    return values


def _moves(world: World, period: Period) -> dict[str, F64]:
    """Numbers of persons and the published net rates."""
    scale = world.persons_per_agent
    inflow, outflow = period.total("flows")
    net, start = with_world(inflow - outflow), with_world(period.before.stock)
    per_researcher = rate(net * 1e4, start, start)
    return {
        "inflow": with_world(inflow * scale),
        "outflow": with_world(outflow * scale),
        "net": net * scale,
        "graduates": with_world(period.total("graduates") * scale),
        "exits": with_world(period.total("exits") * scale),
        "net_per_10k_researchers": per_researcher,
        "net_per_10k_workforce": per_researcher * workforce_share(world),
    }


def workforce_share(world: World) -> F64:
    """AI talent as a fraction of the work force by country, and of the world."""
    stock = world.tables.country["stock"]
    share = world.tables.country["ai_concentration"]
    return np.append(share, (share * stock).sum() / stock.sum())


def _move_rates(period: Period) -> dict[str, F64]:
    """Who moves: natives, returnees, people who move on; and how far moves cancel."""
    inflow, outflow = period.total("flows")
    departures, returns = period.total("departures"), period.total("returns")
    native = period.before.native
    foreign = period.before.stock - native
    balance = with_world(np.abs(inflow - outflow))
    gross = with_world(inflow + outflow)
    return {
        "departure_rate": country_rate(departures, native),
        "return_rate": country_rate(returns, foreign),
        "onward_rate": country_rate(outflow - departures - returns, foreign),
        "returnee_share": country_rate(period.total("homecomings"), inflow),
        "circulation": 1.0 - rate(balance, gross, gross),
        "job_change_rate": country_rate(
            period.total("job_changes"), period.before.stock - period.before.jobless
        ),
    }


def _startups(world: World, period: Period) -> dict[str, F64]:
    """Startups that there are, and what happened to them; a row stands for several."""
    scale = world.persons_per_agent
    values = {"startups": with_world(period.level.startups * scale)}
    if period.counts:
        values |= {
            "startups_founded": with_world(period.total("founded") * scale),
            "startups_failed": with_world(period.total("failed") * scale),
            "startups_bought": with_world(period.total("bought") * scale),
            "startups_funded": with_world(period.total("funded") * scale),
            "venture_capital": with_world(period.total("raised") / CENTS * scale),
        }
    return values


def _levels(period: Period) -> dict[str, F64]:
    """What is read at the end of the period."""
    level = period.level
    return {
        "mean_pay": rate(with_world(level.payroll), *[with_world(level.stock - level.jobless)] * 2),
        "mismatch": 0.5 * np.abs(gaps(level)).sum(axis=0),
        "foreign_born_share": country_rate(level.stock - level.native, level.stock),
    }


def shares(level: Snapshot) -> tuple[F64, F64]:
    """Supply and demand shares, shape (fields, countries and the world)."""
    supply = with_world(level.supply.T)
    demand = with_world(level.demand.T)
    people, working = supply.sum(axis=0), with_world(level.stock - level.jobless)
    return rate(supply, people, people), rate(demand, demand.sum(axis=0), working)


def gaps(level: Snapshot) -> F64:
    """Demand share less supply share, shape (fields, countries and the world)."""
    supply, demand = shares(level)
    return demand - supply
