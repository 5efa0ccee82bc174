"""The handbook builds strictly, its pages ask no other server for anything, and links hold."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType
from urllib.parse import unquote, urlsplit

import pytest

import talentmarket

ROOT = Path(__file__).resolve().parent.parent
OUTSIDE = re.compile(r"^\s*(?:[a-z]+:)?//", re.IGNORECASE)
IN_STYLE = re.compile(r"""(?:url\(\s*|@import\s+)["']?((?:https?:)?//[^"')\s]+)""", re.IGNORECASE)


class Page(HTMLParser):
    """What a page fetches by itself, and where its links lead."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.links: list[str] = []
        text = file.read_text("utf-8")
        self.fetched += IN_STYLE.findall(text)
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a":
            self.links += [given["href"]] if "href" in given else []
            return
        for name in ("src", "href", "data", "poster", "action"):
            if name in given:
                self.fetched.append(given[name])
        for part in given.get("srcset", "").split(","):
            self.fetched += part.split()[:1]
        if "mermaid" in given.get("class", "").split():
            self.fetched.append("//the theme fetches what draws such a diagram")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the handbook, built so that a warning is an error."""
    folder = tmp_path_factory.mktemp("handbook") / "site"
    done = subprocess.run(
        # never with --quiet, which keeps warnings from being counted
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", folder],
        cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    found = {file: Page(file) for file in site.rglob("*.html")}
    assert len(found) > 50
    return found


@pytest.fixture(scope="module")
def hooks() -> ModuleType:
    spec = importlib.util.spec_from_file_location("handbook", ROOT / "docs" / "handbook.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_no_page_asks_another_server(site: Path, pages: dict[Path, Page]) -> None:
    asked = {
        f"{file.relative_to(site)}: {target}"
        for file, page in pages.items() for target in page.fetched if OUTSIDE.match(target)
    }
    asked |= {
        f"{file.relative_to(site)}: {target}"
        for file in site.rglob("*.css") for target in IN_STYLE.findall(file.read_text("utf-8"))
    }
    assert not asked


def test_a_page_that_asks_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    asking = (
        '<script src="https://a.b/c.js"></script>', '<link href="//a.b/c.css">',
        '<img srcset="x.png 1x, https://a.b/c.png 2x">', "<style>@import 'https://a.b'</style>",
        '<p style="background: url(https://a.b/c.png)">', '<pre class="mermaid">a</pre>',
    )  # fmt: skip
    for text in asking:
        file.write_text(text, "utf-8")
        assert any(OUTSIDE.match(target) for target in Page(file).fetched), text
    file.write_text('<a href="https://a.b">a</a><img src="x.png">', "utf-8")
    assert not any(OUTSIDE.match(target) for target in Page(file).fetched)


def test_every_link_inside_leads_to_a_file(site: Path, pages: dict[Path, Page]) -> None:
    lost = set()
    for file, page in pages.items():
        if file.name == "404.html":  # shown at any address, so its links begin at the root
            continue
        for target in (*page.links, *page.fetched):
            parts = urlsplit(target)
            if parts.scheme or parts.netloc or not parts.path:
                continue
            if not (file.parent / unquote(parts.path)).exists():
                lost.add(f"{file.relative_to(site)}: {target}")
    assert not lost


def test_pages_are_there_that_readers_look_for(site: Path) -> None:
    for name in ("tutorial", "odd", "model", "limits", "reference", "scorecard", "policy_table",
                 "data", "notebooks/01_first_run", "decisions/index", "source/CHANGELOG",
                 "source/model/talent_market.py"):  # fmt: skip
        assert (site / f"{name}.html").is_file(), name
    assert "def _month" in re.sub(
        r"<[^>]+>", "", (site / "source/model/talent_market.py.html").read_text("utf-8")
    )


def test_every_public_name_is_in_the_reference(site: Path) -> None:
    text = (site / "reference.html").read_text("utf-8")
    missing = [
        name for name in talentmarket.__all__
        if name != "__version__" and f'id="talentmarket.{name}"' not in text
    ]
    assert not missing


def test_docstrings_show_no_markup(site: Path) -> None:
    text = (site / "reference.html").read_text("utf-8")
    assert not re.findall(r":(?:class|meth|func|mod|attr):", text)


def test_a_link_in_a_block_of_code_stays(hooks: ModuleType) -> None:
    text = "[laws](../model/laws.py#a)\n\n```python\nx[0](../model/laws.py)\n```\n[b](data.md)"
    moved = hooks.relinked(text, "docs/page.md")
    assert moved == text.replace("(../model/laws.py#a)", "(source/model/laws.py.md#a)")


def test_a_notebook_becomes_text_and_code(hooks: ModuleType) -> None:
    cells = "# %% [markdown]\n# # A title\n#\n# Text.\n\n# %%\nx = 1\n"
    made = hooks.notebook(f"# ---\n# ---\n\n{cells}")
    assert made == "# A title\n\nText.\n\n```python\nx = 1\n```\n"


def test_a_block_holds_whatever_is_in_it(hooks: ModuleType) -> None:
    assert hooks.fenced("a ``` b", "text") == "````text\na ``` b\n````"
