"""What tests of sweeps share: the small sweep, lived once, and a count of runs that are lived."""

from __future__ import annotations

from pathlib import Path

import pytest

from experiments.sweep import living
from tests.sweeps import Files, contents, lived


@pytest.fixture(scope="session")
def whole_sweep(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sweep that nobody disturbs; read it, never change it."""
    where = tmp_path_factory.mktemp("undisturbed") / "swept"
    lived(where)
    return where


@pytest.fixture(scope="session")
def whole_parts(whole_sweep: Path) -> Files:
    """What it wrote."""
    return contents(whole_sweep)


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
