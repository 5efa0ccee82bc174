"""What the README shows can be typed."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path

import pytest

from model.policy_files import policy_from, read_policy
from talentmarket.__main__ import main

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def commands(program: str) -> list[list[str]]:
    """The arguments of each line that starts a program."""
    lines = [line[2:] for block in blocks("console") for line in block.splitlines()]
    return [shlex.split(line)[1:] for line in lines if line.split()[0] == program]


def test_python_blocks_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert blocks("python")
    for block in blocks("python"):
        exec(compile(block, "README.md", "exec"), {"__name__": "readme"})
    assert "net" in capsys.readouterr().out


def test_commands_run_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert commands("talentmarket")
    for arguments in commands("talentmarket"):
        assert main(arguments) == 0, arguments


def test_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert commands("make")
    for (target,) in commands("make"):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


def test_what_a_policy_file_holds_is_read() -> None:
    for block in blocks("toml"):
        written = tomllib.loads('name = "readme"\ntitle = "README"\n' + block)
        shipped = read_policy("korea-top-tier-open-2020")
        (change,) = policy_from(written, file="README.md").changes
        assert any(change.set == other.set and change.remove == other.remove
                   for other in shipped.changes)  # fmt: skip


def test_every_block_is_of_a_kind_that_is_checked() -> None:
    assert set(re.findall(r"^```(\w+)$", README, re.MULTILINE)) == {"python", "console", "toml"}
