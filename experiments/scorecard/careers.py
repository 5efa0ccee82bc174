"""Rows 6, 8 and 10: doctors who stay, hires who are kept, first jobs of doctors."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from agents.employers import MONTHS, EmployerKind
from experiments.scorecard.fact import NONE, Fact, Pairs
from experiments.scorecard.lives import FIRST_YEAR, Life
from experiments.scorecard.theme import Theme
from experiments.scorecard.watches import DOCTOR
from model.statistics import LEAST_AGENTS

STAY_ORIGINS = {"IND": 86.1, "CHN": 83.2, "TWN": 65.2, "TUR": 51.9, "KOR": 51.0}  # NSF 25-325
LABORATORIES, META = ("Anthropic", "DeepMind", "OpenAI"), "Meta"
SIGNALFIRE = "SignalFire 2025, a secondary account"
TAULBEE = "Taulbee survey via AI Index 2026; earlier editions differ"
FIRST_JOBS = {2019: 65.0, 2022: 77.0, 2024: 65.0}
ENOUGH = float(LEAST_AGENTS)
# Reasons of misses, from runs held against their inputs and against runs with one thing changed.
VISAS = (
    "permits that end and a lottery that is lost send about three in ten foreign doctors away "
    "(with visa barriers off 93 % stay), whatever their origin; the pull of home, which differs by "
    "origin, moves returns by less than the published rates differ"
)
ALIKE = (
    "jobs end at one rate (6 % a year) in every firm, lay-offs of single firms and years are not "
    "in the model, and better bids reach the hires of all firms alike"
)
EVEN = (
    "public research holds 13 to 14 % of jobs in the USA and Canada throughout (input: 13 % for "
    "the USA), and new doctors take its posts little more often than anybody; demand of firms "
    "grows evenly, without the boom of 2021 and 2022 and its end"
)


def _facts() -> Iterator[Fact]:
    for origin, figure in STAY_ORIGINS.items():
        yield Fact(f"stay{origin}", 6, f"doctors still in the USA, 4 to 6 years on, {origin}, %",
                   "2023", figure, figure - 6.0, figure + 6.0, "no", "NCSES 2025 (NSF 25-325)",
                   "entrants of 2019 and 2020 at the end of 2025, still in the profession; "
                   "published: all sciences", VISAS, least=ENOUGH)
    note = (
        "hires of 2021 to 2023; who has left the profession counts as gone, as in counts of staff"
    )
    yield Fact("kept", 8, "big tech hires still there after two years, %", "2025", 72.0, 64.0,
               80.0, "no", SIGNALFIRE, f"{note}; published: mean and span of four firms",
               least=ENOUGH)
    yield Fact("kept_laboratories", 8, "the same, " + ", ".join(LABORATORIES) + ", %", "2025",
               75.0, 67.0, 80.0, "no", SIGNALFIRE, f"{note}; range: the span of the three",
               least=ENOUGH)
    yield Fact("kept_meta", 8, "the same, Meta, %", "2025", 64.0, 56.0, 72.0, "no", SIGNALFIRE,
               f"{note}; range: our own tolerance", ALIKE, least=ENOUGH)
    yield Fact("kept_others", 8, "the same, big tech but the laboratories, %", "", NONE, NONE,
               NONE, "no", "shown beside the laboratories", least=ENOUGH)
    for year, figure in FIRST_JOBS.items():
        yield Fact(f"private{year}", 10, f"new AI doctors whose first job is private, {year}, %",
                   str(year), figure, figure - 5.0, figure + 5.0, "no", TAULBEE,
                   "doctors and first jobs of the USA and Canada, domestic industry and startups "
                   "included", EVEN, least=ENOUGH)
    for key, first, last, low, high in (("rise", 2019, 2022, 4.0, 20.0),
                                        ("fall", 2022, 2024, -20.0, -4.0)):  # fmt: skip
        yield Fact(key, 10, f"change of that share from {first} to {last}, points", str(last),
                   FIRST_JOBS[last] - FIRST_JOBS[first], low, high, "no", TAULBEE,
                   "range: a third to five thirds of the published change, our own yardstick", EVEN)


def _measure(life: Life) -> Pairs:
    return _stays(life) | _kept(life) | _first_jobs(life)


def _stays(life: Life) -> Pairs:
    """Foreign-born doctors who entered in the United States and are still there."""
    people, index = life.market.researchers, life.market.tables.index
    entered = people.degree_month.astype(np.int64)
    cohort = (entered >= FIRST_YEAR * MONTHS) & (entered < (FIRST_YEAR + 2) * MONTHS)
    cohort &= people.study_country == index["USA"]
    cohort &= people.degree == DOCTOR
    pairs: Pairs = {}
    for origin in STAY_ORIGINS:
        chosen = cohort & (people.birth_country == index[origin])
        here = chosen & (people.country == index["USA"])
        pairs[f"stay{origin}"] = (100.0 * float(here.sum()), float(chosen.sum()))
    return pairs


def _kept(life: Life) -> Pairs:
    employers = life.market.employers
    big_tech = np.flatnonzero(employers.kind == EmployerKind.BIG_TECH)
    laboratory = np.array([employers.names[row] in LABORATORIES for row in big_tech])
    meta = np.array([employers.names[row] == META for row in big_tech])
    pairs: Pairs = {}
    for key, chosen in (("kept", None), ("kept_laboratories", big_tech[laboratory]),
                        ("kept_meta", big_tech[meta]),
                        ("kept_others", big_tech[~laboratory])):  # fmt: skip
        kept, hired = life.hires.kept(chosen)
        pairs[key] = (100.0 * kept, hired)
    return pairs


def _first_jobs(life: Life) -> Pairs:
    pairs: Pairs = {}
    share: dict[int, float] = {}
    for year in FIRST_JOBS:
        private, jobs = life.first_jobs.private(year)
        pairs[f"private{year}"] = (100.0 * private, jobs)
        share[year] = 100.0 * private / jobs if jobs >= LEAST_AGENTS else NONE
    pairs["rise"] = (share[2022] - share[2019], 1.0)
    pairs["fall"] = (share[2024] - share[2022], 1.0)
    return pairs


THEME = Theme(tuple(_facts()), _measure)
