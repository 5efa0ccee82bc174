"""What stands beside the paths of net flow: marks of changed rules, and figures of one country."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pandas as pd
import pytest

from experiments.digest import by_year
from experiments.figures import summary
from experiments.path_notes import farthest, marked_changes, told
from experiments.record import COLUMNS, Record


def changes(*rows: tuple[Any, ...]) -> pd.DataFrame:
    """A ledger with such months, countries, levers and values before and after, as JSON."""
    return pd.DataFrame([(*row, "test") for row in rows], columns=list(COLUMNS["policies"]))


def with_rules(record: Record, *rows: tuple[Any, ...]) -> Record:
    return dataclasses.replace(record, policies=changes(*rows))


@pytest.mark.parametrize(
    ("before", "after", "marked"),
    [
        ("100", "109", False), ("100", "111", True), ("111", "100", True), ("100", "91", False),
        ("false", "true", True), ("null", "3", True), ("0", "0.01", True),
        ('["a"]', '["a", "b"]', True), ('"lottery"', '"pay"', True),
    ],
)  # fmt: skip
def test_small_changes_of_a_number_are_not_marked(
    before: str, after: str, marked: bool, tiny: Record
) -> None:
    run = with_rules(tiny, ("2020-03", "KOR", "kor-e-7.fee_usd", before, after))
    assert list(marked_changes(run, "KOR")["year"]) == ["2020"] * marked
    assert marked_changes(run, "JPN").empty


def test_marks_stand_on_the_path_in_the_years_of_change(tiny: Record) -> None:
    run = with_rules(tiny, ("2020-03", "KOR", "kor-e-7.open", "true", "false"))
    paths = summary(run).axes[1]
    marks = [tuple(place) for points in paths.collections for place in points.get_offsets()
             if len(points.get_offsets()) == 1 and points.get_linewidth()[0] > 1]  # fmt: skip
    assert marks == [(2020.0, by_year(run).loc[("2020", "KOR"), "net"])]
    assert "rules changed" in paths.get_xlabel()
    assert "rules changed" not in summary(with_rules(tiny)).axes[1].get_xlabel()


def test_the_path_that_moved_farthest_is_told_of() -> None:
    rows = [("2019", "KOR", 5.0), ("2019", "USA", 0.0), ("2020", "KOR", 900.0),
            ("2020", "USA", 7.0), ("2021", "KOR", 5.0), ("2021", "USA", -3.0)]  # fmt: skip
    table = pd.DataFrame(rows, columns=["period", "country", "net"])
    assert farthest(table.set_index(["period", "country"]), ["KOR", "USA"]) == "USA"


def test_figures_are_those_of_the_tables(tiny: Record) -> None:
    run = with_rules(
        tiny, ("2019-03", "USA", "usa-h-1b.places_per_year", "100", "50"),
        ("2019-05", "USA", "usa-h-1b.fee_usd", "1000", "3000"),
        ("2020-05", "USA", "public_pay_scale", "1", "1.2"),
    )  # fmt: skip
    table = by_year(run)
    flows, refused, rule = told(run, table, "USA")
    usa = table.xs("USA", level="country")
    for name in ("inflow", "outflow"):
        assert f"{name} {usa[name].iloc[0]:,.0f} → {usa[name].iloc[-1]:,.0f}" in flows
    visas = run.visas.query("scheme == 'usa-h-1b' and year in (2019, 2020)").set_index("year")
    shares = 100 * visas["refusals"] / (visas["refusals"] + visas["grants"])
    assert not np.isnan(shares).any() and shares.nunique() == 2
    assert f"H-1B applications refused: {shares[2019]:.0f} % → {shares[2020]:.0f} %" in refused
    assert rule == "H-1B fee usd in 2019-05: 1,000 → 3,000"


def test_what_there_is_not_is_not_told(tiny: Record) -> None:
    nothing = dataclasses.replace(with_rules(tiny), visas=tiny.visas.iloc[:0])
    table = by_year(nothing)
    assert len(told(nothing, table, "USA")) == 1
    assert told(nothing, table.loc[["2019"]], "USA") == []
