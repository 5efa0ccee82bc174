"""Runs that are saved and gone on from by the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from experiments.record import COLUMNS
from model.talent_market import TalentMarket
from talentmarket import resume
from talentmarket.__main__ import main

COARSE = ["--persons-per-agent", "4000"]
Printed = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test works in an empty folder of its own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def tables(folder: str) -> dict[str, bytes]:
    return {name: (Path(folder) / f"{name}.parquet").read_bytes() for name in COLUMNS}


def saved(until: str = "2019-04") -> str:
    """A run that was saved at its end; the name of the file."""
    arguments = ["--until", until, "--save", "a.world", "--out", "first"]
    assert main(["run", "small", *COARSE, *arguments]) == 0
    return "a.world"


def test_a_run_that_was_stopped_gives_the_tables_of_one_that_was_not(capsys: Printed) -> None:
    file = saved()
    assert "World, to go on from: a.world" in capsys.readouterr().out
    assert main(["resume", file, "--until", "2020-03", "--out", "resumed", "--save", "b"]) == 0
    assert "Tables and manifest: resumed" in capsys.readouterr().out
    assert main(["run", "small", *COARSE, "--until", "2020-03", "--out", "whole"]) == 0
    assert tables("resumed") == tables("whole")
    manifest = json.loads((Path("resumed") / "manifest.json").read_text("utf-8"))
    assert manifest["scenario"]["end"] == "2020-03"
    assert resume("b").month == resume("a.world").month + 11


def test_without_a_month_it_goes_on_to_the_planned_end(empty_folder: Path) -> None:
    market = TalentMarket("small", persons_per_agent=3000, until="2019-06")
    market.run_until("2019-02")
    market.save("a.world")
    assert main(["resume", "a.world", "--csv"]) == 0
    folder = empty_folder / "runs" / "small-seed1"
    assert "2019-06" in (folder / "national.csv").read_text("utf-8")
    assert main(["resume", "a.world", "--until", "2019-02", "--force"]) == 0


def test_a_policy_on_top_is_in_the_folder_and_in_its_name(empty_folder: Path) -> None:
    file = saved()
    assert main(["resume", file, "--until", "2020-03", "--policy", "korea-top-tier-open-2020"]) == 0
    folder = empty_folder / "runs" / "small+korea-top-tier-open-2020-seed1"
    assert main([
        "run", "small", *COARSE, "--until", "2020-03", "--policy", "korea-top-tier-open-2020",
        "--out", "whole",
    ]) == 0
    assert tables(str(folder)) == tables("whole")
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert [policy["name"] for policy in manifest["policies"]] == ["korea-top-tier-open-2020"]


def refused(capsys: Printed, *arguments: str) -> str:
    capsys.readouterr()
    assert main(arguments) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    (line,) = printed.err.splitlines()
    return line


def test_mistakes_are_answered_with_one_line_and_leave_everything(
    capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = saved()
    before = Path(file).read_bytes()
    monkeypatch.setattr(TalentMarket, "step", lambda self: pytest.fail("it ran"))
    assert "a.world: exists already" in refused(
        capsys, "run", "small", *COARSE, "--save", file, "--out", "x"
    )
    assert "first: exists already" in refused(capsys, "resume", file, "--out", "first")
    assert "no/b: cannot be written: there is no folder no" in refused(
        capsys, "resume", file, "--save", "no/b", "--out", "x"
    )
    assert "lies in the past (got '2019-01'); allowed: 2019-04 or later" in refused(
        capsys, "resume", file, "--until", "2019-01", "--out", "x"
    )
    assert "cannot be read: No such file" in refused(capsys, "resume", "b.world")
    assert "is no saved world" in refused(capsys, "resume", "first/manifest.json")
    Path("mine.toml").write_text(
        'name = "mine"\ntitle = "Mine"\n[[change]]\nfrom = "2019-03"\ncountry = "KOR"\n'
        "set = { public_pay_scale = 1.2 }\n"
    )
    line = refused(capsys, "resume", file, "--policy", "mine.toml", "--out", "x")
    assert "policy mine, change of public_pay_scale in KOR, from: " in line
    assert "allowed: 2019-05 or later" in line
    assert Path(file).read_bytes() == before and not Path("x").exists()
