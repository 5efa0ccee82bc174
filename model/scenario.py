"""Scenarios: the years, the scale, the seed and the settings of one simulated world."""

from __future__ import annotations

import dataclasses
import importlib.resources
import math
import os
import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from agents.declare import InputError, nearest, unknown_name
from agents.levers import month_number

Settings = Mapping[str, float]

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
PARAMETER_NAME = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
LARGEST_SEED = 2**63 - 1

# What a later version will read. An empty entry changes nothing and is accepted.
NOT_YET = {
    "policies": "policies are not available in this version",
    "governments": "strategies of governments are not available in this version",
    "shocks": "shocks are not available in this version",
}


@dataclasses.dataclass(frozen=True)
class Scenario:
    """Everything that decides a run besides the program and its data tables.

    Parameters
    ----------
    name, title
        A short name for files and folders; one line for people.
    start, end
        First and last month, both simulated, as ``"2019-01"``.
    persons_per_agent
        Persons for whom one simulated researcher stands.
    seed
        Names the luck of the run: the same seed gives the same numbers.
    parameters
        ``{"group.name": value}``; what is left out keeps its declared value.
    policies, governments, shocks
        Empty in this version.

    Raises
    ------
    InputError
        All faults together.
    """

    name: str
    title: str
    start: str
    end: str
    persons_per_agent: float
    seed: int
    policies: tuple[str, ...] = ()
    governments: Mapping[str, str] = dataclasses.field(default_factory=dict)
    parameters: Settings = dataclasses.field(default_factory=dict)
    shocks: tuple[Mapping[str, Any], ...] = ()

    def __post_init__(self) -> None:
        values = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        _raise_together(_faults(values), file=None)

    @property
    def start_month(self) -> int:
        """The first simulated month as a number of months."""
        return month_number(self.start)

    @property
    def end_month(self) -> int:
        """The last simulated month as a number of months."""
        return month_number(self.end)

    def with_changes(
        self,
        *,
        seed: int | None = None,
        until: str | None = None,
        persons_per_agent: float | None = None,
        parameters: Settings | None = None,
    ) -> Scenario:
        """The scenario as it is really run: what is given here wins over what the file says."""
        changes: dict[str, Any] = {
            "seed": seed, "end": until, "persons_per_agent": persons_per_agent,
        }
        changes = {key: value for key, value in changes.items() if value is not None}
        if parameters:
            changes["parameters"] = {**self.parameters, **parameters}
        return dataclasses.replace(self, **changes)


@dataclasses.dataclass(frozen=True)
class _Fault:
    """One thing wrong with a scenario."""

    key: str
    message: str
    value: object = None
    allowed: str | None = None

    def error(self, file: str | None) -> InputError:
        return InputError(
            self.message, file=file, key=self.key, value=self.value, allowed=self.allowed
        )


FIELDS = tuple(field.name for field in dataclasses.fields(Scenario))
REQUIRED = FIELDS[:6]


def read_scenario(name_or_path: str | os.PathLike[str]) -> Scenario:
    """The shipped scenario of a name, or the one written in a TOML file.

    Parameters
    ----------
    name_or_path
        A name that :func:`shipped_scenarios` lists, or a path. A text counts as a path when it
        ends in ``.toml`` or holds a folder separator.

    Raises
    ------
    InputError
        The name is unknown, the file cannot be read, or what it says cannot be run.
    """
    text = os.fspath(name_or_path)
    is_path = not isinstance(name_or_path, str) or text.endswith(".toml") or os.sep in text
    if is_path:
        return scenario_from(_read_file(Path(text)), file=text)
    return scenario_from(shipped_text(text), file=f"{text}.toml")


def shipped_scenarios() -> tuple[str, ...]:
    """The names of the scenarios that come with the package, sorted."""
    files = importlib.resources.files("model").joinpath("scenarios").iterdir()
    return tuple(sorted(file.name[:-5] for file in files if file.name.endswith(".toml")))


def shipped_text(name: str) -> str:
    """The TOML text of a shipped scenario."""
    if name not in shipped_scenarios():
        guess = nearest(name, shipped_scenarios())
        hint = f"; did you mean {guess!r}?" if guess else ""
        raise InputError(
            f"unknown scenario {name!r}{hint}",
            allowed=f"{', '.join(shipped_scenarios())}, or a file that ends in .toml",
        )
    return (
        importlib.resources.files("model").joinpath("scenarios", f"{name}.toml").read_text("utf-8")
    )


def scenario_from(text: str, *, file: str) -> Scenario:
    """A scenario from TOML text; ``file`` is named in every complaint."""
    try:
        written = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise InputError(f"not valid TOML: {fault}", file=file) from None
    except RecursionError:
        raise InputError("not valid TOML: nested too deeply", file=file) from None
    if isinstance(written.get("parameters"), dict):
        written["parameters"] = _flat(written["parameters"])
    _raise_together(_key_faults(written) or _faults(written), file=file)
    written["persons_per_agent"] = float(written["persons_per_agent"])
    for key in ("policies", "shocks"):
        written[key] = tuple(written.get(key, ()))
    return Scenario(**written)


def _read_file(path: Path) -> str:
    """The text of a file a person named."""
    try:
        return path.read_text("utf-8")
    except FileNotFoundError:
        raise InputError("no such file", file=str(path)) from None
    except UnicodeDecodeError:
        raise InputError("not a text file in UTF-8", file=str(path)) from None
    except OSError as fault:
        raise InputError(f"cannot be read: {fault.strerror}", file=str(path)) from None


def _flat(parameters: dict[str, Any]) -> dict[str, Any]:
    """``group.name`` keys, whether they were written in quotes or as TOML's dotted keys."""
    flat: dict[str, Any] = {}
    for key, value in parameters.items():
        if isinstance(value, dict):
            flat.update({f"{key}.{name}": number for name, number in value.items()})
        else:
            flat[key] = value
    return flat


def _raise_together(faults: list[_Fault], *, file: str | None) -> None:
    """One InputError for all faults, if there are any."""
    if len(faults) == 1:
        raise faults[0].error(file)
    if faults:
        raise InputError("; ".join(str(fault.error(None)) for fault in faults), file=file)


def _key_faults(written: Mapping[str, Any]) -> list[_Fault]:
    """Keys that mean nothing and keys that are missing."""
    unknown = [
        _Fault(key, str(unknown_name("key", key, FIELDS)), allowed=", ".join(FIELDS))
        for key in written if key not in FIELDS
    ]
    missing = [_Fault(key, "is missing") for key in REQUIRED if key not in written]
    return unknown + missing


def _faults(values: Mapping[str, Any]) -> list[_Fault]:
    """Everything wrong with the values of a scenario that has all required keys."""
    checks: dict[str, Callable[[str, Any], list[_Fault]]] = {
        "name": _name_faults,
        "title": _title_faults,
        "start": _month_faults,
        "end": _month_faults,
        "persons_per_agent": _scale_faults,
        "seed": _seed_faults,
        "parameters": _parameter_faults,
        **dict.fromkeys(NOT_YET, _not_yet_faults),
    }
    faults = [
        fault for key, check in checks.items() if key in values for fault in check(key, values[key])
    ]
    if not any(fault.key in ("start", "end") for fault in faults):
        start, end = values["start"], values["end"]
        if month_number(end) < month_number(start):
            faults.append(
                _Fault("end", "the last month lies before the first", end, f"{start} or later")
            )
    return faults


def _name_faults(key: str, value: Any) -> list[_Fault]:
    """A name becomes part of a folder's name."""
    if isinstance(value, str) and NAME.fullmatch(value):
        return []
    return [_Fault(key, "not a short name", value, "letters, digits, '-', '_' and '.'")]


def _title_faults(key: str, value: Any) -> list[_Fault]:
    if isinstance(value, str) and value.strip() and "\n" not in value:
        return []
    return [_Fault(key, "not a title", value, "one line of text")]


def _month_faults(key: str, value: Any) -> list[_Fault]:
    try:
        if isinstance(value, str):
            month_number(value)
            return []
    except ValueError:
        pass
    return [_Fault(key, "not a month", value, 'a year and a month in quotes, such as "2019-01"')]


def _scale_faults(key: str, value: Any) -> list[_Fault]:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if is_number and 0 < value < math.inf:
        return []
    return [_Fault(key, "not a scale", value, "a number above 0, such as 100")]


def _seed_faults(key: str, value: Any) -> list[_Fault]:
    is_integer = isinstance(value, int) and not isinstance(value, bool)
    if is_integer and 0 <= value <= LARGEST_SEED:
        return []
    return [_Fault(key, "not a seed", value, "a whole number from 0 to 2**63 - 1")]


def _parameter_faults(key: str, value: Any) -> list[_Fault]:
    """Only the form is checked here; the model knows which parameters exist."""
    if not isinstance(value, Mapping):
        return [_Fault(key, "not a table of settings", value, "group.name = number")]
    faults = []
    for name, number in value.items():
        if not PARAMETER_NAME.fullmatch(str(name)):
            faults.append(_Fault(f"{key}.{name}", "not a parameter's name", None, "group.name"))
        elif not isinstance(number, (int, float)) or isinstance(number, bool):
            faults.append(_Fault(f"{key}.{name}", "not a number", number, "a number"))
    return faults


def _not_yet_faults(key: str, value: Any) -> list[_Fault]:
    return [_Fault(key, NOT_YET[key], value, "leave it out")] if value else []
