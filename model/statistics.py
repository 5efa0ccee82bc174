"""National flow statistics: what is recorded each month and the tables made of it."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from agents.employers import MONTHS
from agents.levers import EMPLOYER_KINDS, month_text
from model.world import GROUPS, Counters, World

F64 = NDArray[np.float64]
LEAST_AGENTS = 30
"""Rates that rest on fewer agents are blank."""
STAY_YEARS = 5


@dataclasses.dataclass(frozen=True)
class Measure:
    """One column of meaning in the national table."""

    name: str
    unit: str
    meaning: str


MEASURES: tuple[Measure, ...] = (
    Measure("stock", "persons", "researchers who live in the country at the end of the period"),
    Measure("inflow", "persons", "moves into the country in the period"),
    Measure("outflow", "persons", "moves out of the country, returns at expiry included"),
    Measure("net", "persons", "inflow less outflow"),
    Measure("graduates", "persons", "entrants at the country of study, career changers included"),
    Measure("exits", "persons", "people who retired or left the profession"),
    Measure("net_per_10k_researchers", "per 10,000", "net over the stock at the start"),
    Measure(
        "net_per_10k_workforce", "per 10,000",
        "net over the stock at the start, times AI talent as a fraction of the work force in 2023",
    ),
    Measure("mean_pay", "USD of 2024 a year", "mean quoted pay of people in work, market rates"),
    Measure("mismatch", "share", "half the sum of |supply share - demand share| over fields"),
    Measure("foreign_born_share", "share", "stock born in another country"),
    Measure(
        "stay_rate_5y", "share",
        "foreign-born entrants of five years earlier, still in the profession, who are still in "
        "the country where they studied (years only)",
    ),
    Measure("unemployed", "persons", "people without a job at the end of the period"),
)
BY_NAME = {measure.name: measure for measure in MEASURES}


@dataclasses.dataclass
class Snapshot:
    """Levels at the end of a month; arrays over countries, in agents where people are counted."""

    stock: NDArray[np.int64]
    native: NDArray[np.int64]
    jobless: NDArray[np.int64]
    payroll: F64
    supply: NDArray[np.int64]
    demand: F64


class Recorder:
    """Keeps the levels and counts of each month and builds the tables people read."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.months: list[int] = []
        self.levels: list[Snapshot] = []
        self.counts: list[Counters] = []
        self.years: dict[int, Counters] = {}
        self.waiting: dict[int, NDArray[np.int64]] = {}
        self.stay: dict[int, F64] = {}
        self.employers: list[dict[str, Any]] = []
        self.odds: dict[int, F64] = {}
        self.record()

    # writing ------------------------------------------------------------------------------

    def record(self) -> None:
        """Read the world at the end of a month and start new counters."""
        world = self.world
        self.months.append(world.month)
        self.levels.append(_snapshot(world))
        counts = world.counters
        year = world.month // MONTHS
        if len(self.months) > 1:
            flows = counts.flows
            yearly = self.years.setdefault(year, _empty(world))
            yearly.add(counts)
            # months keep only totals by country; yearly flows keep the corridors
            counts.flows = np.stack((flows[0].sum(axis=0), flows[0].sum(axis=1)))
        self.counts.append(counts)
        world.counters = _empty(world)
        if world.month % MONTHS == MONTHS - 1:
            self._record_year(year)

    def _record_year(self, year: int) -> None:
        world = self.world
        self.waiting[year] = np.bincount(
            world.cases.scheme, minlength=len(world.rules.schemes)
        )
        if len(self.months) > 1:
            self.stay[year] = _stay_rate(world, year)
        employers = world.employers
        self.employers.append(
            {
                "year": year,
                "kind": employers.kind.copy(),
                "country": employers.country.copy(),
                "heads": employers.heads.copy(),
                "payroll": employers.payroll.copy(),
                "technology": employers.technology.copy(),
                "cash": employers.cash.copy(),
            }
        )

    # reading ------------------------------------------------------------------------------

    def national(self) -> pd.DataFrame:
        """Measures by period and country, months and years in one table."""
        frames = []
        for position in range(len(self.months)):
            frames.append(self._period(month_text(self.months[position]), position, position))
        for first, last in self._years():
            frames.append(self._period(str(self.months[last] // MONTHS), first, last))
        if self.months[0] % MONTHS == MONTHS - 1:
            frames.append(self._period(str(self.months[0] // MONTHS), 0, 0))
        return pd.concat(frames, ignore_index=True)

    def _years(self) -> list[tuple[int, int]]:
        """First and last position of each calendar year; a run may begin or end within one."""
        years: dict[int, list[int]] = {}
        for position in range(1, len(self.months)):
            years.setdefault(self.months[position] // MONTHS, []).append(position)
        return [(places[0], places[-1]) for places in years.values()]

    def _period(self, name: str, first: int, last: int) -> pd.DataFrame:
        world = self.world
        countries = [*world.tables.countries, "WLD"]
        values = self._measures(first, last)
        names = [measure for measure in values if measure in BY_NAME]
        size = len(countries)
        return pd.DataFrame(
            {
                "period": np.full(size * len(names), name, dtype=object),
                "country": np.tile(np.array(countries, dtype=object), len(names)),
                "measure": np.repeat(np.array(names, dtype=object), size),
                "unit": np.repeat(
                    np.array([BY_NAME[measure].unit for measure in names], dtype=object), size
                ),
                "value": np.concatenate([values[measure] for measure in names]),
            }
        )

    def _measures(self, first: int, last: int) -> dict[str, F64]:
        world, scale = self.world, self.world.persons_per_agent
        level = self.levels[last]
        before = self.levels[max(first - 1, 0)].stock
        values: dict[str, F64] = {"stock": _with_world(level.stock * scale)}
        if last > 0:
            counts = self.counts[first : last + 1]
            inflow = np.sum([count.flows[0] for count in counts], axis=0)
            outflow = np.sum([count.flows[1] for count in counts], axis=0)
            net = _with_world((inflow - outflow).astype(float))
            start = _with_world(before)
            per_researcher = _rate(net * 1e4, start, start)
            stock = world.tables.country["stock"]
            share = world.tables.country["ai_concentration"]
            share = np.append(share, (share * stock).sum() / stock.sum())
            values |= {
                "inflow": _with_world(inflow * scale),
                "outflow": _with_world(outflow * scale),
                "net": net * scale,
                "graduates": _with_world(sum(count.graduates for count in counts) * scale),
                "exits": _with_world(sum(count.exits for count in counts) * scale),
                "net_per_10k_researchers": per_researcher,
                "net_per_10k_workforce": per_researcher * share,
            }
        working = _with_world(level.stock - level.jobless)
        all_here = _with_world(level.stock)
        values |= {
            "mean_pay": _rate(_with_world(level.payroll), working, working),
            "mismatch": _mismatch(level),
            "foreign_born_share": _rate(
                _with_world(level.stock - level.native), all_here, all_here
            ),
        }
        year = self.months[last] // MONTHS
        if last > first and self.months[last] % MONTHS == MONTHS - 1 and year in self.stay:
            values["stay_rate_5y"] = self.stay[year]
        values["unemployed"] = _with_world(level.jobless * scale)
        return values

    def flows(self) -> pd.DataFrame:
        """Persons by year, origin, destination and group; zero flows are left out."""
        codes = np.array(self.world.tables.countries, dtype=object)
        frames = []
        for year, counts in sorted(self.years.items()):
            group, origin, destination = np.nonzero(counts.flows)
            frames.append(
                pd.DataFrame(
                    {
                        "year": np.full(group.size, year, dtype=np.int64),
                        "origin": codes[origin],
                        "destination": codes[destination],
                        "group": np.array(GROUPS, dtype=object)[group],
                        "persons": counts.flows[group, origin, destination]
                        * self.world.persons_per_agent,
                    }
                )
            )
        columns = ["year", "origin", "destination", "group", "persons"]
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)

    def visas(self) -> pd.DataFrame:
        """The visa pipeline by year and scheme, in persons."""
        world = self.world
        keys = sorted({(scheme.country, scheme.id) for scheme in world.rules.schemes})
        place = {key: number for number, key in enumerate(keys)}
        row = np.array([place[scheme.country, scheme.id] for scheme in world.rules.schemes])
        scale = world.persons_per_agent
        rows = []
        names = ("applications", "grants", "refusals", "withdrawn", "places")
        for year in sorted({*self.years, *self.waiting}):
            counts = self.years.get(year)
            sums = {
                name: np.bincount(row, getattr(counts, name), len(keys)) * scale
                if counts is not None
                else np.zeros(len(keys))
                for name in names
            }
            waiting = self.waiting.get(year)
            if waiting is None:
                waiting = np.bincount(world.cases.scheme, minlength=row.size)
            sums["waiting"] = np.bincount(row, waiting, len(keys)) * scale
            for number, (country, scheme) in enumerate(keys):
                if any(values[number] for values in sums.values()):
                    rows.append(
                        {"year": year, "country": country, "scheme": scheme}
                        | {name: sums[name][number] for name in sums}
                    )
        order = ["year", "country", "scheme", "applications", "grants", "refusals", "withdrawn",
                 "waiting", "places"]
        return pd.DataFrame(rows, columns=order)

    def employers_table(self) -> pd.DataFrame:
        """Employers at the end of each year."""
        world = self.world
        frames = []
        for entry in self.employers:
            size = entry["heads"].size
            heads = np.maximum(entry["heads"], 1)
            frames.append(
                pd.DataFrame(
                    {
                        "year": np.full(size, entry["year"], dtype=np.int64),
                        "employer": np.array(world.employers.names[:size], dtype=object),
                        "kind": np.array(EMPLOYER_KINDS, dtype=object)[entry["kind"]],
                        "country": np.array(world.tables.countries, dtype=object)[
                            entry["country"]
                        ],
                        "researchers": entry["heads"] * world.persons_per_agent,
                        "mean_pay_usd": np.where(
                            entry["heads"] > 0, entry["payroll"] * (MONTHS / 100) / heads, np.nan
                        ),
                        "technology": entry["technology"],
                        "cash_usd": entry["cash"] / 100 * world.persons_per_agent,
                    }
                )
            )
        columns = ["year", "employer", "kind", "country", "researchers", "mean_pay_usd",
                   "technology", "cash_usd"]
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)

    def sampling_error(self) -> pd.DataFrame:
        """Half-width of a 95 % interval of yearly net flow from counting alone, in persons.

        Moves are taken as independent: 1.96 · scale · sqrt(inflow + outflow + 1), in agents.
        """
        rows = []
        for first, last in self._years():
            counts = self.counts[first : last + 1]
            moves = np.sum([count.flows.sum(axis=0) for count in counts], axis=0)
            error = 1.96 * self.world.persons_per_agent * np.sqrt(moves + 1.0)
            for country, value in zip(self.world.tables.countries, error, strict=True):
                year = str(self.months[last] // MONTHS)
                rows.append((year, country, "net", float(value)))
        return pd.DataFrame(rows, columns=["period", "country", "measure", "error"])


def _empty(world: World) -> Counters:
    return Counters.empty(world.countries, len(world.rules.schemes))


def _snapshot(world: World) -> Snapshot:
    employers = world.employers
    country = employers.country.astype(np.int64)
    demand = np.zeros((world.countries, employers.mix.shape[1]))
    np.add.at(demand, country, employers.mix * employers.heads[:, None])
    return Snapshot(
        stock=world.stock(),
        native=world.compatriots.diagonal().copy(),
        jobless=world.jobless.copy(),
        payroll=np.asarray(
            np.bincount(country, employers.payroll, world.countries) * (MONTHS / 100), np.float64
        ),
        supply=world.fields.copy(),
        demand=demand,
    )


def _with_world(values: Any) -> F64:
    """Country values with their sum at the end."""
    numbers = np.asarray(values, dtype=np.float64)
    return np.append(numbers, numbers.sum())


def _rate(top: F64, bottom: F64, agents: F64) -> F64:
    """top / bottom, blank where fewer than 30 agents stand behind it."""
    enough = agents >= LEAST_AGENTS
    return np.where(enough, top / np.maximum(bottom, 1e-9), np.nan)


def _mismatch(level: Snapshot) -> F64:
    supply = np.vstack((level.supply, level.supply.sum(axis=0))).astype(np.float64)
    demand = np.vstack((level.demand, level.demand.sum(axis=0)))
    agents = supply.sum(axis=1)
    gap = supply / np.maximum(agents, 1.0)[:, None]
    gap = gap - demand / np.maximum(demand.sum(axis=1), 1e-9)[:, None]
    return np.where(agents >= LEAST_AGENTS, 0.5 * np.abs(gap).sum(axis=1), np.nan)


def _stay_rate(world: World, year: int) -> F64:
    """Share of a cohort of foreign-born entrants still where they studied."""
    people = world.researchers
    cohort = (year - STAY_YEARS) * MONTHS
    entered = people.degree_month.astype(np.int64)
    joined = (entered >= cohort) & (entered < cohort + MONTHS) & (cohort >= world.start)
    rows = np.flatnonzero(joined & (people.birth_country != people.study_country))
    study = people.study_country[rows].astype(np.int64)
    here = people.country[rows] == study
    total = _with_world(np.bincount(study, minlength=world.countries))
    stayed = _with_world(np.bincount(study, here, world.countries))
    return _rate(stayed, total, total)


