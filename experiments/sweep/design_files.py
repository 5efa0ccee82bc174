"""Design files: what a person writes in TOML, in a dictionary or in a table, read and checked."""

from __future__ import annotations

import dataclasses
import fnmatch
import math
import os
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from agents.declare import InputError, Parameter, unknown_name
from agents.policies import NO_POLICY
from experiments.compare.design import Side
from experiments.compare.draws import read_draws
from experiments.seeds import read_seeds
from experiments.sweep.design import PERSONS, Design
from experiments.sweep.keeping import read_keep
from experiments.sweep.spaces import F64, Grid, Listed, Space, latin_hypercube, sobol
from model.parameters import Parameters, all_parameters
from model.scenario import Scenario, read_scenario
from model.toml_files import find_text, is_path, parsed

DesignLike: TypeAlias = str | os.PathLike[str] | Mapping[str, Any] | pd.DataFrame
METHODS = ("factorial", "list", "latin-hypercube", "sobol")
SAMPLED = METHODS[2:]
PLAN = "sensitivity"
KEYS = (
    "name", "title", "scenario", "until", "persons_per_agent", "parameters", "policies", "seeds",
    "method", "points", "vary", "keep", "runs",
)  # fmt: skip
VARY_KEYS = ("parameter", "values", "low", "high", "levels")
MOST_RUNS = 10_000
"""More runs than this are lived only if somebody says that so many are meant."""
MOST_POINTS = 2**30
POLICIES, SEED = "policies", "seed"
"""Columns of a table that are no parameters."""


@dataclasses.dataclass(frozen=True)
class Direction:
    """One thing that varies: either values, or a range with or without levels."""

    name: str
    values: tuple[float, ...]
    low: float
    high: float

    def at(self, share: F64) -> F64:
        """Values at shares of the way from the lowest to the highest."""
        if self.values:
            places = np.minimum((share * len(self.values)).astype(int), len(self.values) - 1)
            return np.asarray(np.asarray(self.values)[places])
        return self.low + share * (self.high - self.low)


def read_design(
    given: DesignLike,
    *,
    scenario: str | os.PathLike[str] | Scenario | None = None,
    until: str | None = None,
    persons_per_agent: float | None = None,
    seeds: int | Sequence[int] | None = None,
    keep: Mapping[str, Sequence[str]] | None = None,
    runs: int | None = None,
    file: str | None = None,
) -> Design:
    """The design that a person means, checked as far as it can be without running.

    Parameters
    ----------
    given
        A shipped name, the path of a TOML file, a dictionary with the same keys, or a table: a
        column for each parameter, and ``policies``, ``seed``, ``persons_per_agent`` if rows have
        their own; each row is a point.
    scenario, until, persons_per_agent, seeds, keep
        Win over what the design says.
    runs
        Consent to so many runs, where they are more than ``MOST_RUNS``.
    file
        What to call the design in complaints, and where its paths start, where it is no file.

    Raises
    ------
    InputError
        Something given cannot be used.
    """
    written, found = written_design(given)
    file = found if file is None else file
    if not isinstance(written, pd.DataFrame):
        if PLAN in written:
            raise InputError(
                "is a plan of a sensitivity analysis", file=file, key=PLAN,
                allowed="talentmarket sensitivity, or the design without this table",
            )
        for key in written:
            if key not in KEYS:
                raise unknown_name("key", str(key), KEYS, file=file)
    try:
        own: Mapping[str, Any] = {} if isinstance(written, pd.DataFrame) else written
        base = _scenario(own, scenario, until, persons_per_agent, file)
        wanted = read_seeds(seeds if seeds is not None else own.get("seeds", [base.seed]))
        consent = consent_to(runs if runs is not None else own.get("runs"))
        if isinstance(written, pd.DataFrame):
            space, sides = _table(written)
            rows = len(space) * (1 if space.seeds is not None else len(wanted))
            check_number(rows, consent)
            wanted = wanted[:1] if space.seeds is not None else wanted
            design = Design(base, space, sides, wanted, read_keep(keep, base))
        else:
            sides = _sides(own.get("policies"), file)
            points = _space(own, lambda points: check_number(
                points * len(sides) * len(wanted), consent
            ))
            kept = read_keep(keep if keep is not None else own.get("keep"), base)
            design = Design(base, points, sides, wanted, kept)
        design.check()
    except InputError as fault:
        raise fault if file is None or fault.file else InputError(
            str(fault), file=file
        ) from None
    return design


def written_design(given: DesignLike) -> tuple[Mapping[str, Any] | pd.DataFrame, str | None]:
    """What was given as a mapping or a table, and what to call it in complaints."""
    if isinstance(given, pd.DataFrame | Mapping):
        return given, None
    if not isinstance(given, str | os.PathLike):
        raise InputError(
            "not a design", value=type(given).__name__,
            allowed="a name, a TOML file, a dictionary or a DataFrame",
        )
    text, file = find_text(given, "design")
    return parsed(text, file=file), file


def _scenario(
    written: Mapping[str, Any], given: str | os.PathLike[str] | Scenario | None,
    until: str | None, persons_per_agent: float | None, file: str | None,
) -> Scenario:  # fmt: skip
    """The scenario with what stays the same in all runs."""
    chosen = given if given is not None else written.get("scenario", "baseline")
    if isinstance(chosen, str | os.PathLike):
        chosen = read_scenario(_beside(chosen, file) if given is None else chosen)
    if not isinstance(chosen, Scenario):
        raise InputError("not a scenario", key="scenario", value=chosen, allowed="a name")
    parameters = written.get("parameters", {})
    if not isinstance(parameters, Mapping):
        raise InputError("not a table of settings", key="parameters", value=parameters,
                         allowed="group.name = number")  # fmt: skip
    flat: dict[str, Any] = {}
    for key, value in parameters.items():  # "group.name" in quotes, or as TOML's dotted keys
        nested = isinstance(value, Mapping)
        flat |= {f"{key}.{name}": v for name, v in value.items()} if nested else {key: value}
    Parameters.with_settings(flat)
    return chosen.with_changes(
        until=until if until is not None else written.get("until"),
        persons_per_agent=(
            persons_per_agent if persons_per_agent is not None else written.get(PERSONS)
        ),
        parameters=flat,
    )


def _beside(name: str | os.PathLike[str], file: str | None) -> str | os.PathLike[str]:
    """A path in a design counts from where the design stands."""
    return os.path.join(os.path.dirname(file), name) if file and is_path(name) else name


def _sides(written: Any, file: str | None) -> tuple[Side, ...]:
    if written is None:
        return (Side(()),)
    if isinstance(written, str) or not isinstance(written, Sequence) or not written:
        raise InputError("not a list of policies", key="policies", value=written,
                         allowed='a list such as ["none", "a", "a+b", "mine.toml"]')  # fmt: skip
    sides = tuple(Side.read(_beside(one, file) if isinstance(one, str) else one)
                  for one in written)  # fmt: skip
    _each_once("policies", [side.name for side in sides])
    return sides


def _each_once(key: str, names: Sequence[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise InputError("named twice", key=key, value=name)


# How many ------------------------------------------------------------------------------------


def consent_to(given: Any) -> int:
    """So many runs are lived without asking back."""
    if given is None:
        return MOST_RUNS
    if not isinstance(given, int) or isinstance(given, bool) or given < 1:
        raise InputError("not a number of runs", key="runs", value=given,
                         allowed="a whole number from 1")  # fmt: skip
    return max(given, MOST_RUNS)


def check_number(runs: int, consent: int) -> None:
    """Refuse more runs than somebody agreed to."""
    if runs > consent:
        raise InputError(
            f"asks for {runs:,} runs, more than {consent:,}", key="runs",
            allowed=f"say that so many are meant: --runs {runs}, runs = {runs} in the design, or "
            "fewer points or seeds",
        )


# Points --------------------------------------------------------------------------------------


def _space(written: Mapping[str, Any], check_number: Any) -> Space:
    """The points of a written design; their number is checked before any is made."""
    method = written.get("method", METHODS[0])
    if method not in METHODS:
        raise unknown_name("method", str(method), METHODS)
    directions = directions_of(written.get("vary", []), method)
    names = tuple(direction.name for direction in directions)
    if method not in SAMPLED and "points" in written:
        raise InputError(
            "has no meaning here", key="points", value=written["points"],
            allowed=f"with method {' or '.join(SAMPLED)}",
        )
    if method == "factorial":
        grid = Grid(names, tuple(direction.values for direction in directions))
        check_number(math.prod(grid.sizes))
        return grid
    if not directions:
        raise InputError("nothing varies", key="vary", allowed="at least one [[vary]]")
    if method == "list":
        lengths = {direction.name: len(direction.values) for direction in directions}
        if len(set(lengths.values())) > 1:
            raise InputError("lists of unequal length", key="vary", value=lengths,
                             allowed="as many values of each")  # fmt: skip
        check_number(next(iter(lengths.values())))
        return Listed(names, np.array([direction.values for direction in directions]).T)
    points = _points(written.get("points"), method)
    check_number(points)
    make = sobol if method == "sobol" else latin_hypercube
    shares = make(points, len(directions))
    columns = [direction.at(shares[:, place]) for place, direction in enumerate(directions)]
    return Listed(names, np.column_stack(columns))


def _points(given: Any, method: str) -> int:
    powers = method == "sobol"
    is_number = isinstance(given, int) and not isinstance(given, bool)
    if not is_number or not 1 <= given <= MOST_POINTS or (powers and given & (given - 1)):
        allowed = "a power of two, such as 64" if powers else "a whole number from 1, such as 50"
        what = "is missing" if given is None else "not a number of points"
        raise InputError(what, key="points", value=given, allowed=allowed)
    return int(given)


def directions_of(written: Any, method: str = SAMPLED[0]) -> list[Direction]:
    """What varies, by the entries ``[[vary]]`` of a design."""
    if not isinstance(written, Sequence) or not all(isinstance(one, Mapping) for one in written):
        raise InputError("must be written as [[vary]]", key="vary", allowed="tables under [[vary]]")
    known = {parameter.name: parameter for parameter in all_parameters()}
    found = [
        direction for number, entry in enumerate(written, start=1)
        for direction in _entry(entry, f"vary {number}", method, known)
    ]
    _each_once("vary", [direction.name for direction in found])
    return found


def _entry(
    entry: Mapping[str, Any], where: str, method: str, known: Mapping[str, Parameter]
) -> list[Direction]:
    """What one ``[[vary]]`` says; a name with a star stands for many parameters."""
    for key in entry:
        if key not in VARY_KEYS:
            raise unknown_name(f"key of {where}", str(key), VARY_KEYS)
    name = entry.get("parameter")
    if not isinstance(name, str):
        raise InputError("is missing", key=f"{where}, parameter", value=name,
                         allowed="a name that `talentmarket parameters` prints")  # fmt: skip
    names = [name]
    if "*" in name:
        names = [one for one in fnmatch.filter(known, name) if known[one].kind == "uncertainty"]
    if not names or (names == [name] and name not in known and name != PERSONS):
        raise unknown_name("parameter", name, [*known, PERSONS])
    return [_direction(entry, f"{where}, {one}", one, method, known.get(one)) for one in names]


def _direction(
    entry: Mapping[str, Any], where: str, name: str, method: str, known: Parameter | None
) -> Direction:
    least, most = (known.low, known.high) if known else (0.0, math.inf)
    allowed = f"{least:g} to {most:g}" if known else "numbers above 0"

    def number(key: str, value: Any) -> float:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not least <= value <= most or (known is None and not value > 0):
            raise InputError("not a number in its range", key=f"{where}, {key}", value=value,
                             allowed=allowed)  # fmt: skip
        return float(value)

    ranged = {"low", "high", "levels"} & set(entry)
    if "values" in entry:
        if ranged:
            raise InputError("has values and a range", key=where, allowed="one of the two")
        values = entry["values"]
        if isinstance(values, str) or not isinstance(values, Sequence) or not values:
            raise InputError("not a list of values", key=f"{where}, values", value=values,
                             allowed="a list such as [0.5, 1.0]")  # fmt: skip
        found = tuple(number("values", value) for value in values)
        if method != "list" and len(set(found)) < len(found):
            raise InputError("a value stands twice", key=f"{where}, values", value=values)
        return Direction(name, found, min(found), max(found))
    if known is None and not {"low", "high"} <= set(entry):
        raise InputError("needs values, or low and high", key=where)
    low, high = number("low", entry.get("low", least)), number("high", entry.get("high", most))
    if not low < high:
        raise InputError("an empty range", key=where, value=[low, high], allowed="low below high")
    if method in SAMPLED:
        if "levels" in entry:
            raise InputError("has no meaning here", key=f"{where}, levels",
                             allowed="with method factorial")  # fmt: skip
        return Direction(name, (), low, high)
    levels = entry.get("levels")
    if method == "list" or levels is None:
        also = "" if method == "list" else ", or low, high and levels"
        raise InputError("needs values", key=where, allowed=f"values = [0.5, 1.0]{also}")
    if not isinstance(levels, int) or isinstance(levels, bool) or not 2 <= levels <= MOST_POINTS:
        raise InputError("not a number of levels", key=f"{where}, levels", value=levels,
                         allowed="a whole number from 2")  # fmt: skip
    return Direction(name, tuple(np.linspace(low, high, levels).tolist()), low, high)


def _table(frame: pd.DataFrame) -> tuple[Listed, tuple[Side, ...]]:
    """The points of a table, and the policies that its rows name."""
    if frame.empty:
        raise InputError("holds no rows", key="design", allowed="at least one row")
    names = [str(name) for name in frame.columns]
    _each_once("column", names)
    frame = frame.set_axis(names, axis=1)
    sides: tuple[Side, ...] = (Side(()),)
    own_sides, own_seeds = None, None
    if POLICIES in names:
        texts = [NO_POLICY.name if pd.isna(text) else str(text) for text in frame[POLICIES]]
        sides = tuple(Side.read(text) for text in dict.fromkeys(texts))
        order = {text: place for place, text in enumerate(dict.fromkeys(texts))}
        own_sides = tuple(order[text] for text in texts)
    if SEED in names:
        own_seeds = tuple(seed for given in frame[SEED] for seed in read_seeds([given]))
    columns = {}
    if PERSONS in names:
        columns[PERSONS] = [_scale(value, row) for row, value in enumerate(frame[PERSONS], 1)]
    rest = [name for name in names if name not in (POLICIES, SEED, PERSONS)]
    if rest:
        draws = read_draws(frame[rest])
        columns |= {name: [draw[name] for draw in draws] for name in rest}
    varying = tuple(name for name in names if name in columns)
    rows = np.array([columns[name] for name in varying], np.float64).reshape(len(varying), -1).T
    if not varying:
        rows = np.empty((len(frame), 0))
    return Listed(varying, rows, own_sides, own_seeds), sides


def _scale(value: Any, row: int) -> float:
    try:
        found = float(value)
    except (TypeError, ValueError):
        found = math.nan
    if not 0 < found < math.inf:
        raise InputError("not a scale", key=f"row {row}, column {PERSONS}", value=value,
                         allowed="a number above 0")  # fmt: skip
    return found
