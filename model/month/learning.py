"""Learning: skills grow with the work one does and decay unused; some people retrain."""

from __future__ import annotations

import dataclasses
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.chance import choose, draw, round_by_luck, uniform
from agents.compiled import compiled
from agents.declare import parameter
from agents.employers import MONTHS, WorthParameters, effect_of, match_of
from agents.levers import FIELDS
from agents.populations import Rows
from model.chunks import in_chunks
from model.world import F64, I64, World


@dataclasses.dataclass(frozen=True)
class LearningParameters:
    """How fast people learn and forget."""

    by_doing: float = parameter(
        0.06, unit="1/year", low=0.0, high=0.5, kind="uncertainty", source="assumption",
        meaning="part of the way to full mastery that a year wholly in one field brings",
    )
    peers: float = parameter(
        0.3, unit="1", low=0.0, high=1.0, kind="uncertainty",
        source="assumption; sign from the literature on peers in science",
        meaning="elasticity of learning to the mean quality of the team",
    )
    decay: float = parameter(
        0.04, unit="1/year", low=0.0, high=0.5, kind="uncertainty", source="assumption",
        meaning="part of a skill above its base that a year without use costs",
    )
    base: float = parameter(
        0.1, unit="share", low=0.0, high=0.5, kind="constant", source="assumption",
        meaning="skill that nobody falls below",
    )
    retraining: float = parameter(
        0.3, unit="1/year", low=0.0, high=3.0, kind="lever", source="assumption",
        meaning="people who retrain in a year for a field that their country lacks, for each unit "
        "of mismatch (a share of one)",
    )
    retrained_skill: float = parameter(
        0.7, unit="share", low=0.2, high=1.0, kind="uncertainty", source="assumption",
        meaning="skill in the new field after retraining",
    )


class Learnt(NamedTuple):
    """Fields of people after a year, in which their skill is highest."""

    field: NDArray[np.int8]


def learn(world: World, parameters: LearningParameters, worth: WorthParameters) -> None:
    """Every January: learning by doing, decay, retraining; then teams are valued anew."""
    if world.month % MONTHS:
        return
    people = world.researchers
    quality = team_quality(world)
    lack = shortage(world)
    learnt = in_chunks(
        lambda piece: _year(world, np.arange(piece.start, piece.stop), quality, lack, parameters),
        people.count,
        world.chunk,
    )
    changed = np.flatnonzero(people.field != learnt.field)
    _change_field(world, changed, learnt.field[changed])
    if world.levers.retraining_places.any():
        retrain_publicly(world, parameters)
    value_teams(world, worth)


def _change_field(world: World, rows: Rows, field: NDArray[np.int8]) -> None:
    """Give people another field of work; the country's sums follow."""
    people = world.researchers
    country = people.country[rows].astype(np.int64)
    np.subtract.at(world.fields, (country, people.field[rows]), 1)
    people.field[rows] = field
    np.add.at(world.fields, (country, people.field[rows]), 1)


def retrain_publicly(world: World, parameters: LearningParameters) -> None:
    """Fill this year's places of public retraining, in the order of luck.

    Places of a country go to residents, with work or without, whose own field has more people than
    employers ask for; who is in the field of a place already takes another or none.
    """
    people, places = world.researchers, world.levers.retraining_places
    offering = np.flatnonzero(places.any(axis=1))
    supply = world.fields / np.maximum(world.fields.sum(axis=1, keepdims=True), 1)
    surplus = supply > world.demand_by_field()
    luck = uniform(world.key("public retraining"), offering[:, None], np.arange(len(FIELDS)))
    number = round_by_luck(places[offering] / world.persons_per_agent, luck)
    here = np.zeros(world.countries, dtype=bool)
    here[offering] = True
    rows = np.flatnonzero(here[people.country])
    rows = rows[surplus[people.country[rows], people.field[rows]]]
    rows = rows[np.argsort(draw(world.key("retrained publicly"), people.key[rows]))]
    for country, wanted in zip(offering, number, strict=True):
        _fill_places(world, rows[people.country[rows] == country], wanted, parameters)


def _fill_places(
    world: World, queue: Rows, wanted: I64, parameters: LearningParameters
) -> None:
    """Give the places of one country to a queue, field by field."""
    people = world.researchers
    for field in np.flatnonzero(wanted):
        able = np.flatnonzero(people.field[queue] != field)[: wanted[field]]
        taken = queue[able]
        queue = np.delete(queue, able)
        skill = people.skill[taken].astype(np.float64)
        people.skill[taken] = _retrained(skill, np.full(taken.size, field), parameters)
        _change_field(world, taken, np.full(taken.size, field, dtype=np.int8))


def _retrained(skill: F64, field: I64, parameters: LearningParameters) -> F64:
    """Skills after retraining: the new field becomes the main one, the old ones rest behind it."""
    before = skill[np.arange(field.size), field]
    skill = np.minimum(skill, parameters.retrained_skill * REST)
    skill[np.arange(field.size), field] = np.maximum(before, parameters.retrained_skill)
    return skill


def learn_past(world: World, rows: Rows, parameters: LearningParameters) -> None:
    """Give people of the opening the skills of years in work like that of their employer.

    A year at a time for those who have been in the profession so long, up to twelve; without this
    a market at rest would seem to learn for a decade.
    """
    people = world.researchers
    quality = np.ones(world.employers.count)
    experience = (world.month - people.degree_month[rows]) / MONTHS
    for step in range(PAST_STEPS):
        learning = rows[experience >= step * PAST_STEP_YEARS]
        people.skill[learning] = in_chunks(
            lambda piece, learning=learning: Skills(  # type: ignore[misc]
                _practise(
                    world, learning[piece], quality, PAST_STEP_YEARS, parameters
                ).astype(np.float32)
            ),
            learning.size,
            world.chunk,
        ).skill


class Skills(NamedTuple):
    """Skills of people, shape (n, fields)."""

    skill: NDArray[np.float32]


PAST_STEPS, PAST_STEP_YEARS = 4, 3.0
REST = 0.95  # other skills after retraining at most, relative to the new one (assumption)


def shortage(world: World) -> F64:
    """Lack of each field by country: demand share above supply share, shape (countries, fields)."""
    supply = world.fields / np.maximum(world.fields.sum(axis=1, keepdims=True), 1)
    return np.asarray(np.maximum(world.demand_by_field() - supply, 0.0))


def team_quality(world: World) -> F64:
    """Mean effect of each team relative to the mean over all people at work."""
    employers = world.employers
    heads = employers.heads.astype(np.float64)
    mean = employers.effect.sum() / max(int(heads.sum()), 1)
    return np.where(heads > 0, employers.effect / np.maximum(heads, 1) / mean, 1.0)


def _year(
    world: World, rows: Rows, quality: F64, lack: F64, parameters: LearningParameters
) -> Learnt:
    """Write what people know after a year."""
    skill = _practise(world, rows, quality, 1.0, parameters)
    _retrain(world, rows, skill, lack, parameters)
    learnt = skill.astype(np.float32)
    world.researchers.skill[rows] = learnt
    return Learnt(_best_fields(learnt))


@compiled
def _best_fields(skill: NDArray[np.float32]) -> NDArray[np.int8]:
    """Field in which each person knows most, the first of equals."""
    best = np.zeros(len(skill), dtype=np.int8)
    for person in range(len(skill)):
        for field in range(1, skill.shape[1]):
            if skill[person, field] > skill[person, best[person]]:
                best[person] = field
    return best


def _practise(
    world: World, rows: Rows, quality: F64, years: float, parameters: LearningParameters
) -> F64:
    """Skills after some years of the present work: use makes them grow, rest lets them fade."""
    people = world.researchers
    speed = parameters.by_doing * quality**parameters.peers
    return _practised(
        people.skill[rows].astype(np.float64), people.employer[rows], world.employers.mix, speed,
        years, parameters.decay, parameters.base,
    )


@compiled
def _practised(
    skill: F64, employer: NDArray[np.int32], mix: F64, speed: F64, years: float, decay: float,
    base: float,
) -> F64:
    """Skills after some years, in place of those before.

    Parameters
    ----------
    speed
        Of learning by full use in each team, 1/year.
    """
    people, fields = skill.shape
    for person in range(people):
        team, most = employer[person], 0.0
        if team >= 0:
            for field in range(fields):
                most = max(most, mix[team, field] * skill[person, field])
        for field in range(fields):
            before = skill[person, field]
            use = gain = loss = 0.0
            if team >= 0:
                # people do most of what they can do best among what the employer needs
                use = mix[team, field] * before / most
                gain = -np.expm1(-years * speed[team] * use) * (1.0 - before)
            if before > base:
                loss = -np.expm1(-years * decay * (1.0 - use)) * (before - base)
            skill[person, field] = min(max(before + gain - loss, 0.0), 1.0)
    return skill


def _retrain(
    world: World, rows: Rows, skill: F64, lack: F64, parameters: LearningParameters
) -> None:
    """Lift the skill of those who retrain, in place, in a field that the country lacks."""
    people = world.researchers
    luck = uniform(world.key("retrain"), people.key[rows])
    # what each country lacks beside the own field, by (country, own field)
    others = lack[:, None, :] * (1.0 - np.eye(len(FIELDS)))
    country, own = people.country[rows], people.field[rows]
    chosen = np.flatnonzero(luck < (parameters.retraining * others.sum(axis=2))[country, own])
    where = uniform(world.key("retrain field"), people.key[rows[chosen]])
    field = choose(np.cumsum(others[country[chosen], own[chosen]], axis=1), where)
    skill[chosen] = _retrained(skill[chosen], field, parameters)


def fields_ahead(world: World, rows: Rows, years: int, parameters: LearningParameters) -> F64:
    """How many of some people have their highest skill in each field in years to come.

    Everybody keeps today's work and nobody retrains.

    Returns
    -------
    Agents now and after each year, shape (1 + years, fields).
    """
    people = world.researchers
    speed = parameters.by_doing * team_quality(world) ** parameters.peers
    skill = people.skill[rows].astype(np.float64)
    found = [np.bincount(people.field[rows], minlength=len(FIELDS))]
    for _ in range(years):
        skill = _practised(
            skill, people.employer[rows], world.employers.mix, speed, 1.0, parameters.decay,
            parameters.base,
        )
        found.append(np.bincount(skill.argmax(axis=1), minlength=len(FIELDS)))
    return np.array(found, dtype=np.float64)


def fields_kept(world: World, rows: Rows, years: int, parameters: LearningParameters) -> F64:
    """Share of some people who, were they retrained now, would have kept the new field.

    Everybody keeps today's work: who uses the old field more than the new one slips back.

    Returns
    -------
    By new field and after each year, shape (fields, years).
    """
    people = world.researchers
    speed = parameters.by_doing * team_quality(world) ** parameters.peers
    kept = np.zeros((len(FIELDS), years))
    for field in range(len(FIELDS)):
        skill = people.skill[rows].astype(np.float64)
        skill = _retrained(skill, np.full(rows.size, field), parameters)
        for year in range(years):
            skill = _practised(
                skill, people.employer[rows], world.employers.mix, speed, 1.0, parameters.decay,
                parameters.base,
            )
            kept[field, year] = np.mean(skill.argmax(axis=1) == field) if rows.size else 1.0
    return kept


def value_teams(world: World, worth: WorthParameters) -> None:
    """Count anew what everybody adds to the present team, after skills or mixes have changed."""
    people, employers = world.researchers, world.employers
    rows = np.flatnonzero(people.employer >= 0)

    def effects(piece: slice) -> Effects:
        here = rows[piece]
        return Effects(
            effect_of(
                people, here, employers.mix, people.employer[here], worth.applied_premium,
                match_of(people.fit[here], worth),
            )
        )

    people.effect[rows] = in_chunks(effects, rows.size, world.chunk).effect
    employers.effect[:] = np.bincount(
        people.employer[rows], people.effect[rows], employers.count
    ).astype(np.int64)
    cases = world.cases
    row, employer = people.row_of(cases.person), cases.employer
    cases.effect[:] = np.where(
        row < 0,
        cases.effect,
        effect_of(
            people, row, employers.mix, employer, worth.applied_premium,
            match_of(world.fit(row.astype(np.int64), employer), worth),
        ),
    )
    abroad = cases.hold_posts
    employers.promised_effect[:] = np.bincount(
        employer[abroad], cases.effect[abroad], employers.count
    ).astype(np.int64)


class Effects(NamedTuple):
    """What people add to their teams, in 1/4096."""

    effect: NDArray[np.int32]


