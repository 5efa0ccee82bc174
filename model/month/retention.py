"""Retention: pay that movers earn if they stay, held in trust, counted by those who have offers."""

from __future__ import annotations

import numpy as np

from agents.employers import CENTS
from agents.populations import Rows
from agents.researchers import NEVER
from model.world import F64, I64, World


def pay_retention(world: World) -> None:
    """Pay what movers earned this month; what leavers forfeit goes back to the firm.

    It is taxed like pay, at the country's ordinary rate.
    """
    kept, people, employers = world.book.retentions, world.researchers, world.employers
    if kept.count == 0:
        return
    rows = people.row_of(kept.person)
    employer = np.where(rows >= 0, people.employer[rows], -1)
    stays = (employer >= 0) & (employers.firm[employer] == kept.firm)
    paid = np.where(stays, np.minimum(kept.monthly, kept.left), 0)
    country = people.country[rows[stays]].astype(np.int64)
    tax = np.rint(paid[stays] * world.tables.country["tax_rate"][country]).astype(np.int64)
    np.add.at(world.accounts.households, country, paid[stays] - tax)
    np.add.at(world.accounts.governments, country, tax)
    kept.left[:] -= paid
    give_back(world, kept.firm[~stays].astype(np.int64), kept.left[~stays])
    kept.left[~stays] = 0
    kept.remove(np.flatnonzero(kept.left == 0))


def give_back(world: World, firm: I64, amount: I64) -> None:
    """Money out of trust returns to firms; that of a firm that has ended goes to investors."""
    ended = world.employers.opens[firm] == NEVER
    np.add.at(world.employers.cash, firm[~ended], amount[~ended])
    world.accounts.investors += int(amount[ended].sum())


def promise(
    world: World, rows: Rows, which: I64, firm: I64, amount: I64, months: I64, part: F64
) -> None:
    """Set money aside for movers, each a part of the amount; whole cents, nothing over.

    Parameters
    ----------
    which
        The deal of each mover, in ascending order.
    firm, amount, months
        Of each deal; the amount in cents, already in trust.
    part
        Of each mover; those of a deal add up to one.
    """
    people, kept = world.researchers, world.book.retentions
    order = np.lexsort((people.key[rows], which))
    rows, part = rows[order], part[order]
    total = np.cumsum(part)
    ends = np.flatnonzero(np.diff(which, append=-1) != 0)
    before = np.concatenate(([0.0], total[ends[:-1]]))
    heads = np.diff(ends, prepend=-1)
    upto = np.rint(amount[which] * np.clip(total - np.repeat(before, heads), 0.0, 1.0))
    upto[ends] = amount[which[ends]]
    left = np.diff(upto.astype(np.int64), prepend=0)
    begins = np.concatenate(([0], ends[:-1] + 1))
    left[begins] = upto[begins].astype(np.int64)
    some = np.flatnonzero(left > 0)
    left, deal = left[some], which[some]
    kept.born(
        some.size, person=people.id[rows[some]], firm=firm[deal], left=left,
        monthly=-(-left // np.maximum(months[deal], 1)),
    )


def retention_held(world: World, rows: Rows, years: float) -> F64:
    """What people would forfeit by leaving, over an expected tenure, in log points of pay."""
    extra = np.zeros(rows.size)
    kept = world.book.retentions
    if kept.count == 0 or rows.size == 0:
        return extra
    holder = world.researchers.row_of(kept.person)
    order = np.argsort(rows, kind="stable")
    place = np.minimum(np.searchsorted(rows[order], holder), rows.size - 1)
    here = (holder >= 0) & (rows[order[place]] == holder)
    np.add.at(extra, order[place[here]], kept.left[here] / CENTS / years)
    return np.log1p(extra / np.maximum(world.researchers.pay[rows], 1.0))
