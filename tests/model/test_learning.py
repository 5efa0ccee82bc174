"""Demand moves, skills follow: what switching each part off changes."""

from __future__ import annotations

import numpy as np
import pytest

from model.month.frontier import demand_shares
from model.month.learning import shortage, value_teams
from model.talent_market import TalentMarket
from tests.helpers import FALSE_ALARM, SEEDS, chance_of_luck, small_market


def mismatch(market: TalentMarket) -> float:
    """Half the sum of absolute gaps between supply and demand over the fields of the world."""
    world = market.world
    supply = world.fields.sum(axis=0) / world.fields.sum()
    heads = world.employers.mix * world.employers.heads[:, None]
    return float(0.5 * np.abs(supply - heads.sum(axis=0) / heads.sum()).sum())


def lived(seed: int, parameters: dict[str, float], months: int = 73) -> TalentMarket:
    """A market over the turn of demand."""
    market = small_market(seed, 700, parameters)
    for _ in range(months):
        market._month()
    return market


def test_demand_turns_from_the_stock_of_skills_to_the_advertisements() -> None:
    market = small_market(1)
    world, frontier = market.world, market.parameters.frontier
    first = demand_shares(world, frontier, world.start)
    last = demand_shares(world, frontier, world.start + 40 * 12)
    np.testing.assert_allclose(first.sum(axis=1), 1.0)
    np.testing.assert_allclose(last, np.broadcast_to(world.tables.field_demand, last.shape))
    gap = np.abs(first - world.tables.field_supply).sum(axis=1)
    assert (gap < np.abs(first - world.tables.field_demand).sum(axis=1)).all()


def test_countries_with_weaker_research_follow_later() -> None:
    market = small_market(1)
    world, frontier = market.world, market.parameters.frontier
    shares = demand_shares(world, frontier, 2023 * 12)
    done = np.abs(shares - world.tables.field_supply).sum(axis=1)
    environment = np.clip(world.tables.country["research_environment"], 0.0, 1.0)
    order = np.argsort(environment, kind="stable")
    assert (np.diff(done[order]) >= -1e-12).all()
    assert done[order[-1]] > 2 * done[order[0]]


@pytest.mark.thorough
def test_without_a_moving_frontier_no_mismatch_opens() -> None:
    opened = [
        mismatch(lived(seed, {})) - mismatch(lived(seed, {"frontier.moves": 0.0}))
        for seed in SEEDS[:10]
    ]
    assert chance_of_luck(opened) < FALSE_ALARM


@pytest.mark.thorough
def test_retraining_closes_part_of_the_mismatch() -> None:
    closed = [
        mismatch(lived(seed, {"learning.retraining": 0.0}))
        - mismatch(lived(seed, {"learning.retraining": 2.0}))
        for seed in SEEDS[:10]
    ]
    assert chance_of_luck(closed) < FALSE_ALARM


def test_skills_grow_with_work_and_fade_unused() -> None:
    market = small_market(2, 1000, {"learning.retraining": 0.0})
    people = market.researchers
    market._month()  # January: a year of learning has just been booked
    rows = np.flatnonzero(people.employer >= 0)
    main = people.field[rows].copy()
    numbers = people.id[rows].copy()
    before = people.skill[rows, main].copy()
    for _ in range(12):
        market._month()
    now = people.row_of(numbers)
    left = now >= 0
    gained = people.skill[now[left], main[left]] - before[left]
    assert np.mean(gained) > 0
    idle = small_market(2, 1000, {"learning.by_doing": 0.0, "learning.retraining": 0.0})
    faded_before = idle.researchers.skill.mean(axis=0)
    key = idle.researchers.key.copy()
    for _ in range(13):
        idle._month()
    alive = np.isin(idle.researchers.key, key)
    assert (idle.researchers.skill[alive].mean(axis=0) <= faded_before + 0.01).all()


def test_teams_are_valued_by_present_skills_and_mixes() -> None:
    market = small_market(3, 1000)
    world = market.world
    before = world.employers.effect.copy()
    value_teams(world, market.parameters.worth)
    world.researchers.skill[:] = 1.0
    value_teams(world, market.parameters.worth)
    assert world.employers.effect.sum() > before.sum()
    sums = np.bincount(
        world.researchers.employer[world.researchers.employer >= 0],
        world.researchers.effect[world.researchers.employer >= 0],
        world.employers.count,
    )
    np.testing.assert_array_equal(sums, world.employers.effect)


def test_a_shortage_is_demand_above_supply() -> None:
    market = small_market(1, 500)
    lack = shortage(market.world)
    assert (lack >= 0).all() and (lack <= 1).all()
    assert lack.any()


@pytest.mark.thorough
def test_the_mismatch_of_korea_answers_to_retraining() -> None:
    """The gap of the debate closes when more people retrain towards what is asked for."""

    def korean_mismatch(seed: int, retraining: float) -> float:
        market = TalentMarket(
            "baseline", seed=seed, persons_per_agent=100, until="2023-12",
            parameters={"learning.retraining": retraining},
        )
        market.run_until("2023-12")
        table = market.national()
        row = table[(table["period"] == "2023") & (table["country"] == "KOR")]
        return float(row[row["measure"] == "mismatch"]["value"].iloc[0])

    closed = [korean_mismatch(seed, 0.0) - korean_mismatch(seed, 1.2) for seed in SEEDS[:10]]
    assert chance_of_luck(closed) < FALSE_ALARM
