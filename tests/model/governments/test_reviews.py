"""What governments decide becomes law with its reason; what fails is told and changes nothing."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agents.declare import InputError
from agents.levers import month_number, month_text
from agents.policies import Change, Policy
from model import laws
from model.governments.observation import Measure, Observation
from model.governments.reviews import StrategyFailed, plain_measures
from model.talent_market import TalentMarket, resume
from tests.governments import FIRST, KOREA, lived, market
from tests.helpers import every_table, fingerprint, waiting_by_scheme, watched_month

END = "2020-12"
E_7 = "kor-e-7"
Program = Callable[[Observation], Any]


def month_later(month: str, months: int) -> str:
    return month_text(month_number(month) + months)


def once(*measures: Mapping[str, Any]) -> Program:
    """A strategy that decides at its first review and holds ever after."""
    return lambda observation: () if observation.taken else measures


# History stands still ------------------------------------------------------------------------


def test_where_all_follow_history_nothing_differs_from_a_market_without_strategies() -> None:
    given: dict[str, Any] = {"seed": 4, "persons_per_agent": 4000, "until": END}
    without = lived(TalentMarket("small", **given), END)
    historical = lived(TalentMarket("small", strategies={"all": "historical"}, **given), END)
    assert fingerprint(historical) == fingerprint(without)
    assert every_table(historical) == every_table(without)
    assert historical.acting.strategies == {}


def test_korea_holds_as_if_its_reform_of_2020_were_taken_away() -> None:
    """It is all that Korea changes in these years."""
    given: dict[str, Any] = {"seed": 1, "persons_per_agent": 1000, "until": END}
    history = TalentMarket("small", **given)
    (rate,) = (one.value for one in history.timeline.levers if one.country == "KOR"
               and one.month == month_number("2020-01"))  # fmt: skip
    before = float(history.world.levers.newcomer_tax_rate[KOREA])
    assert rate != before
    keep = Change(month_number("2019-01"), "KOR", {"newcomer_tax_rate": before}, hold=True)
    taken = TalentMarket("small", policies=[Policy("keep", "Keep", changes=(keep,))], **given)
    holds = TalentMarket("small", strategies={"KOR": "hold"}, **given)
    one, other, third = (fingerprint(lived(market, END)) for market in (holds, taken, history))
    assert one == other != third
    # nobody else stands still
    mine, its = (table.policies_table() for table in (holds, history))
    assert "KOR" in set(its["country"]) and "KOR" not in set(mine["country"])
    its = its.query("country != 'KOR'")
    assert mine.to_csv(index=False) == its.to_csv(index=False) and len(its) > 5


def test_japan_holds_as_if_its_visas_of_2023_were_taken_away() -> None:
    given: dict[str, Any] = {"persons_per_agent": 5000, "until": "2023-06"}
    holds = TalentMarket("small", strategies={"JPN": "hold"}, **given)
    removed = TalentMarket("small", policies=["japan-without-j-skip"], **given)
    for month in range(month_number("2019-01"), month_number("2025-12")):
        one, other = (
            {row for row in market.rules.schemes if row.country == "JPN" and row.open_in(month)}
            for market in (holds, removed)
        )
        assert {(row.id, row.tier) for row in one} == {(row.id, row.tier) for row in other}
        assert not any("j-skip" in row.id or "j-find" in row.id for row in one)
    assert fingerprint(lived(holds, "2023-06")) == fingerprint(lived(removed, "2023-06"))


def test_a_country_that_holds_changes_no_lever_and_no_scheme_of_its_own() -> None:
    holds = TalentMarket("small", persons_per_agent=20_000, strategies={"all": "hold"})
    after = holds.timeline.ledger(holds.tables, 2031 * 12)
    # how many people outside AI apply is nobody's choice
    assert set(after["lever"]) == {"usa-h-1b.outside_applicants_per_year"}
    assert set(after["country"]) == {"USA"}


def test_people_outside_ai_apply_as_recorded_under_the_law_that_is_held() -> None:
    given: dict[str, Any] = {"persons_per_agent": 20_000}
    holds = TalentMarket("small", strategies={"USA": "hold"}, **given)
    history = TalentMarket("small", **given)
    for month in (2019 * 12, 2022 * 12 + 5, 2025 * 12 + 9, 2027 * 12):
        (mine,), (its,) = (
            [one for one in one.rules.schemes if one.id == "usa-h-1b" and one.open_in(month)]
            for one in (holds, history)
        )
        assert mine.outside_applicants_per_year == its.outside_applicants_per_year
        assert mine.fee_abroad_usd is None and mine.allocation == "lottery"
    assert its.fee_abroad_usd and its.allocation == "weighted_lottery"


# Decisions become law ------------------------------------------------------------------------

REASON = "more of them\n are wanted"
MEASURES = (
    {"scheme": E_7, "tier": "main", "set": {"partner_may_work": True}, "why": REASON},
    {"set": {"returnee_grant_usd": np.float64(1_000), "newcomer_tax_rate": 0.15}},
    {"set": {"study_places": {"physical_ai": np.int64(100)}}, "why": "robots", "menu": "places"},
)


def test_every_decision_stands_in_the_ledger_with_its_reason_from_its_day_on() -> None:
    decided = lived(market({"KOR": once(*MEASURES)}), END)
    ledger = decided.policies_table().query("country == 'KOR'")
    rows = {row.lever: (row.month, row.before, row.after, row.why) for row in ledger.itertuples()}
    month = month_later(FIRST, 3)
    assert rows == {
        f"{E_7}.partner_may_work": (month, "false", "true", "more of them are wanted"),
        "returnee_grant_usd": (month, "0.0", "1000.0", "review"),
        "newcomer_tax_rate": (month, rows["newcomer_tax_rate"][1], "0.15", "review"),
        "study_places": (month, rows["study_places"][1], rows["study_places"][2], "robots"),
    }
    assert '"physical_ai": 100.0' in rows["study_places"][2]
    assert decided.world.levers.returnee_grant_usd[KOREA] == 1_000
    assert decided.acting.decided.faults == ()
    assert [measure for _, _, measure in decided.acting.decided.taken] == list(
        plain_measures(MEASURES)
    )


def test_months_from_review_to_law_are_a_parameter() -> None:
    nine = {"reviews.enactment_months": 9.0}
    slow = lived(market({"KOR": once(*MEASURES)}, parameters=nine), END)
    ledger = slow.policies_table().query("country == 'KOR'")
    assert set(ledger["month"]) == {month_later(FIRST, 9)}


def test_decisions_of_one_review_are_a_policy_like_any_other() -> None:
    """Written in a policy file the same measures do the same, but for what reforms cost."""
    free = {"measures.reform_usd": 0.0}
    decided = lived(market({"KOR": once(*MEASURES)}, parameters=free), END)
    policy = decided.timeline.policies[-1]
    written = lived(market({"KOR": "hold"}, parameters=free).fork(policies=[policy]), END)
    assert fingerprint(written) == fingerprint(decided)


def test_the_laws_hold_while_governments_decide() -> None:
    racing = market({"all": "emulate"}, persons=5000)
    for _ in range(26):
        racing._review()
        watched_month(racing)
    assert len(racing.acting.decided.taken) > 10
    world = racing.world
    laws.check(world, world.stock(), world.counters)
    assert waiting_by_scheme(world).size == len(racing.rules.schemes)


# Strategies that fail ------------------------------------------------------------------------


def raises(observation: Observation) -> Sequence[Measure]:
    raise ZeroDivisionError("of\nmy own")


def mutates(observation: Observation) -> Sequence[Measure]:
    observation.facts["tax_rate"][:] = 0.0
    return ()


def sleeps(observation: Observation) -> Sequence[Measure]:
    time.sleep(0.03)
    return MEASURES


def half_way(observation: Observation) -> Any:
    yield MEASURES[0]
    raise RuntimeError("half way")


def answers(*measures: Any) -> Program:
    return lambda observation: measures


FAILURES: Mapping[str, tuple[Program, list[str]]] = {
    "raises": (raises, ["ZeroDivisionError: of my own"]),
    "raises half way": (half_way, ["RuntimeError: half way"]),
    "writes into what it sees": (mutates, ["ValueError", "read-only"]),
    "is late": (sleeps, ["did not answer in time", "allowed: 0.02 s"]),
    "never ends": (
        lambda _: itertools.repeat(MEASURES[0]), ["too many measures; allowed: 1,000 at most"]
    ),
    "nothing": (lambda _: None, ["answered no list of measures", "an empty one to hold"]),
    "one measure": (lambda _: MEASURES[0], ["answered no list of measures"]),
    "text": (lambda _: "hold", ["answered no list of measures (got 'hold')"]),
    "a number": (lambda _: 3, ["answered no list of measures (got 3)"]),
    "texts": (answers("hold"), ["a measure is no table (got 'hold')", "set, remove, scheme"]),
    "an object": (answers({"set": {"returnee_grant_usd": object()}}), ["no plain value"]),
    "array": (answers({"set": {"study_places": np.ones(8)}}), ["no plain value"]),
    "nothing to change": (answers({"why": "?"}), ["changes nothing"]),
    "another lever": (
        answers({"set": {"returnee_grant": 1.0}}),
        ["unknown lever; did you mean 'returnee_grant_usd'?"],
    ),
    "out of range": (
        answers({"set": {"adoption_subsidy": 1.5}}),
        ["set.adoption_subsidy: not in its range (got 1.5); allowed: a number from 0 to 0.9 share"],
    ),
    "no number": (answers({"set": {"adoption_subsidy": float("nan")}}), ["not a finite number"]),
    "another country": (
        answers({"country": "USA", "set": {"adoption_subsidy": 0.1}}),
        ["a measure tells no 'country'", "'USA'"],
    ),
    "another date": (
        answers({"from": "2019-01", "set": {"adoption_subsidy": 0.1}}), ["tells no 'from'"]
    ),
    "another's scheme": (
        answers({"scheme": "usa-h-1b", "set": {"fee_usd": 0}}),
        ["scheme 'usa-h-1b' belongs to another country"],
    ),
    "twice": (
        answers({"set": {"adoption_subsidy": 0.1}}, {"set": {"adoption_subsidy": 0.2}}),
        ["both alter adoption_subsidy"],
    ),
    "contradictory": (
        answers({"scheme": E_7, "set": {"points_min": 50.0}}),
        ["points_min: needs a points table"],
    ),
    "too dear": (
        answers({"set": {"returnee_grant_usd": 10_000_000}}),
        ["public money for measures would be", "allowed: a budget of 41,730,000 USD a year"],
    ),
    "a good one and a bad one": (
        answers(MEASURES[0], {"set": {"adoption_subsidy": -1}}), ["not in its range (got -1)"]
    ),
}


@pytest.fixture(scope="module")
def holding() -> str:
    return fingerprint(lived(market({"KOR": "hold"}), month_later(FIRST, 4)))


@pytest.mark.parametrize("what", FAILURES)
def test_a_strategy_that_fails_is_told_and_taken_to_hold(what: str, holding: str) -> None:
    program, parts = FAILURES[what]
    failing = market({"KOR": program}, limit_seconds=0.02 if what == "is late" else None)
    with pytest.warns(StrategyFailed, match=f"KOR, {FIRST}: .*; policy is held"):
        lived(failing, month_later(FIRST, 4))
    (fault,) = failing.acting.decided.faults
    assert (fault.country, fault.as_mapping()["month"]) == ("KOR", FIRST)
    assert "\n" not in fault.message
    assert [part for part in parts if part not in fault.message] == [], fault.message
    assert failing.acting.decided.taken == ()
    assert fingerprint(failing) == holding


def test_the_world_goes_on_and_a_strategy_may_do_better_next_year() -> None:
    def learns(observation: Observation) -> Sequence[Measure]:
        if observation.date == FIRST:
            raise ValueError("not yet")
        return once(MEASURES[0])(observation)  # type: ignore[no-any-return]

    with pytest.warns(StrategyFailed, match="not yet"):
        done = lived(market({"KOR": learns, "JPN": "target"}), "2021-12")
    assert len(done.acting.decided.faults) == 1
    assert f"{E_7}.partner_may_work" in set(done.policies_table()["lever"])


def test_an_error_of_the_world_is_no_fault_of_a_strategy(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = market({"KOR": "target"})
    monkeypatch.setattr("model.governments.acting.main_scheme", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        lived(broken, FIRST)


@pytest.mark.parametrize("limit", [0.0, -1.0, float("nan")])
def test_a_limit_of_time_is_above_nought(limit: float) -> None:
    with pytest.raises(InputError, match="limit_seconds: no time for an answer"):
        TalentMarket("small", persons_per_agent=20_000, limit_seconds=limit)


# Branches, saved worlds, records ------------------------------------------------------------

STRATEGIES: dict[str, Any] = {"KOR": once(*MEASURES), "JPN": "target", "DEU": "emulate",
                              "USA": {"strategy": "hold"}}  # fmt: skip


GOES_ON = "2020-12"
"""All have reviewed by then what statistics of a year say."""


@pytest.fixture(scope="module")
def undisturbed() -> dict[str, str]:
    return every_table(lived(acting(), GOES_ON))


def acting() -> TalentMarket:
    return TalentMarket("small", seed=3, persons_per_agent=5000, until="2021-06",
                        strategies=STRATEGIES)  # fmt: skip


@pytest.mark.parametrize("month", ["2018-12", "2020-06"])
def test_forks_and_saved_worlds_go_on_to_the_same_bytes(
    tmp_path: Path, undisturbed: dict[str, str], month: str
) -> None:
    one = lived(acting(), month)
    one.save(tmp_path / "world")
    assert every_table(lived(one.fork(), GOES_ON)) == undisturbed
    again = resume(tmp_path / "world", strategies={"KOR": STRATEGIES["KOR"]})
    assert again.describe() == one.describe()
    assert again.acting.decided == one.acting.decided
    assert every_table(lived(again, GOES_ON)) == undisturbed
    assert every_table(lived(one, GOES_ON)) == undisturbed


def test_a_program_is_not_saved_and_has_to_be_given_again(tmp_path: Path) -> None:
    one = acting()
    one.save(tmp_path / "world")
    with pytest.raises(InputError, match=r"world, strategies: .*\['KOR'\].*resume\(path, strat"):
        resume(tmp_path / "world")
    other = resume(tmp_path / "world", strategies={"KOR": "hold", "JPN": "emulate"})
    told = other.describe()["strategies"]
    assert told["KOR"] == {"strategy": "hold"} and told["JPN"]["strategy"] == "emulate"
    other.save(tmp_path / "other")
    assert resume(tmp_path / "other").describe() == other.describe()


def test_a_fork_under_a_policy_keeps_its_strategies() -> None:
    one = lived(acting(), "2019-12")
    branch = one.fork(policies=["korea-top-tier-open-2020"])
    assert branch.acting.strategies == one.acting.strategies
    lived(branch, "2020-12")
    levers = set(branch.policies_table()["lever"])
    assert {"kor-top-tier-researcher.open", f"{E_7}.partner_may_work"} <= levers
    assert branch.acting.limit_seconds == one.acting.limit_seconds


def test_markets_tell_their_strategies_and_what_failed() -> None:
    given = {"KOR": raises, "JPN": {"strategy": "target", "goal": 2}}
    with pytest.warns(StrategyFailed):
        failing = lived(market(given, persons=5000), END)
    told = failing.describe()
    assert told["strategies"]["KOR"]["strategy"] == "external"
    assert told["strategies"]["KOR"]["program"].endswith("test_reviews.raises")
    assert told["strategies"]["JPN"] == {
        "strategy": "target", "measure": "net_per_10k_workforce", "goal": 2,
    }  # fmt: skip
    years = [FIRST, month_later(FIRST, 12)]
    message = "ZeroDivisionError: of my own"
    assert told["faults"] == [
        {"month": month, "country": "KOR", "message": message} for month in years
    ]
    without = TalentMarket("small", persons_per_agent=20_000).describe()
    assert without["strategies"] == {} and without["faults"] == []
