"""The control tower in Korea against the same money spent without it: mismatch, on common seeds.

Run it with ``python -m experiments.control_tower --out docs``; it writes a page and a picture.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import matplotlib
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from agents.levers import month_number
from agents.policies import Change, Policy
from experiments.figures import COLOURS, GREY, font_sizes
from experiments.scorecard.arithmetic import estimate
from experiments.shared_out import shared_out, write_page
from model.governments.costs import reform_costs
from model.tables import country_names
from model.talent_market import TalentMarket

NOTHING, EVEN, RETRAIN, BLIND, TOWER = (
    "no measures", "even over levers and fields", "retraining alone, even over fields",
    "control tower without foresight", "control tower",
)  # fmt: skip
COLOUR = {NOTHING: GREY, EVEN: COLOURS[1], RETRAIN: COLOURS[2], BLIND: COLOURS[5],
          TOWER: COLOURS[0]}  # fmt: skip
PAID = (EVEN, RETRAIN, BLIND, TOWER)
"""Arms that spend."""
SPENT = (1.0, 0.25)
"""Parts of the budget that are used."""
PAGE, PICTURE = "control_tower.md", "control_tower.png"
SCENARIO = "baseline"
MONEY = "measures_usd"
MEASURES = ("mismatch", "stock", "mean_pay", MONEY)


class World(NamedTuple):
    """One world to run."""

    country: str
    arm: str
    spend: float
    seed: int
    persons_per_agent: float
    until: str | None = None


def strategy_of(arm: str, spend: float) -> dict[str, str | float]:
    """How the government of an arm decides, as in a scenario."""
    if arm in (BLIND, TOWER):
        return {"strategy": "control-tower", "spend": spend}
    if arm == EVEN:
        return {"strategy": "even-spending", "spend": spend}
    if arm == RETRAIN:
        return {"strategy": "even-spending", "spend": spend, "study": 0.0, "returnees": 0.0}
    return {"strategy": "hold"}


def live(task: World) -> pd.DataFrame:
    """Mismatch, people, pay and money of a country by year in one world, and reforms in all.

    A control tower stands from the first month on, and its office is paid from the same budget.
    """
    start = month_number("2019-01")
    founded = Policy("tower", "Control tower", changes=(
        Change(start, task.country, {"control_tower": 1.0}),
    ))  # fmt: skip
    market = TalentMarket(
        SCENARIO, seed=task.seed, persons_per_agent=task.persons_per_agent, until=task.until,
        strategies={task.country: strategy_of(task.arm, task.spend)},
        policies=[founded] if task.arm in (BLIND, TOWER) else [],
        parameters={"tower.foresight": 0.0} if task.arm == BLIND else None,
    )
    market.run_until(market.specification.end)
    national = market.national()
    here = national[
        (national["country"] == task.country) & national["measure"].isin(MEASURES)
        & (national["period"].str.len() == 4)
    ].pivot(index="period", columns="measure", values="value")
    row = market.tables.index[task.country]
    reform = float(reform_costs(market.world, market.parameters.measures)[row])
    decided = market.acting.decided
    return here.reset_index().assign(
        arm=task.arm, spend=task.spend, seed=task.seed, faults=len(decided.faults),
        reforms_usd=reform * len(decided.of(task.country)),
    )


def worlds(
    country: str, seeds: Sequence[int], persons_per_agent: float, workers: int
) -> pd.DataFrame:
    """All worlds, one below the other; that without measures stands under each budget."""
    tasks = [World(country, NOTHING, 1.0, seed, persons_per_agent) for seed in seeds]
    tasks += [
        World(country, arm, spend, seed, persons_per_agent)
        for arm in PAID for spend in SPENT for seed in seeds
    ]  # fmt: skip
    frame = pd.concat(shared_out(live, tasks, workers), ignore_index=True)
    nothing = frame[frame["arm"] == NOTHING]
    others = [nothing.assign(spend=spend) for spend in SPENT[1:]]
    return pd.concat([frame, *others], ignore_index=True)


def interval(values: Sequence[float]) -> tuple[float, float]:
    """Mean over seeds and the half-width of its 95 % interval, Student's t."""
    return estimate([(float(value), 1.0) for value in values])


def by_seed(frame: pd.DataFrame, spend: float, measure: str, period: str) -> pd.DataFrame:
    """A measure at the end of a year by seed and arm under one budget."""
    chosen = frame[(frame["spend"] == spend) & (frame["period"] == period)]
    return chosen.pivot(index="seed", columns="arm", values=measure)


def money(frame: pd.DataFrame, spend: float) -> pd.DataFrame:
    """Public money for measures by seed and arm, million USD a year over the run."""
    chosen = frame[frame["spend"] == spend]
    sums = chosen.pivot_table(index="seed", columns="arm", values=MONEY, aggfunc="sum")
    years = frame["period"].nunique() - 1  # the opening is no year
    return sums / years / 1e6


def draw(frame: pd.DataFrame, country: str, source: str) -> Figure:
    """Mismatch over the years by arm under each budget, and what each arm spent."""
    look = {**sns.axes_style("whitegrid"), **font_sizes()}
    with matplotlib.rc_context(look):
        room = ConstrainedLayoutEngine(w_pad=0.1, h_pad=0.1, rect=(0, 0.04, 1, 0.87))
        figure = Figure(figsize=(14, 5.8), layout=room)
        *paths, spent = figure.subplots(1, 3, width_ratios=(1, 1, 0.75))
        highest = frame["mismatch"].max() * 1.05
        for axes, spend in zip(paths, SPENT, strict=True):
            _draw_paths(axes, frame[frame["spend"] == spend])
            axes.set_ylim(0.0, highest)
            axes.set_title(f"Mismatch, {_budget(spend)}", loc="left")
        paths[0].set_ylabel("half the sum of |people - work| over fields")
        paths[0].legend(loc="upper left", frameon=True, fontsize=8.5)
        _draw_money(spent, frame)
        figure.suptitle(
            f"{country_names()[country]}: a control tower against the same money without it",
            x=0.01, y=0.985, ha="left", fontsize=16, weight="bold",
        )  # fmt: skip
        figure.text(0.01, 0.01, source, fontsize=8.5, color=GREY)
    return figure


def _draw_paths(axes: Axes, frame: pd.DataFrame) -> None:
    for arm, colour in COLOUR.items():
        path = frame[frame["arm"] == arm].groupby("period")["mismatch"]
        found = np.array([interval(list(values)) for _, values in path])
        years = np.array([int(period) for period in path.groups])
        half = np.nan_to_num(found[:, 1])
        axes.plot(years, found[:, 0], color=colour, marker="o", label=arm)
        axes.fill_between(years, found[:, 0] - half, found[:, 0] + half, color=colour, alpha=0.2)
    axes.set_xlabel("end of year (band: 95 % interval of the mean over seeds)")


def _draw_money(axes: Axes, frame: pd.DataFrame) -> None:
    """What each arm spent a year, with the spread over seeds."""
    for place, spend in enumerate(SPENT):
        paid = money(frame, spend)
        top = -place * (len(PAID) + 1.0)
        axes.text(0.0, top + 0.55, _budget(spend), fontsize=9, weight="bold")
        for number, arm in enumerate(PAID):
            mean, half = interval(list(paid[arm]))
            row = top - number
            axes.barh(row, mean, color=COLOUR[arm], xerr=half, error_kw={"linewidth": 1.0})
            axes.text(mean + half, row, f" {mean:.1f}", va="center", fontsize=9)
    axes.set_yticks([])
    axes.set_ylim(-2 * len(PAID) - 0.6, 1.2)
    axes.margins(x=0.15)
    axes.grid(False, axis="y")
    axes.set_xlabel("million USD a year")
    axes.set_title("Public money for measures", loc="left")


def _budget(spend: float) -> str:
    return "the whole budget" if spend == 1.0 else f"{spend:.0%} of the budget"


def page(frame: pd.DataFrame, country: str, source: str, command: str) -> str:
    """What each arm leaves of mismatch, what it spent, and what the tower adds, in Markdown."""
    name, last = country_names()[country], max(frame["period"])
    lines = [
        "# A control tower against the same money without it", "",
        f"Made by `{command}`. {source}", "",
        f"The government of {name} reviews its policy once a year and spends a fixed budget. With",
        "a talent control tower it sees people and work by field, and buys what closes most of the",
        "gap for a USD: retraining at home, places to study for the gap expected at entry, lists",
        "of fields called short, grants for returnees. Without it the same money goes to",
        "retraining, study and grants in equal parts, or to retraining alone, every field alike.",
        "Mismatch is half the sum of |people - work| over fields. The office of the tower is paid",
        "from the same budget; founding it is not counted.", "",
        f"![Mismatch by year and arm, and money spent]({PICTURE})", "",
    ]  # fmt: skip
    for spend in SPENT:
        lines += [f"## With {_budget(spend)}", "", *_table(frame, spend, last), ""]
    faults = int(frame.groupby(["arm", "spend", "seed"])["faults"].first().sum())
    lines += [
        "## How to read it", "",
        "Differences are paired over seeds; intervals are of Student's t at 95 % and hold luck",
        f"alone, not the uncertainty of parameters. {faults} reviews failed.", "",
        *LIMITS, "",
    ]  # fmt: skip
    return "\n".join(lines)


LIMITS = (
    "- Money is what the accounts booked for measures, reforms and the office included. The first",
    "  review is in May 2019 and law from August on. Grants cost more or less than planned, as",
    "  more or fewer come home.",
    "- Retraining does most of it, since it costs a sixth of a place to study and acts at once.",
    "  It does not last: in this model most who have retrained are back in the field that their",
    "  work uses most after two to three years, so that the money is needed again every year.",
    "- Public retraining takes its people from fields with too many by itself. So even spending",
    "  knows more about fields than it seems to, and many places in every field close much of the",
    "  gap, too. With little money the office of the tower takes a good part of it.",
    "- The office foresees the drift of demand as the model has it, knows who studies what and how",
    "  skills fade; a real one would be less sure. Without foresight it takes the demand of today",
    "  to stay (`tower.foresight=0`). What it never knows is luck.",
    "- Mismatch is not welfare: see stock and pay. Who retrains starts in the new field with less",
    "  skill than he had in the old one.",
)


def _table(frame: pd.DataFrame, spend: float, last: str) -> list[str]:
    """Mismatch, money, stock and pay of each arm, the tower's lead over each."""
    ends = by_seed(frame, spend, "mismatch", last)
    paid = money(frame, spend)
    reforms = by_seed(frame, spend, "reforms_usd", last) / (frame["period"].nunique() - 1) / 1e6
    stock, pay = (by_seed(frame, spend, name, last) for name in ("stock", "mean_pay"))
    lines = [
        f"| | money, million USD a year | reforms in it | mismatch, end of {last} "
        "| more than with the tower | interval | people | pay |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for arm in COLOUR:
        lead, half = interval(list(ends[arm] - ends[TOWER]))
        paired = ("–", "–") if arm == TOWER else (
            f"{lead:+.3f}", f"{lead - half:+.3f} to {lead + half:+.3f}"
        )
        change = [100 * float((table[arm] / table[NOTHING] - 1).mean()) for table in (stock, pay)]
        lines.append(
            f"| {arm} | {paid[arm].mean():.1f} | {reforms[arm].mean():.1f} "
            f"| {ends[arm].mean():.3f} | {paired[0]} | {paired[1]} | {change[0]:+.1f} % "
            f"| {change[1]:+.1f} % |"
        )
    lines += ["", f"People and pay at the end of {last} against no measures."]
    return lines


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the worlds, write the page and the picture."""
    parser = argparse.ArgumentParser(description="a control tower against even spending")
    parser.add_argument("--country", default="KOR", choices=sorted(country_names()))
    parser.add_argument("--seeds", type=int, default=12)
    parser.add_argument("--persons-per-agent", type=float, default=20.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--out", type=Path, default=Path())
    chosen = parser.parse_args(arguments)
    frame = worlds(
        chosen.country, range(1, chosen.seeds + 1), chosen.persons_per_agent, chosen.workers
    )
    source = (
        f"Baseline, seeds 1 to {chosen.seeds}, {chosen.persons_per_agent:g} persons per agent; "
        "other governments follow history."
    )
    picture = chosen.out / PICTURE
    temporary = picture.with_name(picture.name + ".tmp")
    draw(frame, chosen.country, source).savefig(temporary, format="png", dpi=100)
    temporary.replace(picture)
    write_page(
        page(frame, chosen.country, source, "python -m experiments.control_tower --out docs"),
        chosen.out / PAGE,
    )


if __name__ == "__main__":
    main()
