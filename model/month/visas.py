"""The visa office: places and lotteries, decisions, and the clocks of status."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.chance import draw, unit
from agents.compiled import compiled
from agents.employers import MONTHS, EmployerKind, monthly_cents
from agents.populations import Rows, among
from agents.researchers import Status
from model.month.citizenship import naturalise
from model.month.clocks import next_event, permanence_month
from model.month.rights import RightsParameters
from model.month.routes import BY_PAY, WEIGHTED, applicants, outsiders_ahead
from model.month.wage_levels import cutoff_among, entries_at, weighted_rank
from model.world import F64, I64, World

ODDS_NEWS = 0.25  # weight of the newest month in the published chance (assumption)


class Application(NamedTuple):
    """People who apply in a month, or whose cases are decided; arrays of one length."""

    rows: Rows
    employer: I64
    scheme: I64
    pay: F64
    effect: I64
    fit: F64
    inside: NDArray[np.bool_]
    referred: NDArray[np.bool_]
    """Whether the job came through a tie."""


def open_places(world: World) -> None:
    """Open this month's share of every capped scheme; what a year left over lapses in January.

    At scale 1:k the cumulated cap C gives floor(C_t / k + u) − floor(C_{t−1} / k + u) with one
    keyed u a scheme: unbiased and never off by more than one agent.
    """
    rules = world.rules
    if world.month % MONTHS == 0:
        world.quota_left[:] = 0
    capped = np.flatnonzero(rules.in_force(world.rules_month) & np.isfinite(rules.places))
    group = rules.route_group[capped]
    luck = unit(draw(world.key("places", 0), rules.group_key[group]))
    before = world.quota_drawn[group]
    after = before + rules.places[capped] / rules.spread_over(world.rules_month)[group]
    scale = world.persons_per_agent
    opened = np.floor(after / scale + luck) - np.floor(before / scale + luck)
    world.quota_drawn[group] = after
    world.quota_left[group] += opened.astype(np.int64)


def apply(world: World, parameters: RightsParameters, application: Application) -> Rows:
    """Take in a month's applications, give out places and charge fees.

    Returns
    -------
    Rows of the people who were refused a place.

    Notes
    -----
    Each applicant has a keyed rank u. The cutoff c solves: AI applicants below c + outside · c =
    places. With ranks sorted, the i-th AI applicant has i − 1 of ours and outside · u_i others
    before it and is in when i − 1 + (outside + 1) · u_i ≤ places. A single applicant then wins with
    the chance places / (outside + 1) at every scale.
    """
    rules = world.rules
    scheme = application.scheme
    np.add.at(world.counters.applications, scheme, 1)
    kind = world.employers.kind[application.employer]
    exempt = rules.exempt[scheme, kind] & (application.employer >= 0)
    capped = np.isfinite(rules.places[scheme]) & ~exempt
    wins = ~capped
    rank = np.ones(scheme.size)
    contested = np.flatnonzero(capped)
    rank[contested] = _rank(world, parameters, application, contested)
    for row in np.flatnonzero(rules.in_force(world.rules_month) & np.isfinite(rules.places)):
        here = contested[scheme[contested] == row]
        won = _give_places(world, parameters, int(row), rank[here])
        wins[here[won]] = True
    lost = np.flatnonzero(~wins)
    np.add.at(world.counters.refusals, scheme[lost], 1)
    world.researchers.waiting[application.rows[lost]] = False
    _file(world, application, np.flatnonzero(wins))
    return np.asarray(application.rows[lost])


def apply_without_cap(world: World, application: Application) -> None:
    """Take in applications that need no scarce place; places and odds stay as they are."""
    np.add.at(world.counters.applications, application.scheme, 1)
    _file(world, application, np.arange(application.rows.size))


def _rank(
    world: World, parameters: RightsParameters, application: Application, chosen: Rows
) -> F64:
    """Rank in [0, 1) by which places are given, the lowest first: luck, pay or points.

    In a weighted lottery luck is better with more entries. Outside applicants are uniform in it.
    """
    rows, scheme = application.rows[chosen], application.scheme[chosen]
    rank = unit(draw(world.key("place"), world.researchers.key[rows]))
    allocation = world.rules.allocation[scheme]
    drawn = np.flatnonzero(allocation == WEIGHTED)
    if drawn.size:
        entries = entries_at(parameters, application.pay[chosen[drawn]])
        rank[drawn] = weighted_rank(parameters, rank[drawn], entries)
    contested = np.flatnonzero((allocation >= BY_PAY) & (allocation != WEIGHTED))
    if contested.size:
        rows, scheme, chosen = rows[contested], scheme[contested], chosen[contested]
        kind = world.employers.kind[application.employer[chosen]]
        people = applicants(world, rows, application.pay[chosen], kind)
        # luck decides among equals
        ahead = outsiders_ahead(world, parameters, scheme, people)
        rank[contested] = ahead + 1e-9 * rank[contested]
    return np.asarray(rank)


def _give_places(world: World, parameters: RightsParameters, row: int, rank: F64) -> I64:
    """Give a scheme's places of this month to AI applicants and outsiders by rank.

    Returns
    -------
    Positions of the winners in ``rank``.
    """
    rules, group = world.rules, int(world.rules.route_group[row])
    outside = rules.outside[row] * parameters.outside_applicants
    outside = outside / rules.spread_over(world.rules_month)[group] / world.persons_per_agent
    places = int(world.quota_left[group])
    order = np.argsort(rank)
    winners = order[np.arange(rank.size) + (outside + 1.0) * rank[order] <= places]
    taken_by_outsiders = min(outside, places - winners.size)
    luck = unit(draw(world.key("places left"), rules.group_key[group]))[0]
    world.quota_left[group] = int(places - winners.size - taken_by_outsiders + luck)
    if outside > 0:
        cutoff = taken_by_outsiders / outside
    elif rules.allocation[row] == WEIGHTED:
        cutoff = cutoff_among(np.sort(rank), winners.size)
    else:
        cutoff = winners.size / rank.size if rank.size else 1.0
    # with few places a month at a coarse scale one month says little
    world.odds[row] += ODDS_NEWS * (cutoff - world.odds[row])
    world.counters.places[row] += winners.size
    return np.asarray(winners)


def _file(world: World, application: Application, chosen: Rows) -> None:
    """Keep the cases that have a place; reserve the post and its pay; charge the fee."""
    rules, employers, people = world.rules, world.employers, world.researchers
    rows, scheme = application.rows[chosen], application.scheme[chosen]
    employer, inside = application.employer[chosen], application.inside[chosen]
    world.cases.born(
        rows.size,
        person=people.id[rows],
        employer=employer,
        scheme=scheme,
        pay=application.pay[chosen],
        effect=application.effect[chosen],
        fit=application.fit[chosen],
        inside=inside,
        by_referral=application.referred[chosen],
        decides=world.month + np.maximum(rules.processing[scheme], 1),
    )
    people.waiting[rows] = True
    abroad = ~inside & (employer >= 0)
    np.add.at(employers.promised_heads, employer[abroad], 1)
    np.add.at(employers.promised_effect, employer[abroad], application.effect[chosen][abroad])
    promised = monthly_cents(application.pay[chosen].astype(np.float32))
    np.add.at(employers.promised_pay, employer[abroad], promised[abroad])
    charge_fees(world, rows, employer, scheme, inside)


def charge_fees(
    world: World, rows: Rows, employer: I64, scheme: I64, inside: NDArray[np.bool_]
) -> None:
    """Fees go to the government that admits, from whoever pays under the scheme.

    A post for somebody abroad holds the fee in reserve. For a change of status inside the country
    nothing was reserved: where an employer's cash is short, its owners pay. Public research pays
    out of public money.
    """
    if rows.size == 0:
        return
    rules, employers, accounts = world.rules, world.employers, world.accounts
    fee = rules.fee_cents[scheme] + np.where(inside, 0, rules.fee_abroad_cents[scheme])
    by_employer = rules.employer_pays[scheme] & (employer >= 0)
    public = employers.kind[employer] == EmployerKind.PUBLIC_RESEARCH
    due = np.zeros(employers.count, dtype=np.int64)
    np.add.at(due, employer, np.where(by_employer & ~public, fee, 0))
    from_cash = np.minimum(due, np.maximum(employers.cash, 0))
    employers.cash -= from_cash
    accounts.owners -= int((due - from_cash).sum())
    grant = np.where(by_employer & public, fee, 0)
    np.subtract.at(accounts.governments, employers.country[employer], grant)
    own = np.where(by_employer, 0, fee)
    np.subtract.at(accounts.households, world.researchers.country[rows], own)
    np.add.at(accounts.governments, rules.country[scheme], fee)


def decide(world: World) -> Application:
    """Grant what is due, after cases whose person is gone are withdrawn."""
    withdraw(world)
    cases, people = world.cases, world.researchers
    due = np.flatnonzero(cases.decides <= world.month)
    np.add.at(world.counters.grants, cases.scheme[due].astype(np.int64), 1)
    decision = Application(
        people.row_of(cases.person[due]).astype(np.int64), cases.employer[due].astype(np.int64),
        cases.scheme[due].astype(np.int64), cases.pay[due].astype(np.float64),
        cases.effect[due].astype(np.int64), cases.fit[due].astype(np.float64),
        cases.inside[due].copy(), cases.by_referral[due].copy(),
    )
    people.waiting[decision.rows] = False
    _close(world, due)
    return decision


def withdraw(world: World) -> None:
    """Close the cases of people who have left the market."""
    cases = world.cases
    gone = np.flatnonzero(world.researchers.row_of(cases.person) < 0)
    np.add.at(world.counters.withdrawn, cases.scheme[gone].astype(np.int64), 1)
    _close(world, gone)


def withdraw_from(world: World, employers: NDArray[np.bool_]) -> None:
    """Close the cases of people hired from abroad by some employers; they look again at once.

    Parameters
    ----------
    employers
        Whether a row of employers is meant; one place more for cases of nobody's.
    """
    cases, people = world.cases, world.researchers
    ended = np.flatnonzero(employers[cases.employer] & cases.hold_posts)
    rows = people.row_of(cases.person[ended])
    rows = rows[rows >= 0]
    people.waiting[rows] = False
    people.searches[rows] = world.month
    np.add.at(world.counters.withdrawn, cases.scheme[ended].astype(np.int64), 1)
    _close(world, ended)


def _close(world: World, ended: Rows) -> None:
    """Take cases off the register and release the posts and pay kept for them."""
    if ended.size == 0:
        return
    cases, employers = world.cases, world.employers
    abroad = ended[cases.hold_posts[ended]]
    employer = cases.employer[abroad]
    np.subtract.at(employers.promised_heads, employer, 1)
    np.subtract.at(employers.promised_effect, employer, cases.effect[abroad].astype(np.int64))
    np.subtract.at(employers.promised_pay, employer, monthly_cents(cases.pay[abroad]))
    cases.remove(ended)


def admit(world: World, rows: Rows, scheme: I64) -> None:
    """Set the status of people who have just come to their country, and its next event."""
    if rows.size == 0:
        return
    people = world.researchers
    _set_status(
        rows, scheme, world.open_countries(), people.country, people.citizenships, people.status,
        people.scheme, people.status_since, world.month,
        (Status.CITIZEN, Status.FREE, Status.WORK),
    )
    people.status_until[rows] = next_event(world, rows)


@compiled
def _set_status(
    rows: Rows, asked: I64, open_to: I64, country: NDArray[np.int8], citizenships: I64,
    status: NDArray[np.int8], scheme: NDArray[np.int16], since: NDArray[np.int16], month: int,
    kinds: tuple[int, int, int],
) -> None:
    """Make people citizens, free to stay, or holders of the visa beside them where they need it."""
    citizen, free, work = kinds
    for at in range(rows.size):
        row = rows[at]
        held, here = citizenships[row], country[row]
        scheme[row], since[row] = -1, month
        if (held >> here) & 1:
            status[row] = citizen
        elif asked[at] >= 0 and held & open_to[here] == 0:
            status[row], scheme[row] = work, asked[at]
        else:
            status[row] = free


def advance_status(world: World, parameters: RightsParameters) -> Rows:
    """Let the clocks of status run: permanence, renewal, citizenship, or the end of a stay.

    A work permit is renewed while the job pays what the scheme asks for.

    Returns
    -------
    Rows of people whose right to stay has ended; they return to where they are citizens.
    """
    people = world.researchers
    rows = np.flatnonzero(people.status_until <= world.month)
    status = people.status[rows]
    working = rows[status == Status.WORK]
    arrived = permanence_month(world, working) <= world.month
    permanent = working[arrived]
    people.status[permanent] = Status.PERMANENT
    people.scheme[permanent] = -1
    people.status_since[permanent] = world.month
    people.status_until[permanent] = next_event(world, permanent)
    renewing = working[~arrived]
    pays = people.pay[renewing] >= world.rules.min_pay[people.scheme[renewing]]
    renewed = renewing[pays]
    people.status_until[renewed] = next_event(world, renewed)
    naturalise(world, rows[(status == Status.PERMANENT) | (status == Status.FREE)], parameters)
    ending = rows[(status == Status.GRADUATE) | (status == Status.GRACE)]
    ending = np.concatenate((ending, renewing[~pays]))
    # a petition in time extends the stay until it is decided; a job abroad does not
    asking = people.row_of(world.cases.person[world.cases.inside])
    return np.asarray(ending[~among(ending, asking, people.count)])
