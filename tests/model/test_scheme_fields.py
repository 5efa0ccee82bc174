"""Fields of visa schemes, changed by a policy: who may come, what it is worth, and who comes."""

from __future__ import annotations

import functools
import itertools
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from agents.employers import EmployerKind
from agents.levers import EMPLOYER_KINDS, FIELDS
from agents.points import DEGREES
from agents.policies import Policy
from agents.researchers import Status
from model import tables
from model.month.routes import Routes, applicants, expected_odds, outsiders_ahead, routes
from model.month.visas import Application, apply
from model.talent_market import TalentMarket
from tests.helpers import FALSE_ALARM, chance_of_luck, watched_month
from tests.policies import EFFECT_SEEDS, joined, market, scheme

I64 = NDArray[np.int64]
F64 = NDArray[np.float64]
Bools = NDArray[np.bool_]
CAREFUL = {
    "search.rate": 0.3, "search.slope": 0.0, "search.abroad_share": 0.6,
    "search.jobless_abroad": 1.0, "rights.partner_work": 2.0, "rights.permanence": 1.0,
    "rights.household_help": 0.5,
}
"""People look often and far and care for rights, so that a small world shows what schemes do."""
H1B = "usa-h-1b"


def everywhere(graduates: bool = False, remove: tuple[str, ...] = (), **values: Any) -> Policy:
    """The same change of every scheme for work, or of every graduate stay, in every country."""
    names = {
        (s.country, s.id, s.tier) for s in tables.schemes()
        if s.for_graduates == graduates and (s.valid_to is None or s.valid_to > 2019 * 12)
    }
    return joined(*(
        scheme(country, slug, tier=tier, remove=remove, **values)
        for country, slug, tier in sorted(names)
    ))


# who may come, and with which rights ----------------------------------------------------------


def first_month(policy: Policy | None) -> TalentMarket:
    """A market one month on."""
    m = market([] if policy is None else [policy])
    m._month()
    return m


def ways(policy: Policy | None, pay: float = 90_000.0) -> tuple[I64, Routes, TalentMarket]:
    """How everybody might take a job of industry, three countries on, at one pay.

    People are as at the opening under any policy; they are told by row.
    """
    opening = market()
    m = first_month(policy)
    m.world.researchers = opening.researchers
    rows = np.arange(opening.researchers.count)
    country = (opening.researchers.country.astype(np.int64) + 3) % m.world.countries
    kind = np.full(rows.size, EmployerKind.INDUSTRY, dtype=np.int8)
    found = routes(
        m.world, m.parameters.rights, m.parameters.bidding.pay_weight, rows, country,
        np.full(rows.size, pay), kind, inside=False,
    )
    return rows, found, m


def visa_needed(found: Routes) -> Bools:
    """Who may come, but only on a scheme."""
    return np.asarray(found.possible & (found.scheme >= 0))


CONDITIONS: dict[str, tuple[dict[str, Any], Any]] = {
    "fields": ({"fields": ("physical_ai",)}, lambda p, age: p.field == FIELDS.index("physical_ai")),
    "university_rank_max": ({"university_rank_max": 100}, lambda p, age: p.university_rank <= 100),
    "age_max": ({"age_max": 32.0}, lambda p, age: age <= 32.0),
    "min_pay_usd": ({"min_pay_usd": 95_000.0}, lambda p, age: np.zeros(p.count, dtype=bool)),
    "degree_min": ({"degree_min": "phd"}, lambda p, age: p.degree == DEGREES.index("phd")),
}


@pytest.mark.parametrize("name", CONDITIONS)
def test_a_condition_admits_those_who_meet_it_of_those_who_came_before(name: str) -> None:
    values, meets = CONDITIONS[name]
    _, before, _ = ways(None)
    # a points table would let those through whose field is not short
    _, after, m = ways(everywhere(remove=("points_min", "points"), **values))
    _, free, _ = ways(everywhere(remove=("points_min", "points")))
    people = m.world.researchers
    expected = visa_needed(free) & meets(people, m.world.age_years(np.arange(people.count)))
    narrow = visa_needed(after)
    assert not (narrow & ~expected).any()
    if name != "min_pay_usd":
        assert narrow.sum() > 10
    assert visa_needed(before).sum() > 1.5 * narrow.sum()
    # who needs no visa is not touched
    np.testing.assert_array_equal(
        before.possible & (before.scheme < 0), after.possible & (after.scheme < 0)
    )


def test_more_points_needed_admit_fewer_and_none_beyond_the_table() -> None:
    admitted = []
    for least in (10.0, 50.0, 90.0, 500.0):
        points = {"degree_phd": 40, "degree_master": 20, "age_under_35": 30, "pay_over_80000": 30}
        _, found, _ = ways(everywhere(points=points, points_min=least))
        admitted.append(visa_needed(found))
    for wider, narrower in itertools.pairwise(admitted):
        assert not (narrower & ~wider).any()
        assert narrower.sum() < wider.sum()
    assert not admitted[-1].any()


def households(m: TalentMarket) -> NDArray[np.int8]:
    """0 alone, 1 with a partner, 2 with a partner who wants to work; as of now."""
    people = m.world.researchers
    return np.where(people.partner_from <= m.month, people.household, 0)


RIGHTS: dict[str, tuple[dict[str, Any], dict[str, Any], Any]] = {
    "partner_may_work": (
        {"partner_may_work": False}, {"partner_may_work": True}, lambda m, tax: households(m) == 2
    ),
    "household_help": (
        {"household_help": False}, {"household_help": True}, lambda m, tax: households(m) > 0
    ),
    "years_to_permanence": (
        {"years_to_permanence": 10.0}, {"years_to_permanence": 2.0}, lambda m, tax: True
    ),
    "stay_months": ({"stay_months": 12}, {"stay_months": 60}, lambda m, tax: True),
    "tax_relief": (
        {"tax_relief_rate": 0.0, "tax_relief_years": 5.0},
        {"tax_relief_rate": 0.5, "tax_relief_years": 5.0}, lambda m, tax: tax > 0,
    ),
    "tax_relief_years": (
        {"tax_relief_rate": 0.5, "tax_relief_years": 1.0},
        {"tax_relief_rate": 0.5, "tax_relief_years": 4.0}, lambda m, tax: tax > 0,
    ),
}


@pytest.mark.parametrize("name", RIGHTS)
def test_a_right_is_worth_something_to_those_whom_it_concerns_and_nothing_to_others(
    name: str,
) -> None:
    poor, rich, concerned = RIGHTS[name]
    _, before, m = ways(everywhere(**poor))
    _, after, _ = ways(everywhere(**rich))
    on_scheme = visa_needed(before)
    np.testing.assert_array_equal(on_scheme, visa_needed(after))
    gain = (after.rights - before.rights)[on_scheme]
    there = (m.world.researchers.country.astype(np.int64) + 3) % m.world.countries
    tax = m.tables.country["tax_rate"][there]
    who = np.broadcast_to(concerned(m, tax), on_scheme.shape)[on_scheme]
    assert who.sum() > 20
    assert (gain[who] > 0).all()
    np.testing.assert_allclose(gain[~who], 0.0, atol=1e-12)


def test_a_fee_is_asked_of_whoever_is_to_pay_it() -> None:
    _, employer, _ = ways(everywhere(fee_usd=5000.0, fee_paid_by="employer"))
    _, applicant, _ = ways(everywhere(fee_usd=9000.0, fee_paid_by="applicant"))
    asked = visa_needed(employer)
    assert (employer.fee[asked] == 500_000).all() and employer.employer_pays[asked].all()
    assert (applicant.fee[asked] == 900_000).all() and not applicant.employer_pays[asked].any()


# who comes ------------------------------------------------------------------------------------


MONTHS = 12


class Came:
    """What the visa offices of the world did in a year, and how many moved."""

    def __init__(self, policy: Policy | None, seed: int, persons_per_agent: float) -> None:
        m = market([] if policy is None else [policy], seed, persons_per_agent, CAREFUL)
        for _ in range(MONTHS):
            m._month()
        counts = m.world.counters
        people, work = m.researchers, m.researchers.status == Status.WORK
        self.applications = float(counts.applications.sum())
        self.grants = float(counts.grants.sum())
        self.refusals = float(counts.refusals.sum())
        self.waiting = float(m.world.cases.count)
        self.moves = float(counts.flows[0].sum())
        wants = (people.household == 2) & (people.partner_from <= people.arrived)
        recent = work & (people.arrived >= m.month - MONTHS)
        self.with_partners_who_work = float((recent & wants).sum())
        entered = people.degree_month >= m.month - MONTHS
        foreign = entered & (people.birth_country != people.study_country)
        self.graduates_who_stayed = float((people.country == people.study_country)[foreign].sum())
        usa = np.flatnonzero([s.id == H1B for s in m.rules.schemes])
        self.h1b_grants = float(counts.grants[usa].sum())
        self.h1b_refusals = float(counts.refusals[usa].sum())


@functools.cache
def plain(seed: int, persons_per_agent: float) -> Came:
    """The world of a seed without a policy, lived once."""
    return Came(None, seed, persons_per_agent)


CASES: dict[str, tuple[Policy | None, Policy, dict[str, int]]] = {
    "a higher fee, fewer applications": (
        None, everywhere(fee_usd=150_000.0, fee_paid_by="employer"), {"applications": -1}
    ),
    "slower processing, fewer grants and more who wait": (
        None, everywhere(processing_months=12.0), {"grants": -1, "waiting": 1}
    ),
    "a pay threshold, fewer applications": (
        None, everywhere(min_pay_usd=150_000.0), {"applications": -1}
    ),
    "an age limit, fewer grants": (None, everywhere(age_max=27.0), {"grants": -1}),
    "a rank condition, fewer grants": (None, everywhere(university_rank_max=100), {"grants": -1}),
    "shortage fields alone, fewer grants": (
        None, everywhere(remove=("points", "points_min"), fields=("theory_safety",)), {"grants": -1}
    ),
    "partners may not work, fewer such households": (
        everywhere(partner_may_work=True), everywhere(partner_may_work=False),
        {"with_partners_who_work": -1},
    ),
    "no permanence, fewer applications": (
        everywhere(years_to_permanence=1.0), everywhere(remove=("years_to_permanence",)),
        {"applications": -1},
    ),
    "domestic help, more applications": (
        everywhere(household_help=False), everywhere(household_help=True), {"applications": 1}
    ),
    "tax relief, more applications": (
        None, everywhere(tax_relief_rate=0.9, tax_relief_years=5.0), {"applications": 1}
    ),
    "few places, fewer grants": (
        None, everywhere(places_per_year=700, outside_applicants_per_year=7000,
                         allocation="lottery", exempt_employers=()), {"grants": -1}
    ),
    "no graduate stay, fewer who stay": (
        None, everywhere(graduates=True, graduate_stay_months=1, stay_months=1),
        {"graduates_who_stayed": -1},
    ),
    "no outside applicants, fewer refusals": (
        None, scheme("USA", H1B, hold=True, outside_applicants_per_year=0),
        {"h1b_refusals": -1}
    ),
    "exempt employers, fewer refusals": (
        None, scheme("USA", H1B, exempt_employers=EMPLOYER_KINDS), {"h1b_refusals": -1}
    ),
    "half the places, fewer grants": (
        None, scheme("USA", H1B, places_per_year=20_000), {"h1b_grants": -1}
    ),
}


COARSE = 2000.0
FINE = {
    "domestic help, more applications": 250.0, "half the places, fewer grants": 250.0,
    "tax relief, more applications": 1000.0,
    "partners may not work, fewer such households": 1000.0,
    "no outside applicants, fewer refusals": 700.0, "exempt employers, fewer refusals": 700.0,
}
"""Persons per agent where the effect is small beside the luck of a coarse world."""


@pytest.mark.parametrize("name", [
    pytest.param(name, marks=[pytest.mark.thorough] if FINE.get(name, COARSE) < 500 else [])
    for name in CASES
])
def test_a_field_moves_what_theory_says(name: str) -> None:
    """At most scales the mean effect is twice its spread over seeds or more."""
    against, policy, signs = CASES[name]
    scale = FINE.get(name, COARSE)
    found = [
        (Came(policy, seed, scale),
         plain(seed, scale) if against is None else Came(against, seed, scale))
        for seed in EFFECT_SEEDS
    ]  # fmt: skip
    for measure, sign in signs.items():
        effects = [sign * (getattr(on, measure) - getattr(off, measure)) for on, off in found]
        assert chance_of_luck(effects) < FALSE_ALARM, measure


def test_laws_hold_while_schemes_change() -> None:
    policy = joined(
        scheme("USA", H1B, "2019-04", allocation="by_pay", places_per_year=20_000),
        scheme("KOR", "kor-f-2-7", "2019-06", places_per_year=500, allocation="by_points"),
        scheme("JPN", "jpn-highly-skilled-professional", "2019-08", places_per_year=3000,
               outside_applicants_per_year=30_000, allocation="by_points"),
    )
    m = market([policy], persons_per_agent=300, parameters=CAREFUL)
    for _ in range(14):
        watched_month(m)


# places by points -----------------------------------------------------------------------------

JPN_POINTS = "jpn-highly-skilled-professional"


def contest_of_many(allocation: str) -> tuple[F64, Bools, TalentMarket]:
    """Points of people who ask for few places under one table, and who gets one."""
    policy = scheme(
        "JPN", JPN_POINTS, tier="points-70", places_per_year=100_000,
        outside_applicants_per_year=100_000, allocation=allocation,
    )
    m = market([policy], persons_per_agent=300)
    m._month()
    world, rules = m.world, m.rules
    rows = np.flatnonzero([s.id == JPN_POINTS and s.tier == "points-70" for s in rules.schemes])
    row = int(rows[rules.in_force(m.month)[rows]][0])
    japan = m.tables.index["JPN"]
    employer = int(np.flatnonzero(
        (m.employers.country == japan) & (m.employers.kind == EmployerKind.INDUSTRY)
    )[0])
    people = m.researchers
    asking = np.flatnonzero((people.country != japan) & ~people.waiting)
    pay = np.full(asking.size, 60_000.0)
    kind = np.full(asking.size, EmployerKind.INDUSTRY, dtype=np.int8)
    who = applicants(world, asking, pay, kind)
    scheme_rows = np.full(asking.size, row)
    points = rules.gained(scheme_rows, who)
    enough = rules.admits(scheme_rows, who)
    asking, points, size = asking[enough], points[enough], int(enough.sum())
    world.quota_left[rules.route_group[row]] = 28
    lost = apply(world, m.parameters.rights, Application(
        asking, np.full(size, employer), np.full(size, row), pay[enough], np.full(size, 4096),
        np.zeros(size), np.zeros(size, dtype=bool), np.zeros(size, dtype=bool),
    ))
    return points, ~np.isin(asking, lost), m


def test_places_by_points_go_to_people_with_more_points_than_a_lottery_gives() -> None:
    points, by_points, _ = contest_of_many("by_points")
    drawn, by_lottery, _ = contest_of_many("lottery")
    # the month before has seen other hires, so a few other people ask
    assert abs(points.size - drawn.size) <= 0.01 * drawn.size
    assert by_points.sum() > 10 and by_lottery.sum() > 10
    assert not by_points.all()
    # nobody is passed over by somebody with fewer points
    assert points[by_points].min() >= points[~by_points].max()
    assert points[by_points].mean() > drawn[by_lottery].mean() + 5


def test_outsiders_stand_before_by_the_declared_distribution() -> None:
    _, _, m = contest_of_many("by_points")
    world, rights = m.world, m.parameters.rights
    rows = np.flatnonzero([s.id == JPN_POINTS and s.tier == "points-70" for s in m.rules.schemes])
    row = int(rows[m.rules.in_force(m.month)[rows]][0])
    people = np.arange(400)
    kind = np.full(400, EmployerKind.INDUSTRY, dtype=np.int8)
    pay = np.linspace(20_000, 300_000, 400)
    who = applicants(world, people, pay, kind)
    points = m.rules.gained(np.full(400, row), who)
    ahead = outsiders_ahead(world, rights, np.full(400, row), who)
    order = np.argsort(points, kind="stable")
    assert (np.diff(ahead[order]) <= 0).all()
    assert (ahead[points <= 70] == 1.0).all()
    # without those below the points needed, half of the others stand before the middle one
    shape, median = rights.outside_points_shape, 70 * rights.outside_points
    least = (70 / median) ** shape
    middle = median * (2 * (1 + least) - 1) ** (1 / shape)
    assert ahead[points > middle].max() < 0.5 < ahead[points < middle].min() + 1e-12


@pytest.mark.parametrize("allocation", ["by_pay", "by_points"])
def test_who_stands_well_counts_on_a_place_and_who_does_not_knows_it(allocation: str) -> None:
    policy = scheme(
        "JPN", JPN_POINTS, tier="points-70", places_per_year=30_000,
        outside_applicants_per_year=100_000, allocation=allocation,
    )
    m = first_month(policy)
    rows = np.flatnonzero([s.id == JPN_POINTS and s.tier == "points-70" for s in m.rules.schemes])
    row = int(rows[m.rules.in_force(m.month)[rows]][0])
    m.world.odds[row] = 0.3
    size = 200
    able = (m.researchers.degree == DEGREES.index("phd")) & (m.researchers.university_rank <= 500)
    age = m.world.age_years(np.arange(able.size))
    young = int(np.flatnonzero(able & (age < 35))[0])
    people = np.full(size, young)
    pay = np.linspace(25_000, 400_000, size)
    odds = expected_odds(
        m.world, m.parameters.rights, np.full(size, row), people, pay,
        np.full(size, EmployerKind.INDUSTRY, dtype=np.int8),
    )
    assert (np.diff(odds) >= 0).all() and odds[0] < 0.01 and odds[-1] > 0.1
    if allocation == "by_pay":
        median, shape = m.parameters.rights.outside_pay, m.parameters.rights.outside_pay_shape
        # the share before this pay is the cutoff: an even chance
        even = median * (1 / 0.3 - 1) ** (1 / shape)
        assert abs(odds[np.searchsorted(pay, even)] - 0.5) < 0.1
    m.world.odds[row] = 1.0
    sure = expected_odds(
        m.world, m.parameters.rights, np.full(size, row), people, pay,
        np.full(size, EmployerKind.INDUSTRY, dtype=np.int8),
    )
    assert (sure == 1.0).all()
