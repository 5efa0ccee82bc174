"""Public research: its scale moves with the country's pay, as far as grants go."""

from __future__ import annotations

import numpy as np
import pytest

from agents.employers import EmployerKind
from model.month.bidding import PUBLIC_DEGREE
from model.month.posts import public_scale
from model.month.public_pay import PublicPayParameters, index_public_pay
from model.talent_market import TalentMarket
from tests.helpers import small_market

FIXED = PublicPayParameters(response=0.0)


def january(grant: float) -> TalentMarket:
    """A market whose institutes have so many times their pay bill, private pay just risen."""
    market = small_market(1, 500)
    people, employers = market.researchers, market.employers
    rows = np.flatnonzero(people.employer >= 0)
    rows = rows[employers.kind[people.employer[rows]] != EmployerKind.PUBLIC_RESEARCH]
    market.world.raise_pay(rows, people.pay[rows] * 1.2)
    employers.budget[:] = np.where(
        employers.kind == EmployerKind.PUBLIC_RESEARCH, employers.payroll * grant, 0
    )
    market.world.month += (-market.world.month) % 12
    return market


@pytest.mark.parametrize("grant", [1.0, 1.05, 3.0])
def test_staff_below_the_scale_are_raised_as_far_as_the_grant_goes(grant: float) -> None:
    market = january(grant)
    people, employers = market.researchers, market.employers
    rows = np.flatnonzero(people.employer >= 0)
    public = employers.kind[people.employer[rows]] == EmployerKind.PUBLIC_RESEARCH
    scale = public_scale(market.world)[people.employer[rows]] * PUBLIC_DEGREE[people.degree[rows]]
    before = people.pay[rows].copy()
    bound = np.maximum(employers.budget, employers.payroll + employers.promised_pay)
    index_public_pay(market.world, FIXED)
    after = people.pay[rows]
    np.testing.assert_array_equal(after[~public], before[~public])
    assert (after >= before).all()
    assert (after[public] <= np.maximum(scale, before)[public] * (1 + 1e-6)).all()
    if grant == 1.0:
        np.testing.assert_array_equal(after, before)
    else:
        assert (after[public] > before[public]).any()
        institutes = employers.kind == EmployerKind.PUBLIC_RESEARCH
        # whole cents: one for each person
        spent = employers.payroll + employers.promised_pay - employers.heads
        assert (spent <= bound)[institutes].all()
    if grant == 3.0:
        np.testing.assert_allclose(
            after[public], np.maximum(scale, before)[public], rtol=1e-6
        )


def test_a_grant_that_cannot_be_spent_lifts_the_scale_and_only_then() -> None:
    for grant, lifted in ((0.9, False), (1.0, False), (2.0, True)):
        market = january(grant)
        employers = market.employers
        rows = (employers.kind == EmployerKind.PUBLIC_RESEARCH) & (employers.heads > 0)
        before = employers.premium.copy()
        index_public_pay(market.world, PublicPayParameters(0.1))
        change = employers.premium / before
        assert (change[~rows] == 1.0).all()
        np.testing.assert_allclose(change[rows], 2.0**0.1 if lifted else 1.0, rtol=1e-3)


def test_only_january_moves_the_scale() -> None:
    market = january(3.0)
    market.world.month += 1
    pay = market.researchers.pay.copy()
    index_public_pay(market.world, PublicPayParameters(0.1))
    np.testing.assert_array_equal(market.researchers.pay, pay)
