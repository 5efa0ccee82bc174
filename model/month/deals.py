"""Deals: firms talk, sign, wait for merger review, and carry out what they have agreed on."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from agents.chance import draw, uniform
from agents.deals import BargainParameters
from agents.employers import WorthParameters
from model.chunks import chosen
from model.deal_book import DealStatus, Review
from model.deal_forms import form_table
from model.month.accounts import CENTS
from model.month.deal_search import DealParameters, find_partners
from model.month.deal_terms import Offers, contested, means, offers
from model.month.exits import ExitParameters
from model.month.retention import give_back, pay_retention
from model.month.search import SearchParameters
from model.month.takeover import Conditions, carry_out
from model.world import World


class DealRules(NamedTuple):
    """The parameters that deals go by."""

    deals: DealParameters
    bargain: BargainParameters
    search: SearchParameters
    exits: ExitParameters
    worth: WorthParameters


def make_deals(world: World, rules: DealRules) -> None:
    """The month's deals: pay those who stayed, decide what is due, talk and sign."""
    if world.replace_exits:
        return
    pay_retention(world)
    decide_deals(world, rules)
    talks = find_partners(world, rules.deals)
    if talks.target.size:
        found = offers(
            world, talks, form_table(), rules.deals, rules.bargain, rules.worth
        )
        sign(world, contested(found, rules.bargain), rules)
    world.accounts.trust = world.book.in_trust()


def sign(world: World, agreed: Offers, rules: DealRules) -> None:
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
        gain=agreed.technology * agreed.many, decides=world.month + agreed.months,
        status=DealStatus.PENDING, review=np.where(reviewed, Review.PENDING, Review.NONE),
        ban_chance=agreed.ban_chance, people=0, moved=0.0,
    )
    decide_deals(world, rules)


def decide_deals(world: World, rules: DealRules) -> None:
    """Carry out, ban or give up the deals that are due."""
    deals, employers = world.book.deals, world.employers
    due = np.flatnonzero((deals.status == DealStatus.PENDING) & (deals.decides <= world.month))
    if due.size == 0:
        return
    due = due[np.argsort(deals.key[due], kind="stable")]
    banned = uniform(world.key("merger review", 0), deals.key[due]) < deals.ban_chance[due]
    for row, ban in zip(due.tolist(), banned, strict=True):
        reviewed = deals.review[row] == Review.PENDING
        if reviewed:
            deals.review[row] = Review.BANNED if ban else Review.CLEARED
        lives = employers.heads[deals.target[row]] > 0 and employers.heads[deals.buyer[row]] > 0
        if reviewed and ban:
            _call_off(world, row, DealStatus.BANNED, rules.bargain.break_fee)
        elif not lives:
            _call_off(world, row, DealStatus.ABANDONED, 0.0)
        else:
            carry_out(world, row, form_table(), Conditions(
                rules.deals, rules.search, rules.exits, rules.worth
            ))


def _call_off(world: World, row: int, status: int, fee: float) -> None:
    """The money goes back to the buyer, but for what it owes a target that lives."""
    deals, employers = world.book.deals, world.employers
    held, target = int(deals.held[row]), int(deals.target[row])
    owed = round(held * fee) if employers.heads[target] > 0 else 0
    employers.cash[target] += owed
    give_back(world, deals.buyer[row : row + 1].astype(np.int64), np.array([held - owed]))
    deals.held[row] = 0
    deals.status[row] = status
