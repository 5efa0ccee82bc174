"""Which firms come into play this month, and who comes to talk to them."""

from __future__ import annotations

import dataclasses
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.chance import uniform
from agents.declare import parameter
from agents.employers import MONTHS, EmployerKind
from agents.levers import FIELDS
from agents.populations import Rows, rows_of_marked
from model.deal_book import DealStatus
from model.month.ties import ask
from model.world import I64, World

SHORT_RUNWAY = 6.0  # months of losses in cash below which a startup looks for a way out
AFTERMATH = 3  # months in which what a deal left behind is sure to be looked at
AGAIN_YEARS = 5  # a buyer that has a target's technology asks for it again after as many


@dataclasses.dataclass(frozen=True)
class DealParameters:
    """How firms come to talk about a deal."""

    talks: float = parameter(
        0.03, unit="1/year", low=0.0, high=3.0, kind="uncertainty",
        source="assumption; set so that one to three startups in a hundred are bought in a year",
        meaning="chance that a startup talks with possible buyers and licensees in a year",
    )
    public_talks: float = parameter(
        3.0, unit="1/year", low=0.0, high=50.0, kind="uncertainty",
        source="assumption; universities license to firms (Agrawal and Henderson 2002)",
        meaning="licences that public research talks about in a year for a thousand people",
    )
    distress: float = parameter(
        3.0, unit="1", low=1.0, high=12.0, kind="uncertainty", source="assumption",
        meaning="how much more often a startup talks whose cash lasts for under half a year",
    )
    buyers: float = parameter(
        3.0, unit="firms", low=1.0, high=8.0, kind="uncertainty", source="assumption",
        meaning="firms that come to talk",
    )
    eagerness: float = parameter(
        4.0, unit="1", low=1.0, high=20.0, kind="uncertainty",
        source="assumption; five American firms alone bought 616 firms from 2010 to 2019 without "
        "a filing (Federal Trade Commission 2021)",
        meaning="how much more often big tech comes to talk than others with as much such work",
    )
    tie_share: float = parameter(
        0.3, unit="share", low=0.0, high=1.0, kind="uncertainty",
        source="assumption; collaboration is what tells firms of each other",
        meaning="such firms that hear of the target through a tie of one of its people",
    )
    home_share: float = parameter(
        0.6, unit="share", low=0.0, high=1.0, kind="uncertainty",
        source="assumption; about two deals in three are within a country",
        meaning="of the others, those from the target's country",
    )
    owners_years: float = parameter(
        1.0, unit="years of output", low=0.0, high=5.0, kind="uncertainty",
        source="assumption: big firms earn more than their AI teams make",
        meaning="what owners of an established firm put up for a deal beyond its cash",
    )
    other_business: float = parameter(
        30.0, unit="1", low=1.0, high=100.0, kind="uncertainty",
        source="assumption; the five largest American firms sold for 1.6 trillion USD in 2024, "
        "some hundred times what their AI people make in the model; a part of that rests on AI",
        meaning="business of big tech that rests on its technology, relative to the output of its "
        "AI people: it counts in what technology is worth to it and in what its owners can pay",
    )
    reserve_months: float = parameter(
        3.0, unit="months", low=0.0, high=12.0, kind="constant", source="assumption",
        meaning="months of pay that a buyer keeps in cash",
    )
    key_share: float = parameter(
        0.3, unit="share", low=0.05, high=1.0, kind="uncertainty",
        source="assumption; retention agreements are made with leaders and key people",
        meaning="movers of a deal, the first in standing, to whom retention pay is promised",
    )
    award_years: float = parameter(
        0.3, unit="years of pay", low=0.0, high=10.0, kind="uncertainty",
        source="surveys of buyers by Willis Towers Watson: median of 31 % of pay in 2017 and 30 % "
        "in 2023 for others than the leaders",
        meaning="most retention pay of a key person who did not lead a firm that is bought whole; "
        "what the form promises beyond is paid at once",
    )
    signing_years: float = parameter(
        0.5, unit="years of pay", low=0.0, high=3.0, kind="uncertainty", source="assumption",
        meaning="what people ask for to be hired away together",
    )
    exclusivity: float = parameter(
        0.1, unit="share", low=0.0, high=2.0, kind="uncertainty", source="assumption",
        meaning="how much more technology is worth that nobody else may use",
    )
    fit_draws: float = parameter(
        1.0, unit="draws", low=1.0, high=10.0, kind="uncertainty",
        source="1: people who are acquired did not choose the employer",
        meaning="draws of which the best is the fit of an acquired person with the buyer",
    )


class Teams(NamedTuple):
    """People of some startups, each team in the order of standing: the founder, then by ability.

    A deal changes the team of its target and of its buyer alone, so teams hold for a month's deals.
    """

    employers: I64
    """Rows in ascending order."""
    members: Rows
    first: I64
    """Where each team begins."""
    heads: I64

    def of(self, employers: I64) -> tuple[I64, I64]:
        """Where the team of each employer begins and its size; 0 where it is none of those."""
        if self.employers.size == 0:
            return np.zeros_like(employers), np.zeros_like(employers)
        place = np.minimum(np.searchsorted(self.employers, employers), self.employers.size - 1)
        return self.first[place], np.where(
            self.employers[place] == employers, self.heads[place], 0
        )


class Talks(NamedTuple):
    """Who talks to whom this month; one entry a pair, sorted by the target's identity."""

    target: I64
    buyer: I64
    """The firm that would pay: its row at home."""
    teams: Teams
    """Of all targets that are startups; nobody else's people can be bought."""


def find_partners(world: World, parameters: DealParameters) -> Talks:
    """Targets in play this month, each with the firms that come to talk."""
    target = _in_play(world, parameters)
    startup = world.employers.kind[target] == EmployerKind.STARTUP
    teams = teams_of(world, np.sort(target[startup]))
    if target.size == 0:
        return Talks(target, target, teams)
    number = round(parameters.buyers)
    targets, attempt = np.repeat(target, number), np.tile(np.arange(number), target.size)
    buyer = _buyers(world, targets, attempt, teams, parameters)
    found = buyer >= 0
    pair = targets[found] * world.employers.count + buyer[found]
    _, first = np.unique(pair, return_index=True)
    keep = np.sort(first)
    targets, buyer = targets[found][keep], buyer[found][keep]
    fresh = ~_have_dealt(world, targets, buyer)
    return Talks(targets[fresh], buyer[fresh], teams)


def _in_play(world: World, parameters: DealParameters) -> I64:
    """Rows of employers that talk this month, in the order of their identities."""
    employers, ventures, deals = world.employers, world.ventures, world.book.deals
    rows = ventures.open_rows()
    row = ventures.employer[rows].astype(np.int64)
    burn = ventures.burn[rows]
    short = employers.cash[row] < SHORT_RUNWAY * burn
    rate = parameters.talks * np.where(short, parameters.distress, 1.0)
    public = np.flatnonzero(employers.kind == EmployerKind.PUBLIC_RESEARCH)
    rows = np.concatenate((row, public))
    # a row stands for as many licences as an agent stands for persons
    licences = parameters.public_talks * employers.heads[public] / 1000.0
    yearly = np.concatenate((rate, licences))
    luck = uniform(world.key("deal talk"), employers.key[rows])
    talks = luck < -np.expm1(-yearly / MONTHS)
    if deals.count:
        done = deals.status == DealStatus.DONE
        left = done & (deals.people > 0) & (deals.decides > world.month - AFTERMATH)
        talks |= _marked(world, deals.target[left])[rows]
        talks &= ~_marked(world, deals.target[deals.status == DealStatus.PENDING])[rows]
    talks &= (employers.heads[rows] > 0) & (employers.firm[rows] == rows)
    chosen = rows[talks]
    return np.asarray(chosen[np.argsort(employers.key[chosen], kind="stable")])


def _marked(world: World, employers: NDArray[Any]) -> NDArray[np.bool_]:
    """Whether each row of employers is among some."""
    marked = np.zeros(world.employers.count, dtype=bool)
    marked[employers] = True
    return marked


def _have_dealt(world: World, target: I64, buyer: I64) -> NDArray[np.bool_]:
    """Which pairs have a deal not long ago."""
    deals, size = world.book.deals, world.employers.count
    recent = deals.month > world.month - AGAIN_YEARS * MONTHS
    known = deals.target[recent].astype(np.int64) * size + deals.buyer[recent]
    return np.isin(target * size + buyer, known)


def _buyers(
    world: World, target: I64, attempt: I64, teams: Teams, parameters: DealParameters
) -> I64:
    """A firm for each attempt of each target to find a buyer; -1 where none is found.

    Firms hear of a target through people's ties or by looking in their fields of work, the larger
    their work there the more.
    """
    employers = world.employers
    key = employers.key[target]
    luck = uniform(world.key("deal news"), key, attempt)
    found = np.full(target.size, -1, dtype=np.int64)
    through = np.flatnonzero(luck < parameters.tie_share)
    found[through] = _through_ties(
        world, target[through], key[through], attempt[through], teams
    )
    others = np.flatnonzero(found < 0)
    found[others] = _by_field(
        world, target[others], key[others], attempt[others], parameters
    )
    firm = np.where(found >= 0, employers.firm[found], -1)
    private = employers.kind[firm] != EmployerKind.PUBLIC_RESEARCH
    fits = (firm >= 0) & private & (firm != employers.firm[target]) & (employers.heads[firm] > 0)
    return np.where(fits, firm, -1)


def _through_ties(
    world: World, target: I64, key: NDArray[np.uint64], attempt: I64, teams: Teams
) -> I64:
    """Where somebody works to whom a person of the team has a tie; -1: nobody was found."""
    found = np.full(target.size, -1, dtype=np.int64)
    first, heads = teams.of(target)
    some = np.flatnonzero(heads > 0)
    luck = uniform(world.key("deal tie"), key[some], attempt[some]) * heads[some]
    spot = first[some] + np.floor(luck).astype(np.int64)
    tips = ask(world, teams.members[spot], luck % 1.0)
    found[some[tips.heard]] = tips.employer[tips.heard]
    return found


def teams_of(world: World, employers: I64) -> Teams:
    """The teams of some employers.

    Parameters
    ----------
    employers
        Rows without repetition, in ascending order.
    """
    people, ventures = world.researchers, world.ventures
    if employers.size == 0:
        nobody = np.zeros(0, dtype=np.int64)
        return Teams(employers, nobody, nobody, nobody)
    rows = rows_of_marked(people.employer, _marked(world, employers))
    team = np.searchsorted(employers, people.employer[rows])
    venture = ventures.of_employers(world.employers.count)[employers]
    founders = np.where(venture >= 0, ventures.founder[venture], -1) if ventures.count else venture
    founder = people.id[rows] == founders[team]
    order = np.lexsort((people.key[rows], -people.ability[rows], ~founder, team))
    heads = np.bincount(team, minlength=employers.size)
    return Teams(employers, rows[order], np.cumsum(heads) - heads, heads)


def _by_field(
    world: World, target: I64, key: NDArray[np.uint64], attempt: I64,
    parameters: DealParameters,
) -> I64:
    """Firms by the size of their work in the target's main field, at home or anywhere."""
    employers = world.employers
    found = np.full(target.size, -1, dtype=np.int64)
    if target.size == 0:
        return found
    order = np.argsort(employers.country, kind="stable")
    edges = np.searchsorted(employers.country[order], np.arange(world.countries + 1))
    field = employers.mix[target].argmax(axis=1)
    at_home = uniform(world.key("deal where"), key, attempt) < parameters.home_share
    luck = uniform(world.key("deal buyer"), key, attempt)
    country = employers.country[target].astype(np.int64)
    eager = np.where(employers.kind == EmployerKind.BIG_TECH, parameters.eagerness, 1.0)
    weight = employers.produced * employers.persons_per_agent * eager
    for number in range(len(FIELDS)):
        here = np.flatnonzero(field == number)
        if here.size == 0:
            continue
        size = weight * employers.mix[:, number]
        ends = np.concatenate(([0.0], np.cumsum(size[order])))
        low = np.where(at_home[here], ends[edges[country[here]]], 0.0)
        high = np.where(at_home[here], ends[edges[country[here] + 1]], ends[-1])
        spot = np.searchsorted(ends, low + luck[here] * (high - low), side="right") - 1
        found[here] = np.where(high > low, order[np.minimum(spot, order.size - 1)], -1)
    return found
