"""The table of network figures that a run gives back."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from agents.employers import MONTHS
from model.networks import communities, figures
from model.world import Counters, World

COLUMNS = ("year", "layer", "figure", "value", "unit")
REFERRED = "hires_by_referral_share"


def network_table(world: World, years: Mapping[int, Counters]) -> pd.DataFrame:
    """One row a figure: hires by referral in every year, the shape of the ties at the end.

    The shape takes a second at full size, too long for every year of a run.
    """
    rows: list[tuple[int, str, str, float, str]] = []
    for year, counts in sorted(years.items()):
        started = counts.job_starts
        share = counts.referred_hires / started if started else math.nan
        rows.append((year, "collaboration", REFERRED, share, "share of jobs that began"))
    last = world.month // MONTHS
    shape = figures.collaboration_figures(world)._asdict()
    groups = communities.community_figures(world)._asdict()
    for name, value in (shape | groups).items():
        unit = (figures.UNITS | communities.UNITS)[name]
        rows.append((last, "collaboration", name, float(value), unit))
    return pd.DataFrame(rows, columns=list(COLUMNS))
