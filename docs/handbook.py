"""The handbook's hooks for MkDocs: files outside ``docs`` that pages link to become pages, too.

A link such as ``../model/laws.py`` works where the files lie side by side, as in a checkout. In the
built handbook the file stands under ``source``: programs and settings as a page, notebooks with
their text, tables of data as they are.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parent.parent
DOCS, SOURCE = "docs", "source"
LINK = re.compile(r"(?<=\]\()([^)\s#]+)((?:#[^)\s]*)?)(?=\))")
FENCE = re.compile(r"^(`{3,}).*?^\1[ \t]*$", re.DOTALL | re.MULTILINE)
ROLE = re.compile(r":(?:class|func|meth|mod|attr):<code>~?([^<]+)</code>")
LANGUAGES = {".py": "python", ".toml": "toml", ".cff": "yaml", "": "make"}
UNSEARCHED = "---\nsearch:\n  exclude: true\n---\n\n"


# Where things stand --------------------------------------------------------------------------


def address(file: str) -> str:
    """Where the handbook holds a file of the repository."""
    path = PurePosixPath(file)
    if path.parts[0] == DOCS:
        return str(path.relative_to(DOCS))
    if path.parts[0] == "notebooks":
        return str(path.with_suffix(".md"))
    kept = path.suffix in (".md", ".csv", ".png")
    return f"{SOURCE}/{file}" if kept else f"{SOURCE}/{file}.md"


def links_of(text: str, file: str) -> Iterator[str]:
    """The files of the repository to which a page of it links."""
    for target, _ in LINK.findall(FENCE.sub("", text)):
        found = pointed_at(target, file)
        if found is not None:
            yield found


def pointed_at(target: str, file: str) -> str | None:
    """The file of the repository that a link means, if it means one."""
    if "://" in target:
        return None
    found = posixpath.normpath(posixpath.join(posixpath.dirname(file), target))
    return found if (ROOT / found).is_file() else None


def relinked(text: str, file: str) -> str:
    """A page with its links to files as they are in the handbook."""
    here = posixpath.dirname(address(file))

    def moved(match: re.Match[str]) -> str:
        found = pointed_at(match[1], file)
        return match[0] if found is None else posixpath.relpath(address(found), here) + match[2]

    parts, last = [], 0
    for fence in FENCE.finditer(text):
        parts += [LINK.sub(moved, text[last:fence.start()]), fence[0]]
        last = fence.end()
    return "".join([*parts, LINK.sub(moved, text[last:])])


# Files as pages ------------------------------------------------------------------------------


def as_page(file: str) -> str:
    """A file of the repository as Markdown."""
    text = (ROOT / file).read_text("utf-8")
    path = PurePosixPath(file)
    if path.suffix == ".md":
        return relinked(text, file)
    if path.parts[0] == "notebooks":
        return notebook(text) + f"\nThis page is the notebook `{file}`; Jupytext opens it.\n"
    return f"{UNSEARCHED}# {file}\n\n{fenced(text, LANGUAGES.get(path.suffix, 'text'))}\n"


def fenced(text: str, language: str) -> str:
    """A block of code, whatever is in it."""
    longest = max((len(found) for found in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text.strip()}\n{fence}"


def notebook(text: str) -> str:
    """A notebook in percent format as Markdown."""
    parts = []
    for cell in re.split(r"^# %%", text, flags=re.MULTILINE)[1:]:
        head, _, body = cell.partition("\n")
        if "[markdown]" in head:
            parts.append(re.sub(r"^# ?", "", body.strip(), flags=re.MULTILINE))
        else:
            parts.append(fenced(body, "python"))
    return "\n\n".join(parts) + "\n"


# Hooks ---------------------------------------------------------------------------------------


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Write out the stars of the navigation, and add pages that are named nowhere."""
    pages = sorted(file.name for file in (ROOT / DOCS).glob("*.md"))
    assert config.nav is not None
    nav = [_written_out(entry) for entry in config.nav]
    named = set(re.findall(r"[\w./-]+\.md", str(nav)))
    further = [page for page in pages if page not in named]
    config.nav = [*nav, *([{"Further pages": further}] if further else [])]
    return config


def _written_out(entry: Any) -> Any:
    if isinstance(entry, dict):
        return {title: _written_out(inner) for title, inner in entry.items()}
    if isinstance(entry, list):
        return [_written_out(inner) for inner in entry]
    folder, star, _ = entry.partition("/*")
    if not star:
        return entry
    where = ROOT / folder if folder == "notebooks" else ROOT / DOCS / folder
    files = sorted(where.glob("*.py" if folder == "notebooks" else "*.md"))
    files.sort(key=lambda file: file.name != "README.md")
    return [f"{folder}/{file.stem}.md" for file in files]


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add what pages link to, and what those pages link to."""
    waiting = ["CHANGELOG.md"]
    waiting += [f"notebooks/{file.name}" for file in (ROOT / "notebooks").glob("*.py")]
    for page in files.documentation_pages():
        waiting += links_of(page.content_string, f"{DOCS}/{page.src_uri}")
    seen: set[str] = set()
    while waiting:
        file = waiting.pop()
        if file in seen or file.startswith(f"{DOCS}/"):
            continue
        seen.add(file)
        place = address(file)
        if place.endswith(".md"):
            files.append(File.generated(config, place, content=as_page(file)))
            if file.endswith(".md"):
                waiting += links_of((ROOT / file).read_text("utf-8"), file)
        else:
            files.append(File.generated(config, place, abs_src_path=str(ROOT / file)))
    return files


def on_page_markdown(
    markdown: str, *, page: Page, config: MkDocsConfig, files: Files
) -> str:
    """Let links lead to where things are in the handbook."""
    made = page.file.generated_by is not None
    return markdown if made else relinked(markdown, f"{DOCS}/{page.file.src_uri}")


def on_page_content(html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Show the names that docstrings mark by a role as plain code."""
    return ROLE.sub(lambda found: f"<code>{found[1].rpartition('.')[2]}</code>", html)
