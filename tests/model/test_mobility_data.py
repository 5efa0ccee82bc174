"""Affinity, mobility and amenity rest on the fit years alone and hang together."""

from __future__ import annotations

import csv
import math
import os
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from experiments import fit_amenity
from experiments.fit_amenity import F64, Goal, Seen
from model.data.build import mobility

DATA = Path(__file__).resolve().parents[2] / "model" / "data"
RAW = os.environ.get("TALENT_MARKET_RAW")
FIGURES = ("mobility", "amenity", "net_target", "gross_target")
LAST_SCHOLARS, LAST_OF_ALL = 2016, 2019
Row = dict[str, str]


@cache
def table(name: str) -> list[Row]:
    """All rows of a shipped table."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def codes() -> list[str]:
    """The countries in the order of the tables."""
    return [row["country"] for row in table("country_names")]


def figures(column: str) -> F64:
    """One figure of all countries in table order."""
    found = {r["country"]: float(r["value"]) for r in table("mobility") if r["column"] == column}
    return np.array([found[country] for country in codes()])


def stock() -> F64:
    """Stocks in persons, in table order."""
    found = {r["country"]: float(r["value"]) for r in table("countries") if r["column"] == "stock"}
    return np.array([found[country] for country in codes()])


def test_every_row_says_its_fit_years_and_none_is_later() -> None:
    for row in table("mobility"):
        spans = re.findall(r"(\d{4})-(\d{4})", row["fit_years"])
        assert spans and all(int(first) < int(last) for first, last in spans), row
        last = max(int(last) for _, last in spans)
        assert last <= (LAST_SCHOLARS if row["source"] == "scholars" else LAST_OF_ALL), row
        scholar_span, *_ = spans
        if "scholars" in row["source"]:
            assert int(scholar_span[1]) <= LAST_SCHOLARS


@pytest.mark.parametrize("column", FIGURES)
def test_every_country_has_every_figure_with_its_error(column: str) -> None:
    assert np.isfinite(figures(column)).all()
    error = figures(f"{column}_error")
    assert (error > 0).all() and np.isfinite(error).all()


def test_keys_are_unique_described_and_sourced() -> None:
    keys = [(row["country"], row["column"]) for row in table("mobility")]
    assert len(keys) == len(set(keys))
    lines = table("columns")
    text = " ".join(row["method"] for row in lines)
    described = {row["column"] for row in lines if row["table"] == "mobility"}
    known = {row["id"] for row in table("sources")}
    for row in table("mobility"):
        assert row["column"] in described and set(row) <= described
        assert f"{row['method']}:" in text and set(row["source"].split(";")) <= known
    named = {row["column"] for row in lines if row["table"] == "affinity"}
    assert set(table("affinity")[0]) <= named


def test_net_moves_of_the_world_are_nought() -> None:
    net, people = figures("net_target"), stock()
    assert abs((net * people).sum()) < 1e-4 * (abs(net) * people).sum() + 1e-5 * people.sum()


def test_net_is_small_against_gross() -> None:
    net, gross = figures("net_target"), figures("gross_target")
    assert (gross > 0).all() and (gross < 0.4).all() and (abs(net) < gross).all()
    assert 0.03 < np.mean(abs(net) / gross) < 0.15
    movers = np.average(gross, weights=stock()) / 2.0
    assert 0.015 < movers < 0.035


def test_amenity_is_the_balance_drawn_to_nought() -> None:
    balance = np.arctanh(figures("net_target") / figures("gross_target"))
    amenity = figures("amenity")
    assert (np.sign(amenity[abs(balance) > 0.01]) == np.sign(balance[abs(balance) > 0.01])).all()
    assert (abs(amenity) <= abs(balance) + 0.002).all()


def test_affinity_holds_every_pair_once_with_zero_mean() -> None:
    rows = table("affinity")
    order = codes()
    pairs = [(row["country_a"], row["country_b"]) for row in rows]
    assert pairs == [(a, b) for i, a in enumerate(order) for b in order[i + 1 :]]
    known = [row for row in rows if row["flows"]]
    assert abs(np.mean([float(row["affinity"]) for row in known])) < 1e-3
    spread = max(float(row["error"]) for row in rows)
    for row in rows:
        assert 0 < float(row["error"]) <= spread and math.isfinite(float(row["affinity"]))
        if not row["flows"]:
            assert "TWN" in (row["country_a"], row["country_b"])
            assert float(row["affinity"]) == 0.0


def test_thin_pairs_are_less_sure_and_drawn_in() -> None:
    known = [row for row in table("affinity") if row["flows"]]
    thin = [row for row in known if float(row["flows"]) < 1]
    thick = [row for row in known if float(row["flows"]) > 100]
    assert np.mean([float(row["error"]) for row in thin]) > 0.3
    assert np.mean([float(row["error"]) for row in thick]) < 0.2


def test_affinity_of_known_pairs_is_found_again() -> None:
    rng = np.random.default_rng(1)
    first, second = np.triu_indices(30, 1)
    apart = rng.normal(8.0, 1.0, (30, 30))
    facts = (apart, np.zeros((30, 30)))
    design = mobility.gravity_design(facts, first, second)
    size = np.append(rng.normal(5.0, 0.7, 30), [-0.8, 0.0])
    truth = rng.normal(0.0, 0.6, first.size)
    counts = rng.poisson(np.exp(design @ size + truth)).astype(float)
    found, error, spread = mobility.fit_affinity(counts, design)
    assert spread == pytest.approx(0.6, rel=0.15)
    assert np.corrcoef(found, truth)[0, 1] > 0.9
    assert np.mean(abs(found - truth) < 2 * error) > 0.9


def test_shrinking_keeps_the_sure_and_draws_in_the_unsure() -> None:
    value = np.array([1.0, -1.0, 1.0, -1.0, np.nan])
    error = np.array([0.01, 0.01, 2.0, 0.5, np.inf])
    drawn = mobility.shrunk(mobility.Estimate(value, error), 0.0)
    assert drawn.value[0] == pytest.approx(1.0, abs=0.01)
    assert abs(drawn.value[2]) < 0.6 * value[2]
    assert drawn.value[4] == 0.0 and np.isfinite(drawn.error).all()


def test_fitted_amenity_meets_the_shipped_targets_better_than_nothing() -> None:
    rows = table("amenity")
    assert [row["country"] for row in rows] == codes()
    targets = dict(zip(codes(), figures("net_target"), strict=True))
    for row in rows:
        amenity, target, simulated, residual = (
            float(row[key]) for key in ("amenity", "target", "simulated", "residual")
        )
        assert row["kind"] == "fitted" and abs(amenity) <= fit_amenity.BOUND
        assert target == pytest.approx(targets[row["country"]], abs=1e-5)
        assert residual == pytest.approx(target - simulated, abs=2e-5)
    gap = np.average([abs(float(row["residual"])) for row in rows], weights=stock())
    assert gap < 0.006


def test_amenity_of_a_toy_world_is_found_again() -> None:
    rng = np.random.default_rng(2)
    size = 12
    people = rng.uniform(5e3, 1e5, size)
    wanted, own = rng.normal(0.0, 0.3, size), rng.normal(0.0, 0.2, size)
    rate = np.full(size, 0.06)

    def simulate(amenity: F64, seeds: Sequence[int]) -> Seen:
        pull = own + amenity
        pull = pull - np.average(pull, weights=people)
        return Seen(rate * np.tanh(1.3 * pull), rate)

    reached = simulate(wanted, [1])
    aim = Goal(
        tuple(map(str, range(size))), people, reached.net, np.full(size, 1e-4), np.zeros(size)
    )
    found = fit_amenity.fit(simulate, aim, 1.0, range(1, 4), rounds=20)
    assert found.response == pytest.approx(1.3, rel=0.3)
    assert found.simulated == pytest.approx(aim.net, abs=2e-3)
    assert found.history[-1] < 0.2 * found.history[0]
    assert (abs(found.amenity) <= fit_amenity.BOUND).all()


if RAW:  # the raw series are at hand only where the tables are made

    def test_rebuilding_gives_the_same_bytes(tmp_path: Path) -> None:
        for name in ("country_names", "countries", "corridors"):
            (tmp_path / f"{name}.csv").write_bytes((DATA / f"{name}.csv").read_bytes())
        mobility.build(Path(RAW or ""), tmp_path)
        for name in ("mobility", "affinity"):
            built = (tmp_path / f"{name}.csv").read_bytes()
            assert built == (DATA / f"{name}.csv").read_bytes(), name
