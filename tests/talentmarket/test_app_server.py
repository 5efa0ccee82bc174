"""The command that serves the pages, and the model as Mesa's page holds it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from typing import Any

import pandas as pd
import pytest

pytest.importorskip("solara")

import solara
import uvicorn

from agents.declare import InputError
from experiments.run import run
from talentmarket.__main__ import main
from talentmarket.app import mesa_page, server


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What a server would have been asked to do; none is started."""
    asked: list[Any] = []
    monkeypatch.setattr(uvicorn, "run", lambda app, **given: asked.append(given))
    for name in server.SETTINGS:
        monkeypatch.setenv(name, "")   # so that what is set in a test is forgotten after it
        monkeypatch.delenv(name)
    return asked


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((server.LOCAL, 0))
        return int(probe.getsockname()[1])


def test_only_this_machine_is_served_unless_told_otherwise(
    served: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    port = free_port()
    assert main(["app", "--port", str(port)]) == 0
    assert served[0]["host"] == "127.0.0.1" and served[0]["port"] == port
    said = capsys.readouterr().out
    assert f"http://127.0.0.1:{port}/" in said and "Only this machine" in said
    assert os.environ["SOLARA_TELEMETRY_MIXPANEL_ENABLE"] == "false"


def test_others_are_let_in_with_a_warning(
    served: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["app", "--port", str(free_port()), "--host", "0.0.0.0"]) == 0
    assert served[0]["host"] == "0.0.0.0"
    assert "no password" in capsys.readouterr().out


@pytest.mark.parametrize("port", ["0", "70000", "many"])
def test_a_bad_port_is_told(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["app", "--port", port]) == 2
    assert port in capsys.readouterr().err


def test_a_port_that_is_taken_is_told(served: list[Any]) -> None:
    with socket.socket() as other:
        other.bind((server.LOCAL, 0))
        other.listen()
        with pytest.raises(InputError, match="cannot listen there"):
            server.serve(other.getsockname()[1])
    assert served == []


def test_a_missing_extra_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "NEEDED", ("solara", "no_such_package_at_all"))
    with pytest.raises(InputError, match=r"no_such_package_at_all.*talentmarket\[app\]"):
        server.serve()


# Mesa's page ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def watched() -> mesa_page.Watched:
    market = mesa_page.Watched(seed=3, persons_per_agent=2000)
    while market.running:
        market.step()
    return market


def test_watching_changes_nothing(watched: mesa_page.Watched) -> None:
    plain = run("small", seed=3, persons_per_agent=2000.0)
    pd.testing.assert_frame_equal(watched.national(), plain.national)
    watched.step()   # nothing happens after the last month
    assert watched.month == watched.end_month


def test_the_collector_says_what_the_tables_say(watched: mesa_page.Watched) -> None:
    frame = watched.datacollector.get_model_vars_dataframe()
    national = watched.national()
    months = national[national["period"].str.len() == 7]
    korea = months[(months["country"] == "KOR") & (months["measure"] == "stock")]
    assert frame["stock KOR"].tolist() == korea["value"].tolist()
    assert len(frame) == 25


def test_marks_on_the_network_are_no_agents_of_the_market(watched: mesa_page.Watched) -> None:
    assert len(watched.grid.agents) == len(watched.tables.countries)
    assert mesa_page.Place not in watched.agent_types
    places = mesa_page.geography(watched.grid.G)
    assert list(places) == list(range(len(watched.tables.countries)))
    assert {mesa_page.portrayal(place).color for place in watched.grid.agents}


def test_mesas_components_are_drawn(watched: mesa_page.Watched) -> None:
    for component, _ in mesa_page.components():
        _, shown = solara.render(component(watched), handle_error=False)
        shown.close()


def test_parameters_of_the_page_are_those_of_the_model() -> None:
    market = mesa_page.Watched(
        scenario="small", seed=5.0, persons_per_agent=2000, policy="korea-tax-relief"
    )
    assert market.specification.seed == 5
    assert [policy.name for policy in market.specification.policies] == ["korea-tax-relief"]
    assert set(mesa_page.PARAMETERS) == {"scenario", "seed", "persons_per_agent", "policy"}


ASKED_FIRST = """
import uvicorn
uvicorn.run = lambda app, **given: None
from talentmarket.__main__ import main
assert main(["app", "small", "--port", "{port}"]) == 0
from solara.server import settings
from talentmarket.app.state import State
print(settings.theme.show_banner, settings.telemetry.mixpanel_enable, State.first.scenario)
"""


def test_solara_keeps_quiet_and_the_page_knows_a_shipped_scenario_by_its_name() -> None:
    """In a process of its own: settings are read once, when Solara is imported."""
    environment = {name: value for name, value in os.environ.items() if "SOLARA" not in name}
    said = subprocess.run(
        [sys.executable, "-c", ASKED_FIRST.format(port=free_port())], check=True, text=True,
        capture_output=True, env=environment,
    ).stdout
    assert said.splitlines()[-1] == "False False small"
