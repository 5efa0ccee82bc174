"""What is compared: policies, each alone, with one baseline, over seeds and draws of parameters."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import pandas as pd

from agents.declare import InputError
from agents.policies import NO_POLICY, Policy
from experiments.compare.draws import Draws, read_draws
from experiments.identity import code_checksum, digest_of, policies_in_full, project_version
from experiments.seeds import read_seeds
from model import tables
from model.parameters import Parameters
from model.policy_files import PolicyLike, joint_name, read_joint
from model.recorded_deals import Recorded, left_out
from model.scenario import Scenario, read_scenario
from model.timeline import Timeline


@dataclasses.dataclass(frozen=True)
class Side:
    """Policies that are in force together in one of the worlds that are compared."""

    policies: tuple[Policy, ...]

    @classmethod
    def read(cls, given: PolicyLike) -> Side:
        """A side from a name, a path, a policy, or names joined by ``+``; ``none`` is no policy."""
        read = read_joint(given)
        return cls(tuple(policy for policy in read if policy.name != NO_POLICY.name))

    @property
    def name(self) -> str:
        """The name under which the policies apply together."""
        return joint_name(self.policies)

    @property
    def title(self) -> str:
        """What the policies are, for people."""
        return "; ".join(policy.title for policy in self.policies) or NO_POLICY.title

    @property
    def countries(self) -> tuple[str, ...]:
        """Countries in which something changes, sorted."""
        changed = {change.country for policy in self.policies for change in policy.changes}
        brought = {scheme.country for policy in self.policies for scheme in policy.schemes}
        moved = {one.deal.target_country for one in self._deals_left_out()}
        return tuple(sorted(changed | brought | moved))

    def first_month(self, start: int) -> int | None:
        """The first month that may differ from a world without the side; None if none does.

        Policies are never in force before the scenario starts.
        """
        return min((max(month, start) for month in self._months(start)), default=None)

    def reaches_back(self, start: int) -> bool:
        """Whether something in it is dated before the scenario starts."""
        return any(month < start for month in self._months(start))

    def _months(self, start: int) -> list[int]:
        """Every date on which something changes; what has none changes with the start."""
        months = [change.month for policy in self.policies for change in policy.changes]
        for scheme in (scheme for policy in self.policies for scheme in policy.schemes):
            months.append(start if scheme.valid_from is None else scheme.valid_from)
            months += [] if scheme.valid_to is None else [scheme.valid_to + 1]
        return months + [one.deal.month for one in self._deals_left_out()]

    def _deals_left_out(self) -> list[Recorded]:
        """Recorded deals that do not happen."""
        return [one for policy in self.policies for one in left_out(policy.without_deals)]

    def described(self) -> list[dict[str, Any]]:
        """The policies in full, as plain values."""
        return policies_in_full(self.policies)


@dataclasses.dataclass(frozen=True)
class Design:
    """A comparison in full: every world it asks for follows from it.

    Parameters
    ----------
    scenario
        As it is run, without any of the compared policies.
    against, compared
        The side that serves as baseline, and those held against it one by one.
    seeds
        The luck of each pair: both sides of a pair have the same seed.
    draws
        Parameter values on top of those of the scenario: pair ``i`` uses row ``i`` modulo their
        number. Without draws there are no rows.
    """

    scenario: Scenario
    against: Side
    compared: tuple[Side, ...]
    seeds: tuple[int, ...]
    draws: Draws = ()

    @property
    def sides(self) -> tuple[Side, ...]:
        """The baseline first, then every side held against it."""
        return (self.against, *self.compared)

    def draw(self, place: int) -> int | None:
        """The row of the draws that the pair at a place uses; None without draws."""
        return place % len(self.draws) if self.draws else None

    def world(self, place: int, side: Side) -> Scenario:
        """The scenario of one world: the luck and the draw of a pair, the policies of a side."""
        row = self.draw(place)
        return self.scenario.with_changes(
            seed=self.seeds[place],
            parameters=None if row is None else self.draws[row],
            policies=side.policies,
        )

    @cached_property
    def description(self) -> dict[str, Any]:
        """Everything that decides a pair besides its seed, as plain values.

        Seeds are left out, so that more of them can be added to pairs that are there.
        """
        scenario = self.scenario.as_mapping()
        del scenario["seed"]
        scenario["persons_per_agent"] = float(scenario["persons_per_agent"])
        scenario["parameters"] = {
            name: float(value) for name, value in scenario["parameters"].items()
        }
        settings = Parameters.with_settings(self.scenario.parameters)
        return {
            "scenario": scenario,
            "policies of the scenario": Side(self.scenario.policies).described(),
            "parameters": {entry.name: entry.value for entry in settings.all()},
            "against": self.against.described(),
            "policies": [side.described() for side in self.compared],
            "draws": [dict(row) for row in self.draws],
            "data": tables.checksums(),
            "version": project_version(),
            "code": code_checksum(),
        }

    @cached_property
    def checksum(self) -> str:
        """A digest of the description: two designs with the same one give the same pairs."""
        return digest_of(self.description)

    def check(self) -> None:
        """Everything that can be found wrong before a world is opened.

        Raises
        ------
        InputError
            A parameter is unknown or out of range, or policies cannot stand together.
        """
        Parameters.with_settings(self.scenario.parameters)
        for side in self.sides:
            chosen = self.world(0, side)
            Timeline.of(chosen.policies, chosen.start_month)


def design_of(
    scenario: str | os.PathLike[str] | Scenario,
    policy: PolicyLike | Sequence[PolicyLike] | None,
    *,
    against: PolicyLike = NO_POLICY.name,
    seeds: int | Sequence[int] = 20,
    until: str | None = None,
    persons_per_agent: float | None = None,
    parameters: Mapping[str, float] | None = None,
    draws: pd.DataFrame | str | os.PathLike[str] | None = None,
) -> Design:
    """The design that a person's words mean, checked as far as it can be without running.

    A policy that the scenario itself names and that is compared, is taken out of the scenario:
    each policy is held against the scenario without it.

    Raises
    ------
    InputError
        Something given cannot be used.
    """
    given = scenario if isinstance(scenario, Scenario) else read_scenario(scenario)
    chosen = given.with_changes(
        until=until, persons_per_agent=persons_per_agent, parameters=parameters
    )
    baseline, compared = Side.read(against), _compared(policy)
    named = {policy.name for side in (baseline, *compared) for policy in side.policies}
    chosen = dataclasses.replace(
        chosen, policies=tuple(own for own in chosen.policies if own.name not in named)
    )
    design = Design(chosen, baseline, compared, read_seeds(seeds), read_draws(draws))
    design.check()
    return design


def _compared(policy: PolicyLike | Sequence[PolicyLike] | None) -> tuple[Side, ...]:
    """The sides that are held against the baseline, each named once."""
    if isinstance(policy, (str, os.PathLike, Policy)):
        policy = [policy]
    given = [] if policy is None else list(policy)
    if not given:
        raise InputError("no policy was given", key="policy", allowed="one name or several")
    sides = tuple(Side.read(one) for one in given)
    names = [side.name for side in sides]
    for name in names:
        if names.count(name) > 1:
            raise InputError("named twice", key="policy", value=name)
    return sides
