"""New laboratories: firms make room abroad for people whom visa schemes refuse."""

from __future__ import annotations

import numpy as np

from agents.chance import draw, name_key, normal
from agents.employers import CENTS, MONTHS, EmployerKind, WorthParameters, output
from agents.levers import FIELDS
from agents.researchers import EFFECT_UNIT
from model.month.bidding import Hires
from model.month.budgets import named_rows
from model.month.computing import lift
from model.month.education import yearly_growth
from model.month.growth import rest_of_growth
from model.month.labs import LabParameters
from model.month.posts import PostParameters
from model.month.utility import BiddingParameters
from model.month.wanted import wanted_team
from model.opening_parameters import Groups
from model.tally import tally
from model.world import World

NOWHERE = "ROW"
"""The rest of the world is no place for a laboratory."""


def make_room(
    world: World, refused: Hires, placed: Hires, labs: LabParameters, posts: PostParameters,
    worth: WorthParameters,
) -> None:
    """Laboratories grow by the people placed there; firms remember whom they could not place.

    Notes
    -----
    The team wanted H rises by what people add, h: computing by (H + h) / H and technology by its
    power 1 − γ − α.
    """
    if world.firms_rest or labs.room <= 0 or refused.rows.size == 0:
        return
    employers, people = world.employers, world.researchers
    firms = world.plans.firms
    firm = employers.firm[refused.employer].astype(np.int64)
    left = (firm < firms) & ~np.isin(refused.rows, placed.rows)
    where = people.country[refused.rows[left]].astype(np.int64)
    tally(world.plans.refused, firm[left], where)
    rows = np.unique(placed.employer)
    if rows.size == 0:
        return
    added = np.bincount(placed.employer, placed.effect, employers.count)[rows] / EFFECT_UNIT
    effect, heads = employers.team(rows)
    quality = np.maximum(effect, added) / np.maximum(heads, 1.0)
    price = world.price()[employers.country[rows]] * employers.premium[rows]
    wanted = wanted_team(world, rows, quality, price, posts.margin, worth)
    size = 1.0 + labs.room * added / np.maximum(wanted, added)
    employers.computing[rows] *= size
    employers.technology[rows] *= size ** rest_of_growth(worth)


def open_laboratories(
    world: World, labs: LabParameters, bidding: BiddingParameters, groups: Groups
) -> None:
    """Open laboratories in countries where people whom visa schemes refused a firm live.

    A firm opens one where it has none, where the country has AI people enough, and where what it
    would earn on those refused since the last review is more than a laboratory costs it once.
    """
    plans, employers, table = world.plans, world.employers, world.tables
    if labs.room > 0 and plans.refused.any():
        heads = np.bincount(employers.country, employers.heads, world.countries)
        paid = np.bincount(employers.country, employers.payroll, world.countries)
        pay = paid * (MONTHS / CENTS) / np.maximum(heads, 1)
        persons = plans.refused * (labs.room * world.persons_per_agent)
        earned = persons * pay * (groups.posts.margin * bidding.expected_tenure)
        may = earned > labs.fixed_cost
        may &= world.stock() * world.persons_per_agent >= labs.least_talent
        may &= np.array([code != NOWHERE for code in table.countries])
        rows, firm = named_rows(world)
        may[firm, employers.country[rows]] = False
        cost = round(labs.fixed_cost * CENTS / world.persons_per_agent)
        for home, country in zip(*np.nonzero(may), strict=True):
            if employers.cash[home] >= cost:
                employers.cash[home] -= cost
                world.accounts.suppliers += cost
                _open(world, int(home), int(country), float(persons[home, country]), groups)
    plans.refused[:] = 0


def _open(world: World, home: int, country: int, persons: float, groups: Groups) -> None:
    """A row of employers for a laboratory that is made for some persons of the usual effect."""
    employers, opening, worth = world.employers, groups.opening, groups.worth
    key = draw(name_key("SITE"), employers.key[home : home + 1], country)
    tilt = opening.specialisation * normal(
        world.key("mix", 0), key[:, None], np.arange(len(FIELDS))[None, :]
    )
    there = employers.country == country
    heads = max(int(employers.heads[there].sum()), 1)
    quality = int(employers.effect[there].sum()) / EFFECT_UNIT / heads
    premium = 1.0 + opening.lab_pay * (float(employers.premium[home]) - 1.0)
    technology, computing = _made_for(
        persons, quality, world.price()[country] * premium * (1.0 + groups.posts.margin), worth
    )
    level = world.levers.research_environment
    ratio = level[country] / level[employers.country[home]]
    setting = employers.setting[home] * ratio ** (1.0 - opening.lab_environment)
    demand = yearly_growth(world, groups.education, world.month)[country] / MONTHS
    progress = np.log1p(groups.frontier.productivity) / MONTHS
    employers.born(
        1, key=key, kind=EmployerKind.BIG_TECH, country=country, firm=home, opens=world.month,
        persons_per_agent=world.persons_per_agent, technology=technology, computing=computing,
        growth=rest_of_growth(worth) * demand + progress, demand_growth=demand, capacity=np.inf,
        mix=employers.mix[home], tilt=tilt, setting=setting,
        environment=setting * lift(np.array(computing / persons), groups.computing),
        premium=premium, learnt=0.0, equity=0.0, heads=0, effect=0, payroll=0, promised_heads=0,
        promised_effect=0, promised_pay=0, produced=0.0, budget=0, cash=0,
    )
    employers.names.append(f"{employers.names[home]} ({world.tables.countries[country]})")


def _made_for(
    persons: float, quality: float, price: float, worth: WorthParameters
) -> tuple[float, float]:
    """Technology and computing with which a team of some persons is what the firm wants."""
    team, gamma = persons * quality, worth.team_elasticity
    productivity = price / (gamma * team ** (gamma - 1.0) * quality**worth.peer_elasticity)
    made = output(productivity, team, persons, np.inf, 1.0, worth)
    computing = float(worth.computing_elasticity * made)
    return float(productivity / max(computing, 1e-9) ** worth.computing_elasticity), computing
