"""``talentmarket compare``: what it prints, what it writes, and how it answers mistakes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from experiments.compare import worlds as worlds_module
from model.talent_market import TalentMarket
from talentmarket import effects_text
from talentmarket.__main__ import main
from tests.comparisons import arm, made_up

QUICK = ["--until", "2020-02", "--persons-per-agent", "2000", "--workers", "1"]
Printed = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test works in an empty folder of its own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_comparison_prints_effects_and_writes_its_folder(
    capsys: Printed, empty_folder: Path
) -> None:
    command = ["compare", "small", "--policy", "usa-top-tax", "--policy", "none", "--seeds", "2"]
    assert main([*command, *QUICK, "--csv"]) == 0
    printed = capsys.readouterr()
    folder = empty_folder / "runs" / "compare-small-usa-top-tax-none"
    assert printed.err == ""
    for part in ("2 pairs", "usa-top-tax", "From 2020-01 in United States; against none.",
                 "United States, 2020: net", "net per 10,000", "mean pay, USD",
                 "Stock at the end of 2020", "every effect is exactly zero", "±",
                 "2020 ends with 2020-02", "effects.parquet", "effects.png"):  # fmt: skip
        assert part in printed.out, part
    assert max(len(line) for line in printed.out.splitlines()) <= 100
    effects = pd.read_parquet(folder / "effects.parquet")
    assert set(effects["policy"]) == {"usa-top-tax", "none"}
    assert len(pd.read_csv(folder / "effects.csv")) == len(effects)
    assert (folder / "effects.png").read_bytes().startswith(b"\x89PNG")
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["seeds"] == [1, 2] and manifest["kind"] == "comparison"
    assert [side["name"] for side in manifest["sides"]] == ["none", "usa-top-tax", "none"]

    # the same command again lives nothing and prints the same
    before = printed.out
    assert main([*command, *QUICK]) == 0
    assert capsys.readouterr().out == before


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (["small"], ["policy", "no policy was given"]),
        (["small", "--policy", "usa-top-tacks"], ["unknown policy", "did you mean 'usa-top-tax'"]),
        (["small", "--policy", "none", "--seeds", "0"], ["seeds", "got 0"]),
        (["small", "--policy", "none", "--seeds", "few"], ["--seeds", "not a whole number"]),
        (["small", "--policy", "none", "--workers", "0"], ["workers", "got 0"]),
        (["small", "--policy", "none", "--against", "mine.toml"], ["mine.toml", "no such file"]),
        (["small", "--policy", "none", "--draws", "d.csv"], ["d.csv", "no such file"]),
        (["small", "--policy", "none", "--until", "1999-01"], ["'1999-01'"]),
        (["small", "--policy", "none", "--set", "a.b=1"], ["unknown parameter 'a.b'"]),
        (["small", "--polcy", "none"], ["unknown option '--polcy'", "'--policy'"]),
        (["small", "--policy", "none", "--out", "mine"], ["mine", "other things"]),
    ],
)
def test_a_mistake_is_answered_with_one_line(
    arguments: list[str], parts: list[str], capsys: Printed, empty_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(TalentMarket, "step", lambda self: pytest.fail("it ran"))
    (empty_folder / "mine").mkdir()
    (empty_folder / "mine" / "thesis.tex").write_text("years of work")
    assert main(["compare", *arguments]) == 2
    printed = capsys.readouterr()
    assert printed.out == "" and len(printed.err.splitlines()) == 1
    assert [part for part in parts if part not in printed.err] == [], printed.err
    assert [entry.name for entry in empty_folder.iterdir()] == ["mine"]


def test_another_design_in_the_folder_exits_with_two(capsys: Printed) -> None:
    command = ["compare", "small", "--policy", "none", "--seeds", "1", "--out", "x",
               "--persons-per-agent", "2000", "--workers", "1"]  # fmt: skip
    assert main([*command, "--until", "2019-01"]) == 0
    kept = {file: file.read_bytes() for file in Path("x").rglob("*.*") if file.is_file()}
    capsys.readouterr()
    assert main([*command, "--until", "2019-02"]) == 2
    assert "end: 2019-01 there, 2019-02 now" in capsys.readouterr().err
    assert {file: file.read_bytes() for file in kept} == kept


@pytest.mark.parametrize(
    ("fault", "code", "said"),
    [
        (KeyboardInterrupt(), 130, "interrupted"),
        (OSError("no space left"), 1, "no space left"),
        (ZeroDivisionError("a fault of ours"), 1, "seed=2, policy='usa-top-tax'"),
    ],
)
def test_a_comparison_that_breaks_off_says_what_was_kept(
    fault: BaseException, code: int, said: str, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = worlds_module.national_by_year

    def fails(market: TalentMarket) -> Any:
        if market.specification.seed == 2 and market.specification.policies:
            raise fault
        return tables(market)

    monkeypatch.setattr(worlds_module, "national_by_year", fails)
    command = ["compare", "small", "--policy", "usa-top-tax", "--seeds", "2", "--out", "x", *QUICK]
    assert main(command) == code
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith("talentmarket: ") and said in last
    assert "1 of 2 pairs are kept in x. The same command" in last
    assert len(list(Path("x/pairs").rglob("*.parquet"))) >= 2
    assert not Path("x/effects.parquet").exists()


def test_a_long_list_of_policies_makes_a_short_name() -> None:
    from experiments.compare import design_of
    from model.policy_files import shipped_policies
    from talentmarket.compare_command import default_name

    many = design_of("history", list(shipped_policies()), seeds=1)
    assert len(default_name(many)) < 100
    few = design_of("small", "usa-top-tax", against="france-top-tax", seeds=1)
    assert default_name(few) == "compare-small-usa-top-tax-against-france-top-tax"


# Words ---------------------------------------------------------------------------------------


def test_what_is_not_distinguishable_is_called_so() -> None:
    text = effects_text.effects(made_up([{"KOR": 60.0}, {"KOR": 0.05}], pairs=20))
    first, second = text.split("policy-2: ")
    assert "net +2," in first and "outflow unchanged" in first
    assert "more in South Korea" in first
    assert "net not distinguishable (" in second and effects_text.UNSURE in second
    assert "no country of 5 differs beyond luck" in second


def test_who_is_drawn_from_is_told() -> None:
    found = made_up([{"KOR": 60.0, "IND": 0.0}], pairs=20)
    rows = ((found.keys["measure"] == "stock") & (found.keys["period"] == "2021")).to_numpy()
    korea = rows & (found.keys["country"] == "KOR").to_numpy()
    india = rows & (found.keys["country"] == "IND").to_numpy()
    found.values[1][:, india] -= 0.5 * (found.values[1] - found.values[0])[:, korea]
    text = effects_text.effects(found)
    assert "less in India" in text and "50 % India; the other 50 %" in text


def test_one_pair_has_no_interval_to_print() -> None:
    text = effects_text.effects(made_up([{"KOR": 60.0}], pairs=1))
    assert "1 pair," in text and "one pair cannot tell gains from luck" in text
    assert "Variance ratio (bound" not in text and "nan" not in text


def test_a_policy_that_never_acts_in_the_run_is_named_so() -> None:
    text = effects_text.effects(made_up([{}], arms=[arm("late", first="2031-01")]))
    assert "Changes nothing before 2031-01; every effect is exactly zero." in text


def test_every_line_fits_the_page() -> None:
    arms = [arm("policy-1", ("KOR", "JPN", "USA"))]
    text = effects_text.effects(made_up([{"KOR": 60.0, "USA": 90.0}], arms=arms))
    assert max(len(line) for line in text.splitlines()) <= effects_text.WIDTH
    assert "From 2020-01 in Japan, South Korea, United States" in text


def test_large_ratios_do_not_run_into_the_next_column() -> None:
    row = {"variance_ratio": 371.3, "bound": 408.4, "relative_effect": 0.002}
    assert effects_text._ratio(row) == "371 (408; 0.2%)"
    widest = effects_text._ratio(row | {"variance_ratio": 99.9, "bound": 99.9})
    assert widest == "99.9 (99.9; 0.2%)" and len(widest) < effects_text.CELL - 3
