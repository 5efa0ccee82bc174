"""Row 5: the ablest, sampled as authors at a conference are."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from agents.employers import EmployerKind, Employers
from experiments.scorecard.arithmetic import ablest
from experiments.scorecard.fact import Fact, Pairs
from experiments.scorecard.lives import FIRST_YEAR, Life, Snapshot
from experiments.scorecard.theme import Theme
from experiments.scorecard.watches import DOCTOR

F64 = NDArray[np.float64]
MACROPOLO = "MacroPolo, 2020 and 2024"
TOP_SHARE = 0.2
TOLERANCE = 5.0  # points: a secondary account, and two editions with different samples
CHINA, AMERICA = "CHN", "USA"
FIGURES = {
    ("born", CHINA): {2019: 29.0, 2022: 47.0},
    ("born", AMERICA): {2019: 20.0, 2022: 18.0},
    ("work", CHINA): {2019: 11.0, 2022: 28.0},
    ("work", AMERICA): {2019: 59.0, 2022: 42.0},
}
# Reasons of misses, from runs held against their inputs.
REASONS = {
    ("born", CHINA): "a sixth of the model's doctors were born in China; the inputs let China's AI "
    "people grow by 18 % a year and America's by 13 %, which adds three points, not eighteen",
    ("born", AMERICA): "two thirds of those who enter in the USA were born there, doctors "
    "included, since origin does not depend on the degree; the USA's part of the ablest grows "
    "with big tech's",
    ("work", CHINA): "the inputs let China's AI people grow by 18 % a year and America's by 13 %: "
    "China's part of all authors sampled rises from 10 to 12 %, not to twice as much",
    ("work", AMERICA): "American doctors are 23 % of all and 36 % of the sample; the rest is big "
    "tech, which is mostly American and whose part of the ablest authors grows from 54 to 70 % "
    "in three years, where the published share of the USA falls",
}


def _facts() -> Iterator[Fact]:
    for (kind, country), years in FIGURES.items():
        words = "born in" if kind == "born" else "at work in"
        for year, figure in years.items():
            yield Fact(f"{kind}{country}{year}", 5,
                       f"top fifth of authors {words} {country} {year}, %", str(year), figure,
                       figure - TOLERANCE, figure + TOLERANCE, "no", MACROPOLO,
                       "sampled: doctors in public research or in laboratories at least as good, "
                       "weighted by environment; published: country of first degree for of birth",
                       REASONS[kind, country])


def author_weight(people: Snapshot, employers: Employers, environment: F64) -> F64:
    """How readily each person would be met among the authors of a conference (assumption).

    Parameters
    ----------
    environment
        Of public research by country, United States = 1, shape (countries,).

    Returns
    -------
    Shape (n,); 0 for whoever is not met there at all.

    Notes
    -----
    An author holds a doctorate and works where papers are written: in public research, or in a
    laboratory whose environment is at least that of public research in its country. That leaves
    out most of industry and startups, where AI people use what is known. Among authors the chance
    follows the environment itself, which the data rate by universities, research output and
    researchers. Students, who write many of the papers, enter the model with their degree only.
    """
    employed = people.employer >= 0
    employer = np.where(employed, people.employer, 0)
    country = employers.country[employer].astype(np.int64)
    writes = employers.kind[employer] == EmployerKind.PUBLIC_RESEARCH
    writes |= employers.environment[employer] >= environment[country]
    author = employed & writes & (people.degree == DOCTOR)
    return np.asarray(np.where(author, employers.environment[employer], 0.0))


def _measure(life: Life) -> Pairs:
    tables, employers = life.market.tables, life.market.employers
    pairs: Pairs = {}
    for (kind, code), years in FIGURES.items():
        for year in years:
            people = life.people[year + 1 - FIRST_YEAR]
            weight = author_weight(people, employers, tables.country["research_environment"])
            able = ablest(people.ability, weight, TOP_SHARE)
            place = people.birth if kind == "born" else people.country
            share = 100.0 * float(able[place == tables.index[code]].sum())
            pairs[f"{kind}{code}{year}"] = (share, float(able.sum()))
    return pairs


THEME = Theme(tuple(_facts()), _measure)
