"""Takeover: what deals do to people, money, technology, shares, and what is left of the firm."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.chance import decision_key, draw, name_key, normal, uniform
from agents.deals import Shares, shared_out
from agents.employers import CENTS, EmployerKind, WorthParameters, effect_of, match_of
from agents.populations import Rows
from agents.ventures import Ending
from model.deal_book import DealStatus
from model.deal_forms import FormTable, Remainder
from model.month.budgets import add_to_budgets
from model.month.deal_search import DealParameters, Teams
from model.month.deal_sides import moving
from model.month.exits import ExitParameters, schedule_job_ends
from model.month.retention import promise
from model.month.search import SearchParameters, schedule_search
from model.month.ventures import close
from model.world import F64, I64, World

Mask = NDArray[np.bool_]

MOST_GAIN = 0.1  # log gain at once of a firm in a coarse world, where a row is many deals
TINY = 1e-9  # stands for nought where sums are divided by, in which nothing is due then


class Conditions(NamedTuple):
    """The parameters that people and firms go by when a deal is carried out."""

    deals: DealParameters
    search: SearchParameters
    exits: ExitParameters
    worth: WorthParameters


class Deed(NamedTuple):
    """Deals to carry out; arrays of one length. No target has two of them."""

    form: I64
    target: I64
    buyer: I64
    venture: I64
    """Row of ventures of the target; -1 where it is none."""


def carry_out(
    world: World, rows: Rows, teams: Teams, forms: FormTable, conditions: Conditions
) -> None:
    """Do what deals say: people move, money is paid out, technology is shared.

    Parameters
    ----------
    rows
        Of deals, in the order of their identities.
    teams
        Of all targets.
    """
    deals, employers = world.book.deals, world.employers
    target = deals.target[rows].astype(np.int64)
    venture = world.ventures.of_employers(employers.count)[target]
    deed = Deed(
        deals.form[rows].astype(np.int64), target, deals.buyer[rows].astype(np.int64), venture
    )
    movers, which = _movers(world, deed, teams, forms)
    heads = np.bincount(which, minlength=rows.size)
    invested = _invest(world, deed, deals.invested[rows])
    held = deals.held[rows] - invested
    later = np.rint(held * forms.retention_share[deed.form] * (heads > 0)).astype(np.int64)
    part = _claims(world, deed, movers, which, conditions.deals.key_share)
    whole = forms.control[deed.form]
    later, part = _awards(world, movers, which, later, part, whole, conditions.deals.award_years)
    deals.held[rows] = 0
    investors = _pay(world, deed, forms, held - later)
    if movers.size:
        _move(world, deed, movers, which, conditions)
        months = forms.retention_months[deed.form]
        promise(world, movers, which, deed.buyer, later, months, part)
    gain = np.bincount(deed.buyer, np.minimum(deals.gain[rows], MOST_GAIN), employers.count)
    employers.technology *= np.exp(gain[employers.firm])
    employers.learnt += gain[employers.firm]
    deals.people[rows], deals.moved[rows] = heads, forms.technology_share[deed.form]
    deals.status[rows] = DealStatus.DONE
    _leave_behind(world, deed, forms, investors, conditions.exits)


def _movers(world: World, deed: Deed, teams: Teams, forms: FormTable) -> tuple[Rows, I64]:
    """Who moves, the first in standing; not who has a job abroad and waits for the visa.

    Returns
    -------
    Rows of people and the deal of each, deal by deal.
    """
    first, heads = teams.of(deed.target)
    number = moving(heads, forms)[np.arange(heads.size), deed.form]
    which = np.repeat(np.arange(heads.size), number)
    within = np.arange(which.size) - np.repeat(np.cumsum(number) - number, number)
    rows = teams.members[first[which] + within]
    free = ~world.researchers.waiting[rows]
    return rows[free], which[free]


def _invest(world: World, deed: Deed, amount: I64) -> I64:
    """Put money into targets, as of investors, who get it back first; the same amounts."""
    private = np.flatnonzero(deed.venture >= 0)
    np.add.at(world.employers.cash, deed.target, amount)
    np.add.at(world.ventures.raised, deed.venture[private], amount[private])
    np.add.at(world.ventures.valuation, deed.venture[private], amount[private] / CENTS)
    return amount


def _pay(world: World, deed: Deed, forms: FormTable, amount: I64) -> I64:
    """Pay out what is not held back for movers, by the order of claims.

    Investors get their money first, or their share where that is more; founders and staff share
    the rest, or it stays in the firm. Who is hired away together is paid without them.

    Returns
    -------
    What investors got of each price, in cents.
    """
    accounts, employers, v = world.accounts, world.employers, world.ventures
    form, country = deed.form, employers.country[deed.target].astype(np.int64)
    none = np.zeros(form.size, dtype=np.int64)
    if v.count == 0:
        np.add.at(employers.cash, deed.target, amount)
        return none
    row = np.maximum(deed.venture, 0)
    private = deed.venture >= 0
    asked = private & forms.holders_paid[form]
    stays = forms.to_firm[form] & ~forms.to_founders[form]
    shares = Shares(
        v.founders_share[row] * (forms.to_founders[form] | stays),
        v.investors_share[row] * forms.to_investors[form],
        v.staff_share[row] * (forms.to_staff[form] | stays),
    )
    raised = np.where(forms.to_investors[form], v.raised[row], 0)
    investors, founders, staff = _shared(np.where(asked, amount, 0), raised, shares)
    people = np.where(asked & ~stays, founders + staff, 0)
    people += np.where(private & ~asked & forms.to_staff[form], amount, 0)
    accounts.investors += int(investors.sum())
    np.add.at(accounts.households, country, people)
    np.add.at(employers.cash, deed.target, amount - investors - people)
    return investors


def _shared(amount: I64, raised: I64, shares: Shares) -> tuple[I64, I64, I64]:
    """Amounts among investors, founders and staff, whose shares need not add up to one."""
    total = np.maximum(shares.founders + shares.investors + shares.staff, TINY)
    return shared_out(amount, raised, Shares(*(np.asarray(part / total) for part in shares)))


def _claims(world: World, deed: Deed, movers: Rows, which: I64, key_share: float) -> F64:
    """Part of each mover in the retention pay of the deal, as of shares.

    Those of the founders go to the first in standing, those of the staff to the next by what each
    adds, as far as they are key people.
    """
    added, size = world.researchers.effect[movers].astype(np.float64), deed.form.size
    first = np.diff(which, prepend=-1) != 0
    number = np.bincount(which, minlength=size)
    standing = np.arange(which.size) - (np.cumsum(number) - number)[which]
    added *= standing < np.ceil(key_share * number)[which]
    row = np.maximum(deed.venture, 0)
    v = world.ventures
    founders = v.founders_share[row] if v.count else np.ones(size)
    staff = v.staff_share[row] if v.count else np.zeros(size)
    founders = founders / np.maximum(founders + staff, TINY)
    others = np.bincount(which, added * ~first, size)
    founders = np.where(others > 0, founders, 1.0)
    rest = (1.0 - founders)[which] * added / np.maximum(others[which], TINY)
    return np.where(first, founders[which], rest)


def _awards(
    world: World, movers: Rows, which: I64, amount: I64, part: F64, whole: Mask, years: float
) -> tuple[I64, F64]:
    """Retention pay of each deal in cents, and the part of each mover in it.

    Parameters
    ----------
    amount, part
        As the form has it.
    whole
        Deals in which the whole firm is bought: there only the first in standing, whose shares are
        held back, is promised more than some years of pay.
    """
    pay = np.rint(world.researchers.pay[movers] * (years * CENTS))
    due = amount[which] * part
    follows = np.diff(which, prepend=-1) == 0
    due = np.where(whole[which] & follows, np.minimum(due, pay), due)
    total = np.bincount(which, due, amount.size)
    least = np.minimum(np.rint(total).astype(np.int64), amount)
    return least, due / np.maximum(total, TINY)[which]


def _move(
    world: World, deed: Deed, movers: Rows, which: I64, conditions: Conditions
) -> None:
    """People change employers without having chosen it; pay and right to stay remain.

    Fit is their persistent draw for the buyer, as for anybody who is not asked; the worse it is,
    the sooner they look for something else.
    """
    people, employers = world.researchers, world.employers
    moved = np.bincount(which, people.effect[movers], deed.form.size).astype(np.float64)
    site = _sites(world, deed, moved, conditions.worth)[which]
    pay = people.pay[movers].copy()
    add_to_budgets(world, site, pay)
    fit = world.fit(movers, site)
    identity = people.key[movers], employers.key[employers.firm[site]]
    draws = conditions.deals.fit_draws
    for other in range(1, math.ceil(draws)):
        another = normal(decision_key(world.seed, "another fit", other), *identity)
        # the part of a draw is held by luck
        held = uniform(decision_key(world.seed, "last fit", other), *identity) < draws - other
        fit = np.where(held, np.maximum(fit, another), fit)
    worth = conditions.worth
    effect = effect_of(
        people, movers, employers.mix, site, worth.applied_premium, match_of(fit, worth)
    )
    world.leave_job(movers)
    world.take_job(movers, site, pay, effect, fit, by_deal=True)
    schedule_job_ends(world, movers, conditions.exits)
    schedule_search(world, movers, conditions.search)


def _sites(world: World, deed: Deed, moved: F64, worth: WorthParameters) -> I64:
    """Where each buyer employs the movers: its row in their country, or a new one there.

    Parameters
    ----------
    moved
        Effect that moves, in 1/4096; no site is made where nobody does.
    """
    employers = world.employers
    country = employers.country[deed.target]
    site = np.where(employers.country[deed.buyer] == country, deed.buyer, -1)
    abroad = np.flatnonzero((site < 0) & (moved > 0))
    if abroad.size == 0:
        return site
    # every open laboratory by firm and country, the first of each
    labs = np.flatnonzero(
        (employers.opens <= world.month) & (employers.kind != EmployerKind.STARTUP)
    )
    place = employers.firm[labs].astype(np.int64) * world.countries + employers.country[labs]
    known, first = np.unique(place, return_index=True)
    wanted = deed.buyer[abroad] * world.countries + country[abroad]
    at = np.minimum(np.searchsorted(known, wanted), known.size - 1)
    there = known[at] == wanted
    site[abroad[there]] = labs[first[at[there]]]
    new, which = abroad[~there], wanted[~there]
    # deals of one buyer in one country share the laboratory that the first of them founds
    _, founder, shared = np.unique(which, return_index=True, return_inverse=True)
    order = np.argsort(founder)
    opened = np.empty(founder.size, dtype=np.int64)
    opened[order] = _new_sites(world, deed, new[founder[order]], moved, worth)
    site[new] = opened[shared]
    return site


def _new_sites(
    world: World, deed: Deed, which: I64, moved: F64, worth: WorthParameters
) -> Rows:
    """Laboratories of buyers in the targets' countries, which go on with the targets' work.

    Technology is such that the movers make there what they made before.
    """
    employers, k = world.employers, world.persons_per_agent
    if which.size == 0:
        return np.zeros(0, dtype=np.intp)
    buyer, target = deed.buyer[which], deed.target[which]
    columns, theirs = employers.rows(buyer), employers.rows(target)
    for name in ("country", "mix", "tilt", "environment", "setting", "premium", "growth",
                 "demand_growth"):
        columns[name] = theirs[name]
    for name in ("learnt", "heads", "effect", "payroll", "promised_heads", "promised_effect",
                 "promised_pay", "produced", "budget", "cash"):
        columns[name] = np.zeros_like(columns[name])
    # A · K^α · H^γ falls with people and computing exactly as the part of output that moves
    part = moved[which] / np.maximum(employers.effect[target], 1)
    size = part * k / employers.persons_per_agent[target]
    rest = 1.0 - worth.team_elasticity - worth.computing_elasticity
    country, number = employers.country[target].astype(np.int64), which.size
    columns |= {
        "computing": theirs["computing"] * size,
        "technology": theirs["technology"] * size**rest,
        "key": draw(name_key("SITE"), employers.key[buyer], country),
        "opens": np.full(number, world.month), "firm": buyer,
        "persons_per_agent": np.full(number, k), "capacity": np.full(number, np.inf),
    }
    taken = set(employers.names)
    rows = employers.born(number, **columns)
    for owner, place in zip(buyer, country, strict=True):
        name = f"{employers.names[owner]} ({world.tables.countries[place]})"
        # the name of a laboratory that is to open later is taken
        employers.names.append(f"{name} site" if name in taken else name)
    return rows


def _leave_behind(
    world: World, deed: Deed, forms: FormTable, paid: I64, exits: ExitParameters
) -> None:
    """What becomes of the targets: they close, change hands, or go on smaller.

    Parameters
    ----------
    paid
        What investors have got, in cents.
    """
    employers, v = world.employers, world.ventures
    private = np.flatnonzero(deed.venture >= 0)
    form, target, row = (part[private] for part in (deed.form, deed.target, deed.venture))
    closes = forms.remainder[form] == Remainder.CLOSES
    control, share = ~closes & forms.control[form], forms.technology_share[form]
    _hand_out(world, target[closes], row[closes], paid[private][closes])
    # a firm under control goes on under its own name, and is not for sale again
    employers.firm[target[control]] = deed.buyer[private][control]
    alone = ~closes
    lost = alone & ~control & forms.exclusive[form]
    employers.technology[target[lost]] *= 1.0 - share[lost]
    lent = alone & ~forms.moves[form]
    v.licensed[row[lent]] = np.maximum(v.licensed[row[lent]], share[lent])
    stake = np.where(alone, forms.stake_share[form], 0.0)
    for name in ("founders_share", "investors_share", "staff_share"):
        getattr(v, name)[row] *= 1.0 - stake
    v.investors_share[row] += stake
    close(world, row[closes], Ending.BOUGHT, exits)
    close(world, row[alone & (employers.heads[target] == 0)], Ending.HOLLOWED, exits)


def _hand_out(world: World, target: I64, row: I64, paid: I64) -> None:
    """What founders and staff get of the cash of firms that close; investors get the rest."""
    v, employers = world.ventures, world.employers
    if row.size == 0:
        return
    shares = Shares(v.founders_share[row], v.investors_share[row], v.staff_share[row])
    cash = np.maximum(employers.cash[target], 0)
    _, founders, staff = _shared(cash, np.maximum(v.raised[row] - paid, 0), shares)
    employers.cash[target] -= founders + staff
    np.add.at(
        world.accounts.households, employers.country[target].astype(np.int64), founders + staff
    )
