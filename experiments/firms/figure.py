"""The pictures of the page on firms."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import matplotlib
import numpy as np
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from experiments.figures import COLOURS, GREY, OBSERVED, SIMULATED, font_sizes
from experiments.firms.answers import Answers
from experiments.firms.prices import per_person, recorded
from experiments.firms.review import MEASURES, NAMES
from experiments.firms.sizes import PUBLISHED_TAIL
from experiments.firms.survival import YEARS, published
from model.recorded_deals import deal_forms

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def picture(found: Answers, note: str) -> Figure:
    """Six panels, simulated beside published."""
    with _look():
        figure = _framed("Firms: what worlds show beside what was published", note, (13, 11.5))
        panels = figure.subplots(3, 2).ravel()
        for draw, axes in zip(
            (_exits, _review, _prices, _sizes, _volatility, _survival), panels, strict=True
        ):
            draw(axes, found)
            sns.despine(ax=axes)
    return figure


# in the order of the forms; the last, by far the most frequent to move people, in the first colour
FORM_COLOURS = (*(COLOURS[place] for place in (5, 4, 2, 3)), GREY, COLOURS[6], COLOURS[1],
                COLOURS[0])


def deals_picture(found: Answers, note: str) -> Figure:
    """Deals, people and money by form and year."""
    with _look():
        figure = _framed("Deals by form and year, mean over worlds", note, (13, 5.2))
        measures = {"deals": ("deals", 1.0), "people": ("people moved", 1.0),
                    "money": ("billion USD of 2024", 1e9)}  # fmt: skip
        for axes, (measure, (label, unit)) in zip(figure.subplots(1, 3), measures.items(),
                                                  strict=True):  # fmt: skip
            wide = found.years.pivot(index="year", columns="form", values=measure).fillna(0.0)
            base = np.zeros(len(wide))
            for form, colour in zip(deal_forms(), FORM_COLOURS, strict=False):
                if form in wide:
                    height = wide[form].to_numpy() / unit
                    axes.bar(wide.index, height, bottom=base, color=colour,
                             label=form.replace("_", " "))  # fmt: skip
                    base += height
            axes.set_title(label, loc="left", weight="bold")
            axes.grid(visible=False, axis="x")
            sns.despine(ax=axes)
        figure.legend(*figure.axes[0].get_legend_handles_labels(), loc="upper right",
                      bbox_to_anchor=(0.99, 0.985), ncols=4, frameon=False, fontsize=8)  # fmt: skip
    return figure


def _look() -> Any:
    style: Any = {**sns.axes_style("whitegrid"), **font_sizes()}
    return matplotlib.rc_context(style)


def _framed(title: str, note: str, size: tuple[float, float]) -> Figure:
    tall = size[1]
    figure = Figure(figsize=size, layout=ConstrainedLayoutEngine(
        w_pad=0.12, h_pad=0.12, rect=(0, 0.35 / tall, 1, 1 - 1.0 / tall)))  # fmt: skip
    figure.suptitle(title, x=0.012, y=1 - 0.12 / tall, ha="left", va="top", fontsize=14,
                    weight="bold")  # fmt: skip
    figure.text(0.012, 0.1 / tall, note, fontsize=8, color=GREY)
    return figure


def _exits(axes: Axes, found: Answers) -> None:
    places = np.arange(len(found.fit))
    for column, colour, shift in (("acquired", SIMULATED, -0.12), ("ordinary", GREY, 0.12)):
        for place, one in zip(places, found.fit[column], strict=True):
            axes.plot([place + shift] * 2, [one.low, one.high], color=colour, linewidth=2)
        values = [one.value for one in found.fit[column]]
        axes.plot(places + shift, values, "o", color=colour,
                  label={"acquired": "acquired", "ordinary": "matched ordinary hires"}[column])
    for value, colour in ((33.0, SIMULATED), (12.0, GREY)):
        axes.axhline(value, color=colour, linestyle="--", linewidth=1)
    names = [textwrap.fill(f"{row.arm} ({row.share:.2f})", 15) for row in found.fit.itertuples()]
    axes.set_xticks(places, names, fontsize=7)
    axes.set_xlabel("in brackets: share of fit", fontsize=8)
    axes.set_ylim(0, 58)  # room for the names of the two above what they show
    axes.set_ylabel("gone within a year, %")
    axes.set_title("Exits (dashed: published)", loc="left")
    axes.legend(fontsize=8, loc="upper left", ncols=2)


def _review(axes: Axes, found: Answers) -> None:
    table = found.review[found.review["measure"] != "moved"].reset_index(drop=True)
    arms = list(dict.fromkeys(table["arm"]))
    for number, (measure, rows) in enumerate(table.groupby("measure", sort=False)):
        places = np.array([arms.index(arm) for arm in rows["arm"]]) + 0.22 * (number - 1)
        colour = COLOURS[list(MEASURES).index(measure)]
        axes.hlines(places, rows["low"], rows["high"], color=colour, linewidth=2)
        axes.plot(rows["effect"], places, "o", color=colour, label=MEASURES[measure])
    axes.set_yticks(range(len(arms)), [NAMES[arm].replace(", ", ",\n") for arm in arms],
                    fontsize=8)  # fmt: skip
    axes.invert_yaxis()
    axes.legend(fontsize=8, loc="lower right")
    axes.axvline(0, color="black", linewidth=0.9)
    axes.set_xlabel("deals more or fewer, 2020 to 2025")
    axes.set_title("Merger review", loc="left")
    axes.grid(visible=False, axis="y")


def _prices(axes: Axes, found: Answers) -> None:
    table = found.prices[found.prices["form"] == "all forms"]
    for place, row in enumerate(table.itertuples()):
        colour = OBSERVED if row.source == "recorded" else SIMULATED
        axes.plot([row.p10, row.p90], [place] * 2, color=colour, linewidth=2)
        axes.plot(row.median, place, "o", color=colour)
    record = per_person(recorded().assign(many=1.0))["each"] / 1e6
    axes.plot(record, np.zeros(len(record)) - 0.15, "|", color=OBSERVED, markersize=8)
    axes.set_yticks(range(len(table)), table["source"])
    axes.set_ylim(len(table) - 0.5, -0.5)
    axes.set_xscale("log")
    axes.set_xlabel("million USD a person moved (bar: a tenth to nine tenths)")
    axes.set_title("Price of a person moved", loc="left")
    axes.grid(visible=False, axis="y")


def _sizes(axes: Axes, found: Answers) -> None:
    sizes = np.sort(np.concatenate([one.sizes for one in found.sizes]))
    share = 1.0 - np.arange(sizes.size) / sizes.size
    axes.loglog(sizes, share, ".", color=SIMULATED, label="simulated, all worlds")
    row = found.tails[found.tails["cutoff"] == found.cutoff].iloc[0]
    at = np.array([found.cutoff, sizes[-1]], dtype=float)
    level = float((sizes >= found.cutoff).mean())
    for power, colour, label in (
        (float(row["value"]), SIMULATED, f"largest likelihood, {row['value']:.2f}"),
        (PUBLISHED_TAIL, OBSERVED, f"published, {PUBLISHED_TAIL}"),
    ):
        axes.loglog(at, level * (at / at[0]) ** -power, color=colour, label=label)
    axes.set_xlabel("people")
    axes.set_ylabel("share of firms at least as large")
    axes.set_title("Firms born in the run, after fifty years", loc="left")
    axes.legend(fontsize=8)


def _volatility(axes: Axes, found: Answers) -> None:
    table = found.spread
    axes.loglog(table["size"], table["spread"], "o-", color=SIMULATED, label="simulated")
    level = float(table["spread"].iloc[0] * table["size"].iloc[0] ** 0.2)
    axes.loglog(table["size"], level * table["size"] ** -0.2, "--", color=OBSERVED,
                label="slope −0.2, published")  # fmt: skip
    axes.set_xlabel("people")
    axes.set_ylabel("standard deviation of log growth")
    axes.set_title("Volatility of growth by size", loc="left")
    axes.legend(fontsize=8)


def _survival(axes: Axes, found: Answers) -> None:
    years = found.curves.index.to_numpy() / 12
    axes.fill_between(years, 100 * found.curves.min(axis=1), 100 * found.curves.max(axis=1),
                      color=SIMULATED, alpha=0.2, linewidth=0, label="all worlds")  # fmt: skip
    mean = found.curves.mean(axis=1, skipna=False)
    axes.plot(years, 100 * mean, color=SIMULATED, label="simulated, mean")
    facts = published()
    for names, marker, label in (
        (("survival_2_years", "survival_4_years"), "D", "new establishments (BLS)"),
        (("survival_2_years_information", "survival_4_years_information"), "s",
         "information (BLS)"), (("closed_within_7_years",), "^", "startups at Carta"),
    ):  # fmt: skip
        rows = facts[facts["fact"].isin(names)]
        axes.plot(rows["years"], 100 * rows["share"], marker, color=OBSERVED, label=label,
                  fillstyle="none")  # fmt: skip
    axes.set_xlim(0, max(YEARS, 7) + 0.2)
    axes.set_ylim(0, 102)
    axes.set_xlabel("years since founding")
    axes.set_ylabel("not failed, %")
    axes.set_title("Survival of American startups", loc="left")
    axes.legend(fontsize=8)
