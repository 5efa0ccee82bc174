"""Server: the pages on one machine, without a request to any other."""

from __future__ import annotations

import dataclasses
import importlib.util
import os
import warnings

from agents.declare import InputError

LOCAL, PORT = "127.0.0.1", 8765
SETTINGS = {
    "SOLARA_APP": "talentmarket.app.routes",
    "SOLARA_MODE": "production",
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "false",
    "SOLARA_THEME_SHOW_BANNER": "false",
    "SOLARA_KERNEL_CULL_TIMEOUT": "10m",   # a closed window gives its world back
}
NEEDED = ("solara", "uvicorn", "ipyvuetify")


def serve(port: int = PORT, host: str = LOCAL, scenario: str | None = None) -> None:
    """Serve the pages until interrupted.

    Parameters
    ----------
    scenario
        Name or path of the scenario with which every window begins; the baseline where None.
    port
        A free port, 1 to 65535.
    host
        Address to listen at; another one than 127.0.0.1 lets others in.

    Raises
    ------
    InputError
        The extra is not installed, the address cannot be had, or the scenario cannot be used.
    """
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise InputError(
            f"the page needs {', '.join(missing)}; install it with: "
            "pip install 'talentmarket[app]'"
        )
    check_address(port, host)
    # read when Solara is imported, so before the scenario is
    for name, value in SETTINGS.items():
        os.environ.setdefault(name, value)
    if scenario is not None:
        begin_with(scenario)
    import uvicorn

    # plain http is what one machine speaks to itself
    warnings.filterwarnings("ignore", message="Cookies with samesite=none")
    # told of Mesa's own component
    warnings.filterwarnings("ignore", message=".*ComponentsView: `use_state` found")
    print(f"Talent Market: http://{host}:{port}/ and http://{host}:{port}/mesa; Ctrl+C ends it.")
    if host == LOCAL:
        print("Only this machine can open it (127.0.0.1); --host lets others in.", flush=True)
    else:
        print(f"Anybody who reaches {host} can open it; there is no password.", flush=True)
    uvicorn.run("solara.server.starlette:app", host=host, port=port, log_level="error")


def begin_with(scenario: str) -> None:
    """Let every window begin with a scenario.

    Raises
    ------
    InputError
        It cannot be used; with file, line and key.
    """
    from model.scenario import shipped_scenarios
    from talentmarket.app.scenario_files import scenario_at
    from talentmarket.app.state import FINEST, State, start_of

    found = scenario_at(scenario)
    State.first = start_of(found)
    if scenario in shipped_scenarios():
        State.first = dataclasses.replace(State.first, scenario=scenario)  # the page has the name
    if found.persons_per_agent < FINEST:
        print(f"The page shows {found.name} at {FINEST:g} persons per agent; its own "
              f"{found.persons_per_agent:g} are left to the command line.")  # fmt: skip


def check_address(port: int, host: str) -> None:
    """Whether one may listen there.

    Raises
    ------
    InputError
        No port, no address of this machine, or already taken.
    """
    import socket

    if not 1 <= port <= 65535:
        raise InputError("not a port", key="--port", value=port, allowed="1 to 65535")
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as fault:
        raise InputError(
            f"cannot listen there: {fault.strerror}", key="--host and --port",
            value=f"{host}:{port}", allowed="another port, such as --port 8766",
        ) from None
