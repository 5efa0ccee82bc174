"""Records: what a run gave back, in memory and as a folder of files."""

from __future__ import annotations

import contextlib
import dataclasses
import importlib.metadata
import json
import os
import platform
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from agents.declare import InputError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from model.talent_market import TalentMarket

TEXT, WHOLE, NUMBER, TRUTH = pa.string(), pa.int64(), pa.float64(), pa.bool_()

# The columns of every table, which other people's scripts rely on.
COLUMNS: dict[str, dict[str, Any]] = {
    "national": {
        "period": TEXT, "country": TEXT, "measure": TEXT, "unit": TEXT, "value": NUMBER,
    },
    "groups": {
        "period": TEXT, "country": TEXT, "group": TEXT, "measure": TEXT, "unit": TEXT,
        "value": NUMBER,
    },
    "flows": {
        "year": WHOLE, "origin": TEXT, "destination": TEXT, "group": TEXT, "persons": NUMBER,
    },
    "visas": {
        "year": WHOLE, "country": TEXT, "scheme": TEXT, "applications": NUMBER, "grants": NUMBER,
        "refusals": NUMBER, "withdrawn": NUMBER, "waiting": NUMBER, "places": NUMBER,
    },
    "deals": {
        "month": TEXT, "buyer": TEXT, "target": TEXT, "target_country": TEXT, "form": TEXT,
        "price_usd": NUMBER, "people_moved": NUMBER, "technology_moved": NUMBER, "review": TEXT,
        "recorded": TRUTH,
    },
    "policies": {
        "month": TEXT, "country": TEXT, "lever": TEXT, "before": TEXT, "after": TEXT, "why": TEXT,
    },
    "employers": {
        "year": WHOLE, "employer": TEXT, "kind": TEXT, "country": TEXT, "researchers": NUMBER,
        "mean_pay_usd": NUMBER, "technology": NUMBER, "cash_usd": NUMBER,
    },
    "network": {"year": WHOLE, "layer": TEXT, "figure": TEXT, "value": NUMBER, "unit": TEXT},
    "sampling_error": {"period": TEXT, "country": TEXT, "measure": TEXT, "error": NUMBER},
}  # fmt: skip

MANIFEST, PICTURE = "manifest.json", "summary.png"
WRITTEN = {MANIFEST, PICTURE} | {
    f"{table}.{ending}" for table in COLUMNS for ending in ("parquet", "csv")
}
PACKAGES = (
    "talentmarket", "mesa", "networkx", "numpy", "pandas", "pyarrow", "matplotlib", "seaborn",
)  # fmt: skip


@dataclasses.dataclass(frozen=True, eq=False)
class Record:
    """What happened in a run: tables over countries, groups, corridors, visas, employers and ties.

    The columns of every table stand in ``COLUMNS``; ``manifest`` says what was run, with which
    versions, and what it cost. ``sampling_error`` is the half-width of a 95 % interval of each
    country's yearly net flow, from counting people in agents.
    """

    national: pd.DataFrame
    groups: pd.DataFrame
    flows: pd.DataFrame
    visas: pd.DataFrame
    deals: pd.DataFrame
    policies: pd.DataFrame
    employers: pd.DataFrame
    network: pd.DataFrame
    sampling_error: pd.DataFrame
    manifest: dict[str, Any]

    @classmethod
    def of(cls, market: TalentMarket, *, wall_seconds: float) -> Record:
        """The record of a market as far as it has run."""
        return cls(
            national=market.national(),
            groups=market.groups(),
            flows=market.flows(),
            visas=market.visas(),
            deals=market.deals(),
            policies=market.policies_table(),
            employers=market.employers_table(),
            network=market.network_table(),
            sampling_error=market.sampling_error(),
            manifest=_manifest(market, wall_seconds),
        )

    def summary(self) -> Figure:
        """The figure a person would put on a slide."""
        from experiments import figures  # drawing takes a second to load; tables do not need it

        return figures.summary(self)

    def save(
        self, folder: str | os.PathLike[str], *, csv: bool = False, force: bool = False
    ) -> Path:
        """Write the run folder; it appears whole or not at all.

        Parameters
        ----------
        folder
            Must not exist yet, unless ``force`` allows replacing an earlier run folder.
        csv
            Write each table as CSV, too.

        Raises
        ------
        InputError
            The folder may not be written; nothing was changed.
        """
        target = check_folder(folder, force=force)
        target.parent.mkdir(parents=True, exist_ok=True)
        with _swapped_in(target) as fresh:
            for name in COLUMNS:
                _write_table(getattr(self, name), name, fresh, csv=csv)
            self.summary().savefig(fresh / PICTURE, dpi=150)
            text = json.dumps(self.manifest, indent=2, ensure_ascii=False, default=str)
            (fresh / MANIFEST).write_text(text + "\n", encoding="utf-8")
        return target


def load(folder: str | os.PathLike[str]) -> Record:
    """The record that a run folder holds.

    Raises
    ------
    InputError
        There is no such folder, or it is no run folder.
    """
    path = Path(folder)
    if not path.is_dir():
        raise InputError("no such folder", file=str(path))
    if not is_run_folder(path):
        raise InputError(f"not a run folder: no {MANIFEST} of a run in it", file=str(path))
    tables = {}
    for name in COLUMNS:
        file = path / f"{name}.parquet"
        try:
            tables[name] = pq.read_table(file).to_pandas()
        except (OSError, pa.ArrowInvalid) as fault:
            reason = str(fault).splitlines()[0]
            raise InputError(f"cannot be read: {reason}", file=str(file)) from None
    return Record(**tables, manifest=_read_manifest(path) or {})


def is_run_folder(folder: Path) -> bool:
    """Whether a folder holds the manifest of a run (other programs write manifests, too)."""
    return _read_manifest(folder) is not None


def check_folder(folder: str | os.PathLike[str], *, force: bool = False) -> Path:
    """The folder as an absolute path, if a run may be written there.

    Raises
    ------
    InputError
        It exists and ``force`` was not given, or it holds other things than a run.
    """
    name, target = os.fspath(folder), Path(folder).resolve()
    if target.exists():
        _check_replaceable(target, name, force=force)
    ancestor = next(parent for parent in target.parents if parent.exists())
    if not ancestor.is_dir() or not os.access(ancestor, os.W_OK | os.X_OK):
        raise InputError(
            f"cannot be made, since {ancestor} is not a folder one may write to", file=name
        )
    return target


def _check_replaceable(target: Path, name: str, *, force: bool) -> None:
    """Refuse to replace anything but an empty folder or what a run wrote."""
    if not target.is_dir():
        raise InputError("is a file; name a folder", file=name)
    if not force:
        raise InputError("exists already; add --force (force=True) to replace it", file=name)
    held = sorted(entry.name for entry in target.iterdir())
    if held and not is_run_folder(target):
        raise InputError("is not a run folder, so it is not replaced; name another", file=name)
    foreign = [entry for entry in held if entry not in WRITTEN and not entry.startswith(".")]
    if foreign:
        raise InputError(
            f"holds {foreign[0]!r}, which no run wrote; move it away or name another folder",
            file=name,
        )


def _read_manifest(folder: Path) -> dict[str, Any] | None:
    """The manifest of a run, or None where there is none."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    is_ours = isinstance(manifest, dict) and "talentmarket" in (manifest.get("versions") or ())
    return manifest if is_ours else None


@contextlib.contextmanager
def _swapped_in(target: Path) -> Iterator[Path]:
    """A folder beside the target that takes its place once everything in it is written."""
    fresh = target.with_name(f".{target.name}.{os.getpid()}.new")
    old = target.with_name(f".{target.name}.{os.getpid()}.old")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    try:
        yield fresh
        if target.exists():
            target.rename(old)
        try:
            fresh.rename(target)
        except OSError:
            if old.exists():
                old.rename(target)
            raise
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _write_table(frame: pd.DataFrame, name: str, folder: Path, *, csv: bool) -> None:
    """One table; the same data give the same bytes, whatever index or order of columns it had."""
    columns = COLUMNS[name]
    arrays = [
        pa.array(frame[column], type=kind, from_pandas=True) for column, kind in columns.items()
    ]
    # Built column by column, since a table made from a frame carries the version of pandas.
    table = pa.Table.from_arrays(arrays, names=list(columns))
    pq.write_table(table, folder / f"{name}.parquet", compression="zstd")
    if csv:
        frame[list(columns)].to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")


def _manifest(market: TalentMarket, wall_seconds: float) -> dict[str, Any]:
    """What was run, with what, where, and what it cost."""
    return {
        **market.describe(),
        "seed": market.specification.seed,
        "agents": len(market.researchers),
        "versions": versions(),
        "platform": platform.platform(),
        "wall_seconds": round(wall_seconds, 3),
        "peak_memory_bytes": peak_memory(),
    }


def versions() -> dict[str, str | None]:
    """Version of Python and of every package that has a say in the numbers or pictures."""
    versions: dict[str, str | None] = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            versions[package] = None  # run from a checkout that was never installed
    return versions


def peak_memory() -> int | None:
    """The most memory the process has held so far, in bytes; None where nobody counts it."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(peak if sys.platform == "darwin" else peak * 1024)
