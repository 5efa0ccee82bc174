"""Designs: which worlds a sweep lives, in which order, and what decides each."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from functools import cached_property
from typing import Any, NamedTuple

from agents.policies import Policy
from experiments.compare.design import Side
from experiments.identity import code_checksum, digest_of, policies_in_full, project_version
from experiments.sweep.keeping import Keep
from experiments.sweep.spaces import Space, places_at, shuffled
from model import tables
from model.parameters import Parameters
from model.scenario import Scenario
from model.timeline import Timeline

PERSONS = "persons_per_agent"
"""The scale may vary as a parameter does."""
HASH_LENGTH = 20  # hexadecimal signs: two runs of one name are out of the question


class Run(NamedTuple):
    """One world of a sweep."""

    name: str
    """A digest of everything that decides what is written of it: same name, same bytes."""
    point: int
    """The number of its combination of values, from 0."""
    side: str
    """Policies in force besides those of the scenario, joined by ``+``; ``none`` without."""
    policies: tuple[Policy, ...]
    seed: int
    persons_per_agent: float
    values: dict[str, float]
    """What varies besides policies and seeds."""


@dataclasses.dataclass(frozen=True, eq=False)
class Design:
    """A sweep in full: every run follows from it.

    Parameters
    ----------
    scenario
        As it is run, but for what varies.
    space
        Points: what varies, with which values.
    sides
        Policies, each of which every point is lived with.
    seeds
        The luck of the runs: every point is lived with each.
    keep
        What is written down of a run.
    """

    scenario: Scenario
    space: Space
    sides: tuple[Side, ...]
    seeds: tuple[int, ...]
    keep: Keep

    def __len__(self) -> int:
        return self._round * len(self.seeds)

    @property
    def names(self) -> tuple[str, ...]:
        """What varies besides policies and seeds."""
        return self.space.names

    @property
    def _own_sides(self) -> tuple[int, ...] | None:
        return getattr(self.space, "sides", None)

    @property
    def _round(self) -> int:
        """Runs with one seed."""
        return len(self.space) * (1 if self._own_sides is not None else len(self.sides))

    def runs(self) -> Iterator[Run]:
        """Every run once, in the order in which they are lived.

        The first seed first; within a seed points and policies take turns, so that a stopped sweep
        has covered the space as well as so few runs can.
        """
        own_seeds: tuple[int, ...] | None = getattr(self.space, "seeds", None)
        sizes = (*self.space.sizes, 1 if self._own_sides is not None else len(self.sides))
        shuffles = shuffled(sizes)
        for seed in self.seeds:
            for visit in range(self._round):
                places = [
                    int(shuffle[place])
                    for shuffle, place in zip(shuffles, places_at(sizes, visit), strict=True)
                ]
                point = self.space.number(places[:-1])
                side = places[-1] if self._own_sides is None else self._own_sides[point]
                yield self.run(point, side, seed if own_seeds is None else own_seeds[point])

    def run(self, point: int, side: int, seed: int) -> Run:
        """One run by the numbers of its point and of its policies, and its seed."""
        values = dict(zip(self.names, self.space.point(point), strict=True))
        persons = float(values.get(PERSONS, self.scenario.persons_per_agent))
        decides = [self._world_digest, self._side_digests[side], point, seed, persons, values]
        chosen = self.sides[side]
        return Run(
            digest_of(decides)[:HASH_LENGTH], point, chosen.name, chosen.policies, seed, persons,
            values,
        )

    @cached_property
    def world(self) -> dict[str, Any]:
        """Everything that decides a run besides what varies, as plain values."""
        scenario = self.scenario.as_mapping()
        for varying in ("seed", PERSONS):
            del scenario[varying]
        scenario["parameters"] = {
            name: float(value) for name, value in scenario["parameters"].items()
        }
        settings = Parameters.with_settings(self.scenario.parameters)
        return {
            "scenario": scenario,
            "policies of the scenario": policies_in_full(self.scenario.policies),
            "parameters": {entry.name: entry.value for entry in settings.all()},
            "keep": self.keep.described(),
            "data": tables.checksums(),
            "version": project_version(),
            "code": code_checksum(),
        }

    @cached_property
    def _world_digest(self) -> str:
        return digest_of(self.world)

    @cached_property
    def _side_digests(self) -> list[str]:
        return [digest_of(side.described()) for side in self.sides]

    @cached_property
    def description(self) -> dict[str, Any]:
        """Everything that decides the sweep besides its seeds, of which more can be added."""
        return self.world | {
            PERSONS: float(self.scenario.persons_per_agent),
            "policies": [side.described() for side in self.sides],
            "varies": self.space.described(),
        }

    @cached_property
    def checksum(self) -> str:
        """A digest of the description."""
        return digest_of(self.description)

    def check(self) -> None:
        """Whether policies can stand together.

        Raises
        ------
        InputError
            They contradict each other or the scenario.
        """
        for side in self.sides:
            chosen = self.scenario.with_changes(policies=side.policies)
            Timeline.of(chosen.policies, chosen.start_month)
