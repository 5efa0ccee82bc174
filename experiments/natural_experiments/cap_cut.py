"""The cut of the American cap, in a stylised replay (Mayda and others 2017)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from agents.employers import MONTHS, EmployerKind
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
)

OPENING, CUT, UNTIL = "2019-01", "2022-01", "2025-12"
FIRST = 2020  # year from which all who come were admitted under the wide cap
COUNTRY, SCHEME = "USA", "usa-h-1b"
PLACES_BEFORE, PLACES_AFTER = 195_000, 65_000
# chosen so that 195,000 places are never all taken and 65,000 are: after the cut of 2003 the places
# of the year were gone in less than five months, which is a demand of about 150,000 (assumption)
OUTSIDE_APPLICANTS = 150_000
ABROAD, NATIVE, TRIPLE = "from abroad", "native", "triple"
NONE_HIRED = 0.5  # stands for no hire in a year, which has no log (assumption)
SOURCE = "Mayda et al. 2017"


def wide_cap() -> Policy:
    """The cap of 195,000 from the opening, with the demand of those years."""
    return Policy(
        "wide-cap", "A cap of 195,000 that does not bind",
        changes=(Change(
            month_number(OPENING), COUNTRY,
            {"places_per_year": PLACES_BEFORE, "outside_applicants_per_year": OUTSIDE_APPLICANTS,
             "allocation": "lottery"},
            scheme=SCHEME, hold=True,
        ),),
    )  # fmt: skip


def cap_cut() -> Policy:
    """The cap falls to 65,000; public research stays exempt."""
    return Policy(
        "cap-cut", "The cap falls to 65,000",
        changes=(Change(
            month_number(CUT), COUNTRY, {"places_per_year": PLACES_AFTER}, scheme=SCHEME,
            hold=True,
        ),),
    )  # fmt: skip


def measure(world: World) -> pd.DataFrame:
    """Jobs begun in the United States by year, side of the cap and group of people.

    ``capped`` employers are all but public research; groups: foreign-born people who came for the
    job, and people born in the country.
    """
    lived = market(world._replace(treated=True), [wide_cap(), *[cap_cut()] * world.treated], UNTIL)
    row = lived.tables.index[COUNTRY]
    hires = dict[tuple[int, bool, str], int]()
    for month in months(lived, UNTIL):
        people, kind = lived.researchers, lived.employers.kind
        new = np.flatnonzero(
            (people.hired == month) & (people.country == row) & (people.employer >= 0)
        )
        capped = kind[people.employer[new]] != EmployerKind.PUBLIC_RESEARCH
        native = people.birth_country[new] == row
        # who finds work in the month of a degree earned there did not come for the job
        graduate = (people.study_country[new] == row) & (people.degree_month[new] == month)
        came = ~native & ~graduate & (people.arrived[new] == month)
        groups = {ABROAD: came, NATIVE: native}
        for group, of_group in groups.items():
            for side in (True, False):
                key = (month // MONTHS, side, group)
                hires[key] = hires.get(key, 0) + int((of_group & (capped == side)).sum())
    rows = [(world.seed, *key, number) for key, number in hires.items()]
    return pd.DataFrame(rows, columns=["seed", "year", "capped", "group", "hires"])


def estimate(frame: pd.DataFrame, cluster: Cluster | None = None) -> dict[str, Coefficient]:
    """Difference-in-differences of log hires for each group, and the triple difference.

    Left out are the first year and the year of the cut, for people still come on visas granted
    under the cap before.
    """
    cut, cluster = month_number(CUT) // MONTHS, cluster or ("seed", "capped")
    used = frame[(frame["year"] >= FIRST) & (frame["year"] != cut)].copy()
    used["log_hires"] = np.log(np.maximum(used["hires"], NONE_HIRED))
    used["change"] = used["capped"] & (used["year"] > cut)
    found = {
        group: differences(
            used[used["group"] == group], "log_hires", ["change"],
            effects=[("seed", "capped"), ("seed", "year")], cluster=cluster,
        )["change"]
        for group in (ABROAD, NATIVE)
    }
    used["change"] &= used["group"] == ABROAD
    found[TRIPLE] = differences(
        used, "log_hires", ["change"],
        effects=[("seed", "capped", "group"), ("seed", "year", "group"),
                 ("seed", "capped", "year")],
        cluster=cluster,
    )["change"]
    return found  # fmt: skip


EXPERIMENT = Experiment(
    key="cap_cut",
    title="Cut of the American cap",
    design=(
        f"The H-1B lottery has {PLACES_BEFORE:,} places a year from {OPENING}, more than anybody "
        f"asks for, and {PLACES_AFTER:,} from {CUT}; {OUTSIDE_APPLICANTS:,} people outside AI "
        "apply throughout; public research is exempt. Difference-in-differences of log jobs begun "
        "in the United States, capped against exempt employers, the two years before the year of "
        "the cut against those after it, with effects of sides and of years in each world, "
        "clustered by side and world; the triple difference sets people from abroad against "
        "natives."
    ),
    measure=measure,
    estimate=estimate,
    asked=(
        Asked(ABROAD, "hires from abroad, capped less exempt, log",
              Published(-1, "fewer new hires from abroad", SOURCE)),
        Asked(NATIVE, "hires of natives, capped less exempt, log",
              Published(0, "no change for similar natives", SOURCE)),
        Asked(TRIPLE, "triple difference, from abroad less natives, log",
              Published(-1, "fewer, relative to natives", SOURCE)),
    ),
)  # fmt: skip
