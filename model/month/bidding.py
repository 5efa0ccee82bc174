"""Bidding: people who look meet posts, posts contest for them, pay comes out of competition."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.chance import draw
from agents.compiled import compiled
from agents.employers import (
    CENTS,
    MONTHS,
    EmployerKind,
    WorthParameters,
    effect_of,
    match_of,
    worth_beyond,
)
from agents.populations import Rows
from agents.researchers import EFFECT_UNIT
from model.chunks import chosen, in_chunks
from model.month.contest import Meetings, Outcome, contest
from model.month.encounters import Encounters, meet
from model.month.posts import NOBODY, Called, Posts
from model.month.rights import RightsParameters, most_rights
from model.month.routes import Asking, Routes, applicants, routes
from model.month.search import SearchParameters
from model.month.standing import Standing, rights_there
from model.month.take_home import LARGEST_LOG, TakeHome, least_pay, take_home
from model.month.taxes import gross_pay, schedule_of
from model.month.utility import BiddingParameters, moving_cost, utility_of_place
from model.world import F64, I64, World

LEAST_EFFECT = 0.05  # keeps merit finite in a public team of nobody (assumption)
ROUNDING = 1.0 - 1e-9  # what only rounding could drop is kept
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
    value: F64
    """Utility at the highest pay that the post would go to."""
    gain: F64
    scheme: I64
    effect: I64
    fit: F64
    own_cost: F64
    """Part of the pay that goes to a fee which the person pays, USD a year."""
    referred: NDArray[np.bool_]
    tie: NDArray[np.uint64]
    """Luck that orders equal bids."""
    tempted: I64
    """People with an offer from abroad that they would take but for a grant for staying."""


class Offers(NamedTuple):
    """What posts could go to for persons whom they met, but for residence; one entry a meeting."""

    who: Rows
    employer: I64
    country: I64
    fit: F64
    effect: NDArray[np.int32]
    public: NDArray[np.bool_]
    scale_pay: F64
    """What public research would pay, USD a year."""
    ceiling: F64
    """The most that the post could pay if nothing had to be laid out, USD a year."""
    worth: F64
    """What the person is worth to the employer, in public research by its scale, USD a year."""
    rest: F64
    """Utility of the job apart from pay and rights, a move counted."""


def bids(
    world: World, rows: Rows, met: Encounters, posts: Posts, now: Standing,
    parameters: BiddingParameters, rights: RightsParameters, worth: WorthParameters,
) -> Bids:
    """What each post would go to for each person it met, and what the person needs."""
    offer, met = _promising(world, rows, met, posts, now, parameters, rights, worth)
    person, post, public = met.person, met.post, offer.public
    held = now.rights[person]
    crosses = np.flatnonzero(offer.country != world.researchers.country[offer.who])
    held[crosses] = 0.0
    asking = Asking(
        offer.worth, np.exp((now.utility[person] - offer.rest - held) / parameters.pay_weight),
        public, parameters.expected_tenure,
    )
    route = routes(
        world, rights, parameters.pay_weight, offer.who, offer.country, offer.ceiling,
        world.employers.kind[offer.employer], inside=False, asking=asking,
    )
    held[crosses] = rights_there(
        world, offer.who[crosses], offer.country[crosses], chosen(route, crosses), rights,
        parameters,
    )
    rest = offer.rest + held
    if world.levers.retention_grant_usd.any():
        rest[crosses] -= now.hold[person[crosses]]
    cap, own_cost = _most_paid(offer, route, posts, post, parameters)
    counts = take_home(
        world, offer.who, offer.country, route.scheme, offer.effect, parameters, rights
    )
    need = counts.pay_for((now.utility[person] - rest) / parameters.pay_weight) + own_cost
    floor = np.where(public, offer.scale_pay, np.maximum(need, route.floor))
    gain = route.odds * np.where(public, offer.worth - need, cap - floor)
    keep = np.flatnonzero(route.possible & (cap > need) & (cap >= floor) & (cap > 0))
    value = counts.chosen(keep).log_of((cap - own_cost)[keep])
    value = rest[keep] + parameters.pay_weight * value
    tie = draw(world.key("tie"), world.researchers.key[offer.who[keep]], posts.key[post[keep]])
    return Bids(
        person[keep], post[keep], rest[keep], floor[keep], cap[keep], value, gain[keep],
        route.scheme[keep], offer.effect[keep].astype(np.int64), offer.fit[keep],
        own_cost[keep], met.referred[keep], tie,
        _tempted(world, offer, route, cap, own_cost, rest, counts, now, person, parameters),
    )


def _promising(
    world: World, rows: Rows, met: Encounters, posts: Posts, now: Standing,
    parameters: BiddingParameters, rights: RightsParameters, worth: WorthParameters,
) -> tuple[Offers, Encounters]:
    """What meetings could lead to, whatever it takes to be allowed.

    Those that even the best rights imaginable could not turn into a bid are given up.
    """
    people, employers, post = world.researchers, world.employers, met.post
    who, employer, country = rows[met.person], posts.employer[post], posts.country[post]
    fit = world.fit(who, employer)
    effect = effect_of(
        people, who, employers.mix, employer, worth.applied_premium, match_of(fit, worth)
    )
    rest = utility_of_place(world, who, country, employers.environment[employer], fit, parameters)
    rest += parameters.pay_weight * employers.equity[employer]
    rest -= moving_cost(world, who, country, parameters)
    least = _least(world, who, country, met.person, rest, now, parameters, rights)
    teams = (posts.technology, posts.effect, posts.heads, posts.output)
    value = worth_beyond(teams, post, effect, employers, employer, least, worth)
    terms = _terms(
        post, effect, value, employers.kind[employer], people.degree[who], posts.scale_pay,
        posts.effect, posts.heads, PUBLIC_DEGREE, EmployerKind.PUBLIC_RESEARCH, EFFECT_UNIT,
    )
    offer = Offers(who, employer, country, fit, effect, *terms, rest)
    promising = np.flatnonzero(offer.ceiling > least)
    return chosen(offer, promising), chosen(met, promising)


def _least(
    world: World, who: Rows, country: I64, person: I64, rest: F64, now: Standing,
    parameters: BiddingParameters, rights: RightsParameters,
) -> F64:
    """Pay up to which people could not come, whatever rights they had there, USD a year."""
    best = most_rights(world, rights, parameters.pay_weight)
    log = _logs(
        who, country, person, rest, world.researchers.country, now.utility, now.rights, best,
        parameters.pay_weight,
    )
    return least_pay(world, who, country, log, parameters) * ROUNDING


@compiled
def _logs(
    who: Rows, country: I64, person: I64, rest: F64, lives: NDArray[np.int8], utility: F64,
    rights: F64, best: F64, pay_weight: float,
) -> F64:
    """Log of pay for which each job is as good as what the person has, with the best of rights."""
    log = np.empty(who.size)
    for at in range(who.size):
        there, searcher = country[at], person[at]
        held = best[there] if there != lives[who[at]] else rights[searcher]
        log[at] = (utility[searcher] - rest[at] - held) / pay_weight
    return log


@compiled
def _terms(
    post: I64, added: NDArray[np.int32], value: F64, kind: NDArray[np.int8],
    degree: NDArray[np.int8], scale: F64, effect: F64, heads: F64, steps: F64, research: int,
    unit: int,
) -> tuple[NDArray[np.bool_], F64, F64, F64]:
    """Whether each post is in public research, its scale pay, the most that it could pay, and
    what the person is worth there.

    Parameters
    ----------
    value
        What the person adds to output, USD a year.
    scale, effect, heads, steps
        Public pay before steps of the scale, and the team, by post; the steps by degree.
    """
    public = kind == research
    pay, most, worth = np.empty(post.size), value.copy(), value.copy()
    for at in range(post.size):
        here = post[at]
        # the public scale goes by country and degree, the same for all abilities
        pay[at] = scale[here] * steps[degree[at]]
        if public[at]:
            usual = max(effect[here] / max(heads[here], 1), LEAST_EFFECT)
            most[at], worth[at] = pay[at], pay[at] * (added[at] / unit) / usual
    return public, pay, most, worth


def _most_paid(
    offer: Offers, route: Routes, posts: Posts, post: I64, parameters: BiddingParameters
) -> tuple[F64, F64]:
    """The most that each post can pay, and what of it goes to a fee that the person pays."""
    spread = route.fee / CENTS / parameters.expected_tenure
    from_cash = (posts.reserve[post] - np.where(route.employer_pays, route.fee, 0)) / CENTS
    cash = np.where(offer.public, np.inf, from_cash * (MONTHS / posts.reserve_months))
    # the fee of a public post is public money and does not lower its scale
    laid_out = np.where(route.employer_pays & ~offer.public, spread, 0.0)
    return np.minimum(offer.ceiling - laid_out, cash), np.where(route.employer_pays, 0.0, spread)


def _tempted(
    world: World, offer: Offers, route: Routes, cap: F64, own_cost: F64, rest: F64,
    counts: TakeHome, now: Standing, person: I64, parameters: BiddingParameters,
) -> I64:
    """People with an offer from abroad that beats whatever they have at home, but for a grant.

    An offer is a meeting in which the post could pay that much; it may have taken somebody else.
    """
    if not world.levers.retention_grant_usd.any():
        return np.zeros(0, dtype=np.int64)
    abroad = np.flatnonzero(
        route.possible & (cap >= route.floor) & (now.hold[person] > 0) & (cap > own_cost)
        & (offer.country != world.researchers.country[offer.who])
    )
    who = person[abroad]
    value = rest[abroad] + now.hold[who]
    value += parameters.pay_weight * counts.chosen(abroad).log_of((cap - own_cost)[abroad])
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
    outcome = contest(
        Meetings(made.person, made.post, made.value, made.gain, made.tie), now.answer,
        posts.employer.size,
    )
    won = np.flatnonzero(outcome.meeting >= 0)
    taken = chosen(made._replace(tempted=made.post), outcome.meeting[won])
    country = posts.country[taken.post]
    counts = take_home(world, rows[won], country, taken.scheme, taken.effect, parameters, rights)
    beats = counts.pay_for((outcome.runner_up[won] - taken.rest) / parameters.pay_weight)
    pay = np.clip(beats + taken.own_cost, taken.floor, taken.cap)
    hires = Hires(
        rows[won], posts.employer[taken.post], country, taken.scheme,
        pay.astype(np.float32).astype(np.float64), taken.effect, taken.fit, taken.referred,
    )
    leaves = won[hires.country != world.researchers.country[hires.rows]]
    kept = np.zeros(rows.size, dtype=bool)
    kept[made.tempted] = True
    kept[leaves] = False
    hires = _admissible(world, hires, taken.cap)
    return hires, _raises(world, rows, now, outcome, parameters, rights), rows[kept]


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
