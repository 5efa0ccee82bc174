"""The control tower: who is missing where, who of a country's own works abroad, what would help.

It rests on registers, so it is exact, of the last month lived; the statistics that other
governments see are late and have errors.
"""

from __future__ import annotations

import dataclasses
from typing import NamedTuple

import numpy as np

from agents.employers import MONTHS, EmployerKind
from agents.levers import EMPLOYER_KINDS, FIELDS, Scheme
from model.governments.outlook import Outlook, look_ahead
from model.governments.remedies import Home, Remedy, TowerRules, listed, remedies
from model.statistics.levels import TIERS as TIER_COUNT
from model.statistics.recorder import Recorder
from model.world import F64, World

TIERS = ("other_90", "next_9", "top_1")
"""Ability by the world's cuts: below the top 10 %, within it, within the top 1 %."""
assert len(TIERS) == TIER_COUNT
OF_KIND = (*EMPLOYER_KINDS, "jobless")
LISTED_FIRMS = 10


class Register(NamedTuple):
    """Everybody in the world as an office counts them, and the work that they do; persons."""

    born: F64
    """By country of birth and of residence, field and tier."""
    work: F64
    """What employers ask of those at work, by country, field and tier of who does it."""


class Firm(NamedTuple):
    """A named firm that employs people born at home in a country abroad."""

    name: str
    country: str
    persons: float


@dataclasses.dataclass(frozen=True)
class Tower:
    """What a control tower shows of one country; persons throughout.

    Demand is the share of each field in the work of the people employed, times all people of the
    country: it says which work lacks people, not whether people lack work. Gaps of a country add
    up to nought over fields.
    """

    country: str
    month: int
    """The last month lived, whose end it shows."""
    countries: tuple[str, ...]
    people: F64
    """Residents, shape (countries, fields, tiers)."""
    demand: F64
    """Work asked of people of each tier, in the same shape; scaled to all residents."""
    abroad: F64
    """People born at home who live in each country, in the same shape; nobody at home."""
    kinds: F64
    """The same people by country and kind of employer, the jobless last."""
    firms: tuple[Firm, ...]
    """The named firms with most of them; rows of other kinds stand for several employers."""
    soon: Outlook
    """The gap in the January in which retraining that is decided now begins."""
    entry: Outlook
    """The gap when those enter who begin to study as soon as what is decided now is law."""
    remedies: tuple[Remedy, ...]
    """The cheapest for each person and year of the gap first."""
    rules: TowerRules

    @property
    def row(self) -> int:
        """The country's place among the countries."""
        return self.countries.index(self.country)

    def gaps(self) -> F64:
        """Demand less people by country and field; above zero: people are missing."""
        return np.asarray((self.demand - self.people).sum(axis=2))

    def gap(self) -> F64:
        """The gap at home by field."""
        return np.asarray(self.gaps()[self.row])

    def surplus(self) -> F64:
        """People beyond the demand abroad in the fields that lack at home, by country and field."""
        beyond = np.maximum(-self.gaps(), 0.0) * (self.gap() > 0)
        beyond[self.row] = 0.0
        return np.asarray(beyond)

    def listed(self, scheme: Scheme) -> dict[str, object]:
        """What a scheme sets to call the fields short that will lack."""
        return listed(scheme, self.soon.lacking(), self.rules.tower)


def register(world: World) -> Register:
    """Count everybody by birth, residence, field and tier, and the work that is asked of them."""
    people, employers = world.researchers, world.employers
    countries, fields, scale = world.countries, len(FIELDS), world.persons_per_agent
    tier = np.zeros(people.count, dtype=np.int64)
    for cut in world.ability_cuts:
        tier += people.ability >= cut
    cell = people.birth_country.astype(np.int64) * countries + people.country
    cell = (cell * fields + people.field) * len(TIERS) + tier
    shape = (countries, countries, fields, len(TIERS))
    born = np.bincount(cell, minlength=int(np.prod(shape))).reshape(shape)
    at_work = people.employer >= 0
    team = people.employer[at_work].astype(np.int64) * len(TIERS) + tier[at_work]
    heads = np.bincount(team, minlength=employers.count * len(TIERS)).reshape(-1, len(TIERS))
    work = np.zeros((countries, fields, len(TIERS)))
    np.add.at(work, employers.country, employers.mix[:, :, None] * heads[:, None, :])
    return Register(np.asarray(born * scale, dtype=np.float64), work * scale)


def tower_of(
    world: World, recorder: Recorder, home: Home, rules: TowerRules, counted: Register
) -> Tower:
    """What a control tower of a country shows at the end of the month.

    Parameters
    ----------
    home
        What is known of the country.
    counted
        The register of this month.
    """
    people = counted.born.sum(axis=0)
    at_work = counted.work.sum(axis=(1, 2), keepdims=True)
    everybody = people.sum(axis=(1, 2), keepdims=True)
    # where nobody works nothing is asked for, and nobody is missing
    factor = everybody / np.where(at_work > 0, at_work, 1.0)
    demand = np.where(at_work > 0, counted.work * factor, people)
    abroad = counted.born[home.row].copy()
    abroad[home.row] = 0.0
    study = round(rules.outlook.education.study_years * MONTHS)
    soon, entry = (
        look_ahead(world, recorder, home.row, month, rules.outlook)
        for month in (home.enacted + -home.enacted % MONTHS, home.enacted + study)
    )
    kinds, firms = employers_abroad(world, home.row)
    return Tower(
        country=home.country, month=world.month, countries=tuple(world.tables.countries),
        people=people, demand=demand, abroad=abroad, kinds=kinds, firms=firms, soon=soon,
        entry=entry, rules=rules,
        remedies=remedies(world, home, abroad.sum(axis=(0, 2)), soon, entry, rules),
    )  # fmt: skip


def employers_abroad(world: World, row: int) -> tuple[F64, tuple[Firm, ...]]:
    """Where people born in a country work abroad: persons by country and kind, and named firms."""
    people, employers, scale = world.researchers, world.employers, world.persons_per_agent
    rows = np.flatnonzero((people.birth_country == row) & (people.country != row))
    employer = people.employer[rows]
    kind = np.where(employer >= 0, employers.kind[employer], len(EMPLOYER_KINDS))
    cell = people.country[rows].astype(np.int64) * len(OF_KIND) + kind
    kinds = np.bincount(cell, minlength=world.countries * len(OF_KIND)) * scale
    heads = np.bincount(employer[employer >= 0], minlength=employers.count)
    heads[employers.kind != EmployerKind.BIG_TECH] = 0
    firms = tuple(
        Firm(employers.names[one], world.tables.countries[employers.country[one]],
             float(heads[one] * scale))
        for one in np.argsort(-heads, kind="stable")[:LISTED_FIRMS] if heads[one]
    )  # fmt: skip
    return np.asarray(kinds.reshape(world.countries, -1), dtype=np.float64), firms
