"""The public face: what it exports, what importing it costs, and whose packages it uses."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import talentmarket

ROOT = Path(__file__).resolve().parent.parent


def python(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run code in a fresh interpreter that sees the packages under a folder first."""
    lines = f"import sys; sys.path.insert(0, {str(folder)!r})\n{code}"
    return subprocess.run(
        [sys.executable, "-c", lines], capture_output=True, text=True, cwd=folder, check=False
    )


def test_names_are_sorted() -> None:
    assert talentmarket.__all__ == sorted(talentmarket.__all__)


@pytest.mark.parametrize("name", talentmarket.__all__)
def test_every_name_resolves_and_is_listed(name: str) -> None:
    assert getattr(talentmarket, name) is not None
    assert name in dir(talentmarket)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Talentmarket'"):
        talentmarket.Talentmarket  # noqa: B018


def test_import_loads_nothing_heavy() -> None:
    code = (
        "import talentmarket\n"
        "heavy = {'numpy', 'pandas', 'mesa', 'matplotlib', 'pyarrow', 'networkx', 'scipy'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = python(code, ROOT)
    assert done.stdout.strip() == "[]", done.stderr


def test_parameters_is_a_frame_of_declarations() -> None:
    frame = talentmarket.parameters()
    assert isinstance(frame, pd.DataFrame)
    assert {"name", "value", "unit", "low", "high", "kind", "source"} <= set(frame.columns)
    assert frame["name"].is_unique
    assert ((frame["low"] <= frame["value"]) & (frame["value"] <= frame["high"])).all()


def test_schemes_is_a_frame_of_shipped_schemes() -> None:
    frame = talentmarket.schemes()
    assert {"usa-h-1b", "jpn-j-skip"} <= set(frame["id"])
    assert set(frame.loc[frame["id"] == "usa-h-1b", "country"]) == {"USA"}


@pytest.mark.parametrize("name", ["agents", "model", "experiments"])
def test_a_foreign_package_of_the_same_name_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / name / "__init__.py").write_text("")
    done = python(f"sys.path.insert(1, {str(ROOT)!r})\nimport talentmarket", tmp_path)
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("ImportError: talentmarket needs its own package")
    assert repr(name) in last and "environment of its own" in last
