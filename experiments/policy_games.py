"""Policy games: a visa race, a planner against holders, neighbours who compete or act together.

``python -m experiments.policy_games --markdown docs/policy_games.md`` plays them and writes a page
with a picture.
"""

from __future__ import annotations

import argparse
import os
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure

from agents.employers import MONTHS
from agents.levers import month_number
from experiments.figures import GREY, font_sizes
from experiments.firms.findings import number, text
from experiments.firms.worlds import Estimate, mean
from experiments.shared_out import shared_out, write_page
from model.governments.emulate import spread
from model.tables import REST
from model.talent_market import TalentMarket

START, UNTIL = "2019-01", "2025-12"
SINCE = 2021
"""First year that counts: reviews begin in 2020, when there are statistics of a year."""
NEIGHBOURS = ("JPN", "KOR", "TWN")


class Game(NamedTuple):
    """Arms that are played in the same worlds; the first is what the others are held against."""

    title: str
    text: str
    arms: Mapping[str, str]
    """Scenario of each."""
    watched: tuple[str, ...]
    """Countries whose figures are told, each alone and together."""


GAMES: Mapping[str, Game] = {
    "race": Game(
        "A visa race",
        "All named countries take over what better peers do (`emulate`), against a world in which "
        "all hold what they have in January 2019.",
        {"all hold": "all-hold", "all emulate": "visa-race"},
        ("KOR", "JPN", "USA"),
    ),
    "planner": Game(
        "A planner against holders",
        "Korea plans: each year it tries the measures of the menu in copies of the world under "
        "other luck and takes those that raise its net flow over three years, as far as money and "
        "political capital go. Beside it a Korea that each year takes the step of which studies "
        "promise most for its cost (`target`), its net flow being below a goal that it never "
        "reaches. All others hold.",
        {
            "holds": "all-hold", "target": "target-against-holders",
            "plans": "planner-against-holders",
        },
        ("KOR",),
    ),
    "neighbours": Game(
        "Neighbours who compete or act together",
        "Japan, Korea and Taiwan plan, two years ahead in two copies, each for its own net flow or "
        "all for that of the three together; all others hold.",
        {
            "hold": "all-hold", "compete": "neighbours-compete",
            "act together": "neighbours-together",
        },
        NEIGHBOURS,
    ),
}

ARMS = tuple(dict.fromkeys(arm for game in GAMES.values() for arm in game.arms))


class World(NamedTuple):
    """One arm of a game in one world."""

    game: str
    arm: str
    seed: int
    persons_per_agent: float


def play(world: World) -> pd.DataFrame:
    """One arm lived to the end: figures of its countries, and how far rules have spread.

    Returns
    -------
    DataFrame
        ``year, country, measure, value``; the spread under the country ``WLD``, measures taken and
        faults with year 0.
    """
    game = GAMES[world.game]
    market = TalentMarket(
        game.arms[world.arm], seed=world.seed, persons_per_agent=world.persons_per_agent,
        until=UNTIL,
    )
    codes = [code for code in market.tables.countries if code != REST]
    rows: list[tuple[int, str, str, float]] = []
    for year in range(month_number(START) // MONTHS, month_number(UNTIL) // MONTHS + 1):
        market.run_until(f"{year}-12")
        like = spread(market.rules.schemes, market.month, codes)
        rows.append((year, "WLD", "countries like J-Skip", float(like.sum())))
    national = market.national()
    chosen = national["measure"].isin(["net", "inflow", "measures_usd"])
    chosen &= national["country"].isin(game.watched) & (national["period"].str.len() == 4)
    rows += [
        (int(row.period), str(row.country), str(row.measure), float(row.value))
        for row in national[chosen].itertuples()
    ]
    decided = market.acting.decided
    taken = [country for country, *_ in decided.taken]
    rows += [(0, code, "measures taken", float(taken.count(code))) for code in game.watched]
    rows += [(0, "WLD", "measures taken", float(len(taken))),
             (0, "WLD", "faults", float(len(decided.faults)))]  # fmt: skip
    return pd.DataFrame(rows, columns=["year", "country", "measure", "value"]).assign(
        game=world.game, arm=world.arm, seed=world.seed
    )


def played(
    games: Sequence[str], seeds: int, persons_per_agent: float, workers: int = 1,
    arms: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Some games in worlds with seeds 1 to so many.

    Parameters
    ----------
    arms
        Those to play, and the first of each game with them; None: all.
    """
    worlds = [
        World(game, arm, seed, persons_per_agent)
        for game in games for place, arm in enumerate(GAMES[game].arms)
        if arms is None or place == 0 or arm in arms
        for seed in range(1, seeds + 1)
    ]
    return pd.concat(shared_out(play, worlds, workers), ignore_index=True)


def total(found: pd.DataFrame, game: str, arm: str, measure: str, country: str) -> pd.Series:
    """A figure summed over the years that count, by seed; ``together`` sums the countries."""
    here = (found["game"] == game) & (found["arm"] == arm) & (found["measure"] == measure)
    here &= (found["year"] >= SINCE) | (found["year"] == 0)
    if country != TOGETHER:
        here &= found["country"] == country
    return found[here].groupby("seed")["value"].sum()


TOGETHER = "together"


def _arms(found: pd.DataFrame, game: str) -> list[str]:
    """Arms of a game that were played."""
    lived = set(found[found["game"] == game]["arm"])
    return [arm for arm in GAMES[game].arms if arm in lived]


def effects(found: pd.DataFrame) -> pd.DataFrame:
    """What each arm changes against the first of its game, with intervals over paired seeds."""
    rows = []
    for key in found["game"].unique():
        game = GAMES[key]
        first, *others = _arms(found, key)
        for arm in others:
            where = [*game.watched, *([TOGETHER] if len(game.watched) > 1 else [])]
            for country in where:
                for measure in ("net", "inflow"):
                    base = total(found, key, first, measure, country)
                    change = total(found, key, arm, measure, country) - base
                    estimate = mean(change)
                    rows.append((key, arm, country, measure, float(base.mean()), estimate.value,
                                 estimate.low, estimate.high, estimate.seeds))  # fmt: skip
    columns = ["game", "arm", "country", "measure", "baseline", "effect", "low", "high", "seeds"]
    return pd.DataFrame(rows, columns=columns)


def spreading(found: pd.DataFrame) -> pd.DataFrame:
    """Countries with a scheme like J-Skip at the end of each year of the race; empty without one.

    Returns
    -------
    DataFrame
        ``arm, year, value, low, high``.
    """
    race = found[(found["game"] == "race") & (found["measure"] == "countries like J-Skip")]
    rows = [
        (arm, year, *mean(here["value"])[:3])
        for (arm, year), here in race.groupby(["arm", "year"], sort=False)
    ]
    return pd.DataFrame(rows, columns=["arm", "year", "value", "low", "high"])


# The page ---------------------------------------------------------------------------------------


def to_markdown(found: pd.DataFrame, command: str, picture_name: str | None) -> str:
    """The page."""
    table = effects(found)
    seeds = int(found["seed"].nunique())
    parts = [
        "# Policy games", f"Made by `{command}`.",
        "Governments that act, in the same worlds with the same luck: what each arm changes "
        f"against the first of its game, {SINCE} to 2025, over {seeds} seeds with 95 % intervals "
        "(Student's t over pairs): luck alone. Plans are made under luck that is not the world's. "
        "A strategy that does not do what it is for stays in the table.",
    ]
    if picture_name is not None:
        parts.append(f"![Policy games]({picture_name})")
    for key in found["game"].unique():
        game = GAMES[key]
        parts += [f"## {game.title}", game.text]
        lines = ["| arm | country | measure | without | change | 95 % interval |",
                 "| --- | --- | --- | --- | --- | --- |"]  # fmt: skip
        for row in table[table["game"] == key].itertuples():
            lines.append(
                f"| {row.arm} | {row.country} | {row.measure}, persons | {number(row.baseline, 0)} "
                f"| {number(row.effect, 0)} | {number(row.low, 0)} to {number(row.high, 0)} |"
            )
        parts.append("\n".join(lines))
        parts.append(_taken(found, key))
        if key == "race":
            parts.append(_race(found))
    return "\n\n".join(parts) + "\n"


def _taken(found: pd.DataFrame, key: str) -> str:
    """How many measures were taken, and what failed."""
    sentences = []
    for arm in _arms(found, key):
        taken = mean(total(found, key, arm, "measures taken", "WLD"))
        if taken.value > 0:
            faults = total(found, key, arm, "faults", "WLD").sum()
            sentences.append(
                f"*{arm}*: {text(taken)} measures a world, {faults:.0f} answers that failed"
            )
    return "; ".join(sentences) + "."


def _race(found: pd.DataFrame) -> str:
    like = spreading(found)
    arms = list(dict.fromkeys(like["arm"]))
    lines = ["Countries with a scheme for work under which the partner may work, with domestic "
             "help or permanence within three years, at the end of the year:", "",
             f"| year | {' | '.join(arms)} |", "| --- |" + " --- |" * len(arms)]  # fmt: skip
    for year, here in like.groupby("year"):
        cells = [text(Estimate(row.value, row.low, row.high, 0)) for row in here.itertuples()]
        lines.append(f"| {year} | {' | '.join(cells)} |")
    return "\n".join(lines)


def picture(table: pd.DataFrame, like: pd.DataFrame, note: str) -> Figure:
    """The spread of rules in the race, and what arms change in net flow.

    Parameters
    ----------
    table, like
        From :func:`effects` and :func:`spreading`; the page tells the same numbers.
    """
    table = table[table["measure"] == "net"]
    look: Any = {**sns.axes_style("whitegrid"), **font_sizes()}
    with matplotlib.rc_context(look):
        figure = Figure(figsize=(11, 4.6), layout="constrained")
        *left, right = np.atleast_1d(figure.subplots(1, 1 + bool(len(like))))
        for axes in left:
            for style, (arm, here) in zip(("o-", "X--"), like.groupby("arm", sort=False),
                                          strict=True):  # fmt: skip
                axes.plot(here["year"], here["value"], style, label=arm, markeredgecolor="white")
                axes.fill_between(here["year"], here["low"], here["high"], alpha=0.2)
            axes.set(xlabel="", ylabel="countries", ylim=(0, None),
                     title="Visa race: schemes like J-Skip spread")  # fmt: skip
            axes.legend(title="", loc="upper left")
        names = [f"{row.game}: {row.arm}, {row.country}"
                 for row in table.itertuples()]  # fmt: skip
        place = np.arange(len(table))[::-1]
        right.errorbar(
            table["effect"], place, fmt="o", color="C0", capsize=3,
            xerr=(table["effect"] - table["low"], table["high"] - table["effect"]),
        )
        right.axvline(0, color=GREY, lw=1)
        right.set_yticks(place, names)
        right.set(xlabel="net flow, persons", title=f"Change in net flow, {SINCE} to 2025")
        figure.text(0.01, -0.03, note, fontsize=8, color=GREY)
        return figure


def main(arguments: Sequence[str] | None = None) -> None:
    """Play the games and print or write the page."""
    parser = argparse.ArgumentParser(prog="python -m experiments.policy_games",
                                     description="play games of governments that act")  # fmt: skip
    parser.add_argument("--seeds", type=int, default=8)
    parser.add_argument("--persons-per-agent", type=float, default=400.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", nargs="+", choices=list(GAMES), default=list(GAMES))
    parser.add_argument("--arms", nargs="+", metavar="ARM", choices=ARMS,
                        help="play these alone, and the first of each game")  # fmt: skip
    parser.add_argument("--markdown", type=Path, help="write the page there, else print it")
    chosen = parser.parse_args(arguments)
    if chosen.seeds < 2:
        parser.error("two seeds at least are needed")
    found = played(
        chosen.only, chosen.seeds, chosen.persons_per_agent, chosen.workers, chosen.arms
    )
    command = (f"python -m experiments.policy_games --seeds {chosen.seeds} --persons-per-agent "
               f"{chosen.persons_per_agent:g}")  # fmt: skip
    if chosen.only != list(GAMES):
        command += f" --only {' '.join(chosen.only)}"
    if chosen.arms is not None:
        command += " --arms " + " ".join(shlex.quote(arm) for arm in chosen.arms)
    if chosen.markdown is None:
        print(to_markdown(found, command, None), end="")
        return
    file = chosen.markdown.with_suffix(".png")
    temporary = file.with_name(f"{file.name}.tmp")
    note = (f"Source: Talent Market, scenario baseline, {chosen.seeds} worlds at "
            f"{chosen.persons_per_agent:g} persons per agent. Bars: 95 % intervals.")  # fmt: skip
    drawn = picture(effects(found), spreading(found), note)
    drawn.savefig(temporary, dpi=150, format="png", bbox_inches="tight")
    os.replace(temporary, file)
    page = to_markdown(found, f"{command} --markdown docs/{chosen.markdown.name}", file.name)
    write_page(page, chosen.markdown)


if __name__ == "__main__":
    main()
