"""What each form of a deal would mean for each pair of firms that talk."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.chance import normal
from agents.deals import (
    BargainParameters,
    Needs,
    Terms,
    after_review,
    bargain,
    choose_form,
    closing_value,
    directed,
    going_on,
    people_value,
    reservations,
    team_worth,
    technology_gain,
    technology_had,
    technology_value,
    worth_of_effort,
    worth_of_invention,
)
from agents.employers import (
    CENTS,
    MONTHS,
    EmployerKind,
    WorthParameters,
)
from model.chunks import chosen
from model.deal_forms import FormTable, Remainder
from model.month.deal_search import DealParameters, Talks
from model.month.deal_sides import RAISING_MONTHS, Movers, Sides, movers_of, sides_of
from model.month.wanted import counted_technology
from model.tables import REST
from model.world import F64, I64, World

Mask = NDArray[np.bool_]
LEAST_KEPT = 1e-3  # share of a firm that holders keep at least: bounds what a whole one must bring


class Offers(NamedTuple):
    """The form that each pair would agree on; arrays over pairs."""

    target: I64
    buyer: I64
    site: I64
    """Row of employers where movers would work; -1: a new one."""
    form: I64
    """-1: none."""
    price: F64
    """USD at the scale of the model."""
    invested: F64
    """Part of it that is put into the target, USD."""
    gain: F64
    """What it leaves the buyer after review, USD."""
    surplus: F64
    """The most that the buyer would pay less the least that is agreed to, USD."""
    value: F64
    """That most."""
    least: F64
    technology: F64
    """Log gain of the buyer's technology by one deal of the kind."""
    many: F64
    """Deals that a row stands for, for the buyer's technology."""
    months: I64
    """Of merger review; 0 where there is none."""
    ban_chance: F64


def offers(
    world: World, talks: Talks, forms: FormTable, deals: DealParameters,
    parameters: BargainParameters, worth: WorthParameters,
) -> Offers:
    """The best form for each pair, its price, and what it leaves the buyer."""
    sides = sides_of(world, talks, parameters, worth)
    movers = movers_of(world, talks, sides.site, forms, worth)
    gain, technology = _technology(world, talks, sides, movers, forms, deals, parameters)
    invested = _invested(sides, movers, forms, parameters)
    rest = _rest(sides, movers, invested, forms, parameters)
    value = technology + _people(world, talks, sides, movers, forms, parameters, worth)
    value += rest * _stake(forms) - invested
    part = directed(movers.part, forms.control, parameters)
    value -= parameters.integration * sides.target_output[:, None] * forms.control * part
    terms = _terms(sides, movers, rest, value, invested, forms, deals, parameters)
    agreed = bargain(terms, 0.0, parameters)
    price = np.nan_to_num(agreed.price)
    months, ban = _review(world, talks, price, forms)
    net = after_review(agreed.gain, price, months, ban, parameters)
    form = choose_form(net, _possible(world, talks, sides, movers, price, forms, deals))
    at = np.arange(form.size), np.maximum(form, 0)
    return Offers(
        talks.target, talks.buyer, sides.site, form, price[at], invested[at], net[at],
        agreed.most[at] - agreed.least[at], agreed.most[at], agreed.least[at], gain[at],
        _stands_for(world, talks), months[at], ban[at],
    )


def contested(found: Offers, parameters: BargainParameters) -> Offers:
    """The buyer that gains most of each target, at a price above what the second could pay."""
    found = chosen(found, np.flatnonzero(found.form >= 0))
    order = np.lexsort((found.buyer, -found.gain, found.target))
    found = chosen(found, order)
    first = np.flatnonzero(np.diff(found.target, prepend=-1) != 0)
    second = np.minimum(first + 1, found.target.size - 1)
    rival = (found.target[second] == found.target[first]) & (second != first)
    best = chosen(found, first)
    # the seller gets no less of the gain than the second buyer has to share
    lift = np.where(rival, np.minimum(found.surplus[second], best.surplus), 0.0)
    floor = best.least + np.maximum(lift, 0.0)
    price = floor + (1.0 - parameters.buyer_weight) * np.maximum(best.value - floor, 0.0)
    return best._replace(price=np.maximum(price, best.price))


def _stands_for(world: World, talks: Talks) -> F64:
    """How many deals with one firm of the buyer a row stands for.

    A row is as many deals as an agent is persons: of as many startups, or with one larger firm.
    """
    young = world.employers.kind[talks.buyer] == EmployerKind.STARTUP
    return np.where(young, 1.0, world.persons_per_agent)


def _people(
    world: World, talks: Talks, sides: Sides, movers: Movers, forms: FormTable,
    parameters: BargainParameters, worth: WorthParameters,
) -> F64:
    """Worth of the movers to the buyer beyond their pay, USD."""
    employers = world.employers
    site = np.maximum(sides.site, 0)
    effect, heads = employers.team(site)
    more = team_worth(
        counted_technology(world, worth)[site][:, None], effect[:, None], heads[:, None],
        employers.capacity[site][:, None], employers.persons_per_agent[site][:, None],
        movers.effect, movers.heads, worth,
    )
    # where the buyer is not yet, people go on with what they do
    alone = sides.target_output[:, None] * movers.part
    more = np.where((sides.site >= 0)[:, None], more, alone)
    value = people_value(more, movers.pay, forms.retention_months, parameters)
    return np.where(forms.moves, value, 0.0)


def _technology(
    world: World, talks: Talks, sides: Sides, movers: Movers, forms: FormTable,
    deals: DealParameters, parameters: BargainParameters,
) -> tuple[F64, F64]:
    """Log gain of the buyer's technology by one deal, and its worth at the scale of the model."""
    employers = world.employers
    firm = np.bincount(
        employers.firm, employers.produced * employers.persons_per_agent, employers.count
    )[talks.buyer]
    known = directed(movers.part, forms.control, parameters)
    had = technology_had(forms.technology_share, known, parameters)
    gain = technology_gain(
        sides.target_output[:, None], firm[:, None], sides.shared[:, None], had, parameters
    )
    gain = gain * _inventions(world, talks, parameters)[:, None]
    business = firm * _business(world, deals)[talks.buyer]
    worth_of_it = technology_value(gain, business[:, None], parameters)
    # what others use already by licence is nobody's alone
    venture = world.ventures.of_employers(employers.count)[talks.target]
    lent = np.append(world.ventures.licensed, 0.0)[venture]
    alone = deals.exclusivity * forms.exclusive * (1.0 - lent)[:, None]
    return gain, worth_of_it * (1.0 + alone)


def _inventions(world: World, talks: Talks, parameters: BargainParameters) -> F64:
    """What each target has to offer, relative to others like it: of a startup for good.

    Public research offers something else every month.
    """
    employers, target = world.employers, talks.target
    when = np.where(employers.kind[target] == EmployerKind.STARTUP, 0, world.month)
    luck = normal(world.key("invention", 0), employers.key[target], when)
    return worth_of_invention(luck, parameters)


def _stake(forms: FormTable) -> F64:
    """Share that the buyer holds of a firm that goes on."""
    return np.where(forms.remainder != Remainder.CLOSES, forms.stake_share, 0.0)


def _invested(
    sides: Sides, movers: Movers, forms: FormTable, parameters: BargainParameters
) -> F64:
    """What buyers of stakes put into the firm: what it lacks to live until it can raise money."""
    lacks = np.maximum(_year_of_losses(sides, movers) - sides.cash[:, None], 0.0)
    return np.asarray(parameters.growth_capital * lacks * forms.to_firm * (_stake(forms) > 0))


def _year_of_losses(sides: Sides, movers: Movers) -> F64:
    """Losses in the time that it takes to raise money, of those who do not move, USD."""
    return np.asarray(sides.losses[:, None] * RAISING_MONTHS * (1.0 - movers.part))


def _rest(
    sides: Sides, movers: Movers, invested: F64, forms: FormTable, parameters: BargainParameters
) -> F64:
    """Worth of what is left of the target to all who hold it then, USD.

    Without those who moved it lives and is worth less; money put in lets it live longer. It loses
    customers to whom it lets use its technology, the more the more alike both firms are.
    """
    left, cash = 1.0 - movers.part, sides.cash[:, None] + invested
    runway = cash / np.maximum(_year_of_losses(sides, movers), 1.0)
    survival, closing = sides.lasting * left * np.minimum(runway, 1.0), closing_value(
        cash, 0.0, parameters
    )
    equity = sides.equity[:, None] * left + invested
    # closing is always open to it
    lives = np.maximum(going_on(equity, survival, closing), closing)
    lost = parameters.rivalry * (sides.shared * sides.startup)[:, None] * forms.technology_share
    lives *= (1.0 - lost) * worth_of_effort(_stake(forms), parameters)
    return np.where(forms.remainder == Remainder.CLOSES, sides.cash[:, None], lives)


def _terms(
    sides: Sides, movers: Movers, rest: F64, value: F64, invested: F64, forms: FormTable,
    deals: DealParameters, parameters: BargainParameters,
) -> Terms:
    needs = reservations(
        sides.equity, sides.survival, sides.closing, sides.raised, sides.investors
    )
    investors, founders = (need[:, None] for need in needs)
    share, kept = sides.investors[:, None], 1.0 - _stake(forms)
    firm = needs_total(needs)[:, None] / np.maximum(kept, LEAST_KEPT) - rest
    investors = np.maximum(investors - share * kept * rest, 0.0)
    founders = np.maximum(founders - (1.0 - share) * kept * rest, 0.0)
    # hired away together: holders are not asked, people want what they leave behind and more
    asked = forms.holders_paid
    forgone = sides.staff * needs_total(needs)
    own = movers.part * forgone[:, None] + deals.signing_years * movers.pay
    return Terms(
        value, np.where(asked, investors, 0.0), np.where(asked, founders, own),
        np.where(asked, sides.raised[:, None], 0.0), np.where(asked, share, 0.0),
        forms.retention_share * forms.moves, _stays(forms, parameters), forms.to_firm & ~asked,
        firm * sides.startup[:, None], invested, _stake(forms),
    )


def needs_total(needs: Needs) -> F64:
    """What a firm is worth to all its holders without a deal, USD."""
    return np.asarray(needs.investors + needs.founders)


def _stays(forms: FormTable, parameters: BargainParameters) -> F64:
    """Part of retention pay that movers expect to stay for."""
    years = forms.retention_months / MONTHS
    rate = parameters.expected_leaving * (1.0 - parameters.retention_belief)
    return np.where(years > 0, -np.expm1(-rate * years) / np.maximum(rate * years, 1e-9), 1.0)


def _review(
    world: World, talks: Talks, price: F64, forms: FormTable
) -> tuple[I64, F64]:
    """Months of review and chance of a ban by the rules of the target's country.

    Parameters
    ----------
    price
        Of one deal in full, USD.
    """
    levers, country = world.levers, world.employers.country[talks.target]
    covers = levers.merger_review_covers[country].astype(np.int64)
    covered = (covers[:, None] >> forms.reviewed_as) & 1 == 1
    # without a threshold there is no review: NaN compares as false
    reviewed = covered & (price >= levers.merger_review_threshold_usd[country][:, None])
    months = np.where(reviewed, levers.merger_review_months[country][:, None], 0.0)
    ban = np.where(reviewed, levers.merger_ban_chance[country][:, None], 0.0)
    return np.ceil(months).astype(np.int64), ban


def means(world: World, deals: DealParameters) -> tuple[I64, I64]:
    """What each employer has for a deal: cash it can spare, and what its owners put up, cents."""
    employers = world.employers
    obliged = (employers.payroll + employers.promised_pay) * deals.reserve_months
    spare = np.maximum(employers.cash - np.rint(obliged).astype(np.int64), 0)
    made = np.bincount(employers.firm, employers.produced, employers.count).astype(np.float64)
    made = made * _business(world, deals)
    owned = employers.kind != EmployerKind.STARTUP
    return spare, np.rint(owned * made * deals.owners_years * CENTS).astype(np.int64)


def _business(world: World, deals: DealParameters) -> F64:
    """Business that rests on each employer's technology, relative to output of its AI people."""
    large = world.employers.kind == EmployerKind.BIG_TECH
    return np.where(large, deals.other_business, 1.0)


def _possible(
    world: World, talks: Talks, sides: Sides, movers: Movers, price: F64, forms: FormTable,
    deals: DealParameters,
) -> Mask:
    """Which forms are open to a pair at all."""
    employers = world.employers
    spare, owners = means(world, deals)
    affordable = price * CENTS <= (spare + owners)[talks.buyer][:, None]
    # neither startups nor anybody in the rest of the world found laboratories for who moves;
    # a firm can be bought, or lose a team, that is somebody's; public research only licenses
    licence = ~forms.moves & (forms.stake_share == 0) & ~forms.control
    may = np.where(sides.startup[:, None], True, licence)
    young = employers.kind[talks.buyer] == EmployerKind.STARTUP
    nowhere = employers.country[talks.target] == world.tables.countries.index(REST)
    may &= ~(((young | nowhere) & (sides.site < 0))[:, None] & forms.moves)
    barred = world.levers.non_competes_enforced[employers.country[talks.target]] > 0
    may &= ~(barred[:, None] & forms.moves & ~forms.holders_paid)
    some = movers.heads < employers.heads[talks.target][:, None]
    goes_on = (forms.remainder != Remainder.CLOSES) & forms.moves
    return np.asarray(may & affordable & (some | ~goes_on))


