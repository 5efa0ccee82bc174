"""The contest for people: deferred acceptance with second prices in utility, incumbents present."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.compiled import compiled
from model.chunks import side_by_side
from model.ordering import by_group

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]


class Meetings(NamedTuple):
    """Pairs of a person and a post that would have each other; all arrays of one length."""

    person: I64
    """Who, numbered from 0 to the number of persons in the contest."""
    post: I64
    """Which post, numbered from 0 to the number of posts."""
    value: F64
    """The person's utility at the highest pay that the post would go to."""
    gain: F64
    """What the post expects to gain; it asks its best meeting first."""
    tie: NDArray[np.uint64]
    """Luck that orders equal values; different for each meeting."""


class Outcome(NamedTuple):
    """What a contest ends with; one entry a person."""

    meeting: I64
    """The meeting that wins the person, or -1."""
    runner_up: F64
    """Utility of the best alternative to what the person ends up with; -inf where none."""


def _by_gain(meetings: Meetings) -> I64:
    """Meetings by post, the one it would gain most from first, equal ones by luck."""
    return _from_the_highest(meetings.post, meetings.gain, meetings.tie)


def _by_bid(meetings: Meetings) -> I64:
    """Meetings by person, the best bid first, equal ones by luck."""
    return _from_the_highest(meetings.person, meetings.value, meetings.tie)


def _from_the_highest(group: I64, value: F64, tie: NDArray[np.uint64]) -> I64:
    order = by_group(group, -value)
    group_there, value_there = group[order], value[order]
    # luck is asked only where it has to be
    if ((group_there[1:] == group_there[:-1]) & (value_there[1:] == value_there[:-1])).any():
        order = np.lexsort((tie, -value, group))
    return order


def contest(meetings: Meetings, incumbent: F64, posts: int) -> Outcome:
    """Match persons and posts.

    Each post asks the meetings it would gain most from, one after the other. A person holds the
    best bid so far, at the start the incumbent's full answer, and remembers the second best. A
    post that is turned down or displaced asks its next. The outcome is the stable matching best
    for posts (Gale and Shapley 1962), so the order of rows cannot matter.

    Parameters
    ----------
    meetings
        Bids; one hire a post, one employer a person.
    incumbent
        Utility of the incumbent's full answer, or of staying without work, shape (persons,).
    posts
        Number of posts.
    """
    if meetings.post.size == 0:
        nobody = np.full(incumbent.size, -1, dtype=np.int64)
        return Outcome(nobody, np.full(incumbent.size, -np.inf))
    # from here on a bid is known by its place in the order of persons: the lower is the better
    order, queue = side_by_side(
        lambda: _by_bid(meetings), lambda: _by_gain(meetings), meetings.post.size
    )
    person, value, owner = meetings.person[order], meetings.value[order], meetings.post[order]
    place = np.empty(order.size, dtype=np.int64)
    place[order] = np.arange(order.size)
    queue = place[queue]
    ends = np.cumsum(np.bincount(meetings.post, minlength=posts))
    held, runner_up = _asked(queue, ends, owner, person, value, incumbent.astype(np.float64))
    return Outcome(np.where(held >= 0, order[held], -1), runner_up)


@compiled
def _asked(
    queue: I64, ends: I64, owner: I64, person: I64, value: F64, incumbent: F64
) -> tuple[I64, F64]:
    """The bid that each person holds in the end, and the utility of the best that lost.

    Parameters
    ----------
    queue, ends
        Bids of the posts, one post after the other, each in the order in which it asks, and where
        those of each post end.
    owner, person, value
        Of each bid; of two bids for a person the one with the lower number is the better.
    """
    best, runner_up = incumbent.copy(), np.full(incumbent.size, -np.inf)
    held = np.full(incumbent.size, -1)
    asks = np.zeros(ends.size, dtype=np.int64)
    asks[1:] = ends[:-1]
    for first in range(ends.size):
        post = first
        while asks[post] < ends[post]:
            bid = queue[asks[post]]
            asks[post] += 1
            who = person[bid]
            holding = held[who]
            # a bid equal to the incumbent's answer loses
            accepts = bid < holding if holding >= 0 else value[bid] > best[who]
            loses = best[who] if accepts else value[bid]
            runner_up[who] = max(runner_up[who], loses)
            if accepts:
                held[who], best[who] = bid, value[bid]
                if holding < 0:
                    break
                # who is displaced asks on
                post = owner[holding]
    return held, runner_up
