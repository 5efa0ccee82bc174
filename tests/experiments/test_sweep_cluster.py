"""Sweeps on a Dask cluster: the same bytes, and nothing lost when workers or the sweep die."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from experiments.sweep import SweepStopped, live_all, read_design
from experiments.sweep.cluster import connected
from tests.sweeps import DESIGN, RUNS, Files, contents, lived, parts, started, until

distributed = pytest.importorskip("distributed")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """A cluster of two worker processes on this machine."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, memory_limit=0,
    ) as local:  # fmt: skip
        yield local


def test_a_cluster_writes_the_same_bytes(
    cluster: Any, whole_parts: Files, tmp_path: Path
) -> None:
    seen: list[int] = []
    tally = live_all(
        read_design(DESIGN), tmp_path / "swept", cluster=cluster.scheduler_address,
        progress=lambda done, _total, _failed: seen.append(done),
    )
    assert (tally.done, tally.failed) == (RUNS, 0) and seen == list(range(RUNS + 1))
    assert contents(tmp_path / "swept") == whole_parts


def test_a_killed_sweep_goes_on(
    cluster: Any, whole_parts: Files, tmp_path: Path
) -> None:
    folder = tmp_path / "killed"
    process = started(folder, "--cluster", cluster.scheduler_address)
    until(lambda: len(parts(folder)) >= 2, process)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    kept = {file: file.stat().st_mtime_ns for file in parts(folder)}
    assert 2 <= len(kept) < RUNS
    live_all(read_design(DESIGN), folder, cluster=cluster.scheduler_address)
    assert {file: file.stat().st_mtime_ns for file in kept} == kept
    assert contents(folder) == whole_parts


def test_a_killed_worker_loses_its_run_only_which_is_run_again(
    cluster: Any, whole_parts: Files, tmp_path: Path
) -> None:
    client = connected(cluster.scheduler_address)
    before = client.run(os.getpid)
    killed: list[int] = []

    def kill(done: int, _total: int, _failed: int) -> None:
        if done == 2 and not killed:
            busy = [worker for worker, keys in client.processing().items() if keys]
            killed.append(before[busy[0]])
            os.kill(killed[0], signal.SIGKILL)

    tally = live_all(
        read_design(DESIGN), tmp_path / "swept", cluster=cluster.scheduler_address, progress=kill
    )
    assert (tally.done, tally.failed) == (RUNS, 0) and killed
    assert contents(tmp_path / "swept") == whole_parts
    client.close()


def test_a_lost_cluster_stops_the_sweep_which_goes_on_elsewhere(
    whole_parts: Files, tmp_path: Path
) -> None:
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None
    ) as local:  # fmt: skip

        def close(done: int, _total: int, _failed: int) -> None:
            if done == 2:
                threading.Thread(target=local.close).start()
                time.sleep(0.2)

        with pytest.raises(SweepStopped, match=r"cluster was lost; \d of 8 runs are kept"):
            live_all(
                read_design(DESIGN), tmp_path / "swept", cluster=local.scheduler_address,
                progress=close,
            )
    assert lived(tmp_path / "swept").done == RUNS
    assert contents(tmp_path / "swept") == whole_parts
