"""The scorecard: its arithmetic, and that it is the same however it is computed."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from agents.declare import InputError
from experiments import scorecard as card
from experiments.scorecard import arithmetic
from experiments.scorecard.fact import LAST_FIT_YEAR, Fact
from experiments.scorecard.lives import lived
from experiments.scorecard.table import table

COARSE = 2000.0


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    """The scorecard of two very coarse worlds; read it, never change it."""
    return card.scorecard(2, COARSE, 1)


def by_key(frame: pd.DataFrame, key: str) -> pd.Series:
    """The one row with a key."""
    (row,) = (row for _, row in frame.iterrows() if row["key"] == key)
    return row


# The frame -----------------------------------------------------------------------------------


def test_every_fact_has_a_row_with_a_source(frame: pd.DataFrame) -> None:
    assert tuple(frame.columns) == card.COLUMNS
    assert len(frame) == len(card.FACTS)
    assert frame["key"].is_unique and frame["fact"].is_unique
    assert (frame["source"] != "").all()
    assert set(frame["fitted"]) == {"by hand", "fit years", "same data", "input", "no"}
    assert {*range(1, 12), 14, 15} <= set(frame["row"])


def test_what_was_used_comes_first_and_what_was_held_out_apart(frame: pd.DataFrame) -> None:
    assert frame["part"].is_monotonic_decreasing and set(frame["part"]) == set(card.PARTS)
    assert ((frame["fitted"] == "no") == (frame["part"] == "held out")).all()
    for _, rows in frame.groupby("part"):
        assert rows["row"].is_monotonic_increasing
    korea = by_key(frame, "KOR2023")
    assert korea["later"] and korea["part"] == "held out"
    assert not by_key(frame, "KOR2019")["later"]


def test_no_figure_of_later_years_can_be_called_fitted() -> None:
    given = ("x", 4, "x", "2018–2020", 1.0, 0.0, 2.0)
    with pytest.raises(ValueError, match=f"after {LAST_FIT_YEAR}"):
        Fact(*given, "fit years", "a source")
    with pytest.raises(ValueError, match="unknown use"):
        Fact(*given, "a little", "a source")


def test_figures_lie_within_their_own_ranges() -> None:
    for fact in card.FACTS:
        assert math.isnan(fact.figure) or fact.low <= fact.figure <= fact.high, fact.key
    assert len({fact.key for fact in card.FACTS}) == len(card.FACTS)


def test_inside_says_whether_the_mean_lies_in_the_range(frame: pd.DataFrame) -> None:
    for row in frame.to_dict("records"):
        if pd.isna(row["inside"]):
            assert math.isnan(row["simulated"]) or math.isnan(row["high"])
        else:
            assert row["inside"] == (row["low"] <= row["simulated"] <= row["high"])
            assert row["inside"] or "too " in row["reason"]


def test_what_rests_on_too_little_is_blank_and_says_so(frame: pd.DataFrame) -> None:
    rows = frame[frame["key"].isin(["there_back", "stayIND", "stayTUR", "kept_laboratories"])]
    assert len(rows) == 4
    assert rows["simulated"].isna().all() and rows["inside"].isna().all()
    assert rows["reason"].str.contains("too few").all()


def test_a_miss_says_why_and_which_way() -> None:
    fact = Fact("x", 1, "x", "2024", 5.0, 4.0, 6.0, "no", "a source", miss="because")
    (low,) = table([fact], [{"x": (1.0, 1.0)}, {"x": (2.0, 1.0)}]).to_dict("records")
    assert low["inside"] is False
    assert low["reason"] == "too low, but the interval reaches the range; because"
    (met,) = table([fact], [{"x": (4.5, 1.0)}]).to_dict("records")
    assert met["inside"] is True and met["reason"] == ""


def test_the_level_of_mobility_is_that_of_the_national_table(frame: pd.DataFrame) -> None:
    from experiments.run import run

    moves = stocks = 0.0
    for seed in (1, 2):
        table = run("baseline", seed=seed, persons_per_agent=COARSE).national
        world = table[(table["country"] == "WLD") & (table["period"].str.len() == 4)]
        wide = world.pivot(index="period", columns="measure", values="value")
        moves += wide["inflow"].sum()
        stocks += wide["stock"].iloc[:-1].sum()
    assert by_key(frame, "moves")["simulated"] == pytest.approx(100 * moves / stocks)


def test_moves_by_age_add_up_to_all_moves() -> None:
    life = lived(1, COARSE)
    # who moved and left the profession, or moved twice, in one month is counted less often
    missed = life.flows.sum() - life.ages.sums[0].sum()
    assert 0 <= missed <= 0.02 * life.flows.sum()


@pytest.mark.thorough
def test_processes_change_nothing(frame: pd.DataFrame) -> None:
    again = card.scorecard(2, COARSE, 2)
    pd.testing.assert_frame_equal(frame, again, check_exact=True)


def test_progress_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(card, "measure", lambda task: {"moves": (2.0 * task[0], 1.0)})
    told: list[tuple[int, int]] = []
    frame = card.scorecard(3, COARSE, 1, lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert by_key(frame, "moves")["simulated"] == 4.0


@pytest.mark.parametrize(
    ("given", "named"),
    [((0, 20.0, 1), "seeds"), ((2, 20.0, 0), "workers"), ((2, 0.0, 1), "persons_per_agent"),
     ((2, math.nan, 1), "persons_per_agent")],
)  # fmt: skip
def test_numbers_that_cannot_be_used(given: tuple[int, float, int], named: str) -> None:
    with pytest.raises(InputError, match=named):
        card.scorecard(*given)


def test_the_page_has_a_line_for_every_fact(frame: pd.DataFrame) -> None:
    text = card.to_markdown(frame)
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert len(rows) == len(card.FACTS) + 2 * 2
    assert {line.replace("\\|", "").count("|") for line in rows} == {12}
    used, held_out = text.split("## Held out")
    assert "net per 10,000 of the work force, Korea 2019" in used
    assert "Korea 2023 | 2023 \\* |" in held_out and "Korea 2023 |" not in used
    assert "nan" not in text and "<NA>" not in text


@pytest.mark.parametrize(
    ("korea", "said"),
    [([-0.3, -0.2], "luck"), ([-0.3, -0.29], "the same sign"), ([0.3, 0.29], "the opposite sign"),
     ([-0.3], "luck"), ([math.nan, math.nan], "too few agents")],
)  # fmt: skip
def test_the_signs_of_2023_stand_beside_the_observed_ones(korea: list[float], said: str) -> None:
    facts = [fact for fact in card.FACTS if fact.key in ("KOR2023", "JPN2023")]
    frame = table(facts, [{"KOR2023": (value, 1.0)} for value in korea])
    frame.attrs = {"seeds": len(korea), "persons_per_agent": 20.0}
    first, _ = card.signs(frame)
    assert first.startswith("Korea 2023: observed -0.30, simulated")
    assert first.endswith("at 1:20: " + ("the sign is not clear of luck." if said == "luck" else
                                         said + ("." if "sign" in said else " to tell.")))


def test_a_tally_counts_what_is_judged_and_later_years_apart() -> None:
    def fact(key: str, years: str, fitted: str) -> Fact:
        return Fact(key, 1, key, years, 1.0, 0.5, 1.5, fitted, "a source")

    facts = [fact("a", "2019", "no"), fact("b", "2022", "no"), fact("c", "2023", "no"),
             fact("d", "2019", "fit years")]  # fmt: skip
    frame = table(facts, [{"a": (1.0, 1.0), "b": (9.0, 1.0), "c": (1.0, 1.0), "d": (9.0, 1.0)}])
    assert card.tally(frame, "held out") == "2 of 3 inside; years after 2019: 1 of 2."
    assert card.tally(frame, "used") == "0 of 1 inside."


# Arithmetic ----------------------------------------------------------------------------------


def test_an_estimate_is_a_mean_with_its_t_interval() -> None:
    value, half = arithmetic.estimate([(1.0, 1.0), (2.0, 1.0), (6.0, 1.0)])
    assert value == 3.0
    assert half == pytest.approx(4.303 * np.std([1, 2, 6], ddof=1) / math.sqrt(3))


def test_an_estimate_of_a_share_weighs_by_people() -> None:
    assert arithmetic.estimate([(1.0, 1.0), (0.0, 9.0)])[0] == pytest.approx(0.1)
    exact = arithmetic.estimate([(1.0, 2.0), (4.0, 8.0)])
    assert exact == (0.5, 0.0)


def test_an_estimate_leaves_out_what_is_unknown() -> None:
    assert arithmetic.estimate([(math.nan, 1.0), (5.0, 1.0)])[0] == 5.0
    assert math.isnan(arithmetic.estimate([(5.0, 1.0)])[1])
    assert all(math.isnan(part) for part in arithmetic.estimate([]))
    assert math.isnan(arithmetic.estimate([(9.0, 10.0), (9.0, 10.0)], least=30.0)[0])


def test_poisson_regression_finds_known_coefficients() -> None:
    luck = np.random.default_rng(3)
    design = np.column_stack([np.ones(4000), luck.normal(size=4000)])
    offset = luck.normal(size=4000)
    counts = luck.poisson(np.exp(design @ [0.5, -0.7] + offset)).astype(float)
    found = arithmetic.poisson_regression(counts, design, offset)
    assert found == pytest.approx([0.5, -0.7], abs=0.05)
    # the equations of the maximum: residuals are orthogonal to every regressor
    residual = counts - np.exp(design @ found + offset)
    assert np.abs(design.T @ residual).max() < 1e-4


def test_thinning_draws_exactly_so_many_and_none_that_are_not_there() -> None:
    moves = np.array([[0.0, 30.0], [5.0, 0.0]])
    thinned = arithmetic.thin(moves, 12, np.random.default_rng(1))
    assert thinned.sum() == 12 and (thinned <= moves).all()
    assert np.isnan(arithmetic.thin(moves, 36, np.random.default_rng(1))).all()


def test_moves_that_all_come_back_correlate_fully() -> None:
    moves = np.array([[0.0, 4.0, 9.0], [4.0, 0.0, 1.0], [9.0, 1.0, 0.0]])
    assert arithmetic.there_and_back(moves) == pytest.approx(1.0)
    assert math.isnan(arithmetic.there_and_back(np.full((3, 3), np.nan)))


def test_the_ablest_part_of_a_sample_goes_by_weight() -> None:
    ability, weight = np.array([1.0, 4.0, 2.0, 3.0]), np.array([5.0, 0.0, 2.0, 3.0])
    assert arithmetic.ablest(ability, weight, 0.2).tolist() == [0.0, 0.0, 0.0, 2.0]
    assert arithmetic.ablest(ability, weight, 0.4).tolist() == [0.0, 0.0, 1.0, 3.0]
    assert arithmetic.ablest(ability, weight, 1.0).tolist() == weight.tolist()
    assert not arithmetic.ablest(ability, np.zeros(4), 0.2).any()


def test_a_miss_without_a_known_reason_says_so() -> None:
    fact = Fact("x", 1, "x", "2024", 5.0, 4.0, 6.0, "no", "a source")
    (low,) = table([fact], [{"x": (9.0, 1.0)}]).to_dict("records")
    assert low["reason"] == "too high; reason not known"
