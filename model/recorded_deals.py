"""Forms of deals as shipped, and the recorded deals that a run of history injects."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Collection, Mapping, Sequence
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import NamedTuple

from agents.deal_forms import DealForm, read_deal_forms
from agents.levers import COUNTRIES
from agents.table_rows import cell, read_table
from model.tables import FOLDER

ENDOGENOUS, RECORDED = "endogenous", "recorded"
SOURCES = (ENDOGENOUS, RECORDED)
"""Where the deals of a world come from: from firms that agree on them, or from the record."""
CONFIDENCE = ("high", "medium", "low", "background")


@dataclasses.dataclass(frozen=True)
class RecordedDeal:
    """One deal between two firms as the press told it; None is unknown, never nought."""

    month: int = cell("month in which it was announced, or given up", "month", unit="month")
    buyer: str = cell("who bought, named as in firms where it stands there", "text")
    buyer_country: str = cell("home of the buyer; ROW where it is not modelled by name", "choice",
                              unit="code", allowed=COUNTRIES)  # fmt: skip
    target: str = cell("whose people or technology were bought", "text")
    target_country: str = cell("home of the target; ROW where it is not modelled by name",
                               "choice", unit="code", allowed=COUNTRIES)  # fmt: skip
    form: str = cell("form of the deal, as in deal_forms", "choice")
    abandoned: bool = cell("announced or negotiated, then given up", "bool")
    price_usd: float | None = cell("what was paid or promised in all", "number",
                                   unit="USD of 2024", high=1e12, blank=True)  # fmt: skip
    people_moved: int | None = cell("people who went to the buyer", "whole", unit="persons",
                                    high=1e6, blank=True)  # fmt: skip
    team_share_moved: float | None = cell("the same as a share of the target's staff", "number",
                                          unit="fraction", high=1.0, blank=True)  # fmt: skip
    founders_moved: bool | None = cell("founders went to the buyer", "bool", blank=True)
    licence: bool | None = cell("the technology was licensed to the buyer", "bool", blank=True)
    stake_share: float | None = cell("share of equity held after the deal", "number",
                                     unit="fraction", high=1.0, blank=True)  # fmt: skip
    stays_independent: bool | None = cell("the target went on as a firm of its own", "bool",
                                          blank=True)  # fmt: skip
    confidence: str = cell("how well the deal is attested", "choice", allowed=CONFIDENCE)
    imputed: tuple[str, ...] = cell(
        "columns of the row that no page said: general knowledge, converted or derived", "list",
        blank=True,
    )  # fmt: skip
    source: str = cell("address of a page that tells of it, or general knowledge", "text")


MAY_BE_IMPUTED = tuple(
    field.name for field in dataclasses.fields(RecordedDeal)
    if field.name not in ("confidence", "imputed", "source")
)  # fmt: skip


def contradictions(deal: RecordedDeal) -> dict[str, str]:
    """Column → what is wrong, for entries that cannot stand together."""
    faults = dict[str, str]()
    if deal.buyer == deal.target:
        faults["target"] = "is the buyer itself"
    if deal.abandoned and deal.people_moved:
        faults["people_moved"] = "nobody moves in a deal that is given up"
    if deal.people_moved and deal.team_share_moved == 0.0:
        faults["team_share_moved"] = "is nought, but people moved"
    for column in deal.imputed:
        if getattr(deal, column) is None:
            faults["imputed"] = f"names {column!r}, which is blank"
    return faults


def read_recorded_deals(
    path: Path | Traversable, forms: Sequence[DealForm]
) -> tuple[RecordedDeal, ...]:
    """All deals of a CSV table in its order; their forms are among those given.

    Raises
    ------
    InputError
        At the first faulty row, with file, line, column and what is allowed.
    """
    names = {"form": [form.form for form in forms], "imputed": MAY_BE_IMPUTED}
    return read_table(
        path, RecordedDeal, names=names, check=contradictions,
        unique=("month", "buyer", "target", "form"),
    )


@functools.cache
def deal_forms() -> dict[str, DealForm]:
    """The shipped forms of deals by name, in the order of their table."""
    return {form.form: form for form in read_deal_forms(FOLDER / "deal_forms.csv")}


@functools.cache
def recorded_deals() -> tuple[RecordedDeal, ...]:
    """The recorded deals of 2014 to 2025 in the order of time."""
    return read_recorded_deals(FOLDER / "deals_recorded.csv", list(deal_forms().values()))


class Recorded(NamedTuple):
    """A recorded deal with its place in the record."""

    number: int
    deal: RecordedDeal

    @property
    def name(self) -> str:
        """Who bought whom."""
        return f"{self.deal.buyer}/{self.deal.target}"


def left_out(names: Collection[str]) -> tuple[Recorded, ...]:
    """The recorded deals that are meant by some names: of a target, or ``buyer/target``."""
    record = (Recorded(number, deal) for number, deal in enumerate(recorded_deals()))
    return tuple(one for one in record if one.name in names or one.deal.target in names)


def history(without: Collection[str], start: int) -> Mapping[int, tuple[Recorded, ...]]:
    """The recorded deals of each month from the first of a run, but for those left out.

    Deals before it are part of the world that opens.
    """
    absent = {one.number for one in left_out(without)}
    found = dict[int, tuple[Recorded, ...]]()
    for number, deal in enumerate(recorded_deals()):
        if deal.month >= start and number not in absent:
            found[deal.month] = (*found.get(deal.month, ()), Recorded(number, deal))
    return found


@functools.cache
def deal_names() -> tuple[str, ...]:
    """Every name by which a recorded deal can be left out."""
    deals = recorded_deals()
    pairs = (f"{deal.buyer}/{deal.target}" for deal in deals)
    return tuple(dict.fromkeys([*(deal.target for deal in deals), *pairs]))
