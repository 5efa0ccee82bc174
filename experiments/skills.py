"""Skills: the gap between what people can do and what employers ask for, and what training does.

The baseline is run with common seeds under several rates of retraining. Run it with
``python -m experiments.skills --out docs``; it writes a page and a picture.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import matplotlib
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from experiments.figures import COLOURS, GREY, font_sizes
from experiments.scorecard.arithmetic import estimate
from experiments.shared_out import shared_out, write_page
from model.tables import country_names, read_rows
from model.talent_market import TalentMarket

RETRAINING = "learning.retraining"
TRAINING: Mapping[str, float] = {"no retraining": 0.0, "as in the baseline": 0.3, "four times": 1.2}
PAGE, PICTURE = "skills.md", "skills_{country}.png"


class World(NamedTuple):
    """One world to run."""

    country: str
    training: str
    seed: int
    persons_per_agent: float


def shares_of(task: World) -> pd.DataFrame:
    """Supply, demand and gap by year and field in one country of one world."""
    market = TalentMarket(
        "baseline", seed=task.seed, persons_per_agent=task.persons_per_agent,
        parameters={RETRAINING: TRAINING[task.training]},
    )
    market.run_until(market.specification.end)
    groups, national = market.groups(), market.national()
    fields = groups[
        (groups["country"] == task.country)
        & groups["measure"].isin(("supply_share", "demand_share", "gap"))
    ]
    mismatch = national[
        (national["country"] == task.country) & (national["measure"] == "mismatch")
        & (national["period"].str.len() == 4)
    ].assign(group="all")
    columns = ["period", "group", "measure", "value"]
    found = pd.concat([fields[columns], mismatch[columns]], ignore_index=True)
    return found.assign(training=task.training, seed=task.seed)


def live(
    country: str, seeds: Sequence[int], persons_per_agent: float, workers: int
) -> pd.DataFrame:
    """All worlds of a country, one below the other."""
    tasks = [
        World(country, training, seed, persons_per_agent)
        for training in TRAINING for seed in seeds
    ]  # fmt: skip
    return pd.concat(shared_out(shares_of, tasks, workers), ignore_index=True)


def means(frame: pd.DataFrame) -> pd.DataFrame:
    """Mean over seeds and half-width of its 95 % interval, by training, period, group, measure."""
    rows = []
    keys = ["training", "period", "group", "measure"]
    for key, values in frame.dropna(subset=["value"]).groupby(keys)["value"]:
        mean, half = estimate([(float(value), 1.0) for value in values])
        rows.append((*key, mean, half))
    return pd.DataFrame(rows, columns=[*keys, "mean", "half"])


def closed(frame: pd.DataFrame, training: str, period: str) -> tuple[float, float]:
    """Mismatch without retraining less that with it, paired over seeds, with its half-width."""
    chosen = frame[(frame["measure"] == "mismatch") & (frame["period"] == period)]
    table = chosen.pivot(index="seed", columns="training", values="value").dropna()
    gap = table["no retraining"] - table[training]
    return estimate([(float(value), 1.0) for value in gap])


def draw(frame: pd.DataFrame, country: str, source: str) -> Figure:
    """Shares by field in the last year, and mismatch over the years by training."""
    look = {**sns.axes_style("whitegrid"), **font_sizes()}
    with matplotlib.rc_context(look):
        room = ConstrainedLayoutEngine(w_pad=0.1, h_pad=0.1, rect=(0, 0.04, 1, 0.87))
        figure = Figure(figsize=(13, 6), layout=room)
        bars, paths = figure.subplots(1, 2, width_ratios=(1.15, 1))
        table = means(frame)
        last = max(table["period"])
        _draw_fields(bars, table[(table["training"] == "as in the baseline")
                                 & (table["period"] == last)])  # fmt: skip
        bars.set_title(f"Share of people and of work by field, end of {last}", loc="left")
        _draw_mismatch(paths, table)
        name = country_names()[country]
        figure.suptitle(f"{name}: what AI people can do and what employers ask for", x=0.01,
                        y=0.985, ha="left", fontsize=16, weight="bold")  # fmt: skip
        figure.text(0.01, 0.01, source, fontsize=8.5, color=GREY)
    return figure


def _draw_fields(axes: Axes, table: pd.DataFrame) -> None:
    titles = {row["field"]: row["title"] for row in read_rows("fields.csv")}
    wide = table.pivot(index="group", columns="measure", values=["mean", "half"])
    wide = wide.drop(index="all").sort_values(("mean", "gap"))
    rows = np.arange(len(wide))
    for measure, label, colour, shift in (
        ("supply_share", "people (field of work)", COLOURS[0], 0.18),
        ("demand_share", "work asked for", COLOURS[1], -0.18),
    ):
        axes.barh(
            rows + shift, 100 * wide["mean", measure], height=0.34, color=colour, label=label,
            xerr=100 * wide["half", measure].fillna(0.0), error_kw={"linewidth": 1.0},
        )
    axes.set_yticks(rows, [titles[group] for group in wide.index])
    axes.set_xlabel("per cent; bars: 95 % interval of the mean over seeds")
    axes.grid(False, axis="y")
    axes.legend(loc="upper right", frameon=True)


def _draw_mismatch(axes: Axes, table: pd.DataFrame) -> None:
    for colour, training in zip((COLOURS[1], COLOURS[0], COLOURS[2]), TRAINING, strict=True):
        path = table[(table["measure"] == "mismatch") & (table["training"] == training)]
        years = path["period"].astype(int)
        axes.plot(years, path["mean"], color=colour, marker="o", label=training)
        half = path["half"].fillna(0.0)
        axes.fill_between(years, path["mean"] - half, path["mean"] + half, color=colour, alpha=0.2)
    axes.set_ylim(bottom=0.0)
    axes.set_title("Mismatch by rate of retraining", loc="left")
    axes.set_ylabel("half the sum of |people - work| over fields")
    axes.set_xlabel("end of year")
    axes.legend(loc="upper left", frameon=True)


def page(frame: pd.DataFrame, country: str, source: str, command: str) -> str:
    """The gap by field and the answer to training, in Markdown."""
    table, name = means(frame), country_names()[country]
    last = max(table["period"])
    titles = {row["field"]: row["title"] for row in read_rows("fields.csv")}
    here = table[(table["training"] == "as in the baseline") & (table["period"] == last)]
    wide = here.pivot(index="group", columns="measure", values=["mean", "half"])
    wide = wide.drop(index="all").sort_values(("mean", "gap"), ascending=False)
    lines = [
        f"# Skills and work in {name}", "", f"Made by `{command}`. {source}", "",
        "Employers ask for other work than people were trained for: demand turns towards agentic",
        "and physical AI, the running of models and their use in context, while most people came",
        "with vision, language models and engineering. A person counts in the field of the highest",
        "skill; work is the mix of the employers, weighted by their people. The gap is work less",
        "people, in points of a hundred; mismatch is half the sum of its absolute values.", "",
        f"![People and work by field, and mismatch by year]({PICTURE.format(country=country)})",
        "", f"| field, end of {last} | people, % | work, % | gap, points | interval |",
        "| --- | --- | --- | --- | --- |",
    ]  # fmt: skip
    for group, row in wide.iterrows():
        gap, half = 100 * row["mean", "gap"], 100 * row["half", "gap"]
        lines.append(
            f"| {titles[str(group)]} | {100 * row['mean', 'supply_share']:.1f} | "
            f"{100 * row['mean', 'demand_share']:.1f} | {gap:+.1f} | "
            f"{gap - half:+.1f} to {gap + half:+.1f} |"
        )
    lines += [
        "", f"Retraining closes part of it. Mismatch at the end of {last}, and what each rate of",
        "retraining takes from it against none, on the same seeds:", "",
        "| retraining | people a year, for each unit of mismatch | mismatch | closed | interval |",
        "| --- | --- | --- | --- | --- |",
    ]
    for training, rate in TRAINING.items():
        path = table[(table["measure"] == "mismatch") & (table["training"] == training)]
        mean = float(path[path["period"] == last]["mean"].iloc[0])
        gain, half = closed(frame, training, last)
        paired = ("–", "–") if rate == 0.0 else (
            f"{gain:.3f}", f"{gain - half:.3f} to {gain + half:.3f}")
        lines.append(f"| {training} | {rate:g} | {mean:.3f} | {paired[0]} | {paired[1]} |")
    lines += [
        "", "Intervals hold luck over seeds alone. The turn of demand, its lag, learning and",
        "retraining are assumptions (see [the model](model.md), 7.11): that people follow work",
        "with a lag is theory, by how much is not measured here.", "",
    ]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the worlds, write the page and the picture."""
    parser = argparse.ArgumentParser(description="skills and work in a country, and training")
    parser.add_argument("--country", default="KOR", choices=sorted(country_names()))
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--persons-per-agent", type=float, default=20.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--out", type=Path, default=Path())
    chosen = parser.parse_args(arguments)
    frame = live(
        chosen.country, range(1, chosen.seeds + 1), chosen.persons_per_agent, chosen.workers
    )
    source = (
        f"Baseline, seeds 1 to {chosen.seeds}, {chosen.persons_per_agent:g} persons per agent."
    )
    command = "python -m experiments.skills --out docs"
    picture = chosen.out / PICTURE.format(country=chosen.country)
    temporary = picture.with_name(picture.name + ".tmp")
    draw(frame, chosen.country, source).savefig(temporary, format="png", dpi=100)
    temporary.replace(picture)
    write_page(page(frame, chosen.country, source, command), chosen.out / PAGE)


if __name__ == "__main__":
    main()
