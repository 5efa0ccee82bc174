"""The scenario of history: recorded deals happen at their dates, and policies leave one out."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from agents.declare import InputError
from agents.levers import month_number, month_text
from agents.policies import Policy
from agents.ventures import Ending
from experiments.compare import compare
from model import laws
from model.deal_book import DealStatus, Outcome
from model.deal_forms import Remainder, form_table
from model.month.casting import Part, team_of, usual_team
from model.month.recorded import _movers, terms_here, told_terms
from model.policy_files import policy_from, read_policy
from model.recorded_deals import RecordedDeal, history, left_out, recorded_deals
from model.scenario import read_scenario, scenario_from
from model.statistics.deal_table import NOT_INJECTED
from model.talent_market import TalentMarket, resume
from model.toml_files import shipped_text
from tests.helpers import fingerprint

SCENARIO = read_scenario("history")
FORMS = form_table()
LATE = dataclasses.replace(SCENARIO, start="2019-01")
"""The same from 2019 on, which is quicker."""
IN_RUN = [deal for deal in recorded_deals() if deal.month >= SCENARIO.start_month]
WINDSURF = month_number("2025-07")
PERSONS = 50.0  # prices of whole dollars are whole cents at that scale


def market(persons: float = PERSONS, *policies: str | Policy, seed: int = 1) -> TalentMarket:
    return TalentMarket("history", persons_per_agent=persons, policies=policies, seed=seed)


def without(*names: str) -> Policy:
    return policy_from(
        {"name": "test", "title": "Test", "without_deals": list(names)}, file="test.toml"
    )


def deal(buyer: str, target: str) -> RecordedDeal:
    [found] = [one.deal for one in left_out([f"{buyer}/{target}"])]
    return found


def plays(lived: TalentMarket, target: str) -> int:
    """The employer that plays a target."""
    return lived.employers.names.index(target)


@pytest.fixture(scope="module")
def course() -> dict[str, TalentMarket]:
    """The whole of history, money and people checked in every month, and twins on the way.

    By month; fork them, never change them.
    """
    found, twins = market(), {}
    while found.month < found.end_month:
        found.step()
        for law in (laws.money, laws.jobs, laws.ventures):
            assert not list(law(found.world)), month_text(found.month)
        if month_text(found.month) in ("2024-02", "2025-05", "2025-06"):
            twins[month_text(found.month)] = found.fork()
    return {**twins, "end": found}


@pytest.fixture(scope="module")
def lived(course: dict[str, TalentMarket]) -> TalentMarket:
    """History at its end; read it, never change it."""
    return course["end"]


# What happens ----------------------------------------------------------------------------------


def test_every_recorded_deal_is_in_the_ledger_once_at_its_date_and_price(
    lived: TalentMarket,
) -> None:
    made = lived.deals()
    assert len(made) == len(IN_RUN) > 50
    assert made["recorded"].all()
    for one in IN_RUN:
        same = (made["buyer"] == one.buyer) & (made["target"] == one.target)
        same &= (made["month"] == month_text(one.month)) & (made["form"] == one.form)
        [row] = made[same].to_dict("records")
        assert row["target_country"] == one.target_country
        assert (row["review"] == "abandoned") == one.abandoned or row["review"] == NOT_INJECTED
        if one.price_usd is not None and row["review"] != NOT_INJECTED:
            assert row["price_usd"] == one.price_usd  # to the cent
        if one.abandoned or one.team_share_moved == 0.0:
            assert row["people_moved"] == 0
    assert (made["price_usd"] >= 0).all()
    assert (made["review"] == NOT_INJECTED).sum() <= 6, "small countries of a coarse 2014"


def test_no_other_deal_happens_and_money_is_where_it_belongs(lived: TalentMarket) -> None:
    world = lived.world
    assert world.book.deals.count == (world.book.records.outcome == Outcome.IN_LEDGER).sum()
    assert not world.book.deals.held.any()
    given_up = world.book.deals.status == DealStatus.ABANDONED
    assert given_up.sum() == sum(one.abandoned for one in IN_RUN) == 3
    assert not world.book.deals.people[given_up].any()


def test_people_moved_are_as_many_as_recorded(lived: TalentMarket) -> None:
    """Each firm is rounded to agents; no startup of Finland is as large as Silo AI was."""
    made = lived.deals().set_index(["buyer", "target", "form"])["people_moved"]
    known = [one for one in IN_RUN if one.people_moved and one.target_country == "USA"]
    assert len(known) >= 6
    for one in known:
        moved = made[one.buyer, one.target, one.form]
        assert abs(moved - one.people_moved) < PERSONS, one.target


def test_who_is_bought_works_for_the_buyer_and_what_is_left_is_closed_or_goes_on(
    lived: TalentMarket,
) -> None:
    world, ventures = lived.world, lived.world.ventures
    bought = ventures.ending[ventures.employer == plays(lived, "Statsig")]
    assert bought.tolist() == [Ending.BOUGHT]
    [row] = np.flatnonzero(ventures.employer == plays(lived, "Mistral AI"))
    # a stake without anybody who leaves: the money is the firm's
    assert ventures.closed[row] == 0 and 0.0 < ventures.investors_share[row] < 1.0
    assert lived.employers.cash[plays(lived, "Mistral AI")] > 1e8 * 100 / PERSONS
    assert world.researchers.by_deal.any()


def test_windsurf_is_hollowed_out_and_the_rest_sold(lived: TalentMarket) -> None:
    made = lived.deals()
    about = made[made["target"] == "Windsurf"].set_index("buyer")
    assert about["review"].to_dict() == {
        "OpenAI": "abandoned", "Google": "none", "Cognition": "none"
    }
    assert about["people_moved"]["Google"] > 0 and about["people_moved"]["OpenAI"] == 0
    records = lived.world.book.records
    three = [number for number, row in enumerate(records.number.tolist())
             if recorded_deals()[row].target == "Windsurf"]  # fmt: skip
    assert np.unique(records.target[three]).size == 1
    assert records.team[three[-1]] == 0


@pytest.mark.parametrize("persons", [1.0, 20.0, 500.0])
def test_movers_in_persons_are_right_on_average_at_every_scale(persons: float) -> None:
    world = market(2000).world
    world.persons_per_agent = persons
    windsurf, size = deal("Google", "Windsurf"), team_of("Windsurf")
    assert windsurf.people_moved
    moved = []
    for luck in (np.arange(400) + 0.5) / 400:
        team = int(np.floor(size / persons + luck))
        part = Part(0, True, size, team, np.array([luck]))
        moved.append(_movers(world, windsurf, part, 0.66) * persons)
    assert np.mean(moved) == pytest.approx(windsurf.people_moved, abs=persons / 400 + 1e-9)


@pytest.mark.thorough
def test_people_moved_are_as_many_as_recorded_over_seeds() -> None:
    """Every firm is rounded by luck of its own, so the sum strays less than twice its spread."""
    known = [one for one in IN_RUN if one.people_moved and one.target_country == "USA"]
    persons, moved = 50.0, []
    for seed in range(1, 9):
        run = market(persons, seed=seed)
        run.run_until("2025-12")
        made = run.deals().set_index(["buyer", "target", "form"])["people_moved"]
        moved.append(sum(made[one.buyer, one.target, one.form] for one in known))
    spread = persons / 2 * np.sqrt(len(known) / len(moved))  # of a sum of coins, at the most
    assert abs(np.mean(moved) - sum(one.people_moved or 0 for one in known)) < 3.3 * spread


def test_size_is_as_told_or_as_usual() -> None:
    assert team_of("MosaicML") == 62 and team_of("Silo AI") == 300
    assert team_of("Inflection AI") == pytest.approx(70 / 0.95)
    assert team_of("Rockset") == usual_team() and 40 < usual_team() < 100


def test_terms_are_those_told_in_place_of_those_of_the_form() -> None:
    form = FORMS.names.index("minority_stake")
    told = told_terms(FORMS, form, deal("ASML", "Mistral AI"))
    assert told.stake_share[form] == 0.11 != FORMS.stake_share[form]
    assert told.team_share[form] == 0.0 and not told.holders_paid[form]
    form = FORMS.names.index("stake_and_hire")
    scale = told_terms(FORMS, form, deal("Meta", "Scale AI"))
    assert scale.team_share[form] == FORMS.team_share[form] and scale.holders_paid[form]
    whole = FORMS.names.index("full_acquisition")
    bought = told_terms(FORMS, whole, deal("Databricks", "MosaicML"))
    part = Part(0, True, 62.0, 3, np.zeros(1))
    assert terms_here(bought, whole, 3, part, 3).remainder[whole] == Remainder.CLOSES
    # who plays it stands for other firms, too, which go on
    larger = terms_here(bought, whole, 3, part, 12)
    assert larger.remainder[whole] == Remainder.CONTINUES and not larger.control[whole]
    assert larger.stake_share[whole] == 0.25 and larger.team_share[whole] == 0.25
    other = np.arange(len(FORMS.names)) != whole
    assert np.array_equal(larger.team_share[other], FORMS.team_share[other])


def test_who_cannot_be_played_is_told() -> None:
    coarse = market(4000)
    coarse.run_until("2020-12")
    made = coarse.deals()
    missing = made[made["review"] == NOT_INJECTED]
    due = [one for one in IN_RUN if one.month <= coarse.month]
    assert len(missing) and len(made) == len(due)
    assert not missing["price_usd"].any() and not missing["people_moved"].any()
    graph = coarse.network("deals")
    assert graph.number_of_edges() == len(made) - len(missing)


# What a policy leaves out ----------------------------------------------------------------------


def test_without_windsurf_nothing_differs_before_and_its_people_stay_after(
    course: dict[str, TalentMarket],
) -> None:
    plain = course["2025-06"].fork()
    policy = read_policy("without-windsurf")
    removed = plain.fork([policy])
    for one in (plain, removed):
        one.step()
    assert "Windsurf" not in removed.employers.names
    row = plays(plain, "Windsurf")
    moved = plain.researchers.by_deal & (plain.researchers.hired == WINDSURF)
    google = plain.employers.names.index("Google")
    to_google = moved & (plain.employers.firm[plain.researchers.employer] == google)
    people = plain.researchers.id[to_google]
    there = removed.researchers.employer[removed.researchers.row_of(people)]
    assert people.size and (there == row).all()
    assert set(removed.deals()["target"]) == set(plain.deals()["target"]) - {"Windsurf"}
    [told] = removed.policies_table().query("lever == 'deal Google/Windsurf'").to_dict("records")
    assert told["month"] == "2025-07" and json.loads(told["after"]) is None
    assert told["why"] == f"{policy.name}: {policy.title}"


def test_one_of_several_deals_can_be_left_out() -> None:
    months = history(["Google/Windsurf"], SCENARIO.start_month)
    left = [one.deal.buyer for one in months[WINDSURF] if one.deal.target == "Windsurf"]
    assert left == ["OpenAI", "Cognition"]
    assert not any(one.deal.target == "Windsurf" for one in history(["Windsurf"], 0)[WINDSURF])
    assert min(history([], SCENARIO.start_month)) >= SCENARIO.start_month


def test_worlds_are_compared_with_and_without_a_deal() -> None:
    effects = compare(LATE, "without-windsurf", seeds=2, persons_per_agent=250)
    before = effects[effects["period"] < "2025"]
    assert len(before) and not before["effect"].fillna(0.0).any()
    assert effects["effect"].fillna(0.0).any()


def test_fork_save_and_resume_go_on_alike(
    course: dict[str, TalentMarket], tmp_path: Path
) -> None:
    whole = course["2024-02"].fork()
    whole.save(tmp_path / "saved.world")
    again, twin = resume(tmp_path / "saved.world"), whole.fork()
    assert again.specification.deals == "recorded"
    for one in (whole, again, twin):
        one.run_until("2024-07")
    assert fingerprint(whole) == fingerprint(again) == fingerprint(twin)
    made = whole.deals()
    assert made.equals(again.deals()) and (made["month"] >= "2024-03").sum() >= 8


@pytest.mark.thorough
def test_a_run_under_a_policy_is_the_same_world_before_the_deal() -> None:
    plain, alone = market(800), market(800, read_policy("without-windsurf"))
    for one in (plain, alone):
        one.run_until("2025-06")
    assert fingerprint(plain) == fingerprint(alone)
    removed = plain.fork(["without-windsurf"])
    for one in (plain, alone, removed):
        one.run_until("2025-09")
    assert fingerprint(removed) == fingerprint(alone) != fingerprint(plain)


def test_without_scale_ai_meta_and_its_owners_keep_their_money(
    course: dict[str, TalentMarket],
) -> None:
    plain = course["2025-05"].fork()
    removed = plain.fork(["without-scale-ai"])
    left = []
    for one in (plain, removed):
        one.step()
        meta = one.employers.names.index("Meta")
        left.append(one.world.accounts.owners + int(one.employers.cash[meta]))
    price = deal("Meta", "Scale AI").price_usd
    assert price and left[1] - left[0] == pytest.approx(price * 100 / PERSONS, rel=0.02)


# What is refused -------------------------------------------------------------------------------


def test_a_source_of_deals_is_one_of_two() -> None:
    text = shipped_text("history", "scenario").replace('"recorded" ', '"record" ')
    with pytest.raises(
        InputError, match=r"^mine\.toml, deals: .*'recorded'.*got 'record'.*endogenous, recorded"
    ):
        scenario_from(text, file="mine.toml")
    assert read_scenario("baseline").as_mapping()["deals"] == "endogenous"
    assert SCENARIO.as_mapping()["deals"] == "recorded"


def test_recorded_deals_need_firms_that_act() -> None:
    with pytest.raises(InputError, match=r"ventures\.active.*allowed: ventures\.active = 1"):
        TalentMarket("history", persons_per_agent=4000, parameters={"ventures.active": 0})


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["Windsurff"], r"without_deals: unknown deal; did you mean 'Windsurf'"),
        (["Google/OpenAI"], r"unknown deal"),
        ([], r"without_deals: is empty"),
        ("Windsurf", r"without_deals: wrong type"),
        (["Windsurf", "Windsurf"], r"named twice"),
    ],
)
def test_a_policy_names_deals_that_are_recorded(names: object, said: str) -> None:
    with pytest.raises(InputError, match=r"^mine\.toml.*" + said):
        policy_from({"name": "a", "title": "A", "without_deals": names}, file="mine.toml")


def test_a_policy_that_would_leave_out_nothing_is_refused() -> None:
    with pytest.raises(InputError, match=r"none happen in this scenario.*such as history"):
        TalentMarket("small", persons_per_agent=4000, policies=["without-windsurf"])
    with pytest.raises(InputError, match=r"2014-01 is part of the world.*2019-01 or later"):
        TalentMarket(LATE, persons_per_agent=4000, policies=[without("DeepMind")])
    late = TalentMarket(LATE, persons_per_agent=4000)
    late.run_until("2019-03")
    with pytest.raises(InputError, match=r"NVIDIA/Mellanox.*lies in the past.*2019-04 or later"):
        late.fork([without("Mellanox")])
