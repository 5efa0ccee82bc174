"""Comparing policies: from what a person asks for to the effects."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from experiments.compare.design import Design, design_of
from experiments.compare.living import Progress, live_missing
from experiments.compare.result import Comparison
from experiments.compare.store import EFFECT_COLUMNS, EFFECTS, PICTURE, Store
from experiments.processes import check_workers
from experiments.record import peak_memory, versions
from experiments.whole_files import replacing, write_parquet
from model.policy_files import PolicyLike
from model.scenario import Scenario


def compare(
    scenario: str | os.PathLike[str] | Scenario = "baseline",
    policy: PolicyLike | Sequence[PolicyLike] | None = None,
    *,
    against: PolicyLike = "none",
    seeds: int | Sequence[int] = 20,
    workers: int = 1,
    until: str | None = None,
    persons_per_agent: float | None = None,
    parameters: Mapping[str, float] | None = None,
    draws: pd.DataFrame | str | os.PathLike[str] | None = None,
    folder: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """The effect of each policy, with 95 % intervals, from worlds that share their luck in pairs.

    Parameters
    ----------
    scenario
        A shipped name, the path of a TOML file, or a :class:`Scenario`.
    policy
        A name, a path, a :class:`Policy`, or ``"a+b"`` for two that apply jointly; or a list of
        these, each of which is held alone against the same baseline.
    against
        What serves as baseline: nothing, or another policy in the place of ``policy``.
    seeds
        So many pairs, with seeds from 1; or a list of seeds.
    workers
        Processes; results do not depend on them. A script that asks for several needs the usual
        ``if __name__ == "__main__":``.
    until
        The last month, included. Like the two that follow it wins over what the scenario says.
    persons_per_agent
        Persons for whom one simulated researcher stands.
    parameters
        Numbers by ``group.name``.
    draws
        A frame, or the path of a CSV file, with parameters by ``group.name`` in its columns: pair
        ``i`` uses row ``i`` modulo their number, so that intervals carry their uncertainty.
    folder
        Keeps each pair as it is lived; the same comparison started again does what is missing.
    progress
        Called with the pairs that are there and the pairs in all.

    Returns
    -------
    DataFrame
        See :meth:`Comparison.effects`.

    Raises
    ------
    InputError
        Something given cannot be used.
    ComparisonFailed
        Some worlds broke off; with a folder, all the others are kept.
    """
    design = design_of(
        scenario, policy, against=against, seeds=seeds, until=until,
        persons_per_agent=persons_per_agent, parameters=parameters, draws=draws,
    )
    found = comparison(design, folder, workers=workers, progress=progress)
    if folder is not None:
        save(found, folder)
    return found.effects()


def comparison(
    design: Design,
    folder: str | os.PathLike[str] | None = None,
    *,
    workers: int = 1,
    force: bool = False,
    progress: Progress | None = None,
) -> Comparison:
    """Every pair of a design, lived or read from the folder where it is there already.

    Parameters
    ----------
    design
        From :func:`design_of`.
    folder, workers, progress
        See :func:`compare`.
    force
        Replace an earlier comparison in the folder.

    Raises
    ------
    InputError
        The folder holds something else, or the number of workers cannot be used.
    ComparisonFailed
        Some worlds broke off.
    """
    check_workers(workers)
    if folder is not None:
        store = Store.opened(folder, design, force=force)
        return _lived(store, workers, progress)
    with tempfile.TemporaryDirectory(prefix="talentmarket-") as temporary:
        return _lived(Store.opened(Path(temporary), design), workers, progress)


def save(
    found: Comparison, folder: str | os.PathLike[str], *, csv: bool = False
) -> None:
    """Write effects and figure into the folder of a comparison; with ``csv`` the effects so, too.

    Raises
    ------
    OSError
        Something cannot be written; the pairs are not touched.
    """
    from experiments import effect_figures  # drawing takes a second to load

    path, effects = Path(folder), found.effects()
    write_parquet(effects, EFFECT_COLUMNS, path / f"{EFFECTS}.parquet")
    if csv:
        with replacing(path / f"{EFFECTS}.csv") as fresh:
            effects.to_csv(fresh, index=False, lineterminator="\n")
    with replacing(path / PICTURE) as fresh:
        effect_figures.effects_figure(found).savefig(fresh, format="png", dpi=150)


def _lived(store: Store, workers: int, progress: Progress | None) -> Comparison:
    started = time.perf_counter()
    live_missing(store, workers, progress)
    store.write_manifest({
        "made_with": versions(), "wall_seconds": round(time.perf_counter() - started, 3),
        "peak_memory_bytes": peak_memory(), "workers": workers,
    })  # fmt: skip
    return Comparison.of(store)

