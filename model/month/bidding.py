"""Bidding: people who look meet posts, posts contest for them, pay comes out of competition."""

from __future__ import annotations

import dataclasses
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.chance import draw
from agents.declare import parameter
from agents.employers import (
    MONTHS,
    EmployerKind,
    WorthParameters,
    applied_share,
    effect_of,
    marginal_worth,
    output,
)
from agents.populations import Rows
from agents.researchers import EFFECT_UNIT, Status
from model.chunks import chosen, in_chunks
from model.month.contest import Meetings, contest
from model.month.posts import Posts, counted_technology
from model.month.routes import RightsParameters, applicants, rights_of, routes
from model.month.search import Encounters, SearchParameters, meet
from model.world import F64, I64, World

CENTS = 100
# What the meanings of the cost parameters refer to.
NEAR_KM = 500.0
YOUNG = 30.0  # years
SCHOOL_AGES = (35, 50)  # age of parents with children at school, years
LEAST_EFFECT = 0.05  # keeps merit finite in a public team of nobody (assumption)


@dataclasses.dataclass(frozen=True)
class BiddingParameters:
    """What people look for in a job, and what employers answer."""

    pay_weight: float = parameter(
        1.8, unit="utility", low=0.5, high=4.0, kind="uncertainty",
        source="assumption; scale of utility against the spread of fit",
        meaning="weight of log pay after tax at purchasing power",
    )
    environment_weight: float = parameter(
        0.3, unit="utility", low=0.0, high=1.5, kind="uncertainty",
        source="assumption; sign from Stern 2004: scientists pay to be scientists",
        meaning="weight of the log of the research environment at median ability",
    )
    environment_ability: float = parameter(
        0.3, unit="utility", low=0.0, high=1.5, kind="uncertainty",
        source="assumption; sign from Roach and Sauermann 2010",
        meaning="rise of that weight with log ability",
    )
    fit_weight: float = parameter(
        0.6, unit="utility", low=0.05, high=1.5, kind="uncertainty", source="assumption",
        meaning="weight of the fit between a person and an employer, standard normal",
    )
    home_attachment: float = parameter(
        0.8, unit="utility", low=0.0, high=3.0, kind="uncertainty", source="assumption",
        meaning="gain from living in the country of birth, for the mean country of birth",
    )
    home_pull: float = parameter(
        1.0, unit="1", low=0.0, high=2.0, kind="uncertainty",
        source="assumption: the gain moves in proportion to the rate of returns",
        meaning="weight of the pull of the country of birth on the log of that gain",
    )
    diaspora_weight: float = parameter(
        0.05, unit="utility", low=0.0, high=0.4, kind="uncertainty",
        source="assumption below the elasticity 0.4 of migration to diaspora, which also "
        "works through news",
        meaning="weight of the log of compatriots in the country, in persons",
    )
    amenity_weight: float = parameter(
        1.0, unit="1", low=0.0, high=2.0, kind="uncertainty",
        source="1: as derived from net flows of the fit years",
        meaning="weight of the amenity of a country",
    )
    affinity_weight: float = parameter(
        0.15, unit="utility", low=0.0, high=1.0, kind="uncertainty", source="assumption",
        meaning="weight of the affinity of the country of birth with that of the job",
    )
    distance_cost: float = parameter(
        0.15, unit="utility", low=0.0, high=0.6, kind="uncertainty",
        source="assumption; distance elasticity about -0.5 with news falling in distance too",
        meaning="cost of a move for each log of distance over 500 km",
    )
    moving_cost: float = parameter(
        0.2, unit="utility", low=0.0, high=3.0, kind="uncertainty",
        source="assumption; set for about 2 % of people who change country in a year",
        meaning="cost of any move to another country",
    )
    language_cost: float = parameter(
        0.25, unit="utility", low=0.0, high=1.5, kind="uncertainty", source="assumption",
        meaning="cost of a move to a country without a common language",
    )
    age_cost: float = parameter(
        0.012, unit="utility/year", low=0.0, high=0.1, kind="uncertainty",
        source="assumption; sign from Vaccario et al. 2020, size for a rate of moves that halves "
        "in ten years of age (Rogers and Castro 1981)",
        meaning="cost of a move for each year of age over thirty",
    )
    partner_cost: float = parameter(
        0.25, unit="utility", low=0.0, high=1.5, kind="uncertainty", source="assumption",
        meaning="cost of a move for a household with a partner",
    )
    school_cost: float = parameter(
        0.1, unit="utility", low=0.0, high=1.5, kind="uncertainty", source="assumption",
        meaning="cost of a move for such a household at ages from 35 to 50 (schools)",
    )
    reservation: float = parameter(
        0.7, unit="share", low=0.1, high=1.0, kind="uncertainty", source="assumption",
        meaning="pay below which a jobless person declines, relative to going pay for the effect",
    )
    answer_share: float = parameter(
        0.5, unit="share", low=0.0, high=1.0, kind="uncertainty", source="assumption",
        meaning="part of the yearly surplus over pay that an employer may spend on answers",
    )
    expected_tenure: float = parameter(
        3.0, unit="years", low=0.5, high=10.0, kind="constant", source="assumption",
        meaning="years over which fees are spread",
    )
    public_scale: float = parameter(
        1.0, unit="1", low=0.5, high=2.0, kind="lever", source="1: the scales at the opening",
        meaning="pay scale of public research relative to its level at the opening",
    )


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


def utility_of_place(
    world: World, rows: Rows, country: I64, environment: F64, fit: F64,
    parameters: BiddingParameters,
) -> F64:
    """Utility of a job apart from quoted pay, rights of status and the cost of moving there.

    Notes
    -----
    x = β_pay · ln((1 − tax) / prices) + (β_env + β_ability · ln ability) · ln environment
    + β_fit · fit + home · exp(w · pull) · [country of birth] + β_diaspora · ln(1 + compatriots)
    + β_amenity · amenity + β_affinity · affinity(country of birth, country).
    """
    people, table, table_amenity = world.researchers, world.tables.country, world.tables.amenity
    real = parameters.pay_weight * np.log((1 - table["tax_rate"]) / table["price_level"])
    ability = np.log(people.ability[rows].astype(np.float64))
    taste = np.maximum(
        parameters.environment_weight + parameters.environment_ability * ability, 0.0
    )
    born = people.birth_country[rows].astype(np.int64)
    compatriots = world.compatriots[born, country] * world.persons_per_agent
    home = parameters.home_attachment * np.exp(parameters.home_pull * table["home_pull"])
    return np.asarray(
        real[country]
        + taste * np.log(environment)
        + parameters.fit_weight * fit
        + home[born] * (country == born)
        + parameters.diaspora_weight * np.log1p(compatriots)
        + parameters.amenity_weight * table_amenity[country]
        + parameters.affinity_weight * world.tables.affinity[born, country]
    )


def moving_cost(world: World, rows: Rows, country: I64, parameters: BiddingParameters) -> F64:
    """Cost in utility of a move; zero where the country stays the same."""
    people = world.researchers
    here = people.country[rows].astype(np.int64)
    distance = np.maximum(world.tables.distance_km[here, country], NEAR_KM) / NEAR_KM
    age = world.age_years(rows)
    partner = (people.household[rows] > 0) & (people.partner_from[rows] <= world.month)
    schools = partner & (age >= SCHOOL_AGES[0]) & (age < SCHOOL_AGES[1])
    cost = (
        parameters.moving_cost
        + parameters.distance_cost * np.log(distance)
        + parameters.language_cost * (1 - world.tables.common_language[here, country])
        + parameters.age_cost * np.maximum(age - YOUNG, 0.0)
        + parameters.partner_cost * partner
        + parameters.school_cost * schools
    )
    return np.asarray(np.where(here == country, 0.0, cost))


class Standing(NamedTuple):
    """What each searcher has now; one entry a searcher."""

    utility: F64
    """With present pay, or of staying without work."""
    answer: F64
    """Utility with the highest pay that the incumbent would answer with."""
    rest: F64
    """Utility apart from pay."""
    most: F64
    """That highest pay, USD a year."""


def standing(
    world: World, rows: Rows, parameters: BiddingParameters, rights: RightsParameters,
    worth: WorthParameters,
) -> Standing:
    """What searchers have where they are, and how far their employers would answer."""
    reserve, technology = answer_reserve(world, rows, parameters), counted_technology(world, worth)
    price, demand = world.price(), world.demand_by_field()
    return in_chunks(
        lambda piece: _stand(
            world, rows[piece], reserve, technology, price, demand, parameters, rights, worth
        ),
        rows.size,
        world.chunk,
    )


def _stand(
    world: World, rows: Rows, reserve: F64, technology: F64, price: F64, demand: F64,
    parameters: BiddingParameters, rights: RightsParameters, worth: WorthParameters,
) -> Standing:
    people, employers = world.researchers, world.employers
    employer = people.employer[rows].astype(np.int64)
    employed = employer >= 0
    country = people.country[rows].astype(np.int64)
    idle_environment = world.tables.country["research_environment"][country]
    environment = np.where(employed, employers.environment[employer], idle_environment)
    fit = people.fit[rows].astype(np.float64)
    rest = utility_of_place(world, rows, country, environment, fit, parameters)
    rest += _rights_here(world, rows, rights, parameters)
    pay = people.pay[rows].astype(np.float64)
    idle = parameters.reservation * price[country] * _general_effect(world, rows, demand[country])
    pay = np.where(employed, pay, idle)
    most = np.where(employed, _answers(world, rows, reserve, technology, worth), pay)
    return Standing(
        rest + parameters.pay_weight * np.log(pay),
        rest + parameters.pay_weight * np.log(most),
        rest,
        most,
    )


def _general_effect(world: World, rows: Rows, mix: F64) -> F64:
    """Effect of people in work with the mix of their country."""
    people = world.researchers
    return effect_of(people.ability[rows], people.skill[rows], 0.0, mix, 0.0, 0.0) / EFFECT_UNIT


def _rights_here(
    world: World, rows: Rows, rights: RightsParameters, parameters: BiddingParameters
) -> F64:
    """Utility of the status that people hold where they live; zero for settled people."""
    people = world.researchers
    value = np.zeros(rows.size)
    status = people.status[rows]
    held = np.flatnonzero(status >= Status.WORK)
    held = held[people.scheme[rows[held]] >= 0]
    elapsed = (world.month - people.status_since[rows[held]].astype(np.float64)) / MONTHS
    scheme = people.scheme[rows[held]].astype(np.int64)
    value[held] = rights_of(world, rights, parameters.pay_weight, scheme, rows[held], elapsed)
    return value


def answer_reserve(world: World, rows: Rows, parameters: BiddingParameters) -> F64:
    """What each employer may spend to keep one of its people who look, USD a year.

    A part of the yearly surplus is shared beforehand among all who look, so that no order matters.
    """
    employers = world.employers
    employer = world.researchers.employer[rows]
    looking = np.bincount(employer[employer >= 0], minlength=employers.count)
    payroll = employers.payroll * (MONTHS / CENTS)
    computing = employers.computing / employers.persons_per_agent
    surplus = employers.produced - payroll - computing
    surplus = np.maximum(surplus, 0.0) * parameters.answer_share
    return np.asarray(surplus / np.maximum(looking, 1))


def _answers(
    world: World, rows: Rows, reserve: F64, technology: F64, worth: WorthParameters
) -> F64:
    """The most each incumbent pays to keep a person: never above worth, within a reserve.

    Public research keeps to its scale.
    """
    people, employers = world.researchers, world.employers
    employer = people.employer[rows].astype(np.int64)
    pay = people.pay[rows].astype(np.float64)
    added = people.effect[rows] / EFFECT_UNIT
    without = marginal_worth(
        technology[employer], employers.effect[employer] / EFFECT_UNIT - added,
        employers.heads[employer] - 1.0, employers.capacity[employer],
        employers.persons_per_agent[employer], added, worth,
    )
    public = employers.kind[employer] == EmployerKind.PUBLIC_RESEARCH
    answer = np.maximum(np.minimum(without, pay + reserve[employer]), pay)
    return np.where(public, pay, answer)


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
    scale_pay = posts.scale_pay[post] * parameters.public_scale * PUBLIC_DEGREE[people.degree[who]]
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
        + np.where(stays, _rights_here(world, who, rights, parameters), route.rights)
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
