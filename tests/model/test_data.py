"""The shipped tables are complete, plausible and say where each figure comes from."""

from __future__ import annotations

import csv
import json
import math
import os
from collections import defaultdict
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from agents.country_levers import DUAL_CITIZENSHIP, LEVERS_BY_NAME, lever_text, lever_value
from agents.levers import month_number
from model.country_levers import CountryLevers
from model.data.build.newcomers import Regime, saving
from model.data.build.tax import parts
from model.tables import MAY_BE_BLANK, load, reforms

DATA = Path(__file__).resolve().parents[2] / "model" / "data"
RAW = os.environ.get("TALENT_MARKET_RAW")
TABLES = ("columns", "corridors", "countries", "country_names", "country_points",
          "deal_forms", "deals_recorded", "fields", "firms", "labs", "land", "observed", "origins",
          "outlines", "reforms", "sources", "venture_capital", "venture_facts")  # fmt: skip
KINDS = {"reported", "imputed", "assumed"}
NAMED, ALL = 57, 58
FIGURES = 26
LAW = ("dual_citizenship", "years_to_citizenship", "non_competes_enforced")
WORLD_STOCK_2023 = 1_400_000
YEARS = 5
RANGES = {
    "population": (3e5, 5e9),
    "stock": (100, 5e5),
    "stock_growth": (0.0, 0.25),
    "entrants": (10, 1e5),
    "pay_usd": (5_000, 200_000),
    "price_level": (0.1, 1.3),
    "ai_concentration": (0.0005, 0.02),
    "top100_universities": (0, 60),
    "top500_universities": (0, 150),
    "research_environment": (0.3, 1.2),
    "public_research_budget_usd": (1e6, 1e10),
    "public_share": (0.1, 0.6),
    "startup_share": (0.05, 0.3),
    "tax_rate": (0.0, 0.5),
    "newcomer_tax_rate": (0.1, 0.5),
    "dual_citizenship": (0, 3),
    "non_competes_enforced": (0, 1),
    "years_to_citizenship": (2, 30),
    "foreign_share": (0.0, 0.75),
    "phd_share": (0.1, 0.4),
    "master_share": (0.2, 0.5),
    "ai_adoption": (0.01, 0.3),
    "industry_size": (10, 30_000),
    "industry_growth": (0.0, 0.07),
    "ability_shift": (-1.0, 0.5),
    "home_pull": (-1.0, 1.0),
}
Row = dict[str, str]


@cache
def table(name: str) -> list[Row]:
    """All rows of a shipped table."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@cache
def figure(country: str, column: str) -> float:
    """One figure of one country."""
    [row] = [r for r in table("countries") if (r["country"], r["column"]) == (country, column)]
    return float(row["value"])


def codes() -> list[str]:
    """The countries in the order of the tables."""
    return [row["country"] for row in table("country_names")]


def by_figure(column: str) -> dict[str, float]:
    """Country → value of one figure."""
    return {r["country"]: float(r["value"]) for r in table("countries")
            if r["column"] == column and r["value"] != ""}  # fmt: skip


def test_named_countries_are_sorted_and_the_rest_comes_last() -> None:
    order = codes()
    assert len(order) == len(set(order)) == ALL
    assert order[:-1] == sorted(order[:-1]) and order[-1] == "ROW"


def test_every_country_has_every_figure_once() -> None:
    seen = [(row["country"], row["column"]) for row in table("countries")]
    assert len(seen) == len(set(seen)) == ALL * FIGURES
    assert {column for _, column in seen} == set(RANGES)
    assert list(dict.fromkeys(country for country, _ in seen)) == codes()


@pytest.mark.parametrize("name", TABLES)
def test_keys_are_never_blank_and_columns_are_described(name: str) -> None:
    rows = table(name)
    assert rows
    first = next(iter(rows[0]))
    assert all(row[first] for row in rows)
    if name != "columns":
        described = {row["column"] for row in table("columns") if row["table"] == name}
        assert set(rows[0]) <= described


def test_only_rules_that_need_not_exist_are_blank() -> None:
    blank = {row["column"] for row in table("countries") if row["value"] == ""}
    assert blank == MAY_BE_BLANK


def test_figures_lie_within_what_is_plausible() -> None:
    for row in table("countries"):
        low, high = RANGES[row["column"]]
        if row["value"] == "":
            assert row["low"] == row["high"] == ""
            continue
        value = float(row["value"])
        if row["country"] == "ROW" and row["column"] == "population":
            continue
        assert math.isfinite(value) and low <= value <= high, row


def test_uncertain_figures_carry_a_range_around_them() -> None:
    for row in table("countries"):
        assert row["kind"] in KINDS
        if row["kind"] == "reported":
            assert bool(row["low"]) == bool(row["high"])
            continue
        if row["value"] == "":
            continue
        low, value, high = (float(row[key]) for key in ("low", "value", "high"))
        assert low <= value <= high and (low < high or row["column"] in LAW), row
        if row["kind"] == "imputed":
            assert low < value < high, row


def test_every_source_exists_and_every_source_is_used_or_context() -> None:
    known = {row["id"] for row in table("sources")}
    for name in ("countries", "observed", "firms", "labs", "fields", "reforms", "deal_forms",
                 "venture_capital"):
        for row in table(name):
            assert set(row["source"].split(";")) <= known, row
    assert all(row["title"] and row["licence"] for row in table("sources"))


def test_every_method_is_explained() -> None:
    text = " ".join(row["method"] for row in table("columns"))
    for name in ("countries", "origins", "firms", "labs", "fields"):
        for row in table(name):
            assert f"{row['method']}:" in text, row["method"]


def test_world_stock_cast_forward_meets_the_published_total() -> None:
    growth = by_figure("stock_growth")
    total = sum(s * (1.0 + growth[c]) ** YEARS for c, s in by_figure("stock").items())
    assert total == pytest.approx(WORLD_STOCK_2023, rel=0.01)


def test_stocks_stand_in_a_plausible_order() -> None:
    stock = by_figure("stock")
    for larger, smaller in (("USA", "CHN"), ("CHN", "DEU"), ("GBR", "KOR"), ("KOR", "TWN"),
                            ("JPN", "TWN"), ("IND", "SGP"), ("ISR", "LUX")):  # fmt: skip
        assert stock[larger] > stock[smaller], (larger, smaller)
    per_head = {c: s / figure(c, "population") for c, s in stock.items()}
    assert per_head["SGP"] > per_head["USA"] > per_head["KOR"] > per_head["IND"]


def test_entrants_replace_exits_and_grow_the_stock() -> None:
    for country, entrants in by_figure("entrants").items():
        share = entrants / figure(country, "stock")
        assert 0.03 < share < 0.25, country


def test_public_staff_can_be_paid_from_the_public_budget() -> None:
    for country, budget in by_figure("public_research_budget_usd").items():
        staff = figure(country, "public_share") * figure(country, "stock")
        assert budget >= 0.7 * staff * figure(country, "pay_usd"), country


def test_sectors_leave_room_for_firms() -> None:
    startups = by_figure("startup_share")
    assert all(startups[c] + public < 0.85 for c, public in by_figure("public_share").items())


def test_corridors_are_complete_and_distance_is_symmetric() -> None:
    rows = {(row["origin"], row["destination"]): row for row in table("corridors")}
    order = codes()
    assert set(rows) == {(a, b) for a in order for b in order if a != b}
    assert len(table("corridors")) == ALL * (ALL - 1)
    for (origin, destination), row in rows.items():
        back = rows[destination, origin]
        assert 0 < float(row["distance_km"]) < 20_100
        for column in ("distance_km", "free_movement", "free_movement_until", "common_language"):
            assert row[column] == back[column], (origin, destination, column)
        assert 0.0 <= float(row["linguistic_distance"]) <= 1.0
        assert float(row["migrant_stock"]) >= 0.0


@pytest.mark.parametrize(
    ("pair", "free", "until"),
    [
        (("DEU", "FRA"), "1", ""),
        (("GBR", "FRA"), "1", "2020-12"),
        (("GBR", "IRL"), "1", ""),
        (("AUS", "NZL"), "1", ""),
        (("ARG", "BRA"), "1", ""),
        (("CHN", "HKG"), "0", ""),
        (("KOR", "USA"), "0", ""),
    ],
)
def test_free_movement_follows_the_treaties(pair: tuple[str, str], free: str, until: str) -> None:
    [row] = [r for r in table("corridors") if (r["origin"], r["destination"]) == pair]
    assert (row["free_movement"], row["free_movement_until"]) == (free, until)


@pytest.mark.parametrize("column", ["share", "entrant_share"])
def test_shares_of_origins_sum_to_one(column: str) -> None:
    totals: dict[str, int] = defaultdict(int)
    for row in table("origins"):
        assert row["origin"] in codes()
        totals[row["country"]] += round(float(row[column]) * 100_000)
    assert set(totals) == set(codes()) and set(totals.values()) == {100_000}


def test_every_named_country_has_a_place_on_the_map() -> None:
    assert [row["country"] for row in table("country_points")] == codes()[:-1]
    north = {row["country"]: float(row["latitude"]) for row in table("country_points")}
    east = {row["country"]: float(row["longitude"]) for row in table("country_points")}
    assert north["AUS"] < north["BRA"] < 0 < north["KOR"] < north["FIN"] < 90
    assert -180 < east["USA"] < east["GBR"] < east["KOR"] < east["NZL"] < 180


def test_the_land_is_a_few_closed_lines() -> None:
    lines = defaultdict(list)
    for row in table("land"):
        lines[row["outline"]].append((row["longitude"], row["latitude"]))
    assert len(lines) > 20
    for line in lines.values():
        assert line[0] == line[-1] and len(line) > 3
        east = [float(x) for x, _ in line]
        assert all(abs(one - other) < 90 for one, other in pairwise(east))   # none goes around
        assert all(-90 <= float(y) <= 90 for _, y in line)


def test_countries_have_closed_outlines() -> None:
    lines = defaultdict(list)
    for row in table("outlines"):
        lines[row["country"], row["outline"]].append((row["longitude"], row["latitude"]))
    assert {country for country, _ in lines} == set(codes()) - {"HKG", "SGP"}
    for line in lines.values():
        assert line[0] == line[-1] and len(line) > 3
    korea = [(float(x), float(y)) for x, y in lines[next(key for key in lines if key[0] == "KOR")]]
    assert all(124 < x < 132 and 33 < y < 40 for x, y in korea)


def test_foreign_share_is_what_natives_leave() -> None:
    for row in table("origins"):
        if row["country"] == row["origin"]:
            native = float(row["share"])
            assert figure(row["country"], "foreign_share") == pytest.approx(1.0 - native, abs=1e-9)
            assert float(row["entrant_share"]) >= native
    assert figure("USA", "foreign_share") == pytest.approx(0.41)


def test_named_firms_leave_most_of_a_country_to_others() -> None:
    held: dict[str, float] = defaultdict(float)
    for row in table("firms"):
        held[row["country"]] += float(row["ai_staff_2018"])
        assert float(row["ai_staff_2018"]) <= float(row["ai_staff"])
        assert 0.8 <= float(row["pay_multiple"]) <= 2.5
        assert 0.8 <= float(row["environment"]) <= 2.0
    assert 20 <= len(table("firms")) <= 50
    assert all(persons < 0.45 * figure(c, "stock") for c, persons in held.items())


def test_laboratories_stand_abroad_and_leave_most_staff_at_home() -> None:
    home = {row["firm"]: row["country"] for row in table("firms")}
    seen = [(row["firm"], row["country"]) for row in table("labs")]
    assert len(seen) == len(set(seen))
    abroad: dict[str, float] = defaultdict(float)
    for row in table("labs"):
        assert row["country"] in codes() and row["country"] != home[row["firm"]]
        # the year is enough for what stood at the opening
        assert ("-" in row["opened"]) == (int(row["opened"][:4]) > 2018)
        abroad[row["firm"]] += float(row["share"])
    assert all(0 < share <= 0.5 for share in abroad.values())


def test_field_shares_sum_to_one() -> None:
    rows = table("fields")
    assert len(rows) == 8
    for column in ("supply_share", "demand_share"):
        assert sum(float(row[column]) for row in rows) == pytest.approx(1.0, abs=1e-9)


def test_observed_series_stop_where_the_check_begins() -> None:
    for row in table("observed"):
        if row["measure"] in ("net_per_10k_workforce", "net_authors_inventors"):
            assert int(row["year"]) <= 2023


if RAW:  # the raw series are at hand only where the tables are made

    def test_rebuilding_gives_the_same_bytes(tmp_path: Path) -> None:
        from model.data.build.__main__ import build_all

        build_all(Path(RAW or ""), tmp_path)
        for name in TABLES:
            built = (tmp_path / f"{name}.csv").read_bytes()
            assert built == (DATA / f"{name}.csv").read_bytes(), name


def test_mean_ability_of_the_world_is_nought() -> None:
    stock, shift = by_figure("stock"), by_figure("ability_shift")
    mean = sum(stock[c] * shift[c] for c in stock) / sum(stock.values())
    assert mean == pytest.approx(0.0, abs=1e-3)
    # the authors of 2018 that it rests on: many for the people of the first, few for the last
    assert shift["GBR"] > shift["DEU"] > shift["ESP"]


def test_mean_pull_of_home_is_nought() -> None:
    stock, pull = by_figure("stock"), by_figure("home_pull")
    mean = sum(stock[c] * pull[c] for c in stock) / sum(stock.values())
    assert mean == pytest.approx(0.0, abs=1e-3)
    # scholars of 1998 to 2016: few come back to India for those abroad, many to Japan
    assert pull["IND"] < pull["KOR"] < pull["JPN"]


# reforms ------------------------------------------------------------------------------------

OPENS = month_number("2019-01")


def test_reforms_are_dated_values_of_levers_in_the_order_of_time() -> None:
    rows = table("reforms")
    assert rows == sorted(rows, key=lambda row: (row["month"], row["country"], row["lever"]))
    seen = [(row["month"], row["country"], row["lever"]) for row in rows]
    assert len(seen) == len(set(seen))
    for row in rows:
        assert month_number("2015-01") <= month_number(row["month"]) <= month_number("2027-12")
        assert row["country"] in codes() and row["title"] and row["source"]
        written, lever = json.loads(row["value"]), LEVERS_BY_NAME[row["lever"]]
        if written is None:
            assert lever.removable
        else:
            lever_value(lever, written)  # refuses what a policy could not say


def test_every_reform_changes_something_and_earlier_ones_are_in_the_opening() -> None:
    data = load()
    levers = CountryLevers.opening(data)
    for change in reforms():
        country = data.index[change.country]
        [name] = change.names()
        before = levers.at(name, country)
        after = change.set.get(name, math.nan)
        if change.month < OPENS:
            assert after == before, change
        else:
            lever = LEVERS_BY_NAME[name]
            assert lever_text(lever, after) != lever_text(lever, before), change
        levers.set(name, country, after)


def test_rates_for_newcomers_are_below_the_ordinary_ones() -> None:
    data = load()
    tax, new = data.country["tax_rate"], data.country["newcomer_tax_rate"]
    given = np.isfinite(new)
    assert given.sum() >= 8
    assert (new[given] < tax[given]).all()
    for change in reforms():
        rate = change.set.get("newcomer_tax_rate")
        if rate is not None:
            assert 0.4 < rate / tax[data.index[change.country]] < 1.0, change
    # the Dutch ruling leaves 30 % of pay untaxed
    netherlands = data.index["NLD"]
    assert new[netherlands] == pytest.approx(0.7 * tax[netherlands], rel=1e-3)


def test_a_regime_saves_more_the_wider_and_the_longer_it_is() -> None:
    whole = Regime("ITA", "", "", "share", 0.5, "law")
    tax, pay = sum(parts("ITA")), 90_000.0
    saved = saving(whole, 0.5, tax, pay)
    assert saved == pytest.approx(0.5 * parts("ITA").income)
    assert saving(whole._replace(years=2.5), 0.5, tax, pay) == pytest.approx(saved / 2)
    assert saving(whole._replace(covered=0.2), 0.5, tax, pay) == pytest.approx(saved / 5)
    assert saving(whole._replace(kind="share_of_all"), 0.5, tax, pay) == pytest.approx(tax / 2)
    floors = [saving(whole._replace(floor_usd=floor), 0.5, tax, pay)
              for floor in (0.0, 50_000, 90_000, 200_000)]  # fmt: skip
    assert floors == sorted(floors, reverse=True) and floors[-1] < 0.1 * saved
    # a flat rate above the ordinary one is asked for by nobody
    assert saving(whole._replace(kind="flat"), 0.5, tax, pay) == 0.0


def test_dual_citizenship_has_the_codes_of_its_source() -> None:
    names = {"no_dual_citizenship_acceptance": "none",
             "only_when_own_citizens_naturalise_abroad": "citizens_abroad",
             "only_for_foreigners_naturalising_here": "newcomers",
             "full_acceptance": "both"}  # fmt: skip
    assert tuple(names.values()) == DUAL_CITIZENSHIP
    # one country each, as law was in 2020; Norway changed on its first day
    for country, name in (("JPN", "none"), ("ISR", "citizens_abroad"), ("MYS", "newcomers"),
                          ("USA", "both"), ("NOR", "none")):  # fmt: skip
        assert DUAL_CITIZENSHIP[int(figure(country, "dual_citizenship"))] == name


def test_clauses_against_rivals_bind_nowhere_that_law_voids_them() -> None:
    enforced = by_figure("non_competes_enforced")
    assert {country for country, binds in enforced.items() if not binds} >= {"IND", "PAK", "MYS"}
    assert enforced["USA"] == enforced["KOR"] == enforced["CHN"] == 1.0
    doubtful = {row["country"] for row in table("countries")
                if row["column"] == "non_competes_enforced" and row["low"] != row["high"]}
    assert "USA" in doubtful and "IND" not in doubtful
