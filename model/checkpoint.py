"""Saved worlds: a market as a file from which another process goes on, bit for bit.

The file is a ZIP archive that any program can open. ``header.json`` says what it is and holds the
market as plain JSON that refers to arrays by number (:mod:`model.codec`); each array is a member
``arrays/N.npy`` in the format of NumPy. Reading it runs no code that the file brings.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import io
import json
import os
import platform
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import mesa
import numpy as np
from numpy.lib import format as npy

from agents.declare import InputError
from agents.levers import month_text
from model import tables
from model.codec import Array, CodecError
from model.market_state import CODEC, MarketState, check_recorder, set_clock, world_of
from model.world import World

FORMAT, FORMAT_VERSION = "talentmarket saved world", 1
HEADER = "header.json"
KEYS = ("format", "format_version", "versions", "data", "month", "scenario", "policies",
        "digests", "market")  # fmt: skip


# Writing -------------------------------------------------------------------------------------


def save(state: MarketState, path: str | os.PathLike[str]) -> Path:
    """Write a market to a file, which appears whole or not at all.

    Raises
    ------
    InputError
        The file cannot be written.
    """
    target = Path(path)
    if target.is_dir():
        raise InputError("is a folder; name a file", file=os.fspath(path))
    market, arrays = CODEC.encode(state)
    fresh = target.with_name(f".{target.name}.{os.getpid()}.new")
    try:
        with zipfile.ZipFile(fresh, "w") as archive:
            digests = [_add_array(archive, number, array) for number, array in enumerate(arrays)]
            header = _about(state) | {"digests": digests, "market": market}
            text = json.dumps(header, ensure_ascii=False, allow_nan=False).encode()
            _add(archive, HEADER, text, zipfile.ZIP_DEFLATED)
        fresh.replace(target)
    except OSError as fault:
        raise InputError(f"cannot be written: {fault.strerror}", file=os.fspath(path)) from None
    finally:
        fresh.unlink(missing_ok=True)
    return target


def _about(state: MarketState) -> dict[str, Any]:
    """What a person or another program wants to know of a saved world."""
    scenario = state.specification
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "versions": _versions(),
        "data": tables.checksums(),
        "month": month_text(state.world["month"]),
        "scenario": scenario.as_mapping(),
        "policies": [
            json.loads(json.dumps(policy.as_mapping(), default=str))
            for policy in scenario.policies
        ],
    }


def _versions() -> dict[str, str | None]:
    try:
        own: str | None = importlib.metadata.version("talentmarket")
    except importlib.metadata.PackageNotFoundError:
        own = None  # run from a checkout that was never installed
    return {"talentmarket": own, "python": platform.python_version(), "numpy": np.__version__}


def _add(archive: zipfile.ZipFile, name: str, content: bytes, packing: int) -> None:
    # without a date, so that the same world gives the same file
    archive.writestr(zipfile.ZipInfo(name), content, packing)


def _add_array(archive: zipfile.ZipFile, number: int, array: Array) -> str:
    stream = io.BytesIO()
    npy.write_array(stream, np.ascontiguousarray(array), version=(1, 0), allow_pickle=False)
    content = stream.getvalue()
    # packed, arrays would be 0.6 times as large and take six times as long
    _add(archive, _member(number), content, zipfile.ZIP_STORED)
    return _digest(content)


def _member(number: int) -> str:
    return f"arrays/{number}.npy"


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=16).hexdigest()


# Reading -------------------------------------------------------------------------------------


def read(path: str | os.PathLike[str]) -> tuple[MarketState, World]:
    """What a file holds: the state of a market, and the world put together of it.

    Raises
    ------
    InputError
        There is no such file, it is no saved world, it is damaged, or it belongs to another
        version of the program or to other data.
    """
    file = os.fspath(path)
    try:
        with open(file, "rb") as stream:
            market, arrays = _read_archive(stream, file)
    except OSError as fault:
        raise InputError(f"cannot be read: {fault.strerror}", file=file) from None
    try:
        state = CODEC.decode(market, arrays)
        if not isinstance(state, MarketState):
            raise CodecError("holds no market")
        data = tables.load().with_values(state.data)
        world = world_of(state.world, data, state.timeline.rules(data.index))
        check_recorder(world, state.recorder)
        set_clock(mesa.Model(rng=0), state.clock)
    except (ValueError, TypeError, ArithmeticError, AttributeError, LookupError) as fault:
        raise InputError(f"damaged: {fault}", file=file) from None
    return state, world


def _read_archive(stream: IO[bytes], file: str) -> tuple[Any, list[Array]]:
    """The plain part and the arrays of a saved world of this version and these data."""
    if stream.read(2) != b"PK":
        raise InputError("is no saved world", file=file, allowed="a file that save() wrote")
    try:
        with zipfile.ZipFile(stream) as archive:
            if HEADER not in archive.namelist():
                raise InputError("is no saved world: it has no header.json", file=file)
            header = json.loads(archive.read(HEADER))
            _check_header(header, file)
            arrays = [
                _array(archive.read(_member(number)), digest)
                for number, digest in enumerate(header["digests"])
            ]
    except InputError:
        raise
    except Exception as fault:  # the library tells of damage by errors of many kinds
        reason = " ".join(str(fault).split()) or type(fault).__name__
        raise InputError(f"damaged or cut short: {reason}", file=file) from None
    return header["market"], arrays


def _check_header(header: Any, file: str) -> None:
    """Refuse what this program did not write, or cannot go on from."""
    if not isinstance(header, Mapping) or header.get("format") != FORMAT:
        raise InputError("is no saved world: its header tells of something else", file=file)
    if header.get("format_version") != FORMAT_VERSION:
        raise InputError(
            "is written in another version of the format", file=file, key="format_version",
            value=header.get("format_version"), allowed=str(FORMAT_VERSION),
        )
    if set(header) != set(KEYS):
        raise InputError(f"damaged: {HEADER} has other keys", file=file)
    own, its = _versions()["talentmarket"], header["versions"].get("talentmarket")
    if its != own:
        raise InputError(
            "belongs to another version of talentmarket", file=file, key="versions",
            value=its, allowed=f"{own}, the version installed here",
        )
    data, there = tables.checksums(), header["data"]
    changed = sorted(name for name in {*data, *there} if data.get(name) != there.get(name))
    if changed:
        raise InputError(
            f"belongs to other data: {', '.join(changed)} differ", file=file, key="data",
            allowed="the tables that it was saved with",
        )


def _array(content: bytes, digest: str) -> Array:
    if _digest(content) != digest:
        raise ValueError("an array is not the one that was saved")
    stream = io.BytesIO(content)
    array: Array = npy.read_array(stream, allow_pickle=False)
    return array

