"""What all tests share: the Hypothesis profile and one tiny run."""

from __future__ import annotations

import pytest
from hypothesis import settings

from experiments.record import Record
from experiments.run import run

settings.register_profile("derandomized", derandomize=True, max_examples=25, deadline=None)
settings.load_profile("derandomized")


@pytest.fixture(scope="session")
def tiny() -> Record:
    """Two full years of a very coarse world; read it, never change it."""
    return run("small", seed=3, persons_per_agent=2000)
