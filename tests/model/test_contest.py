"""The contest: order-free, one hire a post, competition raises pay, people want more than pay."""

from __future__ import annotations

import dataclasses
import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from agents.employers import EmployerKind
from model.month import bidding
from model.month.bidding import Hires, Raises, contest_for
from model.month.contest import Meetings, Outcome, contest
from model.month.encounters import Encounters
from model.month.posts import Posts, open_posts
from model.month.search import searchers
from model.month.standing import Standing, standing
from model.month.utility import utility_of_place
from model.talent_market import TalentMarket
from tests.helpers import FALSE_ALARM, SEEDS, chance_of_luck, small_market

WEIGHT = 2.5


@st.composite
def tables_of_bids(draw: Any) -> tuple[Meetings, NDArray[np.float64], int]:
    """Some people, some posts, and meetings between them; values may be equal."""
    persons, posts = draw(st.integers(1, 8)), draw(st.integers(1, 8))
    met = draw(
        st.lists(
            st.tuples(st.integers(0, persons - 1), st.integers(0, posts - 1)),
            unique=True, max_size=persons * posts,
        )
    )
    size = len(met)
    numbers = st.lists(st.integers(-4, 4), min_size=size, max_size=size)
    incumbent = draw(st.lists(st.integers(-5, 3), min_size=persons, max_size=persons))
    ties = draw(st.permutations(range(1, size + 1)))
    meetings = Meetings(
        np.array([person for person, _ in met], dtype=np.int64),
        np.array([post for _, post in met], dtype=np.int64),
        np.array(draw(numbers), dtype=np.float64), np.array(draw(numbers), dtype=np.float64),
        np.array(ties, dtype=np.uint64),
    )
    return meetings, np.array(incumbent, dtype=np.float64), posts


def by_hand(meetings: Meetings, incumbent: NDArray[np.float64], posts: int) -> Outcome:
    """The same rules one post at a time, in plain Python."""
    lists = [
        sorted(np.flatnonzero(meetings.post == post),
               key=lambda m: (-meetings.gain[m], meetings.tie[m]))
        for post in range(posts)
    ]
    held: list[int] = [-1] * incumbent.size
    offers: list[list[float]] = [[float(value)] for value in incumbent]
    live = [post for post in range(posts) if lists[post]]
    while live:
        post = live.pop()
        bid = int(lists[post].pop(0))
        person = int(meetings.person[bid])
        offers[person].append(float(meetings.value[bid]))
        now = held[person]
        best = incumbent[person] if now < 0 else meetings.value[now]
        tie = 0 if now < 0 else int(meetings.tie[now])
        loser = bid
        if (-meetings.value[bid], meetings.tie[bid]) < (-best, tie):
            held[person], loser = bid, now
        if loser >= 0 and lists[meetings.post[loser]]:
            live.append(int(meetings.post[loser]))
    runner_up = []
    for person, received in enumerate(offers):
        rest = sorted(received)
        final = incumbent[person] if held[person] < 0 else meetings.value[held[person]]
        rest.remove(final)
        runner_up.append(rest[-1] if rest else -np.inf)
    return Outcome(np.array(held, dtype=np.int64), np.array(runner_up))


@given(tables_of_bids())
def test_the_contest_does_what_its_rules_say_one_post_at_a_time(
    case: tuple[Meetings, NDArray[np.float64], int],
) -> None:
    outcome, expected = contest(*case), by_hand(*case)
    np.testing.assert_array_equal(outcome.meeting, expected.meeting)
    np.testing.assert_array_equal(outcome.runner_up, expected.runner_up)


@given(tables_of_bids(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(
    case: tuple[Meetings, NDArray[np.float64], int], luck: Any
) -> None:
    meetings, incumbent, posts = case
    outcome = contest(meetings, incumbent, posts)
    order = np.array(luck.sample(range(meetings.person.size), meetings.person.size), dtype=int)
    people = np.array(luck.sample(range(incumbent.size), incumbent.size), dtype=int)
    place = np.argsort(people)
    shuffled = Meetings(
        place[meetings.person[order]], *(values[order] for values in meetings[1:])
    )
    again = contest(shuffled, incumbent[people], posts)
    found = np.where(again.meeting >= 0, np.append(order, -1)[again.meeting], -1)
    np.testing.assert_array_equal(found, outcome.meeting[people])
    np.testing.assert_array_equal(again.runner_up, outcome.runner_up[people])


@given(tables_of_bids())
def test_one_hire_a_post_and_no_pair_would_rather_have_each_other(
    case: tuple[Meetings, NDArray[np.float64], int],
) -> None:
    meetings, incumbent, _ = case
    won = contest(*case).meeting
    hired = meetings.post[won[won >= 0]]
    assert np.unique(hired).size == hired.size
    assert (meetings.person[won[won >= 0]] == np.flatnonzero(won >= 0)).all()
    winner = {int(meetings.post[bid]): int(bid) for bid in won[won >= 0]}
    for bid in range(meetings.person.size):
        person, post = int(meetings.person[bid]), int(meetings.post[bid])
        held = incumbent[person] if won[person] < 0 else meetings.value[won[person]]
        present = winner.get(post)
        wanted = present is None or meetings.gain[bid] > meetings.gain[present]
        assert not (meetings.value[bid] > held and wanted)


@given(st.integers(1, 20))
def test_without_any_meeting_everybody_stays(persons: int) -> None:
    none = np.zeros(0)
    meetings = Meetings(
        none.astype(np.int64), none.astype(np.int64), none, none, none.astype(np.uint64)
    )
    for posts in (0, 3):
        outcome = contest(meetings, np.zeros(persons), posts)
        assert (outcome.meeting == -1).all()
        assert (outcome.runner_up == -np.inf).all()


@given(st.lists(st.floats(0.1, 5, allow_nan=False), min_size=1, max_size=6), st.floats(0, 1))
def test_one_more_bidder_never_lowers_what_a_person_ends_up_with(
    values: list[float], incumbent: float
) -> None:
    """Each bidder has a post of its own; the winner pays what just beats the second best."""
    outcomes = []
    for bidders in range(1, len(values) + 1):
        size = np.arange(bidders)
        meetings = Meetings(
            np.zeros(bidders, dtype=np.int64), size, np.array(values[:bidders]),
            np.ones(bidders), (size + 1).astype(np.uint64),
        )
        outcomes.append(contest(meetings, np.array([incumbent]), bidders).runner_up[0])
    assert outcomes == sorted(outcomes)


@given(
    st.integers(0, 2**32), st.integers(1, 7), st.integers(1, 7), st.floats(1.0, 8.0),
)
def test_more_cash_never_loses_a_post_its_hire(
    seed: int, persons: int, posts: int, factor: float
) -> None:
    luck = np.random.default_rng(seed)
    person, post = (grid.ravel() for grid in np.indices((persons, posts)))
    rest, worth = luck.normal(size=person.size), luck.uniform(1, 6, person.size)
    floor = luck.uniform(0.5, 3, person.size)
    odds = luck.uniform(0.2, 1, person.size)
    cash = luck.uniform(0.5, 4, posts)
    incumbent = luck.normal(size=persons) + 1.0

    def filled(cash: NDArray[np.float64]) -> set[int]:
        cap = np.minimum(worth, cash[post])
        keep = np.flatnonzero(cap >= floor)
        meetings = Meetings(
            person[keep], post[keep], rest[keep] + WEIGHT * np.log(cap[keep]),
            odds[keep] * (cap - floor)[keep], keep.astype(np.uint64) + np.uint64(1),
        )
        won = contest(meetings, incumbent, posts).meeting
        return set(meetings.post[won[won >= 0]].tolist())

    before = filled(cash)
    for number in before:
        richer = cash.copy()
        richer[number] *= factor
        assert number in filled(richer)


# in the market ------------------------------------------------------------------------------

LIVELY = {"search.rate": 0.4, "search.slope": 0.0, "search.abroad_share": 0.4}


class Round:
    """One contest in a market, which may be held again with other tastes, meetings or posts."""

    def __init__(
        self, seed: int, parameters: dict[str, float] | None = None, persons_per_agent: float = 700
    ) -> None:
        self.market: TalentMarket = small_market(
            seed, persons_per_agent, {**LIVELY, **(parameters or {})}
        )
        self.market.world.month += 1
        p = self.market.parameters
        self.bidding = p.bidding
        self.posts = open_posts(self.market.world, p.posts, p.worth, p.ventures)
        self.rows = searchers(self.market.world)

    def crowd(self) -> None:
        """Let everybody look, and private employers want many: most people get several bids."""
        world, p = self.market.world, self.market.parameters
        world.employers.technology *= 1.2
        eager = dataclasses.replace(p.posts, margin=0.0, speed=0.5)
        self.posts = open_posts(world, eager, p.worth, p.ventures)
        self.rows = np.flatnonzero(~world.researchers.waiting)

    def taste(self, **changes: float) -> None:
        """Let people want other things, in the same world; numbers may lie out of range."""
        self.bidding = dataclasses.replace(self.bidding, **changes)

    def hold(self, posts: Posts | None = None) -> tuple[Hires, Raises]:
        p = self.market.parameters
        world = self.market.world
        now = standing(world, self.rows, self.bidding, p.rights, p.worth)
        hires, raises, _ = contest_for(
            world, self.rows, now, posts or self.posts, p.search, self.bidding, p.rights, p.worth
        )
        return hires, raises

    def bids(self) -> tuple[bidding.Bids, Standing]:
        world, p = self.market.world, self.market.parameters
        met = bidding.meet(world, self.rows, self.posts, p.search)
        now = standing(world, self.rows, self.bidding, p.rights, p.worth)
        made = bidding.bids(
            world, self.rows, met, self.posts, now, self.bidding, p.rights, p.worth
        )
        return made, now

    def environment_won(self) -> NDArray[np.float64]:
        """Log environment of the employer that hires, by searcher; NaN for who is not hired."""
        hires, _ = self.hold()
        won = np.full(self.rows.size, np.nan)
        environment = self.market.employers.environment[hires.employer]
        won[np.searchsorted(self.rows, hires.rows)] = np.log(environment)
        return won


AT_HOME = {
    "search.abroad_share": 0.0, "search.home_share": 0.0, "search.referral_share": 0.0,
    "search.meetings": 8.0,
}
"""Many meetings, none abroad: jobs then differ by pay, fit and environment alone."""
ONLY_PAY = {"fit_weight": 0.0, "environment_weight": 0.0, "environment_ability": 0.0}


def only_first(number: int, monkeypatch: pytest.MonkeyPatch, original: Any) -> None:
    """Let each person meet only so many posts, and each post only one person."""

    def meet(*given: Any) -> Encounters:
        person, post, referred = original(*given)
        alone = np.sort(np.unique(post, return_index=True)[1])
        person, post, referred = person[alone], post[alone], referred[alone]
        order = np.argsort(person, kind="stable")
        person, post, referred = person[order], post[order], referred[order]
        rank = np.arange(person.size) - np.searchsorted(person, person)
        few = rank < number
        return Encounters(person[few], post[few], referred[few])

    monkeypatch.setattr(bidding, "meet", meet)


def test_pay_rises_with_the_number_of_bidders(monkeypatch: pytest.MonkeyPatch) -> None:
    """In one and the same month each post meets one person, who meets ever more of these posts.

    Jobs differ by pay alone, so nobody's pay may fall when one more employer bids.
    """
    original = bidding.meet
    held = Round(1, AT_HOME, persons_per_agent=300)
    held.crowd()
    held.taste(**ONLY_PAY)
    world, people = held.market.world, held.market.researchers
    pays = []
    for number in (1, 2, 3, 4):
        only_first(number, monkeypatch, original)
        hires, raises = held.hold()
        pay = people.pay.astype(np.float64)
        pay[hires.rows], pay[raises.rows] = hires.pay, raises.pay
        pays.append(pay)
    for fewer, more in itertools.pairwise(pays):
        assert (more >= fewer * (1 - 1e-6)).all()
        assert (more > fewer * (1 + 1e-6)).sum() >= 5, "one more bidder changed hardly anything"
    met = bidding.meet(world, held.rows, held.posts, held.market.parameters.search).person
    much_met = held.rows[np.bincount(met, minlength=held.rows.size) == 4]
    much_met = much_met[people.employer[much_met] >= 0]
    growth = [float(np.log(pay[much_met] / people.pay[much_met]).mean()) for pay in pays]
    assert growth[0] > 0.0
    assert growth[3] > 1.2 * growth[0]


def taken(posts: Posts, chosen: NDArray[np.intp]) -> Posts:
    """Some of the posts, in the order given."""
    return Posts(
        *(values[chosen] if isinstance(values, np.ndarray) else values for values in posts)
    )


def test_one_hire_a_post_and_one_job_a_person_in_the_market() -> None:
    held = Round(1)
    hires, raises = held.hold()
    assert np.unique(hires.rows).size == hires.rows.size > 10
    assert not set(hires.rows) & set(raises.rows)
    opened = np.bincount(held.posts.employer, minlength=held.market.employers.count)
    hired = np.bincount(hires.employer, minlength=held.market.employers.count)
    assert (hired <= opened).all()


def test_the_order_of_people_and_posts_changes_no_hire() -> None:
    held = Round(2)
    people = held.market.researchers
    hires, raises = held.hold()
    luck = np.random.default_rng(1)
    posts = held.posts
    shuffle = luck.permutation(posts.employer.size)
    held.rows = luck.permutation(held.rows)
    again, raised = held.hold(taken(posts, shuffle))

    def told(given: Hires | Raises) -> list[tuple[Any, ...]]:
        return sorted(zip(people.key[given.rows], *given[1:], strict=True))

    assert told(again) == told(hires)
    assert told(raised) == told(raises)


def test_nobody_moves_to_a_job_worth_less_and_no_employer_pays_above_its_cap() -> None:
    held = Round(3)
    made, now = held.bids()
    hires, _ = held.hold()
    weight = held.market.parameters.bidding.pay_weight
    assert (made.cap >= made.floor).all()
    position = np.searchsorted(held.rows, hires.rows)
    for who, employer, pay in zip(position, hires.employer, hires.pay, strict=True):
        match = (made.person == who) & (held.posts.employer[made.post] == employer)
        bid = int(np.flatnonzero(match)[0])
        assert pay <= made.cap[bid] * (1 + 1e-6)
        assert pay >= made.floor[bid] * (1 - 1e-6)
        better = made.rest[bid] + weight * np.log(pay)
        assert better >= now.utility[who] - 1e-6


def test_an_incumbent_never_answers_above_worth_or_beyond_its_reserve() -> None:
    held = Round(4)
    world = held.market.world
    _, raises = held.hold()
    people, employers = held.market.researchers, held.market.employers
    assert raises.rows.size > 3
    before = people.pay[raises.rows].astype(np.float64)
    assert (raises.pay > before).all()
    employer = people.employer[raises.rows]
    spent = np.bincount(employer, raises.pay - before, employers.count)
    share = held.market.parameters.bidding.answer_share
    surplus = np.maximum(employers.produced - employers.payroll * 12 / 100, 0.0) * share
    assert (spent <= surplus * (1 + 1e-6) + 1.0).all()
    assert not (employers.kind[employer] == 2).any(), "public research keeps to its scale"
    assert world.accounts.total(employers) == 0


def test_the_taste_for_environment_rises_with_ability() -> None:
    market = small_market(1, 3000, {"opening.burn_in_months": 1.0})
    rows = np.argsort(market.researchers.ability)
    size = rows.size
    here = market.researchers.country[rows].astype(np.int64)
    better, worse = (
        utility_of_place(
            market.world, rows, here, np.full(size, environment), np.zeros(size),
            market.parameters.bidding,
        )
        for environment in (1.5, 0.5)
    )
    gain = better - worse
    assert (np.diff(gain) >= -1e-9).all()
    assert gain[-1] > gain[0] + 0.1


def test_abler_people_choose_better_environments() -> None:
    """The same month is held with and without the rise of the taste in ability.

    Whoever is hired both times has changed employer for that reason alone; the gain in log
    environment has to rise with log ability.
    """
    slopes = []
    for seed in SEEDS:
        held = Round(seed, AT_HOME, persons_per_agent=700)
        held.crowd()
        won = []
        for taste in (0.0, 1.5):
            held.taste(environment_weight=0.6, environment_ability=taste)
            won.append(held.environment_won())
        gain = won[1] - won[0]
        both = np.isfinite(gain)
        ability = np.log(held.market.researchers.ability[held.rows[both]].astype(np.float64))
        slopes.append(float(np.cov(gain[both], ability)[0, 1]))
    assert chance_of_luck(slopes) < FALSE_ALARM


def test_only_a_better_environment_makes_people_take_a_pay_cut() -> None:
    """Fit counts for nothing here, so that pay and environment are all that jobs differ by."""
    cuts = {0.0: 0, 1.0: 0}
    for seed, taste in itertools.product((1, 2, 3), cuts):
        held = Round(seed, AT_HOME, persons_per_agent=300)
        held.taste(fit_weight=0.0, environment_weight=taste, environment_ability=0.0)
        people, employers = held.market.researchers, held.market.employers
        hires, _ = held.hold()
        employed = people.employer[hires.rows] >= 0
        rows, employer = hires.rows[employed], hires.employer[employed]
        cut = hires.pay[employed] < people.pay[rows] * (1 - 1e-6)
        cuts[taste] += int(cut.sum())
        old, new = employers.environment[people.employer[rows]], employers.environment[employer]
        assert (new[cut] > old[cut]).all()
    assert cuts[1.0] >= 5
    assert cuts[0.0] == 0


@pytest.mark.parametrize("seed", range(4))
def test_more_cash_never_loses_an_employer_with_one_post_its_hire(seed: int) -> None:
    held = Round(seed)
    alone = np.sort(np.unique(held.posts.employer, return_index=True)[1])
    posts = taken(held.posts, alone)
    kind = held.market.employers.kind[posts.employer]
    rich = np.flatnonzero(kind != EmployerKind.PUBLIC_RESEARCH)
    # short of cash at first, so that cash binds
    reserve = posts.reserve.copy()
    reserve[rich] = np.minimum(reserve[rich], 12_000 * 100)
    posts = posts._replace(reserve=reserve)
    poor_hires, _ = held.hold(posts)
    filled = set(poor_hires.employer.tolist())
    private = [n for n in rich if int(posts.employer[n]) in filled]
    assert len(private) >= 3
    raised = 0
    for number in private[:20]:
        richer = reserve.copy()
        richer[number] *= 4
        hires, _ = held.hold(posts._replace(reserve=richer))
        assert int(posts.employer[number]) in set(hires.employer.tolist())
        raised += hires.rows.tolist() != poor_hires.rows.tolist() or bool(
            (hires.pay != poor_hires.pay).any()
        )
    assert raised, "cash never mattered, so nothing was tested"
