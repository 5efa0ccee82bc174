"""Deals between firms: what a target is worth, who must agree, and how the price is shared."""

from __future__ import annotations

import dataclasses
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.declare import parameter
from agents.employers import MONTHS, WorthParameters, output

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
Mask = NDArray[np.bool_]
TINY = 1e-9


@dataclasses.dataclass(frozen=True)
class BargainParameters:
    """How firms value each other and share the gain."""

    buyer_weight: float = parameter(
        0.5, unit="share", low=0.0, high=1.0, kind="uncertainty",
        source="assumption: equal weights, as in the symmetric solution of Nash 1950; targets take "
        "more where several buyers bid (Ahern 2012: about half of the gain in dollars)",
        meaning="part of the gain from a deal that goes to the buyer",
    )
    horizon_years: float = parameter(
        5.0, unit="years", low=1.0, high=15.0, kind="uncertainty", source="assumption",
        meaning="years for which a deal, or going on alone, is counted on to pay",
    )
    discount: float = parameter(
        0.12, unit="1/year", low=0.02, high=0.4, kind="uncertainty",
        source="assumption; hurdle rates of firms lie near 12 % (Poterba and Summers 1995)",
        meaning="rate at which firms discount what comes later",
    )
    expected_leaving: float = parameter(
        0.33, unit="1/year", low=0.05, high=0.8, kind="uncertainty",
        source="Kim (Census): 33 % of acquired people are gone within a year; what buyers count "
        "on, not what happens",
        meaning="rate at which a buyer expects acquired people to leave without retention pay",
    )
    retention_belief: float = parameter(
        0.5, unit="share", low=0.0, high=1.0, kind="uncertainty", source="assumption",
        meaning="part of that leaving which a buyer expects retention pay to prevent while it runs",
    )
    technology_gain: float = parameter(
        0.005, unit="1", low=0.0, high=0.05, kind="uncertainty",
        source="assumption; at ten times as much one buyer makes two fifths of deals and output "
        "of the world rises by a quarter in seven years",
        meaning="gain of a buyer's technology from that of a target of its own size which "
        "complements it fully",
    )
    technology_scale: float = parameter(
        0.5, unit="1", low=0.2, high=1.0, kind="uncertainty", source="assumption",
        meaning="elasticity of that gain to the output of the target relative to the buyer's",
    )
    technology_spread: float = parameter(
        1.23, unit="log points", low=0.0, high=2.2, kind="uncertainty",
        source="Scherer and Harhoff 2000: the most valuable tenth of inventions brings 48 to 93 % "
        "of the value of all; this is the least of it, for a log-normal law",
        meaning="standard deviation of the log of what technology of one firm is worth to buyers, "
        "relative to that of others of its size",
    )
    obsolescence: float = parameter(
        0.15, unit="1/year", low=0.0, high=0.5, kind="uncertainty",
        source="15 %, the usual depreciation of the stock of R&D (Hall, Mairesse and Mohnen 2010)",
        meaning="rate at which technology that a deal brought becomes obsolete",
    )
    tacit: float = parameter(
        0.6, unit="share", low=0.0, high=1.0, kind="uncertainty",
        source="assumption; what researchers know moves with them (Almeida and Kogut 1999, Arora "
        "1996)",
        meaning="part of a firm's technology that comes only with the people who know it",
    )
    rivalry: float = parameter(
        0.1, unit="share", low=0.0, high=0.5, kind="uncertainty",
        source="assumption; licensing dissipates rents of the licensor (Arora and Fosfuri 2003)",
        meaning="part of its own stream that a firm loses by licensing to one with the same work",
    )
    integration: float = parameter(
        0.3, unit="years of output", low=0.0, high=1.0, kind="uncertainty",
        source="assumption; integrating a firm of its own takes several per cent of its price",
        meaning="cost of making a whole firm part of the buyer, relative to its yearly output; "
        "less where only a part of its people is directed",
    )
    access: float = parameter(
        0.1, unit="share", low=0.0, high=1.0, kind="uncertainty",
        source="assumption; sign from Puranam, Singh and Zollo 2006: a firm left on its own shares "
        "less of what its people know, and goes on better; low, since majority stakes are no more "
        "frequent in the record than others",
        meaning="part of the people of a firm that goes on whom an owner in control can direct, "
        "hence of what only they know",
    )
    effort: float = parameter(
        0.5, unit="share", low=0.0, high=1.0, kind="uncertainty",
        source="assumption; sign from Ouimet 2013: buyers forgo control where incentives of those "
        "who run a firm count",
        meaning="part of the worth of a firm that goes on which rests on the effort of its holders",
    )
    growth_capital: float = parameter(
        1.0, unit="share", low=0.0, high=1.0, kind="uncertainty",
        source="assumption: as much as lets it live until it could raise money; firms in which "
        "others buy stakes are short of it (Ouimet 2013, Liao 2014)",
        meaning="part of the money that a startup lacks for a year which a buyer of a stake "
        "puts in",
    )
    closing_cost: float = parameter(
        0.2, unit="share", low=0.0, high=0.8, kind="uncertainty", source="assumption",
        meaning="part of the cash that winding up a firm takes",
    )
    break_fee: float = parameter(
        0.05, unit="share of the price", low=0.0, high=0.15, kind="uncertainty",
        source="reverse termination fees of 3 to 7 % are usual; Adobe and Figma 2023: 5 %",
        meaning="what a buyer owes the target when a deal is banned",
    )


class Shares(NamedTuple):
    """Who holds a firm; shares add up to one. Arrays of one shape."""

    founders: F64
    investors: F64
    staff: F64


class Terms(NamedTuple):
    """What one form would mean for one buyer and one target; arrays that broadcast together."""

    value: F64
    """Worth of the deal to the buyer before the price, USD."""
    investors_need: F64
    """Payoff below which investors decline, USD."""
    founders_need: F64
    """Payoff below which founders and staff decline, USD."""
    raised: F64
    """What investors have put in and get first, USD."""
    investors_share: F64
    """Their share; of the price that goes to holders."""
    retention: F64
    """Part of the price that movers get over months."""
    kept: F64
    """Part of that which movers expect to stay for."""
    to_firm: Mask
    """Whether the price goes into the firm, which goes on, instead of to its holders."""
    firm_need: F64
    """Price below which a firm that goes on loses by the deal, USD; below zero: it gains anyway."""
    invested: F64
    """What is put into the firm before anybody is paid, USD; value is net of it."""
    stake: F64
    """Share of the firm that the buyer holds afterwards."""


class Bargain(NamedTuple):
    """What a bargain comes to; arrays of one shape."""

    price: F64
    """With what is put into the firm, USD; NaN where there is nothing to agree on."""
    least: F64
    """Price from which everybody who must agree does, USD."""
    most: F64
    """Price up to which the buyer does, USD."""
    gain: F64
    """What it leaves the buyer, USD, before merger review."""


def years_counted(horizon: Any, rate: Any) -> F64:
    """Years of a yearly stream that count today: ∫ exp(−rate · t) dt up to the horizon."""
    rate = np.maximum(np.asarray(rate, dtype=np.float64), TINY)
    return np.asarray(-np.expm1(-rate * horizon) / rate)


def team_worth(
    technology: Any, effect: Any, heads: Any, capacity: Any, scale: Any, added: Any,
    added_heads: Any, worth: WorthParameters,
) -> F64:
    """What a buyer's output rises by when a whole team joins: Y(H + h) − Y(H), USD a year.

    Parameters
    ----------
    technology, effect, heads, capacity, scale
        Of the buyer, as in :func:`agents.employers.output`.
    added, added_heads
        Effect and heads of those who join, in agents.
    """
    base = output(technology, effect, heads, capacity, scale, worth)
    more = output(technology, effect + added, heads + added_heads, capacity, scale, worth)
    return np.asarray(more - base)


def expected_leaving(
    retention_months: Any, parameters: BargainParameters
) -> F64:
    """Rate at which a buyer expects movers to leave over its horizon, a year.

    Retention pay prevents a part of leaving for as long as it runs.
    """
    covered = np.minimum(np.asarray(retention_months) / MONTHS / parameters.horizon_years, 1.0)
    return np.asarray(
        parameters.expected_leaving * (1.0 - parameters.retention_belief * covered)
    )


def people_value(
    more_output: Any, pay: Any, retention_months: Any, parameters: BargainParameters
) -> F64:
    """Worth of people to a buyer beyond their pay, less those expected to leave early, USD.

    Parameters
    ----------
    more_output, pay
        What they add to output and what they are paid, USD a year.
    """
    rate = parameters.discount + expected_leaving(retention_months, parameters)
    return np.asarray((more_output - pay) * years_counted(parameters.horizon_years, rate))


def overlap(one: Any, other: Any) -> F64:
    """Share of the work of two firms that is in the same fields, shape (n,)."""
    return np.asarray(np.minimum(one, other).sum(axis=-1))


def complementarity(shared: Any) -> F64:
    """How far two firms' technologies complete each other, from 0 to 1.

    Notes
    -----
    4 · o · (1 − o) in the shared work o: neither strangers nor twins learn much from each other
    (Ahuja and Katila 2001).
    """
    shared = np.asarray(shared, dtype=np.float64)
    return np.asarray(4.0 * shared * (1.0 - shared))


def technology_gain(
    target_output: Any, buyer_output: Any, shared: Any, share: Any, parameters: BargainParameters
) -> F64:
    """Log gain of the buyer's technology from that of the target.

    Parameters
    ----------
    target_output, buyer_output
        Of one firm each, in full, USD a year.
    shared
        Overlap of their work.
    share
        Part of the technology that the buyer comes to use.

    Notes
    -----
    g · complementarity · share · (Y_target / Y_buyer)^ρ, at most g · complementarity · share: what
    is known is not used up, so a large buyer gains more in all, less in proportion.
    """
    ratio = np.asarray(target_output) / np.maximum(buyer_output, 1.0)
    size = np.minimum(ratio, 1.0) ** parameters.technology_scale
    return np.asarray(parameters.technology_gain * complementarity(shared) * share * size)


def worth_of_invention(standard: Any, parameters: BargainParameters) -> F64:
    """How much more the technology of a firm brings than that of others like it; 1 on average.

    Parameters
    ----------
    standard
        Standard normal numbers.

    Notes
    -----
    exp(σ · z − σ² / 2): a few inventions bring most of the value (Scherer and Harhoff 2000).
    """
    spread = parameters.technology_spread
    return np.asarray(np.exp(spread * np.asarray(standard) - spread * spread / 2.0))


def directed(moved: Any, control: Any, parameters: BargainParameters) -> F64:
    """Part of a target's people, by effect, who do what the buyer says: movers, or by control."""
    return np.asarray(np.maximum(moved, parameters.access * np.asarray(control)))


def technology_had(share: Any, moved: Any, parameters: BargainParameters) -> F64:
    """Part of a target's technology that a buyer comes to use.

    Parameters
    ----------
    share
        Part that the form lets the buyer use.
    moved
        Part of the target's effect that brings what it knows, as from :func:`directed`.

    Notes
    -----
    (1 − t) · share + t · moved with the tacit part t.
    """
    tacit = parameters.tacit
    return np.asarray((1.0 - tacit) * np.asarray(share) + tacit * np.asarray(moved))


def technology_value(gain: Any, buyer_output: Any, parameters: BargainParameters) -> F64:
    """Worth of a log gain of technology to a buyer, USD."""
    years = years_counted(
        parameters.horizon_years, parameters.discount + parameters.obsolescence
    )
    return np.asarray(np.expm1(gain) * buyer_output * years)


def closing_value(cash: Any, debts: Any, parameters: BargainParameters) -> F64:
    """What is left for holders when a firm is wound up, USD."""
    return np.asarray(np.maximum(np.asarray(cash) * (1.0 - parameters.closing_cost) - debts, 0.0))


def stream_value(stream: Any, parameters: BargainParameters) -> F64:
    """Worth of a yearly surplus that lasts, USD; a firm can stop before it loses more."""
    years = years_counted(parameters.horizon_years, parameters.discount)
    return np.asarray(np.maximum(np.asarray(stream), 0.0) * years)


def going_on(equity: Any, survival: Any, closing: Any) -> F64:
    """Expected worth of a firm that goes on alone, USD: it lives and is worth its equity, or fails.

    Parameters
    ----------
    survival
        Chance of living on.
    closing
        What it leaves when it fails.
    """
    return np.asarray(survival * equity + (1.0 - survival) * closing)


def worth_of_effort(stake: Any, parameters: BargainParameters) -> F64:
    """What is left of the worth of a firm of which another firm has come to hold a part.

    Notes
    -----
    1 − e · stake² with the part e that rests on effort: who gets a share 1 − s of what effort
    brings, at a cost that rises with its square, leaves s² of the gain undone (Jensen and Meckling
    1976).
    """
    return np.asarray(1.0 - parameters.effort * np.asarray(stake) ** 2)


def investors_part(amount: Any, raised: Any, share: Any) -> F64:
    """What investors get of an amount: their money first, or their share where that is more."""
    return np.asarray(np.maximum(np.minimum(amount, raised), np.asarray(share) * amount))


class Needs(NamedTuple):
    """Payoffs below which holders decline, USD."""

    investors: F64
    founders: F64
    """Founders and staff together."""


def reservations(
    equity: Any, survival: Any, closing: Any, raised: Any, share: Any
) -> Needs:
    """What each side gets without a deal: the better of going on alone and closing now.

    Investors and founders judge for themselves, since the preference of investors matters most
    where there is least to share.
    """
    alive, dead = investors_part(equity, raised, share), investors_part(closing, raised, share)
    lasts = going_on(equity, survival, closing) >= closing
    investors = np.where(lasts, going_on(alive, survival, dead), dead)
    total = np.where(lasts, going_on(equity, survival, closing), closing)
    return Needs(investors, np.maximum(total - investors, 0.0))


def least_price(terms: Terms) -> F64:
    """Price from which investors as well as founders and staff agree, USD.

    Notes
    -----
    Of a price p, q = (1 − ρ) p is shared now and ρ p is paid to movers over months. Investors get
    max(min(q, raised), s · q), founders and staff the rest and the part of ρ p that they stay for.
    """
    now = np.maximum(1.0 - terms.retention, TINY)
    share, raised = terms.investors_share, terms.raised
    small = terms.investors_need <= raised
    first = np.where(small, terms.investors_need, terms.investors_need / np.maximum(share, TINY))
    first = first / now
    later = terms.retention * terms.kept
    need = terms.founders_need
    # three slopes: before investors have their money, up to where their share is more, beyond
    by_pay = need / np.maximum(later, TINY)
    between = (need + raised) / (now + later)
    beyond = need / np.maximum((1.0 - share) * now + later, TINY)
    second = np.where(
        by_pay * now <= raised, by_pay,
        np.where(between * now * share <= raised, between, beyond),
    )
    second = np.where(need <= 0, 0.0, second)
    return np.asarray(np.where(terms.to_firm, terms.firm_need, np.maximum(first, second)))


def bargain(terms: Terms, outside: Any, parameters: BargainParameters) -> Bargain:
    """The Nash solution between a buyer and those on the other side who must all agree.

    Parameters
    ----------
    outside
        What the best other buyer would pay, USD; 0 where there is none.

    Notes
    -----
    price = least + (1 − w) (value − least): each side gets what it has without the deal and its
    part of the gain. Buyers without a deal have nothing to lose, so their own reservation is 0.
    """
    # of what goes into a firm of which it holds a part the buyer keeps that part
    cost = np.where(terms.to_firm, 1.0 - terms.stake, 1.0)
    most = terms.value / cost + terms.invested
    least = np.maximum(least_price(terms) + terms.invested, outside)
    surplus = most - least
    price = least + (1.0 - parameters.buyer_weight) * np.maximum(surplus, 0.0)
    price = np.maximum(price, terms.invested)
    agreed = (surplus > 0) & (price > 0) & (price <= most)
    return Bargain(
        np.where(agreed, price, np.nan), least, most,
        np.where(agreed, (most - price) * cost, -np.inf),
    )


def after_review(
    gain: Any, price: Any, months: Any, ban_chance: Any, parameters: BargainParameters
) -> F64:
    """What a buyer expects of a deal that waits for merger review, USD.

    Parameters
    ----------
    gain
        What the deal leaves the buyer if it is carried out at once.
    months, ban_chance
        Of the review; zero where there is none.
    """
    delay = np.exp(-parameters.discount * np.asarray(months) / MONTHS)
    banned = np.asarray(ban_chance)
    expected = (1.0 - banned) * delay * gain
    return np.asarray(expected - banned * delay * parameters.break_fee * np.nan_to_num(price))


def choose_form(net_gain: F64, possible: Mask) -> I64:
    """The form with the largest net gain to each buyer, -1 where none gains; shape (n,)."""
    gain = np.where(possible, net_gain, -np.inf)
    best = gain.argmax(axis=1)
    there = gain[np.arange(gain.shape[0]), best] > 0
    return np.where(there, best, -1)


def shared_out(price: I64, raised: I64, shares: Shares) -> tuple[I64, I64, I64]:
    """A price in whole cents among investors, founders and staff, to the cent.

    Returns
    -------
    Cents to investors, founders and staff; they add up to the price.

    Notes
    -----
    Investors get their money first or their share, where that is more (a non-participating
    preference of one times, the commonest there is); founders and staff share the rest.
    """
    investors = np.rint(investors_part(price, raised, shares.investors)).astype(np.int64)
    investors = np.where(shares.investors > 0, np.minimum(investors, price), 0)
    rest = price - investors
    others = np.maximum(shares.founders + shares.staff, TINY)
    founders = np.rint(rest * (shares.founders / others)).astype(np.int64)
    founders = np.where(shares.founders + shares.staff > 0, np.minimum(founders, rest), 0)
    # who holds a firm that nobody holds is its staff
    return investors, founders, rest - founders
