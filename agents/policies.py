"""Policies as values: dated changes to visa schemes and country levers, and new schemes."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from agents.levers import Scheme


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

    def names(self) -> tuple[str, ...]:
        """Every field or lever that it touches."""
        return (*self.set, *self.remove)


@dataclasses.dataclass(frozen=True)
class Policy:
    """A named set of dated changes and of new schemes; without any it changes nothing."""

    name: str
    title: str
    source: str = ""
    why: str = ""
    """One line: what is asked by it."""
    changes: tuple[Change, ...] = ()
    schemes: tuple[Scheme, ...] = ()
    written: Mapping[str, Any] = dataclasses.field(default_factory=dict, compare=False, repr=False)
    """The policy as it stands in its file."""
    file: str | None = dataclasses.field(default=None, compare=False, repr=False)
    """What the file is called in complaints."""


NO_POLICY = Policy("none", "No change")
