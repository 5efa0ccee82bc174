"""Top tax and the ablest (Akcigit, Baslandze and Stantcheva 2016)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from agents.employers import MONTHS
from agents.levers import month_number
from agents.policies import Change, Policy
from experiments.natural_experiments.estimators import Coefficient, poisson
from experiments.natural_experiments.worlds import (
    Asked,
    Cluster,
    Experiment,
    Published,
    World,
    half,
    market,
    months,
    named,
)
from model import tables

START, UNTIL = "2020-01", "2025-12"
RISE, MOST = 0.3, 0.9
TOP = 0.01  # share of people at the opening who are called superstars
AFTER = 4  # full years after which one looks: stocks follow flows slowly
FOREIGN, DOMESTIC, GAP = "foreign", "domestic", "gap"
SOURCE = "Akcigit et al. 2016"
TOO_SMALL = (
    "the top rate falls only on pay beyond twice the mean, so that the average rate of these "
    "people rises by less than the top rate, which the study takes for theirs; and four to five "
    "years move a part of the stock only"
)
TOO_NEAR = "a figure so near to nought needs many more worlds to be told from it"


def raised(seed: int) -> Policy:
    """Half of the countries, drawn by luck, tax the top of pay by thirty points more."""
    data = tables.load()
    taxed = half(named(data.countries), seed, "top tax")
    return Policy(
        f"top-tax-{seed}", "A higher tax on the top of pay in half of the countries",
        changes=tuple(
            Change(month_number(START), code, {"top_tax_rate": _rate(data, code)}, hold=True)
            for code in taxed
        ),
    )


def _rate(data: tables.Tables, code: str) -> float:
    return float(min(data.country["tax_rate"][data.index[code]] + RISE, MOST))


def measure(world: World) -> pd.DataFrame:
    """People at work among the world's ablest, by year, country and whether they were born there.

    ``keeps`` is the log of what the top rate leaves.
    """
    policy = raised(world.seed)
    lived = market(world, [policy], UNTIL)
    rates = {change.country: change.set["top_tax_rate"] for change in policy.changes}
    data, codes, start = lived.tables, lived.tables.countries, month_number(START) // MONTHS
    cut = np.quantile(lived.researchers.ability, 1.0 - TOP)
    rows = []
    for month in months(lived, UNTIL):
        if month % MONTHS != MONTHS - 1:
            continue
        people, year = lived.researchers, month // MONTHS
        top = np.flatnonzero((people.ability >= cut) & (people.employer >= 0))
        here, born = people.country[top], people.birth_country[top]
        for group, of_group in ((FOREIGN, born != here), (DOMESTIC, born == here)):
            numbers = np.bincount(here[of_group], minlength=len(codes))
            for code in named(codes):
                ordinary = float(data.country["tax_rate"][data.index[code]])
                rate = rates.get(code, ordinary) if year >= start else ordinary
                rows.append((
                    world.seed, year, code, group, int(numbers[data.index[code]]), np.log1p(-rate)
                ))
    columns = ["seed", "year", "country", "group", "people", "keeps"]
    return pd.DataFrame(rows, columns=columns)


def estimate(frame: pd.DataFrame, cluster: Cluster | None = None) -> dict[str, Coefficient]:
    """Elasticities of numbers to the net-of-tax rate: PPML, effects of countries and of years.

    The last year before the rise against the years from the fourth after it. Both groups stand in
    one regression, so that their difference has an interval of its own.
    """
    start, cluster = month_number(START) // MONTHS, cluster or ("seed", "country")
    used = frame[(frame["year"] < start) | (frame["year"] >= start + AFTER)].copy()
    elasticities = {}
    for group, other in ((FOREIGN, DOMESTIC), (DOMESTIC, FOREIGN)):
        # what both groups share is the answer of the one that has no term of its own
        used["besides"] = used["keeps"] * (used["group"] == other)
        both = poisson(
            used, "people", ["keeps", "besides"],
            effects=[("seed", "country", "group"), ("seed", "year", "group")], cluster=cluster,
        )
        elasticities[group] = both["keeps"]
    return elasticities | {GAP: both["besides"]}


EXPERIMENT = Experiment(
    key="top_tax",
    title="Top tax",
    design=(
        f"From {START} half of the named countries of each world, drawn by luck, tax the part of "
        f"pay beyond twice the country's mean by {100 * RISE:g} points more than before. People "
        f"among the ablest {100 * TOP:g} % of the opening are counted each December where they "
        f"work. PPML of their number on the log of the net-of-tax rate, foreign- and native-born "
        "apart, with effects of countries and of years in each world, clustered by country and "
        f"world: the last year before against those from the {AFTER}th after the rise."
    ),
    measure=measure,
    estimate=estimate,
    asked=(
        Asked(FOREIGN, "foreign superstars, elasticity to the net-of-tax rate",
              Published(1, "about 1", SOURCE, 1.0), TOO_SMALL),
        Asked(DOMESTIC, "domestic superstars, elasticity to the net-of-tax rate",
              Published(1, "about 0.03", SOURCE, 0.03), TOO_NEAR),
        Asked(GAP, "foreign less domestic, elasticity",
              Published(1, "foreign ones answer more", SOURCE, 0.97), TOO_SMALL),
    ),
)  # fmt: skip
