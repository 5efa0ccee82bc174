"""Scheme form: a new visa scheme, put together condition by condition, then opened."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

import solara

from agents.declare import InputError
from agents.levers import settings_from
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
from talentmarket.app.snapshot import Snapshot
from talentmarket.app.state import State

CONDITIONS = tuple(name for name in FIELDS_BY_NAME if name != "valid_from")
"""What a new scheme may ask; it always opens next month."""
BLANK = "no scheme"


def open_schemes(snapshot: Snapshot, country: str) -> Sequence[str]:
    """Each tier of the schemes of a country that are open."""
    found = [subject_of(scheme) for scheme in snapshot.schemes if scheme.country == country]
    return list(dict.fromkeys(found))


def written_scheme(
    country: str, slug: str, title: str, conditions: Mapping[str, Any]
) -> dict[str, Any]:
    """A new scheme as a policy file writes it, but for its first month."""
    written: dict[str, Any] = {"id": slug.strip(), "country": country}
    if title.strip():
        written["title"] = title.strip()
    return written | dict(conditions)


def with_condition(
    conditions: Mapping[str, Any], name: str, typed: str
) -> dict[str, Any]:
    """The conditions of a draft with one more, or another value of it.

    Raises
    ------
    InputError
        What was typed cannot be read, or cannot be a condition.
    """
    value = parsed(FIELDS_BY_NAME[name], typed, "")
    sentences = settings_from({name: value})[1]
    if sentences:
        raise InputError(sentences[0])
    return {**conditions, name: value}


def conditions_of(snapshot: Snapshot, country: str, subject: str) -> dict[str, Any]:
    """What a scheme that is open asks, without its name, its dates and its sources."""
    for scheme in snapshot.schemes:
        if scheme.country == country and subject_of(scheme) == subject:
            return {name: value for name, value in scheme.as_mapping().items()
                    if name in CONDITIONS}  # fmt: skip
    return {}


@solara.component
def NewScheme(state: State, snapshot: Snapshot) -> None:
    """A draft of a scheme, condition by condition, until it is opened."""
    slug, set_slug = solara.use_state("")
    title, set_title = solara.use_state("")
    like, set_like = solara.use_state(BLANK)
    conditions, set_conditions = solara.use_state(dict[str, Any]())
    name, set_name = solara.use_state(CONDITIONS[0])
    typed, set_typed = solara.use_state(cast(str | None, None))
    faults, set_faults = solara.use_state(dict[str, str]())
    country = state.country.value
    entry = FIELDS_BY_NAME[name]
    text = beginning(entry, conditions.get(name)) if typed is None else typed

    def begin(subject: str) -> None:
        set_like(subject)
        set_conditions(conditions_of(snapshot, country, subject))
        set_typed(None)
        set_faults({})

    def choose(chosen: str) -> None:
        set_name(chosen)
        set_typed(None)
        set_faults({})

    def put() -> None:
        try:
            set_conditions(with_condition(conditions, name, text))
        except InputError as problem:
            set_faults({"condition": str(problem)})
            return
        set_faults({})
        set_typed(None)

    def take_out() -> None:
        set_conditions({key: value for key, value in conditions.items() if key != name})
        set_typed(None)

    def open_it() -> None:
        try:
            state.open_scheme(written_scheme(country, slug, title, conditions))
        except InputError as problem:
            about_slug = re.search(r"\bid: ", str(problem)) is not None
            set_faults({"slug" if about_slug else "scheme": str(problem)})
            return
        set_faults({})
        set_slug("")

    solara.InputText("short name", value=slug, on_value=set_slug, continuous_update=True,
                     error="slug" in faults)  # fmt: skip
    Note("small letters, digits and hyphens, such as kor-gifted")
    Fault(faults.get("slug", ""))
    solara.InputText("title", value=title, on_value=set_title, continuous_update=True)
    values = open_schemes(snapshot, country)
    solara.Select("begin with the conditions of", values=[BLANK, *values],
                  value=like if like in values else BLANK, on_value=begin)  # fmt: skip
    solara.Select("condition", values=list(CONDITIONS), value=name, on_value=choose)
    unit = f" ({entry.unit})" if entry.unit and entry.type != "points" else ""
    Note(f"{entry.meaning}{unit}.")
    ValueField(entry, text, set_typed, "condition" in faults, "value")
    Fault(faults.get("condition", ""))
    solara.Button("Put into the draft", on_click=put, small=True, outlined=True, block=True)
    if name in conditions:
        solara.Button("Take out of the draft", on_click=take_out, small=True, text=True,
                      block=True)  # fmt: skip
    lines = "".join(f"<li>{svg.text_of(f'{key}: {shown(value)}')}</li>"
                    for key, value in conditions.items())  # fmt: skip
    lines = lines or "<li>no conditions: whoever wants may come</li>"
    draft = f"<h2>The draft</h2><ul class='tm-log'>{lines}</ul>"
    solara.HTML(tag="div", unsafe_innerHTML=draft)
    Fault(faults.get("scheme", ""))
    solara.Button("Open from next month", color="primary", on_click=open_it,
                  disabled=snapshot.over, block=True)  # fmt: skip
