"""Environment: the market as governments that learn meet it, one year a step (PettingZoo).

A year of the environment begins in the month in which the statistics of the last calendar year are
published (May; ``reviews.lag_months``). All governments act at once on what is known then, which is
all that they know at their own reviews in the twelve months that follow: there what they chose is
decided, and it is law ``reviews.enactment_months`` later. What can no longer be done or paid for
by then is not done.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from agents.declare import InputError, unknown_name
from agents.employers import MONTHS
from agents.levers import COUNTRIES
from experiments.learning.seen import ACTIONS, SEEN, WIDEST, mask, numbers, step_of
from model.governments.costs import reform_costs
from model.governments.observation import Measure, Observation
from model.governments.registry import ALL, REST, Given, merged
from model.governments.strategies import External, StrategyLike
from model.parameters import Parameters
from model.policy_files import PolicyLike
from model.scenario import Scenario, read_scenario
from model.talent_market import TalentMarket

try:
    from gymnasium import spaces
    from pettingzoo import ParallelEnv
except ImportError:
    raise ImportError(
        "learning governments need PettingZoo: pip install 'talentmarket[learning]'"
    ) from None

Seen = dict[str, Any]
"""What one government gets: ``observation``, its numbers, and ``action_mask``."""


class Outcome(NamedTuple):
    """What a year of the environment brought to a country."""

    inflow: float
    outflow: float
    stock: float
    """People at its start."""
    spent_usd: float
    """What measures in force at its end cost in a year, and the reforms decided in it."""
    budget_usd: float


MONEY_PRICE = 20.0
"""What it costs to spend the whole budget for a year, in people per 10,000 (an assumption)."""


def net_less_money(year: Outcome) -> float:
    """Net flow per 10,000 researchers less the price of the part of the budget that was spent."""
    net = 1e4 * (year.inflow - year.outflow) / max(year.stock, 1.0)
    return net - MONEY_PRICE * year.spent_usd / max(year.budget_usd, 1.0)


class GovernmentsEnv(ParallelEnv):  # type: ignore[misc]
    """Governments of some countries learn; all others follow a strategy.

    Parameters
    ----------
    learners
        ISO3 codes of the countries that act by the actions given.
    scenario
        Name, file or :class:`~model.scenario.Scenario`.
    others
        Strategy of all other countries, or strategies by country, as ``TalentMarket`` takes them.
        They may not remember anything, since markets come and go.
    persons_per_agent
        Scale of the market. Finer ones cost little more time down to about 100, and have less luck.
    first, last
        Calendar years in which the first and the last step of an episode begin; as early and late
        as the scenario has full years.
    objective
        Reward of a year; see :func:`net_less_money`.
    parameters, policies
        On top of those of the scenario.

    Attributes
    ----------
    views
        By country, the whole :class:`~model.governments.observation.Observation` behind the
        numbers it got last.
    market
        The market of the episode, to be read only.

    Raises
    ------
    InputError
        Anything given that cannot be used.

    Notes
    -----
    Actions: 0 holds, n takes a step of entry n of :data:`model.governments.menu.MENU`. Observation:
    the numbers of :data:`experiments.learning.seen.SEEN` and a mask of the steps that can be
    taken; others are taken to hold. Rewards rest on what happened; observations on what is
    published, late and with error. An episode ends, truncated, with the last year.
    """

    metadata: Mapping[str, Any] = {
        "name": "talentmarket_governments_v0", "render_modes": [], "is_parallelizable": True,
    }

    def __init__(
        self,
        learners: Sequence[str] = ("KOR",),
        *,
        scenario: str | Path | Scenario = "baseline",
        others: StrategyLike | str | Given = "historical",
        persons_per_agent: float = 200.0,
        first: int | None = None,
        last: int | None = None,
        objective: Callable[[Outcome], float] = net_less_money,
        parameters: Mapping[str, float] | None = None,
        policies: Sequence[PolicyLike] = (),
    ) -> None:
        given = scenario if isinstance(scenario, Scenario) else read_scenario(scenario)
        self.specification = given.with_changes(
            persons_per_agent=persons_per_agent, parameters=parameters, policies=policies
        )
        self.possible_agents = _known(learners)
        self.agents: list[str] = []
        self.render_mode = None
        self.objective = objective
        self._begin, self.years = _span(self.specification, first, last)
        by_country = others if isinstance(others, Mapping) else {ALL: others}
        own = {country: External(self._decide) for country in self.possible_agents}
        self._strategies: Given = {**by_country, **own}
        merged({}, self._strategies)
        self._observation_spaces = {country: _numbers_and_mask() for country in own}
        self._action_spaces = {country: spaces.Discrete(len(ACTIONS)) for country in own}
        self.views: dict[str, Observation] = {}
        self.market: TalentMarket | None = None
        self._opened: tuple[int, TalentMarket] | None = None
        self._seed: int | None = None
        self._chosen: dict[str, int] = {}

    def observation_space(self, agent: str) -> spaces.Dict:
        """Numbers and mask; the same space for all countries, an object for each."""
        return self._observation_spaces[agent]

    def action_space(self, agent: str) -> spaces.Discrete:
        """Hold, and each step of the menu."""
        return self._action_spaces[agent]

    def reset(
        self, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[str, Seen], dict[str, dict[str, Any]]]:
        """A new episode, up to the first decision.

        Parameters
        ----------
        seed
            Seed of the market: the same seed and actions give the same bytes. Without it the next
            after the last one, at first that of the scenario.
        options
            Not used.
        """
        if seed is None:
            seed = self.specification.seed if self._seed is None else self._seed + 1
        self._seed = int(seed)
        self._chosen = {}
        # one who tries many policies under the same luck opens the market but once
        if self._opened is None or self._opened[0] != self._seed:
            self._opened = None
            self._opened = self._seed, self._at_the_beginning(self._seed)
        self.market = self._opened[1].fork()
        self.agents = list(self.possible_agents)
        return self._look(), {country: {} for country in self.agents}

    def step(self, actions: Mapping[str, int]) -> tuple[
        dict[str, Seen], dict[str, float], dict[str, bool], dict[str, bool],
        dict[str, dict[str, Any]],
    ]:  # fmt: skip
        """Twelve months under an action of each country.

        Returns
        -------
        Observations, rewards, terminations (never), truncations (with the last year), infos: what
        was ``decided`` (a name of ``ACTIONS``) and the fields of :class:`Outcome`.

        Raises
        ------
        InputError
            There is no episode, or an action is missing or none of the action space.
        """
        market, acting = self._running(), list(self.agents)
        self._chosen = {country: self._checked(actions, country) for country in acting}
        start = market.month
        for _ in range(MONTHS):
            market.step()
        seen = self._look()
        outcomes = {country: self._outcome(market, country, start) for country in acting}
        rewards = {country: float(self.objective(year)) for country, year in outcomes.items()}
        infos = {
            country: {"decided": self._decided(country, start), **year._asdict()}
            for country, year in outcomes.items()
        }
        over = market.month >= self._begin + MONTHS * self.years - 1
        if over:
            self.agents = []
        return seen, rewards, dict.fromkeys(acting, False), dict.fromkeys(acting, over), infos

    def close(self) -> None:
        """Let go of the market."""
        self.agents, self.views, self.market, self._opened = [], {}, None, None

    # the market ---------------------------------------------------------------------------

    def _at_the_beginning(self, seed: int) -> TalentMarket:
        """A market that has lived up to the first decision."""
        market = TalentMarket(self.specification, seed=seed, strategies=self._strategies)
        while market.month < self._begin - 1:
            market.step()
        return market

    def _decide(self, seen: Observation) -> Sequence[Measure]:
        """What a learning government decides at its review."""
        step = step_of(seen, self._chosen.pop(seen.country, 0))
        return () if step is None else (step,)

    def _running(self) -> TalentMarket:
        if self.market is None or not self.agents:
            raise InputError("there is no episode", allowed="reset() before step()")
        return self.market

    def _checked(self, actions: Mapping[str, int], country: str) -> int:
        space = self._action_spaces[country]
        if country not in actions:
            raise InputError("an action is missing", key=country, allowed=f"0 to {space.n - 1}")
        if not space.contains(actions[country]):
            raise InputError(
                "no action", key=country, value=actions[country],
                allowed=f"a whole number from 0 to {space.n - 1}",
            )
        return int(actions[country])

    def _look(self) -> dict[str, Seen]:
        market = self._running()
        self.views = {country: market.observation(country) for country in self.agents}
        return {
            country: {"observation": numbers(view), "action_mask": mask(view)}
            for country, view in self.views.items()
        }

    def _decided(self, country: str, start: int) -> str:
        names = [str(taken.measure["menu"]) for taken in self.views[country].taken
                 if taken.month > start and taken.measure["menu"] in ACTIONS]  # fmt: skip
        return names[0] if names else ACTIONS[0]

    def _outcome(self, market: TalentMarket, country: str, start: int) -> Outcome:
        row, scale = market.tables.index[country], market.persons_per_agent
        view, recorder = self.views[country], market.recorder
        inflow, outflow = np.sum([one.flows[:, row] for one in recorder.counts[-MONTHS:]], axis=0)
        reform = reform_costs(market.world, market.parameters.measures)[row]
        reforms = float(reform) * sum(taken.month > start for taken in view.taken)
        return Outcome(
            float(inflow * scale), float(outflow * scale),
            float(recorder.levels[-MONTHS - 1].stock[row] * scale),
            view.spent_usd + reforms, view.budget_usd,
        )


def _numbers_and_mask() -> spaces.Dict:
    return spaces.Dict({
        "observation": spaces.Box(-WIDEST, WIDEST, (len(SEEN),), np.float32),
        "action_mask": spaces.Box(0, 1, (len(ACTIONS),), np.int8),
    })


def _known(learners: Sequence[str]) -> list[str]:
    """The countries that learn, if each is one with a government and named once."""
    countries = [country for country in COUNTRIES if country != REST]
    if isinstance(learners, str) or not learners:
        raise InputError(
            "no countries", key="learners", value=learners, allowed='a list, such as ["KOR"]'
        )
    for country in learners:
        if country not in countries:
            raise unknown_name("country", str(country), countries)
    if len(set(learners)) < len(learners):
        raise InputError("a country is named twice", key="learners", value=list(learners))
    return list(learners)


def _span(specification: Scenario, first: int | None, last: int | None) -> tuple[int, int]:
    """The month of the first decision and the number of years."""
    parameters = Parameters.with_settings(specification.parameters)
    of_year = math.ceil(parameters.reviews.lag_months) % MONTHS
    earliest = -((of_year - specification.start_month) // MONTHS)
    latest = (specification.end_month + 1 - of_year) // MONTHS - 1
    if latest < earliest:
        raise InputError(
            "there is no year to decide on", key="scenario", value=specification.name,
            allowed=f"one with twelve months from month {of_year + 1} of a year on",
        )
    begin = earliest if first is None else first
    end = latest if last is None else last
    for key, year, low in (("first", begin, earliest), ("last", end, begin)):
        if isinstance(year, bool) or not isinstance(year, int) or not low <= year <= latest:
            raise InputError(
                "no year of the scenario", key=key, value=year, allowed=f"{low} to {latest}"
            )
    return begin * MONTHS + of_year, end - begin + 1
