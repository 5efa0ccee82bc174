"""A sweep that was killed, stopped or broken goes on where it was, and lives no run twice."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

import talentmarket as tm
from experiments.sweep import live_all, read_design
from experiments.sweep.parts import state_of
from model.talent_market import TalentMarket
from tests.sweeps import DESIGN, HOME, RUNS, Files, contents, lived, parts, started, until


def test_a_finished_sweep_lives_nothing(whole_sweep: Path, counted: list[str]) -> None:
    before = {file: file.stat().st_mtime_ns for file in parts(whole_sweep)}
    assert lived(whole_sweep).done == RUNS and counted == []
    assert {file: file.stat().st_mtime_ns for file in parts(whole_sweep)} == before


LONGER = 300
"""Persons per agent of worlds that last, so that there is something left to interrupt."""


def test_a_killed_sweep_loses_only_what_was_in_flight(
    tmp_path: Path, counted: list[str]
) -> None:
    folder = tmp_path / "killed"
    process = started(folder, "--workers", "2", persons=LONGER)
    until(lambda: len(parts(folder)) >= 2, process)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    time.sleep(0.5)  # its workers end by themselves, so nothing goes on behind one's back
    kept = {file: file.stat().st_mtime_ns for file in parts(folder)}
    assert 2 <= len(kept) < RUNS
    assert lived(folder, LONGER).done == RUNS
    assert len(counted) == len(set(counted)) == RUNS - len(kept)
    assert {file: file.stat().st_mtime_ns for file in kept} == kept
    lived(tmp_path / "undisturbed", LONGER)
    assert contents(folder) == contents(tmp_path / "undisturbed")


def interrupted(folder: Path) -> tuple[Path, subprocess.Popen[str]]:
    """A sweep that was interrupted as a terminal does it, when a part was there."""
    process = started(folder, "--workers", "2", persons=LONGER)
    until(lambda: len(parts(folder)) >= 1, process)
    os.killpg(process.pid, signal.SIGINT)
    process.wait(timeout=60)
    return folder, process


def test_an_interrupted_sweep_says_what_is_kept_and_goes_on(
    tmp_path: Path,
) -> None:
    attempts = (interrupted(tmp_path / f"stopped{attempt}") for attempt in range(5))
    # where it comes when all is done it tells nothing
    folder, process = next(one for one in attempts if one[1].returncode != 0)
    out, err = process.communicate()
    assert process.returncode == 130 and out == ""
    (line,) = err.splitlines()
    said = re.search(r"interrupted; (\d) of 8 runs are kept in .*stopped.*goes on", line)
    assert said is not None and int(said[1]) == len(parts(folder)) < RUNS
    for each in (folder, tmp_path / "undisturbed"):
        assert lived(each, LONGER).done == RUNS
    assert contents(folder) == contents(tmp_path / "undisturbed")


def test_an_interruption_here_keeps_what_was_lived(
    whole_parts: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(done: int, _total: int, _failed: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as told:
        lived(tmp_path / "swept", progress=stop)
    assert "3 of 8 runs are kept" in told.value.__notes__[0]
    assert len(parts(tmp_path / "swept")) == 3
    frame = tm.sweep(DESIGN, workers=1, folder=tmp_path / "swept", progress=False)
    assert contents(tmp_path / "swept") == whole_parts
    assert frame["run"].nunique() == RUNS


def test_a_broken_part_is_lived_again(
    whole_sweep: Path, whole_parts: Files, tmp_path: Path, counted: list[str]
) -> None:
    shutil.copytree(whole_sweep, tmp_path / "swept")
    parts(tmp_path / "swept")[1].write_bytes(b"PAR1")
    parts(tmp_path / "swept")[2].write_bytes(b"")
    lived(tmp_path / "swept")
    assert len(counted) == 2 and contents(tmp_path / "swept") == whole_parts


def test_more_seeds_are_added(whole_sweep: Path, tmp_path: Path, counted: list[str]) -> None:
    shutil.copytree(whole_sweep, tmp_path / "swept")
    live_all(read_design({**DESIGN, "seeds": 3}), tmp_path / "swept", workers=1)
    assert len(counted) == RUNS // 2
    assert json.loads((tmp_path / "swept" / "manifest.json").read_text())["seeds"] == [1, 2, 3]
    few = tm.sweep(DESIGN, folder=tmp_path / "swept", workers=1)  # of the design asked for only
    assert set(few["seed"]) == {1, 2} and len(parts(tmp_path / "swept")) == RUNS + RUNS // 2


@pytest.mark.parametrize(
    ("fault", "again"), [(ZeroDivisionError("a fault of ours"), False), (MemoryError(), True)]
)
def test_a_run_that_fails_is_a_row_and_the_rest_go_on(
    fault: Exception, again: bool, whole_parts: Files, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, counted: list[str],
) -> None:
    def fails(market: TalentMarket, month: str) -> None:
        if market.specification.seed == 2 and market.specification.parameters[HOME] == 1.0:
            raise fault
        lives(market, month)

    lives = TalentMarket.run_until
    monkeypatch.setattr(TalentMarket, "run_until", fails)
    tally = lived(tmp_path / "swept")
    assert (tally.done, tally.failed) == (RUNS, 2)
    assert tally.first_error is not None and type(fault).__name__ in tally.first_error
    frame = tm.read_sweep(tmp_path / "swept")
    failed = frame[frame["error"].notna()]
    assert len(failed) == 2 and set(failed["seed"]) == {2} and set(failed[HOME]) == {1.0}
    assert failed["value"].isna().all() and failed["period"].isna().all()
    if not again:
        assert failed["error"].iloc[0].endswith("in fails)")
        assert f"a fault of ours ({Path(__file__).name}, line" in failed["error"].iloc[0]
    states = {name: state_of(tmp_path / "swept" / "parts" / name) for name in whole_parts}
    assert set(states.values()) == {"done", "again" if again else "failed"}
    # started again: what failed by no fault of its own is tried again, what is wrong stays
    monkeypatch.setattr(TalentMarket, "run_until", lives)
    counted.clear()
    lived(tmp_path / "swept")
    assert len(counted) == (2 if again else 0)
    assert (contents(tmp_path / "swept") == whole_parts) == again
