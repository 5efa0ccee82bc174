"""The market as a Mesa model; ``step`` is the month on one screen."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any, Self

import mesa
import networkx as nx
import numpy as np
import pandas as pd
from mesa.agent import AgentSet
from numpy.typing import NDArray

from agents.big_tech import BigTech
from agents.chance import decision_key
from agents.declare import InputError, unknown_name
from agents.employers import EmployerKind
from agents.governments import Government
from agents.levers import month_number, month_text
from agents.policies import Policy
from agents.startups import Startup
from model import checkpoint, tables
from model.branches import branched
from model.burn_in import burn_in
from model.governments.acting import Governments
from model.governments.acting import Rules as ReviewRules
from model.governments.costs import pay_for_measures
from model.governments.observation import Observation
from model.governments.outlook import OutlookRules
from model.governments.registry import Given, merged, spread_out, strategies_of
from model.governments.remedies import TowerRules
from model.governments.reviews import Decided
from model.governments.tower_table import tower_table
from model.governments.waiting import Window
from model.market_state import (
    MarketState,
    altered_columns,
    clock_of,
    set_clock,
    widen,
    world_parts,
)
from model.month.accounts import book_month
from model.month.agenda import begin_agenda
from model.month.bidding import contest_for
from model.month.choice_of_study import note_prospects
from model.month.computing import rent_computing
from model.month.deals import DealRules, make_deals
from model.month.education import admit_graduates
from model.month.equity import value_shares
from model.month.exits import end_jobs, retire
from model.month.founders import found_startups
from model.month.frontier import move_frontier
from model.month.grants import pay_stayers
from model.month.growth import grow
from model.month.labs import place_abroad
from model.month.learning import learn
from model.month.moves import settle, visa_office
from model.month.new_labs import make_room
from model.month.plans import plan_year
from model.month.policy import appropriate, enact
from model.month.posts import open_posts
from model.month.public_pay import index_public_pay
from model.month.recorded import make_recorded_deals
from model.month.rounds import raise_rounds
from model.month.sales import shift_markets
from model.month.search import searchers
from model.month.seekers import set_out
from model.month.standing import standing
from model.month.study import admit_from_measures
from model.month.ties import work_together
from model.month.ventures import close_insolvent
from model.month.visas import open_places
from model.networks import network
from model.networks.report import network_table
from model.opening import new_world
from model.opening_date import data_at
from model.opening_parameters import Groups
from model.opening_ventures import open_ventures
from model.parameters import Parameters
from model.policy_files import PolicyLike
from model.recorded_deals import RECORDED, Recorded, history
from model.scenario import Scenario, read_scenario
from model.statistics import Recorder
from model.statistics.deal_table import deal_table
from model.timeline import Timeline
from model.world import World

Progress = Callable[[int, int], None]
GROUPS = tuple(field.name for field in dataclasses.fields(Groups))


class TalentMarket(mesa.Model):  # type: ignore[misc]
    """The global market for AI talent, month by month.

    Parameters
    ----------
    scenario
        Name of a shipped scenario, path of a scenario file, or a :class:`Scenario`.
    seed
        Names the luck. Like the three that follow it overrides what the scenario says.
    persons_per_agent
        Persons for whom one simulated researcher stands.
    until
        The last month, included.
    parameters
        Numbers by ``group.name``.
    policies
        Names, files or :class:`Policy` values, on top of those of the scenario; later ones win.
    data
        Tables in place of the shipped ones, from :meth:`Tables.with_values`.
    strategies
        How governments decide, by country (or ``all``): names, tables as in a scenario, objects
        with ``review(observation)`` or functions of an observation; they win over the scenario.
    limit_seconds
        Time for one answer of a strategy; who takes longer is given up and counts for nothing. By
        default as long as it takes; with a limit results depend on the machine.

    Raises
    ------
    InputError
        Anything given that cannot be used.
    """

    def __init__(
        self,
        scenario: str | Path | Scenario = "baseline",
        *,
        seed: int | None = None,
        persons_per_agent: float | None = None,
        until: str | None = None,
        parameters: Mapping[str, float] | None = None,
        policies: Sequence[PolicyLike] = (),
        data: tables.Tables | None = None,
        strategies: Given | None = None,
        limit_seconds: float | None = None,
    ) -> None:
        given = scenario if isinstance(scenario, Scenario) else read_scenario(scenario)
        specification = given.with_changes(
            seed=seed, persons_per_agent=persons_per_agent, until=until, parameters=parameters,
            policies=policies,
        )
        start = specification.start_month
        specification, acting, programs = _governed(specification, strategies, limit_seconds)
        # history stands still where a government decides for itself
        held = dict.fromkeys(acting.strategies, start)
        timeline = Timeline.of(specification.policies, start, held=held)
        self._prepare(specification, timeline, acting, programs)
        groups = self._groups()
        shipped = tables.load() if data is None else data
        data = data_at(shipped, start, groups, self.parameters.adoption)
        self._hold(new_world(
            data, self.timeline.rules(data.index), groups, specification.seed, start,
            self.persons_per_agent,
        ))
        still = self.parameters.education.replace_exits > 0
        burn_in(self.world, self._month, groups, keep_still=still)
        p = self.parameters
        self.world.firms_act = p.ventures.active > 0
        if self.world.firms_act:
            open_ventures(self.world, groups, p.founding, p.funding, p.ventures)
            begin_agenda(self.world)
        self.recorder = Recorder(self.world)
        self._seat_agents()

    def _prepare(
        self, specification: Scenario, timeline: Timeline, acting: Governments,
        programs: tuple[str, ...],
    ) -> None:
        """What stands before there is a world, Mesa's own state included."""
        super().__init__(rng=specification.seed)
        self.acting, self._programs = acting, programs
        self.specification, self.timeline = specification, timeline
        self.parameters = Parameters.with_settings(specification.parameters)
        self.persons_per_agent = float(specification.persons_per_agent)
        self.end_month = month_number(specification.end)
        self._recorded = self._history()

    def _history(self) -> Mapping[int, Sequence[Recorded]] | None:
        """The recorded deals of each month, where they take the place of others.

        Raises
        ------
        InputError
            Firms rest, so that nobody is there who could be bought.
        """
        chosen, p = self.specification, self.parameters
        if chosen.deals != RECORDED:
            return None
        for name, value, rests in (
            ("ventures.active", p.ventures.active, p.ventures.active <= 0),
            ("education.replace_exits", p.education.replace_exits, p.education.replace_exits > 0),
        ):
            if rests:
                raise InputError(
                    "recorded deals need firms that act", key=name, value=value,
                    allowed="ventures.active = 1, education.replace_exits = 0",
                )
        without = {name for policy in chosen.policies for name in policy.without_deals}
        return history(without, chosen.start_month)

    def _hold(self, world: World) -> None:
        """Take a world as one's own."""
        self.world, self.tables, self.rules = world, world.tables, world.rules
        self.researchers, self.employers = world.researchers, world.employers
        self.researchers.model = self

    def _groups(self) -> Groups:
        return Groups(**{name: getattr(self.parameters, name) for name in GROUPS})

    def _deal_rules(self) -> DealRules:
        p = self.parameters
        return DealRules(p.deals, p.bargain, p.search, p.exits, p.worth)

    def _due(self) -> Sequence[Recorded]:
        """The recorded deals of this month, if there are any in this world."""
        return () if self._recorded is None else self._recorded.get(self.month, ())

    def _seat_agents(self) -> None:
        """Governments, big tech and startups as Mesa agents on their rows."""
        for row in range(len(self.tables.countries)):
            Government(self, row)
        self._startups: dict[int, Startup] = {}
        self._seated, self._seated_in = 0, 1

    @property
    def agents(self) -> AgentSet:
        """Governments, big tech and startups of now; firms take their seats when one looks."""
        self._seat_employers()
        return super().agents

    @property
    def agents_by_type(self) -> dict[type[mesa.Agent], AgentSet]:
        """The same by class."""
        self._seat_employers()
        return dict[type[mesa.Agent], AgentSet](super().agents_by_type)

    @property
    def agent_types(self) -> list[type[mesa.Agent]]:
        """The classes."""
        return list(self.agents_by_type)

    def _seat_employers(self) -> None:
        """Seat employers that are new, in the order of rows; startups that have ended get up."""
        employers, ventures = self.employers, self.world.ventures
        for row in range(self._seated, employers.count):
            if employers.kind[row] == EmployerKind.BIG_TECH:
                BigTech(self, row)
            elif employers.kind[row] == EmployerKind.STARTUP:
                self._startups[row] = Startup(self, row)
        for row in ventures.employer[ventures.closed >= self._seated_in].tolist():
            if row in self._startups:
                self._startups.pop(row).remove()
        self._seated, self._seated_in = employers.count, self.month

    # the month ----------------------------------------------------------------------------

    def step(self) -> None:
        """One month, recorded."""
        if self.acting.strategies:
            self._review()
        if self.acting.bound:
            self.acting.limit_spending(
                self.world, self.recorder, self._review_rules(),
                self.timeline.in_month(self.month + 1),
            )
        self._month()
        self.recorder.record()

    def _review(self) -> None:
        """Governments whose month it is review their policy; what they decide is law later."""
        decided = self.acting.review(
            self.world, self.recorder, self._review_rules(), self._outcome_of,
            self.timeline.check,
        )
        if decided:
            self._adopt(decided)

    def _check_country(self, country: str) -> None:
        if country not in self.tables.index:
            raise unknown_name("country", country, self.tables.countries)

    def observation(self, country: str) -> Observation:
        """What the government of a country would see if it reviewed its policy in the next month.

        Raises
        ------
        InputError
            There is no such country.
        """
        self._check_country(country)
        return self.acting.observation(
            self.world, self.recorder, self._review_rules(), self._outcome_of, country
        )

    def _review_rules(self) -> ReviewRules:
        p = self.parameters
        return ReviewRules(
            p.reviews, p.measures, p.rights, p.education.study_years, p.education.pupil_years,
            TowerRules(
                p.tower, p.measures,
                OutlookRules(p.frontier, p.education, p.learning, p.tower.foresight),
            ),
        )

    def _adopt(self, policies: Sequence[Policy], held: Mapping[str, int] | None = None) -> None:
        """Let policies act from their dates on, history standing still in some countries."""
        before = self.world.rules
        self.timeline = self.timeline.with_policies(policies, held or {})
        self.world.rules = self.rules = self.timeline.rules(self.tables.index)
        widen(self.world, self.recorder.kept(), before)

    def _outcome_of(
        self, policy: Policy | None, rows: Sequence[int], months: int, worlds: int, measure: str,
        window: Window | None = None,
    ) -> NDArray[np.float64]:
        """What countries have together of a policy in copies of the world, each with own luck.

        Parameters
        ----------
        window
            Through which copies are taken; once it is shut, nobody waits for the outcome. Without
            one it is never shut.

        Returns
        -------
        ``net`` or ``inflow`` summed over the months, or ``stock`` at their end, in persons.
        """
        window = Window() if window is None else window
        found = np.zeros(worlds)
        for number in range(worlds):
            with window.open():
                copy = self._copy(policy, number)
            lived = len(copy.recorder.counts)
            for _ in range(months):
                with window.open():
                    pass
                copy.step()
            counts = copy.recorder.counts[lived:]
            flows = np.sum([count.flows[:, rows] for count in counts], axis=(0, 2))
            inflow, outflow = flows
            stock = copy.recorder.levels[-1].stock[rows].sum()
            outcome = {"net": inflow - outflow, "inflow": inflow, "stock": stock}[measure]
            found[number] = outcome * self.persons_per_agent
        return found

    def _copy(self, policy: Policy | None, number: int) -> Self:
        """A copy of the world for planners, under a policy and luck of its own.

        Later reforms and deals of history do not happen there, and governments hold; budgets bind.
        """
        copy = self.fork()
        copy.acting = Governments({}, copy.acting.decided, bound=self.acting.bound)
        copy._recorded = None
        still = dict.fromkeys(self.tables.countries, self.month + 1)
        copy._adopt([policy] if policy is not None else [], still)
        copy.world.seed = decision_key(self.world.seed, f"plan {number}", self.month)
        return copy

    def _month(self) -> None:
        world, p = self.world, self.parameters
        world.month += 1
        # levers first: whatever the month decides, it decides under the rules of the month
        enact(world, self.timeline.in_month(world.month))
        appropriate(world)
        grow(world, p.adoption, p.education, p.frontier, p.worth, p.shocks)
        rent_computing(world, p.computing, p.worth)
        open_places(world)
        # plans rest on last year; the mix of work of this year follows the agenda
        plan_year(world, p.agenda, p.budgets, p.labs, p.bidding, p.bargain, self._groups())
        move_frontier(world, p.frontier)
        # skills and ties follow last year's work; teams are valued anew before anybody bids
        learn(world, p.learning, p.worth)
        work_together(world, p.ties)
        index_public_pay(world, p.public_pay)
        pay_for_measures(world, p.measures, p.education.study_years, p.education.pupil_years)
        admit_graduates(world, p.education, p.people, p.frontier, p.choice)
        admit_from_measures(world, p.education, p.people, p.frontier)
        shift_markets(world, p.ventures)
        raise_rounds(world, p.funding, p.ventures)
        # whom a startup frees when it ends looks for a job, or founds the next, this month
        close_insolvent(world, p.exits)
        end_jobs(world, p.exits)
        called = found_startups(world, self._groups(), p.founding, p.funding, p.ventures)
        value_shares(world, p.equity, p.funding)
        # whose visa is decided starts before posts are counted, so that no post is opened twice
        petitions = visa_office(world, p.search, p.bidding, p.rights, p.exits)
        posts = open_posts(world, p.posts, p.worth, p.ventures, called, p.budgets)
        looking = searchers(world, called)
        now = standing(world, looking, p.bidding, p.rights, p.worth)
        hires, raises, kept = contest_for(
            world, looking, now, posts, p.search, p.bidding, p.rights, p.worth, called
        )
        seekers = set_out(
            world, looking, hires.rows, now, p.seekers, p.search, p.bidding, p.rights
        )
        refused = settle(
            world, looking, hires, raises, (petitions, seekers), p.search, p.rights, p.exits
        )
        pay_stayers(world, kept)
        placed = place_abroad(
            world, refused, p.labs, p.search, p.bidding, p.rights, p.exits, p.worth
        )
        make_room(world, refused, placed, p.labs, p.posts, p.worth)
        # who was acquired looks elsewhere from next month
        make_deals(world, self._deal_rules(), talk=self._recorded is None)
        make_recorded_deals(world, self._due(), self._deal_rules())
        # people leave last: whoever moved this month is counted where the year ends
        retire(world)
        book_month(world, p.accounts, p.worth, p.rights, p.ventures)
        note_prospects(world)

    @property
    def month(self) -> int:
        """The last month lived; at the opening the month before the start."""
        return self.world.month

    def run_until(self, month: str, progress: Progress | None = None) -> None:
        """Live on to the end of a month.

        Raises
        ------
        InputError
            The month is no month, or lies before the present one.
        """
        last = month_number(month)
        if last < self.month:
            raise InputError(
                "run_until lies in the past", value=month,
                allowed=f"{month_text(self.month)} or later",
            )
        total = last - self.month
        for done in range(total):
            self.step()
            if progress is not None:
                progress(done + 1, total)

    # branches and saved worlds ------------------------------------------------------------

    def fork(self, policies: Sequence[PolicyLike] = ()) -> Self:
        """A twin from here on: the same past and the same luck, under further policies.

        Neither touches the other. Without policies both live the same for ever.

        Parameters
        ----------
        policies
            Names, files or policies, on top of those in force. A new scheme without a first month
            is open from the month after this one.

        Raises
        ------
        InputError
            A policy cannot be used, or would act in the past.
        """
        state, world = branched(self._state(), self.world, policies)
        acting = Governments(
            self.acting.strategies, state.decided, self.acting.limit_seconds, self.acting.bound,
            self.acting.patience,
        )
        return self._again(state, world, acting)

    def save(self, path: str | PathLike[str]) -> Path:
        """Write the market to a file from which :func:`resume` goes on, bit for bit.

        An earlier file of the name is replaced.

        Raises
        ------
        InputError
            The file cannot be written, or the market holds data that cannot be saved.
        """
        state = self._state()._replace(data=altered_columns(self.tables))
        return checkpoint.save(state, path)

    def _state(self) -> MarketState:
        return MarketState(
            self.specification, {}, self.timeline, world_parts(self.world), self.recorder.kept(),
            clock_of(self), self.acting.decided, self._programs,
        )

    @classmethod
    def _again(cls, state: MarketState, world: World, acting: Governments) -> Self:
        """The market of a state and of the world put together of it."""
        market = cls.__new__(cls)
        market._prepare(state.specification, state.timeline, acting, state.programs)
        market._hold(world)
        if not acting.bound:
            world.appropriations.limit[:] = np.inf
        market.recorder = Recorder.resumed(world, state.recorder)
        market._seat_agents()
        set_clock(market, state.clock)
        return market

    # results ------------------------------------------------------------------------------

    def national(self) -> pd.DataFrame:
        """National statistics: period, country, measure, unit, value."""
        return self.recorder.national()

    def groups(self) -> pd.DataFrame:
        """Statistics of a year by ability group and field: supply, demand and the gap too."""
        return self.recorder.groups()

    def flows(self) -> pd.DataFrame:
        """Persons by year, origin, destination and group."""
        return self.recorder.flows()

    def visas(self) -> pd.DataFrame:
        """The visa pipeline by year, country and scheme."""
        return self.recorder.visas()

    def deals(self) -> pd.DataFrame:
        """Deals between firms so far; see :func:`model.statistics.deal_table.deal_table`."""
        return deal_table(self.world)

    def policies_table(self) -> pd.DataFrame:
        """What governments changed in the run so far: month, country, lever, before, after, why.

        Reforms of history and what the policies of the scenario made of them.
        """
        return self.timeline.ledger(self.tables, self.month)

    def control_tower(self, country: str) -> pd.DataFrame:
        """What a control tower of a country shows now, whether or not it has one.

        Who is missing where, who of its own works where, what closes the gap at what cost; see
        :func:`model.governments.tower_table.tower_table`.

        Raises
        ------
        InputError
            There is no such country.
        """
        self._check_country(country)
        return tower_table(self.acting.tower(
            self.world, self.recorder, self._review_rules(), self._outcome_of, country
        ))

    def employers_table(self) -> pd.DataFrame:
        """Employers at the end of each year."""
        return self.recorder.employers_table()

    def network(self, layer: str, sample: int | None = None) -> nx.Graph:
        """One layer of ties as it stands now; see :func:`model.networks.network`.

        Parameters
        ----------
        layer
            ``collaboration``, ``diaspora``, ``corridors`` or ``deals``.
        sample
            Only so many people of the collaboration, found by following ties.

        Raises
        ------
        InputError
            There is no such layer, or the sample is no number of people.
        """
        return network(
            self.world, layer, sample, moved=self.recorder.moved(), deals_made=self.deals()
        )

    def network_table(self) -> pd.DataFrame:
        """Figures of the network: hires by referral by year, the shape of the ties now."""
        return network_table(self.world, self.recorder.years)

    def sampling_error(self) -> pd.DataFrame:
        """Half-width of the 95 % interval of yearly net flow from counting noise, persons."""
        return self.recorder.sampling_error()

    def describe(self) -> dict[str, Any]:
        """Scenario, parameters, data and strategies in full, as plain values.

        ``faults`` tells of reviews that led to nothing since a strategy failed.
        ``data`` holds checksums of the shipped tables and, where a market got others, of each
        column that differs from them.
        """
        altered = self.tables.altered()
        return {
            "scenario": self.specification.as_mapping(),
            "policies": [policy.as_mapping() for policy in self.specification.policies],
            "parameters": {entry.name: entry.value for entry in self.parameters.all()},
            "data": tables.checksums() | ({"altered columns": altered} if altered else {}),
            **self.acting.describe(),
        }


def _governed(
    specification: Scenario, strategies: Given | None, limit_seconds: float | None,
    decided: Decided | None = None,
) -> tuple[Scenario, Governments, tuple[str, ...]]:
    """What a scenario and a program together say of governments.

    Returns
    -------
    The scenario with what the program gave by name, the governments that act, and the countries
    whose strategy only the program has.
    """
    written, programs = merged(specification.governments, strategies)
    if strategies:
        specification = specification.with_changes(governments=written)
    acting = Governments(strategies_of(written, programs), decided, limit_seconds)
    return specification, acting, tuple(sorted(programs))


def resume(
    path: str | PathLike[str], strategies: Given | None = None,
    limit_seconds: float | None = None,
) -> TalentMarket:
    """The market that :meth:`TalentMarket.save` wrote to a file; it goes on as if never stopped.

    Parameters
    ----------
    strategies
        Those that a program gave the market before, for they are not saved; others may take their
        place.
    limit_seconds
        Time for one answer of a strategy, which is not saved either.

    Raises
    ------
    InputError
        There is no such file, it is no saved world, it is damaged, it belongs to another version of
        the program or to other data, or a strategy is missing.
    """
    state, world = checkpoint.read(path)
    missing = sorted(set(state.programs) - spread_out(strategies or {}).keys())
    if missing:
        raise InputError(
            "strategies that a program gave are not saved with the world", file=str(path),
            key="strategies", value=missing, allowed="resume(path, strategies={country: function})",
        )
    specification, acting, programs = _governed(
        state.specification, strategies, limit_seconds, state.decided
    )
    state = state._replace(specification=specification, programs=programs)
    return TalentMarket._again(state, world, acting)
