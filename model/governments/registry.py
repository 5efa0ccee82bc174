"""The registry: strategies by the names under which scenarios call them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from agents.declare import InputError, nearest
from agents.levers import COUNTRIES
from model.governments.emulate import Emulate
from model.governments.planner import Planner
from model.governments.settings import as_mapping, setting_faults
from model.governments.spending import ControlTower, EvenSpending
from model.governments.strategies import External, Historical, Hold, Strategy, StrategyLike
from model.governments.target import Target

STRATEGIES: Mapping[str, type[Any]] = {
    "historical": Historical, "hold": Hold, "target": Target, "emulate": Emulate,
    "planner": Planner, "control-tower": ControlTower, "even-spending": EvenSpending,
}
EXTERNAL = "external"
"""A strategy that a program gives; see ``TalentMarket(strategies=...)``."""
ALL = "all"
"""Stands for every country that is not named, the rest of the world left out."""
REST = "ROW"
PARTNERS = "partners"
"""Countries whose figures a planner counts as much as the own; a list, unlike other settings."""
Written = Mapping[str, str | Mapping[str, Any]]
Given = Mapping[str, StrategyLike | str | Mapping[str, Any]]


def check(written: Any) -> Sequence[InputError]:
    """What is wrong with the table of governments of a scenario; an external one may be missing."""
    if not isinstance(written, Mapping):
        return [InputError("not a table", key="governments", value=written,
                           allowed='country = "strategy"')]  # fmt: skip
    faults: list[InputError] = []
    for country, value in written.items():
        faults += _country_faults(country)
        if isinstance(value, str | Mapping):
            faults += _written_faults(f"governments.{country}", value)
        else:
            faults.append(InputError(
                "no strategy", key=f"governments.{country}", value=value,
                allowed='a name, or a table { strategy = "name", … }',
            ))
    return faults


def _country_faults(country: Any) -> list[InputError]:
    if country == ALL or country in COUNTRIES:
        return []
    guess = nearest(str(country), (ALL, *COUNTRIES))
    hint = f"; did you mean {guess!r}?" if guess else ""
    return [InputError(f"unknown country{hint}", key=f"governments.{country}",
                       allowed=f"three-letter codes, {REST} or {ALL}")]  # fmt: skip


def _written_faults(key: str, value: str | Mapping[str, Any]) -> list[InputError]:
    """What is wrong with a strategy by name, or with a table of name and settings."""
    settings = _table(value)
    name = settings.pop("strategy", None)
    if name == EXTERNAL:
        return [InputError("an external strategy has no settings", key=f"{key}.{setting}")
                for setting in settings]  # fmt: skip
    if name not in STRATEGIES:
        guess = nearest(str(name), (*STRATEGIES, EXTERNAL))
        problem = "unknown strategy" if "strategy" in _table(value) else "tells no strategy"
        return [InputError(
            problem + (f"; did you mean {guess!r}?" if guess else ""), key=key, value=name,
            allowed=", ".join((*STRATEGIES, EXTERNAL)),
        )]
    faults = list[InputError]()
    if PARTNERS in settings and PARTNERS in _fields(STRATEGIES[name]):
        faults += _partner_faults(f"{key}.{PARTNERS}", settings.pop(PARTNERS))
    return faults + setting_faults(STRATEGIES[name], settings, f"{key}.")


def _fields(strategy: type[Any]) -> set[str]:
    is_settings = dataclasses.is_dataclass(strategy)
    return {field.name for field in dataclasses.fields(strategy)} if is_settings else set()


def _partner_faults(key: str, value: Any) -> list[InputError]:
    allowed = 'a list of three-letter codes, such as ["JPN", "TWN"]'
    if isinstance(value, str) or not isinstance(value, Sequence):
        return [InputError("not a list of countries", key=key, value=value, allowed=allowed)]
    faults = list[InputError]()
    for code in value:
        if code not in COUNTRIES:
            guess = nearest(str(code), COUNTRIES)
            hint = f"; did you mean {guess!r}?" if guess else ""
            faults.append(InputError(f"unknown country{hint}", key=key, value=code,
                                     allowed=allowed))  # fmt: skip
    return faults


def _table(value: str | Mapping[str, Any]) -> dict[str, Any]:
    return {"strategy": value} if isinstance(value, str) else dict(value)


def merged(written: Written, given: Given | None) -> tuple[dict[str, Any], dict[str, Strategy]]:
    """What a scenario says and a program gives: tables by country, and strategies of the program.

    What a program gives wins; a name or a table that it gives is as good as written.

    Parameters
    ----------
    given
        By country or ``all``: names, tables, objects with ``review``, or functions.

    Raises
    ------
    InputError
        A country or strategy is unknown, a setting does not fit, or an external one is missing.
    """
    for country in given or {}:
        _raise_first(_country_faults(country))
    tables, programs = spread_out(written), dict[str, Strategy]()
    for country, value in spread_out(given or {}).items():
        tables.pop(country, None)
        if isinstance(value, str | Mapping):
            _raise_first(_written_faults(f"governments.{country}", value))
            tables[country] = value
        else:
            programs[country] = _program(country, value)
    for country, value in tables.items():
        if _table(value).get("strategy") == EXTERNAL:
            raise InputError(
                "an external strategy comes from a program", key=f"governments.{country}",
                allowed=f'TalentMarket(…, strategies={{"{country}": function}})',
            )
    return tables, programs


def _raise_first(faults: Sequence[InputError]) -> None:
    if faults:
        raise faults[0]


def spread_out(by_country: Mapping[str, Any]) -> dict[str, Any]:
    """The same by country alone; who is named wins over ``all``."""
    everybody = {country: by_country[ALL] for country in COUNTRIES
                 if ALL in by_country and country != REST}  # fmt: skip
    return everybody | {code: value for code, value in by_country.items() if code != ALL}


def _program(country: str, value: Any) -> Strategy:
    """A strategy that a program gives: an object, or a function."""
    if isinstance(value, Strategy) and not isinstance(value, type):
        return value
    if callable(value) and not isinstance(value, type):
        return External(value)
    raise InputError(
        "no strategy", key=f"governments.{country}", value=value,
        allowed="a name, an object with review(observation), or a function of an observation",
    )


def strategies_of(
    tables: Mapping[str, Any], programs: Mapping[str, Strategy]
) -> dict[str, Strategy]:
    """The strategy of each country that does more than follow history, out of :func:`merged`."""
    found = {**programs, **{country: _named(value) for country, value in tables.items()}}
    return {country: found[country] for country in sorted(found)
            if type(found[country]) is not Historical}  # fmt: skip


def _named(value: str | Mapping[str, Any]) -> Strategy:
    settings = _table(value)
    if PARTNERS in settings:
        settings[PARTNERS] = tuple(settings[PARTNERS])
    strategy: Strategy = STRATEGIES[settings.pop("strategy")](**settings)
    return strategy


def described(strategy: Strategy) -> dict[str, Any]:
    """A strategy as plain values, for manifests: its name and settings, or what a program gave."""
    for name, kind in STRATEGIES.items():
        if type(strategy) is kind:
            return {"strategy": name} | as_mapping(strategy)
    given = strategy.function if isinstance(strategy, External) else type(strategy)
    name = f"{getattr(given, '__module__', '')}.{getattr(given, '__qualname__', repr(given))}"
    return {"strategy": EXTERNAL, "program": name}
