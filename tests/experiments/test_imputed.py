"""Moved data: which cells move, how far, and that their effects are found and told apart."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from agents.declare import InputError
from experiments import imputed as design
from experiments import uncertain as cells
from experiments.uncertain import altered, uncertain
from model.tables import load, read_rows
from tests.helpers import hoeffding

COARSE = 2000.0


def test_columns_come_from_the_tables_and_from_what_the_model_reads() -> None:
    names = design.movable()
    made_up = {row["column"] for row in read_rows("countries.csv") if row["kind"] != "reported"}
    read = cells.columns_read()
    assert {name for name in names if name in load().country} == made_up & read
    assert {"stock", "pay_usd", "tax_rate", "ai_concentration", "origins", "firm_staff"} <= set(
        names
    )
    # known to nobody but the builders, or reported throughout
    assert not {"population", "foreign_share", "top100_universities"} & set(names)


def test_only_cells_that_no_source_reports_move() -> None:
    index = load().index
    for row in read_rows("countries.csv"):
        entry = uncertain().get(row["column"])
        if entry is None:
            continue
        place = index[row["country"]]
        if row["kind"] == "reported":
            assert entry.low[place] == entry.value[place] == entry.high[place]
        elif row["low"]:
            assert entry.low[place] == min(float(row["low"]), float(row["value"]))
            assert entry.high[place] == max(float(row["high"]), float(row["value"]))


@pytest.mark.parametrize("name", uncertain())
def test_draws_stay_within_their_ranges_on_both_sides(name: str) -> None:
    entry = uncertain()[name]
    first, second = entry.moved("drawn", 1), entry.moved("drawn", 2)
    for drawn in (first, second):
        known = ~np.isnan(entry.value)  # where there is no rule there is none in any draw
        np.testing.assert_array_equal(~np.isnan(drawn), known)
        assert (entry.low <= drawn)[known].all() and (drawn <= entry.high)[known].all()
    np.testing.assert_array_equal(first, entry.moved("drawn", 1))
    loose = entry.high > entry.low
    assert entry.codes or (first != second)[loose].mean() > 0.8
    np.testing.assert_array_equal(first[~loose], entry.value[~loose])


def test_draws_are_as_often_above_as_below_and_rarely_at_a_bound() -> None:
    entry = uncertain()["stock"]
    drawn = np.array([entry.moved("drawn", seed) for seed in range(1, 41)])
    above = float((drawn > entry.value).mean())
    assert abs(above - 0.5) < hoeffding(drawn.size)
    at_bound = float(((drawn == entry.low) | (drawn == entry.high)).mean())
    assert abs(at_bound - 0.05) < hoeffding(drawn.size)


def test_moved_data_fit_together() -> None:
    columns = tuple(name for name in design.movable() if name != cells.FOLLOWING)
    for seed in (1, 2, 3):
        data = altered(columns, "drawn", seed)
        for share in (data.origins, data.entrant_origins):
            assert (share >= 0).all()
            np.testing.assert_allclose(share.sum(axis=1), 1.0)
            assert (share.diagonal() > 1.0 - cells.MOST_FOREIGN - 1e-9).all()
        assert data.field_supply.sum() == pytest.approx(1.0)
        np.testing.assert_array_equal(data.affinity, data.affinity.T)
        country = data.country
        assert (country["phd_share"] + country["master_share"] <= 1.0).all()
        assert (country["entrants"] >= 0).all()
        staff = np.bincount([f.country for f in data.firms], [f.ai_staff for f in data.firms],
                            len(country["stock"]))  # fmt: skip
        assert (staff <= cells.LARGEST_SHARE * country["stock"] * (1 + 1e-9)).all()


def test_entrants_follow_the_stock() -> None:
    shipped = load().country
    data = altered(("stock",), "high", 1)
    ratio = data.country["stock"] / shipped["stock"]
    np.testing.assert_allclose(data.country["entrants"], shipped["entrants"] * ratio, rtol=1e-9)
    assert set(data.altered()) <= {"stock", "entrants", "firm_staff"}
    assert set(altered(("entrants",), "low", 1).altered()) == {"entrants"}


def test_rates_for_newcomers_follow_the_ordinary_ones() -> None:
    shipped = load().country
    data = altered(("tax_rate",), "high", 1)
    ratio = data.country["newcomer_tax_rate"] / data.country["tax_rate"]
    some = ~np.isnan(shipped["newcomer_tax_rate"])
    np.testing.assert_allclose(
        ratio[some], (shipped["newcomer_tax_rate"] / shipped["tax_rate"])[some]
    )
    assert set(data.altered()) == {"tax_rate", "newcomer_tax_rate"}
    assert set(altered(("newcomer_tax_rate",), "low", 1).altered()) == {"newcomer_tax_rate"}
    assert set(altered(("price_level",), "low", 1).altered()) <= {"price_level"}


def test_who_grew_faster_was_smaller_and_the_error_of_growth_counts_once() -> None:
    shipped = load().country
    years, stock, growth = cells.YEARS, list[float](), list[float]()
    for seed in range(1, 31):
        data = altered(("stock", "stock_growth"), "drawn", seed).country
        stock += np.log(data["stock"] / shipped["stock"]).tolist()
        faster = (1.0 + data["stock_growth"]) / (1.0 + shipped["stock_growth"])
        growth += (years * np.log(faster)).tolist()
    assert np.corrcoef(stock, growth)[0, 1] < -0.1
    alone = np.concatenate([
        np.log(altered(("stock",), "drawn", seed).country["stock"] / shipped["stock"])
        for seed in range(1, 31)
    ])  # fmt: skip
    assert np.std(stock) == pytest.approx(np.std(alone), rel=0.1)
    assert np.std(np.add(stock, growth)) < np.std(alone)


def test_origins_up_are_more_foreigners() -> None:
    native = load().origins.diagonal()
    high, low = (altered(("origins",), move, 1).origins.diagonal() for move in ("high", "low"))
    assert (high < native).all() and (low > native).all()


@pytest.mark.thorough
def test_a_column_that_matters_is_found_and_processes_do_not() -> None:
    def found(workers: int) -> design.Found:
        return design.imputed(COARSE, seeds=4, draws=3, workers=workers,
                              columns=("pay_usd", "field_demand"), last_year=2019)  # fmt: skip

    once = found(1)
    table = design.effects(once).set_index(["column", "move", "outcome"])
    for move, sign in (("low", -1), ("high", 1)):
        row = table.loc[("pay_usd", move, "pay CHN")]
        assert sign * row["change"] > row["half"] > 0
    assert set(table.loc["field_demand"].index.get_level_values("move")) == {"drawn"}
    spread = design.spreads(once)
    assert spread.loc["pay CHN", "draws"] > spread.loc["pay CHN", "seeds"]
    assert design.to_markdown(once) == design.to_markdown(found(2))


def toy(values: Mapping[str, float]) -> dict[str, float]:
    names = [f"{what} {code}" for what in ("net", "stock", "pay") for code in design.SHOWN]
    return {name: 100.0 for name in [*names, design.WORLD]} | dict(values)


def test_spread_from_data_is_what_luck_leaves_over() -> None:
    rng = np.random.default_rng(1)
    luck, data = 3.0, 4.0
    shipped = [toy({"net KOR": rng.normal(0, luck)}) for _ in range(2000)]
    drawn = [toy({"net KOR": rng.normal(0, luck) + rng.normal(0, data)}) for _ in range(2000)]
    spread = design.spreads(design.Found(shipped, {}, drawn, 50.0, 2023))
    row = spread.loc["net KOR"]
    assert row["data"] == pytest.approx(data, rel=0.1) and row["low"] < data < row["high"]
    alike = design.spreads(design.Found(shipped, {}, shipped, 50.0, 2023)).loc["net KOR"]
    assert alike["data"] == 0.0 and alike["low"] == 0.0 < alike["high"]


def test_changes_are_paired_and_in_per_cent_of_levels() -> None:
    shipped = [toy({"net KOR": 1.0}), toy({"net KOR": 5.0})]
    moved = [toy({"net KOR": 2.0, "pay KOR": 110.0}), toy({"net KOR": 6.0, "pay KOR": 110.0})]
    found = design.Found(shipped, {("pay_usd", "high"): moved}, shipped, 50.0, 2023)
    table = design.effects(found).set_index("outcome")
    assert table.loc["net KOR", "change"] == 1.0 and table.loc["net KOR", "half"] == 0.0
    assert table.loc["pay KOR", "change"] == pytest.approx(10.0)
    assert "**1.00** ± 0.00" in design.to_markdown(found)


@pytest.mark.parametrize(("key", "value"), [("seeds", 1), ("draws", 1), ("workers", 0)])
def test_numbers_that_cannot_be_used_are_refused(key: str, value: int) -> None:
    with pytest.raises(InputError, match=key):
        design.imputed(COARSE, **{key: value})  # type: ignore[arg-type]
