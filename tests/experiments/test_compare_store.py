"""Comparisons on the disk: same bytes for any number of processes, and nothing lost on the way."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import talentmarket as tm
from agents.declare import InputError
from experiments.compare import Comparison, ComparisonFailed, comparison, design_of, save
from experiments.compare import worlds as worlds_module
from experiments.compare.store import Store
from model.talent_market import TalentMarket

ROOT = Path(__file__).resolve().parents[2]
POLICIES = ["japan-without-j-skip", "usa-top-tax"]
QUICK: dict[str, Any] = {"persons_per_agent": 2000, "until": "2020-02"}
SEEDS = 3
SCRIPT = f"""
import sys
import talentmarket as tm
if __name__ == "__main__":
    tm.compare("small", {POLICIES}, seeds={SEEDS}, workers=int(sys.argv[2]), folder=sys.argv[1],
               persons_per_agent=2000, until="2020-02")
"""
Files = dict[str, bytes]


def contents(folder: Path) -> Files:
    """The bytes of every table in a folder."""
    files = sorted(folder.rglob("*.parquet"))
    return {str(file.relative_to(folder)): file.read_bytes() for file in files}


def sides(folder: Path) -> list[Path]:
    """Worlds that are there."""
    return sorted((folder / "pairs").rglob("[0-9]*.parquet"))


def started(folder: Path, workers: int) -> subprocess.Popen[bytes]:
    """A comparison in a process of its own."""
    script = folder.with_suffix(".py")
    script.write_text(SCRIPT)
    return subprocess.Popen(
        [sys.executable, str(script), str(folder), str(workers)], cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)}, start_new_session=True,
    )


def until(what: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    """Wait for something that a running process does."""
    for _ in range(6000):
        if what():
            return
        assert process.poll() is None, "it ended before"
        time.sleep(0.01)
    raise AssertionError("it takes too long")


def lived(folder: Path, seeds: list[int]) -> Comparison:
    """The pairs of some seeds, without effects and figure."""
    return comparison(design_of("small", POLICIES, seeds=seeds, **QUICK), folder)


def pairs_of(files: Files, seeds: list[int]) -> Files:
    """The files of the pairs of some seeds."""
    folders = tuple(f"pairs/seed{seed}/" for seed in seeds)
    return {name: content for name, content in files.items() if name.startswith(folders)}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """What one process writes that nobody disturbs."""
    folder = tmp_path_factory.mktemp("undisturbed") / "compared"
    tm.compare("small", POLICIES, seeds=SEEDS, folder=folder, **QUICK)
    return contents(folder)


def test_a_folder_holds_every_pair_and_the_effects(undisturbed: Files) -> None:
    assert len(undisturbed) == 1 + SEEDS * 3
    assert "effects.parquet" in undisturbed
    for seed in range(1, SEEDS + 1):
        for side in ("0-none", "1-japan-without-j-skip", "2-usa-top-tax"):
            assert f"pairs/seed{seed}/{side}.parquet" in undisturbed


def test_a_killed_comparison_loses_only_what_was_in_flight(
    undisturbed: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "killed"
    process = started(folder, workers=2)
    until(lambda: len(sides(folder)) >= 3, process)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    # its workers end by themselves when they notice, so nothing goes on behind one's back
    time.sleep(1.0)
    kept = {str(file): file.stat().st_mtime_ns for file in sides(folder)}
    assert 3 <= len(kept) < SEEDS * 3
    again = []

    def watched(market: TalentMarket) -> Any:
        again.append(market)
        return tables(market)

    tables = worlds_module.national_by_year
    monkeypatch.setattr(worlds_module, "national_by_year", watched)
    tm.compare("small", POLICIES, seeds=SEEDS, folder=folder, **QUICK)
    assert len(again) == SEEDS * 3 - len(kept)
    assert {file: Path(file).stat().st_mtime_ns for file in kept} == kept
    assert contents(folder) == undisturbed


def test_two_processes_write_the_same_bytes(undisturbed: Files, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    tm.compare(
        "small", POLICIES, seeds=SEEDS, folder=tmp_path / "two", workers=2,
        progress=lambda done, total: seen.append((done, total)), **QUICK,
    )
    assert contents(tmp_path / "two") == undisturbed
    assert seen == sorted(seen) and seen[0] == (0, 6) and seen[-1] == (6, 6)


def hears_interruptions() -> None:
    """A shell starts what it runs in the background deaf to them, and so are its children."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


YOUNG = """
import sys
from experiments.compare import comparison, design_of
if __name__ == "__main__":
    design = design_of("small", "none", seeds=2, persons_per_agent=20_000, until="2019-01")
    comparison(design, sys.argv[1], workers=2)
"""


@pytest.mark.thorough
@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="sees children on Linux only")
def test_a_worker_that_has_not_begun_does_not_die_of_an_interruption(tmp_path: Path) -> None:
    script = tmp_path / "young.py"
    script.write_text(YOUNG)
    process = subprocess.Popen(
        [sys.executable, str(script), str(tmp_path / "young")], cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)}, preexec_fn=hears_interruptions,
    )
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    interrupted = set[int]()

    def both_are_interrupted() -> bool:
        for child in map(int, children.read_text().split()):
            if child not in interrupted and b"spawn_main" in cmdline(child):
                os.kill(child, signal.SIGINT)
                interrupted.add(child)
        return len(interrupted) == 2

    until(both_are_interrupted, process)
    assert process.wait(120) == 0
    assert len(list((tmp_path / "young" / "pairs").iterdir())) == 2


def cmdline(process: int) -> bytes:
    """How a process was started; nothing once it has ended."""
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""


def test_an_interrupted_comparison_says_what_is_kept(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "talentmarket", "compare", "small", "--policy", "usa-top-tax",
         "--seeds", "50", "--workers", "2", "--until", "2020-02", "--persons-per-agent", "2000",
         "--out", str(tmp_path / "stopped")],
        cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True,
        preexec_fn=hears_interruptions,
    )  # fmt: skip
    until(lambda: len(sides(tmp_path / "stopped")) >= 2, process)  # type: ignore[arg-type]
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert out == "" and len(err.splitlines()) == 1
    said = re.search(r"interrupted; (\d+) of 50 pairs are kept in .*stopped.*goes on", err)
    assert said is not None and int(said[1]) <= len(sides(tmp_path / "stopped")) // 2


def test_more_seeds_are_added_to_those_that_are_there(
    undisturbed: Files, tmp_path: Path
) -> None:
    assert lived(tmp_path, [1]).seeds == (1,)
    there = {file: file.stat().st_mtime_ns for file in sides(tmp_path)}
    assert lived(tmp_path, [1, 3]).seeds == (1, 3)
    assert {file: file.stat().st_mtime_ns for file in there} == there
    assert contents(tmp_path) == pairs_of(undisturbed, [1, 3])


def test_a_broken_file_is_lived_again(undisturbed: Files, tmp_path: Path) -> None:
    lived(tmp_path, [1])
    sides(tmp_path)[1].write_bytes(b"PAR1")
    lived(tmp_path, [1])
    assert contents(tmp_path) == pairs_of(undisturbed, [1])


# Runs that fail ------------------------------------------------------------------------------


def test_a_world_that_fails_is_named_and_the_others_are_kept(
    undisturbed: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = worlds_module.national_by_year

    def fails(market: TalentMarket) -> Any:
        named = [policy.name for policy in market.specification.policies]
        if market.specification.seed == 3 and named == ["usa-top-tax"]:
            raise ZeroDivisionError("a fault of ours")
        return tables(market)

    monkeypatch.setattr(worlds_module, "national_by_year", fails)
    with pytest.raises(ComparisonFailed) as told:
        lived(tmp_path, [2, 3])
    (failure,) = told.value.failures
    assert (failure.seed, failure.policy) == (3, "usa-top-tax")
    assert "ZeroDivisionError: a fault of ours" in str(told.value)
    assert "3 of 4 pairs" in str(told.value) and "in fails" in failure.trace
    monkeypatch.setattr(worlds_module, "national_by_year", tables)
    lived(tmp_path, [2, 3])
    assert contents(tmp_path) == pairs_of(undisturbed, [2, 3])


# Folders -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def one_pair(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a comparison of one pair; read it, never change it."""
    design = design_of("small", "none", seeds=1, persons_per_agent=2000, until="2019-01")
    folder = tmp_path_factory.mktemp("compared") / "small"
    comparison(design, folder)
    return folder


@pytest.fixture
def small(one_pair: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return shutil.copytree(one_pair, tmp_path / "small")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"until": "2019-02"}, "scenario, end: 2019-01 there, 2019-02 now"),
        ({"persons_per_agent": 1000}, "persons_per_agent: 2000.0 there, 1000.0 now"),
        ({"parameters": {"bidding.pay_weight": 1.1}}, "bidding.pay_weight"),
        ({"against": "usa-top-tax"}, "against: none there, usa-top-tax now"),
        ({"policy": "usa-top-tax"}, "policies: none there, usa-top-tax now"),
    ],
)
def test_another_comparison_in_the_same_folder_is_refused(
    change: dict[str, Any], said: str, small: Path
) -> None:
    before = contents(small)
    given: dict[str, Any] = {
        "policy": "none", "persons_per_agent": 2000, "until": "2019-01", **change,
    }
    with pytest.raises(InputError) as told:
        tm.compare("small", given.pop("policy"), seeds=1, folder=small, **given)
    assert said in str(told.value) and "holds another comparison" in str(told.value)
    assert contents(small) == before


def test_other_program_text_makes_another_comparison(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = json.loads((small / "manifest.json").read_text())
    assert len(manifest["design"]["code"]) == 64
    monkeypatch.setattr("experiments.compare.design.code_checksum", lambda: "0" * 64)
    with pytest.raises(InputError, match="made by other program text"):
        tm.compare("small", "none", seeds=1, folder=small, persons_per_agent=2000, until="2019-01")


def test_foreign_folders_are_left_alone(tmp_path: Path, small: Path) -> None:
    design = design_of("small", "none", seeds=1, persons_per_agent=2000, until="2019-01")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.tex").write_text("years of work")
    tm.run("small", persons_per_agent=2000, until="2019-01").save(tmp_path / "run")
    (small / "notes.txt").write_text("mine")
    for name, said in (("mine", "other things"), ("run", "other things"), ("small", "notes.txt"),
                       ("mine/thesis.tex", "is a file")):  # fmt: skip
        for force in (False, True):
            with pytest.raises(InputError, match=said):
                Store.opened(tmp_path / name, design, force=force)
    assert (tmp_path / "mine" / "thesis.tex").read_text() == "years of work"
    assert (small / "notes.txt").read_text() == "mine"


def test_force_starts_anew(small: Path) -> None:
    other = design_of("small", "usa-top-tax", seeds=1, persons_per_agent=2000, until="2019-01")
    save(comparison(other, small, force=True), small)
    assert [file.name for file in sides(small)] == ["0-none.parquet", "1-usa-top-tax.parquet"]
    assert (small / "effects.parquet").exists()


def test_a_run_does_not_take_a_comparison_for_its_own(small: Path) -> None:
    with pytest.raises(InputError, match="not a run folder"):
        tm.load(small)
    with pytest.raises(InputError, match="not a run folder"):
        tm.run("small", persons_per_agent=2000, until="2019-01").save(small, force=True)
