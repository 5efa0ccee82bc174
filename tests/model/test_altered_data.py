"""Worlds with other data than the shipped ones: nothing shared is written, and they say so."""

from __future__ import annotations

import numpy as np
import pytest

from agents.declare import InputError
from model.country_levers import CountryLevers
from model.tables import Tables, checksums, load
from model.talent_market import TalentMarket

COARSE = 2000.0


def market(data: Tables | None = None, until: str = "2019-03") -> TalentMarket:
    found = TalentMarket("baseline", persons_per_agent=COARSE, until=until, data=data)
    found.run_until(until)
    return found


def test_the_shipped_arrays_cannot_be_written_to() -> None:
    tables = load()
    for name, column in tables.values().items():
        if name == "firm_staff":
            continue
        with pytest.raises(ValueError, match="read-only"):
            column.flat[0] = 0
    fresh = tables.with_values({"amenity": tables.amenity + 1.0})
    with pytest.raises(ValueError, match="read-only"):
        fresh.amenity[0] = 0.0


def test_new_values_leave_the_shipped_ones_alone() -> None:
    tables = load()
    before = {name: column.copy() for name, column in tables.values().items()}
    doubled = {
        name: tables.values()[name] * 2 for name in ("pay_usd", "origins", "firm_staff", "amenity")
    }
    fresh = tables.with_values(doubled)
    for name, column in tables.values().items():
        np.testing.assert_array_equal(column, before[name])
        wanted = doubled.get(name, column)
        np.testing.assert_array_equal(fresh.values()[name], wanted)
    assert set(fresh.altered()) == set(doubled)
    assert tables.altered() == {} and tables.with_values({}).altered() == {}
    # given values are copied: what the caller does to them later changes nothing
    doubled["pay_usd"][:] = 0.0
    assert (fresh.country["pay_usd"] > 0).all()


def test_a_rule_that_need_not_exist_may_be_taken_away() -> None:
    nowhere = np.full(len(load().countries), np.nan)
    fresh = load().with_values({"newcomer_tax_rate": nowhere})
    assert set(fresh.altered()) == {"newcomer_tax_rate"}
    assert np.isnan(CountryLevers.opening(fresh).newcomer_tax_rate).all()
    assert not np.isnan(CountryLevers.opening(load()).newcomer_tax_rate).all()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"pay_us": [1.0]}, "did you mean 'pay_usd'"),
        ({"pay_usd": [1.0]}, "finite numbers of shape"),
        ({"pay_usd": np.full(len(load().countries), np.nan)}, "finite numbers of shape"),
        ({"newcomer_tax_rate": np.full(len(load().countries), np.inf)}, "finite numbers of shape"),
    ],
)
def test_values_that_do_not_fit_are_refused(changes: dict[str, object], words: str) -> None:
    with pytest.raises(InputError, match=words):
        load().with_values(changes)  # type: ignore[arg-type]


def test_a_market_lives_with_the_data_it_got_and_says_so() -> None:
    tables = load()
    pay = tables.country["pay_usd"].copy()
    pay[tables.index["USA"]] *= 2.0
    shipped, other = market(), market(tables.with_values({"pay_usd": pay}))

    def pay_in(run: TalentMarket, country: str) -> float:
        table = run.national()
        rows = table[(table["measure"] == "mean_pay") & (table["period"] == "2018")]
        return float(rows.set_index("country")["value"][country])

    assert pay_in(other, "USA") == pytest.approx(2 * pay_in(shipped, "USA"), rel=1e-4)
    assert pay_in(other, "CHN") == pytest.approx(pay_in(shipped, "CHN"), rel=1e-4)
    assert shipped.describe()["data"] == checksums()
    told = other.describe()["data"]
    assert set(told) - set(checksums()) == {"altered columns"}
    assert set(told["altered columns"]) == {"pay_usd"}
    again = tables.with_values({"pay_usd": pay}).altered()
    assert told["altered columns"] == again != tables.with_values({"pay_usd": 2 * pay}).altered()


def test_equal_data_give_an_equal_world() -> None:
    tables = load()
    same = tables.with_values({"pay_usd": tables.country["pay_usd"]})
    assert market(same).national().equals(market().national())
