"""Worlds that open at another date than the data: people, pay and adoption carried along."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from agents.levers import month_number
from model import tables
from model.month.growth import AdoptionParameters, adopted
from model.opening_date import DATA_FROM, data_at
from model.scenario import read_scenario
from model.tables import Tables
from model.talent_market import TalentMarket, resume
from tests.helpers import fingerprint


def opened(start: str, persons: float = 2000.0) -> TalentMarket:
    scenario = dataclasses.replace(read_scenario("small"), start=start, end="2026-12")
    return TalentMarket(scenario, persons_per_agent=persons)


def data_of(start: str) -> Tables:
    groups = opened("2019-01", 5000.0)._groups()
    return data_at(tables.load(), month_number(start), groups, AdoptionParameters())


def test_in_january_2019_the_data_are_as_shipped() -> None:
    assert month_number("2019-01") == DATA_FROM
    assert data_of("2019-01") is tables.load()
    assert opened("2019-01").tables is tables.load()


@pytest.mark.parametrize(("start", "years"), [("2014-01", -5.0), ("2016-07", -2.5), ("2022-01", 3)])
def test_people_and_entrants_grow_as_they_go_on_to(start: str, years: float) -> None:
    found, shipped = data_of(start), tables.load()
    factor = (1.0 + shipped.country["stock_growth"]) ** years
    for name in ("stock", "entrants"):
        np.testing.assert_allclose(found.country[name], shipped.country[name] * factor)
    homes = [firm.country for firm in shipped.firms]
    staff = [firm.ai_staff for firm in shipped.firms]
    np.testing.assert_allclose([firm.ai_staff for firm in found.firms], staff * factor[homes])
    assert set(found.altered()) == {"stock", "entrants", "firm_staff", "pay_usd", "ai_adoption"}


def test_beyond_the_last_year_of_data_growth_slows_down_as_it_does_in_a_run() -> None:
    fast = tables.load().index["CHN"]
    grown = [data_of(f"{year}-01").country["stock"][fast] for year in (2022, 2023, 2026, 2027)]
    assert grown[1] / grown[0] > grown[3] / grown[2] > 1.0


def test_adoption_follows_its_curve_and_pay_the_pace_of_progress() -> None:
    found, shipped = data_of("2014-01"), tables.load()
    again = adopted(found.country["ai_adoption"], np.array(5.0), AdoptionParameters())
    np.testing.assert_allclose(again, shipped.country["ai_adoption"])
    lower = found.country["pay_usd"] / shipped.country["pay_usd"]
    assert np.allclose(lower, lower[0]) and 0.8 < lower[0] < 1.0


def test_firms_and_laboratories_open_when_they_were_founded() -> None:
    early, usual = opened("2014-01"), opened("2019-01")
    row = early.employers.names.index
    assert early.employers.opens[row("OpenAI")] == month_number("2015-01")
    assert early.employers.opens[row("Google")] == usual.employers.opens[row("OpenAI")] == 0
    later = [int((market.employers.opens > 0).sum()) for market in (early, usual)]
    assert later[0] > later[1] > 0
    people = early.researchers
    assert not (people.employer == row("OpenAI")).any()


def test_a_world_opened_in_2014_meets_the_people_of_2018() -> None:
    world = opened("2014-01", 500.0)
    world.run_until("2018-12")
    assert world.researchers.count * 500.0 == pytest.approx(
        tables.load().country["stock"].sum(), rel=0.05
    )


def test_a_world_of_another_date_is_saved_and_goes_on_bit_for_bit(tmp_path: Path) -> None:
    world = opened("2016-07", 4000.0)
    world.run_until("2016-09")
    world.save(tmp_path / "world")
    again = resume(tmp_path / "world")
    for one in (world, again):
        one.run_until("2017-03")
    assert fingerprint(world) == fingerprint(again)
