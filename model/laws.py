"""The laws that hold exactly in every month, whatever the parameters."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from agents.employers import EmployerKind, monthly_cents
from agents.researchers import NEVER, Status
from model.world import I64, Counters, World


class LawBroken(AssertionError):
    """A law of the model does not hold: the program is wrong, not the input."""


def check(world: World, before: I64, counts: Counters) -> None:
    """Check every law after a month.

    Parameters
    ----------
    before
        Agents by country before the month, shape (countries,).
    counts
        What was counted in the month.

    Raises
    ------
    LawBroken
        With every law that fails.
    """
    broken = [*people(world, before, counts), *jobs(world), *money(world), *status(world),
              *visas(world), *ties(world), *ventures(world)]
    if broken:
        raise LawBroken(f"month {world.month}: " + "; ".join(broken))


def people(world: World, before: I64, counts: Counters) -> Iterator[str]:
    """stock(t) = stock(t − 1) + graduates + inflow − outflow − exits; everyone counted once."""
    everyone = world.researchers
    flows = counts.flows[0]
    after = before + counts.graduates + flows.sum(axis=0) - flows.sum(axis=1) - counts.exits
    if not np.array_equal(after, world.stock()):
        yield "stocks do not follow from entries, moves and exits"
    counted = np.zeros_like(world.compatriots)
    np.add.at(counted, (everyone.birth_country, everyone.country), 1)
    if not np.array_equal(counted, world.compatriots):
        yield "compatriots are not those who live there"
    fields = np.zeros_like(world.fields)
    np.add.at(fields, (everyone.country, everyone.field), 1)
    if not np.array_equal(fields, world.fields):
        yield "people by field are not those who live there"
    if flows.diagonal().any() or (flows < 0).any():
        yield "a move from a country to itself, or a negative flow"
    by_field = counts.flows[3:].sum(axis=0)
    if not np.array_equal(by_field, flows):
        yield "flows by field do not sum to all flows"
    if not np.array_equal(counts.entrants[3:].sum(axis=0), counts.graduates):
        yield "entrants by field do not sum to all entrants"
    if (counts.departures + counts.returns > flows.sum(axis=1)).any():
        yield "more people left for home or from home than left"
    if (counts.homecomings > flows.sum(axis=0)).any() or (
        counts.homecomings.sum() != counts.returns.sum()
    ):
        yield "those who came home are not those who went home"
    if np.unique(everyone.id).size != everyone.count or (everyone.id >= everyone.next_id).any():
        yield "two people share a number"
    if np.unique(everyone.key).size != everyone.count:
        yield "two people share an identity"


def jobs(world: World) -> Iterator[str]:
    """One employer, one country; sums of employers are the sums of their people."""
    everyone, employers = world.researchers, world.employers
    rows = np.flatnonzero(everyone.employer >= 0)
    employer = everyone.employer[rows]
    if (employers.country[employer] != everyone.country[rows]).any():
        yield "somebody works for an employer in another country"
    sums = {
        "heads": np.bincount(employer, minlength=employers.count),
        "effect": np.bincount(employer, everyone.effect[rows], employers.count),
        "payroll": np.bincount(employer, monthly_cents(everyone.pay[rows]), employers.count),
    }
    for name, expected in sums.items():
        if not np.array_equal(expected, getattr(employers, name)):
            yield f"{name} of employers are not the sums over their people"
    idle = np.bincount(
        everyone.country[everyone.employer < 0], minlength=world.countries
    )
    if not np.array_equal(idle, world.jobless):
        yield "jobless people are miscounted"
    if (everyone.pay[rows] <= 0).any() or everyone.pay[everyone.employer < 0].any():
        yield "work without pay, or pay without work"


def money(world: World) -> Iterator[str]:
    """Money moves between accounts to the cent; no firm spends what it lacks."""
    if world.accounts.total(world.employers) != 0:
        yield "money appeared or vanished"
    if world.accounts.trust != world.book.in_trust():
        yield "money in trust is not what deals and movers are owed"
    if (world.employers.cash < 0).any():
        yield "an employer spent what it lacked"
    private = world.employers.kind != EmployerKind.PUBLIC_RESEARCH
    if world.employers.budget[private].any():
        yield "a private employer holds a public grant"


def status(world: World) -> Iterator[str]:
    """Everyone lives where a right allows it."""
    everyone, rules = world.researchers, world.rules
    bit = np.int64(1) << everyone.country.astype(np.int64)
    citizen = (everyone.citizenships & bit) != 0
    if not np.array_equal(citizen, everyone.status == Status.CITIZEN):
        yield "citizens by status are not those with the citizenship"
    if (everyone.citizenships == 0).any():
        yield "somebody is a citizen nowhere"
    on_visa = np.isin(everyone.status, (Status.WORK, Status.GRACE))
    held = everyone.scheme[on_visa]
    if (held < 0).any() or (rules.country[held] != everyone.country[on_visa]).any():
        yield "a work visa of no scheme or of another country"
    working = everyone.status == Status.WORK
    if (everyone.employer[working] < 0).any():
        yield "somebody holds a work status without a job"
    ended = everyone.status_until <= world.month
    asking = np.zeros(everyone.count, dtype=bool)
    asking[everyone.row_of(world.cases.person[world.cases.inside])] = True
    if (ended & ~asking & (everyone.status_until < NEVER)).any():
        yield "a status lasts beyond its end"


def visas(world: World) -> Iterator[str]:
    """Every waiting person has one case; pay and posts are reserved while it runs."""
    cases, everyone, employers = world.cases, world.researchers, world.employers
    rows = everyone.row_of(cases.person)
    alive = rows >= 0
    if np.unique(cases.person).size != cases.count:
        yield "somebody has two cases"
    if not np.array_equal(np.sort(rows[alive]), np.flatnonzero(everyone.waiting)):
        yield "those who wait are not those with a case"
    abroad = cases.hold_posts
    promised = {
        "promised_heads": np.bincount(cases.employer[abroad], minlength=employers.count),
        "promised_effect": np.bincount(
            cases.employer[abroad], cases.effect[abroad], employers.count
        ),
        "promised_pay": np.bincount(
            cases.employer[abroad], monthly_cents(cases.pay[abroad]), employers.count
        ),
    }
    for name, expected in promised.items():
        if not np.array_equal(expected, getattr(employers, name)):
            yield f"{name} is not what the cases reserve"
    if (world.quota_left < 0).any():
        yield "more places given than opened"


def ventures(world: World) -> Iterator[str]:
    """Every startup has one venture; shares add up; who has ended employs nobody and has nothing.

    Where firms do not act nobody has a venture. Closed rows of employers stay, for people and cases
    of the past refer to them.
    """
    held, employers = world.ventures, world.employers
    startups = np.flatnonzero((employers.kind == EmployerKind.STARTUP) & world.firms_act)
    if world.month >= world.start and not np.array_equal(np.sort(held.employer), startups):
        yield "startups are not those with a venture"
    shares = held.founders_share + held.investors_share + held.staff_share
    if (np.abs(shares - 1.0) > 1e-9).any():
        yield "shares of a startup do not add up to one"
    if (np.minimum(held.founders_share, held.investors_share) < -1e-12).any():
        yield "a negative share"
    if ((held.closed > 0) != (held.ending > 0)).any():
        yield "a startup ended without an ending, or has an ending and is open"
    ended = held.employer[held.closed > 0]
    left = (employers.heads, employers.promised_heads, employers.payroll, employers.cash)
    if any(column[ended].any() for column in left):
        yield "a startup that has ended has people or cash"


def ties(world: World) -> Iterator[str]:
    """Ties lead to living people other than oneself, to each at most once."""
    everyone = world.researchers
    numbers, rows = everyone.ties, everyone.tied_rows(np.arange(everyone.count))
    if (numbers >= everyone.next_id).any() or (numbers < -1).any():
        yield "a tie to a number that nobody has had"
    living = rows >= 0
    if (numbers == everyone.id[:, None]).any():
        yield "somebody points to himself"
    if not np.array_equal(everyone.id[rows[living]], numbers[living]):
        yield "a tie leads to somebody else"
    ranked = np.sort(np.where(living, numbers, -1 - np.arange(numbers.shape[1])), axis=1)
    if (ranked[:, 1:] == ranked[:, :-1]).any():
        yield "somebody points to the same person twice"
