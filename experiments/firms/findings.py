"""A finding: what is claimed, what worlds say of it, and whether that is as theory says."""

from __future__ import annotations

from typing import NamedTuple

from experiments.firms.worlds import Estimate

RIGHT, UNCLEAR, WRONG = "as theory says", "not distinguishable", "**against**"
INSIDE, OUTSIDE = "published figure in the interval", "published figure outside the interval"


class Finding(NamedTuple):
    """One claim and its estimate."""

    question: str
    claim: str
    estimate: Estimate
    unit: str
    sign: int | None = None
    """What theory expects: 1, −1, or 0 for nothing; None where a figure is all there is."""
    published: float | None = None
    digits: int = 1

    @property
    def verdict(self) -> str:
        """Whether the interval lies where theory says; a figure counts where no sign is claimed."""
        found = self.estimate
        if self.sign is None:
            if self.published is None or not found.low <= found.high:
                return UNCLEAR
            return INSIDE if found.low <= self.published <= found.high else OUTSIDE
        if not found.low <= found.high:  # a blank
            return UNCLEAR
        if self.sign == 0:
            return RIGHT if found.sign == 0 else WRONG
        return UNCLEAR if found.sign == 0 else (RIGHT if found.sign == self.sign else WRONG)


def number(value: float, digits: int = 1) -> str:
    """A figure with a true minus sign and commas, or a dash."""
    return "–" if value != value else f"{value:,.{digits}f}".replace("-", "−")


def text(found: Estimate, digits: int = 1) -> str:
    """An estimate with its interval."""
    if found.low != found.low:
        return number(found.value, digits)
    return (f"{number(found.value, digits)} ({number(found.low, digits)} to "
            f"{number(found.high, digits)})")  # fmt: skip
