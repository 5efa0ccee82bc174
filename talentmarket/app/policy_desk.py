"""Policy desk: levers and visa schemes of any country, changed while the world runs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import solara

from agents.country_levers import COUNTRY_LEVERS, LEVERS_BY_NAME, CountryLever
from agents.declare import InputError
from agents.levers import FIELDS, SCHEME_FIELDS, Scheme, SchemeField, month_text
from talentmarket.app import svg
from talentmarket.app.parts import Fault, Note
from talentmarket.app.snapshot import Snapshot
from talentmarket.app.state import State

LEVERS = "levers of the country"
NOT_ON_THE_DESK = ("title", "source", "points")
"""Fields of schemes for which a policy file is the better place."""
FIELDS_BY_NAME: Mapping[str, SchemeField] = {
    field.name: field for field in SCHEME_FIELDS
    if field.settable and field.name not in NOT_ON_THE_DESK
}
YES, NO = "yes", "no"


def subjects(snapshot: Snapshot, country: str) -> list[str]:
    """What can be changed in a country: its levers, and each tier of its open schemes."""
    found = [LEVERS]
    for scheme in snapshot.schemes:
        if scheme.country == country:
            name = subject_of(scheme)
            if name not in found:
                found.append(name)
    return found


def subject_of(scheme: Scheme) -> str:
    """Slug of a scheme, with its tier where there are several."""
    return scheme.id if scheme.tier == "main" else f"{scheme.id}/{scheme.tier}"


def entries(subject: str) -> list[str]:
    """What may be set on a subject."""
    if subject == LEVERS:
        return [lever.name for lever in COUNTRY_LEVERS]
    return list(FIELDS_BY_NAME)


def entry_of(subject: str, name: str) -> CountryLever | SchemeField:
    """The declaration of a lever or of a field of schemes."""
    return LEVERS_BY_NAME[name] if subject == LEVERS else FIELDS_BY_NAME[name]


def value_now(snapshot: Snapshot, country: str, subject: str, name: str) -> Any:
    """The present value as a person would write it; None where there is no such rule."""
    if subject == LEVERS:
        return snapshot.levers[name][snapshot.place(country)]
    for scheme in snapshot.schemes:
        if scheme.country == country and subject_of(scheme) == subject:
            return scheme.as_mapping().get(name)
    return None


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
            return ", ".join(parts) or "0 in every field"
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
    return unit.strip()


def parsed(entry: CountryLever | SchemeField, typed: str, field: str) -> Any:
    """What was typed, as a policy file would write it.

    Raises
    ------
    InputError
        Nothing was typed, or no number where one is needed; ranges are checked with the policy.
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
    return text


def _number(text: str) -> float:
    """The number that was typed, commas between thousands allowed; not a number where none was."""
    try:
        return float(text.replace(",", "").replace(svg.MINUS, "-"))
    except ValueError:
        return math.nan


def written_change(
    country: str, subject: str, name: str, typed: str, field: str, remove: bool, hold: bool
) -> dict[str, Any]:
    """A change as a policy file writes it, but for its date.

    Raises
    ------
    InputError
        What was typed cannot be read.
    """
    change: dict[str, Any] = {"country": country}
    if subject != LEVERS:
        slug, _, tier = subject.partition("/")
        change |= {"scheme": slug, "tier": tier or "main"}
    if remove:
        change["remove"] = [name]
    else:
        change["set"] = {name: parsed(entry_of(subject, name), typed, field)}
    return change | ({"hold": True} if hold else {})


def may_be_removed(subject: str, name: str) -> bool:
    """Whether the rule can be taken away altogether."""
    return subject != LEVERS or LEVERS_BY_NAME[name].removable


@solara.component
def Desk(state: State) -> None:
    """Choose what to change, type the value, and let it act from next month on."""
    subject, set_subject = solara.use_state(LEVERS)
    name, set_name = solara.use_state("returnee_grant_usd")
    typed, set_typed = solara.use_state("")
    field, set_field = solara.use_state(FIELDS[0])
    remove, set_remove = solara.use_state(False)
    hold, set_hold = solara.use_state(True)
    fault, set_fault = solara.use_state("")
    done, set_done = solara.use_state("")
    snapshot = state.snapshot.value
    if snapshot is None:
        return
    country = state.country.value
    choices = subjects(snapshot, country)
    if subject not in choices:
        subject = LEVERS
    known = entries(subject)
    if name not in known:
        name = known[0]
    entry = entry_of(subject, name)
    now = value_now(snapshot, country, subject, name)

    def apply() -> None:
        set_done("")
        try:
            state.change(written_change(
                country, subject, name, typed, field,
                remove and may_be_removed(subject, name), hold,
            ))
        except InputError as problem:
            set_fault(str(problem))
            return
        set_fault("")
        session = state.session
        assert session is not None
        set_done(f"In force from {month_text(session.month + 1)}: {name} in {country}.")

    def withdraw() -> None:
        state.withdraw()
        set_done("")

    def choose(setter: Any) -> Any:
        def chosen(value: Any) -> None:
            set_typed("")
            set_fault("")
            set_done("")
            set_remove(False)
            setter(value)
        return chosen

    solara.Select("Scheme or levers", values=choices, value=subject, on_value=choose(set_subject))
    solara.Select("What to change", values=known, value=name, on_value=choose(set_name))
    unit = f" {entry.unit}" if entry.unit else ""
    Note(f"{entry.meaning}. Now: {shown(now)}{unit if now is not None else ''}.")
    if entry.type == "by_field":
        solara.Select("Field", values=list(FIELDS), value=field, on_value=set_field)
    match entry.type:
        case "bool":
            solara.Select("New value", values=[YES, NO], value=typed or None, on_value=set_typed)
        case "choice":
            solara.Select("New value", values=list(entry.allowed), value=typed or None,
                          on_value=set_typed)  # fmt: skip
        case _:
            solara.InputText("New value", value=typed, on_value=set_typed,
                             continuous_update=True, error=bool(fault))  # fmt: skip
            Note(range_text(entry))
    Fault(fault)
    if may_be_removed(subject, name):
        solara.Checkbox(label="no such rule (take it away)", value=remove, on_value=set_remove)
    solara.Checkbox(label="later reforms of history do not undo it", value=hold, on_value=set_hold)
    solara.Button("Apply from next month", color="primary", on_click=apply,
                  disabled=snapshot.over, block=True)  # fmt: skip
    if snapshot.pending:
        solara.Button("Take back what is not yet in force", on_click=withdraw, small=True,
                      text=True, block=True)  # fmt: skip
    if done:
        Note(done)
    Log(snapshot)


@solara.component
def Log(snapshot: Snapshot) -> None:
    """Everything that was changed on the page, with its month."""
    if not snapshot.changes:
        return
    lines = "".join(
        f"<li>{svg.text_of(f'{month_text(change.month)} {change.country} {told(change)}')}</li>"
        for change in reversed(snapshot.changes)
    )
    text = f"<h2>Changes so far</h2><ul class='tm-log'>{lines}</ul>"
    solara.HTML(tag="div", unsafe_innerHTML=text)


def told(change: Any) -> str:
    """A change in a few words."""
    written = change.as_mapping()
    parts = [f"{name} = {shown(value)}" for name, value in written.get("set", {}).items()]
    parts += [f"no {name}" for name in change.remove]
    scheme = f"{change.scheme} " if change.scheme else ""
    return f"{scheme}{', '.join(parts)}"
