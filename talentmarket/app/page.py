"""The main page: controls above, policy desk left, pictures in the middle, what is now right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import solara
import solara.lab

from agents.declare import InputError
from agents.levers import month_text
from talentmarket.app import (
    corridors,
    effect,
    firms,
    network,
    svg,
    trajectories,
    validation,
    world_map,
)
from talentmarket.app import country as country_panel
from talentmarket.app.downloads import Downloads
from talentmarket.app.parts import STYLE, Fault, Note, Picture, Table
from talentmarket.app.policy_desk import Desk
from talentmarket.app.scenario_files import Files, scenario_of
from talentmarket.app.snapshot import Snapshot
from talentmarket.app.state import (
    EFFECT,
    FINEST,
    FIRMS,
    NETWORK,
    SPEEDS,
    VALIDATION,
    VIEWS,
    WORLD_VIEW,
    State,
    policy_titles,
    scenario_titles,
    start_from,
    start_of,
)
from talentmarket.app.ties import GRAPHS

WHOLE, YOURS = "the whole layer", "your file"


@solara.component
def Page() -> None:
    """The page of one window."""
    state = solara.use_memo(State, [])
    solara.Title("Talent Market")
    solara.Style(STYLE)
    with solara.Div(classes=["tm"]):
        Controls(state)
        Fault(state.fault.value)
        with solara.Div(classes=["tm-body"]):
            with solara.Div():
                Left(state)
            with solara.Div():
                Middle(state)
            with solara.Div():
                Right(state)
        Foot(state)


@solara.component
def Controls(state: State) -> None:
    """Play, pause, single months, speed, and where the world stands."""
    order = state.order.value
    solara.lab.use_task(state.obey, dependencies=[order.number], prefer_threaded=False)
    snapshot, playing, busy = state.snapshot.value, state.playing.value, state.busy.value
    waits = snapshot is None or bool(busy)
    over = snapshot is not None and snapshot.over
    with solara.Div(classes=["tm-head"]):
        solara.HTML(tag="h1", unsafe_innerHTML="Talent Market")
        month = month_text(snapshot.month) if snapshot is not None else "…"
        solara.HTML(tag="div", unsafe_innerHTML=month, classes=["tm-month"],
                    attributes={"aria-label": "month", "data-test": "month"})  # fmt: skip
        if playing:
            solara.Button("Pause", icon_name="mdi-pause", color="primary", on_click=state.pause)
        else:
            solara.Button("Play", icon_name="mdi-play", color="primary", disabled=waits or over,
                          on_click=lambda: state.give("play"))  # fmt: skip
        for months in (1, 12):
            solara.Button(
                f"+{months}", on_click=lambda months=months: state.give("step", months),
                disabled=waits or playing or over, outlined=True,
                attributes={"aria-label": f"live {months} month{'s' * (months > 1)}"},
            )
        with solara.Div(style="width:150px"):
            solara.Select("months per picture", values=list(SPEEDS), value=state.speed)
        with solara.Div(style="width:210px"):
            Chooser(state)
        solara.Checkbox(label="numbers as tables", value=state.as_table)
        said = busy or ("The scenario is over: reset, or choose a longer one." if over else "")
        solara.HTML(tag="div", unsafe_innerHTML=svg.text_of(said), classes=["tm-note"],
                    attributes={"role": "status"})  # fmt: skip


@solara.component
def Chooser(state: State) -> None:
    """The country that is looked at, everywhere on the page."""
    snapshot = state.snapshot.value
    if snapshot is None:
        return
    names = sorted(zip(snapshot.names, snapshot.countries, strict=True))
    codes = dict(names)

    def choose(name: str) -> None:
        state.country.value = codes[name]

    solara.Select("country", values=[name for name, _ in names],
                  value=snapshot.name(state.country.value), on_value=choose)  # fmt: skip


@solara.component
def Left(state: State) -> None:
    """What can be changed while the world runs, and what only a reset changes."""
    with solara.Div(classes=["tm-live"]):
        snapshot = state.snapshot.value
        name = snapshot.name(state.country.value) if snapshot is not None else ""
        solara.HTML(tag="h2", unsafe_innerHTML=f"Policy, live: {svg.text_of(name)}")
        Desk(state)
    with solara.Div(classes=["tm-reset"]):
        solara.HTML(tag="h2", unsafe_innerHTML="At reset")
        ResetForm(state)


@solara.component
def ResetForm(state: State) -> None:
    """Scenario, seed, scale and policies of the next world."""
    start = solara.use_memo(lambda: state.order.value.start, [])
    assert start is not None
    own = state.own.value
    first = start.scenario if isinstance(start.scenario, str) else YOURS
    scenario, set_scenario = solara.use_state(first)
    seed, set_seed = solara.use_state(str(start.seed))
    persons, set_persons = solara.use_state(f"{start.persons_per_agent:g}")
    policies, set_policies = solara.use_state(list(start.policies))
    faults, set_faults = solara.use_state(dict[str, str]())
    titles = solara.use_memo(scenario_titles, [])
    known = solara.use_memo(policy_titles, [])
    titles = titles if own is None else {YOURS: f"{own.name}: {own.title}", **titles}

    def read(files: Mapping[str, str]) -> None:
        try:
            state.own.value = found = scenario_of(files)
        except InputError as fault:
            fail(fault)
            return
        set_scenario(YOURS)
        begins = start_of(found)
        set_seed(str(begins.seed))
        set_persons(f"{begins.persons_per_agent:g}")
        set_policies([])
        set_faults({})

    def fail(fault: InputError) -> None:
        set_faults({"file": str(fault)})

    def reset() -> None:
        chosen = own if scenario == YOURS and own is not None else scenario
        found, wrong = start_from(chosen, seed, persons, policies)
        set_faults(wrong)
        if found is not None:
            state.give("reset", start=found)

    solara.Select("scenario", values=list(titles), value=scenario, on_value=set_scenario)
    Note(titles[scenario])
    Fault(faults.get("scenario", ""))
    Files("or a file of yours, with the policy files it names", read, fail)
    Fault(faults.get("file", ""))
    solara.InputText("seed: names the luck", value=seed, on_value=set_seed,
                     continuous_update=True, error="seed" in faults)  # fmt: skip
    Fault(faults.get("seed", ""))
    solara.InputText("persons per agent", value=persons, on_value=set_persons,
                     continuous_update=True, error="persons" in faults)  # fmt: skip
    Note(f"from {FINEST:g} to 10000: finer is slower, coarser is noisier")
    Fault(faults.get("persons", ""))
    solara.SelectMultiple("policies from the start", values=policies, all_values=list(known),
                          on_value=set_policies, dense=True)  # fmt: skip
    for name in policies:
        Note(f"{name}: {known[name]}")
    Fault(faults.get("policies", ""))
    solara.Button("Reset", icon_name="mdi-restart", on_click=reset, outlined=True, block=True)


@solara.component
def Middle(state: State) -> None:
    """The chosen view, and the trajectories under it."""
    snapshot = state.snapshot.value
    if snapshot is None:
        Note("A world is being opened …")
        return
    with solara.Div(classes=["tm-tabs"]):
        for view in VIEWS:
            is_on = state.view.value == view
            solara.Button(
                view, on_click=lambda view=view: state.look_at(view), outlined=True, small=True,
                classes=["tm-on"] if is_on else [], attributes={"aria-pressed": str(is_on).lower()},
            )
    SHOWN[state.view.value](state, snapshot)
    Trajectories(state, snapshot)
    code = state.country.value
    Table(
        *country_panel.scheme_rows(snapshot, code),
        f"Visa schemes of {snapshot.name(code)} and their queues: AI applicants, persons, "
        f"{snapshot.month // 12} so far; places are those won by AI applicants",
    )


@solara.component
def WorldView(state: State, snapshot: Snapshot) -> None:
    """The map, or its numbers."""
    scale, set_scale = solara.use_state(world_map.RATE)
    flows, set_flows = solara.use_state(world_map.YEAR)
    chosen, changed = state.country.value, snapshot.since is not None
    which = flows if changed else world_map.YEAR
    with solara.Div(classes=["tm-row"]):
        solara.ToggleButtonsSingle(scale, values=list(world_map.SCALES), on_value=set_scale,
                                   dense=True)  # fmt: skip
        if changed:
            solara.ToggleButtonsSingle(which, values=list(world_map.FLOWS), on_value=set_flows,
                                       dense=True)  # fmt: skip
    if state.as_table.value:
        header, rows = world_map.rows(snapshot)
        names = [row[0] for row in rows]
        Table(header, rows, "Countries by number of AI people", names.index(snapshot.name(chosen)))
        if which == world_map.YEAR:
            Table(*world_map.flow_rows(snapshot, chosen), world_map.flow_title(snapshot, which))
    else:
        Picture(world_map.draw(snapshot, chosen, scale, which), state.country.set)
    if which != world_map.YEAR:
        Table(*corridors.rows(snapshot), corridors.title(snapshot))
        Note(corridors.NOTE)
    Note(f"{snapshot.source()} Outlines: Natural Earth. Click a country to choose it.")


@solara.component
def EffectView(state: State, snapshot: Snapshot) -> None:
    """The world less its twin."""
    measure, set_measure = solara.use_state(effect.NET)
    if snapshot.difference is None:
        Note(effect.NOTHING_YET)
        return
    solara.ToggleButtonsSingle(measure, values=[effect.NET, effect.STOCK], on_value=set_measure,
                               dense=True)  # fmt: skip
    chosen = state.country.value
    if state.as_table.value:
        Table(*effect.month_rows(snapshot, chosen, measure), f"Difference, {snapshot.name(chosen)}")
    else:
        Picture(effect.draw(snapshot, chosen, measure))
    Note(effect.band_text(snapshot))
    solara.Button(
        "Four further pairs with luck of their own", small=True, outlined=True,
        on_click=lambda: state.give("pairs"),
        disabled=bool(state.busy.value) or state.playing.value,
    )
    header, rows, row = effect.rows(snapshot, chosen, measure)
    Table(header, rows, "Largest differences now, with 95 % intervals", row)
    Note(snapshot.source())


@solara.component
def FirmsView(state: State, snapshot: Snapshot) -> None:
    """Employers and deals."""
    alone, set_alone = solara.use_state(False)
    code = state.country.value if alone else None
    if state.as_table.value:
        Table(*firms.employer_rows(snapshot), "Largest employers of AI people, persons")
    else:
        Picture(firms.draw_employers(snapshot))
    solara.Checkbox(label=f"only deals over firms of {snapshot.name(state.country.value)}",
                    value=alone, on_value=set_alone)  # fmt: skip
    if not state.as_table.value:
        Picture(firms.draw_deals(snapshot, code))
    Table(*firms.deal_rows(snapshot, code), "Latest deals")
    Note(firms.note(snapshot))


@solara.component
def NetworkView(state: State, snapshot: Snapshot) -> None:
    """One layer of ties, whole or around one node."""
    ties, chosen = snapshot.ties, state.country.value
    if ties is None:
        return
    centre = network.centre_of(ties, chosen)
    labels = {WHOLE: None, **network.entries(snapshot, ties)}
    names = {node: label for label, node in labels.items()}
    with solara.Div(classes=["tm-row"]):
        solara.ToggleButtonsSingle(state.layer.value, values=list(GRAPHS),
                                   on_value=state.look_at_layer, dense=True)  # fmt: skip
        solara.Select("look at", values=list(labels), value=names[centre],
                      on_value=lambda label: state.look_around(labels[label]))  # fmt: skip
    if not state.as_table.value:
        Picture(network.draw(snapshot, chosen), state.look_around)
    if centre is not None:
        caption = network.AROUND[ties.layer].format(network.name_of(snapshot, ties, centre))
        Table(*network.around_rows(snapshot, ties, centre), caption)
    elif state.as_table.value:
        Table(*network.rows(snapshot), network.MEANING[ties.layer])
    Note(f"{snapshot.source()} Click a node to see who is tied to it.")


@solara.component
def ValidationView(state: State, snapshot: Snapshot) -> None:
    """The run beside published figures."""
    if not state.as_table.value:
        Picture(validation.draw(snapshot, state.country.value), state.country.set)
    Table(*validation.rows(snapshot), "Net rate a year per 10,000 of the work force")
    Note(f"{validation.NOTE} {snapshot.source()}")


@solara.component
def Trajectories(state: State, snapshot: Snapshot) -> None:
    """National figures over time, the chosen country first."""
    course, set_course = solara.use_state(trajectories.WORKFORCE)
    followed, set_followed = solara.use_state(list(trajectories.FOLLOWED))
    chosen = state.country.value
    countries = [chosen, *(code for code in followed if code != chosen)]
    with solara.Div(style="display:flex; gap:12px; margin-top:8px"):
        solara.Select("over time", values=list(trajectories.COURSES), value=course,
                      on_value=set_course)  # fmt: skip
        solara.SelectMultiple("beside it", values=followed, all_values=list(snapshot.countries),
                              on_value=set_followed, dense=True)  # fmt: skip
    if state.as_table.value:
        about = trajectories.COURSES[course]
        Table(*trajectories.rows(snapshot, countries, course), f"{about.title}, {about.unit}")
    else:
        Picture(trajectories.draw(snapshot, countries, course))
    Note(snapshot.source())


@solara.component
def Right(state: State) -> None:
    """The chosen country now."""
    snapshot = state.snapshot.value
    if snapshot is None:
        return
    code = state.country.value
    solara.HTML(tag="h2", unsafe_innerHTML=f"{svg.text_of(snapshot.name(code))} now")
    solara.HTML(tag="div", unsafe_innerHTML=country_panel.tiles(snapshot, code))
    if snapshot.twin is not None:
        Note("vs twin: this world less the untouched twin")
        solara.HTML(tag="h2", unsafe_innerHTML=corridors.short_title(snapshot))
        Table(*corridors.short_rows(snapshot, code), "persons; Diff.: less the twin")
    solara.HTML(tag="h2", unsafe_innerHTML="People and work by field")
    if state.as_table.value:
        Table(*country_panel.field_rows(snapshot, code), "Shares of fields")
    else:
        Picture(country_panel.draw_fields(snapshot, code))
    solara.HTML(tag="h2", unsafe_innerHTML="Take it home")
    Downloads(state, lambda: pictures(state))


@solara.component
def Foot(state: State) -> None:
    """What the page is, and is not."""
    with solara.Div(classes=["tm-foot"]):
        Note(
            "A simulation, not a forecast. One run is one draw: read effects from pairs, and small "
            "countries not at all in coarse worlds. Mesa's own page of this model: /mesa."
        )


SHOWN: dict[str, Callable[..., Any]] = {
    WORLD_VIEW: WorldView, EFFECT: EffectView, FIRMS: FirmsView, NETWORK: NetworkView,
    VALIDATION: ValidationView,
}


def pictures(state: State) -> dict[str, str]:
    """The pictures of all views as they stand, by file name."""
    snapshot, code = state.snapshot.value, state.country.value
    assert snapshot is not None
    drawn = {
        "world.svg": world_map.draw(snapshot, code),
        "over-time.svg": trajectories.draw(
            snapshot, [code, *trajectories.FOLLOWED], trajectories.WORKFORCE
        ),
        "fields.svg": country_panel.draw_fields(snapshot, code),
        "employers.svg": firms.draw_employers(snapshot),
        "deals.svg": firms.draw_deals(snapshot, None),
        "validation.svg": validation.draw(snapshot, code),
    }
    if snapshot.difference is not None:
        drawn["effect.svg"] = effect.draw(snapshot, code)
    if snapshot.ties is not None:
        drawn["network.svg"] = network.draw(snapshot, code)
    return drawn | {"source.txt": snapshot.source() + "\n"}
