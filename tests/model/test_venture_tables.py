"""Venture capital and facts on startups: complete, plausible, and every bad row is told."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pytest

from agents.declare import InputError
from model.tables import country_names, read_rows
from model.venture_tables import (
    CAPITAL_METHODS,
    FUNDED_METHODS,
    read_venture_capital,
    venture_capital,
    venture_facts,
)

DATA = venture_capital()
ROW_OF = {country: row for row, country in enumerate(DATA.countries)}
GOOD = {
    "country": "KOR", "year": "2019", "ai_venture_capital_usd": "600000000",
    "capital_low": "300000000", "capital_high": "1200000000", "capital_method": "capital_region",
    "funded_startups": "28.7", "funded_low": "10", "funded_high": "80",
    "funded_method": "funded_line", "investments": "", "imputed":
    "ai_venture_capital_usd;funded_startups", "source": "ncses",
}  # fmt: skip


def capital(country: str, year: int) -> float:
    """Dollars of 2024 that startups of a country got in a year."""
    return float(DATA.capital_usd[ROW_OF[country], DATA.column(year)])


def test_every_country_has_every_year() -> None:
    assert DATA.countries == tuple(country_names())
    assert DATA.years == tuple(range(2015, 2026))
    assert DATA.capital_usd.shape == DATA.funded_startups.shape == (58, 11)
    for low, value, high in (
        (DATA.capital_low, DATA.capital_usd, DATA.capital_high),
        (DATA.funded_low, DATA.funded_startups, DATA.funded_high),
    ):
        assert (low > 0.0).all() and (low <= value).all() and (value <= high).all()


def test_recorded_figures_are_those_of_the_source_in_dollars_of_2024() -> None:
    # NCSES table 6208: 27,599 and 16,923 million dollars of 2020
    prices = 313.689 / 258.811
    assert capital("USA", 2020) == pytest.approx(27_599e6 * prices, rel=1e-3)
    assert capital("CHN", 2020) == pytest.approx(16_923e6 * prices, rel=1e-3)
    assert DATA.funded_startups[ROW_OF["USA"], DATA.column(2022)] == 524
    assert DATA.funded_startups[ROW_OF["USA"], DATA.column(2024)] == 1_073


def test_the_world_is_the_total_of_the_source_but_for_countries_it_does_not_name() -> None:
    # 54,194 million dollars of 2020, a little less for rounding of regions
    prices = 313.689 / 258.811
    total = DATA.capital_usd[:, DATA.column(2020)].sum()
    assert total == pytest.approx(54_194e6 * prices, rel=2e-3)


def test_funded_startups_keep_the_totals_of_ten_years() -> None:
    # what 2013 and 2014 leave of 4,634 American and 1,337 Chinese ones
    first, last = DATA.column(2015), DATA.column(2022)
    for country, total in (("USA", 4_634), ("CHN", 1_337)):
        counted = DATA.funded_startups[ROW_OF[country], first : last + 1].sum()
        assert 0.7 * total < counted < total


def test_countries_stand_in_a_plausible_order() -> None:
    for year in (2016, 2019, 2022, 2024):
        for larger, smaller in (("USA", "CHN"), ("CHN", "GBR"), ("GBR", "FRA"), ("ISR", "EGY"),
                                ("KOR", "TWN"), ("SGP", "VNM"), ("DEU", "PRT")):  # fmt: skip
            assert capital(larger, year) > capital(smaller, year), (year, larger, smaller)


def test_what_is_imputed_has_bounds_and_methods_are_explained() -> None:
    text = " ".join(row["method"] for row in read_rows("columns.csv")
                    if row["table"] == "venture_capital")  # fmt: skip
    used: set[str] = set()
    for row in read_rows("venture_capital.csv"):
        used |= {row["capital_method"], row["funded_method"]}
        made = "ai_venture_capital_usd" in row["imputed"].split(";")
        assert made == (row["capital_method"] != "capital_recorded") == bool(row["capital_low"])
    assert used == {*CAPITAL_METHODS, *FUNDED_METHODS}
    assert all(f"{method}:" in text for method in used)
    # the later and the less known, the wider
    width = np.log(DATA.capital_high / DATA.capital_low)[ROW_OF["KOR"]]
    assert (np.diff(width[DATA.column(2020) :]) > 0.0).all()
    assert width[0] < np.log(DATA.capital_high / DATA.capital_low)[ROW_OF["VNM"], 0]


def test_years_outside_the_data_stand_at_its_ends() -> None:
    assert DATA.column(2015) == DATA.column(2000) == 0
    assert DATA.column(2025) == DATA.column(2040) == 10
    with pytest.raises(ValueError, match="read-only"):
        DATA.capital_usd[0, 0] = 1.0


def test_facts_agree_with_each_other() -> None:
    facts = venture_facts()
    value = {name: fact.value for name, fact in facts.items()}
    stages = [value[f"raised_{stage}_within_7_years"]
              for stage in ("seed", "first", "second", "third")]  # fmt: skip
    assert stages == sorted(stages, reverse=True)
    assert value["survival_4_years"] < value["survival_2_years"] < 1.0
    rounds = [value[f"{stage}_round_median"] for stage in ("seed", "first", "second", "third")]
    assert rounds == sorted(rounds) and rounds[0] == pytest.approx(3.5e6)
    # what is sold in a first round by size and value, and by what is told of it
    sold = value["first_round_median"] / (
        value["first_round_median"] + value["first_valuation_median"]
    )
    assert sold == pytest.approx(value["first_round_dilution_2024"], abs=0.04)
    assert 12.0 < value["seed_to_first_round_2021"] < value["seed_to_first_round_2024"] < 30.0
    assert all(fact.source.startswith("https://") for fact in facts.values())
    assert all(0.0 < f.value < 1.0 for f in facts.values() if f.unit == "fraction")


# Bad rows -----------------------------------------------------------------------------------


def table(path: Path, *rows: dict[str, str]) -> Path:
    """A table of venture capital on disk."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(GOOD), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    file = path / "capital.csv"
    file.write_text(text.getvalue(), encoding="utf-8")
    return file


def test_a_table_of_ones_own(tmp_path: Path) -> None:
    own = read_venture_capital(table(tmp_path, GOOD, {**GOOD, "year": "2020"}), ["KOR"])
    assert own.years == (2019, 2020) and own.capital_usd.tolist() == [[6e8, 6e8]]
    assert own.capital_low.tolist() == [[3e8, 3e8]]


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("country", "KRO", "did you mean 'KOR'"),
        ("country", "", "is blank"),
        ("year", "19", "a whole number from 1900"),
        ("year", "2019.5", "a whole number"),
        ("ai_venture_capital_usd", "600 million", "not a number"),
        ("ai_venture_capital_usd", "-1", "not in its range"),
        ("ai_venture_capital_usd", "", "is blank"),
        ("ai_venture_capital_usd", "600", "lies outside capital_low and capital_high"),
        ("capital_low", "x", "not a number"),
        ("capital_high", "", "goes with capital_low"),
        ("capital_method", "guess", "allowed: capital_recorded"),
        ("funded_startups", "900", "lies outside funded_low and funded_high"),
        ("funded_low", "-3", "not in its range"),
        ("funded_high", "inf", "not a finite number"),
        ("funded_method", "", "is blank"),
        ("investments", "1.5", "a whole number"),
        ("imputed", "ai_venture_capital_usd", "must name 'funded_startups'"),
        ("imputed", "capital", "did you mean 'ai_venture_capital_usd'"),
        ("source", "", "is blank"),
    ],
)
def test_a_bad_cell_is_told_with_line_and_column(
    tmp_path: Path, column: str, value: str, told: str
) -> None:
    bad = {**GOOD, "year": "2020", column: value}
    with pytest.raises(InputError) as caught:
        read_venture_capital(table(tmp_path, GOOD, bad), ["KOR"])
    assert caught.value.file == "capital.csv line 3"
    assert caught.value.key == column and told in str(caught.value)


def test_years_that_stand_twice_or_not_at_all(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"line 3, country, year: says the same as line 2"):
        read_venture_capital(table(tmp_path, GOOD, GOOD), ["KOR"])
    with pytest.raises(InputError, match="has no row for KOR in 2020"):
        read_venture_capital(table(tmp_path, GOOD, {**GOOD, "year": "2021"}), ["KOR"])
    with pytest.raises(InputError, match="has no row for USA in 2019"):
        read_venture_capital(table(tmp_path, GOOD), ["KOR", "USA"])
    with pytest.raises(InputError, match="has no rows"):
        read_venture_capital(table(tmp_path), ["KOR"])
