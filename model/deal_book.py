"""The book of deals: what firms have agreed on, and pay that keeps those who moved."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from agents.declare import column
from agents.populations import Population


class DealStatus:
    """How far a deal has come; plain numbers, as of kinds of employer."""

    PENDING = 0
    DONE = 1
    BANNED = 2
    ABANDONED = 3


class Review:
    """What merger review said."""

    NONE = 0
    PENDING = 1
    CLEARED = 2
    BANNED = 3


REVIEWS = ("none", "pending", "cleared", "banned")
"""Their names, in that order."""


@dataclasses.dataclass(init=False, eq=False, repr=False)
class Deals(Population):
    """One row a deal, from the month it is signed; rows are never removed.

    Money in whole cents at the scale of the model. At 1:k a row stands for k deals of its kind
    where buyer or target is a startup.
    """

    key: NDArray[np.uint64] = column(np.uint64, unit="", meaning="identity that luck belongs to")
    month: NDArray[np.int16] = column(np.int16, unit="month", meaning="signed")
    buyer: NDArray[np.int32] = column(np.int32, unit="employer row", meaning="who buys")
    target: NDArray[np.int32] = column(np.int32, unit="employer row", meaning="whom it is about")
    country: NDArray[np.int8] = column(
        np.int8, unit="country row", meaning="where the target employs"
    )
    form: NDArray[np.int8] = column(np.int8, unit="form row", meaning="terms of the deal")
    price: NDArray[np.int64] = column(np.int64, unit="cents", meaning="price, retention included")
    held: NDArray[np.int64] = column(
        np.int64, unit="cents", meaning="of the price, in trust until the deal is carried out"
    )
    invested: NDArray[np.int64] = column(
        np.int64, unit="cents", meaning="of the price, put into the target before anybody is paid"
    )
    gain: NDArray[np.float64] = column(
        np.float64, unit="log points", meaning="gain of the buyer's technology"
    )
    decides: NDArray[np.int16] = column(np.int16, unit="month", meaning="carried out or banned")
    status: NDArray[np.int8] = column(
        np.int8, unit="status", meaning="pending, done, banned, abandoned"
    )
    review: NDArray[np.int8] = column(
        np.int8, unit="review", meaning="none, pending, cleared, banned"
    )
    ban_chance: NDArray[np.float64] = column(
        np.float64, unit="share", meaning="chance of a ban under the rules when it was signed"
    )
    people: NDArray[np.int32] = column(np.int32, unit="agents", meaning="who moved, or is to")
    moved: NDArray[np.float64] = column(
        np.float64, unit="share", meaning="part of the target's technology that moved"
    )


@dataclasses.dataclass(init=False, eq=False, repr=False)
class Retentions(Population):
    """Pay that movers earn over months if they stay; held in trust until then."""

    person: NDArray[np.int64] = column(np.int64, unit="id", meaning="who earns it")
    firm: NDArray[np.int32] = column(
        np.int32, unit="employer row", meaning="firm where it is earned, which gets back the rest"
    )
    left: NDArray[np.int64] = column(np.int64, unit="cents", meaning="still in trust")
    monthly: NDArray[np.int64] = column(np.int64, unit="cents a month", meaning="earned a month")


class Outcome:
    """What became of a recorded deal in the world."""

    IN_LEDGER = 0
    NO_BUYER = 1
    NO_TARGET = 2


@dataclasses.dataclass(init=False, eq=False, repr=False)
class Records(Population):
    """One row a recorded deal whose date has come: who plays the firms that it names."""

    number: NDArray[np.int16] = column(
        np.int16, unit="row of the record", meaning="which deal it is"
    )
    outcome: NDArray[np.int8] = column(
        np.int8, unit="outcome", meaning="in the ledger, or who is missing"
    )
    deal: NDArray[np.int32] = column(
        np.int32, unit="deal row", meaning="its entry among the deals; -1: none"
    )
    buyer: NDArray[np.int32] = column(np.int32, unit="employer row", meaning="-1: nobody")
    target: NDArray[np.int32] = column(np.int32, unit="employer row", meaning="-1: nobody")
    team: NDArray[np.int32] = column(
        np.int32, unit="agents", meaning="people of the target that the deal left there"
    )


@dataclasses.dataclass
class DealBook:
    """All deals so far, all pay still to be earned, and the recorded deals that were due."""

    deals: Deals
    retentions: Retentions
    records: Records

    @classmethod
    def empty(cls) -> DealBook:
        """No deals yet."""
        return cls(Deals(), Retentions(), Records())

    def in_trust(self) -> int:
        """Money that is held for deals and movers, in cents."""
        return int(self.deals.held.sum()) + int(self.retentions.left.sum())
