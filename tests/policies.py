"""What the tests of policies share: a change as a policy, and pairs of markets with common luck."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.levers import month_number
from agents.policies import Change, Policy
from model.talent_market import TalentMarket

EFFECT_SEEDS = range(1, 13)
"""Seeds of effects: a sign that luck alone would give once in a thousand is told by twelve."""
_numbers = itertools.count(1)


def _policy(*changes: Change) -> Policy:
    """A policy with a name of its own."""
    return Policy(f"test-{next(_numbers)}", "Test", changes=changes)


def lever(country: str, month: str = "2019-01", **values: Any) -> Policy:
    """Some levers of a country take other values in a month."""
    return _policy(Change(month_number(month), country, values))


def scheme(
    country: str, slug: str, month: str = "2019-01", tier: str | None = None,
    remove: Sequence[str] = (), hold: bool = False, **values: Any,
) -> Policy:
    """Some conditions of a scheme change in a month."""
    change = Change(
        month_number(month), country, values, scheme=slug, tier=tier, remove=tuple(remove),
        hold=hold,
    )
    return _policy(change)


def joined(*policies: Policy) -> Policy:
    """One policy with the changes of several."""
    return _policy(*(change for policy in policies for change in policy.changes))


def market(
    policies: Sequence[Policy] = (), seed: int = 1, persons_per_agent: float = 2000,
    parameters: Mapping[str, float] | None = None, until: str = "2034-12",
) -> TalentMarket:
    """A market of the small scenario under some policies, from its opening on.

    No policy reaches the opening, so it is a twin of one that is opened once without any.
    """
    settings = tuple(sorted((parameters or {}).items()))
    return _opened(seed, persons_per_agent, settings, until).fork(policies)


@functools.lru_cache(maxsize=64)
def _opened(
    seed: int, persons_per_agent: float, parameters: tuple[tuple[str, float], ...], until: str
) -> TalentMarket:
    """Never lives a month, so that its twins stand at the opening."""
    return TalentMarket(
        "small", seed=seed, persons_per_agent=persons_per_agent, until=until,
        parameters=dict(parameters),
    )


def effects(
    policy: Policy, months: int, measure: Callable[[TalentMarket], Sequence[float]],
    persons_per_agent: float = 500, parameters: Mapping[str, float] | None = None,
    seeds: Sequence[int] = EFFECT_SEEDS,
) -> NDArray[np.float64]:
    """What a policy adds to some measures after some months, shape (measures, seeds)."""
    found = []
    for seed in seeds:
        values = []
        for policies in ((), (policy,)):
            paired = market(policies, seed, persons_per_agent, parameters)
            for _ in range(months):
                paired._month()
            values.append(measure(paired))
        found.append(np.subtract(values[1], values[0]))
    return np.transpose(found)
