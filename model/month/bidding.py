"""Bidding: people who look meet posts, posts contest for them, pay comes out of competition."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.chance import draw
from agents.employers import MONTHS, EmployerKind, WorthParameters, applied_share, effect_of, output
from agents.populations import Rows
from agents.researchers import EFFECT_UNIT
from model.chunks import chosen, in_chunks
from model.month.contest import Meetings, contest
from model.month.posts import Posts
from model.month.routes import RightsParameters, applicants, routes
from model.month.search import Encounters, SearchParameters, meet
from model.month.standing import Standing, rights_here, standing
from model.month.utility import BiddingParameters, moving_cost, utility_of_place
from model.world import F64, I64, World

CENTS = 100
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
    """Meetings in which both sides would gain; arrays of one length."""

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


def bids(
    world: World, rows: Rows, met: Encounters, posts: Posts, now: Standing,
    parameters: BiddingParameters, rights: RightsParameters, worth: WorthParameters,
) -> Bids:
    """What each post would go to for each person it met, and what the person needs."""
    people, employers = world.researchers, world.employers
    person, post = met.person, met.post
    who, employer = rows[person], posts.employer[post]
    country = posts.country[post]
    fit = world.fit(who, employer)
    effect = effect_of(
        people.ability[who], people.skill[who], people.other_discipline[who],
        employers.mix[employer], applied_share(employers.mix)[employer], worth.applied_premium,
    )
    added = effect / EFFECT_UNIT
    value = output(
        posts.technology[post], posts.effect[post] + added, posts.heads[post] + 1.0,
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
    stays = country == people.country[who]
    rest = (
        utility_of_place(world, who, country, employers.environment[employer], fit, parameters)
        + np.where(stays, rights_here(world, who, rights, parameters), route.rights)
    )
    crosses = np.flatnonzero(~stays)
    rest[crosses] -= moving_cost(world, who[crosses], country[crosses], parameters)
    need = np.exp(np.minimum((now.utility[person] - rest) / parameters.pay_weight, 50.0))
    need = need + own_cost
    floor = np.where(public, scale_pay, np.maximum(need, route.floor))
    usual = np.maximum(posts.effect[post] / np.maximum(posts.heads[post], 1), LEAST_EFFECT)
    merit = scale_pay * added / usual
    gain = route.odds * np.where(public, merit - need, cap - floor)
    keep = np.flatnonzero(route.possible & (cap > need) & (cap >= floor) & (cap > 0))
    return Bids(
        person[keep], post[keep], rest[keep], floor[keep], cap[keep], gain[keep],
        route.scheme[keep], effect[keep].astype(np.int64), fit[keep], own_cost[keep],
        met.referred[keep],
    )


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
    world: World, rows: Rows, posts: Posts, search: SearchParameters,
    parameters: BiddingParameters, rights: RightsParameters, worth: WorthParameters,
) -> tuple[Hires, Raises]:
    """The whole contest of a month, from meetings to hires and raises; nothing is written."""
    people = world.researchers
    met = meet(world, rows, posts, search)
    now = standing(world, rows, parameters, rights, worth)
    made = in_chunks(
        lambda piece: bids(
            world, rows, chosen(met, piece), posts, now, parameters, rights, worth
        ),
        met.person.size,
        world.chunk,
    )
    weight = parameters.pay_weight
    tie = draw(world.key("tie"), people.key[rows[made.person]], posts.key[made.post])
    full = made.rest + weight * np.log(made.cap - made.own_cost)
    outcome = contest(
        Meetings(made.person, made.post, full, made.gain, tie), now.answer, posts.employer.size
    )
    won = np.flatnonzero(outcome.meeting >= 0)
    meeting = outcome.meeting[won]
    beats = np.exp(np.minimum((outcome.runner_up[won] - made.rest[meeting]) / weight, 50.0))
    pay = np.clip(beats + made.own_cost[meeting], made.floor[meeting], made.cap[meeting])
    hires = Hires(
        rows[won], posts.employer[made.post[meeting]], posts.country[made.post[meeting]],
        made.scheme[meeting], pay.astype(np.float32).astype(np.float64), made.effect[meeting],
        made.fit[meeting], made.referred[meeting],
    )
    hires = _admissible(world, hires, made.cap[meeting])
    stays = np.flatnonzero((outcome.meeting < 0) & (people.employer[rows] >= 0))
    match = np.exp(np.minimum((outcome.runner_up[stays] - now.rest[stays]) / weight, 50.0))
    raised = np.minimum(match, now.most[stays])
    better = np.flatnonzero(raised > people.pay[rows[stays]])
    return hires, Raises(rows[stays[better]], raised[better])
