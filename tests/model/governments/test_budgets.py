"""Budgets bind while money is spent: no lever is free, and no year spends more than it has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agents.country_levers import COUNTRY_LEVERS
from agents.employers import CENTS
from agents.levers import SCHEME_FIELDS
from agents.policies import Policy
from model import laws
from model.appropriations import Appropriations
from model.governments.costs import reform_costs
from model.governments.observation import Measure, Observation
from model.governments.priced import MONEY, RULES
from model.governments.reviews import review_month
from model.month.taxes import tax_spared
from model.talent_market import TalentMarket, resume
from tests.governments import COUNTRIES, KOREA, lived, market
from tests.helpers import fingerprint
from tests.levers import LIVELY
from tests.policies import lever, scheme
from tests.policies import market as under_policies


def test_every_lever_and_field_costs_money_or_says_why_not() -> None:
    names = {one.name for one in COUNTRY_LEVERS}
    names |= {field.name for field in SCHEME_FIELDS if field.settable}
    assert not set(MONEY) & set(RULES)
    assert names == set(MONEY) | set(RULES)


# No lever is free ----------------------------------------------------------------------------

WORK = ("GBR", "gbr-generic")
DEAR: Mapping[str, Policy] = {
    "study_places": lever("USA", study_places={"physical_ai": 5_000.0}),
    "gifted_pupils_per_year": lever("USA", gifted_pupils_per_year=5_000.0),
    "retraining_places": lever("USA", retraining_places={"physical_ai": 20_000.0}),
    "research_environment": lever("USA", research_environment=1.2),
    "control_tower": lever("USA", control_tower=1.0),
    "public_research_budget_usd": lever("USA", public_research_budget_usd=9e9),
    "returnee_grant_usd": lever("USA", returnee_grant_usd=90_000.0),
    "retention_grant_usd": lever("USA", retention_grant_usd=90_000.0),
    "adoption_subsidy": lever("USA", adoption_subsidy=0.3),
    "newcomer_tax_rate": lever("USA", newcomer_tax_rate=0.01),
    "top_tax_rate": lever("USA", top_tax_rate=0.01),
    "tax_relief_rate": scheme(*WORK, tax_relief_rate=1.0, tax_relief_years=6.0),
    "tax_relief_years": scheme(*WORK, tax_relief_rate=0.5, tax_relief_years=50.0),
    "fee_usd": scheme(*WORK, fee_usd=0.0),
    "fee_abroad_usd": scheme(*WORK, fee_abroad_usd=0.0),
}


def treasury(policies: Sequence[Policy]) -> TalentMarket:
    """A year of a lively market in which Britain asks a fee of hires from abroad."""
    fee = scheme(*WORK, fee_abroad_usd=4_000.0)
    one = under_policies([fee, *policies], 3, 1000, LIVELY)
    for _ in range(12):
        one._month()
    assert list(laws.money(one.world)) == []
    return one


@pytest.fixture(scope="module")
def untouched() -> Any:
    return treasury(()).world.accounts.governments


@pytest.mark.parametrize("name", sorted(set(MONEY) - {"tax_relief_rate", "tax_relief_years"}))
def test_what_costs_money_is_missing_in_the_treasury(name: str, untouched: Any) -> None:
    (change,) = DEAR[name].changes
    row = COUNTRIES.index(change.country)
    after = treasury([DEAR[name]]).world.accounts.governments
    assert (after - untouched)[row] * (1000 / CENTS) < -1e6


@pytest.mark.parametrize("name", ["tax_relief_rate", "tax_relief_years"])
def test_relief_is_missing_in_what_the_tax_office_takes(name: str) -> None:
    """Whom it brings pays tax, too, so the treasury may have more in the end."""
    one = treasury([DEAR[name]])
    assert tax_spared(one.world, one.parameters.rights)[COUNTRIES.index("GBR")] > 0


# A year spends no more than it has -----------------------------------------------------------

class Spends:
    """Decides once on the largest value of a lever that the budget affords, and then holds."""

    def __init__(self, name: str, *values: Any) -> None:
        self.name, self.values, self.seen = name, values, list[Observation]()

    def review(self, observation: Observation) -> Sequence[Measure]:
        """One measure at the first review."""
        self.seen.append(observation)
        if observation.taken:
            return ()
        options = [[{"set": {self.name: value}}] for value in self.values]
        return next((option for option in options if observation.affords(option)), ())


SPENDERS: Mapping[str, tuple[str, Spends]] = {
    "study_places": ("KOR", Spends(
        "study_places", *({"physical_ai": float(number)} for number in range(1000, 0, -20))
    )),
    "gifted_pupils_per_year": ("KOR", Spends("gifted_pupils_per_year", *range(900, 0, -10))),
    "retraining_places": ("KOR", Spends(
        "retraining_places", *({"physical_ai": float(number)} for number in range(9000, 0, -100))
    )),
    "research_environment": ("KOR", Spends("research_environment", *np.arange(2.0, 0.5, -0.01))),
    "returnee_grant_usd": ("IND", Spends("returnee_grant_usd", *range(90_000, 0, -1_000))),
    "retention_grant_usd": ("IND", Spends("retention_grant_usd", *range(90_000, 0, -500))),
    "adoption_subsidy": ("KOR", Spends("adoption_subsidy", *np.arange(0.5, 0.0, -0.01))),
}


def yearly(one: TalentMarket, country: str) -> dict[str, float]:
    """Public money for measures by year."""
    table = one.national().query("measure == 'measures_usd' and country == @country")
    table = table[table["period"].str.len() == 4]
    return dict(zip(table["period"], table["value"], strict=True))


def lived_under(name: str, limited: bool = True) -> tuple[dict[str, float], float]:
    """What a spender pays by year up to the third after its measure is law, and its budget."""
    country, spends = SPENDERS[name]
    again = Spends(spends.name, *spends.values)
    one = market({country: again}, persons=1000)
    one.acting.bound = (country,) if limited else ()
    lived(one, "2022-12")
    assert one.acting.decided.faults == () and again.seen[-1].taken
    return yearly(one, country), again.seen[0].budget_usd


@pytest.mark.parametrize("name", SPENDERS)
def test_no_year_spends_more_than_its_budget(name: str) -> None:
    paid, budget = lived_under(name)
    assert {"2020", "2021", "2022"} <= set(paid)
    assert all(usd <= budget + 1.0 for usd in paid.values()), paid
    assert paid["2022"] > 0.2 * budget


@pytest.mark.parametrize("name", ["retention_grant_usd", "adoption_subsidy"])
def test_without_the_limit_more_would_be_spent(name: str) -> None:
    """More answer than were expected, or the bill grows: this is what the limit is for."""
    paid, budget = lived_under(name, limited=False)
    assert paid["2022"] > 1.15 * budget
    limited, _ = lived_under(name)
    # what a year has is used up, and January brings new money
    assert limited["2021"] == pytest.approx(budget, rel=0.01)
    assert limited["2022"] == pytest.approx(budget, rel=0.01)


def test_money_runs_out_and_comes_back_in_january() -> None:
    purse = Appropriations.none(3)
    np.testing.assert_array_equal(purse.pay_out(np.array([5, 7, 10**14])), [5, 7, 10**14])
    purse.begin(24_000)
    purse.limit[:2] = 10.9, 100.0
    purse.begin(24_001)
    assert purse.open.all()
    np.testing.assert_array_equal(purse.pay_out(np.array([8, 8, 8])), [8, 8, 8])
    np.testing.assert_array_equal(purse.pay_out(np.array([8, 8, 8])), [2, 8, 8])
    purse.limit[0] = 10.0
    purse.begin(24_002)
    grant = np.array([1.0, 2.0, 3.0])
    np.testing.assert_array_equal(purse.offered(grant), [0.0, 2.0, 3.0])
    purse.begin(24_012)
    assert purse.offered(grant) is grant and not purse.paid.any()


def test_nobody_counts_on_a_grant_whose_money_is_used_up() -> None:
    """A world whose grants have run out goes on as one in which they are nought."""
    generous = {"returnee_grant_usd": 50_000.0, "retention_grant_usd": 50_000.0,
                "adoption_subsidy": 0.3}  # fmt: skip
    out = under_policies([lever("KOR", "2019-02", **generous)], 3, 2000, LIVELY)
    without = under_policies([], 3, 2000, LIVELY)
    for one in (out, without):
        one._month()
    out.world.appropriations.limit[KOREA] = 0.0
    for _ in range(4):
        for one in (out, without):
            one._month()
            one.recorder.record()
    assert fingerprint(out) == fingerprint(without)


# What cannot end by itself is cut ------------------------------------------------------------

ORDERED: Mapping[str, Policy] = {
    "newcomer_tax_rate": lever("KOR", newcomer_tax_rate=0.0),
    "top_tax_rate": lever("KOR", top_tax_rate=0.0),
    "tax_relief_rate": scheme("KOR", "kor-e-7", tax_relief_rate=1.0, tax_relief_years=40.0),
    "fee_usd": scheme("KOR", "kor-e-7", fee_usd=0.0),
}
SMALL = {"reviews.budget_share": 0.01, "measures.reform_usd": 0.0}


class Watches:
    """Decides nothing and remembers."""

    def __init__(self) -> None:
        self.seen = list[Observation]()

    def review(self, observation: Observation) -> Sequence[Measure]:
        """Nothing."""
        self.seen.append(observation)
        return ()


def ordered(name: str, strategy: Any) -> TalentMarket:
    """Korea under a policy of the scenario that gives up more than its budget."""
    parameters = SMALL | ({"reviews.budget_share": 0.0} if name == "fee_usd" else {})
    # pay so high is rare
    persons = 500 if name == "top_tax_rate" else 2000
    one = market({"KOR": strategy}, persons=persons, parameters=parameters)
    return lived(one.fork(policies=[ORDERED[name]]), "2021-12")


@pytest.mark.parametrize("name", ORDERED)
def test_tax_and_fees_given_up_are_cut_back_to_the_budget(name: str) -> None:
    one = ordered(name, Watches())
    first, second, third = one.acting.strategies["KOR"].seen  # type: ignore[attr-defined]
    assert first.spent_usd > first.budget_usd
    assert second.taken[0].measure["menu"] == "cutback"
    assert name in second.taken[0].measure["set"]
    ledger = one.policies_table().query("country == 'KOR' and why.str.startswith('budget: ')")
    assert len(ledger) > 0 and ledger["lever"].iloc[0].endswith(name)
    # what people do goes on to change, so that a cut may have to be followed by another
    spent = [seen.spent_usd for seen in (first, second, third)]
    assert spent[2] < 0.5 * spent[0]
    assert spent[2] <= 1.3 * third.budget_usd + 1e4, spent


def test_every_rule_gives_up_the_same_part() -> None:
    policies = [ORDERED["newcomer_tax_rate"], ORDERED["tax_relief_rate"]]
    one = market({"KOR": Watches()}, parameters=SMALL).fork(policies=policies)
    lived(one, "2019-12")
    measures = [measure for *_, measure in one.acting.decided.taken]
    tax = float(one.tables.country["tax_rate"][KOREA])
    assert np.isnan(one.tables.country["newcomer_tax_rate"][KOREA])
    rate = next(m["set"]["newcomer_tax_rate"] for m in measures if "scheme" not in m)
    left = 1.0 - rate / tax
    for measure in measures:
        if "scheme" in measure:
            assert measure["set"]["tax_relief_rate"] == pytest.approx(left, abs=0.01)
    assert 0.0 <= left < 1.0 and len(measures) > 1


def test_who_holds_is_not_cut_for_a_scenario_may_order_what_it_likes() -> None:
    one = ordered("newcomer_tax_rate", "hold")
    assert one.acting.bound == () and one.acting.decided.taken == ()
    assert one.world.levers.newcomer_tax_rate[KOREA] == 0.0


def test_the_reforms_of_a_cut_are_paid() -> None:
    one = market({"KOR": Watches()}, parameters={"reviews.budget_share": 0.01})
    one = lived(one.fork(policies=[ORDERED["newcomer_tax_rate"]]), "2019-12")
    cost = reform_costs(one.world, one.parameters.measures)[KOREA]
    assert yearly(one, "KOR")["2019"] == pytest.approx(cost, abs=20)


# Worlds around it ----------------------------------------------------------------------------


def test_copies_of_planners_are_bound_by_the_same_money() -> None:
    one = market({"KOR": "target"}, persons=5000)
    for other in (one, one.fork(), one._copy(None, 0)):
        assert other.acting.bound == ("KOR",)


def test_a_world_saved_when_money_has_run_out_goes_on_alike(tmp_path: Path) -> None:
    def spends() -> dict[str, Any]:
        return {"IND": Spends("retention_grant_usd", *range(90_000, 0, -500))}

    one = lived(market(spends(), persons=2000), "2020-10")
    row = COUNTRIES.index("IND")
    assert np.isfinite(one.world.appropriations.limit[row])
    one.save(tmp_path / "world")
    again = resume(tmp_path / "world", strategies=spends())
    for market_ in (one, again):
        lived(market_, "2021-03")
    assert fingerprint(one) == fingerprint(again)
    np.testing.assert_array_equal(one.world.appropriations.paid, again.world.appropriations.paid)


def test_without_governments_that_decide_nothing_is_limited() -> None:
    one = lived(market({"all": "hold"}, persons=5000), review_date(KOREA))
    assert np.isinf(one.world.appropriations.limit).all() and one.world.appropriations.open.all()


def review_date(row: int) -> str:
    return f"2020-{review_month(row) + 1:02d}"
