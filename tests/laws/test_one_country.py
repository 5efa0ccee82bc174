"""What one country changes leaves everybody's luck as it was, and nothing changed is nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from agents.policies import Policy
from agents.researchers import Researchers
from model.policy_files import policy_from, read_policy
from model.tables import schemes
from model.talent_market import TalentMarket
from tests.helpers import every_table, fingerprint

LIVELY = {"search.rate": 0.3, "search.abroad_share": 0.8}
UNTIL = "2020-12"
BORN_WITH = ("birth_country", "study_country", "ability", "birth_month", "degree", "degree_month",
             "university_rank", "household", "partner_from", "leaves")  # fmt: skip
"""Traits that only luck decides on; the field follows demand as well."""


def lived(policies: Sequence[Policy] = (), persons_per_agent: float = 1000) -> TalentMarket:
    market = TalentMarket(
        "small", seed=9, persons_per_agent=persons_per_agent, until=UNTIL, parameters=LIVELY,
        policies=policies,
    )
    market.run_until(UNTIL)
    return market


def policy(change: Sequence[Any] = (), scheme: Sequence[Any] = ()) -> Policy:
    written = {"name": "one", "title": "One", "change": list(change), "scheme": list(scheme)}
    return policy_from(written, file=None)


@pytest.fixture(scope="module")
def plain() -> TalentMarket:
    return lived()


@pytest.fixture(scope="module")
def open_korea() -> TalentMarket:
    """Korea lets people in who have a degree, without a job and for good."""
    return lived([policy(scheme=[{
        "id": "kor-open", "country": "KOR", "job_offer_required": False, "stay_months": 60,
        "years_to_permanence": 0, "partner_may_work": True, "household_help": True,
    }])])  # fmt: skip


def in_both(one: Researchers, other: Researchers) -> tuple[Any, Any]:
    """Rows of the same people in two worlds."""
    keys, rows, its = np.intersect1d(one.key, other.key, return_indices=True)
    assert keys.size > 0.9 * one.count
    return rows, its


def test_a_change_in_one_country_changes_flows(
    plain: TalentMarket, open_korea: TalentMarket
) -> None:
    """Else the tests below would compare a world with itself."""
    assert every_table(plain)["flows"] != every_table(open_korea)["flows"]
    rows, its = in_both(plain.researchers, open_korea.researchers)
    assert (plain.researchers.country[rows] != open_korea.researchers.country[its]).any()


def test_the_same_people_enter_with_the_same_traits_and_leave_in_the_same_month(
    plain: TalentMarket, open_korea: TalentMarket
) -> None:
    one, other = plain.researchers, open_korea.researchers
    np.testing.assert_array_equal(np.sort(one.key), np.sort(other.key))
    rows, its = in_both(one, other)
    assert (one.degree_month[rows] >= plain.world.start).any(), "nobody entered: no test"
    for name in BORN_WITH:
        np.testing.assert_array_equal(getattr(one, name)[rows], getattr(other, name)[its], name)


def test_people_fit_employers_as_they_did(plain: TalentMarket, open_korea: TalentMarket) -> None:
    rows, its = in_both(plain.researchers, open_korea.researchers)
    for employer in range(0, plain.employers.count, 37):
        np.testing.assert_array_equal(
            plain.world.fit(rows, employer), open_korea.world.fit(its, employer)
        )


def test_whoever_lives_as_before_looks_and_loses_the_job_in_the_same_month(
    plain: TalentMarket, open_korea: TalentMarket
) -> None:
    """The months of search and of lost jobs are drawn anew all the time."""
    one, other = plain.researchers, open_korea.researchers
    rows, its = in_both(one, other)
    alike = np.ones(rows.size, dtype=bool)
    for name in ("country", "employer", "hired", "status", "waiting", "pay"):
        alike &= getattr(one, name)[rows] == getattr(other, name)[its]
    assert alike.mean() > 0.3
    np.testing.assert_array_equal(one.job_ends[rows[alike]], other.job_ends[its[alike]])
    same = one.searches[rows[alike]] == other.searches[its[alike]]
    # the wait also follows pay relative to others', which may differ by now
    assert same.mean() > 0.95


SAME = {
    "nothing": policy(),
    "values as they are": policy([
        {"from": "2019-06", "scheme": "usa-h-1b", "set": {"grace_months": 2}},
        {"from": "2019-06", "country": "KOR",
         "set": {"public_pay_scale": 1.0, "adoption_subsidy": 0.0, "non_competes_enforced": True,
                 "study_places": {"applied_ai": 0}}, "remove": ["top_tax_rate"]},
    ]),
}  # fmt: skip


@pytest.mark.parametrize("what", SAME)
def test_a_policy_that_changes_nothing_changes_nothing(plain: TalentMarket, what: str) -> None:
    assert {s.grace_months for s in schemes() if s.id == "usa-h-1b"} == {2}
    market = lived([SAME[what]])
    assert fingerprint(market) == fingerprint(plain)
    assert every_table(market) == every_table(plain)


def test_no_policy_by_name_changes_nothing(plain: TalentMarket) -> None:
    assert every_table(lived([read_policy("none")])) == every_table(plain)


USELESS = {"valid_from": "2019-06", "degree_min": "phd", "university_rank_max": 1,
           "min_pay_usd": 10_000_000, "years_to_permanence": 0,
           "partner_may_work": True}  # fmt: skip


@pytest.mark.parametrize("more", [
    {}, {"job_offer_required": False, "sponsor_required": False},
    {"places_per_year": 100, "outside_applicants_per_year": 50, "allocation": "by_pay"},
    {"graduate_stay_months": 0},
], ids=["with a job", "to look for a job", "capped", "for graduates"])  # fmt: skip
def test_a_scheme_that_nobody_can_use_changes_nothing(
    plain: TalentMarket, more: dict[str, Any]
) -> None:
    """Wherever its rows stand among others: first, in the midst and last by country and name."""
    market = lived([policy(scheme=[
        USELESS | more | {"id": f"{country.lower()}-useless", "country": country}
        for country in ("ARE", "BRA", "IND", "KOR", "USA", "ZAF")
    ])])  # fmt: skip
    assert len(market.rules.schemes) == len(plain.rules.schemes) + 6
    tables, others = every_table(market), every_table(plain)
    assert tables.pop("policies_table") != others.pop("policies_table")
    assert tables == others
