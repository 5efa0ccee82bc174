"""Plans: which figure is asked about, which parameters may matter for it, and with how many runs.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from agents.declare import InputError, unknown_name
from experiments.sweep.design import Design
from experiments.sweep.design_files import (
    KEYS,
    PLAN,
    DesignLike,
    check_number,
    consent_to,
    directions_of,
    read_design,
    written_design,
)
from experiments.sweep.spaces import F64
from model.toml_files import Fault, raise_together

MOST = 1_000_000
NUMBERS = {
    "trajectories": (20, 2), "screened": (8, 1), "points": (64, 4), "bootstrap": (1000, 10),
}  # fmt: skip
"""Default and least of each number of a plan."""
QUESTION = ("country", "measure", "periods")


@dataclasses.dataclass(frozen=True, eq=False)
class Plan:
    """A sensitivity analysis in full.

    Parameters
    ----------
    name, title
        For files and for people.
    names, low, high
        Parameters that may matter, and the range of each.
    country, measure, periods
        The figure asked about: a mean over periods.
    trajectories
        Of the screening by Morris; each takes a run a parameter, and one more.
    screened
        So many parameters go on to the shares of Sobol.
    points
        Base points of the shares, a power of two; each takes a run a parameter, and two more.
    bootstrap
        Resamples of which the intervals are made.
    base
        The design without points: scenario, seeds, what is kept.
    """

    name: str
    title: str
    names: tuple[str, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    country: str
    measure: str
    periods: tuple[str, ...]
    trajectories: int
    screened: int
    points: int
    bootstrap: int
    base: Design

    @property
    def screening_runs(self) -> int:
        """Runs that the screening asks for."""
        return self.trajectories * (len(self.names) + 1) * len(self.base.seeds)

    @property
    def share_runs(self) -> int:
        """Runs that the shares ask for."""
        return self.points * (self.screened + 2) * len(self.base.seeds)

    def problem(self, names: Sequence[str]) -> dict[str, Any]:
        """Some of the parameters as SALib wants them told."""
        ranges = dict(zip(self.names, zip(self.low, self.high, strict=True), strict=True))
        bounds = [list(ranges[name]) for name in names]
        return {"num_vars": len(names), "names": list(names), "bounds": bounds}

    def design(self, names: Sequence[str], points: F64) -> Design:
        """The sweep over some points of some parameters."""
        bounds = np.array(self.problem(names)["bounds"])
        inside = np.clip(points, bounds[:, 0], bounds[:, 1])  # but for rounding they are
        frame = pd.DataFrame(inside, columns=list(names))
        return dataclasses.replace(
            self.base, space=read_design(frame, scenario=self.base.scenario, runs=MOST).space
        )


def read_plan(given: DesignLike, *, runs: int | None = None) -> Plan:
    """The plan that a design with a table ``[sensitivity]`` asks for.

    Parameters
    ----------
    given
        A shipped name, the path of a TOML file, or a dictionary with the same keys.
    runs
        Consent to so many runs.

    Raises
    ------
    InputError
        Something given cannot be used.
    """
    written, file = written_design(given)
    if isinstance(written, pd.DataFrame) or PLAN not in written:
        raise InputError(f"has no table [{PLAN}]", file=file, key=PLAN,
                         allowed=f"[{PLAN}] with {', '.join(QUESTION)}")  # fmt: skip
    for key in written:
        if key not in (*KEYS, PLAN):
            raise unknown_name("key", str(key), [*KEYS, PLAN], file=file)
    raise_together(_key_faults(written, written[PLAN]), file=file)
    asked = written[PLAN]
    numbers = {name: asked.get(name, default) for name, (default, _) in NUMBERS.items()}
    rest = {key: value for key, value in written.items()
            if key in KEYS and key not in ("vary", "method", "points")}  # fmt: skip
    keep = {"measures": [asked["measure"]], "countries": [asked["country"]],
            "periods": asked["periods"]}  # fmt: skip
    base = read_design(rest | {"keep": keep}, file=file)
    try:
        directions = directions_of(written.get("vary", []))
    except InputError as fault:
        raise InputError(str(fault), file=file) from None
    if len(directions) < 2:
        raise InputError("fewer than two parameters vary", file=file, key="vary",
                         allowed='names, or parts of names such as "bidding.*"')  # fmt: skip
    numbers["screened"] = min(numbers["screened"], len(directions))
    plan = Plan(
        str(written.get("name", PLAN)), str(written.get("title", "")),
        tuple(one.name for one in directions), tuple(one.low for one in directions),
        tuple(one.high for one in directions), asked["country"], asked["measure"],
        tuple(asked["periods"]), base=base, **numbers,
    )  # fmt: skip
    consent = consent_to(runs if runs is not None else written.get("runs"))
    check_number(plan.screening_runs + plan.share_runs, consent)
    return plan


def _key_faults(written: Mapping[str, Any], asked: Any) -> list[Fault]:
    """What is wrong with the keys of a plan and with its numbers."""
    if not isinstance(asked, Mapping):
        return [Fault(PLAN, "not a table", asked, ", ".join((*QUESTION, *NUMBERS)))]
    known = (*QUESTION, *NUMBERS)
    faults = [
        Fault(f"{PLAN}.{key}", str(unknown_name("key", str(key), known)))
        for key in asked if key not in known
    ]
    faults += [Fault(f"{PLAN}.{key}", "is missing") for key in QUESTION if key not in asked]
    for key in ("country", "measure"):
        if key in asked and not isinstance(asked[key], str):
            faults.append(Fault(f"{PLAN}.{key}", "not a name", asked[key], "a name in quotes"))
    for key, (_, least) in NUMBERS.items():
        value = asked.get(key, least)
        is_number = isinstance(value, int) and not isinstance(value, bool)
        if not is_number or not least <= value <= MOST:
            faults.append(Fault(f"{PLAN}.{key}", "not a number in its range", value,
                                f"{least} to {MOST:,}"))  # fmt: skip
        elif key == "points" and value & (value - 1):
            faults.append(Fault(f"{PLAN}.{key}", "not a power of two", value, "such as 64"))
    for key in ("method", "points", "keep", "policies"):
        if key in written:
            faults.append(Fault(key, "has no meaning here", None, f"the keys of [{PLAN}]"))
    return faults
