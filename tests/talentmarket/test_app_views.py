"""Pictures, tables and components of the page, without a browser."""

from __future__ import annotations

import asyncio
import dataclasses
import gc
import re
import weakref
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("solara")

import ipyvuetify
import solara

from agents.declare import InputError
from agents.levers import FIELDS
from talentmarket.app import (
    corridors,
    country,
    desk_fields,
    effect,
    firms,
    network,
    policy_desk,
    svg,
    trajectories,
    validation,
    world_map,
)
from talentmarket.app.page import Middle, ResetForm, Right, pictures
from talentmarket.app.session import Session, Start
from talentmarket.app.snapshot import Snapshot, take
from talentmarket.app.state import NETWORK, VIEWS, Order, State, start_from
from talentmarket.app.ties import GRAPHS, OF_COUNTRIES

COARSE = Start("small", seed=3, persons_per_agent=2000.0)
NAME = "<b>&'\""
"""A name that would break a page which does not escape it."""


@pytest.fixture(scope="module")
def session() -> Session:
    """Two years, a change after the first; read it, never live it on."""
    session = Session(COARSE)
    session.advance(12)
    session.change({"country": "USA", "set": {"research_environment": 3.0}})
    session.advance(12)
    return session


@pytest.fixture(scope="module")
def snapshot(session: Session) -> Snapshot:
    return take(session)


@pytest.fixture(scope="module")
def opening() -> Snapshot:
    return take(Session(COARSE))


DRAWN: dict[str, Callable[[Snapshot], str]] = {
    "world": lambda snapshot: world_map.draw(snapshot, "USA"),
    "stock": lambda snapshot: world_map.draw(snapshot, "SGP", world_map.STOCK),
    "rest": lambda snapshot: world_map.draw(snapshot, "ROW"),
    "since": lambda snapshot: world_map.draw(snapshot, "USA", world_map.RATE, world_map.SINCE),
    "gap": lambda snapshot: world_map.draw(snapshot, "ROW", world_map.STOCK, world_map.GAP),
    "effect": lambda snapshot: effect.draw(snapshot, "USA"),
    "fields": lambda snapshot: country.draw_fields(snapshot, "USA"),
    "employers": firms.draw_employers,
    "deals": lambda snapshot: firms.draw_deals(snapshot, None),
    "deals of one": lambda snapshot: firms.draw_deals(snapshot, "USA"),
    "validation": lambda snapshot: validation.draw(snapshot, "KOR"),
    **{
        course: lambda snapshot, course=course: trajectories.draw(snapshot, ["KOR", "USA"], course)
        for course in trajectories.COURSES
    },
}


@pytest.mark.parametrize("name", DRAWN)
def test_pictures_are_sound_at_the_opening_and_later(
    name: str, snapshot: Snapshot, opening: Snapshot
) -> None:
    for moment in (opening, snapshot):
        drawn = ElementTree.fromstring(DRAWN[name](moment))
        assert drawn.attrib["aria-label"]
        assert "nan" not in ElementTree.tostring(drawn, encoding="unicode").lower()


@pytest.mark.parametrize("name", DRAWN)
def test_whatever_a_name_holds_it_cannot_break_the_page(name: str, snapshot: Snapshot) -> None:
    employers, deals = snapshot.employers.copy(), snapshot.deals.copy()
    employers["employer"] = NAME
    deals["buyer"] = deals["form"] = NAME
    wild = dataclasses.replace(
        snapshot, names=(NAME,) * len(snapshot.names), employers=employers, deals=deals,
    )
    drawn = DRAWN[name](wild)
    assert "<b>" not in drawn
    ElementTree.fromstring(drawn)


@pytest.mark.parametrize("layer", GRAPHS)
def test_networks_are_drawn_and_told(layer: str, session: Session) -> None:
    snapshot = take(session, layer)
    ElementTree.fromstring(network.draw(snapshot, "USA"))
    header, rows = network.rows(snapshot)
    assert all(len(row) == len(header) for row in rows)
    if layer in OF_COUNTRIES:
        numbers = [float(row[2].replace(",", "")) for row in rows]
        assert numbers == sorted(numbers, reverse=True) and numbers[-1] > 0


def test_colours_mean_the_same_in_every_picture() -> None:
    rate = world_map.RATE
    assert world_map.colour_of(-1000, rate) == world_map.RATE_COLOURS[0]
    assert world_map.colour_of(0, rate) == world_map.RATE_COLOURS[3]
    assert world_map.colour_of(31, rate) == world_map.RATE_COLOURS[4]
    assert world_map.colour_of(1000, rate) == world_map.RATE_COLOURS[-1]
    assert world_map.colour_of(float("nan"), rate) == world_map.ABSENT


def test_every_country_has_a_place_on_the_map(snapshot: Snapshot) -> None:
    drawn = world_map.draw(snapshot, "KOR")
    assert set(re.findall(r"data-code='(\w+)'", drawn)) == set(snapshot.countries)
    for x, y in world_map.places().values():
        assert 0 < x < world_map.WIDTH and 0 < y < world_map.HEIGHT


def test_the_map_table_says_what_the_run_says(session: Session, snapshot: Snapshot) -> None:
    national = session.market.national()
    year = national[(national["period"] == "2020") & (national["country"] == "USA")]
    net = float(year.set_index("measure")["value"]["net"])
    _, rows = world_map.rows(snapshot)
    row = next(row for row in rows if row[0] == "United States")
    assert row[4] == svg.number(net)


@pytest.mark.parametrize(
    ("value", "up"), [(0.0, 1), (0.9, 1), (1.0, 1), (1.1, 2), (3, 5), (7, 10), (1_001, 2_000)]
)
def test_axes_grow_by_few_steps(value: float, up: float) -> None:
    assert svg.round_up(value) == pytest.approx(up)


def test_numbers_are_written_for_people() -> None:
    assert svg.number(-1234.4) == "−1,234" and svg.number(float("nan")) == "–"
    assert svg.number(-0.01, 1) == "0.0" and svg.signed(0.0) == "0" and svg.signed(3) == "+3"


def test_trajectories_carry_twin_marks_and_observations(snapshot: Snapshot) -> None:
    drawn = trajectories.draw(snapshot, ["USA", "KOR"], trajectories.WORKFORCE)
    assert "stroke-dasharray='5 4'" in drawn            # the twin
    assert "USA  research_environment" in drawn         # the mark of the change
    assert "observed" in drawn and "AI Index" in drawn
    reforms = trajectories.reforms(snapshot, "USA")
    ledger = snapshot.ledger[snapshot.ledger["country"] == "USA"]
    assert 0 < len(reforms) <= len(ledger) and reforms[0].month <= snapshot.month
    past = snapshot.fork_month
    assert past is not None
    values = trajectories.values_of(snapshot, "stock")
    twin = trajectories.values_of(snapshot, "stock", twin=True)
    assert values is not None and twin is not None and len(values) == len(twin)
    same = past - snapshot.first_month + 2
    np.testing.assert_array_equal(values[:same], twin[:same])
    assert not np.array_equal(values, twin)


def test_the_effect_is_the_world_less_its_twin(snapshot: Snapshot) -> None:
    assert snapshot.difference is not None and snapshot.twin is not None
    place = snapshot.place("USA")
    stock = snapshot.series["stock"][-1][place] - snapshot.twin["stock"][-1][place]
    assert snapshot.difference["stock"][-1][place] == stock
    assert not snapshot.difference["net"][0].any()
    _, rows, row = effect.rows(snapshot, "USA", effect.STOCK)
    assert rows[row][1] == svg.signed(stock)
    assert "share no luck" in effect.band_text(snapshot)


def test_flows_since_the_change_are_those_of_the_tables(
    session: Session, snapshot: Snapshot
) -> None:
    assert session.twin is not None and snapshot.since is not None
    for world, since in ((session.market, snapshot.since), (session.twin, snapshot.since_twin)):
        flows = world.flows()
        after = flows[(flows["year"] == 2020) & (flows["group"] == "all")]   # changed in 2020-01
        assert since.sum() == after["persons"].sum() > 0
        into = after[after["destination"] == "USA"]["persons"].sum()
        assert since[:, snapshot.place("USA")].sum() == into
    assert not np.array_equal(snapshot.since, snapshot.since_twin)


def test_corridors_tell_people_twin_and_difference(snapshot: Snapshot, opening: Snapshot) -> None:
    found = corridors.largest(snapshot, None, 1000)
    assert sum(one.people for one in found) == snapshot.since.sum()
    assert sum(one.twin for one in found) == snapshot.since_twin.sum()
    gaps = [abs(one.difference) for one in found]
    assert gaps == sorted(gaps, reverse=True) and gaps[0] > 0
    assert all("USA" in one[:2] for one in corridors.largest(snapshot, "USA", 9))
    header, rows = corridors.rows(snapshot)
    assert rows[0][2:5] == [svg.number(found[0].people), svg.number(found[0].twin),
                            svg.signed(found[0].difference)]  # fmt: skip
    assert all(len(row) == len(header) for row in rows)
    assert "2020-01" in corridors.title(snapshot)
    assert corridors.rows(opening)[1] == [] and opening.since is None


def test_the_map_shows_the_flows_that_were_asked_for(
    snapshot: Snapshot, opening: Snapshot
) -> None:
    flows = world_map.largest_flows(snapshot, "USA", world_map.GAP)
    assert min(flow[2] for flow in flows) < 0 < max(flow[2] for flow in flows)
    sizes = [abs(flow[2]) for flow in flows]
    assert sizes == sorted(sizes, reverse=True)
    drawn = world_map.draw(snapshot, "USA", world_map.RATE, world_map.GAP)
    assert "more than in the twin" in drawn and "since 2020-01" in drawn
    assert "last 0 months" in world_map.draw(opening, "USA", world_map.RATE, world_map.GAP)


def test_validation_holds_like_to_like(snapshot: Snapshot, session: Session) -> None:
    national = session.market.national().set_index(["period", "country", "measure"])["value"]
    for pair in validation.pairs(snapshot):
        there = national[str(pair.year), pair.country, "net_per_10k_workforce"]
        assert pair.simulated == pytest.approx(there, nan_ok=True)
    pairs = [validation.Pair("KOR", 2019, x, "", y, 0.0) for x, y in
             ((1.0, 2.0), (2.0, 3.0), (3.0, 9.0), (4.0, 10.0))]  # fmt: skip
    assert validation.rank_correlation(pairs) == pytest.approx(1.0)
    assert np.isnan(validation.rank_correlation(pairs[:3]))


# The desk -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("subject", "name", "typed", "meant"),
    [
        (policy_desk.LEVERS, "returnee_grant_usd", "10,000", {"returnee_grant_usd": 10_000}),
        (policy_desk.LEVERS, "top_tax_rate", " 0.5 ", {"top_tax_rate": 0.5}),
        (policy_desk.LEVERS, "control_tower", "yes", {"control_tower": True}),
        (policy_desk.LEVERS, "dual_citizenship", "both", {"dual_citizenship": "both"}),
        (policy_desk.LEVERS, "study_places", "5", {"study_places": {FIELDS[0]: 5}}),
        ("usa-h-1b", "exempt_employers", "startup, industry",
         {"exempt_employers": ["startup", "industry"]}),
        ("usa-h-1b", "points", "degree_phd: 30\nage_under_30:12.5\n\n",
         {"points": {"degree_phd": 30.0, "age_under_30": 12.5}}),
    ],
)  # fmt: skip
def test_what_is_typed_is_read(subject: str, name: str, typed: str, meant: Any) -> None:
    change = policy_desk.written_change("USA", subject, name, typed, FIELDS[0], False, True)
    assert change["set"] == meant and change["hold"] is True
    assert change.get("scheme") == (None if subject == policy_desk.LEVERS else subject)


@pytest.mark.parametrize(
    ("name", "typed", "message"),
    [
        ("returnee_grant_usd", "much", "not a number"),
        ("returnee_grant_usd", "nan", "not a number"),
        ("returnee_grant_usd", "inf", "not a number"),
        ("returnee_grant_usd", "", "nothing typed"),
        ("control_tower", "", "nothing typed"),
    ],
)
def test_what_cannot_be_read_is_told(name: str, typed: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        policy_desk.written_change("USA", policy_desk.LEVERS, name, typed, FIELDS[0], False, True)


def test_every_entry_of_the_desk_has_a_value_and_a_range(snapshot: Snapshot) -> None:
    for code in ("USA", "KOR", "DEU"):
        for subject in policy_desk.subjects(snapshot, code):
            for name in policy_desk.entries(subject):
                assert desk_fields.shown(policy_desk.value_now(snapshot, code, subject, name))
                desk_fields.range_text(policy_desk.entry_of(subject, name))


@pytest.mark.parametrize(
    ("seed", "persons", "policies", "field"),
    [
        ("one", "100", [], "seed"), ("-1", "100", [], "seed"), ("1.5", "100", [], "seed"),
        ("1", "0", [], "persons"), ("1", "nan", [], "persons"), ("1", "many", [], "persons"),
        ("1", "100", ["without-windsurf"], "policies"),
    ],
)  # fmt: skip
def test_a_fault_stands_beside_its_field(
    seed: str, persons: str, policies: list[str], field: str
) -> None:
    start, faults = start_from("baseline", seed, persons, policies)
    assert start is None and list(faults) == [field]


# Components -----------------------------------------------------------------------------------


def ready(session: Session) -> State:
    """The state of a window that looks at a session."""
    state = State(COARSE)
    state.session = session
    state.refresh()
    return state


def test_every_view_is_shown(session: Session) -> None:
    state = ready(session)
    for as_table in (False, True):
        state.as_table.value = as_table
        for view in VIEWS:
            state.look_at(view)
            assert view != NETWORK or state.snapshot.value.ties is not None
            for component in (Middle(state), Right(state)):
                _, shown = solara.render(component, handle_error=False)
                shown.close()
    state.look_at(NETWORK)
    names = set(pictures(state))
    assert {"world.svg", "effect.svg", "network.svg", "source.txt"} <= names


def test_the_desk_changes_the_world() -> None:
    session = Session(COARSE)
    state = ready(session)
    _, shown = solara.render(policy_desk.Desk(state), handle_error=False)
    field = shown.find(ipyvuetify.TextField).widgets[0]
    apply = next(button for button in shown.find(ipyvuetify.Btn).widgets
                 if "Apply from next month" in button.children)  # fmt: skip
    field.v_model = "-3"
    apply.click()
    assert session.changes == ()
    field.v_model = "50000"
    apply.click()
    assert [dict(change.set) for change in session.changes] == [{"returnee_grant_usd": 50_000.0}]
    back = next(button for button in shown.find(ipyvuetify.Btn).widgets
                if "Take it back" in button.children)  # fmt: skip
    back.click()
    assert session.changes == () and session.twin is None
    shown.close()


def field_of(shown: Any, kind: Any, label: str) -> Any:
    return next(widget for widget in shown.find(kind).widgets if widget.label == label)


def press(shown: Any, label: str) -> None:
    next(button for button in shown.find(ipyvuetify.Btn).widgets
         if label in button.children).click()  # fmt: skip


def test_a_points_table_is_edited_where_it_stands() -> None:
    session = Session(COARSE)
    state = ready(session)
    _, shown = solara.render(policy_desk.Desk(state), handle_error=False)
    field_of(shown, ipyvuetify.Select, "Scheme or levers").v_model = "kor-f-2-7"
    field_of(shown, ipyvuetify.Select, "What to change").v_model = "points"
    table = field_of(shown, ipyvuetify.Textarea, "New value")
    assert "degree_phd: 25\n" in table.v_model
    table.v_model = table.v_model.replace("degree_phd: 25", "degree_phds: 90")
    press(shown, "Apply from next month")
    assert session.changes == ()
    table.v_model = table.v_model.replace("degree_phds: 90", "degree_phd: 90")
    press(shown, "Apply from next month")
    points = session.changes[0].set["points"]
    assert points["degree_phd"] == 90 and points["degree_master"] == 20 and len(points) > 10
    shown.close()


def test_a_scheme_is_written_and_opened_on_the_page() -> None:
    session = Session(COARSE)
    state = ready(session)
    _, shown = solara.render(policy_desk.Desk(state), handle_error=False)
    field_of(shown, ipyvuetify.Select, "Scheme or levers").v_model = policy_desk.NEW
    slug = field_of(shown, ipyvuetify.TextField, "short name")
    field_of(shown, ipyvuetify.Select, "begin with the conditions of").v_model = "kor-f-2-7"
    field_of(shown, ipyvuetify.Select, "condition").v_model = "stay_months"
    value = field_of(shown, ipyvuetify.TextField, "value")
    for typed, slug_typed in (("-4", "kor-new"), ("48", "KOR new"), ("48", "kor-f-2-7")):
        slug.v_model, value.v_model = slug_typed, typed
        press(shown, "Put into the draft")
        if typed != "-4":
            press(shown, "Open from next month")
        assert session.schemes == () and session.twin is None
    slug.v_model = "kor-new"
    press(shown, "Open from next month")
    scheme, = session.schemes
    assert scheme.id == "kor-new" and scheme.stay_months == 48 and scheme.points["degree_phd"] == 25
    assert "kor-new" in policy_desk.subjects(state.snapshot.value, "KOR")
    press(shown, "Take it back")
    assert session.schemes == () and session.twin is None
    shown.close()


def test_the_form_gives_an_order() -> None:
    state = State(COARSE)
    _, shown = solara.render(ResetForm(state), handle_error=False)
    seed, persons = shown.find(ipyvuetify.TextField).widgets[:2]
    reset = next(button for button in shown.find(ipyvuetify.Btn).widgets
                 if "Reset" in str(button.children))  # fmt: skip
    seed.v_model = "x"
    reset.click()
    assert state.order.value.number == 0
    seed.v_model, persons.v_model = "7", "900"
    reset.click()
    assert state.order.value == Order(1, "reset", 0, Start("small", 7, 900.0))
    shown.close()


def test_orders_are_obeyed() -> None:
    async def live() -> list[int]:
        state, months = State(COARSE), []
        await state.obey()
        for kind, number in (("step", 3), ("pairs", 0), ("play", 0)):
            state.give(kind, number)
            state.speed.value = 12
            await state.obey()
            assert state.snapshot.value is not None and state.fault.value == ""
            months.append(state.snapshot.value.month - state.snapshot.value.first_month + 1)
        assert state.snapshot.value.over and not state.playing.value
        state.give("reset", start=Start("nowhere"))
        await state.obey()
        assert "unknown scenario" in state.fault.value
        assert state.snapshot.value is not None
        return months

    assert asyncio.run(live()) == [3, 3, 24]


def test_two_windows_share_no_world() -> None:
    one, other = State(COARSE), State(COARSE)

    async def live() -> None:
        for state in (one, other):
            await state.obey()
        one.give("step", 5)
        await one.obey()

    asyncio.run(live())
    assert one.session is not other.session
    assert one.snapshot.value.month == other.snapshot.value.month + 5
    pd.testing.assert_frame_equal(
        Session(COARSE).market.national(), other.session.market.national()
    )


def test_a_dropped_world_is_freed() -> None:
    session = Session(COARSE)
    session.change({"country": "USA", "set": {"research_environment": 3.0}})
    session.advance(1)
    assert session.twin is not None
    kept = [weakref.ref(session.market), weakref.ref(session.twin)]
    shot = take(session)
    del session
    gc.collect()
    assert [reference() for reference in kept] == [None, None]   # a snapshot holds no world
    assert shot.month
