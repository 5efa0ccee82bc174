"""The bargain between two firms: needs are met, gains are shared, money balances to the cent."""

from __future__ import annotations

import dataclasses
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.deals import (
    BargainParameters,
    Shares,
    Terms,
    after_review,
    bargain,
    choose_form,
    closing_value,
    complementarity,
    going_on,
    investors_part,
    least_price,
    overlap,
    people_value,
    reservations,
    shared_out,
    team_worth,
    technology_gain,
    worth_of_invention,
    years_counted,
)
from agents.employers import WorthParameters, output

P = BargainParameters()
MILLION = 1e6
money = st.floats(0.0, 1e10)
share = st.floats(0.0, 1.0)


def terms(**changes: object) -> Terms:
    """One bargain over a startup: 5 million raised for a third, 20 % of the price as retention."""
    base = {
        "value": 30 * MILLION, "investors_need": 6 * MILLION, "founders_need": 9 * MILLION,
        "raised": 5 * MILLION, "investors_share": 1 / 3, "retention": 0.2, "kept": 0.8,
        "to_firm": False, "firm_need": 0.0, "invested": 0.0, "stake": 0.0,
    } | changes  # fmt: skip
    return Terms(*(np.array([base[name]]) for name in Terms._fields))


def founders_payoff(price: float, of: Terms) -> float:
    """What founders and staff get of a price, by adding it up directly."""
    now, later = price * (1 - of.retention[0]), price * of.retention[0] * of.kept[0]
    return float(now - investors_part(now, of.raised[0], of.investors_share[0]) + later)


def test_years_counted_is_the_integral() -> None:
    months = np.arange(5 * 1200) / 1200
    np.testing.assert_allclose(years_counted(5.0, 0.3), np.exp(-0.3 * months).sum() / 1200, 1e-3)
    np.testing.assert_allclose(years_counted(5.0, 0.0), 5.0)


def test_a_team_of_one_is_worth_what_one_more_person_is() -> None:
    worth = WorthParameters()
    buyer = (9e5, 20.0, 25.0, np.inf, 10.0)
    more = output(9e5, 20.7, 26.0, np.inf, 10.0, worth) - output(*buyer, worth)
    np.testing.assert_allclose(team_worth(*buyer, 0.7, 1.0, worth), more)


def test_a_team_is_worth_less_than_its_people_one_by_one_to_an_empty_firm() -> None:
    worth = WorthParameters(peer_elasticity=0.0)
    buyer = (9e5, 20.0, 25.0, np.inf, 10.0)
    together = team_worth(*buyer, 7.0, 10.0, worth)
    assert together < 10 * team_worth(*buyer, 0.7, 1.0, worth)


def test_buyers_count_on_leavers_and_on_what_keeps_them() -> None:
    stays = dataclasses.replace(P, expected_leaving=0.05)
    value = people_value(2 * MILLION, MILLION, 0, P)
    assert value < people_value(2 * MILLION, MILLION, 0, stays)
    assert value < people_value(2 * MILLION, MILLION, 36, P)


def test_neither_strangers_nor_twins_complete_each_other() -> None:
    same = np.array([[0.5, 0.5], [1.0, 0.0], [0.7, 0.3]])
    other = np.array([[0.5, 0.5], [0.0, 1.0], [0.2, 0.8]])
    np.testing.assert_allclose(overlap(same, other), [1.0, 0.0, 0.5])
    np.testing.assert_allclose(complementarity(overlap(same, other)), [0.0, 0.0, 1.0])


def test_a_large_buyer_gains_more_in_all_and_less_in_proportion() -> None:
    small, large = (technology_gain(1e6, size, 0.5, 1.0, P) for size in (1e7, 1e9))
    assert small > large > 0
    assert small * 1e7 < large * 1e9


@given(investors=money, founders=money, raised=money, part=share, retention=st.floats(0, 0.9),
       kept=st.floats(0.01, 1.0))  # fmt: skip
def test_the_least_price_meets_both_needs_and_no_less_does(
    investors: float, founders: float, raised: float, part: float, retention: float, kept: float
) -> None:
    of = terms(
        investors_need=investors if part > 0.01 else min(investors, raised),
        founders_need=founders if part < 0.99 else 0.0, raised=raised,
        investors_share=part, retention=retention, kept=kept,
    )
    price = float(least_price(of)[0])
    now = price * (1 - retention)
    slack = 1e-6 * (1 + price)
    assert investors_part(now, raised, part) >= of.investors_need[0] - slack
    assert founders_payoff(price, of) >= of.founders_need[0] - slack
    less = price * (1 - 1e-4) - 1e-3
    if less > 0:
        meets = investors_part(less * (1 - retention), raised, part) >= of.investors_need[0]
        assert not (meets and founders_payoff(less, of) >= of.founders_need[0] + slack)


def test_investors_who_are_owed_more_make_a_price_too_low_for_founders() -> None:
    poor = float(least_price(terms(raised=20 * MILLION))[0])
    assert poor > float(least_price(terms())[0])


def test_nash_gives_each_side_its_part_of_the_gain() -> None:
    of, least = terms(), float(least_price(terms())[0])
    for weight in (0.0, 0.3, 1.0):
        got = bargain(of, 0.0, dataclasses.replace(P, buyer_weight=weight))
        np.testing.assert_allclose(got.price[0] - least, (1 - weight) * (30e6 - least))
        if weight > 0:
            np.testing.assert_allclose(got.gain[0], weight * (30e6 - least))


def test_no_bargain_below_what_the_other_side_has_without_it() -> None:
    got = bargain(terms(value=10 * MILLION), 0.0, P)
    assert np.isnan(got.price[0]) and got.gain[0] == -np.inf


def test_another_buyer_raises_the_price() -> None:
    alone, contested = (bargain(terms(), other, P) for other in (0.0, 28 * MILLION))
    assert contested.price[0] > alone.price[0]
    assert contested.price[0] > 28 * MILLION
    assert contested.gain[0] < alone.gain[0]


def test_a_price_into_the_firm_asks_what_the_firm_loses() -> None:
    got = bargain(terms(to_firm=True, firm_need=2 * MILLION), 0.0, P)
    assert got.least[0] == 2 * MILLION


def test_a_firm_without_a_future_asks_what_closing_leaves() -> None:
    left = closing_value(3 * MILLION, MILLION, P)
    np.testing.assert_allclose(left, 3 * MILLION * (1 - P.closing_cost) - MILLION)
    need = reservations(0.0, 0.9, left, 5 * MILLION, 0.3)
    np.testing.assert_allclose(need.investors, left)
    assert need.founders == 0
    lives = reservations(50 * MILLION, 0.9, left, 5 * MILLION, 0.3)
    np.testing.assert_allclose(
        lives.investors + lives.founders, going_on(50 * MILLION, 0.9, left)
    )
    assert lives.founders > lives.investors > 0.9 * 0.3 * 50 * MILLION


def test_review_costs_delay_and_the_chance_of_a_ban() -> None:
    free = after_review(10 * MILLION, 20 * MILLION, 0, 0.0, P)
    assert free == 10 * MILLION
    slow = after_review(10 * MILLION, 20 * MILLION, 12, 0.0, P)
    banned = after_review(10 * MILLION, 20 * MILLION, 12, 0.2, P)
    np.testing.assert_allclose(slow, 10 * MILLION * np.exp(-P.discount))
    np.testing.assert_allclose(banned, np.exp(-P.discount) * (8e6 - 0.2 * P.break_fee * 20e6))


def test_review_of_one_form_moves_the_choice_to_the_next_best() -> None:
    gain = np.array([[10.0, 9.0, -1.0], [-5.0, -6.0, -7.0]]) * MILLION
    every = np.ones((2, 3), dtype=bool)
    np.testing.assert_array_equal(choose_form(gain, every), [0, -1])
    reviewed = after_review(gain, 20 * MILLION, [12, 0, 0], [0.1, 0, 0], P)
    np.testing.assert_array_equal(choose_form(reviewed, every), [1, -1])
    both = after_review(gain, 20 * MILLION, [12, 12, 0], [0.1, 0.1, 0], P)
    np.testing.assert_array_equal(choose_form(both, every), [0, -1])
    np.testing.assert_array_equal(choose_form(gain, ~every), [-1, -1])


@given(price=st.integers(0, 10**14), raised=st.integers(0, 10**13), parts=st.tuples(
    st.floats(0, 1), st.floats(0, 1), st.floats(0, 1)))  # fmt: skip
def test_a_price_is_shared_out_to_the_cent(
    price: int, raised: int, parts: tuple[float, float, float]
) -> None:
    total = max(sum(parts), 1e-9)
    shares = Shares(*(np.array([part / total]) for part in parts))
    got = shared_out(np.array([price]), np.array([raised]), shares)
    assert sum(int(part[0]) for part in got) == price
    assert all(part[0] >= 0 for part in got)
    if shares.investors[0] > 0:
        assert got[0][0] >= min(price, raised) - 1


def test_a_tenth_of_inventions_brings_as_much_as_published() -> None:
    """The least of Scherer and Harhoff 2000: 48 % of the value of all."""
    luck = NormalDist().inv_cdf
    worth = np.sort(worth_of_invention([luck((k + 0.5) / 100_000) for k in range(100_000)], P))
    assert worth.mean() == pytest.approx(1.0, abs=0.01)
    assert worth[90_000:].sum() / worth.sum() == pytest.approx(0.48, abs=0.01)
    same = dataclasses.replace(P, technology_spread=0.0)
    np.testing.assert_array_equal(worth_of_invention([-2.0, 3.0], same), 1.0)
