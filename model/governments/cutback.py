"""Cutback: beyond a budget tax and fees given up are taken back, each by the same part."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from agents.levers import Scheme
from model.country_levers import CountryLevers
from model.governments.forgone import (
    FEES,
    TaxBase,
    forgone_by_schemes,
    opened_schemes,
    relief_years,
    tax_spared_by,
)
from model.governments.observation import Measure
from model.world import World

STEP = 1e4  # rates are cut to a hundredth of a point


class Forgone(NamedTuple):
    """What a country gives up by its law, and on what it rests."""

    world: World
    row: int
    levers: CountryLevers
    schemes: Sequence[Scheme]
    """The own ones."""
    base: TaxBase
    grants: Mapping[tuple[str, str], float]


class _Part(NamedTuple):
    """One rule by which money is given up beyond the opening."""

    usd: float
    """In a year."""
    scheme: tuple[str, str] | None
    """Slug and tier; None: a lever."""
    now: Mapping[str, float]
    """Values that give it up."""
    then: Mapping[str, float]
    """Values of the opening, which give up nothing beyond it."""


def cut_back(forgone: Forgone, cost_usd: float, budget_usd: float) -> tuple[Measure, ...]:
    """Measures that bring what is bound back to the budget, as far as that can be done; else none.

    Every rule gives up the same part of what it gave, as under an across-the-board cut.

    Parameters
    ----------
    cost_usd
        What cannot be ended within a year costs in a year, tax forgone included.
    """
    parts = [part for part in (*_rates(forgone), *_schemes(forgone)) if part.usd > 0]
    given_up = sum(part.usd for part in parts)
    over = cost_usd - budget_usd
    if over <= 0 or given_up <= 0:
        return ()
    left = max(1.0 - over / given_up, 0.0)
    why = (
        f"budget: {cost_usd:,.0f} USD a year are bound, {budget_usd:,.0f} may be; "
        f"tax and fees given up are cut by {1.0 - left:.0%}"
    )
    levers = [part for part in parts if part.scheme is None]
    measures = list[Measure]()
    if levers:
        values = {name: value for part in levers for name, value in _cut(part, left).items()}
        measures.append({"set": values, "menu": "cutback", "why": why})
    for part in parts:
        if part.scheme is not None:
            slug, tier = part.scheme
            measures.append({"scheme": slug, "tier": tier, "set": _cut(part, left),
                             "menu": "cutback", "why": why})  # fmt: skip
    return tuple(measures)


def _cut(part: _Part, left: float) -> dict[str, Any]:
    """Values between those of the opening and those of now, rounded so that less is given up."""
    found = dict[str, Any]()
    for name, now in part.now.items():
        then = part.then[name]
        value = then + left * (now - then)
        step = 1.0 if name in FEES else STEP
        towards = math.ceil if then > now else math.floor
        found[name] = towards(round(value * step, 6)) / step
    return found


def _rates(forgone: Forgone) -> Iterator[_Part]:
    """Rates of tax below those of the opening."""
    world, row, base = forgone.world, forgone.row, forgone.base
    tax = float(world.tables.country["tax_rate"][row])
    opening = CountryLevers.opening(world.tables)
    for name, pay in (("newcomer_tax_rate", base.newcomers), ("top_tax_rate", base.beyond)):
        now, then = (
            float(tax_spared_by(world, getattr(levers, name))[row])
            for levers in (forgone.levers, opening)
        )
        yield _Part((now - then) * float(pay[row]), None, {name: tax - now}, {name: tax - then})


def _schemes(forgone: Forgone) -> Iterator[_Part]:
    """Relief and fees of schemes beyond those of the opening."""
    opened = opened_schemes(forgone.world)
    for scheme in forgone.schemes:
        key = (scheme.id, scheme.tier)
        before = opened.get(key)
        now, then = dict[str, float](), dict[str, float]()
        if relief_years(scheme) > relief_years(before):
            now["tax_relief_rate"] = scheme.tax_relief_rate or 0.0
            then["tax_relief_rate"] = relief_years(before) / (scheme.tax_relief_years or 1.0)
        for fee in FEES if before is not None else ():
            asked, was = getattr(scheme, fee) or 0.0, getattr(before, fee) or 0.0
            if was > asked:
                now[fee], then[fee] = asked, was
        usd = float(forgone_by_schemes(forgone.world, [scheme], forgone.grants)[forgone.row])
        if now:
            yield _Part(usd, key, now, then)
