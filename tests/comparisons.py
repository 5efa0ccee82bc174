"""Comparisons made up from known distributions, for tests of what is read off and drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from agents.levers import month_number
from experiments.compare.result import Arm, Comparison

COUNTRIES = ("KOR", "JPN", "USA", "CHN", "IND", "WLD")
UNITS = {
    "stock": "persons", "inflow": "persons", "outflow": "persons", "net": "persons",
    "net_per_10k_workforce": "per 10,000", "mean_pay": "USD of 2024 a year",
    "mismatch": "share", "foreign_born_share": "share",
}  # fmt: skip
YEARS = ("2019", "2020", "2021")
SCALE = 20.0
MEAN = 400.0  # moves a year of every country, in agents


def arm(name: str, countries: Sequence[str] = ("KOR",), first: str | None = "2020-01") -> Arm:
    """A policy that acts somewhere from some month on."""
    month = None if first is None else month_number(first)
    return Arm(name, f"Title of {name}", tuple(countries), month)


def made_up(
    effects: Sequence[Mapping[str, float]], pairs: int = 12, seed: int = 5,
    arms: Sequence[Arm] | None = None,
) -> Comparison:
    """Inflows as Poisson numbers of agents, to which a policy adds independent ones.

    Parameters
    ----------
    effects
        For each policy, agents added a year by country, from 2020 on.
    """
    luck = np.random.default_rng(seed)
    keys = pd.DataFrame(
        [(country, year, measure, unit) for year in ("2018", *YEARS)
         for measure, unit in UNITS.items() for country in COUNTRIES],
        columns=["country", "period", "measure", "unit"],
    )  # fmt: skip
    values = np.zeros((len(effects) + 1, pairs, len(keys)))
    place = {key: row for row, key in enumerate(zip(*keys.T.to_numpy()[:3], strict=True))}
    for country in COUNTRIES:
        came = luck.poisson(MEAN, (pairs, len(YEARS)))
        left = luck.poisson(MEAN, (pairs, len(YEARS)))
        for number, effect in enumerate(({}, *effects)):
            more = luck.poisson(effect.get(country, 0.0), (pairs, len(YEARS)))
            more[:, 0] = 0
            stock = 10_000 + np.cumsum(came + more - left, axis=1)
            for column, year in enumerate(YEARS):
                inflow = (came + more)[:, column]
                for measure, value in {
                    "inflow": SCALE * inflow, "outflow": SCALE * left[:, column],
                    "net": SCALE * (inflow - left[:, column]), "stock": SCALE * stock[:, column],
                    "net_per_10k_workforce": (inflow - left[:, column]) / 1e3,
                    "mean_pay": np.full(pairs, 9e4), "mismatch": np.full(pairs, 0.2),
                    "foreign_born_share": 0.1 + 1e-5 * inflow,
                }.items():  # fmt: skip
                    values[number, :, place[country, year, measure]] = value
    if arms is None:
        arms = [arm(f"policy-{number}") for number in range(1, len(effects) + 1)]
    opening = (keys["period"] == "2018") & (keys["measure"] != "stock")
    keys, values = keys[~opening].reset_index(drop=True), values[:, :, ~opening.to_numpy()]
    scenario = {"name": "small", "title": "Small world", "start": "2019-01", "end": "2021-12",
                "persons_per_agent": SCALE}  # fmt: skip
    none = arm("none", (), None)
    return Comparison([none, *arms], keys, values, range(1, pairs + 1), None, scenario, "0.1.0")
