"""Visa systems: points against job offers, and quick permanence (Czaika and Parsons 2017)."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
import pandas as pd

from agents.employers import MONTHS
from agents.levers import Scheme, month_number
from agents.policies import Change, Policy
from experiments.natural_experiments.estimators import Coefficient, poisson
from experiments.natural_experiments.worlds import (
    Asked,
    Cluster,
    Experiment,
    Published,
    World,
    half,
    market,
    months,
    named,
)
from model import tables
from model.talent_market import TalentMarket

START, UNTIL = "2021-01", "2024-12"
PERMANENCE_YEARS = 2.0
TEST_MONTHS = 2.0  # assumption: time in which the employer has to look for somebody on the spot
# after the Australian skilled test (language left out, for the model has none): nearly everybody
# under 40 with some years of work passes, as most specialists did
POINTS = {
    "degree_bachelor": 15.0, "degree_phd": 20.0,
    "age_under_25": 25.0, "age_under_33": 30.0, "age_under_40": 25.0, "age_under_45": 15.0,
    "experience_over_3": 5.0, "experience_over_5": 10.0, "experience_over_8": 15.0,
}  # fmt: skip
POINTS_NEEDED = 45.0
SOURCE = "Czaika and Parsons 2017"


def ordinary_schemes(schemes: Sequence[Scheme], month: int) -> dict[str, Scheme]:
    """The scheme by which most people come to each country in a month.

    Among schemes that ask for a job offer: the stand-in for an ordinary permit where there is one,
    else the one that asks for the least pay.
    """
    found = dict[str, Scheme]()
    for scheme in schemes:
        usual = scheme.job_offer_required and not scheme.for_graduates and scheme.open_in(month)
        if usual and (scheme.country not in found or _rank(scheme) < _rank(found[scheme.country])):
            found[scheme.country] = scheme
    return found


def _rank(scheme: Scheme) -> tuple[bool, bool, float, str, str]:
    restricted = scheme.fields is not None or scheme.points is not None
    pay = scheme.min_pay_usd or 0.0
    return scheme.kind != "generic", restricted, pay, scheme.id, scheme.tier


def systems(seed: int) -> Policy:
    """From the start every country admits by one scheme only, of a kind drawn by luck.

    Half of them by points, the others by job offer with a test of the labour market; half of all,
    drawn anew, with permanence after two years instead of as in their ordinary scheme.
    """
    start, history = month_number(START), tables.schemes()
    ordinary = ordinary_schemes(history, start)
    countries = sorted(ordinary)
    points, quick = half(countries, seed, "points"), half(countries, seed, "permanence")
    closing = {
        (scheme.country, scheme.id) for scheme in history
        if scheme.country in ordinary and not scheme.for_graduates
    }
    return Policy(
        f"visa-systems-{seed}", "Points or job offers, quick permanence or not, by luck",
        changes=tuple(
            Change(start, country, {"valid_to": start - 1}, scheme=slug, tier=tier)
            for country, slug, tier in _open_tiers(history, closing)
        ),
        schemes=tuple(
            _scheme(ordinary[country], start, country in points, country in quick)
            for country in countries
        ),
    )


def _open_tiers(
    history: Sequence[Scheme], closing: set[tuple[str, str]]
) -> list[tuple[str, str, str]]:
    """Tiers for work; those for graduates stay as they are."""
    return sorted({
        (scheme.country, scheme.id, scheme.tier) for scheme in history
        if (scheme.country, scheme.id) in closing and not scheme.for_graduates
    })


def _scheme(ordinary: Scheme, start: int, points: bool, quick: bool) -> Scheme:
    """The only scheme of a country, made out of its ordinary one."""
    scheme = dataclasses.replace(
        ordinary, id=f"{ordinary.country.lower()}-replayed", tier="main",
        title="By points" if points else "By job offer", valid_from=start, valid_to=None,
        fields=None, points=None, points_min=None, university_rank_max=None,
        places_per_year=None, outside_applicants_per_year=None, allocation=None,
        exempt_employers=None, kind="recorded", imputed=(), source=SOURCE,
        job_offer_required=True, sponsor_required=True, fee_paid_by="employer",
        processing_months=(ordinary.processing_months or 0.0) + TEST_MONTHS,
    )
    if points:
        scheme = dataclasses.replace(
            scheme, points=POINTS, points_min=POINTS_NEEDED, min_pay_usd=None,
            job_offer_required=False, sponsor_required=False, fee_paid_by="applicant",
            processing_months=ordinary.processing_months, grace_months=ordinary.stay_months,
        )
    if quick:
        years = scheme.years_to_permanence
        years = PERMANENCE_YEARS if years is None else min(years, PERMANENCE_YEARS)
        scheme = dataclasses.replace(scheme, years_to_permanence=years)
    return scheme


def measure(world: World) -> pd.DataFrame:
    """Moves of a world by year, country of birth and destination, with the systems in force.

    As in the published data, people are told by where they are from, and those who come home are
    no immigrants. Pairs with free movement are left out, for no scheme acts on them.
    """
    policy = systems(world.seed)
    lived = market(world, [policy], UNTIL)
    moves = dict[int, np.ndarray]()
    for month in months(lived, UNTIL):
        year = moves.setdefault(month // MONTHS, np.zeros((lived.world.countries,) * 2))
        people = lived.researchers
        came = np.flatnonzero(people.arrived == month)
        born, here = people.birth_country[came], people.country[came]
        np.add.at(year, (born[born != here], here[born != here]), 1)
    return _table(lived, moves, policy, world.seed)


def _table(
    lived: TalentMarket, moves: dict[int, np.ndarray], policy: Policy, seed: int
) -> pd.DataFrame:
    codes, ours = lived.tables.countries, {scheme.country: scheme for scheme in policy.schemes}
    month = month_number(START)
    ordinary = ordinary_schemes(tables.schemes(), month)
    free = lived.tables.free_until >= month
    rows = []
    for year, counts in moves.items():
        after = year >= month // MONTHS
        for here in named(codes):
            there = lived.tables.index[here]
            scheme = ours.get(here)
            if scheme is None:
                continue
            quick = scheme.years_to_permanence != ordinary[here].years_to_permanence
            rows += [
                (seed, year, code, here, counts[born, there],
                 after and scheme.points is not None, after and quick)
                for born, code in enumerate(codes) if born != there and not free[there, born]
            ]  # fmt: skip
    columns = ["seed", "year", "origin", "destination", "moves", "points", "permanence"]
    return pd.DataFrame(rows, columns=columns)


def estimate(frame: pd.DataFrame, cluster: Cluster | None = None) -> dict[str, Coefficient]:
    """PPML gravity: effects of origin and year (in each world) and of pairs, clustered by pair."""
    return poisson(
        frame, "moves", ["points", "permanence"],
        effects=[("seed", "origin", "year"), ("origin", "destination")],
        cluster=cluster or ("origin", "destination"),
    )


EXPERIMENT = Experiment(
    key="visa_systems",
    title="Visa systems",
    design=(
        f"From {START} every named country admits by one scheme only, made out of its ordinary "
        "one: in half of the countries of each world, drawn by luck, by points for degree, age and "
        "experience, in the other half by job offer with a floor of pay, a sponsor who pays the "
        f"fee and {TEST_MONTHS:g} months more for the test of the labour market. In half of all "
        f"countries, drawn anew, permanence comes after {PERMANENCE_YEARS:g} years instead of as "
        "before. PPML gravity on moves by country of birth, destination and year with effects of "
        "origin-years and of pairs, clustered by pair."
    ),
    measure=measure,
    estimate=estimate,
    asked=(
        Asked("points", "points-based less job offer, log moves",
              Published(1, "points raise high-skilled inflow more", SOURCE)),
        Asked("permanence", "quick permanence, log moves",
              Published(1, "permanence raises numbers", SOURCE)),
    ),
)  # fmt: skip
