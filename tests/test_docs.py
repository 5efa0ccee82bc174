"""The documents say what the code says, and their links lead somewhere."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from model.parameters import all_parameters
from model.talent_market import TalentMarket

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
LINK = re.compile(r"\]\(([^)\s]+)\)")


@pytest.fixture(scope="module")
def build() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_build", ROOT / "docs" / "build.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_generated_parts_are_up_to_date(build: ModuleType) -> None:
    changed = build.stale()
    assert not changed, f"{', '.join(changed)} out of date: run {build.COMMAND}"


def test_every_part_is_used_and_closed(build: ModuleType) -> None:
    text = "".join((ROOT / name).read_text("utf-8") for name in build.DOCUMENTS)
    opened = re.findall(r"<!-- generated: ([\w ]+) -->", text)
    assert sorted(opened) == sorted(build.PARTS)
    assert text.count("<!-- end -->") == len(opened)


def test_rendering_twice_changes_nothing(build: ModuleType) -> None:
    for name in build.DOCUMENTS:
        once = build.rendered((ROOT / name).read_text("utf-8"))
        assert build.rendered(once) == once


def test_an_old_part_is_noticed(build: ModuleType) -> None:
    old = "<!-- generated: measures -->\nold\n<!-- end -->"
    assert "old" not in build.rendered(old)
    with pytest.raises(ValueError, match="no generated part"):
        build.rendered(old.replace("measures", "treasures"))


def test_the_schedule_names_every_verb_of_the_month(build: ModuleType) -> None:
    called = {
        name for name in TalentMarket._month.__code__.co_names
        if callable(TalentMarket._month.__globals__.get(name))
    }
    assert set(re.findall(r"^\| \d+ \| `(\w+)`", build.schedule(), re.MULTILINE)) == called


def test_every_parameter_is_listed(build: ModuleType) -> None:
    text = build.parameters()
    listed = re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)
    assert listed == [entry.name.partition(".")[2] for entry in all_parameters()]


@pytest.mark.parametrize("page", PAGES, ids=lambda file: file.name)
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text("utf-8")
    for target in LINK.findall(text):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        assert file.exists(), f"{page.name} links to {target}"
        if anchor:
            assert anchor in anchors(file.read_text("utf-8")), f"{page.name} links to {target}"


def anchors(text: str) -> set[str]:
    """The anchors that a page of Markdown gets from its headings."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_pages_hold_no_path_of_a_machine() -> None:
    for page in PAGES:
        assert not re.search(r"(?<![\w.])/(home|work|root|tmp|Users)/", page.read_text("utf-8"))

def results_commands() -> set[str]:
    """What ``make results`` runs, a command a page."""
    text = (ROOT / "docs" / "results.mk").read_text().replace("\\\n", " ")
    lines = [line.split(" = ", 1)[1] for line in text.splitlines() if " = " in line[:40]]
    return {" ".join(line.split()) for line in lines if line[0] != "#"}


def test_make_results_runs_the_command_that_stands_on_each_page_of_results() -> None:
    said = re.compile(r"(?:Made|Written) by `((?:python -m|talentmarket) [^`]+)`")
    pages = (ROOT / "docs").glob("*.md")
    shown = {command for page in pages for command in said.findall(page.read_text("utf-8"))}
    assert len(shown) > 8
    assert shown <= results_commands()


def test_the_readme_cites_as_the_citation_file_says() -> None:
    readme = " ".join((ROOT / "README.md").read_text("utf-8").replace("\n> ", "\n").split())
    lines = (ROOT / "CITATION.cff").read_text("utf-8").splitlines()
    said = {key: value.strip().strip('"') for key, _, value in (
        line.lstrip(" -").partition(":") for line in lines
    )}  # fmt: skip
    assert f"{said['name']}. *{said['title']}*, version {said['version']}." in readme
    pyproject = (ROOT / "pyproject.toml").read_text("utf-8")
    assert f'version = "{said["version"]}"' in pyproject


def test_the_result_of_the_readme_is_that_of_the_table() -> None:
    readme = " ".join((ROOT / "README.md").read_text("utf-8").split())
    (row,) = re.findall(
        r"^\| `korea-j-skip-rights` \|.*$",
        (ROOT / "docs" / "policy_table.md").read_text("utf-8"), re.MULTILINE,
    )  # fmt: skip
    effect, interval, relative = [cell.strip() for cell in row.split("|")][7:10]
    told = f"{effect.lstrip('+')} more people would have come by the end of 2025: {relative}"
    assert f"{told} (95 % interval {interval};" in readme
