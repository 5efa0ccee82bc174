"""Research agenda: big tech leans to fields in which it has gained people and technology."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from agents.compiled import compiled
from agents.declare import parameter
from agents.employers import MONTHS, EmployerKind
from agents.levers import FIELDS
from agents.populations import Rows
from agents.researchers import EFFECT_UNIT
from model.deal_book import DealStatus
from model.month.budgets import named_rows
from model.month.takeover import MOST_GAIN
from model.world import F64, I64, World

PRIOR = 5.0
"""Agents of the world's mean skills in every team that is judged, so that a team of one or two does
not count as a strength (assumption)."""
MOST = 5.0
"""Log points: no firm leaves a field altogether, nor does one thing alone (assumption)."""


@dataclasses.dataclass(frozen=True)
class AgendaParameters:
    """How large firms choose the fields they work on."""

    response: float = parameter(
        1.0, unit="1", low=0.0, high=4.0, kind="uncertainty",
        source="assumption: in a logit of fields, log odds rise as much as worth over pay",
        meaning="log odds of a field in the agenda for each log point of worth over pay gained",
    )
    inertia: float = parameter(
        0.6, unit="1", low=0.0, high=1.0, kind="uncertainty",
        source="assumption: programmes run for two to three years",
        meaning="part of the agenda that stays as it was from one January to the next; 1: it never "
        "moves",
    )


def begin_agenda(world: World) -> None:
    """Take the strengths that firms have at the opening as what their mixes already answer."""
    world.plans.advantage[:] = worth_for_pay(world)


def set_agenda(world: World, parameters: AgendaParameters, obsolescence: float) -> None:
    """Move the agenda of each named firm towards the fields in which it has gained.

    Parameters
    ----------
    obsolescence
        Of what deals brought, 1/year.

    Notes
    -----
    agenda ← inertia · agenda + (1 − inertia) · response · gained, gained what a person in the field
    is worth to the firm for the pay, in log points, beyond the opening and the mean over fields. A
    field's share is proportional to demand · exp(tilt + agenda): a logit. Each stays within ±5, for
    what is bought of a field hardly worked in would else count without limit.
    """
    plans = world.plans
    plans.technology *= np.exp(-obsolescence)
    _note_bought(world)
    gained = worth_for_pay(world) - plans.advantage + plans.technology
    gained -= gained.mean(axis=1, keepdims=True)
    plans.agenda += (1.0 - parameters.inertia) * (parameters.response * gained - plans.agenda)
    np.clip(plans.agenda, -MOST, MOST, out=plans.agenda)


def worth_for_pay(world: World) -> F64:
    """Skill of each firm's people over that of all, less what people of the field cost; log points.

    Returns
    -------
    Shape (firms, fields).
    """
    people, employers, firms = world.researchers, world.employers, world.plans.firms
    rows = np.flatnonzero(people.employer >= 0)
    named, firm_of = named_rows(world)
    firm = np.full(employers.count, -1, dtype=np.int64)
    firm[named] = firm_of
    firm = firm[people.employer[rows]]
    strength, heads = _skill(world, rows[firm >= 0], firm[firm >= 0], firms)
    everybody, all_heads = _skill(world, rows, np.zeros(rows.size, dtype=np.int64), 1)
    mean = everybody / np.maximum(all_heads, 1.0)
    relative = (strength + PRIOR * mean) / (heads + PRIOR) / np.maximum(mean, 1.0 / EFFECT_UNIT)
    private = employers.kind[people.employer[rows]] != EmployerKind.PUBLIC_RESEARCH
    cost = _pay_by_field(world, rows[private])
    return np.asarray(np.log(np.maximum(relative, 1.0 / EFFECT_UNIT)) - np.log(cost))


def _skill(world: World, rows: Rows, group: I64, groups: int) -> tuple[F64, F64]:
    """Skill weighted by ability, shape (groups, fields), and the weights, shape (groups, 1).

    Whole numbers are summed, so that the order of rows does not matter.
    """
    people = world.researchers
    sums, weights = _summed(rows, group, groups, people.ability, people.skill, EFFECT_UNIT)
    return sums / EFFECT_UNIT, weights[:, None] / EFFECT_UNIT


@compiled
def _summed(
    rows: Rows, group: I64, groups: int, ability: NDArray[np.float32],
    skill: NDArray[np.float32], unit: int,
) -> tuple[F64, F64]:
    """Sums by group of skill times ability, and of ability, both rounded to parts of a unit."""
    sums, weights = np.zeros((groups, skill.shape[1])), np.zeros(groups)
    for at in range(rows.size):
        row, here = rows[at], group[at]
        weight = np.rint(ability[row] * float(unit))
        weights[here] += weight
        for field in range(skill.shape[1]):
            sums[here, field] += np.rint(weight * skill[row, field])
    return sums, weights


def _pay_by_field(world: World, rows: Rows) -> F64:
    """Pay of people of each main field for equal work, relative to going pay where they are."""
    people, employers = world.researchers, world.employers
    field, employer = people.field[rows].astype(np.int64), people.employer[rows]
    usual = (world.price()[employers.country] * employers.premium)[employer]
    pay = np.rint(people.pay[rows] / usual * EFFECT_UNIT)
    skill = people.ability[rows].astype(np.float64) * people.skill[rows, field]
    paid = np.bincount(field, pay, len(FIELDS))
    able = np.bincount(field, np.rint(skill * EFFECT_UNIT), len(FIELDS))
    known = (paid > 0) & (able > 0)
    return np.where(known, paid / np.where(known, able, 1.0), 1.0)


def _note_bought(world: World) -> None:
    """Book the technology that deals of the last year brought to the fields of those bought.

    A gain g in the whole of the work is g · (q / m − 1) more in a field than on the mean, with q
    the mix of the firm bought and m the buyer's own.
    """
    deals, employers, plans = world.book.deals, world.employers, world.plans
    due = (deals.decides >= world.month - MONTHS) & (deals.decides < world.month)
    rows = np.flatnonzero((deals.status == DealStatus.DONE) & due)
    firm = employers.firm[deals.buyer[rows]].astype(np.int64)
    rows, firm = rows[firm < plans.firms], firm[firm < plans.firms]
    gain = np.minimum(deals.gain[rows], MOST_GAIN)
    lean = employers.mix[deals.target[rows]] / employers.mix[firm] - 1.0
    np.add.at(plans.technology, firm, gain[:, None] * lean)
