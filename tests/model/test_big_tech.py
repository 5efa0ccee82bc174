"""Big tech: a research agenda, a budget of the year, laboratories where visas fail."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from agents.big_tech import BigTech
from agents.employers import EmployerKind, monthly_cents
from agents.levers import FIELDS
from agents.startups import Startup
from model import laws
from model.month.agenda import set_agenda
from model.month.budgets import add_to_budgets, named_rows, set_budgets
from model.month.frontier import demand_shares, set_mixes
from model.month.new_labs import make_room, open_laboratories
from model.month.plans import plan_year
from model.month.posts import open_posts
from model.talent_market import TalentMarket, resume
from tests.helpers import FALSE_ALARM, SEEDS, chance_of_luck, fingerprint, small_market
from tests.model.test_labs import refused_by_google

STEADY = {"budgets.boom": 0.0, "shocks.volatility": 0.0}
AGENTIC = FIELDS.index("agentic_systems")


def google(market: TalentMarket) -> int:
    return market.employers.names.index("Google")


def plan(market: TalentMarket) -> None:
    """What firms decide in the January at which the market stands."""
    p = market.parameters
    plan_year(
        market.world, p.agenda, p.budgets, p.labs, p.bidding, p.bargain, market._groups()
    )


# agenda ---------------------------------------------------------------------------------------


def agenda_after_a_gain(response: float, inertia: float) -> tuple[float, float]:
    """Share of the field in Google's work and in that of Microsoft after Google gained in it."""
    market = small_market(1, 300, {"agenda.response": response, "agenda.inertia": inertia})
    people, row = market.researchers, google(market)
    mine = people.employer == row
    assert mine.sum() > 5
    people.skill[mine, AGENTIC] = 1.0
    market.step()
    other = market.employers.names.index("Microsoft")
    return float(market.employers.mix[row, AGENTIC]), float(market.employers.mix[other, AGENTIC])


def test_a_firm_whose_team_is_strong_in_a_field_leans_to_it() -> None:
    fixed, other_fixed = agenda_after_a_gain(1.0, 1.0)
    leans, other = agenda_after_a_gain(1.0, 0.6)
    more, _ = agenda_after_a_gain(2.0, 0.6)
    assert more > leans > 1.1 * fixed
    # what Google gained is no reason for others
    assert abs(other / other_fixed - 1.0) < 0.1


def test_with_full_inertia_mixes_follow_the_frontier_alone() -> None:
    market = small_market(1, 500, {"agenda.inertia": 1.0})
    for _ in range(13):
        market.step()
    employers, world = market.employers, market.world
    demand = demand_shares(world, market.parameters.frontier, 12 * (world.month // 12))
    mix = demand[employers.country] * np.exp(employers.tilt)
    np.testing.assert_allclose(
        employers.mix[: world.plans.firms],
        (mix / mix.sum(axis=1, keepdims=True))[: world.plans.firms],
    )


def test_the_agenda_stands_still_where_nothing_was_gained() -> None:
    market = small_market(1, 500)
    set_agenda(market.world, market.parameters.agenda, 0.0)
    np.testing.assert_allclose(market.world.plans.agenda, 0.0, atol=1e-12)


def test_the_agenda_leans_to_fields_whose_people_became_cheap() -> None:
    market = small_market(1, 300)
    people = market.researchers
    works = np.flatnonzero((people.employer >= 0) & (people.field == AGENTIC))
    market.world.raise_pay(works, people.pay[works] * 2.0)
    set_agenda(market.world, market.parameters.agenda, 0.0)
    assert (market.world.plans.agenda[:, AGENTIC] < 0).all()


def test_no_firm_leaves_a_field_altogether_whatever_it_bought() -> None:
    market = small_market(1, 500)
    world = market.world
    world.plans.technology[:, AGENTIC] = 1e9
    set_agenda(world, market.parameters.agenda, 0.0)
    set_mixes(world, demand_shares(world, market.parameters.frontier, world.month))
    named, _ = named_rows(world)
    mixes = world.employers.mix[named]
    np.testing.assert_allclose(mixes.sum(axis=1), 1.0)
    assert (mixes > 0).all() and (mixes[:, AGENTIC] < 1).all()


def test_technology_bought_leans_the_agenda_to_the_fields_of_the_target() -> None:
    market = small_market(1, 300, {"deals.talks": 3.0})
    while not market.world.book.deals.count:
        market.step()
    world, deals = market.world, market.world.book.deals
    target, row = int(deals.target[0]), google(market)
    deals.buyer[:], deals.target[:] = row, target
    deals.status[:], deals.gain[:], deals.decides[:] = 1, 0.1, world.month
    world.month += 1
    set_agenda(world, market.parameters.agenda, 0.0)
    before = world.plans.technology[row].copy()
    lean = market.employers.mix[target] / market.employers.mix[row] - 1.0
    np.testing.assert_allclose(before, 0.1 * lean * deals.count)
    # it becomes obsolete like what deals bring to the whole of the firm
    world.month += 12
    set_agenda(world, market.parameters.agenda, 0.5)
    np.testing.assert_allclose(world.plans.technology[row], before * np.exp(-0.5))


# budget ---------------------------------------------------------------------------------------


def hired_after_a_jump(seed: int, yearly: float) -> tuple[int, int]:
    """Agents that named firms gained in the rest of the year, and in the year after the review."""
    market = small_market(seed, 200, {**STEADY, "budgets.yearly": yearly})
    employers = market.employers
    for _ in range(2):
        market.step()
    rows, _ = named_rows(market.world)
    employers.technology[rows] *= 1.3
    begin = int(employers.heads[rows].sum())
    for _ in range(10):
        market.step()
    middle = int(market.employers.heads[rows].sum())
    for _ in range(12):
        market.step()
    return middle - begin, int(market.employers.heads[rows].sum()) - middle


@pytest.mark.thorough
def test_a_jump_of_technology_waits_for_the_next_budget() -> None:
    fewer, later = [], []
    for seed in SEEDS:
        (free, _), (held, after) = hired_after_a_jump(seed, 0.0), hired_after_a_jump(seed, 1.0)
        fewer.append(float(free - held))
        later.append(float(after - held))
    assert chance_of_luck(fewer) < FALSE_ALARM
    # hiring comes in a bunch after the review
    assert chance_of_luck(later) < FALSE_ALARM


def test_no_post_opens_without_budget_and_others_are_not_held() -> None:
    market = small_market(1, 200)
    world, p, employers = market.world, market.parameters, market.employers
    rows, _ = named_rows(world)
    employers.technology *= 3.0
    employers.cash[:] = 10**12

    def posted() -> NDArray[np.int64]:
        posts = open_posts(world, p.posts, p.worth, p.ventures, budgets=p.budgets)
        return np.bincount(posts.employer, minlength=employers.count)

    free = posted()
    world.plans.budget[:] = 0.0
    held = posted()
    assert free[rows].any() and not held[rows].any()
    others = np.setdiff1d(np.arange(employers.count), rows)
    np.testing.assert_array_equal(free[others], held[others])
    world.firms_act = False
    np.testing.assert_array_equal(posted(), free)


def test_a_budget_follows_output_and_everybodys_boom_and_counts_people_of_deals() -> None:
    market = small_market(1, 200, STEADY)
    world, p, employers = market.world, market.parameters, market.employers
    set_budgets(world, p.budgets, p.posts.margin, p.worth)
    first = world.plans.budget.copy()
    staffed = np.isfinite(first)
    assert staffed.any() and (first[staffed] > 0).all()
    employers.technology *= 1.5
    set_budgets(world, p.budgets, p.posts.margin, p.worth)
    assert (world.plans.budget[staffed] >= first[staffed]).all()
    assert world.plans.budget[staffed].sum() > 1.3 * first[staffed].sum()
    firm = int(np.flatnonzero(staffed)[0])
    before, pay = world.plans.budget[firm], np.array([120_000.0])
    startup = int(np.flatnonzero(employers.kind == EmployerKind.STARTUP)[0])
    add_to_budgets(world, np.array([firm, startup]), np.append(pay, pay))
    assert world.plans.budget[firm] - before == monthly_cents(pay)[0]


def test_a_boom_moves_all_budgets_alike() -> None:
    budgets = []
    for boom in (0.0, 0.2):
        market = small_market(1, 200, {**STEADY, "budgets.boom": boom})
        world, p = market.world, market.parameters
        set_budgets(world, p.budgets, p.posts.margin, p.worth)
        budgets.append(world.plans.budget[np.isfinite(world.plans.budget)])
    ratio = budgets[1] / budgets[0]
    np.testing.assert_allclose(ratio, ratio[0])
    assert abs(ratio[0] - 1.0) > 1e-3


@pytest.mark.thorough
def test_budgets_leave_big_tech_as_large_on_average() -> None:
    size = {}
    for yearly in (0.0, 1.0):
        heads = []
        for seed in SEEDS:
            market = small_market(seed, 200, {"budgets.yearly": yearly})
            for _ in range(60):
                market.step()
                big = market.employers.kind == EmployerKind.BIG_TECH
                heads.append(int(market.employers.heads[big].sum()))
        size[yearly] = float(np.mean(heads))
    assert abs(size[1.0] / size[0.0] - 1.0) < 0.03


# laboratories ---------------------------------------------------------------------------------


def market_with_refusals(room: float) -> TalentMarket:
    """Google could place nobody of those whom a scheme has refused it."""
    market = small_market(1, 300, {"labs.room": room})
    p, world = market.parameters, market.world
    hires = refused_by_google(market)
    nobody = type(hires)(*(part[:0] for part in hires))
    make_room(world, hires, nobody, p.labs, p.posts, p.worth)
    return market


def test_a_firm_opens_laboratories_where_refused_people_live() -> None:
    market = market_with_refusals(1.0)
    world, employers, row = market.world, market.employers, google(market)
    refused = world.plans.refused[row].copy()
    before, cash, money = employers.count, int(employers.cash[row]), world.accounts.suppliers
    employers.cash[row] += 10**12
    world.accounts.owners -= 10**12
    open_laboratories(world, market.parameters.labs, market.parameters.bidding, market._groups())
    new = np.arange(before, employers.count)
    assert new.size and (employers.firm[new] == row).all()
    assert (refused[employers.country[new]] > 0).all()
    names = [employers.names[site] for site in new]
    assert all(name.startswith("Google (") for name in names)
    assert len(set(employers.names)) == employers.count and "Google (ROW)" not in names
    paid = cash + 10**12 - int(employers.cash[row])
    assert paid == world.accounts.suppliers - money > 0
    assert not list(laws.money(world)) and not world.plans.refused.any()
    # it seeks as many people as were refused there
    p = market.parameters
    employers.cash[new] = 10**12
    posts = open_posts(world, p.posts, p.worth, p.ventures)
    assert np.isin(new, posts.employer).any()


@pytest.mark.parametrize("change", [
    {"labs.room": 0.0}, {"labs.fixed_cost": 1e8}, {"labs.least_talent": 5e4},
])
def test_laboratories_need_refusals_that_pay_and_talent(change: dict[str, float]) -> None:
    opened = []
    for settings in ({}, change):
        market = small_market(1, 300, settings)
        world, p = market.world, market.parameters
        row, place = google(market), market.tables.index["CHL"]
        market.employers.cash[row] = 10**12
        if p.labs.room > 0:
            world.plans.refused[row, place] = 2
        open_laboratories(world, p.labs, p.bidding, market._groups())
        opened.append("Google (CHL)" in market.employers.names)
    assert opened == [True, False]


def test_laboratories_grow_by_whom_they_are_sent() -> None:
    posts = []
    for room in (0.0, 1.0):
        market = small_market(1, 300, {"labs.room": room})
        world, p, employers = market.world, market.parameters, market.employers
        site = employers.names.index("Google (GBR)")
        hires = refused_by_google(market)
        sent = type(hires)(*(part[:4] for part in hires))._replace(employer=np.full(4, site))
        before = employers.productivity(p.worth)[site]
        make_room(world, hires, sent, p.labs, p.posts, p.worth)
        posts.append(float(employers.productivity(p.worth)[site] / before))
        world.firms_act = False
        make_room(world, hires, sent, p.labs, p.posts, p.worth)
        assert employers.productivity(p.worth)[site] / before == posts[-1]
    assert posts[0] == 1.0 and posts[1] > 1.1


def staff_abroad(seed: int, room: float) -> tuple[int, int]:
    """Staff and number of laboratories of American firms where the lottery has few places."""
    market = small_market(seed, 100, {"labs.room": room})
    rules, usa = market.rules, market.tables.index["USA"]
    scheme = np.flatnonzero([entry.id == "usa-h-1b" for entry in rules.schemes])
    rules.places[scheme] *= 0.05
    rules.changed()
    for _ in range(60):
        market.world.odds[scheme] = 1.0
        market.step()
    employers = market.employers
    abroad = (employers.kind == EmployerKind.BIG_TECH) & (employers.country != usa)
    abroad &= employers.country[employers.firm] == usa
    return int((employers.heads + employers.promised_heads)[abroad].sum()), int(abroad.sum())


@pytest.mark.thorough
def test_refusals_move_work_abroad() -> None:
    more, number = [], []
    for seed in SEEDS:
        (people, sites), (without, fewer) = staff_abroad(seed, 1.0), staff_abroad(seed, 0.0)
        more.append(float(people - without))
        number.append(float(sites - fewer))
    assert chance_of_luck(more) < FALSE_ALARM
    assert chance_of_luck(number) < FALSE_ALARM


# plans ----------------------------------------------------------------------------------------


def test_plans_are_made_in_january_and_only_where_firms_act() -> None:
    market = small_market(1, 1000)
    world = market.world
    world.month += 1
    assert world.month % 12 == 0
    world.firms_act = False
    plan(market)
    assert np.isinf(world.plans.budget).all()
    world.firms_act = True
    plan(market)
    assert np.isfinite(world.plans.budget).any()
    before = world.plans.budget.copy()
    world.month += 1
    market.employers.technology *= 2.0
    plan(market)
    np.testing.assert_array_equal(world.plans.budget, before)


def test_plans_and_new_laboratories_are_saved_and_forked(tmp_path: Path) -> None:
    market = market_with_refusals(1.0)
    market.employers.cash[google(market)] += 10**12
    market.world.accounts.owners -= 10**12
    names = market.employers.count
    market.step()
    assert market.employers.count > names
    seated = {agent.row for agent in market.agents_by_type[BigTech]}
    added = np.arange(names, market.employers.count)
    assert set(added[market.employers.kind[added] == EmployerKind.BIG_TECH]) & seated
    saved, twin = resume(market.save(tmp_path / "market.zip")), market.fork()
    for other in (market, saved, twin):
        other.world.plans.refused[0, 0] += 1
        for _ in range(12):
            other.step()
    assert fingerprint(market) == fingerprint(saved) == fingerprint(twin)


# agents ---------------------------------------------------------------------------------------


def test_a_large_firm_tells_its_agenda_its_budget_its_laboratories_and_its_deals() -> None:
    market = small_market(2, 300, {"deals.talks": 3.0, "deals.eagerness": 20.0})
    [firm] = [agent for agent in market.agents_by_type[BigTech] if agent.name == "Google"]
    assert np.isinf(firm.budget_usd) and firm.deals.empty
    for _ in range(24):
        market.step()
    assert tuple(firm.agenda) == FIELDS and sum(firm.agenda.values()) == pytest.approx(1.0)
    paid = market.employers.payroll[market.employers.firm == firm.row].sum() * 12 / 100
    assert paid / 3 < firm.budget_usd < paid * 3
    assert "Google (GBR)" in firm.labs and "Google" not in firm.labs
    [site] = [agent for agent in market.agents_by_type[BigTech] if agent.name == "Google (GBR)"]
    assert site.labs == firm.labs and site.budget_usd == firm.budget_usd
    buyers = [agent for agent in market.agents_by_type[BigTech] if not agent.deals.empty]
    assert buyers and all((agent.deals["buyer"] == agent.name).all() for agent in buyers)


def test_a_startup_tells_whether_it_has_ended_and_what_it_was_part_of() -> None:
    market = small_market(1, 200, {"deals.talks": 3.0})
    agents = list(market.agents_by_type[Startup])
    assert not any(agent.closed for agent in agents)
    for _ in range(18):
        market.step()
    ended = [agent for agent in agents if agent.closed]
    assert 0 < len(ended) < len(agents)
    assert not {agent.row for agent in ended} & {
        agent.row for agent in market.agents_by_type[Startup]
    }
    sold = [agent for agent in agents if not agent.deals.empty]
    assert sold
    for agent in sold:
        parts = agent.deals[["buyer", "target"]].to_numpy()
        assert ((parts == agent.name).sum(axis=1) == 1).all()
