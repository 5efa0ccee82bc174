"""The network view: its layers, the ties of one node, and nodes that stay where they were."""

from __future__ import annotations

import math
from xml.etree import ElementTree

import pytest

pytest.importorskip("solara")

import ipyvue
import ipyvuetify
import solara

from talentmarket.app import network, ties
from talentmarket.app.page import WHOLE, NetworkView
from talentmarket.app.session import Session, Start
from talentmarket.app.snapshot import take
from talentmarket.app.springs import settled
from talentmarket.app.state import NETWORK, State
from talentmarket.app.ties import COLLABORATION, CORRIDORS, DEALS, DIASPORA, GRAPHS, OF_COUNTRIES

COARSE = Start("small", seed=3, persons_per_agent=1000.0)


@pytest.fixture(scope="module")
def session() -> Session:
    """Two years; read it, never live it on."""
    session = Session(COARSE)
    session.advance(24)
    return session


def read(session: Session, layer: str, centre: str | None = None) -> ties.Ties:
    return ties.read(session.market, session.market.deals(), layer, centre)


@pytest.mark.parametrize(("layer", "weight"), [(CORRIDORS, "persons_moved"), (DIASPORA, "persons")])
def test_ties_of_countries_are_those_of_the_model(
    layer: str, weight: str, session: Session
) -> None:
    graph = session.market.network(layer)
    expected = {(a, b): value for a, b, value in graph.edges(data=weight) if value}
    found = read(session, layer).ties
    assert {(tie.one, tie.other): tie.weight for tie in found} == expected
    weights = [tie.weight for tie in found]
    assert weights == sorted(weights, reverse=True)


def test_deals_are_those_of_the_model(session: Session) -> None:
    graph, found = session.market.network(DEALS), read(session, DEALS)
    assert sorted((tie.one, tie.other) for tie in found.ties) == sorted(graph.edges())
    assert {node: about.country for node, about in found.nodes.items()} == {
        node: graph.nodes[node]["country"] for node in found.nodes
    }
    assert found.ties


def test_around_a_person_stand_all_tied_to_it_not_those_of_the_sample_alone(
    session: Session,
) -> None:
    whole = session.market.network(COLLABORATION)
    person = max(read(session, COLLABORATION).nodes, key=lambda node: whole.degree(int(node)))
    expected = {str(node) for node in (*whole.successors(int(person)),
                                       *whole.predecessors(int(person)))}  # fmt: skip
    found = read(session, COLLABORATION, person)
    assert {neighbour.node for neighbour in found.around(person)} == expected != set()
    assert set(found.nodes) == expected | {person}


def test_around_a_country_stands_who_sends_and_who_receives(session: Session) -> None:
    found = read(session, CORRIDORS, "USA").around("USA")
    flows = session.market.flows()
    flows = flows[flows["group"] == "all"]
    came = flows[flows["destination"] == "USA"]["persons"].sum()
    left = flows[flows["origin"] == "USA"]["persons"].sum()
    assert sum(tie.weight for one in found for tie in one.of) == came > 0
    assert sum(tie.weight for one in found for tie in one.to) == left > 0
    assert [one.weight for one in found] == sorted((one.weight for one in found), reverse=True)


def test_who_has_left_has_no_ties_and_the_page_says_so(session: Session) -> None:
    for number in (10**9, -1):
        snapshot = take(session, COLLABORATION, str(number))
        drawn = network.draw(snapshot, "USA")
        assert "has left the market" in drawn
        assert network.around_rows(snapshot, snapshot.ties, str(number))[1] == []


@pytest.mark.parametrize("layer", GRAPHS)
def test_the_ties_of_a_node_are_drawn_and_told(layer: str, session: Session) -> None:
    whole = take(session, layer)
    node = whole.ties.ties[0].one
    snapshot = take(session, layer, node)
    country = node if layer in OF_COUNTRIES else "USA"
    drawn = ElementTree.fromstring(network.draw(snapshot, country))
    header, rows = network.around_rows(snapshot, snapshot.ties, node)
    assert rows and all(len(row) == len(header) for row in rows)
    codes = {part.attrib["data-code"] for part in drawn.iter() if "data-code" in part.attrib}
    around = snapshot.ties.around(node)[: network.AROUND_SHOWN]
    assert codes == {neighbour.node for neighbour in around}
    assert node in network.entries(snapshot, snapshot.ties).values()


def test_nodes_stay_where_they_were(session: Session) -> None:
    first = read(session, COLLABORATION)
    again = ties.read(session.market, session.market.deals(), COLLABORATION, None, first)
    moved = [math.dist(first.places[node], again.places[node]) for node in first.places]
    assert max(moved) < 0.15 and sum(moved) / len(moved) < 0.05
    assert read(session, COLLABORATION).places == first.places


def test_tied_nodes_stand_together() -> None:
    nodes = list(range(12))
    groups = nodes[:6], nodes[6:]
    pairs = [(one, other) for group in groups for one in group for other in group if one < other]
    at = settled(nodes, pairs)
    inside = [math.dist(at[one], at[other]) for one, other in pairs]
    across = [math.dist(at[one], at[other]) for one in groups[0] for other in groups[1]]
    assert 2 * sum(inside) / len(inside) < sum(across) / len(across)
    assert all(0 <= x <= 1 and 0 <= y <= 1 for x, y in at.values())
    later = settled([*nodes, 12], [*pairs, (12, 0)], at)
    assert math.dist(later[12], later[0]) < math.dist(later[12], later[11])
    assert settled([], []) == {} and settled(["alone"], []) == {"alone": (0.5, 0.5)}


def test_a_node_is_looked_at_by_list_and_by_click(session: Session) -> None:
    state = State(COARSE)
    state.session = session
    state.look_at(NETWORK)
    _, shown = solara.render(NetworkSeen(state), handle_error=False)

    def field() -> ipyvuetify.Select:
        return shown.find(ipyvuetify.Select).widgets[0]

    field().v_model = "Japan"
    assert state.country.value == state.centre.value == "JPN"
    assert "to and from Japan" in picture_of(shown)
    state.country.value = "IND"     # chosen elsewhere on the page
    assert "to and from India" in picture_of(shown) and field().v_model == "India"
    field().v_model = WHOLE
    assert state.centre.value is None
    state.look_at_layer(DEALS)
    buyer = state.snapshot.value.ties.ties[0].one
    state.look_around(buyer)        # what a click does
    assert field().v_model.startswith(buyer) and state.country.value == "IND"
    state.look_at_layer(CORRIDORS)
    assert field().v_model == WHOLE
    shown.close()


@solara.component
def NetworkSeen(state: State) -> None:
    """The view as the page shows it."""
    NetworkView(state, state.snapshot.value)


def picture_of(shown: object) -> str:
    """The drawing that is seen."""
    found = shown.find(ipyvue.VueTemplate).widgets   # type: ignore[attr-defined]
    return str(next(widget.svg for widget in found if hasattr(widget, "svg")))
