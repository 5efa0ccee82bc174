"""Levers that act on supply: places to study, gifted pupils, retraining."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from agents.levers import FIELDS, month_number
from agents.points import DEGREES
from agents.researchers import Status
from model.enrolment import PUPILS, TRACKS
from model.month.learning import retrain_publicly
from model.month.study import measures_due, note_admissions
from model.talent_market import TalentMarket
from tests.helpers import FALSE_ALARM, chance_of_luck, hoeffding, small_market, watched_month
from tests.policies import effects, lever, market

I64 = NDArray[np.int64]
KOR, AGENTIC = "KOR", "agentic_systems"
NO_ANSWER = {"choice.pay_response": 0.0, "choice.leaving_response": 0.0}
"""As many enter as the data say, so that twins differ by the policy alone."""
WITHOUT_STUDY = {"education.study_years": 0.0, "education.pupil_years": 0.0}


def entered_in(world: TalentMarket, month: int) -> I64:
    """Rows of people who entered the profession in a month, in the order of identities."""
    rows = np.flatnonzero(world.researchers.degree_month == month)
    return rows[np.argsort(world.researchers.key[rows])]


# places to study ----------------------------------------------------------------------------


def test_added_places_bring_people_of_the_field_after_the_years_of_study() -> None:
    policy = lever(KOR, "2020-01", study_places={AGENTIC: 60_000.0})
    plain, changed = market(parameters=NO_ANSWER), market([policy], parameters=NO_ANSWER)
    kor, field = plain.tables.index[KOR], FIELDS.index(AGENTIC)
    first, scale = month_number("2023-01"), plain.persons_per_agent
    added = 0
    while changed.month < first + 23:
        plain._month()
        watched_month(changed)
        usual, now = (entered_in(m, m.month) for m in (plain, changed))
        keys = plain.researchers.key[usual], changed.researchers.key[now]
        # entrants of the data are the same people whatever the policy
        assert np.isin(keys[0], keys[1]).all()
        same = now[np.isin(keys[1], keys[0])]
        for trait in ("birth_country", "field", "ability", "birth_month", "leaves", "degree"):
            one, two = (getattr(m.researchers, trait) for m in (plain, changed))
            np.testing.assert_array_equal(one[usual], two[same])
        new = now[~np.isin(keys[1], keys[0])]
        assert (changed.researchers.study_country[new] == kor).all()
        assert (changed.researchers.field[new] == field).all()
        added += new.size
        due = max(changed.month - first + 1, 0) * 60_000 / 12 / scale
        assert abs(added - due) < 1
    assert added > 50


def test_who_began_to_study_enters_though_the_places_are_gone() -> None:
    with_places = lever(KOR, "2019-03", study_places={AGENTIC: 120_000.0})
    without = lever(KOR, "2019-09", study_places={AGENTIC: 0.0})
    plain, changed = market(), market([with_places, without])
    more = []
    for _ in range(48):
        plain._month()
        changed._month()
        more.append(entered_in(changed, changed.month).size - entered_in(plain, plain.month).size)
    # six months of places, three years later
    assert not any(more[:38]) and not any(more[44:])
    assert more[38:44] == [5] * 6


def test_places_without_years_of_study_bring_people_at_once() -> None:
    policy = lever(KOR, "2019-05", study_places={AGENTIC: 120_000.0})
    plain, changed = (market(p, parameters=WITHOUT_STUDY) for p in ([], [policy]))
    for month in range(8):
        plain._month()
        changed._month()
        more = entered_in(changed, changed.month).size - entered_in(plain, plain.month).size
        assert more == (5 if month >= 4 else 0)


@pytest.mark.parametrize("persons_per_agent", [1.0, 33.0, 5000.0])
def test_added_entrants_are_right_to_one_agent_at_every_scale(persons_per_agent: float) -> None:
    world = market().world
    world.persons_per_agent = persons_per_agent
    kor = world.tables.index[KOR]
    world.levers.study_places[kor, :2] = 1234.0, 77.0
    note_admissions(world, kor)
    months = np.zeros(TRACKS, dtype=np.int64)
    entered = sum(measures_due(world, months) for _ in range(60))
    assert not np.delete(entered, kor, axis=0).any()
    due = np.array([1234.0, 77.0]) * 5 / persons_per_agent
    assert (np.abs(entered[kor, :2] - due) < 1 + 1e-9).all()
    assert not entered[kor, 2:].any()


@pytest.mark.thorough
def test_more_places_mean_more_people_lower_pay_and_a_larger_share_of_the_field() -> None:
    def measures(m: TalentMarket) -> tuple[float, float, float]:
        kor = m.tables.index[KOR]
        people = m.world.fields[kor]
        price = -np.log(m.world.price()[kor])
        return people.sum(), people[FIELDS.index(AGENTIC)] / people.sum(), float(price)

    policy = lever(KOR, study_places={AGENTIC: 12_000.0})
    for effect in effects(policy, 24, measures, 500, WITHOUT_STUDY):
        assert chance_of_luck(effect) < FALSE_ALARM


# gifted pupils ------------------------------------------------------------------------------


def test_gifted_pupils_enter_years_later_able_and_with_residence_for_good() -> None:
    policy = lever(KOR, "2019-06", gifted_pupils_per_year=60_000.0)
    plain, changed = market(parameters=NO_ANSWER), market([policy], parameters=NO_ANSWER)
    kor = plain.tables.index[KOR]
    parameters, people = changed.parameters.education, changed.researchers
    limit = np.exp(changed.parameters.people.ability_spread * parameters.pupil_standing)
    first = month_number("2019-06") + round(12 * parameters.pupil_years)
    number = dict.fromkeys(range(3), 0)
    while changed.month < first + 60:
        plain._month()
        changed._month()
        if changed.month < first:
            continue
        now = entered_in(changed, changed.month)
        new = now[~np.isin(people.key[now], plain.researchers.key)]
        # most take no place abroad in the month in which they enter
        stayed = new[(people.country[new] == kor) & (people.status[new] != Status.CITIZEN)]
        assert (people.status[stayed] == Status.PERMANENT).all()
        assert (people.study_country[new] == kor).all()
        assert (people.birth_country[new] != kor).all()
        assert (people.ability[new] >= limit - 1e-6).all()
        age = changed.world.age_years(new)
        early = people.degree[new] == DEGREES.index("master")
        assert ((age[early] >= 22.9) & (age[early] <= 24.1)).all()
        assert ((age[~early] >= 26.9) & (age[~early] <= 28.1)).all()
        for degree in number:
            number[degree] += int((people.degree[new] == degree).sum())
        if changed.month < first + 48:
            assert early.all()
    assert number[0] == 0 and number[1] > 30 and number[2] > 0


@pytest.mark.thorough
def test_of_gifted_pupils_those_who_miss_home_go_back() -> None:
    policy = lever(KOR, gifted_pupils_per_year=30_000.0)
    gone = []
    for seed in range(1, 13):
        back = []
        for attachment in (0.0, 2.0):
            parameters = WITHOUT_STUDY | {"bidding.home_attachment": attachment}
            world = market([policy], seed, 1000, parameters)
            for _ in range(24):
                world._month()
            people = world.researchers
            entered = people.degree_month >= month_number("2019-01")
            age = world.world.age_years(np.arange(people.count))
            pupils = entered & (age < 20) & (people.study_country == world.tables.index[KOR])
            assert pupils.sum() > 20
            back.append(float((people.country == people.birth_country)[pupils].mean()))
        gone.append(back[1] - back[0])
    assert chance_of_luck(gone) < FALSE_ALARM


def test_standing_of_gifted_pupils_is_the_upper_end_of_the_normal_distribution() -> None:
    policy = lever(KOR, gifted_pupils_per_year=60_000.0)
    world = market([policy], parameters=WITHOUT_STUDY, persons_per_agent=2000).world
    world.persons_per_agent = 10.0
    world.levers.gifted_pupils_per_year[world.tables.index[KOR]] = 60_000.0
    note_admissions(world, world.tables.index[KOR])
    due = measures_due(world, np.zeros(TRACKS, dtype=np.int64))[:, PUPILS[0]:]
    from model.month.study import _enter_gifted  # the law of one draw, apart from the month

    with_parameters = small_market(parameters=WITHOUT_STUDY).parameters
    rows = _enter_gifted(
        world, due, with_parameters.education, with_parameters.people, with_parameters.frontier
    )
    assert rows.size > 450
    # of the normal distribution beyond 1.3 half lies beyond 1.6604
    middle = np.exp(with_parameters.people.ability_spread * 1.6604)
    above = float((world.researchers.ability[rows] > middle).mean())
    assert abs(above - 0.5) < hoeffding(rows.size)


# retraining ---------------------------------------------------------------------------------


def surplus(m: TalentMarket) -> NDArray[np.bool_]:
    """Fields of which Korea has more people than employers ask for."""
    kor = m.tables.index[KOR]
    supply = m.world.fields[kor] / m.world.fields[kor].sum()
    return np.asarray(supply > m.world.demand_by_field()[kor])


@pytest.mark.parametrize("places", [3000.0, 1_000_000.0])
def test_places_of_retraining_go_to_people_whose_field_has_too_many(places: float) -> None:
    m = market(persons_per_agent=100)
    world, people, kor = m.world, m.researchers, m.tables.index[KOR]
    target = int(np.flatnonzero(~surplus(m))[0])
    before, skill, too_many = people.field.copy(), people.skill.copy(), surplus(m)
    world.levers.retraining_places[kor, target] = places
    candidates = (people.country == kor) & too_many[before]
    retrain_publicly(world, m.parameters.learning)
    changed = people.field != before
    assert (candidates | ~changed).all()
    assert changed.sum() == min(round(places / 100), candidates.sum()) > 0
    assert (people.field[changed] == target).all()
    assert (people.skill[changed].argmax(axis=1) == target).all()
    np.testing.assert_array_equal(people.skill[~changed], skill[~changed])
    counted = np.bincount(people.field[people.country == kor], minlength=len(FIELDS))
    np.testing.assert_array_equal(world.fields[kor], counted)


def test_laws_hold_while_people_retrain_publicly() -> None:
    policy = lever(KOR, "2019-12", retraining_places={AGENTIC: 4000.0, "applied_ai": 4000.0})
    m = market([policy], persons_per_agent=500)
    for _ in range(26):
        watched_month(m)


def mismatch(m: TalentMarket) -> tuple[float]:
    """Half the sum of absolute gaps between supply and demand over the fields of Korea."""
    kor = m.tables.index[KOR]
    supply = m.world.fields[kor] / m.world.fields[kor].sum()
    return (float(0.5 * np.abs(supply - m.world.demand_by_field()[kor]).sum()),)


@pytest.mark.parametrize(("field", "sign"), [(AGENTIC, -1), ("vision_multimodal", 1)])
@pytest.mark.thorough
def test_retraining_helps_where_it_is_aimed_at_what_is_lacking(field: str, sign: int) -> None:
    """By 2024 Korea lacks people for agents and has too many in vision."""
    policy = lever(KOR, "2023-01", retraining_places={field: 3000.0})
    found = effects(policy, 62, mismatch, 200)[0]
    assert chance_of_luck(sign * found) < FALSE_ALARM
