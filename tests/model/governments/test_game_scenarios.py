"""Policy games that come as scenarios: they open, run, and differ in what their titles say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from agents.declare import InputError
from model.governments.planner import Planner
from model.governments.registry import merged, strategies_of
from model.governments.spending import ControlTower, EvenSpending
from model.governments.strategies import Hold, Strategy
from model.governments.target import Target
from model.scenario import read_scenario, scenario_from, shipped_scenarios
from model.talent_market import TalentMarket
from tests.governments import COUNTRIES
from tests.helpers import fingerprint

GAMES = ("all-hold", "visa-race", "planner-against-holders", "target-against-holders",
         "neighbours-compete", "neighbours-together", "tower-korea",
         "tower-korea-without")  # fmt: skip
NEIGHBOURS = ("JPN", "KOR", "TWN")


def strategies(name: str) -> Mapping[str, Strategy]:
    """Strategies of a shipped scenario by country."""
    return strategies_of(*merged(read_scenario(name).governments, None))


def acting(name: str) -> dict[str, Strategy]:
    """Of these, those that do more than hold."""
    return {who: one for who, one in strategies(name).items() if not isinstance(one, Hold)}


@pytest.mark.parametrize("name", GAMES)
def test_games_open_and_run_for_some_months(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = list[tuple[str, ...]]()

    def outcome(
        market: TalentMarket, policy: Any, rows: Sequence[int], months: int, worlds: int, *_: Any
    ) -> Any:
        asked.append(tuple(COUNTRIES[row] for row in rows))
        return np.zeros(worlds)

    # copies of the world take time and are tested where planners are
    monkeypatch.setattr(TalentMarket, "_outcome_of", outcome)
    assert name in shipped_scenarios()
    market = TalentMarket(name, persons_per_agent=10_000)
    assert len(market.specification.title) < 70
    market.run_until("2020-06")
    assert market.acting.decided.faults == ()
    planners = {who for who, one in acting(name).items() if isinstance(one, Planner)}
    assert {countries[0] for countries in asked} == planners
    if name == "neighbours-together":
        assert all(set(countries) == set(NEIGHBOURS) for countries in asked)
    elif planners:
        assert all(len(countries) == 1 for countries in asked)


def test_twins_differ_in_one_thing() -> None:
    alone, together = acting("neighbours-compete"), acting("neighbours-together")
    assert set(alone) == set(together) == set(NEIGHBOURS)
    for country in NEIGHBOURS:
        assert alone[country] == Planner()
        assert together[country] == Planner(partners=NEIGHBOURS)
    assert acting("planner-against-holders") == {"KOR": Planner(years=3, worlds=3)}
    assert acting("target-against-holders") == {"KOR": Target(measure="net", goal=1e6)}
    assert acting("all-hold") == {} and len(strategies("all-hold")) == len(COUNTRIES) - 1
    with_it, without = strategies("tower-korea"), strategies("tower-korea-without")
    assert with_it == {"KOR": ControlTower()} and without == {"KOR": EvenSpending()}


def test_partners_of_a_scenario_are_those_of_a_program() -> None:
    text = f"""
        name = "allies"
        title = "Allies"
        start = "2019-01"
        end = "2019-08"
        persons_per_agent = 20_000
        seed = 1

        [governments]
        KOR = {{ strategy = "planner", years = 1, worlds = 2, candidates = 1{PARTNERS} }}
    """
    written = TalentMarket(scenario_from(text, file="allies.toml"))
    plain = {"years": 1, "worlds": 2, "candidates": 1}
    programmed = TalentMarket(
        scenario_from(text.replace(PARTNERS, ""), file="allies.toml"),
        strategies={"KOR": Planner(**plain, partners=("JPN", "TWN"))},  # type: ignore[arg-type]
    )
    told = written.describe()["strategies"]["KOR"]
    assert told == programmed.describe()["strategies"]["KOR"]
    assert list(told["partners"]) == ["JPN", "TWN"]
    for market in (written, programmed):
        market.run_until("2019-08")
    assert fingerprint(written) == fingerprint(programmed)


PARTNERS = ', partners = ["JPN", "TWN"]'


@pytest.mark.parametrize(
    ("strategy", "message"),
    [
        ({"strategy": "planner", "partners": "JPN"}, "partners: not a list of countries"),
        ({"strategy": "planner", "partners": ["JPM"]}, "unknown country; did you mean 'JPN'"),
        ({"strategy": "planner", "partners": [1]}, "unknown country"),
        ({"strategy": "target", "partners": ["JPN"]}, "partners: unknown setting"),
        ({"strategy": "hold", "partners": ["JPN"]}, "partners: unknown setting"),
    ],
)
def test_partners_that_are_none_are_refused(strategy: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        merged({}, {"KOR": strategy})
