"""Chance belongs to seed, decision, month and identity; it is SplitMix64 read at a position."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from agents.chance import (
    GAMMA,
    choose,
    choose_in_row,
    decision_key,
    draw,
    mix,
    mix_integer,
    name_key,
    normal,
    round_by_luck,
    uniform,
    unit,
)
from tests.helpers import FALSE_ALARM, hoeffding

PUBLISHED = (
    6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431,
    16408922859458223821,
)  # fmt: skip
STATE = 1234567
KEY = decision_key(3, "test", 24_000)
MANY = np.arange(200_000)


def test_the_published_outputs_of_splitmix64_come_out() -> None:
    assert tuple(mix_integer(STATE + GAMMA * i) for i in range(1, 6)) == PUBLISHED
    np.testing.assert_array_equal(
        draw(STATE, np.arange(1, 6)), np.array(PUBLISHED, dtype=np.uint64)
    )


@given(hnp.arrays(np.uint64, st.integers(1, 20), elements=st.integers(0, 2**64 - 1)))
def test_the_array_and_the_integer_form_agree(values: np.ndarray) -> None:
    before = values.copy()
    mixed = mix(values)
    assert [int(value) for value in mixed] == [mix_integer(int(value)) for value in values]
    np.testing.assert_array_equal(values, before)


def test_keys_of_decisions_are_the_same_on_every_machine() -> None:
    assert name_key("fit") == int.from_bytes(
        __import__("hashlib").blake2b(b"fit", digest_size=8).digest(), "little"
    )
    assert decision_key(1, "fit", 5) == mix_integer(
        mix_integer(mix_integer(1 + GAMMA) ^ name_key("fit")) + GAMMA * 6
    )


def test_seed_decision_and_month_each_give_another_key() -> None:
    keys = {
        decision_key(seed, name, month)
        for seed in (0, 1, 2**63 - 1) for name in ("fit", "tie") for month in (0, 1, 24_000)
    }
    assert len(keys) == 18


@given(st.permutations(range(50)), st.integers(1, 50))
def test_a_draw_depends_neither_on_order_nor_on_chunks(order: list[int], cut: int) -> None:
    people, employer = np.arange(100, 150), np.arange(50) * 7
    whole = draw(KEY, people, employer)
    np.testing.assert_array_equal(draw(KEY, people[order], employer[order]), whole[order])
    pieces = [draw(KEY, people[a : a + cut], employer[a : a + cut]) for a in range(0, 50, cut)]
    np.testing.assert_array_equal(np.concatenate(pieces), whole)


def test_a_pair_is_not_the_pair_the_other_way_round() -> None:
    one, other = np.arange(1000), np.arange(1000)[::-1]
    assert (draw(KEY, one, other) != draw(KEY, other, one)).mean() > 0.99
    assert np.unique(draw(KEY, np.arange(500)[:, None], np.arange(500)[None, :])).size == 250_000


def test_signed_identities_are_taken_as_they_are() -> None:
    """A key is a 64-bit number; reading it as signed or unsigned is the same draw."""
    keys = np.array([0, 1, 2**63 + 5], dtype=np.uint64)
    np.testing.assert_array_equal(draw(KEY, keys), draw(KEY, keys.astype(np.int64)))


def test_numbers_lie_from_zero_to_below_one() -> None:
    ends = unit(np.array([0, 2**64 - 1], dtype=np.uint64))
    assert ends[0] == 0.0
    assert ends[1] == 1.0 - 2.0**-53


@pytest.mark.parametrize("salt", range(3))
def test_numbers_are_uniform(salt: int) -> None:
    """Distance of the empirical distribution (Dvoretzky, Kiefer and Wolfowitz)."""
    luck = np.sort(uniform(decision_key(salt, "uniform"), MANY))
    steps = np.arange(luck.size + 1) / luck.size
    distance = max(np.abs(luck - steps[1:]).max(), np.abs(luck - steps[:-1]).max())
    assert distance < hoeffding(luck.size)


def test_every_bit_is_a_fair_coin() -> None:
    bits = draw(KEY, MANY)
    share = [((bits >> np.uint64(b)) & np.uint64(1)).mean() for b in range(64)]
    allowed = np.sqrt(np.log(2 * 64 / FALSE_ALARM) / (2 * MANY.size))
    assert np.abs(np.array(share) - 0.5).max() < allowed


@pytest.mark.parametrize("other", ["identity", "month", "seed", "decision"])
def test_neighbours_are_independent(other: str) -> None:
    """Luck of neighbouring identities, months, seeds and decisions has no correlation."""
    luck = uniform(decision_key(3, "one", 8), MANY)
    beside = {
        "identity": uniform(decision_key(3, "one", 8), MANY + 1),
        "month": uniform(decision_key(3, "one", 9), MANY),
        "seed": uniform(decision_key(4, "one", 8), MANY),
        "decision": uniform(decision_key(3, "two", 8), MANY),
    }[other]
    # each product lies in a range of width one half
    allowed = 0.5 * hoeffding(MANY.size)
    assert abs(np.mean((luck - 0.5) * (beside - 0.5))) < allowed


def test_normal_numbers_have_the_moments_and_the_shares_of_the_normal() -> None:
    values = normal(KEY, MANY)
    root = np.sqrt(MANY.size)
    z = 3.291  # normal quantile of FALSE_ALARM, two sides
    assert FALSE_ALARM == 1e-3
    for power, mean, spread in ((1, 0, 1), (2, 1, 2), (3, 0, 15), (4, 3, 96)):
        assert abs(np.mean(values**power) - mean) < z * np.sqrt(spread) / root
    for cut, share in ((-1.959964, 0.025), (0.0, 0.5), (1.281552, 0.9), (2.326348, 0.99)):
        assert abs(np.mean(values < cut) - share) < hoeffding(MANY.size)
    assert np.isfinite(values).all()


def test_choose_takes_each_slice_in_proportion_and_never_an_empty_one() -> None:
    weights = np.array([0.0, 2.0, 0.0, 1.0, 1.0, 0.0])
    cumulative = np.cumsum(weights)
    luck = (np.arange(4000) + 0.5) / 4000
    chosen = np.bincount(choose(cumulative, luck), minlength=6)
    np.testing.assert_array_equal(chosen, weights * 1000)
    rows = np.broadcast_to(cumulative, (4000, 6))
    np.testing.assert_array_equal(choose(rows, luck), choose(cumulative, luck))
    few = np.stack((cumulative, np.cumsum(weights[::-1])))
    which = np.arange(4000) % 2
    np.testing.assert_array_equal(choose_in_row(few, which, luck), choose(few[which], luck))


@pytest.mark.parametrize("at", [0.0, 1.0 - 2.0**-53])
def test_choose_at_the_ends_is_a_possible_choice(at: float) -> None:
    cumulative = np.cumsum([0.0, 0.1, 0.2, 0.7])
    for table in (cumulative, cumulative[None, :]):
        assert choose(table, np.array([at]))[0] in (1, 2, 3)
    assert choose_in_row(cumulative[None, :], np.array([0]), np.array([at]))[0] in (1, 2, 3)


@given(st.floats(0, 1e6), st.floats(0, 1, exclude_max=True))
def test_rounding_by_luck_is_off_by_less_than_one(amount: float, luck: float) -> None:
    rounded = round_by_luck(np.array([amount]), np.array([luck]))[0]
    assert abs(rounded - amount) <= 1.0
    assert rounded >= np.floor(amount)


@given(st.integers(0, 1000), st.integers(0, 999))
def test_rounding_by_luck_is_exact_in_expectation(whole: int, thousandths: int) -> None:
    amount = whole + thousandths / 1000
    luck = (np.arange(1000) + 0.5) / 1000
    rounded = round_by_luck(np.full(1000, amount), luck)
    assert rounded.sum() == pytest.approx(amount * 1000, abs=1e-6)
