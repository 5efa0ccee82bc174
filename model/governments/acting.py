"""Governments that act: their reviews of a month, from what they observe to what becomes law."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from agents.employers import MONTHS
from agents.policies import Policy
from model.governments.costs import MeasureParameters, yearly_costs
from model.governments.observation import (
    F64,
    Measure,
    Observation,
    ReviewParameters,
    known_years,
    published,
)
from model.governments.reviews import (
    Decided,
    answer,
    as_policy,
    change_levers,
    main_scheme,
    review_month,
    warn,
)
from model.governments.strategies import Strategy
from model.month.rights import RightsParameters
from model.statistics.recorder import Recorder
from model.world import World

Simulate = Callable[[Policy | None, int, int, int, str], F64]


class Rules(NamedTuple):
    """Parameters on which reviews rest."""

    reviews: ReviewParameters
    measures: MeasureParameters
    rights: RightsParameters
    study_years: float
    pupil_years: float


class Governments:
    """The governments of one market that do more than follow history.

    Parameters
    ----------
    strategies
        By country.
    decided
        What they have decided so far.
    limit_seconds
        Time for one answer; None: as long as it takes. With a limit results depend on the machine.
    """

    def __init__(
        self, strategies: Mapping[str, Strategy], decided: Decided | None = None,
        limit_seconds: float | None = None,
    ) -> None:
        self.strategies = dict(strategies)
        self.decided = Decided() if decided is None else decided
        self.limit_seconds = limit_seconds
        self._published: dict[int, dict[str, F64]] = {}

    def review(
        self, world: World, recorder: Recorder, rules: Rules, simulate: Simulate
    ) -> list[Policy]:
        """Policies that governments decide on in the month that begins.

        Called between two months; ``world`` stands at the end of the last.
        """
        month = world.month + 1
        due = [country for country in self.strategies
               if review_month(world.tables.index[country]) == month % MONTHS]  # fmt: skip
        if not due:
            return []
        view = _View(self, world, recorder, rules, month, simulate)
        policies: list[Policy] = []
        enacted = month + int(rules.reviews.enactment_months)
        for country in due:
            policy, measures, fault = answer(
                self.strategies[country], lambda who=country: view.of(who), country, month,  # type: ignore[misc]
                enacted, world.rules.schemes, self.limit_seconds,
            )
            if fault is not None:
                warn(fault)
                self.decided = self.decided._replace(faults=(*self.decided.faults, fault))
            if policy is not None:
                policies.append(policy)
                entries = tuple((country, month, dict(measure)) for measure in measures)
                self.decided = self.decided._replace(
                    policies=(*self.decided.policies, policy),
                    taken=(*self.decided.taken, *entries),
                )
        return policies

    def figures(
        self, world: World, recorder: Recorder, rules: Rules, month: int
    ) -> dict[int, dict[str, F64]]:
        """Statistics of the years that are published by a month."""
        years = known_years(recorder.full_years(), month, rules.reviews)
        for year in years:
            if year not in self._published:
                self._published[year] = published(
                    world.seed, year, recorder.figures(year),
                    world.tables.country["ai_concentration"], rules.reviews,
                )
        return {year: self._published[year] for year in years}


class _View:
    """What all governments that review in one month see alike."""

    def __init__(
        self, governments: Governments, world: World, recorder: Recorder, rules: Rules, month: int,
        simulate: Simulate,
    ) -> None:
        self.governments, self.world, self.rules, self.month = governments, world, rules, month
        self.simulate = simulate
        figures = governments.figures(world, recorder, rules, month)
        self.years = tuple(sorted(figures))
        names = next(iter(figures.values())).keys() if figures else ()
        self.statistics = {
            name: np.stack([figures[year][name] for year in self.years]) for name in names
        }
        self.schemes = tuple(one for one in world.rules.schemes if one.open_in(month))
        self.grants = recorder.grants(self.years[-1]) if self.years else {}
        self.moved = recorder.moved_persons(self.years[-1] if self.years else None)
        self.spent = self._cost(world.levers)

    def of(self, country: str) -> Observation:
        """What one government sees."""
        world, row = self.world, self.world.tables.index[country]
        table = world.tables.country
        levers = {name: values.copy() for name, values in vars(world.levers).items()}
        research = self.world.tables.country["public_research_budget_usd"][row]
        return Observation(
            country=country, month=self.month, countries=tuple(world.tables.countries),
            years=self.years, statistics=self.statistics, schemes=self.schemes, levers=levers,
            facts={"pay_usd": table["pay_usd"], "tax_rate": table["tax_rate"],
                   "distance_km": world.tables.distance_km},
            main_scheme=main_scheme(self.schemes, self.grants, country),
            budget_usd=float(self.rules.reviews.budget_share * research),
            spent_usd=float(self.spent[row]),
            taken=self.governments.decided.of(country),
            price=lambda measures: self._price(country, row, measures),
            simulate=lambda measures, months, worlds, measure: self._simulate(
                country, row, measures, months, worlds, measure
            ),
        )  # fmt: skip

    def _policy(self, country: str, measures: Sequence[Measure]) -> Policy:
        enacted = self.month + int(self.rules.reviews.enactment_months)
        return as_policy(measures, country, self.month, enacted)

    def _price(self, country: str, row: int, measures: Sequence[Measure]) -> float:
        if not measures:
            return 0.0
        levers = copy.deepcopy(self.world.levers)
        change_levers(levers, self._policy(country, measures).changes, row)
        reform = self.rules.measures.reform_usd * len(measures)
        return float(self._cost(levers)[row] - self.spent[row] + reform)

    def _simulate(
        self, country: str, row: int, measures: Sequence[Measure], months: int, worlds: int,
        measure: str,
    ) -> F64:
        policy = self._policy(country, measures) if measures else None
        return self.simulate(policy, row, months, worlds, measure)

    def _cost(self, levers: Any) -> F64:
        rules = self.rules
        return yearly_costs(
            self.world, levers, rules.measures, rules.rights, rules.study_years, rules.pupil_years,
            self.moved,
        )
