"""What the page costs: redraw by view and size of the world, and memory over redraws and resets.

Run ``python benchmarks/page.py``; each size runs in a process of its own. A redraw is what the page
does after a month: take a snapshot and draw the view. ``page`` is the same through the components
of Solara, all that is seen beside the view included, without the browser. Times are those of the
processor, so that other programs do not count.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

SIZES = {"5,000": 168.0, "70,000": 12.0}
"""Persons per agent of the baseline, by researchers at the opening."""
MONTHS_BEFORE, MONTHS_AFTER = 18, 6
"""Months lived before and after the change that makes a twin."""
CHANGE = {"country": "KOR", "set": {"returnee_grant_usd": 500_000}}
REPEATS = 15
REDRAWS, RESETS = 500, 50
RESET_PERSONS = 500.0
MUST, AIM = 100, 40
"""Milliseconds a redraw of the page at 70,000 researchers may take and should take."""


def milliseconds(do: Callable[[], Any], repeats: int = REPEATS) -> float:
    """Median processor time of something, the first try left out."""
    do()
    times = []
    for _ in range(repeats):
        began = time.process_time()
        do()
        times.append((time.process_time() - began) * 1e3)
    return statistics.median(times)


def resident() -> float:
    """Memory of this process now, in megabytes."""
    gc.collect()
    with open("/proc/self/statm") as told:
        return int(told.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def measure(persons: float) -> None:
    """Live a world and its twin, draw every view, print one line of JSON."""
    import solara

    from talentmarket.app import effect, firms, network, trajectories, validation, world_map
    from talentmarket.app.page import Left, Middle, Right
    from talentmarket.app.session import Session, Start
    from talentmarket.app.snapshot import take
    from talentmarket.app.state import NETWORK, VIEWS, State
    from talentmarket.app.ties import GRAPHS

    session = Session(Start("baseline", seed=1, persons_per_agent=persons))
    found: dict[str, Any] = {"researchers": len(session.market.researchers)}
    session.advance(MONTHS_BEFORE)
    session.change(CHANGE)
    session.advance(2)
    began = time.process_time()
    session.advance(MONTHS_AFTER)
    found["a month, world and twin"] = (time.process_time() - began) * 1e3 / MONTHS_AFTER
    found["snapshot alone"] = milliseconds(lambda: take(session))
    drawn: dict[str, Callable[[Any], object]] = {
        "World": lambda seen: world_map.draw(seen, "KOR"),
        "Effect": lambda seen: effect.draw(seen, "KOR"),
        "Firms": lambda seen: (firms.draw_employers(seen), firms.draw_deals(seen, None)),
        "Validation": lambda seen: validation.draw(seen, "KOR"),
        "over time": lambda seen: trajectories.draw(
            seen, trajectories.FOLLOWED, trajectories.WORKFORCE
        ),
    }
    for name, draw in drawn.items():
        found[f"redraw {name}"] = milliseconds(lambda draw=draw: draw(take(session)))
    for layer in GRAPHS:
        seen = take(session, layer)   # the next month keeps its places
        found[f"redraw Network, {layer}"] = milliseconds(
            lambda seen=seen: network.draw(take(session, seen.ties.layer, None, seen.ties), "KOR")
        )
    state = State()
    state.session = session
    state.refresh()
    parts = [solara.render(part(state), handle_error=False)[1] for part in (Left, Middle, Right)]
    for view in VIEWS:
        state.look_at(view)
        if view != NETWORK:
            found[f"page, {view}"] = milliseconds(state.refresh)
            continue
        for layer in GRAPHS:
            state.look_at_layer(layer)
            found[f"page, Network, {layer}"] = milliseconds(state.refresh)
    for part in parts:
        part.close()
    print(json.dumps(found))


def memory() -> None:
    """Redraw and reset many times, print one line of JSON of the memory before, amid and after."""
    import solara

    from talentmarket.app.page import Left, Middle, Right
    from talentmarket.app.session import Session, Start
    from talentmarket.app.state import State

    state = State()
    start = Start("baseline", seed=1, persons_per_agent=RESET_PERSONS)
    state.session = Session(start)
    state.session.advance(12)
    state.session.change(CHANGE)
    state.refresh()
    parts = [solara.render(part(state), handle_error=False)[1] for part in (Left, Middle, Right)]
    redraws, resets = [], []
    for number in range(REDRAWS + 1):
        if number % (REDRAWS // 5) == 0:
            redraws.append(resident())
        state.refresh()
    for number in range(RESETS + 1):
        if number % (RESETS // 5) == 0:
            resets.append(resident())
        state.session = Session(start)
        state.session.advance(2)
        state.session.change(CHANGE)
        state.session.advance(1)
        state.refresh()
    for part in parts:
        part.close()
    print(json.dumps({"redraws": redraws, "resets": resets}))


def in_a_process(*arguments: str) -> dict[str, Any]:
    """What this file prints when it runs with some arguments."""
    done = subprocess.run(
        [sys.executable, __file__, *arguments], stdout=subprocess.PIPE, check=True, text=True
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    """Measure what was asked, or everything, and print it as a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=float, help=argparse.SUPPRESS)
    parser.add_argument("--memory", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.persons is not None:
        measure(chosen.persons)
        return
    if chosen.memory:
        memory()
        return
    by_size = [in_a_process("--persons", str(persons)) for persons in SIZES.values()]
    print(f"{'processor ms, median':<32}" + "".join(f"{name:>10}" for name in SIZES))
    for name in by_size[0]:
        cells = [f"{found[name]:>10,.0f}" if name == "researchers" else f"{found[name]:>10.1f}"
                 for found in by_size]  # fmt: skip
        print(f"{name:<32}{''.join(cells)}")
    print(f"\nthe page at 70,000: must {MUST} ms, aim {AIM} ms")
    held = in_a_process("--memory")
    for name, count in (("redraws", REDRAWS), ("resets", RESETS)):
        told = ", ".join(f"{megabytes:.0f}" for megabytes in held[name])
        print(f"memory over {count} {name}, MB, at every fifth of them: {told}")


if __name__ == "__main__":
    main()
