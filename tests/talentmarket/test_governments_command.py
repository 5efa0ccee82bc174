"""Scenarios with governments that act, from the command line."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import pytest

from experiments.record import load
from model.governments.emulate import Emulate
from talentmarket.__main__ import main

RACE = """
name = "race"
title = "A race"
start = "2019-01"
end = "2021-03"
persons_per_agent = 5000
seed = 1

[governments]
all = "emulate"
KOR = { strategy = "target", goal = 100.0 }
"""
Printed = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test works in an empty folder of its own."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "race.toml").write_text(RACE)
    return tmp_path


def test_governments_of_a_scenario_act(capsys: Printed) -> None:
    assert main(["run", "race.toml", "--out", "race"]) == 0
    assert "failed" not in capsys.readouterr().out
    record = load("race")
    changes = record.policies.query("why.str.contains('peers that do better')")
    assert changes["country"].nunique() > 5
    assert record.manifest["scenario"]["governments"]["all"] == "emulate"
    assert record.manifest["strategies"]["KOR"]["goal"] == 100.0
    assert record.manifest["faults"] == []


def test_the_console_tells_of_strategies_that_failed(
    capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Emulate, "review", lambda *_: 1 / 0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert main(["run", "race.toml", "--until", "2019-02", "--out", "race"]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    told = load("race").manifest["faults"]
    assert f"failed {len(told)} times; policy was held there:" in printed.out
    assert "2019-01 ARE: ZeroDivisionError: division by zero" in printed.out
    assert f"… and {len(told) - 5} more in manifest.json" in printed.out


def test_scenarios_list_governments_in_json(capsys: Printed) -> None:
    assert main(["scenarios", "--json"]) == 0
    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows["visa-race"]["governments"] == {"all": "emulate"}


def test_a_mistake_is_answered_with_one_line(capsys: Printed, empty_folder: Path) -> None:
    text = RACE.replace('"target"', '"traget"')
    (empty_folder / "bad.toml").write_text(text)
    assert main(["run", "bad.toml"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "bad.toml, governments.KOR: unknown strategy; did you mean 'target'?" in line
