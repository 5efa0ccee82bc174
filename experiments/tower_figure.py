"""The picture of a control tower: who is missing, where one's own work, what closes the gap."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import FuncFormatter, NullFormatter

from agents.levers import FIELDS, month_text
from experiments.figures import COLOURS, GREY, font_sizes, short, thousands
from model.governments.tower import OF_KIND, TIERS
from model.tables import country_names, read_rows
from model.talent_market import TalentMarket

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SHOWN_COUNTRIES = 9
TIER_NAMES = {"top_1": "top 1 %", "next_9": "next 9 %", "other_90": "other 90 %"}
SHADES = {"top_1": "#00395C", "next_9": COLOURS[0], "other_90": "#8FC1E3"}
KIND_NAMES = {
    "big_tech": "big tech", "startup": "startups", "public_research": "public research",
    "industry": "other industry", "jobless": "without work",
}  # fmt: skip
LEVER_NAMES = {
    "retraining_places": "Retraining", "study_places": "Study",
    "returnee_grant_usd": "Grants for returnees", "fields": "Shortage list",
}  # fmt: skip
assert set(TIER_NAMES) == set(TIERS) and set(KIND_NAMES) == set(OF_KIND)


def tower_picture(frame: pd.DataFrame, country: str, source: str) -> Figure:
    """What a control tower shows, on one page.

    Parameters
    ----------
    frame
        As from :func:`model.governments.tower_table.tower_table`.
    country
        Whose tower it is, ISO3.
    source
        Where the figures come from, one line.
    """
    look: Any = {**sns.axes_style("whitegrid"), **font_sizes()}
    with matplotlib.rc_context(look):
        room = ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.12, rect=(0, 0.03, 1, 0.91))
        figure = Figure(figsize=(15.5, 10.5), layout=room)
        rows: Any = figure.subfigures(2, 1, height_ratios=(1, 1.05))
        above, below = rows
        gap, abroad = above.subplots(1, 2, width_ratios=(1, 1.35))
        work, cost = below.subplots(1, 2, width_ratios=(1, 1.25))
        draw_gap(gap, frame, country)
        draw_abroad(abroad, frame)
        draw_employers(work, frame)
        draw_remedies(cost, frame)
        missing = people_of(frame, country)
        figure.suptitle(
            f"{country_names()[country]}, {missing['month'].iloc[0]}: who is missing, where our "
            "own work, and what closes the gap",
            x=0.012, y=0.985, ha="left", fontsize=16, weight="bold",
        )  # fmt: skip
        figure.text(0.012, 0.01, source, fontsize=8.5, color=GREY)
    return figure


def save(frame: pd.DataFrame, country: str, source: str, folder: Path) -> list[Path]:
    """Write table and picture to a folder, each whole or not at all; their files."""
    folder.mkdir(parents=True, exist_ok=True)
    picture = tower_picture(frame, country, source)
    writers: dict[str, Callable[[Path], object]] = {
        "tower.parquet": lambda path: frame.to_parquet(path, index=False),
        "tower.csv": lambda path: frame.to_csv(path, index=False, lineterminator="\n"),
        "tower.png": lambda path: picture.savefig(path, format="png", dpi=100),
    }
    for name, write in writers.items():
        fresh = folder / f".{name}.new"
        try:
            write(fresh)
            fresh.replace(folder / name)
        finally:
            fresh.unlink(missing_ok=True)
    return [folder / name for name in writers]


def source_line(market: TalentMarket) -> str:
    """Where the figures come from, enough to get them again."""
    said = market.specification
    policies = "".join(f" + {policy.name}" for policy in said.policies)
    return (
        f"Source: Talent Market, scenario {said.name}{policies}, seed {said.seed}, lived to "
        f"{month_text(market.month)}. Simulated; one run, in which an agent stands for "
        f"{said.persons_per_agent:g} persons. Costs are assumptions."
    )


def titles() -> dict[str, str]:
    """The name of each field as people know it."""
    return {row["field"]: row["title"] for row in read_rows("fields.csv")}


def people_of(frame: pd.DataFrame, country: str) -> pd.DataFrame:
    """What is known of supply and demand in one country."""
    return frame[(frame["question"] == "missing") & (frame["country"] == country)]


def draw_gap(axes: Axes, frame: pd.DataFrame, country: str) -> None:
    """Persons missing or too many at home by field and tier, and the gaps to come."""
    home = people_of(frame, country)
    gap = home[home["measure"] == "gap"].pivot(index="field", columns="tier", values="value")
    order = list(gap["all"].sort_values().index)
    rows = np.arange(len(order))
    right, left = np.zeros(len(order)), np.zeros(len(order))
    for tier in reversed(TIERS):
        part = gap.loc[order, tier].to_numpy()
        start = np.where(part >= 0, right, left)
        axes.barh(rows, part, left=start, height=0.62, color=SHADES[tier], label=TIER_NAMES[tier])
        right, left = right + np.maximum(part, 0), left + np.minimum(part, 0)
    ahead = frame[(frame["question"] == "ahead") & (frame["measure"] == "gap")]
    for (month, values), marker in zip(ahead.groupby("month"), "oD", strict=False):
        places = values.set_index("field")["value"].reindex(order)
        axes.plot(places, rows, marker, color=COLOURS[1], markersize=7, label=f"expected {month}",
                  fillstyle="full" if marker == "D" else "none", markeredgewidth=1.6)  # fmt: skip
    axes.axvline(0, color=GREY, linewidth=0.8)
    names = titles()
    axes.set_yticks(rows, [names[field] for field in order])
    axes.set_xlabel("persons: work asked for less people (below zero: too many)")
    axes.xaxis.set_major_formatter(FuncFormatter(thousands))
    axes.grid(axis="y", visible=False)
    axes.legend(fontsize=8, loc="upper left")
    missing = gap["all"].clip(lower=0).sum()
    axes.set_title(
        f"{missing:,.0f} people are missing in some fields, too many in others", loc="left"
    )


def draw_abroad(axes: Axes, frame: pd.DataFrame) -> None:
    """People born at home who live abroad, by country and field."""
    abroad = frame[(frame["question"] == "abroad") & (frame["tier"] == "all")]
    if abroad.empty:
        _nobody(axes)
        return
    table = abroad.pivot(index="country", columns="field", values="value").reindex(columns=FIELDS)
    order = table.sum(axis=1).sort_values(ascending=False).index
    shown = table.loc[order[:SHOWN_COUNTRIES]]
    rest = table.loc[order[SHOWN_COUNTRIES:]].sum()
    if rest.sum() > 0:
        shown = pd.concat([shown, rest.to_frame("others").T])
    values = shown.to_numpy()
    sns.heatmap(
        shown, mask=shown <= 0, ax=axes, cmap="viridis", linewidths=0.5, linecolor="white",
        norm=LogNorm(vmin=max(values.max() / 1000, values[values > 0].min()),
                     vmax=values.max() * 1.001),
        annot=shown.map(short), fmt="", annot_kws={"fontsize": 8},
        cbar_kws={"label": "persons (log scale)", "format": FuncFormatter(thousands),
                  "pad": 0.02, "fraction": 0.05},
    )  # fmt: skip
    bar = axes.collections[0].colorbar
    if bar is not None:
        bar.ax.yaxis.set_minor_formatter(NullFormatter())
    names, countries, lacking = titles(), country_names(), lacking_fields(frame)
    axes.set_yticklabels([countries.get(code, code) for code in shown.index], rotation=0)
    axes.set_xticklabels([_broken(names[field]) for field in FIELDS], rotation=0, fontsize=7)
    for label, field in zip(axes.get_xticklabels(), FIELDS, strict=True):
        if field in lacking:
            label.set(color=COLOURS[1], weight="bold")
    axes.set(xlabel="orange: missing at home", ylabel="")
    wanted = float(shown[list(lacking)].to_numpy().sum())
    axes.set_title(
        f"{values.sum():,.0f} of ours live abroad, {wanted:,.0f} of them in fields missing at home",
        loc="left",
    )


def lacking_fields(frame: pd.DataFrame) -> list[str]:
    """Fields in which people are missing at home now."""
    home = frame[frame["question"] == "ahead"]["country"].iloc[0]
    missing = people_of(frame, home)
    gap = missing[(missing["measure"] == "gap") & (missing["tier"] == "all")]
    return list(gap.loc[gap["value"] > 0, "field"])


def draw_employers(axes: Axes, frame: pd.DataFrame) -> None:
    """Where people born at home work abroad: kinds of employer by country, and the largest."""
    lines = frame[frame["question"] == "employers"]
    kinds = lines[lines["what"].isin(OF_KIND)]
    if kinds.empty:
        _nobody(axes)
        return
    table = kinds.pivot(index="country", columns="what", values="value").reindex(columns=OF_KIND)
    table = table.fillna(0.0)
    order = table.sum(axis=1).sort_values(ascending=False).index[:SHOWN_COUNTRIES]
    rows, start = np.arange(len(order))[::-1], np.zeros(len(order))
    for kind, colour in zip(OF_KIND, (*COLOURS[:4], GREY), strict=True):
        width = table.loc[order, kind].to_numpy()
        axes.barh(rows, width, left=start, height=0.68, color=colour, label=KIND_NAMES[kind])
        start = start + width
    countries = country_names()
    axes.set_yticks(rows, [countries.get(code, code) for code in order])
    axes.set_xlabel("persons born at home")
    axes.xaxis.set_major_formatter(FuncFormatter(thousands))
    axes.grid(axis="y", visible=False)
    axes.legend(fontsize=8, loc="lower center")
    total = table.to_numpy().sum()
    share = table.sum() / total
    first, second = share.sort_values(ascending=False).index[:2]
    axes.set_title(
        f"Abroad {share[first]:.0%} work in {KIND_NAMES[first]}, {share[second]:.0%} in "
        f"{KIND_NAMES[second]}", loc="left",
    )
    largest = lines[~lines["what"].isin(OF_KIND)]
    if len(largest):
        text = "\n".join(f"{line.what}  {line.value:,.0f}" for line in largest.itertuples())
        axes.text(0.98, 0.04, f"Largest named firms\n{text}", transform=axes.transAxes,
                  va="bottom", ha="right", fontsize=8, linespacing=1.35,
                  bbox={"facecolor": "white", "edgecolor": "#CCCCCC", "pad": 5})  # fmt: skip


def remedy_rows(frame: pd.DataFrame) -> pd.DataFrame:
    """One row a remedy, the best first: lever, field, month and figures, with the money it takes.

    ``closed`` are the persons of the gap that it closes, ``usd`` what it costs in a year.
    """
    lines = frame[frame["question"] == "remedies"]
    # the lines of a remedy follow each other, the first of them says how many persons it reaches
    number = (lines["measure"] == "persons").cumsum()
    wide = lines.assign(number=number).pivot(index="number", columns="measure", values="value")
    wide = wide.join(lines.groupby(number)[["what", "field", "month"]].first())
    wide["lever"] = wide["what"].str.split(" ").str[0]
    wide["usd"] = wide["persons"] * wide["cost"]
    wide["closed"] = wide["persons"] * wide["closes"]
    return wide.reset_index(drop=True)


def named(lever: str, field: str) -> str:
    """A remedy as people call it."""
    return f"{LEVER_NAMES[lever]}: {titles()[field]}" if field in FIELDS else LEVER_NAMES[lever]


def draw_remedies(axes: Axes, frame: pd.DataFrame) -> None:
    """Cost of closing the gap by one person for a year, and how much each remedy could close."""
    remedies = remedy_rows(frame)
    helpful = remedies.dropna(subset=["cost_year"]).reset_index(drop=True)
    if helpful.empty:
        axes.set_title("Nothing would close the gap", loc="left")
        axes.set_axis_off()
        return
    rows = np.arange(len(helpful))[::-1]
    colours = dict(zip(LEVER_NAMES, COLOURS, strict=False))
    for lever, same in helpful.groupby("lever", sort=False):
        axes.barh(
            rows[same.index], same["cost_year"], height=0.7, color=colours[lever],
            label=f"{LEVER_NAMES[lever].lower()}, from {same['month'].iloc[0]} on",
        )
    for row, one in zip(rows, helpful.itertuples(), strict=True):
        axes.annotate(
            f"{one.closed:,.0f} for {one.years:.1f} years, {one.usd / 1e6:,.1f} million USD",
            (one.cost_year, row), xytext=(4, 0), textcoords="offset points", va="center",
            fontsize=7.5,
        )  # fmt: skip
    labels = [named(one.lever, one.field) for one in helpful.itertuples()]
    axes.set_yticks(rows, labels, fontsize=8)
    axes.set_xscale("log")
    low, high = helpful["cost_year"].min(), helpful["cost_year"].max()
    axes.set_xlim(low / 2, high * (2 * high / low) ** 0.8)
    axes.legend(fontsize=8, loc="upper right")
    axes.xaxis.set_major_formatter(FuncFormatter(thousands))
    axes.grid(axis="y", visible=False)
    useless = remedies[remedies["cost_year"].isna()]
    note = ", ".join(LEVER_NAMES[lever].lower() for lever in dict.fromkeys(useless["lever"]))
    axes.set_xlabel(
        "USD for one person less in the gap for a year (log scale); beside: persons, years, cost"
        + (f"\nDoes not close the gap: {note}" if note else "")
    )
    within = helpful[helpful["lever"] == helpful["lever"].iloc[0]]
    axes.set_title(
        f"{LEVER_NAMES[within['lever'].iloc[0]]} could close {within['closed'].sum():,.0f} of the "
        f"gap for {within['usd'].sum() / 1e6:,.1f} million USD a year", loc="left",
    )  # fmt: skip


def _nobody(axes: Axes) -> None:
    axes.set_title("Nobody of ours lives abroad", loc="left")
    axes.set_axis_off()


def _broken(title: str) -> str:
    """A title on short lines."""
    lines = [""]
    for word in title.split():
        if lines[-1] and len(lines[-1]) + len(word) > 10:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "\n".join(lines)
