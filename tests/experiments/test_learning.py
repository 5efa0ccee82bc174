"""Learning governments: the environment keeps PettingZoo's rules and the world's own."""

from __future__ import annotations

import functools
import gc
import re
import subprocess
import sys
import weakref
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agents.declare import InputError
from model.governments.acting import Governments
from model.governments.menu import MENU
from model.governments.observation import Measure, Observation
from model.governments.registry import merged, strategies_of
from model.governments.target import Target
from model.talent_market import TalentMarket
from tests.helpers import FALSE_ALARM, fingerprint

pytest.importorskip("pettingzoo", reason="needs the extra [learning]")
pytest.importorskip("gymnasium", reason="needs the extra [learning]")

from pettingzoo.test import parallel_api_test, parallel_seed_test

from experiments.learning import seen as seeing
from experiments.learning.environment import GovernmentsEnv, Outcome, net_less_money
from experiments.learning.players import AtRandom, Episode, Follow, Linear, play, weights_of

ROOT = Path(__file__).resolve().parents[2]
COARSE = {"persons_per_agent": 2000.0, "first": 2019, "last": 2020}
TAX = seeing.ACTIONS.index("newcomer_tax")


SEED = 5


def fresh(learners: tuple[str, ...] = ("KOR",), **given: Any) -> GovernmentsEnv:
    """Two years of a very coarse market."""
    return GovernmentsEnv(learners, **{**COARSE, **given})


def coarse(learners: tuple[str, ...] = ("KOR",), **given: Any) -> GovernmentsEnv:
    """The same; under the seed of the tests it finds a twin of a market opened once."""
    env = fresh(learners, **given)
    twin = _opened(learners, float(given.get("persons_per_agent", 2000.0))).fork()
    twin.acting = Governments(strategies_of(*merged({}, env._strategies)))
    env._opened = SEED, twin
    return env


@functools.lru_cache
def _opened(learners: tuple[str, ...], persons_per_agent: float) -> TalentMarket:
    """At the first decision, after which it lives no month."""
    return fresh(learners, persons_per_agent=persons_per_agent)._at_the_beginning(SEED)


def same(left: TalentMarket | None, right: TalentMarket | None) -> bool:
    """Whether two markets are the same to the last byte."""
    assert left is not None and right is not None
    return fingerprint(left) == fingerprint(right)


def lived(env: GovernmentsEnv, actions: Mapping[str, int], seed: int = 5) -> list[Any]:
    """Every answer of an episode in which each country takes the same action every year."""
    answers: list[Any] = [env.reset(seed=seed)]
    while env.agents:
        answers.append(env.step(actions))
    return answers


def test_pettingzoo_finds_a_parallel_environment() -> None:
    parallel_api_test(fresh(("KOR", "JPN"), last=2019), num_cycles=10)


def test_pettingzoo_finds_the_same_under_the_same_seed() -> None:
    parallel_seed_test(lambda: fresh(("KOR", "JPN"), last=2019))


def test_the_same_seed_gives_the_same_bytes_whatever_was_lived_before() -> None:
    once, again = fresh(last=2019), fresh(last=2019)
    lived(again, {"KOR": TAX}, seed=6)
    lived(again, {"KOR": 0}, seed=5)
    left, right = (lived(env, {"KOR": TAX}) for env in (once, again))
    for one, other in zip(left, right, strict=True):
        np.testing.assert_array_equal(
            one[0]["KOR"]["observation"], other[0]["KOR"]["observation"], strict=True
        )
        assert one[1:] == other[1:]
    assert same(once.market, again.market)


def test_without_a_seed_the_next_world_is_another() -> None:
    env = coarse()
    env.reset(seed=5)
    env.reset()
    assert env.market is not None and env.market.world.seed == 6


def test_to_hold_is_the_strategy_hold() -> None:
    env = coarse(last=2019)
    lived(env, {"KOR": 0})
    market = TalentMarket(
        "baseline", seed=5, persons_per_agent=2000, strategies={"KOR": "hold"}
    )
    market.run_until("2020-04")
    assert same(env.market, market)


def test_a_strategy_followed_in_the_environment_lives_as_in_the_market() -> None:
    eager = Target(goal=1e9)
    env = coarse()
    decided = play(env, Follow(eager), seed=5).decided
    market = TalentMarket("baseline", seed=5, persons_per_agent=2000, strategies={"KOR": eager})
    market.run_until("2021-04")
    assert set(decided) != {"hold"}
    assert same(env.market, market)


def test_a_view_is_what_a_review_sees() -> None:
    reviewed: list[Observation] = []

    def asked(observation: Observation) -> list[Measure]:
        reviewed.append(observation)
        return []

    market = TalentMarket("baseline", seed=5, persons_per_agent=2000, strategies={"KOR": asked})
    market.run_until("2020-04")
    view = market.observation("KOR")
    market.step()
    assert view.month == reviewed[-1].month == 2020 * 12 + 4 and view.years == (2019,)
    np.testing.assert_array_equal(seeing.numbers(view), seeing.numbers(reviewed[-1]))
    np.testing.assert_array_equal(seeing.mask(view), seeing.mask(reviewed[-1]))
    with pytest.raises(InputError, match="unknown country 'KRO'"):
        market.observation("KRO")


def test_what_is_chosen_is_decided_and_becomes_law() -> None:
    env = coarse()
    _, (_, _, _, _, infos), _ = lived(env, {"KOR": TAX})
    assert infos["KOR"]["decided"] == "newcomer_tax"
    assert env.market is not None
    table = env.market.policies_table()
    assert "newcomer_tax_rate" in set(table.loc[table["country"] == "KOR", "lever"])


def test_a_masked_action_is_to_hold() -> None:
    # within two years there is neither money nor, after the first step, political capital for it
    action = seeing.ACTIONS.index("dual_citizenship")
    seen, _ = (env := coarse()).reset(seed=5)
    assert seen["KOR"]["action_mask"][action] == 1
    seen, *_ = env.step({"KOR": action})
    assert seen["KOR"]["action_mask"][action] == 0
    twin = coarse()
    twin.reset(seed=5)
    twin.step({"KOR": action})
    twin.step({"KOR": 0})
    *_, infos = env.step({"KOR": action})
    assert infos["KOR"]["decided"] == "hold"
    assert same(env.market, twin.market)


def test_nothing_is_decided_beyond_budget_and_political_capital() -> None:
    env = coarse(("KOR", "USA", "ISL"), last=2020)
    for action in (TAX, seeing.ACTIONS.index("research_environment")):
        seen, _ = env.reset(seed=5)
        while env.agents:
            for country, view in env.views.items():
                measure = seeing.step_of(view, action)
                assert (measure is not None) == seen[country]["action_mask"][action]
                if measure is not None:
                    price = view.price([measure])
                    assert price <= 0 or view.spent_usd + price <= view.budget_usd
                    assert MENU[seeing.ACTIONS[action]].political_cost <= seeing.capital(view)
            seen, *_ = env.step(dict.fromkeys(env.agents, action))
        assert env.market is not None and env.market.acting.decided.faults == ()


def test_two_countries_act_at_once_each_on_its_own_law() -> None:
    env = coarse(("KOR", "JPN"))
    answers = lived(env, {"KOR": TAX, "JPN": 0})
    for seen, *_ in answers:
        assert set(seen) == {"KOR", "JPN"}
        for country in seen:
            assert env.observation_space(country).contains(seen[country])
    assert env.market is not None
    assert {who for who, *_ in env.market.acting.decided.taken} == {"KOR"}


def test_an_episode_ends_truncated_with_its_last_year() -> None:
    env = coarse()
    _, first, last = lived(env, {"KOR": 0})
    assert first[3] == {"KOR": False} and last[3] == {"KOR": True}
    assert first[2] == last[2] == {"KOR": False}
    assert env.agents == []
    with pytest.raises(InputError, match="there is no episode"):
        env.step({"KOR": 0})


def test_the_reward_is_net_flow_less_the_price_of_money() -> None:
    year = Outcome(inflow=300.0, outflow=100.0, stock=20_000.0, spent_usd=5e6, budget_usd=2e7)
    assert net_less_money(year) == pytest.approx(100.0 - 5.0)
    env = coarse(objective=lambda year: year.stock)
    for _, rewards, *_, infos in lived(env, {"KOR": 0})[1:]:
        assert rewards["KOR"] == infos["KOR"]["stock"] > 0


def test_the_flows_of_a_year_are_those_of_its_months() -> None:
    env = coarse(("USA",), persons_per_agent=500.0, last=2019)
    _, (*_, infos) = lived(env, {"USA": 0})
    assert env.market is not None
    table = env.market.national()
    months = [f"2019-{month:02}" for month in range(5, 13)]
    months += [f"2020-{month:02}" for month in range(1, 5)]
    rows = table[(table["country"] == "USA") & table["period"].isin(months)]
    for name in ("inflow", "outflow"):
        assert infos["USA"][name] == rows.loc[rows["measure"] == name, "value"].sum() > 0
    before = table[(table["country"] == "USA") & (table["period"] == "2019-04")]
    stock = before.loc[before["measure"] == "stock", "value"].item()
    assert infos["USA"]["stock"] == stock


def test_old_worlds_leave_the_memory() -> None:
    env = coarse()
    dropped = []
    for seed in (5, 6, 7):
        env.reset(seed=seed)
        dropped.append(weakref.ref(env.market))
    env.close()
    gc.collect()
    assert [one() for one in dropped] == [None] * 3


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"learners": ["KRO"]}, "unknown country 'KRO'; did you mean"),
        ({"learners": ["ROW"]}, "unknown country 'ROW'"),
        ({"learners": []}, "learners: no countries"),
        ({"learners": "KOR"}, "learners: no countries"),
        ({"learners": ["KOR", "KOR"]}, "named twice"),
        ({"first": 2018}, r"first: no year of the scenario \(got 2018\); allowed: 2019 to 2024"),
        ({"last": 2025}, r"last: no year .*allowed: 2019 to 2024"),
        ({"first": 2021, "last": 2020}, r"last: no year .*allowed: 2021 to 2024"),
        ({"first": 2019.5}, "first: no year"),
        ({"others": "holt"}, "unknown strategy; did you mean 'hold'"),
        ({"others": {"JPA": "hold"}}, "JPA: unknown country"),
        ({"scenario": "basline"}, "did you mean 'baseline'"),
        ({"persons_per_agent": 0.0}, "persons_per_agent"),
    ],
)
def test_what_cannot_be_used_is_refused(given: Mapping[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        GovernmentsEnv(**given)


@pytest.mark.parametrize("actions", [{}, {"KOR": 99}, {"KOR": -1}, {"KOR": 0.5}])
def test_what_is_no_action_is_refused(actions: Mapping[str, Any]) -> None:
    env = coarse()
    env.reset(seed=5)
    with pytest.raises(InputError, match="KOR: "):
        env.step(actions)


def test_a_scenario_without_a_year_to_decide_on_is_refused() -> None:
    from model.scenario import read_scenario

    with pytest.raises(InputError, match="no year to decide on"):
        GovernmentsEnv(scenario=read_scenario("baseline").with_changes(until="2020-03"))


def test_a_linear_policy_takes_the_possible_action_with_the_highest_score() -> None:
    weights = np.zeros((len(seeing.ACTIONS), 2))
    weights[:, 0] = np.arange(len(seeing.ACTIONS))
    weights[2, 1] = 100.0
    policy = Linear(weights, inputs=("net",))
    numbers = np.zeros(len(seeing.SEEN), dtype=np.float32)
    everything = np.ones(len(seeing.ACTIONS), dtype=np.int8)
    seen = {"observation": numbers, "action_mask": everything}
    view: Any = None
    assert policy(seen, view) == 11
    assert policy({**seen, "action_mask": everything * (weights[:, 0] < 5)}, view) == 4
    numbers[list(seeing.SEEN).index("net")] = 1.0
    assert policy(seen, view) == 2


def test_a_linear_policy_is_a_strategy_of_a_market() -> None:
    policy = Linear(weights_of(np.linspace(-1, 1, len(seeing.ACTIONS)), ()), ())
    env = coarse()
    play(env, policy, seed=5)
    market = TalentMarket("baseline", seed=5, persons_per_agent=2000, strategies={"KOR": policy})
    market.run_until("2021-04")
    assert same(env.market, market)


def test_random_actions_are_possible_ones_and_differ_by_seed() -> None:
    seen, _ = (env := coarse()).reset(seed=5)
    view = env.views["KOR"]
    drawn = [AtRandom(seed)(seen["KOR"], view) for seed in range(200)]
    assert drawn == [AtRandom(seed)(seen["KOR"], view) for seed in range(200)]
    assert set(drawn) == set(np.flatnonzero(seen["KOR"]["action_mask"]))


class Bandit:
    """One year in which actions pay the more the nearer they are to one; luck hides much of it."""

    possible_agents = ("KOR",)
    views: Mapping[str, Any] = {"KOR": None}
    years = 1

    def reset(self, seed: int) -> tuple[Any, Any]:
        """The year begins."""
        self.agents, self.luck = ["KOR"], np.random.default_rng(seed)
        numbers = np.zeros(len(seeing.SEEN), dtype=np.float32)
        mask = np.ones(len(seeing.ACTIONS), dtype=np.int8)
        return {"KOR": {"observation": numbers, "action_mask": mask}}, {}

    def step(self, actions: Mapping[str, int]) -> Any:
        """The year is over."""
        self.agents = []
        luck = self.luck.normal(0.0, 50.0, len(seeing.ACTIONS))
        reward = luck[actions["KOR"]] - 30.0 * abs(actions["KOR"] - TAX)
        info = {"inflow": 0.0, "outflow": 0.0, "spent_usd": 0.0, "budget_usd": 1.0,
                "decided": seeing.ACTIONS[actions["KOR"]]}  # fmt: skip
        return {}, {"KOR": reward}, {}, {}, {"KOR": info}


def test_training_finds_the_action_that_pays() -> None:
    pytest.importorskip("cma", reason="needs the extra [learning]")
    from experiments.learning.training import best_step, train

    bandit: Any = Bandit()
    assert best_step(bandit, range(1, 30)) == TAX
    near = []
    for luck in range(1, 7):
        training = train(bandit, generations=8, luck=luck)
        assert training.episodes == 88
        (decided,) = play(bandit, training.policy, seed=99).decided
        near.append(abs(seeing.ACTIONS.index(decided) - TAX) <= 1)
    # one action of twelve and its neighbours: luck alone finds them every time with (1/4)^6
    assert all(near) and (3 / len(seeing.ACTIONS)) ** len(near) < FALSE_ALARM


def test_the_page_says_no_more_than_the_intervals_allow() -> None:
    pytest.importorskip("cma", reason="needs the extra [learning]")
    from experiments.learning.page import verdict
    from experiments.learning.training import Estimate, difference

    episodes = [[Episode(reward, 0.0, 0.0, ()) for reward in rewards]
                for rewards in ((5.0, 7.0, 9.0), (1.0, 2.0, 3.0))]  # fmt: skip
    gain = difference(*episodes)
    # mean 5, standard deviation 1 of three pairs, Student's t 4.303
    assert gain == pytest.approx((5.0, 4.303 / 3**0.5), abs=1e-3)
    assert "better than *hold* (5 ± 2)" in verdict("hold", gain)
    assert "worse" in verdict("hold", Estimate(-5.0, 2.0))
    assert "cannot be told apart" in verdict("hold", Estimate(5.0, 6.0))


def test_the_code_of_the_page_works(capsys: pytest.CaptureFixture[str]) -> None:
    text = (ROOT / "docs" / "learning.md").read_text("utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    exec(code, {})
    assert capsys.readouterr().out.startswith("2020 {")


def test_the_base_install_does_without_it() -> None:
    code = (
        "import sys\n"
        "sys.modules.update(pettingzoo=None, gymnasium=None, cma=None)\n"
        "import talentmarket, experiments.learning\n"
        "talentmarket.TalentMarket\n"
        "try:\n"
        "    import experiments.learning.environment\n"
        "except ImportError as fault:\n"
        "    print(fault)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert "talentmarket[learning]" in done.stdout
