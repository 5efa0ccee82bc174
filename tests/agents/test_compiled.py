"""Compiled functions: what they may call, and that they are what they would be uncompiled."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from agents.compiled import compiled, over_arrays

ROOT = Path(__file__).parents[2]
OURS = ("agents", "model", "experiments", "talentmarket")


def _is_compiled(function: ast.FunctionDef) -> bool:
    names = (ast.unparse(decorator).split("(")[0] for decorator in function.decorator_list)
    return any(name in ("compiled", "over_arrays") for name in names)


def _from_elsewhere(file: Path) -> Iterator[str]:
    """Names of other files of ours that compiled functions of a file use."""
    tree = ast.parse(file.read_text())
    imported = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in OURS
        for alias in node.names
    }
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        if not _is_compiled(function):
            continue
        for node in ast.walk(ast.Module(function.body, [])):
            if isinstance(node, ast.Name) and node.id in imported:
                yield f"{file.relative_to(ROOT)}: {function.name} uses {node.id}"


def test_compiled_functions_use_only_what_their_own_file_holds() -> None:
    """Machine code kept on disk would else outlive a change in another file."""
    files = [file for floor in OURS for file in sorted((ROOT / floor).rglob("*.py"))]
    assert [call for file in files for call in _from_elsewhere(file)] == []


def test_what_is_from_elsewhere_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "some.py"
    file.write_text(
        "from agents.chance import mix\n\n@compiled\ndef more(value):\n    return mix(value)\n"
    )
    monkeypatch.setattr("tests.agents.test_compiled.ROOT", tmp_path)
    assert list(_from_elsewhere(file)) == ["some.py: more uses mix"]


@over_arrays("float64(float64, float64)")
def _ratio(part: float, whole: float) -> float:
    return part / whole


@compiled
def _ratios(parts: np.ndarray, whole: float) -> np.ndarray:
    ratios = np.empty(parts.size)
    for place in range(parts.size):
        ratios[place] = parts[place] / whole
    return ratios


def test_numbers_become_arrays_that_broadcast() -> None:
    table = _ratio(np.array([[1.0], [2.0]]), np.array([1.0, 4.0]))
    np.testing.assert_array_equal(table, [[1.0, 0.25], [2.0, 0.5]])


def test_division_by_nought_is_as_in_numpy() -> None:
    ratios = _ratios(np.array([1.0, -1.0, 0.0]), 0.0)
    np.testing.assert_array_equal(ratios, [np.inf, -np.inf, np.nan])
