"""Scenarios: the years, the scale, the seed and the settings of one simulated world."""

from __future__ import annotations

import dataclasses
import math
import os
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from agents.declare import InputError, nearest, unknown_name
from agents.levers import month_number, month_text
from agents.policies import NO_POLICY, Policy
from model.governments import registry
from model.policy_files import PolicyLike, read_policy
from model.recorded_deals import ENDOGENOUS, RECORDED, SOURCES, deal_names, left_out
from model.toml_files import (
    Fault,
    find_text,
    is_path,
    line_of,
    parsed,
    raise_together,
    shipped_names,
)

Settings = Mapping[str, float]

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
PARAMETER_NAME = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
LARGEST_SEED = 2**63 - 1

# What a later version will read. An empty entry changes nothing and is accepted.
NOT_YET = {
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
    policies
        Policies in force: names of shipped ones, paths of files, or policies; later ones win.
    governments
        Strategy of a country, or of ``all``: a name, or a table with ``strategy`` and its settings.
        Who is not named follows history.
    shocks
        Empty in this version.
    deals
        Where deals between firms come from: ``endogenous``, firms agree on them, or ``recorded``,
        those of the record happen at their dates and no others.

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
    policies: tuple[Policy, ...] = ()
    governments: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    parameters: Settings = dataclasses.field(default_factory=dict)
    shocks: tuple[Mapping[str, Any], ...] = ()
    deals: str = ENDOGENOUS

    def __post_init__(self) -> None:
        values = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        raise_together(_faults(values), file=None)
        read = tuple(read_policy(policy) for policy in self.policies)
        object.__setattr__(self, "policies", tuple(p for p in read if p.name != NO_POLICY.name))
        for policy in self.policies:
            _check_deals(policy, self.deals, self.start_month)

    @property
    def start_month(self) -> int:
        """The first simulated month as a number of months."""
        return month_number(self.start)

    @property
    def end_month(self) -> int:
        """The last simulated month as a number of months."""
        return month_number(self.end)

    def as_mapping(self) -> dict[str, Any]:
        """The scenario as plain values, policies by name."""
        values = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        return values | {"policies": [policy.name for policy in self.policies]}

    def with_changes(
        self,
        *,
        seed: int | None = None,
        until: str | None = None,
        persons_per_agent: float | None = None,
        parameters: Settings | None = None,
        policies: Sequence[PolicyLike] = (),
        governments: Mapping[str, Any] | None = None,
    ) -> Scenario:
        """The scenario as it is really run: what is given here wins over what the file says.

        Policies come on top of those of the scenario.
        """
        changes: dict[str, Any] = {
            "seed": seed, "end": until, "persons_per_agent": persons_per_agent,
            "governments": governments,
        }
        changes = {key: value for key, value in changes.items() if value is not None}
        if parameters:
            changes["parameters"] = {**self.parameters, **parameters}
        if policies:
            changes["policies"] = (*self.policies, *policies)
        return dataclasses.replace(self, **changes)


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
    text, file = find_text(name_or_path, "scenario")
    return scenario_from(text, file=file)


def shipped_scenarios() -> tuple[str, ...]:
    """The names of the scenarios that come with the package, sorted."""
    return shipped_names("scenario")


def scenario_from(text: str, *, file: str) -> Scenario:
    """A scenario from TOML text; ``file`` is named in every complaint."""
    written = parsed(text, file=file)
    if written.keys() & {"change", "scheme"}:
        raise InputError("this file is a policy, not a scenario", file=file)
    if isinstance(written.get("parameters"), dict):
        written["parameters"] = _flat(written["parameters"])
    raise_together(_key_faults(written) or _faults(written), file=file, text=text)
    written["policies"] = _policies_of(written.get("policies", ()), file, text)
    written["persons_per_agent"] = float(written["persons_per_agent"])
    written["shocks"] = tuple(written.get("shocks", ()))
    return Scenario(**written)


def _policies_of(names: Sequence[str], file: str, text: str) -> tuple[Policy, ...]:
    """The policies that a scenario file names; paths count from where the file stands."""
    found = []
    for name in names:
        try:
            given = os.path.join(os.path.dirname(file), name) if is_path(name) else name
            found.append(read_policy(given))
        except InputError as fault:
            raise InputError(
                str(fault), file=file, line=line_of(text, "policies"), key="policies"
            ) from None
    return tuple(found)


def _flat(parameters: dict[str, Any]) -> dict[str, Any]:
    """``group.name`` keys, whether they were written in quotes or as TOML's dotted keys."""
    flat: dict[str, Any] = {}
    for key, value in parameters.items():
        if isinstance(value, dict):
            flat.update({f"{key}.{name}": number for name, number in value.items()})
        else:
            flat[key] = value
    return flat


def _key_faults(written: Mapping[str, Any]) -> list[Fault]:
    """Keys that mean nothing and keys that are missing."""
    unknown = [
        Fault(key, str(unknown_name("key", key, FIELDS)), allowed=", ".join(FIELDS))
        for key in written if key not in FIELDS
    ]
    missing = [Fault(key, "is missing") for key in REQUIRED if key not in written]
    return unknown + missing


def _faults(values: Mapping[str, Any]) -> list[Fault]:
    """Everything wrong with the values of a scenario that has all required keys."""
    checks: dict[str, Callable[[str, Any], list[Fault]]] = {
        "name": _name_faults,
        "title": _title_faults,
        "start": _month_faults,
        "end": _month_faults,
        "persons_per_agent": _scale_faults,
        "seed": _seed_faults,
        "parameters": _parameter_faults,
        "policies": _policy_faults,
        "deals": _deals_faults,
        "governments": _governments_faults,
        **dict.fromkeys(NOT_YET, _not_yet_faults),
    }
    faults = [
        fault for key, check in checks.items() if key in values for fault in check(key, values[key])
    ]
    if not any(fault.key in ("start", "end") for fault in faults):
        start, end = values["start"], values["end"]
        if month_number(end) < month_number(start):
            faults.append(
                Fault("end", "the last month lies before the first", end, f"{start} or later")
            )
    return faults


def _name_faults(key: str, value: Any) -> list[Fault]:
    """A name becomes part of a folder's name."""
    if isinstance(value, str) and NAME.fullmatch(value):
        return []
    return [Fault(key, "not a short name", value, "letters, digits, '-', '_' and '.'")]


def _title_faults(key: str, value: Any) -> list[Fault]:
    if isinstance(value, str) and value.strip() and "\n" not in value:
        return []
    return [Fault(key, "not a title", value, "one line of text")]


def _month_faults(key: str, value: Any) -> list[Fault]:
    try:
        if isinstance(value, str):
            month_number(value)
            return []
    except ValueError:
        pass
    return [Fault(key, "not a month", value, 'a year and a month in quotes, such as "2019-01"')]


def _scale_faults(key: str, value: Any) -> list[Fault]:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if is_number and 0 < value < math.inf:
        return []
    return [Fault(key, "not a scale", value, "a number above 0, such as 100")]


def _seed_faults(key: str, value: Any) -> list[Fault]:
    is_integer = isinstance(value, int) and not isinstance(value, bool)
    if is_integer and 0 <= value <= LARGEST_SEED:
        return []
    return [Fault(key, "not a seed", value, "a whole number from 0 to 2**63 - 1")]


def _parameter_faults(key: str, value: Any) -> list[Fault]:
    """Only the form is checked here; the model knows which parameters exist."""
    if not isinstance(value, Mapping):
        return [Fault(key, "not a table of settings", value, "group.name = number")]
    faults = []
    for name, number in value.items():
        if not PARAMETER_NAME.fullmatch(str(name)):
            faults.append(Fault(f"{key}.{name}", "not a parameter's name", None, "group.name"))
        elif not isinstance(number, (int, float)) or isinstance(number, bool):
            faults.append(Fault(f"{key}.{name}", "not a number", number, "a number"))
    return faults


def _policy_faults(key: str, value: Any) -> list[Fault]:
    """Policies are a list, each one named once."""
    if isinstance(value, str) or not isinstance(value, Sequence):
        return [Fault(key, "not a list of policies", value, 'a list such as ["name", "my.toml"]')]
    if not all(isinstance(policy, (str, os.PathLike, Policy)) for policy in value):
        return [Fault(key, "not a list of names", value, 'a list such as ["name", "my.toml"]')]
    names = [policy.name if isinstance(policy, Policy) else str(policy) for policy in value]
    return [Fault(key, "named twice", name) for name in set(names) if names.count(name) > 1]


def _deals_faults(key: str, value: Any) -> list[Fault]:
    if value in SOURCES:
        return []
    guess = nearest(value, SOURCES) if isinstance(value, str) else None
    hint = f"; did you mean {guess!r}?" if guess else ""
    return [Fault(key, f"no source of deals{hint}", value, ", ".join(SOURCES))]


def _check_deals(policy: Policy, deals: str, start: int) -> None:
    """Whether a policy that leaves out deals would change anything.

    Raises
    ------
    InputError
        No recorded deals happen, or those it names lie before the first month.
    """
    if not policy.without_deals:
        return
    key = f"policy {policy.name}, without_deals"
    if deals != RECORDED:
        raise InputError(
            "leaves out recorded deals, but none happen in this scenario", file=policy.file,
            key=key, value=list(policy.without_deals),
            allowed='a scenario with deals = "recorded", such as history',
        )
    for name in policy.without_deals:
        if name not in deal_names():
            raise unknown_name("deal", name, deal_names(), file=policy.file)
        last = max(one.deal.month for one in left_out([name]))
        if last < start:
            raise InputError(
                f"the deal of {month_text(last)} is part of the world that opens",
                file=policy.file, key=key, value=name,
                allowed=f"deals of {month_text(start)} or later",
            )


def _governments_faults(key: str, value: Any) -> list[Fault]:
    return [
        Fault(fault.key or key, fault.message, fault.value, fault.allowed)
        for fault in registry.check(value)
    ]


def _not_yet_faults(key: str, value: Any) -> list[Fault]:
    return [Fault(key, NOT_YET[key], value, "leave it out")] if value else []
