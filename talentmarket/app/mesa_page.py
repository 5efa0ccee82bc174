"""Mesa's own page: SolaraViz around the same model, for those who know Mesa and for teaching."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

import mesa
import networkx as nx
import numpy as np
import pandas as pd
import solara
from mesa.discrete_space import FixedAgent, Network
from mesa.visualization import Slider, SolaraViz, make_plot_component, make_space_component
from mesa.visualization.components import AgentPortrayalStyle
from mesa.visualization.utils import update_counter

from agents.levers import month_text
from experiments.digest import WORLD
from model import tables
from model.policy_files import shipped_policies
from model.scenario import shipped_scenarios
from model.talent_market import TalentMarket
from talentmarket.app import svg
from talentmarket.app.parts import STYLE

NONE = "none"
SHOWN = ("KOR", "JPN", "USA", "CHN", "IND")
"""Countries whose figures the plots follow."""
TIES = 60
"""Strongest corridors of the past that the network draws."""
TOP = 12


class Watched(TalentMarket):
    """The market with what Mesa's page asks of a model: plain parameters, a collector, a space.

    Parameters
    ----------
    scenario, seed, persons_per_agent
        As of :class:`TalentMarket`.
    policy
        Name of a shipped policy in force from the start, or ``none``.
    """

    def __init__(
        self, scenario: str = "small", seed: float = 1, persons_per_agent: float = 500.0,
        policy: str = NONE,
    ) -> None:
        super().__init__(
            scenario, seed=int(seed), persons_per_agent=float(persons_per_agent),
            policies=[] if policy == NONE else [policy],
        )
        self.datacollector = Collector()
        self.datacollector.collect(self)
        self.grid = country_network(self)

    def step(self) -> None:
        """One month; nothing happens after the last of the scenario."""
        if self.month < self.end_month:
            super().step()
            self.datacollector.collect(self)
        self.running = self.month < self.end_month


class Collector:
    """What the plots read: grows while they are drawn, and never gives them half a month."""

    def __init__(self) -> None:
        self._rows: list[dict[str, float]] = []

    def collect(self, market: TalentMarket) -> None:
        """Note the figures of the last month."""
        figures = market.recorder.latest()
        row = {}
        for code in (*SHOWN, WORLD):
            place = -1 if code == WORLD else market.tables.index[code]
            row[f"stock {code}"] = float(figures["stock"][place])
            row[f"net {code}"] = float(figures["net"][place]) if "net" in figures else 0.0
            row[f"mean pay {code}"] = float(figures["mean_pay"][place])
        self._rows.append(row)

    def get_model_vars_dataframe(self) -> pd.DataFrame:
        """One row a month, the opening first."""
        return pd.DataFrame(list(self._rows))


# The space: countries, tied by corridors ------------------------------------------------------


class Place(FixedAgent):  # type: ignore[misc]
    """The mark of a country on the network; it belongs to a model of its own and never acts."""

    def __init__(self, owner: mesa.Model, market: TalentMarket, row: int, cell: Any) -> None:
        super().__init__(owner)
        self.market, self.row, self.cell = market, row, cell


def country_network(market: TalentMarket) -> Network:
    """Countries as cells of a network, tied where most people moved before the run."""
    affinity = np.array(market.tables.affinity)
    stock = market.world.stock().astype(np.float64)
    pull = np.triu(np.exp(affinity) * np.sqrt(np.outer(stock, stock)), k=1)
    graph = nx.Graph()
    graph.add_nodes_from(range(len(market.tables.countries)))
    for cell in np.argsort(-pull, axis=None, kind="stable")[:TIES].tolist():
        graph.add_edge(*divmod(cell, pull.shape[1]))
    network = Network(graph, capacity=1, random=random.Random(0))
    owner = mesa.Model(rng=0)   # marks are no part of the market, and must not be counted in it
    for cell in network.all_cells:
        Place(owner, market, int(cell.coordinate), cell)
    return network


def geography(graph: nx.Graph) -> dict[int, tuple[float, float]]:
    """Longitude and latitude of each country's main city."""
    points = {
        row["country"]: (float(row["longitude"]), float(row["latitude"]))
        for row in tables.read_rows("country_points.csv")
    }
    codes = tables.load().countries
    return {row: points.get(codes[row], (20.0, -40.0)) for row in graph.nodes}


def portrayal(place: Place) -> AgentPortrayalStyle:
    """Blue where more came than left in the last month, orange where more left."""
    figures = place.market.recorder.latest()
    net = float(figures["net"][place.row]) if "net" in figures else 0.0
    colour = svg.BLUE if net > 0 else svg.ORANGE if net < 0 else "#999999"
    return AgentPortrayalStyle(color=colour)


def finish_space(axes: Any) -> None:
    """Title and no frame."""
    axes.set_title("Net flow of the last month: blue in, orange out; ties of the past", fontsize=9)
    axes.set_axis_off()


def finish_plot(unit: str) -> Callable[[Any], None]:
    """Names the axes of a plot."""
    def finish(axes: Any) -> None:
        axes.set_xlabel("months since the opening")
        axes.set_ylabel(unit)
    return finish


# A component of our own -----------------------------------------------------------------------


@solara.component
def Ranking(model: Watched) -> None:
    """Countries with most AI people, and what the last month did to them."""
    update_counter.get()
    figures = model.recorder.latest()
    stock = figures["stock"]
    blank = np.zeros_like(stock)
    net, pay = figures.get("net", blank), figures["mean_pay"]
    names = tables.country_names()
    order = [int(row) for row in np.argsort(-stock[:-1], kind="stable")[:TOP]]
    rows = [
        [names[model.tables.countries[row]], svg.number(float(stock[row])),
         svg.signed(float(net[row])), svg.number(float(pay[row]))]
        for row in order
    ]  # fmt: skip
    caption = (
        f"{month_text(model.month)}: persons; pay in USD of 2024 a year; seed "
        f"{model.specification.seed}, {model.persons_per_agent:g} persons per agent"
    )
    header: Sequence[str] = ("Country", "AI people", "Net inflow, month", "Mean pay")
    solara.HTML(tag="div", unsafe_innerHTML=svg.table(header, rows, caption))


PARAMETERS: dict[str, Any] = {
    "scenario": {
        "type": "Select", "value": "small", "values": list(shipped_scenarios()),
        "label": "scenario",
    },
    "seed": Slider("seed", value=1, min=1, max=100, step=1, dtype=int),
    "persons_per_agent": Slider("persons per agent", value=500, min=50, max=2000, step=50,
                                dtype=int),
    "policy": {
        "type": "Select", "value": NONE,
        "values": [NONE, *(name for name in shipped_policies() if not name.startswith("without"))],
        "label": "policy from the start",
    },
}  # fmt: skip


def components() -> list[Any]:
    """What the page shows, in its order."""
    def lines(measure: str) -> dict[str, str]:
        return {f"{measure} {code}": colour
                for code, colour in zip(SHOWN, svg.COLOURS, strict=False)}  # fmt: skip

    space = make_space_component(
        portrayal, post_process=finish_space, layout_alg=geography, layout_kwargs={},
    )
    return [
        (space, 0), (Ranking, 0),
        make_plot_component(lines("stock"), post_process=finish_plot("AI people, persons")),
        make_plot_component(lines("net"), post_process=finish_plot("net inflow, persons a month")),
    ]


@solara.component
def MesaPage() -> None:
    """The page at /mesa; every window has a model of its own."""
    model = solara.use_memo(Watched, [])
    solara.Style(STYLE)
    shown = solara.use_memo(components, [])
    SolaraViz(model, components=shown, model_params=PARAMETERS, name="Talent Market in Mesa",
              play_interval=200)  # fmt: skip
