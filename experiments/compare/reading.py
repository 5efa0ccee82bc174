"""What is read off a comparison: main effects, who gains and loses, the worth of common luck."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from agents.levers import month_text
from experiments.compare.result import WORLD, Arm, Comparison
from experiments.compare.statistics import (
    beyond_luck,
    chance_of_luck,
    over,
    paired,
    ratio_bound,
    variance_of,
)

FLOWS = ("net", "inflow", "outflow", "net_per_10k_workforce")
LEVELS = ("stock", "mean_pay", "mismatch")
SUM = "sum"
LUCK_MEASURES = ("inflow", "outflow", "net", "stock")


def acting_countries(comparison: Comparison, arm: Arm) -> tuple[str, ...]:
    """Countries in which the policy, or what it is held against, changes something."""
    return tuple(sorted({*arm.countries, *comparison.against.countries}))


def first_month(comparison: Comparison, arm: Arm) -> int | None:
    """The first month in which the two sides may differ; None if they never do."""
    months = [side.first_month for side in (arm, comparison.against)]
    return min((month for month in months if month is not None), default=None)


def years_after(comparison: Comparison, arm: Arm) -> list[str]:
    """Years from that of the first change on."""
    month = first_month(comparison, arm)
    if month is None:
        return []
    return [year for year in comparison.years if year >= month_text(month)[:4]]


def main_effects(comparison: Comparison, arm: Arm, country: str) -> pd.DataFrame:
    """Effects on the main measures of a country, by year after the change and, of flows, summed.

    Returns
    -------
    DataFrame
        ``measure, period`` (a year, or ``sum``), ``baseline, effect, low, high``.
    """
    years = years_after(comparison, arm)
    rows = []
    for measure in (*FLOWS, *LEVELS) if years else ():
        found = comparison.effect_on(arm.name, country, measure, years)
        parts = [(years, found)]
        if measure in FLOWS:
            total = comparison.effect_on(arm.name, country, measure, years, total=True)
            parts.append(([SUM], total))
        for periods, part in parts:
            for place, period in enumerate(periods):
                rows.append((measure, period, part.baseline[place], part.effect[place],
                             part.low[place], part.high[place]))  # fmt: skip
    columns = ["measure", "period", "baseline", "effect", "low", "high"]
    return pd.DataFrame(rows, columns=columns)


def shifts(comparison: Comparison, arm: Arm) -> pd.DataFrame:
    """Who gains and who loses: the effect on the stock of every country when the worlds end.

    Returns
    -------
    DataFrame
        ``country, effect, low, high`` (persons), ``relative`` (effect over the baseline),
        ``beyond_luck``: whether the country stands out among all of them, with a share of wrong
        ones of at most 5 % (Benjamini and Hochberg); largest gain first. With one pair nobody does.
    """
    countries = [country for country in comparison.countries if country != WORLD]
    sides = [
        comparison.results(arm.name, country, "stock", [comparison.last_year])
        for country in countries
    ]
    against = np.concatenate([side[0] for side in sides], axis=1)
    value = np.concatenate([side[1] for side in sides], axis=1)
    found = paired(against, value)
    named = np.zeros(len(countries), bool)
    if len(against) > 1:
        named = beyond_luck(chance_of_luck(value - against))
    frame = pd.DataFrame({
        "country": countries, "effect": found.effect, "low": found.low, "high": found.high,
        "relative": found.effect / np.maximum(found.baseline, 1.0), "beyond_luck": named,
    })  # fmt: skip
    return frame.sort_values("effect", ascending=False, kind="stable", ignore_index=True)


def drawn_from(moved: pd.DataFrame, countries: Sequence[str]) -> pd.DataFrame:
    """Who has less for what the acting countries have more: shares of their gain.

    Parameters
    ----------
    moved
        From :func:`shifts`.
    countries
        The acting ones.

    Returns
    -------
    DataFrame
        ``country, share`` of those that lose beyond luck, largest first; empty where the acting
        countries do not gain beyond luck.
    """
    acting = moved["country"].isin(list(countries)) & moved["beyond_luck"]
    gain = float(moved.loc[acting, "effect"].sum())
    losers = moved[moved["beyond_luck"] & (moved["effect"] < 0) & ~acting]
    if gain <= 0:
        losers = losers.iloc[:0]
    share = -losers["effect"] / gain if gain > 0 else losers["effect"]
    return (
        pd.DataFrame({"country": losers["country"], "share": share})
        .sort_values("share", ascending=False, kind="stable", ignore_index=True)
    )  # fmt: skip


def worth_of_common_luck(comparison: Comparison, arm: Arm) -> pd.DataFrame:
    """The variance ratio by years since the change, beside its bound, over the acting countries.

    Returns
    -------
    DataFrame
        ``measure``; ``years`` since that of the change; ``relative_effect``: events changed over
        events in the baseline (of the stock: the effect over it); ``variance_ratio``: variances
        summed over the acting countries; ``bound``: see
        :func:`~experiments.compare.statistics.ratio_bound`, blank where the effect is not
        distinguishable from nought in any of them.
    """
    years, countries = years_after(comparison, arm), acting_countries(comparison, arm)
    scale = float(comparison.scenario["persons_per_agent"])
    rows = []
    for measure in LUCK_MEASURES if years and len(comparison.seeds) > 1 else ():
        apart = differing = changed = level = np.zeros(len(years))
        clear = np.zeros(len(years), bool)
        for country in countries:
            against, value = comparison.results(arm.name, country, measure, years)
            known = np.ones(against.shape, bool)
            apart = apart + variance_of(against, known) + variance_of(value, known)
            differing = differing + variance_of(value - against, known)
            events = ("inflow", "outflow") if measure == "net" else (measure,)
            for event in events:
                found = comparison.effect_on(arm.name, country, event, years)
                changed, level = changed + np.abs(found.effect), level + found.baseline
                clear |= (found.low > 0) | (found.high < 0)
        bound = np.where(clear, ratio_bound(apart, changed, scale), np.nan)
        for place in range(len(years)):
            rows.append((measure, place, over(changed, level)[place],
                         over(apart, differing)[place], bound[place]))  # fmt: skip
    columns = ["measure", "years", "relative_effect", "variance_ratio", "bound"]
    return pd.DataFrame(rows, columns=columns)

