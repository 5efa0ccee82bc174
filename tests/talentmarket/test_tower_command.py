"""``talentmarket tower``: what it prints and writes, and how it answers mistakes."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from talentmarket.__main__ import main

QUICK = ["--until", "2019-02", "--persons-per-agent", "1000"]
Printed = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test works in an empty folder of its own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_it_prints_and_writes_what_the_tower_shows(capsys: Printed, empty_folder: Path) -> None:
    assert main(["tower", "South Korea", "small", *QUICK, "--seed", "2", "--force"]) == 0
    folder = empty_folder / "runs" / "tower-KOR-small-seed2"
    printed = capsys.readouterr().out
    assert printed.startswith("South Korea, end of 2019-02\n")
    assert "what closes the gap" in printed and "scenario small, seed 2" in printed
    frame = pd.read_parquet(folder / "tower.parquet")
    home = frame[(frame["question"] == "missing") & (frame["country"] == "KOR")]
    people = home[(home["measure"] == "people") & (home["tier"] == "all")]
    for value in people["value"]:
        assert f" {value:,.0f} " in printed
    assert (folder / "tower.csv").exists() and (folder / "tower.png").stat().st_size > 10_000
    assert max(map(len, printed.splitlines())) <= 115


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (["Kora", "small"], ["unknown country 'Kora'", "did you mean 'KOR'"]),
        (["KOR", "smal"], ["unknown scenario 'smal'", "did you mean 'small'"]),
        ([], ["required: COUNTRY"]),
        (["KOR", "small", "--until", "1999-01"], ["'1999-01'", "2019-01 or later"]),
        (["KOR", "small", "--out", "there"], ["there", "exists already", "--force"]),
        (["KOR", "small", "--out", "file"], ["file", "is a file"]),
        (["KOR", "small", "--policy", "nothing"], ["nothing"]),
    ],
)
def test_a_mistake_is_answered_with_one_line(
    arguments: list[str], parts: list[str], capsys: Printed, empty_folder: Path
) -> None:
    (empty_folder / "there").mkdir()
    (empty_folder / "file").write_text("x")
    assert main(["tower", *arguments]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    [line] = printed.err.splitlines()
    assert [part for part in parts if part not in line] == [], line
    assert not list((empty_folder / "there").iterdir())
