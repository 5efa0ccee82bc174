"""One small sweep that many tests live, here or in a process of its own, and what it wrote."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from experiments.sweep import Tally, live_all, read_design

ROOT = Path(__file__).resolve().parents[1]
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


def lived(folder: Path, persons: int = 5000, **options: Any) -> Tally:
    """The sweep of the design, or what is missing of it; larger worlds take longer."""
    design = {**DESIGN, "persons_per_agent": persons}
    return live_all(read_design(design), folder, **{"workers": 1, **options})


def heed_interrupts() -> None:
    """As at a terminal; who starts the tests in the background hands down deafness."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def started(folder: Path, *options: str, persons: int = 5000) -> subprocess.Popen[str]:
    """The same sweep in a process of its own."""
    file = folder.with_suffix(".toml")
    file.write_text(TOML.replace("= 5000", f"= {persons}"))
    return subprocess.Popen(
        [sys.executable, "-m", "talentmarket", "sweep", str(file), "--out", str(folder), *options],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        preexec_fn=heed_interrupts,
    )  # fmt: skip


def until(what: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    """Wait for something that a running process does."""
    for _ in range(6000):
        if what():
            return
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)
    raise AssertionError("it takes too long")
