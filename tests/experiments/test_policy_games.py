"""Policy games: arms are paired by seed, and a game is lived as it is described."""

from __future__ import annotations

import itertools
from typing import Any

import pandas as pd
import pytest

from experiments import policy_games
from experiments.policy_games import (
    GAMES,
    World,
    effects,
    picture,
    play,
    spreading,
    to_markdown,
)
from model.scenario import shipped_scenarios


def made_up() -> pd.DataFrame:
    """Two seeds of the planner's game: plans bring 10 a year more than holding, target nothing."""
    rows = []
    for arm, seed, year in itertools.product(GAMES["planner"].arms, (1, 2), range(2019, 2026)):
        value = 100.0 * seed + (10.0 if arm == "plans" else 0.0)
        rows += [(year, "KOR", measure, value, "planner", arm, seed)
                 for measure in ("net", "inflow")]  # fmt: skip
        if year == 2025:
            rows += [(0, "WLD", "measures taken", 3.0, "planner", arm, seed),
                     (0, "WLD", "faults", 0.0, "planner", arm, seed)]  # fmt: skip
    return pd.DataFrame(
        rows, columns=["year", "country", "measure", "value", "game", "arm", "seed"]
    )


def test_effects_are_sums_over_the_years_that_count_paired_by_seed() -> None:
    found = effects(made_up()).set_index(["arm", "measure"])
    years = 2025 - policy_games.SINCE + 1
    plans = found.loc[("plans", "net")]
    assert plans["effect"] == plans["low"] == plans["high"] == 10.0 * years
    assert plans["baseline"] == 150.0 * years
    assert found.loc[("target", "net"), "effect"] == 0.0


def test_the_page_tells_every_arm_and_how_many_measures_it_took() -> None:
    page = to_markdown(made_up(), "command", "games.png")
    assert "| plans | KOR | net, persons | 750 | 50 | 50 to 50 |" in page
    assert "*plans*: 3.0" in page and "games.png" in page
    assert len(picture(effects(made_up()), spreading(made_up()), "note").axes) == 1


def test_the_picture_tells_the_spread_of_a_race_and_each_effect_by_its_name() -> None:
    race = made_up().assign(game="race").replace({"holds": "all hold", "plans": "all emulate"})
    race = race[(race["arm"] != "target") & (race["year"] > 0) & (race["measure"] == "net")]
    like = spreading(race.assign(measure="countries like J-Skip"))
    assert list(like["arm"].unique()) == ["all hold", "all emulate"]
    assert like.set_index(["arm", "year"]).loc[("all emulate", 2020), "value"] == 160.0
    left, right = picture(effects(made_up()), like, "note").axes
    assert len(left.lines) == 2
    names = [label.get_text() for label in right.get_yticklabels()]
    assert names == ["planner: target, KOR", "planner: plans, KOR"]


def test_some_arms_are_played_alone_beside_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = list[World]()

    def listed(function: Any, worlds: list[World], workers: int) -> list[pd.DataFrame]:
        asked.extend(worlds)
        return [made_up()]

    monkeypatch.setattr(policy_games, "shared_out", listed)
    policy_games.played(["planner"], 2, 50.0, arms=["target"])
    assert [(world.arm, world.seed) for world in asked] == [
        ("holds", 1), ("holds", 2), ("target", 1), ("target", 2)
    ]  # fmt: skip
    some = made_up()[lambda found: found["arm"] != "plans"]
    assert set(effects(some)["arm"]) == {"target"}
    page = to_markdown(some, "command", None)
    assert "plans" not in page.split("All others hold.")[1] and "*target*: 3.0" in page


def test_every_arm_is_a_scenario() -> None:
    arms = {scenario for game in GAMES.values() for scenario in game.arms.values()}
    assert arms <= set(shipped_scenarios())


@pytest.mark.parametrize("arm", GAMES["race"].arms)
def test_in_a_race_rules_spread_and_without_one_they_stand(
    arm: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy_games, "UNTIL", "2021-12")
    found = play(World("race", arm, 1, 2000.0))
    like = found[found["measure"] == "countries like J-Skip"].set_index("year")["value"]
    taken = found[(found["measure"] == "measures taken") & (found["country"] == "WLD")]["value"]
    if arm == "all hold":
        assert like.nunique() == 1 and taken.item() == 0.0
    else:
        assert like[2021] > like[2019] and taken.item() > 20.0
    assert found[found["measure"] == "faults"]["value"].item() == 0.0
