"""Policy files: what a mistake is answered with, and that no file breaks the reader."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from agents.country_levers import LEVERS_BY_NAME
from agents.declare import InputError
from agents.levers import SCHEME_FIELDS, month_number
from agents.policies import NO_POLICY, Change, Policy
from model.policy_files import (
    joint_name,
    policy_from,
    read_joint,
    read_policy,
    shipped_policies,
)
from model.scenario import read_scenario
from model.timeline import Timeline
from talentmarket.__main__ import main

HEAD = 'name = "mine"\ntitle = "Mine"\n'
LEVER = '[[change]]\nfrom = "2020-01"\ncountry = "KOR"\n'
SCHEME = '[[change]]\nfrom = "2020-01"\nscheme = "kor-e-7"\n'
POINTS = '[[change]]\nfrom = "2020-01"\nscheme = "kor-f-2-7"\n'
NEW = '[[scheme]]\nid = "kor-pupils"\ncountry = "KOR"\ndegree_min = "bachelor"\n'
START = month_number("2019-01")

WRONG: dict[str, tuple[str | bytes, list[str]]] = {
    # the file as a whole
    "bad TOML": (HEAD + "[[change]]\nfrom = \n", ["not valid TOML", "line 4"]),
    "not UTF-8": (b'name = "\xff"\n', ["not a text file in UTF-8"]),
    "no name": ('title = "Mine"\n', ["name: is missing"]),
    "no title": ('name = "mine"\n', ["title: is missing"]),
    "name with a slash": ('name = "a/b"\ntitle = "Mine"\n', ["name", "'a/b'", "letters, digits"]),
    "name is a number": ('name = 3\ntitle = "Mine"\n', ["name: not text (got 3)", "in quotes"]),
    "name means no policy": ('name = "none"\ntitle = "Mine"\n', ["'none'", "another name"]),
    "title of two lines": ('name = "a"\ntitle = "b\\nc"\n', ["title: not text", "one line"]),
    "source is a list": (HEAD + 'source = ["a"]\n', ["source: not text", "['a']"]),
    "unknown key": (HEAD + 'sorce = "x"\n', ["sorce: unknown key", "'source'", "title"]),
    "change is no list": (HEAD + "change = 3\n", ["change: must be written as [[change]]"]),
    "scheme is no list": (HEAD + '[scheme]\nid = "a"\n', ["scheme: must be written as [[scheme]]"]),
    # keys of a change
    "from is missing": (HEAD + '[[change]]\ncountry = "KOR"\nset = { adoption_subsidy = 0.1 }\n',
                        ["change, from: is missing"]),
    "country is missing": (HEAD + '[[change]]\nfrom = "2020-01"\nset = { adoption_subsidy = 0.1 }',
                           ["change, country: is missing"]),
    "unknown key of a change": (HEAD + LEVER + "set = { adoption_subsidy = 0.1 }\nholt = true\n",
                                ["change, holt: unknown key", "'hold'", "remove"]),
    "bad month": (HEAD + LEVER.replace("-01", "-13") + "set = { adoption_subsidy = 0.1 }\n",
                  ["change, from", "'2020-13'", "YYYY-MM"]),
    "month is a date": (HEAD + LEVER.replace('"2020-01"', "2020-01-01")
                        + "set = { adoption_subsidy = 0.1 }\n",
                        ["change, from: wrong type", "text in quotes"]),
    "unknown country": (HEAD + LEVER.replace("KOR", "kor") + "set = { adoption_subsidy = 0.1 }\n",
                        ["change, country", "'kor'", "mean 'KOR'", "three-letter codes"]),
    "country by name": (HEAD + LEVER.replace("KOR", "South Korea")
                        + "set = { adoption_subsidy = 0.1 }\n",
                        ["change, country", "'South Korea'", "did you mean 'KOR'"]),
    "country is a number": (HEAD + LEVER.replace('"KOR"', "82") + "set = { adoption_subsidy = 0 }",
                            ["change, country: wrong type (got 82)"]),
    "country of another scheme": (HEAD + SCHEME + 'country = "JPN"\nset = { fee_usd = 1 }\n',
                                  ["change, country", "another country", "'JPN'", "KOR"]),
    "scheme is a list": (HEAD + SCHEME.replace('"kor-e-7"', '["kor-e-7"]')
                         + "set = { fee_usd = 1 }\n", ["change, scheme: wrong type"]),
    "unknown scheme": (HEAD + SCHEME.replace("e-7", "e7") + 'country = "KOR"\nset = { fee_usd = 1}',
                       ["change, scheme", "'kor-e7'", "did you mean 'kor-e-7'", "kor-f-2-7"]),
    "unknown tier": (HEAD + '[[change]]\nfrom = "2020-01"\nscheme = "jpn-j-skip"\ntier = "degre"\n'
                     "set = { fee_usd = 1 }\n",
                     ["change, tier", "'degre'", "did you mean 'degree'", "business-manager"]),
    "tier without scheme": (HEAD + LEVER + 'tier = "main"\nset = { adoption_subsidy = 0.1 }\n',
                            ["change, tier", "of no scheme"]),
    "tier is a truth": (HEAD + SCHEME + "tier = true\nset = { fee_usd = 1 }\n",
                        ["change, tier: wrong type (got True)"]),
    "set is no table": (HEAD + SCHEME + 'set = "fee_usd"\n',
                        ["change, set: wrong type", "a table"]),
    "remove is no list": (HEAD + SCHEME + 'remove = "fee_usd"\n',
                          ["change, remove: wrong type", "a list"]),
    "remove holds a number": (HEAD + SCHEME + "remove = [7]\n",
                              ["change, remove: not a name (got 7)"]),
    "hold is text": (HEAD + SCHEME + 'set = { fee_usd = 1 }\nhold = "yes"\n',
                     ["change, hold: wrong type (got 'yes')", "true or false"]),
    "empty change": (HEAD + SCHEME, ["change: changes nothing", "set = { … }"]),
    "empty set": (HEAD + SCHEME + "set = {}\n", ["change: changes nothing"]),
    # fields of schemes
    "unknown field": (HEAD + SCHEME + "set = { min_pay = 1 }\n",
                      ["change, set", "'min_pay'", "did you mean 'min_pay_usd'"]),
    "lever on a scheme": (HEAD + SCHEME + "set = { adoption_subsidy = 0.1 }\n",
                          ["adoption_subsidy: is a lever of the country", "leave out 'scheme'"]),
    "out of range": (HEAD + SCHEME + "set = { age_max = 300 }\n",
                     ["change, set: age_max", "300", "15 to 100 years"]),
    "half a person": (HEAD + SCHEME + "set = { places_per_year = 0.5 }\n",
                      ["places_per_year", "a whole number", "persons a year"]),
    "number in quotes": (HEAD + SCHEME + 'set = { fee_usd = "100" }\n',
                         ["fee_usd: wrong type (got '100')", "without quotes"]),
    "truth in quotes": (HEAD + SCHEME + 'set = { household_help = "true" }\n',
                        ["household_help: wrong type", "true or false"]),
    "degree is a number": (HEAD + SCHEME + "set = { degree_min = 3 }\n",
                           ["degree_min: wrong type (got 3)"]),
    "unknown degree": (HEAD + SCHEME + 'set = { degree_min = "doctor" }\n',
                       ["degree_min", "'doctor'", "bachelor, master, phd"]),
    "unknown allocation": (HEAD + SCHEME + 'set = { allocation = "by_play" }\n',
                           ["allocation", "'by_play'", "did you mean 'by_pay'"]),
    "misspelt allocation": (HEAD + SCHEME + 'set = { allocation = "weigthed_lottery" }\n',
                            ["allocation", "did you mean 'weighted_lottery'"]),
    "title is a date": (HEAD + SCHEME + "set = { title = 2020-01-01 }\n",
                        ["title: wrong type", "text in quotes"]),
    "fields is text": (HEAD + SCHEME + 'set = { fields = "theory_safety" }\n',
                       ["fields: wrong type", "a list"]),
    "unknown shortage field": (HEAD + SCHEME + 'set = { fields = ["theory"] }\n',
                               ["fields", "'theory'", "theory_safety"]),
    "empty value": (HEAD + SCHEME + 'set = { degree_min = "" }\n',
                    ["degree_min: is empty", "'remove'"]),
    "identity": (HEAD + SCHEME + 'set = { country = "JPN" }\n',
                 ["country: belongs to the identity"]),
    "unknown field removed": (HEAD + SCHEME + 'remove = ["min_pay"]\n',
                              ["change, remove", "'min_pay'", "did you mean 'min_pay_usd'"]),
    "lever removed from a scheme": (HEAD + SCHEME + 'remove = ["top_tax_rate"]\n',
                                    ["change, remove: top_tax_rate: is a lever of the country"]),
    "identity removed": (HEAD + SCHEME + 'remove = ["tier"]\n',
                         ["change, remove: tier: belongs to the identity"]),
    "set and removed": (HEAD + SCHEME + 'set = { fee_usd = 1 }\nremove = ["fee_usd"]\n',
                        ["fee_usd: both set and removed"]),
    "unknown criterion": (HEAD + POINTS + "set = { points = { degree_pdh = 3 } }\n",
                          ["points", "degree_pdh", "did you mean 'degree_phd'"]),
    "points in quotes": (HEAD + POINTS + 'set = { points = { degree_phd = "3" } }\n',
                         ["points: wrong type", "{ criterion = points, … }"]),
    "no table left": (HEAD + POINTS + 'remove = ["points"]\n',
                      ["scheme kor-f-2-7", "points_min: needs a points table", "mine: Mine"]),
    "no table to rank by": (HEAD + SCHEME + 'set = { allocation = "by_points" }\n',
                            ["scheme kor-e-7", "by_points needs a points table", "mine: Mine"]),
    "field twice in a month": (HEAD + SCHEME + "set = { fee_usd = 1 }\n" + SCHEME
                               + "set = { fee_usd = 2 }\n",
                               ["change 2: overlaps change 1", "fee_usd in this month"]),
    "field twice by tier": (HEAD + 2 * '[[change]]\nfrom = "2020-01"\nscheme = "jpn-j-skip"\n'
                            'set = { fee_usd = 1 }\n' + 'tier = "degree"\n',
                            ["change 2: overlaps change 1"]),
    # levers
    "unknown lever": (HEAD + LEVER + "set = { adoption_subsidi = 0.1 }\n",
                      ["change, set", "'adoption_subsidi'", "did you mean 'adoption_subsidy'",
                       "top_tax_rate"]),
    "field on a lever": (HEAD + LEVER + "set = { fee_usd = 1 }\n",
                         ["is a field of schemes", "'fee_usd'", "'scheme'"]),
    "lever out of range": (HEAD + LEVER + "set = { adoption_subsidy = 1.5 }\n",
                           ["set.adoption_subsidy", "got 1.5", "0 to 0.9 share"]),
    "lever in quotes": (HEAD + LEVER + 'set = { adoption_subsidy = "0.5" }\n',
                        ["set.adoption_subsidy: not a number (got '0.5')"]),
    "huge number": (HEAD + LEVER + f"set = {{ adoption_subsidy = 1{'0' * 400} }}\n",
                    ["set.adoption_subsidy", "not a number", "000 …)"]),
    "unknown choice": (HEAD + LEVER + 'set = { dual_citizenship = "bot" }\n',
                       ["set.dual_citizenship", "'bot'", "did you mean 'both'", "newcomers"]),
    "truth is a number": (HEAD + LEVER + "set = { non_competes_enforced = 1 }\n",
                          ["set.non_competes_enforced", "true or false"]),
    "by field without fields": (HEAD + LEVER + "set = { study_places = 100 }\n",
                                ["set.study_places: not a table by field", "{ field = number"]),
    "by an unknown field": (HEAD + LEVER + "set = { study_places = { agentic = 100 } }\n",
                            ["set.study_places", "'agentic'", "did you mean 'agentic_systems'"]),
    "lever always there": (HEAD + LEVER + 'remove = ["adoption_subsidy"]\n',
                           ["change, remove: always has a value", "'adoption_subsidy'",
                            "newcomer_tax_rate, top_tax_rate"]),
    "unknown lever removed": (HEAD + LEVER + 'remove = ["top_tax"]\n',
                              ["change, remove", "'top_tax'", "did you mean 'top_tax_rate'"]),
    "lever set and removed": (HEAD + LEVER + "set = { top_tax_rate = 0.1 }\n"
                              'remove = ["top_tax_rate"]\n',
                              ["change, remove: both set and removed"]),
    # new schemes
    "slug in use": (HEAD + NEW.replace("pupils", "e-7"),
                    ["scheme, id", "exists already", "'kor-e-7'", "another slug"]),
    "not a slug": (HEAD + NEW.replace("kor-pupils", "Kor Pupils"), ["id: not a slug"]),
    "scheme without country": (HEAD + NEW.replace('country = "KOR"\n', ""),
                               ["country: is missing"]),
    "versions overlap": (HEAD + NEW + 'valid_from = "2020-01"\n' + NEW + 'valid_from = "2021-01"\n',
                         ["scheme kor-pupils", "two versions overlap"]),
    "ends before it begins": (HEAD + NEW + 'valid_from = "2021-01"\nvalid_to = "2020-01"\n',
                              ["valid_to: lies before valid_from"]),
    "number of a new scheme in quotes": (HEAD + NEW + 'fee_usd = "1"\n',
                                         ["scheme: fee_usd: wrong type (got '1')"]),
    "unknown field of a new scheme": (HEAD + NEW + "min_pay = 3\n", ["did you mean 'min_pay_usd'"]),
    "several at once": (HEAD + SCHEME + "set = { age_max = 1, fee = 2 }\n" + LEVER
                        + "set = { top_tax_rate = 3 }\n",
                        ["change 1, set: age_max", "'fee'", "change 2, set.top_tax_rate"]),
}  # fmt: skip


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test works in an empty folder of its own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refused(capsys: pytest.CaptureFixture[str], *policies: str) -> str:
    """The one line with which a run under policies that cannot be used is answered."""
    options = [part for policy in policies for part in ("--policy", policy)]
    code = main(["run", "small", "--persons-per-agent", "2000", "--until", "2019-01", *options])
    printed = capsys.readouterr()
    assert code == 2, printed.err
    assert printed.out == ""
    (line,) = printed.err.splitlines()
    assert line.startswith("talentmarket: ")
    return line


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_file_is_answered_with_one_line(
    wrong: str, capsys: pytest.CaptureFixture[str], empty_folder: Path
) -> None:
    text, parts = WRONG[wrong]
    file = empty_folder / "mine.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    answer = refused(capsys, "mine.toml")
    assert answer.startswith("talentmarket: mine.toml"), answer
    assert [part for part in parts if part not in answer] == [], answer
    assert list(empty_folder.iterdir()) == [file]


@pytest.mark.parametrize(
    ("policies", "parts"),
    [
        (["nowhere.toml"], ["nowhere.toml: no such file"]),
        (["korea-top-tier-opn-2020"], ["unknown policy", "did you mean 'korea-top-tier-open-2020'",
                                       "talentmarket policies"]),
        (["korea-package+japn-without-j-skip"], ["did you mean 'japan-without-j-skip'"]),
        (["korea-package", "korea-package"], ["policies: named twice (got 'korea-package')"]),
        (["korea-package+korea-package"], ["policies: named twice (got 'korea-package')"]),
    ],
)  # fmt: skip
def test_a_policy_that_is_not_there_is_answered_with_one_line(
    policies: list[str], parts: list[str], capsys: pytest.CaptureFixture[str], empty_folder: Path
) -> None:
    answer = refused(capsys, *policies)
    assert [part for part in parts if part not in answer] == [], answer
    assert list(empty_folder.iterdir()) == []


def test_what_two_policies_leave_names_both_files(
    capsys: pytest.CaptureFixture[str], empty_folder: Path
) -> None:
    (empty_folder / "a.toml").write_text(
        'name = "a"\ntitle = "A"\n' + POINTS + 'set = { allocation = "by_points" }\n'
    )
    (empty_folder / "b.toml").write_text(
        'name = "b"\ntitle = "B"\n' + POINTS + 'remove = ["points", "points_min"]\n'
    )
    answer = refused(capsys, "a.toml", "b.toml")
    assert "a.toml, b.toml, scheme kor-f-2-7: allocation: by_points needs" in answer


def test_two_policies_may_not_bring_the_same_scheme(
    capsys: pytest.CaptureFixture[str], empty_folder: Path
) -> None:
    for name in "ab":
        (empty_folder / f"{name}.toml").write_text(f'name = "{name}"\ntitle = "T"\n{NEW}')
    answer = refused(capsys, "a.toml", "b.toml")
    assert "b.toml, policy b: brings scheme 'kor-pupils'" in answer


def test_a_scenario_with_a_wrong_policy_names_both_files(empty_folder: Path) -> None:
    (empty_folder / "mine.toml").write_text(HEAD + LEVER + "set = { top_tax_rate = 3 }\n")
    scenario = 'name = "s"\ntitle = "S"\nstart = "2019-01"\nend = "2019-02"\nseed = 1\n'
    scenario += 'persons_per_agent = 2000\npolicies = ["mine.toml"]\n'
    (empty_folder / "s.toml").write_text(scenario)
    with pytest.raises(InputError, match=r"s\.toml, policies: .*mine\.toml, change, set\.top_tax"):
        read_scenario("s.toml")


def test_what_is_written_is_what_is_read() -> None:
    policy = policy_from(
        {
            "name": "a", "title": "T", "source": "S", "why": "W",
            "change": [
                {"from": "2021-05", "country": "KOR", "hold": True,
                 "set": {"dual_citizenship": "both", "study_places": {"theory_safety": 3}},
                 "remove": ["top_tax_rate"]},
                {"from": "2020-01", "scheme": "jpn-j-skip", "tier": "degree",
                 "set": {"valid_from": "2020-02", "partner_may_work": False}},
            ],
            "scheme": [{"id": "kor-pupils", "country": "KOR", "age_max": 20}],
        },
        file="a.toml",
    )  # fmt: skip
    lever, scheme = policy.changes
    assert (policy.source, policy.why, policy.file) == ("S", "W", "a.toml")
    assert lever.month == month_number("2021-05") and lever.hold and lever.scheme is None
    assert lever.set == {"dual_citizenship": 3.0, "study_places": {"theory_safety": 3.0}}
    assert lever.remove == ("top_tax_rate",)
    assert (scheme.country, scheme.scheme, scheme.tier) == ("JPN", "jpn-j-skip", "degree")
    assert scheme.set == {"valid_from": month_number("2020-02"), "partner_may_work": False}
    assert scheme.why == "a: T" and not scheme.hold
    assert [(new.id, new.age_max, new.title) for new in policy.schemes] == [
        ("kor-pupils", 20.0, "kor-pupils")
    ]


def test_joined_policies_are_read_in_order() -> None:
    both = read_joint("korea-retraining+japan-without-j-skip")
    assert [policy.name for policy in both] == ["korea-retraining", "japan-without-j-skip"]
    assert joint_name(both) == "korea-retraining+japan-without-j-skip"
    assert read_joint("none") == (NO_POLICY,) and joint_name(()) == "none"
    assert read_policy(both[0]) is both[0]


def test_a_path_with_a_plus_is_one_file(empty_folder: Path) -> None:
    (empty_folder / "a+b.toml").write_text(HEAD)
    assert read_joint("a+b.toml") == (Policy("mine", "Mine"),)


# What anybody might write ----------------------------------------------------------------------

NAMES = st.sampled_from([
    *(field.name for field in SCHEME_FIELDS), *LEVERS_BY_NAME, "degree_phd", "theory_safety", "x",
])  # fmt: skip
WORDS = st.sampled_from([
    "KOR", "USA", "kor-e-7", "usa-h-1b", "jpn-j-skip", "kor-new", "main", "degree", "2020-01",
    "2019-13", "none", "both", "by_points", "by_pay", "phd", "big_tech", "", "a b", "x\ny",
    *(field.name for field in SCHEME_FIELDS[:8]), *list(LEVERS_BY_NAME)[:6],
])  # fmt: skip
PLAIN = st.one_of(
    WORDS, st.booleans(), st.integers(-3, 200), st.integers(), st.just(10**400), st.floats(),
    st.dates(), st.text(max_size=5),
)
VALUES = st.recursive(
    PLAIN,
    lambda part: st.lists(part, max_size=3) | st.dictionaries(NAMES | st.text(max_size=4), part,
                                                              max_size=3),
    max_leaves=5,
)
SETTINGS = st.dictionaries(NAMES, VALUES, max_size=4)
CHANGE = st.fixed_dictionaries(
    {"from": st.just("2020-01") | VALUES},
    optional={
        "country": st.just("KOR") | VALUES, "scheme": st.just("kor-f-2-7") | VALUES,
        "tier": VALUES, "set": SETTINGS | VALUES, "hold": st.booleans() | VALUES,
        "remove": st.lists(NAMES, max_size=3) | VALUES, "form": VALUES,
    },
)  # fmt: skip
NEW_SCHEME = st.fixed_dictionaries(
    {"id": st.just("kor-new") | VALUES, "country": st.just("KOR") | VALUES},
    optional={field.name: VALUES for field in SCHEME_FIELDS[2:]},
)
WRITTEN = st.fixed_dictionaries(
    {"name": st.just("mine") | VALUES, "title": st.just("Mine") | VALUES},
    optional={
        "source": VALUES, "why": VALUES, "change": st.lists(CHANGE, max_size=3) | VALUES,
        "scheme": st.lists(NEW_SCHEME, max_size=2) | VALUES, "other": VALUES,
    },
)  # fmt: skip


@given(WRITTEN)
@example({"name": "mine", "title": "Mine", "change": [
    {"from": "2020-01", "scheme": "kor-f-2-7", "remove": ["points"]}]})  # fmt: skip
def test_whatever_is_written_is_read_or_answered(written: dict[str, Any]) -> None:
    try:
        policy = policy_from(written, file="mine.toml")
        Timeline.of([policy], START)
    except InputError as fault:
        assert str(fault).startswith("mine.toml")


@given(st.text())
def test_whatever_text_a_file_holds_is_read_or_answered(text: str) -> None:
    file = Path("mine.toml")
    file.write_text(text, "utf-8")
    with pytest.raises(InputError, match=r"^mine\.toml"):
        read_policy(file)


@pytest.mark.parametrize("name", shipped_policies())
def test_a_policy_without_a_file_is_told_as_a_file_would(name: str) -> None:
    policy = read_policy(name)
    assert policy.as_mapping() == policy.written
    told = dataclasses.replace(policy, written={}).as_mapping()
    assert policy_from(json.loads(json.dumps(told)), file=None) == policy


@pytest.mark.parametrize(
    ("name", "scheme", "said"),
    [
        ("outside_applicants", "usa-h-1b", "did you mean 'outside_applicants_per_year'"),
        ("dual_citizen", None, "unknown lever 'dual_citizen'; did you mean 'dual_citizenship'"),
    ],
)
def test_a_change_made_in_python_names_what_there_is(
    name: str, scheme: str | None, said: str
) -> None:
    with pytest.raises(InputError, match=said):
        Change(24_000, "USA", {name: 1.0}, scheme=scheme)
