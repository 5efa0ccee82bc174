"""Answers: what the worlds say to each question, to the package, and about common luck."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from experiments.compare.reading import worth_of_common_luck
from experiments.compare.result import Comparison
from experiments.compare.statistics import F64, paired
from experiments.policy_table.questions import PACKAGE, PACKAGE_PARTS, Question

SUMMED = ("inflow", "outflow", "net", "graduates")
"""Flows, which are summed over years; a level is read at the end, a rate is averaged."""
LEVELS = ("stock", "mean_pay", "mismatch")
PACKAGE_MEASURES = ("inflow", "outflow", "net", "stock", "mismatch")
EXPECTED, OPEN, AGAINST = "as expected", "not distinguishable", "against theory"


class Answer(NamedTuple):
    """What pairs say to one question."""

    question: Question
    years: tuple[str, ...]
    unit: str
    baseline: float
    effect: float
    low: float
    high: float
    """95 % interval over pairs, in the unit of the measure."""
    seeds: int

    @property
    def verdict(self) -> str:
        """Whether the interval lies on the side that theory expects, on both, or on the other."""
        if self.low <= 0.0 <= self.high:
            return OPEN
        return EXPECTED if np.sign(self.effect) == self.question.sign else AGAINST


class Interaction(NamedTuple):
    """What a package does to one measure, what its parts do alone, and the difference."""

    measure: str
    unit: str
    package: float
    parts: float
    effect: float
    low: float
    high: float


def answers(
    questions: Sequence[Question], comparisons: Mapping[str, Comparison]
) -> list[Answer]:
    """One answer a question, from the comparison of its scenario."""
    return [_answer(question, comparisons[question.scenario]) for question in questions]


def _answer(question: Question, comparison: Comparison) -> Answer:
    years = tuple(year for year in comparison.years if int(year) >= question.since)
    without, with_it = side_results(comparison, question.policy, question, years)
    if question.against != "none":
        # both were held against the same worlds without either
        _, without = side_results(comparison, question.against, question, years)
    found = paired(without, with_it)
    return Answer(
        question, years, _unit(comparison, question.measure), float(found.baseline),
        float(found.effect), float(found.low), float(found.high), int(found.pairs),
    )


def side_results(
    comparison: Comparison, policy: str, question: Question, years: Sequence[str]
) -> tuple[F64, F64]:
    """Results without and with a policy, one number a pair, over the years that count."""
    sides = comparison.results(policy, question.country, question.measure, years)
    without, with_it = (over_years(side, question.measure) for side in sides)
    return without, with_it


def over_years(results: F64, measure: str) -> F64:
    """Results by (pair, year) as one number a pair."""
    if measure in SUMMED:
        return np.asarray(results.sum(axis=1))
    return np.asarray(results[:, -1] if measure in LEVELS else results.mean(axis=1))


def _unit(comparison: Comparison, measure: str) -> str:
    keys = comparison.keys
    return str(keys.loc[keys["measure"] == measure, "unit"].iloc[0])


def interactions(comparison: Comparison, country: str, since: int) -> list[Interaction]:
    """The package against the sum of its parts, over the years from ``since``."""
    years = [year for year in comparison.years if int(year) >= since]
    found = []
    for measure in PACKAGE_MEASURES:
        question = Question(PACKAGE, country, measure, 1, "")

        def effect(policy: str, question: Question = question) -> F64:
            without, with_it = side_results(comparison, policy, question, years)
            return np.asarray(with_it - without)

        parts = np.sum([effect(part) for part in PACKAGE_PARTS], axis=0)
        whole = effect(PACKAGE)
        gap = paired(parts, whole)
        found.append(Interaction(
            measure, _unit(comparison, measure), float(whole.mean()), float(parts.mean()),
            float(gap.effect), float(gap.low), float(gap.high),
        ))
    return found


def common_luck(comparison: Comparison) -> pd.DataFrame:
    """Variance ratio of every policy by years since its change, beside the bound.

    Returns
    -------
    DataFrame
        ``policy, measure, years, relative_effect, variance_ratio, bound``.
    """
    return pd.concat(
        [worth_of_common_luck(comparison, arm).assign(policy=arm.name)
         for arm in comparison.policies],
        ignore_index=True,
    )
