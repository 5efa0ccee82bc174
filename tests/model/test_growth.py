"""What domestic industry can absorb, how it grows, and how growth comes to an end."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from agents.employers import EmployerKind
from model.month.choice_of_study import ChoiceParameters
from model.month.education import EducationParameters, entrants_due, yearly_growth
from model.month.growth import AdoptionParameters, adopted, grow
from model.talent_market import TalentMarket
from model.technology import headroom
from tests.helpers import FALSE_ALARM, SEEDS, chance_of_luck, small_market

BARE = {"opening.burn_in_months": 0.0}


def industry(market: TalentMarket, country: str | None = None) -> np.ndarray:
    """Rows of domestic industry, of one country or of all."""
    employers = market.employers
    rows = employers.kind == EmployerKind.INDUSTRY
    if country is not None:
        rows = rows & (employers.country == market.tables.index[country])
    return np.flatnonzero(rows)


# capacity -----------------------------------------------------------------------------------


@pytest.mark.parametrize("evidence", [0.0, 0.5, 1.0])
def test_headroom_has_the_declared_mean_and_follows_adoption(evidence: float) -> None:
    market = small_market(1, 3000, {**BARE, "opening.absorptive_evidence": evidence})
    world, table = market.world, market.tables.country
    room = headroom(world, market.parameters.opening)
    mean = (room * table["stock"]).sum() / table["stock"].sum()
    assert mean == pytest.approx(market.parameters.opening.absorptive_headroom, rel=0.02)
    before = room[market.tables.index["KOR"]]
    adoption = table["ai_adoption"].copy()
    adoption[market.tables.index["KOR"]] *= 2.0
    world.tables = dataclasses.replace(
        market.tables, country={**table, "ai_adoption": adoption}
    )
    more = headroom(world, market.parameters.opening)[market.tables.index["KOR"]] / before
    assert more == pytest.approx(2.0**evidence, rel=0.05)


def test_capacity_grows_with_adoption_and_the_economy_and_not_with_demand() -> None:
    for growth in (0.0, 1.0):
        market = small_market(1, 3000, {**BARE, "education.growth": growth})
        world, rows = market.world, industry(market)
        before = market.employers.capacity[rows].copy()
        p = market.parameters
        for _ in range(36):
            world.month += 1
            grow(world, p.adoption, p.education, p.frontier, p.worth, p.shocks)
        table, country = market.tables.country, market.employers.country[rows]
        start = table["ai_adoption"]
        spread = adopted(start, np.asarray(3.0), p.adoption) / start
        expected = (spread * np.exp(3 * table["industry_growth"]))[country]
        np.testing.assert_allclose(market.employers.capacity[rows] / before, expected)
        others = np.delete(np.arange(market.employers.count), rows)
        assert np.isinf(market.employers.capacity[others]).all()


def test_adoption_rises_from_what_it_was_towards_its_ceiling() -> None:
    parameters = AdoptionParameters()
    path = adopted(np.array([0.03]), np.arange(200.0), parameters)
    assert path[0] == pytest.approx(0.03)
    assert (np.diff(path) > 0).all() and path[-1] == pytest.approx(parameters.ceiling, rel=1e-6)


def korea_later(seed: int, limited: bool) -> tuple[int, int]:
    """Staff of Korean industry, and people who live in Korea, two years on."""
    market = small_market(seed, 120)
    if not limited:
        market.employers.capacity[industry(market, "KOR")] = np.inf
    for _ in range(24):
        market._month()
    heads = int(market.employers.heads[industry(market, "KOR")].sum())
    return heads, int(market.world.stock()[market.tables.index["KOR"]])


@pytest.mark.thorough
def test_without_a_limit_korean_industry_hires_and_keeps_more_people() -> None:
    staff, stock = [], []
    for seed in SEEDS:
        free, limited = korea_later(seed, limited=False), korea_later(seed, limited=True)
        staff.append(float(free[0] - limited[0]))
        stock.append(float(free[1] - limited[1]))
    assert chance_of_luck(staff) < FALSE_ALARM
    assert chance_of_luck(stock) < FALSE_ALARM


# sizes --------------------------------------------------------------------------------------


@pytest.mark.parametrize("exponent", [1.06, 2.0])
def test_teams_of_domestic_industry_follow_the_law_of_sizes(exponent: float) -> None:
    """Shares of the first ten American teams; the error is three of counting."""
    market = small_market(1, 50, {**BARE, "opening.size_exponent": exponent})
    heads = market.employers.heads[industry(market, "USA")]
    weight = np.arange(1.0, heads.size + 1) ** (-1.0 / exponent)
    expected = heads.sum() * weight / weight.sum()
    assert heads.size == 14
    assert (np.abs(heads - expected) < 4 * np.sqrt(expected)).all()


# growth -------------------------------------------------------------------------------------


def test_growth_is_that_of_the_data_and_then_comes_to_a_common_rate() -> None:
    market = small_market(1, 3000, BARE)
    world, parameters = market.world, EducationParameters()
    recorded = np.log1p(market.tables.country["stock_growth"])
    common = np.log1p(parameters.long_run_growth)
    for year in (2019, 2023):
        np.testing.assert_allclose(yearly_growth(world, parameters, year * 12 + 5), recorded)
    half = 2023 + int(parameters.growth_half_life)
    halved = yearly_growth(world, parameters, half * 12)
    np.testing.assert_allclose(halved - common, (recorded - common) / 2)
    np.testing.assert_allclose(yearly_growth(world, parameters, 2400 * 12), common)


def test_entrants_follow_the_stock_that_grows_as_the_rates_say() -> None:
    """Entrants less those who replace leavers add up to the growth of the stock."""
    market = small_market(1, 20, BARE)
    world, parameters = market.world, EducationParameters()
    table = market.tables.country
    replacement = (table["entrants"] / table["stock"] - table["stock_growth"])[None, :]
    due = np.zeros((20, world.countries))
    for month in range(12 * 20):
        world.month += 1
        due[month // 12] += entrants_due(world, parameters, ChoiceParameters())
    growth = np.array([yearly_growth(world, parameters, (2019 + y) * 12) for y in range(20)])
    size = table["stock"] * np.exp(np.cumsum(growth, axis=0) - growth)
    expected = size * (replacement + np.expm1(growth)) / world.persons_per_agent
    assert (np.abs(due - expected) <= 1.0 + 1e-6).all()
