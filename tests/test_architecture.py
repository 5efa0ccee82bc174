"""Imports run downward only, and in no circle."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import networkx as nx
import pytest

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ("agents", "model", "experiments", "talentmarket")  # lowest first


def sources() -> dict[str, str]:
    """Every module of the four packages by dotted name, with its text."""
    found = {}
    for floor in FLOORS:
        for file in sorted((ROOT / floor).rglob("*.py")):
            parts = file.relative_to(ROOT).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found[name] = file.read_text("utf-8")
    return found


def imports(text: str, known: Mapping[str, str]) -> Iterator[str]:
    """Own modules that a text imports anywhere, under TYPE_CHECKING and in functions included."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            base = node.module or ""
            names = [
                f"{base}.{alias.name}" if f"{base}.{alias.name}" in known else base
                for alias in node.names
            ]
        else:
            continue
        yield from (name for name in names if name.split(".")[0] in FLOORS)


def upward(modules: Mapping[str, str]) -> list[str]:
    """Imports from a higher floor."""
    return [
        f"{name} imports {target}"
        for name, text in modules.items()
        for target in imports(text, modules)
        if FLOORS.index(target.split(".")[0]) > FLOORS.index(name.split(".")[0])
    ]


def circles(modules: Mapping[str, str]) -> list[list[str]]:
    """Groups of modules that import each other."""
    graph = nx.DiGraph(
        (name, target)
        for name, text in modules.items()
        for target in imports(text, modules)
        if target != name
    )
    return [sorted(group) for group in nx.strongly_connected_components(graph) if len(group) > 1]


def test_no_import_runs_upward() -> None:
    assert upward(sources()) == []


def test_no_imports_in_a_circle() -> None:
    assert circles(sources()) == []


def test_every_floor_is_read() -> None:
    assert {name.split(".")[0] for name in sources()} == set(FLOORS)


@pytest.mark.parametrize(
    "line",
    [
        "import experiments.run",
        "from experiments import run",
        "def f():\n    from talentmarket import load",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import experiments",
    ],
)
def test_an_upward_import_is_found(line: str) -> None:
    modules = {"model.world": line, "experiments": "", "experiments.run": "", "talentmarket": ""}
    assert len(upward(modules)) == 1


def test_a_circle_is_found() -> None:
    modules = {
        "model": "",
        "model.a": "from model import b",
        "model.b": "from model.c import x",
        "model.c": "import model.a",
    }
    assert circles(modules) == [["model.a", "model.b", "model.c"]]
