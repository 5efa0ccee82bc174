"""Computing: what it adds to output, to posts and to the pull of an employer, and what without."""

from __future__ import annotations

import numpy as np
import pytest

from agents.declare import InputError
from agents.employers import EmployerKind, WorthParameters
from model.month.computing import ComputingParameters, rent_computing
from model.month.posts import PostParameters, open_posts
from model.month.utility import utility_of_place
from model.parameters import Parameters, all_parameters
from model.talent_market import TalentMarket
from tests.helpers import small_market, watched_month

NO_USE = {"worth.computing_elasticity": 0.0, "computing.attraction": 0.0}


def private(market: TalentMarket) -> np.ndarray:
    """Rows of employers with people that sell what they make."""
    employers = market.employers
    return np.flatnonzero(
        (employers.kind != EmployerKind.PUBLIC_RESEARCH) & (employers.heads > 0)
    )


def test_no_admitted_pair_of_elasticities_lets_one_firm_take_the_world() -> None:
    high = {p.name: p.high for p in all_parameters()}
    assert high["worth.team_elasticity"] + high["worth.computing_elasticity"] <= 0.85 + 1e-12
    with pytest.raises(InputError) as fault:
        Parameters.with_settings({"worth.computing_elasticity": 0.25})
    assert "worth.computing_elasticity" in str(fault.value)
    assert "0 to 0.2" in str(fault.value)


def test_computing_stands_at_its_share_of_output_at_the_opening() -> None:
    market = small_market(1, 500)
    employers, rows = market.employers, private(market)
    share = employers.computing / employers.persons_per_agent
    alpha = market.parameters.worth.computing_elasticity
    np.testing.assert_allclose(share[rows], alpha * employers.produced[rows], rtol=1e-9)
    public = employers.kind == EmployerKind.PUBLIC_RESEARCH
    assert not employers.computing[public].any()
    firm = market.tables.firms[0]
    level = market.tables.country["research_environment"][firm.country]
    assert employers.environment[0] == pytest.approx(firm.environment * level)


def test_computing_closes_half_the_gap_to_its_share_in_a_half_life() -> None:
    market = small_market(1, 1000, {"opening.burn_in_months": 1.0})
    world, rows = market.world, private(market)
    worth = WorthParameters()
    slow = ComputingParameters(speed=0.05)
    before = market.employers.computing.copy()
    market.employers.produced[rows] *= 2.0
    gap = worth.computing_elasticity * (
        market.employers.produced * market.employers.persons_per_agent
    )[rows] - before[rows]
    for _ in range(round(np.log(0.5) / np.log(0.95))):
        rent_computing(world, slow, worth)
    closed = (market.employers.computing - before)[rows] / gap
    np.testing.assert_allclose(closed, 0.5, atol=0.03)


def test_where_computing_has_no_use_it_changes_neither_worth_nor_environment() -> None:
    market = small_market(4, 1000, NO_USE)
    world, employers, p = market.world, market.employers, market.parameters
    assert not employers.computing.any()
    for _ in range(12):
        watched_month(market)
    assert not employers.computing.any() and world.accounts.suppliers == 0
    posts = open_posts(world, p.posts, p.worth, p.ventures)
    environment = employers.environment.copy()
    employers.computing += 1e6
    rent_computing(world, p.computing, p.worth)
    again = open_posts(world, p.posts, p.worth, p.ventures)
    for before, after in zip(posts, again, strict=True):
        np.testing.assert_array_equal(before, after)
    np.testing.assert_array_equal(employers.environment, environment)


def posts_of(market: TalentMarket, row: int) -> int:
    """Posts that one employer opens."""
    hasty = PostParameters(speed=0.5)
    posts = open_posts(market.world, hasty, market.parameters.worth, market.parameters.ventures)
    return int((posts.employer == row).sum())


def test_twice_the_computing_opens_more_posts_and_draws_the_able_more() -> None:
    market = small_market(1, 50)
    world, employers, p = market.world, market.employers, market.parameters
    google = employers.names.index("Google")
    people = market.researchers
    rows = np.argsort(people.ability)[[people.count // 2, -people.count // 100]]
    usa, fit = np.full(2, employers.country[google]), np.zeros(2)

    def pull() -> np.ndarray:
        environment = np.full(2, employers.environment[google])
        return utility_of_place(world, rows, usa, environment, fit, p.bidding)

    rest = np.delete(np.arange(employers.count), google)
    opened, drawn, other = posts_of(market, google), pull(), employers.environment[rest].copy()
    employers.computing[google] *= 2.0
    rent_computing(world, ComputingParameters(speed=0.01), p.worth)
    more = pull() - drawn
    assert posts_of(market, google) > opened
    assert 0 < more[0] < more[1]
    np.testing.assert_allclose(employers.environment[rest], other, rtol=0.01)


def test_rent_is_paid_out_of_the_till_and_the_laws_hold() -> None:
    market = small_market(2, 1000)
    world = market.world
    before = world.accounts.suppliers
    assert before > 0, "the burn-in paid rent, too"
    watched_month(market)
    yearly = (market.employers.computing / market.employers.persons_per_agent)[private(market)]
    paid = (world.accounts.suppliers - before) * 12 / 100
    assert paid == pytest.approx(yearly.sum(), rel=0.01)
