"""Writes the table of policies: ``python -m experiments.policy_table --out docs``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from experiments.compare.design import design_of
from experiments.compare.result import Comparison
from experiments.compare.run import comparison
from experiments.policy_table.answers import answers, common_luck, interactions
from experiments.policy_table.figure import figure
from experiments.policy_table.page import page
from experiments.policy_table.questions import PACKAGE_PARTS, QUESTIONS
from experiments.shared_out import write_page

PAGE, PICTURE = "policy_table.md", "policy_table.png"
LESS_SEEDS = {"outlook": 0.5}
"""Share of the seeds for a scenario that lasts more than twice as long."""


def policies_in(scenario: str) -> list[str]:
    """Every policy that a scenario has to be lived with."""
    named = [
        name for question in QUESTIONS if question.scenario == scenario
        for name in (question.policy, question.against) if name != "none"
    ]
    return list(dict.fromkeys([*named, *(PACKAGE_PARTS if scenario == "baseline" else ())]))


def lived(
    scenario: str, seeds: int, persons_per_agent: float, workers: int, folder: Path
) -> Comparison:
    """All worlds of a scenario; those already in the folder are not lived again."""
    design = design_of(
        scenario, policies_in(scenario), persons_per_agent=persons_per_agent,
        seeds=max(int(seeds * LESS_SEEDS.get(scenario, 1.0)), 2),
    )
    with tqdm(desc=scenario, unit="pair", disable=None) as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        return comparison(design, folder / scenario, workers=workers, progress=progress)


def main(arguments: Sequence[str] | None = None) -> None:
    """Live the worlds, write the page and the picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("docs"), help="folder of the page")
    parser.add_argument("--seeds", type=int, default=20, help="pairs a policy")
    parser.add_argument("--persons-per-agent", type=float, default=20.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--worlds", type=Path, default=Path("runs/policy-table"),
                        help="keeps the worlds lived, so that a stopped run goes on")
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    scenarios = dict.fromkeys(question.scenario for question in QUESTIONS)
    comparisons = {
        scenario: lived(
            scenario, options.seeds, options.persons_per_agent, options.workers, options.worlds
        )
        for scenario in scenarios
    }
    baseline = comparisons["baseline"]
    found = answers(QUESTIONS, comparisons)
    text = page(found, interactions(baseline, "KOR", 2020), common_luck(baseline), comparisons)
    foot = (
        f"Talent Market {baseline.version}; {len(baseline.seeds)} pairs a policy at "
        f"{options.persons_per_agent:g} persons per agent, common luck; luck only, "
        "not the uncertainty of parameters."
    )
    temporary = options.out / f".{PICTURE}.new"
    figure(found, foot).savefig(temporary, format="png", dpi=110)
    temporary.replace(options.out / PICTURE)
    write_page(text, options.out / PAGE)


if __name__ == "__main__":
    main()
