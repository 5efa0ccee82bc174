"""Take-home: how quoted pay counts for a person, with tax that rises and a grant for returning."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.populations import Rows
from agents.researchers import EFFECT_UNIT
from model.month.grants import returnee_pay
from model.month.rights import RightsParameters
from model.month.taxes import (
    Schedule,
    gross_pay,
    ordinary_equivalent,
    schedule_of,
    steepest,
)
from model.month.utility import BiddingParameters
from model.world import F64, I64, World

LARGEST_LOG = 50.0


class TakeHome(NamedTuple):
    """What the pay of some jobs is worth in ordinary equivalents, and back; one entry a job."""

    schedule: Schedule | None
    grant: F64 | None
    """Grant spread over the tenure, USD a year."""
    least: F64 | None
    """Pay below which nobody goes because of the grant, USD a year."""

    def log_of(self, pay: F64) -> F64:
        """Log of pay as it counts in utility."""
        equivalent = ordinary_equivalent(self.schedule, pay)
        return np.log(equivalent if self.grant is None else equivalent + self.grant)

    def pay_for(self, log: F64) -> F64:
        """The inverse: quoted pay that counts as much."""
        equivalent = np.exp(np.minimum(log, LARGEST_LOG))
        if self.grant is not None and self.least is not None:
            equivalent = np.maximum(
                equivalent - self.grant, np.minimum(equivalent, self.least)
            )
        return gross_pay(self.schedule, equivalent)

    def chosen(self, which: I64) -> TakeHome:
        """The same for some of the jobs."""
        return TakeHome(
            None if self.schedule is None else self.schedule.chosen(which),
            None if self.grant is None else self.grant[which],
            None if self.least is None else self.least[which],
        )


def least_pay(
    world: World, rows: Rows, country: I64, log: F64, parameters: BiddingParameters
) -> F64:
    """Pay below which no scheme, tax rule or grant makes a job worth its log of pay, USD a year."""
    equivalent = np.exp(np.minimum(log, LARGEST_LOG))
    grant = returnee_pay(world, rows, country, parameters)
    if grant is not None:
        equivalent -= grant
    return equivalent / steepest(world)


def take_home(
    world: World, rows: Rows, country: I64, scheme: I64, effect: NDArray[np.int32] | I64,
    parameters: BiddingParameters, rights: RightsParameters,
) -> TakeHome:
    """How pay counts in jobs offered to people.

    A grant lets an employer pay less, but nobody goes for less than the part of going pay that a
    jobless person would accept.

    Parameters
    ----------
    scheme
        Scheme row by which each would come; -1: none.
    effect
        What each would add to the team, in units of 1/4096.
    """
    grant = returnee_pay(world, rows, country, parameters)
    least = None
    if grant is not None:
        least = parameters.reservation * world.price()[country] * (effect / EFFECT_UNIT)
    return TakeHome(schedule_of(world, rights, rows, country, scheme), grant, least)
