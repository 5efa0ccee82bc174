"""Records and run folders: whole or not at all, the same bytes, nothing of others touched."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pandas as pd
import pytest
from matplotlib.figure import Figure

from agents.declare import InputError
from experiments import record as record_module
from experiments.record import COLUMNS, Record, check_folder, load
from experiments.run import run

TABLES = [f"{name}.parquet" for name in COLUMNS]


@pytest.fixture()
def quick_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty figure in place of the summary, whose drawing takes most of the time of a save."""
    monkeypatch.setattr(Record, "summary", lambda self: Figure())


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def test_a_folder_holds_what_was_recorded(tiny: Record, tmp_path: Path) -> None:
    folder = tiny.save(tmp_path / "deep" / "mine")
    assert names(folder) == sorted([*TABLES, "manifest.json", "summary.png"])
    assert names(tmp_path / "deep") == ["mine"]
    same = load(folder)
    for name, columns in COLUMNS.items():
        kept = getattr(same, name)
        assert list(kept.columns) == list(columns)
        pd.testing.assert_frame_equal(
            kept, getattr(tiny, name)[list(columns)].reset_index(drop=True), check_dtype=False
        )
    assert same.manifest == json.loads(json.dumps(tiny.manifest))


def test_the_manifest_says_what_was_run(tiny: Record) -> None:
    assert tiny.manifest["scenario"]["name"] == "small"
    assert tiny.manifest["scenario"]["persons_per_agent"] == 2000
    assert tiny.manifest["seed"] == tiny.manifest["scenario"]["seed"] == 3
    assert {"python", "talentmarket", "numpy", "pandas", "mesa", "networkx", "pyarrow"} <= set(
        tiny.manifest["versions"]
    )
    assert tiny.manifest["wall_seconds"] > 0
    assert tiny.manifest["peak_memory_bytes"] > 10_000_000


@pytest.mark.usefixtures("quick_picture")
def test_the_same_run_gives_the_same_bytes(tiny: Record, tmp_path: Path) -> None:
    again = run("small", seed=3, persons_per_agent=2000)
    first, second = tiny.save(tmp_path / "first"), again.save(tmp_path / "second")
    other = run("small", seed=4, persons_per_agent=2000).save(tmp_path / "other")
    for table in TABLES:
        assert (first / table).read_bytes() == (second / table).read_bytes(), table
    assert (first / "flows.parquet").read_bytes() != (other / "flows.parquet").read_bytes()


@pytest.mark.usefixtures("quick_picture")
def test_bytes_do_not_depend_on_index_or_column_order(tiny: Record, tmp_path: Path) -> None:
    shuffled = tiny.national[tiny.national.columns[::-1]].set_index(
        pd.Index(range(7, 7 + len(tiny.national)), name="odd")
    )
    other = dataclasses.replace(tiny, national=shuffled)
    first, second = tiny.save(tmp_path / "first"), other.save(tmp_path / "second")
    name = "national.parquet"
    assert (first / name).read_bytes() == (second / name).read_bytes()


@pytest.mark.usefixtures("quick_picture")
def test_csv_beside_parquet(tiny: Record, tmp_path: Path) -> None:
    folder = tiny.save(tmp_path / "run", csv=True)
    read = pd.read_csv(folder / "flows.csv")
    pd.testing.assert_frame_equal(read, tiny.flows, check_dtype=False)


@pytest.mark.usefixtures("quick_picture")
def test_an_existing_folder_needs_force(tiny: Record, tmp_path: Path) -> None:
    folder = tiny.save(tmp_path / "run", csv=True)
    with pytest.raises(InputError, match=r"run: exists already; add --force"):
        tiny.save(folder)
    tiny.save(folder, force=True)
    assert "national.csv" not in names(folder)
    assert names(tmp_path) == ["run"]


@pytest.mark.usefixtures("quick_picture")
def test_force_replaces_an_empty_folder(tiny: Record, tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    assert "manifest.json" in names(tiny.save(tmp_path / "run", force=True))


@pytest.mark.parametrize(
    ("file", "text"),
    [("thesis.tex", "years of work"), ("manifest.json", '{"name": "a web page"}')],
)
def test_force_never_replaces_what_no_run_wrote(file: str, text: str, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / file).write_text(text)
    with pytest.raises(InputError, match="not a run folder"):
        check_folder(folder, force=True)
    assert (folder / file).read_text() == text


@pytest.mark.usefixtures("quick_picture")
def test_force_refuses_a_run_folder_with_other_things(tiny: Record, tmp_path: Path) -> None:
    folder = tiny.save(tmp_path / "run")
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(InputError, match=r"holds 'notes\.txt'"):
        tiny.save(folder, force=True)
    assert (folder / "notes.txt").read_text() == "mine"


def test_a_file_in_the_way_is_refused(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("")
    with pytest.raises(InputError, match="is a file"):
        check_folder(tmp_path / "run", force=True)
    with pytest.raises(InputError, match="is not a folder one may write to"):
        check_folder(tmp_path / "run" / "deeper")


@pytest.mark.usefixtures("quick_picture")
def test_a_failure_while_writing_leaves_the_earlier_run(
    tiny: Record, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tiny.save(tmp_path / "run")
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    write = record_module._write_table

    def fails_late(frame: pd.DataFrame, name: str, into: Path, *, csv: bool) -> None:
        if name == "employers":
            raise OSError("no space left")
        write(frame, name, into, csv=csv)

    monkeypatch.setattr(record_module, "_write_table", fails_late)
    with pytest.raises(OSError, match="no space left"):
        tiny.save(folder, force=True)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before
    assert names(tmp_path) == ["run"]


@pytest.mark.usefixtures("quick_picture")
def test_what_cannot_be_loaded(tiny: Record, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such folder"):
        load(tmp_path / "nowhere")
    with pytest.raises(InputError, match="not a run folder"):
        load(tmp_path)
    folder = tiny.save(tmp_path / "run")
    groups = (folder / "groups.parquet").read_bytes()
    (folder / "groups.parquet").unlink()  # as in a folder of an older version
    with pytest.raises(InputError, match=r"groups\.parquet: cannot be read"):
        load(folder)
    (folder / "groups.parquet").write_bytes(groups)
    (folder / "flows.parquet").write_bytes(b"broken")
    with pytest.raises(InputError, match=r"flows\.parquet: cannot be read"):
        load(folder)
