"""Folders that keep worlds as they are lived: whose they are, and what may not be touched."""

from __future__ import annotations

import json
import os
from collections.abc import Collection
from pathlib import Path
from typing import Any, NamedTuple

from agents.declare import InputError

MANIFEST = "manifest.json"
LONGEST = 40  # signs of a value in a complaint


class Kind(NamedTuple):
    """What a folder is to hold."""

    name: str
    """As the manifest says, and complaints."""
    written: Collection[str]
    """Every entry that such a folder may have."""
    way_out: str
    """What to do instead where another of the kind is there."""


def check_folder(
    folder: str | os.PathLike[str], kind: Kind, checksum: str, description: dict[str, Any], *,
    force: bool = False,
) -> None:  # fmt: skip
    """Refuse a folder that holds anything but work of the same description.

    Parameters
    ----------
    checksum, description
        Of what is to be done; they are compared with those of the manifest.
    force
        Other work of the same kind may be there.

    Raises
    ------
    InputError
        With the first thing in which the descriptions differ.
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
    manifest = read_manifest(path, kind)
    if manifest is None:
        raise InputError(f"holds other things than a {kind.name}; name another folder", file=name)
    foreign = [entry for entry in held if entry not in kind.written and not entry.startswith(".")]
    if foreign:
        raise InputError(
            f"holds {foreign[0]!r}, which no {kind.name} wrote; move it away or name another "
            "folder",
            file=name,
        )
    if manifest["checksum"] != checksum and not force:
        raise InputError(
            f"holds another {kind.name} ({_difference(manifest['design'], description)}); "
            f"{kind.way_out}",
            file=name,
        )


def read_manifest(folder: Path, kind: Kind) -> dict[str, Any] | None:
    """The manifest of such a folder, or None where there is none."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    is_ours = isinstance(manifest, dict) and manifest.get("kind") == kind.name
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
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
