"""A published fact, and whether it had a part in setting the model."""

from __future__ import annotations

import dataclasses

NONE = float("nan")
LAST_FIT_YEAR = 2019
"""Nothing observed later may be fitted to."""

USES = {
    "by hand": "a parameter was set with an eye on it",
    "fit years": "fitted to it",
    "same data": "affinity and mobility stem from other figures of the same data",
    "input": "the model reads it",
    "no": "never used",
}
"""What a figure may have had to do with setting the model."""

Pairs = dict[str, tuple[float, float]]
"""A top and a bottom by key; the figure of all seeds is the sum of tops over that of bottoms."""


@dataclasses.dataclass(frozen=True)
class Fact:
    """One published figure, the range that counts as met, and what is known about it.

    Raises
    ------
    ValueError
        An unknown use, or a later year than may be fitted to.
    """

    key: str
    row: int
    """Row of the list of facts."""
    fact: str
    years: str
    """Year or years of the figure, or of the publication where it covers many; blank: no year."""
    figure: float
    low: float
    high: float
    fitted: str
    source: str
    note: str = ""
    miss: str = ""
    """Reason of a miss, found by holding runs against their inputs; shown only for a miss."""
    least: float = 0.0
    """Bottoms that all seeds together must sum to."""

    def __post_init__(self) -> None:
        if self.fitted not in USES:
            raise ValueError(f"{self.key}: unknown use {self.fitted!r}")
        if self.fitted in ("fit years", "same data") and self.later:
            raise ValueError(f"{self.key}: fitted to {self.years}, after {LAST_FIT_YEAR}")

    @property
    def later(self) -> bool:
        """Whether the figure is of a year after those that may be fitted to."""
        return bool(self.years) and int(self.years[-4:]) > LAST_FIT_YEAR

    @property
    def held_out(self) -> bool:
        """Whether the figure had no part in setting the model."""
        return self.fitted == "no"
