"""A ban of non-compete clauses (Balasubramanian and others 2022, on Hawaii)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from agents.employers import MONTHS, EmployerKind
from agents.levers import month_number
from agents.policies import Change, Policy
from experiments.natural_experiments.estimators import Coefficient, differences, poisson
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

BAN, UNTIL = "2022-01", "2024-12"
SOURCE = "Balasubramanian et al. 2022"
MOBILITY, PAY = "mobility", "pay"


def enforcing() -> list[str]:
    """Named countries where such clauses bind people at the opening."""
    data = tables.load()
    bound = data.country["non_competes_enforced"] > 0
    return [code for code in named(data.countries) if bound[data.index[code]]]


def ban(seed: int) -> Policy:
    """Half of the countries that enforce clauses, drawn by luck, stop doing so."""
    month = month_number(BAN)
    return Policy(
        f"ban-{seed}", "No non-compete clauses in half of the countries",
        changes=tuple(
            Change(month, code, {"non_competes_enforced": 0.0}, hold=True)
            for code in half(enforcing(), seed, "non-competes")
        ),
    )


def measure(world: World) -> pd.DataFrame:
    """Job changes, people at work and the mean log pay of new hires, by country and year."""
    lived = market(world, [ban(world.seed)], UNTIL)
    codes = enforcing()
    row = np.array([lived.tables.index[code] for code in codes])
    treated = half(codes, world.seed, "non-competes")
    pay = dict[int, tuple[np.ndarray, np.ndarray]]()
    for month in months(lived, UNTIL):
        people, employers = lived.researchers, lived.employers
        new = np.flatnonzero((people.hired == month) & (people.employer >= 0) & ~people.by_deal)
        new = new[employers.kind[people.employer[new]] != EmployerKind.PUBLIC_RESEARCH]
        country, count = people.country[new], lived.world.countries
        total, number = pay.get(month // MONTHS, (np.zeros(count), np.zeros(count)))
        pay[month // MONTHS] = (
            total + np.bincount(country, np.log(people.pay[new]), count),
            number + np.bincount(country, minlength=count),
        )
    rows = []
    for year, (total, number) in pay.items():
        changes = lived.recorder.years[year].job_changes[row]
        mean = total[row] / np.maximum(number[row], 1)
        rows += [
            (world.seed, year, code, changes[place], mean[place], number[row][place],
             code in treated and year >= month_number(BAN) // MONTHS)
            for place, code in enumerate(codes)
        ]  # fmt: skip
    return pd.DataFrame(
        rows, columns=["seed", "year", "country", "job_changes", "log_pay", "hires", "ban"]
    )


def estimate(frame: pd.DataFrame, cluster: Cluster | None = None) -> dict[str, Coefficient]:
    """Differences-in-differences between countries, with effects of countries and of years."""
    effects = [("seed", "country"), ("seed", "year")]
    cluster = cluster or ("seed", "country")
    hired = frame[frame["hires"] > 0]
    return {
        MOBILITY: poisson(frame, "job_changes", ["ban"], effects, cluster)["ban"],
        PAY: differences(hired, "log_pay", ["ban"], effects, cluster)["ban"],
    }


EXPERIMENT = Experiment(
    key="non_competes",
    title="Ban of non-compete clauses",
    design=(
        f"From {BAN} half of the countries that enforce such clauses, drawn by luck in each world, "
        "stop doing so; the others are what Hawaii was held against. Difference-in-differences "
        "with effects of countries and of years in each world, clustered by country and world: of "
        "job changes (Poisson) and of the mean log pay of those hired by private employers."
    ),
    measure=measure,
    estimate=estimate,
    asked=(
        Asked(MOBILITY, "job changes, log",
              Published(1, "mobility +11 %", SOURCE, float(np.log(1.11))),
              "a clause here bars its holder from every rival in the country for as long as the "
              "job lasts, and nobody buys it off; in the study most bind for a year, and many are "
              "not enforced"),
        Asked(PAY, "pay of new hires, log", Published(1, "pay of new hires +4 %", SOURCE,
                                                      float(np.log(1.04)))),
    ),
)  # fmt: skip
