"""Bidding: people who look meet posts, posts contest for them, pay comes out of competition."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.chance import draw
from agents.employers import (
    CENTS,
    MONTHS,
    EmployerKind,
    WorthParameters,
    effect_of,
    output,
)
from agents.populations import Rows
from agents.researchers import EFFECT_UNIT
from model.chunks import chosen, in_chunks
from model.month.contest import Meetings, Outcome, contest
from model.month.encounters import Encounters, meet
from model.month.posts import NOBODY, Called, Posts
from model.month.rights import RightsParameters
from model.month.routes import Routes, applicants, routes
from model.month.search import SearchParameters
from model.month.standing import Standing, rights_there
from model.month.take_home import LARGEST_LOG, TakeHome, take_home
from model.month.taxes import gross_pay, schedule_of
from model.month.utility import BiddingParameters, moving_cost, utility_of_place
from model.world import F64, I64, World

LEAST_EFFECT = 0.05  # keeps merit finite in a public team of nobody (assumption)
PUBLIC_DEGREE = np.array([0.85, 0.95, 1.15])  # assumption: steps of the scale by degree


class Hires(NamedTuple):
    """What the contest decided; arrays of one length, one entry a hire."""

    rows: Rows
    employer: I64
    country: I64
    scheme: I64
    pay: F64
    effect: I64
    fit: F64
    referred: NDArray[np.bool_]
    """Whether a tie passed the post on."""


class Raises(NamedTuple):
    """People who stay for better pay."""

    rows: Rows
    pay: F64


class Bids(NamedTuple):
    """Meetings in which both sides would gain; arrays of one length but the last."""

    person: I64
    """Position among the searchers."""
    post: I64
    rest: F64
    floor: F64
    cap: F64
    gain: F64
    scheme: I64
    effect: I64
    fit: F64
    own_cost: F64
    """Part of the pay that goes to a fee which the person pays, USD a year."""
    referred: NDArray[np.bool_]
    tempted: I64
    """People with an offer from abroad that they would take but for a grant for staying."""


class Offers(NamedTuple):
    """What each post could go to for each person it met, and how; one entry a meeting."""

    who: Rows
    employer: I64
    country: I64
    fit: F64
    effect: NDArray[np.int32]
    route: Routes
    public: NDArray[np.bool_]
    scale_pay: F64
    """What public research would pay, USD a year."""
    cap: F64
    own_cost: F64


def bids(
    world: World, rows: Rows, met: Encounters, posts: Posts, now: Standing,
    parameters: BiddingParameters, rights: RightsParameters, worth: WorthParameters,
) -> Bids:
    """What each post would go to for each person it met, and what the person needs."""
    person, post = met.person, met.post
    offer = _offers(world, rows, met, posts, parameters, rights, worth)
    public, scale_pay, cap, route = offer.public, offer.scale_pay, offer.cap, offer.route
    rest = _rest(world, offer, now, person, parameters, rights)
    counts = take_home(
        world, offer.who, offer.country, route.scheme, offer.effect, parameters, rights
    )
    need = counts.pay_for((now.utility[person] - rest) / parameters.pay_weight) + offer.own_cost
    floor = np.where(public, scale_pay, np.maximum(need, route.floor))
    usual = np.maximum(posts.effect[post] / np.maximum(posts.heads[post], 1), LEAST_EFFECT)
    merit = scale_pay * (offer.effect / EFFECT_UNIT) / usual
    gain = route.odds * np.where(public, merit - need, cap - floor)
    keep = np.flatnonzero(route.possible & (cap > need) & (cap >= floor) & (cap > 0))
    return Bids(
        person[keep], post[keep], rest[keep], floor[keep], cap[keep], gain[keep],
        route.scheme[keep], offer.effect[keep].astype(np.int64), offer.fit[keep],
        offer.own_cost[keep], met.referred[keep],
        _tempted(world, offer, rest, counts, now, person, parameters),
    )


def _offers(
    world: World, rows: Rows, met: Encounters, posts: Posts, parameters: BiddingParameters,
    rights: RightsParameters, worth: WorthParameters,
) -> Offers:
    """The most that each post could pay, by the best route that the person has."""
    people, employers, post = world.researchers, world.employers, met.post
    who, employer = rows[met.person], posts.employer[post]
    country = posts.country[post]
    effect = effect_of(people, who, employers.mix, employer, worth.applied_premium)
    value = output(
        posts.technology[post], posts.effect[post] + effect / EFFECT_UNIT, posts.heads[post] + 1.0,
        employers.capacity[employer], employers.persons_per_agent[employer], worth,
    ) - posts.output[post]
    public = employers.kind[employer] == EmployerKind.PUBLIC_RESEARCH
    # the public scale goes by country and degree, the same for all abilities
    scale_pay = posts.scale_pay[post] * PUBLIC_DEGREE[people.degree[who]]
    ceiling = np.where(public, scale_pay, value)
    route = routes(
        world, rights, parameters.pay_weight, who, country, ceiling, employers.kind[employer],
        inside=False,
    )
    spread = route.fee / CENTS / parameters.expected_tenure
    from_cash = (posts.reserve[post] - np.where(route.employer_pays, route.fee, 0)) / CENTS
    cash = np.where(public, np.inf, from_cash * (MONTHS / posts.reserve_months))
    # the fee of a public post is public money and does not lower its scale
    cap = np.minimum(ceiling - np.where(route.employer_pays & ~public, spread, 0.0), cash)
    own_cost = np.where(route.employer_pays, 0.0, spread)
    return Offers(
        who, employer, country, world.fit(who, employer), effect, route, public, scale_pay, cap,
        own_cost,
    )


def _rest(
    world: World, offer: Offers, now: Standing, person: I64, parameters: BiddingParameters,
    rights: RightsParameters,
) -> F64:
    """Utility of each offer apart from pay: shares are counted, a move and a grant held back."""
    rest = utility_of_place(
        world, offer.who, offer.country, world.employers.environment[offer.employer], offer.fit,
        parameters,
    )
    rest += parameters.pay_weight * world.employers.equity[offer.employer]
    crosses = np.flatnonzero(offer.country != world.researchers.country[offer.who])
    who, country = offer.who[crosses], offer.country[crosses]
    held = now.rights[person]
    held[crosses] = rights_there(
        world, who, country, chosen(offer.route, crosses), rights, parameters
    )
    rest += held
    rest[crosses] -= moving_cost(world, who, country, parameters)
    if world.levers.retention_grant_usd.any():
        rest[crosses] -= now.hold[person[crosses]]
    return rest


def _tempted(
    world: World, offer: Offers, rest: F64, counts: TakeHome, now: Standing, person: I64,
    parameters: BiddingParameters,
) -> I64:
    """People with an offer from abroad that beats whatever they have at home, but for a grant.

    An offer is a meeting in which the post could pay that much; it may have taken somebody else.
    """
    if not world.levers.retention_grant_usd.any():
        return np.zeros(0, dtype=np.int64)
    open_to_them = offer.route.possible & (offer.cap >= offer.route.floor)
    abroad = np.flatnonzero(
        open_to_them & (now.hold[person] > 0) & (offer.cap > offer.own_cost)
        & (offer.country != world.researchers.country[offer.who])
    )
    who = person[abroad]
    pay = (offer.cap - offer.own_cost)[abroad]
    value = rest[abroad] + now.hold[who]
    value += parameters.pay_weight * counts.chosen(abroad).log_of(pay)
    return np.asarray(who[value > now.answer[who]])


def _admissible(world: World, hires: Hires, cap: F64) -> Hires:
    """Hires whose scheme admits the person at the pay agreed, lifted to the cap where needed."""
    def refused(visa: Rows) -> Rows:
        kind = world.employers.kind[hires.employer[visa]]
        people = applicants(world, hires.rows[visa], hires.pay[visa], kind)
        return visa[~world.rules.admits(hires.scheme[visa], people)]

    short = refused(np.flatnonzero(hires.scheme >= 0))
    if short.size == 0:
        return hires
    hires.pay[short] = cap[short].astype(np.float32)
    keep = np.ones(hires.rows.size, dtype=bool)
    keep[refused(short)] = False
    return chosen(hires, keep)


def contest_for(
    world: World, rows: Rows, now: Standing, posts: Posts, search: SearchParameters,
    parameters: BiddingParameters, rights: RightsParameters, worth: WorthParameters,
    called: Called = NOBODY,
) -> tuple[Hires, Raises, Rows]:
    """The whole contest of a month, from meetings to hires and raises; nothing is written.

    Parameters
    ----------
    rows, now
        People who look, and what each of them has.

    Returns
    -------
    Hires, raises, and the people to whom a grant for staying is due: those with an offer from
    abroad that they would have taken, and who stay.
    """
    met = meet(world, rows, posts, search, called)
    made = in_chunks(
        lambda piece: bids(
            world, rows, chosen(met, piece), posts, now, parameters, rights, worth
        ),
        met.person.size,
        world.chunk,
    )
    weight, who, country = parameters.pay_weight, rows[made.person], posts.country[made.post]
    counts = take_home(world, who, country, made.scheme, made.effect, parameters, rights)
    tie = draw(world.key("tie"), world.researchers.key[who], posts.key[made.post])
    full = made.rest + weight * counts.log_of(made.cap - made.own_cost)
    outcome = contest(
        Meetings(made.person, made.post, full, made.gain, tie), now.answer, posts.employer.size
    )
    won = np.flatnonzero(outcome.meeting >= 0)
    meeting = outcome.meeting[won]
    beats = counts.chosen(meeting).pay_for((outcome.runner_up[won] - made.rest[meeting]) / weight)
    pay = np.clip(beats + made.own_cost[meeting], made.floor[meeting], made.cap[meeting])
    hires = Hires(
        rows[won], posts.employer[made.post[meeting]], country[meeting],
        made.scheme[meeting], pay.astype(np.float32).astype(np.float64), made.effect[meeting],
        made.fit[meeting], made.referred[meeting],
    )
    leaves = won[hires.country != world.researchers.country[hires.rows]]
    kept = rows[np.setdiff1d(made.tempted, leaves)]
    hires = _admissible(world, hires, made.cap[meeting])
    return hires, _raises(world, rows, now, outcome, parameters, rights), kept


def _raises(
    world: World, rows: Rows, now: Standing, outcome: Outcome, parameters: BiddingParameters,
    rights: RightsParameters,
) -> Raises:
    """Pay of those who stay with their employer rises to just beat the best bid."""
    people = world.researchers
    stays = np.flatnonzero((outcome.meeting < 0) & (people.employer[rows] >= 0))
    here = rows[stays]
    schedule = schedule_of(
        world, rights, here, people.country[here].astype(np.int64),
        people.scheme[here].astype(np.int64),
    )
    match = (outcome.runner_up[stays] - now.rest[stays]) / parameters.pay_weight
    match = gross_pay(schedule, np.exp(np.minimum(match, LARGEST_LOG)))
    raised = np.minimum(match, now.most[stays])
    better = np.flatnonzero(raised > people.pay[here])
    return Raises(here[better], raised[better])
