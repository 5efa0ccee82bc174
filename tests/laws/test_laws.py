"""The laws hold exactly, every month, whatever the parameters and the seed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.researchers import Status
from model import laws
from model.parameters import all_parameters
from model.world import Counters
from tests.helpers import small_market, watched_month

TOO_SLOW = {"opening.burn_in_months": 12.0}
RANGES = {
    p.name: (p.low, min(p.high, TOO_SLOW.get(p.name, p.high))) for p in all_parameters()
}


@st.composite
def settings_of_a_world(draw: Any) -> dict[str, float]:
    """Up to eight parameters anywhere in their range, the ends included."""
    names = draw(st.lists(st.sampled_from(sorted(RANGES)), max_size=8, unique=True))
    return {
        name: draw(st.sampled_from(RANGES[name]) | st.floats(*RANGES[name])) for name in names
    }


@settings(derandomize=True, deadline=None, max_examples=15)
@given(
    parameters=settings_of_a_world(),
    seed=st.integers(0, 2**63 - 1),
    persons_per_agent=st.floats(1000, 3000),
)
def test_every_law_holds_in_every_month_whatever_the_parameters(
    parameters: dict[str, float], seed: int, persons_per_agent: float
) -> None:
    market = small_market(seed, persons_per_agent, parameters)
    for _ in range(8):
        watched_month(market)


@pytest.mark.parametrize("end", ["low", "high"])
def test_every_law_holds_with_all_uncertain_parameters_at_one_end(end: str) -> None:
    side = ("low", "high").index(end)
    parameters = {p.name: RANGES[p.name][side] for p in all_parameters() if p.kind != "constant"}
    market = small_market(2, 2000, parameters)
    for _ in range(12):
        watched_month(market)


def test_the_laws_hold_through_the_burn_in_and_over_four_years() -> None:
    market = small_market(3, 1500)
    stock = market.world.stock().copy()
    counts = Counters.empty(market.world.countries, len(market.rules.schemes))
    laws.check(market.world, stock, counts)
    for _ in range(48):
        watched_month(market)


def test_no_more_places_are_given_than_were_ever_opened() -> None:
    market = small_market(4, 1000, {"search.abroad_share": 0.8, "search.rate": 0.3})
    rules, world = market.rules, market.world
    groups = world.quota_left.size
    given = np.zeros(groups)
    # what is left at the opening was opened before; one agent by the luck of rounding
    opened_before = world.quota_drawn.copy()
    left_before = world.quota_left.copy()
    for _ in range(36):
        watched = watched_month(market)
        given += np.bincount(rules.route_group, watched.counts.places, groups)
        opened = (world.quota_drawn - opened_before) / world.persons_per_agent
        assert (given <= left_before + np.floor(opened) + 1).all()
    assert given.sum() > 0, "no capped scheme was ever used, so nothing was tested"


BREAKS = {
    "stocks": lambda world: world.compatriots.__setitem__((0, 0), world.compatriots[0, 0] + 1),
    "payroll": lambda world: world.employers.payroll.__setitem__(0, 1),
    "heads": lambda world: world.employers.heads.__setitem__(0, 10**6),
    "money": lambda world: setattr(world.accounts, "owners", world.accounts.owners + 1),
    "cash": lambda world: world.employers.cash.__setitem__(0, -1),
    "jobless": lambda world: world.jobless.__setitem__(0, world.jobless[0] + 1),
    "identity": lambda world: world.researchers.key.__setitem__(0, world.researchers.key[1]),
    "number": lambda world: world.researchers.id.__setitem__(0, world.researchers.id[1]),
    "citizens": lambda world: world.researchers.status.__setitem__(
        int(np.flatnonzero(world.researchers.status == Status.CITIZEN)[0]), Status.PERMANENT
    ),
    "waiting": lambda world: world.researchers.waiting.__setitem__(
        int(np.flatnonzero(~world.researchers.waiting)[0]), True
    ),
    "quota": lambda world: world.quota_left.__setitem__(0, -1),
    "promises": lambda world: world.employers.promised_heads.__setitem__(0, 10**6),
    "fields": lambda world: world.fields.__setitem__((0, 0), world.fields[0, 0] + 1),
    "tie to oneself": lambda world: world.researchers.ties.__setitem__(
        (0, 0), world.researchers.id[0]
    ),
    "tie twice": lambda world: world.researchers.ties.__setitem__(
        (0, slice(0, 2)), world.researchers.id[1]
    ),
    "country": lambda world: world.employers.country.__setitem__(
        int(world.researchers.employer.max()), 0
    ),
}


@pytest.mark.parametrize("what", BREAKS)
def test_a_broken_law_is_noticed(what: str) -> None:
    market = small_market(5, 3000, {"opening.burn_in_months": 3.0})
    world = market.world
    stock = world.stock().copy()
    market._month()
    laws.check(world, stock, world.counters)
    BREAKS[what](world)
    with pytest.raises(laws.LawBroken):
        laws.check(world, stock, world.counters)
