"""Strategies by name, their settings, and how emulate decides."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from agents.country_levers import LEVERS_BY_NAME, lever_value
from agents.declare import InputError
from model.governments.emulate import Emulate, offer, spread
from model.governments.menu import MENU
from model.governments.observation import Measure, Observation
from model.governments.planner import Planner
from model.governments.registry import STRATEGIES, described, merged, strategies_of
from model.governments.strategies import External, Historical, Hold
from model.governments.target import Target
from model.scenario import Scenario, scenario_from
from tests.governments import COUNTRIES, below, lived, market, observation, scheme

GOOD = """
name = "mine"
title = "Mine"
start = "2019-01"
end = "2019-12"
persons_per_agent = 250
seed = 4

[governments]
"""


# By name -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "key", "parts"),
    [
        ('KOR = "traget"', "KOR", ["unknown strategy; did you mean 'target'?", "'traget'",
                                   "historical, hold, target, emulate, planner, control-tower, "
                                   "even-spending, external"]),
        ('KORR = "target"', "KORR", ["unknown country; did you mean 'KOR'?", "ROW or all"]),
        ("KOR = 3", "KOR", ["no strategy (got 3)", 'a name, or a table { strategy = "name", … }']),
        ("KOR = { goal = 3 }", "KOR", ["tells no strategy", "hold, target"]),
        ('KOR = { strategy = "target", gaol = 3 }', "KOR.gaol",
         ["unknown setting; did you mean 'goal'?", "allowed: measure, goal"]),
        ('KOR = { strategy = "target", goal = "3" }', "KOR.goal", ["not a number (got '3')"]),
        ('KOR = { strategy = "target", goal = true }', "KOR.goal", ["not a number (got True)"]),
        ('KOR = { strategy = "target", goal = nan }', "KOR.goal", ["not in its range (got nan)"]),
        ('KOR = { strategy = "target", measure = "nett" }', "KOR.measure",
         ["unknown name; did you mean 'net'?", "'nett'", "net_per_10k_workforce"]),
        ('all = { strategy = "emulate", share = 1.5 }', "all.share",
         ["not in its range (got 1.5)", "a number from 0 to 1 share"]),
        ('KOR = { strategy = "planner", worlds = 0 }', "KOR.worlds", ["(got 0)", "from 2 to"]),
        ('KOR = { strategy = "planner", years = 1.5 }', "KOR.years",
         ["(got 1.5)", "a whole number from 1 to 20 years"]),
        ('KOR = { strategy = "planner", measure = "graduates" }', "KOR.measure",
         ["unknown name", "allowed: net, inflow, stock"]),
        ('KOR = { strategy = "hold", goal = 3 }', "KOR.goal", ["this strategy has no settings"]),
        ('KOR = { strategy = "external", goal = 3 }', "KOR.goal", ["has no settings"]),
    ],
)  # fmt: skip
def test_a_mistake_in_a_scenario_is_named_with_its_place(
    line: str, key: str, parts: list[str]
) -> None:
    with pytest.raises(InputError) as caught:
        scenario_from(GOOD + line, file="mine.toml")
    answer = str(caught.value)
    assert answer.startswith(f"mine.toml, governments.{key}: ")
    assert [part for part in parts if part not in answer] == [], answer


def test_all_mistakes_are_told_at_once() -> None:
    lines = 'KRO = "hold"\nJPN = { strategy = "planner", worlds = 0, years = 0, zeal = 1 }'
    with pytest.raises(InputError) as caught:
        scenario_from(GOOD + lines, file="mine.toml")
    for part in ("governments.KRO", "JPN.worlds", "JPN.years", "JPN.zeal"):
        assert part in str(caught.value)


@pytest.mark.parametrize("given", [3, [], "hold"])
def test_governments_are_a_table(given: Any) -> None:
    with pytest.raises(InputError, match="governments: not a table"):
        Scenario("a", "A", "2019-01", "2019-02", 100.0, 1, governments=given)


def test_a_program_gives_its_strategies_to_the_market_and_not_to_a_scenario() -> None:
    with pytest.raises(InputError, match=r"governments\.KOR: no strategy"):
        Scenario("a", "A", "2019-01", "2019-02", 100.0, 1, governments={"KOR": Target()})


@pytest.mark.parametrize("written", ["external", {"strategy": "external"}])
def test_a_scenario_may_leave_a_country_to_a_program(written: Any) -> None:
    line = 'KOR = "external"' if written == "external" else 'KOR = { strategy = "external" }'
    scenario = scenario_from(GOOD + f'all = "hold"\n{line}', file="mine.toml")
    with pytest.raises(InputError, match=r"governments\.KOR: an external strategy comes from a p"):
        merged(scenario.governments, None)
    with pytest.raises(InputError, match="KOR: an external strategy comes"):
        merged(scenario.governments, {"KOR": "external"})
    tables, programs = merged(scenario.governments, {"KOR": lambda observation: ()})
    assert list(programs) == ["KOR"] and "KOR" not in tables and tables["JPN"] == "hold"


def test_who_is_named_wins_over_all_and_a_program_over_a_scenario() -> None:
    def mine(observation: Observation) -> Sequence[Measure]:
        return ()

    written = {"all": "emulate", "KOR": {"strategy": "target", "goal": 2}, "USA": "historical"}
    found = strategies_of(*merged(written, {"FRA": "hold", "DEU": mine, "JPN": Target(goal=1)}))
    assert found["KOR"] == Target(goal=2.0) and found["FRA"].review(observation()) == ()
    assert isinstance(found["DEU"], External) and found["JPN"] == Target(goal=1)
    assert found["ESP"] == Emulate() and "USA" not in found
    # the rest of the world is no country with a government
    assert "ROW" not in found and len(found) == len(COUNTRIES) - 2
    everybody = strategies_of(*merged({"KOR": "target"}, {"all": "hold"}))
    assert {type(one) for one in everybody.values()} == {Hold}


@pytest.mark.parametrize("given", [3, Target, None, object()])
def test_what_is_no_strategy_is_refused(given: Any) -> None:
    with pytest.raises(InputError, match=r"governments\.KOR: no strategy"):
        merged({}, {"KOR": given})


def test_strategies_built_in_python_are_checked_alike() -> None:
    with pytest.raises(InputError, match=r"measure: unknown name.*; goal: not a number") as caught:
        Target(measure="nett", goal="2")  # type: ignore[arg-type]
    assert caught.value.key is None
    with pytest.raises(InputError, match="years: not in its range"):
        Planner(years=0)
    assert type(Planner(years=3.0).years) is int  # type: ignore[arg-type]


def test_strategies_are_described_as_they_would_be_written() -> None:
    for name, kind in STRATEGIES.items():
        told = described(kind())
        assert told["strategy"] == name
        (again,) = strategies_of({"KOR": told}, {}).values() or [Historical()]
        assert type(again) is kind and described(again) == told
    assert described(Planner(partners=("JPN",)))["partners"] == ("JPN",)


@pytest.mark.parametrize("kind", [Target, Emulate, Planner])
def test_settings_are_declared_in_full(kind: Any) -> None:
    for field in dataclasses.fields(kind):
        if field.name == "partners":  # a list, unlike other settings
            continue
        assert field.metadata["meaning"]
        if "allowed" not in field.metadata:
            assert field.metadata["source"] and field.metadata["unit"]
            assert field.metadata["low"] <= field.default <= field.metadata["high"]
    assert Emulate().share == 0.3


# The menu ------------------------------------------------------------------------------------


def test_every_step_of_the_menu_is_a_measure_that_can_be_decided() -> None:
    seen = below(-1.0, levers={"newcomer_tax_rate": {"KOR": 0.15}})
    for name, entry in MENU.items():
        step = entry.step(seen)
        assert step is not None, name
        for lever, value in step["set"].items():
            if "scheme" not in step:
                lever_value(LEVERS_BY_NAME[lever], value)
        assert entry.political_cost > 0 and entry.meaning


def test_steps_end_somewhere() -> None:
    best = scheme("KOR", partner_may_work=True, household_help=True, years_to_permanence=1.0,
                  min_pay_usd=9_000.0, processing_months=1.0)  # fmt: skip
    ends = {"newcomer_tax_rate": 0.05, "returnee_grant_usd": 1e5, "retention_grant_usd": 1e5,
            "adoption_subsidy": 0.5, "research_environment": 2.6, "dual_citizenship": 3.0}
    seen = below(-1.0, schemes=[best], levers={name: {"KOR": one} for name, one in ends.items()})
    assert [name for name, entry in MENU.items() if entry.step(seen) is not None] == []


@pytest.mark.parametrize(("years", "shorter"), [(None, 10), (8, 5), (5, 3), (3, 1), (2, 1)])
def test_permanence_comes_quicker_step_by_step(years: float | None, shorter: float) -> None:
    seen = below(-1.0, schemes=[scheme("KOR", years_to_permanence=years)])
    step = MENU["quicker_permanence"].step(seen)
    assert step is not None and step["set"] == {"years_to_permanence": shorter}


# Emulate -------------------------------------------------------------------------------------


def peers(count: int) -> list[str]:
    """The countries nearest to Korea in pay and on the map."""
    return [COUNTRIES[row] for row in Emulate(peers=count)._peers(observation())]


def race(having: int, of: int = 10, rate: float = 5.0, **more: Any) -> Observation:
    """Korea among peers that do better, so many of which let partners work."""
    names = peers(12)
    figures = {name: [rate, rate] for name in names[:of]} | {"KOR": [0.0, 0.0]}
    schemes = [scheme("KOR", partner_may_work=False)] + [
        scheme(name, partner_may_work=place < having) for place, name in enumerate(names)
    ]
    given = {"figures": {"net_per_10k_researchers": figures}, "schemes": schemes} | more
    return observation(**given)


def test_peers_are_near_and_neither_oneself_nor_the_rest_of_the_world() -> None:
    assert "KOR" not in peers(56) and "ROW" not in peers(56) and len(peers(56)) == 56
    assert "JPN" in peers(5)


def test_emulate_takes_over_what_better_peers_have() -> None:
    (measure,) = Emulate().review(race(having=6))
    assert measure["scheme"] == "kor-work" and measure["set"] == {"partner_may_work": True}
    assert measure["menu"] == "partner_may_work"
    assert measure["why"].startswith("60% of the peers that do better have it; as in ")


def test_emulate_waits_until_enough_of_them_have_it() -> None:
    assert Emulate().review(race(having=2)) == ()
    assert len(Emulate().review(race(having=3))) == 1
    assert len(Emulate(share=0.2).review(race(having=2))) == 1
    assert Emulate(share=0.0).review(race(having=0)) == ()


def test_emulate_looks_at_better_peers_alone() -> None:
    assert Emulate().review(race(having=12, rate=0.0)) == ()
    assert Emulate().review(race(having=12, rate=-1.0)) == ()
    # of twelve that have it only one does better, and all of these have it
    assert len(Emulate().review(race(having=1, of=1))) == 1
    assert Emulate().review(observation(years=())) == ()


def test_emulate_compares_over_some_years() -> None:
    names = peers(12)
    figures = {name: [9.0, -2.0] for name in names} | {"KOR": [0.0, 0.0]}
    seen = race(having=12, figures={"net_per_10k_researchers": figures})
    assert len(Emulate(years=2).review(seen)) == 1 and Emulate(years=1).review(seen) == ()


def test_emulate_copies_the_one_that_does_best() -> None:
    names = peers(12)
    grants = {name: 1000.0 * (place + 1) for place, name in enumerate(names)}
    figures = {name: [1.0, 1.0] for name in names} | {"KOR": [0.0, 0.0], names[4]: [2.0, 2.0]}
    seen = race(having=0, figures={"net_per_10k_researchers": figures},
                levers={"returnee_grant_usd": grants})  # fmt: skip
    (measure,) = Emulate().review(seen)
    assert measure["set"] == {"returnee_grant_usd": 5000.0}
    assert measure["why"] == f"100% of the peers that do better have it; as in {names[4]}"


def test_emulate_takes_the_next_rule_where_it_cannot_pay_the_first() -> None:
    grants = dict.fromkeys(peers(12), 5000.0)
    dear = race(having=6, levers={"returnee_grant_usd": grants}, budget=10.0, price=lambda
                measures: 99.0 if "returnee_grant_usd" in measures[0]["set"] else 1.0)  # fmt: skip
    (measure,) = Emulate().review(dear)
    assert measure["menu"] == "partner_may_work"
    assert Emulate().review(race(having=12, budget=0.0, price=lambda _: 1.0)) == ()


def test_a_rate_for_newcomers_attracts_only_below_what_one_has() -> None:
    tax = observation().facts["tax_rate"]
    own = float(tax[COUNTRIES.index("KOR")])
    for rate, expected in ((own + 0.01, False), (own - 0.05, True)):
        rates = {name: min(rate, float(tax[COUNTRIES.index(name)]) - 0.001) for name in peers(12)}
        rates = {name: rate for name, value in rates.items() if value == rate}
        assert len(rates) > 3 or not expected
        seen = race(having=0, levers={"newcomer_tax_rate": rates})
        found = Emulate(share=0.05).review(seen)
        assert bool(found) == expected
        assert not found or found[0]["set"] == {"newcomer_tax_rate": rate}


def test_emulate_adds_citizenships_to_what_one_grants_already() -> None:
    levers = {"dual_citizenship": dict.fromkeys(peers(12), 1.0) | {"KOR": 2.0}}
    (measure,) = Emulate().review(race(having=0, levers=levers))
    assert measure["set"] == {"dual_citizenship": "both"}
    levers = {"dual_citizenship": dict.fromkeys(peers(12), 1.0) | {"KOR": 0.0}}
    (measure,) = Emulate().review(race(having=0, levers=levers))
    assert measure["set"] == {"dual_citizenship": "citizens_abroad"}
    levers = {"dual_citizenship": dict.fromkeys(peers(12), 1.0) | {"KOR": 3.0}}
    assert Emulate().review(race(having=0, levers=levers)) == ()


def test_an_offer_is_the_best_that_any_scheme_for_work_gives() -> None:
    graduates = scheme("KOR", id="kor-stay", graduate_stay_months=24, household_help=True)
    skip = scheme("KOR", id="kor-skip", partner_may_work=True, years_to_permanence=1.0)
    seen = observation(schemes=[scheme("KOR", years_to_permanence=5.0), skip, graduates])
    assert offer(seen, seen.row) == offer(seen, seen.row) | {
        "partner_may_work": True, "household_help": False, "years_to_permanence": 1.0,
    }  # fmt: skip


def test_who_has_a_scheme_like_j_skip() -> None:
    rows = [
        scheme("KOR", partner_may_work=True, household_help=True),
        scheme("JPN", partner_may_work=True, years_to_permanence=3.0),
        scheme("USA", partner_may_work=True), scheme("DEU", household_help=True),
        scheme("FRA", partner_may_work=True, household_help=True, valid_from=2020 * 12),
        scheme("GBR", partner_may_work=True, household_help=True, graduate_stay_months=24),
    ]
    names = ("KOR", "JPN", "USA", "DEU", "FRA", "GBR")
    assert spread(rows, 2019 * 12, names).tolist() == [1, 1, 0, 0, 0, 0]
    assert spread(rows, 2020 * 12, names).tolist() == [1, 1, 0, 0, 1, 0]


def test_rules_spread_in_a_race() -> None:
    racing = market({"all": "emulate"}, persons=5000)
    before = spread(racing.rules.schemes, racing.month, COUNTRIES).sum()
    lived(racing, "2023-12")
    assert spread(racing.rules.schemes, racing.month, COUNTRIES).sum() > before
    assert racing.acting.decided.faults == ()
    ledger = racing.policies_table()
    own = ledger[ledger["why"].str.contains("peers that do better have it; as in")]
    taken = [month for _, month, one in racing.acting.decided.taken
             if month + 3 <= racing.month and one.get("menu") != "cutback"]  # fmt: skip
    assert len(own) == len(taken) > 30
    # one rule a country and review
    assert not own.duplicated(["month", "country"]).any()
    assert np.isin(own["country"], COUNTRIES).all()
