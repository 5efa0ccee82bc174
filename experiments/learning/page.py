"""The page on governments that learn, as Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from experiments.learning.environment import MONEY_PRICE, GovernmentsEnv
from experiments.learning.players import Episode
from experiments.learning.seen import ACTIONS, SEEN
from experiments.learning.training import HOLD, LEARNED, Estimate, Training, difference


class Speed(NamedTuple):
    """Time of the environment at one scale, in seconds of computing."""

    persons_per_agent: float
    reset: float
    step: float


class Made(NamedTuple):
    """How the results were made."""

    command: str
    country: str
    persons_per_agent: float
    seeds: Sequence[int]
    """Of the evaluation."""


INTRODUCTION = f"""# Governments that learn

The market is an environment of [PettingZoo](https://pettingzoo.farama.org) with spaces of Gymnasium, in
which one government or many learn from experience. It needs the extra `learning`:
`pip install 'talentmarket[learning]'`; nothing else of the model does.

```python
from experiments.learning.environment import GovernmentsEnv

env = GovernmentsEnv(["KOR", "JPN"], persons_per_agent=2000, last=2020)   # two learn, others as in history
seen, infos = env.reset(seed=1)
while env.agents:
    actions = {{
        country: env.action_space(country).sample(seen[country]["action_mask"])
        for country in env.agents
    }}
    seen, rewards, terminations, truncations, infos = env.step(actions)
    print(env.market.month // 12, rewards, infos["KOR"]["decided"])
```

| what | is |
| --- | --- |
| agents | the countries named first, by ISO3 code; all others follow `others`: a strategy, or strategies by country |
| step | twelve months from the month in which the statistics of the last calendar year come out (May). All act on what is known then, which is all that they know at their own reviews in those months; there the action is decided, three months later it is law |
| action | 0 holds, n takes a step of entry n of the menu of governments: {", ".join(f"{number} {name.replace('_', ' ')}" for number, name in enumerate(ACTIONS) if number)} |
| mask | `action_mask` beside the numbers: 0 for steps that are not there, that the budget does not pay, or whose political cost exceeds what can be carried through (one unit a year, three saved up, as for the strategy *target*). Such an action, or one that is no longer possible at the review, is to hold |
| observation | {len(SEEN)} numbers (`experiments.learning.seen.SEEN`): {", ".join(SEEN)}. Statistics are those that a government gets, late and with error; `env.views` holds the whole observation behind them, those of all countries in it |
| reward | net flow of the twelve months per 10,000 researchers, as it really was, less {MONEY_PRICE:g} times the share of the budget that measures cost (an assumption); another one is a function of an `Outcome`, given as `objective` |
| episode | all full years of the scenario, or those from `first` to `last`; it ends truncated |
| seed | names the world: the same seed and actions give the same bytes. Without one each reset takes the next |

A policy that was learned is a strategy like any other:
`TalentMarket("baseline", strategies={{"KOR": policy}})`, where `policy` has `review(observation)`.
"""  # noqa: E501


def to_markdown(
    found: Mapping[str, Sequence[Episode]], training: Training, made: Made,
    speeds: Sequence[Speed], picture: str | None, env: GovernmentsEnv,
) -> str:
    """The whole page."""
    parts = [
        INTRODUCTION.rstrip(), *_speed(speeds), *_training(training, made, env),
        *_results(found, training, made), *_policy(found[LEARNED], training),
    ]
    if picture is not None:
        parts.append(f"![Gain over holding, training, and what was decided]({picture})")
    return "\n\n".join(parts) + "\n"


def _speed(speeds: Sequence[Speed]) -> list[str]:
    rows = [
        (f"{one.persons_per_agent:g}", f"{1e3 * one.reset:.0f}", f"{1e3 * one.step:.0f}")
        for one in speeds
    ]
    return [
        "## Speed",
        "Milliseconds of one core for a reset and a step of one country in the scenario "
        "`baseline`. A coarse market is hardly faster than one of 200 persons per agent, the "
        "default, and has more luck. A reset under the seed of the last one copies the opened "
        "market.",
        _table(("persons per agent", "reset, ms", "step, ms"), rows),
    ]  # fmt: skip


def _training(training: Training, made: Made, env: GovernmentsEnv) -> list[str]:
    generations, candidates = training.gains.shape
    policy = training.policy
    return [
        f"## An example: {made.country} learns",
        f"Made by `{made.command}`.",
        f"A linear policy takes the possible action with the highest score; scores of the "
        f"{len(ACTIONS)} actions are linear in a constant and, of the observation, "
        f"{' and '.join(policy.inputs)}: {policy.weights.size} weights. They are found by "
        f"CMA-ES (library `cma`, Hansen 2016): {generations} generations of {candidates} "
        f"candidates, each generation in a world of its own (seeds {_span(training.seeds)}), with "
        f"one episode of holding beside: {training.episodes} episodes of {env.years} years at "
        f"{made.persons_per_agent:g} persons per agent, {training.seconds:.0f} s of one core. The "
        "mean of the last generation is the policy.",
    ]


def _results(
    found: Mapping[str, Sequence[Episode]], training: Training, made: Made
) -> list[str]:
    rows = []
    for name, episodes in found.items():
        steps = [sum(step != HOLD for step in one.decided) for one in episodes]
        rows.append((
            name, text(Estimate.of([one.reward for one in episodes])),
            "–" if name == HOLD else text(difference(episodes, found[HOLD])),
            "–" if name == HOLD else text(difference(episodes, found[HOLD], "net")),
            f"{100 * sum(one.spent for one in episodes) / len(episodes):.0f}",
            f"{sum(steps) / len(steps):.1f}",
        ))
    return [
        f"Evaluated in {len(made.seeds)} worlds of which training saw none (seeds "
        f"{_span(made.seeds)}). Means with half-widths of 95 % intervals (Student's t over "
        "worlds); differences are paired by world. *Random* takes any possible action. *Target* "
        "acts only while its published net flow is below its goal, nought; with a goal out of "
        "reach it acts whenever it can. *Always* takes one step whenever it is possible, that of "
        f"the eleven which did best in the worlds of the training; to find it took "
        f"{len(training.seeds) * (len(ACTIONS) - 1)} episodes.",
        _table(("strategy", "reward of an episode", "less that of hold",
                "net inflow less that of hold, persons", "budget spent, %", "steps taken"), rows),
        " ".join(
            verdict(rival, difference(found[LEARNED], found[rival]))
            for rival in found if rival != LEARNED
        ) + " The intervals are not widened for being several.",
    ]  # fmt: skip


def verdict(rival: str, gain: Estimate) -> str:
    """What the interval allows to say about the learned policy and another."""
    said = f"({text(gain)})"
    if gain.mean - gain.half > 0:
        return f"Learned does better than *{rival}* {said}."
    if gain.mean + gain.half < 0:
        return f"Learned does worse than *{rival}* {said}."
    return f"Learned and *{rival}* cannot be told apart {said}."


def _policy(episodes: Sequence[Episode], training: Training) -> list[str]:
    years = []
    for number, steps in enumerate(zip(*(one.decided for one in episodes), strict=True), 1):
        name, times = Counter(steps).most_common(1)[0]
        years.append((number, name.replace("_", " "), f"{100 * times / len(steps):.0f}"))
    policy = training.policy
    order = sorted(range(len(ACTIONS)), key=lambda action: -policy.weights[action, 0])
    weights = [
        (ACTIONS[action].replace("_", " "), *(f"{weight:.2f}" for weight in policy.weights[action]))
        for action in order
    ]
    return [
        "What it decides most often, by year:",
        _table(("year", "decision", "% of worlds"), years),
        "Its weights, by the constant:",
        _table(("action", "constant", *policy.inputs), weights),
    ]


def text(estimate: Estimate) -> str:
    """Mean and half-width."""
    return f"{estimate.mean:,.0f} ± {estimate.half:,.0f}".replace("-", "−")


def _span(seeds: Sequence[int]) -> str:
    return f"{seeds[0]} to {seeds[-1]}"


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "| --- " * len(head) + "|"]
    lines += ["| " + " | ".join(str(value) for value in row) + " |" for row in rows]
    return "\n".join(lines)
