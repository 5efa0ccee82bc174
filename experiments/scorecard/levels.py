"""Rows 1, 9 and 11: moves across borders, changes of employer, the American lottery."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from experiments.scorecard.fact import Fact, Pairs
from experiments.scorecard.lives import Life
from experiments.scorecard.theme import Theme

H1B = {2021: 46.2, 2022: 43.8, 2023: 26.9, 2024: 24.8, 2025: 25.6, 2026: 34.9}  # USCIS


def _facts() -> Iterator[Fact]:
    yield Fact("moves", 1, "AI experts who change country, % a year", "2024", 2.2, 1.5, 3.0,
               "by hand", "BCG 2024")
    yield Fact("jobs", 9, "changes of employer, % of jobs a month", "", 1.0, 0.7, 1.3, "by hand",
               "own reading of first-year exits and two-year retention")
    for year, figure in H1B.items():
        yield Fact(f"h1b{year}", 11, f"H-1B chance, fiscal year {year}, %", str(year), figure,
                   figure - 3.0, figure + 3.0, "input", "USCIS via press",
                   "mean chance published in the model from March to February")


def _measure(life: Life) -> Pairs:
    recorder = life.market.recorder
    jobs = [level.stock.sum() - level.jobless.sum() for level in recorder.levels[:-1]]
    changes = sum(count.job_moves for count in recorder.counts[1:])
    return {
        "moves": (100.0 * float(life.flows.sum()), float(life.stocks[:-1].sum())),
        "jobs": (100.0 * changes, float(sum(jobs))),
    } | {
        f"h1b{year}": (100.0 * float(np.mean(life.odds[year])), 1.0)
        for year in H1B if life.odds.get(year)
    }  # fmt: skip


THEME = Theme(tuple(_facts()), _measure)
