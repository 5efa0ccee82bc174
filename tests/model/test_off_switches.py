"""Mechanisms switched off, doubled or made plain: each must push the way it claims to push."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pytest
from numpy.typing import NDArray

from agents.employers import EmployerKind
from agents.researchers import Status
from model.month import moves
from model.month.education import entrants_due
from model.month.posts import open_posts
from model.month.rights import RightsParameters, rights_of
from model.month.routes import routes
from model.month.visas import Application, apply, open_places
from model.rules import Rules
from model.talent_market import TalentMarket
from model.world import World
from tests.helpers import (
    FALSE_ALARM,
    SEEDS,
    chance_of_luck,
    hoeffding,
    small_market,
    under,
    watched_month,
)

I64 = NDArray[np.int64]
LIVELY = {
    "search.rate": 0.3, "search.slope": 0.0, "search.abroad_share": 0.6,
    "search.jobless_abroad": 1.0,
}
"""People look often and far, so that a small world shows moves and visas."""
H1B = "usa-h-1b"


def lived(
    seed: int, parameters: Mapping[str, float], months: int = 12, persons_per_agent: float = 700,
    change: Callable[[TalentMarket], None] | None = None,
) -> TalentMarket:
    """A market some months on; its counters hold what happened in them."""
    market = small_market(seed, persons_per_agent, parameters)
    if change is not None:
        change(market)
    for _ in range(months):
        market._month()
    return market


def versions(rules: Rules, slug: str) -> I64:
    """Scheme rows of one scheme, all tiers and dated versions."""
    return np.flatnonzero([scheme.id == slug for scheme in rules.schemes])


# more, less and nothing ---------------------------------------------------------------------


@pytest.mark.thorough
def test_without_visa_barriers_more_people_move_and_nobody_needs_a_visa() -> None:
    more = []
    # the prospect of citizenship keeps people at home with or without visas
    settings = {**LIVELY, "rights.citizenship": 0.0, "rights.renounce": 0.0}
    for seed in SEEDS:
        shut = lived(seed, settings, persons_per_agent=75)
        free = lived(seed, {**settings, "rights.barriers": 0.0}, persons_per_agent=75)
        more.append(
            float(free.world.counters.flows[0].sum() - shut.world.counters.flows[0].sum())
        )
        assert not free.world.counters.applications.any()
        assert shut.world.counters.applications.any()
    assert chance_of_luck(more) < FALSE_ALARM


def test_people_without_work_who_look_nearby_start_abroad_less_often() -> None:
    fewer = []
    for seed in SEEDS:
        abroad = []
        for part in (0.1, 1.0):
            market = under(small_market(seed, 2000), {"search.jobless_abroad": part})
            for _ in range(12):
                market._month()
            people = market.world.researchers
            fresh = people.degree_month > market.world.month - 12
            abroad.append(float((people.country != people.study_country)[fresh].mean()))
        fewer.append(abroad[1] - abroad[0])
    assert chance_of_luck(fewer) < FALSE_ALARM


@pytest.mark.thorough
def test_age_costs_keep_older_people_where_they_are() -> None:
    fewer = []
    for seed in SEEDS:
        moved = []
        for cost in (0.0, 0.1):
            market = lived(seed, {**LIVELY, "bidding.age_cost": cost}, persons_per_agent=300)
            people, now = market.world.researchers, market.world.month
            old = people.birth_month < now - 40 * 12
            moved.append(float((people.arrived[old] > now - 12).sum()))
        fewer.append(moved[0] - moved[1])
    assert chance_of_luck(fewer) < FALSE_ALARM


def test_a_doubled_cost_of_distance_means_fewer_far_moves() -> None:
    fewer = []
    for seed in SEEDS:
        far = []
        for cost in (0.15, 0.3):
            market = under(small_market(seed, 1000, LIVELY), {"bidding.distance_cost": cost})
            for _ in range(12):
                market._month()
            flows = market.world.counters.flows[0]
            far.append(int(flows[market.tables.distance_km > 3000].sum()))
        fewer.append(float(far[0] - far[1]))
    assert chance_of_luck(fewer) < FALSE_ALARM


def let_partners_work(may: bool) -> Callable[[TalentMarket], None]:
    """Change every scheme at once."""

    def change(market: TalentMarket) -> None:
        market.rules.partner_may_work[:] = may
        market.rules.changed()

    return change


@pytest.mark.thorough
def test_where_partners_may_not_work_fewer_households_whose_partner_wants_to_work_come() -> None:
    fewer = []
    for seed in SEEDS:
        came = []
        for may in (True, False):
            market = small_market(seed, 500, {**LIVELY, "rights.partner_work": 2.0})
            let_partners_work(may)(market)
            people, number = market.researchers, 0
            for _ in range(12):
                moved = watched_month(market).moved
                on_visa = moved[people.status[moved] == Status.WORK]
                wants = (people.household[on_visa] == 2) & (
                    people.partner_from[on_visa] <= market.month
                )
                number += int(wants.sum())
            came.append(number)
        fewer.append(float(came[0] - came[1]))
    assert chance_of_luck(fewer) < FALSE_ALARM


def test_a_pay_threshold_above_every_bid_shuts_a_country() -> None:
    granted = []
    for threshold in (None, 1e9):
        market = small_market(1, 700, LIVELY)
        country = market.tables.index["USA"]
        here = market.rules.country == country
        for _ in range(24):
            if threshold is not None:
                market.rules.min_pay[here] = threshold
                market.rules.changed()
            watched = watched_month(market)
            if threshold is not None:
                assert not watched.counts.applications[here].any()
        # by then what was pending at the change is decided
        counts = [market.recorder.counts[month] for month in range(13, 25)]
        granted.append(sum(int(count.grants[here].sum()) for count in counts))
        assert sum(int(count.grants[~here].sum()) for count in counts) > 0
    assert granted[0] > 0
    assert granted[1] == 0


def test_without_outside_applicants_the_h1b_cap_stops_binding() -> None:
    refused, odds = [], []
    for outside in (1.0, 0.0):
        market = lived(
            2, {**LIVELY, "rights.outside_applicants": outside}, months=24, persons_per_agent=500
        )
        rows = versions(market.rules, H1B)
        now = rows[market.rules.in_force(market.month)[rows]]
        applied = int(market.world.counters.applications[rows].sum())
        assert applied > 10
        refused.append(int(market.world.counters.refusals[rows].sum()))
        odds.append(float(market.world.odds[now].max()))
    assert refused[0] > 0 and odds[0] < 0.7
    assert refused[1] == 0
    # a version that opened within the year has had this many months to learn
    assert odds[1] > 1.0 - 0.75**8


# public research ----------------------------------------------------------------------------


def public_cases(market: TalentMarket) -> NDArray[np.bool_]:
    """Which pending cases are hires of public research from abroad."""
    cases = market.world.cases
    return (
        market.employers.kind[cases.employer] == EmployerKind.PUBLIC_RESEARCH
    ) & ~cases.inside


def test_public_research_hires_from_abroad_under_schemes_with_a_fee() -> None:
    hired = 0
    for seed in (1, 2, 3):
        market = small_market(seed, 500, LIVELY)
        for _ in range(12):
            market._month()
            with_fee = market.rules.fee_cents[market.world.cases.scheme] > 0
            employer_pays = market.rules.employer_pays[market.world.cases.scheme]
            hired += int((public_cases(market) & with_fee & employer_pays).sum())
    assert hired > 0


def application(market: TalentMarket, rows: I64, employer: int, scheme: int) -> Application:
    """Some people ask for one scheme at one employer; pay and effect are of no matter here."""
    size = rows.size
    return Application(
        rows, np.full(size, employer), np.full(size, scheme), np.full(size, 90_000.0),
        np.full(size, 4096), np.zeros(size), *2 * [np.zeros(size, dtype=bool)],
    )


def abroad_from(market: TalentMarket, country: int, size: int) -> I64:
    """Some people who live elsewhere and wait for nothing."""
    people = market.researchers
    return np.flatnonzero((people.country != country) & ~people.waiting)[:size]


@pytest.mark.parametrize("exempt", [True, False])
def test_universities_are_exempt_from_the_h1b_cap(exempt: bool) -> None:
    """With no place left an exempt employer gets its people all the same, and only then."""
    market = small_market(1, 2000, {"opening.burn_in_months": 1.0})
    world, rules = market.world, market.rules
    rows = versions(rules, H1B)
    scheme = int(rows[rules.in_force(world.month)[rows]][0])
    assert rules.exempt[rows, EmployerKind.PUBLIC_RESEARCH].all()
    if not exempt:
        rules.exempt[:] = False
        rules.changed()
    usa = market.tables.index["USA"]
    employers = market.employers
    world.quota_left[:] = 0
    refused = {}
    for kind in (EmployerKind.PUBLIC_RESEARCH, EmployerKind.INDUSTRY):
        employer = int(np.flatnonzero((employers.kind == kind) & (employers.country == usa))[0])
        people = abroad_from(market, usa, 20)
        refused[kind] = apply(
            world, market.parameters.rights, application(market, people, employer, scheme)
        ).size
    assert refused[EmployerKind.INDUSTRY] == 20
    assert refused[EmployerKind.PUBLIC_RESEARCH] == (0 if exempt else 20)


@pytest.mark.thorough
def test_the_exemption_brings_public_research_people_that_the_cap_would_keep_out() -> None:
    more = []
    for seed in SEEDS:
        number = []
        for exempt in (True, False):
            # ties would keep most people at home
            far = {"search.referral_share": 0.0, "rights.outside_applicants": 3.0}
            market = small_market(seed, 200, {**LIVELY, **far})
            rows = versions(market.rules, H1B)
            if not exempt:
                market.rules.exempt[:] = False
                market.rules.changed()
            found = set()
            for _ in range(18):
                market._month()
                cases = market.world.cases
                held = public_cases(market) & np.isin(cases.scheme, rows)
                found |= set(cases.person[held].tolist())
            number.append(len(found))
        more.append(float(number[0] - number[1]))
    assert chance_of_luck(more) < FALSE_ALARM


# places -------------------------------------------------------------------------------------


@pytest.mark.parametrize("persons_per_agent", [1.0, 700.0, 5000.0])
def test_h1b_places_opened_in_a_calendar_year_are_those_of_the_law(
    persons_per_agent: float,
) -> None:
    """Also in years in which one dated version follows another."""
    world = small_market(1, 3000, {"opening.burn_in_months": 0.0}).world
    world.persons_per_agent = persons_per_agent
    group = int(world.rules.route_group[versions(world.rules, H1B)[0]])
    for _ in range(8):
        opened, drawn = 0, float(world.quota_drawn[group])
        for _ in range(12):
            world.month += 1
            before = 0 if world.month % 12 == 0 else int(world.quota_left[group])
            open_places(world)
            opened += int(world.quota_left[group]) - before
        assert world.month % 12 == 11
        assert world.quota_drawn[group] - drawn == pytest.approx(85_000, rel=1e-9)
        assert abs(opened * persons_per_agent - 85_000) <= persons_per_agent * (1 + 1e-9)


def nobody(market: TalentMarket) -> Application:
    """No application at all."""
    return application(market, np.zeros(0, dtype=np.int64), 0, 0)


def test_places_go_to_outsiders_in_months_without_our_applicants() -> None:
    market = small_market(1, 1000, {"opening.burn_in_months": 1.0})
    world, rules = market.world, market.rules
    rows = versions(rules, H1B)
    row = int(rows[rules.in_force(world.month)[rows]][0])
    group = int(rules.route_group[row])
    outside = rules.outside[row] / rules.open_months[group] / world.persons_per_agent
    world.quota_left[group] = 7
    assert outside > 7
    apply(world, market.parameters.rights, nobody(market))
    assert world.quota_left[group] == 0
    # more places than outsiders ask for: the others are left over, rounded without bias
    world.frozen_rules = world.month
    left = []
    for _ in range(400):
        world.month += 1
        world.quota_left[group] = 40
        apply(world, market.parameters.rights, nobody(market))
        left.append(int(world.quota_left[group]))
        assert abs(left[-1] - (40 - outside)) < 1.0
    assert abs(np.mean(left) - (40 - outside)) < hoeffding(400)


def share_of_winners(persons_per_agent: float, months: int) -> tuple[float, float, float, int]:
    """Share of applicants who win an H-1B place; by the cutoff; odds published; applicants.

    A twelfth as many of our people as outsiders ask every month, in persons alike at each scale.
    """
    market = small_market(1, 3000, {"opening.burn_in_months": 0.0})
    world, rules = market.world, market.rules
    world.persons_per_agent = persons_per_agent
    rows = versions(rules, H1B)
    row = int(rows[rules.in_force(world.month)[rows]][0])
    world.frozen_rules = world.month
    usa = market.tables.index["USA"]
    employers = market.employers
    industry = (employers.kind == EmployerKind.INDUSTRY) & (employers.country == usa)
    employer = int(np.flatnonzero(industry)[0])
    candidates = abroad_from(market, usa, 10_000)
    persons = rules.outside[row] / 12 / 12
    asked, due, published = 0, 0.0, []
    places, outside = (
        numbers[row] / 12 / persons_per_agent for numbers in (rules.places, rules.outside)
    )
    luck = np.random.default_rng(3)
    for _ in range(months):
        world.month += 1
        open_places(world)
        number = int(np.floor(persons / persons_per_agent + luck.random()))
        people = luck.permutation(candidates)[:number]
        people = people[~world.researchers.waiting[people]]
        asked += people.size
        due += people.size * places / (outside + people.size)
        apply(world, market.parameters.rights, application(market, people, employer, row))
        world.researchers.waiting[:] = False
        published.append(world.odds[row])
    won = int(world.counters.places[row])
    return won / asked, due / asked, float(np.mean(published)), asked


@pytest.mark.parametrize("persons_per_agent", [100.0, 500.0, 1000.0, 3000.0])
def test_the_chance_of_a_place_is_the_same_at_every_scale(persons_per_agent: float) -> None:
    """AI applicants below c + outside · c = places; luck explains a gap at ``FALSE_ALARM``."""
    months = int(min(40 + 3 * persons_per_agent, 6000))
    won, due, published, asked = share_of_winners(persons_per_agent, months)
    expected = 85_000 / (171_088 * (1 + 1 / 12))
    assert abs(won - due) < hoeffding(asked)
    assert abs(due - expected) < 0.06, "who asks comes in lumps, but not so large ones"
    assert abs(published - expected) < 0.05


def test_an_employed_graduate_abroad_asks_for_a_lasting_status_as_soon_as_possible(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever has a route when the visa office first sees them in a job asks for it then."""
    original = moves.petitions
    seen: set[tuple[int, int]] = set()
    asked = 0

    def watched(world: World, parameters: RightsParameters, pay_weight: float) -> Application:
        nonlocal asked
        people = world.researchers
        rows = np.flatnonzero(
            (people.status == Status.GRADUATE) & (people.employer >= 0) & ~people.waiting
            # a change of job buys no second try within a year
            & (world.month - people.petitioned >= 12)
        )
        jobs = list(zip(people.id[rows].tolist(), people.hired[rows].tolist(), strict=True))
        fresh = np.array([job not in seen for job in jobs], dtype=bool)
        rows = rows[fresh]
        route = routes(
            world, parameters, pay_weight, rows, people.country[rows].astype(np.int64),
            people.pay[rows].astype(np.float64), world.employers.kind[people.employer[rows]],
            inside=True,
        )
        able = rows[route.possible & (route.scheme >= 0)]
        made = original(world, parameters, pay_weight)
        assert set(able.tolist()) <= set(made.rows.tolist())
        seen.update(jobs)
        asked += able.size
        return made

    market = small_market(1, 500)
    market._month()
    monkeypatch.setattr(moves, "petitions", watched)
    people = market.researchers
    known = (people.status == Status.GRADUATE) & (people.employer >= 0)
    seen.update(zip(people.id[known].tolist(), (people.hired[known]).tolist(), strict=True))
    # who was hired in the month just lived has not been seen by the office yet
    seen -= {job for job in seen if job[1] == market.month}
    for _ in range(24):
        market._month()
    assert asked > 10


# growth and capacity ------------------------------------------------------------------------


def test_without_growth_demand_stands_still_and_entrants_only_replace() -> None:
    still = small_market(1, 200, {"education.growth": 0.0, "opening.burn_in_months": 0.0})
    grows = small_market(1, 200, {"opening.burn_in_months": 0.0})
    progress = np.log1p(still.parameters.frontier.productivity) / 12
    assert not still.employers.demand_growth.any()
    public = still.employers.kind == EmployerKind.PUBLIC_RESEARCH
    np.testing.assert_allclose(still.employers.growth[~public], progress)
    assert grows.employers.demand_growth.any() and grows.employers.growth.any()
    table = still.tables.country
    replacement = table["entrants"] - table["stock"] * table["stock_growth"]
    totals = []
    for market in (still, grows):
        years = []
        for _ in range(8):
            due = np.zeros(market.world.countries, dtype=np.int64)
            for _ in range(12):
                market.world.month += 1
                due += entrants_due(
                    market.world, market.parameters.education, market.parameters.choice
                )
            years.append(due)
        totals.append(years)
    for due in totals[0]:
        assert (np.abs(due - replacement / 200) <= 1.0 + 1e-9).all()
    first, last = totals[1][0].sum(), totals[1][-1].sum()
    assert last > 1.2 * first
    assert first > 1.2 * replacement.sum() / 200


def industry_posts(market: TalentMarket) -> tuple[int, int]:
    """Posts of domestic industry and of everybody else, with demand far above the teams."""
    p = market.parameters
    posts = open_posts(market.world, p.posts, p.worth, p.ventures)
    industry = market.employers.kind[posts.employer] == EmployerKind.INDUSTRY
    return int(industry.sum()), int((~industry).sum())


def test_industry_that_can_absorb_less_opens_fewer_posts() -> None:
    """The same world, its capacity cut in half: industry wants fewer, nobody else does."""
    market = small_market(1, 500)
    before = industry_posts(market)
    market.employers.capacity *= 0.5
    after = industry_posts(market)
    assert after[0] < before[0]
    assert after[1] == before[1]


def test_with_less_headroom_a_boom_opens_fewer_posts_in_industry() -> None:
    """At the opening technology is set for the team that is there; headroom tells in a boom."""
    fewer = []
    for seed in SEEDS:
        opened = []
        for headroom in (50.0, 1.0):
            market = small_market(
                seed, 700,
                {"opening.absorptive_headroom": headroom, "posts.speed": 0.5,
                 "opening.burn_in_months": 0.0},
            )
            market.employers.technology *= 1.1
            market.employers.cash[:] = 10**12
            opened.append(industry_posts(market)[0])
        fewer.append(float(opened[0] - opened[1]))
    assert chance_of_luck(fewer) < FALSE_ALARM


# rights -------------------------------------------------------------------------------------


RIGHTS: dict[str, tuple[str, float, float, bool]] = {
    "tax relief": ("relief_rate", 0.0, 0.5, False),
    "years of tax relief": ("relief_years", 1.0, 5.0, False),
    "help in the household": ("household_help", 0, 1, True),
    "work of the partner": ("partner_may_work", 0, 1, True),
    "fewer years to permanence": ("years_to_permanence", 8.0, 2.0, False),
    "a longer permit": ("stay", 12.0, 60.0, False),
}
"""What a scheme grants: the column, a worse and a better entry, and whether households matter."""


@pytest.mark.parametrize("right", RIGHTS)
def test_a_better_right_makes_a_route_better_for_whom_it_concerns(right: str) -> None:
    name, worse, better, household = RIGHTS[right]
    market = small_market(1, 2000, {"opening.burn_in_months": 0.0})
    world, rules, p = market.world, market.rules, market.parameters
    people = market.researchers
    scheme = int(np.flatnonzero(rules.country == market.tables.index["DEU"])[0])
    rules.relief_rate[scheme], rules.relief_years[scheme] = 0.3, 5.0
    rows = np.arange(people.count)
    value = []
    for entry in (worse, better):
        getattr(rules, name)[scheme] = entry
        rules.changed()
        value.append(
            rights_of(
                world, p.rights, p.bidding.pay_weight, np.full(rows.size, scheme), rows,
                np.zeros(rows.size),
            )
        )
    gain = value[1] - value[0]
    concerned = np.ones(rows.size, dtype=bool)
    if household:
        least = 2 if name == "partner_may_work" else 1
        concerned = (people.household >= least) & (people.partner_from <= world.month)
    assert concerned.any()
    assert (gain[concerned] > 0).all()
    np.testing.assert_allclose(gain[~concerned], 0.0, atol=1e-12)
    expected = {
        "relief_rate": None,
        "relief_years": None,
        "household_help": p.rights.household_help,
        "partner_may_work": p.rights.partner_work,
        "years_to_permanence": p.rights.permanence * np.log(9.0 / 3.0),
        "stay": p.rights.stay * np.log(5.0),
    }[name]
    if expected is not None:
        np.testing.assert_allclose(gain[concerned], expected, rtol=1e-9)


def test_tax_relief_counts_as_the_pay_that_it_leaves() -> None:
    """Relief over the whole horizon is worth as much as pay higher by the tax it saves."""
    market = small_market(1, 2000, {"opening.burn_in_months": 0.0})
    world, rules, p = market.world, market.rules, market.parameters
    country = market.tables.index["NLD"]
    world.levers.newcomer_tax_rate[:] = np.nan
    scheme = int(np.flatnonzero(rules.country == country)[0])
    rows = np.arange(3)
    value = []
    for rate in (0.0, 0.3):
        rules.relief_rate[scheme], rules.relief_years[scheme] = rate, 5.0
        value.append(rights_of(
            world, p.rights, p.bidding.pay_weight, np.full(3, scheme), rows, np.zeros(3)
        ))
    tax = market.tables.country["tax_rate"][country]
    saved = p.bidding.pay_weight * np.log((1 - 0.7 * tax) / (1 - tax))
    np.testing.assert_allclose(value[1] - value[0], saved, rtol=1e-9)
