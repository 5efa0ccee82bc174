"""Outlook: the gap between work and people of a country some months on, if nothing is done."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from agents.employers import MONTHS
from agents.levers import FIELDS
from model.enrolment import TRACKS
from model.month.education import EducationParameters, fields_chosen, yearly_growth
from model.month.frontier import FrontierParameters, demand_shares
from model.month.learning import LearningParameters, fields_ahead
from model.statistics.recorder import Recorder
from model.world import F64, World


class OutlookRules(NamedTuple):
    """Parameters on which a look ahead rests."""

    frontier: FrontierParameters
    education: EducationParameters
    learning: LearningParameters
    foresight: float
    """Part of the drift of demand to come that is foreseen."""


class Outlook(NamedTuple):
    """What is expected at the end of a month, persons by field."""

    month: int
    people: F64
    demand: F64
    """Work asked for, scaled to all people: both have one sum."""
    leaving: float = 0.0
    """Chance that one of them leaves the profession in a year."""

    @property
    def gap(self) -> F64:
        """Demand less people; above zero: people are missing."""
        return np.asarray(self.demand - self.people)

    @property
    def missing(self) -> float:
        """People missing in all fields that lack."""
        return float(np.maximum(self.gap, 0.0).sum())

    def lacking(self) -> tuple[str, ...]:
        """The fields in which people are missing."""
        return tuple(FIELDS[field] for field in np.flatnonzero(self.gap > 0))

    def closed_by(self, fields: F64) -> float:
        """By how much one person more closes the gap; a person asks for work in all fields, too.

        Parameters
        ----------
        fields
            Chance of each field, adding up to one.
        """
        share = self.demand / max(self.demand.sum(), 1e-9)
        return float((fields - share)[self.gap > 0].sum())


def look_ahead(
    world: World, recorder: Recorder, row: int, month: int, rules: OutlookRules
) -> Outlook:
    """The gap of a country at the end of a month to come, without further measures.

    Demand drifts with the frontier, as far as the office foresees it. As many enter as in the last
    year, and more by the growth of the table, in fields that they chose when they began to study;
    with them those of added places. Leavers are of all fields alike. Skills go on as people use
    them, so that some who have retrained slip back into the field that they use most, and people
    retrain by themselves as they do. Moves across the border and public retraining are left out.
    """
    now, scale = world.month, world.persons_per_agent
    people = world.fields[row] * scale
    rows = np.flatnonzero(world.researchers.country == row)
    januaries = month // MONTHS - now // MONTHS
    drift = np.diff(fields_ahead(world, rows, januaries, rules.learning), axis=0) * scale
    staying = 1.0
    entrants, leaving = _yearly(world, recorder, row)
    growth = yearly_growth(world, rules.education, np.arange(now, month + 1)[:, None])[:, row]
    grown = np.exp(np.cumsum(growth) / MONTHS)
    wanted = _demand(world, row, now, rules)
    study = round(rules.education.study_years * MONTHS)
    for ahead in range(now + 1, month + 1):
        if ahead % MONTHS == 0:
            wanted = _demand(world, row, ahead, rules)
            people = people + staying * drift[ahead // MONTHS - now // MONTHS - 1]
            people = _retrained(people, wanted, rules.learning.retraining)
        chosen = fields_chosen(world, rules.education, rules.frontier, ahead)[row]
        places = world.enrolment.stood(np.full(TRACKS, ahead - study))[row, : len(FIELDS)]
        entering = entrants * grown[ahead - now] * chosen + places
        people = people * (1.0 - leaving / MONTHS) + entering / MONTHS
        staying *= 1.0 - leaving / MONTHS
    return Outlook(month, people, wanted * people.sum(), leaving)


def _demand(world: World, row: int, month: int, rules: OutlookRules) -> F64:
    """Share of each field in the work of a month: today's, moved as the frontier does by January.

    Mixes of work change in January, so both ends are those of the January before.
    """
    foreseen = world.month + round(rules.foresight * (month - world.month))
    then, now = (
        demand_shares(world, rules.frontier, at - at % MONTHS)[row]
        for at in (foreseen, world.month)
    )
    moved = world.demand_by_field()[row] * then / np.maximum(now, 1e-12)
    # where nobody works nobody is missing
    moved = moved if moved.any() else world.fields[row].astype(np.float64)
    return np.asarray(moved / max(moved.sum(), 1e-12))


def _yearly(world: World, recorder: Recorder, row: int) -> tuple[float, float]:
    """Entrants a year, persons, and the chance to leave the profession in a year.

    Of the last twelve months, or as in the table before a month is lived.
    """
    lived, table = recorder.counts[1:][-MONTHS:], world.tables.country
    stock = float(world.fields[row].sum()) * world.persons_per_agent
    if lived:
        to_year = world.persons_per_agent * MONTHS / len(lived)
        entrants = sum(int(count.graduates[row]) for count in lived) * to_year
        leavers = sum(int(count.exits[row]) for count in lived) * to_year
    else:
        entrants = float(table["entrants"][row])
        leavers = entrants - float(table["stock"][row] * table["stock_growth"][row])
    return entrants, max(leavers, 0.0) / max(stock, 1.0)


def _retrained(people: F64, wanted: F64, rate: float) -> F64:
    """People by field after a January in which some retrain by themselves."""
    everybody = people.sum()
    lack = np.maximum(wanted - people / max(everybody, 1e-9), 0.0)
    came = rate * lack * (everybody - people)
    left = rate * (lack.sum() - lack) * people
    return np.asarray(people + came - left)
