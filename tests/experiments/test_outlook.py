"""The outlook: the baseline lived on, sane in 2035, and a page whose tables can be made anew."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments import outlook
from model.scenario import read_scenario
from model.talent_market import TalentMarket

COARSE = 2000


def test_the_outlook_is_the_baseline_lived_on() -> None:
    baseline, longer = read_scenario("baseline"), read_scenario("outlook")
    assert longer.end == "2035-12"
    same = ("start", "persons_per_agent", "seed", "parameters", "policies", "shocks", "governments")
    assert all(getattr(baseline, name) == getattr(longer, name) for name in same)
    markets = [TalentMarket(name, persons_per_agent=4000) for name in ("baseline", "outlook")]
    for market in markets:
        market.run_until("2019-06")
    pd.testing.assert_frame_equal(markets[0].national(), markets[1].national())


@pytest.fixture(scope="module")
def lived() -> pd.DataFrame:
    return outlook.lived(outlook.World(outlook.AS_DECLARED, 1, COARSE))


def test_nothing_explodes_by_2035(lived: pd.DataFrame) -> None:
    table = outlook.figures(lived)
    world = table[table["country"] == "WLD"].set_index("period")
    assert np.isfinite(world[list(outlook.COLUMNS)]).all(axis=None)
    growth = world["growth"]
    assert growth["2025"] > growth["2030"] > growth["2035"] > 2.0   # it fades towards 2 %
    assert 1.0 < world["pay"]["2035"] / world["pay"]["2025"] < 2.0
    assert world["mismatch"].between(0.0, 0.4).all()
    assert world["jobless"].between(0.0, 5.0).all()
    # some twenty people move in a year of so coarse a world
    assert world["moves"].between(0.3, 7.0).all()
    for country, rows in table.groupby("country"):
        people = rows.set_index("period")["people"]
        assert 1.0 < people["2035"] / people["2025"] < 5.0, country


def test_the_page_is_filled_and_its_words_are_kept(lived: pd.DataFrame) -> None:
    futures = pd.concat([
        lived.assign(future=future, seed=seed)
        for future in outlook.FUTURES for seed in (1, 2)
    ])  # fmt: skip
    text = "Words.\n<!-- outlook: worlds -->\nold\n<!-- end -->\nMore.\n"
    text += "<!-- outlook: assumptions -->\n<!-- end -->\nLast.\n"
    page = outlook.filled(text, futures, "Made up.")
    assert "old" not in page and page.count("Made up.") == 2
    assert page.startswith("Words.\n") and page.endswith("Last.\n") and "More." in page
    rows = [line for line in page.splitlines() if line.startswith("| ")]
    assert len(rows) == 2 + len(outlook.COUNTRIES) * len(outlook.YEARS) + 2 + len(outlook.FUTURES)
    assert outlook.filled(page, futures, "Made up.") == page
    people = lived.set_index(["country", "period", "measure"])["value"]["WLD", "2035", "stock"]
    assert f"| World | 2035 | {people / 1000:,.0f} ± 0 |" in page


def test_the_shipped_page_holds_both_tables() -> None:
    text = (Path(__file__).resolve().parents[2] / outlook.PAGE).read_text("utf-8")
    assert [match[2] for match in outlook.PART.finditer(text)] == ["worlds", "assumptions"]
    assert "| South Korea | 2035 |" in text
    assert all(f"| {future} |" in text for future in outlook.FUTURES)
