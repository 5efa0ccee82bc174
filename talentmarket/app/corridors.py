"""Corridors: who moved from where to where since the change, beside the untouched twin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from agents.levers import month_text
from talentmarket.app import svg
from talentmarket.app.snapshot import Snapshot

ROWS, SHORT_ROWS = 20, 8
NOTE = (
    "±: 95 % counting error of a difference between two worlds that share no luck; twins share "
    "most of theirs at first. Of many corridors some differ by luck alone: read sums first."
)


class Corridor(NamedTuple):
    """Persons who moved one way between two countries since the change."""

    origin: str
    destination: str
    people: float
    twin: float

    @property
    def difference(self) -> float:
        """This world less the twin."""
        return self.people - self.twin


def largest(snapshot: Snapshot, country: str | None, count: int) -> list[Corridor]:
    """The corridors that changed most, then those with most people; nobody's are left out.

    Parameters
    ----------
    country
        Only corridors to and from a country; None for all.
    """
    here, twin = snapshot.since, snapshot.since_twin
    if here is None or twin is None:
        return []
    seen = (here + twin) > 0
    if country is not None:
        own = np.zeros_like(seen)
        place = snapshot.place(country)
        own[place], own[:, place] = True, True
        seen &= own
    rows, columns = np.nonzero(seen)
    both = here[rows, columns], twin[rows, columns]
    order = np.lexsort((-both[0], -np.abs(both[0] - both[1])))[:count]
    codes = snapshot.countries
    return [
        Corridor(codes[rows[at]], codes[columns[at]], float(both[0][at]), float(both[1][at]))
        for at in order.tolist()
    ]


def counting_error(corridor: Corridor, persons_per_agent: float) -> float:
    """Half-width of the 95 % interval of a difference if the twins were strangers, persons."""
    agents = (corridor.people + corridor.twin) / persons_per_agent
    # the rule of the band of the effect view, for one corridor
    return float(1.96 * persons_per_agent * np.sqrt(agents + 1.0))


def title(snapshot: Snapshot) -> str:
    """Since when, and in which order."""
    return f"{short_title(snapshot)}, largest differences from the twin first"


def short_title(snapshot: Snapshot) -> str:
    """Since when."""
    since = "…" if snapshot.fork_month is None else month_text(snapshot.fork_month + 1)
    return f"Flows since {since}"


def rows(snapshot: Snapshot) -> tuple[Sequence[str], list[list[str]]]:
    """The corridors of all countries."""
    found = [
        [snapshot.name(one.origin), snapshot.name(one.destination), svg.number(one.people),
         svg.number(one.twin), svg.signed(one.difference),
         f"± {svg.number(counting_error(one, snapshot.persons_per_agent))}"]
        for one in largest(snapshot, None, ROWS)
    ]  # fmt: skip
    return ("From", "To", "People", "Twin", "Difference", "± 95 %"), found


def short_rows(snapshot: Snapshot, country: str) -> tuple[Sequence[str], list[list[str]]]:
    """The corridors of one country, by codes."""
    found = [
        [one.origin, one.destination, svg.number(one.people), svg.number(one.twin),
         svg.signed(one.difference)]
        for one in largest(snapshot, country, SHORT_ROWS)
    ]  # fmt: skip
    return ("From", "To", "People", "Twin", "Diff."), found
