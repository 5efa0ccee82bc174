"""Policies compared in real, tiny worlds: what an effect is and what it is exactly nought for."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import talentmarket as tm
from agents.declare import InputError
from agents.policies import Policy
from experiments.compare import Comparison, comparison, design_of
from experiments.compare.store import EFFECT_COLUMNS
from experiments.run import run
from model.parameters import all_parameters
from model.policy_files import policy_from, read_policy
from model.scenario import read_scenario

TINY: dict[str, Any] = {"persons_per_agent": 2000, "until": "2019-06"}


def written(name: str, month: str, country: str, **change: Any) -> Policy:
    """A policy of one change."""
    entry = {"from": month, "country": country, **change}
    return policy_from({"name": name, "title": name, "change": [entry]}, file=None)


DEAR = written("dear", "2019-01", "USA", scheme="usa-h-1b", set={"min_pay_usd": 9_000_000})
GENEROUS = written("generous", "2019-02", "USA", set={"public_pay_scale": 1.5})
LATER = written("later", "2019-07", "USA", scheme="usa-h-1b", set={"min_pay_usd": 9_000_000})


def national(policies: list[Policy], seed: int) -> pd.DataFrame:
    """National statistics of the years of one world run by itself."""
    table = run("small", seed=seed, policies=policies, **TINY).national
    return table[table["period"].str.len() == 4].reset_index(drop=True)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a policy file."""
    folder = tmp_path_factory.mktemp("policies")
    (folder / "mine.toml").write_text(
        'name = "mine"\ntitle = "Mine"\n[[change]]\nfrom = "2019-02"\n'
        'scheme = "usa-h-1b"\nset = { min_pay_usd = 9_000_000 }\n'
    )
    return folder


@pytest.fixture(scope="module")
def found() -> Comparison:
    """Two pairs of four policies in the smallest world."""
    return comparison(design_of("small", [DEAR, GENEROUS, LATER, "none"], seeds=2, **TINY))


def test_the_columns_are_those_that_scripts_rely_on(found: Comparison) -> None:
    effects = found.effects()
    assert list(effects.columns) == list(EFFECT_COLUMNS)
    assert set(effects["policy"]) == {"dear", "generous", "later", "none"}
    assert set(effects["period"]) == {"2018", "2019"}
    national_rows = national([], 1)
    assert len(effects) == 4 * len(national_rows)
    assert set(effects["country"]) == set(national_rows["country"])


def test_the_empty_policy_changes_exactly_nothing(found: Comparison) -> None:
    effects = found.effects().query("policy == 'none'").dropna(subset=["effect"])
    assert len(effects) > 500
    # a rate that is blank in one of two pairs has an effect and no interval
    for column, least in (("effect", 500), ("low", 400), ("high", 400)):
        known = effects[column].dropna()
        assert (known == 0).all() and known.size > least
    assert effects["variance_ratio"].isna().all()


def test_before_its_first_date_a_policy_changes_exactly_nothing(found: Comparison) -> None:
    effects = found.effects().dropna(subset=["effect"])
    assert (effects.loc[effects["policy"] == "later", "effect"] == 0).all()
    assert (effects.loc[effects["period"] == "2018", "effect"] == 0).all()
    # the same change at an earlier date changes something, so nought above says something
    for policy in ("dear", "generous"):
        assert (effects.loc[effects["policy"] == policy, "effect"] != 0).any()


def test_both_sides_of_a_pair_are_the_worlds_run_by_themselves(found: Comparison) -> None:
    for row, seed in enumerate(found.seeds):
        for number, policies in enumerate(([], [DEAR], [GENEROUS])):
            alone = national(policies, seed)
            pd.testing.assert_frame_equal(
                found.keys, alone[["country", "period", "measure", "unit"]], check_dtype=False
            )
            np.testing.assert_array_equal(found.values[number, row], alone["value"])


def test_an_effect_is_the_mean_difference_of_the_pairs(found: Comparison) -> None:
    pairs = found.pairs(["net", "stock"])
    assert set(pairs["measure"]) == {"net", "stock"}
    assert set(pairs["seed"]) == {1, 2} and pairs["draw"].isna().all()
    keys = ["policy", "country", "period", "measure"]
    means = pairs.groupby(keys)["difference"].mean()
    effects = found.effects().set_index(keys)["effect"].reindex(means.index)
    np.testing.assert_allclose(means, effects)
    with pytest.raises(InputError, match="unknown measure 'nets'; did you mean 'net'"):
        found.pairs(["nets"])


def test_joined_policies_are_a_scenario_with_both(files: Path) -> None:
    scenario = read_scenario("small").with_changes(policies=[GENEROUS])
    both = tm.compare(scenario, files / "mine.toml", seeds=[2], **TINY)
    alone = national([GENEROUS, read_policy(files / "mine.toml")], 2)
    np.testing.assert_array_equal(both["value"], alone["value"])
    np.testing.assert_array_equal(both["baseline"], national([GENEROUS], 2)["value"])


def test_a_plus_b_is_both_together() -> None:
    joined = design_of("small", "usa-h-1b-cap-65000+usa-top-tax", seeds=1)
    (side,) = joined.compared
    assert [policy.name for policy in side.policies] == ["usa-h-1b-cap-65000", "usa-top-tax"]
    assert joined.world(0, side) == read_scenario("small").with_changes(
        policies=["usa-h-1b-cap-65000", "usa-top-tax"]
    )


def test_against_another_policy_that_one_is_the_baseline() -> None:
    held = comparison(design_of("small", DEAR, against=GENEROUS, seeds=[1], **TINY))
    effects = held.effects()
    assert set(effects["against"]) == {"generous"}
    for values, policy in zip(held.values, (GENEROUS, DEAR), strict=True):
        np.testing.assert_array_equal(values[0], national([policy], 1)["value"])
    assert effects[["low", "high"]].isna().all(axis=None)  # one pair has no interval


def test_a_policy_of_the_scenario_is_held_against_the_scenario_without_it() -> None:
    scenario = read_scenario("small").with_changes(policies=[DEAR, GENEROUS])
    design = design_of(scenario, DEAR, seeds=1)
    assert [policy.name for policy in design.world(0, design.against).policies] == ["generous"]
    assert len(design.world(0, design.compared[0]).policies) == 2


def test_the_interaction_is_the_package_less_its_parts(found: Comparison) -> None:
    table = found.interaction("generous", ["dear", "later"])
    names = [arm.name for arm in found.arms]
    whole, one, two = (names.index(name) for name in ("generous", "dear", "later"))
    change = found.values - found.values[0]
    pairs = np.ma.masked_invalid(change[whole] - change[one] - change[two])
    expected = pairs.mean(axis=0).filled(np.nan)
    np.testing.assert_allclose(table["effect"], expected)
    assert table["effect"].abs().max() > 0
    with pytest.raises(InputError, match="unknown policy 'generos'; did you mean 'generous'"):
        found.interaction("generos", [])


@pytest.mark.parametrize(
    ("country", "measure", "period", "said"),
    [
        ("KRO", "net", "2019", "unknown country 'KRO'"),
        ("KOR", "nett", "2019", "unknown measure 'nett'; did you mean 'net'"),
        ("KOR", "net", "2029", "unknown period '2029'"),
    ],
)
def test_what_is_not_there_is_said(
    found: Comparison, country: str, measure: str, period: str, said: str
) -> None:
    with pytest.raises(InputError, match=said):
        found.effect_on("generous", country, measure, [period])


# Draws ---------------------------------------------------------------------------------------


def test_draws_are_used_in_turn_on_both_sides() -> None:
    name = all_parameters()[0].name
    low, high = all_parameters()[0].low, all_parameters()[0].high
    design = design_of(
        "small", DEAR, seeds=[4, 5, 6], parameters={name: low},
        draws=pd.DataFrame({name: [high, low]}),
    )
    for side in design.sides:
        used = [design.world(place, side).parameters[name] for place in range(3)]
        assert used == [high, low, high]
    assert [design.draw(place) for place in range(3)] == [0, 1, 0]


def test_intervals_carry_the_draws(tmp_path: Path) -> None:
    name = "bidding.pay_weight"
    known = {parameter.name: parameter for parameter in all_parameters()}[name]
    table = pd.DataFrame({name: [known.low, known.high]})
    table.to_csv(tmp_path / "draws.csv", index=False)
    fixed = comparison(design_of("small", "none", seeds=[1, 2], **TINY))
    drawn = comparison(
        design_of("small", "none", seeds=[1, 2], draws=tmp_path / "draws.csv", **TINY)
    )
    assert drawn.draws == [1, 2]
    assert set(drawn.pairs(["net"])["draw"]) == {1, 2}
    assert not np.array_equal(fixed.values[0], drawn.values[0], equal_nan=True)
    one = national_with({name: known.high}, 2)
    np.testing.assert_array_equal(drawn.values[0, 1], one)


def national_with(parameters: dict[str, float], seed: int) -> Any:
    """Results of the years of a world with other parameters."""
    table = run("small", seed=seed, parameters=parameters, **TINY).national
    return table.loc[table["period"].str.len() == 4, "value"]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("bidding.pay_wieght\n1\n", ["draws.csv", "pay_wieght", "mean 'bidding.pay_weight'"]),
        ("bidding.pay_weight\n1\n99\n", ["draws.csv", "row 2, column bidding.pay_weight", "'99'",
                                          "0.5 to 4"]),
        ("bidding.pay_weight\nmuch\n", ["row 1", "'much'"]),
        ("bidding.pay_weight\n", ["holds no draws"]),
        ("", ["draws.csv"]),
    ],
)  # fmt: skip
def test_wrong_draws_are_told_at_once(text: str, parts: list[str], tmp_path: Path) -> None:
    (tmp_path / "draws.csv").write_text(text)
    with pytest.raises(InputError) as told:
        design_of("small", "none", draws=tmp_path / "draws.csv")
    assert [part for part in parts if part not in str(told.value)] == [], str(told.value)


def test_a_missing_file_of_draws_is_named() -> None:
    with pytest.raises(InputError, match=r"nowhere\.csv: no such file"):
        design_of("small", "none", draws="nowhere.csv")


# Mistakes ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "parts"),
    [
        ({"policy": None}, ["policy", "no policy was given"]),
        ({"policy": []}, ["no policy was given"]),
        ({"policy": "korea-top-teir-2020"}, ["unknown policy", "mean 'korea-top-tier-2020'"]),
        ({"policy": ["none", "none"]}, ["policy", "named twice", "'none'"]),
        ({"policy": "usa-top-tax+usa-top-tax"}, ["named twice"]),
        ({"against": "usa-top-tacks"}, ["did you mean 'usa-top-tax'"]),
        ({"scenario": "smal"}, ["unknown scenario", "'small'"]),
        ({"seeds": 0}, ["seeds", "got 0", "1 to"]),
        ({"seeds": -3}, ["seeds", "got -3"]),
        ({"seeds": True}, ["seeds", "True"]),
        ({"seeds": "12"}, ["seeds", "'12'"]),
        ({"seeds": []}, ["seeds", "different whole numbers"]),
        ({"seeds": [1, 1]}, ["seeds", "different"]),
        ({"seeds": [1, -1]}, ["seeds", "-1"]),
        ({"seeds": [1.5]}, ["seeds", "1.5"]),
        ({"until": "2019-13"}, ["'2019-13'"]),
        ({"parameters": {"bidding.pay_weight": 99.0}}, ["pay_weight", "99"]),
    ],
)  # fmt: skip
def test_mistakes_are_told_before_anything_runs(
    change: dict[str, Any], parts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tm.TalentMarket, "step", lambda self: pytest.fail("it ran"))
    given: dict[str, Any] = {"scenario": "small", "policy": "none", **change}
    with pytest.raises(InputError) as told:
        tm.compare(given.pop("scenario"), given.pop("policy"), **given)
    assert [part for part in parts if part not in str(told.value)] == [], str(told.value)


def test_policies_that_cannot_stand_together_are_told_at_once() -> None:
    brings = policy_from(
        {"name": "one", "title": "One", "scheme": [
            {"id": "kor-new", "country": "KOR", "title": "New", "valid_from": "2019-02"}]},
        file=None,
    )  # fmt: skip
    other = dataclasses.replace(brings, name="two")
    scenario = read_scenario("small").with_changes(policies=[brings])
    with pytest.raises(InputError, match="exists already"):
        design_of(scenario, other)


@pytest.mark.parametrize("workers", [0, -1, 1000, 1.5, True])
def test_a_wrong_number_of_workers_is_told(workers: Any) -> None:
    with pytest.raises(InputError, match="workers"):
        tm.compare("small", "none", seeds=1, workers=workers, **TINY)
