"""The page on the control tower: what worlds give it, and what it says of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from experiments import control_tower
from experiments.control_tower import COLOUR, EVEN, NOTHING, RETRAIN, SPENT, TOWER, World


def made(lead: float = 0.03, seeds: int = 4) -> pd.DataFrame:
    """Worlds in which the tower leaves less mismatch by a lead that hardly varies."""
    rows = []
    for spend in SPENT:
        for arm in COLOUR:
            for seed in range(1, seeds + 1):
                for year in (2018, 2019, 2020):
                    later = year > 2018
                    mismatch = 0.1 + 0.001 * seed - lead * (arm == TOWER) * later
                    rows.append({
                        "period": str(year), "arm": arm, "spend": spend, "seed": seed,
                        "mismatch": mismatch + 1e-4 * seed * (arm == EVEN), "stock": 1000.0,
                        "mean_pay": 50_000.0, "faults": 0, "reforms_usd": 2e6 * (arm == TOWER),
                        "measures_usd": 30e6 * spend * (arm != NOTHING) * later,
                    })  # fmt: skip
    return pd.DataFrame(rows)


@pytest.mark.parametrize("arm", COLOUR)
def test_a_world_gives_mismatch_and_money_by_year(arm: str) -> None:
    frame = control_tower.live(World("KOR", arm, 1.0, 1, 500.0, "2020-08"))
    assert frame["period"].tolist() == ["2018", "2019", "2020"]
    assert frame["mismatch"].between(0, 1).all()
    assert (frame["faults"] == 0).all()
    _, first, second = frame["measures_usd"]
    if arm == NOTHING:
        assert first == second == 0.0
    else:
        # the first review is law from August on
        assert 10e6 < first < 25e6
        assert 10e6 < second < 45e6  # until August; grants depend on who comes home


def test_the_lead_is_paired_over_seeds() -> None:
    frame = made()
    ends = control_tower.by_seed(frame, 1.0, "mismatch", "2020")
    lead, half = control_tower.interval(list(ends[EVEN] - ends[TOWER]))
    assert lead == pytest.approx(0.03 + 2.5e-4)
    assert half < 0.001
    money = control_tower.money(frame, 0.25)
    np.testing.assert_allclose(money[TOWER], 7.5)


def test_the_page_says_lead_money_and_interval() -> None:
    text = control_tower.page(made(), "KOR", "A source.", "a command")
    assert "## With the whole budget" in text and "## With 25% of the budget" in text
    assert f"| {RETRAIN} | 30.0 | 0.0 | 0.103 | +0.030 | +0.030 to +0.030 |" in text
    assert f"| {TOWER} | 30.0 | 1.0 | 0.073 | – | – |" in text
    assert "0 reviews failed" in text


def test_the_picture_has_a_panel_for_each_budget_and_the_money() -> None:
    figure = control_tower.draw(made(), "KOR", "A source.")
    heads = [axes.get_title(loc="left") for axes in figure.axes]
    assert heads == [
        "Mismatch, the whole budget", "Mismatch, 25% of the budget", "Public money for measures"
    ]
    assert all(len(axes.lines) == 5 for axes in figure.axes[:2])
