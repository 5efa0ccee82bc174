"""Scenario files: a scenario of one's own, with the policies it names, as the page was given it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import solara

from agents.declare import InputError
from model.parameters import Parameters
from model.scenario import Scenario, read_scenario
from model.toml_files import is_path, line_of, parsed

MOST_BYTES = 1_000_000
"""Of a file; a scenario or a policy needs far less."""
POLICY_KEYS = {"change", "scheme", "without_deals"}


@solara.component_vue("files.vue")
def _Files(label: str, most: int, event_read: Callable[[list[Mapping[str, Any]]], None]) -> None:
    """A field for files, which reads them in the browser."""


def Files(label: str, on_read: Callable[[Mapping[str, str]], None],
          on_fault: Callable[[InputError], None]) -> None:
    """A field in which files are chosen.

    Parameters
    ----------
    on_read
        Is given the texts of the files by name.
    on_fault
        Is given what is wrong with them where they are no texts.
    """
    def read(files: list[Mapping[str, Any]]) -> None:
        try:
            texts = texts_of(files)
        except InputError as fault:
            on_fault(fault)
            return
        if texts:
            on_read(texts)

    _Files(label=label, most=MOST_BYTES, event_read=read)


def texts_of(files: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Texts by name of what the browser read.

    Raises
    ------
    InputError
        A file is too large or no text.
    """
    return {Path(file["name"]).name: _text_of(file) for file in files}


def _text_of(file: Mapping[str, Any]) -> str:
    name, text = file["name"], str(file["text"])
    if file["size"] > MOST_BYTES:
        raise InputError("too large for a scenario", file=name, value=file["size"],
                         allowed=f"up to {MOST_BYTES} bytes")  # fmt: skip
    if "\N{REPLACEMENT CHARACTER}" in text:
        raise InputError("not a text file in UTF-8", file=name)
    return text


def scenario_at(path: str) -> Scenario:
    """The scenario of a name or path, and whether it can be opened.

    Raises
    ------
    InputError
        It cannot be used; with file, line and key where these are known.
    """
    scenario = read_scenario(path)
    if is_path(path):
        _check_parameters(scenario, Path(path).read_text("utf-8"), path)
    return scenario


def scenario_of(files: Mapping[str, str]) -> Scenario:
    """The scenario among some files, the policies that it names among them too.

    Parameters
    ----------
    files
        Texts by name.

    Raises
    ------
    InputError
        There is not one scenario, or it cannot be used; with file, line and key.
    """
    name = _scenario_among(files)
    _check_policies(files, name)
    with tempfile.TemporaryDirectory() as folder:
        for file, text in files.items():
            Path(folder, file).write_text(text, encoding="utf-8")
        try:
            return scenario_at(os.path.join(folder, name))
        except InputError as fault:
            raise InputError(str(fault).replace(f"{folder}{os.sep}", "")) from None


def _scenario_among(files: Mapping[str, str]) -> str:
    """The file that holds the scenario; a file alone is meant to."""
    written = {name: parsed(text, file=name) for name, text in files.items()}
    found = [name for name, keys in written.items() if not keys.keys() & POLICY_KEYS]
    if len(files) == 1:
        found = list(files)
    if len(found) != 1:
        raise InputError(
            "not one scenario", value=", ".join(found) or None,
            allowed="one scenario file, and beside it the policy files that it names",
        )
    return found[0]


def _check_policies(files: Mapping[str, str], name: str) -> None:
    """Whether the policy files that a scenario names were given with it."""
    policies = parsed(files[name], file=name).get("policies", [])
    for policy in policies if isinstance(policies, list) else []:
        if isinstance(policy, str) and is_path(policy) and policy not in files:
            raise InputError(
                "names a policy file that was not chosen with it", file=name,
                line=line_of(files[name], "policies"), key="policies", value=policy,
                allowed="choose the scenario and its policy files together",
            )


def _check_parameters(scenario: Scenario, text: str, file: str) -> None:
    """Whether the parameters exist and keep to their ranges.

    Raises
    ------
    InputError
        All faults together, each with its line.
    """
    faults = []
    for name, value in scenario.parameters.items():
        try:
            Parameters.with_settings({name: value})
        except InputError as fault:
            line = line_of(text, f"parameters.{name}")
            faults.append(str(InputError(str(fault), line=line)))
    if faults:
        raise InputError("; ".join(faults), file=file)
