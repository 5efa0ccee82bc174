"""A comparison on the disk: a manifest, and one file for each side of each pair as it is lived."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from agents.declare import InputError
from experiments.compare.design import Design
from experiments.kept_folder import MANIFEST, Kind, check_folder
from experiments.whole_files import readable, replacing, write_parquet

PAIRS, PICTURE, EFFECTS = "pairs", "effects.png", "effects"
KIND = Kind(
    "comparison", {MANIFEST, PAIRS, PICTURE, f"{EFFECTS}.parquet", f"{EFFECTS}.csv"},
    "name another folder with --out (folder=), or replace it with --force",
)
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
        check_folder(folder, KIND, design.checksum, design.description, force=force)
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
            absent = tuple(n for n in numbers if not readable(self.side_file(place, n)))
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
            "kind": KIND.name, "checksum": design.checksum, "sides": sides, "seeds": design.seeds,
            **more, "design": design.description,
        }  # fmt: skip
        text = json.dumps(written, indent=2, ensure_ascii=False)
        with replacing(self.folder / MANIFEST) as fresh:
            fresh.write_text(text + "\n", encoding="utf-8")
