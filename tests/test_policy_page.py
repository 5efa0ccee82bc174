"""What the page on policies shows does what it says; its commands are typed by test_pages."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from agents.levers import month_number
from model import tables
from model.policy_files import policy_from, read_policy, shipped_policies
from model.timeline import Timeline
from model.toml_files import shipped_names
from talentmarket.__main__ import main

PAGE = (Path(__file__).resolve().parent.parent / "docs" / "policies.md").read_text("utf-8")
START, END = month_number("2019-01"), month_number("2025-12")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("number", range(len(blocks("toml"))))
def test_every_example_is_a_policy_that_acts(number: int) -> None:
    policy = policy_from(tomllib.loads(blocks("toml")[number]), file="policies.md")
    data = tables.load()
    ledger = Timeline.of([policy], START).ledger(data, END).drop(columns="why")
    assert not ledger.equals(Timeline.of([], START).ledger(data, END).drop(columns="why"))


def test_python_blocks_run(capsys: pytest.CaptureFixture[str]) -> None:
    (block,) = blocks("python")
    exec(compile(block, "policies.md", "exec"), {"__name__": "page"})
    assert "kor-top-tier-researcher.open" in capsys.readouterr().out


def test_the_answers_shown_are_the_answers_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    head = 'name = "a"\ntitle = "A"\n'
    change = '[[change]]\nfrom = "2020-01"\nscheme = "kor-e-7"\nset = { %s }\n'
    given = []
    for text in (change % "min_pay = 1", change % "age_max = 300",
                 change % "fee_usd = 1" + change % "fee_usd = 2"):  # fmt: skip
        Path("mine.toml").write_text(head + text, "utf-8")
        assert main(["run", "small", "--policy", "mine.toml"]) == 2
        given.append(capsys.readouterr().err)
    (shown,) = blocks("text")
    assert shown == "".join(given)


def test_names_on_the_page_exist() -> None:
    named = set(re.findall(r"`((?:korea|japan|usa|uk|china|gulf)-[a-z0-9-]+)`", PAGE))
    assert named and named <= set(shipped_policies()) | set(shipped_names("scenario"))
    assert all(f"[{name}]" in PAGE for name in shipped_policies())
    assert all(read_policy(name).title in PAGE for name in shipped_policies())
