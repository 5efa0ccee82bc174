"""People who come without a job where none is asked for, and statuses that hang on the job."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from agents.levers import month_number
from agents.policies import Change, Policy
from agents.researchers import Status
from model.month import moves
from model.month.exits import ExitParameters, start_grace
from model.talent_market import TalentMarket
from tests.helpers import FALSE_ALARM, SEEDS, chance_of_luck, watched_month

LIVELY = {"search.rate": 0.3, "search.slope": 0.0, "seekers.consider": 1.0}
START = month_number("2019-01")


def world_with(
    seed: int, persons: float = 300, parameters: Mapping[str, float] = LIVELY,
    **settings: dict[str, Any],
) -> TalentMarket:
    """A market in which schemes (``usa_h_1b={…}``) have other conditions from the start."""
    changes = tuple(
        Change(START, name[:3].upper(), fields, scheme=name.replace("_", "-"))
        for name, fields in settings.items()
    )
    return TalentMarket(
        "small", seed=seed, persons_per_agent=persons, parameters=parameters,
        policies=[Policy("test", "Test", changes=changes)],
    )


OPEN = {"job_offer_required": False, "sponsor_required": False, "min_pay_usd": 0.0}


def test_a_scheme_that_asks_for_no_job_brings_people_who_look_for_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    came: list[int] = []
    arrive = moves.arrive

    def watched(world: Any, rows: Any, scheme: Any, exits: Any) -> None:
        arrive(world, rows, scheme, exits)
        people = world.researchers
        came.append(rows.size)
        assert (people.employer[rows] < 0).all()
        assert (people.country[rows] == world.rules.country[scheme]).all()
        assert (people.status[rows] != Status.WORK).all()

    monkeypatch.setattr(moves, "arrive", watched)
    market = world_with(1, 150, {**LIVELY, "seekers.expected_pay": 1.2}, che_generic=OPEN)
    for _ in range(12):
        watched_month(market)
    assert sum(came) >= 3
    came.clear()
    shut = world_with(1, parameters={**LIVELY, "seekers.consider": 0.0}, che_generic=OPEN)
    for _ in range(12):
        watched_month(shut)
    assert sum(came) == 0


@pytest.mark.thorough
def test_no_job_asked_for_raises_inflow_and_not_without_seekers() -> None:
    def inflow(seed: int, consider: float, **settings: dict[str, Any]) -> float:
        market = world_with(
            seed, 75, {**LIVELY, "seekers.consider": consider}, che_generic=settings
        )
        market.run_until("2019-12")
        return _inflow(market, "CHE")

    bound, free = {"min_pay_usd": 0.0, "sponsor_required": False}, OPEN
    more = [inflow(seed, 1.0, **free) - inflow(seed, 1.0, **bound) for seed in range(1, 21)]
    assert chance_of_luck(more) < FALSE_ALARM
    same = [inflow(seed, 0.0, **free) - inflow(seed, 0.0, **bound) for seed in (1, 2)]
    assert same == [0.0, 0.0]


def _inflow(market: TalentMarket, country: str) -> float:
    flows = market.flows()
    chosen = (flows["group"] == "all") & (flows["destination"] == country)
    return float(flows.loc[chosen, "persons"].sum())


def test_a_status_that_hangs_on_no_job_outlasts_it() -> None:
    left = {}
    for sponsored in (True, False):
        market = world_with(1, 1000, {}, usa_h_1b={"sponsor_required": sponsored})
        market.step()
        world, people = market.world, market.researchers
        of_h1b = np.array([scheme.id == "usa-h-1b" for scheme in world.rules.schemes])
        current = of_h1b & world.rules.in_force(world.month)
        row = np.flatnonzero((people.country == market.tables.index["USA"])
                             & (people.employer >= 0))[:1]
        people.status[row], people.scheme[row] = Status.WORK, np.flatnonzero(current)[0]
        world.leave_job(row)
        start_grace(world, row, ExitParameters())
        left[sponsored] = int(people.status_until[row][0]) - world.month
    assert left == {True: 2, False: 36}


@pytest.mark.thorough
def test_who_hires_a_sponsored_person_pays_the_fee_again_and_so_hires_fewer() -> None:
    fewer = []
    for seed in SEEDS:
        moved = [
            _moves_of_holders(world_with(
                seed, 300, LIVELY, usa_h_1b={"sponsor_required": sponsored, "fee_usd": 2_000_000.0}
            ))
            for sponsored in (True, False)
        ]
        fewer.append(moved[1] - moved[0])
    assert chance_of_luck(fewer) < FALSE_ALARM


def _moves_of_holders(market: TalentMarket) -> float:
    """Holders of an H-1B of the first month who have changed employer when half a year is over."""
    market.step()
    people, rules = market.researchers, market.rules
    of_h1b = np.array([scheme.id == "usa-h-1b" for scheme in rules.schemes])
    rules.sponsored[of_h1b] = rules.sponsored[of_h1b & rules.in_force(market.month)].all()
    rules.fee_cents[of_h1b] = 2_000_000_00
    held = np.flatnonzero((people.status == Status.WORK) & of_h1b[people.scheme])
    ids, before = people.id[held].copy(), people.employer[held].copy()
    market.run_until("2019-07")
    rows = people.row_of(ids)
    stayed = rows >= 0
    return float((people.employer[rows[stayed]] != before[stayed]).sum())
