"""No lever is free: what measures cost, what is paid, and budgets that bind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from agents.country_levers import COUNTRY_LEVERS
from model import laws
from model.country_levers import CountryLevers
from model.governments.costs import expected_moves, pay_for_reforms, reform_costs
from model.governments.forgone import forgone_by_levers, tax_base
from model.governments.menu import MENU
from model.governments.observation import Measure, Observation
from model.month.taxes import tax_spared
from model.statistics.recorder import Lately
from model.talent_market import TalentMarket
from tests.governments import COUNTRIES, FIRST, KOREA, asked, lived, market
from tests.policies import lever
from tests.policies import market as under_policies

Price = Callable[[Sequence[Measure]], float]


@pytest.fixture(scope="module")
def seen() -> Mapping[str, Observation]:
    """What some governments see at their reviews, with prices of that moment."""
    return {country: asked(market({country: "hold"}, persons=1000), country, "2020-12")[-1]
            for country in ("KOR", "NLD")}  # fmt: skip


@pytest.fixture(scope="module")
def price(seen: Mapping[str, Observation]) -> Price:
    return seen["KOR"].price


@pytest.fixture(scope="module")
def reform(price: Price) -> float:
    """What a reform of Korea costs that changes nothing else."""
    return price([{"scheme": "kor-e-7", "set": {"household_help": True}}])


def test_every_step_of_the_menu_has_a_price_and_a_political_cost(
    seen: Mapping[str, Observation]
) -> None:
    steps = {name: entry.step(seen["KOR"]) for name, entry in MENU.items()}
    priced = {name: seen["KOR"].price([step]) for name, step in steps.items() if step}
    assert len(priced) > 8
    assert min(priced.values()) > 100_000
    assert min(entry.political_cost for entry in MENU.values()) > 0


MORE: Mapping[str, tuple[Any, Any]] = {
    "public_research_budget_usd": (5e8, 6e8), "gifted_pupils_per_year": (10, 20),
    "study_places": ({"physical_ai": 50}, {"physical_ai": 50, "ml_systems": 50}),
    "retraining_places": ({"physical_ai": 50}, {"physical_ai": 100}),
    "returnee_grant_usd": (1000.0, 2000.0), "retention_grant_usd": (1000.0, 2000.0),
    "newcomer_tax_rate": (0.15, 0.1), "top_tax_rate": (0.1, 0.05),
    "adoption_subsidy": (0.01, 0.02), "research_environment": (1.0, 1.1),
}  # fmt: skip
"""Levers on which public money goes, and two values, the second the dearer."""
NO_MONEY = {
    "dual_citizenship", "years_to_citizenship", "non_competes_enforced", "public_pay_scale",
    "merger_review_threshold_usd", "merger_review_months", "merger_ban_chance",
    "merger_review_covers",
}  # fmt: skip
"""Rules; and a scale of pay, which is paid out of the same grants."""


@pytest.mark.parametrize("name", MORE)
def test_levers_cost_money_and_more_of_them_costs_more(
    name: str, price: Price, reform: float
) -> None:
    less, more = (price([{"set": {name: value}}]) for value in MORE[name])
    assert reform < less < more


def test_every_lever_is_either_paid_for_or_a_rule() -> None:
    names = {one.name for one in COUNTRY_LEVERS}
    assert not set(MORE) & NO_MONEY and names == set(MORE) | NO_MONEY | {"control_tower"}


def test_a_control_tower_costs_its_office(price: Price, reform: float) -> None:
    with_it, without = (price([{"set": {"control_tower": there}}]) for there in (True, False))
    assert without == reform and with_it > 2 * reform


def test_prices_of_measures_add_up_but_for_what_works_on_the_same(
    price: Price, reform: float
) -> None:
    one, other = {"set": {"returnee_grant_usd": 500.0}}, {"set": {"gifted_pupils_per_year": 9}}
    np.testing.assert_allclose(price([one, other]), price([one]) + price([other]))
    np.testing.assert_allclose(price([{"set": {**one["set"], **other["set"]}}]),
                               price([one]) + price([other]) - reform)  # fmt: skip
    assert price([]) == 0.0


def test_a_rate_that_is_removed_saves_what_it_spared(
    seen: Mapping[str, Observation], price: Price, reform: float
) -> None:
    """The Netherlands open with a rate for newcomers."""
    removed = seen["NLD"].price([{"remove": ["newcomer_tax_rate"]}])
    same = seen["NLD"].price([{"set": {"newcomer_tax_rate": float(
        seen["NLD"].lever("newcomer_tax_rate"))}}])  # fmt: skip
    assert removed < -1e7 < 0 < same < 2e6
    assert price([{"remove": ["newcomer_tax_rate"]}]) == reform, "Korea has none"
    assert price([{"remove": ["top_tax_rate"]}]) == reform
    # a higher rate brings money that nothing may be spent on
    assert price([{"set": {"top_tax_rate": 0.6}}]) == reform


@pytest.mark.parametrize(
    ("values", "costs"),
    [({"tax_relief_rate": 0.5, "tax_relief_years": 5.0}, True), ({"tax_relief_rate": 0.5}, False),
     ({"fee_usd": 0.0}, True), ({"fee_usd": 90_000.0}, False), ({"partner_may_work": True}, False)],
)  # fmt: skip
def test_schemes_forgo_tax_and_fees(
    values: dict[str, Any], costs: bool, price: Price, reform: float
) -> None:
    dearer = price([{"scheme": "kor-e-7", "set": values}]) > reform
    assert dearer == costs


def test_relief_costs_the_tax_of_all_the_years_that_it_lasts(price: Price, reform: float) -> None:
    short, long = (
        price([{"scheme": "kor-e-7", "tier": "main",
                "set": {"tax_relief_rate": 0.5, "tax_relief_years": years}}]) - reform
        for years in (2.0, 6.0)
    )  # fmt: skip
    np.testing.assert_allclose(long, 3 * short)


# The estimates -------------------------------------------------------------------------------


def test_tax_forgone_is_what_the_tax_office_spares() -> None:
    """Of a month, against the rule by which each person is taxed."""
    one = under_policies(persons_per_agent=1000)
    for _ in range(3):
        one.step()
    world, rights = one.world, one.parameters.rights
    levers, usa = world.levers, COUNTRIES.index("USA")
    ordinary = tax_spared(world, rights).astype(np.float64)
    to_usd = (12 / 100) * world.persons_per_agent
    levers.newcomer_tax_rate[usa] = 0.05
    paid = (tax_spared(world, rights) - ordinary) * to_usd
    told = forgone_by_levers(world, levers, tax_base(world, rights))
    assert told[usa] > 1e9 and not np.delete(told, usa).any()
    np.testing.assert_allclose(told[usa], paid[usa], rtol=1e-6)
    levers.newcomer_tax_rate[usa], levers.top_tax_rate[usa] = np.nan, 0.02
    paid = (tax_spared(world, rights) - ordinary) * to_usd
    told = forgone_by_levers(world, levers, tax_base(world, rights))
    assert told[usa] > 1e8
    np.testing.assert_allclose(told[usa], paid[usa], rtol=1e-6)


def test_tax_that_is_forgone_depends_on_no_order_of_people() -> None:
    one = under_policies(persons_per_agent=1000)
    before = tax_base(one.world, one.parameters.rights)
    people = one.researchers
    people.permute(np.random.default_rng(1).permutation(people.count))
    for mine, its in zip(before, tax_base(one.world, one.parameters.rights), strict=True):
        np.testing.assert_array_equal(mine, its)


def test_moves_are_expected_as_of_late_and_as_usual_before() -> None:
    one = under_policies(persons_per_agent=2000)
    world, parameters = one.world, one.parameters.measures
    usual = world.stock() * world.persons_per_agent * parameters.usual_moves
    for months in (0, 3, 12):
        home, left = np.full(58, 90_000.0), np.full(58, 10.0)
        moved = expected_moves(world, Lately(months, {}, home, left), parameters)
        np.testing.assert_allclose(moved.home, home + usual * (1 - months / 12))
        assert (moved.left >= world.persons_per_agent).all(), "one agent at least"


def test_what_people_did_of_late_is_counted_over_a_year() -> None:
    one = under_policies(persons_per_agent=500)
    assert one.recorder.lately().months == 0
    for _ in range(18):
        one.step()
    lately, counts = one.recorder.lately(), one.recorder.counts[-12:]
    assert lately.months == 12
    expected = np.sum([count.homecomings for count in counts], axis=0) * 500.0
    np.testing.assert_array_equal(lately.home, expected)
    left = np.sum([count.flows[1] for count in counts], axis=0) * 500.0
    np.testing.assert_array_equal(lately.left, left)
    assert sum(lately.grants.values()) == 500 * sum(int(one.grants.sum()) for one in counts) > 0


def test_reforms_cost_by_price_level() -> None:
    one = under_policies()
    cost = reform_costs(one.world, one.parameters.measures)
    assert cost[COUNTRIES.index("USA")] == 1e6 and cost[COUNTRIES.index("IND")] < 5e5


# Money that is paid --------------------------------------------------------------------------


def spent(market: TalentMarket, country: str = "KOR", period: str = "2020") -> float:
    table = market.national().query(
        "measure == 'measures_usd' and country == @country and period == @period"
    )
    return float(table["value"].iloc[0])


def test_reforms_are_paid_by_governments_to_households() -> None:
    one = under_policies()
    world = one.world
    governments, households = world.accounts.governments.copy(), world.accounts.households.copy()
    pay_for_reforms(world, KOREA, 3, one.parameters.measures)
    cents = np.rint(3e2 * reform_costs(world, one.parameters.measures)[KOREA] / 2000)
    assert (governments - world.accounts.governments)[KOREA] == cents > 0
    assert (world.accounts.households - households).sum() == cents
    assert world.counters.measures.sum() == cents
    laws.check(world, world.stock(), world.counters)


def test_a_decision_costs_its_reforms_in_the_year_of_the_review_and_never_again() -> None:
    def reforms(observation: Observation) -> Sequence[Measure]:
        helps = {"scheme": "kor-e-7", "set": {"household_help": True}}
        return () if observation.taken else [helps, {"set": {"non_competes_enforced": False}}]

    one = lived(market({"KOR": reforms}), "2020-12")
    cost = reform_costs(one.world, one.parameters.measures)[KOREA]
    assert spent(one, period=FIRST) == pytest.approx(2 * cost, abs=20)
    assert spent(one, period="2019") == spent(one, period=FIRST)
    assert spent(one, period="2020") == spent(one, "JPN", "2019") == 0.0


def test_public_money_for_measures_stands_in_the_statistics() -> None:
    """Standing measures are paid to the cent as they were priced."""
    values = {"study_places": {"physical_ai": 120.0}, "research_environment": 0.93}
    one = under_policies([lever("KOR", **values)], persons_per_agent=1000)
    lived(one, "2020-12")
    price = one.tables.country["price_level"][KOREA] / one.tables.country["price_level"][
        COUNTRIES.index("USA")
    ]
    opening = CountryLevers.opening(one.tables)
    better = np.log(0.93 / opening.research_environment[KOREA])
    expected = price * 120 * 3 * 20_000 + better * opening.public_research_budget_usd[KOREA]
    # cents at the scale of the model, twelve times a year
    np.testing.assert_allclose(spent(one), expected, atol=12 * 10)
    assert spent(one, "JPN") == 0.0 and spent(one, "WLD") == spent(one)
    assert abs(spent(one, period="2020-07") * 12 - spent(one)) < 120


@pytest.mark.parametrize(
    ("values", "low", "high"),
    [({"returnee_grant_usd": 20_000.0}, 0.3, 3.0), ({"adoption_subsidy": 0.1}, 0.7, 1.5),
     ({"retention_grant_usd": 20_000.0}, 0.1, 4.0)],
)  # fmt: skip
def test_grants_and_subsidies_cost_about_what_they_were_priced(
    values: dict[str, float], low: float, high: float
) -> None:
    """Of the United States, where many move: priced by last year, paid by who comes or stays."""
    holds = market({"USA": "hold"}, persons=500)
    priced = asked(holds, "USA", "2020-12")[-1].price([{"set": values}]) - 1e6
    one = under_policies([lever("USA", **values)], persons_per_agent=500)
    ratio = spent(lived(one, "2020-12"), "USA") / priced
    assert low < ratio < high, ratio


# Budgets -------------------------------------------------------------------------------------

NOTHING = {"reviews.budget_share": 0.0}


def test_without_a_budget_no_government_decides_anything() -> None:
    poor = market({"all": "emulate", "KOR": {"strategy": "target", "goal": 1e9}}, persons=5000,
                  parameters=NOTHING)  # fmt: skip
    lived(poor, "2021-12")
    assert poor.acting.decided.taken == () and poor.acting.decided.faults == ()


@pytest.mark.parametrize("share", [0.02, 0.1])
def test_what_is_decided_stays_within_the_budget(share: float) -> None:
    """A spendthrift asks for a bigger grant every year until no more can be paid."""
    asked_for: list[tuple[float, float, float]] = []

    def spends(observation: Observation) -> Sequence[Measure]:
        best: Sequence[Measure] = ()
        for grant in np.arange(500.0, 50_000.0, 500.0):
            measures = [{"set": {"returnee_grant_usd": grant}}]
            if observation.affords(measures):
                best = measures
        price = observation.price(best)
        asked_for.append((observation.spent_usd, price, observation.budget_usd))
        return best

    one = market({"KOR": spends}, persons=500, parameters={"reviews.budget_share": share})
    lived(one, FIRST.replace("2019", "2021"))
    research = CountryLevers.opening(one.tables).public_research_budget_usd[KOREA]
    for spends_now, price, budget in asked_for:
        assert budget == pytest.approx(share * research)
        assert price <= 0 or spends_now + price <= budget
    assert asked_for[0][1] > 0.5 * asked_for[0][2] and one.acting.decided.faults == ()


def test_what_saves_money_is_allowed_beyond_the_budget() -> None:
    def saves(observation: Observation) -> Sequence[Measure]:
        return () if observation.taken else [{"remove": ["newcomer_tax_rate"]}]

    poor = lived(market({"NLD": saves}, persons=1000, parameters=NOTHING), "2019-12")
    assert [measure for *_, measure in poor.acting.decided.taken] == [
        {"remove": ["newcomer_tax_rate"]}
    ]
