"""Deals between firms: money to the cent over every form, consent, review, and what people do."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.country_levers import LEVERS_BY_NAME, lever_value
from agents.employers import CENTS, EmployerKind
from agents.levers import month_number
from agents.policies import Change, Policy
from agents.ventures import Ending
from model import laws, tables
from model.deal_book import DealStatus
from model.deal_forms import form_table
from model.month.deal_search import Talks, find_partners, teams_of
from model.month.deal_terms import Offers, means, offers
from model.month.deals import DealRules, grow_obsolete, keep_subsidiaries, make_deals, sign
from model.month.retention import pay_retention
from model.month.rounds import MEETING, raise_rounds
from model.talent_market import TalentMarket, resume
from model.world import World
from tests.helpers import FIRMS_ACT, chance_of_luck, fingerprint, small_market, watched_month

FORMS = form_table()
COUNTRIES = tables.load().countries
BUSY = {**FIRMS_ACT, "deals.talks": 2.0, "deals.public_talks": 1.0}


def busy(
    seed: int, levers: Mapping[str, float] | None = None, persons: float = 500, **more: float
) -> TalentMarket:
    """A market with many talks, in which all countries set their levers alike from the start."""
    start = month_number("2019-01")
    changes = tuple(Change(start, country, dict(levers)) for country in COUNTRIES if levers)
    parameters = BUSY | {name.replace("__", "."): value for name, value in more.items()}
    return TalentMarket(
        "small", seed=seed, persons_per_agent=persons, until="2030-12", parameters=parameters,
        policies=[Policy("test", "Test", changes=changes)] if changes else [],
    )


def rules(market: TalentMarket) -> DealRules:
    p = market.parameters
    return DealRules(p.deals, p.bargain, p.search, p.exits, p.worth)


def done(market: TalentMarket, form: str) -> int:
    """Deals of a form that were carried out."""
    deals = market.world.book.deals
    return int(((deals.form == FORMS.names.index(form)) & (deals.status == DealStatus.DONE)).sum())


def agreed_on(world: World, target: int, buyer: int, form: int, price: float) -> Offers:
    """A deal as if the two firms had agreed on it, without review."""
    columns: dict[str, Any] = dict.fromkeys(Offers._fields, 0.0) | {
        "target": target, "buyer": buyer, "site": -1, "form": form, "price": price, "months": 0,
        "technology": 0.01, "many": 1.0,
    }  # fmt: skip
    return Offers(**{name: np.array([value]) for name, value in columns.items()})


@pytest.fixture(scope="module")
def lived() -> TalentMarket:
    """A market with a year of many deals; read it, never change it."""
    market = busy(4, persons=300)
    market.run_until("2019-12")
    return market


# Money -----------------------------------------------------------------------------------------


@settings(derandomize=True, deadline=None, max_examples=25)
@given(form=st.integers(0, len(FORMS.names) - 1), luck=st.integers(0, 10**6),
       part=st.floats(0.0, 1.5), seed=st.integers(1, 3))  # fmt: skip
def test_money_balances_to_the_cent_over_every_form_and_nobody_spends_what_he_lacks(
    form: int, luck: int, part: float, seed: int
) -> None:
    market = small_market(seed, 2000)
    world, employers = market.world, market.employers
    started = world.ventures.employer[world.ventures.open_rows()]
    targets = started[employers.heads[started] > 0]
    target = int(targets[luck % targets.size])
    private = (employers.kind != EmployerKind.PUBLIC_RESEARCH) & (employers.heads > 0)
    buyers = np.flatnonzero(private & (employers.firm == np.arange(employers.count)))
    buyers = buyers[buyers != target]
    buyer = int(buyers[luck % buyers.size])
    spare, owners = means(world, market.parameters.deals)
    most = int(spare[buyer] + owners[buyer])
    price = most / CENTS * part + 0.01
    team = teams_of(world, np.array([target]))
    stock, cash = world.stock().copy(), int(employers.cash[buyer])
    sign(world, agreed_on(world, target, buyer, form, price), team, rules(market))
    world.accounts.trust = world.book.in_trust()
    signed = world.book.deals.count
    assert signed == (round(price * CENTS) <= most)
    assert not signed or employers.cash[buyer] >= min(cash, cash - int(spare[buyer]))
    assert not list(laws.money(world)) and not list(laws.jobs(world))
    world.month += 1
    pay_retention(world)
    world.accounts.trust = world.book.in_trust()
    assert not list(laws.money(world)) and not list(laws.jobs(world))
    assert np.array_equal(world.stock(), stock)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_laws_hold_in_every_month_with_many_deals_under_review(seed: int) -> None:
    strict = {"merger_review_threshold_usd": 0.0, "merger_review_months": 3.0,
              "merger_ban_chance": 0.4}  # fmt: skip
    market = busy(seed, strict, persons=400)
    for _ in range(15):
        watched_month(market)
    status = np.bincount(market.world.book.deals.status, minlength=4)
    assert status[DealStatus.DONE] and status[DealStatus.BANNED] and status[DealStatus.PENDING]
    assert market.world.accounts.trust > 0


def test_every_price_is_within_the_means_and_above_the_least(lived: TalentMarket) -> None:
    world, p = lived.world, lived.parameters
    targets = world.ventures.employer[world.ventures.open_rows()].astype(np.int64)
    targets = targets[lived.employers.heads[targets] > 0]
    talks = Talks(targets, np.full(targets.size, 0), teams_of(world, np.sort(targets)))
    found = offers(world, talks, FORMS, p.deals, p.bargain, p.worth)
    agreed = found.form >= 0
    assert agreed.any()
    spare, owners = means(world, p.deals)
    assert (found.price[agreed] >= found.least[agreed]).all()
    assert (found.price[agreed] < found.value[agreed]).all()
    assert (found.price[agreed] * CENTS <= (spare + owners)[0]).all()


def test_a_ban_gives_the_money_back_but_for_the_fee() -> None:
    certain = {"merger_review_threshold_usd": 0.0, "merger_review_months": 1.0,
               "merger_ban_chance": 1.0}  # fmt: skip
    market = busy(1, certain)
    world, employers = market.world, market.employers
    target = int(world.ventures.employer[world.ventures.open_rows()[0]])
    form = FORMS.names.index("full_acquisition")
    deal = agreed_on(world, target, 0, form, 1000.0)
    deal = deal._replace(months=np.array([1]), ban_chance=np.array([1.0]))
    before, theirs = int(employers.cash[0]), int(employers.cash[target])
    sign(world, deal, teams_of(world, np.array([target])), rules(market))
    assert world.book.in_trust() == 1000 * CENTS
    world.month += 1
    make_deals(world, rules(market)._replace(deals=market.parameters.deals.__class__(talks=0.0,
               public_talks=0.0)))  # fmt: skip
    fee = round(market.parameters.bargain.break_fee * 1000 * CENTS)
    assert world.book.deals.status[0] == DealStatus.BANNED
    assert employers.cash[target] - theirs == fee
    assert before - employers.cash[0] == fee
    assert world.book.in_trust() == 0 and employers.heads[target] > 0


# Who buys what ---------------------------------------------------------------------------------


def test_public_research_licenses_and_is_never_bought(lived: TalentMarket) -> None:
    deals, employers = lived.world.book.deals, lived.employers
    public = employers.kind[deals.target] == EmployerKind.PUBLIC_RESEARCH
    assert public.any() and (~public).any()
    assert (deals.form[public] == FORMS.names.index("licence")).all()
    assert (employers.kind[deals.buyer] != EmployerKind.PUBLIC_RESEARCH).all()


def test_licences_earn_public_research_people_beyond_its_grant() -> None:
    market = small_market(2, 500)
    world, employers = market.world, market.employers
    rich = np.flatnonzero((employers.kind == EmployerKind.PUBLIC_RESEARCH) & (employers.heads > 5))
    twin = market.fork()
    paid = employers.payroll[rich] * 24
    twin.employers.cash[rich] += paid
    twin.world.accounts.customers -= int(paid.sum())
    for _ in range(12):
        market.step()
        twin.step()
    assert twin.employers.heads[rich].sum() > world.employers.heads[rich].sum()
    assert (twin.employers.cash[rich] < paid).any()
    assert not list(laws.money(twin.world))


def test_firms_of_korea_buy_too() -> None:
    bought, seed = 0, 0
    while not bought and seed < 30:
        seed += 1
        market = busy(seed, persons=300, deals__talks=3.0)
        market.run_until("2019-12")
        deals, employers = market.world.book.deals, market.employers
        home = employers.country[deals.buyer] == market.tables.index["KOR"]
        bought += int((home & (employers.kind[deals.buyer] != EmployerKind.BIG_TECH)).sum())
    assert bought > 0


def test_a_binding_non_compete_bars_lift_outs() -> None:
    def lift_outs(enforced: float) -> int:
        market = busy(3, {"non_competes_enforced": enforced}, persons=400)
        world, p = market.world, market.parameters
        form = FORMS.names.index("lift_out")
        only = dict.fromkeys(("technology_gain", "buyer_weight"), 0.0)
        talks = find_partners(world, p.deals.__class__(talks=500.0, tie_share=0.0))
        world.levers.non_competes_enforced[:] = enforced
        bargain = p.bargain.__class__(**{**only, "buyer_weight": 0.5})
        free = p.deals.__class__(signing_years=0.0)
        found = offers(world, talks, FORMS, free, bargain, p.worth)
        return int((found.form == form).sum())

    assert lift_outs(0.0) > 0
    assert lift_outs(1.0) == 0


def test_inventions_of_unequal_worth_make_a_few_people_dear() -> None:
    """Offers to the same firms by the same buyer, where inventions differ and where they do not."""
    market = small_market(1, 50)
    world, p = market.world, market.parameters
    target = world.ventures.employer[world.ventures.open_rows()].astype(np.int64)
    target = target[market.employers.heads[target] > 0]
    talks = Talks(target, np.full(target.size, 0), teams_of(world, np.sort(target)))
    apart, same = (
        offers(world, talks, FORMS, p.deals, dataclasses.replace(p.bargain, **spread), p.worth)
        for spread in ({}, {"technology_spread": 0.0})
    )
    assert (same.form >= 0).sum() > 100
    heads = market.employers.heads[target]
    each, alike = apart.price / heads, same.price / heads
    assert np.quantile(each, 0.99) > 1.5 * np.quantile(alike, 0.99)
    # the same startup has the same to offer at every talk
    again = offers(world, talks, FORMS, p.deals, p.bargain, p.worth)
    np.testing.assert_array_equal(again.price, apart.price)
    assert np.median(each) < np.median(alike)


def test_startups_that_were_bought_have_ended_and_hold_nobody(lived: TalentMarket) -> None:
    world, deals = lived.world, lived.world.book.deals
    whole = (deals.form == FORMS.names.index("full_acquisition")) & (
        deals.status == DealStatus.DONE
    )
    assert whole.any()
    venture = np.flatnonzero(np.isin(world.ventures.employer, deals.target[whole]))
    assert (world.ventures.ending[venture] == Ending.BOUGHT).all()
    assert not lived.employers.heads[world.ventures.employer[venture]].any()


def test_technology_of_a_buyer_rises_with_what_it_buys() -> None:
    market = small_market(1, 500)
    world, employers = market.world, market.employers
    target = int(world.ventures.employer[world.ventures.open_rows()[0]])
    before = employers.technology[employers.firm == 0].copy()
    licence = agreed_on(world, target, 0, FORMS.names.index("licence"), 100.0)
    sign(world, licence, teams_of(world, np.array([target])), rules(market))
    after = employers.technology[employers.firm == 0]
    np.testing.assert_allclose(after, before * np.exp(0.01))
    assert world.ventures.licensed.max() == 1.0
    # years make it obsolete
    for year in range(1, 4):
        grow_obsolete(world, 0.15)
        faded = before * np.exp(0.01 * np.exp(-0.15 * year))
        np.testing.assert_allclose(employers.technology[employers.firm == 0], faded)


def test_what_others_use_by_licence_is_worth_less_alone(lived: TalentMarket) -> None:
    market = lived.fork()
    world, p = market.world, market.parameters
    open_rows = world.ventures.open_rows()
    target = world.ventures.employer[open_rows].astype(np.int64)
    target = target[market.employers.heads[target] > 0]
    talks = Talks(target, np.full(target.size, 0), teams_of(world, np.sort(target)))
    world.ventures.licensed[:] = 0.0
    alone = offers(world, talks, FORMS, p.deals, p.bargain, p.worth)
    world.ventures.licensed[:] = 1.0
    shared = offers(world, talks, FORMS, p.deals, p.bargain, p.worth)
    exclusive = (alone.form >= 0) & (alone.form == shared.form) & FORMS.exclusive[alone.form]
    assert exclusive.any()
    assert (shared.price[exclusive] < alone.price[exclusive]).all()


def test_a_firm_under_control_is_kept_by_its_owner_and_asks_no_investor(
    lived: TalentMarket,
) -> None:
    market = lived.fork()
    world, employers, ventures = market.world, market.employers, market.world.ventures
    rows = ventures.open_rows()
    # whoever has been bought is let go
    employers.firm[ventures.employer[rows]] = ventures.employer[rows]
    rows = rows[ventures.burn[rows] > 0][:2]
    subsidiary, alone = ventures.employer[rows]
    employers.cash[[subsidiary, alone]] = 0
    employers.firm[subsidiary] = 0
    cash = int(employers.cash[0])
    keep_subsidiaries(world, market.parameters.deals)
    assert employers.cash[subsidiary] == 6 * ventures.burn[rows[0]]
    assert employers.cash[0] == cash - employers.cash[subsidiary] >= 0
    assert employers.cash[alone] == 0
    world.month += (MEETING - world.month) % 3
    employers.cash[[subsidiary, alone]] = 0
    plenty = dataclasses.replace(market.parameters.funding, capital=1e4)
    world.venture_market.funds[:] = 10**14
    asked = raise_rounds(world, plenty, market.parameters.ventures)
    assert rows[1] in asked and rows[0] not in asked


def test_a_buyer_withdraws_when_the_team_has_left_before_review_is_over() -> None:
    for left, status in ((0, DealStatus.DONE), (1, DealStatus.ABANDONED)):
        market = small_market(1, 500)
        world, employers = market.world, market.employers
        rows = world.ventures.employer[world.ventures.open_rows()]
        target = int(rows[employers.heads[rows].argmax()])
        team = teams_of(world, np.array([target]))
        agreed = agreed_on(world, target, 0, FORMS.names.index("full_acquisition"), 100.0)
        sign(world, agreed._replace(months=np.array([2])), team, rules(market))
        gone = team.members[: int(team.heads[0] * 0.6 + 1) * left]
        world.leave_job(gone)
        world.month += 2
        make_deals(world, rules(market))
        deals = world.book.deals
        assert deals.status[0] == status
        # nobody moves who waits for a visa to go elsewhere
        assert (deals.people[0] > 0) == (status == DealStatus.DONE)
        world.accounts.trust = world.book.in_trust()
        assert not list(laws.money(world)) and not list(laws.jobs(world))


# Merger review ---------------------------------------------------------------------------------


@pytest.mark.thorough
def test_stricter_review_makes_licence_and_hire_and_stakes_and_review_of_both_unmakes_it() -> None:
    strict = {"merger_review_threshold_usd": 0.0, "merger_review_months": 12.0,
              "merger_ban_chance": 0.3}  # fmt: skip
    covers = LEVERS_BY_NAME["merger_review_covers"]
    both = lever_value(covers, ["acquisition", "acqui_hire", "licence_and_hire", "minority_stake"])
    more, fewer, talent, stakes = [], [], [], []
    for seed in range(1, 13):
        counts, moved, held = [], [], []
        for levers in ({}, strict, {**strict, "merger_review_covers": both}):
            market = busy(seed, levers, persons=700, deals__talks=3.0)
            market.run_until("2019-12")
            counts.append(done(market, "licence_and_hire"))
            held.append(done(market, "minority_stake") + done(market, "stake_and_hire"))
            moved.append(int(market.world.book.deals.people.sum()))
        more.append(counts[1] - counts[0])
        fewer.append(counts[1] - counts[2])
        talent.append(moved[0] - moved[2])
        stakes.append(held[1] - max(held[0], held[2]))
    assert chance_of_luck(more) < 1e-3
    assert chance_of_luck(fewer) < 1e-3
    assert chance_of_luck(talent) < 1e-3
    assert chance_of_luck(stakes) < 1e-3


def stakes_in(market: TalentMarket, **bargain: float) -> dict[str, int]:
    """Pairs that would agree on each kind of stake, of all startups with many buyers."""
    world, p = market.world, market.parameters
    talks = find_partners(world, p.deals.__class__(talks=500.0, buyers=8.0))
    deals = dataclasses.replace(p.deals, exclusivity=bargain.pop("exclusivity", 0.1))
    found = offers(world, talks, FORMS, deals, dataclasses.replace(p.bargain, **bargain), p.worth)
    number = np.bincount(found.form[found.form >= 0], minlength=len(FORMS.names))
    return {name: int(n) for name, n in zip(FORMS.names, number, strict=True)}


def test_stakes_are_bought_for_what_money_and_control_bring_and_not_without() -> None:
    market = small_market(2, 150)
    usual = stakes_in(market)
    assert usual["minority_stake"] > 0 and usual["majority_stake"] > 0
    # a startup that is short of money is one whose stake is worth having
    assert stakes_in(market, growth_capital=0.0)["minority_stake"] == 0
    # nothing but the reach of control, and that nobody else has it, speaks for a majority
    without = stakes_in(market, access=0.0, exclusivity=0.0, growth_capital=0.0)
    assert without["majority_stake"] == 0
    lazy = stakes_in(market, effort=1.0)
    assert lazy["majority_stake"] < usual["majority_stake"]


def test_money_of_a_stake_lies_in_the_target_which_goes_on() -> None:
    market = small_market(1, 500)
    world, employers, ventures = market.world, market.employers, market.world.ventures
    venture = int(ventures.open_rows()[0])
    target = int(ventures.employer[venture])
    held, raised, cash = (
        float(ventures.investors_share[venture]), int(ventures.raised[venture]),
        int(employers.cash[target]),
    )
    stake = agreed_on(world, target, 0, FORMS.names.index("stake_and_hire"), 1000.0)
    stake = stake._replace(invested=np.array([400.0]))
    sign(world, stake, teams_of(world, np.array([target])), rules(market))
    assert ventures.closed[venture] == 0 and employers.firm[target] == target
    assert employers.cash[target] - cash == 400 * CENTS == ventures.raised[venture] - raised
    np.testing.assert_allclose(ventures.investors_share[venture], 0.49 + 0.51 * held)
    # who moved is promised a tenth of the rest
    assert world.book.in_trust() == 60 * CENTS
    world.accounts.trust = world.book.in_trust()
    assert not list(laws.money(world)) and not list(laws.jobs(world))


def test_nobody_founds_a_laboratory_in_the_rest_of_the_world(lived: TalentMarket) -> None:
    world, p = lived.fork().world, lived.parameters
    rest, employers = COUNTRIES.index("ROW"), world.employers
    target = world.ventures.employer[world.ventures.open_rows()].astype(np.int64)
    target = target[employers.heads[target] > 0]
    talks = Talks(target, np.full(target.size, 0), teams_of(world, np.sort(target)))
    abroad = employers.country[target] != employers.country[0]
    forms = [None, None]
    for where in range(2):
        forms[where] = offers(world, talks, FORMS, p.deals, p.bargain, p.worth).form[abroad]
        employers.country[target[abroad]] = rest
    assert FORMS.moves[forms[0][forms[0] >= 0]].any()
    assert (forms[1] >= 0).any() and not FORMS.moves[forms[1][forms[1] >= 0]].any()


# People ----------------------------------------------------------------------------------------


def exits_of_acquired(seed: int, **more: float) -> float:
    """Share of acquired people who are gone from the firm within twelve months."""
    market = busy(seed, persons=300, **more)
    people, firm = market.researchers, market.employers
    cohorts, left = [], []
    for _ in range(24):
        market._month()
        now = np.flatnonzero(people.by_deal & (people.hired == market.month))
        home = firm.firm[people.employer[now]]
        cohorts.append((market.month, people.id[now].copy(), home))
        month, ids, home = cohorts[0]
        if market.month == month + 12:
            row = people.row_of(ids)
            alive = row >= 0
            at = people.employer[row[alive]]
            left.append((at < 0) | (firm.firm[at] != home[alive]))
            cohorts.pop(0)
    return float(np.concatenate(left).mean())


@pytest.mark.thorough
def test_acquired_people_did_not_choose_and_who_fits_less_leaves_sooner() -> None:
    """With the fit of people who chose, fewer leave."""
    steep = {"search__slope": 1.6, "bidding__fit_weight": 1.2}
    gaps = [
        exits_of_acquired(seed, **steep) - exits_of_acquired(seed, deals__fit_draws=3.0, **steep)
        for seed in range(1, 11)
    ]
    assert chance_of_luck(gaps) < 1e-3


@pytest.mark.thorough
def test_retention_pay_keeps_people(monkeypatch: pytest.MonkeyPatch) -> None:
    # it holds leaders above all, so more worlds are asked than of fit
    kept = [exits_of_acquired(seed) for seed in range(1, 15)]
    monkeypatch.setattr(
        "model.month.standing.retention_held", lambda world, rows, years: np.zeros(rows.size)
    )
    gaps = [exits_of_acquired(seed) - with_it for seed, with_it in enumerate(kept, start=1)]
    assert chance_of_luck(gaps) < 1e-3


def test_fit_of_acquired_people_is_unselected(lived: TalentMarket) -> None:
    people = lived.researchers
    # later on those who fit least have left
    fit = people.fit[people.by_deal & (people.hired > lived.month - 4)]
    assert fit.size > 20
    assert abs(float(fit.mean())) < 4 / np.sqrt(fit.size)
    chosen = people.fit[~people.by_deal & (people.employer >= 0)]
    assert chosen.mean() > 0.3


# Same bytes ------------------------------------------------------------------------------------


def test_row_order_and_chunks_change_no_deal() -> None:
    prints = []
    for chunk, shuffle in ((10**6, None), (7, None), (10**6, 3)):
        market = busy(6, persons=800)
        market.world.chunk = chunk
        luck = np.random.default_rng(shuffle)
        for _ in range(10):
            if shuffle:
                market.researchers.permute(luck.permutation(market.researchers.count))
            market.step()
        prints.append(fingerprint(market))
    assert market.world.book.deals.people.sum() > 0
    assert len(set(prints)) == 1


def test_a_saved_world_goes_on_with_its_deals(tmp_path: Any) -> None:
    market = busy(6, {"merger_review_threshold_usd": 0.0, "merger_review_months": 4.0})
    market.run_until("2019-06")
    assert (market.world.book.deals.status == DealStatus.PENDING).any()
    twin, again = market.fork(), resume(market.save(tmp_path / "deals.world"))
    for one in (market, twin, again):
        one.run_until("2019-11")
    assert fingerprint(market) == fingerprint(twin) == fingerprint(again)


def test_a_month_without_talks_makes_no_deal() -> None:
    market = busy(1, deals__talks=0.0, deals__public_talks=0.0)
    market.run_until("2019-06")
    assert market.deals().empty and not market.researchers.by_deal.any()
