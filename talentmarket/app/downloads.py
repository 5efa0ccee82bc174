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

from agents.levers import month_text
from agents.policies import Policy
from experiments.record import COLUMNS, Record
from model.policy_files import read_policy
from model.toml_files import shipped_names
from talentmarket.app.parts import Note
from talentmarket.app.session import DESK_TITLE, Session
from talentmarket.app.state import State

BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


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

    The scenario ends with the last month lived. It names its policies: shipped ones by name, a
    person's own and the changes that were made on the page by files beside it.
    """
    with session.held():
        scenario = session.specification
        until, changes, schemes = session.month, session.changes, session.schemes
    policies, files = [], {}
    for policy in scenario.policies:
        if _is_shipped(policy):
            policies.append(policy.name)
        else:
            policies.append(f"{policy.name}.toml")
            files[policies[-1]] = policy_text("A policy that the scenario names", policy)
    if changes or schemes:
        decided = Policy(session.desk, DESK_TITLE, changes=changes, schemes=schemes)
        policies.append(f"{decided.name}.toml")
        comment = "What was changed on the page, and from which month on"
        files[policies[-1]] = policy_text(comment, decided)
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


def _is_shipped(policy: Policy) -> bool:
    return policy.name in shipped_names("policy") and policy == read_policy(policy.name)


def policy_text(comment: str, policy: Policy) -> str:
    """A policy as the file that says it."""
    written = policy.as_mapping()
    arrays: dict[str, Any] = {
        key: written.pop(key) for key in ("change", "scheme") if key in written
    }
    return toml_text(comment, written, arrays)


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
