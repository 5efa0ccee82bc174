"""Pictures of the network: what they show, and what they say when there is nothing to show."""

from __future__ import annotations

import functools
from pathlib import Path

import matplotlib
import networkx as nx
import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.figure import Figure

from experiments.network_figures import PICTURES, save
from experiments.network_figures.__main__ import main
from experiments.network_figures.collaboration import collaboration_picture
from experiments.network_figures.corridors import corridors_picture
from experiments.network_figures.deals import (
    BUYERS_DRAWN,
    OTHERS,
    Strand,
    deals_picture,
    strands_of,
)
from experiments.network_figures.diaspora import diaspora_picture
from experiments.network_figures.maps import WORLD_VIEW, arc_between, with_room
from model.talent_market import TalentMarket
from tests.helpers import small_market
from tests.ties import tie

LARGEST_FILE = 300_000


@pytest.fixture(scope="module")
def market() -> TalentMarket:
    """Half a year of a coarse world; read it, never change it."""
    market = small_market(9, persons_per_agent=500)
    market.run_until("2019-06")
    return market


def words(figure: Figure) -> str:
    """All that is written on a figure outside its axes."""
    headline = figure._suptitle.get_text() if figure._suptitle else ""
    return " ".join([headline, *(text.get_text() for text in figure.texts)])


@pytest.fixture()
def few_people(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer people in the picture of the collaboration, whose places take most of the time."""
    drawn = functools.partial(collaboration_picture, sample=60)
    monkeypatch.setitem(PICTURES, "collaboration", drawn)


@pytest.mark.usefixtures("few_people")
@pytest.mark.parametrize("layer", PICTURES)
def test_the_foot_says_how_to_draw_it_again(market: TalentMarket, layer: str) -> None:
    said = words(PICTURES[layer](market))
    for part in ("scenario small", "seed 9", "500 persons per agent", "as of 2019-06"):
        assert part in said


def test_every_person_of_the_sample_is_a_point(market: TalentMarket) -> None:
    axes = collaboration_picture(market, sample=80).axes[0]
    (points,) = (part for part in axes.collections if isinstance(part, PathCollection))
    assert len(points.get_offsets()) == 80
    graph = market.network("collaboration", 80)
    (lines,) = (part for part in axes.collections if isinstance(part, LineCollection))
    assert len(lines.get_segments()) == graph.number_of_edges() > 20


def test_the_same_market_gives_the_same_places(market: TalentMarket) -> None:
    first, second = (collaboration_picture(market, sample=60).axes[0].collections[1]
                     for _ in range(2))  # fmt: skip
    np.testing.assert_array_equal(first.get_offsets(), second.get_offsets())


def test_the_tail_is_that_of_all_people(market: TalentMarket) -> None:
    line = collaboration_picture(market, sample=60).axes[1].lines[0]
    graph = market.network("collaboration")
    into = np.array([degree for _, degree in graph.in_degree])
    for number, share in zip(*line.get_data(), strict=True):
        assert share == pytest.approx((into >= number).mean())


def test_a_world_without_ties_can_be_drawn() -> None:
    market = small_market(9)
    tie(market.world, [])
    assert "Nobody is tied" in words(collaboration_picture(market, sample=30))


def test_the_diaspora_shows_the_largest_cell(market: TalentMarket) -> None:
    axes = diaspora_picture(market).axes[0]
    edges = market.network("diaspora").edges(data="persons")
    largest = max(persons for born, lives, persons in edges if "ROW" not in (born, lives))
    assert f"{largest:,.0f} people" in axes.get_title(loc="left")


def test_the_widest_arc_is_the_busiest_corridor(market: TalentMarket) -> None:
    figure = corridors_picture(market)
    arcs = [part for axes in figure.axes[:2] for part in axes.collections
            if isinstance(part, LineCollection)]  # fmt: skip
    edges = market.network("corridors").edges(data="persons_moved")
    named = [persons for born, lives, persons in edges if "ROW" not in (born, lives)]
    assert f": {max(named):,.0f}" in words(figure)
    assert max(max(part.get_linewidths()) for part in arcs) == pytest.approx(6.6)
    # each is drawn three times, so that some copy lies on the map
    assert sum(len(part.get_segments()) for part in arcs) % 3 == 0


def test_a_market_that_has_not_moved_can_be_drawn() -> None:
    market = small_market(9)
    assert "Nobody has moved yet" in words(corridors_picture(market))


def test_no_deals_means_no_empty_axes() -> None:
    figure = deals_picture(small_market(9))
    assert figure.axes == []
    assert "no deal among them" in words(figure)


def test_deals_are_bands_from_buyer_to_country(
    market: TalentMarket, monkeypatch: pytest.MonkeyPatch
) -> None:
    buyer, target = market.employers.names[0], market.employers.names[-1]
    made = pd.DataFrame(
        [[buyer, target, "KOR", "2019-03", "licence", 3e9, False],
         [buyer, target, "KOR", "2019-04", "licence", 1e9, True],
         [buyer, target, "USA", "2019-04", "full_acquisition", 1e9, True],
         [buyer, target, "JPN", "2019-05", "licence", 2e6, True]],
        columns=["buyer", "target", "target_country", "month", "form", "price_usd", "recorded"],
    )  # fmt: skip
    monkeypatch.setattr(market, "deals", lambda: made)
    graph = market.network("deals")
    assert strands_of(graph) == {
        Strand(buyer, "KOR", "licence"): 4e9, Strand(buyer, "USA", "full_acquisition"): 1e9,
        Strand(buyer, "JPN", "licence"): 2e6,
    }  # fmt: skip
    figure = deals_picture(market)
    # a row that is not of the record stands for many
    number = round(market.persons_per_agent) + 3
    assert f"{number:,} deals between firms for $5.0 bn" in words(figure)
    assert len(figure.axes[0].lines) == 2    # the thinnest would hide the others
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert "South Korea  $4.0 bn" in texts and "Japan  $2.0 m" in texts


def test_small_buyers_are_taken_together() -> None:
    graph = nx.MultiDiGraph()
    graph.add_node("target", country="FRA")
    for number in range(25):
        graph.add_edge(f"buyer {number:02d}", "target", form="licence", price_usd=100.0 - number)
    strands = strands_of(graph)
    assert len(strands) == BUYERS_DRAWN + 1
    rest = sum(100 - number for number in range(BUYERS_DRAWN, 25))
    assert strands[Strand(OTHERS, "FRA", "licence")] == rest


# Maps ------------------------------------------------------------------------------------------


def test_an_arc_goes_the_shorter_way_round() -> None:
    seoul, san_francisco = (127.0, 37.5), (-122.4, 37.8)
    arc = arc_between(seoul, san_francisco)
    assert tuple(arc[0]) == seoul
    assert arc[-1] == pytest.approx((san_francisco[0] + 360.0, 37.8))
    assert (np.diff(arc[:, 0]) > 0).all()   # eastward, over the Pacific


def test_two_directions_are_two_lines() -> None:
    one, other = (0.0, 0.0), (40.0, 0.0)
    there, back = arc_between(one, other), arc_between(other, one)
    assert there[:, 1].max() > 3 and back[:, 1].min() < -3   # each bends to its left


def test_names_stand_on_no_other_name() -> None:
    at = {"DEU": (13.4, 52.5), "POL": (21.0, 52.2), "CZE": (14.4, 50.1), "BRA": (-46.0, -23.0)}
    placed = dict(with_room(list(at), at, WORLD_VIEW))
    assert "DEU" in placed and "BRA" in placed
    crowd = {code: (13.0, 52.0) for code in ("DEU", "POL", "CZE", "AUT", "HUN", "SVK")}
    assert len(with_room(list(crowd), crowd, WORLD_VIEW)) == 4   # one a corner


# Files -----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("few_people")
def test_the_command_writes_a_small_picture_a_layer(tmp_path: Path) -> None:
    given = ["--scenario", "small", "--persons-per-agent", "500", "--until", "2019-03"]
    assert main([*given, "--out", str(tmp_path / "new")]) == 0
    files = sorted((tmp_path / "new").iterdir())
    assert [file.name for file in files] == sorted(f"network_{layer}.png" for layer in PICTURES)
    assert all(1_000 < file.stat().st_size < LARGEST_FILE for file in files)


@pytest.mark.parametrize("layer", PICTURES)
def test_the_pictures_of_the_documents_are_small(layer: str) -> None:
    file = Path(__file__).resolve().parents[2] / "docs" / f"network_{layer}.png"
    assert file.stat().st_size < LARGEST_FILE


def test_the_command_says_what_it_cannot_use(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--scenario", "smal", "--out", str(tmp_path)]) == 2
    assert "smal" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_users_settings_stay_as_they_were(market: TalentMarket, tmp_path: Path) -> None:
    before = dict(matplotlib.rcParams)
    save(market, tmp_path, ["deals", "diaspora"])
    assert dict(matplotlib.rcParams) == before
