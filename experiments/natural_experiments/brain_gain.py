"""A visa that opens feeds training at home (Abarcar and Theoharides 2024)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from agents.employers import MONTHS
from agents.levers import month_number
from agents.policies import Change, Policy
from experiments.natural_experiments.estimators import Coefficient, differences
from experiments.natural_experiments.worlds import (
    Asked,
    Cluster,
    Experiment,
    Published,
    World,
    market,
    months,
    named,
)

COUNTRY, SCHEME = "USA", "usa-h-1b"
OPENED, UNTIL = "2021-01", "2029-12"
BEFORE = (2019, 2020)
LAG = 4
"""Years from the opening until those enter who chose after it: study, and time to look back."""
SOURCE = "Abarcar and Theoharides 2024"
EMIGRANTS, GRADUATES, MORE = "emigrants", "graduates", "more"


def open_visa() -> Policy:
    """The H-1B has no cap any more."""
    return Policy(
        "no-cap", "The H-1B has no cap",
        changes=(Change(
            month_number(OPENED), COUNTRY, {}, scheme=SCHEME, remove=("places_per_year",
                                                                      "allocation"), hold=True,
        ),),
    )  # fmt: skip


def measure(world: World) -> pd.DataFrame:
    """What the opening brings by origin and year: a world with it less its twin without.

    ``emigrants`` to the United States and ``graduates`` per hundred natives at the opening;
    ``exposure`` is the yearly emigration there of the twin before.
    """
    opened, twin = _lived(world), _lived(world._replace(treated=False))
    frame = twin[["year", "origin", "natives"]].assign(seed=world.seed)
    for outcome in (EMIGRANTS, GRADUATES):
        frame[outcome] = 100.0 * (opened[outcome] - twin[outcome]) / twin["natives"]
    before = twin[twin["year"].isin(BEFORE)].groupby("origin")
    share = before[EMIGRANTS].mean() / before["natives"].mean()
    return frame.assign(exposure=frame["origin"].map(share))


def _lived(world: World) -> pd.DataFrame:
    """Numbers of one world, in agents."""
    lived = market(world, [open_visa()], UNTIL)
    codes = [code for code in named(lived.tables.countries) if code != COUNTRY]
    row = np.array([lived.tables.index[code] for code in codes])
    there = lived.tables.index[COUNTRY]
    natives = np.maximum(lived.world.compatriots.diagonal()[row], 1)
    for _ in months(lived, UNTIL):
        pass
    return pd.concat(
        [
            pd.DataFrame({
                "year": year, "origin": codes, "natives": natives,
                EMIGRANTS: counts.flows[0][row, there], GRADUATES: counts.graduates[row],
            })
            for year, counts in sorted(lived.recorder.years.items())
        ],
        ignore_index=True,
    )  # fmt: skip


def estimate(frame: pd.DataFrame, cluster: Cluster | None = None) -> dict[str, Coefficient]:
    """What the opening brings a year, against the emigration of an origin before it.

    Exposure is the mean of the same origins over all worlds, in standard deviations. Origins with
    few natives in a world are left out: their rates are luck.
    """
    exposure = frame.groupby("origin")["exposure"].mean()
    score = (exposure - exposure.mean()) / exposure.std()
    since = month_number(OPENED) // MONTHS + LAG
    used = frame[(frame["natives"] >= FEWEST) & (frame["year"] >= since)].copy()
    used["score"] = used["origin"].map(score)
    used[MORE] = used[GRADUATES] - used[EMIGRANTS]
    return {
        outcome: differences(
            used, outcome, ["score"], [("seed", "year")], cluster or ("seed", "origin")
        )["score"]
        for outcome in (EMIGRANTS, GRADUATES, MORE)
    }


FEWEST = 10
"""Natives of an origin in agents at the opening."""
EXPERIMENT = Experiment(
    key="brain_gain",
    title="A visa that opens and training at home",
    design=(
        f"From {OPENED} the H-1B has no cap; a twin of each world keeps it. What the opening "
        "brings in emigrants to the United States and in graduates at home, per hundred natives a "
        f"year, {LAG} years on and later, against how many of an origin went there in the two "
        "years before, in standard deviations. Least squares with effects of years in each world, "
        "clustered by origin and world. In the study provinces with more such emigrants are held "
        "against others; twins rule out that they grow apart by themselves."
    ),
    measure=measure,
    estimate=estimate,
    asked=(
        Asked(EMIGRANTS, "emigrants, points", Published(1, "more leave", SOURCE)),
        Asked(GRADUATES, "graduates, points", Published(1, "more graduate", SOURCE)),
        Asked(MORE, "graduates less emigrants, points",
              Published(1, "graduates rise more than emigrants", SOURCE),
              "how strongly those who choose a study answer is an assumption"),
    ),
)  # fmt: skip
