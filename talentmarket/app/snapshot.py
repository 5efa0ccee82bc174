"""Snapshot: the figures of one moment, frozen, so that pictures never read a world that moves."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import talentmarket
from agents.country_levers import COUNTRY_LEVERS, lever_text
from agents.employers import CENTS, MONTHS
from agents.levers import EMPLOYER_KINDS, FIELDS, Scheme, month_text
from agents.policies import Change
from experiments.digest import WORLD
from model import tables
from model.statistics.measures import LEAST_AGENTS
from model.statistics.national import workforce_share
from talentmarket.app import ties
from talentmarket.app.session import YEAR, Figures, Pairs, Session, difference
from talentmarket.app.ties import Ties

F64 = NDArray[np.float64]

SERIES = ("stock", "inflow", "outflow", "net", "mean_pay", "mismatch", "foreign_born_share",
          "unemployed", "startups")  # fmt: skip
EMPLOYERS_SHOWN = 40


@dataclasses.dataclass(frozen=True, eq=False)
class Snapshot:
    """What the page shows of a world; nothing in it changes any more.

    Arrays over countries have the world in their last place; months run from the opening on.
    """

    scenario: str
    title: str
    seed: int
    persons_per_agent: float
    agents: int
    policies: tuple[str, ...]
    version: str
    first_month: int
    month: int
    end_month: int
    countries: tuple[str, ...]
    names: tuple[str, ...]
    """English names, those of ``countries``."""
    series: Mapping[str, F64]
    """Measures by month, shape (months, countries + 1)."""
    twin: Mapping[str, F64] | None
    """The same of the untouched twin, from the month of the fork on."""
    fork_month: int | None
    difference: Mapping[str, F64] | None
    """``net`` cumulated since the fork and ``stock``, with the changes less without, persons."""
    counting_error: Mapping[str, F64] | None
    """Half-width of the 95 % interval if the twins were strangers to each other."""
    pairs: Pairs | None
    changes: tuple[Change, ...]
    new_schemes: tuple[Scheme, ...]
    """Those that were opened on the page."""
    pending: int
    """How many of the changes and new schemes are not yet in force."""
    decided: int
    """How often something was decided before it was taken."""
    ledger: pd.DataFrame
    flows: F64
    """Persons who moved in the last twelve months, or fewer where fewer were lived."""
    flow_months: int
    since: F64 | None
    """Persons who moved since the month of the fork, by (origin, destination)."""
    since_twin: F64 | None
    """The same in the twin."""
    workforce_share: F64
    supply: F64
    """Share of each field among residents, shape (countries, fields)."""
    demand: F64
    levers: Mapping[str, tuple[Any, ...]]
    """Value of each lever by country, as a person would write it."""
    schemes: tuple[Scheme, ...]
    """Those that are open, or open next month."""
    visas: pd.DataFrame
    employers: pd.DataFrame
    deals: pd.DataFrame
    ties: Ties | None
    """A layer of the network, where one was asked for."""

    @property
    def months(self) -> NDArray[np.int64]:
        """Month numbers of the series."""
        return np.arange(self.first_month - 1, self.month + 1)

    @property
    def over(self) -> bool:
        """Whether the last month of the scenario was lived."""
        return self.month >= self.end_month

    def place(self, country: str) -> int:
        """Where a country, or the world, stands in the arrays."""
        return len(self.countries) if country == WORLD else self.countries.index(country)

    def name(self, country: str) -> str:
        """English name of a country, or of the world."""
        return "World" if country == WORLD else self.names[self.place(country)]

    def last_year(self, measure: str) -> F64:
        """Sum of a count over the last twelve months, by country."""
        values = self.series[measure][1:][-YEAR:]
        return np.asarray(values.sum(axis=0)) if len(values) else np.zeros(len(self.countries) + 1)

    @functools.cached_property
    def rates(self) -> F64:
        """Net inflow of the last twelve months per 10,000 who lived there before them, by month.

        Blank before twelve months were lived, and for countries of fewer than 30 agents.
        """
        return yearly_rates(self.series["net"], self.series["stock"], self.persons_per_agent)

    def source(self) -> str:
        """Where a picture comes from, enough to draw it again."""
        policies = f", policies {', '.join(self.policies)}" if self.policies else ""
        number = len(self.changes) + len(self.new_schemes)
        changed = f", {number} change(s) on the page" if number else ""
        return (
            f"Source: Talent Market {self.version}, scenario {self.scenario}, seed {self.seed}, "
            f"{self.persons_per_agent:g} persons per agent{policies}{changed}; "
            f"{month_text(self.month)}. One run is one draw."
        )


def yearly_rates(net: F64, stock: F64, persons_per_agent: float) -> F64:
    """Net inflow over twelve months per 10,000 of the stock before them, by month and country."""
    rates = np.full(net.shape, np.nan)
    if len(net) > YEAR:
        sums = np.cumsum(net, axis=0)
        before = stock[:-YEAR]
        enough = before >= LEAST_AGENTS * persons_per_agent
        flows = sums[YEAR:] - sums[:-YEAR]
        rates[YEAR:] = np.where(enough, 1e4 * flows / np.maximum(before, 1.0), np.nan)
    return rates


def take(
    session: Session, layer: str | None = None, centre: str | None = None,
    before: Ties | None = None,
) -> Snapshot:
    """The figures of a session as they stand now.

    Parameters
    ----------
    layer, centre
        A layer of ties to take along, and whose; see :func:`talentmarket.app.ties.read`.
    before
        Ties of the last snapshot: who was seen then stays in place.
    """
    with session.held():
        market, world = session.market, session.market.world
        scenario, scale = market.specification, market.persons_per_agent
        demand, deals = world.demand_by_field(), market.deals()
        moved = session.moved[-1] - session.moved[0]
        return Snapshot(
            scenario=scenario.name, title=scenario.title, seed=scenario.seed,
            persons_per_agent=scale, agents=len(market.researchers),
            policies=tuple(policy.name for policy in session.specification.policies),
            version=talentmarket.__version__, first_month=session.first_month,
            month=market.month, end_month=market.end_month,
            countries=tuple(market.tables.countries), names=_names(market.tables.countries),
            series=_series(session.history),
            twin=_series(session.twin_history) if session.twin is not None else None,
            fork_month=session.fork_month, **_differences(session), pairs=session.pairs,
            changes=session.changes, new_schemes=session.schemes,
            pending=len(session.pending) + len(session.pending_schemes), decided=session.decided,
            ledger=session.ledger,
            flows=frozen(moved * scale), flow_months=len(session.moved) - 1,
            **_since(session, scale),
            workforce_share=workforce_share(world),
            supply=frozen(_shares(world.fields)), demand=frozen(demand),
            levers=_levers(world), schemes=_open_schemes(market, market.month),
            visas=market.visas(), employers=_employers(world), deals=deals,
            ties=None if layer is None else ties.read(market, deals, layer, centre, before),
        )


def frozen(values: Any) -> F64:
    """Numbers that nobody can write to."""
    array = np.array(values, dtype=np.float64)
    array.setflags(write=False)
    return array


def _names(codes: Sequence[str]) -> tuple[str, ...]:
    known = tables.country_names()
    return tuple(known.get(code, code) for code in codes)


def _series(history: Sequence[Figures]) -> dict[str, F64]:
    """Measures by month; what is not counted at the opening is zero there."""
    blank = np.zeros_like(history[0]["stock"])
    return {
        name: frozen([figures.get(name, blank) for figures in history]) for name in SERIES
    }


def _differences(session: Session) -> dict[str, Any]:
    """The world less its twin, and the error it would have if they shared no luck."""
    if session.twin is None:
        return {"difference": None, "counting_error": None}
    lived = session.history[-len(session.twin_history):]
    net, stock = difference(lived, session.twin_history)
    moves = np.zeros_like(net)
    for month, both in enumerate(zip(lived, session.twin_history, strict=True)):
        if month:
            moves[month] = sum(figures["inflow"] + figures["outflow"] for figures in both)
    scale = session.market.persons_per_agent
    moved = np.cumsum(moves, axis=0) / scale
    # the same rule as `sampling_error` of a run, for the moves of both worlds together
    error = 1.96 * scale * np.sqrt(moved + 1.0)
    error[0] = 0.0
    return {
        "difference": {"net": frozen(net), "stock": frozen(stock)},
        "counting_error": {"net": frozen(error), "stock": frozen(error)},
    }


def _since(session: Session, scale: float) -> dict[str, Any]:
    """Flows since the fork, here and in the twin, persons."""
    here, twin = session.moved_since_fork() or (None, None)
    return {
        "since": None if here is None else frozen(here * scale),
        "since_twin": None if twin is None else frozen(twin * scale),
    }


def _shares(counts: NDArray[Any]) -> F64:
    total = counts.sum(axis=1, keepdims=True)
    return np.asarray(counts / np.maximum(total, 1))


def _levers(world: Any) -> dict[str, tuple[Any, ...]]:
    """Every lever of every country as it stands."""
    rows = range(world.countries)
    return {
        lever.name: tuple(lever_text(lever, world.levers.at(lever.name, row)) for row in rows)
        for lever in COUNTRY_LEVERS
    }


def _open_schemes(market: Any, month: int) -> tuple[Scheme, ...]:
    """Dated versions of schemes that may be used next month."""
    return tuple(scheme for scheme in market.rules.schemes if scheme.open_in(month + 1))


def _employers(world: Any) -> pd.DataFrame:
    """The employers with most AI people, as the table of employers tells of them."""
    employers = world.employers
    rows = np.argsort(-employers.heads, kind="stable")[:EMPLOYERS_SHOWN]
    rows = rows[employers.heads[rows] > 0]
    heads = employers.heads[rows]
    codes = np.array(world.tables.countries, dtype=object)
    return pd.DataFrame({
        "employer": np.array(employers.names, dtype=object)[rows],
        "kind": np.array(EMPLOYER_KINDS, dtype=object)[employers.kind[rows]],
        "country": codes[employers.country[rows]],
        "researchers": heads * world.persons_per_agent,
        "mean_pay_usd": employers.payroll[rows] * (MONTHS / CENTS) / heads,
    })


FIELD_NAMES = tuple(field.replace("_", " ") for field in FIELDS)
