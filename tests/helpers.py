"""What the tests of laws and mechanisms share: tiny worlds, watched months, honest statistics."""

from __future__ import annotations

import functools
import hashlib
import itertools
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.populations import Population
from model import laws
from model.parameters import Parameters
from model.talent_market import TalentMarket
from model.world import Counters, World

FALSE_ALARM = 1e-3
"""The one rate of all statistical tests: the chance that luck alone decides wrongly, be it that a
right distribution is rejected or that an effect is believed where there is none."""

FIRMS_ACT = {"ventures.active": 1.0}
"""Startups are founded, funded and fail, and firms make deals."""

SEEDS = range(1, 13)
"""Paired seeds of an effect: the same seed with and without the change."""


def small_market(
    seed: int = 1,
    persons_per_agent: float = 2000,
    parameters: Mapping[str, float] | None = None,
    until: str = "2026-12",
) -> TalentMarket:
    """A market of a few hundred people, in which firms act: a twin of one that is opened once."""
    settings = tuple(sorted((parameters or {}).items()))
    return _opened(seed, persons_per_agent, settings, until).fork()


@functools.lru_cache(maxsize=64)
def _opened(
    seed: int, persons_per_agent: float, parameters: tuple[tuple[str, float], ...], until: str
) -> TalentMarket:
    """Never lives a month, so that its twins stand at the opening."""
    return opened_anew(seed, persons_per_agent, dict(parameters), until)


def opened_anew(
    seed: int = 1,
    persons_per_agent: float = 2000,
    parameters: Mapping[str, float] | None = None,
    until: str = "2026-12",
) -> TalentMarket:
    """The same market with an opening of its own, for tests of openings and of twins."""
    return TalentMarket(
        "small", seed=seed, persons_per_agent=persons_per_agent, until=until,
        parameters={**FIRMS_ACT, **(parameters or {})},
    )


def under(market: TalentMarket, settings: Mapping[str, float]) -> TalentMarket:
    """A twin that lives on under some other parameters; the opening stays what it was."""
    twin = market.fork()
    twin.parameters = Parameters.with_settings({**market.specification.parameters, **settings})
    return twin


class Watched(NamedTuple):
    """What a month did, seen from outside."""

    counts: Counters
    moved: NDArray[np.int64]
    """Rows, after the month, of people who were there before and now live elsewhere."""
    origin: NDArray[np.int64]


def watched_month(market: TalentMarket) -> Watched:
    """Live one month, check every law after it, and say who moved."""
    world = market.world
    stock = world.stock().copy()
    waiting = waiting_by_scheme(world)
    ids, country = world.researchers.id.copy(), world.researchers.country.astype(np.int64)
    market._month()
    counts = world.counters
    laws.check(world, stock, counts)
    check_pipeline(world, waiting, counts)
    rows = world.researchers.row_of(ids).astype(np.int64)
    alive = rows >= 0
    rows, country = rows[alive], country[alive]
    moved = np.flatnonzero(world.researchers.country[rows] != country)
    watched = Watched(counts, rows[moved], country[moved])
    check_flows(world, watched)
    market.recorder.record()
    return watched


def waiting_by_scheme(world: World) -> NDArray[np.int64]:
    """Pending cases by scheme row."""
    return np.bincount(world.cases.scheme, minlength=len(world.rules.schemes))


def check_pipeline(world: World, before: NDArray[np.int64], counts: Counters) -> None:
    """Waiting = before + applications − grants − refusals − withdrawn, and no flow is negative."""
    flows = (counts.applications, counts.grants, counts.refusals, counts.withdrawn, counts.places)
    assert all((flow >= 0).all() for flow in flows)
    expected = (
        before + counts.applications - counts.grants - counts.refusals - counts.withdrawn
    )
    np.testing.assert_array_equal(waiting_by_scheme(world), expected)


def check_flows(world: World, watched: Watched) -> None:
    """Flows count those who moved; who entered or left in the month may have moved besides."""
    seen = np.zeros((world.countries, world.countries), dtype=np.int64)
    there = world.researchers.country[watched.moved]
    np.add.at(seen, (watched.origin, there), 1)
    flows = watched.counts.flows[0]
    assert (seen <= flows).all()
    most = watched.counts.exits.sum() + watched.counts.graduates.sum()
    assert flows.sum() - seen.sum() <= most


def fingerprint(market: TalentMarket) -> str:
    """A digest of everything that a month reads, people and cases in the order of identities."""
    world = market.world
    digest = hashlib.blake2b()

    def add(population: Population, order: NDArray[np.intp]) -> None:
        for name in sorted(population.columns()):
            digest.update(np.ascontiguousarray(getattr(population, name)[order]).tobytes())

    add(world.researchers, np.argsort(world.researchers.key))
    add(world.employers, np.arange(world.employers.count))
    add(world.cases, np.argsort(world.cases.person))
    add(world.ventures, np.arange(world.ventures.count))
    add(world.book.deals, np.arange(world.book.deals.count))
    add(world.book.records, np.arange(world.book.records.count))
    kept = world.book.retentions
    add(kept, np.lexsort((kept.left, kept.firm, kept.person)))
    for numbers in (
        world.accounts.households, world.accounts.governments, world.odds, world.quota_drawn,
        world.quota_left, world.compatriots, world.jobless, world.fields, world.last_entrants,
        np.array([world.month, world.accounts.customers, world.accounts.owners]),
        np.array([world.accounts.suppliers, world.accounts.investors]),
        np.array([world.accounts.trust]),
        *vars(world.venture_market).values(), *vars(world.plans).values(),
    ):
        digest.update(np.ascontiguousarray(numbers).tobytes())
    for table in (
        market.national(), market.groups(), market.flows(), market.visas(),
        market.employers_table(), market.deals(),
    ):
        for name in table.columns:
            digest.update(f"{name} {table[name].dtype}".encode())
            digest.update(_bytes_of(np.asarray(table[name])))
    return digest.hexdigest()


def _bytes_of(values: NDArray[Any]) -> bytes:
    """The bytes of a column; blanks are alike whatever made them. Quicker than text of numbers."""
    if values.dtype.kind == "f":
        values = np.where(np.isnan(values), np.nan, values)
    if values.dtype.kind == "O":
        return "\n".join(map(str, values)).encode()
    return values.tobytes()


TABLES = ("national", "groups", "flows", "visas", "deals", "policies_table", "employers_table",
          "network_table", "sampling_error")  # fmt: skip


def every_table(market: TalentMarket) -> dict[str, str]:
    """Every table of a market as text, every digit of it."""
    return {name: getattr(market, name)().to_csv(index=False) for name in TABLES}


def chance_of_luck(differences: Sequence[float]) -> float:
    """How often signs drawn by luck give a sum at least as high: the exact sign-flip test.

    One difference a paired seed. Without an effect either sign is as likely, so a test that asks
    for less than ``FALSE_ALARM`` believes an absent effect with at most that chance.
    """
    values = np.asarray(differences, dtype=np.float64)
    if not values.any():
        return 1.0
    signs = np.array(list(itertools.product((1.0, -1.0), repeat=values.size)))
    return float(np.mean(signs @ values >= values.sum() - 1e-9 * np.abs(values).sum()))


def hoeffding(samples: int) -> float:
    """How far a mean of numbers in a range of width one strays with chance ``FALSE_ALARM``."""
    return float(np.sqrt(np.log(2.0 / FALSE_ALARM) / (2.0 * samples)))
