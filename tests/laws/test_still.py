"""A world in which nothing happens stays as it is; a still economy hardly drifts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.researchers import NEVER, Researchers
from model.talent_market import TalentMarket
from tests.helpers import FALSE_ALARM, small_market, watched_month

CLOCKS = {"status", "status_since", "status_until", "scheme", "citizenships", "searches", "ties"}
"""Columns that may change with time alone: statuses ripen, people look and find nothing, and
colleagues come to know each other."""

NOTHING_HAPPENS = {
    "opening.burn_in_months": 0.0,
    "opening.jobless_share": 0.0,
    "exits.separation_rate": 0.0,
    "education.replace_exits": 1.0,
    "learning.by_doing": 0.0,
    "learning.decay": 0.0,
    "learning.retraining": 0.0,
}


def still_market(seed: int) -> TalentMarket:
    """Nobody enters, leaves or loses a job."""
    market = small_market(seed, parameters=NOTHING_HAPPENS)
    market.researchers.leaves[:] = NEVER
    market.world.last_exits = np.zeros_like(market.world.last_exits)
    return market


def test_a_world_without_entrants_exits_and_posts_stays_still() -> None:
    market = still_market(1)
    people, employers = market.researchers, market.employers
    employers.technology[:] = 0.0
    employers.budget[:] = 0
    before = people.rows(np.arange(people.count))
    heads, payroll = employers.heads.copy(), employers.payroll.copy()
    for _ in range(24):
        watched = watched_month(market)
        assert not watched.counts.graduates.any()
        assert not watched.counts.exits.any()
        assert not watched.counts.flows.any()
        assert watched.counts.job_moves == 0
    for name, values in before.items():
        if name not in CLOCKS:
            np.testing.assert_array_equal(getattr(people, name), values, err_msg=name)
    np.testing.assert_array_equal(employers.heads, heads)
    np.testing.assert_array_equal(employers.payroll, payroll)


def test_a_world_without_entrants_and_exits_keeps_its_people_but_moves_them() -> None:
    """The twin of the still world: with posts there is movement, so stillness is no accident."""
    market = still_market(1)
    ids = np.sort(market.researchers.id)
    moves = 0
    for _ in range(24):
        moves += watched_month(market).counts.job_moves
    np.testing.assert_array_equal(np.sort(market.researchers.id), ids)
    assert moves > 0


def test_a_person_who_never_searches_changes_nobody() -> None:
    """Compatriots count in utility and people in a field count in retraining: both are off."""
    parameters = {"bidding.diaspora_weight": 0.0, "learning.retraining": 0.0}
    plain, fuller = small_market(7, parameters=parameters), small_market(7, parameters=parameters)
    people, world = fuller.researchers, fuller.world
    model_row = people.rows(np.arange(1))
    usa = world.tables.index["USA"]
    model_row |= {
        "key": np.array([12345], dtype=np.uint64), "id": people.new_ids(1), "country": usa,
        "birth_country": usa, "citizenships": np.int64(1) << np.int64(usa), "status": 0,
        "scheme": -1, "status_until": NEVER, "searches": NEVER, "leaves": NEVER,
        "job_ends": NEVER, "waiting": False, "employer": -1, "pay": 0.0, "effect": 0, "fit": 0.0,
    }
    people.born(1, **model_row)
    field = int(np.asarray(model_row["field"])[0])
    world.compatriots[usa, usa] += 1
    world.jobless[usa] += 1
    world.fields[usa, field] += 1
    for _ in range(18):
        watched_month(plain)
        watched_month(fuller)
    one, other = plain.researchers, fuller.researchers
    order = np.argsort(one.key)
    rest = np.flatnonzero(other.key != np.uint64(12345))
    rest = rest[np.argsort(other.key[rest])]
    def tied(people: Researchers) -> NDArray[np.uint64]:
        rows = people.tied_rows(np.arange(people.count))
        return np.where(rows >= 0, people.key[rows], np.uint64(0))

    np.testing.assert_array_equal(tied(one)[order], tied(other)[rest])
    for name in one.columns():
        if name not in ("id", "ties"):  # later people get the next number
            np.testing.assert_array_equal(
                getattr(one, name)[order], getattr(other, name)[rest], err_msg=name
            )


def test_a_still_economy_drifts_by_less_than_one_per_cent_a_year() -> None:
    """Pay and stock over three years, each the mean over seeds; its error is taken from them.

    The bound is the drift that would be rejected with ``FALSE_ALARM``: the mean drift less what
    luck explains must lie within one per cent.
    """
    years = 3
    pay_drift, stock_drift = [], []
    for seed in range(1, 9):
        market = small_market(seed, 300, {"education.replace_exits": 1.0})
        pay, stock = mean_pay(market), market.researchers.count
        for _ in range(12 * years):
            market._month()
        pay_drift.append(np.log(mean_pay(market) / pay) / years)
        stock_drift.append(np.log(market.researchers.count / stock) / years)
    # Student's t with seven degrees of freedom at FALSE_ALARM, two sides
    assert FALSE_ALARM == 1e-3
    luck = 5.408 * np.std(pay_drift, ddof=1) / np.sqrt(len(pay_drift))
    assert luck < 0.01, "too noisy to say anything"
    assert abs(np.mean(pay_drift)) < 0.01
    assert np.abs(stock_drift).max() < 0.01


def mean_pay(market: TalentMarket) -> float:
    """Mean quoted pay of people in work."""
    return float(market.employers.payroll.sum() / market.employers.heads.sum())
