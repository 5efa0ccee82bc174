"""The package as others get it: a wheel built, installed elsewhere and run from an empty folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = ("agents", "model", "experiments", "talentmarket")


def call(*command: str | Path, cwd: Path) -> str:
    """The output of a command that has to succeed."""
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=clean, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment that holds the wheel, its needs borrowed from this one."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"  # built elsewhere, since a build leaves files behind
    leave = shutil.ignore_patterns("__pycache__", "*.egg-info")
    for name in SHIPPED:
        shutil.copytree(ROOT / name, source / name, ignore=leave)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check")
    call(*pip, "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index",
         "--wheel-dir", folder, source, cwd=folder)  # fmt: skip
    (wheel,) = folder.glob("talentmarket-*.whl")

    home = folder / "environment"
    venv.create(home, with_pip=False, symlinks=os.name != "nt")
    names = {"base": str(home), "platbase": str(home)}
    python = Path(sysconfig.get_path("scripts", "venv", names)) / "python"
    site = Path(sysconfig.get_path("purelib", "venv", names))
    call(*pip, "--python", python, "install", "--quiet", "--no-deps", "--no-index", wheel,
         cwd=folder)  # fmt: skip
    # A line in a .pth file lends the libraries without running the .pth files beside them, so an
    # editable install of this checkout is not seen.
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    lend_machine_code(site)
    return python


def lend_machine_code(site: Path) -> None:
    """Loops that were compiled here serve there, since to compile them takes half a minute.

    Numba knows the text of a loop by size and time of its file. What is not there is compiled.
    """
    for name in SHIPPED:
        for file in (ROOT / name).rglob("*"):
            there = site / file.relative_to(ROOT)
            if file.suffix == ".py":
                os.utime(there, ns=(file.stat().st_atime_ns, file.stat().st_mtime_ns))
            elif file.suffix in (".nbi", ".nbc"):
                there.parent.mkdir(exist_ok=True)
                shutil.copy(file, there)


def test_the_wheel_brings_its_own_packages(installed: Path, tmp_path: Path) -> None:
    code = "import talentmarket, model; print(talentmarket.__file__); print(model.__file__)"
    for line in call(installed, "-c", code, cwd=tmp_path).splitlines():
        assert Path(line).is_relative_to(installed.parent.parent)


def test_the_wheel_says_its_version(installed: Path, tmp_path: Path) -> None:
    said = call(installed, "-m", "talentmarket", "--version", cwd=tmp_path)
    assert said.startswith("talentmarket 0.")


def test_the_wheel_runs(installed: Path, tmp_path: Path) -> None:
    call(installed, "-m", "talentmarket", "run", "small", "--until", "2019-02",
         "--persons-per-agent", "2000", cwd=tmp_path)  # fmt: skip
    assert (tmp_path / "runs" / "small-seed1" / "national.parquet").is_file()
    assert (tmp_path / "runs" / "small-seed1" / "summary.png").is_file()


def test_the_wheel_ships_types(installed: Path, tmp_path: Path) -> None:
    code = "from importlib.resources import files; print((files('agents') / 'py.typed').is_file())"
    assert call(installed, "-c", code, cwd=tmp_path).strip() == "True"
