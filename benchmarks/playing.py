"""How the page plays: sixty months in headless Chromium, and how long it gave no answer.

Run ``python benchmarks/playing.py``; it serves the page, opens it in the Chromium that it finds and
presses *Play*, once with one month per picture and once with twelve, the fastest. Two things are
noted meanwhile: the longest time between two ticks of a timer of 10 ms in the browser, which is how
long its own thread was held up; and, four times a second, how long it took from a click on *World*
or *Validation* until the server had answered and the answer was seen.
"""

from __future__ import annotations

import argparse
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from typing import Any

MONTHS = 60
SETTINGS = ("1", "12")
"""Months per picture."""
NAMES = ("chromium", "chromium-browser", "google-chrome")
SERVED_WITHIN = 120.0
WATCH = """() => {
  window.longest = 0;
  let last = performance.now();
  setInterval(() => {
    const now = performance.now();
    window.longest = Math.max(window.longest, now - last);
    last = now;
  }, 10);
}"""
ASK = """async () => {
  const tabs = () => [...document.querySelectorAll('.tm-tabs button')];
  const tab = name => tabs().find(button => button.textContent.trim() === name);
  const isOn = name => tab(name).getAttribute('aria-pressed') === 'true';
  const next = isOn('World') ? 'Validation' : 'World';
  const began = performance.now();
  tab(next).click();
  while (!isOn(next) && performance.now() - began < 30000) {
    await new Promise(resolve => setTimeout(resolve, 5));
  }
  return performance.now() - began;
}"""
"""Look at another view, and how many milliseconds it took until it was there."""


def served(address: str) -> None:
    """Wait until the page is there."""
    end = time.monotonic() + SERVED_WITHIN
    while True:
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def played(page: Any, address: str, persons: str, setting: str) -> tuple[float, float, list[float]]:
    """Play sixty months in a fresh window.

    Returns
    -------
    Seconds on the clock, the longest time between two ticks in the browser, and the times until an
    answer was seen, in milliseconds.
    """
    page.goto(address)
    page.wait_for_selector("svg path[data-code=KOR]")
    page.get_by_label("persons per agent", exact=True).fill(persons)
    page.get_by_role("button", name="Reset", exact=True).click()
    page.wait_for_selector(f"text=, {persons} persons per agent")
    field = page.locator(".v-select").filter(
        has=page.get_by_text("months per picture", exact=True)
    )
    field.first.click()
    page.locator(".v-menu__content:visible").get_by_text(setting, exact=True).click()
    end = page.evaluate(
        "months => { const [year, month] = document.querySelector('[data-test=month]')"
        ".textContent.split('-').map(Number); const last = year * 12 + month - 1 + months;"
        " return `${Math.floor(last / 12)}-${String(last % 12 + 1).padStart(2, '0')}`; }", MONTHS,
    )
    page.evaluate(WATCH)
    answers = []
    began = time.monotonic()
    page.get_by_role("button", name="Play", exact=True).click()
    while page.locator("[data-test=month]").inner_text() < end:
        answers.append(float(page.evaluate(ASK)))
        page.wait_for_timeout(250)
    seconds = time.monotonic() - began
    return seconds, float(page.evaluate("window.longest")), answers


def main() -> None:
    """Play at both settings and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons-per-agent", default="50", metavar="X")
    persons = parser.parse_args().persons_per_agent
    chromium = next((path for name in NAMES if (path := shutil.which(name))), None)
    if chromium is None:
        sys.exit("no Chromium is installed")
    from playwright.sync_api import sync_playwright

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "talentmarket", "app", "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
        served(address)
        print(f"{MONTHS} months, {persons} persons per agent")
        print("months per picture    seconds  longest tick, ms  answers  median, ms  longest, ms")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            for setting in SETTINGS:
                page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
                page.set_default_timeout(120_000)
                seconds, tick, answers = played(page, address, persons, setting)
                print(f"{setting:>18}{seconds:>11.1f}{tick:>18.0f}{len(answers):>9}"
                      f"{statistics.median(answers):>12.0f}{max(answers):>13.0f}", flush=True)
                page.context.close()
            browser.close()
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
