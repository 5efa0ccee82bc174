"""Refused visas and jobs abroad (Glennon 2024): firms that need them grow where people are."""

from __future__ import annotations

import numpy as np
import pandas as pd

from agents.employers import MONTHS, EmployerKind
from agents.levers import month_number
from experiments.natural_experiments.cap_cut import (
    COUNTRY,
    CUT,
    OPENING,
    SCHEME,
    cap_cut,
    wide_cap,
)
from experiments.natural_experiments.estimators import Coefficient, differences, poisson
from experiments.natural_experiments.worlds import (
    Asked,
    Cluster,
    Experiment,
    Published,
    World,
    market,
    months,
)
from model.talent_market import TalentMarket

UNTIL = "2025-12"
BEFORE = (2020, 2021)
"""Years in which one sees who hires from abroad under the wide cap."""
SOURCE = "Glennon 2024"
AFFILIATES, PER_REFUSAL = "affiliates", "per refusal"


def measure(world: World) -> pd.DataFrame:
    """AI staff abroad of firms at home in the United States, with the cut and in a twin without.

    ``dependence`` is the part of the firm's hires at home that came from abroad before the cut;
    ``refusals`` those of the scheme in the world up to the end of the year, in agents.
    """
    twin = _lived(world._replace(treated=False))
    cut = _lived(world) if world.treated else twin
    frame = pd.concat([twin.assign(cut=False), cut.assign(cut=True)], ignore_index=True)
    dependence = twin.set_index(["firm", "year"])["dependence"]
    known = dependence[~dependence.index.duplicated()]
    frame["dependence"] = [known[key] for key in zip(frame["firm"], frame["year"], strict=True)]
    return frame.assign(seed=world.seed)


def _lived(world: World) -> pd.DataFrame:
    """One world, a row a firm and year."""
    lived = market(world._replace(treated=True), [wide_cap(), *[cap_cut()] * world.treated], UNTIL)
    home = lived.tables.index[COUNTRY]
    firms = _firms(lived, home)
    hires, came = np.zeros(len(firms)), np.zeros(len(firms))
    rows, refused = [], 0
    for month in months(lived, UNTIL):
        people, employers = lived.researchers, lived.employers
        year = month // MONTHS
        if year in BEFORE:
            new = np.flatnonzero((people.hired == month) & (people.employer >= 0))
            new = new[people.country[new] == home]
            firm, abroad = employers.firm[people.employer[new]], people.arrived[new] == month
            hires += [(firm == row).sum() for row in firms]
            came += [((firm == row) & abroad).sum() for row in firms]
        if month % MONTHS == MONTHS - 1:
            scheme = [one.id == SCHEME for one in lived.rules.schemes]
            refused += int(lived.recorder.years[year].refusals[scheme].sum())
            for place, row in enumerate(firms):
                labs = (employers.firm == row) & (employers.country != home)
                rows.append((year, place, int(employers.heads[labs].sum()), refused))
    frame = pd.DataFrame(rows, columns=["year", "firm", "staff_abroad", "refusals"])
    return frame.assign(dependence=(came / np.maximum(hires, 1))[frame["firm"]])


def _firms(lived: TalentMarket, home: int) -> list[int]:
    """Rows of big tech at home in the country that has laboratories abroad."""
    employers = lived.employers
    big = (employers.kind == EmployerKind.BIG_TECH) & (employers.country == home)
    own = np.flatnonzero(big & (employers.firm == np.arange(employers.count)))
    labs = employers.firm[employers.country != home]
    return [int(row) for row in own if (labs == row).any()]


def estimate(frame: pd.DataFrame, cluster: Cluster | None = None) -> dict[str, Coefficient]:
    """Staff abroad of firms that depend more on such people, and of all for each refusal."""
    after = frame[frame["year"] > month_number(CUT) // MONTHS].copy()
    # per standard deviation of dependence, as firms differ
    spread = max(float(after.drop_duplicates(["seed", "firm"])["dependence"].std()), 1e-9)
    after["exposed"] = after["cut"] * after["dependence"] / spread
    last = after[after["year"] == after["year"].max()]
    world = last.groupby(["seed", "cut"], as_index=False).agg(
        {"staff_abroad": "sum", "refusals": "first"}
    )
    return {
        AFFILIATES: poisson(
            after, "staff_abroad", ["exposed"],
            effects=[("seed", "firm", "year"), ("seed", "cut", "year")],
            cluster=cluster or ("seed", "firm"),
        )["exposed"],
        PER_REFUSAL: _per_refusal(world),
    }


def _per_refusal(world: pd.DataFrame) -> Coefficient:
    """Staff abroad for each refusal, from twins; nought where the twins do not differ."""
    gap = world.groupby("seed")["refusals"].agg(lambda both: both.max() - both.min())
    if not gap.any():
        return Coefficient(0.0, 0.0, 0.0, 0.0, len(world), len(gap))
    return differences(world, "staff_abroad", ["refusals"], [("seed",)], ("seed",))["refusals"]


EXPERIMENT = Experiment(
    key="offshoring",
    title="Refused visas and jobs abroad",
    design=(
        f"The cap of the H-1B as in the cut of the American cap: wide from {OPENING}, cut from "
        f"{CUT}; a twin of each world keeps it wide. AI staff in laboratories abroad of big tech "
        "at home in the United States, by firm and year, Poisson with effects of firms by year and "
        "of years by twin in each world; the regressor is the part of a firm's hires at home that "
        "came from abroad in the two years before, in standard deviations, where the cap was cut. "
        "Clustered by firm and world. Staff abroad for each refusal: difference of the twins at "
        "the end over that of refusals since the opening, clustered by world."
    ),
    measure=measure,
    estimate=estimate,
    asked=(
        Asked(AFFILIATES, "staff abroad after the cut, a standard deviation more dependent, log",
              Published(1, "more employment abroad where firms depend on such visas", SOURCE)),
        Asked(PER_REFUSAL, "staff abroad for each refusal",
              Published(1, "0.4 jobs a refusal, 0.9 in the most globalised firms", SOURCE, 0.4),
              "a refused person is offered a place abroad only where the firm has a laboratory "
              "with room and the person would go; firms do not move other work abroad"),
    ),
)  # fmt: skip
