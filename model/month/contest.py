"""The contest for people: deferred acceptance with second prices in utility, incumbents present."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

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
    """Meetings by post, the one it would gain most from first, equal ones by luck.

    A post and its gain fit one 64-bit number, gain rounded to the precision of float32; only
    where two numbers are equal does luck have to be asked.
    """
    gain = meetings.gain.astype(np.float32)
    bits = gain.view(np.int32).astype(np.int64)
    # order-preserving: negative floats count down
    bits = np.where(bits < 0, np.int64(-(2**31)) - bits, bits)
    place = (meetings.post << 33) - bits
    order = np.argsort(place)
    ranked = place[order]
    if (ranked[1:] == ranked[:-1]).any():
        order = np.lexsort((meetings.tie, place))
    return order


def _by_bid(meetings: Meetings) -> I64:
    """Meetings by person, the best bid first, equal ones by luck."""
    order = by_group(meetings.person, -meetings.value)
    person, value = meetings.person[order], meetings.value[order]
    if ((person[1:] == person[:-1]) & (value[1:] == value[:-1])).any():
        order = np.lexsort((meetings.tie, -meetings.value, meetings.person))
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
    order = _by_bid(meetings)
    person, value, owner = meetings.person[order], meetings.value[order], meetings.post[order]
    place = np.empty(order.size, dtype=np.int64)
    place[order] = np.arange(order.size)
    queue = place[_by_gain(meetings)]
    ends = np.cumsum(np.bincount(meetings.post, minlength=posts))
    asks = np.concatenate(([0], ends[:-1]))

    held = np.full(incumbent.size, -1, dtype=np.int64)
    best = incumbent.astype(np.float64).copy()
    runner_up = np.full(incumbent.size, -np.inf)
    live = np.flatnonzero(asks < ends)
    while live.size:
        bids = np.sort(queue[asks[live]])
        who = person[bids]
        first = np.empty(bids.size, dtype=bool)
        first[0] = True
        np.not_equal(who[1:], who[:-1], out=first[1:])
        top = np.flatnonzero(first)
        asked, bid = who[top], bids[top]
        offered, before, holding = value[bid], best[asked], held[asked]
        # the next best bid of the same round, where there is one
        following = np.minimum(top + 1, bids.size - 1)
        rival = np.where(who[following] == asked, value[bids[following]], -np.inf)
        rival[following == top] = -np.inf
        # a bid equal to the incumbent's answer loses
        accepts = np.where(holding >= 0, bid < holding, offered > before)
        loser = np.where(accepts, before, offered)
        runner_up[asked] = np.maximum(runner_up[asked], np.maximum(rival, loser))
        winners = asked[accepts]
        displaced = holding[accepts]
        held[winners] = bid[accepts]
        best[winners] = offered[accepts]
        refused = np.concatenate(
            (bids[~first], bid[~accepts], displaced[displaced >= 0])
        )
        again = owner[refused]
        asks[again] += 1
        live = again[asks[again] < ends[again]]
    meeting = np.where(held >= 0, order[held], -1)
    return Outcome(meeting, runner_up)
