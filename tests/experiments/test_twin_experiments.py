"""Non-competes, offshoring and brain gain: estimators where the answer is known, and worlds."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from experiments.natural_experiments import brain_gain, non_competes, offshoring
from experiments.natural_experiments.worlds import World

YEARS = range(2020, 2025)


def test_a_ban_that_moves_people_and_pay_is_found_as_large_as_it_is() -> None:
    countries = [f"C{number:02d}" for number in range(12)]
    rows = [
        (seed, year, code, (100 + 10 * place) * (1.2 if ban else 1.0) * (year - 2010),
         0.1 * place + 0.02 * year + (0.05 if ban else 0.0), 5, ban)
        for seed, year, (place, code) in itertools.product((1, 2), YEARS, enumerate(countries))
        for ban in [place % 2 == 0 and year >= 2022]
    ]  # fmt: skip
    columns = ["seed", "year", "country", "job_changes", "log_pay", "hires", "ban"]
    found = non_competes.estimate(pd.DataFrame(rows, columns=columns))
    assert found[non_competes.MOBILITY].value == pytest.approx(np.log(1.2), abs=1e-6)
    assert found[non_competes.PAY].value == pytest.approx(0.05, abs=1e-9)


def test_half_of_the_countries_that_enforce_clauses_ban_them() -> None:
    enforcing, policy = non_competes.enforcing(), non_competes.ban(3)
    banned = [change.country for change in policy.changes]
    assert len(banned) == len(enforcing) // 2 > 5
    assert set(banned) < set(enforcing) and policy != non_competes.ban(4)


def staff(per_refusal: float, per_dependence: float) -> pd.DataFrame:
    """Twins whose firms have more people abroad with the cut, as told."""
    rows = []
    for seed, year, firm, cut in itertools.product((1, 2, 3), (2022, 2023, 2024), range(4),
                                                   (False, True)):  # fmt: skip
        dependence, refusals = 0.1 * firm, 1000 * seed * cut
        abroad = 50.0 * (firm + 1) * np.exp(per_dependence * dependence * cut)
        rows.append((seed, year, firm, cut, dependence, refusals,
                     abroad + per_refusal * refusals / 4))  # fmt: skip
    columns = ["seed", "year", "firm", "cut", "dependence", "refusals", "staff_abroad"]
    return pd.DataFrame(rows, columns=columns)


def test_jobs_abroad_are_counted_for_each_refusal_and_by_dependence() -> None:
    found = offshoring.estimate(staff(0.4, 0.0))
    assert found[offshoring.PER_REFUSAL].value == pytest.approx(0.4)
    found = offshoring.estimate(staff(0.0, 2.0))
    spread = np.std(np.tile([0.0, 0.1, 0.2, 0.3], 3), ddof=1)
    assert found[offshoring.AFFILIATES].value == pytest.approx(2.0 * spread, rel=1e-4)


def test_twins_that_do_not_differ_have_no_jobs_for_a_refusal() -> None:
    same = staff(0.0, 0.0).assign(refusals=500)
    assert offshoring.estimate(same)[offshoring.PER_REFUSAL].value == 0.0


def test_graduates_and_emigrants_are_held_against_emigration_before() -> None:
    rows = []
    for seed, year, place in itertools.product((1, 2), range(2019, 2030), range(8)):
        after = year >= 2021 + brain_gain.LAG
        rows.append((seed, year, f"O{place}", 100, 0.5 * place * after, 2.0 * place * after,
                     0.01 * place))  # fmt: skip
    columns = ["seed", "year", "origin", "natives", "emigrants", "graduates", "exposure"]
    found = brain_gain.estimate(pd.DataFrame(rows, columns=columns))
    spread = np.std(np.arange(8), ddof=1)
    for name, slope in ((brain_gain.EMIGRANTS, 0.5), (brain_gain.GRADUATES, 2.0),
                        (brain_gain.MORE, 1.5)):  # fmt: skip
        assert found[name].value == pytest.approx(slope * spread)


def test_a_placebo_of_twins_is_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, until in ((brain_gain, "2021-12"), (offshoring, "2020-12")):
        monkeypatch.setattr(module, "UNTIL", until)
    world = World(1, 2000.0, treated=False)
    frame = brain_gain.measure(world)
    assert not frame[["emigrants", "graduates"]].to_numpy().any()
    assert frame["exposure"].notna().all()
    twins = offshoring.measure(world)
    same = twins[twins["cut"]]["staff_abroad"].to_numpy()
    np.testing.assert_array_equal(same, twins[~twins["cut"]]["staff_abroad"].to_numpy())
    assert twins["dependence"].between(0.0, 1.0).all()
