"""What the pictures of the network share: frame, source line, names, groups of countries."""

from __future__ import annotations

import textwrap
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

import matplotlib
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from experiments.figures import COLOURS, GREY, font_sizes
from model import tables
from model.talent_market import TalentMarket

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LAND, FAINT, CROSSING = "#E6E6E2", "#BBBBBB", "#333333"
GROUPS = {
    "North America": ("north_america",),
    "Europe": ("western_europe", "northern_europe", "southern_europe", "eastern_europe"),
    "East Asia": ("east_asia",),
    "South and South-East Asia": ("south_southeast_asia",),
    "Middle East and Africa": ("middle_east_africa",),
    "Latin America, Oceania, others": ("latin_america", "oceania", "rest_of_world"),
}
GROUP_COLOURS = dict(zip(GROUPS, (*COLOURS[:5], GREY), strict=True))
PLATE = {"boxstyle": "round,pad=0.15", "fc": "white", "ec": "none", "alpha": 0.75}
WITH_ARTICLE = ("ARE", "CZE", "GBR", "NLD", "USA")
LETTERS_PER_INCH = 13.5  # of the line below the headline


def framed(market: TalentMarket, headline: str, note: str, size: tuple[float, float]) -> Figure:
    """An empty figure with headline and source line."""
    lines = textwrap.wrap(note, int(size[0] * LETTERS_PER_INCH))
    width, height = size
    # places in inches from the edges, so that they do not depend on the size of the figure
    top = 0.62 + 0.18 * len(lines)
    rect = (0, 0.32 / height, 1, 1 - (top + 0.32) / height)
    figure = Figure(
        figsize=size, layout=ConstrainedLayoutEngine(w_pad=0.1, h_pad=0.06, rect=rect)
    )
    left = 0.16 / width
    figure.suptitle(headline, x=left, y=1 - 0.16 / height, ha="left", va="top", fontsize=15,
                    weight="bold")  # fmt: skip
    figure.text(left, 1 - 0.52 / height, "\n".join(lines), ha="left", va="top", fontsize=9.5,
                color=GREY, linespacing=1.35)  # fmt: skip
    figure.text(left, 0.12 / height, _source_line(market), fontsize=8, color=GREY)
    return figure


def _source_line(market: TalentMarket) -> str:
    """Where the picture comes from, enough to draw it again."""
    try:
        release = version("talentmarket")
    except PackageNotFoundError:
        release = "from a checkout"
    said = market.specification
    return (
        f"Source: Talent Market {release}, scenario {said.name}, seed {said.seed}, "
        f"{said.persons_per_agent:g} persons per agent, as of {month_of(market)}. "
        "Simulated; one run."
    )


def month_of(market: TalentMarket) -> str:
    """The last month lived, as text."""
    return str(market.network("deals").graph["month"])


def look() -> Any:
    """Settings of all pictures, for the time of a drawing."""
    settings: Any = {**sns.axes_style("white"), **font_sizes()}
    return matplotlib.rc_context(settings)


def bare(axes: Axes) -> None:
    """No ticks and no frame, for pictures whose axes mean nothing."""
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_visible(False)


def country_name(code: str) -> str:
    """A country's English name."""
    return tables.country_names().get(code, code)


def in_words(code: str) -> str:
    """A country's name within a sentence."""
    return f"the {country_name(code)}" if code in WITH_ARTICLE else country_name(code)
