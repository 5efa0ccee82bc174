"""The world behind the page: its twin, its log of changes, and the files that live it again."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from agents.declare import InputError
from agents.levers import month_text
from agents.policies import Change
from experiments.record import COLUMNS, Record
from experiments.run import run
from model.scenario import read_scenario
from talentmarket.app.downloads import run_files, toml_text, zipped
from talentmarket.app.session import Session, Start, last_words
from talentmarket.app.snapshot import Snapshot, take

COARSE = Start("small", seed=3, persons_per_agent=2000.0)
GRANT = {"country": "USA", "set": {"returnee_grant_usd": 2_000_000}, "hold": True}
LABS = {"country": "USA", "set": {"research_environment": 3.0}}
GIFTED = {
    "id": "usa-gifted", "country": "USA", "title": "Gifted", "points_min": 10,
    "points": {"degree_phd": 30, "degree_bachelor": 10}, "processing_months": 1, "stay_months": 60,
}
OPEN = {"country": "USA", "scheme": "usa-h-1b", "remove": ["places_per_year"], "hold": True}


def written(session: Session, folder: Path) -> Path:
    """The scenario file of a session, the others beside it."""
    files = run_files(session)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder / next(iter(files))


@pytest.fixture(scope="module")
def played() -> Session:
    """A world in which much was changed; read it, never live it on."""
    session = Session(COARSE)
    session.advance(5)
    session.change({**GRANT, "set": {"returnee_grant_usd": 10}})
    session.change(GRANT)   # the same lever again in the same month: the later word counts
    session.change(OPEN)
    session.advance(4)
    session.change({"country": "KOR", "set": {"study_places": {"physical_ai": 9000}}})
    session.advance(5)
    return session


def test_exported_files_live_the_same_world_again(played: Session, tmp_path: Path) -> None:
    again = run(written(played, tmp_path))
    here = Record.of(played.market, wall_seconds=0.0)
    for table in COLUMNS:
        pd.testing.assert_frame_equal(getattr(again, table), getattr(here, table), obj=table)
    assert len(here.policies[here.policies["why"].str.startswith("changes-on-the-page")]) == 3


def test_new_schemes_and_points_tables_live_again_on_the_command_line(tmp_path: Path) -> None:
    session = Session(COARSE)
    session.advance(3)
    session.change(GRANT)
    session.open_scheme(GIFTED)
    session.advance(2)
    session.change({"country": "USA", "scheme": "usa-gifted", "tier": "main",
                    "set": {"points": {"degree_bachelor": 15, "degree_phd": 40}}})  # fmt: skip
    session.change({"country": "KOR", "scheme": "kor-f-2-7", "tier": "main",
                    "set": {"points": {"degree_phd": 90}}, "hold": True})  # fmt: skip
    session.open_scheme({**GIFTED, "id": "kor-gifted", "country": "KOR"})
    session.advance(9)
    visas = session.market.visas()
    assert visas[visas["scheme"] == "usa-gifted"]["grants"].sum() > 0
    assert session.twin is not None
    assert "usa-gifted" not in set(session.twin.visas()["scheme"])
    again, here = run(written(session, tmp_path)), Record.of(session.market, wall_seconds=0.0)
    for table in COLUMNS:
        pd.testing.assert_frame_equal(getattr(again, table), getattr(here, table), obj=table)


def test_a_new_scheme_can_be_taken_back_before_it_opens() -> None:
    session = Session(COARSE)
    session.advance(2)
    untouched = session.market
    session.open_scheme(GIFTED)
    session.change(LABS)
    assert [scheme.id for scheme in session.schemes] == ["usa-gifted"]
    assert month_text(session.schemes[0].valid_from) == month_text(session.month + 1)
    session.withdraw()
    assert session.market is untouched and session.twin is None and session.schemes == ()
    session.open_scheme(GIFTED)
    session.advance(1)
    session.change(LABS)
    session.withdraw()
    assert [scheme.id for scheme in session.schemes] == ["usa-gifted"] and session.changes == ()
    assert session.twin is not None
    pairs = session.ask_pairs(pairs=1)
    assert pairs is not None and pairs.stock.shape[0] == 2


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"id": "USA gifted"}, "id: not a slug"),
        ({"id": "usa-h-1b"}, "exists already"),
        ({"points": {"degree_phds": 3}}, "did you mean 'degree_phd'"),
        ({"points": {"degree_phd": 3_000}}, "points out of range"),
        ({"stay_months": -1}, "not in its range"),
        ({"stay_month": 5}, "did you mean 'stay_months'"),
        ({"points": {}}, "is empty"),
    ],
)
def test_a_scheme_that_cannot_be_leaves_the_world_alone(
    wrong: Mapping[str, Any], message: str
) -> None:
    session = Session(COARSE)
    before = session.market
    with pytest.raises(InputError, match=message):
        session.open_scheme({**GIFTED, **wrong})
    assert session.market is before and session.twin is None and session.schemes == ()


def test_a_scheme_is_opened_once() -> None:
    session = Session(COARSE)
    session.open_scheme(GIFTED)
    with pytest.raises(InputError, match="exists already"):
        session.open_scheme(GIFTED)
    assert len(session.schemes) == 1


def test_the_twin_is_the_world_without_changes(played: Session) -> None:
    plain = run("small", seed=3, persons_per_agent=2000.0, until=month_text(played.month))
    assert played.twin is not None
    pd.testing.assert_frame_equal(played.twin.national(), plain.national)
    assert not played.market.national().equals(plain.national)


def test_a_world_without_changes_is_exported_alone(tmp_path: Path) -> None:
    session = Session(COARSE)
    session.advance(2)
    assert [*run_files(session)] == ["small-page.toml"]
    again = run(written(session, tmp_path))
    pd.testing.assert_frame_equal(again.national, session.market.national())


def test_a_change_acts_from_next_month_on(played: Session) -> None:
    assert [month_text(change.month) for change in played.changes] == [
        "2019-06", "2019-06", "2019-10",
    ]  # fmt: skip
    assert played.fork_month == played.changes[0].month - 1


def test_the_same_seed_gives_the_same_numbers() -> None:
    one, other = (Session(COARSE) for _ in range(2))
    for session in (one, other):
        session.advance(3)
    assert one.market is not other.market
    pd.testing.assert_frame_equal(one.market.national(), other.market.national())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"country": "KOR", "set": {"returnee_grant_usd": -5}}, "not in its range"),
        ({"country": "KOR", "set": {"returnee_grants": 5}}, "did you mean 'returnee_grant_usd'"),
        ({"country": "XYZ", "set": {"returnee_grant_usd": 5}}, "unknown country"),
        ({"country": "USA", "scheme": "usa-h1b", "set": {"fee_usd": 5}}, "unknown scheme"),
        ({"country": "USA", "scheme": "usa-h-1b", "set": {"points_min": 5}}, "points table"),
    ],
)
def test_what_cannot_be_done_leaves_the_world_alone(
    change: Mapping[str, Any], message: str
) -> None:
    session = Session(COARSE)
    before = session.market
    with pytest.raises(InputError, match=message):
        session.change(change)
    assert session.market is before and session.twin is None and session.changes == ()


def test_nobody_changes_a_scenario_that_is_over() -> None:
    session = Session(Start("small", persons_per_agent=5000.0))
    assert session.advance(100) == 24
    with pytest.raises(InputError, match="the scenario is over"):
        session.change(GRANT)


def test_pairs_share_the_past_but_not_the_luck() -> None:
    session = Session(COARSE)
    session.advance(3)
    assert session.ask_pairs() is None    # nothing was changed yet
    session.change(LABS)
    session.advance(8)
    told: list[tuple[int, int]] = []
    pairs = session.ask_pairs(lambda done, of: told.append((done, of)), pairs=2)
    assert pairs is not None and pairs.until == session.month
    assert told[-1] == (2 * 2 * 8, 2 * 2 * 8)
    assert pairs.stock.shape[:2] == (3, 9)
    assert not np.any(pairs.stock[:, 0])                # all begin alike
    snapshot = take(session)
    assert snapshot.difference is not None
    np.testing.assert_array_equal(pairs.net[0], snapshot.difference["net"])
    assert not np.array_equal(pairs.stock[1], pairs.stock[2])
    mean, low, high = pairs.band("net")
    assert np.all(low <= mean) and np.all(mean <= high)
    session.change(GRANT)
    assert session.pairs is None                        # they know nothing of the new change


def test_a_snapshot_does_not_move(played: Session) -> None:
    session = Session(COARSE)
    session.advance(2)
    before = take(session)
    stock = before.series["stock"].copy()
    session.advance(3)
    np.testing.assert_array_equal(before.series["stock"], stock)
    with pytest.raises(ValueError, match="read-only"):
        before.series["stock"][0] = 0.0
    after = take(session)
    assert len(after.series["stock"]) == len(stock) + 3


def test_a_snapshot_says_what_the_tables_say(played: Session) -> None:
    snapshot, national = take(played), played.market.national()
    year = national[national["period"] == "2019"].pivot(
        index="country", columns="measure", values="value"
    )
    at = 2019 * 12 + 11 - (snapshot.first_month - 1)
    for code in ("KOR", "USA", "WLD"):
        place = snapshot.place(code)
        assert snapshot.series["stock"][at][place] == year.loc[code, "stock"]
        net = snapshot.series["net"][1 : at + 1, place].sum()
        assert net == year.loc[code, "net"]
    rate = snapshot.rates[at][snapshot.place("USA")]
    assert rate == pytest.approx(year.loc["USA", "net_per_10k_researchers"])


def test_flows_of_the_last_twelve_months_are_those_counted(played: Session) -> None:
    snapshot: Snapshot = take(played)
    assert snapshot.flow_months == 12
    inflow = snapshot.last_year("inflow")
    np.testing.assert_allclose(snapshot.flows.sum(axis=0), inflow[:-1])


def test_what_is_not_yet_in_force_can_be_taken_back() -> None:
    session = Session(COARSE)
    session.advance(2)
    untouched = session.market
    session.change(LABS)
    session.change(GRANT)
    assert len(session.pending) == 2
    session.withdraw()
    assert session.market is untouched and session.twin is None and session.changes == ()
    session.change(GRANT)
    session.advance(1)
    session.change(LABS)
    session.withdraw()
    session.withdraw()   # what acts already stays
    assert [change.names() for change in session.changes] == [("returnee_grant_usd",)]
    assert session.twin is not None


def test_the_last_word_of_a_month_counts() -> None:
    first = Change(24000, "KOR", {"returnee_grant_usd": 1.0, "retention_grant_usd": 2.0})
    again = Change(24000, "KOR", {"returnee_grant_usd": 3.0})
    later = Change(24001, "KOR", {"returnee_grant_usd": 4.0})
    places = [Change(24000, "KOR", {"study_places": {field: 9.0}}) for field in ("a", "b")]
    assert last_words(places) == [Change(24000, "KOR", {"study_places": {"a": 9.0, "b": 9.0}})]
    kept = last_words([first, again, later])
    assert [dict(change.set) for change in kept] == [
        {"retention_grant_usd": 2.0}, {"returnee_grant_usd": 3.0}, {"returnee_grant_usd": 4.0},
    ]  # fmt: skip


def test_toml_says_what_was_meant() -> None:
    values = {
        "text": 'a "quoted" \\ line\nand a tab\t', "yes": True, "whole": 3, "number": 0.1,
        "list": ["a", 1.5], "table": {"group.name": 2, "plain": {"deep": False}}, "none": [],
    }  # fmt: skip
    assert tomllib.loads(toml_text("a comment", values)) == values
    with pytest.raises(TypeError):
        toml_text("a comment", {"number": float("nan")})


def test_governments_and_parameters_are_exported(tmp_path: Path) -> None:
    session = Session(Start("visa-race", persons_per_agent=5000.0))
    session.advance(1)
    again = read_scenario(written(session, tmp_path))
    here = session.start.specification()
    assert again.governments == here.governments and again.parameters == here.parameters
    assert zipped({"a": "b"})[:2] == b"PK"
