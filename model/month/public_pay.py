"""Public pay: every January the scale moves with the country's pay, as far as grants go."""

from __future__ import annotations

import dataclasses

import numpy as np

from agents.declare import parameter
from agents.employers import MONTHS, EmployerKind, monthly_cents
from model.month.bidding import PUBLIC_DEGREE
from model.month.posts import public_scale
from model.world import World


@dataclasses.dataclass(frozen=True)
class PublicPayParameters:
    """How public pay answers to posts that stay empty."""

    response: float = parameter(
        0.05, unit="1/year", low=0.0, high=0.5, kind="uncertainty",
        source="assumption: slow, for scales are set by law and bargaining",
        meaning="yearly rise of an institute's scale for each log point by which its grant exceeds "
        "its pay bill",
    )


def index_public_pay(world: World, parameters: PublicPayParameters) -> None:
    """Every January public staff below the scale of their degree are raised towards it.

    An institute that could not spend its grant for want of people lifts its scale a little; one
    whose grant cannot pay all raises gives everybody the same part of the gap.
    """
    if world.month % MONTHS:
        return
    people, employers = world.researchers, world.employers
    public = employers.kind == EmployerKind.PUBLIC_RESEARCH
    staffed = public & (employers.heads > 0) & (not world.replace_exits)
    unspent = employers.budget[staffed] / employers.payroll[staffed]
    employers.premium[staffed] *= np.maximum(unspent, 1.0) ** parameters.response
    rows = np.flatnonzero(people.employer >= 0)
    rows = rows[public[people.employer[rows]]]
    employer = people.employer[rows]
    scale = public_scale(world)[employer]
    gap = np.maximum(scale * PUBLIC_DEGREE[people.degree[rows]] - people.pay[rows], 0.0)
    # sums of whole cents have no order
    needed = np.zeros(employers.count, dtype=np.int64)
    np.add.at(needed, employer, monthly_cents(gap))
    free = employers.budget - employers.payroll - employers.promised_pay
    part = np.clip(free / np.maximum(needed, 1), 0.0, 1.0)
    raised = np.flatnonzero(gap * part[employer] > 0)
    pay = people.pay[rows[raised]] + gap[raised] * part[employer[raised]]
    world.raise_pay(rows[raised], pay)
