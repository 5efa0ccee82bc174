"""Rows 13, 17, 21 and 24: pay at the top, exits after deals, offshore hires, departing professors.

Sizes of firms, row 12, need fifty years of a world: see ``python -m experiments.firms``.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from agents.employers import EmployerKind
from experiments.firms.exits import PUBLISHED, SOURCE, matched
from experiments.firms.exits import TOP as TOP_EARNERS
from experiments.scorecard.fact import NONE, Fact, Pairs
from experiments.scorecard.lives import Life
from experiments.scorecard.theme import Theme
from model.month.founding import FEW_SENIORS
from model.statistics import LEAST_AGENTS

TOP = 0.01
MILLION = 1e6
# found by counting who is refused
STAY_THERE = (
    "four in five refusals are of people who are in the USA on another visa already and ask again; "
    "of those refused from abroad one in seven takes a place"
)
FEW_SENIORS_LEFT = (
    "able seniors of public research become few, about a fifth of what would keep up with demand, "
    "so that countries differ by more than universities do, by counting noise too"
)
ENOUGH = float(LEAST_AGENTS)
SPREAD_OF_TOLERANCE = {"acquired": 8.0, "ordinary": 5.0}  # points: two figures of one study


def _facts() -> Iterator[Fact]:
    yield Fact("top_gap", 13, "pay of the best paid 1 %, firms less public, USA, M USD", "2026",
               1.5, 0.75, 2.25, "no", "Akcigit et al. 2026",
               "quoted pay of AI people at the end of 2025; range: half to one and a half times "
               "the published gap, our own yardstick")
    note = (
        "hires of private firms from 2019 to 2024, whoever left the profession included; matches "
        "of the same country, quarter and kind of employer, near in pay and age; range: our own "
        "tolerance"
    )
    for key, words in (("acquired", "acquired people"), ("ordinary", "matched ordinary hires")):
        figure, apart = PUBLISHED[key], SPREAD_OF_TOLERANCE[key]
        yield Fact(f"exit_{key}", 17, f"{words} gone within a year, %", "", figure, figure - apart,
                   figure + apart, "by hand", SOURCE, note, least=ENOUGH)
    yield Fact("exit_gap", 17, "the first less the second, points", "", 21.0, 10.0, 30.0, "by hand",
               SOURCE, "the weight of fit and the search that it sets off were set with an eye on "
               "it; range: our own tolerance", least=ENOUGH)
    yield Fact("exit_gap_top", 17, "the same gap among the best paid tenth, points", "", NONE, NONE,
               NONE, "no", SOURCE, "published: larger among top earners", least=ENOUGH)
    yield Fact("offshore", 21, "people placed abroad for each refusal of an H-1B visa", "2023", 0.4,
               0.3, 0.9, "input", "Glennon 2023",
               "published: 0.4 on average, 0.9 in the most globalised firms; the chance of an "
               "offer is an input, that of taking it is not", STAY_THERE, least=ENOUGH)
    yield Fact("professors", 24, "student startups, able seniors one s.d. fewer, %", "2024",
               -5.0, -8.0, -2.0, "by hand", "Gofman and Jin 2024",
               "over countries at the end of 2025, weighted by seniors expected; published: over "
               "universities; the elasticity was set with an eye on it; range: our own tolerance",
               FEW_SENIORS_LEFT)


def _measure(life: Life) -> Pairs:
    return _top(life) | _exits(life) | _offshore(life) | _professors(life)


def _top(life: Life) -> Pairs:
    """Best paid in firms and in public research of the United States."""
    people, employers = life.market.researchers, life.market.employers
    held = (people.employer >= 0) & (people.country == life.market.tables.index["USA"])
    public = employers.kind[people.employer] == EmployerKind.PUBLIC_RESEARCH
    means = []
    for side in (held & ~public, held & public):
        pay = np.sort(people.pay[side].astype(np.float64))
        top = pay[-max(round(TOP * pay.size), 1) :]
        # a single person is no mean
        means.append(float(top.mean()) if TOP * pay.size >= 1.0 else NONE)
    return {"top_gap": ((means[0] - means[1]) / MILLION, 1.0)}


def _exits(life: Life) -> Pairs:
    found = matched(life.exits.seen())
    gap = found["gone"] - found["matches_gone"]
    top = found["rank"] >= TOP_EARNERS
    return {
        key: (100.0 * float(values.sum()), float(len(values)))
        for key, values in (
            ("exit_acquired", found["gone"]), ("exit_ordinary", found["matches_gone"]),
            ("exit_gap", gap), ("exit_gap_top", gap[top]),
        )
    }


def _offshore(life: Life) -> Pairs:
    rules, counts = life.market.rules, life.market.recorder.counts[1:]
    lottery = np.array([scheme.id == "usa-h-1b" for scheme in rules.schemes])
    refused = sum(int(count.refusals[lottery].sum()) for count in counts)
    return {"offshore": (float(sum(count.placed_abroad for count in counts)), float(refused))}


def _professors(life: Life) -> Pairs:
    """What one standard deviation fewer does to founding by those who studied there."""
    held, named = life.market.world.venture_market, life.named
    if not life.market.world.firms_act or held.expected_seniors[named].sum() < LEAST_AGENTS:
        return {"professors": (NONE, 1.0)}
    present = (held.seniors + FEW_SENIORS) / (held.expected_seniors + FEW_SENIORS)
    logs, weight = np.log(present[named]), held.expected_seniors[named]
    spread = float(np.sqrt(np.cov(logs, aweights=weight)))
    elasticity = life.market.parameters.founding.professors
    return {"professors": (100.0 * float(np.expm1(-elasticity * spread)), 1.0)}


THEME = Theme(tuple(_facts()), _measure)
