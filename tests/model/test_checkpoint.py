"""A saved world goes on to the bit in another process, and nothing else is taken for one."""

from __future__ import annotations

import io
import json
import os
import random
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agents.declare import InputError
from agents.levers import month_number
from agents.policies import Change, Policy
from experiments.record import COLUMNS, Record
from model import checkpoint, tables
from model.talent_market import TalentMarket, resume
from tests.helpers import every_table, fingerprint, opened_anew

ROOT = Path(__file__).resolve().parents[2]
REVIEW = Policy(
    "review", "Written in Python", changes=(
        Change(month_number("2020-02"), "KOR", {"dual_citizenship": 3.0}, why="a test"),
        Change(month_number("2019-04"), "USA", {"places_per_year": 9000}, scheme="usa-h-1b",
               remove=("min_pay_usd",), hold=True, why="a test"),
    ),
)  # fmt: skip


def market(**given: Any) -> TalentMarket:
    return TalentMarket(
        "small", seed=8, persons_per_agent=3000, until="2020-09", policies=[REVIEW],
        parameters={"search.rate": 0.2}, **given,
    )


def files(record: Record, folder: Path) -> dict[str, bytes]:
    """The tables of a run folder, byte by byte."""
    record.save(folder)
    return {name: (folder / f"{name}.parquet").read_bytes() for name in COLUMNS}


GO_ON = """
import sys
from pathlib import Path
from experiments.record import Record
from talentmarket import resume
market = resume(sys.argv[1])
market.run_until(market.specification.end)
Record.of(market, wall_seconds=0.0).save(sys.argv[2])
market.save(sys.argv[3])
print(market.random.random(), market.rng.random(), market.steps)
"""


@pytest.mark.parametrize("month", ["2018-12", "2019-11"])
def test_a_new_process_goes_on_to_the_same_bytes(tmp_path: Path, month: str) -> None:
    changed = tables.load().with_values({"home_pull": tables.load().country["home_pull"] * 1.1})
    undisturbed = market(data=changed)
    undisturbed.run_until(month)
    undisturbed.save(tmp_path / "world")
    done = subprocess.run(
        [sys.executable, "-c", GO_ON, str(tmp_path / "world"), str(tmp_path / "resumed"),
         str(tmp_path / "end")],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "5"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    undisturbed.run_until("2020-09")
    expected = files(Record.of(undisturbed, wall_seconds=0.0), tmp_path / "undisturbed")
    for name, content in expected.items():
        assert (tmp_path / "resumed" / f"{name}.parquet").read_bytes() == content, name
    undisturbed.save(tmp_path / "mine")
    assert (tmp_path / "end").read_bytes() == (tmp_path / "mine").read_bytes()
    chance = f"{undisturbed.random.random()} {undisturbed.rng.random()} {undisturbed.steps}"
    assert done.stdout.strip() == chance


def test_everything_that_describes_a_market_comes_back(tmp_path: Path) -> None:
    staff = np.arange(1.0, len(tables.load().firms) + 1.0)
    one = market(data=tables.load().with_values({"firm_staff": staff}))
    one.run_until("2019-03")
    one.save(tmp_path / "world")
    again = resume(tmp_path / "world")
    assert again.specification == one.specification
    assert again.describe() == one.describe()
    assert again.timeline == one.timeline
    assert fingerprint(again) == fingerprint(one)
    assert [type(agent) for agent in again.agents] == [type(agent) for agent in one.agents]
    again.save(tmp_path / "again")
    assert (tmp_path / "again").read_bytes() == (tmp_path / "world").read_bytes()
    for name, value in vars(again.world).items():
        assert type(value) is type(getattr(one.world, name)), name


def test_another_generator_of_numpy_comes_back(tmp_path: Path) -> None:
    one = opened_anew(1, 4000)
    one.rng = np.random.Generator(np.random.MT19937(4))
    one.rng.random(7)
    one.save(tmp_path / "world")
    assert resume(tmp_path / "world").rng.random() == one.rng.random()


def test_a_saved_world_is_seen_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = opened_anew(1, 4000)
    path = one.save(tmp_path / "world")
    before = path.read_bytes()
    one.step()

    def full(*_: Any) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(checkpoint, "_add_array", full)
    with pytest.raises(InputError, match="cannot be written: No space left"):
        one.save(path)
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["world"]


@pytest.mark.parametrize("name", [".", "no/such/folder/world"])
def test_a_file_that_cannot_be_written_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=f"^{name}: "):
        opened_anew(1, 4000).save(name)


def test_data_that_no_columns_tell_of_are_not_saved(tmp_path: Path) -> None:
    import dataclasses

    data = dataclasses.replace(tables.load(), laboratories=())
    one = TalentMarket("small", persons_per_agent=4000, data=data)
    with pytest.raises(InputError, match="laboratories: the data of this market cannot be saved"):
        one.save(tmp_path / "world")
    assert every_table(one.fork()) == every_table(one)


# Files that are refused ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def small() -> TalentMarket:
    """As few people as can be, so that it is read in a moment."""
    one = TalentMarket("small", seed=2, persons_per_agent=20_000, until="2019-12")
    one.run_until("2019-02")
    return one


@pytest.fixture(scope="module")
def saved(small: TalentMarket, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return small.save(tmp_path_factory.mktemp("saved") / "world").read_bytes()


def members(saved: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(saved)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(content: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, held in content.items():
            archive.writestr(name, held)
    return stream.getvalue()


def with_header(saved: bytes, alter: Callable[[dict[str, Any]], Any]) -> bytes:
    """The same file with something else in its header, its checksums right."""
    content = members(saved)
    header = json.loads(content["header.json"])
    alter(header)
    return zipped(content | {"header.json": json.dumps(header).encode()})


def with_array(saved: bytes, number: int, array: Any) -> bytes:
    """The same file with another array, its digest right."""
    content = members(saved)
    stream = io.BytesIO()
    np.lib.format.write_array(stream, array, allow_pickle=array.dtype.hasobject)
    content[f"arrays/{number}.npy"] = stream.getvalue()
    header = json.loads(content["header.json"])
    header["digests"][number] = checkpoint._digest(stream.getvalue())
    return zipped(content | {"header.json": json.dumps(header).encode()})


def world(header: dict[str, Any]) -> dict[str, Any]:
    """The fields of the world in a header, for altering."""
    pairs: list[list[Any]] = header["market"]["MarketState"]["world"]["dict"]
    return dict(pairs)  # type: ignore[arg-type]


def set_world(header: dict[str, Any], **fields: Any) -> None:
    pairs = header["market"]["MarketState"]["world"]["dict"]
    for pair in pairs:
        pair[1] = fields.get(pair[0], pair[1])


def place_of(saved: bytes, field: str) -> int:
    """The number of the array of a field of the world."""
    return int(world(json.loads(members(saved)["header.json"]))[field]["array"][0])


REFUSED: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "empty": (lambda _: b"", "is no saved world"),
    "text": (lambda _: b"period,country\n2019,KOR\n", "is no saved world"),
    "foreign archive": (lambda _: zipped({"sheet.xml": b"<x/>"}), "it has no header.json"),
    "foreign header": (
        lambda _: zipped({"header.json": b'{"format": "other"}'}), "tells of something else"
    ),
    "header that is a list": (lambda _: zipped({"header.json": b"[1]"}), "something else"),
    "header that is no JSON": (lambda _: zipped({"header.json": b"{"}), "damaged or cut short"),
    "nested header": (
        lambda _: zipped({"header.json": b"[" * 200_000}), "damaged or cut short"
    ),
    "format": (
        lambda saved: with_header(saved, lambda h: h.update(format_version=99)),
        "format_version: is written in another version of the format (got 99); allowed: 1",
    ),
    "version": (
        lambda saved: with_header(saved, lambda h: h["versions"].update(talentmarket="0.0.1")),
        "belongs to another version of talentmarket (got '0.0.1'); allowed: ",
    ),
    "data": (
        lambda saved: with_header(saved, lambda h: h["data"].update({"schemes.csv": "0"})),
        "belongs to other data: schemes.csv differ",
    ),
    "fewer data": (
        lambda saved: with_header(saved, lambda h: h["data"].pop("labs.csv")), "labs.csv differ"
    ),
    "fewer keys": (lambda saved: with_header(saved, lambda h: h.pop("digests")), "other keys"),
    "missing member": (
        lambda saved: zipped({
            name: held for name, held in members(saved).items() if name != "arrays/3.npy"
        }),
        "arrays/3.npy",
    ),
    "members that changed places": (
        lambda saved: zipped(members(saved) | {
            "arrays/3.npy": members(saved)["arrays/4.npy"]
        }),
        "an array is not the one that was saved",
    ),
    "shape": (
        lambda saved: with_array(saved, place_of(saved, "jobless"), np.zeros(3, dtype=np.int64)),
        "world.jobless has another type or shape",
    ),
    "dtype": (
        lambda saved: with_array(saved, place_of(saved, "odds"), np.zeros(191, dtype=np.float32)),
        "world.odds has another type or shape",
    ),
    "objects": (
        lambda saved: with_array(saved, 0, np.array([{"a": 1}], dtype=object)),
        "damaged or cut short",
    ),
    "unknown class": (
        lambda saved: with_header(saved, lambda h: set_world(h, month={"Popen": {"args": "x"}})),
        "no value of the kind 'Popen'",
    ),
    "month that is text": (
        lambda saved: with_header(saved, lambda h: set_world(h, month="2019-02")),
        "world.month has another type",
    ),
    "another market": (
        lambda saved: with_header(saved, lambda h: h.update(market=[1, 2])), "holds no market"
    ),
    "no clock": (
        lambda saved: with_header(
            saved, lambda h: h["market"]["MarketState"]["clock"]["Clock"].update(steps=-1)
        ),
        "no clock",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_file_that_is_no_world_of_this_program_is_refused(
    saved: bytes, tmp_path: Path, what: str
) -> None:
    alter, reason = REFUSED[what]
    path = tmp_path / "the file"
    path.write_bytes(alter(saved))
    with pytest.raises(InputError) as fault:
        resume(path)
    assert str(fault.value).startswith(f"{path}") and reason in str(fault.value)
    assert "\n" not in str(fault.value)


def test_no_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read: No such file"):
        resume(tmp_path / "nothing")
    with pytest.raises(InputError, match="cannot be read: Is a directory"):
        resume(tmp_path)


def test_an_archive_made_anew_of_the_same_members_is_the_same_world(
    saved: bytes, small: TalentMarket, tmp_path: Path
) -> None:
    """So what is refused above is refused for what was altered."""
    (tmp_path / "world").write_bytes(with_header(saved, lambda header: None))
    assert fingerprint(resume(tmp_path / "world")) == fingerprint(small)


def damaged(saved: bytes, luck: random.Random) -> bytes:
    """Some bits flipped, a piece cut out, or cut short, at any place."""
    place = luck.randrange(len(saved))
    # the last part says what there is in the archive: as much is at stake there as in the rest
    if luck.random() < 0.5:
        place = len(saved) - 1 - luck.randrange(min(len(saved), 4000))
    match luck.randrange(4):
        case 0:
            return saved[:place]
        case 1:
            return saved[:place] + saved[place + luck.randrange(1, 50):]
        case 2:
            return saved[:place] + bytes(luck.randrange(256) for _ in range(8)) + saved[place + 8:]
        case _:
            flipped = bytes([saved[place] ^ (1 << luck.randrange(8))])
            return saved[:place] + flipped + saved[place + 1:]


def test_a_damaged_file_is_refused_or_gives_the_same_world(
    saved: bytes, small: TalentMarket, tmp_path: Path
) -> None:
    luck, path, whole = random.Random(1), tmp_path / "world", fingerprint(small)
    refused, files = 0, 120
    for _ in range(files):
        path.write_bytes(damaged(saved, luck))
        try:
            again = resume(path)
        except InputError as fault:
            refused += 1
            assert str(fault).startswith(str(path))
        else:
            assert fingerprint(again) == whole
    assert refused > 0.6 * files
