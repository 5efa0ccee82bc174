"""Planners try measures in copies that leave the world alone, know no future and share no luck."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from agents.levers import month_number
from model.governments.menu import MENU
from model.governments.observation import Measure, Observation
from model.governments.planner import SCREEN, Planner, screening
from model.scenario import read_scenario
from model.talent_market import TalentMarket
from tests.governments import FIRST, KOREA, lived, market, observation, scheme
from tests.helpers import every_table, fingerprint
from tests.policies import lever
from tests.policies import market as under_policies

F64 = NDArray[np.float64]
Simulate = Callable[[Sequence[Measure], int, int, str, Sequence[str]], F64]
SMALL: dict[str, Any] = {"strategy": "planner", "years": 1, "worlds": 2, "candidates": 3}
MAIN = scheme("KOR", partner_may_work=False, years_to_permanence=5.0, processing_months=3.0)


def simulated(gains: dict[str, Sequence[float]]) -> tuple[Simulate, list[tuple[Any, ...]]]:
    """Copies in which measures of the menu gain so much over none, and what was asked."""
    asked: list[tuple[Any, ...]] = []

    def simulate(
        measures: Sequence[Measure], months: int, worlds: int, measure: str,
        partners: Sequence[str],
    ) -> F64:
        names = tuple(one["menu"] for one in measures)
        asked.append((names, months, worlds, measure, tuple(partners)))
        gain = [np.array(gains.get(name, (0.0, 0.0))) for name in names]
        return np.asarray(sum(gain, start=np.array([100.0, 200.0])))

    return simulate, asked


def decide(planner: Planner, gains: dict[str, Sequence[float]], **given: Any) -> list[str]:
    seen = observation(schemes=[MAIN], simulate=simulated(gains)[0], **given)
    return [str(measure["menu"]) for measure in planner.review(seen)]


# What it chooses -----------------------------------------------------------------------------


@pytest.mark.parametrize("factors", [1, 3, 8, 11])
def test_a_screening_tells_every_effect_whatever_the_others_add(factors: int) -> None:
    design = screening(factors)
    assert design.shape == (12, factors) and not design[-1].any()
    signs = 2 * design - 1
    np.testing.assert_array_equal(signs.T @ signs, 12 * np.eye(factors))
    effects = np.arange(1.0, factors + 1)
    np.testing.assert_allclose(signs.T @ (7.0 + design @ effects) / 6, effects)


def test_more_factors_than_can_be_told_apart_are_no_design() -> None:
    assert len(MENU) <= len(SCREEN)
    with pytest.raises(ValueError, match="at most 11"):
        screening(12)


def test_a_planner_takes_what_gains_most_for_its_political_cost() -> None:
    gains = {"partner_work": (30.0, 34.0), "returnee_grant": (50.0, 52.0),
             "newcomer_tax": (60.0, 66.0), "adoption_subsidy": (-90.0, -80.0)}  # fmt: skip
    assert decide(Planner(), gains) == ["returnee_grant", "newcomer_tax"], "too hard: partner"
    assert decide(Planner(candidates=3), gains) == ["partner_work"]
    spent = [("2019-06", "dual_citizenship")]
    assert decide(Planner(), gains, taken=spent, month="2020-06") == ["returnee_grant"]
    assert decide(Planner(), gains, taken=spent, month="2019-10") == []


def test_a_planner_holds_where_nothing_gains_more_than_luck_may() -> None:
    assert decide(Planner(), {}) == []
    assert decide(Planner(), {name: (-1.0, -2.0) for name in MENU}) == []
    possible = len([entry for entry in MENU.values()
                    if entry.step(observation(schemes=[MAIN])) is not None])  # fmt: skip
    # the two worlds differ by 18 in one effect; the error is pooled over those that were told apart
    error = np.sqrt(18.0**2 / 2 / possible / 2)
    assert decide(Planner(), {"partner_work": (error - 8.9, error + 9.1)}) == ["partner_work"]
    assert decide(Planner(), {"partner_work": (error - 9.1, error + 8.9)}) == []
    assert decide(Planner(sure=2.0), {"partner_work": (error - 8.9, error + 9.1)}) == []


def test_a_planner_tries_every_measure_in_half_of_the_runs_under_the_same_settings() -> None:
    simulate, asked = simulated({})
    seen = observation(schemes=[MAIN], simulate=simulate)
    planner = Planner(measure="stock", years=3, worlds=2, partners=("JPN",))
    assert planner.review(seen) == ()
    assert len(asked) == 12
    assert {entry[1:] for entry in asked} == {(36, 2, "stock", ("JPN",))}
    possible = [name for name, entry in MENU.items() if entry.step(seen) is not None]
    tried = [name for entry in asked for name in entry[0]]
    assert {name: tried.count(name) for name in tried} == dict.fromkeys(possible, 6)


def test_a_planner_tries_and_takes_only_what_it_can_pay() -> None:
    dear: dict[str, Any] = {"budget": 10.0, "price": lambda measures: sum(
        99.0 if "returnee_grant_usd" in one["set"] else 6.0 for one in measures)}  # fmt: skip
    gains = {"returnee_grant": (50.0, 50.0), "partner_work": (5.0, 5.0),
             "research_environment": (4.0, 4.0)}  # fmt: skip
    assert decide(Planner(), gains, **dear) == ["partner_work"], "no money for both"
    assert decide(Planner(), gains, budget=0.0) == []


def test_a_planner_tells_what_it_expects() -> None:
    simulate, _ = simulated({"partner_work": (1200.0, 1300.0)})
    (measure,) = Planner().review(observation(schemes=[MAIN], simulate=simulate))
    assert measure["why"].startswith("partner_work: net +1,250 (standard error ")
    assert measure["why"].endswith(") expected over 24 months")
    assert Planner().review(observation(schemes=[MAIN])) == (), "nothing to try it in"


# The copies ----------------------------------------------------------------------------------


def test_a_planner_that_finds_nothing_leaves_the_bytes_of_a_world_that_holds() -> None:
    planner = {**SMALL, "candidates": 2, "sure": 100.0}
    plans = lived(market({"KOR": planner}, persons=4000), "2019-12")
    holds = lived(market({"KOR": "hold"}, persons=4000), "2019-12")
    assert plans.acting.decided.taken == () and plans.acting.decided.faults == ()
    assert fingerprint(plans) == fingerprint(holds)
    assert every_table(plans) == every_table(holds)


def test_what_a_planner_finds_becomes_law_with_what_it_expected() -> None:
    def opens(observation: Observation) -> Sequence[Measure]:
        """As a planner does, were its copies to say that help in the household brings a lot."""
        simulate, _ = simulated({"household_help": (40.0, 44.0)})
        return Planner().review(dataclasses.replace(observation, simulate=simulate))

    done = lived(market({"KOR": opens}), "2019-12")
    (row,) = done.policies_table().query("country == 'KOR'").itertuples()
    assert row.lever == "kor-e-7.household_help"
    assert row.why.startswith("household_help: net +42 (standard error ")


@pytest.fixture(scope="module")
def lives() -> TalentMarket:
    return lived(under_policies(persons_per_agent=2000), "2019-04")


def test_trying_touches_nothing_and_gives_the_same_again(lives: TalentMarket) -> None:
    before = fingerprint(lives)
    policy = lever("KOR", "2019-08", returnee_grant_usd=9e6, public_pay_scale=2.0)
    outcomes = [lives._outcome_of(policy, [KOREA], 9, 2, "inflow") for _ in range(2)]
    assert fingerprint(lives) == before
    np.testing.assert_array_equal(*outcomes)
    assert (outcomes[0] >= 0).all() and not (outcomes[0] % 2000).any(), "whole agents"


def test_outcomes_are_those_of_the_statistics(lives: TalentMarket) -> None:
    copy = lives._copy(None, 1)
    for _ in range(8):
        copy.step()
    table = copy.national().query("country == 'USA' and period > '2019-04' and period != '2019'")
    row = lives.tables.index["USA"]
    for measure, expected in (
        ("net", table.query("measure == 'net'")["value"].sum()),
        ("inflow", table.query("measure == 'inflow'")["value"].sum()),
        ("stock", table.query("measure == 'stock' and period == '2019-12'")["value"].iloc[0]),
    ):
        assert lives._outcome_of(None, [row], 8, 2, measure)[1] == expected != 0
    one, other, both = (
        lives._outcome_of(None, rows, 3, 1, "inflow") for rows in ([row], [KOREA], [row, KOREA])
    )
    assert one + other == both


def test_copies_have_a_luck_of_their_own_which_measures_share(lives: TalentMarket) -> None:
    """Neither that of the world, nor that of another copy, nor that of another review."""
    seeds = [lives._copy(None, number).world.seed for number in range(3)]
    assert len({lives.world.seed, *seeds}) == 4
    measure = lever("KOR", "2019-08", public_pay_scale=2.0)
    assert [lives._copy(measure, number).world.seed for number in range(3)] == seeds
    later = lived(lives.fork(), "2019-05")
    assert not set(seeds) & {later._copy(None, number).world.seed for number in range(3)}
    flows = [lived(one, "2019-12").flows().to_csv() for one in
             (lives.fork(), lives._copy(None, 0), lives._copy(None, 1))]  # fmt: skip
    assert len(set(flows)) == 3


def test_in_copies_history_and_other_governments_stand_still() -> None:
    one = lived(market({"JPN": "emulate", "KOR": "hold"}), "2019-03")
    copy = one._copy(None, 0)
    told = copy.timeline.ledger(copy.tables, month_number("2035-12"))
    assert set(told[told["month"] > "2019-03"]["lever"]) == {
        "usa-h-1b.outside_applicants_per_year"
    }  # fmt: skip
    world = one.timeline.ledger(one.tables, month_number("2035-12"))
    assert world[world["month"] > "2019-03"]["country"].nunique() > 10
    assert copy.acting.strategies == {}
    # what was law by then still is
    for mine, its in zip(one.rules.schemes, copy.rules.schemes, strict=False):
        assert mine.open_in(one.month) == its.open_in(one.month), mine


def test_in_copies_a_measure_is_law_from_its_day_on(lives: TalentMarket) -> None:
    copy = lives._copy(lever("KOR", "2019-08", returnee_grant_usd=777.0), 0)
    lived(copy, "2019-07")
    assert copy.world.levers.returnee_grant_usd[KOREA] == 0.0
    copy.step()
    assert copy.world.levers.returnee_grant_usd[KOREA] == 777.0


def test_decisions_on_their_way_are_law_in_copies_too() -> None:
    def gives(observation: Observation) -> Sequence[Measure]:
        return () if observation.taken else [{"set": {"returnee_grant_usd": 777.0}}]

    one = lived(market({"KOR": gives}), FIRST)
    assert one.world.levers.returnee_grant_usd[KOREA] == 0.0
    copy = one._copy(None, 0)
    for _ in range(3):
        copy.step()
    assert copy.world.levers.returnee_grant_usd[KOREA] == 777.0


def test_copies_do_not_know_which_deals_the_record_will_tell_of() -> None:
    scenario = dataclasses.replace(read_scenario("small"), deals="recorded")
    one = TalentMarket(scenario, persons_per_agent=10_000)
    assert one._recorded is not None and one._copy(None, 0)._recorded is None


def test_a_planner_lives_and_decides_in_a_small_world() -> None:
    plans = lived(market({"KOR": {**SMALL, "sure": 0.0, "candidates": 4}}), "2019-12")
    assert plans.acting.decided.faults == ()
    for _, _, measure in plans.acting.decided.taken:
        assert measure["menu"] in MENU and "expected over 12 months" in measure["why"]
