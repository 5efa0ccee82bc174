"""The outlook to 2035: what comes out under its assumptions, and what moves with one of them.

``python -m experiments.outlook`` writes the tables of ``docs/outlook.md`` anew.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from experiments.scorecard.arithmetic import estimate
from experiments.shared_out import shared_out, write_page
from model.tables import country_names
from model.talent_market import TalentMarket

SCENARIO = "outlook"
PAGE = Path("docs") / "outlook.md"
PART = re.compile(r"(<!-- outlook: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
COUNTRIES = ("WLD", "KOR", "USA", "CHN", "JPN")
YEARS = ("2019", "2025", "2030", "2035")
AS_DECLARED = "as declared"
FUTURES: Mapping[str, Mapping[str, float]] = {
    AS_DECLARED: {},
    "growth fades in 4 years, not 8": {"education.growth_half_life": 4.0},
    "growth fades in 16 years": {"education.growth_half_life": 16.0},
    "adoption stops at 40 % of firms, not 60 %": {"adoption.ceiling": 0.4},
    "no progress of technology, 2019 on": {"frontier.productivity": 0.0},
}
"""Other values of what is assumed about the years after the data."""


class World(NamedTuple):
    """One world to run."""

    future: str
    seed: int
    persons_per_agent: float


def lived(task: World) -> pd.DataFrame:
    """Yearly national figures of one world: country, period, measure, value."""
    market = TalentMarket(
        SCENARIO, seed=task.seed, persons_per_agent=task.persons_per_agent,
        parameters=FUTURES[task.future],
    )
    market.run_until(market.specification.end)
    national = market.national()
    chosen = national[national["country"].isin(COUNTRIES) & national["period"].isin(YEARS)]
    columns = ["country", "period", "measure", "value"]
    return chosen[columns].assign(future=task.future, seed=task.seed)


def live(seeds: Sequence[int], persons_per_agent: float, workers: int) -> pd.DataFrame:
    """All worlds, one below the other."""
    tasks = [World(future, seed, persons_per_agent) for future in FUTURES for seed in seeds]
    return pd.concat(shared_out(lived, tasks, workers), ignore_index=True)


def figures(frame: pd.DataFrame) -> pd.DataFrame:
    """One row a world, country and year, the figures of the page as columns."""
    keys = ["future", "seed", "country", "period"]
    wide = frame.pivot(index=keys, columns="measure", values="value").reset_index()
    start = wide["stock"] - wide["graduates"] - wide["inflow"] + wide["outflow"] + wide["exits"]
    start = start.where(wide["country"] != "WLD", wide["stock"] - wide["graduates"] + wide["exits"])
    return wide.assign(
        people=wide["stock"] / 1000, pay=wide["mean_pay"] / 1000,
        growth=100 * (wide["stock"] / start - 1), moves=100 * wide["inflow"] / wide["stock"],
        balance=10_000 * wide["net"] / wide["stock"],
        jobless=100 * wide["unemployed"] / wide["stock"],
    )


COLUMNS: Mapping[str, tuple[str, int]] = {
    "people": ("people, thousands", 0), "growth": ("growth in the year, %", 1),
    "moves": ("came from abroad, % of people", 1),
    "balance": ("net moves, per 10,000 people", 0), "pay": ("mean pay, thousand USD", 0),
    "mismatch": ("mismatch", 3), "jobless": ("out of work, %", 1),
}  # fmt: skip


def worlds(frame: pd.DataFrame) -> str:
    """The declared world by country and year, in Markdown."""
    table = figures(frame)
    declared = table[table["future"] == AS_DECLARED]
    names = {**country_names(), "WLD": "World"}
    head = ["country", "year", *(title for title, _ in COLUMNS.values())]
    lines = [_row(head), _rule(head)]
    for country in COUNTRIES:
        for year in YEARS:
            here = declared[(declared["country"] == country) & (declared["period"] == year)]
            cells = [_interval(here[name], digits) for name, (_, digits) in COLUMNS.items()]
            lines.append(_row([names[country], year, *cells]))
    return "\n".join(lines)


def assumptions(frame: pd.DataFrame) -> str:
    """The last year with one assumption at another value each, in Markdown."""
    table = figures(frame)
    head = ["assumption", "people in the world, thousands", "people in South Korea, thousands",
            "mean pay in the world, thousand USD", "moves, % of people"]  # fmt: skip
    lines = [_row(head), _rule(head)]
    for future in FUTURES:
        here = table[(table["future"] == future) & (table["period"] == YEARS[-1])]
        world, korea = (here[here["country"] == country] for country in ("WLD", "KOR"))
        lines.append(_row([
            future, _interval(world["people"], 0), _interval(korea["people"], 0),
            _interval(world["pay"], 0), _interval(world["moves"], 1),
        ]))  # fmt: skip
    return "\n".join(lines)


def filled(text: str, frame: pd.DataFrame, source: str) -> str:
    """The page with its tables made anew; everything else in it is written by hand."""
    parts = {"worlds": worlds(frame), "assumptions": assumptions(frame)}

    def fresh(match: re.Match[str]) -> str:
        return f"{match[1]}\n{parts[match[2]]}\n\n{source}\n\n{match[3]}"

    return PART.sub(fresh, text)


def _interval(values: pd.Series[float], digits: int) -> str:
    """Mean over seeds and the half-width of its 95 % interval."""
    kept = values.dropna()
    if kept.empty:
        return "–"
    mean, half = estimate([(float(value), 1.0) for value in kept])
    mean = mean if abs(mean) >= 0.5 * 10.0**-digits else 0.0  # no minus before a nought
    return f"{mean:,.{digits}f}" + (f" ± {half:,.{digits}f}" if half == half else "")


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _rule(head: Sequence[str]) -> str:
    return _row(["---"] * len(head))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the worlds and write the tables into the page."""
    parser = argparse.ArgumentParser(description="the tables of the page on the outlook")
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--persons-per-agent", type=float, default=100.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--page", type=Path, default=PAGE)
    chosen = parser.parse_args(arguments)
    if not chosen.page.is_file():
        parser.error(f"there is no page {chosen.page} to write the tables into")
    frame = live(range(1, chosen.seeds + 1), chosen.persons_per_agent, chosen.workers)
    source = (
        f"Seeds 1 to {chosen.seeds}, {chosen.persons_per_agent:g} persons per agent; ± half the "
        "width of the 95 % interval of the mean over seeds."
    )
    write_page(filled(chosen.page.read_text("utf-8"), frame, source), chosen.page)


if __name__ == "__main__":
    main()
