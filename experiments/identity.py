"""Identity: what decides the numbers of a world besides its seed, as digests and plain values."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import importlib.metadata
import json
from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from agents.policies import Policy


def project_version() -> str | None:
    """The installed version; None for a checkout that was never installed."""
    try:
        return importlib.metadata.version("talentmarket")
    except importlib.metadata.PackageNotFoundError:
        return None


@functools.cache  # the text that a process has read decides what it does
def code_checksum() -> str:
    """A digest of the program text that decides what a world does."""
    digest = hashlib.sha256()
    for package in ("agents", "model"):
        root = Path(str(files(package)))
        for file in sorted(root.rglob("*.py")):
            digest.update(str(file.relative_to(root.parent).as_posix()).encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


def digest_of(description: Any) -> str:
    """A digest of plain values: the same one for the same values."""
    text = json.dumps(description, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def policies_in_full(policies: Iterable[Policy]) -> list[dict[str, Any]]:
    """Policies with everything that they do, as plain values."""
    return [
        {
            "name": policy.name,
            "title": policy.title,
            "source": policy.source,
            "why": policy.why,
            "changes": [_plain(dataclasses.asdict(change)) for change in policy.changes],
            "schemes": [_plain(dataclasses.asdict(scheme)) for scheme in policy.schemes],
        } | ({"without_deals": list(policy.without_deals)} if policy.without_deals else {})
        for policy in policies
    ]


def _plain(value: Any) -> Any:
    """The same as JSON would give it back."""
    if isinstance(value, Mapping):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted(_plain(entry) for entry in value)
    if isinstance(value, (list, tuple)):
        return [_plain(entry) for entry in value]
    return value.item() if hasattr(value, "item") else value
