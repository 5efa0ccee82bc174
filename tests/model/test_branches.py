"""A fork lives as its parent does, and a policy that acts later cannot tell when it was named."""

from __future__ import annotations

import gc
import tracemalloc
import weakref
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import mesa
import numpy as np
import pytest

from agents.declare import InputError
from agents.levers import Scheme, month_number
from agents.mesa_ids import Numbers, hold_models_weakly
from agents.policies import Change, Policy
from model import tables
from model.policy_files import policy_from
from model.talent_market import TalentMarket, resume
from tests.helpers import every_table, fingerprint, opened_anew, watched_month

LIVELY = {"search.rate": 0.3, "search.abroad_share": 0.8}
"""Many hires from abroad, so that visa schemes matter in a small world."""
BEFORE, UNTIL = "2019-09", "2020-10"
SOON = "2019-12"


def market(policies: Sequence[Policy] = (), **given: Any) -> TalentMarket:
    """A market of some hundred people who move a lot."""
    return TalentMarket(
        "small", seed=6, persons_per_agent=1500, parameters=LIVELY, policies=policies,
        until=UNTIL, **given,
    )


def lived(market: TalentMarket, until: str = UNTIL) -> TalentMarket:
    market.run_until(until)
    return market


@pytest.fixture(scope="module")
def parent() -> TalentMarket:
    """Lived until a month before any of the policies; to be forked, never run."""
    return lived(market(), BEFORE)


@pytest.fixture(scope="module")
def plain(parent: TalentMarket) -> dict[str, str]:
    """The tables without any policy."""
    return every_table(lived(parent.fork()))


def policy(name: str, *changes: Mapping[str, Any], scheme: Any = ()) -> Policy:
    written = {"name": name, "title": name, "change": list(changes), "scheme": list(scheme)}
    return policy_from(written, file=None)


NEW = {"country": "USA", "valid_from": SOON, "years_to_permanence": 0, "partner_may_work": True,
       "stay_months": 60}  # fmt: skip
CAPPED = NEW | {"places_per_year": 4000, "outside_applicants_per_year": 6000}
POLICIES = [
    policy("closed", {"from": SOON, "scheme": "usa-h-1b", "set": {"valid_to": "2019-11"}}),
    policy("closed-later", {"from": SOON, "scheme": "usa-h-1b", "set": {"valid_to": "2020-01"}}),
    policy("smaller-cap", {
        "from": SOON, "scheme": "usa-h-1b", "set": {"places_per_year": 8000}, "hold": True,
    }),
    policy("by-pay", {
        "from": SOON, "scheme": "usa-h-1b", "hold": True,
        "set": {"allocation": "by_pay", "places_per_year": 20_000},
    }),
    policy("no-cap", {
        "from": SOON, "scheme": "usa-h-1b", "remove": ["places_per_year"], "hold": True,
    }),
    policy("new", scheme=[NEW | {"id": "usa-new"}]),
    policy("new-capped", scheme=[CAPPED | {"id": "usa-new-capped", "allocation": "lottery"}]),
    policy("new-short", scheme=[CAPPED | {"id": "usa-new-short", "valid_to": "2020-09"}]),
    policy("new-to-look", scheme=[NEW | {"id": "usa-look", "job_offer_required": False}]),
    policy("levers", {"from": SOON, "country": "USA", "set": {
        "research_environment": 0.5, "public_research_budget_usd": 1e9,
        "dual_citizenship": "none", "public_pay_scale": 1.4, "top_tax_rate": 0.6,
    }}),
    policy("supply", *(
        {"from": month, "country": "IND", "set": {
            "study_places": {"applied_ai": places}, "gifted_pupils_per_year": 8000,
            "retraining_places": {"applied_ai": places}, "adoption_subsidy": 0.3,
            "returnee_grant_usd": 200_000, "retention_grant_usd": 100_000,
            "newcomer_tax_rate": 0.0, "non_competes_enforced": False,
        }}
        for month, places in ((SOON, 20_000), ("2020-02", 40_000))
    )),
    policy(
        "package",
        {"from": SOON, "country": "USA", "set": {"research_environment": 2.0}},
        {"from": "2020-04", "scheme": "usa-o-1a", "set": {"fee_usd": 0}},
        scheme=[CAPPED | {"id": "usa-packed"}],
    ),
]  # fmt: skip


@pytest.mark.parametrize("given", POLICIES, ids=lambda given: str(given.name))
def test_a_later_policy_gives_the_same_tables_from_the_start_and_from_a_fork(
    parent: TalentMarket, plain: dict[str, str], given: Policy
) -> None:
    forked = lived(parent.fork(policies=[given]))
    from_start = lived(market([given]))
    tables_of_fork = every_table(forked)
    assert tables_of_fork == every_table(from_start)
    assert any(
        tables_of_fork[name] != plain[name] for name in ("flows", "visas")
    ), "the policy changes nothing: no test"
    if given.schemes:
        assert f",{given.schemes[0].id}," in every_table(forked)["visas"]


def test_a_fork_without_changes_equals_its_parent_for_ever() -> None:
    one = lived(opened_anew(11), "2019-05")
    twin = one.fork()
    assert fingerprint(twin) == fingerprint(one)
    for _ in range(20):
        one.step()
        watched_month(twin)
    assert fingerprint(twin) == fingerprint(one)
    assert (twin.random.random(), twin.rng.random()) == (one.random.random(), one.rng.random())
    assert fingerprint(one.fork(policies=["none"])) == fingerprint(one)


def test_running_one_does_not_touch_the_other() -> None:
    one = lived(opened_anew(12), "2019-05")
    before = fingerprint(one)
    twin, other = one.fork(policies=[POLICIES[5]]), one.fork()
    for branch in (twin, other):
        branch.run_until("2020-05")
    other.rules.places[:] = 0.0
    assert fingerprint(one) == before
    assert (one.month, one.steps) == (month_number("2019-05"), 5)
    for of in (twin, other):
        for name in one.world.__dataclass_fields__:
            mine, its = getattr(one.world, name), getattr(of.world, name)
            if isinstance(mine, np.ndarray):
                assert not np.shares_memory(mine, its), name
        for name in one.researchers.columns():
            assert not np.shares_memory(getattr(one.researchers, name),
                                        getattr(of.researchers, name))  # fmt: skip


def test_mesa_sees_the_agents_of_a_fork_on_their_rows() -> None:
    one = lived(opened_anew(12), "2019-03")
    twin = one.fork()
    assert len(twin.agents) == len(one.agents)
    for mine, its in zip(one.agents, twin.agents, strict=True):
        assert type(mine) is type(its) and mine.row == its.row
        assert its.model is twin and its.unique_id == mine.unique_id
    person = int(one.researchers.id[3])
    assert twin.researchers[person].model is twin
    assert twin.steps == one.steps == 3
    assert isinstance(twin, mesa.Model)


def test_a_policy_of_the_first_month_gives_the_same_tables_from_a_fork_at_the_opening() -> None:
    given = policy(
        "first-month", {"from": "2019-01", "scheme": "usa-h-1b", "set": {"places_per_year": 4000},
                        "hold": True},
        {"from": "2019-01", "country": "USA", "set": {"public_pay_scale": 1.5}},
        scheme=[CAPPED | {"id": "usa-first", "valid_from": "2019-01"}],
    )
    until = "2019-06"
    branch = lived(market().fork(policies=[given]), until)
    assert every_table(branch) == every_table(lived(market([given]), until))


# Branches of branches ------------------------------------------------------------------------


def test_forks_of_forks_of_resumed_forks(parent: TalentMarket, tmp_path: Path) -> None:
    """Rows come in another order than from the start; no table tells."""
    first, second, third = POLICIES[6], POLICIES[10], POLICIES[2]
    branch = parent.fork(policies=[first])
    branch.run_until("2019-10")
    branch.save(tmp_path / "world")
    branch = resume(tmp_path / "world").fork(policies=[second])
    branch.run_until("2019-11")
    branch = lived(branch.fork(policies=[third]))
    together = lived(market([first, second, third]))
    assert every_table(branch) == every_table(together)
    numbers = [row.id for row in branch.rules.schemes]
    assert numbers != [row.id for row in together.rules.schemes], "rows in one order: no test"


def test_a_fork_with_other_data() -> None:
    changed = tables.load().with_values({"amenity": tables.load().amenity + 0.1})
    one = lived(market(data=changed), BEFORE)
    branch = lived(one.fork(policies=[POLICIES[0]]))
    assert every_table(branch) == every_table(lived(market([POLICIES[0]], data=changed)))
    assert branch.describe()["data"] == one.describe()["data"]


def test_people_keep_their_rights_under_rows_that_a_branch_closes(parent: TalentMarket) -> None:
    branch = parent.fork(policies=[POLICIES[0]])
    rows = len(parent.rules.schemes)
    for mine, its in zip(parent.rules.schemes, branch.rules.schemes, strict=False):
        assert (mine.id, mine.tier, mine.stay_months) == (its.id, its.tier, its.stay_months)
    np.testing.assert_array_equal(branch.rules.route_group[:rows], parent.rules.route_group)
    np.testing.assert_array_equal(branch.researchers.scheme, parent.researchers.scheme)


# What is not known yet -----------------------------------------------------------------------


def short(**more: Any) -> Policy:
    """A capped scheme of half a year."""
    scheme = Scheme(
        id="usa-half-year", country="USA", title="Half a year", places_per_year=6000,
        years_to_permanence=0.0, valid_from=month_number("2019-06"), **more,
    )
    return Policy("short", "Half a year", schemes=(scheme,))


@pytest.mark.parametrize("end", ["2020-12", "2019-10"])
def test_a_quota_does_not_know_that_it_will_be_prolonged_or_closed(end: str) -> None:
    """Places of a short-lived scheme are spread over its months, as far as they are known."""
    given = short(valid_to=month_number("2019-11")) if end > "2019-11" else short()
    change = Change(
        month_number("2019-10"), "USA", {"valid_to": month_number(end)}, scheme="usa-half-year"
    )
    later = Policy("later", "Another end", changes=(change,))
    one = lived(market([given]), BEFORE)
    forked = one.fork(policies=[later])
    from_start = lived(market([given, later]), BEFORE)
    np.testing.assert_array_equal(from_start.world.quota_drawn, forked.world.quota_drawn)
    assert every_table(lived(forked)) == every_table(lived(from_start))
    group = forked.rules.route_group[[s.id for s in forked.rules.schemes].index("usa-half-year")]
    known = [forked.rules.spread_over(month_number(m))[group] for m in (BEFORE, "2019-10")]
    assert known == ([6, 12] if end == "2020-12" else [12, 5])


def test_a_new_scheme_without_a_first_month_opens_after_the_fork(parent: TalentMarket) -> None:
    entry = {name: value for name, value in NEW.items() if name != "valid_from"}
    branch = parent.fork(policies=[policy("undated", scheme=[entry | {"id": "usa-undated"}])])
    written = branch.describe()["policies"][0]
    assert written["scheme"][0]["valid_from"] == "2019-10"
    lived(branch)
    # what the manifest says, run from the start, is the same world
    again = lived(market([policy_from(written, file=None)]))
    assert every_table(branch) == every_table(again)
    assert ",usa-undated," in every_table(branch)["visas"]


WRONG: dict[str, tuple[Policy, list[str]]] = {
    "past": (
        policy("early", {"from": "2019-09", "scheme": "usa-h-1b", "set": {"fee_usd": 1}}),
        ["policy early, change of usa-h-1b, from: ", "'2019-09'", "allowed: 2019-10 or later"],
    ),
    "lever": (
        policy("early", {"from": "2018-01", "country": "KOR", "set": {"public_pay_scale": 2}}),
        ["change of public_pay_scale in KOR, from: ", "'2018-01'", "2019-10 or later"],
    ),
    "scheme": (
        policy("early", scheme=[NEW | {"id": "usa-b", "valid_from": "2019-08"}]),
        ["scheme usa-b, valid_from: ", "'2019-08'", "2019-10 or later"],
    ),
    "scheme that ended": (
        policy("early", scheme=[{"id": "usa-c", "country": "USA", "valid_to": "2019-08"}]),
        ["scheme usa-c, valid_to: ", "'2019-08'"],
    ),
    "both": (
        policy("early", {"from": "2019-01", "scheme": "usa-h-1b", "set": {"fee_usd": 1}},
               {"from": "2019-02", "scheme": "usa-h-1b", "set": {"fee_usd": 2}}),
        ["'2019-01'", "; policy early", "'2019-02'"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_a_policy_that_reaches_into_the_past_is_refused(parent: TalentMarket, what: str) -> None:
    given, parts = WRONG[what]
    with pytest.raises(InputError) as fault:
        parent.fork(policies=[given])
    assert "\n" not in str(fault.value)
    for part in parts:
        assert part in str(fault.value)


def test_a_policy_in_force_cannot_be_named_again(parent: TalentMarket) -> None:
    branch = parent.fork(policies=[POLICIES[0]])
    with pytest.raises(InputError, match="named twice"):
        branch.fork(policies=[POLICIES[0]])
    with pytest.raises(InputError, match="unknown policy"):
        parent.fork(policies=["korea-top-teer"])


# Memory --------------------------------------------------------------------------------------


def test_a_dropped_fork_is_freed() -> None:
    one = opened_anew(3, 3000)
    dropped = [weakref.ref(one.fork()) for _ in range(3)]
    gc.collect()
    assert [held() for held in dropped] == [None, None, None]


@pytest.mark.thorough
def test_two_hundred_forks_leave_nothing_behind() -> None:
    one = opened_anew(3, 2000)
    one.fork()
    size = one.researchers.count * one.researchers.bytes_per_row()
    gc.collect()
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    for _ in range(200):
        one.fork()
    gc.collect()
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert after - before < size, "200 forks left more than one world behind"


def test_mesa_counts_agents_of_each_model_from_one_and_holds_no_model() -> None:
    hold_models_weakly()
    models = [mesa.Model(rng=1) for _ in range(2)]
    numbers = [[mesa.Agent(model).unique_id for _ in range(3)] for model in models]
    assert numbers == [[1, 2, 3], [1, 2, 3]]
    held = weakref.ref(models.pop())
    gc.collect()
    assert held() is None
    counts: Any = Numbers()
    assert next(counts[models[0]]) == 1 and next(counts[models[0]]) == 2
