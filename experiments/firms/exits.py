"""Who is acquired against matched ordinary hires: gone from the firm within twelve months.

Alone: ``python -m experiments.firms.exits --seeds 3 --set group.name=value``.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from agents.chance import decision_key, uniform
from agents.employers import MONTHS, EmployerKind
from experiments.firms.findings import Finding, text
from experiments.firms.worlds import (
    LAST_YEAR,
    Estimate,
    FirmWorld,
    Settings,
    contrast,
    market,
    months,
    ratio,
    settings_of,
    worlds_of,
)
from experiments.shared_out import Progress, shared_out
from model.month.deal_search import teams_of
from model.world import World

I64 = NDArray[np.int64]
WATCHED = MONTHS
"""Months for which each is followed."""
QUARTER = 3
CONTROLS = 3
"""Ordinary hires to one who was acquired, at the most."""
PAY_APART, AGE_APART = 0.25, 5.0
"""Most log points of pay and years of age between two who are matched."""
TOP = 0.9
"""Top earners are paid more than this share of the private jobs of their country."""
COLUMNS = ("id", "luck", "month", "employer", "firm", "kind", "country", "pay", "age", "fit",
           "acquired", "led", "rank", "fate", "left")  # fmt: skip
THERE, GONE, TAKEN_ON = 0, 1, 2
"""Still with the firm; gone from it; taken over by another firm in a later deal."""
PUBLISHED = {"acquired": 33.0, "ordinary": 12.0}
SOURCE = "Kim, Predictable Exodus (Census, about 4,000 deals)"


class ExitWatch:
    """Everybody who begins with a private firm, and what has become of them twelve months later.

    It reads the world at the end of each month and never writes. Who leaves the profession or the
    country is gone, too, as in records of employers; who goes to another site of the firm is not.
    """

    def __init__(self, last: int) -> None:
        self.last = last
        self._before = np.full(0, -1, dtype=np.int64)  # firm by number of the person
        self._leaders = np.zeros(0, dtype=np.int64)  # who speaks for a startup in a deal
        self._open = pd.DataFrame()
        self._done: list[pd.DataFrame] = []

    def see(self, world: World) -> None:
        """Look up those who are followed, then take down this month's hires."""
        self._follow(world)
        if world.month <= self.last:
            new = self._hires(world)
            self._open = pd.concat([self._open, new], ignore_index=True) if len(new) else self._open
        people, young = world.researchers, world.ventures
        self._leaders = leaders_of(world, young.employer[young.open_rows()].astype(np.int64))
        self._before = np.full(people.next_id, -1, dtype=np.int64)
        held = people.employer >= 0
        self._before[people.id[held]] = world.employers.firm[people.employer[held]]

    def _follow(self, world: World) -> None:
        if self._open.empty:
            return
        followed, people = self._open, world.researchers
        row = people.row_of(followed["id"].to_numpy()).astype(np.int64)
        employer = np.where(row >= 0, people.employer[row], -1).astype(np.int64)
        same = employer == followed["employer"].to_numpy()
        same |= world.employers.firm[employer] == followed["firm"].to_numpy()
        away = ~(same & (employer >= 0))
        taken = away & (employer >= 0) & people.by_deal[row] & (people.hired[row] == world.month)
        followed.loc[away, "fate"] = np.where(taken[away], TAKEN_ON, GONE)
        followed.loc[away, "left"] = world.month - followed.loc[away, "month"]
        over = away | (world.month - followed["month"].to_numpy() >= WATCHED)
        self._done.append(followed[over])
        self._open = followed[~over].reset_index(drop=True)

    def _hires(self, world: World) -> pd.DataFrame:
        people, employers = world.researchers, world.employers
        rows = np.flatnonzero((people.hired == world.month) & (people.employer >= 0))
        employer = people.employer[rows].astype(np.int64)
        ids = people.id[rows]
        before = np.full(people.next_id, -1, dtype=np.int64)
        before[: self._before.size] = self._before
        private = employers.kind[employer] != EmployerKind.PUBLIC_RESEARCH
        # from one site of a firm to another is no hire
        private &= before[ids] != employers.firm[employer]
        rows, employer, ids = rows[private], employer[private], ids[private]
        return pd.DataFrame({
            "id": ids, "luck": uniform(
                decision_key(world.seed, "experiment: match"), people.key[rows]
            ),
            "month": world.month, "employer": employer, "firm": employers.firm[employer],
            "kind": employers.kind[employer], "country": people.country[rows],
            "pay": people.pay[rows].astype(float), "age": world.age_years(rows),
            "fit": people.fit[rows].astype(float), "acquired": people.by_deal[rows],
            "led": np.isin(ids, self._leaders),
            "rank": pay_rank(world, rows), "fate": THERE, "left": 0,
        })  # fmt: skip

    def seen(self) -> pd.DataFrame:
        """Everybody who was followed to the end, a row a hire; who was taken on is left out."""
        if not self._done:
            return self._open.reindex(columns=COLUMNS)
        found = pd.concat(self._done, ignore_index=True)
        return found[found["fate"] != TAKEN_ON].reset_index(drop=True)


def leaders_of(world: World, employers: I64) -> I64:
    """Numbers of those who speak for startups, one a team: the founder, or else the ablest."""
    teams = teams_of(world, np.sort(employers))
    return np.asarray(world.researchers.id[teams.members[teams.first[teams.heads > 0]]])


def pay_rank(world: World, rows: I64) -> NDArray[np.float64]:
    """Share of the private jobs of the country that are paid less than each person."""
    people, employers = world.researchers, world.employers
    job = np.flatnonzero(people.employer >= 0)
    job = job[employers.kind[people.employer[job]] != EmployerKind.PUBLIC_RESEARCH]
    rank = np.zeros(rows.size)
    for country in np.unique(people.country[rows]):
        paid = np.sort(people.pay[job[people.country[job] == country]])
        here = people.country[rows] == country
        rank[here] = np.searchsorted(paid, people.pay[rows[here]]) / paid.size
    return rank


def matched(hires: pd.DataFrame) -> pd.DataFrame:
    """Those acquired for whom an ordinary hire is found, with the share of their matches gone.

    Who led the startup agreed to the deal and is left out, as founders are in the record.
    Matches are of the same country, quarter and kind of employer, near in pay and age; none is used
    twice. Those acquired choose in the order of their luck, the nearest first.

    Returns
    -------
    DataFrame
        A row an acquired person: ``gone, matches_gone, matches, rank, fit, matches_fit``.
    """
    cells = ["country", "quarter", "kind"]
    table = hires.assign(quarter=hires["month"] // QUARTER, acquired=hires["acquired"].astype(bool))
    pool = {cell: group for cell, group in table[~table["acquired"]].groupby(cells)}
    found: list[tuple[float, ...]] = []
    for cell, group in table[table["acquired"] & ~table["led"].astype(bool)].groupby(cells):
        others = pool.get(cell)
        if others is not None:
            found += _pairs(group, others)
    return pd.DataFrame(found, columns=["gone", "matches_gone", "matches", "rank", "fit",
                                        "matches_fit"])  # fmt: skip


def _pairs(acquired: pd.DataFrame, others: pd.DataFrame) -> list[tuple[float, ...]]:
    """Matches within one cell."""
    pay, age = np.log(others["pay"].to_numpy()), others["age"].to_numpy()
    gone, fit = others["fate"].to_numpy() == GONE, others["fit"].to_numpy()
    free = np.ones(len(others), dtype=bool)
    found: list[tuple[float, ...]] = []
    for one in acquired.sort_values("luck").itertuples():
        by_pay = np.abs(pay - np.log(one.pay)) / PAY_APART
        by_age = np.abs(age - one.age) / AGE_APART
        near = np.flatnonzero(free & (by_pay <= 1.0) & (by_age <= 1.0))
        if near.size == 0:
            continue
        near = near[np.argsort((by_pay + by_age)[near], kind="stable")][:CONTROLS]
        free[near] = False
        found.append((float(one.fate == GONE), float(gone[near].mean()), float(near.size),
                      float(one.rank), float(one.fit), float(fit[near].mean())))  # fmt: skip
    return found


def observed(world: FirmWorld) -> pd.DataFrame:
    """One world from 2019 to 2025, its hires followed for a year each and matched."""
    lived = market(world)
    watch = ExitWatch(last=(LAST_YEAR + 1) * MONTHS - 1 - WATCHED)
    for _ in months(lived):
        watch.see(lived.world)
    hires = watch.seen()
    return matched(hires).assign(
        seed=world.seed, acquired=int(hires["acquired"].sum()),
        all_ordinary=float((hires.loc[~hires["acquired"], "fate"] == GONE).mean()),
    )  # fmt: skip


class Exits(NamedTuple):
    """Exit within twelve months, in per cent, each with its interval over seeds."""

    acquired: Estimate
    ordinary: Estimate
    """Of the matches."""
    gap: Estimate
    """Points between the two."""
    top_acquired: Estimate
    top_ordinary: Estimate
    top_gap: Estimate
    more_at_top: Estimate
    """The gap of top earners less that of the others, points."""
    rise_with_pay: Estimate
    """Of the gap from the lowest to the highest paid, points, by least squares on ranks of pay."""
    fit_gap: Estimate
    """Mean fit of those acquired less that of their matches, standard deviations."""
    people: int
    """Acquired people who were matched, in agents, over all seeds."""
    top_people: int

    def sentence(self) -> str:
        """What was found, in words."""
        return (
            f"Of acquired people {text(self.acquired)} % leave within a year, of matched "
            f"ordinary hires {text(self.ordinary)} %, a gap of {text(self.gap)} points "
            f"({self.people:,} acquired, {self.acquired.seeds} seeds; published 33 and 12 %). "
            f"Among top earners the gap is {text(self.top_gap)} points "
            f"({self.top_people:,} acquired)."
        )

    def table(self) -> pd.DataFrame:
        """One row a group: exit of acquired people, of their matches, and the gap."""
        groups = (("all", self.acquired, self.ordinary, self.gap, self.people),
                  ("top earners", self.top_acquired, self.top_ordinary, self.top_gap,
                   self.top_people))  # fmt: skip
        return pd.DataFrame([
            {"group": name, "people": people, **{
                f"{kind}{part}": getattr(one, field)
                for kind, one in zip(("acquired", "ordinary", "gap"), found, strict=True)
                for part, field in (("", "value"), ("_low", "low"), ("_high", "high"))
            }}
            for name, *found, people in groups
        ])  # fmt: skip


def judged(tables: Sequence[pd.DataFrame]) -> Exits:
    """Estimates from the matches of some worlds, a table a world."""
    tables = [_with_gap(one) for one in tables]
    tops = [one[one["rank"] >= TOP] for one in tables]
    rest = [one[one["rank"] < TOP] for one in tables]
    everybody, top = _three(tables), _three(tops)
    return Exits(
        everybody[0], everybody[1], everybody[2], top[0], top[1], top[2],
        contrast(_sums(tops, "gap"), _sums(rest, "gap")), ratio([_slope(one) for one in tables]),
        ratio(_sums(tables, "fit_gap", 1.0)),
        sum(map(len, tables)), sum(map(len, tops)),
    )


def _with_gap(matches: pd.DataFrame) -> pd.DataFrame:
    return matches.assign(gap=matches["gone"] - matches["matches_gone"],
                          fit_gap=matches["fit"] - matches["matches_fit"])  # fmt: skip


def _slope(table: pd.DataFrame) -> tuple[float, float]:
    """What the gap and ranks of pay have in common, per cent, and what ranks have with themselves.

    Their ratio over several worlds is the slope of a line in each, the same in all.
    """
    apart = table["rank"] - table["rank"].mean()
    return 100.0 * float((apart * table["gap"]).sum()), float((apart**2).sum())


def _three(tables: Sequence[pd.DataFrame]) -> list[Estimate]:
    """Exit of those acquired, of their matches, and the gap."""
    return [ratio(_sums(tables, column)) for column in ("gone", "matches_gone", "gap")]


def _sums(
    tables: Sequence[pd.DataFrame], column: str, unit: float = 100.0
) -> list[tuple[float, float]]:
    """The sum of a column and its length in each table; per cent unless told."""
    return [(unit * float(one[column].sum()), float(len(one))) for one in tables]


def rises_more(default: Sequence[pd.DataFrame], other: Sequence[pd.DataFrame]) -> Estimate:
    """Rise of the gap with pay in some worlds less that in others of the same luck, points."""
    one, two = ([_slope(_with_gap(table)) for table in tables] for tables in (default, other))
    return contrast(one, two)


def findings(default: Exits, alike: Exits, more: Estimate) -> list[Finding]:
    """What is published of exits, that the gap is fit's, and why it rises with pay.

    Parameters
    ----------
    more
        How much more it does than where fit counts for people alone, as from :func:`rises_more`.
    """
    return [
        Finding("exits", "acquired people gone within a year, %", default.acquired, "", None,
                PUBLISHED["acquired"]),
        Finding("exits", "matched ordinary hires gone within a year, %", default.ordinary, "", None,
                PUBLISHED["ordinary"]),
        Finding("exits", "gap between the two, points", default.gap, "", 1),
        Finding("exits", "gap of top earners less that of others, points", default.more_at_top, "",
                1),
        Finding("exits", "rise of the gap from the lowest to the highest paid, points",
                default.rise_with_pay, "", 1),
        Finding("exits", "that rise less that where fit counts for people alone, points", more, "",
                1),
        Finding("exits", "gap where the fit of acquired people is drawn alike, points", alike.gap,
                "", 0),
    ]  # fmt: skip


def acquired_against_ordinary(
    settings: Settings, seeds: int, persons_per_agent: float, workers: int = 1,
    progress: Progress | None = None,
) -> Exits:
    """Exit of acquired people and of matched ordinary hires, in worlds with seeds 1 to so many.

    Parameters
    ----------
    settings
        ``group.name`` → value, on top of the defaults with firms that act.
    """
    worlds = worlds_of(settings, seeds, persons_per_agent)
    return judged(shared_out(observed, worlds, workers, progress))


def main(arguments: Sequence[str] | None = None) -> None:
    """Print exits under some settings."""
    parser = argparse.ArgumentParser(prog="python -m experiments.firms.exits",
                                     description=acquired_against_ordinary.__doc__)  # fmt: skip
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--persons-per-agent", type=float, default=50.0)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--set", nargs="*", default=[], metavar="GROUP.NAME=VALUE")
    chosen = parser.parse_args(arguments)
    found = acquired_against_ordinary(
        settings_of(chosen.set), chosen.seeds, chosen.persons_per_agent, chosen.workers
    )
    print(found.sentence())
    print(f"Gap at the top less that of others: {text(found.more_at_top)} points; rise with pay "
          f"{text(found.rise_with_pay)}; fit of acquired "
          f"people less that of matches: {text(found.fit_gap, 2)}.")  # fmt: skip


if __name__ == "__main__":
    main()
