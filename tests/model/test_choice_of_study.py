"""Choice of study: who enters answers, years later, to pay and to the chance of leaving."""

from __future__ import annotations

import numpy as np
import pytest

from model.month.choice_of_study import REFERENCE, ChoiceParameters, choice
from model.prospects import Prospects
from model.world import World
from tests.helpers import small_market
from tests.policies import market

PARAMETERS = ChoiceParameters()
STUDY = 3


def lived(months: int) -> World:
    """A world whose prospects stood still for some months."""
    world = small_market(1, 2000, {"opening.burn_in_months": 0.0}).world
    countries = world.countries
    for _ in range(months):
        world.prospects.note(
            np.full(countries, 100_000.0), np.full(countries, 1.0), np.full(countries, 600.0)
        )
    world.month = world.start + months
    return world


def test_nothing_changes_until_those_enter_who_chose_after_the_opening() -> None:
    back = round(PARAMETERS.memory_years * 12)
    for months in (0, 12, STUDY * 12 + back - 1):
        world = lived(months)
        world.prospects.pay *= np.linspace(1.0, 2.0, max(months, 1))[:months, None]
        np.testing.assert_array_equal(choice(world, PARAMETERS, STUDY), 1.0)


def test_more_enter_where_pay_rose_and_where_more_leave() -> None:
    months = STUDY * 12 + 60
    world = lived(months)
    prospects = world.prospects
    np.testing.assert_allclose(choice(world, PARAMETERS, STUDY), 1.0)
    prospects.pay[REFERENCE:, 3] *= 1.5
    prospects.left[REFERENCE:, 5] *= 2.0
    factor = choice(world, PARAMETERS, STUDY)
    mean = (world.countries + 0.5) / world.countries
    assert factor[3] == pytest.approx((1.5 / mean) ** PARAMETERS.pay_response)
    # a twelfth of 600 natives leaves in fifty months: 2 % a year, then 4 %
    before, after = -np.expm1(-20 * 0.02), -np.expm1(-20 * 0.04)
    pay = mean ** -PARAMETERS.pay_response
    answer = PARAMETERS.leaving_response * (after - before)
    assert factor[5] == pytest.approx(np.exp(answer) * pay)
    others = np.delete(factor, [3, 5])
    np.testing.assert_allclose(others, pay)


def test_what_happened_after_they_chose_matters_to_nobody() -> None:
    world = lived(STUDY * 12 + 60)
    world.prospects.pay[60:, 3] *= 5.0
    np.testing.assert_allclose(choice(world, PARAMETERS, STUDY), 1.0)


def test_the_chance_of_leaving_is_that_of_a_career() -> None:
    prospects = Prospects.none(2)
    for _ in range(12):
        prospects.note(np.full(2, 1.0), np.array([1.0, 0.0]), np.array([120.0, 0.0]))
    np.testing.assert_allclose(prospects.leaving(11, 12, 20.0), [1 - np.exp(-2.0), 0.0])


def test_entrants_are_those_of_the_data_and_those_who_answer() -> None:
    answers, data = (
        market([], 1, 2000, {"choice.leaving_response": size, "choice.pay_response": size},
               until="2026-12")
        for size in (3.0, 0.0)
    )  # fmt: skip
    entered = []
    for m in (answers, data):
        m.run_until("2026-12")
        entered.append(np.sum([counts.graduates for counts in m.recorder.years.values()], axis=0))
    expected = answers.world.prospects.entered / 2000
    assert np.abs(expected).max() > 2 and not data.world.prospects.entered.any()
    # cumulated numbers are rounded once: nowhere are they off by more than one agent
    assert np.abs(entered[0] - entered[1] - expected).max() <= 1.0
