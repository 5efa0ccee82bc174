"""Seekers: people who come to look for work under schemes that ask for no job offer."""

from __future__ import annotations

import dataclasses

import numpy as np

from agents.chance import choose_in_row, uniform
from agents.declare import parameter
from agents.populations import Rows, among
from agents.researchers import NEVER, Status
from model.chunks import chosen, in_chunks
from model.month.clocks import next_event
from model.month.exits import ExitParameters, start_grace
from model.month.rights import RightsParameters
from model.month.routes import ASKING_AT_ONCE, Routes, routes_to_look
from model.month.search import SearchParameters, reach
from model.month.standing import Standing, going_pay, rights_there
from model.month.taxes import ordinary_equivalent, schedule_of
from model.month.utility import BiddingParameters, moving_cost, utility_of_place
from model.month.visas import Application, admit
from model.world import F64, I64, World


@dataclasses.dataclass(frozen=True)
class SeekerParameters:
    """Who goes abroad to look for work there."""

    consider: float = parameter(
        1.0, unit="share", low=0.0, high=1.0, kind="uncertainty",
        source="assumption; most think of a country that lets nobody in without a job",
        meaning="chance that a person who looks for a job and found none thinks of going to "
        "another country to look there, in a country of mean mobility",
    )
    expected_pay: float = parameter(
        0.9, unit="share", low=0.5, high=1.2, kind="uncertainty",
        source="assumption; below 1 for the months without pay, which are few in the model",
        meaning="pay that such people count on, relative to going pay for their effect there",
    )


def set_out(
    world: World, looking: Rows, hired: Rows, now: Standing, parameters: SeekerParameters,
    search: SearchParameters, bidding: BiddingParameters, rights: RightsParameters,
) -> Application:
    """People who apply to come and look for a job where a scheme asks for none.

    Each thinks of one country, by the news that comes from there, and goes if to look there is
    worth more than what he or she has now.

    Parameters
    ----------
    looking, now
        People who looked this month, and what they have.
    hired
        Those of them who found a job.

    Notes
    -----
    Looking in country c is worth a job of mean fit there at a share of going pay, rights of the
    scheme included, less the cost of the move and a fee spread over the expected tenure.
    """
    idle = np.flatnonzero(~among(looking, hired, world.researchers.count))
    country, thinks = _think_of(world, looking[idle], parameters, search)
    rows, present = looking[idle[thinks]], now.utility[idle[thinks]]
    way = in_chunks(
        lambda piece: routes_to_look(
            world, rights, bidding.pay_weight, rows[piece], country[piece]
        ),
        rows.size, ASKING_AT_ONCE,
    )
    goes = np.flatnonzero(way.scheme >= 0)
    if goes.size:
        gain = _worth_of_looking(
            world, rows[goes], country[goes], chosen(way, goes), parameters, bidding, rights
        )
        goes = goes[gain > present[goes]]
    rows = rows[goes]
    nothing = np.zeros(goes.size)
    return Application(
        rows, np.full(goes.size, -1), way.scheme[goes],
        world.researchers.pay[rows].astype(np.float64), nothing.astype(np.int64), nothing,
        np.zeros(goes.size, dtype=bool), np.zeros(goes.size, dtype=bool),
    )


def _think_of(
    world: World, rows: Rows, parameters: SeekerParameters, search: SearchParameters
) -> tuple[I64, I64]:
    """Where people think of going, by people at work and news from there, and who they are.

    Only then does a person find out what visas there are, so that a country's scheme diverts
    nobody who did not think of that country.
    """
    people, tables = world.researchers, world.tables
    mobile = np.exp(0.5 * search.mobility_weight * tables.mobility)
    luck = uniform(world.key("go and look"), people.key[rows])
    thinks = np.flatnonzero(luck < parameters.consider * mobile[people.country[rows]])
    rows = rows[thinks]
    # who lives there is what there is to find, month by month
    news = np.cumsum(reach(tables, search) * world.stock(), axis=1)
    share = uniform(world.key("go and look where"), people.key[rows])
    country = choose_in_row(news, people.country[rows].astype(np.int64), share)
    receives = world.rules.look_menu(world.rules_month, world.countries).number > 0
    there = receives[country]
    return country[there], thinks[there]


def _worth_of_looking(
    world: World, rows: Rows, country: I64, way: Routes, parameters: SeekerParameters,
    bidding: BiddingParameters, rights: RightsParameters,
) -> F64:
    environment = world.levers.research_environment[country]
    rest = utility_of_place(world, rows, country, environment, np.zeros(rows.size), bidding)
    rest += rights_there(world, rows, country, way, rights, bidding)
    rest -= moving_cost(world, rows, country, bidding)
    spread = way.fee / 100 / bidding.expected_tenure
    pay = parameters.expected_pay * going_pay(world, rows, country)
    schedule = schedule_of(world, rights, rows, country, way.scheme)
    pay = ordinary_equivalent(schedule, np.maximum(pay - spread, 1.0))
    return np.asarray(rest + bidding.pay_weight * np.log(pay))


def arrive(world: World, rows: Rows, scheme: I64, exits: ExitParameters) -> None:
    """Bring in people admitted to look for work; they start at once, without a job."""
    if rows.size == 0:
        return
    people = world.researchers
    world.leave_job(rows[people.employer[rows] >= 0])
    world.relocate(rows, world.rules.country[scheme])
    admit(world, rows, scheme)
    at_once = rows[(people.status[rows] == Status.WORK)
                   & (world.rules.years_to_permanence[scheme] <= 0)]
    people.status[at_once] = Status.PERMANENT
    people.scheme[at_once] = -1
    people.status_until[at_once] = next_event(world, at_once)
    start_grace(world, rows, exits)
    people.searches[rows] = world.month + 1
    people.job_ends[rows] = NEVER
