"""State: what one browser window holds, and the only place that lives months for it."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Mapping
from typing import Any, NamedTuple

import solara

from agents.declare import InputError
from model.policy_files import read_policy, shipped_policies
from model.scenario import Scenario, read_scenario, shipped_scenarios
from talentmarket.app.session import Session, Start
from talentmarket.app.snapshot import Snapshot, take
from talentmarket.app.ties import CORRIDORS, OF_COUNTRIES, Ties

WORLD_VIEW, EFFECT, FIRMS, NETWORK, VALIDATION = (
    "World", "Effect of changes", "Firms and deals", "Network", "Validation",
)  # fmt: skip
VIEWS = (WORLD_VIEW, EFFECT, FIRMS, NETWORK, VALIDATION)
SPEEDS = (1, 3, 6, 12)
FINEST = 5.0
"""Persons per agent; a finer world would hold up the browser."""
BREATH = 0.02
"""Seconds between two pictures, in which clicks come in."""
FIRST = Start("baseline", seed=1, persons_per_agent=50.0)


def start_of(scenario: Scenario) -> Start:
    """A scenario as its file has it, but no finer than the page can show."""
    return Start(scenario, scenario.seed, max(scenario.persons_per_agent, FINEST))


class Order(NamedTuple):
    """Something to be done with the world; orders are numbered, the newest one counts."""

    number: int
    kind: str
    """``reset``, ``step``, ``play`` or ``pairs``."""
    months: int = 0
    start: Start | None = None


class State:
    """What one window holds; every page makes its own, so windows share no world."""

    first = FIRST
    """What every window begins with; the server may be given another one."""

    def __init__(self, first: Start | None = None) -> None:
        first = self.first if first is None else first
        self.own = solara.Reactive(first.scenario if isinstance(first.scenario, Scenario) else None)
        """A scenario of the person's own."""
        self.session: Session | None = None
        self.snapshot = solara.Reactive[Snapshot | None](None)
        self.order = solara.Reactive(Order(0, "reset", start=first))
        self.playing = solara.Reactive(False)
        self.busy = solara.Reactive("")
        self.fault = solara.Reactive("")
        """What went wrong while living or resetting."""
        self.speed = solara.Reactive(SPEEDS[0])
        self.view = solara.Reactive(WORLD_VIEW)
        self.country = solara.Reactive("KOR")
        self.as_table = solara.Reactive(False)
        self.layer = solara.Reactive(CORRIDORS)
        """The layer of the network that is looked at."""
        self.centre = solara.Reactive[str | None](None)
        """The node around which it is shown; None for the whole layer."""

    # orders -------------------------------------------------------------------------------

    def give(self, kind: str, months: int = 0, start: Start | None = None) -> None:
        """Give an order; what is being done comes to an end with the month it is in."""
        self.playing.value = kind == "play"
        self.order.value = Order(self.order.value.number + 1, kind, months, start)

    def pause(self) -> None:
        """Stop after the month that is being lived."""
        self.playing.value = False

    async def obey(self) -> None:
        """Do what the newest order says, the world living in a thread of its own."""
        order = self.order.value
        try:
            match order.kind:
                case "reset":
                    await self._reset(order.start or self.first)
                case "step":
                    await self._live(order.months)
                case "play":
                    await self._play()
                case "pairs":
                    await self._ask_pairs()
            self.fault.value = ""
        except InputError as fault:
            self.fault.value = str(fault)
        except Exception as error:   # the page lives on and says so; where it broke, the terminal
            traceback.print_exc()
            self.fault.value = f"The world stopped: {type(error).__name__}: {error}. Reset it."
        finally:
            if self.order.value is order:
                self.busy.value, self.playing.value = "", False

    async def _reset(self, start: Start) -> None:
        self.busy.value = "opening a world …"
        session = await asyncio.to_thread(Session, start)
        self.session = session
        await self.show()

    async def _live(self, months: int) -> None:
        session = self.session
        if session is not None:
            await asyncio.to_thread(session.advance, months)
            await self.show()

    async def _play(self) -> None:
        order = self.order.value
        while self.playing.value and self.order.value is order:
            await self._live(self.speed.value)   # draws, so the next month waits for the picture
            snapshot = self.snapshot.value
            if snapshot is None or snapshot.over:
                break
            await asyncio.sleep(BREATH)

    async def _ask_pairs(self) -> None:
        if self.session is not None:
            self.busy.value = "living further pairs of worlds …"
            await asyncio.to_thread(self.session.ask_pairs)
            await self.show()

    async def show(self) -> None:
        """Take a snapshot of the world and draw it."""
        session, taken, asked = self.session, None, self._asked()
        # what was changed or asked for while it was taken is in it, or it is taken again
        while session is not None and (
            taken is None or taken.decided != session.decided or asked != self._asked()
        ):
            asked = self._asked()
            taken = await asyncio.to_thread(take, session, *asked, self._ties())
        if session is self.session and taken is not None:
            self.snapshot.value = taken

    def _asked(self) -> tuple[str | None, str | None]:
        """Layer and centre of the ties that are looked at."""
        return (self.layer.value, self.centre.value) if self.view.value == NETWORK else (None, None)

    def _ties(self) -> Ties | None:
        """The ties that are seen now."""
        return None if self.snapshot.value is None else self.snapshot.value.ties

    def look_at(self, view: str) -> None:
        """Show another view; the network is read only while it is looked at."""
        self.view.value = view
        if view == NETWORK:
            self.refresh()

    def refresh(self) -> None:
        """Take a snapshot at once."""
        if self.session is not None:
            self.snapshot.value = take(self.session, *self._asked(), self._ties())

    def look_at_layer(self, layer: str) -> None:
        """Show another layer of the network, whole."""
        self.layer.value, self.centre.value = layer, None
        self.refresh()

    def look_around(self, node: str | None) -> None:
        """Show the ties of one node, or all again; a country is then the chosen one everywhere."""
        self.centre.value = node
        if node is not None and self.layer.value in OF_COUNTRIES:
            self.country.value = node
        self.refresh()

    # policies -----------------------------------------------------------------------------

    def change(self, written: Mapping[str, Any]) -> None:
        """Let a government change something from next month on.

        Raises
        ------
        InputError
            It cannot be done.
        """
        if self.session is not None:
            self.session.change(written)
            self.refresh()

    def open_scheme(self, written: Mapping[str, Any]) -> None:
        """Let a government open a new visa scheme from next month on.

        Raises
        ------
        InputError
            It cannot be done.
        """
        if self.session is not None:
            self.session.open_scheme(written)
            self.refresh()

    def withdraw(self) -> None:
        """Take back what was decided for next month."""
        if self.session is not None:
            self.session.withdraw()
            self.refresh()


# Fields of a reset --------------------------------------------------------------------------


def start_from(
    scenario: str | Scenario, seed: str, persons: str, policies: list[str]
) -> tuple[Start | None, dict[str, str]]:
    """What was typed as a start, or one message for each field that cannot be used."""
    faults: dict[str, str] = {}
    number, scale = 0, FINEST
    try:
        number = int(seed.strip())
        if not 0 <= number < 2**63:
            raise ValueError
    except ValueError:
        faults["seed"] = f"Not a seed: {seed!r}. A whole number from 0, such as 1."
    try:
        scale = float(persons.strip())
        if not FINEST <= scale <= 10_000:
            raise ValueError
    except ValueError:
        faults["persons"] = (
            f"Not a scale for the page: {persons!r}. A number from {FINEST:g} to 10000; "
            "the command line runs finer worlds."
        )
    if isinstance(scenario, str) and scenario not in shipped_scenarios():
        faults["scenario"] = f"No such scenario: {scenario!r}."
    if faults:
        return None, faults
    start = Start(scenario, number, scale, tuple(policies))
    try:
        start.specification()
    except InputError as fault:
        return None, {"policies": str(fault)}
    return start, {}


def scenario_titles() -> dict[str, str]:
    """Shipped scenarios: name and title."""
    return {name: read_scenario(name).title for name in shipped_scenarios()}


def policy_titles() -> dict[str, str]:
    """Shipped policies: name and title."""
    return {name: read_policy(name).title for name in shipped_policies()}
