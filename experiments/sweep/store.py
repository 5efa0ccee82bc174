"""A sweep on the disk: a manifest, and one part for each run as soon as it is lived."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from agents.declare import InputError
from experiments.kept_folder import MANIFEST, Kind, check_folder, read_manifest
from experiments.sweep.design import Design, Run
from experiments.sweep.parts import state_of
from experiments.whole_files import FRESH, replacing

PARTS, PICTURE = "parts", "sweep.png"
KIND = Kind("sweep", {MANIFEST, PARTS, PICTURE}, "name another folder with --out (folder=)")
STALE = 60.0  # seconds after which a file that is not whole was left behind by somebody killed


class Store:
    """The folder of a sweep; every file appears whole or not at all.

    Parameters
    ----------
    folder
        Where the files are.
    design
        What is lived; it says which parts there are to be.
    """

    def __init__(self, folder: Path, design: Design) -> None:
        self.folder, self.design = folder, design

    @classmethod
    def opened(cls, folder: str | os.PathLike[str], design: Design) -> Store:
        """The folder, made where there is none; runs of the same design in it are kept.

        Raises
        ------
        InputError
            It holds another sweep or other things, or cannot be written to. Nothing is lost.
        """
        check_folder(folder, KIND, design.checksum, design.description)
        store = cls(Path(folder).resolve(), design)
        try:
            store.parts.mkdir(parents=True, exist_ok=True)
            store._sweep_up()
            store.write_manifest()
        except OSError as fault:
            raise InputError(
                f"cannot be made: {fault.strerror}", file=os.fspath(folder)
            ) from None
        return store

    @property
    def parts(self) -> Path:
        """The folder of the parts."""
        return self.folder / PARTS

    def part(self, run: Run) -> Path:
        """The file of a run."""
        return self.parts / f"{run.name}.parquet"

    def holds_parts(self) -> bool:
        """Whether any run was kept."""
        return self.parts.is_dir() and any(self.parts.glob("*.parquet"))

    def keep(self, run: Run, written: bytes) -> None:
        """Write the part of a run.

        Raises
        ------
        OSError
            It cannot be written, as when the disk is full; nothing half written stays.
        """
        with replacing(self.part(run)) as fresh:
            fresh.write_bytes(written)

    def states(self) -> Iterator[tuple[Run, str | None]]:
        """Every run of the design, in its order, and what there is of it, as ``state_of`` tells."""
        there = {entry.name for entry in os.scandir(self.parts)} if self.parts.is_dir() else set()
        for run in self.design.runs():
            file = self.part(run)
            yield run, state_of(file) if file.name in there else None

    def missing(self) -> Iterator[Run]:
        """Runs to be lived: those that are not there, and those that failed by no fault of theirs.
        """
        return (run for run, state in self.states() if state in (None, "again"))

    def write_manifest(self) -> None:
        """Say what is in the folder; seeds of earlier starts stay named."""
        design, before = self.design, read_manifest(self.folder, KIND) or {"seeds": []}
        written: dict[str, Any] = {
            "kind": KIND.name, "checksum": design.checksum,
            "seeds": sorted({*before["seeds"], *design.seeds}),
            "varies": list(design.names), "design": design.description,
        }  # fmt: skip
        text = json.dumps(written, indent=2, ensure_ascii=False)
        with replacing(self.folder / MANIFEST) as fresh:
            fresh.write_text(text + "\n", encoding="utf-8")

    def _sweep_up(self) -> None:
        """Remove what a process left half written when it was killed."""
        for entry in os.scandir(self.parts):
            is_fresh = entry.name.startswith(".") and entry.name.endswith(FRESH)
            if is_fresh and time.time() - entry.stat().st_mtime > STALE:
                Path(entry.path).unlink(missing_ok=True)
