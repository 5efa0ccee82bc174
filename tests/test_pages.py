"""What README and handbook show can be typed: blocks are run in the order of the page.

A block of a page may stand under a comment:

- ``<!-- not run: reason -->`` leaves it out;
- ``<!-- in tests: --until 2020-02 -->`` adds options to each of its commands, to make them short;
- ``<!-- file: mine.toml -->`` writes it to that file, as the page asks its reader to;
- ``<!-- printed: by the command above -->`` asks that just these lines were printed; another page
  that shows the same says ``<!-- printed: as on README.md -->``. When results change, so does it.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import NamedTuple

import pytest

from talentmarket.__main__ import _parse, main

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(
    r"(?:^<!-- (not run|in tests|file|printed): (.+?) -->\n)?^```(\w*)\n(.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
PLACED = re.compile(r"^<!-- (?:not run|in tests|file|printed):", re.MULTILINE)
KINDS = {"python", "console", "toml", "text"}


class Block(NamedTuple):
    """A block of code and what the comment above it says."""

    mark: str
    said: str
    kind: str
    text: str


def blocks_of(page: Path) -> list[Block]:
    return [Block(*found) for found in BLOCK.findall(page.read_text("utf-8"))]


SHOWING = [page for page in PAGES if {b.kind for b in blocks_of(page)} & {"python", "console"}]


def lines_of(block: Block) -> list[str]:
    """The commands of a block, which all begin with the sign of a shell."""
    lines = block.text.splitlines()
    assert all(line.startswith("$ ") for line in lines), block.text
    return [line[2:] for line in lines]


def type_in(line: str, options: str) -> None:
    """Do what a line of a block says; makefile targets only have to exist."""
    program, *arguments = shlex.split(line, comments=True)
    if program == "make":
        assert re.search(rf"^{arguments[0]}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
        return
    assert program == "talentmarket", f"only known programs are run: {line}"
    assert main([*arguments, *shlex.split(options)]) == 0, line


@pytest.mark.parametrize("page", SHOWING, ids=lambda file: file.stem)
def test_blocks_run_in_order(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": "page"}
    printed = ""
    for block in blocks_of(page):
        if block.mark == "file":
            Path(block.said).write_text(block.text, "utf-8")
        elif block.mark == "not run":
            continue
        elif block.kind == "console":
            for line in lines_of(block):
                type_in(line, block.said)
            printed = capsys.readouterr().out
        elif block.mark == "printed":
            other = re.fullmatch(r"as on (\S+)", block.said)
            assert block.text in ((ROOT / other[1]).read_text("utf-8") if other else printed)
        elif block.kind == "python":
            exec(compile(block.text, page.name, "exec"), names)


@pytest.mark.parametrize("page", SHOWING, ids=lambda file: file.stem)
def test_what_is_not_run_is_understood(page: Path) -> None:
    for block in blocks_of(page):
        if block.mark == "not run" and block.kind == "python":
            compile(block.text, page.name, "exec")
        if block.mark == "not run" and block.kind == "console":
            for line in lines_of(block):
                program, *arguments = shlex.split(line, comments=True)
                if program == "talentmarket":
                    _parse(arguments)


@pytest.mark.parametrize("page", PAGES, ids=lambda file: file.stem)
def test_every_block_is_of_a_known_kind_and_every_comment_has_a_block(page: Path) -> None:
    blocks = blocks_of(page)
    assert {block.kind for block in blocks} <= KINDS
    assert len(PLACED.findall(page.read_text("utf-8"))) == sum(bool(b.mark) for b in blocks)
    assert all(block.kind == "console" for block in blocks if block.mark == "in tests")


def test_the_pages_for_beginners_show_how() -> None:
    assert {"README", "tutorial", "compare", "policies", "governments", "tower", "networks",
            "saved-worlds", "learning"} <= {page.stem for page in SHOWING}  # fmt: skip
