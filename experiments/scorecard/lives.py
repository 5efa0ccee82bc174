"""One world lived from the opening to the last year, watched, and lived on for long spells."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from agents.employers import MONTHS
from experiments.firms.exits import WATCHED, ExitWatch
from experiments.scorecard.watches import AgeWatch, DepartureWatch, FirstJobWatch, HireWatch
from model.statistics import LEAST_AGENTS
from model.tables import REST
from model.talent_market import TalentMarket

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

SCENARIO = "baseline"
FIRST_YEAR, LAST_YEAR = 2019, 2025
HIRES = (2021 * MONTHS, 2023 * MONTHS + 11)  # seen again within the run
KEPT_MONTHS = 2 * MONTHS
DEPARTURES = (2019 * MONTHS, 2021 * MONTHS + 11)
SPELL_MONTHS = 10 * MONTHS
SOAK_YEAR = 2031  # the last departures are seen again at its end
FIRST_JOBS = ("USA", "CAN")


@dataclasses.dataclass
class Snapshot:
    """People at the end of a year, as far as the scorecard asks."""

    country: I64
    birth: I64
    degree: I64
    ability: F64
    employer: I64
    """-1: none."""


@dataclasses.dataclass
class Life:
    """What one world lived through: yearly flows and stocks in agents, snapshots, odds, watches."""

    market: TalentMarket
    seed: int
    diaspora: F64
    """Persons expected at the opening by (country of birth, country of residence)."""
    ages: AgeWatch
    hires: HireWatch
    first_jobs: FirstJobWatch
    departures: DepartureWatch
    exits: ExitWatch
    flows: F64 = dataclasses.field(default_factory=lambda: np.zeros((0, 0, 0)))
    """Shape (years, origin, destination)."""
    stocks: F64 = dataclasses.field(default_factory=lambda: np.zeros((0, 0)))
    """At the opening and at the end of each year, shape (years + 1, countries)."""
    people: list[Snapshot] = dataclasses.field(default_factory=list)
    odds: dict[int, list[float]] = dataclasses.field(default_factory=dict)

    @property
    def named(self) -> NDArray[np.bool_]:
        """Countries that stand for themselves, with agents enough for a rate."""
        rest = np.array([code == REST for code in self.market.tables.countries])
        return np.asarray(~rest & (self.stocks[0] >= LEAST_AGENTS))

    def between(self, first: int, last: int) -> F64:
        """Moves between named countries in some years, nothing within a country."""
        moves = self.flows[first - FIRST_YEAR : last + 1 - FIRST_YEAR].sum(axis=0)
        rest = [row for row, code in enumerate(self.market.tables.countries) if code == REST]
        moves[rest, :] = 0.0
        moves[:, rest] = 0.0
        np.fill_diagonal(moves, 0.0)
        return np.asarray(moves)


def opened(seed: int, persons_per_agent: float) -> Life:
    """A baseline at its opening, with its watches."""
    market = TalentMarket(
        SCENARIO, seed=seed, persons_per_agent=persons_per_agent, until=f"{SOAK_YEAR}-12"
    )
    tables = market.tables
    # expected rather than drawn: counting noise in a regressor draws its coefficient to nought
    diaspora = (tables.origins * tables.country["stock"][:, None]).T
    return Life(
        market, seed, diaspora, AgeWatch(), HireWatch(*HIRES, KEPT_MONTHS),
        FirstJobWatch(np.array([tables.index[code] for code in FIRST_JOBS])),
        DepartureWatch(*DEPARTURES, SPELL_MONTHS),
        ExitWatch((LAST_YEAR + 1) * MONTHS - 1 - WATCHED),
    )  # fmt: skip


def lived(seed: int, persons_per_agent: float) -> Life:
    """A baseline from the opening to the last year."""
    life = opened(seed, persons_per_agent)
    market, world, rules = life.market, life.market.world, life.market.rules
    lottery = np.array([scheme.id == "usa-h-1b" for scheme in rules.schemes])
    stocks = [world.stock()]
    life.people.append(_snapshot(market))
    life.departures.see(world)
    for _ in range((LAST_YEAR - FIRST_YEAR + 1) * MONTHS):
        market.step()
        for watch in (life.ages, life.hires, life.first_jobs, life.departures, life.exits):
            watch.see(world)
        year = (world.month - 2) // MONTHS + 1  # drawn in March for the next fiscal year
        row = np.flatnonzero(lottery & rules.in_force(world.month))
        life.odds.setdefault(year, []).extend(float(value) for value in world.odds[row])
        if world.month % MONTHS == MONTHS - 1:
            life.people.append(_snapshot(market))
            stocks.append(world.stock())
    years = [market.recorder.years[year] for year in range(FIRST_YEAR, LAST_YEAR + 1)]
    life.flows = np.array([counts.flows[0] for counts in years], dtype=np.float64)
    life.stocks = np.array(stocks, dtype=np.float64)
    return life


def live_on(life: Life) -> None:
    """Live beyond the last year, under its rules, until the last departures are seen again."""
    while life.market.month < life.market.end_month:
        life.market.step()
        life.departures.see(life.market.world)


def _snapshot(market: TalentMarket) -> Snapshot:
    people = market.researchers
    return Snapshot(
        people.country.astype(np.int64), people.birth_country.astype(np.int64),
        people.degree.astype(np.int64), people.ability.astype(np.float64),
        people.employer.astype(np.int64),
    )  # fmt: skip
