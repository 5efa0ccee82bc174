"""Deals: firms talk, sign, wait for merger review, and carry out what they have agreed on."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from agents.chance import draw, uniform
from agents.deals import BargainParameters
from agents.employers import CENTS, MONTHS, EmployerKind, WorthParameters
from model.chunks import chosen
from model.deal_book import DealStatus, Review
from model.deal_forms import form_table
from model.month.deal_search import (
    SHORT_RUNWAY,
    DealParameters,
    Teams,
    find_partners,
    teams_of,
)
from model.month.deal_sides import moving
from model.month.deal_terms import Offers, contested, means, offers
from model.month.exits import ExitParameters
from model.month.retention import give_back, pay_retention
from model.month.search import SearchParameters
from model.month.takeover import Conditions, carry_out
from model.world import I64, World

LOST_TEAM = 0.5  # part of the people to move without whom a buyer withdraws (assumption)


class DealRules(NamedTuple):
    """The parameters that deals go by."""

    deals: DealParameters
    bargain: BargainParameters
    search: SearchParameters
    exits: ExitParameters
    worth: WorthParameters


def make_deals(world: World, rules: DealRules, talk: bool = True) -> None:
    """The month's deals: pay those who stayed, decide what is due, talk and sign.

    Parameters
    ----------
    talk
        False where deals are those of the record, and firms do not look for others.
    """
    if world.firms_rest:
        return
    if world.month % MONTHS == 0:
        grow_obsolete(world, rules.bargain.obsolescence)
    pay_retention(world)
    keep_subsidiaries(world, rules.deals)
    due = due_deals(world)
    if due.size:
        targets = np.unique(world.book.deals.target[due]).astype(np.int64)
        targets = targets[world.employers.kind[targets] == EmployerKind.STARTUP]
        decide_deals(world, due, teams_of(world, targets), rules)
    if talk:
        talks = find_partners(world, rules.deals)
        if talks.target.size:
            found = offers(
                world, talks, form_table(), rules.deals, rules.bargain, rules.worth
            )
            sign(world, contested(found, rules.bargain), talks.teams, rules)
    world.accounts.trust = world.book.in_trust()


def grow_obsolete(world: World, rate: float) -> None:
    """A year takes from technology a part of what deals have brought."""
    employers = world.employers
    lost = employers.learnt * -np.expm1(-rate)
    employers.technology *= np.exp(-lost)
    employers.learnt -= lost


def keep_subsidiaries(world: World, deals: DealParameters) -> None:
    """Owners make up what startups under their control lack for half a year, if they can."""
    employers, ventures = world.employers, world.ventures
    rows = ventures.open_rows()
    row = ventures.employer[rows].astype(np.int64)
    held = employers.firm[row] != row
    rows, row = rows[held], row[held]
    lacks = np.rint(np.maximum(ventures.burn[rows], 0) * SHORT_RUNWAY).astype(np.int64)
    lacks = np.maximum(lacks - employers.cash[row], 0)
    if not lacks.any():
        return
    owner, (spare, _) = employers.firm[row].astype(np.int64), means(world, deals)
    asked = np.bincount(owner, lacks, employers.count)
    # the same part for each subsidiary of an owner who cannot meet all
    part = np.minimum(spare / np.maximum(asked, 1.0), 1.0)[owner]
    given = np.floor(lacks * part).astype(np.int64)
    np.add.at(employers.cash, row, given)
    np.subtract.at(employers.cash, owner, given)


def sign(world: World, agreed: Offers, teams: Teams, rules: DealRules) -> None:
    """Sign deals in the order of the targets' identities; the price goes into trust.

    A buyer pays out of cash that it can spare, and its owners put up the rest within their means;
    what it has agreed to before in the month counts. Where no review is due it is carried out now.
    """
    employers, accounts, book = world.employers, world.accounts, world.book
    if agreed.form.size == 0:
        return
    agreed = chosen(agreed, np.argsort(employers.key[agreed.target], kind="stable"))
    spare, owners = means(world, rules.deals)
    signed = []
    taken = np.rint(agreed.price * CENTS).astype(np.int64)
    invested = np.minimum(np.rint(agreed.invested * CENTS).astype(np.int64), taken)
    for number, (buyer, price) in enumerate(zip(agreed.buyer, taken, strict=True)):
        if price <= 0 or price > spare[buyer] + owners[buyer]:
            continue
        put_up = max(int(price - spare[buyer]), 0)
        employers.cash[buyer] += put_up - price
        accounts.owners -= put_up
        owners[buyer] -= put_up
        spare[buyer] -= price - put_up
        signed.append(number)
    agreed, price = chosen(agreed, np.array(signed, dtype=np.int64)), taken[signed]
    reviewed = agreed.months > 0
    book.deals.born(
        agreed.form.size, key=draw(
            world.key("deal"), employers.key[agreed.target], employers.key[agreed.buyer]
        ),
        month=world.month, buyer=agreed.buyer, target=agreed.target,
        country=employers.country[agreed.target], form=agreed.form, price=price, held=price,
        invested=invested[signed],
        gain=agreed.technology * agreed.many, decides=world.month + agreed.months,
        status=DealStatus.PENDING, review=np.where(reviewed, Review.PENDING, Review.NONE),
        ban_chance=agreed.ban_chance, moved=0.0,
        people=moving(teams.of(agreed.target)[1], form_table())[
            np.arange(agreed.form.size), agreed.form
        ],
    )
    decide_deals(world, due_deals(world), teams, rules)


def due_deals(world: World) -> I64:
    """Rows of the deals to decide on, in the order of their identities."""
    deals = world.book.deals
    due = np.flatnonzero((deals.status == DealStatus.PENDING) & (deals.decides <= world.month))
    return due[np.argsort(deals.key[due], kind="stable")]


def decide_deals(world: World, due: I64, teams: Teams, rules: DealRules) -> None:
    """Carry out, ban or give up some deals: firms end, and people leave while review lasts.

    Parameters
    ----------
    teams
        Of all their targets.
    """
    deals, employers = world.book.deals, world.employers
    luck = uniform(world.key("merger review", 0), deals.key[due])
    reviewed = deals.review[due] == Review.PENDING
    banned = reviewed & (luck < deals.ban_chance[due])
    deals.review[due[reviewed]] = np.where(banned[reviewed], Review.BANNED, Review.CLEARED)
    lives = (employers.heads[deals.target[due]] > 0) & (employers.heads[deals.buyer[due]] > 0)
    lives &= teams.of(deals.target[due].astype(np.int64))[1] >= LOST_TEAM * deals.people[due]
    _call_off(world, due[banned], DealStatus.BANNED, rules.bargain.break_fee)
    _call_off(world, due[~banned & ~lives], DealStatus.ABANDONED, 0.0)
    conditions = Conditions(rules.deals, rules.search, rules.exits, rules.worth)
    done = due[~banned & lives]
    if done.size:
        carry_out(world, done, teams, form_table(), conditions)


def _call_off(world: World, rows: I64, status: int, fee: float) -> None:
    """The money goes back to the buyers, but for what they owe targets that live."""
    deals, employers = world.book.deals, world.employers
    held, target = deals.held[rows], deals.target[rows]
    owed = np.rint(held * fee * (employers.heads[target] > 0)).astype(np.int64)
    np.add.at(employers.cash, target, owed)
    give_back(world, deals.buyer[rows].astype(np.int64), held - owed)
    deals.held[rows] = deals.people[rows] = 0
    deals.status[rows] = status
