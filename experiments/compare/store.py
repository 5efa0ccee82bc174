"""A comparison on the disk: a manifest, and one file for each side of each pair as it is lived."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from agents.declare import InputError
from experiments.compare.design import Design

MANIFEST, PAIRS, PICTURE, EFFECTS = "manifest.json", "pairs", "effects.png", "effects"
KIND = "comparison"
WRITTEN = {MANIFEST, PAIRS, PICTURE, f"{EFFECTS}.parquet", f"{EFFECTS}.csv"}
NAME_LENGTH = 60
TEXT, WHOLE, NUMBER = pa.string(), pa.int64(), pa.float64()
SIDE_COLUMNS = {
    "period": TEXT, "country": TEXT, "measure": TEXT, "unit": TEXT, "value": NUMBER,
}  # fmt: skip
EFFECT_COLUMNS = {
    "policy": TEXT, "against": TEXT, "country": TEXT, "period": TEXT, "measure": TEXT,
    "unit": TEXT, "baseline": NUMBER, "value": NUMBER, "effect": NUMBER, "low": NUMBER,
    "high": NUMBER, "seeds": WHOLE, "variance_ratio": NUMBER,
}  # fmt: skip


class Store:
    """The folder of a comparison; every file appears whole or not at all.

    Parameters
    ----------
    folder
        Where the files are.
    design
        What is compared; it says which files there are to be.
    """

    def __init__(self, folder: Path, design: Design) -> None:
        self.folder, self.design = folder, design

    @classmethod
    def opened(
        cls, folder: str | os.PathLike[str], design: Design, *, force: bool = False
    ) -> Store:
        """The folder, made where there is none; pairs of the same design in it are kept.

        Raises
        ------
        InputError
            It holds another comparison or other things, or cannot be written to. Nothing is lost.
        """
        path = Path(folder).resolve()
        check_folder(folder, design, force=force)
        if path.exists() and force:
            shutil.rmtree(path)
        store = cls(path, design)
        try:
            (path / PAIRS).mkdir(parents=True, exist_ok=True)
            if not (path / MANIFEST).exists():
                store.write_manifest({})
        except OSError as fault:
            raise InputError(
                f"cannot be made: {fault.strerror}", file=os.fspath(folder)
            ) from None
        return store

    def side_file(self, place: int, number: int) -> Path:
        """The file of one world: side ``number`` of the pairs at a place of the seeds."""
        row = self.design.draw(place)
        pair = f"seed{self.design.seeds[place]}" + ("" if row is None else f"-draw{row + 1}")
        name = self.design.sides[number].name[:NAME_LENGTH]
        return self.folder / PAIRS / pair / f"{number}-{name}.parquet"

    def missing(self) -> dict[int, tuple[int, ...]]:
        """Sides that are not there yet, by place of the seed."""
        found = {}
        for place in range(len(self.design.seeds)):
            numbers = range(len(self.design.sides))
            absent = tuple(n for n in numbers if not _readable(self.side_file(place, n)))
            if absent:
                found[place] = absent
        return found

    def pairs_done(self) -> int:
        """Pairs of which both sides are there."""
        sides = range(1, len(self.design.sides))
        return sum(
            self.side_file(place, number).exists()
            for place in range(len(self.design.seeds)) if self.side_file(place, 0).exists()
            for number in sides
        )  # fmt: skip

    def pairs_lived(self) -> int:
        """Worlds that are there, in pairs: between two finished pairs of a seed it goes on, too."""
        policies, sides = len(self.design.compared), range(len(self.design.sides))
        return sum(
            sum(self.side_file(place, number).exists() for number in sides)
            * policies // (policies + 1)
            for place in range(len(self.design.seeds))
        )

    @property
    def pairs_in_all(self) -> int:
        """Pairs that the design asks for."""
        return len(self.design.seeds) * len(self.design.compared)

    def write_side(self, place: int, number: int, frame: pd.DataFrame) -> None:
        """Keep what one world gave."""
        file = self.side_file(place, number)
        file.parent.mkdir(exist_ok=True)
        write_parquet(frame, SIDE_COLUMNS, file)

    def read_side(self, place: int, number: int) -> pd.DataFrame:
        """What one world gave."""
        return pq.read_table(self.side_file(place, number)).to_pandas()

    def write_manifest(self, more: dict[str, Any]) -> None:
        """Say what is in the folder."""
        design = self.design
        start = design.scenario.start_month
        sides = [
            {"name": side.name, "title": side.title, "countries": side.countries,
             "first_month": side.first_month(start)}
            for side in design.sides
        ]  # fmt: skip
        written = {
            "kind": KIND, "checksum": design.checksum, "sides": sides, "seeds": design.seeds,
            **more, "design": design.description,
        }  # fmt: skip
        text = json.dumps(written, indent=2, ensure_ascii=False)
        with replacing(self.folder / MANIFEST) as fresh:
            fresh.write_text(text + "\n", encoding="utf-8")


def check_folder(
    folder: str | os.PathLike[str], design: Design, *, force: bool = False
) -> None:
    """Refuse a folder that holds anything but pairs of the same design.

    Raises
    ------
    InputError
        With the first thing in which the designs differ.
    """
    name, path = os.fspath(folder), Path(folder).resolve()
    if path.exists() and not path.is_dir():
        raise InputError("is a file; name a folder", file=name)
    ancestor = next(parent for parent in (path, *path.parents) if parent.exists())
    if not ancestor.is_dir() or not os.access(ancestor, os.W_OK | os.X_OK):
        raise InputError(
            f"cannot be made, since {ancestor} is not a folder one may write to", file=name
        )
    held = sorted(entry.name for entry in path.iterdir()) if path.is_dir() else []
    if not held:
        return
    manifest = read_manifest(path)
    if manifest is None:
        raise InputError("holds other things than a comparison; name another folder", file=name)
    foreign = [entry for entry in held if entry not in WRITTEN and not entry.startswith(".")]
    if foreign:
        raise InputError(
            f"holds {foreign[0]!r}, which no comparison wrote; move it away or name another folder",
            file=name,
        )
    if manifest["checksum"] != design.checksum and not force:
        raise InputError(
            f"holds another comparison ({_difference(manifest['design'], design.description)}); "
            "name another folder with --out (folder=), or replace it with --force",
            file=name,
        )


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """The manifest of a comparison, or None where there is none."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    is_ours = isinstance(manifest, dict) and manifest.get("kind") == KIND
    return manifest if is_ours else None


def _difference(there: dict[str, Any], here: dict[str, Any]) -> str:
    """The first thing in which two descriptions differ, in a few words."""
    here = json.loads(json.dumps(here))
    for key, value in here.items():
        other = there.get(key)
        if value == other:
            continue
        if isinstance(value, dict) and isinstance(other, dict):
            for name in sorted({*value, *other}):
                if value.get(name) != other.get(name):
                    return f"{key}, {name}: {_short(other.get(name))} there, " \
                           f"{_short(value.get(name))} now"  # fmt: skip
        if key == "code":
            return "made by other program text of the model"
        return f"{key}: {_short(other)} there, {_short(value)} now"
    return "the designs differ"


def _short(value: Any) -> str:
    if isinstance(value, list):
        names = ["+".join(policy["name"] for policy in side) or "none" if isinstance(side, list)
                 else side.get("name", "a draw") if isinstance(side, dict) else str(side)
                 for side in value]  # fmt: skip
        value = names[0] if len(names) == 1 else f"{len(names)} entries" if names else "none"
    text = str(value)
    return text if len(text) <= 40 else text[:39] + "…"


def _readable(file: Path) -> bool:
    """Whether a file is there and whole; what is broken is lived again."""
    try:
        return bool(pq.ParquetFile(file).metadata.num_rows)
    except (OSError, pa.ArrowInvalid):
        return False


@contextlib.contextmanager
def replacing(file: Path) -> Iterator[Path]:
    """A path to write to; what was written takes the place of a file in one move."""
    fresh = file.with_name(f".{file.name}.{os.getpid()}.new")
    try:
        yield fresh
        fresh.replace(file)
    finally:
        fresh.unlink(missing_ok=True)


def write_parquet(frame: pd.DataFrame, columns: dict[str, Any], file: Path) -> None:
    """One table; the same data give the same bytes."""
    arrays = [
        pa.array(frame[column], type=kind, from_pandas=True) for column, kind in columns.items()
    ]
    # Built column by column, since a table made from a frame carries the version of pandas.
    table = pa.Table.from_arrays(arrays, names=list(columns))
    with replacing(file) as fresh:
        pq.write_table(table, fresh, compression="zstd")
