"""The picture of the deals: which firm bought, licensed or took a stake in which country."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

import networkx as nx
import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from experiments.figures import COLOURS, GREY
from experiments.network_figures.frame import bare, country_name, framed, look
from model.talent_market import TalentMarket

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BUYERS_DRAWN, COUNTRIES_DRAWN = 12, 10
OTHERS = "others"
WIDEST = 14.0            # points
LEAST_DRAWN = 0.005      # of all money; thinner strands would hide the others
STRAND_POINTS = 40


class Strand(NamedTuple):
    """Deals of one form by one buyer in one country."""

    buyer: str
    country: str
    form: str


def deals_picture(market: TalentMarket) -> Figure:
    """Who bought, licensed or took a stake in firms of which country; a word where nobody did."""
    graph = market.network("deals")
    # a row stands for as many deals as an agent for persons, but for the recorded ones
    number = round(sum(
        1.0 if said.get("recorded") else market.persons_per_agent
        for _, _, said in graph.edges(data=True)
    ))  # fmt: skip
    with look():
        if number == 0:
            figure = framed(
                market, "No deals between firms",
                "Licences, stakes, acquisitions and lift-outs would be drawn here.", (9, 2.6),
            )  # fmt: skip
            firms = sum(said["kind"] in ("big_tech", "startup")
                        for _, said in graph.nodes(data=True))  # fmt: skip
            text = f"This run has {firms:,} large firms and startups and no deal among them."
            figure.text(0.5, 0.42, text, ha="center", fontsize=12)
            return figure
        strands = strands_of(graph)
        figure = framed(
            market, f"{number:,} deals between firms for {_usd(sum(strands.values()))}",
            "Buyers on the left, countries of the firms they bought, licensed or took a stake in "
            "on the right; width: price in constant US dollars of 2024; strands below 0.5 % of all "
            "money are not drawn.", (11, 7.6),
        )  # fmt: skip
        draw_deals(figure.subplots(), strands)
    return figure


def strands_of(graph: nx.MultiDiGraph) -> dict[Strand, float]:
    """Price of all deals by buyer, country of the target and form, small ends taken together."""
    prices: dict[Strand, float] = defaultdict(float)
    for buyer, target, said in graph.edges(data=True):
        country = said.get("target_country") or graph.nodes[target].get("country", OTHERS)
        form = str(said.get("form", "deal"))
        prices[Strand(buyer, country, form)] += float(said.get("price_usd", 0.0))
    buyers = _ranked(prices, "buyer")[:BUYERS_DRAWN]
    countries = _ranked(prices, "country")[:COUNTRIES_DRAWN]
    strands: dict[Strand, float] = defaultdict(float)
    for strand, price in prices.items():
        strands[Strand(
            strand.buyer if strand.buyer in buyers else OTHERS,
            strand.country if strand.country in countries else OTHERS,
            strand.form,
        )] += price  # fmt: skip
    return dict(strands)


def _ranked(prices: dict[Strand, float], end: str) -> list[str]:
    """Buyers, countries or forms, the most money first, others last."""
    sums: dict[str, float] = defaultdict(float)
    for strand, price in prices.items():
        sums[getattr(strand, end)] += price
    return sorted(sums, key=lambda name: (name == OTHERS, -sums[name], name))


def draw_deals(axes: Axes, strands: dict[Strand, float]) -> None:
    """Buyers and countries as two columns and a band for each buyer, country and form."""
    bare(axes)
    ends = {"buyer": _ranked(strands, "buyer"), "country": _ranked(strands, "country")}
    forms = _ranked(strands, "form")
    colour = dict(zip(forms, (*COLOURS, *[GREY] * len(forms)), strict=False))
    height = {
        end: dict(zip(names, np.linspace(1.0, 0.0, len(names)) if len(names) > 1 else [0.5],
                      strict=True)) for end, names in ends.items()
    }  # fmt: skip
    most = max(strands.values()) or 1.0
    least = LEAST_DRAWN * sum(strands.values())
    drawn = [strand for strand, price in strands.items() if price >= least]
    order = sorted(drawn, key=lambda strand: (-strands[strand], strand))
    for strand in order:
        line = _band(height["buyer"][strand.buyer], height["country"][strand.country])
        axes.plot(line[:, 0], line[:, 1], color=colour[strand.form],
                  linewidth=0.8 + WIDEST * strands[strand] / most,
                  solid_capstyle="butt")  # fmt: skip
    for end, side, at in (("buyer", "right", -0.015), ("country", "left", 1.015)):
        for name in ends[end]:
            total = sum(price for strand, price in strands.items() if getattr(strand, end) == name)
            words = country_name(name) if end == "country" else name
            axes.text(at, height[end][name], f"{words}  {_usd(total)}", ha=side, va="center",
                      fontsize=8.5)  # fmt: skip
    axes.set_xlim(-0.3, 1.3)
    axes.set_ylim(-0.06, 1.06)
    handles = [Line2D([], [], color=colour[form], linewidth=4,
                      label=form.replace("_", " ")) for form in forms]  # fmt: skip
    axes.legend(handles=handles, fontsize=8.5, loc="upper center", bbox_to_anchor=(0.5, 0.0),
                frameon=False, ncols=4)  # fmt: skip


def _band(start: float, end: float) -> NDArray[np.float64]:
    """A smooth line from the left column at one height to the right one at another."""
    along = np.linspace(0.0, 1.0, STRAND_POINTS)
    rise = along * along * (3 - 2 * along)
    return np.column_stack((along, start + (end - start) * rise))


def _usd(amount: float) -> str:
    """Dollars in words that fit a label."""
    for unit, word in ((1e9, "bn"), (1e6, "m"), (1e3, "k")):
        if amount >= unit:
            return f"${amount / unit:,.1f} {word}"
    return f"${amount:,.0f}"
