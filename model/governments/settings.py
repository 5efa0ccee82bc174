"""Settings: what a scenario may say of a strategy, declared with range, source and meaning."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from agents.declare import InputError, nearest


def number(
    value: float, *, low: float, high: float, unit: str, source: str, meaning: str,
    whole: bool = False,
) -> Any:
    """Declare a setting that is a number."""
    metadata = {"low": low, "high": high, "unit": unit, "source": source, "meaning": meaning,
                "whole": whole}  # fmt: skip
    return dataclasses.field(default=value, metadata=metadata)


def choice(value: str, *, allowed: Sequence[str], meaning: str) -> Any:
    """Declare a setting that is one of some names."""
    return dataclasses.field(default=value, metadata={"allowed": allowed, "meaning": meaning})


@dataclasses.dataclass(frozen=True)
class Settings:
    """A strategy with settings, each checked when it is given.

    Raises
    ------
    InputError
        Values of the wrong type or out of range; all faults together.
    """

    def __post_init__(self) -> None:
        declared = {field.name for field in dataclasses.fields(self) if field.metadata}
        given = {key: value for key, value in dataclasses.asdict(self).items() if key in declared}
        faults = setting_faults(type(self), given)
        if len(faults) == 1:
            raise faults[0]
        if faults:
            raise InputError("; ".join(str(fault) for fault in faults))
        for field in dataclasses.fields(self):
            if field.metadata.get("whole"):
                object.__setattr__(self, field.name, int(getattr(self, field.name)))


def setting_faults(
    strategy: Any, given: Mapping[str, Any], prefix: str = ""
) -> list[InputError]:
    """What is wrong with settings given to a strategy of some class.

    Parameters
    ----------
    prefix
        Stands before each name in complaints.
    """
    # what is not declared as a setting comes from programs alone
    known = {
        field.name: field.metadata for field in dataclasses.fields(strategy) if field.metadata
    } if dataclasses.is_dataclass(strategy) else {}
    faults = []
    for name, value in given.items():
        key = f"{prefix}{name}"
        if name not in known:
            guess = nearest(name, known)
            hint = f"; did you mean {guess!r}?" if guess else ""
            listed = ", ".join(known) or "none: this strategy has no settings"
            faults.append(InputError(f"unknown setting{hint}", key=key, allowed=listed))
        elif "allowed" in known[name]:
            faults += _choice_faults(key, value, known[name]["allowed"])
        else:
            faults += _number_faults(key, value, known[name])
    return faults


def _choice_faults(key: str, value: Any, allowed: Sequence[str]) -> list[InputError]:
    if value in allowed:
        return []
    guess = nearest(value, allowed) if isinstance(value, str) else None
    hint = f"; did you mean {guess!r}?" if guess else ""
    return [InputError(f"unknown name{hint}", key=key, value=value, allowed=", ".join(allowed))]


def _number_faults(key: str, value: Any, declared: Mapping[str, Any]) -> list[InputError]:
    low, high, whole = declared["low"], declared["high"], declared["whole"]
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and low <= value <= high and not (whole and value % 1):
        return []
    sort = "whole number" if whole else "number"
    return [InputError(
        "not in its range" if is_number else "not a number", key=key, value=value,
        allowed=f"a {sort} from {low:g} to {high:g} {declared['unit']}".rstrip(),
    )]


def as_mapping(strategy: Any) -> dict[str, Any]:
    """The settings of a strategy by name, and what else a program gave; none without settings."""
    if not isinstance(strategy, Settings):
        return {}
    values = dataclasses.asdict(strategy)
    return {field.name: values[field.name] for field in dataclasses.fields(strategy)
            if field.metadata or values[field.name] != field.default}  # fmt: skip
