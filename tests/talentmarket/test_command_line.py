"""The command line: what it prints, what it writes, and how it answers mistakes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from agents.country_levers import COUNTRY_LEVERS
from experiments.record import Record, load
from model.talent_market import TalentMarket
from talentmarket.__main__ import main

LISTS = ["scenarios", "policies", "schemes", "parameters", "measures"]
QUICK = ["--until", "2019-02", "--persons-per-agent", "2000"]
Printed = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test works in an empty folder of its own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refused(capsys: Printed, *arguments: str) -> str:
    """The one line that answers input that cannot be used."""
    code = main(arguments)
    printed = capsys.readouterr()
    assert code == 2
    assert printed.out == ""
    lines = printed.err.splitlines()
    assert len(lines) == 1, printed.err
    assert lines[0].startswith("talentmarket: ")
    return lines[0]


# Mistakes ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (["rnu"], ["unknown command 'rnu'", "'run'"]),
        (["run", "smal"], ["unknown scenario 'smal'", "did you mean 'small'"]),
        (["run", "small", "--sede", "1"], ["unknown option '--sede'", "'--seed'"]),
        (["run", "small", "mine.toml"],
         ["unknown argument 'mine.toml'; if it is a policy, write --policy mine.toml"]),
        (["compare", "small", "a", "--seeds", "2"], ["unknown argument 'a'", "--policy a"]),
        (["schemes", "KOR", "extra"], ["unknown argument 'extra'"]),
        (["policies", "Jpan"], ["'Jpan'", "'JPN' (Japan)"]),
        (["run", "korea-package"], ["unknown scenario 'korea-package'; that is a policy"]),
        (["run", "--policy", "small"], ["unknown policy 'small'; that is a scenario"]),
        (["run", "small", "--seed", "one"], ["--seed", "not a whole number", "'one'"]),
        (["run", "small", "--seed", "-1"], ["seed", "got -1", "0 to"]),
        (["run", "small", "--seed"], ["--seed", "expected one argument"]),
        (["run", "small", "--until", "2019-13"], ["'2019-13'", "2019-01"]),
        (["run", "small", "--until", "1999-01"], ["'1999-01'", "2019-01 or later"]),
        (["run", "small", "--persons-per-agent", "0"], ["persons_per_agent", "got 0.0"]),
        (["run", "small", "--persons-per-agent", "-5"], ["persons_per_agent", "got -5.0"]),
        (["run", "small", "--persons-per-agent", "few"], ["--persons-per-agent", "'few'"]),
        (["run", "small", "--set", "bidding.pay_weight"], ["--set", "group.name=value"]),
        (["run", "small", "--set", "bidding.pay_weight=big"], ["pay_weight", "'big'"]),
        (["run", "small", "--set", "bidding.pay_weight=-1"], ["pay_weight", "-1.0", "0.5 to 4"]),
        (["run", "small", "--set", "bidding.pay_wieght=1"], ["did you mean 'bidding.pay_weight'"]),
        (["run", "nowhere.toml"], ["nowhere.toml", "no such file"]),
        (["schemes", "Kora"], ["unknown country 'Kora'", "did you mean 'KOR'"]),
        (["schemes", "South Koria"], ["'South Koria'", "'KOR' (South Korea)"]),
        (["copy", "smal"], ["unknown scenario, policy or design", "'small'"]),
        (["copy"], ["required: NAME"]),
    ],
)
def test_a_mistake_is_answered_with_one_line(
    arguments: list[str], parts: list[str], capsys: Printed, empty_folder: Path
) -> None:
    answer = refused(capsys, *arguments)
    assert [part for part in parts if part not in answer] == [], answer
    assert list(empty_folder.iterdir()) == []


def test_a_faulty_file_is_named_with_its_line(capsys: Printed, empty_folder: Path) -> None:
    (empty_folder / "mine.toml").write_text('name = "x"\ntitle = \n')
    answer = refused(capsys, "run", "mine.toml")
    assert "mine.toml: not valid TOML" in answer and "line 2" in answer
    (empty_folder / "mine.toml").write_bytes(b"\xff\x00")
    assert "mine.toml: not a text file" in refused(capsys, "run", "mine.toml")


def test_an_existing_folder_is_refused_before_anything_runs(
    capsys: Printed, empty_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TalentMarket, "step", lambda self: pytest.fail("it ran"))
    (empty_folder / "mine").mkdir()
    assert "add --force" in refused(capsys, "run", "small", "--out", "mine")
    (empty_folder / "mine" / "thesis.tex").write_text("years of work")
    assert "not a run folder" in refused(capsys, "run", "small", "--out", "mine", "--force")
    assert (empty_folder / "mine" / "thesis.tex").read_text() == "years of work"


def test_no_traceback_from_a_shell(empty_folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "talentmarket", "run", "smal"],
        capture_output=True, text=True, cwd=Path(__file__).resolve().parents[2], check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "Traceback" not in done.stderr


# Runs ----------------------------------------------------------------------------------------


def test_a_run_prints_its_figures_and_writes_its_folder(
    capsys: Printed, empty_folder: Path
) -> None:
    assert main(["run", "small", "--seed", "5", "--persons-per-agent", "1000", "--csv"]) == 0
    printed = capsys.readouterr()
    folder = empty_folder / "runs" / "small-seed5"
    assert (folder / "national.csv").is_file() and (folder / "summary.png").is_file()
    assert "Small world" in printed.out.splitlines()[0]
    for part in ("South Korea", "Japan", "United States", "observed", "±", "of all people change"):
        assert part in printed.out
    assert max(len(line) for line in printed.out.splitlines()) <= 100
    assert str(Path("runs") / "small-seed5" / "summary.png") in printed.out
    assert printed.err == ""  # the bar is silent where nobody watches


def test_the_printed_net_flow_is_the_recorded_one(tiny: Record) -> None:
    from talentmarket import tables

    national = tiny.national
    rows = national[
        (national["country"] == "USA")
        & (national["measure"] == "net")
        & national["period"].isin(["2019", "2020"])
    ]
    (line,) = (row for row in tables.result(tiny).splitlines() if row.startswith("United States"))
    assert f"{rows['value'].mean():+,.0f}" in line.split()


def test_a_short_run_says_that_it_has_no_full_year(capsys: Printed, empty_folder: Path) -> None:
    assert main(["run", "small", *QUICK, "--out", "short"]) == 0
    assert "No full calendar year" in capsys.readouterr().out
    assert (empty_folder / "short" / "national.parquet").is_file()


def test_force_replaces_an_earlier_run(empty_folder: Path) -> None:
    assert main(["run", "small", *QUICK, "--csv"]) == 0
    assert main(["run", "small", *QUICK, "--force"]) == 0
    assert not (empty_folder / "runs" / "small-seed1" / "national.csv").exists()


def breaks_off(fault: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every market stop in its first month."""

    def stop(self: TalentMarket) -> None:
        raise fault

    monkeypatch.setattr(TalentMarket, "step", stop)


@pytest.mark.parametrize(
    ("fault", "code", "said"),
    [
        (KeyboardInterrupt(), 130, "interrupted"),
        (OSError("no space left"), 1, "no space left"),
        (ZeroDivisionError("a fault of ours"), 1, "ZeroDivisionError: a fault of ours"),
    ],
)
def test_a_run_that_breaks_off_says_what_was_kept(
    fault: BaseException, code: int, said: str, capsys: Printed, empty_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    assert main(["run", "small", *QUICK]) == 0
    kept = (empty_folder / "runs" / "small-seed1" / "manifest.json").read_bytes()
    breaks_off(fault, monkeypatch)
    assert main(["run", "small", *QUICK, "--force"]) == code
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith("talentmarket: ") and said in last
    assert f"the earlier {Path('runs') / 'small-seed1'} is untouched" in last
    assert (empty_folder / "runs" / "small-seed1" / "manifest.json").read_bytes() == kept


# Lists ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", LISTS)
def test_lists_are_objects_with_a_name_in_json(command: str, capsys: Printed) -> None:
    assert main([command, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert len(rows) > 1
    assert all(isinstance(row["name"], str) and row["name"] for row in rows)
    if command == "parameters":
        assert {"value", "unit", "low", "high", "kind", "source"} <= set(rows[0])


@pytest.mark.parametrize("command", LISTS)
def test_lists_fit_the_page_and_name_everything(command: str, capsys: Printed) -> None:
    assert main([command]) == 0
    text = capsys.readouterr().out
    assert max(len(line) for line in text.splitlines()) <= 100
    assert main([command, "--json"]) == 0
    names = {row["name"].split(".")[-1] for row in json.loads(capsys.readouterr().out)}
    assert {name for name in names if name not in text} == set()


def test_policies_are_listed_with_who_acts_and_when(capsys: Printed) -> None:
    assert main(["policies"]) == 0
    lines = {line.split()[0]: line.split(maxsplit=3)[1:] for line in
             capsys.readouterr().out.splitlines() if not line.startswith(" ")}  # fmt: skip
    assert lines["name"] == ["countries", "first", "title"]
    country, first, begun = lines["korea-top-tier-open-2020"]
    assert (country, first) == ("KOR", "2020-01")
    assert lines["usa-without-petition-fee"][:2] == ["USA", "2025-09"]
    number, word = lines["no-non-competes"][:2]
    assert int(number) > 40 and word == "countries"
    assert main(["policies", "--json"]) == 0
    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)}
    title = rows["korea-top-tier-open-2020"]["title"]
    assert title == "Korea: Top-Tier visa from 2020, any university"
    assert title.startswith(begun) and len(begun) > 10  # a long title goes on in the next line
    gulf = rows["gulf-without-new-schemes"]
    assert (gulf["countries"], gulf["first"]) == (["ARE", "SAU"], "2019-01")
    assert {"title", "source", "why", "change"} <= set(gulf)


def test_levers_of_countries_are_listed_with_units_and_ranges(capsys: Printed) -> None:
    assert main(["parameters", "--json"]) == 0
    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)}
    listed = {name.partition(".")[2] for name in rows if name.startswith("country.")}
    assert listed == {lever.name for lever in COUNTRY_LEVERS}
    subsidy = rows["country.adoption_subsidy"]
    assert (subsidy["value"], subsidy["low"], subsidy["high"]) == (0.0, 0.0, 0.9)
    assert rows["country.top_tax_rate"]["value"] is None
    assert rows["country.dual_citizenship"]["allowed"][-1] == "both"
    assert main(["schemes", "KOR"]) == 0
    assert "talentmarket copy" in capsys.readouterr().out


@pytest.mark.parametrize("country", ["KOR", "kor", "South Korea"])
def test_schemes_of_one_country(country: str, capsys: Printed) -> None:
    assert main(["schemes", country, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert rows and {row["country"] for row in rows} == {"KOR"}


def test_policies_of_one_country(capsys: Printed) -> None:
    assert main(["policies", "KOR", "--json"]) == 0
    names = {row["name"] for row in json.loads(capsys.readouterr().out)}
    assert "korea-package" in names and "usa-top-tax" not in names
    assert "no-non-competes" in names


def test_version_and_help(capsys: Printed) -> None:
    for arguments in (["--version"], ["--help"], ["run", "--help"]):
        with pytest.raises(SystemExit) as left:
            main(arguments)
        assert left.value.code == 0
        assert "talentmarket" in capsys.readouterr().out
    assert main([]) == 0
    assert "COMMAND" in capsys.readouterr().out


def test_a_reader_that_leaves_early_is_no_failure(empty_folder: Path) -> None:
    writer = subprocess.Popen(
        [sys.executable, "-m", "talentmarket", "schemes", "--json"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        cwd=Path(__file__).resolve().parents[2],
    )  # fmt: skip
    assert writer.stdout is not None and writer.stderr is not None
    writer.stdout.close()
    assert writer.stderr.read() == b""
    assert writer.wait() == 0
    writer.stderr.close()


# Copies --------------------------------------------------------------------------------------


def test_a_copied_policy_can_be_edited_and_run(capsys: Printed, empty_folder: Path) -> None:
    name = "korea-returnee-offers"
    assert main(["copy", name, "mine.toml"]) == 0
    assert "then talentmarket run --policy mine.toml" in capsys.readouterr().out
    file = empty_folder / "mine.toml"
    text = file.read_text("utf-8").replace(f'name = "{name}"', 'name = "mine"')
    file.write_text(text.replace("100_000", "7").replace("2020-01", "2019-02"), "utf-8")
    assert main(["run", "small", "--policy", "mine.toml", *QUICK]) == 0
    ledger = load(empty_folder / "runs" / "small+mine-seed1").policies
    (row,) = ledger[ledger["lever"] == "returnee_grant_usd"].itertuples()
    assert (row.month, row.country, row.before, row.after) == ("2019-02", "KOR", "0.0", "7.0")


def test_a_copy_can_be_run_and_is_never_overwritten(capsys: Printed, empty_folder: Path) -> None:
    assert main(["copy", "small"]) == 0
    assert "talentmarket run small.toml" in capsys.readouterr().out
    file = empty_folder / "small.toml"
    file.write_text(file.read_text().replace('name = "small"', 'name = "mine"'))
    assert main(["run", "small.toml", *QUICK]) == 0
    assert (empty_folder / "runs" / "mine-seed1").is_dir()
    capsys.readouterr()
    assert "exists already" in refused(capsys, "copy", "small")
    assert 'name = "mine"' in file.read_text()
    assert main(["copy", "small", "--force"]) == 0
    assert 'name = "mine"' not in file.read_text()
    capsys.readouterr()
    assert "is a folder" in refused(capsys, "copy", "small", ".")
    assert "cannot be written" in refused(capsys, "copy", "small", "nowhere/small.toml")


@pytest.mark.parametrize(
    ("name", "arguments", "answer"),
    [
        ("korea-package", ["run", "mine.toml"], "mine.toml: this file is a policy, not a scenario"),
        ("small", ["run", "--policy", "mine.toml"],
         "mine.toml: this file is a scenario, not a policy"),
    ],
)  # fmt: skip
def test_a_file_of_the_other_kind_is_called_so(
    capsys: Printed, name: str, arguments: list[str], answer: str
) -> None:
    assert main(["copy", name, "mine.toml"]) == 0
    capsys.readouterr()
    assert refused(capsys, *arguments) == f"talentmarket: {answer}"
