"""The few figures people ask for first, on a world made by hand."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pandas as pd
import pytest

from experiments.digest import (
    RATE,
    averages,
    by_year,
    countries_to_show,
    full_years,
    observations,
    world_by_year,
)
from experiments.record import Record


@dataclasses.dataclass(frozen=True)
class Made:
    """The parts of a record that a digest reads."""

    national: pd.DataFrame
    sampling_error: pd.DataFrame
    flows: pd.DataFrame = dataclasses.field(default_factory=pd.DataFrame)
    manifest: dict[str, Any] = dataclasses.field(default_factory=dict)


def made() -> Made:
    """Country AAA with 1,000 persons, 2 % of the work force, net +50 then −20; a third year cut."""
    rows: list[tuple[str, str, str, float]] = [("2018", "AAA", "stock", 1000.0)]
    rows += [(f"{year}-{month:02d}", "AAA", "stock", 1.0)
             for year in (2019, 2020) for month in range(1, 13)]  # fmt: skip
    rows += [("2018-12", "AAA", "stock", 1.0), ("2021-01", "AAA", "stock", 1.0)]
    for year, stock, inflow, outflow, per_member in [
        ("2019", 1060.0, 80.0, 30.0, 500.0), ("2020", 1050.0, 10.0, 30.0, -188.0),
        ("2021", 1050.0, 0.0, 0.0, 0.0),
    ]:  # fmt: skip
        values = {
            "stock": stock, "inflow": inflow, "outflow": outflow, "net": inflow - outflow,
            "net_per_10k_researchers": per_member, RATE: per_member * 0.02,
        }  # fmt: skip
        rows += [(year, "AAA", measure, value) for measure, value in values.items()]
    national = pd.DataFrame(rows, columns=["period", "country", "measure", "value"])
    world = national.assign(country="WLD")
    errors = pd.DataFrame(
        [("2019", "AAA", "net", 30.0), ("2020", "AAA", "net", 40.0)],
        columns=["period", "country", "measure", "error"],
    )
    return Made(pd.concat([national, world]), errors)


def test_only_full_years_count() -> None:
    assert full_years(made()) == ["2019", "2020"]


def test_the_error_of_a_rate_has_the_unit_of_the_rate() -> None:
    row = by_year(made()).loc[("2019", "AAA")]
    assert row["stock_before"] == 1000.0
    assert row["rate_error"] == pytest.approx(1e4 * 30 / 1000 * 0.02)


def test_means_have_the_error_of_a_mean() -> None:
    mean = averages(by_year(made())).loc["AAA"]
    assert mean["net"] == 15.0
    assert mean["net_error"] == pytest.approx(np.hypot(30, 40) / 2)
    assert mean["stock"] == 1050.0


def test_world_moves_in_per_cent_of_the_stock_at_the_start() -> None:
    world = world_by_year(by_year(made()))
    assert world.loc["2019", "moves"] == pytest.approx(8.0)
    assert world.loc["2019", "growth"] == pytest.approx(6.0)


def observed(country: str, year: int, value: float, edition: str) -> dict[str, Any]:
    return {"country": country, "year": year, "measure": RATE, "value": value, "edition": edition}


def test_an_observation_comes_from_the_edition_that_covers_most() -> None:
    rows = [
        observed("KOR", 2019, -0.49, "old"),
        observed("KOR", 2023, -0.30, "wide"),
        observed("KOR", 2023, -0.44, "narrow"),
        observed("USA", 2023, 0.40, "wide"),
        observed("JPN", 2020, 0.69, "old"),
        observed("JPN", 2030, 9.0, "after the run"),
        {**observed("USA", 2023, 7.0, "wide"), "measure": "something else"},
    ]
    found = observations(rows, ["2019", "2020", "2021", "2022", "2023"])
    assert found.loc["KOR"].to_dict() == {"period": "2023", "value": -0.30, "edition": "wide"}
    assert found.loc["USA", "value"] == 0.40
    assert found.loc["JPN", ["period", "value"]].tolist() == ["2020", 0.69]


def test_no_observation_is_no_row() -> None:
    assert observations([], ["2019"]).empty


def test_countries_shown_are_the_largest_and_those_asked_for() -> None:
    codes = ["WLD", "ROW", "AAA", "BBB", "CCC", "JPN", "KOR", "LUX"]
    means = pd.DataFrame({"stock": [99.0, 50.0, 30.0, 20.0, 10.0, 3.0, 2.0, 1.0]}, index=codes)
    assert countries_to_show(means, ["LUX"], largest=2) == ["AAA", "BBB", "JPN", "KOR", "LUX"]


def test_a_real_run_adds_up(tiny: Record) -> None:
    table = by_year(tiny)
    assert full_years(tiny) == ["2019", "2020"]
    countries = table.drop("WLD", level="country").groupby("period")
    world = table.xs("WLD", level="country")
    np.testing.assert_allclose(countries["inflow"].sum(), world["inflow"])
    np.testing.assert_allclose(countries["stock_before"].sum(), world["stock_before"])
    # the net flow of the world is zero by identity and has no sampling error
    assert (table["net_error"].drop("WLD", level="country") > 0).all()
