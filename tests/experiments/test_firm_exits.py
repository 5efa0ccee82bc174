"""Exits of acquired people: matches are near, nobody is used twice, and fates are told rightly."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from agents.employers import MONTHS, EmployerKind
from experiments.firms.exits import (
    AGE_APART,
    GONE,
    PAY_APART,
    TAKEN_ON,
    THERE,
    ExitWatch,
    acquired_against_ordinary,
    judged,
    matched,
)
from experiments.firms.worlds import contrast, mean, ratio
from tests.helpers import small_market


def hires(**columns: list[float]) -> pd.DataFrame:
    """A table of hires that are alike but for some columns."""
    size = len(next(iter(columns.values())))
    plain = {"month": 24_240, "kind": 0, "country": 1,
             "pay": 100_000.0, "age": 30.0, "fit": 0.0, "acquired": False, "led": False,
             "rank": 0.5, "fate": THERE}  # fmt: skip
    return pd.DataFrame({**plain, "luck": np.linspace(0, 1, size), **columns})


def test_matches_are_near_and_used_once() -> None:
    near = [100_000 * np.exp(shift * PAY_APART) for shift in (0.0, 0.1, 0.5, 0.9, 1.1)]
    table = hires(acquired=[True, True, *[False] * 5], pay=[100_000.0, 100_000.0, *near],
                  fate=[GONE, THERE, GONE, GONE, GONE, THERE, THERE])  # fmt: skip
    found = matched(table)
    assert found["matches"].tolist() == [3, 1]  # the first has the three nearest, the fifth is far
    assert found["matches_gone"].tolist() == [1.0, 0.0]
    assert found["gone"].tolist() == [1.0, 0.0]


@pytest.mark.parametrize("column, value", [
    ("kind", 1), ("country", 2), ("month", 24_243), ("age", 30.0 + 1.01 * AGE_APART),
])  # fmt: skip
def test_who_differs_is_no_match(column: str, value: float) -> None:
    same = hires(acquired=[True, False])
    assert len(matched(same)) == 1
    same[column] = [same[column].iloc[0], value]
    assert matched(same).empty


def test_estimates_are_exact_where_known() -> None:
    one = pd.DataFrame({"gone": [1, 1, 0, 0], "matches_gone": [1, 0, 0, 0], "matches": 1,
                        "rank": [0.9, 0.6, 0.5, 0.4], "fit": -1.0, "matches_fit": 0.5})  # fmt: skip
    two = one.assign(gone=[1, 0, 0, 0])
    found = judged([one, two])
    assert (found.acquired.value, found.ordinary.value) == (37.5, 25.0)
    assert found.gap.value == found.acquired.value - found.ordinary.value
    assert found.fit_gap.value == -1.5 and found.people == 8
    assert found.top_gap.value == 0.0 and found.more_at_top.value == pytest.approx(-100 / 6)
    # in one world the gaps 0, 1, 0, 0 stand 0.3, 0, −0.1, −0.2 from the mean rank: no rise
    assert found.rise_with_pay.value == pytest.approx(0.0)
    assert np.isclose(found.gap.high - found.gap.value, 12.706 * 12.5, rtol=1e-3)


def test_a_gap_that_rises_with_rank_has_that_slope() -> None:
    rank = np.linspace(0.0, 1.0, 11)
    one = pd.DataFrame({"gone": 0.1 + 0.4 * rank, "matches_gone": 0.1, "matches": 1, "rank": rank,
                        "fit": 0.0, "matches_fit": 0.0})  # fmt: skip
    other = one.assign(gone=0.5 + 0.2 * rank)  # another level, half the slope
    assert judged([one, one]).rise_with_pay.value == pytest.approx(40.0)
    assert judged([one, other]).rise_with_pay.value == pytest.approx(30.0)


def test_a_contrast_knows_that_luck_is_shared() -> None:
    left, right = [(3.0, 1.0), (5.0, 1.0), (4.0, 1.0)], [(1.0, 1.0), (3.0, 1.0), (2.0, 1.0)]
    shared = contrast(left, right)
    assert shared.value == shared.low == shared.high == 2.0
    apart = contrast(left, right[::-1])
    assert apart.value == 2.0 and apart.low < 0 < apart.high
    assert mean([1.0, float("nan"), 3.0]).seeds == 2
    assert ratio([(1.0, 2.0), (3.0, 2.0)]).value == 1.0


def test_watched_fates_are_those_of_the_world() -> None:
    """Followed by hand for a year, everybody is found as the watch tells."""
    lived = small_market(persons_per_agent=500,
                         parameters={"deals.talks": 3.0, "search.rate": 0.1})  # fmt: skip
    world, last = lived.world, lived.month + 6
    watch, jobs = ExitWatch(last), list[dict[int, int]]()
    for _ in range(6 + MONTHS):
        lived.step()
        watch.see(world)
        people, held = world.researchers, np.flatnonzero(world.researchers.employer >= 0)
        firm = world.employers.firm[people.employer[held]]
        jobs.append(dict(zip(people.id[held].tolist(), firm.tolist(), strict=True)))
    seen = watch.seen()
    assert seen["acquired"].sum() > 5 and (~seen["acquired"]).sum() > 100
    assert set(seen["fate"]) == {THERE, GONE} and TAKEN_ON not in set(seen["fate"])
    kinds = world.employers.kind[seen["employer"]]
    assert (kinds != EmployerKind.PUBLIC_RESEARCH).all()
    start = last - 6
    for one in seen.itertuples():
        begun = one.month - start - 1
        firms = [at.get(one.id) for at in jobs[begun : begun + MONTHS + 1]]
        if one.fate == GONE:
            assert firms[int(one.left)] not in (one.firm,)
            assert all(firm is not None for firm in firms[: int(one.left)])
        elif len(set(firms)) > 1:
            # the firm itself came under control of another
            assert world.employers.firm[one.employer] == firms[-1]


@pytest.mark.thorough
def test_acquired_people_leave_more_where_fit_matters() -> None:
    """The gap comes from fit: where it is drawn as for those who chose, it shrinks."""
    drawn = acquired_against_ordinary({"deals.talks": 0.5}, 6, 100)
    alike = acquired_against_ordinary({"deals.talks": 0.5, "deals.fit_draws": 3.0}, 6, 100)
    assert drawn.fit_gap.high < 0.0
    assert drawn.fit_gap.high < alike.fit_gap.low
    assert drawn.gap.value > alike.gap.value
