"""The layers of the network: what they hold, how they travel, and what a sample keeps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from agents.declare import InputError
from agents.employers import MONTHS
from agents.levers import month_number
from model.networks import LAYERS, network
from model.networks.sampling import Neighbours, snowball
from model.talent_market import TalentMarket
from model.world import Counters
from tests.helpers import small_market
from tests.ties import tie, tie_by_luck

CLASSES: dict[str, Any] = {"deals": nx.MultiDiGraph}


@pytest.fixture(scope="module")
def market() -> TalentMarket:
    """A year lived, then ties by luck; read it, never change it."""
    market = small_market(5)
    market.run_until("2019-06")
    tie_by_luck(market.world)
    return market


@pytest.fixture()
def fresh() -> TalentMarket:
    return small_market(6)


# What the layers hold --------------------------------------------------------------------------


def test_everybody_and_every_tie_is_in_the_collaboration(market: TalentMarket) -> None:
    people, graph = market.researchers, market.network("collaboration")
    assert sorted(graph) == sorted(people.id.tolist())
    ties = {
        (int(number), int(other))
        for number, slots in zip(people.id, people.ties, strict=True)
        for other in slots if other >= 0
    }  # fmt: skip
    assert set(graph.edges) == ties and len(ties) > people.count


def test_class_mates_and_colleagues_are_told_apart(market: TalentMarket) -> None:
    people, graph = market.researchers, market.network("collaboration")
    full = [row for row, slots in enumerate(people.ties)
            if slots.min() >= 0 and np.unique(slots).size == slots.size]  # fmt: skip
    row = full[0]
    number, slots = int(people.id[row]), people.ties[row]
    assert graph.edges[number, int(slots[0])]["tie"] == "classmate"
    assert graph.edges[number, int(slots[-1])]["tie"] == "colleague"


def test_what_is_said_of_a_person(market: TalentMarket) -> None:
    people, codes = market.researchers, market.tables.countries
    graph = market.network("collaboration")
    for row in (0, people.count // 2, people.count - 1):
        said = graph.nodes[int(people.id[row])]
        assert said["country"] == codes[people.country[row]]
        assert said["birth_country"] == codes[people.birth_country[row]]
        assert month_number(said["arrived"]) == people.arrived[row]
        assert said["pay"] == people.pay[row] and said["ability"] == people.ability[row]
        if people.employer[row] >= 0:
            assert said["employer"] == market.employers.names[people.employer[row]]
            assert month_number(said["hired"]) == people.hired[row]
    jobless = people.id[people.employer < 0].tolist()
    assert jobless
    for number in jobless:
        said = graph.nodes[number]
        assert said["employer"] == said["kind"] == said["hired"] == "none"


def test_who_has_left_is_in_no_tie(fresh: TalentMarket) -> None:
    people = fresh.researchers
    tie(fresh.world, [(0, 1), (0, 2), (1, 2)])
    gone, stays, points = int(people.id[1]), int(people.id[2]), int(people.id[0])
    fresh.world.remove_people(np.array([1]))
    graph = fresh.network("collaboration")
    assert gone not in graph
    assert set(graph.edges) == {(points, stays)}


def test_the_diaspora_counts_those_born_elsewhere(market: TalentMarket) -> None:
    graph, world = market.network("diaspora"), market.world
    expected = world.compatriots * world.persons_per_agent
    for (born, lives), persons in np.ndenumerate(expected):
        pair = market.tables.countries[born], market.tables.countries[lives]
        if born == lives or persons == 0:
            assert not graph.has_edge(*pair)
        else:
            assert graph.edges[pair]["persons"] == persons
    assert sum(nx.get_node_attributes(graph, "residents").values()) == expected.sum()
    assert sum(nx.get_node_attributes(graph, "natives").values()) == expected.sum()


def test_the_diaspora_knows_when_people_came(market: TalentMarket) -> None:
    people, graph = market.researchers, market.network("diaspora")
    born, lives, said = max(graph.edges(data=True), key=lambda edge: edge[2]["persons"])
    index = market.tables.index
    these = (people.birth_country == index[born]) & (people.country == index[lives])
    months = np.sort(people.arrived[these].astype(int))
    assert month_number(said["arrived_median"]) == np.quantile(months, 0.5, method="lower")
    quartiles = [said["arrived_lower_quartile"], said["arrived_median"],
                 said["arrived_upper_quartile"]]  # fmt: skip
    assert quartiles == sorted(quartiles) and quartiles[0] < quartiles[2]
    by_year = {key: value for key, value in said.items() if key[-4:].isdigit()}
    assert sum(by_year.values()) == said["persons"]
    year = int(months[0]) // MONTHS
    assert by_year[f"arrived_{year}"] == (months // MONTHS == year).sum() * 2000


def test_corridors_are_all_pairs_with_the_moves_so_far(market: TalentMarket) -> None:
    graph, world = market.network("corridors"), market.world
    assert graph.number_of_edges() == world.countries * (world.countries - 1)
    moves = sum(value for _, _, value in graph.edges(data="persons_moved"))
    flows = market.flows()
    assert moves == flows.loc[flows["group"] == "all", "persons"].sum() > 0
    index = market.tables.index
    for pair in (("KOR", "USA"), ("USA", "KOR"), ("FRA", "DEU")):
        said = graph.edges[pair]
        row = index[pair[0]], index[pair[1]]
        assert said["distance_km"] == market.tables.distance_km[row]
        assert said["affinity"] == market.tables.affinity[row]
        assert said["common_language"] == bool(market.tables.common_language[row])
    assert graph.edges["FRA", "DEU"]["free_movement"] is True
    assert graph.edges["KOR", "USA"]["free_movement"] is False
    assert graph.edges["IND", "GBR"]["colonial_tie"] is True


def test_free_movement_ends_when_it_ends(fresh: TalentMarket) -> None:
    assert fresh.network("corridors").edges["POL", "GBR"]["free_movement"] is True
    fresh.world.month = month_number("2022-01")
    assert fresh.network("corridors").edges["POL", "GBR"]["free_movement"] is False


def test_no_deal_is_made_before_the_first_month(fresh: TalentMarket) -> None:
    graph = fresh.network("deals")
    assert set(graph) == set(fresh.employers.names)
    assert graph.number_of_edges() == 0


def test_every_deal_of_a_run_is_an_edge() -> None:
    market = small_market(5, 1000, {"deals.talks": 3.0})
    market.run_until("2019-06")
    made, graph = market.deals(), market.network("deals")
    assert graph.is_directed() and graph.is_multigraph()
    assert set(graph) == set(market.employers.names)
    assert len(made) == graph.number_of_edges() > 0
    for buyer, target, about in graph.edges(data=True):
        assert about["price_usd"] > 0 and buyer != target
        assert graph.nodes[target]["country"] == about["target_country"]


def test_a_deal_is_an_edge_from_buyer_to_target(market: TalentMarket) -> None:
    buyer, target = market.employers.names[0], market.employers.names[-1]
    made = pd.DataFrame(
        [[buyer, target, "2018-03", 5e6, np.nan], [buyer, target, "2018-05", 1e6, "none"]],
        columns=["buyer", "target", "month", "price_usd", "review"],
    )
    graph = network(market.world, "deals", deals_made=made)
    first, second = graph.get_edge_data(buyer, target).values()
    assert first == {"month": "2018-03", "price_usd": 5e6}
    assert second["review"] == "none"


# How they travel -------------------------------------------------------------------------------


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_comes_back_from_graphml(
    market: TalentMarket, layer: str, tmp_path: Path
) -> None:
    graph = market.network(layer)
    file = tmp_path / "layer.graphml"
    nx.write_graphml(graph, file)
    kind = int if layer == "collaboration" else str
    back = nx.read_graphml(file, node_type=kind, force_multigraph=layer == "deals")
    assert dict(back.nodes(data=True)) == dict(graph.nodes(data=True))
    assert sorted(back.edges(data=True), key=str) == sorted(graph.edges(data=True), key=str)
    for key, value in graph.graph.items():
        assert back.graph[key] == value


@pytest.mark.parametrize("layer", LAYERS)
def test_attributes_are_plain(market: TalentMarket, layer: str) -> None:
    graph = market.network(layer)
    values = [value for _, said in graph.nodes(data=True) for value in said.values()]
    values += [value for *_, said in graph.edges(data=True) for value in said.values()]
    assert {type(value) for value in values} <= {bool, int, float, str}
    assert all(value != "" and value == value for value in values)


@pytest.mark.parametrize("sample", [None, 60])
def test_row_order_changes_nothing(sample: int | None) -> None:
    written = []
    for shuffle in (None, 1):
        market = small_market(7)
        tie_by_luck(market.world)
        if shuffle is not None:
            people = market.researchers
            people.permute(np.random.default_rng(shuffle).permutation(people.count))
        for layer in LAYERS:
            graph = market.network(layer, sample if layer == "collaboration" else None)
            written.append("\n".join(nx.generate_graphml(graph)))
    assert written[: len(LAYERS)] == written[len(LAYERS) :]


# What a sample keeps ---------------------------------------------------------------------------


def test_a_sample_is_of_its_size_and_induced(market: TalentMarket) -> None:
    whole, sample = market.network("collaboration"), market.network("collaboration", 100)
    assert sample.number_of_nodes() == 100
    assert set(sample.edges) == set(whole.subgraph(sample).edges)
    assert market.network("collaboration", 10**9).number_of_nodes() == len(whole)


def test_a_sample_keeps_ties_that_chance_would_lose() -> None:
    market = small_market(5, persons_per_agent=200)
    tie_by_luck(market.world)
    whole = market.network("collaboration")
    size = len(whole) // 20
    kept = market.network("collaboration", size).number_of_edges()
    # people chosen one by one keep the square of their share; five times that is no accident
    assert kept > 5 * whole.number_of_edges() * (size / len(whole)) ** 2


def test_the_next_month_shows_mostly_the_same_people(market: TalentMarket) -> None:
    world = market.world
    before = set(market.researchers.id[snowball(world, 50)].tolist())
    world.month += 1
    after = set(market.researchers.id[snowball(world, 50)].tolist())
    world.month -= 1
    assert before == after


def test_a_sample_of_people_without_ties_is_still_full(fresh: TalentMarket) -> None:
    tie(fresh.world, [])
    graph = fresh.network("collaboration", 30)
    assert graph.number_of_nodes() == 30 and graph.number_of_edges() == 0


def test_waves_follow_ties_both_ways(fresh: TalentMarket) -> None:
    tie(fresh.world, [(0, 1), (2, 1), (3, 0)])
    people = fresh.researchers
    neighbours = Neighbours(people.tied_rows(np.arange(people.count)))
    assert sorted(neighbours.of(np.array([0])).tolist()) == [1, 3]
    assert sorted(neighbours.of(np.array([1])).tolist()) == [0, 2]
    assert sorted(neighbours.of(np.array([0, 1])).tolist()) == [0, 1, 2, 3]


# What cannot be asked --------------------------------------------------------------------------


def test_a_misspelt_layer_is_answered_with_the_nearest(market: TalentMarket) -> None:
    with pytest.raises(InputError, match="'colaboration'; did you mean 'collaboration'"):
        market.network("colaboration")


@pytest.mark.parametrize("sample", [0, -5, 2.5, True, "many"])
def test_a_sample_is_a_number_of_people(market: TalentMarket, sample: Any) -> None:
    with pytest.raises(InputError, match="sample: not a number of people"):
        market.network("collaboration", sample)


def test_countries_are_not_sampled(market: TalentMarket) -> None:
    with pytest.raises(InputError, match="'diaspora' is small and always given whole"):
        market.network("diaspora", 10)


# What a run reports ----------------------------------------------------------------------------


def test_the_table_has_a_row_a_figure(market: TalentMarket) -> None:
    table = market.network_table()
    assert list(table.columns) == ["year", "layer", "figure", "value", "unit"]
    assert not table.duplicated(["year", "figure"]).any()
    assert (table["unit"] != "").all() and set(table["layer"]) == {"collaboration"}
    values = table.set_index("figure")["value"]
    assert values["ties"] == market.network("collaboration").number_of_edges()
    assert {"communities", "assortativity", "tail_exponent", "reciprocity"} <= set(values.index)


def test_hires_by_referral_are_counted_by_year(fresh: TalentMarket) -> None:
    for year, referred in ((2019, 3), (2020, 1)):
        counts = Counters.empty(fresh.world.countries, len(fresh.world.rules.schemes))
        counts.job_starts, counts.referred_hires = 12, referred
        fresh.recorder.years[year] = counts
    table = fresh.network_table()
    share = table[table["figure"] == "hires_by_referral_share"].set_index("year")["value"]
    assert share.to_dict() == {2019: 0.25, 2020: 1 / 12}
