"""Every notebook runs from its first cell to its last and imports the door only."""

from __future__ import annotations

import ast
import runpy
from pathlib import Path

import matplotlib
import matplotlib.pyplot as plt
import pytest

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.py"))
INNER = {"agents", "model", "experiments"}


def imported(text: str) -> set[str]:
    """Top-level names of what a text imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").split(".")[0])
    return names


def test_there_are_notebooks() -> None:
    assert NOTEBOOKS


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda file: file.stem)
def test_a_notebook_imports_the_door_only(notebook: Path) -> None:
    assert not imported(notebook.read_text("utf-8")) & INNER


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda file: file.stem)
def test_a_notebook_runs(
    notebook: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """In this process, where the libraries are loaded already, as Jupyter's is when a cell runs."""
    monkeypatch.chdir(tmp_path)
    plt.switch_backend("Agg")
    with matplotlib.rc_context():
        runpy.run_path(str(notebook), run_name="__main__")
    plt.close("all")
    assert capsys.readouterr().out
    assert not list(tmp_path.iterdir()), "a notebook leaves no files behind"
