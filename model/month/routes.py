"""Routes: the schemes by which a person may take a job, and the best of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.compiled import compiled
from agents.employers import CENTS, MONTHS, EmployerKind
from agents.populations import Rows
from agents.researchers import Status
from model.chunks import CHUNK
from model.conditions import Applicants, Menu
from model.month.rights import RightsParameters, rights_of
from model.month.wage_levels import entries_at, weighted_odds
from model.rules import ALLOCATIONS, Rules
from model.world import F64, I64, World

BY_PAY, BY_POINTS = ALLOCATIONS.index("by_pay"), ALLOCATIONS.index("by_points")
WEIGHTED = ALLOCATIONS.index("weighted_lottery")
LEAST_MATTER = 1.0  # USD a year for each unit of utility: decides only what gain leaves open
ASKING_AT_ONCE = CHUNK // 4  # several schemes for each person are as much work as a full piece
SURE = 1.0 - 1e-9  # a published chance from which nobody doubts


class Routes(NamedTuple):
    """How each of some people may take a job in a country; arrays of one length."""

    possible: NDArray[np.bool_]
    scheme: I64
    """Scheme row to apply under; -1: no visa needed."""
    floor: F64
    """Least pay under the scheme, USD a year."""
    fee: I64
    """Fees in cents, that for hires from abroad included where it is due."""
    employer_pays: NDArray[np.bool_]
    rights: F64
    """Utility of the rights that come with the scheme."""
    odds: F64
    """Chance of getting a place."""


class Asking(NamedTuple):
    """What employers ask people to come for, and what these need; one entry a person."""

    worth: F64
    """What each person is worth to the employer, USD a year."""
    need: F64
    """Pay for which each would come if the rights there were worth nothing, USD a year."""
    public: NDArray[np.bool_]
    """Whether a public scale pays: no scheme raises it, and fees are public money."""
    tenure: float
    """Years over which fees are spread."""

    def chosen(self, which: I64) -> Asking:
        """The same for some of the people."""
        return Asking(self.worth[which], self.need[which], self.public[which], self.tenure)


NO_ROUTES = Routes(
    np.zeros(0, dtype=bool), np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0, dtype=np.int64),
    np.zeros(0, dtype=bool), np.zeros(0), np.zeros(0),
)
"""The ways of nobody."""


def applicants(world: World, rows: Rows, pay: F64, kind: NDArray[np.int8]) -> Applicants:
    """What schemes ask about some people."""
    people = world.researchers
    since = (world.month - people.degree_month[rows].astype(np.float64)) / MONTHS
    return Applicants(
        degree=people.degree[rows], university_rank=people.university_rank[rows],
        age=world.age_years(rows), years_since_degree=since, field=people.field[rows],
        pay=pay, employer_kind=kind,
    )


def outsiders_ahead(
    world: World, parameters: RightsParameters, scheme: I64, people: Applicants
) -> F64:
    """Share of outside applicants who stand before each person where places go by pay or points.

    Notes
    -----
    S(a) = 1 / (1 + a^shape) with a pay, or points, over the median; points over S at the points
    needed, for who has fewer does not apply.
    """
    rules = world.rules
    ahead = 1.0 / (1.0 + (people.pay / parameters.outside_pay) ** parameters.outside_pay_shape)
    by_points = np.flatnonzero(rules.allocation[scheme] == BY_POINTS)
    if by_points.size == 0:
        return np.asarray(ahead)
    row, shape = scheme[by_points], parameters.outside_points_shape
    least = np.maximum(rules.points_min[row], 0.0)
    median = np.where(least > 0, least, 0.5 * rules.points.most()[row]) * parameters.outside_points
    points = rules.gained(row, people, by_points)
    better = (1.0 + (least / median) ** shape) / (1.0 + (points / median) ** shape)
    ahead[by_points] = np.minimum(better, 1.0)
    return np.asarray(ahead)


def expected_odds(
    world: World, parameters: RightsParameters, scheme: I64, rows: Rows, pay: F64,
    kind: NDArray[np.int8],
) -> F64:
    """Chance of a place that each person counts on: as published, or by the own standing.

    Notes
    -----
    By pay or points: 1 / (1 + exp(−(logit(cutoff) − logit(share ahead)) / doubt)), the published
    chance being the share of outsiders before the cutoff. In a weighted lottery the chance follows
    from the published one and the own entries, so there is nothing to doubt.
    """
    rules = world.rules
    odds = np.where(rules.exempt[scheme, kind], 1.0, world.odds[scheme])
    open_contest = np.flatnonzero((rules.allocation[scheme] >= BY_PAY) & (odds < SURE))
    if open_contest.size == 0:
        return np.asarray(odds)
    weighted = rules.allocation[scheme[open_contest]] == WEIGHTED
    drawn, ranked = open_contest[weighted], open_contest[~weighted]
    odds[drawn] = weighted_odds(parameters, odds[drawn], entries_at(parameters, pay[drawn]))
    if ranked.size:
        cutoff = np.maximum(odds[ranked], 1.0 - SURE)
        people = applicants(world, rows[ranked], pay[ranked], kind[ranked])
        ahead = outsiders_ahead(world, parameters, scheme[ranked], people)
        ahead = np.clip(ahead, 1.0 - SURE, SURE)
        margin = np.log(cutoff / (1.0 - cutoff)) - np.log(ahead / (1.0 - ahead))
        odds[ranked] = 1.0 / (1.0 + np.exp(-margin / parameters.cutoff_doubt))
    return np.asarray(odds)


def routes(
    world: World, parameters: RightsParameters, pay_weight: float, rows: Rows, country: I64,
    pay: F64, kind: NDArray[np.int8], inside: bool, asking: Asking | None = None,
) -> Routes:
    """The best way for each person to take a job in a country at a pay.

    Every scheme of the country that admits the person is compared: by rights and published odds, or
    by what it leaves the employer who asks somebody to come.

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
    asking
        What people are worth and need, where the pay is still to be agreed.
    """
    rules, people = world.rules, world.researchers
    free = (world.open_countries()[country] & people.citizenships[rows]) != 0
    # who lives there may take any job; only graduates have to ask for a lasting status
    settled = people.country[rows] == country
    if inside:
        settled &= people.status[rows] != Status.GRADUATE
    free |= settled
    menu = rules.menu(world.rules_month, inside, world.countries)
    found = _best_schemes(
        world, parameters, pay_weight, rows, country, pay, kind, free, menu, asking
    )
    return found if inside else _sponsor_anew(world, rows, settled, found)


def _sponsor_anew(
    world: World, rows: Rows, settled: NDArray[np.bool_], found: Routes
) -> Routes:
    """Whose status hangs on the job can change it only for an employer who sponsors anew.

    The scheme's fee falls due again, and its condition on pay holds for the new job.
    """
    rules, people = world.rules, world.researchers
    held = people.scheme[rows]
    on_visa = (people.status[rows] == Status.WORK) | (people.status[rows] == Status.GRACE)
    bound = np.flatnonzero(settled & on_visa & rules.sponsored[held])
    scheme = held[bound]
    found.floor[bound] = rules.min_pay[scheme]
    found.fee[bound] = rules.fee_cents[scheme]
    found.employer_pays[bound] = rules.employer_pays[scheme]
    return found


def _best_schemes(
    world: World, parameters: RightsParameters, pay_weight: float, rows: Rows, country: I64,
    pay: F64, kind: NDArray[np.int8], free: NDArray[np.bool_], menu: Menu,
    asking: Asking | None = None,
) -> Routes:
    """Of the schemes on a menu that admit each person, the best; none where it is free."""
    rules, size = world.rules, rows.size
    needy = np.flatnonzero(~free)
    if needy.size == 0:
        return Routes(
            free, np.full(size, -1), np.zeros(size), np.zeros(size, dtype=np.int64),
            np.ones(size, dtype=bool), np.zeros(size), np.ones(size),
        )
    entry, scheme = rules.open_to(
        menu, country[needy], applicants(world, rows[needy], pay[needy], kind[needy]),
        _years_lived(world, rows[needy]),
    )
    who = needy[entry]
    value = rights_of(world, parameters, pay_weight, scheme, rows[who], np.zeros(who.size))
    odds = expected_odds(world, parameters, scheme, rows[who], pay[who], kind[who])
    if asking is None:
        score = value + parameters.odds_weight * np.log(np.maximum(odds, 1e-6))
    else:
        fee = _fees(world, scheme, rows[who], country[who])
        score = _left(rules, asking.chosen(who), scheme, fee, value, odds, pay_weight)
    best = _best_of_each(entry, score)
    taking = who[best]
    possible, row = free.copy(), np.full(size, -1, dtype=np.int64)
    possible[taking] = True
    row[taking] = scheme[best]
    worth, chance = np.zeros(size), np.ones(size)
    worth[taking], chance[taking] = value[best], odds[best]
    floor, fee, pays = np.zeros(size), np.zeros(size, dtype=np.int64), np.ones(size, dtype=bool)
    floor[taking], pays[taking] = rules.min_pay[scheme[best]], rules.employer_pays[scheme[best]]
    fee[taking] = _fees(world, scheme[best], rows[taking], country[taking])
    return Routes(possible, row, floor, fee, pays, worth, chance)


def _fees(world: World, scheme: I64, rows: Rows, country: I64) -> I64:
    """Fees in cents of people who would come to a country by a scheme."""
    abroad = world.researchers.country[rows] != country
    rules = world.rules
    return np.asarray(
        rules.fee_cents[scheme] + np.where(abroad, rules.fee_abroad_cents[scheme], 0)
    )


def _left(
    rules: Rules, asking: Asking, scheme: I64, fee: I64, rights: F64, odds: F64, pay_weight: float
) -> F64:
    """What each scheme leaves the employer in a year, USD; between equal ones rights decide.

    Notes
    -----
    odds · (worth − fee if the employer pays − the higher of the scheme's least pay and of what the
    person needs: need · exp(−rights / pay_weight) + fee if the person pays).
    """
    spread = fee / CENTS / asking.tenure
    by_employer = rules.employer_pays[scheme]
    need = asking.need * np.exp(-rights / pay_weight) + np.where(by_employer, 0.0, spread)
    pay = np.where(asking.public, need, np.maximum(need, rules.min_pay[scheme]))
    gain = asking.worth - np.where(by_employer & ~asking.public, spread, 0.0) - pay
    return np.asarray(np.where(gain > 0, odds * gain, gain) + LEAST_MATTER * rights)


def routes_to_look(
    world: World, parameters: RightsParameters, pay_weight: float, rows: Rows, country: I64
) -> Routes:
    """The best scheme under which each person may come to a country to look for a job there.

    Conditions on pay are held to the last pay. Who needs no visa there is left out: such people
    look from where they are.
    """
    people = world.researchers
    free = (world.open_countries()[country] & people.citizenships[rows]) != 0
    way = _best_schemes(
        world, parameters, pay_weight, rows, country, people.pay[rows].astype(np.float64),
        np.full(rows.size, EmployerKind.INDUSTRY, dtype=np.int8),
        free | (people.country[rows] == country), world.rules.look_menu(
            world.rules_month, world.countries
        ),
    )
    return way


def routes_for_residents(
    world: World, parameters: RightsParameters, pay_weight: float, rows: Rows
) -> Routes:
    """The best scheme kept for residents to which people at work may change where they live."""
    people = world.researchers
    return _best_schemes(
        world, parameters, pay_weight, rows, people.country[rows].astype(np.int64),
        people.pay[rows].astype(np.float64), world.employers.kind[people.employer[rows]],
        np.zeros(rows.size, dtype=bool),
        world.rules.resident_menu(world.rules_month, world.countries),
    )


def _years_lived(world: World, rows: Rows) -> F64:
    """Years that people have lived where they live now, whatever their status."""
    return np.asarray((world.month - world.researchers.arrived[rows].astype(np.float64)) / MONTHS)


@compiled
def _best_of_each(group: I64, score: F64) -> I64:
    """Position of the highest score in each run of equal group numbers (the first of equals)."""
    best, found = np.empty(group.size, dtype=np.int64), 0
    for at in range(group.size):
        if at == 0 or group[at] != group[at - 1]:
            best[found] = at
            found += 1
        elif score[at] > score[best[found - 1]]:
            best[found - 1] = at
    return best[:found].copy()
