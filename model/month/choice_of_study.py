"""Choice of study: more enter the profession where pay, or the chance to leave, rose years ago."""

from __future__ import annotations

import dataclasses

import numpy as np

from agents.declare import parameter
from agents.employers import MONTHS
from model.world import F64, World

REFERENCE = MONTHS
"""Months at the beginning of the run that the numbers of the data already answer to."""


@dataclasses.dataclass(frozen=True)
class ChoiceParameters:
    """How many choose the profession."""

    pay_response: float = parameter(
        0.5, unit="1", low=0.0, high=3.0, kind="uncertainty",
        source="assumption; sign and more than this size in engineering from Ryoo and Rosen 2004",
        meaning="elasticity of entrants to pay relative to that of other countries when they chose "
        "what to study",
    )
    leaving_response: float = parameter(
        1.0, unit="1", low=0.0, high=3.0, kind="uncertainty",
        source="assumption; signs from Batista, Lacuesta and Vicente 2012 and from Abarcar and "
        "Theoharides 2024: chances to emigrate bring more people into training than leave",
        meaning="log points of entrants for each unit of the chance that a native leaves within a "
        "career, when they chose",
    )
    career_years: float = parameter(
        20.0, unit="years", low=5.0, high=40.0, kind="constant", source="assumption",
        meaning="years in which those who choose expect that they may leave",
    )
    memory_years: float = parameter(
        2.0, unit="years", low=1.0, high=5.0, kind="uncertainty", source="assumption",
        meaning="years that those who choose look back",
    )


def note_prospects(world: World) -> None:
    """Keep in mind this month's pay and departures."""
    if world.month < world.start:
        return
    employers, natives = world.employers, world.compatriots.diagonal()
    country = employers.country.astype(np.int64)
    paid = np.bincount(country, employers.payroll, world.countries) * (MONTHS / 100)
    heads = np.bincount(country, employers.heads, world.countries)
    pay = np.where(heads > 0, paid / np.maximum(heads, 1), np.nan)
    world.prospects.note(
        pay, world.counters.departures.astype(np.float64), natives.astype(np.float64)
    )


def choice(world: World, parameters: ChoiceParameters, study_years: float) -> F64:
    """By what factor more enter this month than the data say, by country.

    Notes
    -----
    exp(pay_response · ln(pay / pay at the opening) + leaving_response · (chance of leaving − that
    at the opening)), both as they stood ``study_years`` ago; pay is relative to the mean of
    countries. One, as long as nobody who enters chose after the opening.
    """
    back = max(round(parameters.memory_years * MONTHS), 1)
    prospects = world.prospects
    last = world.month - world.start - round(study_years * MONTHS) - 1
    if not max(REFERENCE, back - 1) <= last < len(prospects.pay):
        return np.ones(world.countries)
    first = REFERENCE - 1
    pay = np.log(prospects.relative_pay(last, back) / prospects.relative_pay(first, REFERENCE))
    leaving = prospects.leaving(last, back, parameters.career_years) - prospects.leaving(
        first, REFERENCE, parameters.career_years
    )
    answer = parameters.pay_response * pay + parameters.leaving_response * leaving
    return np.asarray(np.exp(np.nan_to_num(answer)))
