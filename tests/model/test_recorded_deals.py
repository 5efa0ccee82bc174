"""Recorded deals and the shipped forms: readable, plausible, and every bad row is told."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest

from agents.declare import InputError
from agents.levers import month_number
from agents.table_rows import row_as_text
from model.recorded_deals import (
    RecordedDeal,
    deal_forms,
    read_recorded_deals,
    recorded_deals,
)
from model.tables import read_rows

FORMS = list(deal_forms().values())


def deal(target: str, buyer: str, form: str) -> RecordedDeal:
    """One of the recorded deals."""
    [found] = [d for d in recorded_deals() if (d.target, d.buyer, d.form) == (target, buyer, form)]
    return found


def test_the_deals_stand_in_the_order_of_time() -> None:
    months = [deal.month for deal in recorded_deals()]
    assert months == sorted(months) and len(months) >= 75
    assert months[0] == month_number("2014-01") and months[-1] == month_number("2025-12")


def test_named_buyers_are_spelt_as_in_the_table_of_firms() -> None:
    firms = {row["firm"]: row["country"] for row in read_rows("firms.csv")}
    folded = {re.sub(r"\W", "", name).casefold(): name for name in firms}
    for found in recorded_deals():
        same = folded.get(re.sub(r"\W", "", found.buyer).casefold())
        assert same in (None, found.buyer)
        assert found.buyer_country == firms.get(found.buyer, found.buyer_country)


def test_well_known_deals_read_as_they_were_told() -> None:
    windsurf = deal("Windsurf", "Google", "licence_and_hire")
    assert windsurf.month == month_number("2025-07") and windsurf.people_moved == 40
    assert windsurf.licence and windsurf.founders_moved and windsurf.stays_independent
    assert windsurf.price_usd == pytest.approx(2.4e9, rel=0.05)
    scale = deal("Scale AI", "Meta", "stake_and_hire")
    assert scale.stake_share == 0.49 and scale.founders_moved
    # nobody moves with a plain stake
    anthropic = deal("Anthropic", "Amazon", "minority_stake")
    assert anthropic.founders_moved is False and anthropic.team_share_moved == 0.0
    assert {"founders_moved", "team_share_moved"} <= set(anthropic.imputed)


def test_windsurf_was_given_up_then_hollowed_out_then_sold() -> None:
    story = [(d.buyer, d.form, d.abandoned) for d in recorded_deals() if d.target == "Windsurf"]
    assert story == [("OpenAI", "full_acquisition", True), ("Google", "licence_and_hire", False),
                     ("Cognition", "full_acquisition", False)]  # fmt: skip


def test_prices_are_in_dollars_of_2024() -> None:
    # 600 million dollars of 2014, whose prices rose by a third until 2024
    assert deal("DeepMind", "Google", "full_acquisition").price_usd == pytest.approx(
        600e6 * 313.689 / 236.736, rel=0.005
    )
    assert deal("Run:ai", "NVIDIA", "full_acquisition").price_usd == 700e6


def test_deals_without_a_page_say_so_in_every_cell() -> None:
    for found in recorded_deals():
        general = found.confidence == "background"
        assert general == (found.source == "general knowledge")
        if general:
            filled = {name for name, text in row_as_text(found).items() if text}
            assert filled - {"confidence", "imputed", "source"} == set(found.imputed)


def test_terms_of_forms_are_medians_of_the_records() -> None:
    forms = deal_forms()
    assert forms["stake_and_hire"].stake_share == 0.49
    shares = sorted(d.team_share_moved for d in recorded_deals()
                    if d.form == "licence_and_hire" and d.team_share_moved is not None)
    assert len(shares) == 3 and forms["licence_and_hire"].team_share == shares[1]
    assert forms["licence_and_hire"].recorded == 7
    for form in forms.values():
        taken = {"team_share", "stake_share", "retention_share", "remainder"} - set(form.assumed)
        assert "deals" not in form.source or taken
    # control, and with it review as an acquisition, is what a licence with hires goes without
    assert {f.form for f in forms.values() if f.control} == {"majority_stake", "full_acquisition"}
    assert {f.form for f in forms.values() if f.reviewed_as == "acquisition"} == {
        "majority_stake", "full_acquisition"
    }


def table(path: Path, changes: dict[str, str]) -> Path:
    """Two deals on disk, the second with changes."""
    rows = [row_as_text(deal("Scale AI", "Meta", "stake_and_hire")),
            {**row_as_text(deal("Windsurf", "Google", "licence_and_hire")), **changes}]  # fmt: skip
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    file = path / "deals.csv"
    file.write_text(text.getvalue(), encoding="utf-8")
    return file


def test_deals_written_are_read_again(tmp_path: Path) -> None:
    first, second = read_recorded_deals(table(tmp_path, {}), FORMS)
    assert first == deal("Scale AI", "Meta", "stake_and_hire")
    assert second == deal("Windsurf", "Google", "licence_and_hire")


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("month", "July 2025", "a month as YYYY-MM"),
        ("month", "2025-13", "no such month"),
        ("month", "", "is blank"),
        ("buyer", "", "is blank"),
        ("buyer", "Windsurf", "is the buyer itself"),
        ("buyer_country", "US", "did you mean 'USA'"),
        ("target", "", "is blank"),
        ("target_country", "BLR", "unknown name"),
        ("form", "license_and_hire", "did you mean 'licence_and_hire'"),
        ("form", "", "is blank"),
        ("abandoned", "no", "true or false"),
        ("abandoned", "true", "nobody moves in a deal that is given up"),
        ("price_usd", "2.4bn", "not a number"),
        ("price_usd", "-1", "not in its range"),
        ("people_moved", "40.5", "a whole number"),
        ("team_share_moved", "25", "a number from 0 to 1"),
        ("founders_moved", "1", "true or false"),
        ("licence", "maybe", "true or false"),
        ("stake_share", "49", "a number from 0 to 1"),
        ("stays_independent", "x", "true or false"),
        ("confidence", "sure", "allowed: high, medium, low, background"),
        ("imputed", "price", "did you mean 'price_usd'"),
        ("imputed", "team_share_moved", "which is blank"),
        ("source", "", "is blank"),
    ],
)
def test_a_bad_cell_is_told_with_line_and_column(
    tmp_path: Path, column: str, value: str, told: str
) -> None:
    with pytest.raises(InputError) as caught:
        read_recorded_deals(table(tmp_path, {column: value}), FORMS)
    assert caught.value.file == "deals.csv line 3"
    assert told in str(caught.value)
    blamed = {"is the buyer itself": "target", "nobody moves": "people_moved"}
    keys = [key for words, key in blamed.items() if told.startswith(words)]
    assert caught.value.key == (keys or [column])[0]
