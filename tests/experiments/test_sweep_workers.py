"""Processes that live a sweep: the same bytes as one, warm, replaced when one dies, and lean."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import tracemalloc
import weakref
from pathlib import Path

import pytest

import talentmarket as tm
from experiments.sweep import SweepStopped, live_all, living, read_design, workers
from model.talent_market import TalentMarket
from tests.sweeps import DESIGN, HOME, ROOT, RUNS, Files, contents, lived, parts


def test_processes_write_the_same_bytes(whole_parts: Files, tmp_path: Path) -> None:
    seen: list[tuple[int, ...]] = []
    tally = lived(tmp_path / "two", workers=2, progress=lambda *given: seen.append(given))
    assert contents(tmp_path / "two") == whole_parts
    assert seen == [(done, RUNS, 0) for done in range(RUNS + 1)]
    assert (tally.done, tally.failed, tally.total) == (RUNS, 0, RUNS)


def test_a_script_needs_no_guard(whole_parts: Files, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        f"import talentmarket as tm\nprint('once')\n"
        f"tm.sweep({DESIGN!r}, workers=2, folder={str(tmp_path / 'swept')!r})\n"
    )
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True,
                          env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True)  # fmt: skip
    assert done.stdout == "once\n" and done.stderr == ""
    assert contents(tmp_path / "swept") == whole_parts


def test_a_killed_worker_loses_its_run_only_which_is_run_again(
    whole_parts: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[str] = []
    victims: list[int] = []

    class Watched(workers._Worker):
        def give(self, task: living.Task) -> None:
            super().give(task)
            given.append(task.run.name)
            if len(given) == 3:
                assert self._process.pid is not None
                os.kill(self._process.pid, signal.SIGKILL)
                victims.append(self._process.pid)

    monkeypatch.setattr(workers, "_Worker", Watched)
    tally = lived(tmp_path / "swept", workers=2)
    assert (tally.done, tally.failed) == (RUNS, 0) and len(victims) == 1
    assert len(given) == RUNS + 1 and given.count(given[2]) == 2
    assert contents(tmp_path / "swept") == whole_parts


def test_a_run_that_kills_its_worker_is_a_row_and_tried_again_later(
    whole_parts: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killer = next(iter(read_design(DESIGN).runs())).name

    class Fragile(workers._Worker):
        def give(self, task: living.Task) -> None:
            super().give(task)
            if task.run.name == killer:
                assert self._process.pid is not None
                os.kill(self._process.pid, signal.SIGKILL)

    with monkeypatch.context() as patched:
        patched.setattr(workers, "_Worker", Fragile)
        tally = lived(tmp_path / "swept", workers=2)
    assert (tally.done, tally.failed) == (RUNS, 1)
    frame = tm.read_sweep(tmp_path / "swept")
    (row,) = frame[frame["error"].notna()].to_dict("records")
    assert row["run"] == killer and "3 times; perhaps memory ran out" in row["error"]
    assert lived(tmp_path / "swept").failed == 0
    assert contents(tmp_path / "swept") == whole_parts


def test_a_worker_with_another_program_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    design = read_design(DESIGN)
    task = living.Task.of(design, next(design.runs()))._replace(program="0" * 64)
    with pytest.raises(living.OtherProgram, match="another version"):
        living.live(task)
    monkeypatch.setattr("experiments.sweep.living.program", lambda: "0" * 64)
    with pytest.raises(SweepStopped, match=r"another version.*0 of 8 runs"):
        lived(tmp_path / "swept", workers=2)  # the processes read what is on the disk


def test_worlds_are_freed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alive: list[weakref.ref[TalentMarket]] = []
    lives = TalentMarket.run_until

    def watched(market: TalentMarket, month: str) -> None:
        assert sum(world() is not None for world in alive) == 0
        alive.append(weakref.ref(market))
        lives(market, month)

    monkeypatch.setattr(TalentMarket, "run_until", watched)
    gc.disable()
    try:
        lived(tmp_path / "swept")
    finally:
        gc.enable()
    assert len(alive) == RUNS


def test_memory_does_not_grow_with_the_number_of_runs(
    whole_sweep: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = parts(whole_sweep)[0].read_bytes()
    monkeypatch.setattr(living, "_lived", lambda task: living.Outcome(task.run, part[:], None))

    def peak(runs: int) -> int:
        """Bytes that a sweep over so many worlds that cost nothing holds at most."""
        design = read_design({**DESIGN, "policies": ["none"], "seeds": 1, "vary": [
            {"parameter": HOME, "low": 0.0, "high": 3.0, "levels": runs}]})  # fmt: skip
        design.checksum  # noqa: B018  # made once, however many runs there are
        tracemalloc.start()
        live_all(design, tmp_path / str(runs), workers=1)
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(10)
    few, many = peak(20), peak(500)
    assert many - few < 480 * 300, f"{(many - few) / 480:.0f} bytes a run"  # its name and value
