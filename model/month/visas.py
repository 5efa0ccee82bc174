"""The visa office: routes, places and lotteries, decisions, and the clocks of status."""

from __future__ import annotations

import dataclasses
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.chance import draw, unit
from agents.declare import parameter
from agents.employers import MONTHS, monthly_cents
from agents.populations import Rows
from agents.researchers import NEVER, Status
from model.rules import ALLOCATIONS, Applicants
from model.world import F64, I64, World

BY_PAY = (ALLOCATIONS.index("by_pay"), ALLOCATIONS.index("by_points"))
CENTS = 100
# the American payment of September 2025 spares people who change status inside the country
PAYMENT_FOR_HIRES_FROM_ABROAD = 100_000 * CENTS


@dataclasses.dataclass(frozen=True)
class RightsParameters:
    """What the rights of a residence status are worth, in units of utility."""

    permanence: float = parameter(
        0.12, unit="utility", low=0.0, high=1.0, kind="uncertainty",
        source="assumption; sign from Czaika and Parsons 2017: permanence raises numbers",
        meaning="loss for each log year of waiting for permanent residence",
    )
    no_permanence_years: float = parameter(
        20.0, unit="years", low=5.0, high=60.0, kind="constant", source="assumption",
        meaning="wait that counts where a scheme never leads to permanence",
    )
    partner_work: float = parameter(
        0.45, unit="utility", low=0.0, high=2.0, kind="uncertainty",
        source="assumption: somewhat less than the loss of a third of household income",
        meaning="loss of a household whose partner wants to work and may not",
    )
    household_help: float = parameter(
        0.05, unit="utility", low=0.0, high=0.5, kind="uncertainty", source="assumption",
        meaning="gain of a household with a partner from domestic help",
    )
    relief_horizon: float = parameter(
        5.0, unit="years", low=1.0, high=20.0, kind="constant", source="assumption",
        meaning="years over which people count tax relief",
    )
    odds_weight: float = parameter(
        0.5, unit="utility", low=0.0, high=3.0, kind="uncertainty", source="assumption",
        meaning="weight of the log of the published chance in the choice of a scheme",
    )
    outside_pay: float = parameter(
        110_000.0, unit="USD of 2024 a year", low=40_000.0, high=250_000.0, kind="uncertainty",
        source="assumption; near the median pay of approved H-1B petitions",
        meaning="median pay of outside applicants where places go by pay",
    )
    outside_pay_shape: float = parameter(
        4.0, unit="1", low=1.0, high=10.0, kind="uncertainty", source="assumption",
        meaning="shape of the log-logistic pay of outside applicants",
    )
    barriers: float = parameter(
        1.0, unit="0 or 1", low=0.0, high=1.0, kind="lever",
        source="1: the schemes in force; 0: nobody needs a visa",
        meaning="whether foreigners need a visa at all",
    )
    outside_applicants: float = parameter(
        1.0, unit="1", low=0.0, high=3.0, kind="uncertainty", source="1: as recorded",
        meaning="scale of the applicants from outside AI who compete for capped places",
    )


class Routes(NamedTuple):
    """How each of some people may take a job in a country; arrays of one length."""

    possible: NDArray[np.bool_]
    scheme: I64
    """Scheme row to apply under; -1: no visa needed."""
    floor: F64
    """Least pay under the scheme, USD a year."""
    fee: I64
    """Fee in cents."""
    employer_pays: NDArray[np.bool_]
    rights: F64
    """Utility of the rights that come with the scheme."""
    odds: F64
    """Chance of getting a place."""


def rights_of(
    world: World, parameters: RightsParameters, scheme: I64, rows: Rows, elapsed: F64
) -> F64:
    """Utility of a temporary status against permanence, shape of ``rows``.

    Notes
    -----
    −permanence · ln(1 + years left) − partner_work · [partner wants to work and may not]
    + household_help · [partner, help allowed] + relief · share of the horizon.
    """
    rules, people = world.rules, world.researchers
    country, origin = rules.country[scheme], people.birth_country[rows]
    years = np.minimum(
        rules.years_to_permanence[scheme] + world.tables.queue_years[country, origin],
        parameters.no_permanence_years,
    )
    household = np.where(people.partner_from[rows] <= world.month, people.household[rows], 0)
    value = -parameters.permanence * np.log1p(np.maximum(years - elapsed, 0.0))
    value -= parameters.partner_work * ((household == 2) & ~rules.partner_may_work[scheme])
    value += parameters.household_help * ((household > 0) & rules.household_help[scheme])
    tax = world.tables.country["tax_rate"][country]
    kept = np.log((1 - tax * (1 - rules.relief_rate[scheme])) / (1 - tax))
    left = np.clip(rules.relief_years[scheme] - elapsed, 0.0, parameters.relief_horizon)
    return np.asarray(value + kept * left / parameters.relief_horizon)


def applicants(world: World, rows: Rows, pay: F64, kind: NDArray[np.int8]) -> Applicants:
    """What schemes ask about some people."""
    people = world.researchers
    since = (world.month - people.degree_month[rows].astype(np.float64)) / MONTHS
    return Applicants(
        degree=people.degree[rows], university_rank=people.university_rank[rows],
        age=world.age_years(rows), years_since_degree=since, field=people.field[rows],
        pay=pay, employer_kind=kind,
    )


def routes(
    world: World, parameters: RightsParameters, rows: Rows, country: I64, pay: F64,
    kind: NDArray[np.int8], inside: bool,
) -> Routes:
    """The best way for each person to take a job in a country at a pay.

    Every scheme of the country that admits the person is compared by rights and published odds.

    Parameters
    ----------
    rows, country
        Person rows and country rows of the job.
    pay
        The most that the employer would pay, USD a year.
    kind
        Kind of the employer.
    inside
        Whether the people already live there on a graduate stay.
    """
    rules, people = world.rules, world.researchers
    size = rows.size
    free = (world.open_countries()[country] & people.citizenships[rows]) != 0
    if parameters.barriers <= 0:
        free[:] = True
    settled = (people.country[rows] == country) & ~np.isin(
        people.status[rows], (Status.GRADUATE,) if inside else ()
    )
    free |= settled
    usable, first, number = rules.menu(world.rules_month, inside, world.countries)
    needy = np.flatnonzero(~free)
    if needy.size == 0:
        nothing = np.zeros(size)
        return Routes(
            free, np.full(size, -1), nothing, np.zeros(size, dtype=np.int64),
            np.ones(size, dtype=bool), nothing, np.ones(size),
        )
    here = country[needy]
    repeats = number[here]
    entry = np.repeat(np.arange(needy.size), repeats)
    offset = np.arange(entry.size) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    scheme = usable[first[here[entry]] + offset]
    who = needy[entry]
    admitted = rules.admits(scheme, applicants(world, rows[who], pay[who], kind[who]))
    entry, scheme, who = entry[admitted], scheme[admitted], who[admitted]
    value = rights_of(world, parameters, scheme, rows[who], np.zeros(who.size))
    odds = np.where(rules.exempt[scheme, kind[who]], 1.0, world.odds[scheme])
    score = value + parameters.odds_weight * np.log(np.maximum(odds, 1e-6))
    best = _best_of_each(entry, score)
    chosen = who[best]
    possible, row = free.copy(), np.full(size, -1, dtype=np.int64)
    possible[chosen] = True
    row[chosen] = scheme[best]
    worth, chance = np.zeros(size), np.ones(size)
    worth[chosen], chance[chosen] = value[best], odds[best]
    real = row >= 0
    return Routes(
        possible, row,
        np.where(real, rules.min_pay[row], 0.0),
        np.where(real, rules.fee_cents[row], 0),
        rules.employer_pays[row] | ~real,
        worth, chance,
    )


def _best_of_each(group: I64, score: F64) -> I64:
    """Position of the highest score in each run of equal group numbers (the first of equals)."""
    if group.size == 0:
        return np.zeros(0, dtype=np.int64)
    starts = np.flatnonzero(np.concatenate(([True], group[1:] != group[:-1])))
    highest = np.maximum.reduceat(score, starts)
    is_best = np.flatnonzero(score == np.repeat(highest, np.diff(np.append(starts, group.size))))
    keep = np.concatenate(([True], group[is_best[1:]] != group[is_best[:-1]]))
    return np.asarray(is_best[keep])


class Application(NamedTuple):
    """People who apply this month; arrays of one length."""

    rows: Rows
    employer: I64
    scheme: I64
    pay: F64
    effect: I64
    fit: F64
    inside: NDArray[np.bool_]


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
    luck = unit(draw(world.key("places", 0), group))
    before = world.quota_drawn[group]
    after = before + rules.places[capped] / rules.open_months[capped]
    scale = world.persons_per_agent
    opened = np.floor(after / scale + luck) - np.floor(before / scale + luck)
    world.quota_drawn[group] = after
    world.quota_left[group] += opened.astype(np.int64)


def apply(world: World, parameters: RightsParameters, application: Application) -> Rows:
    """Take in applications, give out places and charge fees.

    Returns
    -------
    Rows of the people who were refused a place.

    Notes
    -----
    Each applicant has a keyed rank u. The cutoff c solves: AI applicants below c + outside · c =
    places. With ranks sorted, the i-th AI applicant is in when i + outside · u_i ≤ places.
    """
    rules, people = world.rules, world.researchers
    scheme = application.scheme
    counters = world.counters
    np.add.at(counters.applications, scheme, 1)
    kind = world.employers.kind[application.employer]
    capped = np.isfinite(rules.places[scheme]) & ~rules.exempt[scheme, kind]
    wins = ~capped
    key = world.key("place")
    group = rules.route_group[scheme]
    for number in np.unique(group[capped]):
        here = np.flatnonzero(capped & (group == number))
        row = int(scheme[here[0]])
        luck = unit(draw(key, people.key[application.rows[here]]))
        if rules.allocation[row] in BY_PAY:
            relative = application.pay[here] / parameters.outside_pay
            luck = 1.0 / (1.0 + relative**parameters.outside_pay_shape)
        order = np.lexsort((people.key[application.rows[here]], luck))
        outside = rules.outside[row] * parameters.outside_applicants
        outside = outside / rules.open_months[row] / world.persons_per_agent
        places = int(world.quota_left[number])
        selected = np.arange(1, here.size + 1) + outside * luck[order] <= places
        won = int(selected.sum())
        wins[here[order[selected]]] = True
        cutoff = (places - won) / outside if outside > 0 else won / here.size
        world.odds[row] = 0.5 * world.odds[row] + 0.5 * min(max(cutoff, 0.0), 1.0)
        taken = min(places, won + int(outside * min(max(cutoff, 0.0), 1.0)))
        world.quota_left[number] -= max(taken, won)
        counters.places[row] += won
    lost = np.flatnonzero(~wins)
    np.add.at(counters.refusals, scheme[lost], 1)
    _file(world, application, np.flatnonzero(wins))
    return application.rows[lost]


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
        decides=world.month + np.maximum(rules.processing[scheme], 1),
    )
    people.waiting[rows] = True
    abroad = ~inside
    np.add.at(employers.promised_heads, employer[abroad], 1)
    np.add.at(employers.promised_effect, employer[abroad], application.effect[chosen][abroad])
    promised = monthly_cents(application.pay[chosen].astype(np.float32))
    np.add.at(employers.promised_pay, employer[abroad], promised[abroad])
    fee = rules.fee_cents[scheme]
    spared = inside & (fee >= PAYMENT_FOR_HIRES_FROM_ABROAD)
    charged = fee - np.where(spared, PAYMENT_FOR_HIRES_FROM_ABROAD, 0)
    by_employer = rules.employer_pays[scheme]
    charged = np.where(
        by_employer, np.minimum(charged, np.maximum(employers.cash[employer], 0)), charged
    )
    np.subtract.at(employers.cash, employer, np.where(by_employer, charged, 0))
    own = np.where(by_employer, 0, charged)
    np.subtract.at(world.accounts.households, people.country[rows], own)
    np.add.at(world.accounts.governments, rules.country[scheme], charged)


class Decision(NamedTuple):
    """Cases decided this month; arrays of one length."""

    rows: Rows
    employer: I64
    scheme: I64
    pay: F64
    effect: I64
    fit: F64
    inside: NDArray[np.bool_]


def decide(world: World) -> Decision:
    """Grant what is due, after cases whose person is gone are withdrawn."""
    withdraw(world)
    cases, people = world.cases, world.researchers
    due = np.flatnonzero(cases.decides <= world.month)
    np.add.at(world.counters.grants, cases.scheme[due].astype(np.int64), 1)
    decision = Decision(
        people.row_of(cases.person[due]).astype(np.int64), cases.employer[due].astype(np.int64),
        cases.scheme[due].astype(np.int64), cases.pay[due].astype(np.float64),
        cases.effect[due].astype(np.int64), cases.fit[due].astype(np.float64),
        cases.inside[due].copy(),
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


def _close(world: World, ended: Rows) -> None:
    """Take cases off the register and release the posts and pay kept for them."""
    cases, employers = world.cases, world.employers
    abroad = ended[~cases.inside[ended]]
    employer = cases.employer[abroad]
    np.subtract.at(employers.promised_heads, employer, 1)
    np.subtract.at(employers.promised_effect, employer, cases.effect[abroad].astype(np.int64))
    np.subtract.at(employers.promised_pay, employer, monthly_cents(cases.pay[abroad]))
    cases.remove(ended)


def admit(world: World, rows: Rows, scheme: I64) -> None:
    """Set the status of people who have just come to their country, and its next event."""
    people = world.researchers
    country = people.country[rows].astype(np.int64)
    bit = np.int64(1) << country
    citizen = (people.citizenships[rows] & bit) != 0
    free = (people.citizenships[rows] & world.open_countries()[country]) != 0
    on_visa = (scheme >= 0) & ~citizen & ~free
    status = np.where(citizen, Status.CITIZEN, np.where(on_visa, Status.WORK, Status.FREE))
    people.status[rows] = status
    people.scheme[rows] = np.where(on_visa, scheme, -1)
    people.status_since[rows] = world.month
    people.status_until[rows] = next_event(world, rows)


def next_event(world: World, rows: Rows) -> I64:
    """When the status of people changes by itself, given that they keep their job."""
    people, rules = world.researchers, world.rules
    country = people.country[rows].astype(np.int64)
    status, scheme = people.status[rows], people.scheme[rows].astype(np.int64)
    years = rules.years_to_permanence[scheme]
    years = years + world.tables.queue_years[country, people.birth_country[rows]]
    permanent = people.status_since[rows] + np.where(np.isfinite(years), years * MONTHS, NEVER)
    citizen = people.arrived[rows] + world.tables.country["years_to_citizenship"][country] * MONTHS
    due = np.where(
        status == Status.WORK, permanent,
        np.where((status == Status.FREE) | (status == Status.PERMANENT), citizen, NEVER),
    )
    due = np.minimum(np.maximum(due, world.month + 1), NEVER)
    return np.asarray(due.astype(np.int64))


def advance_status(world: World) -> Rows:
    """Let the clocks of status run: permanence, citizenship, or the end of a stay.

    Returns
    -------
    Rows of people whose right to stay has ended; they return to the country of birth.
    """
    people = world.researchers
    rows = np.flatnonzero(people.status_until <= world.month)
    status = people.status[rows]
    working = rows[status == Status.WORK]
    people.status[working] = Status.PERMANENT
    people.status_since[working] = world.month
    settled = rows[(status == Status.PERMANENT) | (status == Status.FREE)]
    naturalise(world, settled)
    people.status_until[working] = next_event(world, working)
    ending = rows[(status == Status.GRADUATE) | (status == Status.GRACE)]
    # an application in time extends the stay until it is decided
    return np.asarray(ending[~people.waiting[ending]])


def naturalise(world: World, rows: Rows) -> None:
    """Residents become citizens where both countries let them keep the first citizenship.

    Where one does not, they stay permanent residents (assumption: nobody gives up a citizenship).
    """
    people, code = world.researchers, world.tables.country["dual_citizenship"]
    country, origin = people.country[rows].astype(np.int64), people.birth_country[rows]
    host_allows = np.isin(code[country], (2, 3))
    origin_allows = np.isin(code[origin], (1, 3))
    both = host_allows & origin_allows
    new = rows[both]
    people.citizenships[new] |= np.int64(1) << country[both]
    people.status[new] = Status.CITIZEN
    people.scheme[new] = -1
    people.status_until[rows] = NEVER


def petitions(world: World, parameters: RightsParameters) -> Application:
    """Graduates at work ask for a lasting status, once a year while their stay runs."""
    people = world.researchers
    rows = np.flatnonzero(people.status == Status.GRADUATE)
    rows = rows[(people.employer[rows] >= 0) & ~people.waiting[rows]]
    due = (world.month - people.status_since[rows].astype(np.int64)) % MONTHS == 1
    rows = rows[due]
    employer = people.employer[rows].astype(np.int64)
    pay = people.pay[rows].astype(np.float64)
    route = routes(
        world, parameters, rows, people.country[rows].astype(np.int64), pay,
        world.employers.kind[employer], inside=True,
    )
    asks = np.flatnonzero(route.possible & (route.scheme >= 0))
    rows = rows[asks]
    return Application(
        rows, employer[asks], route.scheme[asks], pay[asks],
        people.effect[rows].astype(np.int64), people.fit[rows].astype(np.float64),
        np.ones(rows.size, dtype=bool),
    )
