"""Trains a small policy and writes a page: ``python -m experiments.learning.train --out docs``."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from agents.declare import InputError
from experiments.learning.environment import GovernmentsEnv
from experiments.learning.figure import picture
from experiments.learning.page import Made, Speed, to_markdown
from experiments.learning.training import (
    CANDIDATES,
    Progress,
    best_step,
    evaluate,
    rivals,
    train,
)
from experiments.shared_out import write_page
from model.tables import country_names

PAGE, PICTURE = "learning.md", "learning.png"
SCALES = (2000.0, 500.0, 200.0, 50.0)
TIMED = 3  # episodes a scale; the first of all compiles, and a shared machine slows some
FIRST_EVALUATED = 20_001
"""Seed of the first world of the evaluation, far from those of training."""


def speed(country: str, persons_per_agent: float) -> Speed:
    """Time of a reset under a new seed and mean time of a step: the fastest of some episodes."""
    env = GovernmentsEnv([country], persons_per_agent=persons_per_agent)
    times = []
    for seed in range(1, TIMED + 1):
        began = time.process_time()
        env.reset(seed=seed)
        opened = time.process_time()
        while env.agents:
            env.step({country: 0})
        times.append((opened - began, (time.process_time() - opened) / env.years))
    reset, step = (min(one) for one in zip(*times, strict=True))
    return Speed(persons_per_agent, reset, step)


def _bar(what: str) -> Progress:
    bar = tqdm(desc=what, disable=None)

    def progress(done: int, total: int) -> None:
        bar.total = total
        bar.update(done - bar.n)
        if done == total:
            bar.close()

    return progress


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, evaluate, write page and picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, help="folder of page and picture; else print the page")
    parser.add_argument("--country", default="KOR", help="who learns")
    parser.add_argument("--persons-per-agent", type=float, default=50.0)
    parser.add_argument("--generations", type=int, default=7)
    parser.add_argument("--candidates", type=int, default=CANDIDATES)
    parser.add_argument("--seeds", type=int, default=30, help="worlds of the evaluation")
    parser.add_argument("--luck", type=int, default=1, help="seed of the search")
    chosen = parser.parse_args(arguments)
    if chosen.generations < 1 or chosen.candidates < 4 or chosen.seeds < 2:
        parser.error("one generation, four candidates and two seeds at least are needed")
    try:
        env = GovernmentsEnv([chosen.country], persons_per_agent=chosen.persons_per_agent)
    except InputError as fault:
        parser.error(str(fault))
    speeds = [speed(chosen.country, scale) for scale in SCALES]
    training = train(
        env, chosen.generations, chosen.candidates, luck=chosen.luck, progress=_bar("training")
    )
    seeds = range(FIRST_EVALUATED, FIRST_EVALUATED + chosen.seeds)
    step = best_step(env, training.seeds, _bar("single steps"))
    found = evaluate(env, rivals(training.policy, step), seeds, _bar("evaluation"))
    command = (
        f"python -m experiments.learning.train --country {chosen.country} --persons-per-agent "
        f"{chosen.persons_per_agent:g} --generations {chosen.generations} --candidates "
        f"{chosen.candidates} --seeds {chosen.seeds} --luck {chosen.luck} --out docs"
    )
    name = country_names().get(chosen.country, chosen.country)
    made = Made(command, name, chosen.persons_per_agent, seeds)
    if chosen.out is not None:
        chosen.out.mkdir(parents=True, exist_ok=True)
        note = (
            f"{chosen.seeds} worlds, {env.years} years each, {chosen.persons_per_agent:g} persons "
            "per agent; 95 % intervals over pairs of worlds: luck alone, neither parameters nor "
            "data."
        )
        temporary = chosen.out / f".{PICTURE}.new"
        drawn = picture(found, training, f"{name} learns, others follow history", note)
        drawn.savefig(temporary, format="png", dpi=110)
        temporary.replace(chosen.out / PICTURE)
    shown = PICTURE if chosen.out is not None else None
    text = to_markdown(found, training, made, speeds, shown, env)
    print(text[text.index("| strategy"):])
    if chosen.out is not None:
        write_page(text, chosen.out / PAGE)


if __name__ == "__main__":
    main()
