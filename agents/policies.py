"""Policies as values: dated changes to visa schemes and country levers, and new schemes."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from agents.country_levers import LEVERS_BY_NAME, lever_text
from agents.declare import unknown_name
from agents.levers import SCHEME_FIELDS, Scheme, month_text, written_setting

CHANGEABLE = tuple(field.name for field in SCHEME_FIELDS)


@dataclasses.dataclass(frozen=True)
class Change:
    """What one government alters from one month on.

    ``set`` holds values as read: scheme fields as :class:`~agents.levers.Scheme` holds them, levers
    as numbers (by field as a table of numbers). Without a scheme it is about levers of the country.
    """

    month: int
    country: str
    set: Mapping[str, Any]
    scheme: str | None = None
    tier: str | None = None
    """One tier of the scheme; None for all."""
    remove: tuple[str, ...] = ()
    hold: bool = False
    """Whether later changes of history to these fields are ignored."""
    why: str = ""
    """The policy it belongs to, or the source of a reform of history."""

    def __post_init__(self) -> None:
        known = LEVERS_BY_NAME if self.scheme is None else CHANGEABLE
        for name in self.names():
            if name not in known:
                what = "lever" if self.scheme is None else "field of a scheme"
                raise unknown_name(what, name, known)

    def names(self) -> tuple[str, ...]:
        """Every field or lever that it touches."""
        return (*self.set, *self.remove)

    def as_mapping(self) -> dict[str, Any]:
        """The change as a person would write it in a policy file."""
        written: dict[str, Any] = {"from": month_text(self.month), "country": self.country}
        if self.scheme is not None:
            written["scheme"] = self.scheme
        if self.tier is not None:
            written["tier"] = self.tier
        if self.set:
            as_written = written_setting if self.scheme else written_lever
            written["set"] = {name: as_written(name, value) for name, value in self.set.items()}
        if self.remove:
            written["remove"] = list(self.remove)
        return written | ({"hold": True} if self.hold else {})


@dataclasses.dataclass(frozen=True)
class Policy:
    """A named set of dated changes, new schemes and deals left out; without any it is idle."""

    name: str
    title: str
    source: str = ""
    why: str = ""
    """One line: what is asked by it."""
    changes: tuple[Change, ...] = ()
    schemes: tuple[Scheme, ...] = ()
    without_deals: tuple[str, ...] = ()
    """Recorded deals that do not happen: names of targets, or ``buyer/target``."""
    written: Mapping[str, Any] = dataclasses.field(default_factory=dict, compare=False, repr=False)
    """The policy as it stands in its file."""
    file: str | None = dataclasses.field(default=None, compare=False, repr=False)
    """What the file is called in complaints."""
    reason: str = dataclasses.field(default="", compare=False, repr=False)
    """Why its new schemes open, as the table of policies says it; name and title where empty."""

    def as_mapping(self) -> dict[str, Any]:
        """The policy as it stands in its file, or as it would if it had one."""
        if self.written:
            return dict(self.written)
        texts = {"name": self.name, "title": self.title, "source": self.source, "why": self.why}
        written: dict[str, Any] = {key: text for key, text in texts.items() if text}
        if self.changes:
            written["change"] = [change.as_mapping() for change in self.changes]
        if self.schemes:
            written["scheme"] = [scheme.as_mapping() for scheme in self.schemes]
        if self.without_deals:
            written["without_deals"] = list(self.without_deals)
        return written


def written_lever(name: str, value: Any) -> Any:
    """The value of a lever as a person would write it; by field as a table of numbers."""
    return dict(value) if isinstance(value, Mapping) else lever_text(LEVERS_BY_NAME[name], value)


NO_POLICY = Policy("none", "No change")
