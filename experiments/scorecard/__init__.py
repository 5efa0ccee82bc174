"""The scorecard: published facts beside what the model gives, misses included.

A worker process lives one world and hands back one pair of numbers a fact, a top and a bottom; the
figure of all seeds is the sum of tops over the sum of bottoms. Results do not depend on the number
of processes. Each theme holds facts of one kind and how a world shows them.
"""

from __future__ import annotations

import pandas as pd

from agents.declare import InputError
from experiments.scorecard import (
    authors,
    careers,
    collaboration,
    corridors,
    firms,
    gravity,
    levels,
    nations,
    spells,
)
from experiments.scorecard.fact import Pairs
from experiments.scorecard.lives import SCENARIO, live_on, lived
from experiments.scorecard.table import (
    COLUMNS,
    PARTS,
    number,
    signs,
    table,
    tally,
    to_markdown,
    verdict,
)
from experiments.shared_out import Progress, shared_out
from model.networks.figures import collaboration_figures
from model.scenario import read_scenario

__all__ = ["COLUMNS", "FACTS", "PARTS", "check_options", "measure", "number", "scorecard", "signs",
           "tally", "to_markdown", "verdict"]  # fmt: skip

MOST_SEEDS, MOST_WORKERS = 10_000, 256

# read at the end of the last year, or after years beyond it
THEMES = (
    levels.THEME, corridors.THEME, nations.THEME, authors.THEME, careers.THEME, gravity.THEME,
    collaboration.theme(collaboration_figures), firms.THEME,
)  # fmt: skip
LONG_THEMES = (spells.THEME,)
FACTS = tuple(fact for theme in (*THEMES, *LONG_THEMES) for fact in theme.facts)


def scorecard(
    seeds: int = 10,
    persons_per_agent: float = 20,
    workers: int = 2,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Published facts beside what the baseline gives, with 95 % intervals over seeds.

    Parameters
    ----------
    seeds
        Worlds run, with seeds 1 to so many; a single one has no interval.
    persons_per_agent
        Scale of each world; at more than about 20 many figures rest on too few agents and are
        blank.
    workers
        Processes. They change the time taken and nothing else.
    progress
        Called after each world with the worlds done and the worlds in all.

    Raises
    ------
    InputError
        A number that cannot be used.
    """
    check_options(seeds, persons_per_agent, workers)
    tasks = [(seed, float(persons_per_agent)) for seed in range(1, seeds + 1)]
    frame = table(FACTS, shared_out(measure, tasks, workers, progress))
    frame.attrs = {"seeds": seeds, "persons_per_agent": float(persons_per_agent)}
    return frame


def check_options(seeds: int, persons_per_agent: float, workers: int) -> None:
    """Raise an InputError for numbers that cannot be used."""
    for name, value, most in (("seeds", seeds, MOST_SEEDS), ("workers", workers, MOST_WORKERS)):
        if not 1 <= value <= most:
            raise InputError("out of range", key=name, value=value, allowed=f"1 to {most}")
    read_scenario(SCENARIO).with_changes(persons_per_agent=float(persons_per_agent))


def measure(task: tuple[int, float]) -> Pairs:
    """Live one world (seed, persons per agent) and give top and bottom of every fact it shows."""
    life = lived(*task)
    pairs: Pairs = {}
    for theme in THEMES:
        pairs |= theme.measure(life)
    live_on(life)
    for theme in LONG_THEMES:
        pairs |= theme.measure(life)
    return pairs
