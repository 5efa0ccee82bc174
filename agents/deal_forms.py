"""Forms of deals between firms: who and what moves, who controls, who is paid, what is left."""

from __future__ import annotations

import dataclasses
from importlib.resources.abc import Traversable
from pathlib import Path

from agents.table_rows import cell, read_table

WHO_MOVES = ("none", "founders", "key_staff", "all")
REVIEWED_AS = ("acquisition", "minority_stake", "licence_and_hire", "acqui_hire", "hire", "licence")
"""Classes that merger review tells apart; a rule names those that it covers."""
CLAIMANTS = ("investors", "founders", "staff", "firm")
REMAINDERS = ("continues", "sells_rest", "closes")
HALF = 0.5  # a firm is controlled by who holds more than half of it


@dataclasses.dataclass(frozen=True)
class DealForm:
    """One form of a deal; a row more in the table is one form more."""

    form: str = cell("name of the form", "slug")
    title: str = cell("the form in words", "text")
    who_moves: str = cell("who of the target works for the buyer afterwards", "choice",
                          allowed=WHO_MOVES)  # fmt: skip
    team_share: float = cell("share of the target's team that moves", "number", unit="fraction",
                             high=1.0)  # fmt: skip
    technology_share: float = cell(
        "share of the target's technology that the buyer may use", "number", unit="fraction",
        high=1.0,
    )  # fmt: skip
    exclusive: bool = cell("only the buyer may use that technology afterwards", "bool")
    control: bool = cell("the buyer decides over what is left of the target", "bool")
    stake_share: float = cell("share of the target's equity that the buyer holds afterwards",
                              "number", unit="fraction", high=1.0)  # fmt: skip
    reviewed_as: str = cell("class under which merger review looks at it", "choice",
                            allowed=REVIEWED_AS)  # fmt: skip
    retention_months: int = cell("time over which pay that keeps movers is earned", "whole",
                                 unit="months", high=120)  # fmt: skip
    retention_share: float = cell("share of the price that is such pay", "number",
                                  unit="fraction", high=1.0)  # fmt: skip
    paid: tuple[str, ...] = cell("who is paid out of the rest of the price, in order of claims",
                                 "list", allowed=CLAIMANTS)  # fmt: skip
    remainder: str = cell("what becomes of what does not move", "choice", allowed=REMAINDERS)
    recorded: int = cell("recorded deals of the form, those given up left out", "whole",
                         unit="deals")  # fmt: skip
    assumed: tuple[str, ...] = cell("columns of the row that rest on judgement", "list", blank=True)
    source: str = cell("where the terms come from: ids of sources joined by ;", "text")


TERMS = tuple(
    field.name for field in dataclasses.fields(DealForm)
    if field.name not in ("form", "title", "recorded", "assumed", "source")
)  # fmt: skip
"""Columns that say what the form does."""


def contradictions(form: DealForm) -> dict[str, str]:
    """Column → what is wrong, for terms that cannot stand together."""
    faults = dict[str, str]()
    nobody = form.who_moves == "none"
    if nobody != (form.team_share == 0.0):
        faults["team_share"] = f"does not go with who_moves {form.who_moves!r}"
    if form.who_moves == "all" and form.team_share != 1.0:
        faults["team_share"] = "must be 1 where all move"
    if form.exclusive and form.technology_share == 0.0:
        faults["exclusive"] = "no technology is had of which it could be true"
    if form.control and form.stake_share <= HALF:
        faults["control"] = "needs a stake_share above one half"
    if (form.retention_share > 0.0) != (form.retention_months > 0):
        faults["retention_months"] = "goes with a retention_share, and this with it"
    if form.retention_share > 0.0 and nobody:
        faults["retention_share"] = "nobody moves who could be kept"
    return faults


def read_deal_forms(path: Path | Traversable) -> tuple[DealForm, ...]:
    """All forms of a CSV table, in its order.

    Raises
    ------
    InputError
        At the first faulty row, with file, line, column and what is allowed.
    """
    return read_table(
        path, DealForm, names={"assumed": TERMS}, check=contradictions, unique=("form",)
    )
