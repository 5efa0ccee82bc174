"""Forgone: public money that tax rules and lower fees leave with people and firms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.employers import CENTS, MONTHS, monthly_cents
from agents.levers import Scheme
from model.country_levers import CountryLevers
from model.month.rights import RightsParameters
from model.world import World

F64 = NDArray[np.float64]
FEES = ("fee_usd", "fee_abroad_usd")
"""Of schemes; that for hires from abroad counts for everybody, which is dearer than it is."""


class TaxBase(NamedTuple):
    """Pay on which special rates of tax fall or might fall, USD a year by country."""

    newcomers: F64
    """Of people who came from abroad within the years of a rate for newcomers; at least one agent
    of mean pay, so that no such rate is taken to be free."""
    beyond: F64
    """Beyond the pay from which a top rate holds."""


def tax_base(world: World, rights: RightsParameters) -> TaxBase:
    """The pay of people at work as it stands, in the real world."""
    people = world.researchers
    rows = np.flatnonzero(people.employer >= 0)
    country = people.country[rows].astype(np.int64)
    cents = monthly_cents(people.pay[rows])
    new = world.month - people.arrived[rows].astype(np.int64) < rights.newcomer_tax_years * MONTHS
    threshold = rights.top_tax_threshold * world.tables.country["pay_usd"][country]
    beyond = np.maximum(cents - np.rint(threshold * (CENTS / MONTHS)), 0.0)

    def total(part: F64) -> F64:
        # whole cents, so that sums have no order
        sums = np.bincount(country, part, world.countries)
        return np.asarray(sums * (world.persons_per_agent * MONTHS / CENTS), dtype=np.float64)

    one = world.persons_per_agent * world.tables.country["pay_usd"]
    return TaxBase(np.maximum(total(np.where(new, cents, 0.0)), one), total(beyond))


def forgone_by_levers(world: World, levers: CountryLevers, base: TaxBase) -> F64:
    """Tax that rates below the ordinary one forgo beyond the opening, USD a year by country.

    Higher rates bring money, which is not counted: nothing may be spent on its strength.
    """
    opening = CountryLevers.opening(world.tables)

    def beyond_opening(lever: str) -> F64:
        now, then = (tax_spared_by(world, getattr(one, lever)) for one in (levers, opening))
        return np.asarray(now - then)

    newcomers, top = beyond_opening("newcomer_tax_rate"), beyond_opening("top_tax_rate")
    return newcomers * base.newcomers + top * base.beyond


def tax_spared_by(world: World, rate: F64) -> F64:
    """Part of pay that a rate leaves beyond the ordinary one, by country; nought without a rate."""
    return np.nan_to_num(np.maximum(world.tables.country["tax_rate"] - rate, 0.0))


def forgone_by_schemes(
    world: World, schemes: Sequence[Scheme], grants: Mapping[tuple[str, str], float]
) -> F64:
    """Tax and fees that visa schemes forgo beyond the opening, USD a year by country.

    Where everybody admitted in a year brings relief for its whole length; fees that have risen are
    not counted.

    Parameters
    ----------
    schemes
        In force.
    grants
        Visas granted in a year by slug and tier; at least one agent is taken to come.
    """
    opened = opened_schemes(world)
    total = np.zeros(world.countries)
    for scheme in schemes:
        row = world.tables.index[scheme.country]
        before = opened.get((scheme.id, scheme.tier))
        tax = world.tables.country["tax_rate"][row] * world.tables.country["pay_usd"][row]
        forgone = tax * (relief_years(scheme) - relief_years(before))
        forgone += sum(
            max((getattr(before, fee) or 0.0) - (getattr(scheme, fee) or 0.0), 0.0) for fee in FEES
        ) if before else 0.0
        granted = grants.get((scheme.id, scheme.tier), 0.0)
        total[row] += max(granted, world.persons_per_agent) * forgone
    return total


def opened_schemes(world: World) -> dict[tuple[str, str], Scheme]:
    """Schemes as they stood at the opening, by slug and tier."""
    return {
        (scheme.id, scheme.tier): scheme for scheme in world.rules.schemes
        if scheme.open_in(world.start - 1)
    }


def relief_years(scheme: Scheme | None) -> float:
    """Years of the whole tax that the relief of a scheme comes to."""
    if scheme is None:
        return 0.0
    return (scheme.tax_relief_rate or 0.0) * (scheme.tax_relief_years or 0.0)
