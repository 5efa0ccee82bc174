"""What a sweep leaves on the disk, read back as one table; full disks and folders of others."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import talentmarket as tm
from agents.declare import InputError
from experiments.sweep import SweepStopped, live_all, read_design
from experiments.sweep.store import Store
from tests.sweeps import DESIGN, HOME, QUICK, RUNS, Files, contents, lived, parts, started


def test_a_sweep_has_a_part_for_each_run(whole_sweep: Path, whole_parts: Files) -> None:
    names = {f"{run.name}.parquet" for run in read_design(DESIGN).runs()}
    assert set(whole_parts) == names and len(names) == RUNS
    manifest = json.loads((whole_sweep / "manifest.json").read_text())
    assert manifest["kind"] == "sweep" and manifest["seeds"] == [1, 2]
    assert manifest["varies"] == [HOME] and manifest["design"]["version"]
    assert {entry.name for entry in whole_sweep.iterdir()} == {"manifest.json", "parts"}


def test_figures_are_those_of_the_run_itself(whole_sweep: Path) -> None:
    frame = tm.read_sweep(whole_sweep)
    narrow = tm.read_sweep(whole_sweep, parameters=False)
    pd.testing.assert_frame_equal(narrow, frame.drop(columns=HOME))
    record = tm.run("small", seed=2, persons_per_agent=5000, until="2019-02",
                    parameters={**QUICK, HOME: 0.5}, policies=["usa-top-tax"])  # fmt: skip
    expected = record.national[record.national["measure"].isin(["net", "stock"])]
    expected = expected[expected["period"].str.len() == 4]
    chosen = frame[(frame["seed"] == 2) & (frame[HOME] == 0.5) & (frame["policies"] != "none")]
    assert set(chosen["policies"]) == {"usa-top-tax"} and len(chosen) == len(expected) > 100
    for name in ("period", "country", "measure", "unit", "value"):
        assert chosen[name].tolist() == expected[name].tolist()
    assert chosen["error"].isna().all() and set(chosen["persons_per_agent"]) == {5000.0}


def test_periods_and_countries_can_be_chosen(tmp_path: Path) -> None:
    keep = {"countries": ["KOR"], "periods": ["2019-02", "2018"], "measures": ["stock"]}
    frame = tm.sweep({**DESIGN, "keep": keep, "policies": ["none"], "seeds": 1, "vary": []},
                     folder=tmp_path / "few", workers=1)  # fmt: skip
    assert frame[["period", "country"]].values.tolist() == [["2019-02", "KOR"], ["2018", "KOR"]]
    assert "policies" in frame.columns and HOME not in frame.columns


# Reading back ------------------------------------------------------------------------------------


def test_a_folder_is_one_table(whole_sweep: Path) -> None:
    frame = tm.read_sweep(whole_sweep)
    assert list(frame.columns) == [
        "run", "point", "policies", "seed", "persons_per_agent", HOME, "period", "country",
        "measure", "unit", "value", "error",
    ]  # fmt: skip
    assert frame["run"].nunique() == RUNS and set(frame["measure"]) == {"net", "stock"}
    assert frame[["point", "policies", "seed"]].drop_duplicates().shape[0] == RUNS
    assert frame["point"].is_monotonic_increasing


def test_questions_are_answered_where_the_parts_lie(whole_sweep: Path) -> None:
    answer = tm.query_sweep(
        whole_sweep,
        f'SELECT "{HOME}" AS home, seed, sum(value) AS net FROM sweep '
        "WHERE measure = 'net' AND country = 'KOR' GROUP BY ALL ORDER BY ALL",
    )
    frame = tm.read_sweep(whole_sweep)
    frame = frame[(frame["measure"] == "net") & (frame["country"] == "KOR")]
    expected = frame.groupby([HOME, "seed"])["value"].sum().reset_index()
    expected.columns = pd.Index(["home", "seed", "net"])
    pd.testing.assert_frame_equal(answer, expected)
    with pytest.raises(InputError, match="cannot be answered"):
        tm.query_sweep(whole_sweep, "SELECT nothing FROM sweep")


def test_a_folder_without_a_sweep_is_refused(tmp_path: Path) -> None:
    for read in (tm.read_sweep, lambda folder: tm.query_sweep(folder, "FROM sweep")):
        with pytest.raises(InputError, match="holds no sweep"):
            read(tmp_path)


# Full disks --------------------------------------------------------------------------------------


def test_a_full_disk_stops_the_sweep_and_breaks_nothing(
    whole_parts: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
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
    assert contents(tmp_path / "swept") == whole_parts


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


def test_a_disk_that_is_really_full(whole_parts: Files, tiny_disk: Path) -> None:
    folder = tiny_disk / "swept"
    (tiny_disk / "ballast").write_bytes(b"x" * 20_000)
    process = started(folder, "--workers", "1")
    out, err = process.communicate(timeout=60)
    assert process.returncode == 1 and out == ""
    (line,) = err.splitlines()
    assert re.search(r"No space left on device; \d of 8 runs are kept in .*goes on", line)
    assert all(content == whole_parts[name] for name, content in contents(folder).items())
    (tiny_disk / "ballast").unlink()
    subprocess.run(["mount", "-o", "remount,size=1m", str(tiny_disk)], check=True)
    lived(folder)
    assert contents(folder) == whole_parts


# Folders -----------------------------------------------------------------------------------------


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
    change: dict[str, Any], said: str, whole_sweep: Path, whole_parts: Files
) -> None:
    with pytest.raises(InputError) as told:
        live_all(read_design({**DESIGN, **change}), whole_sweep)
    assert said in str(told.value) and "holds another sweep" in str(told.value)
    assert contents(whole_sweep) == whole_parts


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


def test_what_a_killed_process_left_half_written_goes(whole_sweep: Path, tmp_path: Path) -> None:
    shutil.copytree(whole_sweep, tmp_path / "swept")
    old, young = (tmp_path / "swept" / "parts" / f".{n}.parquet.7.new" for n in ("old", "young"))
    old.write_bytes(b"PAR1")
    young.write_bytes(b"PAR1")
    os.utime(old, (0, 0))
    Store.opened(tmp_path / "swept", read_design(DESIGN))
    assert not old.exists() and young.exists()
