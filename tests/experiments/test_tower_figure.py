"""The picture of a control tower says what its table says."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from experiments.tower_figure import (
    LEVER_NAMES,
    lacking_fields,
    remedy_rows,
    save,
    source_line,
    titles,
    tower_picture,
)
from model.talent_market import TalentMarket


@pytest.fixture(scope="module")
def market() -> TalentMarket:
    return TalentMarket("small", persons_per_agent=500, until="2019-01")


@pytest.fixture(scope="module")
def frame(market: TalentMarket) -> pd.DataFrame:
    return market.control_tower("KOR")


def test_remedies_come_back_in_their_order_with_their_money(frame: pd.DataFrame) -> None:
    rows = remedy_rows(frame)
    lines = frame[frame["question"] == "remedies"]
    persons = lines[lines["measure"] == "persons"]
    assert rows["persons"].tolist() == persons["value"].tolist()
    assert rows["field"].tolist() == persons["field"].tolist()
    assert (rows["usd"] == rows["persons"] * rows["cost"]).all()
    helpful = rows.dropna(subset=["cost_year"])
    expected = helpful["cost"] / (helpful["closes"] * helpful["years"])
    assert helpful["cost_year"].tolist() == pytest.approx(expected.tolist())
    assert set(rows["lever"]) <= set(LEVER_NAMES)


def test_the_picture_names_who_is_missing_and_who_is_abroad(frame: pd.DataFrame) -> None:
    figure = tower_picture(frame, "KOR", "Source: a test")
    heads = [axes.get_title(loc="left") for axes in figure.axes]
    home = frame[(frame["question"] == "missing") & (frame["country"] == "KOR")]
    gap = home[(home["measure"] == "gap") & (home["tier"] == "all")]["value"]
    assert heads[0].startswith(f"{gap.clip(lower=0).sum():,.0f} people are missing")
    abroad = frame[(frame["question"] == "abroad") & (frame["tier"] == "all")]["value"].sum()
    assert heads[1].startswith(f"{abroad:,.0f} of ours live abroad")
    marked = [
        label.get_text().replace("\n", " ") for label in figure.axes[1].get_xticklabels()
        if label.get_weight() == "bold"
    ]
    assert marked == [titles()[field] for field in titles() if field in lacking_fields(frame)]
    bars = sum(len(bars) for bars in figure.axes[3].containers)
    assert bars == remedy_rows(frame)["cost_year"].notna().sum()


def test_a_country_without_people_abroad_gets_its_picture(frame: pd.DataFrame) -> None:
    alone = frame[~frame["question"].isin(("abroad", "employers"))]
    figure = tower_picture(alone, "KOR", "Source: a test")
    heads = [axes.get_title(loc="left") for axes in figure.axes]
    assert heads.count("Nobody of ours lives abroad") == 2


def test_table_and_picture_are_written(
    market: TalentMarket, frame: pd.DataFrame, tmp_path: Path
) -> None:
    files = save(frame, "KOR", source_line(market), tmp_path / "new")
    assert [file.name for file in files] == ["tower.parquet", "tower.csv", "tower.png"]
    assert sorted(file.name for file in (tmp_path / "new").iterdir()) == sorted(
        file.name for file in files
    )
    pd.testing.assert_frame_equal(pd.read_parquet(files[0]), frame)
    assert len(pd.read_csv(files[1])) == len(frame)
    assert "seed 1, lived to 2018-12" in source_line(market)
