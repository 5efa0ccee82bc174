"""Levers that act on employers: subsidy of adoption, non-competes, public research."""

from __future__ import annotations

import copy

import numpy as np
import pytest
from numpy.typing import NDArray

from agents.chance import uniform
from agents.employers import EmployerKind
from agents.levers import COUNTRIES
from model import laws
from model.month.accounts import book_month, computing_bill, own_share
from model.month.computing import ComputingParameters, rent_computing
from model.month.encounters import meet
from model.month.frontier import demand_shares
from model.month.growth import adopted
from model.month.posts import open_posts
from model.month.search import SearchParameters, searchers
from model.talent_market import TalentMarket
from tests.helpers import FALSE_ALARM, chance_of_luck, watched_month
from tests.policies import effects, joined, lever, market

KOR = "KOR"


def of_kind(m: TalentMarket, kind: int, country: str | None = KOR) -> NDArray[np.bool_]:
    """Employers of one kind in a country, or in all."""
    employers = m.employers
    here = True if country is None else employers.country == m.tables.index[country]
    return np.asarray((employers.kind == kind) & here)


# subsidy of adoption ------------------------------------------------------------------------


def test_government_pays_its_share_of_computing_and_everything_is_booked_twice() -> None:
    m = market(persons_per_agent=500)
    m._month()
    kor, p = m.tables.index[KOR], m.parameters
    plain, aided = copy.deepcopy(m.world), copy.deepcopy(m.world)
    aided.levers.adoption_subsidy[kor] = 0.4
    here = of_kind(m, EmployerKind.INDUSTRY)
    bill = int(computing_bill(aided)[here].sum())
    for world in (plain, aided):
        book_month(world, p.accounts, p.worth, p.rights, p.ventures)
        assert not list(laws.money(world))
    more = aided.accounts.governments - plain.accounts.governments
    assert not np.delete(more, kor).any()
    assert -more[kor] == pytest.approx(0.4 * bill, abs=int(here.sum()))
    assert aided.accounts.suppliers == plain.accounts.suppliers
    kept = int((aided.employers.cash - plain.employers.cash).sum())
    assert kept + aided.accounts.owners - plain.accounts.owners == -more[kor] > 0


def test_a_subsidy_is_for_domestic_industry() -> None:
    m = market()
    m.world.levers.adoption_subsidy[:] = 0.25
    share = own_share(m.world)
    industry = m.employers.kind == EmployerKind.INDUSTRY
    assert (share[industry] == 0.75).all() and (share[~industry] == 1.0).all()


def test_cheaper_computing_is_rented_until_it_costs_the_same_share_of_output() -> None:
    m = market(persons_per_agent=500)
    world, worth = m.world, m.parameters.worth
    world.levers.adoption_subsidy[m.tables.index[KOR]] = 0.5
    rent_computing(world, ComputingParameters(speed=1.0), worth)
    employers = world.employers
    rows = np.flatnonzero(of_kind(m, EmployerKind.INDUSTRY) & (employers.heads > 0))
    output = employers.produced[rows] * employers.persons_per_agent[rows]
    np.testing.assert_allclose(
        0.5 * employers.computing[rows], worth.computing_elasticity * output
    )


def test_adoption_and_capacity_run_ahead_while_a_subsidy_lasts() -> None:
    begin, end = lever(KOR, "2019-07", adoption_subsidy=0.8), lever(
        KOR, "2020-07", adoption_subsidy=0.0
    )
    plain, changed = market(), market([begin, end])
    here, p = of_kind(plain, EmployerKind.INDUSTRY), plain.parameters.adoption
    opening = plain.tables.country["ai_adoption"][plain.tables.index[KOR]]
    for month in range(1, 31):
        plain._month()
        changed._month()
        subsidised = 0.8 * np.clip(month - 6, 0, 12) / 12
        ahead = adopted(opening, month / 12, p, subsidised) / adopted(opening, month / 12, p)
        assert ahead > 1 or month <= 6
        # employers of the opening; startups founded later stand behind them
        with_it, without = (m.employers.capacity[: here.size] for m in (changed, plain))
        np.testing.assert_allclose(with_it[here] / without[here], ahead)
        elsewhere = np.isfinite(without) & ~here
        np.testing.assert_array_equal(with_it[elsewhere], without[elsewhere])


@pytest.mark.thorough
def test_a_subsidy_lets_industry_absorb_more_people_at_higher_pay() -> None:
    def measures(m: TalentMarket) -> tuple[float, ...]:
        kor = m.tables.index[KOR]
        posts = open_posts(m.world, m.parameters.posts, m.parameters.worth, m.parameters.ventures)
        industry = of_kind(m, EmployerKind.INDUSTRY)
        return (
            float(m.employers.heads[industry].sum()), float(industry[posts.employer].sum()),
            float(np.log(m.world.price()[kor])), float(m.world.counters.flows[0][:, kor].sum()),
        )

    policy = lever(KOR, adoption_subsidy=0.9)
    for effect in effects(policy, 36, measures, 100, {"adoption.subsidy_response": 0.5}):
        assert chance_of_luck(effect) < FALSE_ALARM


# non-competes -------------------------------------------------------------------------------


def test_a_clause_bars_people_from_private_rivals_in_the_country_and_from_nobody_else() -> None:
    m = market(persons_per_agent=300)
    for _ in range(3):
        m._month()
    world, people, employers = m.world, m.researchers, m.employers
    world.month += 1
    rows = searchers(world)
    posts = open_posts(world, m.parameters.posts, m.parameters.worth, m.parameters.ventures)
    share = 0.5
    met = []
    for enforced in (0.0, 1.0):
        world.levers.non_competes_enforced[:] = enforced
        found = meet(world, rows, posts, SearchParameters(non_compete_share=share))
        met.append(set(zip(found.person.tolist(), found.post.tolist(), strict=True)))
    free, bound = met
    assert bound < free
    # who is bound is told here by the identity that the clause belongs to, apart from the month
    firm = employers.firm
    private = employers.kind != EmployerKind.PUBLIC_RESEARCH
    barred = set()
    for position, post in free:
        who, rival = rows[position], posts.employer[post]
        own = people.employer[who]
        if own < 0 or not (private[own] and private[rival]) or firm[own] == firm[rival]:
            continue
        luck = uniform(
            world.key("non-compete", 0), people.key[[who]], employers.key[[firm[own]]]
        )
        if luck[0] < share and employers.country[rival] == people.country[who]:
            barred.add((position, post))
    assert free - bound == barred and len(barred) > 20


def test_the_share_of_people_who_are_bound_is_the_declared_one() -> None:
    """Of meetings with rivals in the country that share comes to nothing."""
    lost, all_of_them = 0, 0
    for seed in range(1, 5):
        m = market(seed=seed, persons_per_agent=200)
        m.world.month += 1
        rows = searchers(m.world)
        posts = open_posts(m.world, m.parameters.posts, m.parameters.worth, m.parameters.ventures)
        number = []
        for share in (0.0, 0.18, 1.0):
            # beyond its range 1 bars everybody who could be
            found = meet(m.world, rows, posts, SearchParameters(non_compete_share=share))
            number.append(found.post.size)
        lost += number[0] - number[1]
        all_of_them += number[0] - number[2]
    spread = np.sqrt(np.log(2 / FALSE_ALARM) / (2 * all_of_them / 3))
    # a person meets up to three rivals under one clause
    assert abs(lost / all_of_them - 0.18) < spread


@pytest.mark.thorough
def test_without_non_competes_people_change_jobs_more_often_and_are_hired_at_higher_pay() -> None:
    """Balasubramanian et al. 2022 find 11 and 4 per cent; neither was used."""
    policy = joined(*(lever(country, non_competes_enforced=0.0) for country in COUNTRIES))

    def measures(m: TalentMarket) -> tuple[float, ...]:
        people = m.researchers
        new = (people.employer >= 0) & (people.hired > m.month - 24)
        new &= ~of_kind(m, EmployerKind.PUBLIC_RESEARCH, None)[people.employer]
        # whom the profession has known for years, at pay for what they bring to the team
        new &= people.degree_month < m.month - 48
        pay = np.log(people.pay[new] / people.effect[new])
        return float(m.world.counters.job_changes.sum()), float(pay.mean())

    for effect in effects(policy, 24, measures, 250, {"search.non_compete_share": 0.5}):
        assert chance_of_luck(effect) < FALSE_ALARM


# public research ----------------------------------------------------------------------------


def test_laws_hold_while_levers_of_employers_change() -> None:
    policy = joined(
        lever("USA", "2019-03", adoption_subsidy=0.6, public_pay_scale=1.5),
        lever("USA", "2019-09", adoption_subsidy=0.0, public_research_budget_usd=1e9),
        lever("USA", "2019-06", non_competes_enforced=0.0, research_environment=2.0),
    )
    m = market([policy])
    for _ in range(14):
        watched_month(m)


def public_hires(m: TalentMarket, country: str = "USA") -> NDArray[np.bool_]:
    """People whose present job, in public research of a country, began in the last two years."""
    people = m.researchers
    at_work = of_kind(m, EmployerKind.PUBLIC_RESEARCH, country)[people.employer]
    return at_work & (people.employer >= 0) & (people.hired > m.month - 24)


@pytest.mark.thorough
def test_a_larger_budget_brings_public_research_more_people_within_two_years() -> None:
    budget = float(market().tables.country["public_research_budget_usd"][
        market().tables.index["USA"]
    ])
    policy = lever("USA", public_research_budget_usd=1.5 * budget)
    plain, changed = market(persons_per_agent=500), market([policy], persons_per_agent=500)
    plain._month()
    changed._month()
    ratio = changed.employers.budget / plain.employers.budget.clip(1)
    np.testing.assert_allclose(ratio[of_kind(plain, EmployerKind.PUBLIC_RESEARCH, "USA")], 1.5,
                               rtol=1e-6)

    def measures(m: TalentMarket) -> tuple[float, ...]:
        here = of_kind(m, EmployerKind.PUBLIC_RESEARCH, "USA")
        return float(public_hires(m).sum()), float(m.employers.heads[here].sum())

    for effect in effects(policy, 24, measures, 500):
        assert chance_of_luck(effect) < FALSE_ALARM


@pytest.mark.thorough
def test_a_higher_public_scale_pays_new_staff_more_and_brings_abler_people() -> None:
    def measures(m: TalentMarket) -> tuple[float, ...]:
        new = public_hires(m)
        return float(np.log(m.researchers.pay[new]).mean()), float(
            np.log(m.researchers.ability[new]).mean()
        )

    policy = lever("USA", public_pay_scale=1.8)
    for effect in effects(policy, 24, measures, 200):
        assert chance_of_luck(effect) < FALSE_ALARM


@pytest.mark.thorough
def test_a_stronger_environment_draws_able_people_from_abroad() -> None:
    """Every employer of the country gains in proportion."""
    canada = market().tables.index["CAN"]
    before = float(market().tables.country["research_environment"][canada])
    policy = lever("CAN", research_environment=2.5 * before)
    plain, changed = market(), market([policy])
    for m in (plain, changed):
        m._month()
    here = plain.employers.country == canada
    ratio = changed.employers.environment / plain.employers.environment
    np.testing.assert_allclose(ratio, np.where(here, 2.5, 1.0), rtol=1e-6)

    def measures(m: TalentMarket) -> tuple[float, ...]:
        people = m.researchers
        here = (people.country == canada) & (people.ability > 1.2)
        came = here & (people.study_country != canada) & (people.arrived > m.month - 24)
        return float(came.sum()), float(here.sum())

    parameters = {"bidding.environment_weight": 1.0, "bidding.environment_ability": 1.0}
    for effect in effects(policy, 24, measures, 300, parameters):
        assert chance_of_luck(effect) < FALSE_ALARM


def test_demand_follows_the_frontier_sooner_where_research_is_stronger() -> None:
    m = market()
    kor = m.tables.index[KOR]
    month = 2023 * 12
    before = demand_shares(m.world, m.parameters.frontier, month)
    m.world.levers.research_environment[kor] = 1.0
    after = demand_shares(m.world, m.parameters.frontier, month)
    supply = m.tables.field_supply
    turned = [np.abs(shares - supply).sum(axis=1) for shares in (before, after)]
    assert turned[1][kor] > turned[0][kor]
    np.testing.assert_array_equal(np.delete(turned[0], kor), np.delete(turned[1], kor))
