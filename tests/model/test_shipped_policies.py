"""The policies that come with the package: readable, told where from, and none of them idle."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from agents.country_levers import COUNTRY_LEVERS, LEVERS_BY_NAME
from agents.levers import Scheme, month_number
from model import tables
from model.country_levers import CountryLevers
from model.policy_files import read_policy, shipped_policies
from model.scenario import read_scenario
from model.talent_market import TalentMarket
from model.timeline import Timeline
from model.toml_files import shipped_text
from tests.helpers import watched_month

BASELINE = read_scenario("baseline")
OUTLOOK = read_scenario("outlook")
OF_OUTLOOK = ("korea-top-tier-open", "korea-half-pay")
"""Too late for the baseline, so asked of the outlook."""
OF_HISTORY = tuple(name for name in shipped_policies() if read_policy(name).without_deals)
"""They leave out recorded deals, which happen in the scenario of history alone."""
PACKAGE = "korea-package"
PARTS = (
    "korea-top-tier-open-2020", "korea-j-skip-rights", "korea-dual-citizenship",
    "korea-gifted-pupils", "korea-returnee-offers", "korea-retention-offers",
    "korea-adoption-subsidy", "korea-research-environment", "korea-retraining",
    "korea-tax-relief",
)  # fmt: skip
RIGHTS = ("korea-partner-work", "korea-household-help", "korea-quick-permanence")
REMOVED = {
    "japan-without-j-skip": ("jpn-j-skip", "jpn-j-find"),
    "uk-without-new-schemes": (
        "gbr-global-talent", "gbr-graduate", "gbr-high-potential-individual",
    ),
    "china-without-new-schemes": ("chn-k-visa",),
    "gulf-without-new-schemes": ("are-golden-visa", "sau-premium-residency"),
}  # fmt: skip
"""Policies that take reforms away, and the schemes that are then never open."""


def timeline(*names: str, start: str = BASELINE.start) -> Timeline:
    return Timeline.of([read_policy(name) for name in names], month_number(start))


def open_months(line: Timeline, slug: str, last: str = "2035-12") -> set[tuple[str, int]]:
    """Tier and month of every month of a run in which a scheme is open."""
    months = range(line.start, month_number(last) + 1)
    rows = [scheme for scheme in line.schemes if scheme.id == slug]
    return {(row.tier, month) for row in rows for month in months if row.open_in(month)}


def terms(line: Timeline, slug: str, month: str) -> dict[str, Scheme]:
    """The open row of each tier of a scheme in a month."""
    rows = [scheme for scheme in line.schemes if scheme.id == slug]
    return {row.tier: row for row in rows if row.open_in(month_number(month))}


@pytest.mark.parametrize("name", shipped_policies())
def test_a_shipped_policy_says_what_it_is(name: str) -> None:
    policy = read_policy(name)
    assert policy.name == name
    assert policy.title and policy.source and policy.why.endswith("?")
    assert max(len(policy.title), len(policy.why)) <= 100
    assert shipped_text(name, "policy").startswith("# ")
    assert "assumption" in policy.source or "question" in policy.source or name == PACKAGE


@pytest.mark.parametrize("name", shipped_policies())
def test_a_shipped_policy_names_only_what_acts(name: str) -> None:
    acting = {lever.name for lever in COUNTRY_LEVERS}
    schemes = {(scheme.id, scheme.tier) for scheme in tables.schemes()}
    for change in read_policy(name).changes:
        if change.scheme is None:
            assert set(change.names()) <= acting
        else:
            found = {tier for slug, tier in schemes if slug == change.scheme}
            assert found and (change.tier is None or change.tier in found)


@pytest.mark.parametrize("name", shipped_policies())
def test_a_shipped_policy_changes_something_in_its_scenario(name: str) -> None:
    scenario = OUTLOOK if name in OF_OUTLOOK else BASELINE
    data, end = tables.load(), scenario.end_month
    with_it = timeline(name, start=scenario.start).ledger(data, end)
    without = timeline(start=scenario.start).ledger(data, end)
    assert not with_it.drop(columns="why").equals(without.drop(columns="why"))
    if name in OF_OUTLOOK:
        month = min(change.month for change in read_policy(name).changes)
        assert BASELINE.end_month < month <= OUTLOOK.end_month


@pytest.mark.parametrize("name", shipped_policies())
def test_every_change_of_a_shipped_policy_does_something(name: str) -> None:
    """A value that stands already, such as a right that a scheme gives, would be an idle line."""
    policy, last = read_policy(name), OUTLOOK.end_month
    data, start = tables.load(), BASELINE.start_month
    opening = CountryLevers.opening(data)
    for change in policy.changes:
        if change.scheme is None:
            row = data.index[change.country]
            for lever in change.set:
                now, wanted = opening.at(lever, row), change.set[lever]
                assert LEVERS_BY_NAME[lever].type == "by_field" or now != wanted, lever
            continue
        before = Timeline.of([], start)
        for field in change.names():
            wanted = change.set.get(field)
            values = [
                getattr(row, field) for row in before.schemes
                if row.id == change.scheme and change.tier in (None, row.tier)
                and (row.valid_to or last) >= change.month
            ]
            idle = all(value == wanted for value in values)
            assert not idle, f"{change.scheme}.{field} is {wanted} anyway"


def test_the_package_is_the_union_of_its_parts() -> None:
    package = read_policy(PACKAGE)
    parts = [change for name in PARTS for change in read_policy(name).written["change"]]

    def counted(changes: list[dict[str, object]]) -> Counter[str]:
        return Counter(json.dumps(change, sort_keys=True) for change in changes)

    assert counted(package.written["change"]) == counted(parts)
    assert all(name in package.source for name in PARTS)
    end, data = OUTLOOK.end_month, tables.load()
    whole = timeline(PACKAGE).ledger(data, end).drop(columns="why")
    assert whole.equals(timeline(*PARTS).ledger(data, end).drop(columns="why"))


def test_the_rights_of_j_skip_are_the_union_of_their_parts() -> None:
    end, data = OUTLOOK.end_month, tables.load()
    whole = timeline("korea-j-skip-rights").ledger(data, end).drop(columns="why")
    assert whole.equals(timeline(*RIGHTS).ledger(data, end).drop(columns="why"))
    (model,) = {
        (row.partner_may_work, row.household_help, row.years_to_permanence)
        for row in terms(timeline(), "jpn-j-skip", "2023-04").values()
    }
    line = timeline("korea-j-skip-rights")
    for slug in ("kor-e-7", "kor-f-2-7"):
        row = terms(line, slug, "2020-01")["main"]
        assert (row.partner_may_work, row.household_help, row.years_to_permanence) == model


@pytest.mark.parametrize("name", REMOVED)
def test_a_removed_scheme_is_never_open(name: str) -> None:
    line, untouched = timeline(name), timeline()
    for slug in REMOVED[name]:
        assert open_months(untouched, slug)
        assert not open_months(line, slug)
        # nor where a run begins years later
        assert not open_months(timeline(name, start="2026-01"), slug)
        assert open_months(timeline(start="2026-01"), slug)
    touched = {change.scheme for change in read_policy(name).changes}
    for slug in {scheme.id for scheme in tables.schemes()} - touched:
        assert open_months(line, slug) == open_months(untouched, slug)


def test_what_a_removed_scheme_replaced_goes_on() -> None:
    line = timeline("uk-without-new-schemes")
    stays = {month for tier, month in open_months(line, "gbr-generic") if tier == "graduate"}
    assert stays == set(range(line.start, month_number("2035-12") + 1))
    work = {month for tier, month in open_months(line, "gbr-generic") if tier == "work"}
    assert max(work) == month_number("2020-11")
    closed = open_months(timeline("china-without-new-schemes"), "chn-r-visa")
    assert max(month for _, month in closed) == month_number("2019-12")


def test_the_pair_on_the_top_tier_visa_differs_in_the_university_alone() -> None:
    written, opened = timeline("korea-top-tier-2020"), timeline("korea-top-tier-open-2020")
    for slug in ("kor-top-tier-researcher", "kor-top-tier-engineer", "kor-top-tier-income"):
        assert open_months(written, slug) == open_months(opened, slug)
        assert min(month for _, month in open_months(written, slug)) == month_number("2020-01")
        (before,) = terms(written, slug, "2022-06").values()
        (after,) = terms(opened, slug, "2022-06").values()
        assert after.university_rank_max is None
        assert after.as_mapping() | {"university_rank_max": 100} == (
            before.as_mapping() | {"university_rank_max": 100}
        )


def test_half_pay_is_half() -> None:
    for name, month in (("korea-half-pay-2020", "2020-01"), ("korea-half-pay", "2027-01")):
        line = timeline(name)
        for scheme in tables.schemes():
            if scheme.id == "kor-e-7" or scheme.id.startswith("kor-top-tier"):
                row = terms(line, scheme.id, month)[scheme.tier]
                assert scheme.min_pay_usd is not None and row.min_pay_usd is not None
                assert row.min_pay_usd == pytest.approx(scheme.min_pay_usd / 2)


def test_the_lottery_gives_way_to_pay_or_points_for_good() -> None:
    for name, wanted in (
        ("usa-h-1b-by-pay", "by_pay"), ("usa-h-1b-by-points", "by_points"),
        ("usa-h-1b-weighted", "weighted_lottery"),
    ):
        line = timeline(name)
        for month in ("2020-01", "2023-06", "2026-03", "2030-01"):
            row = terms(line, "usa-h-1b", month)["main"]
            assert row.allocation == wanted and row.places_per_year == 85_000
        assert terms(line, "usa-h-1b", "2019-12")["main"].allocation == "lottery"
    line = timeline("usa-h-1b-cap-65000")
    places = [terms(line, "usa-h-1b", month)["main"].places_per_year
              for month in ("2019-12", "2020-01", "2030-01")]  # fmt: skip
    assert places == [85_000, 65_000, 65_000]


def test_without_the_petition_fee_it_stays_as_before() -> None:
    line = timeline("usa-without-petition-fee")
    ordinary = terms(timeline(), "usa-h-1b", "2025-08")["main"].fee_usd
    for month in ("2025-09", "2026-02", "2026-10", "2034-12"):
        row, history = (terms(of, "usa-h-1b", month)["main"] for of in (line, timeline()))
        assert (row.fee_usd, row.fee_abroad_usd) == (ordinary, None)
        assert history.fee_abroad_usd == 100_000


def test_no_non_competes_reaches_every_country_that_has_them() -> None:
    data = tables.load()
    levers = CountryLevers.opening(data)
    for change in timeline("no-non-competes").levers:
        if change.lever == "non_competes_enforced":
            levers.set(change.lever, data.index[change.country], change.value)
    assert not levers.non_competes_enforced.any()


def test_all_of_them_together_break_no_law() -> None:
    market = TalentMarket(
        "small", persons_per_agent=2000, until="2020-06",
        policies=[name for name in shipped_policies() if name not in OF_HISTORY],
    )
    while market.month < market.end_month:
        watched_month(market)
    told = set(market.policies_table()["why"].str.partition(": ")[0])
    assert told >= {
        "china-without-new-schemes", "germany-tax-relief", "korea-half-pay-2020", "korea-package",
        "no-non-competes", "usa-h-1b-by-points", "usa-h-1b-cap-65000", "usa-top-tax",
    }  # fmt: skip
