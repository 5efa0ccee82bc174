"""``talentmarket sweep``: what it prints, what it writes, and how it answers mistakes."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

import talentmarket as tm
from experiments.sweep import living
from model.talent_market import TalentMarket
from talentmarket.__main__ import main

DESIGN = """
scenario = "small"
persons_per_agent = 5000
until = "2019-02"
policies = ["none", "usa-top-tax"]
parameters = { "opening.burn_in_months" = 0.0 }   # of no use but soon lived
[[vary]]
parameter = "bidding.home_attachment"
values = [0.5, 1.0]
"""
Printed = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def design(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test works in a folder of its own with a design in it."""
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "design.toml"
    file.write_text(DESIGN)
    return file


def swept(*options: str) -> int:
    """The exit code of a sweep of the design into the folder ``x``."""
    return main(["sweep", "design.toml", "--out", "x", "--workers", "1", *options])


def test_a_sweep_prints_what_there_is_and_how_to_read_it(capsys: Printed) -> None:
    assert swept() == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    for part in ("4 runs: 2 points × 2 policies × 1 seed.", "x/parts", "tm.read_sweep('x')"):
        assert part in printed.out
    assert len(list(Path("x/parts").glob("*.parquet"))) == 4
    assert tm.read_sweep("x")["run"].nunique() == 4
    assert swept() == 0 and capsys.readouterr().out == printed.out
    assert swept("--picture", "KOR:stock") == 0
    assert "x/sweep.png" in capsys.readouterr().out
    assert Path("x/sweep.png").read_bytes().startswith(b"\x89PNG")
    assert swept("--picture", "KOR:nett") == 2


def test_a_dry_run_tells_how_many_and_how_long_and_runs_nothing(capsys: Printed) -> None:
    assert swept("--dry-run") == 0
    out = capsys.readouterr().out
    assert "4 runs: 2 points × 2 policies × 1 seed." in out
    assert "One takes about" in out and "4 take about" in out and "on 1 worker." in out
    assert not Path("x").exists()
    assert swept() == 0
    next(Path("x/parts").glob("*.parquet")).unlink()
    capsys.readouterr()
    assert swept("--dry-run") == 0
    assert "3 of them are in x already" in (out := capsys.readouterr().out) and "1 take" in out


@pytest.mark.parametrize(
    ("text", "options", "parts"),
    [
        ('parameter = "bidding.home"\nvalues = [1]', [], ["unknown parameter", "did you mean"]),
        ('parameter = "search.rate"\nlow = 0.1\nhigh = 0.1\nlevels = 3', [], ["an empty range"]),
        ('parameter = "search.rate"\nlevels = 10_000_000', [], ["20,000,000 runs", "--runs 2000"]),
        ('parameter = "search.rate"\nvalues = [9]', [], ["design.toml", "got 9", "0 to 0.5"]),
        (None, ["--workers", "0"], ["workers", "got 0"]),
        (None, ["--runs", "0"], ["runs", "got 0"]),
        (None, ["--cluster", "tcp://127.0.0.1:1"], ["not allowed with argument --workers"]),
        (None, ["--wrokers", "2"], ["did you mean '--workers'"]),
    ],
)
def test_a_mistake_is_answered_with_one_line(
    text: str | None, options: list[str], parts: list[str], capsys: Printed, design: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(TalentMarket, "step", lambda self: pytest.fail("it ran"))
    if text is not None:
        design.write_text(DESIGN.partition("[[vary]]")[0] + "[[vary]]\n" + text)
    assert swept(*options) == 2
    printed = capsys.readouterr()
    assert printed.out == "" and len(printed.err.splitlines()) == 1
    assert [part for part in parts if part not in printed.err] == [], printed.err
    assert not Path("x").exists()


def test_a_cluster_that_does_not_answer_is_named(
    capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr("experiments.sweep.cluster.PATIENCE", 0.5)
    with socket.socket() as closed:  # a port at which nobody listens
        closed.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{closed.getsockname()[1]}"
        assert main(["sweep", "design.toml", "--out", "x", "--cluster", address]) == 2
    line = capsys.readouterr().err.splitlines()[-1]
    assert "no Dask scheduler answers" in line and address in line
    assert main(["sweep", "design.toml", "--out", "x", "--cluster", "nonsense://x"]) == 2
    assert not Path("x").exists()


def test_another_design_in_the_folder_exits_with_two(capsys: Printed, design: Path) -> None:
    assert swept() == 0
    before = {file: file.read_bytes() for file in Path("x").rglob("*.*") if file.is_file()}
    design.write_text(DESIGN.replace("2019-02", "2019-03"))
    for options in ([], ["--dry-run"]):
        assert swept(*options) == 2
        assert "end: 2019-02 there, 2019-03 now" in capsys.readouterr().err
    assert {file: file.read_bytes() for file in before} == before


def test_failed_runs_are_told(capsys: Printed, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(market: TalentMarket, month: str) -> None:
        if market.specification.policies:
            raise ZeroDivisionError("a fault of ours")
        lives(market, month)

    lives = TalentMarket.run_until
    monkeypatch.setattr(TalentMarket, "run_until", fails)
    assert swept() == 0
    out = capsys.readouterr().out
    assert "2 of them failed, such as: ZeroDivisionError: a fault of ours (test_sweep" in out


def test_an_interruption_says_what_is_kept(
    capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, lived = living._lived, list[str]()

    def stop(task: living.Task) -> living.Outcome:
        if len(lived) == 2:
            raise KeyboardInterrupt
        lived.append(task.run.name)
        return own(task)

    monkeypatch.setattr(living, "_lived", stop)
    assert swept() == 130
    (line,) = capsys.readouterr().err.splitlines()
    assert "interrupted; 2 of 4 runs are kept in" in line and "goes on from there" in line


def test_a_shipped_design_can_be_copied(capsys: Printed) -> None:
    assert main(["copy", "home-and-distance", "mine.toml"]) == 0
    assert "talentmarket sweep --out DIR mine.toml" in capsys.readouterr().out
    assert main(["sweep", "mine.toml", "--out", "x", "--dry-run"]) == 0
