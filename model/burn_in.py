"""The burn-in: months lived before the opening, then stocks and pay of the data restored."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from agents.chance import decision_key, draw, round_by_luck, uniform
from agents.employers import (
    MONTHS,
    monthly_cents,
)
from agents.populations import Rows
from agents.researchers import Status
from model.month.clocks import next_event
from model.month.education import yearly_growth
from model.month.growth import set_growth
from model.month.visas import withdraw
from model.opening import opening_cells, populate
from model.opening_parameters import Groups
from model.ordering import by_group
from model.people import PeopleParameters
from model.technology import calibrate
from model.world import I64, Counters, World


def burn_in(world: World, step: Callable[[], Any], groups: Groups, keep_still: bool) -> None:
    """Live some months at constant stocks, then restore stocks and pay of the data.

    Each month as many enter as leave. In a growing market a share of everybody, equal to growth,
    is taken out by luck as well, so that the young are as many as growth makes them.
    """
    cells = opening_cells(world)
    employers = world.employers
    growth = yearly_growth(world, groups.education, world.start) / MONTHS
    employers.demand_growth[:] = 0.0
    # the rules of the month before: no policy reaches the burn-in, so all worlds open alike
    world.replace_exits, world.frozen_rules = True, world.start - 1
    world.last_exits = _expected_exits(world, groups.people)
    thinned = 0.0 if keep_still else growth
    environment = employers.environment.copy()
    while world.month < world.start - 1:
        thin(world, thinned)
        step()
    restore(world, cells, groups)
    # teams have changed, most of all in a coarse world: technology is set for those there are
    employers.environment[:] = environment
    calibrate(world, groups)
    world.replace_exits = keep_still
    if not keep_still:
        world.frozen_rules = None
        set_growth(world, groups.education, groups.frontier, groups.worth)
    counters = Counters.empty(world.countries, len(world.rules.schemes))
    world.counters = counters


def _expected_exits(world: World, people: PeopleParameters) -> I64:
    luck = uniform(decision_key(world.seed, "first exits"), np.arange(world.countries))
    return round_by_luck(world.stock() * people.leaving_rate / MONTHS, luck)


def thin(world: World, monthly_share: Any) -> None:
    """Take out a share of everybody by luck and let as many enter in the next month."""
    people = world.researchers
    share = np.broadcast_to(np.asarray(monthly_share, dtype=np.float64), (world.countries,))
    luck = uniform(world.key("thinning"), people.key)
    rows = np.flatnonzero((luck < share[people.country]) & ~people.waiting)
    world.last_exits = world.last_exits + np.bincount(
        people.country[rows], minlength=world.countries
    )
    world.remove_people(rows)


def restore(world: World, cells: I64, groups: Groups) -> None:
    """Bring stocks by origin and residence, and mean pay, back to the data."""
    people = world.researchers
    withdraw(world)
    excess = np.maximum(world.compatriots - cells, 0)
    world.remove_people(_surplus(world, excess))
    populate(world, np.maximum(cells - world.compatriots, 0), groups, wave=1)
    rescale_pay(world)
    _settle_low_paid(world)
    rows, entrants = people.row_of(world.cases.person), world.last_entrants
    classes = np.where(entrants >= 0, people.row_of(entrants), -1)
    people.renumber()
    world.cases.person[:] = people.id[rows]
    world.last_entrants[:] = np.where(classes >= 0, people.id[classes], -1)


def _surplus(world: World, excess: I64) -> Rows:
    """People to take out: those with the lowest keyed luck of each cell, nobody who waits."""
    people = world.researchers
    cell = people.birth_country.astype(np.int64) * world.countries + people.country
    rows = np.flatnonzero((excess.ravel()[cell] > 0) & ~people.waiting)
    luck = draw(decision_key(world.seed, "surplus"), people.key[rows])
    order = rows[by_group(cell[rows], luck)]
    sorted_cell = cell[order]
    rank = np.arange(order.size) - np.searchsorted(sorted_cell, sorted_cell)
    return np.asarray(order[rank < excess.ravel()[sorted_cell]])


def _settle_low_paid(world: World) -> None:
    """Holders of a work permit whose pay is below today's threshold came under older rules.

    They count as permanent residents, or the first renewals would send them home.
    """
    people = world.researchers
    rows = np.flatnonzero(people.status == Status.WORK)
    low = rows[people.pay[rows] < world.rules.min_pay[people.scheme[rows]]]
    people.status[low] = Status.PERMANENT
    people.scheme[low] = -1
    people.status_since[low] = world.month
    people.status_until[low] = next_event(world, low)


def rescale_pay(world: World) -> None:
    """Scale pay in each country so that mean pay is that of the data."""
    people, employers = world.researchers, world.employers
    country = employers.country.astype(np.int64)
    paid = np.bincount(country, employers.payroll, world.countries) * (MONTHS / 100)
    heads = np.bincount(country, employers.heads, world.countries)
    target = world.tables.country["pay_usd"]
    factor = np.where(paid > 0, target * heads / np.maximum(paid, 1.0), 1.0)
    rows = np.flatnonzero(people.employer >= 0)
    world.raise_pay(rows, people.pay[rows] * factor[people.country[rows]])
    employed = world.cases.employer >= 0
    world.cases.pay[employed] *= factor[country[world.cases.employer[employed]]]
    employers.promised_pay[:] = 0
    abroad = world.cases.hold_posts
    np.add.at(
        employers.promised_pay, world.cases.employer[abroad], monthly_cents(world.cases.pay[abroad])
    )
