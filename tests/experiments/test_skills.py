"""The page on skills: gaps as means over seeds, and what training closes on the same seeds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from agents.levers import FIELDS
from experiments import skills


def made(seeds: int = 4) -> pd.DataFrame:
    """Shares as they might come out: training closes a fifth and a half of a mismatch of 0.2."""
    rows = []
    for number, training in enumerate(skills.TRAINING):
        for seed in range(seeds):
            for period in ("2018", "2019"):
                mismatch = (0.2, 0.16, 0.1)[number] + 0.01 * seed
                rows.append((period, "all", "mismatch", mismatch, training, seed))
                for field_number, field in enumerate(FIELDS):
                    supply, demand = 0.125, 0.125 + 0.01 * (field_number - 3.5)
                    for measure, value in (("supply_share", supply), ("demand_share", demand),
                                           ("gap", demand - supply)):  # fmt: skip
                        rows.append((period, field, measure, value, training, seed))
    columns = ["period", "group", "measure", "value", "training", "seed"]
    return pd.DataFrame(rows, columns=columns)


def test_what_training_closes_is_paired_over_seeds() -> None:
    gain, half = skills.closed(made(), "four times", "2019")
    assert gain == pytest.approx(0.1)
    assert half == pytest.approx(0.0, abs=1e-12)   # seeds differ, but alike under both


def test_the_page_tells_gaps_in_order_and_the_picture_is_drawn(tmp_path: Path) -> None:
    frame = made()
    text = skills.page(frame, "KOR", "Made up.", "command")
    assert "South Korea" in text and "| four times | 1.2 |" in text
    gaps = [float(line.split("|")[4]) for line in text.splitlines()
            if line.startswith("| ") and line.count("|") == 6 and ("+" in line or "-" in line[5:])
            and " to " in line and "retraining" not in line and "times" not in line
            and "baseline" not in line]  # fmt: skip
    assert len(gaps) == len(FIELDS)
    assert (np.diff(gaps) < 0).all()
    figure = skills.draw(frame, "KOR", "Made up.")
    figure.savefig(tmp_path / "skills.png")
    assert len(figure.axes) == 2


def test_korea_lacks_what_the_debate_says_it_lacks() -> None:
    """People came with language and vision; work turns to agents and to use in context."""
    task = skills.World("KOR", "as in the baseline", 1, 60)
    frame = skills.shares_of(task)
    gap = frame[(frame["measure"] == "gap")].pivot(index="period", columns="group", values="value")
    asked = ["agentic_systems", "physical_ai", "ml_systems", "applied_ai"]
    trained = ["foundation_models", "vision_multimodal"]
    late, early = gap.loc["2025"], gap.loc["2019"]
    assert late[asked].sum() - early[asked].sum() > 0.03
    assert late[trained].sum() < early[trained].sum()
