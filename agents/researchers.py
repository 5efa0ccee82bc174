"""Researchers: the people of the market, as columns and, when wanted, as Mesa agents."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Self

import mesa
import numpy as np
from mesa.agent import AgentSet
from numpy.typing import NDArray

from agents.declare import column
from agents.levers import FIELDS
from agents.populations import Population, Rows

HOUSEHOLDS = ("single", "partner", "partner_who_works")
UNRANKED = 2000
"""Rank written for a university outside the world's first 500."""
NEVER = 32_000
"""A month after every possible end of a run."""
EFFECT_UNIT = 4096
"""Contributions to an employer's team are counted in whole 1/4096, so sums have no order."""


TIES = 6
"""People whom a person points to: class-mates first, then a ring renewed by joint work."""
CLASSMATES = 2
"""Slots of class-mates; they last."""

SUMMED = frozenset(
    ("key", "id", "birth_country", "country", "employer", "field", "pay", "effect", "waiting")
)
"""Columns that employers' or countries' sums rest on."""


class Status:
    """The right by which a person lives in a country; from WORK on it is temporary.

    Plain numbers, since NumPy is slow to compare with an Enum.
    """

    CITIZEN = 0
    FREE = 1
    PERMANENT = 2
    WORK = 3
    GRADUATE = 4
    GRACE = 5


STATUSES = ("citizen", "free", "permanent", "work", "graduate", "grace")
"""Their names, in that order."""

@dataclasses.dataclass(init=False, eq=False, repr=False)
class Researchers(Population):
    """One row a researcher (AI engineer, scientist or developer). Months count from year 0."""

    key: NDArray[np.uint64] = column(np.uint64, unit="", meaning="identity that luck belongs to")
    id: NDArray[np.int64] = column(np.int64, unit="", meaning="number, never used twice")
    birth_country: NDArray[np.int8] = column(np.int8, unit="country row", meaning="born there")
    study_country: NDArray[np.int8] = column(np.int8, unit="country row", meaning="last degree")
    citizenships: NDArray[np.int64] = column(np.int64, unit="bits", meaning="a bit a country")
    country: NDArray[np.int8] = column(np.int8, unit="country row", meaning="lives there")
    employer: NDArray[np.int32] = column(np.int32, unit="employer row", meaning="-1: none")
    field: NDArray[np.int8] = column(np.int8, unit="field", meaning="field of work")
    skill: NDArray[np.float32] = column(
        np.float32, unit="share of full mastery", meaning="skill in each field", width=len(FIELDS)
    )
    other_discipline: NDArray[np.bool_] = column(
        np.bool_, unit="", meaning="degree outside computer science"
    )
    ability: NDArray[np.float32] = column(np.float32, unit="median = 1", meaning="ability")
    birth_month: NDArray[np.int16] = column(np.int16, unit="month", meaning="born")
    degree: NDArray[np.int8] = column(np.int8, unit="level", meaning="bachelor, master, phd")
    degree_month: NDArray[np.int16] = column(np.int16, unit="month", meaning="entered")
    university_rank: NDArray[np.int16] = column(
        np.int16, unit="rank", meaning="world rank of the university of the last degree"
    )
    pay: NDArray[np.float32] = column(
        np.float32, unit="USD of 2024 a year", meaning="quoted pay, market rates; 0 when jobless"
    )
    hired: NDArray[np.int16] = column(np.int16, unit="month", meaning="start of the present job")
    arrived: NDArray[np.int16] = column(np.int16, unit="month", meaning="came to this country")
    status: NDArray[np.int8] = column(np.int8, unit="status", meaning="right to live here")
    scheme: NDArray[np.int16] = column(np.int16, unit="scheme row", meaning="visa held; -1 none")
    status_since: NDArray[np.int16] = column(np.int16, unit="month", meaning="status counts from")
    status_until: NDArray[np.int16] = column(np.int16, unit="month", meaning="status event due")
    petitioned: NDArray[np.int16] = column(
        np.int16, unit="month", meaning="last asked for a lasting status here"
    )
    household: NDArray[np.int8] = column(np.int8, unit="kind", meaning="kind from partner_from")
    partner_from: NDArray[np.int16] = column(
        np.int16, unit="month", meaning="lives alone before"
    )
    returnee_grant: NDArray[np.int16] = column(
        np.int16, unit="month", meaning="paid a grant for coming back from abroad; 0: never"
    )
    retention_grant: NDArray[np.int16] = column(
        np.int16, unit="month", meaning="last paid a grant for staying; 0: never"
    )
    fit: NDArray[np.float32] = column(
        np.float32, unit="standard deviations", meaning="fit with the present employer"
    )
    effect: NDArray[np.int32] = column(
        np.int32, unit="1/4096", meaning="contribution to the employer's team"
    )
    by_deal: NDArray[np.bool_] = column(np.bool_, unit="", meaning="job came through a deal")
    by_referral: NDArray[np.bool_] = column(np.bool_, unit="", meaning="job came through a tie")
    ties: NDArray[np.int32] = column(
        np.int32, unit="id", meaning="class-mates and people worked with; -1: empty", width=TIES
    )
    waiting: NDArray[np.bool_] = column(np.bool_, unit="", meaning="hired abroad, visa pending")
    searches: NDArray[np.int16] = column(np.int16, unit="month", meaning="next looks for a job")
    job_ends: NDArray[np.int16] = column(np.int16, unit="month", meaning="job lost if still held")
    founds: NDArray[np.int16] = column(
        np.int16, unit="month", meaning="next thinks of founding a startup; 0: no date yet"
    )
    leaves: NDArray[np.int16] = column(np.int16, unit="month", meaning="leaves the profession")

    def __init__(self) -> None:
        super().__init__()
        self.next_id = 0
        self._row_of = np.full(self.smallest, -1, dtype=np.int32)
        self.model: Any = None

    def new_ids(self, rows: int) -> NDArray[np.int64]:
        """Numbers that no person has had."""
        first = self.next_id
        self.next_id += rows
        return np.arange(first, self.next_id, dtype=np.int64)

    def born(self, rows: int, **columns: Any) -> Rows:
        """Add people and remember where each number stands."""
        new = super().born(rows, **columns)
        if self.next_id > self._row_of.size:
            grown = np.full(max(self.next_id, self._row_of.size * 5 // 4), -1, dtype=np.int32)
            grown[: self._row_of.size] = self._row_of
            self._row_of = grown
        self._row_of[self.id[new]] = new
        return new

    def remove(self, rows: Rows) -> tuple[Rows, Rows]:
        """Remove people for good."""
        self._row_of[self.id[rows]] = -1
        moved, now = super().remove(rows)
        self._row_of[self.id[now]] = now
        return moved, now

    def permute(self, order: Rows) -> None:
        """Put the rows in another order."""
        super().permute(order)
        self._row_of[self.id] = np.arange(self.count)

    def renumber(self) -> None:
        """Number the living from 0 in the order of their identities (at the opening only)."""
        numbers = np.empty(self.count, dtype=np.int64)
        numbers[np.argsort(self.key, kind="stable")] = np.arange(self.count)
        tied = self.tied_rows(np.arange(self.count))
        self.ties[:] = np.where(tied >= 0, numbers[tied], -1)
        self.id[:] = numbers
        self.next_id = self.count
        self._row_of = np.full(max(self.count, self.smallest), -1, dtype=np.int32)
        self._row_of[self.id] = np.arange(self.count)

    @classmethod
    def _remade(cls) -> set[str]:
        return super()._remade() | {"_row_of", "model"}

    @classmethod
    def of_parts(cls, parts: Mapping[str, Any]) -> Self:
        """The people of such parts, each found by number again."""
        made = super().of_parts(parts)
        if made.id.min(initial=0) < 0 or made.id.max(initial=-1) >= made.next_id:
            raise ValueError("a number that no person was given")
        made._row_of = np.full(max(made.next_id, made.smallest), -1, dtype=np.int32)
        made._row_of[made.id] = np.arange(made.count)
        return made

    @property
    def rows_by_number(self) -> NDArray[np.int32]:
        """The row of each person by number; -1 when gone."""
        return self._row_of

    def row_of(self, ids: NDArray[Any]) -> NDArray[np.int32]:
        """The row of each person by number; -1 when gone."""
        return np.asarray(self._row_of[ids])

    def tied_rows(self, rows: Rows) -> NDArray[np.int32]:
        """Rows of the people that some people point to, shape (n, TIES).

        A tie lasts as long as both are in the market: -1 where a slot is empty or leads to
        somebody who has left, whose number is never used again.
        """
        ids = self.ties[rows]
        return np.asarray(np.where(ids >= 0, self._row_of[ids], -1), dtype=np.int32)

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, number: int) -> Researcher:
        """The person with this number, seen as a Mesa agent.

        Raises
        ------
        KeyError
            Nobody alive has this number.
        """
        row = int(self._row_of[number]) if 0 <= number < self.next_id else -1
        if row < 0:
            raise KeyError(f"no researcher with id {number} in the market")
        return Researcher(self, number)

    def __iter__(self) -> Iterator[Researcher]:
        return (Researcher(self, int(number)) for number in np.sort(self.id))

    def agents(self, rows: Rows) -> ResearcherSet:
        """Some rows as a set with the verbs of Mesa's AgentSet."""
        views = (Researcher(self, int(number)) for number in self.id[rows])
        return ResearcherSet(views, getattr(self.model, "random", None))


class Researcher(mesa.Agent):  # type: ignore[misc]
    """One researcher seen as a Mesa agent: reads and writes the columns, holds nothing itself.

    What sums of employers and countries rest on (job, pay, country, field) can only be read here:
    it changes through the month.

    It is never registered with the model: a million registered objects would be slow and large.
    """

    def __init__(self, researchers: Researchers, number: int) -> None:
        self.__dict__.update(
            _researchers=researchers, unique_id=number, model=researchers.model, pos=None
        )

    @property
    def row(self) -> int:
        """Where the person stands in the columns just now."""
        return int(self._researchers.row_of(np.asarray([self.unique_id]))[0])

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in Researchers.columns():
            raise AttributeError(f"a researcher has no {name!r}")
        value = getattr(self._researchers, name)[self.row]
        return value.item() if np.ndim(value) == 0 else value

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in Researchers.columns():
            raise AttributeError(f"a researcher has no {name!r}")
        if name in SUMMED:
            raise AttributeError(f"{name!r} changes through the month only: sums rest on it")
        getattr(self._researchers, name)[self.row] = value

    def remove(self) -> None:
        """Not here: people leave the market only through the month."""
        raise TypeError("a researcher leaves the market through the month, not by remove()")


class ResearcherSet(AgentSet):  # type: ignore[misc]
    """Mesa's AgentSet over researchers; it keeps its views alive, since nobody else does."""

    def __init__(self, agents: Iterable[Researcher], random: Any = None) -> None:
        self._views = list(agents)
        super().__init__(self._views, random=random)

    def _kept(self, result: AgentSet) -> AgentSet:
        """What a verb returned, holding its views as this set does."""
        return result if result is self else ResearcherSet(result, self.random)

    def select(self, *args: Any, **kwargs: Any) -> AgentSet:
        """Mesa's select."""
        return self._kept(super().select(*args, **kwargs))

    def shuffle(self, inplace: bool = False) -> AgentSet:
        """Mesa's shuffle."""
        return self._kept(super().shuffle(inplace))

    def sort(self, key: Any, ascending: bool = False, inplace: bool = False) -> AgentSet:
        """Mesa's sort."""
        return self._kept(super().sort(key, ascending, inplace))
