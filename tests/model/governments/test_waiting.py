"""A strategy that does not answer is given up: the world goes on, and no late answer reaches it."""

from __future__ import annotations

import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from model.governments.observation import Measure, Observation
from model.governments.planner import Planner
from model.governments.reviews import StrategyFailed
from model.governments.waiting import Patience, TooLate, Window
from model.talent_market import TalentMarket
from tests.governments import FIRST, lived, market
from tests.helpers import fingerprint

ROOT = Path(__file__).resolve().parents[3]
GRANT: Mapping[str, Any] = {"set": {"returnee_grant_usd": 1_000.0}}
LATER, NEXT = "2019-12", "2020-12"
SHORT = 0.05
LONG = 60.0


@pytest.fixture
def released() -> Iterator[threading.Event]:
    """Frees the threads of a test at its end."""
    event = threading.Event()
    yield event
    event.set()


@pytest.fixture(scope="module")
def holding() -> str:
    return fingerprint(lived(market({"KOR": "hold"}), LATER))


def given_up(strategies: Any, until: str = LATER) -> TalentMarket:
    """A market that waits for a moment only."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", StrategyFailed)
        return lived(market(strategies, limit_seconds=SHORT), until)


def faults(market: TalentMarket) -> list[str]:
    return [fault.message for fault in market.acting.decided.faults]


def test_a_loop_without_an_end_stops_nobody(released: threading.Event, holding: str) -> None:
    def loops(observation: Observation) -> Sequence[Measure]:
        while not released.is_set():
            pass
        return [GRANT]

    one = given_up({"KOR": loops})
    assert faults(one) == [f"did not answer in time; allowed: {SHORT:g} s"]
    assert fingerprint(one) == holding


def test_a_late_answer_changes_nothing(released: threading.Event, holding: str) -> None:
    done, asked = threading.Event(), list[str]()

    def late(observation: Observation) -> Sequence[Measure]:
        released.wait()
        for ask in (lambda: observation.price([GRANT]), lambda: simulated(observation)):
            try:
                ask()
            except TooLate as refused:
                asked.append(str(refused))
        done.set()
        return [GRANT]

    one = given_up({"KOR": late}, FIRST)
    released.set()
    assert done.wait(10.0)
    lived(one, LATER)
    assert asked == ["the review is over"] * 2, "a late strategy learns nothing of the world"
    assert one.acting.decided.taken == () and fingerprint(one) == holding


def simulated(observation: Observation, months: int = 1) -> Any:
    assert observation.simulate is not None
    return observation.simulate([], months, 1, "net")


def test_copies_of_the_world_are_lived_no_further_once_time_is_up(holding: str) -> None:
    ended = threading.Event()

    def plans(observation: Observation) -> Sequence[Measure]:
        try:
            simulated(observation, months=100_000)
        finally:
            ended.set()
        return [GRANT]

    one = given_up({"KOR": plans})
    assert ended.wait(10.0)
    assert len(faults(one)) == 1 and fingerprint(one) == holding


def test_who_is_stuck_is_not_asked_again_by_a_fork_neither(released: threading.Event) -> None:
    asked = []

    def waits(observation: Observation) -> Sequence[Measure]:
        asked.append(observation.date)
        released.wait()
        return ()

    one = given_up({"KOR": waits}, FIRST)
    twin = one.fork()
    with pytest.warns(StrategyFailed, match="not asked"):
        for market in (one, twin):
            lived(market, NEXT)
    again = f"is still at its answer to the review of KOR in {FIRST} and was not asked"
    assert asked == [FIRST] and faults(one)[1:] == faults(twin)[1:] == [again]


def test_one_program_of_many_countries_gets_stuck_but_once(released: threading.Event) -> None:
    asked = []

    def waits(observation: Observation) -> Sequence[Measure]:
        asked.append(observation.country)
        released.wait()
        return ()

    one = given_up({"all": waits}, "2019-06")
    assert len(asked) == 1
    assert len(faults(one)) > 20


def test_who_is_done_at_last_is_asked_again() -> None:
    patience, first = Patience(), threading.Event()
    with pytest.raises(Exception, match="did not answer in time"):
        patience.answer(first, first.wait, SHORT, Window(), "one")
    with pytest.raises(Exception, match="still at its answer to one"):
        patience.answer(first, lambda: 2, LONG, Window(), "two")
    first.set()
    for thread in threading.enumerate():
        if thread.name == "one":
            thread.join()
    assert patience.answer(first, lambda: 3, LONG, Window(), "three") == 3


def test_an_answer_in_time_is_the_same_with_and_without_a_limit() -> None:
    plans = {"KOR": Planner(years=1, worlds=2, candidates=6, sure=0.0)}
    without, within = (
        lived(market(plans, limit_seconds=limit), LATER) for limit in (None, LONG)
    )
    assert within.acting.decided.taken and within.acting.decided == without.acting.decided
    assert fingerprint(within) == fingerprint(without)


def test_without_a_limit_no_thread_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any, **__: Any) -> None:
        raise AssertionError("a thread")

    one = market({"KOR": lambda _: [GRANT]})
    monkeypatch.setattr("model.governments.waiting.threading.Thread", fails)
    assert lived(one, FIRST).acting.decided.faults == ()
    assert len(one.acting.decided.taken) == 1


def test_whoever_stops_the_program_is_heard() -> None:
    def interrupts(observation: Observation) -> Sequence[Measure]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        lived(market({"KOR": interrupts}, limit_seconds=LONG), FIRST)


def test_what_is_seen_cannot_be_written_to() -> None:
    """Not even by a program that was given up and keeps what it saw."""
    seen = list[Observation]()
    one = market({"JPN": lambda observation: seen.append(observation) or [GRANT]})
    lived(one, NEXT)
    last = seen[-1]
    (table, *_) = [scheme.points for scheme in last.schemes if scheme.points]
    with pytest.raises(TypeError):
        table["anything"] = 1.0  # type: ignore[index]
    with pytest.raises(ValueError, match="read-only"):
        last.levers["returnee_grant_usd"][:] = 0.0
    before = repr(one.acting.decided)
    last.taken[0].measure["set"]["returnee_grant_usd"] = 7.0
    assert repr(one.acting.decided) == before


STUCK = """
import warnings
import talentmarket as tm

def loops(observation):
    while True:
        pass

warnings.simplefilter("ignore")
market = tm.TalentMarket("small", persons_per_agent=20_000, strategies={"KOR": loops},
                         limit_seconds=0.05)
market.run_until("FIRST")
print(market.describe()["faults"])
"""


def test_a_process_ends_in_which_a_program_is_stuck() -> None:
    done = subprocess.run(
        [sys.executable, "-c", STUCK.replace("FIRST", FIRST)], capture_output=True, text=True,
        cwd=ROOT, timeout=60, check=True,
    )
    assert "did not answer in time" in done.stdout and done.stderr == ""
