"""Ties: class-mates, colleagues of a year, and posts that people hear of through them."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from agents.researchers import CLASSMATES, TIES
from model.month.ties import TieParameters, ask, work_together
from model.talent_market import TalentMarket
from tests.helpers import FALSE_ALARM, SEEDS, chance_of_luck, small_market, under


def test_a_january_gives_each_person_in_a_team_one_tie_to_a_colleague() -> None:
    market = small_market(3, 1000)
    people, world = market.researchers, market.world
    before = people.ties.copy()
    world.month += 1
    assert world.month % 12 == 0
    work_together(world, TieParameters(renewed=1.0))
    row, slot = np.nonzero(people.ties != before)
    assert np.unique(row).size == row.size, "more than one tie"
    assert (slot >= CLASSMATES).all(), "a class-mate gave way"
    friend = people.row_of(people.ties[row, slot])
    np.testing.assert_array_equal(people.employer[friend], people.employer[row])
    assert (friend != row).all()
    # nearly everybody in a team of several gains one; the rest knew the colleague already
    several = market.employers.heads[np.maximum(people.employer, 0)] > 5
    several &= people.employer >= 0
    assert np.isin(np.flatnonzero(several), row).mean() > 0.5


def test_the_ring_forgets_the_oldest_colleague_first() -> None:
    market = small_market(3, 1000)
    world, people = market.world, market.researchers
    slots = []
    for year in range(TIES - CLASSMATES):
        before = people.ties.copy()
        work_together(world, TieParameters(), 3000 + year)
        slots.append(np.unique(np.nonzero(people.ties != before)[1]))
    assert sorted(int(slot) for (slot,) in slots) == list(range(CLASSMATES, TIES))


def test_able_people_are_pointed_to_by_more() -> None:
    market = small_market(3, 200)
    people = market.researchers
    friends = people.tied_rows(np.arange(people.count))[:, CLASSMATES:]
    pointed = np.bincount(friends[friends >= 0], minlength=people.count)
    works = people.employer >= 0
    able = people.ability > np.quantile(people.ability, 0.9)
    assert pointed[works & able].mean() > 1.5 * pointed[works & ~able].mean()


def test_entrants_know_those_who_entered_before_them_at_the_same_place() -> None:
    market = small_market(3, 1000)
    for _ in range(6):
        market.step()
    people = market.researchers
    new = np.flatnonzero(people.degree_month > market.month - 3)
    friends = people.tied_rows(new)[:, :CLASSMATES]
    known = friends >= 0
    assert known.mean() > 0.7  # some of them have left the profession
    study = np.broadcast_to(people.study_country[new][:, None], friends.shape)
    np.testing.assert_array_equal(people.study_country[friends[known]], study[known])
    assert (people.id[friends[known]] < np.broadcast_to(
        people.id[new][:, None], friends.shape)[known]).all()


def test_a_tie_to_somebody_who_left_leads_to_nobody_even_when_the_row_is_taken_again() -> None:
    market = small_market(3, 1000)
    people, world = market.researchers, market.world
    friends = people.tied_rows(np.arange(people.count))
    one = int(np.flatnonzero((friends >= 0).any(axis=1))[0])
    slot = int(np.flatnonzero(friends[one] >= 0)[0])
    one_id, gone = int(people.id[one]), np.array([friends[one, slot]], dtype=np.intp)
    world.remove_people(gone)
    row = people.row_of(np.array([one_id]))
    assert people.tied_rows(row)[0, slot] == -1
    market.step()
    row = people.row_of(np.array([one_id]))
    assert people.tied_rows(row)[0, slot] == -1


def test_asked_ties_work_elsewhere_and_each_can_be_asked() -> None:
    market = small_market(3, 1000)
    people = market.researchers
    rows = np.arange(people.count)
    friends = people.tied_rows(rows)
    tells = (friends >= 0) & (
        (people.employer[friends] != people.employer[:, None]) | (people.employer[friends] < 0)
    )
    for luck in (0.0, 0.5, 0.999999):
        tips = ask(market.world, rows, np.full(rows.size, luck))
        np.testing.assert_array_equal(tips.heard, tells.any(axis=1))
        for row in np.flatnonzero(tips.heard)[:50]:
            able = friends[row][tells[row]]
            asked = able[min(int(luck * able.size), able.size - 1)]
            assert tips.employer[row] == people.employer[asked]
            assert tips.country[row] == people.country[asked]


def joined_a_tie(market: TalentMarket, months: int) -> float:
    """Share of people hired who join an employer for whom one of their ties already works."""
    people, world = market.researchers, market.world
    joined = hired = 0
    for _ in range(months):
        ids, ties = people.id.copy(), people.ties.copy()
        employer = people.employer.copy()
        market.step()
        rows = people.row_of(ids)
        there: NDArray[np.bool_] = (rows >= 0) & (people.hired[rows] == world.month)
        there &= people.employer[rows] != employer
        friend = np.where(ties[there] >= 0, people.row_of(ties[there]), -1)
        works = people.employer[rows[there]]
        joined += int(((friend >= 0) & (people.employer[friend] == works[:, None])).any(1).sum())
        hired += int(there.sum())
    return joined / hired


def test_without_referrals_hires_are_less_clustered() -> None:
    differences = [
        joined_a_tie(small_market(seed, 2000), 12)
        - joined_a_tie(under(small_market(seed, 2000), {"search.referral_share": 0.0}), 12)
        for seed in SEEDS
    ]
    assert chance_of_luck(differences) < FALSE_ALARM
    assert np.mean(differences) > 0.05


def test_referred_hires_are_counted_and_marked() -> None:
    market = small_market(3, 500)
    for _ in range(12):
        market.step()
    counts = market.recorder.counts[1:]
    starts = sum(count.job_starts for count in counts)
    referred = sum(count.referred_hires for count in counts)
    assert 0.1 * starts < referred < 0.6 * starts
    people = market.researchers
    fresh = (people.hired >= market.month - 11) & (people.employer >= 0)
    assert people.by_referral[fresh].mean() == pytest.approx(referred / starts, abs=0.06)
    assert not people.by_referral[people.hired < market.month - 60].any()
    without = small_market(3, 1000, {"search.referral_share": 0.0})
    without.step()
    assert without.recorder.counts[-1].referred_hires == 0


def test_part_of_a_tie_a_year_comes_to_a_part_of_the_people() -> None:
    def gained(renewed: float) -> int:
        market = small_market(3, 500)
        before = market.researchers.ties.copy()
        work_together(market.world, TieParameters(renewed=renewed), 3000)
        return int((market.researchers.ties != before).sum())

    whole = gained(1.0)
    assert gained(0.0) == 0
    assert gained(0.5) == pytest.approx(whole / 2, rel=0.15)
    assert gained(1.5) > 1.2 * whole
