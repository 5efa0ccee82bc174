"""Moves: people take the jobs they won, leave the old ones, and cross borders."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from agents.populations import Rows, among
from agents.researchers import NEVER, Status
from model.chunks import chosen
from model.month.bidding import Hires, Raises
from model.month.citizenship import country_of_return
from model.month.clocks import next_event
from model.month.exits import ExitParameters, schedule_job_ends, start_grace
from model.month.grants import pay_returnees
from model.month.petitions import petitions
from model.month.rights import RightsParameters
from model.month.search import SearchParameters, schedule_search
from model.month.seekers import arrive
from model.month.utility import BiddingParameters
from model.month.visas import (
    Application,
    admit,
    advance_status,
    apply,
    apply_without_cap,
    charge_fees,
    decide,
)
from model.world import I64, World


def settle(
    world: World, rows: Rows, hires: Hires, raises: Raises, others: Sequence[Application],
    search: SearchParameters, rights: RightsParameters, exits: ExitParameters,
) -> Hires:
    """Carry out a contest: raises, moves that need no visa, applications for those that do.

    Hires from abroad compete for the places of a scheme with others who apply: graduates from
    inside, and people who come to look for a job.

    Returns
    -------
    Hires from abroad whom a scheme refused a place.
    """
    world.raise_pay(raises.rows, raises.pay)
    free = hires.scheme < 0
    start_jobs(world, chosen(hires, free), exits)
    abroad = chosen(hires, ~free)
    together = Application(*(np.concatenate(parts) for parts in zip(
        _from_abroad(abroad), *others, strict=True
    )))
    refused = apply(world, rights, together)
    schedule_search(world, rows, search)
    # who was refused a place looks again for certain next month
    world.researchers.searches[refused] = world.month + 1
    return chosen(abroad, among(abroad.rows, refused, world.researchers.count))


def apply_for(world: World, hires: Hires) -> None:
    """File applications for hires from abroad under schemes without scarce places."""
    apply_without_cap(world, _from_abroad(hires))


def _from_abroad(hires: Hires) -> Application:
    return Application(
        hires.rows, hires.employer, hires.scheme, hires.pay, hires.effect, hires.fit,
        np.zeros(hires.rows.size, dtype=bool), hires.referred,
    )


def visa_office(
    world: World, search: SearchParameters, bidding: BiddingParameters, rights: RightsParameters,
    exits: ExitParameters,
) -> Application:
    """Decide what is due, bring the admitted in, end stays.

    Returns
    -------
    The petitions of residents; places are given when the month's hires are known.
    """
    people = world.researchers
    decision = decide(world)
    inside = decision.inside
    rows, scheme = decision.rows[inside], decision.scheme[inside]
    # whoever became a permanent resident while waiting has no use for another visa
    settled = people.status[rows] <= Status.PERMANENT
    rows, scheme = rows[~settled], scheme[~settled]
    admit(world, rows, scheme)
    jobless = rows[people.employer[rows] < 0]
    start_grace(world, jobless, exits)
    looking = decision.employer < 0
    arrive(world, decision.rows[looking], decision.scheme[looking], exits)
    abroad = ~inside & ~looking
    start_jobs(
        world,
        Hires(
            decision.rows[abroad], decision.employer[abroad],
            world.employers.country[decision.employer[abroad]].astype(np.int64),
            decision.scheme[abroad], decision.pay[abroad], decision.effect[abroad],
            decision.fit[abroad], decision.referred[abroad],
        ),
        exits,
    )
    schedule_search(world, decision.rows[abroad], search)
    return_home(world, advance_status(world, rights))
    return petitions(world, rights, bidding.pay_weight)


def start_jobs(world: World, hires: Hires, exits: ExitParameters) -> None:
    """Begin jobs; those in another country begin with a move."""
    people, firm = world.researchers, world.employers.firm
    rows = hires.rows
    if rows.size == 0:
        return
    employed = people.employer[rows] >= 0
    within = firm[people.employer[rows]] == firm[hires.employer]
    left = people.country[rows[employed & ~within]]
    world.counters.job_changes += np.bincount(left, minlength=world.countries)
    world.counters.firm_moves += int((employed & within).sum())
    world.counters.job_starts += rows.size
    world.counters.referred_hires += int(hires.referred.sum())
    crosses = people.country[rows] != hires.country
    _sponsor(world, rows[~crosses], hires.employer[~crosses])
    world.leave_job(rows[employed])
    movers = rows[crosses]
    world.relocate(movers, hires.country[crosses])
    admit(world, movers, hires.scheme[crosses])
    pay_returnees(world, movers)
    world.take_job(
        rows, hires.employer, hires.pay, hires.effect, hires.fit, by_referral=hires.referred
    )
    schedule_job_ends(world, rows, exits)
    _end_grace(world, rows[~crosses])


def _sponsor(world: World, rows: Rows, employer: I64) -> None:
    """An employer that takes over people whose status hangs on the job pays the scheme's fee."""
    people, firm = world.researchers, world.employers.firm
    on_visa = (people.status[rows] == Status.WORK) | (people.status[rows] == Status.GRACE)
    new = (people.employer[rows] < 0) | (firm[people.employer[rows]] != firm[employer])
    bound = np.flatnonzero(on_visa & new & world.rules.sponsored[people.scheme[rows]])
    scheme = people.scheme[rows[bound]].astype(np.int64)
    charge_fees(world, rows[bound], employer[bound], scheme, np.ones(bound.size, dtype=bool))


def _end_grace(world: World, rows: Rows) -> None:
    """A new job in the country restores the work status, counted from when it began."""
    people = world.researchers
    back = rows[people.status[rows] == Status.GRACE]
    people.status[back] = Status.WORK
    people.status_until[back] = next_event(world, back)


def return_home(world: World, rows: Rows) -> None:
    """Whose right to stay has ended goes back to a country of his own, without a job."""
    if rows.size == 0:
        return
    people = world.researchers
    world.leave_job(rows[people.employer[rows] >= 0])
    world.relocate(rows, country_of_return(world, rows))
    people.searches[rows] = world.month + 1
    people.job_ends[rows] = NEVER
