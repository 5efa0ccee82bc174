"""The recorder: keeps the levels and counts of each month and builds the tables people read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from agents.employers import MONTHS
from agents.levers import EMPLOYER_KINDS, month_text
from model.statistics import levels
from model.statistics.groups import group_frame
from model.statistics.levels import Snapshot, YearEnd, snapshot, year_end
from model.statistics.measures import BY_NAME, F64
from model.statistics.national import Period, Year, national_values
from model.world import GROUPS, I64, Counters, World

COHORTS = (1, 5)
"""Years after which one asks who is still there."""


class Lately(NamedTuple):
    """What people did in the last months, in persons."""

    months: int
    """How many, at most twelve."""
    grants: Mapping[tuple[str, str], float]
    """Visas granted by slug and tier of the scheme."""
    home: F64
    """Who came home, by country."""
    left: F64


class Recorder:
    """Keeps the levels and counts of each month and builds the tables people read."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.months: list[int] = []
        self.levels: list[Snapshot] = []
        self.counts: list[Counters] = []
        self.years: dict[int, Counters] = {}
        self.waiting: dict[int, I64] = {}
        self.ends: dict[int, tuple[YearEnd, dict[str, F64], dict[str, F64]]] = {}
        self.employers: list[dict[str, Any]] = []
        self.record()

    KEPT = ("months", "levels", "counts", "years", "waiting", "ends", "employers")
    """What it remembers of the past."""

    def kept(self) -> dict[str, Any]:
        """All it remembers, by name."""
        return {name: getattr(self, name) for name in self.KEPT}

    @classmethod
    def resumed(cls, world: World, kept: Mapping[str, Any]) -> Recorder:
        """The recorder of a world whose past was recorded."""
        recorder = cls.__new__(cls)
        vars(recorder).update(kept, world=world)
        return recorder

    # writing ------------------------------------------------------------------------------

    def record(self) -> None:
        """Read the world at the end of a month and start new counters."""
        world = self.world
        self.months.append(world.month)
        self.levels.append(snapshot(world))
        counts, fresh = world.counters, _empty(world)
        if len(self.months) > 1:
            flows = counts.flows
            year = world.month // MONTHS
            if year not in self.years:
                self.years[year] = _empty(world)
            self.years[year].add(counts)
            # months keep only totals by country; yearly flows keep the corridors
            counts.flows = np.stack((flows[0].sum(axis=0), flows[0].sum(axis=1)))
            # by far the largest of the counters is cleared and used again
            flows[:] = 0
            fresh.flows = flows
        self.counts.append(counts)
        world.counters = fresh
        is_december = world.month % MONTHS == MONTHS - 1
        if is_december or len(self.months) == 1:
            place = len(self.months) - 1
            self.ends[place] = self._year_end()
        if is_december:
            self._record_year(world.month // MONTHS)

    def _year_end(self) -> tuple[YearEnd, dict[str, F64], dict[str, F64]]:
        """Groups of people now, and measures that need a pass over everybody, also by group."""
        world = self.world
        extra = levels.pay_percentiles(world) | levels.concentration(world)
        by_group = dict[str, F64]()
        year, month = divmod(world.month, MONTHS)
        if len(self.months) > 1:
            since = max(year * MONTHS, world.start)
            extra["other_discipline_hired_share"] = levels.hired_share(world, since)
            for age in COHORTS:
                stayed, kept = self._cohort(year - age, is_over=month == MONTHS - 1)
                extra |= {f"stay_rate_{age}y": stayed[0], f"retention_{age}y": kept}
                by_group[f"stay_rate_{age}y"] = stayed
        return year_end(world), extra, by_group

    def _cohort(self, cohort: int, is_over: bool) -> tuple[F64, F64]:
        """Who of a year's entrants, by group, and movers is still there; blank before one knows."""
        world = self.world
        stayed = np.full((len(GROUPS), world.countries + 1), np.nan)
        kept = stayed[0]
        if is_over and cohort * MONTHS >= world.start:  # lived from the first month
            stayed = levels.stay_rate(world, cohort)
            kept = levels.retention(world, cohort, self.years[cohort].flows[0].sum(axis=0))
        return stayed, kept

    def _record_year(self, year: int) -> None:
        world = self.world
        self.waiting[year] = np.bincount(
            world.cases.scheme, minlength=len(world.rules.schemes)
        )
        employers, ventures = world.employers, world.ventures
        there = np.ones(employers.count, dtype=bool)
        there[ventures.employer[ventures.closed > 0]] = False
        rows = np.flatnonzero(there)
        columns = ("kind", "country", "heads", "payroll", "technology", "cash")
        self.employers.append(
            {"year": year, "row": rows}
            | {name: getattr(employers, name)[rows] for name in columns}
        )

    # reading ------------------------------------------------------------------------------

    def national(self) -> pd.DataFrame:
        """Measures by period and country, months and years in one table."""
        months = [
            Period(month_text(month), *self._between(place, place))
            for place, month in enumerate(self.months)
        ]
        return pd.concat(
            [self._national(period) for period in (*months, *self._years())], ignore_index=True
        )

    def groups(self) -> pd.DataFrame:
        """Measures by year, country and group: the ablest, and each field."""
        return group_frame(
            self.world,
            [
                (year, self.years[year.number] if year.counts else None)
                for year in self._years()
            ],
        )

    def _spans(self) -> list[tuple[int, int]]:
        """First and last position of each calendar year; a run may begin or end within one."""
        years: dict[int, list[int]] = {}
        for position in range(1, len(self.months)):
            years.setdefault(self.months[position] // MONTHS, []).append(position)
        return [(places[0], places[-1]) for places in years.values()]

    def _between(
        self, first: int, last: int
    ) -> tuple[Snapshot, Snapshot, list[Counters]]:
        """Levels before and after some months, and their counts; nothing counts at the opening."""
        counts = self.counts[first : last + 1] if last > 0 else []
        return self.levels[max(first - 1, 0)], self.levels[last], counts

    def _years(self) -> list[Year]:
        """The years of the run, then the one before it, where that was closed."""
        spans = self._spans()
        if self.months[0] % MONTHS == MONTHS - 1:
            spans.append((0, 0))
        return [self._year(first, last) for first, last in spans]

    def _year(self, first: int, last: int) -> Year:
        number = self.months[last] // MONTHS
        before, *_ = self.ends[max(first - 1, 0)]
        # a year that is not over yet is read as it stands
        end = self.ends[last] if last in self.ends else self._year_end()
        return Year(str(number), *self._between(first, last), number, before, *end)

    def _national(self, period: Period) -> pd.DataFrame:
        countries = [*self.world.tables.countries, "WLD"]
        values = national_values(self.world, period)
        names = [name for name in BY_NAME if name in values]
        size = len(countries)
        units = [BY_NAME[name].unit for name in names]
        return pd.DataFrame(
            {
                "period": np.full(size * len(names), period.name, dtype=object),
                "country": np.tile(np.array(countries, dtype=object), len(names)),
                "measure": np.repeat(np.array(names, dtype=object), size),
                "unit": np.repeat(np.array(units, dtype=object), size),
                "value": np.concatenate([values[name] for name in names]),
            }
        )

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

    def latest(self) -> dict[str, F64]:
        """Every measure of the last month by country, the world last; flows only once one lived."""
        place = len(self.months) - 1
        period = Period(month_text(self.months[place]), *self._between(place, place))
        return national_values(self.world, period)

    # what governments look at ------------------------------------------------------------

    def full_years(self) -> list[int]:
        """Calendar years lived from January to December, oldest first."""
        return sorted(
            self.months[last] // MONTHS for first, last in self._spans()
            if last - first == MONTHS - 1
        )

    def figures(self, year: int) -> dict[str, F64]:
        """Measures of a full year by country, without blanks for the few."""
        first, last = next(
            span for span in self._spans() if self.months[span[1]] // MONTHS == year
        )
        before, level, counts = self._between(first, last)
        scale = self.world.persons_per_agent
        flows = np.sum([count.flows for count in counts], axis=0) * scale
        working = np.maximum(level.stock - level.jobless, 1)
        return {
            "stock": level.stock * scale, "stock_before": np.maximum(before.stock, 1) * scale,
            "inflow": flows[0], "outflow": flows[1],
            "graduates": np.sum([count.graduates for count in counts], axis=0) * scale,
            "mean_pay": level.payroll / working,
        }

    def lately(self) -> Lately:
        """What people did in the last twelve months, fewer where fewer were lived."""
        counts = self.counts[1:][-MONTHS:]
        granted = np.zeros(len(self.world.rules.schemes), dtype=np.int64)
        home = left = np.zeros(self.world.countries, dtype=np.int64)
        for count in counts:
            granted = granted + count.grants
            home, left = home + count.homecomings, left + count.flows[1]
        by_tier = dict[tuple[str, str], float]()
        scale = self.world.persons_per_agent
        for scheme, number in zip(self.world.rules.schemes, granted.tolist(), strict=True):
            key = (scheme.id, scheme.tier)
            by_tier[key] = by_tier.get(key, 0.0) + number * scale
        persons = (np.asarray(number * scale, dtype=np.float64) for number in (home, left))
        return Lately(len(counts), by_tier, *persons)

    def moved(self) -> I64:
        """Agents who moved so far by (origin, destination)."""
        moved = np.zeros((self.world.countries, self.world.countries), dtype=np.int64)
        for counts in self.years.values():
            moved += counts.flows[0]
        return moved

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
        names = np.array(world.employers.names, dtype=object)
        frames = []
        for entry in self.employers:
            size = entry["heads"].size
            heads = np.maximum(entry["heads"], 1)
            frames.append(
                pd.DataFrame(
                    {
                        "year": np.full(size, entry["year"], dtype=np.int64),
                        "employer": names[entry["row"]],
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
        for first, last in self._spans():
            counts = self.counts[first : last + 1]
            moves = np.sum([count.flows.sum(axis=0) for count in counts], axis=0)
            error = 1.96 * self.world.persons_per_agent * np.sqrt(moves + 1.0)
            for country, value in zip(self.world.tables.countries, error, strict=True):
                year = str(self.months[last] // MONTHS)
                rows.append((year, country, "net", float(value)))
        return pd.DataFrame(rows, columns=["period", "country", "measure", "error"])


def _empty(world: World) -> Counters:
    return Counters.empty(world.countries, len(world.rules.schemes))
