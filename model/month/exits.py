"""People leave the profession, and jobs end."""

from __future__ import annotations

import dataclasses

import numpy as np

from agents.chance import uniform
from agents.declare import parameter
from agents.employers import MONTHS
from agents.populations import Rows
from agents.researchers import NEVER, Status
from model.people import waiting_months
from model.world import I64, World


@dataclasses.dataclass(frozen=True)
class ExitParameters:
    """How jobs end without a better one."""

    separation_rate: float = parameter(
        0.06, unit="1/year", low=0.0, high=0.5, kind="uncertainty",
        source="assumption; lay-offs and discharges in information services lie near 1 % a "
        "month, fewer among specialists",
        meaning="jobs that end without a better offer",
    )
    fixed_grace_months: float = parameter(
        3.0, unit="months", low=0.0, high=24.0, kind="lever", source="assumption",
        meaning="time to find another job where the scheme held says nothing",
    )


def schedule_job_ends(world: World, rows: Rows, parameters: ExitParameters) -> None:
    """Date the end of jobs that begin this month."""
    people = world.researchers
    luck = uniform(world.key("job ends"), people.key[rows])
    months = waiting_months(luck, parameters.separation_rate / MONTHS)
    if parameters.separation_rate <= 0:
        months = np.full(rows.size, NEVER)
    people.job_ends[rows] = np.minimum(world.month + months, NEVER)


def end_jobs(world: World, parameters: ExitParameters) -> Rows:
    """Jobs whose time is up end; who is here on a work visa gets a period of grace."""
    people = world.researchers
    rows = np.flatnonzero(people.job_ends <= world.month)
    # who waits for a visa keeps the present job until the decision
    rows = rows[~people.waiting[rows]]
    world.leave_job(rows)
    people.searches[rows] = world.month
    start_grace(world, rows, parameters)
    return rows


def start_grace(world: World, rows: Rows, parameters: ExitParameters) -> None:
    """The stay of jobless holders of a work visa is limited from now on."""
    people = world.researchers
    held = rows[people.status[rows] == Status.WORK]
    if held.size == 0:
        return
    scheme = people.scheme[held]
    rules = world.rules
    months = np.where(rules.grace[scheme] >= 0, rules.grace[scheme], parameters.fixed_grace_months)
    # a status that does not hang on the job lasts as long as the permit
    months = np.where(rules.sponsored[scheme], months, np.maximum(months, rules.stay[scheme]))
    people.status[held] = Status.GRACE
    until = np.minimum(world.month + np.maximum(months, 1), NEVER)
    people.status_until[held] = until.astype(np.int64)


def retire(world: World) -> I64:
    """People whose career is over leave the market for good.

    Returns
    -------
    How many left in each country, in agents, shape (countries,).
    """
    people = world.researchers
    rows = np.flatnonzero(people.leaves <= world.month)
    left = np.bincount(people.country[rows], minlength=world.countries)
    world.count_leavers(rows)
    world.last_exits = left
    world.remove_people(rows)
    return left
