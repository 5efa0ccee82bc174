"""Desk fields: how values of levers and of conditions of schemes are shown, typed and read."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import solara

from agents.country_levers import CountryLever
from agents.declare import InputError
from agents.levers import SCHEME_FIELDS, Scheme, SchemeField
from agents.points import CRITERIA, points_from_text
from talentmarket.app import svg
from talentmarket.app.parts import Note

NOT_ON_THE_DESK = ("title", "source")
"""Fields of schemes for which a policy file is the better place."""
FIELDS_BY_NAME: Mapping[str, SchemeField] = {
    field.name: field for field in SCHEME_FIELDS
    if field.settable and field.name not in NOT_ON_THE_DESK
}
YES, NO = "yes", "no"


def subject_of(scheme: Scheme) -> str:
    """Slug of a scheme, with its tier where there are several."""
    return scheme.id if scheme.tier == "main" else f"{scheme.id}/{scheme.tier}"


def shown(value: Any) -> str:
    """A value in a few words."""
    match value:
        case None | [] | ():
            return "none"
        case bool():
            return YES if value else NO
        case dict():
            parts = [f"{key.replace('_', ' ')} {svg.number(float(part))}"
                     for key, part in value.items() if part]  # fmt: skip
            return ", ".join(parts) or "0 everywhere"
        case list() | tuple():
            return ", ".join(str(part) for part in value)
        case float() | int():
            return f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.0f}"
    return str(value)


def range_text(entry: CountryLever | SchemeField) -> str:
    """What may be typed."""
    unit = f" {entry.unit}" if entry.unit else ""
    match entry.type:
        case "number" | "whole" | "by_field":
            low, high = entry.low or 0.0, entry.high
            top = "" if high is None else f" to {high:,.0f}" if high >= 1e5 else f" to {high:g}"
            kind = "whole number" if entry.type == "whole" else "number"
            return f"{kind} from {low:g}{top}{unit}"
        case "month":
            return "a month such as 2024-01"
        case "list":
            return f"names with commas between: {', '.join(entry.allowed)}"
        case "points":
            return f"one criterion a line, such as degree_phd: 30; known: {', '.join(CRITERIA)}"
    return unit.strip()


def beginning(entry: CountryLever | SchemeField, now: Any) -> str:
    """What stands in the field before anything is typed: a points table is edited, not retyped."""
    if entry.type != "points" or not now:
        return ""
    return "\n".join(f"{name}: {worth:g}" for name, worth in now.items())


def parsed(entry: CountryLever | SchemeField, typed: str, field: str) -> Any:
    """What was typed, as a policy file would write it.

    Raises
    ------
    InputError
        Nothing was typed, no number where one is needed, or no points table; ranges are checked
        with the policy.
    """
    text = typed.strip()
    if not text:
        raise InputError("nothing typed", allowed=range_text(entry) or ", ".join(entry.allowed))
    match entry.type:
        case "bool":
            return text == YES
        case "number" | "whole" | "by_field":
            number = _number(text)
            if not math.isfinite(number):
                raise InputError("not a number", value=typed, allowed=range_text(entry))
            value: float = int(number) if number == int(number) else number
            return {field: value} if entry.type == "by_field" else value
        case "list":
            return [part.strip() for part in text.split(",") if part.strip()]
        case "points":
            return points_from_text(text.replace("\n", ";").replace(",", ";"))
    return text


def _number(text: str) -> float:
    """The number that was typed, commas between thousands allowed; not a number where none was."""
    try:
        return float(text.replace(",", "").replace(svg.MINUS, "-"))
    except ValueError:
        return math.nan


def ValueField(
    entry: CountryLever | SchemeField, typed: str, set_typed: Callable[[str], None], fault: bool,
    label: str = "New value",
) -> None:
    """Where the value of a lever or of a condition is typed or chosen, and what may stand there.

    No component of its own, so that a list keeps what was chosen.
    """
    match entry.type:
        case "bool":
            solara.Select(label, values=[YES, NO], value=typed or None, on_value=set_typed)
        case "choice":
            solara.Select(label, values=list(entry.allowed), value=typed or None,
                          on_value=set_typed)  # fmt: skip
        case "points":
            solara.InputTextArea(label, value=typed, on_value=set_typed, continuous_update=True,
                                 error=fault, rows=4)  # fmt: skip
            Note(range_text(entry))
        case _:
            solara.InputText(label, value=typed, on_value=set_typed, continuous_update=True,
                             error=fault)  # fmt: skip
            Note(range_text(entry))
