"""Policy desk: levers and visa schemes of any country, changed while the world runs."""

from __future__ import annotations

from typing import Any, cast

import solara

from agents.country_levers import COUNTRY_LEVERS, LEVERS_BY_NAME, CountryLever
from agents.declare import InputError
from agents.levers import FIELDS, SchemeField, month_text
from talentmarket.app import svg
from talentmarket.app.desk_fields import (
    FIELDS_BY_NAME,
    ValueField,
    beginning,
    parsed,
    shown,
    subject_of,
)
from talentmarket.app.parts import Fault, Note
from talentmarket.app.scheme_form import NewScheme, open_schemes
from talentmarket.app.snapshot import Snapshot
from talentmarket.app.state import State

LEVERS = "levers of the country"
NEW = "a new visa scheme …"


def subjects(snapshot: Snapshot, country: str) -> list[str]:
    """What can be changed in a country: its levers, each tier of its open schemes, a new scheme."""
    return [LEVERS, *open_schemes(snapshot, country), NEW]


def entries(subject: str) -> list[str]:
    """What may be set on a subject."""
    return [lever.name for lever in COUNTRY_LEVERS] if subject == LEVERS else list(FIELDS_BY_NAME)


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
    snapshot = state.snapshot.value
    if snapshot is None:
        return
    choices = subjects(snapshot, state.country.value)
    if subject not in choices:
        subject = LEVERS
    solara.Select("Scheme or levers", values=choices, value=subject, on_value=set_subject)
    if subject == NEW:
        NewScheme(state, snapshot)
    else:
        ChangeForm(state, snapshot, subject).key(f"{subject} in {state.country.value}")
    if snapshot.pending:
        solara.Button("Take it back", on_click=state.withdraw, small=True,
                      text=True, block=True)  # fmt: skip
    Log(snapshot)


@solara.component
def ChangeForm(state: State, snapshot: Snapshot, subject: str) -> None:
    """A new value for a lever, or for a condition of a scheme."""
    known = entries(subject)
    first = "returnee_grant_usd" if subject == LEVERS else known[0]
    name, set_name = solara.use_state(first)
    typed, set_typed = solara.use_state(cast(str | None, None))
    field, set_field = solara.use_state(FIELDS[0])
    remove, set_remove = solara.use_state(False)
    hold, set_hold = solara.use_state(True)
    fault, set_fault = solara.use_state("")
    done, set_done = solara.use_state(-1)
    country = state.country.value
    entry = entry_of(subject, name)
    now = value_now(snapshot, country, subject, name)
    text = beginning(entry, now) if typed is None else typed

    def apply() -> None:
        set_done(-1)
        try:
            state.change(written_change(
                country, subject, name, text, field,
                remove and may_be_removed(subject, name), hold,
            ))
        except InputError as problem:
            set_fault(str(problem))
            return
        set_fault("")
        session = state.session
        assert session is not None
        set_done(session.decided)

    def choose(chosen: str) -> None:
        set_typed(None)
        set_fault("")
        set_done(-1)
        set_remove(False)
        set_name(chosen)

    solara.Select("What to change", values=known, value=name, on_value=choose)
    unit = f" {entry.unit}" if entry.unit and now is not None else ""
    is_below = bool(beginning(entry, now))
    Note(f"{entry.meaning}. Now: {'below' if is_below else shown(now) + unit}.")
    if entry.type == "by_field":
        solara.Select("Field", values=list(FIELDS), value=field, on_value=set_field)
    ValueField(entry, text, set_typed, bool(fault))
    Fault(fault)
    if may_be_removed(subject, name):
        solara.Checkbox(label="no such rule (take it away)", value=remove, on_value=set_remove)
    solara.Checkbox(label="later reforms of history do not undo it", value=hold, on_value=set_hold)
    solara.Button("Apply from next month", color="primary", on_click=apply,
                  disabled=snapshot.over, block=True)  # fmt: skip
    if done == snapshot.decided:   # until it is taken back, or something else is decided
        Note(f"In force from {month_text(snapshot.changes[-1].month)}: {name} in {country}.")


@solara.component
def Log(snapshot: Snapshot) -> None:
    """Everything that was changed on the page, with its month."""
    found = [(change.month, f"{change.country} {told(change)}") for change in snapshot.changes]
    found += [(scheme.valid_from or 0, f"{scheme.country} new scheme {scheme.id}: {scheme.title}")
              for scheme in snapshot.new_schemes]  # fmt: skip
    if not found:
        return
    lines = "".join(
        f"<li>{svg.text_of(f'{month_text(month)} {text}')}</li>"
        for month, text in sorted(found, key=lambda entry: -entry[0])
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
