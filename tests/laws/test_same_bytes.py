"""Same seed, same bytes: nothing depends on row order, chunks or the process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from model.talent_market import TalentMarket
from model.world import World
from tests.helpers import fingerprint, opened_anew

ROOT = Path(__file__).resolve().parents[2]
MONTHS = 14


def lived(market: TalentMarket) -> str:
    """The fingerprint after a bit more than a year."""
    for _ in range(MONTHS):
        market.step()
    return fingerprint(market)


@pytest.fixture(scope="module")
def reference() -> str:
    return lived(opened_anew(11))


def test_two_runs_give_the_same_bytes(reference: str) -> None:
    assert lived(opened_anew(11)) == reference


def test_another_seed_gives_other_bytes(reference: str) -> None:
    assert lived(opened_anew(12)) != reference


def test_a_fresh_process_gives_the_same_bytes(reference: str) -> None:
    program = (
        "from tests.laws.test_same_bytes import lived; from tests.helpers import opened_anew;"
        "print(lived(opened_anew(11)))"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "77", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True,
        text=True, check=True,
    )
    assert done.stdout.strip() == reference


@pytest.mark.parametrize("shuffle", [1, 2])
def test_rows_permuted_at_the_opening_change_nothing(reference: str, shuffle: int) -> None:
    market = opened_anew(11)
    people = market.researchers
    people.permute(np.random.default_rng(shuffle).permutation(people.count))
    assert lived(market) == reference


def test_rows_permuted_every_month_change_nothing(reference: str) -> None:
    market = opened_anew(11)
    luck = np.random.default_rng(3)
    for _ in range(MONTHS):
        market.researchers.permute(luck.permutation(market.researchers.count))
        market.step()
    assert fingerprint(market) == reference


@pytest.mark.parametrize("chunk", [1, 7, 100])
def test_one_and_several_chunks_give_the_same_bytes(reference: str, chunk: int) -> None:
    market = opened_anew(11)
    market.world.chunk = chunk
    assert lived(market) == reference


def test_the_size_of_chunks_is_read_somewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the test above could not fail."""
    market = opened_anew(11, 3000)
    reads: list[int] = []

    def read(world: World) -> int:
        reads.append(world.month)
        return 7

    monkeypatch.setattr(World, "chunk", property(read, lambda world, value: None))
    market.step()
    assert reads
