"""Undo: what was in force before a lever was used, and the measures that bring it back."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from agents.country_levers import DUAL_CITIZENSHIP
from model.governments.observation import Measure, Observation, Taken


def in_force(observation: Observation, step: Measure) -> dict[str, Any]:
    """The values that a step changes, as they are before it; None where there is no rule."""
    if "scheme" in step:
        scheme = observation.main()
        return {name: getattr(scheme, name) for name in step["set"]}
    return {name: _lever(observation, name) for name in step["set"]}


def _lever(observation: Observation, name: str) -> Any:
    value = float(observation.lever(name))
    if name == "dual_citizenship":
        return DUAL_CITIZENSHIP[int(value)]
    return None if math.isnan(value) else value


def taken_back(uses: Sequence[Taken], menu: str, why: str) -> tuple[Measure, ...]:
    """Measures that bring back what was in force before the first use of a lever.

    Parameters
    ----------
    uses
        Of the lever, oldest first. Where one does not tell under ``before`` what was in force it
        stays.
    menu, why
        Name and reason of the measures.
    """
    before = dict[tuple[str, str] | None, dict[str, Any]]()
    for use in uses:
        measure = use.measure
        place = (measure["scheme"], measure["tier"]) if "scheme" in measure else None
        before[place] = {**measure.get("before", {}), **before.get(place, {})}
    return tuple(
        {**_restored(place, values), "menu": menu, "why": why}
        for place, values in before.items() if values
    )


def _restored(place: tuple[str, str] | None, values: Mapping[str, Any]) -> dict[str, Any]:
    """A measure that gives a scheme, or the country, some values."""
    measure = dict[str, Any]() if place is None else {"scheme": place[0], "tier": place[1]}
    given = {name: value for name, value in values.items() if value is not None}
    gone = [name for name, value in values.items() if value is None]
    return measure | ({"set": given} if given else {}) | ({"remove": gone} if gone else {})
