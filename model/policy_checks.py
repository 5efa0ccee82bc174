"""Checks of a policy file: types of what it says of schemes, and changes in each other's way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agents.declare import nearest
from agents.levers import SCHEME_FIELDS, FieldType, SchemeField
from agents.policies import Change
from model.toml_files import Fault

FIELD_BY_NAME: Mapping[str, SchemeField] = {field.name: field for field in SCHEME_FIELDS}
_PLAIN: Mapping[FieldType, str] = {
    "number": "a number without quotes", "whole": "a whole number without quotes",
    "bool": "true or false without quotes", "list": 'a list ["name", …]',
    "points": "a table { criterion = points, … }", "month": 'text in quotes, such as "2020-01"',
}  # fmt: skip


def type_sentences(settings: Mapping[str, Any]) -> list[str]:
    """One sentence for each field of a scheme whose value has the wrong type or is empty.

    A table of the data holds text alone and may leave cells blank; a file that a person writes
    says what it means.
    """
    sentences = []
    for name, value in settings.items():
        field = FIELD_BY_NAME.get(name)
        if field is None:
            continue
        if isinstance(value, str | list | dict) and not value:
            sentences.append(f"{name}: is empty; to take a condition away, name it in 'remove'")
        elif not _fits(field.type, value):
            allowed = _PLAIN.get(field.type, "text in quotes")
            sentences.append(f"{name}: wrong type (got {value!r}); allowed: {allowed}")
    return sentences


def _fits(type: FieldType, value: Any) -> bool:
    match type:
        case "number" | "whole":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "bool":
            return isinstance(value, bool)
        case "list":
            return isinstance(value, list) and all(isinstance(part, str) for part in value)
        case "points":
            return isinstance(value, dict) and not any(
                isinstance(worth, str | bool) for worth in value.values()
            )
        case _:
            return isinstance(value, str)


def altered_twice(changes: Sequence[tuple[str, Change]]) -> list[Fault]:
    """Fields that two changes of one policy alter in the same month."""
    first = dict[tuple[Any, ...], str]()
    faults = []
    for where, change in changes:
        for name in change.names():
            what = (change.month, change.country, change.scheme, name)
            tiers = (None, change.tier) if change.tier else _tiers_of(change, changes)
            other = next((first[*what, tier] for tier in tiers if (*what, tier) in first), None)
            if other is not None:
                faults.append(Fault(where, f"overlaps {other}: both alter {name} in this month"))
            first[*what, change.tier] = where
    return faults


def _tiers_of(
    change: Change, changes: Sequence[tuple[str, Change]]
) -> tuple[str | None, ...]:
    """Every tier of the same scheme that changes name, and None."""
    tiers = {other.tier for _, other in changes if other.scheme == change.scheme}
    return (None, *sorted(tier for tier in tiers if tier))


def deal_faults(written: Any, known: Sequence[str]) -> list[Fault]:
    """What is wrong with the names of recorded deals that a policy leaves out."""
    key = "without_deals"
    if not isinstance(written, list) or not all(isinstance(name, str) for name in written):
        return [Fault(key, "wrong type", written, 'a list ["target", "buyer/target", …]')]
    if not written:
        return [Fault(key, "is empty", None, "targets of recorded deals, or leave it out")]
    faults = []
    for name in dict.fromkeys(written):
        if name not in known:
            guess = nearest(name, known)
            hint = f"; did you mean {guess!r}?" if guess else ""
            allowed = "targets of the recorded deals, or buyer/target"
            faults.append(Fault(key, f"unknown deal{hint}", name, allowed))
        elif written.count(name) > 1:
            faults.append(Fault(key, "named twice", name))
    return faults
