"""Both pages in a real browser, with every request to another machine refused."""

from __future__ import annotations

import io
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from experiments.run import run

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next((path for name in NAMES if (path := shutil.which(name))), None)
START_SECONDS, WAIT_MS = 120, 60_000   # loops are compiled once, on a new machine
OF_SOLARA = (
    "Failed to evaluate Vue script and find module.exports, falling back to old method, "
    "please use module.exports = { ... }"
)
"""Once a page: Solara's own navigator.vue says modules.export, ipyvue asks for module.exports."""
SCENARIO = """name = "mine"
title = "My world"
start = "2019-01"
end = "2025-12"
persons_per_agent = 1000
seed = 1
"""


@pytest.fixture(scope="module")
def chromium() -> str:
    if CHROMIUM is None:
        reason = "no Chromium is installed: the pages are not tried in a browser"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return CHROMIUM


@pytest.fixture(scope="module")
def address(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the pages are served, as the command line serves them with a file."""
    file = tmp_path_factory.mktemp("scenario") / "mine.toml"
    file.write_text(SCENARIO)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "talentmarket", "app", str(file), "--port", str(port)]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address, server)
        yield address
    finally:
        server.terminate()
        said = server.communicate(timeout=20)[0].decode()
        assert "Traceback" not in said, said


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        assert server.poll() is None, server.communicate()[0].decode()
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the pages were not served in time")


class Window:
    """One browser window, and whatever went wrong in it."""

    def __init__(self, context: Any, address: str) -> None:
        self.faults: list[str] = []
        self.of_solara = 0
        self.address = address
        self.page = context.new_page()
        self.page.set_default_timeout(WAIT_MS)
        self.page.on("request", self._see)
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        self.page.on("response", self._look)

    def _see(self, request: Any) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.faults.append(f"outside request: {request.url}")

    def _hear(self, message: Any) -> None:
        if message.text == OF_SOLARA:
            self.of_solara += 1
        elif message.type in ("error", "warning"):
            self.faults.append(f"console: {message.text}")

    def _look(self, response: Any) -> None:
        if response.status >= 400:
            self.faults.append(f"{response.status}: {response.url}")

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def write(self, label: str, text: str) -> None:
        self.page.get_by_label(label, exact=True).fill(text)

    def choose(self, label: str, name: str) -> None:
        """Take an entry of a list."""
        field = self.page.locator(".v-select").filter(
            has=self.page.get_by_text(label, exact=True)
        )
        field.first.click()
        menu = self.page.locator(".v-menu__content:visible")
        menu.get_by_text(name, exact=True).click()

    def give(self, old: str, new: str) -> None:
        """Choose a scenario file in which something is written otherwise."""
        text = SCENARIO.replace(old, new).encode()
        file = {"name": "mine.toml", "mimeType": "", "buffer": text}
        self.page.locator("input[type=file]").set_input_files(files=[file])

    def month(self) -> str:
        return str(self.page.locator("[data-test=month]").inner_text())

    def await_month(self, month: str) -> None:
        self.page.wait_for_function(
            "month => document.querySelector('[data-test=month]').textContent >= month", arg=month
        )

    def tiles(self, month: str) -> str:
        """The numbers of a country, once they are those of a month."""
        return str(self.page.locator(f".tm-tiles[data-month='{month}']").inner_text())

    def reset(self) -> None:
        self.press("Reset")
        self.page.wait_for_function(
            "() => document.querySelector('[data-test=month]').textContent == '2018-12'"
            " && document.body.textContent.includes(', 1000 persons per agent')"
        )

    def download(self, label: str) -> zipfile.ZipFile:
        with self.page.expect_download() as coming:
            self.page.get_by_role("button", name=label).click()
        return zipfile.ZipFile(io.BytesIO(Path(coming.value.path()).read_bytes()))


@pytest.fixture(scope="module")
def context(chromium: str) -> Iterator[Any]:
    """A browser that knows no other machine; its windows share cookies and what they loaded."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-background-networking",
                  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
        )  # fmt: skip
        yield browser.new_context(viewport={"width": 1280, "height": 900})
        browser.close()


def test_the_pages_in_a_browser(context: Any, address: str, tmp_path: Path) -> None:
    window = Window(context, address)
    window.page.goto(address)
    window.page.wait_for_selector("svg path[data-code=KOR]")

    # bad input: a message beside the field, and the world as it was
    window.write("seed: names the luck", "many")
    window.press("Reset")
    window.page.wait_for_selector("text=Not a seed: 'many'")

    # a scenario file of one's own, with a fault and without
    window.give("seed = 1", "seed = -4")
    window.page.wait_for_selector("text=/mine.toml, seed: not a seed.*line 6/")
    window.give("My world", "My own world")
    window.page.wait_for_selector("text=mine: My own world")
    window.reset()

    # sixty months at the fastest setting
    window.choose("months per picture", "12")
    window.press("Play")
    window.await_month("2023-12")
    window.press("Pause")
    window.page.wait_for_selector("text=Play")

    # a lever that moves the world away from its twin
    window.page.locator("svg path[data-code=USA]").click(position={"x": 90, "y": 60})
    window.page.wait_for_selector("text=United States now")
    window.reset()
    window.press("live 12 months")
    window.await_month("2019-12")
    first_year = window.tiles("2019-12")
    assert "twin +" not in first_year and "twin −" not in first_year
    window.choose("What to change", "research_environment")
    window.write("New value", "lots")
    window.press("Apply from next month")
    window.page.wait_for_selector("text=not a number")
    window.write("New value", "3")
    window.press("Apply from next month")
    window.page.wait_for_selector("text=In force from 2020-01")
    window.press("live 12 months")
    window.await_month("2020-12")
    window.press("Effect of changes")
    window.page.wait_for_selector("tr.chosen")
    cells = window.page.locator("table:has(tr.chosen) td:nth-child(2)").all_inner_texts()
    assert any(cell not in ("0", "–") for cell in cells)
    assert window.page.locator("text=Flows since 2020-01").count() == 1
    second_year = window.tiles("2020-12")

    # the exported run gives the same tables on the command line
    tables = window.download("Tables (CSV)")
    window.download("This run, to repeat").extractall(tmp_path)
    again = run(tmp_path / "mine-page.toml")
    for name in ("national", "flows", "policies"):
        there = getattr(again, name).to_csv(index=False, lineterminator="\n")
        assert there == tables.read(f"world/{name}.csv").decode(), name
    assert tables.read("world/national.csv") != tables.read("twin/national.csv")

    # another window has a world of its own
    other = Window(context, address)
    other.page.goto(address)
    other.page.wait_for_selector("svg path[data-code=KOR]")
    assert other.month() == "2018-12" and window.month() == "2020-12"
    assert "Changes so far" not in other.page.content()
    assert window.tiles("2020-12") == second_year

    # the same seed gives the same numbers
    window.reset()
    window.press("live 12 months")
    window.await_month("2019-12")
    assert window.tiles("2019-12") == first_year
    for view in ("World", "Firms and deals", "Validation", "Network"):
        window.press(view)
        window.page.wait_for_selector(f"button[aria-pressed=true] >> text={view}")

    # a node of the network shows who is tied to it
    window.page.locator("g[data-code=IND]").click()
    window.page.wait_for_selector("caption >> text=moved in this run to and from India")
    window.page.wait_for_selector("text=India now")
    window.choose("look at", "the whole layer")
    window.page.wait_for_selector("text=country to country")

    # without a mouse: from the last button to the list of countries, and its letter
    window.page.get_by_role("button", name="live 12 months").focus()
    window.page.keyboard.press("Tab")
    window.page.keyboard.press("Tab")
    window.page.keyboard.press("j")
    window.page.wait_for_selector("text=Japan now")

    # Mesa's page
    other.page.goto(f"{address}/mesa")
    other.page.wait_for_selector("text=2018-12: persons")
    other.page.wait_for_selector("img")   # a plot
    other.page.get_by_role("button", name="Step").click()
    other.page.wait_for_selector("text=2019-01: persons")
    other.page.get_by_role("button", name="Reset").click()
    other.page.wait_for_selector("text=2018-12: persons")

    assert window.faults == [] and other.faults == []
    assert window.of_solara == 1 and other.of_solara == 2
