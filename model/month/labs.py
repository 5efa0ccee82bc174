"""Laboratories abroad: a firm may place there a person whom a visa scheme refused a place."""

from __future__ import annotations

import dataclasses

import numpy as np

from agents.chance import uniform
from agents.declare import parameter
from agents.employers import WorthParameters, effect_of, match_of
from agents.populations import Rows
from model.chunks import chosen
from model.month.bidding import Hires
from model.month.exits import ExitParameters
from model.month.moves import apply_for, start_jobs
from model.month.rights import RightsParameters
from model.month.routes import routes
from model.month.search import SearchParameters, schedule_search
from model.month.standing import rights_here, rights_there, standing
from model.month.take_home import take_home
from model.month.utility import BiddingParameters, moving_cost, utility_of_place
from model.world import F64, I64, World


@dataclasses.dataclass(frozen=True)
class LabParameters:
    """What firms do with people whom they may not bring in."""

    placement: float = parameter(
        0.9, unit="share", low=0.0, high=1.0, kind="uncertainty",
        source="Glennon 2023: 0.9 people hired abroad for each refusal of an H-1B visa in the most "
        "globalised firms, 0.4 on average; so this is an input, and no success of the model",
        meaning="chance that a firm offers a refused person a place in a laboratory abroad",
    )
    room: float = parameter(
        1.0, unit="1", low=0.0, high=1.0, kind="uncertainty",
        source="assumption: a laboratory grows by whom it is sent; 0: their size does not "
        "answer refusals and none is opened",
        meaning="part of the people placed in a laboratory, or refused where there is none, for "
        "whom a firm makes room there",
    )
    fixed_cost: float = parameter(
        5e6, unit="USD", low=0.0, high=1e8, kind="uncertainty",
        source="assumption: premises and management of two years",
        meaning="what it costs once to open a laboratory abroad",
    )
    least_talent: float = parameter(
        1000.0, unit="persons", low=0.0, high=50000.0, kind="uncertainty",
        source="assumption: the smallest countries with a laboratory in the table have more",
        meaning="AI people that a country must have before a laboratory is opened there",
    )


def place_abroad(
    world: World, refused: Hires, parameters: LabParameters, search: SearchParameters,
    bidding: BiddingParameters, rights: RightsParameters, exits: ExitParameters,
    worth: WorthParameters,
) -> Hires:
    """Offer refused people a job in another country where their firm employs.

    Pay is scaled to the country of the laboratory. People take the best offer, if it beats what
    they have. Where they need a visa there, only a scheme without scarce places will do.

    Returns
    -------
    The jobs taken.
    """
    nobody = chosen(refused, np.zeros(refused.rows.size, dtype=bool))
    if refused.rows.size == 0:
        return nobody
    luck = uniform(world.key("placement"), world.researchers.key[refused.rows])
    refused = chosen(refused, luck < parameters.placement)
    person, lab = _seats(world, refused.employer)
    if lab.size == 0:
        return nobody
    offers, gain = _offers(world, chosen(refused, person), lab, bidding, rights, worth)
    now = standing(world, refused.rows, bidding, rights, worth).utility
    order = np.lexsort((lab, -gain, person))
    best = order[np.flatnonzero(np.diff(person[order], prepend=-1))]
    taken = chosen(offers, best[gain[best] > now[person[best]]])
    needs_visa = taken.scheme >= 0
    start_jobs(world, chosen(taken, ~needs_visa), exits)
    apply_for(world, chosen(taken, needs_visa))
    world.counters.placed_abroad += taken.rows.size
    schedule_search(world, taken.rows, search)
    return taken


def _seats(world: World, employer: I64) -> tuple[I64, I64]:
    """Every other row of each employer's firm that is open: positions of people, employer rows."""
    employers = world.employers
    size = int(employers.firm.max()) + 1 if employers.count else 0
    open_now = np.flatnonzero(employers.opens <= world.month)
    firms = np.bincount(employers.firm[open_now], minlength=size)
    several = open_now[firms[employers.firm[open_now]] > 1]
    same = employers.firm[employer][:, None] == employers.firm[several][None, :]
    same &= employer[:, None] != several[None, :]
    person, which = np.nonzero(same)
    return person, several[which]


def _offers(
    world: World, refused: Hires, lab: I64, bidding: BiddingParameters, rights: RightsParameters,
    worth: WorthParameters,
) -> tuple[Hires, F64]:
    """The job each seat would be for the person beside it, and its utility; -inf if barred."""
    people, employers = world.researchers, world.employers
    rows: Rows = refused.rows
    country = employers.country[lab].astype(np.int64)
    price = world.price()
    level = price[country] * employers.premium[lab]
    before = price[refused.country] * employers.premium[refused.employer]
    pay = (refused.pay * level / before).astype(np.float32).astype(np.float64)
    effect = effect_of(
        people, rows, employers.mix, lab, worth.applied_premium, match_of(refused.fit, worth)
    )
    route = routes(
        world, rights, bidding.pay_weight, rows, country, pay, employers.kind[lab], inside=False
    )
    scarce = np.isfinite(world.rules.places[route.scheme])
    scarce &= ~world.rules.exempt[route.scheme, employers.kind[lab]]
    may = route.possible & ((route.scheme < 0) | ~scarce)
    spread = np.where(route.employer_pays, 0.0, route.fee / 100 / bidding.expected_tenure)
    counts = take_home(world, rows, country, route.scheme, effect, bidding, rights)
    held = np.where(
        country == people.country[rows], rights_here(world, rows, rights, bidding),
        rights_there(world, rows, country, route, rights, bidding),
    )
    gain = (
        utility_of_place(world, rows, country, employers.environment[lab], refused.fit, bidding)
        + held
        + bidding.pay_weight * counts.log_of(np.maximum(pay - spread, 1.0))
        - moving_cost(world, rows, country, bidding)
    )
    offers = Hires(
        rows, lab, country, route.scheme, pay, effect.astype(np.int64), refused.fit,
        refused.referred,
    )
    return offers, np.where(may, gain, -np.inf)
