"""Governments that act: their reviews of a month, from what they observe to what becomes law."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from agents.declare import InputError
from agents.employers import CENTS, MONTHS
from agents.levers import Scheme
from agents.policies import Policy
from model.country_levers import CountryLevers
from model.governments.costs import (
    MeasureParameters,
    bound_costs,
    expected_moves,
    pay_for_reforms,
    reform_costs,
    yearly_costs,
)
from model.governments.cutback import Forgone, cut_back
from model.governments.forgone import forgone_by_schemes, tax_base
from model.governments.observation import (
    F64,
    Measure,
    Observation,
    ReviewParameters,
    Taken,
    known_years,
    published,
    read_only,
)
from model.governments.registry import described
from model.governments.remedies import Home, TowerRules
from model.governments.reviews import (
    Decided,
    answer,
    as_policy,
    changed_levers,
    changed_schemes,
    main_scheme,
    review_month,
    warn,
)
from model.governments.strategies import Hold, Strategy
from model.governments.tower import Register, Tower, register, tower_of
from model.governments.waiting import Patience, Window
from model.month.rights import RightsParameters
from model.statistics.recorder import Recorder
from model.timeline import LeverChange
from model.world import World

Simulate = Callable[[Policy | None, Sequence[int], int, int, str, Window], F64]
"""Of a policy, rows of countries, months, worlds and a measure: the outcome in each world. Copies
are taken through the window, and not gone on with once it is shut."""


class Rules(NamedTuple):
    """Parameters on which reviews rest."""

    reviews: ReviewParameters
    measures: MeasureParameters
    rights: RightsParameters
    study_years: float
    pupil_years: float
    tower: TowerRules


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
    bound
        Countries whose budget binds; by default those whose strategy may decide something.
    patience
        Of the market that this one was forked from: who is stuck there is not asked here.

    Raises
    ------
    InputError
        The time is no number above nought.
    """

    def __init__(
        self, strategies: Mapping[str, Strategy], decided: Decided | None = None,
        limit_seconds: float | None = None, bound: Sequence[str] | None = None,
        patience: Patience | None = None,
    ) -> None:
        if limit_seconds is not None and not limit_seconds > 0:
            raise InputError(
                "no time for an answer", key="limit_seconds", value=limit_seconds,
                allowed="a number of seconds above 0, or None",
            )
        self.strategies = dict(strategies)
        self.decided = Decided() if decided is None else decided
        self.limit_seconds = limit_seconds
        deciding = [who for who, one in self.strategies.items() if type(one) is not Hold]
        self.bound = tuple(deciding if bound is None else bound)
        self.patience = Patience() if patience is None else patience
        self._published: dict[int, dict[str, F64]] = {}

    def review(
        self, world: World, recorder: Recorder, rules: Rules, simulate: Simulate,
        check: Callable[[Policy], None],
    ) -> list[Policy]:
        """Policies that governments decide on in the month that begins; they pay for the reforms.

        Called between two months; ``world`` stands at the end of the last. All governments whose
        month it is see the same, whoever decides first.

        Parameters
        ----------
        check
            Raises an ``InputError`` where a policy leaves schemes in a state that cannot stand.
        """
        month = world.month + 1
        due = [country for country in self.strategies
               if review_month(world.tables.index[country]) == month % MONTHS]  # fmt: skip
        if not due:
            return []
        view = _View(self, world, recorder, rules, month, simulate)
        policies: list[Policy] = []
        for country in due:
            window = Window()
            seen = view.of(country, window)
            found = answer(
                self.strategies[country], seen, view.enacted, check, self.limit_seconds,
                self.patience, window,
            )
            if found.fault is not None:
                self.decided = self.decided.with_fault(found.fault)
                warn(found.fault)
            if found.policy is not None:
                policies.append(found.policy)
                self.decided = self.decided.with_measures(country, month, found.measures)
                pay_for_reforms(world, seen.row, len(found.measures), rules.measures)
            policies += self._cut_back(view, country) if country in self.bound else []
        return policies

    def _cut_back(self, view: _View, country: str) -> list[Policy]:
        """What the budget makes a government take back, as it decides it; it pays for the reforms.

        Grants and subsidies end when the money of the year does; what cannot end so is cut by law.
        """
        measures = view.cuts(country)
        if not measures:
            return []
        policy = as_policy(measures, country, view.month, view.enacted)
        self.decided = self.decided.with_measures(country, view.month, measures)
        row = view.world.tables.index[country]
        pay_for_reforms(view.world, row, len(measures), view.rules.measures)
        return [dataclasses.replace(policy, name=f"{policy.name}-cut")]

    def limit_spending(
        self, world: World, recorder: Recorder, rules: Rules, changes: Sequence[LeverChange]
    ) -> None:
        """Set what each government may pay this year in grants and subsidies, before a month.

        That is its budget less what places, research, environment and tax forgone cost in a year.
        Where neither is offered nothing is limited.

        Parameters
        ----------
        changes
            Of levers, in that month.
        """
        levers, limit = _with_changes(world, changes), world.appropriations.limit
        offers = (levers.returnee_grant_usd > 0) | (levers.retention_grant_usd > 0)
        offers |= levers.adoption_subsidy > 0
        rows = [world.tables.index[country] for country in self.bound]
        rows = [row for row in rows if offers[row]]
        limit[:] = np.inf
        if not rows:
            return
        costs = bound_costs(
            world, levers, rules.measures, rules.study_years, rules.pupil_years,
            tax_base(world, rules.rights),
        )
        schemes = [one for one in world.rules.schemes if one.open_in(world.month + 1)]
        costs += forgone_by_schemes(world, schemes, recorder.lately().grants)
        free = np.maximum(budgets(world, rules) - costs, 0.0)
        limit[rows] = np.floor(free * (CENTS / world.persons_per_agent))[rows]

    def describe(self) -> dict[str, Any]:
        """Strategies by country and what failed, as plain values for manifests."""
        return {
            "strategies": {who: described(one) for who, one in self.strategies.items()},
            "faults": [fault.as_mapping() for fault in self.decided.faults],
        }

    def observation(
        self, world: World, recorder: Recorder, rules: Rules, simulate: Simulate, country: str
    ) -> Observation:
        """What a government would see at a review in the month that begins."""
        return _View(self, world, recorder, rules, world.month + 1, simulate).of(
            country, Window()
        )

    def tower(
        self, world: World, recorder: Recorder, rules: Rules, simulate: Simulate, country: str
    ) -> Tower:
        """What a control tower of a country shows now, whether or not it has one."""
        view = _View(self, world, recorder, rules, world.month + 1, simulate)
        return view.tower(world.tables.index[country])

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


def _with_changes(world: World, changes: Sequence[LeverChange]) -> CountryLevers:
    """The levers of all countries once some have changed."""
    if not changes:
        return world.levers
    copies = {name: values.copy() for name, values in vars(world.levers).items()}
    levers = dataclasses.replace(world.levers, **copies)
    for change in changes:
        levers.set(change.lever, world.tables.index[change.country], change.value)
    return levers


def budgets(world: World, rules: Rules) -> F64:
    """What each government may spend in a year on measures, USD."""
    research = world.tables.country["public_research_budget_usd"]
    return np.asarray(rules.reviews.budget_share * research)


class _Law(NamedTuple):
    """The law of one country as its own government knows it."""

    pending: tuple[Taken, ...]
    """What is decided and not in force yet."""
    levers: CountryLevers
    schemes: tuple[Scheme, ...]
    """The own ones."""
    spent_usd: float
    """What all of it costs in a year."""


def _levers_seen(levers: CountryLevers) -> Mapping[str, F64]:
    return MappingProxyType({name: read_only(values) for name, values in vars(levers).items()})


def _unwritable(scheme: Scheme) -> Scheme:
    """A scheme whose points table nobody can write into."""
    if scheme.points is None:
        return scheme
    return dataclasses.replace(scheme, points=MappingProxyType(dict(scheme.points)))


class _View:
    """What all governments that review in one month see alike; nobody can write into it."""

    def __init__(
        self, governments: Governments, world: World, recorder: Recorder, rules: Rules, month: int,
        simulate: Simulate,
    ) -> None:
        self.governments, self.world, self.rules, self.month = governments, world, rules, month
        self.recorder, self.simulate = recorder, simulate
        self.enacted = month + int(rules.reviews.enactment_months)
        self.counted: Register | None = None
        figures = governments.figures(world, recorder, rules, month)
        self.years = tuple(sorted(figures))
        names = next(iter(figures.values())).keys() if figures else ()
        self.statistics = MappingProxyType({
            name: read_only([figures[year][name] for year in self.years]) for name in names
        })
        self.schemes = tuple(
            _unwritable(one) for one in world.rules.schemes if one.open_in(month)
        )
        self.levers = _levers_seen(world.levers)
        table = world.tables.country
        self.facts = MappingProxyType({
            "pay_usd": read_only(table["pay_usd"]), "tax_rate": read_only(table["tax_rate"]),
            "distance_km": read_only(world.tables.distance_km),
        })
        lately = recorder.lately()
        self.grants = lately.grants
        self.moved = expected_moves(world, lately, rules.measures)
        self.base = tax_base(world, rules.rights)
        self.reform = reform_costs(world, rules.measures)
        self.spent = self._cost(world.levers, self.schemes)

    def of(self, country: str, window: Window) -> Observation:
        """What one government sees, and asks through a window."""
        row, law = self.world.tables.index[country], self._law(country)
        others = tuple(one for one in self.schemes if one.country != country)
        return Observation(
            country=country, month=self.month, countries=tuple(self.world.tables.countries),
            years=self.years, statistics=self.statistics,
            schemes=(*others, *law.schemes) if law.pending else self.schemes,
            levers=_levers_seen(law.levers) if law.pending else self.levers, facts=self.facts,
            main_scheme=main_scheme(self.schemes, self.grants, country),
            budget_usd=float(budgets(self.world, self.rules)[row]),
            spent_usd=law.spent_usd,
            taken=self.governments.decided.of(country),
            pending=law.pending,
            price=lambda measures: self._price(country, law, measures, window),
            tower=self.tower(row, law) if self.world.levers.control_tower[row] else None,
            simulate=lambda measures, months, worlds, measure, partners=(): self._simulate(
                country, measures, months, worlds, measure, partners, window
            ),
        )  # fmt: skip

    def tower(self, row: int, law: _Law | None = None) -> Tower:
        """What a control tower of a country shows, whether or not it has one."""
        if self.counted is None:
            self.counted = register(self.world)
        country = self.world.tables.countries[row]
        law = self._law(country) if law is None else law
        home = Home(
            country=country, row=row,
            enacted=self.enacted, came_home=float(self.moved.home[row]),
            schemes=law.schemes, grants=self.grants,
        )
        return tower_of(self.world, self.recorder, home, self.rules.tower, self.counted)

    def _law(self, country: str) -> _Law:
        """The own law of a country with what it has decided, in force or not yet."""
        row = self.world.tables.index[country]
        own = tuple(scheme for scheme in self.schemes if scheme.country == country)
        first = self.month - int(self.rules.reviews.enactment_months)
        pending = tuple(
            taken for taken in self.governments.decided.of(country) if taken.month >= first
        )
        if not pending:
            return _Law((), self.world.levers, own, float(self.spent[row]))
        changes = [
            change for taken in pending for change in self._policy(country, [taken.measure]).changes
        ]
        levers = changed_levers(self.world.levers, changes, row)
        own = changed_schemes(own, changes)
        return _Law(pending, levers, own, float(self._cost(levers, own)[row]))

    def _policy(self, country: str, measures: Sequence[Measure]) -> Policy:
        return as_policy(measures, country, self.month, self.enacted)

    def _price(
        self, country: str, law: _Law, measures: Sequence[Measure], window: Window
    ) -> float:
        if not measures:
            return 0.0
        row, changes = self.world.tables.index[country], self._policy(country, measures).changes
        with window.open():
            cost = self._cost(
                changed_levers(law.levers, changes, row), changed_schemes(law.schemes, changes)
            )
        return float(cost[row] - law.spent_usd + len(measures) * self.reform[row])

    def cuts(self, country: str) -> tuple[Measure, ...]:
        """Measures that take back tax forgone, where that and what is fixed exceed the budget."""
        rules, row, law = self.rules, self.world.tables.index[country], self._law(country)
        fixed = bound_costs(
            self.world, law.levers, rules.measures, rules.study_years, rules.pupil_years, self.base
        ) + forgone_by_schemes(self.world, law.schemes, self.grants)
        given_up = Forgone(self.world, row, law.levers, law.schemes, self.base, self.grants)
        return cut_back(given_up, float(fixed[row]), float(budgets(self.world, rules)[row]))

    def _simulate(
        self, country: str, measures: Sequence[Measure], months: int, worlds: int, measure: str,
        partners: Sequence[str], window: Window,
    ) -> F64:
        policy = self._policy(country, measures) if measures else None
        rows = [self.world.tables.index[code] for code in dict.fromkeys((country, *partners))]
        return self.simulate(policy, rows, months, worlds, measure, window)

    def _cost(self, levers: CountryLevers, schemes: Sequence[Scheme]) -> F64:
        """What levers and schemes cost in a year by country, as people did of late."""
        rules = self.rules
        return yearly_costs(
            self.world, levers, rules.measures, rules.study_years, rules.pupil_years, self.moved,
            self.base,
        ) + forgone_by_schemes(self.world, schemes, self.grants)
