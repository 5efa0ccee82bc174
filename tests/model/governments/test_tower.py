"""The control tower: its sums are those of the world, its outlook and its remedies hold."""

from __future__ import annotations

import functools
from dataclasses import replace

import numpy as np
import pytest

from agents.declare import InputError
from agents.employers import MONTHS
from agents.levers import FIELDS, month_number
from model.governments.observation import Observation
from model.governments.outlook import Outlook, look_ahead
from model.governments.remedies import LIST, RETRAINING, STUDY, places_to_retrain
from model.governments.tower import OF_KIND, TIERS, Tower, register
from model.month.learning import fields_ahead, fields_kept, learn, retrain_publicly
from model.talent_market import TalentMarket
from tests.policies import lever

KOR = "KOR"
REVIEWS = "2019-05"  # month in which Korea reviews its policy


class Noted:
    """Holds, and keeps what it sees."""

    def __init__(self) -> None:
        self.seen: list[Observation] = []

    def review(self, observation: Observation) -> list[dict[str, object]]:
        self.seen.append(observation)
        return []


@functools.cache
def seen(has_tower: bool = True, until: str = REVIEWS, persons: float = 500) -> tuple[
    TalentMarket, Observation
]:
    """A market and what Korea saw in its last review."""
    noted = Noted()
    market = TalentMarket(
        "small", persons_per_agent=persons, until=until, strategies={KOR: noted},
        policies=[lever(KOR, control_tower=1.0)] if has_tower else [],
    )
    market.run_until(until)
    return market, noted.seen[-1]


@pytest.fixture(scope="module")
def living() -> TalentMarket:
    """A market at the end of a year; nobody changes it."""
    market = TalentMarket("small", persons_per_agent=200, until="2021-12")
    market.run_until("2019-12")
    return market


def tower(market: TalentMarket, country: str = KOR) -> Tower:
    return market.acting.tower(
        market.world, market.recorder, market._review_rules(), market._outcome_of, country
    )


# what it shows ------------------------------------------------------------------------------


def test_the_register_counts_everybody_once(living: TalentMarket) -> None:
    world, scale = living.world, living.persons_per_agent
    counted = register(world)
    np.testing.assert_array_equal(counted.born.sum(axis=(0, 3)), world.fields * scale)
    np.testing.assert_array_equal(counted.born.sum(axis=(2, 3)), world.compatriots * scale)
    np.testing.assert_allclose(counted.work.sum(axis=2), world.work_by_field() * scale)
    ablest = world.researchers.ability >= world.ability_cuts[1]
    assert counted.born[..., TIERS.index("top_1")].sum() == ablest.sum() * scale
    heads = world.employers.heads.sum() * scale
    assert counted.work.sum() == pytest.approx(heads)


def test_gaps_are_those_of_the_statistics_and_add_up_to_nought(living: TalentMarket) -> None:
    found = tower(living)
    gaps = found.gaps()
    np.testing.assert_allclose(gaps.sum(axis=1), 0.0, atol=1e-6)
    table = living.groups()
    table = table[(table["period"] == "2019") & (table["measure"] == "gap")]
    shares = table.pivot(index="country", columns="group", values="value")
    stock = found.people.sum(axis=(1, 2))
    for country in (KOR, "USA", "IND"):
        row = living.tables.index[country]
        expected = shares.loc[country, list(FIELDS)].to_numpy(dtype=float) * stock[row]
        np.testing.assert_allclose(gaps[row], expected, atol=1e-6)
    np.testing.assert_array_equal(found.gap(), gaps[found.row])


def test_own_people_abroad_are_all_who_were_born_at_home(living: TalentMarket) -> None:
    found, people = tower(living), living.researchers
    row, scale = found.row, living.persons_per_agent
    abroad = (people.birth_country == row) & (people.country != row)
    assert abroad.any()
    assert found.abroad.sum() == abroad.sum() * scale
    assert not found.abroad[row].any()
    there = np.bincount(people.country[abroad], minlength=living.world.countries) * scale
    np.testing.assert_array_equal(found.kinds.sum(axis=1), there)
    jobless = (abroad & (people.employer < 0)).sum() * scale
    assert found.kinds[:, OF_KIND.index("jobless")].sum() == jobless
    employers = living.employers
    for firm in found.firms:
        rows = [row for row, name in enumerate(employers.names) if name == firm.name]
        assert firm.persons == np.isin(people.employer[abroad], rows).sum() * scale
    assert [f.persons for f in found.firms] == sorted(f.persons for f in found.firms)[::-1]


def test_surplus_abroad_is_in_fields_that_lack_at_home(living: TalentMarket) -> None:
    found = tower(living)
    surplus, gap = found.surplus(), found.gap()
    assert not surplus[:, gap <= 0].any()
    assert not surplus[found.row].any()
    gaps, lacking = found.gaps(), gap > 0
    others = np.arange(living.world.countries) != found.row
    np.testing.assert_array_equal(
        surplus[np.ix_(others, lacking)], np.maximum(-gaps[np.ix_(others, lacking)], 0.0)
    )


def test_without_the_lever_there_is_no_tower() -> None:
    _, blind = seen(has_tower=False)
    market, sighted = seen()
    assert blind.tower is None
    assert isinstance(sighted.tower, Tower)
    # the register is that of the month before the review
    assert sighted.tower.month == sighted.month - 1 == month_number(REVIEWS) - 1
    assert market.policies_table().query("lever == 'control_tower'")["after"].tolist() == ["true"]


def test_a_tower_costs_its_office() -> None:
    plain, _ = seen(has_tower=False)
    market, observation = seen()
    row, p = market.tables.index[KOR], market.parameters.measures
    level = market.tables.country["price_level"]
    office = p.control_tower_usd * level[row] / level[market.tables.index["USA"]]
    assert observation.spent_usd == pytest.approx(office)
    booked, nothing = (
        sum(int(count.measures[row]) for count in m.recorder.counts) for m in (market, plain)
    )
    months = len(market.recorder.counts) - 1
    assert nothing == 0
    cents = booked * market.persons_per_agent / months * MONTHS / 100
    assert cents == pytest.approx(office, rel=1e-4)


# the outlook --------------------------------------------------------------------------------


def test_the_outlook_comes_nearer_than_today(living: TalentMarket) -> None:
    """Over the turn of demand, what is expected a year on beats that nothing changes."""
    market = TalentMarket(
        "baseline", persons_per_agent=100, until="2023-12", strategies={KOR: "hold"}
    )
    market.run_until("2022-11")
    row, scale = market.tables.index[KOR], market.persons_per_agent
    outlook = market._review_rules().tower.outlook
    now = look_ahead(market.world, market.recorder, row, market.month, outlook)
    expected = look_ahead(
        market.world, market.recorder, row, month_number("2023-12"), outlook
    )
    market.run_until("2023-12")
    people = market.world.fields[row] * scale
    real = market.world.demand_by_field()[row] * people.sum() - people
    assert np.abs(expected.gap - real).sum() < 0.6 * np.abs(now.gap - real).sum()


def test_without_foresight_the_demand_of_today_is_taken_to_stay(living: TalentMarket) -> None:
    row, rules = living.tables.index[KOR], living._review_rules().tower.outlook
    shares = []
    for foresight in (0.0, 0.5, 1.0):
        found = look_ahead(
            living.world, living.recorder, row, month_number("2024-01"),
            rules._replace(foresight=foresight),
        )
        shares.append(found.demand / found.demand.sum())
    today = living.world.demand_by_field()[row]
    moved = [float(np.abs(share - today).sum()) for share in shares]
    assert moved[0] == pytest.approx(0.0, abs=1e-12)
    assert moved[2] > moved[1] > 0.0


def test_the_outlook_of_today_is_today(living: TalentMarket) -> None:
    row = living.tables.index[KOR]
    outlook = look_ahead(
        living.world, living.recorder, row, living.month, living._review_rules().tower.outlook
    )
    np.testing.assert_allclose(outlook.gap, tower(living).gap(), atol=1e-6)


def test_skills_ahead_are_those_that_learning_brings(living: TalentMarket) -> None:
    """Without retraining and with the work of today, the outlook of skills is what happens."""
    twin = living.fork()
    world = twin.world
    learning = twin.parameters.learning
    rows = np.flatnonzero(world.researchers.country == twin.tables.index[KOR])
    ids = world.researchers.id[rows].copy()
    ahead = fields_ahead(world, rows, 1, learning)
    np.testing.assert_array_equal(
        ahead[0], np.bincount(world.researchers.field[rows], minlength=len(FIELDS))
    )
    assert world.month % MONTHS == MONTHS - 1
    world.month += 1
    learn(world, replace(learning, retraining=0.0), twin.parameters.worth)
    after = world.researchers.field[world.researchers.row_of(ids)]
    np.testing.assert_array_equal(ahead[1], np.bincount(after, minlength=len(FIELDS)))


def test_who_retrains_for_work_that_is_rare_slips_back_sooner(living: TalentMarket) -> None:
    world = living.world
    row = living.tables.index[KOR]
    rows = np.flatnonzero(world.researchers.country == row)
    kept = fields_kept(world, rows, 4, living.parameters.learning)
    demand = world.demand_by_field()[row]
    assert ((kept >= 0) & (kept <= 1)).all()
    assert kept[demand.argmax(), -1] > kept[demand.argmin(), -1] + 0.3


# remedies -----------------------------------------------------------------------------------


def outlook(people: list[float], gap: list[float]) -> Outlook:
    return Outlook(24_300, np.array(people), np.array(people) + np.array(gap))


def test_places_to_retrain_take_from_full_fields_and_fill_what_they_drain() -> None:
    # two fields have 100 and 300 too many, of 1,000 people each; two lack 250 and 150
    expected = outlook([1000, 1000, 200, 200], [-100, -300, 250, 150])
    found = places_to_retrain(expected, np.array([9.0, 9.0, 2.0, 5.0]))
    # 600 people leave the full fields, half from each: the first, drained, gets 200 back
    assert [(field, places) for field, places, _ in found] == [(3, 150.0), (2, 250.0), (0, 200.0)]
    closes = [one for *_, one in found]
    # from 200 places on every second comes from the drained field and closes nothing
    np.testing.assert_allclose(closes, [1.0, (50 + 0.5 * 200) / 250, 0.5])
    assert sum(places * one for _, places, one in found) == pytest.approx(expected.missing)


def test_nothing_to_retrain_where_nobody_is_missing() -> None:
    assert places_to_retrain(outlook([10, 10], [0, 0]), np.ones(2)) == []


def test_public_retraining_of_what_the_tower_asks_closes_the_gap() -> None:
    market = TalentMarket("small", persons_per_agent=200, until="2020-12")
    world, row, scale = market.world, market.tables.index["USA"], market.persons_per_agent

    def missing() -> float:
        people = world.fields[row] * scale
        gap = world.demand_by_field()[row] * people.sum() - people
        return float(np.maximum(gap, 0.0).sum())

    found, before = tower(market, "USA"), missing()
    now = Outlook(market.month, found.people[row].sum(axis=1), found.demand[row].sum(axis=1))
    for field, places, _ in places_to_retrain(now, np.ones(len(FIELDS))):
        world.levers.retraining_places[row, field] = places
    retrain_publicly(world, market.parameters.learning)
    assert missing() < 0.15 * before


def test_one_person_more_closes_what_others_do_not_ask_for() -> None:
    expected = outlook([600, 200, 200], [-200, 100, 100])
    assert expected.closed_by(np.array([0.0, 1.0, 0.0])) == pytest.approx(1 - 0.6)
    assert expected.closed_by(np.array([1.0, 0.0, 0.0])) == pytest.approx(-0.6)
    assert expected.missing == 200
    assert expected.lacking() == FIELDS[1:3]


def test_remedies_cost_what_the_government_is_charged() -> None:
    _, observation = seen()
    assert observation.tower is not None
    reform = observation.price([{"set": {"returnee_grant_usd": 0.0}}])
    for lever_name in (RETRAINING, STUDY):
        remedy = next(one for one in observation.tower.remedies if one.lever == lever_name)
        more = observation.price([{"set": {lever_name: {remedy.field: 100.0}}}]) - reform
        assert more == pytest.approx(100 * remedy.usd)


def test_remedies_are_for_fields_that_lack_and_the_best_comes_first() -> None:
    _, observation = seen()
    found = observation.tower
    assert found is not None
    study = [one for one in found.remedies if one.lever == STUDY]
    assert {one.field for one in study} == set(found.entry.lacking())
    for one in study:
        assert one.persons == pytest.approx(found.entry.gap[FIELDS.index(one.field)])
    assert found.entry.month == observation.month + 3 + 36
    assert found.soon.month == month_number("2020-01")
    retraining = [one for one in found.remedies if one.lever == RETRAINING]
    assert {one.field for one in retraining} >= set(found.soon.lacking())
    costs = [round(one.usd_closed, 2) for one in found.remedies if one.lever != RETRAINING]
    assert costs == sorted(costs)


def test_a_list_is_kept_only_by_schemes_that_have_one_or_count_points() -> None:
    _, observation = seen(until="2021-05", persons=100)
    found = observation.tower
    assert found is not None
    lists = {one.scheme for one in found.remedies if one.lever == LIST}
    for slug, _ in filter(None, lists):
        [scheme] = [one for one in observation.own_schemes() if one.id == slug]
        assert scheme.fields is not None or scheme.points is not None
    points = next(one for one in observation.own_schemes() if one.points is not None)
    values = found.listed(points)
    assert values["fields"] == list(found.soon.lacking())
    assert values["points"] == {**points.points, "field_in_shortage": 20.0}  # a quarter of 80


# the table ----------------------------------------------------------------------------------


def test_the_table_holds_what_the_tower_shows(living: TalentMarket) -> None:
    frame, found = living.control_tower(KOR), tower(living)
    assert frame["month"].str.fullmatch(r"\d{4}-\d{2}").all()
    whole = frame[frame["tier"] == "all"]
    for measure, expected in (("people", found.people), ("demand", found.demand)):
        lines = whole[(whole["question"] == "missing") & (whole["measure"] == measure)]
        assert lines["value"].sum() == pytest.approx(expected.sum())
    home = frame[(frame["question"] == "missing") & (frame["country"] == KOR)]
    gaps = home[home["measure"] == "gap"].pivot(index="field", columns="tier", values="value")
    np.testing.assert_allclose(gaps["all"], gaps[list(TIERS)].sum(axis=1))
    np.testing.assert_allclose(gaps.loc[list(FIELDS), "all"], found.gap())
    abroad = whole[whole["question"] == "abroad"]
    assert abroad["value"].sum() == found.abroad.sum()
    remedies = frame[(frame["question"] == "remedies") & (frame["measure"] == "persons")]
    assert len(remedies) == len(found.remedies)


def test_an_unknown_country_is_answered_with_the_nearest(living: TalentMarket) -> None:
    with pytest.raises(InputError, match="did you mean 'KOR'"):
        living.control_tower("KORE")


def test_every_country_has_a_tower_to_look_from(living: TalentMarket) -> None:
    for country in living.tables.countries:
        found = tower(living, country)
        assert all(np.isfinite(one.persons) and one.persons >= 0 for one in found.remedies)
        assert np.isfinite(found.soon.gap).all() and np.isfinite(found.entry.gap).all()
