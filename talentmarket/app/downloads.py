"""Downloads: tables, pictures, and files with which the command line lives the same world again."""

from __future__ import annotations

import io
import json
import math
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import solara

from agents.levers import Scheme, month_text
from agents.policies import Change
from experiments.record import COLUMNS, Record
from model.toml_files import shipped_names
from talentmarket.app.parts import Note
from talentmarket.app.session import DESK, HEAD, Session
from talentmarket.app.state import State

BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
DESK_FILE = f"{DESK}.toml"


# TOML -----------------------------------------------------------------------------------------


def toml_value(value: Any) -> str:
    """A plain value as TOML writes it; tables on one line.

    Raises
    ------
    TypeError
        TOML has no such value.
    """
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        case int():
            return str(value)
        case float() if math.isfinite(value):
            return repr(value)
        case list() | tuple():
            return f"[{', '.join(toml_value(part) for part in value)}]"
        case Mapping():
            parts = [f"{_key(name)} = {toml_value(part)}" for name, part in value.items()]
            return f"{{ {', '.join(parts)} }}" if parts else "{}"
    raise TypeError(f"TOML has no value like {value!r}")


def _key(name: str) -> str:
    return name if BARE_KEY.fullmatch(name) else toml_value(name)


def toml_text(
    comment: str, values: Mapping[str, Any],
    arrays: Mapping[str, Sequence[Mapping[str, Any]]] = MappingProxyType({}),
) -> str:
    """A TOML file: a comment, values, and arrays of tables such as ``[[change]]``."""
    lines = [f"# {comment}"]
    lines += [f"{_key(name)} = {toml_value(value)}" for name, value in values.items()]
    for array, tables in arrays.items():
        for table in tables:
            lines += ["", f"[[{array}]]"]
            lines += [f"{_key(name)} = {toml_value(value)}" for name, value in table.items()]
    return "\n".join(lines) + "\n"


# The world again ------------------------------------------------------------------------------


def run_files(session: Session) -> dict[str, str]:
    """Name and text of the files that live the world of a session again.

    The scenario ends with the last month lived. It names its shipped policies and, where
    something was changed, the file of the changes beside it.
    """
    with session.held():
        scenario = session.specification
        until, changes, schemes = session.month, session.changes, session.schemes
    policies = [policy.name for policy in scenario.policies]
    shipped = set(shipped_names("policy"))
    assert set(policies) <= shipped, "the page starts with shipped policies only"
    files = {}
    if changes or schemes:
        policies.append(DESK_FILE)
        files[DESK_FILE] = policy_text(changes, schemes)
    name = f"{scenario.name}-page"
    values: dict[str, Any] = {
        "name": name, "title": f"{scenario.title}, as played on the page",
        "start": scenario.start, "end": month_text(until),
        "persons_per_agent": scenario.persons_per_agent, "seed": scenario.seed,
        "deals": scenario.deals, "policies": policies, "governments": dict(scenario.governments),
        "parameters": dict(scenario.parameters),
    }
    comment = f"Live it again: talentmarket run {name}.toml"
    return {f"{name}.toml": toml_text(comment, values), **files}


def policy_text(changes: Sequence[Change], schemes: Sequence[Scheme] = ()) -> str:
    """Changes and new schemes as one policy file."""
    comment = "What was changed on the page, and from which month on"
    return toml_text(comment, HEAD, {
        "change": [change.as_mapping() for change in changes],
        "scheme": [scheme.as_mapping() for scheme in schemes],
    })  # fmt: skip


def zipped(files: Mapping[str, str]) -> bytes:
    """Files in one archive."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return held.getvalue()


def run_archive(session: Session) -> bytes:
    """The files of the run, zipped."""
    return zipped(run_files(session))


def table_archive(session: Session) -> bytes:
    """Every table of a run folder as CSV, of the world and of its twin, zipped."""
    with session.held():
        records = {"world": Record.of(session.market, wall_seconds=0.0)}
        if session.twin is not None:
            records["twin"] = Record.of(session.twin, wall_seconds=0.0)
    files = {}
    for world, record in records.items():
        for table, columns in COLUMNS.items():
            frame = getattr(record, table)[list(columns)]
            files[f"{world}/{table}.csv"] = frame.to_csv(index=False, lineterminator="\n")
    return zipped(files)


@solara.component
def Downloads(state: State, drawn: Callable[[], Mapping[str, str]]) -> None:
    """What can be taken home.

    Parameters
    ----------
    drawn
        Gives the pictures that are seen now, by name.
    """
    snapshot, session = state.snapshot.value, state.session
    if snapshot is None or session is None:
        return
    name = f"{snapshot.scenario}-seed{snapshot.seed}-{month_text(snapshot.month)}"
    solara.FileDownload(lambda: table_archive(session), f"{name}-tables.zip",
                        label="Tables (CSV)")  # fmt: skip
    solara.FileDownload(lambda: zipped(drawn()), f"{name}-pictures.zip", label="Pictures (SVG)")
    if snapshot.month >= snapshot.first_month:
        solara.FileDownload(lambda: run_archive(session), f"{name}-run.zip",
                            label="This run, to repeat")  # fmt: skip
        Note(
            "The run: a scenario and the log of your changes. Unzip it, then "
            f"`talentmarket run {snapshot.scenario}-page.toml` gives the same tables."
        )
