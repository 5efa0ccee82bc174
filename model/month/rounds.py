"""Rounds: investors put money into startups for shares, the best prospects first."""

from __future__ import annotations

import dataclasses

import numpy as np

from agents.chance import normal, uniform
from agents.declare import parameter
from agents.employers import CENTS, MONTHS, monthly_cents
from agents.populations import Rows
from agents.researchers import EFFECT_UNIT
from agents.ventures import Stage
from model.month.sales import QUARTER, VentureParameters, known_share, sold_share
from model.month.ventures import monthly_costs
from model.ordering import by_group
from model.world import F64, I64, World

ROUNDS = 3
"""Seed, first and later rounds; a startup may raise several later ones."""
MEETING = 1
"""Month of a quarter in which investors meet: a month after startups are founded."""
LEAST_STAKE, LARGEST_STAKE = 0.03, 0.5  # shares that a round sells (assumption)


@dataclasses.dataclass(frozen=True)
class FundingParameters:
    """What investors pay, whom they choose, and what they get."""

    capital: float = parameter(
        1.0, unit="1", low=0.0, high=10.0, kind="uncertainty",
        source="1: as recorded, over that of the first year",
        meaning="scale of the venture capital of all countries; 0: there is none",
    )
    capital_share: float = parameter(
        0.24, unit="1", low=0.0, high=3.0, kind="uncertainty",
        source="set, with ventures.market_power, by the survival of American establishments, 66 "
        "and 44 % after two and four years (BLS 2005), which is therefore used, not tested",
        meaning="venture capital a year over the pay of people in startups, in a country whose "
        "venture capital is as at the opening",
    )
    breadth: float = parameter(
        0.5, unit="1", low=0.0, high=1.0, kind="uncertainty",
        source="from 2019 to 2024 venture capital for AI doubled and the AI firms newly funded "
        "became half as many again (AI Index)",
        meaning="elasticity of the number of rounds to venture capital; the rest is their size",
    )
    patience_months: float = parameter(
        12.0, unit="months", low=1.0, high=60.0, kind="constant", source="assumption",
        meaning="months for which money that finds no startup here waits",
    )
    ask_months: float = parameter(
        8.0, unit="months", low=2.0, high=18.0, kind="uncertainty",
        source="assumption; a round takes about half a year",
        meaning="runway below which a startup asks for money",
    )
    seed_stake: float = parameter(
        0.2, unit="share", low=0.05, high=0.5, kind="uncertainty",
        source="assumption; medians of first rounds lie near a fifth (Carta 2024 and 2025)",
        meaning="shares that investors get in a seed round, for mean prospects",
    )
    first_stake: float = parameter(
        0.2, unit="share", low=0.05, high=0.5, kind="uncertainty",
        source="Carta 2025: median 0.21 in 2024 and 0.18 in 2025",
        meaning="shares that investors get in the first round after it",
    )
    later_stake: float = parameter(
        0.12, unit="share", low=0.02, high=0.5, kind="uncertainty",
        source="assumption; the second round has a median of 0.15 (Carta 2024)",
        meaning="shares that investors get in later rounds",
    )
    staff_pool: float = parameter(
        0.12, unit="share", low=0.0, high=0.4, kind="uncertainty",
        source="12 to 13 % of the shares after the first round (Carta 2025, quoted)",
        meaning="shares kept for the staff at founding and restored in every round",
    )
    seed_months: float = parameter(
        15.0, unit="months", low=6.0, high=36.0, kind="uncertainty", source="assumption",
        meaning="months of costs that a seed round is to pay for",
    )
    later_months: float = parameter(
        24.0, unit="months", low=6.0, high=48.0, kind="uncertainty", source="assumption",
        meaning="months of costs that a later round is to pay for",
    )
    seed_growth: float = parameter(
        1.8, unit="1", low=1.0, high=6.0, kind="uncertainty",
        source="assumption: a founder hires a few people",
        meaning="mean costs in the time that a seed round pays for, over those of today",
    )
    later_growth: float = parameter(
        1.5, unit="1", low=1.0, high=4.0, kind="uncertainty", source="assumption",
        meaning="the same for later rounds",
    )
    team_weight: float = parameter(
        1.0, unit="1", low=0.0, high=3.0, kind="uncertainty",
        source="assumption; sign from Bernstein, Korteweg and Laws 2017: investors look at teams",
        meaning="weight of the log of the team's mean effect in its prospects",
    )
    sales_weight: float = parameter(
        1.0, unit="1", low=0.0, high=3.0, kind="uncertainty", source="assumption",
        meaning="weight of the log of its market, as far as sales have shown it",
    )
    doubt: float = parameter(
        0.7, unit="log points", low=0.0, high=3.0, kind="uncertainty", source="assumption",
        meaning="standard deviation of what investors think of a startup beside its prospects",
    )
    price_of_prospects: float = parameter(
        0.3, unit="1", low=0.0, high=1.0, kind="uncertainty", source="assumption",
        meaning="fall of the log of the stake sold with prospects",
    )


def stakes(parameters: FundingParameters) -> F64:
    """Shares sold in the next round by rounds raised so far, shape (ROUNDS,)."""
    return np.array([parameters.seed_stake, parameters.first_stake, parameters.later_stake])


def round_months(parameters: FundingParameters) -> F64:
    """Months of costs that the next round pays for by rounds raised so far, shape (ROUNDS,)."""
    later = parameters.later_months
    return np.array([parameters.seed_months, later, later])


def diluted(
    founders: F64, investors: F64, staff: F64, stake: F64, pool: float
) -> tuple[F64, F64, F64]:
    """Shares of founders, investors and staff after a round; the three add up to one.

    New shares go to investors; then the pool of the staff is filled up at everybody's expense.
    """
    founders, staff = founders * (1.0 - stake), staff * (1.0 - stake)
    investors = investors * (1.0 - stake) + stake
    missing = np.maximum(pool - staff, 0.0)
    others = 1.0 - missing / np.maximum(1.0 - staff, 1e-9)
    founders, investors = founders * others, investors * others
    return founders, investors, 1.0 - founders - investors


def capital_ratio(world: World, parameters: FundingParameters) -> F64:
    """Venture capital over what it would be, had it grown from the opening with demand."""
    return np.asarray(parameters.capital * world.venture_market.ratio)


def venture_capital(world: World, parameters: FundingParameters) -> F64:
    """Venture capital for AI people in startups and their computing, USD a year by country."""
    return capital_ratio(world, parameters) * parameters.capital_share * startup_pay(world)


def startup_pay(world: World) -> F64:
    """Pay of people in startups as it would be, had it grown from the opening with demand."""
    table = world.tables.country
    opening = table["startup_share"] * table["stock"] * table["pay_usd"]
    return np.asarray(opening * world.venture_market.grown)


def raise_rounds(
    world: World, parameters: FundingParameters, ventures: VentureParameters
) -> Rows:
    """Every quarter investors spend its venture capital on startups that ask, the best first.

    Returns
    -------
    Rows of the ventures that got money.

    Notes
    -----
    In the order of prospects each gets its round while money lasts; the first that money does not
    suffice for gets it with the chance that makes spending right on average, and what was
    overspent is missing later.
    """
    if world.month % QUARTER != MEETING or world.firms_rest:
        return np.zeros(0, dtype=np.intp)
    _set_aside(world, parameters)
    young, employers = world.ventures, world.employers
    asking = young.open_rows()
    needs = np.maximum(young.burn[asking], 0) * parameters.ask_months
    row = young.employer[asking]
    # whom a firm controls is kept by it
    asks = (employers.cash[row] < needs) & (employers.firm[row] == row)
    asking = np.asarray(asking[asks], dtype=np.intp)
    if asking.size == 0:
        return asking
    prospects = _prospects(world, asking, parameters, ventures)
    amount = _amounts(world, asking, parameters, ventures)
    won = _choose(world, asking, prospects, amount)
    _pay(world, asking[won], amount[won], prospects[won], parameters)
    return np.asarray(asking[won])


def _set_aside(world: World, parameters: FundingParameters) -> None:
    """Add a quarter's venture capital; what waits too long goes elsewhere."""
    funds = world.venture_market.funds
    yearly = venture_capital(world, parameters) / world.persons_per_agent
    month = monthly_cents(yearly)
    most = np.rint(month * parameters.patience_months).astype(np.int64)
    np.minimum(funds + QUARTER * month, most, out=funds)


def _prospects(
    world: World, rows: Rows, parameters: FundingParameters, ventures: VentureParameters
) -> F64:
    """What investors think of startups, in log points about their mean."""
    employers, row = world.employers, world.ventures.employer[rows]
    heads = np.maximum(employers.heads[row], 1)
    quality = np.log(np.maximum(employers.effect[row] / heads / EFFECT_UNIT, 1e-3))
    # what a market is shows as sales begin
    market = np.maximum(world.ventures.market[rows], 1e-3)
    outlook = known_share(world, rows, ventures) * np.log(market)
    luck = normal(world.key("doubt"), world.ventures.key[rows])
    return np.asarray(
        parameters.team_weight * quality + parameters.sales_weight * outlook
        + parameters.doubt * luck
    )


def _amounts(
    world: World, rows: Rows, parameters: FundingParameters, ventures: VentureParameters
) -> I64:
    """Size of the round that each startup asks for, in cents.

    The costs of a growing team over some months, less what it sells; more where money is plenty.
    """
    young, employers = world.ventures, world.employers
    row = young.employer[rows]
    raised = np.minimum(young.rounds[rows], ROUNDS - 1)
    months = round_months(parameters)[raised]
    growth = np.where(raised == 0, parameters.seed_growth, parameters.later_growth)
    costs = monthly_costs(world, row).astype(np.float64)
    sales = employers.produced[row] * sold_share(world, rows, ventures) * (CENTS / MONTHS)
    country = employers.country[row]
    plenty = capital_ratio(world, parameters)[country] ** (1.0 - parameters.breadth)
    size = months * np.maximum(growth * (costs - sales), costs) * plenty
    return np.asarray(np.rint(size), np.int64)


def _choose(world: World, rows: Rows, prospects: F64, amount: I64) -> I64:
    """Positions of the startups that get their rounds."""
    ventures, funds = world.ventures, world.venture_market.funds
    country = world.employers.country[ventures.employer[rows]].astype(np.int64)
    order = by_group(country, -prospects)
    country, asked = country[order], amount[order].astype(np.float64)
    total = np.cumsum(asked)
    first = np.searchsorted(country, country)
    before = total - asked - (total[first] - asked[first])
    luck = uniform(world.key("round"), ventures.key[rows[order]])
    return np.asarray(order[before + luck * asked < funds[country]])


def _pay(
    world: World, rows: Rows, amount: I64, prospects: F64, parameters: FundingParameters
) -> None:
    """Book rounds: cash, shares, valuation and stage."""
    ventures, employers, counters = world.ventures, world.employers, world.counters
    row = ventures.employer[rows]
    country = employers.country[row].astype(np.int64)
    raised = np.minimum(ventures.rounds[rows], ROUNDS - 1)
    stake = stakes(parameters)[raised] * np.exp(-parameters.price_of_prospects * prospects)
    stake = np.clip(stake, LEAST_STAKE, LARGEST_STAKE)
    employers.cash[row] += amount
    world.accounts.investors -= int(amount.sum())
    np.subtract.at(world.venture_market.funds, country, amount)
    book_round(world, rows, amount, stake, parameters.staff_pool)
    np.add.at(counters.funded, country, 1)
    np.add.at(counters.raised, country, amount)


def book_round(world: World, rows: Rows, amount: I64, stake: F64, pool: float) -> None:
    """Write shares, valuation and stage after a round; the money itself is booked elsewhere."""
    ventures = world.ventures
    ventures.raised[rows] += amount
    ventures.valuation[rows] = amount / CENTS / stake
    shares = diluted(
        ventures.founders_share[rows], ventures.investors_share[rows], ventures.staff_share[rows],
        stake, pool,
    )
    ventures.founders_share[rows], ventures.investors_share[rows] = shares[:2]
    ventures.staff_share[rows] = shares[2]
    ventures.rounds[rows] += 1
    ventures.stage[rows] = np.minimum(ventures.rounds[rows], Stage.LATER)
