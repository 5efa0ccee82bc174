"""All questions to the worlds lived: findings, and the tables that stand behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from experiments.firms import exits, forms, moves, packages, prices, review, sizes, survival
from experiments.firms.exits import Exits, judged
from experiments.firms.findings import Finding
from experiments.firms.living import ARMS, FIT_WEIGHTS, REMOVED, Seen
from experiments.firms.sizes import Soak
from experiments.firms.worlds import mean
from model.parameters import Parameters

CUTOFFS = (5, 10, 15, 20)
PAY_ARMS = ("baseline", "without", "without five", "one meeting")
DEFAULT_FIT = Parameters().bidding.fit_weight


class Answers(NamedTuple):
    """What the page shows."""

    findings: list[Finding]
    fit: pd.DataFrame
    """Exits by weight of fit, and where it is drawn alike."""
    review: pd.DataFrame
    prices: pd.DataFrame
    forms: pd.DataFrame
    years: pd.DataFrame
    """Deals by form and year."""
    tails: pd.DataFrame
    """Exponent of the tail by the size from which it is taken."""
    spread: pd.DataFrame
    survival: pd.DataFrame
    curves: pd.DataFrame
    """Survival by months, a column a seed."""
    packages: pd.DataFrame
    sizes: Sequence[Soak]
    cutoff: int
    """Size from which the tail is taken."""


def answers(worlds: Mapping[str, Sequence[Seen]], soaks: Sequence[Soak]) -> Answers:
    """Findings and tables from all worlds."""
    base = worlds["baseline"]
    deals = {arm: [(one.deals, one.persons_per_agent) for one in seen]
             for arm, seen in worlds.items()}  # fmt: skip
    done = [one.carried_out() for one in base]
    ventures = [one.ventures for one in base]
    pay = {arm: [one.pay for one in worlds[arm]] for arm in PAY_ARMS}
    left = {arm: judged([one.matches for one in worlds[arm]]) for arm in fit_arms()}
    found = [
        *exits.findings(left["baseline"], left["alike"], exits.rises_more(
            [one.matches for one in base], [one.matches for one in worlds["people alone"]]
        )), *review.findings(deals),
        *prices.findings(done), *sizes.findings(soaks), *survival.findings(ventures),
        *packages.findings(pay, REMOVED),
        *moves.findings(
            [one.moves for one in base], [one.moves for one in worlds["no environment"]]
        ),
    ]  # fmt: skip
    growth = pd.concat([one.growth for one in soaks], ignore_index=True)
    return Answers(
        found, _fit(worlds, left), review.table(deals), prices.table(done),
        forms.deals_by_form(done), forms.by_year(done), sizes.tails(soaks, CUTOFFS),
        sizes.volatility(growth), survival.table(ventures),
        pd.DataFrame({seed: survival.curve(one) for seed, one in enumerate(ventures, 1)}),
        packages.table(pay), soaks, sizes.cutoff_of(soaks),
    )


def fit_arms() -> tuple[str, ...]:
    """Arms by rising weight of fit, the default among them, then other rules of fit."""
    lower = [f"fit {weight:g}" for weight in FIT_WEIGHTS if weight < DEFAULT_FIT]
    higher = [f"fit {weight:g}" for weight in FIT_WEIGHTS if weight >= DEFAULT_FIT]
    return (*lower, "baseline", *higher, "alike", "people alone")


def _fit(worlds: Mapping[str, Sequence[Seen]], left: Mapping[str, Exits]) -> pd.DataFrame:
    """A row an arm: share of fit in the variance, exits, gaps."""
    return pd.DataFrame([
        {"arm": ARMS[arm].title, "share": mean(one.fit_share for one in worlds[arm]).value,
         **found._asdict()}
        for arm, found in left.items()
    ])  # fmt: skip

