"""The registry: strategies by the names under which scenarios call them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from agents.declare import InputError, nearest, unknown_name
from agents.levers import COUNTRIES
from model.governments.emulate import Emulate
from model.governments.planner import Planner
from model.governments.strategies import External, Historical, Hold, Strategy, StrategyLike
from model.governments.target import Target

STRATEGIES: Mapping[str, Callable[..., Strategy]] = {
    "historical": Historical, "hold": Hold, "target": Target, "emulate": Emulate,
    "planner": Planner,
}
EXTERNAL = "external"
"""A strategy that a program gives; see ``TalentMarket(strategies=...)``."""
ALL = "all"
"""Stands for every country that is not named, the rest of the world left out."""
REST = "ROW"
Written = Mapping[str, str | Mapping[str, Any]]


def strategies_of(
    written: Written, given: Mapping[str, StrategyLike | str] | None = None
) -> dict[str, Strategy]:
    """The strategy of each country that does more than follow history.

    Parameters
    ----------
    written
        By country, or ``all``: a name, or a table with ``strategy`` and its settings.
    given
        Strategies from a program, by country: objects with ``review``, functions, or names; they
        win over what is written.

    Raises
    ------
    InputError
        A country or strategy is unknown, a setting does not fit, or an external one is missing.
    """
    chosen: dict[str, StrategyLike | str | Mapping[str, Any]] = {
        **_spread_out(written), **_spread_out(given or {})
    }
    found = {}
    for country, value in chosen.items():
        strategy = _strategy(country, value)
        if type(strategy) is not Historical:
            found[country] = strategy
    return dict(sorted(found.items()))


def _spread_out(by_country: Mapping[str, Any]) -> dict[str, Any]:
    for country in by_country:
        if country != ALL and country not in COUNTRIES:
            raise unknown_name("country", str(country), (ALL, *COUNTRIES))
    everybody = {country: by_country[ALL] for country in COUNTRIES
                 if ALL in by_country and country != REST}  # fmt: skip
    return everybody | {code: value for code, value in by_country.items() if code != ALL}


def _strategy(country: str, value: Any) -> Strategy:
    key = f"governments.{country}"
    if isinstance(value, str):
        value = {"strategy": value}
    if isinstance(value, Mapping):
        return _named(key, dict(value))
    if isinstance(value, Strategy) and not isinstance(value, type):
        return value
    if callable(value):
        return External(value)
    raise InputError(
        "no strategy", key=key, value=value,
        allowed="a name, an object with review(observation), or a function of an observation",
    )


def _named(key: str, settings: dict[str, Any]) -> Strategy:
    name = settings.pop("strategy", None)
    if name == EXTERNAL:
        raise InputError(
            "an external strategy comes from a program", key=key,
            allowed='TalentMarket(…, strategies={"KOR": function})',
        )
    if name not in STRATEGIES:
        guess = nearest(str(name), STRATEGIES)
        raise InputError(
            "unknown strategy" + (f"; did you mean {guess!r}?" if guess else ""),
            key=key, value=name, allowed=", ".join((*STRATEGIES, EXTERNAL)),
        )
    known = list(inspect.signature(STRATEGIES[name]).parameters)
    for setting, value in settings.items():
        if setting not in known:
            raise unknown_name("setting", f"{key}.{setting}", [f"{key}.{one}" for one in known])
        text = inspect.signature(STRATEGIES[name]).parameters[setting].annotation == "str"
        fits = isinstance(value, str) if text else (
            isinstance(value, int | float) and not isinstance(value, bool)
        )
        if not fits:
            raise InputError(
                "wrong type", key=f"{key}.{setting}", value=value,
                allowed="text in quotes" if text else "a number",
            )
    return STRATEGIES[name](**settings)


def check(written: Any) -> Sequence[InputError]:
    """What is wrong with the table of governments of a scenario; an external one may be missing."""
    if not isinstance(written, Mapping):
        return [InputError("not a table", key="governments", value=written,
                           allowed='country = "strategy"')]  # fmt: skip
    faults = []
    for country, value in written.items():
        try:
            if value != EXTERNAL:
                strategies_of({country: value})
            else:
                _spread_out({country: value})
        except InputError as fault:
            faults.append(fault)
    return faults


def programs_of(given: Mapping[str, StrategyLike | str] | None) -> tuple[str, ...]:
    """Countries whose strategy is none that a name says again."""
    return tuple(sorted(
        country for country, value in _spread_out(given or {}).items() if not isinstance(value, str)
    ))


def without_programs(
    written: Written, given: Mapping[str, StrategyLike | str] | None
) -> dict[str, Any]:
    """What a scenario says but for countries whose strategy a program has to give, and gives."""
    left = [country for country, value in _spread_out(written).items()
            if value == EXTERNAL or (isinstance(value, Mapping)
                                     and value.get("strategy") == EXTERNAL)]  # fmt: skip
    return {country: value for country, value in _spread_out(written).items()
            if country not in left or country not in _spread_out(given or {})}  # fmt: skip
