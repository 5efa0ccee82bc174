"""One dated version of one tier of a recorded scheme, and how it is written down."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from agents.levers import SCHEME_FIELDS, Scheme, scheme_from_mapping
from model.data.build.common import Row

Fields = dict[str, Any]

# About 32 000 foreign AI workers came to the United States in three years: even if all of them had
# won capped places, they would be 13 % of 85 000; many come by other routes, so 10 %.
AI_SHARE_OF_APPLICANTS = 0.10
GENERAL_KNOWLEDGE = "general knowledge, no page retrieved"
CONVERTED = "pay at rough exchange rates of 2025"


@dataclasses.dataclass(frozen=True)
class Route:
    """How one raw row becomes one dated version of one tier: what is added, assumed, left out."""

    country: str
    row: str
    id: str
    title: str
    tier: str = "main"
    stated: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    assumed: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    without: tuple[str, ...] = ()
    note: str = ""


def since(month: str, until: str | None = None) -> Fields:
    """The months of a version."""
    return {"valid_from": month} | ({"valid_to": until} if until else {})


def scheme(identity: Fields, fields: Fields, imputed: set[str]) -> Scheme:
    """A checked scheme that names, in the order of the fields, those that are assumed."""
    fields = identity | {name: value for name, value in fields.items() if value is not None}
    flagged = [field.name for field in SCHEME_FIELDS if field.name in imputed & fields.keys()]
    return scheme_from_mapping(fields | {"imputed": flagged}, file="schemes.csv")


def source(row: Row, note: str, has_pay: bool) -> str:
    """The pages of a raw row, whether pay was converted, and what one should know."""
    pages = row["source_url"] or GENERAL_KNOWLEDGE
    return "; ".join(part for part in (pages, CONVERTED if has_pay else "", note) if part)
