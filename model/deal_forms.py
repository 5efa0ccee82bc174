"""Deal forms as arrays over forms, read from the shipped table; one row more is one form more."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from agents.deal_forms import REMAINDERS, REVIEWED_AS, WHO_MOVES, DealForm
from model.recorded_deals import deal_forms

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
Mask = NDArray[np.bool_]


class Remainder:
    """What becomes of what does not move; numbers as in the names of the table."""

    CONTINUES = REMAINDERS.index("continues")
    SELLS_REST = REMAINDERS.index("sells_rest")
    CLOSES = REMAINDERS.index("closes")


@dataclasses.dataclass(frozen=True)
class FormTable:
    """Terms of every form; arrays over forms."""

    names: tuple[str, ...]
    team_share: F64
    founders_only: Mask
    technology_share: F64
    exclusive: Mask
    control: Mask
    stake_share: F64
    reviewed_as: I64
    """Row of the classes that merger review tells apart."""
    retention_months: I64
    retention_share: F64
    to_investors: Mask
    to_founders: Mask
    to_staff: Mask
    to_firm: Mask
    """Whether what no holder claims stays in the firm."""
    remainder: I64

    @classmethod
    def of(cls, forms: Sequence[DealForm]) -> FormTable:
        """The table of some forms."""

        def claims(name: str) -> Mask:
            return np.array([name in form.paid for form in forms], dtype=bool)

        founders = WHO_MOVES.index("founders")
        return cls(
            tuple(form.form for form in forms),
            np.array([form.team_share for form in forms]),
            np.array([WHO_MOVES.index(form.who_moves) == founders for form in forms]),
            np.array([form.technology_share for form in forms]),
            np.array([form.exclusive for form in forms], dtype=bool),
            np.array([form.control for form in forms], dtype=bool),
            np.array([form.stake_share for form in forms]),
            np.array([REVIEWED_AS.index(form.reviewed_as) for form in forms]),
            np.array([form.retention_months for form in forms], dtype=np.int64),
            np.array([form.retention_share for form in forms]),
            claims("investors"), claims("founders"), claims("staff"), claims("firm"),
            np.array([REMAINDERS.index(form.remainder) for form in forms]),
        )  # fmt: skip

    @property
    def moves(self) -> Mask:
        """Whether anybody moves."""
        return np.asarray(self.team_share > 0)

    @property
    def holders_paid(self) -> Mask:
        """Whether holders of shares are paid, so that they must agree."""
        return np.asarray(self.to_investors | self.to_founders)


@functools.cache
def form_table() -> FormTable:
    """The shipped forms."""
    return FormTable.of(tuple(deal_forms().values()))
