"""Scenario files of a person's own: given to the command or to the page, and taken home again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

pytest.importorskip("solara")

import ipyvuetify
import solara
import uvicorn

from agents.declare import InputError
from experiments.record import COLUMNS, Record
from experiments.run import run
from model.toml_files import line_of
from talentmarket.__main__ import main
from talentmarket.app import server
from talentmarket.app.downloads import run_files
from talentmarket.app.page import YOURS, ResetForm
from talentmarket.app.scenario_files import MOST_BYTES, scenario_at, scenario_of, texts_of
from talentmarket.app.session import Session
from talentmarket.app.state import FINEST, State, start_from, start_of

SCENARIO = """name = "mine"
title = "My world"
start = "2019-01"
end = "2019-06"
persons_per_agent = 2000
seed = 4
policies = ["korea-tax-relief", "grant.toml"]
[parameters]
"bidding.home_attachment" = 1.5
"""
POLICY = """name = "grant"
title = "A grant"
why = "does money bring people home?"
[[change]]
from = "2019-03"
country = "KOR"
set = { returnee_grant_usd = 500000 }
[[scheme]]
id = "kor-mine"
country = "KOR"
stay_months = 24
"""
FILES = {"grant.toml": POLICY, "mine.toml": SCENARIO}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("seed = 4", "seed = -4", "a whole number from 0 to 2**63 - 1 [line 6]"),
        ("seed = 4", "sede = 4", "sede: unknown key 'sede'; did you mean 'seed'?"),
        ("seed = 4", "seed = ", "mine.toml: not valid TOML: Invalid value (at line 6"),
        ('"2019-06"', '"June"', "such as \"2019-01\" [line 4]"),
        ("= 1.5", '= "x"', "parameters.bidding.home_attachment: not a number (got 'x')"),
        ("= 1.5", "= 1e9", "a number from 0 to 3 utility [line 9]"),
        ("home_att", "hme_att", "did you mean 'bidding.home_attachment'? [line 9]"),
        ("grant.toml", "other.toml", "its policy files together [line 7]"),
        ("grant.toml", "/etc/grant.toml", "its policy files together [line 7]"),
        ("korea-tax", "korea-tix", "mine.toml, policies: unknown policy 'korea-tix-relief'"),
    ],
)
def test_a_broken_file_names_line_and_key(old: str, new: str, message: str) -> None:
    assert SCENARIO.count(old) == 1
    with pytest.raises(InputError) as caught:
        scenario_of({**FILES, "mine.toml": SCENARIO.replace(old, new)})
    assert message in str(caught.value)


def test_what_is_not_one_scenario_is_told() -> None:
    for files in ({"grant.toml": POLICY}, {**FILES, "again.toml": SCENARIO}):
        with pytest.raises(InputError, match=r"not one scenario|is a policy, not a scenario"):
            scenario_of(files)
    broken = POLICY.replace("KOR", "KRO", 1)
    with pytest.raises(InputError, match=r"mine.toml, policies: grant.toml.*country"):
        scenario_of({**FILES, "grant.toml": broken})
    with pytest.raises(InputError, match="not a text file"):
        texts_of([{"name": "a.toml", "size": 3, "text": "a\ufffdb"}])
    with pytest.raises(InputError, match="too large"):
        texts_of([{"name": "a.toml", "size": MOST_BYTES + 1, "text": ""}])
    assert texts_of([{"name": "../b.toml", "size": 1, "text": "b"}]) == {"b.toml": "b"}


@pytest.mark.parametrize(
    ("key", "line"),
    [("a", 1), ("b.c", 3), ("group.name.deep", 5), ("group.other", 4), ("none", None), ("d", None)],
)
def test_lines_of_keys(key: str, line: int | None) -> None:
    text = 'a = 1\n# d = 2\n"b.c" = 3\n[group]\nname.deep = 4\n'
    assert line_of(text, key) == line


def test_a_world_of_ones_own_lives_again_with_its_policies(tmp_path: Path) -> None:
    session = Session(start_of(scenario_of(FILES)))
    session.advance(2)
    session.change({"country": "USA", "set": {"research_environment": 2.0}})
    session.advance(3)
    files = run_files(session)
    assert [*files] == ["mine-page.toml", "grant.toml", "changes-on-the-page.toml"]
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    again, here = run(tmp_path / "mine-page.toml"), Record.of(session.market, wall_seconds=0.0)
    for table in COLUMNS:
        pd.testing.assert_frame_equal(getattr(again, table), getattr(here, table), obj=table)


def test_a_run_taken_home_can_be_brought_back_and_changed_again(tmp_path: Path) -> None:
    session = Session(start_of(scenario_of(FILES)))
    session.advance(2)
    session.change({"country": "USA", "set": {"research_environment": 2.0}})
    session.advance(2)
    back = Session(start_of(scenario_of(run_files(session))))
    back.advance(3)
    back.change({"country": "USA", "set": {"research_environment": 3.0}})
    back.advance(1)
    assert back.ask_pairs(pairs=1) is not None
    files = run_files(back)
    assert [*files][-2:] == ["changes-on-the-page.toml", "changes-on-the-page-2.toml"]
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    again = run(tmp_path / "mine-page-page.toml")
    pd.testing.assert_frame_equal(again.national, back.market.national())
    here = Record.of(back.market, wall_seconds=0.0)
    pd.testing.assert_frame_equal(again.policies, here.policies)


def test_the_command_is_given_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(uvicorn, "run", lambda app, **given: asked.append(given))
    monkeypatch.setattr(server, "check_address", lambda port, host: None)
    monkeypatch.setattr(State, "first", State.first)   # as it was, after the test
    for name in server.SETTINGS:
        monkeypatch.setenv(name, "")
    for name, text in FILES.items():
        (tmp_path / name).write_text(text.replace("agent = 2000", "agent = 1"))
    path = tmp_path / "mine.toml"
    assert main(["app", str(path)]) == 0 and len(asked) == 1
    assert f"at {FINEST:g} persons per agent" in capsys.readouterr().out
    state = State()
    assert state.own.value == scenario_at(str(path))
    start = state.order.value.start
    assert start.seed == 4 and start.persons_per_agent == FINEST
    path.write_text(SCENARIO.replace("seed = 4", "seed = true"))
    assert main(["app", str(path)]) == 2 and len(asked) == 1
    assert "mine.toml, seed: not a seed (got True)" in capsys.readouterr().err


def test_the_form_begins_with_a_file_of_ones_own() -> None:
    state = State(start_of(scenario_of(FILES)))
    _, shown = solara.render(ResetForm(state), handle_error=False)
    scenario = next(widget for widget in shown.find(ipyvuetify.Select).widgets
                    if widget.label == "scenario")  # fmt: skip
    assert scenario.v_model == YOURS
    next(button for button in shown.find(ipyvuetify.Btn).widgets
         if "Reset" in str(button.children)).click()  # fmt: skip
    order = state.order.value
    assert order.number == 1 and order.start.scenario == state.own.value
    assert order.start.seed == 4 and order.start.persons_per_agent == 2000
    shown.close()
    assert start_from("nowhere", "1", "100", [])[1].keys() == {"scenario"}
