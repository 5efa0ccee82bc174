"""From a notebook: one bar, an interruption that loses nothing, and the same cell goes on."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sweeps import DESIGN, ROOT, parts

pytest.importorskip("ipykernel")
jupyter = pytest.importorskip("jupyter_client")

SEEDS, RUNS = 8, 32
PATIENCE = 60  # seconds


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The process behind a notebook."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    manager = jupyter.KernelManager()
    manager.start_kernel()
    yield manager
    manager.shutdown_kernel(now=True)


def test_a_cell_that_is_interrupted_goes_on(kernel: Any, tmp_path: Path) -> None:
    client = kernel.client()
    client.start_channels()
    client.wait_for_ready(PATIENCE)

    def run(code: str) -> list[tuple[str, dict[str, Any]]]:
        """What a cell shows."""
        asked, shown = client.execute(code), []
        while True:
            message = client.get_iopub_msg(timeout=PATIENCE)
            if message["parent_header"].get("msg_id") == asked:
                shown.append((message["msg_type"], message["content"]))
                if message["content"].get("execution_state") == "idle":
                    return shown

    folder = tmp_path / "swept"
    run(f"import talentmarket as tm\ndesign = {DESIGN | {'seeds': SEEDS}!r}")
    cell = f"frame = tm.sweep(design, workers=2, folder={str(folder)!r})\nframe['run'].nunique()"
    waiting = threading.Thread(target=_interrupt, args=(kernel, lambda: len(parts(folder)) >= 3))
    waiting.start()
    shown = run(cell)
    waiting.join()
    kept = len(parts(folder))
    assert 3 <= kept < RUNS
    (error,) = [content for kind, content in shown if kind == "error"]
    assert error["ename"] == "KeyboardInterrupt"
    assert f"{kept} of {RUNS} runs are kept" in "".join(error["traceback"])
    shown = run(cell)
    (answer,) = [content for kind, content in shown if kind == "execute_result"]
    assert answer["data"]["text/plain"] == str(RUNS) and len(parts(folder)) == RUNS
    bars = [content for kind, content in shown if kind == "display_data"]
    texts = [content["text"] for kind, content in shown if kind == "stream"]
    assert len(bars) == 1 or any("run" in text for text in texts)  # without widgets it is text
    client.stop_channels()


def _interrupt(kernel: Any, when: Callable[[], bool]) -> None:
    for _ in range(PATIENCE * 100):
        if when():
            break
        time.sleep(0.01)
    kernel.interrupt_kernel()
