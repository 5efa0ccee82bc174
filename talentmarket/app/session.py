"""Session: the world of one browser window, its untouched twin, and all that was changed in it."""

from __future__ import annotations

import dataclasses
import itertools
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.chance import decision_key
from agents.declare import InputError
from agents.levers import Scheme, month_text
from agents.policies import Change, Policy
from experiments.student import half_width
from model.policy_files import policy_from, read_policy
from model.scenario import Scenario, read_scenario
from model.talent_market import TalentMarket

F64 = NDArray[np.float64]
Figures = Mapping[str, F64]

YEAR = 12
DESK = "changes-on-the-page"
DESK_TITLE = "Changes made on the page"
PAIRS = 4
"""Further pairs of worlds with luck of their own that stand behind a band."""


@dataclasses.dataclass(frozen=True)
class Start:
    """What a reset begins with; what is None stays as the scenario says."""

    scenario: str | Scenario = "small"
    """Name of a shipped one, or one of the person's own."""
    seed: int | None = None
    persons_per_agent: float | None = None
    policies: tuple[str, ...] = ()

    def specification(self) -> Scenario:
        """The scenario as it is run.

        Raises
        ------
        InputError
            Anything given cannot be used.
        """
        given = self.scenario
        scenario = given if isinstance(given, Scenario) else read_scenario(given)
        return scenario.with_changes(
            seed=self.seed, persons_per_agent=self.persons_per_agent,
            policies=[read_policy(name) for name in self.policies],
        )


@dataclasses.dataclass(frozen=True, eq=False)
class Pairs:
    """Differences that a change makes in pairs of worlds, one pair with the luck of the page."""

    until: int
    """Last month that the pairs lived."""
    changes: int
    """How many changes of the desk they hold."""
    net: F64
    """Cumulated net inflow with the changes less without, shape (pairs, months, countries + 1)."""
    stock: F64

    def band(self, measure: str) -> tuple[F64, F64, F64]:
        """Mean of the pairs by month and country, and the 95 % interval of that mean."""
        values = {"net": self.net, "stock": self.stock}[measure]
        mean, count = values.mean(axis=0), len(values)
        spread = values.std(axis=0, ddof=1) / np.sqrt(count) * half_width(count - 1)
        return mean, mean - spread, mean + spread


class Session:
    """A world and its twin, safe to use from several threads.

    Parameters
    ----------
    start
        What the world begins with.

    Raises
    ------
    InputError
        Anything in ``start`` cannot be used.
    """

    def __init__(self, start: Start) -> None:
        self._lock = threading.RLock()
        self.start = start
        self.specification = start.specification()
        """The scenario as it began, without what was changed since."""
        self.market = TalentMarket(self.specification)
        taken = {policy.name for policy in self.specification.policies}
        numbered = (f"{DESK}-{number}" for number in itertools.count(2))
        self.desk = next(name for name in itertools.chain([DESK], numbered) if name not in taken)
        """The policy under which the changes of the page stand."""
        self.first_month = self.market.month + 1
        self.twin: TalentMarket | None = None
        self._origin: TalentMarket | None = None
        self.changes: tuple[Change, ...] = ()
        self.pending: tuple[Change, ...] = ()
        """Those of the changes that act from next month on and can be taken back."""
        self.schemes: tuple[Scheme, ...] = ()
        """New schemes, each open from its first month on."""
        self.pending_schemes: tuple[Scheme, ...] = ()
        self.decided = 0
        """How often something was decided or taken back."""
        self._lawful: TalentMarket | None = None
        """The world without what is pending."""
        self.pairs: Pairs | None = None
        self.history: list[Figures] = [self.market.recorder.latest()]
        self.twin_history: list[Figures] = []
        """Months of the twin since the world forked, that of the fork first."""
        self._moved_at_fork: NDArray[np.int32] | None = None
        self.moved: list[NDArray[np.int32]] = [_moved(self.market)]
        self.ledger = self._ledger()

    def head(self) -> dict[str, str]:
        """How the policy of the page begins."""
        return {"name": self.desk, "title": DESK_TITLE}

    # reading ------------------------------------------------------------------------------

    def held(self) -> threading.RLock:
        """The lock under which the world stands still: ``with session.held():``."""
        return self._lock

    @property
    def month(self) -> int:
        """The last month lived."""
        return self.market.month

    @property
    def end_month(self) -> int:
        """The last month of the scenario."""
        return self.market.end_month

    @property
    def fork_month(self) -> int | None:
        """The last month that the world and its twin have in common."""
        return None if self.twin is None else self.month - len(self.twin_history) + 1

    def moved_since_fork(self) -> tuple[NDArray[np.int32], NDArray[np.int32]] | None:
        """Agents who moved since the fork by (origin, destination), here and in the twin.

        None where nothing was changed yet.
        """
        if self.twin is None or self._moved_at_fork is None:
            return None
        return self.moved[-1] - self._moved_at_fork, _moved(self.twin) - self._moved_at_fork

    # living -------------------------------------------------------------------------------

    def advance(self, months: int) -> int:
        """Live some months, at most to the end of the scenario; the twin lives them too.

        Returns
        -------
        How many months were lived.
        """
        lived = 0
        while lived < months and self.month < self.end_month:
            with self._lock:   # freed between months, so that clicks come in
                self._month()
            lived += 1
        return lived

    def _month(self) -> None:
        self._lawful, self.pending, self.pending_schemes = None, (), ()
        self.market.step()
        self.history.append(self.market.recorder.latest())
        self.moved = [*self.moved, _moved(self.market)][-YEAR - 1:]
        if self.twin is not None:
            self.twin.step()
            self.twin_history.append(self.twin.recorder.latest())

    def change(self, written: Mapping[str, Any]) -> Change:
        """Let a government change something from next month on.

        The first change forks the world; the twin goes on without it. What is decided twice for
        one month counts as decided last.

        Parameters
        ----------
        written
            A change as a policy file writes it, but for the date: ``country``, ``set``, and where
            they are meant ``scheme``, ``tier``, ``remove``.

        Raises
        ------
        InputError
            It cannot be done; the world is as before.
        """
        with self._lock:
            self._check_not_over()
            change = self._read(written)
            self._decide(last_words([*self.pending, change]), self.pending_schemes)
            return change

    def open_scheme(self, written: Mapping[str, Any]) -> Scheme:
        """Let a government open a new visa scheme from next month on.

        Parameters
        ----------
        written
            The scheme as a policy file writes it, but for its first month.

        Raises
        ------
        InputError
            It cannot be done; the world is as before.
        """
        with self._lock:
            self._check_not_over()
            entry = {**written, "valid_from": month_text(self.month + 1)}
            scheme = policy_from({**self.head(), "scheme": [entry]}, file=None).schemes[0]
            if scheme.id in {known.id for known in self.schemes}:
                raise InputError(
                    "a scheme of this name exists already", key="scheme, id", value=scheme.id,
                    allowed="another slug",
                )
            self._decide(list(self.pending), (*self.pending_schemes, scheme))
            return scheme

    def withdraw(self) -> None:
        """Take back what was decided for next month."""
        with self._lock:
            if self._lawful is None:
                return
            market, self._lawful = self._lawful, None
            past, past_schemes = self._past()
            if not past and not past_schemes:
                self._origin, self.twin, self.twin_history = None, None, []
            self._stand(market, (), ())

    def _check_not_over(self) -> None:
        if self.month >= self.end_month:
            raise InputError("the scenario is over", value=month_text(self.month),
                             allowed="a reset")  # fmt: skip

    def _past(self) -> tuple[tuple[Change, ...], tuple[Scheme, ...]]:
        """What acts already."""
        return (self.changes[: len(self.changes) - len(self.pending)],
                self.schemes[: len(self.schemes) - len(self.pending_schemes)])  # fmt: skip

    def _decide(self, changes: Sequence[Change], schemes: tuple[Scheme, ...]) -> None:
        """Go on with all that is decided for next month; the first decision forks the world."""
        before = self.market if self._lawful is None else self._lawful
        market = before.fork([self._policy(changes, schemes)])
        if self.twin is None:
            self._origin, self.twin = before.fork(), before
            self.twin_history, self._moved_at_fork = [self.history[-1]], self.moved[-1]
        self._lawful = before
        self._stand(market, tuple(changes), schemes)

    def _stand(
        self, market: TalentMarket, pending: tuple[Change, ...], schemes: tuple[Scheme, ...]
    ) -> None:
        """Go on with a market in which this is decided for next month."""
        past, past_schemes = self._past()
        self.market, self.pending, self.pending_schemes = market, pending, schemes
        self.changes, self.schemes = (*past, *pending), (*past_schemes, *schemes)
        self.decided += 1
        self.pairs = None
        self.ledger = self._ledger()

    def _read(self, written: Mapping[str, Any]) -> Change:
        """One change from next month on, under the reason that the exported policy gives."""
        entry = {"from": month_text(self.month + 1), **written}
        known = [scheme.as_mapping() for scheme in self.schemes]
        decided = {**self.head(), "change": [entry], "scheme": known}
        return policy_from(decided, file=None).changes[0]

    def _policy(self, changes: Sequence[Change], schemes: Sequence[Scheme]) -> Policy:
        """What is decided in one month as a policy with a name of its own."""
        return Policy(
            f"{self.desk}-from-{month_text(self.month + 1)}", DESK_TITLE, changes=tuple(changes),
            schemes=tuple(schemes), reason=f"{self.desk}: {DESK_TITLE}",
        )

    def _ledger(self) -> Any:
        """What history and policies change from the first to the last month of the scenario."""
        return self.market.timeline.ledger(self.market.tables, self.end_month)

    # pairs with other luck ----------------------------------------------------------------

    def ask_pairs(
        self, progress: Callable[[int, int], None] | None = None, pairs: int = PAIRS
    ) -> Pairs | None:
        """Live the months since the fork again in pairs of worlds, each pair with luck of its own.

        The page is not held up: the worlds are copies, and only copying takes the lock.

        Returns
        -------
        What became of them; None where nothing was changed yet, or something was meanwhile.
        """
        with self._lock:
            if self.twin is None or self._origin is None:
                return None
            decided, until, fork = self.decided, self.month, self._origin.month
            changes = self.changes
            with_changes = Policy(self.desk, DESK_TITLE, changes=changes, schemes=self.schemes)
            origin = self._origin.fork()
            found = [self._difference()]
        months = until - fork
        for number in range(pairs):
            both: list[list[Figures]] = []
            for policies in ([], [with_changes]):
                world = origin.fork(policies)
                world.world.seed = decision_key(world.world.seed, f"pair {number}", fork)
                lived: list[Figures] = [world.recorder.latest()]
                for month in range(months):
                    world.step()
                    lived.append(world.recorder.latest())
                    if progress is not None:
                        done = (2 * number + len(both)) * months + month + 1
                        progress(done, 2 * pairs * months)
                both.append(lived)
            found.append(difference(both[1], both[0]))
        result = Pairs(
            until, len(changes), np.stack([net for net, _ in found]),
            np.stack([stock for _, stock in found]),
        )
        with self._lock:
            if self.decided != decided:
                return None
            self.pairs = result
            return result

    def _difference(self) -> tuple[F64, F64]:
        """What the changes made with the luck of the page."""
        return difference(self.history[-len(self.twin_history):], self.twin_history)


def last_words(changes: Sequence[Change]) -> list[Change]:
    """Changes without what a later one of the same month says anew; tables by field are joined."""
    found: list[Change] = []
    for change in changes:
        values, names = dict(change.set), set(change.names())
        for place, earlier in enumerate(found):
            if _about(earlier) == _about(change):
                for name in names & earlier.set.keys():
                    before, after = earlier.set[name], values.get(name)
                    if isinstance(before, Mapping) and isinstance(after, Mapping):
                        values[name] = {**before, **after}
                found[place] = dataclasses.replace(
                    earlier, set={n: v for n, v in earlier.set.items() if n not in names},
                    remove=tuple(name for name in earlier.remove if name not in names),
                )
        found.append(dataclasses.replace(change, set=values))
    return [change for change in found if change.names()]


def _about(change: Change) -> tuple[int, str, str | None, str | None]:
    return change.month, change.country, change.scheme, change.tier


def difference(
    with_changes: Sequence[Figures], without: Sequence[Figures]
) -> tuple[F64, F64]:
    """Cumulated net inflow and stock of one history less another, by month from the fork on.

    Parameters
    ----------
    with_changes, without
        Figures of each month, that of the fork first.

    Returns
    -------
    Two arrays in persons, shape (months, countries + 1), the first month zero.
    """
    zero = np.zeros_like(without[0]["stock"])
    net = [zero] + [
        one["net"] - other["net"]
        for one, other in zip(with_changes[1:], without[1:], strict=True)
    ]
    stock = [one["stock"] - other["stock"]
             for one, other in zip(with_changes, without, strict=True)]  # fmt: skip
    return np.cumsum(net, axis=0), np.array(stock)


def _moved(market: TalentMarket) -> NDArray[np.int32]:
    """Agents who moved so far by (origin, destination)."""
    return market.recorder.moved().astype(np.int32)
