"""The scorecard: its arithmetic, and that it is the same however it is computed."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from agents.declare import InputError
from experiments import scorecard as card

COARSE = 2000.0


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    """The scorecard of two very coarse worlds; read it, never change it."""
    return card.scorecard(2, COARSE, 1)


def by_fact(frame: pd.DataFrame, start: str) -> pd.Series:
    """The one row whose fact starts with some words."""
    (row,) = (row for _, row in frame.iterrows() if row["fact"].startswith(start))
    return row


# The frame -----------------------------------------------------------------------------------


def test_every_fact_has_a_row_with_a_source(frame: pd.DataFrame) -> None:
    assert tuple(frame.columns) == card.COLUMNS
    assert len(frame) == len(card.FACTS)
    assert frame["fact"].is_unique
    assert (frame["source"] != "").all()
    assert set(frame["fitted"]) == {"by hand", "fit years", "same data", "input", "no"}


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
    for start in ("2 correlation of a flow with its reverse, 6,000", "6 doctors still in the USA"):
        rows = frame[frame["fact"].str.startswith(start)]
        assert rows["simulated"].isna().all() and rows["inside"].isna().all()
        assert rows["reason"].str.contains("too few").all()
    assert "not available" in by_fact(frame, "8 ")["reason"]


def test_the_level_of_mobility_is_that_of_the_national_table(frame: pd.DataFrame) -> None:
    from experiments.run import run

    moves = stocks = 0.0
    for seed in (1, 2):
        table = run("baseline", seed=seed, persons_per_agent=COARSE).national
        world = table[(table["country"] == "WLD") & (table["period"].str.len() == 4)]
        wide = world.pivot(index="period", columns="measure", values="value")
        moves += wide["inflow"].sum()
        stocks += wide["stock"].iloc[:-1].sum()
    assert by_fact(frame, "1 ")["simulated"] == pytest.approx(100 * moves / stocks)


def test_moves_by_age_add_up_to_all_moves() -> None:
    life = card._live(1, COARSE)
    assert life.ages[0].sum() == life.flows.sum()


def test_processes_change_nothing(frame: pd.DataFrame) -> None:
    again = card.scorecard(2, COARSE, 2)
    pd.testing.assert_frame_equal(frame, again, check_exact=True)


def test_progress_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(card, "measure", lambda task: {"moves": (2.0 * task[0], 1.0)})
    told: list[tuple[int, int]] = []
    frame = card.scorecard(3, COARSE, 1, lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert by_fact(frame, "1 ")["simulated"] == 4.0


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
    assert len(rows) == len(card.FACTS) + 2
    assert {line.replace("\\|", "").count("|") for line in rows} == {10}
    assert "nan" not in text and "<NA>" not in text


# Arithmetic ----------------------------------------------------------------------------------


def test_an_estimate_is_a_mean_with_its_t_interval() -> None:
    value, half = card.estimate([(1.0, 1.0), (2.0, 1.0), (6.0, 1.0)])
    assert value == 3.0
    assert half == pytest.approx(4.303 * np.std([1, 2, 6], ddof=1) / math.sqrt(3))


def test_an_estimate_of_a_share_weighs_by_people() -> None:
    assert card.estimate([(1.0, 1.0), (0.0, 9.0)])[0] == pytest.approx(0.1)
    exact = card.estimate([(1.0, 2.0), (4.0, 8.0)])
    assert exact == (0.5, 0.0)


def test_an_estimate_leaves_out_what_is_unknown() -> None:
    assert card.estimate([(math.nan, 1.0), (5.0, 1.0)])[0] == 5.0
    assert math.isnan(card.estimate([(5.0, 1.0)])[1])
    assert all(math.isnan(part) for part in card.estimate([]))
    assert math.isnan(card.estimate([(9.0, 10.0), (9.0, 10.0)], least=30.0)[0])


def test_poisson_regression_finds_known_coefficients() -> None:
    luck = np.random.default_rng(3)
    design = np.column_stack([np.ones(4000), luck.normal(size=4000)])
    offset = luck.normal(size=4000)
    counts = luck.poisson(np.exp(design @ [0.5, -0.7] + offset)).astype(float)
    found = card.poisson_regression(counts, design, offset)
    assert found == pytest.approx([0.5, -0.7], abs=0.05)
    # the equations of the maximum: residuals are orthogonal to every regressor
    residual = counts - np.exp(design @ found + offset)
    assert np.abs(design.T @ residual).max() < 1e-4


def test_thinning_draws_exactly_so_many_and_none_that_are_not_there() -> None:
    moves = np.array([[0.0, 30.0], [5.0, 0.0]])
    thinned = card.thin(moves, 12, np.random.default_rng(1))
    assert thinned.sum() == 12 and (thinned <= moves).all()
    assert np.isnan(card.thin(moves, 36, np.random.default_rng(1))).all()


def test_moves_that_all_come_back_correlate_fully() -> None:
    moves = np.array([[0.0, 4.0, 9.0], [4.0, 0.0, 1.0], [9.0, 1.0, 0.0]])
    assert card.there_and_back(moves) == pytest.approx(1.0)
    assert math.isnan(card.there_and_back(np.full((3, 3), np.nan)))
