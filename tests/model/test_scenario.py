"""Scenarios: what is read, and how a mistake is answered."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.declare import InputError
from model.scenario import (
    LARGEST_SEED,
    Scenario,
    read_scenario,
    scenario_from,
    shipped_scenarios,
)
from model.toml_files import shipped_text

GOOD = """
name = "mine"
title = "My world"
start = "2019-01"
end = "2019-12"
persons_per_agent = 250
seed = 4
"""


def fault(text: str) -> str:
    """The answer to a scenario file that cannot be used."""
    with pytest.raises(InputError) as caught:
        scenario_from(text, file="mine.toml")
    return str(caught.value)


def test_shipped_scenarios_can_be_read() -> None:
    assert {"baseline", "small"} <= set(shipped_scenarios())
    for name in shipped_scenarios():
        assert read_scenario(name).name == name


def test_a_file_says_what_it_says(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(GOOD + '[parameters]\n"bidding.home_attachment" = 1.5\n')
    scenario = read_scenario(file)
    assert scenario == Scenario(
        name="mine", title="My world", start="2019-01", end="2019-12", persons_per_agent=250.0,
        seed=4, parameters={"bidding.home_attachment": 1.5},
    )  # fmt: skip
    assert scenario == read_scenario(str(file))
    assert scenario.end_month - scenario.start_month == 11


def test_parameters_may_be_written_as_dotted_keys() -> None:
    quoted = scenario_from(GOOD + '[parameters]\n"posts.slack" = 2\n', file="a.toml")
    dotted = scenario_from(GOOD + "[parameters]\nposts.slack = 2\n", file="a.toml")
    assert quoted.parameters == dotted.parameters == {"posts.slack": 2}


def test_changes_win_over_the_file() -> None:
    scenario = scenario_from(GOOD + '[parameters]\n"a.x" = 1\n"a.y" = 2\n', file="a.toml")
    changed = scenario.with_changes(
        seed=9, until="2019-03", persons_per_agent=5, parameters={"a.y": 3.0}
    )
    assert (changed.seed, changed.end, changed.persons_per_agent) == (9, "2019-03", 5)
    assert changed.parameters == {"a.x": 1, "a.y": 3.0}
    assert scenario.with_changes() == scenario


@pytest.mark.parametrize(
    ("old", "new", "parts"),
    [
        ("seed", "sede", ["sede", "did you mean 'seed'?"]),
        ('title = "My world"\n', "", ["title", "is missing"]),
        ('"2019-12"', '"2019-13"', ["end", "'2019-13'", '"2019-01"']),
        ('"2019-12"', '"December"', ["end", "'December'"]),
        ('"2019-12"', "2019-12-01", ["end", "not a month"]),
        ('"2019-12"', '"2018-12"', ["end", "before the first", "2019-01 or later"]),
        ("250", "0", ["persons_per_agent", "got 0", "above 0"]),
        ("250", "-1", ["persons_per_agent", "got -1"]),
        ("250", "inf", ["persons_per_agent", "got inf"]),
        ("250", "nan", ["persons_per_agent", "got nan"]),
        ("250", '"many"', ["persons_per_agent", "got 'many'"]),
        ("250", "true", ["persons_per_agent", "got True"]),
        ("seed = 4", "seed = 4.5", ["seed", "got 4.5", "whole number"]),
        ("seed = 4", "seed = -4", ["seed", "got -4"]),
        ("seed = 4", f"seed = {LARGEST_SEED + 1}", ["seed", "got 9223372036854775808"]),
        ('"mine"', '"../mine"', ["name", "'../mine'"]),
        ('"My world"', '" "', ["title", "one line of text"]),
        ("seed = 4", "seed = ", ["not valid TOML", "line 7"]),
        ("seed = 4", 'seed = 4\npolicies = ["x"]', ["unknown policy"]),
        ("seed = 4", "seed = 4\nshocks = [{ a = 1 }]", ["shocks are not available"]),
        ("seed = 4", 'seed = 4\ngovernments = { KOR = "emulat" }', ["governments.KOR", "emulate"]),
        ("seed = 4", "seed = 4\nparameters = 3", ["parameters", "got 3"]),
        ("seed = 4", 'seed = 4\nparameters = { "a.b" = "x" }', ["parameters.a.b", "got 'x'"]),
        ("seed = 4", "seed = 4\nparameters = { attachment = 1 }", ["attachment", "group.name"]),
    ],
)
def test_a_mistake_is_named_with_its_place(old: str, new: str, parts: list[str]) -> None:
    assert old in GOOD
    answer = fault(GOOD.replace(old, new))
    assert answer.startswith("mine.toml")
    assert [part for part in parts if part not in answer] == [], answer


def test_empty_parts_of_later_versions_are_accepted() -> None:
    text = GOOD + "policies = []\nshocks = []\ngovernments = {}\n"
    assert scenario_from(text, file="a.toml") == scenario_from(GOOD, file="a.toml")


def test_all_mistakes_are_told_at_once() -> None:
    answer = fault(GOOD.replace("250", "0").replace("seed = 4", "seed = -4"))
    assert "persons_per_agent" in answer and "seed" in answer


def test_one_mistake_carries_its_key() -> None:
    with pytest.raises(InputError) as caught:
        read_scenario("small").with_changes(until="2018-12")
    assert caught.value.key == "end"
    assert caught.value.value == "2018-12"


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(InputError, match="did you mean 'baseline'"):
        read_scenario("baselin")


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.toml: no such file"):
        read_scenario(tmp_path / "nowhere.toml")
    with pytest.raises(InputError, match="cannot be read"):
        read_scenario(tmp_path)
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="UTF-8"):
        read_scenario(tmp_path / "binary.toml")


def test_a_scenario_cannot_be_built_wrong() -> None:
    with pytest.raises(InputError, match="seed"):
        dataclasses.replace(read_scenario("small"), seed=-1)


KEYS = st.sampled_from([*(field.name for field in dataclasses.fields(Scenario)), "sede"])
VALUES = st.one_of(
    st.integers(-3, 3), st.floats(), st.booleans(), st.text(max_size=5),
    st.sampled_from(["2019-01", "2020-00"]), st.lists(st.integers(), max_size=2),
)  # fmt: skip


@given(st.dictionaries(KEYS, VALUES), st.booleans())
def test_whatever_is_written_is_read_or_answered(written: dict[str, object], full: bool) -> None:
    lines = [] if full is False else [
        line for line in GOOD.split("\n") if line.split(" ")[0] not in written
    ]  # fmt: skip
    lines += [f"{key} = {_toml(value)}" for key, value in written.items()]
    try:
        scenario = scenario_from("\n".join(lines), file="x.toml")
    except InputError as answer:
        assert str(answer).startswith("x.toml")
    else:
        assert scenario.start_month <= scenario.end_month
        assert scenario.persons_per_agent > 0


def _toml(value: object) -> str:
    """A value as TOML; text as escapes, without the surrogates that TOML forbids."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        letters = (ord(sign) for sign in value if not 0xD800 <= ord(sign) < 0xE000)
        return '"' + "".join(f"\\U{letter:08x}" for letter in letters) + '"'
    return repr(value)


def test_shipped_text_is_what_is_read() -> None:
    text = shipped_text("small", "scenario")
    assert scenario_from(text, file="small.toml") == read_scenario("small")
