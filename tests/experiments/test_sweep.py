"""Sweeps on the disk: same bytes however they are lived, and no run lost, whatever happens."""

from __future__ import annotations

import errno
import gc
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import tracemalloc
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import talentmarket as tm
from agents.declare import InputError
from experiments.sweep import SweepStopped, Tally, live_all, living, read_design, workers
from experiments.sweep.parts import state_of
from experiments.sweep.store import Store
from model.talent_market import TalentMarket

ROOT = Path(__file__).resolve().parents[2]
HOME = "bidding.home_attachment"
QUICK = {"opening.burn_in_months": 0.0}  # worlds that are of no use but soon lived
DESIGN: dict[str, Any] = {
    "scenario": "small", "persons_per_agent": 5000, "until": "2019-02", "seeds": 2,
    "policies": ["none", "usa-top-tax"], "vary": [{"parameter": HOME, "values": [0.5, 1.0]}],
    "keep": {"measures": ["net", "stock"]}, "parameters": QUICK,
}  # fmt: skip
RUNS = 8
TOML = f"""
scenario = "small"
persons_per_agent = 5000
until = "2019-02"
seeds = 2
policies = ["none", "usa-top-tax"]
parameters = {{ "opening.burn_in_months" = 0.0 }}
[[vary]]
parameter = "{HOME}"
values = [0.5, 1.0]
[keep]
measures = ["net", "stock"]
"""
Files = dict[str, bytes]


def contents(folder: Path) -> Files:
    """The bytes of every part in a folder, by name."""
    return {file.name: file.read_bytes() for file in (folder / "parts").iterdir()
            if not file.name.startswith(".")}  # fmt: skip


def parts(folder: Path) -> list[Path]:
    """Parts that are there."""
    return sorted((folder / "parts").glob("*.parquet"))


def lived(folder: Path, **options: Any) -> Tally:
    """The sweep of the design, or what is missing of it."""
    return live_all(read_design(DESIGN), folder, **{"workers": 1, **options})


def started(folder: Path, *options: str) -> subprocess.Popen[str]:
    """The same sweep in a process of its own."""
    file = folder.with_suffix(".toml")
    file.write_text(TOML)
    return subprocess.Popen(
        [sys.executable, "-m", "talentmarket", "sweep", str(file), "--out", str(folder), *options],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip


def until(what: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    """Wait for something that a running process does."""
    for _ in range(6000):
        if what():
            return
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)
    raise AssertionError("it takes too long")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sweep that nobody disturbs; read it, never change it."""
    where = tmp_path_factory.mktemp("undisturbed") / "swept"
    lived(where)
    return where


@pytest.fixture(scope="module")
def undisturbed(folder: Path) -> Files:
    """What it wrote."""
    return contents(folder)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of runs that are lived in this process from now on."""
    names: list[str] = []
    own = living._lived

    def watched(task: living.Task) -> living.Outcome:
        names.append(task.run.name)
        return own(task)

    monkeypatch.setattr(living, "_lived", watched)
    return names


def some_kept(folder: Path, whole: Path, number: int) -> list[str]:
    """A copy of a sweep that stopped after some runs; the names of their files."""
    shutil.copytree(whole, folder)
    for file in parts(folder)[number:]:
        file.unlink()
    return [file.name for file in parts(folder)]


# What is written -----------------------------------------------------------------------------


def test_a_sweep_has_a_part_for_each_run(folder: Path, undisturbed: Files) -> None:
    names = {f"{run.name}.parquet" for run in read_design(DESIGN).runs()}
    assert set(undisturbed) == names and len(names) == RUNS
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["kind"] == "sweep" and manifest["seeds"] == [1, 2]
    assert manifest["varies"] == [HOME] and manifest["design"]["version"]
    assert {entry.name for entry in folder.iterdir()} == {"manifest.json", "parts"}


def test_figures_are_those_of_the_run_itself(folder: Path) -> None:
    frame = tm.read_sweep(folder)
    record = tm.run("small", seed=2, persons_per_agent=5000, until="2019-02",
                    parameters={**QUICK, HOME: 0.5}, policies=["usa-top-tax"])  # fmt: skip
    expected = record.national[record.national["measure"].isin(["net", "stock"])]
    expected = expected[expected["period"].str.len() == 4]
    chosen = frame[(frame["seed"] == 2) & (frame[HOME] == 0.5) & (frame["policies"] != "none")]
    assert set(chosen["policies"]) == {"usa-top-tax"} and len(chosen) == len(expected) > 100
    for name in ("period", "country", "measure", "unit", "value"):
        assert chosen[name].tolist() == expected[name].tolist()
    assert chosen["error"].isna().all() and set(chosen["persons_per_agent"]) == {5000.0}


def test_processes_write_the_same_bytes(undisturbed: Files, tmp_path: Path) -> None:
    seen: list[tuple[int, ...]] = []
    tally = lived(tmp_path / "two", workers=2, progress=lambda *given: seen.append(given))
    assert contents(tmp_path / "two") == undisturbed
    assert seen == [(done, RUNS, 0) for done in range(RUNS + 1)]
    assert (tally.done, tally.failed, tally.total) == (RUNS, 0, RUNS)


def test_a_script_needs_no_guard(undisturbed: Files, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        f"import talentmarket as tm\nprint('once')\n"
        f"tm.sweep({DESIGN!r}, workers=2, folder={str(tmp_path / 'swept')!r})\n"
    )
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True,
                          env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True)  # fmt: skip
    assert done.stdout == "once\n" and done.stderr == ""
    assert contents(tmp_path / "swept") == undisturbed


def test_a_finished_sweep_lives_nothing(folder: Path, counted: list[str]) -> None:
    before = {file: file.stat().st_mtime_ns for file in parts(folder)}
    assert lived(folder).done == RUNS and counted == []
    assert {file: file.stat().st_mtime_ns for file in parts(folder)} == before


def test_periods_and_countries_can_be_chosen(tmp_path: Path) -> None:
    keep = {"countries": ["KOR"], "periods": ["2019-02", "2018"], "measures": ["stock"]}
    frame = tm.sweep({**DESIGN, "keep": keep, "policies": ["none"], "seeds": 1, "vary": []},
                     folder=tmp_path / "few", workers=1)  # fmt: skip
    assert frame[["period", "country"]].values.tolist() == [["2019-02", "KOR"], ["2018", "KOR"]]
    assert "policies" in frame.columns and HOME not in frame.columns


# Killed, stopped, resumed --------------------------------------------------------------------


def test_a_killed_sweep_loses_only_what_was_in_flight(
    undisturbed: Files, tmp_path: Path, counted: list[str]
) -> None:
    folder = tmp_path / "killed"
    process = started(folder, "--workers", "2")
    until(lambda: len(parts(folder)) >= 2, process)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    time.sleep(0.5)  # its workers end by themselves, so nothing goes on behind one's back
    kept = {file: file.stat().st_mtime_ns for file in parts(folder)}
    assert 2 <= len(kept) < RUNS
    assert lived(folder).done == RUNS
    assert len(counted) == len(set(counted)) == RUNS - len(kept)
    assert {file: file.stat().st_mtime_ns for file in kept} == kept
    assert contents(folder) == undisturbed


def test_a_killed_worker_loses_its_run_only_which_is_run_again(
    undisturbed: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
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
    assert contents(tmp_path / "swept") == undisturbed


def test_a_run_that_kills_its_worker_is_a_row_and_tried_again_later(
    undisturbed: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
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
    assert contents(tmp_path / "swept") == undisturbed


def test_an_interrupted_sweep_says_what_is_kept_and_goes_on(
    undisturbed: Files, tmp_path: Path
) -> None:
    folder = tmp_path / "stopped"
    process = started(folder, "--workers", "2")
    until(lambda: len(parts(folder)) >= 1, process)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130 and out == ""
    (line,) = err.splitlines()
    said = re.search(r"interrupted; (\d) of 8 runs are kept in .*stopped.*goes on", line)
    assert said is not None and int(said[1]) == len(parts(folder)) < RUNS
    assert lived(folder).done == RUNS
    assert contents(folder) == undisturbed


def test_an_interruption_here_keeps_what_was_lived(
    undisturbed: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(done: int, _total: int, _failed: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as told:
        lived(tmp_path / "swept", progress=stop)
    assert "3 of 8 runs are kept" in told.value.__notes__[0]
    assert len(parts(tmp_path / "swept")) == 3
    frame = tm.sweep(DESIGN, workers=1, folder=tmp_path / "swept", progress=False)
    assert contents(tmp_path / "swept") == undisturbed
    assert frame["run"].nunique() == RUNS


def test_a_broken_part_is_lived_again(
    folder: Path, undisturbed: Files, tmp_path: Path, counted: list[str]
) -> None:
    some_kept(tmp_path / "swept", folder, RUNS)
    parts(tmp_path / "swept")[1].write_bytes(b"PAR1")
    parts(tmp_path / "swept")[2].write_bytes(b"")
    lived(tmp_path / "swept")
    assert len(counted) == 2 and contents(tmp_path / "swept") == undisturbed


def test_more_seeds_are_added(folder: Path, tmp_path: Path, counted: list[str]) -> None:
    some_kept(tmp_path / "swept", folder, RUNS)
    live_all(read_design({**DESIGN, "seeds": 3}), tmp_path / "swept", workers=1)
    assert len(counted) == RUNS // 2
    assert json.loads((tmp_path / "swept" / "manifest.json").read_text())["seeds"] == [1, 2, 3]
    few = tm.sweep(DESIGN, folder=tmp_path / "swept", workers=1)  # of the design asked for only
    assert set(few["seed"]) == {1, 2} and len(parts(tmp_path / "swept")) == RUNS + RUNS // 2


# Runs that fail ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "again"), [(ZeroDivisionError("a fault of ours"), False), (MemoryError(), True)]
)
def test_a_run_that_fails_is_a_row_and_the_rest_go_on(
    fault: Exception, again: bool, undisturbed: Files, tmp_path: Path,
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
        assert "ZeroDivisionError: a fault of ours (test_sweep.py, line" in failed["error"].iloc[0]
    states = {name: state_of(tmp_path / "swept" / "parts" / name) for name in undisturbed}
    assert sorted(set(map(str, states.values()))) == ["again" if again else "done", "done"][
        : 2 if again else 1] or set(states.values()) == {"done", "failed"}
    # started again: what failed by no fault of its own is tried again, what is wrong stays
    monkeypatch.setattr(TalentMarket, "run_until", lives)
    counted.clear()
    lived(tmp_path / "swept")
    assert len(counted) == (2 if again else 0)
    assert (contents(tmp_path / "swept") == undisturbed) == again


def test_a_full_disk_stops_the_sweep_and_breaks_nothing(
    undisturbed: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writes = Path.write_bytes

    def full(path: Path, data: bytes) -> int:
        if len(parts(tmp_path / "swept")) == 3:
            writes(path, data[:100])  # what a full disk leaves
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        return writes(path, data)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", full)
        with pytest.raises(SweepStopped, match=r"No space left on device; 3 of 8 runs are kept"):
            lived(tmp_path / "swept")
    assert len(list((tmp_path / "swept" / "parts").iterdir())) == 3  # no leftover
    lived(tmp_path / "swept")
    assert contents(tmp_path / "swept") == undisturbed


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk that holds a few parts."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("only root may make a small disk")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_disk_that_is_really_full(undisturbed: Files, tiny_disk: Path) -> None:
    folder = tiny_disk / "swept"
    (tiny_disk / "ballast").write_bytes(b"x" * 20_000)
    process = started(folder, "--workers", "1")
    out, err = process.communicate(timeout=60)
    assert process.returncode == 1 and out == ""
    (line,) = err.splitlines()
    assert re.search(r"No space left on device; \d of 8 runs are kept in .*goes on", line)
    assert all(content == undisturbed[name] for name, content in contents(folder).items())
    (tiny_disk / "ballast").unlink()
    subprocess.run(["mount", "-o", "remount,size=1m", str(tiny_disk)], check=True)
    lived(folder)
    assert contents(folder) == undisturbed


# Folders and memory --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"until": "2019-03"}, "scenario, end: 2019-02 there, 2019-03 now"),
        ({"policies": ["none"]}, "policies: 2 entries there"),
        ({"vary": []}, f"varies, {HOME}"),
        ({"keep": {"measures": ["net"]}}, "keep, measures: 2 entries there, net now"),
        ({"persons_per_agent": 2000}, "persons_per_agent: 5000.0 there, 2000.0 now"),
    ],
)
def test_a_folder_of_another_design_is_refused(
    change: dict[str, Any], said: str, folder: Path, undisturbed: Files
) -> None:
    with pytest.raises(InputError) as told:
        live_all(read_design({**DESIGN, **change}), folder)
    assert said in str(told.value) and "holds another sweep" in str(told.value)
    assert contents(folder) == undisturbed


def test_foreign_folders_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.tex").write_text("years of work")
    for name, said in (("mine", "other things than a sweep"), ("mine/thesis.tex", "is a file")):
        with pytest.raises(InputError, match=said):
            lived(tmp_path / name)
    assert (tmp_path / "mine" / "thesis.tex").read_text() == "years of work"
    for given in (0, 1000, "two"):
        with pytest.raises(InputError, match="workers"):
            lived(tmp_path / "new", workers=given)
    assert not (tmp_path / "new").exists()


def test_what_a_killed_process_left_half_written_goes(folder: Path, tmp_path: Path) -> None:
    some_kept(tmp_path / "swept", folder, RUNS)
    old, young = (tmp_path / "swept" / "parts" / f".{n}.parquet.7.new" for n in ("old", "young"))
    old.write_bytes(b"PAR1")
    young.write_bytes(b"PAR1")
    os.utime(old, (0, 0))
    Store.opened(tmp_path / "swept", read_design(DESIGN))
    assert not old.exists() and young.exists()


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
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = parts(folder)[0].read_bytes()
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


# Reading back --------------------------------------------------------------------------------


def test_a_folder_is_one_table(folder: Path) -> None:
    frame = tm.read_sweep(folder)
    assert list(frame.columns) == [
        "run", "point", "policies", "seed", "persons_per_agent", HOME, "period", "country",
        "measure", "unit", "value", "error",
    ]  # fmt: skip
    assert frame["run"].nunique() == RUNS and set(frame["measure"]) == {"net", "stock"}
    assert frame[["point", "policies", "seed"]].drop_duplicates().shape[0] == RUNS
    assert frame["point"].is_monotonic_increasing


def test_questions_are_answered_where_the_parts_lie(folder: Path) -> None:
    answer = tm.query_sweep(
        folder,
        f'SELECT "{HOME}" AS home, seed, sum(value) AS net FROM sweep '
        "WHERE measure = 'net' AND country = 'KOR' GROUP BY ALL ORDER BY ALL",
    )
    frame = tm.read_sweep(folder)
    frame = frame[(frame["measure"] == "net") & (frame["country"] == "KOR")]
    expected = frame.groupby([HOME, "seed"])["value"].sum().reset_index()
    expected.columns = pd.Index(["home", "seed", "net"])
    pd.testing.assert_frame_equal(answer, expected)
    with pytest.raises(InputError, match="cannot be answered"):
        tm.query_sweep(folder, "SELECT nothing FROM sweep")


def test_a_folder_without_a_sweep_is_refused(tmp_path: Path) -> None:
    for read in (tm.read_sweep, lambda folder: tm.query_sweep(folder, "FROM sweep")):
        with pytest.raises(InputError, match="holds no sweep"):
            read(tmp_path)
