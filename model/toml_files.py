"""Files a person writes: found by name or path, read as TOML, their faults told together."""

from __future__ import annotations

import dataclasses
import importlib.resources
import os
import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from agents.declare import InputError, nearest

FOLDERS = {
    "scenario": ("model", "scenarios"), "policy": ("model", "policies"),
    "design": ("experiments", "designs"),
}  # fmt: skip
"""Package and folder of the shipped files of each kind."""


@dataclasses.dataclass(frozen=True)
class Fault:
    """One thing wrong with a file: the key, what is wrong, the value, and what may stand there."""

    key: str
    message: str
    value: object = None
    allowed: str | None = None

    def error(self, file: str | None, text: str = "") -> InputError:
        """The fault as an error of its own; with its line, where the text of the file is given."""
        return InputError(
            self.message, file=file, line=line_of(text, self.key), key=self.key, value=self.value,
            allowed=self.allowed,
        )


def raise_together(faults: Sequence[Fault], *, file: str | None, text: str = "") -> None:
    """One InputError for all faults, if there are any; with lines where the text is given."""
    if len(faults) == 1:
        raise faults[0].error(file, text)
    if faults:
        raise InputError("; ".join(str(fault.error(None, text)) for fault in faults), file=file)


def line_of(text: str, key: str) -> int | None:
    """The line of TOML text in which a key is set, or a table around it; None where none is.

    A key in a table goes by its whole name: ``parameters.posts.slack`` is found as
    ``posts.slack = …`` or ``slack = …`` too.
    """
    parts = key.split(".")
    names = [".".join(parts[first:]) for first in range(len(parts))]
    forms = [rf"[\"']?{re.escape(name)}[\"']?\s*=" for name in names]
    tables = [".".join(parts[:last]) for last in range(len(parts), 0, -1)]
    forms += [rf"\[+\s*{re.escape(table)}\s*\]" for table in tables]
    forms.append(rf"{re.escape(parts[0])}\s*=")   # a table on one line
    for form in forms:
        found = re.search(rf"^\s*{form}", text, re.MULTILINE)
        if found:
            return text.count("\n", 0, found.end()) + 1
    return None


def is_path(name_or_path: str | os.PathLike[str]) -> bool:
    """Whether a file is meant: a path object, or text ending in ``.toml`` or with a separator."""
    text = os.fspath(name_or_path)
    return not isinstance(name_or_path, str) or text.endswith(".toml") or os.sep in text


def find_text(name_or_path: str | os.PathLike[str], kind: str) -> tuple[str, str]:
    """The text of a shipped file or of one on the disk, and what to call it in complaints.

    Parameters
    ----------
    kind
        ``scenario``, ``policy`` or ``design``; the shipped ones stand in a folder of a package.
    """
    text = os.fspath(name_or_path)
    if is_path(name_or_path):
        return _read_file(Path(text)), text
    return shipped_text(text, kind), f"{text}.toml"


def shipped_names(kind: str) -> tuple[str, ...]:
    """The names of the shipped files of a kind, sorted."""
    files = _folder(kind).iterdir()
    return tuple(sorted(file.name[:-5] for file in files if file.name.endswith(".toml")))


def shipped_text(name: str, kind: str) -> str:
    """The TOML text of a shipped file."""
    names = shipped_names(kind)
    if name not in names:
        guess = nearest(name, names)
        hint = f"; did you mean {guess!r}?" if guess else ""
        for other in FOLDERS:
            if name in shipped_names(other):
                hint = f"; that is a {other}"
        some = ", ".join(names) if len(names) < 8 else f"a name that `talentmarket {kind}s` lists"
        some = some.replace("policys", "policies")
        raise InputError(
            f"unknown {kind} {name!r}{hint}", allowed=f"{some}, or a file that ends in .toml"
        )
    return str(_folder(kind).joinpath(f"{name}.toml").read_text("utf-8"))


def _folder(kind: str) -> Any:
    package, folder = FOLDERS[kind]
    return importlib.resources.files(package).joinpath(folder)


def parsed(text: str, *, file: str) -> dict[str, Any]:
    """What TOML text says; ``file`` is named in a complaint."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise InputError(f"not valid TOML: {fault}", file=file) from None
    except RecursionError:
        raise InputError("not valid TOML: nested too deeply", file=file) from None


def _read_file(path: Path) -> str:
    """The text of a file a person named."""
    try:
        return path.read_text("utf-8")
    except FileNotFoundError:
        raise InputError("no such file", file=str(path)) from None
    except UnicodeDecodeError:
        raise InputError("not a text file in UTF-8", file=str(path)) from None
    except OSError as fault:
        raise InputError(f"cannot be read: {fault.strerror}", file=str(path)) from None
