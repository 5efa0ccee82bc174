"""The timeline: who wins when history and policies change one thing, and what is told of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.country_levers import DUAL_CITIZENSHIP
from agents.declare import InputError
from agents.levers import Scheme, month_number, month_text, overlaps, scheme_from_mapping
from agents.policies import Change, Policy
from model import tables
from model.country_levers import CountryLevers
from model.policy_files import policy_from
from model.talent_market import TalentMarket
from model.timeline import Timeline, lever_changes, scheme_ledger, scheme_rows

START = month_number("2019-01")
END = month_number("2030-12")


def version(start: str | None, end: str | None = None, **fields: Any) -> Scheme:
    """A dated version of the one scheme of a made-up history."""
    written = {"id": "kor-work", "country": "KOR", "title": "Work", "source": "a law"}
    written |= {"valid_from": start, "valid_to": end} | fields
    return scheme_from_mapping(written, file=None)


HISTORY = (
    version("2010-01", "2020-12", fee_usd=100, min_pay_usd=30_000),
    version("2021-01", "2023-12", fee_usd=200, min_pay_usd=30_000),
    version("2024-01", fee_usd=300, min_pay_usd=40_000),
)
"""The fee rises in 2021 and 2024, the pay asked for in 2024."""


def policy(
    month: str, set: Mapping[str, Any] | None = None, remove: tuple[str, ...] = (),
    *, name: str = "mine", hold: bool = False, tier: str | None = None,
) -> Policy:
    """A policy of one change to that scheme, months as text."""
    months = ("valid_from", "valid_to")
    values = {key: month_number(value) if key in months else value
              for key, value in (set or {}).items()}  # fmt: skip
    change = Change(
        month_number(month), "KOR", values, "kor-work", tier, remove, hold, f"{name}: Mine"
    )
    return Policy(name, "Mine", changes=(change,))


def at(rows: tuple[Scheme, ...], month: str, tier: str = "main") -> Scheme | None:
    """The one version that is open in a month."""
    found = [row for row in rows if row.tier == tier and row.open_in(month_number(month))]
    assert len(found) <= 1
    return found[0] if found else None


def fee(rows: tuple[Scheme, ...], month: str) -> float | None:
    row = at(rows, month)
    return None if row is None else row.fee_usd


def fees(*policies: Policy, start: int = START, history: tuple[Scheme, ...] = HISTORY) -> list[Any]:
    """The fee in June of 2018, 2020, 2022 and 2025."""
    rows = scheme_rows(history, policies, start)
    assert overlaps(row for row in rows if is_ever_open(row)) == []
    return [fee(rows, month) for month in ("2018-06", "2020-06", "2022-06", "2025-06")]


def is_ever_open(row: Scheme) -> bool:
    return row.valid_from is None or row.valid_to is None or row.valid_to >= row.valid_from


# Precedence ------------------------------------------------------------------------------------


def test_without_policies_there_is_history_row_by_row() -> None:
    assert scheme_rows(HISTORY, (), START) == HISTORY
    assert scheme_rows(tables.schemes(), (), START) == tables.schemes()
    assert scheme_rows(tables.schemes(), (Policy("idle", "Idle"),), START) == tables.schemes()
    assert fees() == [100, 100, 200, 300]


def test_history_wins_when_it_changes_the_field_later() -> None:
    assert fees(policy("2020-01", {"fee_usd": 5.0})) == [100, 5, 200, 300]
    assert fees(policy("2022-01", {"fee_usd": 5.0})) == [100, 100, 5, 300]


def test_history_leaves_alone_what_it_does_not_change() -> None:
    """The pay asked for changes in 2024 alone, whatever happens to the fee in 2021."""
    rows = scheme_rows(HISTORY, (policy("2020-01", {"min_pay_usd": 1.0}),), START)
    pay = [row.min_pay_usd for month in ("2019-06", "2020-06", "2022-06", "2025-06")
           if (row := at(rows, month)) is not None]  # fmt: skip
    assert pay == [30_000, 1, 1, 40_000]
    assert [fee(rows, month) for month in ("2020-06", "2022-06", "2025-06")] == [100, 200, 300]


def test_what_is_held_is_out_of_the_reach_of_history() -> None:
    assert fees(policy("2020-01", {"fee_usd": 5.0}, hold=True)) == [100, 5, 5, 5]
    removed = policy("2020-01", remove=("fee_usd",), hold=True)
    assert fees(removed) == [100, None, None, None]


def test_hold_is_by_field() -> None:
    rows = scheme_rows(HISTORY, (policy("2020-01", {"fee_usd": 5.0}, hold=True),), START)
    late = at(rows, "2025-06")
    assert late is not None and (late.fee_usd, late.min_pay_usd) == (5, 40_000)


def test_on_the_date_of_a_reform_the_policy_wins() -> None:
    assert fees(policy("2021-01", {"fee_usd": 5.0})) == [100, 100, 5, 300]


def test_later_dates_win_whatever_the_order_of_names() -> None:
    early, late = policy("2020-01", {"fee_usd": 5.0}), policy("2022-01", {"fee_usd": 7.0}, name="b")
    assert fees(early, late) == fees(late, early) == [100, 5, 7, 300]


def test_on_one_date_the_policy_named_later_wins() -> None:
    one, two = policy("2020-01", {"fee_usd": 5.0}), policy("2020-01", {"fee_usd": 7.0}, name="b")
    assert fees(one, two)[1] == 7
    assert fees(two, one)[1] == 5


def test_joint_policies_on_different_fields_both_act() -> None:
    one = policy("2020-01", {"fee_usd": 5.0}, hold=True)
    two = policy("2020-01", {"min_pay_usd": 1.0}, name="b", hold=True)
    assert scheme_rows(HISTORY, (one, two), START) == scheme_rows(HISTORY, (two, one), START)
    row = at(scheme_rows(HISTORY, (one, two), START), "2026-01")
    assert row is not None and (row.fee_usd, row.min_pay_usd) == (5, 1)


def test_a_change_before_the_start_acts_from_the_start() -> None:
    assert fees(policy("2012-01", {"fee_usd": 5.0})) == [100, 5, 200, 300]
    rows = scheme_rows(HISTORY, (policy("2012-01", {"fee_usd": 5.0}),), START)
    assert (fee(rows, "2018-12"), fee(rows, "2019-01")) == (100, 5)


def test_a_change_before_the_start_gives_way_to_later_history_before_the_start() -> None:
    start = month_number("2022-01")
    assert fees(policy("2012-01", {"fee_usd": 5.0}), start=start) == [100, 100, 200, 300]
    held = fees(policy("2012-01", {"fee_usd": 5.0}, hold=True), start=start)
    assert held == [100, 100, 5, 5]
    rows = scheme_rows(HISTORY, (policy("2012-01", {"fee_usd": 5.0}, hold=True),), start)
    assert (fee(rows, "2021-12"), fee(rows, "2022-01")) == (200, 5)


# Opening and closing ---------------------------------------------------------------------------

LATE = (version("2023-04", "2024-12", fee_usd=100), version("2025-01", fee_usd=200))


def opened(*policies: Policy, history: tuple[Scheme, ...] = LATE) -> list[str]:
    """Stretches of months in which the scheme is open, as ``first to last``."""
    rows = scheme_rows(history, policies, START)
    months = [month for month in range(START - 12, END + 1) if at(rows, month_text(month))]
    stretches: list[list[int]] = []
    for month in months:
        if stretches and stretches[-1][1] == month - 1:
            stretches[-1][1] = month
        else:
            stretches.append([month, month])
    return [f"{month_text(first)} to {month_text(last)}" for first, last in stretches]


def test_a_scheme_may_open_earlier() -> None:
    assert opened() == ["2023-04 to 2030-12"]
    assert opened(policy("2020-01", {"valid_from": "2020-01"})) == ["2020-01 to 2030-12"]
    rows = scheme_rows(LATE, (policy("2020-01", {"valid_from": "2020-01"}),), START)
    assert [fee(rows, month) for month in ("2020-01", "2024-12", "2025-01")] == [100, 100, 200]


def test_a_scheme_does_not_open_before_the_change_is_made() -> None:
    assert opened(policy("2021-01", {"valid_from": "2020-01"})) == ["2021-01 to 2030-12"]


def test_a_scheme_may_open_later() -> None:
    assert opened(policy("2020-01", {"valid_from": "2026-05"})) == ["2026-05 to 2030-12"]


def test_a_scheme_that_is_postponed_while_open_closes_until_then() -> None:
    late = policy("2024-01", {"valid_from": "2026-05"})
    assert opened(late) == ["2023-04 to 2023-12", "2026-05 to 2030-12"]


def test_a_last_month_before_the_first_removes_a_scheme() -> None:
    for month, last in (("2020-01", "2019-12"), ("2023-04", "2023-03"), ("2012-01", "2011-12")):
        assert opened(policy(month, {"valid_to": last})) == []


def test_a_scheme_closes_and_reopens() -> None:
    closing = policy("2024-01", {"valid_to": "2023-12"})
    again = policy("2027-01", remove=("valid_to",), name="b")
    assert opened(closing) == ["2023-04 to 2023-12"]
    assert opened(closing, again) == ["2023-04 to 2023-12", "2027-01 to 2030-12"]
    rows = scheme_rows(LATE, (closing, again), START)
    assert fee(rows, "2027-01") == 200   # the reform of 2025 was made meanwhile


def test_what_has_ended_stays_ended_unless_a_policy_lifts_the_end() -> None:
    ended = (version("2010-01", "2020-11", fee_usd=100),)
    cheap = policy("2020-01", {"fee_usd": 5.0})
    assert opened(cheap, history=ended) == ["2018-01 to 2020-11"]
    lifted = policy("2020-01", remove=("valid_to",))
    assert opened(lifted, history=ended) == ["2018-01 to 2030-12"]
    assert opened(policy("2020-01", {"valid_to": "2022-03"}), history=ended) == [
        "2018-01 to 2022-03"
    ]


def test_a_gap_in_history_stays_a_gap() -> None:
    gap = (version("2010-01", "2020-06", fee_usd=100), version("2022-01", fee_usd=200))
    stretches = ["2018-01 to 2020-06", "2022-01 to 2030-12"]
    assert opened(history=gap) == stretches
    assert opened(policy("2020-01", {"fee_usd": 5.0}), history=gap) == stretches
    assert opened(policy("2021-01", {"fee_usd": 5.0}, hold=True), history=gap) == stretches
    rows = scheme_rows(gap, (policy("2021-01", {"fee_usd": 5.0}, hold=True),), START)
    assert [fee(rows, month) for month in ("2020-06", "2021-06", "2022-01")] == [100, None, 5]


def test_a_tier_alone_may_be_changed() -> None:
    tiers = (version("2010-01", tier="low", fee_usd=1), version("2010-01", tier="high", fee_usd=2))
    rows = scheme_rows(tiers, (policy("2020-01", {"fee_usd": 9.0}, tier="high"),), START)
    low, high = at(rows, "2021-01", "low"), at(rows, "2021-01", "high")
    assert low is not None and high is not None and (low.fee_usd, high.fee_usd) == (1, 9)
    rows = scheme_rows(tiers, (policy("2020-01", {"fee_usd": 9.0}),), START)
    assert {row.fee_usd for row in rows if row.open_in(END)} == {9}


def test_a_new_scheme_opens_at_its_date_and_never_before_the_start() -> None:
    young = Policy("mine", "Mine", schemes=(version("2021-03", "2022-02", fee_usd=1),
                                            version("2022-03", fee_usd=2)))  # fmt: skip
    assert opened(young, history=()) == ["2021-03 to 2030-12"]
    old = Policy("mine", "Mine", schemes=(version("1990-01", fee_usd=1),))
    assert opened(old, history=()) == ["2019-01 to 2030-12"]
    always = Policy("mine", "Mine", schemes=(version(None, fee_usd=1),))
    assert opened(always, history=()) == ["2019-01 to 2030-12"]
    dearer = policy("2023-01", {"fee_usd": 7.0}).changes
    changed = Policy("mine", "Mine", changes=dearer, schemes=young.schemes)
    rows = scheme_rows((), (changed,), START)
    assert [fee(rows, month) for month in ("2021-03", "2022-03", "2023-01")] == [1, 2, 7]


def test_conditions_that_cannot_stand_together_are_refused() -> None:
    with pytest.raises(InputError, match=r"scheme kor-work: allocation: by_points needs .*mine"):
        scheme_rows(HISTORY, (policy("2020-01", {"allocation": "by_points"}),), START)


# Rows keep their numbers -----------------------------------------------------------------------


def test_rows_of_history_keep_their_numbers_and_new_ones_stand_behind() -> None:
    changed = policy("2020-01", {"fee_usd": 5.0}, hold=True)
    rows = scheme_rows(HISTORY, (changed,), START)
    for before, after in zip(HISTORY, rows, strict=False):
        assert (before.fee_usd, before.valid_from) == (after.fee_usd, after.valid_from)
    assert at(rows, "2019-06") == rows[0] and at(rows, "2025-06") in rows[len(HISTORY):]
    again = scheme_rows(HISTORY, (changed,), START, kept=rows)
    assert again == rows
    more = scheme_rows(
        HISTORY, (changed, policy("2022-05", {"fee_usd": 6.0}, name="b")), START, kept=rows
    )
    assert [(row.fee_usd, row.valid_from) for row in more[: len(rows)]] == [
        (row.fee_usd, row.valid_from) for row in rows
    ]


MONTHS = st.sampled_from(["2012-01", "2019-01", "2020-01", "2021-01", "2022-07", "2024-01",
                          "2026-02"])  # fmt: skip
SETTINGS = st.dictionaries(
    st.sampled_from(["fee_usd", "min_pay_usd", "valid_from", "valid_to"]), MONTHS, min_size=1,
)


@st.composite
def changing(draw: st.DrawFn, name: str) -> Policy:
    """A policy that changes, removes, opens and closes at random."""
    changes = []
    for month in draw(st.lists(MONTHS, max_size=3, unique=True)):
        values: dict[str, Any] = dict(draw(SETTINGS))
        for field in ("fee_usd", "min_pay_usd"):
            if field in values:
                values[field] = float(draw(st.integers(0, 3)))
        remove = tuple(draw(st.sets(st.sampled_from(["fee_usd", "valid_to"]))) - values.keys())
        changes += policy(month, values, remove, name=name, hold=draw(st.booleans())).changes
    return Policy(name, "Mine", changes=tuple(changes))


@given(changing("a"), changing("b"), st.sampled_from([HISTORY, LATE]))
def test_whatever_policies_do_versions_never_overlap_and_the_past_is_history(
    one: Policy, two: Policy, history: tuple[Scheme, ...]
) -> None:
    rows = scheme_rows(history, (one, two), START)
    assert overlaps(row for row in rows if is_ever_open(row)) == []
    for month in range(START - 36, START):
        before, after = at(history, month_text(month)), at(rows, month_text(month))
        assert (before is None) == (after is None)
        assert before is None or after is None or before.fee_usd == after.fee_usd
    ledger = scheme_ledger(history, (one, two), START, END)
    for field in ("open", "fee_usd", "min_pay_usd"):
        _ledger_tells(rows, [row for row in ledger if row.lever == f"kor-work.{field}"], field)


def _ledger_tells(rows: tuple[Scheme, ...], entries: list[Any], field: str) -> None:
    """Entries of a ledger lead from the terms before the start to those in every open month."""
    def now(month: int) -> Any:
        row = at(rows, month_text(month))
        return (row is not None) if field == "open" else (row and getattr(row, field))

    assert [entry.month for entry in entries] == sorted(entry.month for entry in entries)
    told: Any = None
    for entry in entries:
        assert entry.before != entry.after
        assert told is None or entry.before == told
        told = entry.after
        assert now(entry.month) == told
    if entries and (field == "open" or at(rows, month_text(END))):
        assert now(END) == told


# Levers ----------------------------------------------------------------------------------------


def lever(
    month: str, set: Mapping[str, Any], *, hold: bool = False, why: str = "mine: Mine",
    remove: tuple[str, ...] = (),
) -> Change:
    return Change(month_number(month), "KOR", set, hold=hold, why=why, remove=remove)


REFORMS = (
    lever("2021-01", {"adoption_subsidy": 0.1}, why="history: a law"),
    lever("2023-01", {"study_places": {"theory_safety": 10.0, "applied_ai": 20.0}}, why="history"),
    lever("2024-01", {"adoption_subsidy": 0.3}, why="history: a law"),
)


def values_at(month: str, *changes: Change, name: str = "adoption_subsidy") -> Any:
    """The value of a lever in a month, from the changes in their order."""
    value: Any = None
    for change in lever_changes(REFORMS, [Policy("mine", "Mine", changes=changes)], START):
        if change.lever == name and change.month <= month_number(month):
            value = (value or {}) | change.value if isinstance(change.value, dict) else change.value
    return value


def test_levers_follow_the_same_order_as_schemes() -> None:
    mine = lever("2022-01", {"adoption_subsidy": 0.5})
    assert [values_at(month, mine) for month in ("2020-01", "2021-06", "2022-01", "2024-01")] == [
        None, 0.1, 0.5, 0.3,
    ]
    held = lever("2022-01", {"adoption_subsidy": 0.5}, hold=True)
    assert values_at("2024-01", held) == 0.5
    assert values_at("2024-01", lever("2024-01", {"adoption_subsidy": 0.5})) == 0.5
    assert values_at("2019-01", lever("2000-01", {"adoption_subsidy": 0.5})) == 0.5
    assert values_at("2018-12", lever("2000-01", {"adoption_subsidy": 0.5})) is None


def test_a_lever_by_field_is_held_field_by_field() -> None:
    mine = lever("2022-01", {"study_places": {"applied_ai": 99.0}}, hold=True)
    assert values_at("2024-01", mine, name="study_places") == {
        "theory_safety": 10.0, "applied_ai": 99.0,
    }
    both = lever("2022-01", {"study_places": {"applied_ai": 9.0, "theory_safety": 8.0}}, hold=True)
    assert values_at("2024-01", both, name="study_places") == {
        "theory_safety": 8.0, "applied_ai": 9.0,
    }


def test_of_two_policies_on_one_date_the_later_named_sets_the_lever() -> None:
    policies = [
        Policy(name, "T", changes=(lever("2022-01", {"adoption_subsidy": value}),))
        for name, value in (("a", 0.5), ("b", 0.7))
    ]
    last = [change.value for change in lever_changes((), policies, START)]
    assert last == [0.5, 0.7]
    assert [change.value for change in lever_changes((), policies[::-1], START)] == [0.7, 0.5]


# The ledger of a run ---------------------------------------------------------------------------

MINE = policy_from(
    {
        "name": "mine", "title": "Mine",
        "change": [
            {"from": "2019-02", "country": "KOR", "set": {
                "top_tax_rate": 0.4, "dual_citizenship": "both", "non_competes_enforced": False,
                "study_places": {"theory_safety": 50}, "adoption_subsidy": 0.0}},
            {"from": "2019-03", "country": "KOR", "remove": ["top_tax_rate"]},
            {"from": "2019-02", "scheme": "kor-e-7",
             "set": {"partner_may_work": True, "fee_usd": 1}},
            {"from": "2019-03", "scheme": "kor-e-7", "set": {"valid_to": "2019-02"}},
            {"from": "2019-01", "scheme": "kor-top-tier-income", "set": {"valid_from": "2019-02"}},
        ],
        "scheme": [{"id": "kor-pupils", "country": "KOR", "degree_min": "phd",
                    "valid_from": "2019-02"}],
    },
    file="mine.toml",
)  # fmt: skip


def test_the_ledger_says_what_changed_from_what_to_what_and_why() -> None:
    market = TalentMarket(
        "small", persons_per_agent=2000, until="2019-03", policies=[MINE],
    )
    columns = ["month", "country", "lever", "before", "after", "why"]
    assert list(market.policies_table().columns) == columns
    market.run_until("2019-03")
    table = market.policies_table()
    mine = table[table["why"] == "mine: Mine"]
    none = {field: 0.0 for field in json.loads(_cell(mine, "study_places", "before"))}
    assert len(none) == 8
    assert _told(mine) == {
        ("2019-02", "top_tax_rate"): (None, 0.4),
        ("2019-03", "top_tax_rate"): (0.4, None),
        ("2019-02", "dual_citizenship"): ("none", "both"),
        ("2019-02", "non_competes_enforced"): (True, False),
        ("2019-02", "study_places"): (none, none | {"theory_safety": 50.0}),
        ("2019-02", "kor-e-7.partner_may_work"): (False, True),
        ("2019-02", "kor-e-7.fee_usd"): (1500.0, 1.0),
        ("2019-03", "kor-e-7.open"): (True, False),
        ("2019-02", "kor-top-tier-income.open"): (False, True),
        ("2019-02", "kor-pupils.open"): (False, True),
    }
    assert set(mine["country"]) == {"KOR"}


def _told(table: pd.DataFrame) -> dict[tuple[str, str], tuple[Any, Any]]:
    return {
        (row.month, row.lever): (json.loads(row.before), json.loads(row.after))
        for row in table.itertuples()
    }


def _cell(table: pd.DataFrame, lever: str, column: str) -> str:
    return str(table[table["lever"] == lever][column].iloc[0])


def test_each_entry_of_the_ledger_names_who_made_it() -> None:
    """Also where two act in one month, or where an end was moved long before it is met."""
    fee_ = policy("2022-01", {"fee_usd": 5.0})
    pay = policy("2022-01", {"min_pay_usd": 1.0}, name="b")
    closing = policy("2025-01", {"valid_to": "2026-03"}, name="c")
    again = policy("2028-01", remove=("valid_to",), name="d")
    told = {
        (month_text(row.month), row.lever.removeprefix("kor-work.")): row.why
        for row in scheme_ledger(HISTORY, (fee_, pay, closing, again), START, END)
    }
    assert told == {
        ("2021-01", "fee_usd"): "a law", ("2022-01", "fee_usd"): "mine: Mine",
        ("2022-01", "min_pay_usd"): "b: Mine", ("2024-01", "fee_usd"): "a law",
        ("2024-01", "min_pay_usd"): "a law", ("2026-04", "open"): "c: Mine",
        ("2028-01", "open"): "d: Mine",
    }
    same = [policy("2022-01", {"fee_usd": 5.0}, name=name) for name in "fg"]
    ledger = scheme_ledger(HISTORY, same, START, month_number("2022-06"))
    assert [row.why for row in ledger] == ["a law", "f: Mine"]  # g found it so already
    soon = policy("2019-01", {"valid_from": "2021-05"}, name="e")
    (first, *_) = scheme_ledger(LATE, (soon,), START, END)
    assert (first.month, first.why) == (month_number("2021-05"), "e: Mine")
    (first, *_) = scheme_ledger(LATE, (), START, END)
    assert (first.month, first.why) == (month_number("2023-04"), "a law")


def test_the_ledger_grows_with_the_run_and_history_stands_in_it() -> None:
    data = tables.load()
    line = Timeline.of([], START)
    early, late = line.ledger(data, month_number("2020-12")), line.ledger(data, END)
    assert late[late["month"] <= "2020-12"].reset_index(drop=True).equals(early)
    opened_later = {scheme.id for scheme in tables.schemes()
                    if (scheme.valid_from or 0) > START and scheme.tier == "main"}  # fmt: skip
    told = {lever.removesuffix(".open") for lever in late["lever"] if lever.endswith(".open")}
    first = {s.id for s in tables.schemes() if (s.valid_from or 0) <= START}
    assert opened_later - first <= told
    assert late["why"].str.len().min() > 0


def test_reforms_of_country_levers_happen_in_the_world_at_their_dates() -> None:
    market = TalentMarket("baseline", persons_per_agent=2000.0, until="2020-02")
    levers, index = market.world.levers, market.tables.index
    norway, germany = index["NOR"], index["DEU"]
    market.run_until("2019-12")
    assert DUAL_CITIZENSHIP[int(levers.dual_citizenship[norway])] == "none"
    market.step()
    assert DUAL_CITIZENSHIP[int(levers.dual_citizenship[norway])] == "both"
    assert DUAL_CITIZENSHIP[int(levers.dual_citizenship[germany])] == "none"
    told = Timeline.of([], START).ledger(market.tables, month_number("2025-12"))
    here = told[(told["country"] == "DEU") & (told["lever"] == "dual_citizenship")]
    [(month, before, after, why)] = here[["month", "before", "after", "why"]].to_numpy().tolist()
    assert (month, before, after) == ("2024-06", '"none"', '"both"')
    assert "Citizenship Law Dataset" in why  # the source in words, not its short name


def test_a_rule_that_is_taken_away_is_gone_also_where_the_opening_has_it() -> None:
    data = tables.load()
    netherlands = data.index["NLD"]
    assert CountryLevers.opening(data).newcomer_tax_rate[netherlands] > 0
    without = Change(
        month_number("2020-01"), "NLD", {}, remove=("newcomer_tax_rate",), hold=True, why="mine"
    )
    line = Timeline.of([Policy("ordinary", "", changes=(without,))], START)
    changes = [change for change in line.levers if change.country == "NLD"]
    assert [month_text(change.month) for change in changes] == ["2020-01"]  # history is held off
    assert np.isnan(changes[0].value)


def test_a_policy_that_changes_nothing_leaves_no_trace() -> None:
    data = tables.load()
    idle = policy_from(
        {"name": "idle", "title": "Idle", "change": [
            {"from": "2020-01", "scheme": "kor-e-7", "set": {"partner_may_work": False}},
            {"from": "2020-01", "country": "KOR", "set": {"dual_citizenship": "none"}},
        ]},
        file=None,
    )  # fmt: skip
    without = Timeline.of([], START)
    assert Timeline.of([idle], START).schemes == without.schemes
    assert Timeline.of([idle], START).ledger(data, END).equals(without.ledger(data, END))
