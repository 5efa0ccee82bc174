"""The command that holds the model to published facts."""

from __future__ import annotations

from pathlib import Path

import pytest

from experiments import scorecard
from talentmarket.__main__ import main

Printed = pytest.CaptureFixture[str]
TINY = ["validate", "--seeds", "2", "--persons-per-agent", "2000", "--workers", "1"]


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test works in an empty folder of its own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (["--seeds", "0"], ["seeds", "0", "1 to"]),
        (["--seeds", "few"], ["--seeds", "not a whole number"]),
        (["--workers", "-1"], ["workers", "-1", "1 to"]),
        (["--persons-per-agent", "0"], ["persons_per_agent", "0.0"]),
        (["--persons-per-agent", "inf"], ["persons_per_agent", "inf"]),
        (["--markdown", "nowhere/page.md"], ["nowhere/page.md", "no folder nowhere"]),
        (["--markdown", "."], ["is a folder"]),
        (["--sedes", "2"], ["unknown option '--sedes'", "'--seeds'"]),
        (["baseline"], ["unknown argument 'baseline'"]),
    ],
)
def test_a_mistake_is_answered_before_anything_runs(
    arguments: list[str], parts: list[str], capsys: Printed, empty_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(scorecard, "measure", lambda task: pytest.fail("it ran"))
    assert main(["validate", *arguments]) == 2
    printed = capsys.readouterr()
    (line,) = printed.err.splitlines()
    assert printed.out == "" and [part for part in parts if part not in line] == [], line
    assert list(empty_folder.iterdir()) == []


def test_a_tiny_run_prints_every_fact_and_writes_the_page(
    capsys: Printed, empty_folder: Path
) -> None:
    page = empty_folder / "page.md"
    page.write_text("an earlier page")
    assert main([*TINY, "--markdown", "page.md"]) == 0
    printed = capsys.readouterr()
    assert [fact.fact for fact in scorecard.FACTS if fact.fact not in printed.out] == []
    assert max(len(line) for line in printed.out.splitlines()) <= 100
    assert "nan" not in printed.out and "<NA>" not in printed.out
    assert printed.err == ""
    assert "Page: page.md" in printed.out
    assert page.read_text("utf-8").startswith("# Scorecard")
    assert [entry.name for entry in empty_folder.iterdir()] == ["page.md"]


def test_a_run_that_breaks_off_keeps_the_earlier_page(
    capsys: Printed, empty_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(task: object) -> None:
        raise ZeroDivisionError("a fault of ours")

    monkeypatch.setattr(scorecard, "measure", stop)
    (empty_folder / "page.md").write_text("an earlier page")
    assert main([*TINY, "--markdown", "page.md"]) == 1
    assert "ZeroDivisionError: a fault of ours" in capsys.readouterr().err.splitlines()[-1]
    assert (empty_folder / "page.md").read_text() == "an earlier page"


def test_an_interruption_says_so(capsys: Printed, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(task: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(scorecard, "measure", stop)
    assert main(TINY) == 130
    assert "interrupted" in capsys.readouterr().err
