"""The table of policies: what it asks, and that what it says is what the worlds did."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from agents.levers import COUNTRIES
from experiments.policy_table import __main__ as table
from experiments.policy_table import answers, page
from experiments.policy_table.questions import NOT_ASKED, PACKAGE_PARTS, QUESTIONS, Question
from model.policy_files import shipped_policies
from model.scenario import shipped_scenarios
from model.statistics.measures import MEASURES

PARTS = ("korea-returnee-offers", "korea-tax-relief")
FEW = (
    Question("korea-package", "KOR", "net", 1, "its parts attract"),
    *(Question(name, "KOR", "inflow", 1, "it attracts") for name in PARTS),
)


def test_every_shipped_policy_is_asked_about_or_left_out_for_a_reason() -> None:
    asked = {question.policy for question in QUESTIONS} | {q.against for q in QUESTIONS}
    assert asked - {"none"} | set(NOT_ASKED) == set(shipped_policies())
    assert not asked & set(NOT_ASKED)
    assert all(NOT_ASKED.values())
    assert set(PACKAGE_PARTS) < asked


def test_every_question_can_be_asked() -> None:
    known = {measure.name for measure in MEASURES}
    for question in QUESTIONS:
        assert question.country in (*COUNTRIES, "WLD"), question
        assert question.measure in known, question
        assert question.sign in (-1, 1) and question.theory, question
        assert question.scenario in shipped_scenarios(), question


def test_the_page_tells_what_the_worlds_did(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table, "QUESTIONS", FEW)
    for module in (table, answers, page):
        monkeypatch.setattr(module, "PACKAGE_PARTS", PARTS)
    worlds = tmp_path / "worlds"
    table.main([
        "--out", str(tmp_path), "--seeds", "2", "--persons-per-agent", "4000", "--workers", "1",
        "--worlds", str(worlds),
    ])
    text = (tmp_path / "policy_table.md").read_text("utf-8")
    assert (tmp_path / "policy_table.png").stat().st_size > 10_000
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if "Korea | 2020" in line]
    lines = {row[0].strip("`"): row for row in rows}
    shown = lines["korea-tax-relief"]
    sums = []
    for seed in (1, 2):
        folder = worlds / "baseline" / "pairs" / f"seed{seed}"
        sides = {file.stem.split("-", 1)[1]: pd.read_parquet(file) for file in folder.iterdir()}
        inflow = {
            name: float(side.loc[
                (side["country"] == "KOR") & (side["measure"] == "inflow")
                & side["period"].between("2020", "2025"), "value",
            ].sum())
            for name, side in sides.items() if name in ("korea-tax-relief", "none")
        }  # fmt: skip
        sums.append(inflow["korea-tax-relief"] - inflow["none"])
    assert float(re.sub(r"[^\d.]", "", shown[6])) == pytest.approx(abs(sum(sums) / 2), abs=1)
    verdicts = [line[9] for line in lines.values()]
    assert len(verdicts) == len(FEW)
    for verdict, before in (("as expected", "*"), ("not distinguishable", "in ")):
        assert f"{before}{verdicts.count(verdict)}" in text
