"""The state of a market: all that its future depends on, taken apart, copied and put together."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, NamedTuple

import mesa
import numpy as np

from agents.declare import InputError
from agents.employers import Employers
from agents.levers import FIELDS, Scheme
from agents.policies import Change, Policy
from agents.populations import Population
from agents.researchers import CLASSMATES, Researchers
from agents.ventures import Ventures
from model import tables
from model.appropriations import Appropriations
from model.codec import Codec, CodecError, Kind, exactly, of_dataclass, of_named_tuple
from model.country_levers import CountryLevers
from model.deal_book import DealBook, Deals, Records, Retentions
from model.enrolment import Enrolment
from model.firm_plans import FirmPlans
from model.governments.reviews import Decided, Fault
from model.opening import first_odds
from model.prospects import Prospects
from model.rules import Rules
from model.scenario import Scenario
from model.statistics.levels import Snapshot, YearEnd, snapshot
from model.statistics.recorder import Recorder
from model.tables import Tables
from model.timeline import LeverChange, Timeline
from model.venture_market import VentureMarket
from model.world import Accounts, Cases, Counters, World

NOT_KEPT = frozenset(("tables", "rules", "_open", "_open_months"))
"""Fields of the world that are data, or follow from the others."""
KEPT = tuple(field.name for field in dataclasses.fields(World) if field.name not in NOT_KEPT)
GENERATORS = ("PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64")
MOST_STEPS = 100_000


class Clock(NamedTuple):
    """What Mesa keeps of a model: steps made, and where its two random generators stand."""

    steps: int
    running: bool
    random: tuple[Any, ...]
    rng: dict[str, Any]


class MarketState(NamedTuple):
    """All that the future of a market depends on, besides the program and its data."""

    specification: Scenario
    data: dict[str, Any]
    """Columns of data that are not as shipped, by name."""
    timeline: Timeline
    """With it the scheme rows in their order: people hold row numbers."""
    world: dict[str, Any]
    recorder: dict[str, Any]
    clock: Clock
    decided: Decided
    """What governments have decided so far."""
    programs: tuple[str, ...] = ()
    """Countries whose strategy a program gave; it is not kept."""


def _population(of: type[Population]) -> Kind:
    return Kind(of, of.parts, of.of_parts)


CODEC = Codec([
    *(of_dataclass(kind) for kind in (
        Accounts, Appropriations, Change, Counters, CountryLevers, DealBook, Enrolment, FirmPlans,
        Policy, Prospects, Scenario, Scheme, Snapshot, Timeline, VentureMarket, YearEnd,
    )),
    *(of_named_tuple(kind) for kind in (Clock, Decided, Fault, LeverChange, MarketState)),
    *(_population(kind) for kind in (
        Cases, Deals, Employers, Records, Researchers, Retentions, Ventures,
    )),
])  # fmt: skip
"""The only classes that a saved world may hold."""


# Taking apart --------------------------------------------------------------------------------


def world_parts(world: World) -> dict[str, Any]:
    """The fields of a world that a copy of it needs."""
    return {name: getattr(world, name) for name in KEPT}


def altered_columns(data: Tables) -> dict[str, Any]:
    """The columns of data that are not as shipped.

    Raises
    ------
    InputError
        The tables differ in more than their columns, so they cannot be told by them.
    """
    altered = {name: data.values()[name] for name in data.altered()}
    again = tables.load().with_values(altered)
    for field in dataclasses.fields(Tables):
        one, other = getattr(again, field.name), getattr(data, field.name)
        if not isinstance(one, np.ndarray | dict) and one != other:
            raise InputError(
                "the data of this market cannot be saved", key=field.name,
                allowed="the shipped tables, or tables from with_values()",
            )
    return altered


def clock_of(model: mesa.Model) -> Clock:
    """What Mesa keeps of a model."""
    return Clock(
        model.steps, model.running, model.random.getstate(), dict(model.rng.bit_generator.state)
    )


# Putting together ----------------------------------------------------------------------------


def copied(parts: dict[str, Any]) -> dict[str, Any]:
    """The same parts, sharing nothing that can be written to."""
    plain, arrays = CODEC.encode(parts)
    fresh = CODEC.decode(plain, [np.array(array, order="C") for array in arrays])
    assert isinstance(fresh, dict)
    return fresh


def world_of(parts: Mapping[str, Any], data: Tables, rules: Rules) -> World:
    """The world of such parts under some data and rules.

    Raises
    ------
    CodecError
        A part is missing or unknown, or has another type or shape than it should.
    """
    world = World(tables=data, rules=rules, **exactly(parts, KEPT, "World"))
    for name, template in _templates(world).items():
        _check_alike(f"world.{name}", getattr(world, name), template)
    return world


def _templates(world: World) -> dict[str, Any]:
    """What has the type and shape that some fields of a world should have."""
    countries, schemes = world.countries, len(world.rules.schemes)
    quotas = world.rules.group_key.size

    def whole(*shape: int, dtype: type = np.int64) -> Any:
        return np.zeros(shape, dtype=dtype)

    return {
        "researchers": Researchers(), "employers": Employers(), "cases": Cases(),
        "ventures": Ventures(), "venture_market": VentureMarket.none(countries),
        "book": DealBook.empty(),
        "plans": FirmPlans.none(len(world.tables.firms), countries, len(FIELDS)),
        "levers": CountryLevers.opening(world.tables),
        "appropriations": Appropriations.none(countries),
        "accounts": Accounts(whole(countries), whole(countries)),
        "counters": Counters.empty(countries, schemes),
        "compatriots": whole(countries, countries), "jobless": whole(countries),
        "fields": whole(countries, len(FIELDS)), "odds": np.zeros(schemes),
        "quota_drawn": np.zeros(quotas), "quota_left": whole(quotas),
        "last_entrants": whole(countries, CLASSMATES, dtype=np.int32),
        "last_exits": whole(countries), "agreed_price": np.zeros(countries),
        "subsidised": np.zeros(countries), "enrolment": Enrolment,
        "prospects": Prospects,
        "seed": 0, "month": 0, "start": 0, "chunk": 0,
    }


def check_recorder(world: World, kept: Mapping[str, Any]) -> None:
    """Whether what a recorder kept fits a world.

    Raises
    ------
    CodecError
        A part has another type, shape or length than it should.
    """
    exactly(kept, Recorder.KEPT, "Recorder")
    months, levels, counts = kept["months"], kept["levels"], kept["counts"]
    if not months or not len(months) == len(levels) == len(counts):
        raise CodecError("the recorder's months are not as many as its levels and counts")
    empty, level = Counters.empty(world.countries, len(world.rules.schemes)), snapshot(world)
    for entry in levels:
        _check_alike("a month's levels", entry, level)
    for entry in kept["years"].values():
        _check_alike("a year's counts", entry, empty)
    for entry in kept["waiting"].values():
        _check_alike("cases waiting", entry, empty.applications)
    for entry in counts:
        _check_alike("a month's counts", dataclasses.replace(entry, flows=empty.flows), empty)
    for end, *_ in kept["ends"].values():
        _check_alike("a year's end", end, YearEnd)


def _check_alike(name: str, value: Any, template: Any) -> None:
    """Whether a value has the type of a template, arrays its shape, and so every field."""
    kind = template if isinstance(template, type) else type(template)
    fits = type(value) is kind
    if fits and isinstance(template, np.ndarray):
        fits = value.dtype == template.dtype and value.shape == template.shape
    if not fits:
        raise CodecError(f"{name} has another type or shape than it should")
    if dataclasses.is_dataclass(template) and not isinstance(template, Population | type):
        for field in dataclasses.fields(template):
            inner = getattr(template, field.name)
            if isinstance(inner, np.ndarray):
                _check_alike(f"{name}.{field.name}", getattr(value, field.name), inner)


def set_clock(model: mesa.Model, clock: Clock) -> None:
    """Let Mesa stand where it stood; time and schedule follow from its own steps.

    Raises
    ------
    CodecError
        The clock is none.
    """
    name = clock.rng.get("bit_generator")
    if name not in GENERATORS or not 0 <= clock.steps <= MOST_STEPS:
        raise CodecError("no clock of a model")
    step = model._user_step
    model._user_step = _nothing
    for _ in range(clock.steps):
        model.step()
    model._user_step = step
    model.running = clock.running
    model.random.setstate(clock.random)
    generator = getattr(np.random, name)()
    generator.state = clock.rng
    model.rng = np.random.Generator(generator)


def _nothing() -> None:
    """A month in which nothing happens."""


# More schemes --------------------------------------------------------------------------------


def widen(world: World, kept: dict[str, Any], before: Rules) -> None:
    """Make room for the scheme rows and quotas that stand behind those there were before.

    New rows start as at an opening; nobody holds them yet.
    """
    rules = world.rules
    rows, quotas = len(before.schemes), before.group_key.size
    world.odds = np.concatenate((world.odds, first_odds(rules)[rows:]))
    extra = np.zeros(rules.group_key.size - quotas)
    world.quota_drawn = np.concatenate((world.quota_drawn, extra))
    world.quota_left = np.concatenate((world.quota_left, extra.astype(np.int64)))
    old = Counters.empty(world.countries, rows)
    new = Counters.empty(world.countries, len(rules.schemes))
    for counters in (world.counters, *kept["counts"], *kept["years"].values()):
        for field in dataclasses.fields(Counters):
            narrow, wide = np.shape(getattr(old, field.name)), np.shape(getattr(new, field.name))
            if narrow != wide:
                counted = np.zeros(wide, dtype=np.int64)
                counted[:rows] = getattr(counters, field.name)
                setattr(counters, field.name, counted)
    more = np.zeros(len(rules.schemes) - rows, dtype=np.int64)
    for year, waiting in kept["waiting"].items():
        kept["waiting"][year] = np.concatenate((waiting, more))
