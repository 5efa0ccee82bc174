"""Researchers seen as Mesa agents: views of rows, never registered with the model."""

from __future__ import annotations

import gc

import mesa
import numpy as np
import pytest
from mesa.agent import AgentSet

from agents.researchers import Researcher
from model.talent_market import TalentMarket
from tests.helpers import small_market


@pytest.fixture
def market() -> TalentMarket:
    return small_market(1, 3000, {"opening.burn_in_months": 2.0})


def test_a_researcher_reads_like_an_agent(market: TalentMarket) -> None:
    someone = market.researchers[7]
    row = int(market.researchers.row_of(np.array([7]))[0])
    assert isinstance(someone, mesa.Agent)
    assert someone.unique_id == 7
    assert someone.model is market
    assert someone.row == row
    assert someone.pay == market.researchers.pay[row]
    assert isinstance(someone.pay, float)
    np.testing.assert_array_equal(someone.skill, market.researchers.skill[row])


def test_a_researcher_writes_to_the_columns(market: TalentMarket) -> None:
    someone = market.researchers[7]
    someone.searches = 24_300
    assert market.researchers.searches[someone.row] == 24_300
    assert market.researchers[7].searches == 24_300


def test_a_view_follows_its_person_when_rows_move(market: TalentMarket) -> None:
    someone = market.researchers[7]
    key = someone.key
    market.researchers.permute(np.arange(market.researchers.count)[::-1])
    assert someone.key == key
    for _ in range(6):
        market.step()
    if market.researchers.row_of(np.array([7]))[0] >= 0:
        assert someone.key == key


def test_unknown_names_are_attribute_errors(market: TalentMarket) -> None:
    someone = market.researchers[7]
    assert not hasattr(someone, "salary")
    with pytest.raises(AttributeError, match="no 'salary'"):
        someone.salary = 3
    with pytest.raises(TypeError, match="through the month"):
        someone.remove()


@pytest.mark.parametrize("number", [-1, 10**9])
def test_a_number_that_nobody_has_is_a_key_error(market: TalentMarket, number: int) -> None:
    with pytest.raises(KeyError, match="no researcher"):
        market.researchers[number]


def test_somebody_who_left_is_a_key_error(market: TalentMarket) -> None:
    people = market.researchers
    gone = int(people.id[3])
    people.remove(np.array([3]))
    with pytest.raises(KeyError, match=str(gone)):
        people[gone]


def test_views_are_never_registered_with_the_model(market: TalentMarket) -> None:
    before = len(market.agents)
    views = [market.researchers[number] for number in range(20)]
    some = market.researchers.agents(np.arange(50))
    assert len(market.agents) == before
    assert Researcher not in market.agent_types
    assert not {*views, *some} & set(market.agents)
    people_in_model = [agent for agent in market.agents if isinstance(agent, Researcher)]
    assert not people_in_model


def test_a_set_has_the_verbs_of_mesa_and_keeps_its_people_alive(market: TalentMarket) -> None:
    rows = np.flatnonzero(market.researchers.employer >= 0)[:40]
    some = market.researchers.agents(rows)
    gc.collect()
    assert isinstance(some, AgentSet)
    assert len(some) == 40
    np.testing.assert_array_equal(some.get("pay"), market.researchers.pay[rows].astype(float))
    middle = float(np.median(market.researchers.pay[rows]))
    rich = some.select(lambda person: person.pay > middle)
    gc.collect()
    assert len(rich) == int((market.researchers.pay[rows] > middle).sum()) > 0
    assert all(person.pay > middle for person in rich)
    some.set("searches", 24_500)
    assert (market.researchers.searches[rows] == 24_500).all()
    ordered = some.sort("pay", ascending=True)
    assert ordered.get("pay") == sorted(ordered.get("pay"))
    assert some.agg("pay", max) == market.researchers.pay[rows].max()
    assert sum(1 for _ in some.shuffle()) == 40


def test_iteration_goes_by_number(market: TalentMarket) -> None:
    market.researchers.permute(np.arange(market.researchers.count)[::-1])
    numbers = [person.unique_id for person in market.researchers]
    assert numbers == sorted(market.researchers.id.tolist())


def test_a_selection_outlives_the_set_it_was_made_from(market: TalentMarket) -> None:
    """Mesa's sets hold weak references only, so a chain of verbs must not lose its people."""
    rows = np.flatnonzero(market.researchers.employer >= 0)[:40]
    chosen = market.researchers.agents(rows).select(lambda person: person.pay > 0)
    gc.collect()
    assert len(chosen) == 40
