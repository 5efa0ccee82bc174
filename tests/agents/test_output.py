"""Output of teams: what one more or one less is worth, and the team that is wanted."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from agents.employers import (
    EmployerKind,
    WorthParameters,
    output,
    wanted_effect,
    worth_beyond,
    worth_of_members,
)
from agents.researchers import EFFECT_UNIT

WORTH = WorthParameters()
TEAMS = st.floats(0.05, 5_000)
CAPACITIES = st.one_of(st.just(np.inf), st.floats(1.0, 1e6))
ADDED = st.integers(1, 5 * EFFECT_UNIT)


def firm(kind: int, capacity: float, scale: float, effect: int = 0, heads: int = 0) -> Any:
    """One employer, as far as output goes."""
    return SimpleNamespace(
        kind=np.array([kind], dtype=np.int8), capacity=np.array([capacity]),
        persons_per_agent=np.array([scale]), effect=np.array([effect]), heads=np.array([heads]),
    )  # fmt: skip


def of_one_more(
    technology: float, effect: float, heads: float, employer: Any, added: int, least: float
) -> float:
    """What ``worth_beyond`` tells of one meeting."""
    first = np.zeros(1, dtype=np.int64)
    made = output(technology, effect, heads, employer.capacity, employer.persons_per_agent, WORTH)
    team = np.array([technology]), np.array([effect]), np.array([heads]), made
    found: NDArray[np.float64] = worth_beyond(
        team, first, np.array([added], dtype=np.int32), employer, first, np.array([least]), WORTH
    )
    return float(found[0])


@given(
    st.floats(1e3, 1e7), TEAMS, st.floats(0.2, 3), CAPACITIES, st.floats(1, 3000), ADDED,
    st.floats(0.0, 2.0),
)
def test_worth_is_the_difference_of_output_wherever_it_exceeds_the_least(
    technology: float, heads: float, quality: float, capacity: float, scale: float, added: int,
    part: float,
) -> None:
    effect, employer = heads * quality, firm(EmployerKind.INDUSTRY, capacity, scale)
    without = float(output(technology, effect, heads, capacity, scale, WORTH))
    with_one = output(technology, effect + added / EFFECT_UNIT, heads + 1, capacity, scale, WORTH)
    worth = float(with_one) - without
    known = of_one_more(technology, effect, heads, employer, added, -np.inf)
    np.testing.assert_allclose(known, worth, rtol=1e-9, atol=1e-9 * without)
    least = part * abs(worth)
    bounded = of_one_more(technology, effect, heads, employer, added, least)
    assert bounded == known or (bounded == 0.0 and worth <= least)
    if np.isinf(capacity):
        by_hand = technology * (effect * scale) ** 0.65 * quality**0.05 / scale
        np.testing.assert_allclose(without, by_hand, rtol=1e-9)


def test_what_cannot_matter_is_not_worked_out() -> None:
    employer = firm(EmployerKind.INDUSTRY, np.inf, 10.0)
    worth = of_one_more(9e5, 20.0, 25.0, employer, EFFECT_UNIT, -np.inf)
    assert of_one_more(9e5, 20.0, 25.0, employer, EFFECT_UNIT, 0.99 * worth) == worth
    assert of_one_more(9e5, 20.0, 25.0, employer, EFFECT_UNIT, 2.0 * worth) == 0.0


@given(st.floats(1e3, 1e7), CAPACITIES, st.floats(1, 3000), ADDED)
def test_worth_is_finite_and_positive_for_an_empty_team(
    technology: float, capacity: float, scale: float, added: int
) -> None:
    employer = firm(EmployerKind.INDUSTRY, capacity, scale)
    worth = of_one_more(technology, 0.0, 0.0, employer, added, 0.0)
    assert np.isfinite(worth) and worth > 0
    assert output(technology, 0.0, 0.0, capacity, scale, WORTH) == 0.0


@given(st.floats(1e3, 1e7), st.integers(2, 500), CAPACITIES, st.floats(1, 3000), ADDED)
def test_a_member_is_worth_what_the_team_would_make_less(
    technology: float, heads: int, capacity: float, scale: float, own: int
) -> None:
    effect = own + (heads - 1) * EFFECT_UNIT
    people: Any = SimpleNamespace(
        employer=np.array([0, -1], dtype=np.int32), effect=np.array([own, 0], dtype=np.int32)
    )
    rows, level = np.arange(2), np.array([technology])
    employer = firm(EmployerKind.INDUSTRY, capacity, scale, effect, heads)
    worth, idle = worth_of_members(employer, level, people, rows, WORTH)
    given_ = (capacity, scale, WORTH)
    whole = output(technology, effect / EFFECT_UNIT, float(heads), *given_)
    less = output(technology, (effect - own) / EFFECT_UNIT, heads - 1.0, *given_)
    np.testing.assert_allclose(worth, whole - less, rtol=1e-9, atol=1e-9 * float(whole))
    assert idle == 0.0
    public = firm(EmployerKind.PUBLIC_RESEARCH, capacity, scale, effect, heads)
    assert (worth_of_members(public, level, people, rows, WORTH) == 0.0).all()


@given(
    st.floats(1e3, 1e7), st.floats(0.2, 2), CAPACITIES, st.floats(1, 3000), st.floats(1e3, 1e6)
)
def test_the_wanted_team_solves_its_equation(
    technology: float, quality: float, capacity: float, scale: float, price: float
) -> None:
    """At the wanted team one more unit of effect is worth its price, by numerical slope."""
    one = np.array([1.0])
    wanted = wanted_effect(
        technology * one, quality * one, capacity * one, scale * one, price * one, WORTH
    )
    assert wanted.shape == (1,) and np.isfinite(wanted[0]) and wanted[0] >= 0.0
    persons = float(wanted[0] * scale)
    if persons < 1e-6 or (np.isfinite(capacity) and not 1e-9 < persons / capacity < 500):
        return
    step = 1e-4

    def yearly(effect: float) -> float:
        heads = effect / quality  # quality is held, as the equation does
        return float(output(technology, effect, heads, capacity, scale, WORTH))

    effect = float(wanted[0])
    slope = (yearly(effect * (1 + step)) - yearly(effect * (1 - step))) / (2 * step * effect)
    assert slope == pytest.approx(price, rel=1e-3)


@given(st.floats(1e3, 1e7), st.floats(10, 1e5), st.floats(1, 3000))
def test_a_capacity_saturates_output(technology: float, capacity: float, scale: float) -> None:
    limit = technology * capacity**WORTH.team_elasticity / scale
    effects = np.array([0.1, 1.0, 3.0, 10.0, 40.0]) * capacity / scale
    capped = output(technology, effects, effects, capacity, scale, WORTH)
    free = output(technology, effects, effects, np.inf, scale, WORTH)
    assert (np.diff(capped) >= 0).all() and (capped <= limit * (1 + 1e-9)).all()
    assert (capped < free).all()
    assert capped[-1] == pytest.approx(limit, rel=1e-9)
    assert free[-1] > 5 * limit
