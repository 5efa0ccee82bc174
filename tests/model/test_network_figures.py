"""Figures of the network on graphs whose figures are known."""

from __future__ import annotations

import math

import networkx as nx
import numpy as np
import pytest

from agents.chance import decision_key, uniform
from model.networks.communities import community_figures, mutual_information
from model.networks.figures import (
    Pairs,
    collaboration_figures,
    degree_correlation,
    mean_clustering,
)
from model.networks.tail import LEAST_IN_TAIL, log_zeta, power_law_tail
from model.talent_market import TalentMarket
from tests.helpers import FALSE_ALARM, hoeffding, small_market
from tests.ties import tie, tie_by_luck

Z = 3.3  # standard normal quantile of FALSE_ALARM, both sides
assert math.erfc(Z / math.sqrt(2)) <= FALSE_ALARM
NOBODY = np.zeros(0, dtype=np.int64)


@pytest.fixture()
def market() -> TalentMarket:
    return small_market(8)


def pairs_of(graph: nx.Graph) -> Pairs:
    """The ties of an undirected graph over 0 … n − 1."""
    ends = np.array(graph.edges, dtype=np.int64).reshape(-1, 2)
    return Pairs(ends[:, 0], ends[:, 1], graph.number_of_nodes())


# Known graphs ----------------------------------------------------------------------------------


def test_a_star(market: TalentMarket) -> None:
    tie(market.world, [(row, 0) for row in range(1, 41)])
    figures = collaboration_figures(market.world)
    assert figures.ties == figures.largest_in_degree == 40
    assert figures.mean_in_degree == 40 / len(market.researchers)
    assert figures.assortativity == pytest.approx(-1.0)
    assert figures.clustering == figures.reciprocity == 0.0
    assert math.isnan(figures.tail_exponent)


def test_cliques_that_are_employers(market: TalentMarket) -> None:
    people = market.researchers
    teams = [np.flatnonzero(people.employer == row)[:5] for row in np.unique(people.employer)
             if row >= 0]  # fmt: skip
    teams = [team for team in teams if team.size == 5]
    assert len(teams) > 5
    tie(market.world, [(a, b) for team in teams for a in team for b in team if a != b])
    figures = collaboration_figures(market.world)
    assert figures.reciprocity == 1.0
    assert figures.across_employers == figures.across_borders == 0.0
    assert figures.clustering == pytest.approx(5 * len(teams) / people.count)
    assert math.isnan(figures.assortativity)   # everybody has four neighbours
    found = community_figures(market.world)
    assert found.communities == len(teams)
    assert found.community_is_employer == pytest.approx(1.0)
    assert found.modularity == pytest.approx(1 - 1 / len(teams))


def test_shares_of_ties_by_hand(market: TalentMarket) -> None:
    people = market.researchers
    home, abroad = np.flatnonzero(people.country == 0)[:2], np.flatnonzero(people.country == 1)[:1]
    people.birth_country[home] = 0
    people.birth_country[abroad] = 1
    people.employer[home[0]] = people.employer[home[1]] = 3
    people.employer[abroad] = 4
    tie(market.world, [(home[0], home[1]), (home[0], abroad[0]), (home[1], home[0])])
    figures = collaboration_figures(market.world)
    assert figures.across_borders == pytest.approx(1 / 3)
    assert figures.across_employers == pytest.approx(1 / 3)
    assert figures.same_origin == pytest.approx(2 / 3)
    assert figures.reciprocity == pytest.approx(2 / 3)
    people.employer[abroad] = -1   # a person without work has no other employer
    assert collaboration_figures(market.world).across_employers == 0.0


def test_a_world_without_ties_has_no_figures(market: TalentMarket) -> None:
    tie(market.world, [])
    figures = collaboration_figures(market.world)
    assert figures.ties == figures.largest_in_degree == figures.mean_in_degree == 0
    assert math.isnan(figures.assortativity) and math.isnan(figures.clustering)
    assert math.isnan(figures.reciprocity) and math.isnan(figures.tail_exponent)
    assert community_figures(market.world).communities == 0


def test_a_second_tie_to_one_person_counts_once(market: TalentMarket) -> None:
    tie(market.world, [(0, 1), (0, 1), (0, 0), (0, 2)])
    assert collaboration_figures(market.world).ties == 2


def test_row_order_changes_no_figure(market: TalentMarket) -> None:
    tie_by_luck(market.world)
    before = collaboration_figures(market.world), community_figures(market.world, 200)
    people = market.researchers
    people.permute(np.random.default_rng(3).permutation(people.count))
    assert (collaboration_figures(market.world), community_figures(market.world, 200)) == before


# The same as others compute it -----------------------------------------------------------------

GRAPHS = [
    nx.karate_club_graph(),
    nx.barabasi_albert_graph(300, 3, seed=2),
    nx.watts_strogatz_graph(200, 6, 0.2, seed=3),
]


@pytest.mark.parametrize("graph", GRAPHS, ids=["karate", "attachment", "small world"])
def test_assortativity_is_that_of_networkx(graph: nx.Graph) -> None:
    found, error = degree_correlation(pairs_of(graph))
    assert found == pytest.approx(nx.degree_assortativity_coefficient(graph), abs=1e-12)
    # the error is the jackknife's over ties with degrees as they are
    one, other = (np.array([graph.degree[edge[end]] for edge in graph.edges]) for end in (0, 1))
    without = []
    for left_out in range(one.size):
        x, y = np.delete(one, left_out), np.delete(other, left_out)
        without.append(np.corrcoef(np.append(x, y), np.append(y, x))[0, 1])
    jackknife = math.sqrt(((np.array(without) - found) ** 2).sum())
    assert error == pytest.approx(jackknife, rel=0.1)


@pytest.mark.parametrize("graph", GRAPHS, ids=["karate", "attachment", "small world"])
def test_clustering_is_that_of_networkx(graph: nx.Graph) -> None:
    pairs, people = pairs_of(graph), graph.number_of_nodes()
    luck = np.arange(people, dtype=np.uint64)[::-1]
    found, error = mean_clustering(pairs, luck, people)
    assert found == pytest.approx(nx.average_clustering(graph)) and error == 0.0
    first = list(range(people))[-20:]
    sampled, _ = mean_clustering(pairs, luck, 20)
    assert sampled == pytest.approx(nx.average_clustering(graph, nodes=first))


def test_the_whole_chain_against_networkx(market: TalentMarket) -> None:
    tie_by_luck(market.world)
    figures = collaboration_figures(market.world)
    directed = market.network("collaboration")
    graph = directed.to_undirected()
    assert figures.ties == directed.number_of_edges()
    assert figures.reciprocity == pytest.approx(nx.overall_reciprocity(directed))
    assert figures.assortativity == pytest.approx(nx.degree_assortativity_coefficient(graph))
    assert figures.clustering == pytest.approx(nx.average_clustering(graph))
    assert figures.largest_in_degree == max(degree for _, degree in directed.in_degree)


# Tails -----------------------------------------------------------------------------------------


def power_law_numbers(exponent: float, least: int, size: int, seed: int) -> np.ndarray:
    """Whole numbers from a power law, by the inverse of its distribution function."""
    numbers = np.arange(least, 200_000)
    cumulative = np.cumsum(np.exp(-exponent * np.log(numbers) - log_zeta(exponent, least)))
    luck = uniform(decision_key(seed, "power law"), np.arange(size))
    return numbers[np.minimum(np.searchsorted(cumulative, luck), numbers.size - 1)]


def test_zeta_at_known_points() -> None:
    assert math.exp(log_zeta(2.0, 1)) == pytest.approx(math.pi**2 / 6, rel=1e-9)
    assert math.exp(log_zeta(4.0, 1)) == pytest.approx(math.pi**4 / 90, rel=1e-9)
    assert math.exp(log_zeta(2.0, 3)) == pytest.approx(math.pi**2 / 6 - 1 - 1 / 4, rel=1e-9)


@pytest.mark.parametrize("exponent", [2.2, 3.0])
def test_a_known_exponent_is_found(exponent: float) -> None:
    numbers = power_law_numbers(exponent, 5, 20_000, seed=4)
    noise = (np.arange(5_000) % 5).astype(np.int64)   # below the tail something else
    tail = power_law_tail(np.bincount(np.concatenate((numbers, noise))))
    assert tail.exponent == pytest.approx(exponent, abs=Z * tail.error)
    assert 5 <= tail.threshold <= 30
    assert tail.distance < hoeffding(tail.size)
    assert tail.over_exponential > 2


def test_the_error_of_an_exponent_is_that_of_repeated_draws() -> None:
    fits = [power_law_tail(np.bincount(power_law_numbers(2.5, 1, 2_000, seed)))
            for seed in range(60)]  # fmt: skip
    fits = [fit for fit in fits if fit.threshold == 1]
    away = np.array([(fit.exponent - 2.5) / fit.error for fit in fits])
    assert len(fits) > 10
    assert (away**2).sum() < away.size + Z * math.sqrt(2 * away.size) + 2


def test_preferential_attachment_has_exponent_three() -> None:
    graph = nx.barabasi_albert_graph(20_000, 4, seed=6)
    tail = power_law_tail(np.bincount([degree for _, degree in graph.degree]))
    # three in the limit only: at this size the fit is known within some tenths
    assert tail.exponent == pytest.approx(3.0, abs=0.3)
    assert tail.over_exponential > 2


def test_ties_at_random_have_no_power_law() -> None:
    luck = uniform(decision_key(1, "at random"), np.arange(60_000))
    into = np.bincount((luck * 10_000).astype(np.int64), minlength=10_000)
    tail = power_law_tail(np.bincount(into))
    assert tail.exponent > 5 or tail.over_exponential < -2


@pytest.mark.parametrize(
    "counts",
    [NOBODY, np.array([50]), np.array([50, 0, LEAST_IN_TAIL - 1]), np.array([0, 0, 0, 400])],
)
def test_too_little_for_a_tail(counts: np.ndarray) -> None:
    assert math.isnan(power_law_tail(counts).exponent)


# Communities -----------------------------------------------------------------------------------


def test_information_shared_by_two_groupings() -> None:
    assert mutual_information("aabbcc", "xxyyzz") == pytest.approx(1.0)
    assert mutual_information("aabb", "xyxy") == pytest.approx(0.0, abs=1e-12)
    assert mutual_information("aa", "xx") == 1.0
    assert 0.3 < mutual_information("aabbcc", "xxxyyy") < 0.9
    assert math.isnan(mutual_information("", ""))
