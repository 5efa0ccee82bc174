"""Forms of deals: a row more is a form more, and every bad row is told with line and column."""

from __future__ import annotations

import csv
import dataclasses
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.deal_forms import (
    CLAIMANTS,
    REMAINDERS,
    REVIEWED_AS,
    TERMS,
    WHO_MOVES,
    DealForm,
    contradictions,
    read_deal_forms,
)
from agents.declare import InputError
from agents.table_rows import row_as_text

COLUMNS = [field.name for field in dataclasses.fields(DealForm)]
GOOD = {
    "form": "acqui_hire", "title": "A firm bought for its team", "who_moves": "key_staff",
    "team_share": "0.7", "technology_share": "0", "exclusive": "false", "control": "false",
    "stake_share": "0", "reviewed_as": "acqui_hire", "retention_months": "36",
    "retention_share": "0.5", "paid": "investors;founders;staff", "remainder": "closes",
    "recorded": "10", "assumed": "team_share;paid", "source": "deals",
}  # fmt: skip


def written(path: Path, *rows: dict[str, str], columns: list[str] | None = None) -> Path:
    """A table of forms on disk."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns or COLUMNS, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    file = path / "forms.csv"
    file.write_text(text.getvalue(), encoding="utf-8")
    return file


def test_a_row_more_is_a_form_more(tmp_path: Path) -> None:
    more = {**GOOD, "form": "joint_laboratory", "who_moves": "none", "team_share": "0",
            "retention_months": "0", "retention_share": "0", "remainder": "continues"}  # fmt: skip
    first, second = read_deal_forms(written(tmp_path, GOOD, more))
    assert first.paid == ("investors", "founders", "staff")
    assert first.team_share == 0.7 and first.exclusive is False and first.retention_months == 36
    assert second.form == "joint_laboratory" and second.remainder == "continues"


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("form", "Acqui hire", "not a slug"),
        ("form", "", "is blank"),
        ("title", " ", "is blank"),
        ("who_moves", "key_staf", "did you mean 'key_staff'"),
        ("who_moves", "everyone", "allowed: none, founders, key_staff, all"),
        ("team_share", "1.2", "allowed: a number from 0 to 1 fraction"),
        ("team_share", "-0.1", "not in its range"),
        ("team_share", "most", "not a number"),
        ("team_share", "nan", "not a finite number"),
        ("technology_share", "2", "not in its range"),
        ("exclusive", "yes", "allowed: true or false"),
        ("exclusive", "true", "no technology"),
        ("control", "true", "stake_share above one half"),
        ("stake_share", "49", "not in its range"),
        ("reviewed_as", "acquisitions", "did you mean 'acquisition'"),
        ("retention_months", "1.5", "a whole number"),
        ("retention_months", "0", "goes with a retention_share"),
        ("retention_share", "", "is blank"),
        ("paid", "investors;bank", "allowed: investors, founders, staff, firm"),
        ("paid", "staff;staff", "names one thing twice"),
        ("paid", "", "is blank"),
        ("remainder", "close", "did you mean 'closes'"),
        ("recorded", "-1", "not in its range"),
        ("assumed", "price", "unknown name"),
        ("source", "", "is blank"),
    ],
)
def test_a_bad_cell_is_told_with_line_and_column(
    tmp_path: Path, column: str, value: str, told: str
) -> None:
    good = {**GOOD, "form": "other"}
    with pytest.raises(InputError) as caught:
        read_deal_forms(written(tmp_path, good, {**GOOD, column: value}))
    assert caught.value.file == "forms.csv line 3"
    assert caught.value.key == column
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"who_moves": "none", "retention_share": "0", "retention_months": "0"}, "team_share"),
        ({"who_moves": "all"}, "team_share"),
        ({"team_share": "0"}, "team_share"),
        ({"who_moves": "none", "team_share": "0"}, "retention_share"),
    ],
)
def test_terms_that_cannot_stand_together(
    tmp_path: Path, changes: dict[str, str], column: str
) -> None:
    with pytest.raises(InputError) as caught:
        read_deal_forms(written(tmp_path, {**GOOD, **changes}))
    assert caught.value.key == column


def test_all_faults_of_a_row_are_told_together(tmp_path: Path) -> None:
    bad = {**GOOD, "team_share": "9", "paid": "bank"}
    with pytest.raises(InputError) as caught:
        read_deal_forms(written(tmp_path, bad))
    assert "team_share: not in its range" in str(caught.value)
    assert "paid: unknown name" in str(caught.value)


def test_a_form_stands_once(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"forms.csv line 3, form: says the same as line 2"):
        read_deal_forms(written(tmp_path, GOOD, GOOD))


def test_columns_must_be_those_declared(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"line 1: column 'paid' is missing"):
        read_deal_forms(written(tmp_path, GOOD, columns=[c for c in COLUMNS if c != "paid"]))
    with pytest.raises(InputError, match=r"unknown column 'team_shares'; did you mean"):
        read_deal_forms(written(tmp_path, GOOD, columns=[*COLUMNS, "team_shares"]))
    with pytest.raises(InputError, match="'paid' stands twice"):
        read_deal_forms(written(tmp_path, GOOD, columns=[*COLUMNS, "paid"]))


def test_a_row_with_too_many_cells(tmp_path: Path) -> None:
    file = written(tmp_path, GOOD)
    file.write_text(file.read_text("utf-8").rstrip("\n") + ",more\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"line 2: has more cells"):
        read_deal_forms(file)


shares = st.floats(0.0, 1.0)
texts = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1)


@st.composite
def any_form(draw: Any) -> DealForm:
    """A form without contradictions."""
    who = draw(st.sampled_from(WHO_MOVES))
    partly = st.floats(0.0, 1.0, exclude_min=True)
    team = {"none": 0.0, "all": 1.0}.get(who)
    technology, stake = draw(shares), draw(shares)
    months = 0 if who == "none" else draw(st.integers(0, 120))
    return DealForm(
        form=draw(st.from_regex(r"[a-z0-9]+(_[a-z0-9]+)*", fullmatch=True)),
        title=draw(texts),
        who_moves=who,
        team_share=draw(partly) if team is None else team,
        technology_share=technology,
        exclusive=technology > 0 and draw(st.booleans()),
        control=stake > 0.5 and draw(st.booleans()),
        stake_share=stake,
        reviewed_as=draw(st.sampled_from(REVIEWED_AS)),
        retention_months=months,
        retention_share=draw(partly) if months else 0.0,
        paid=tuple(draw(st.lists(st.sampled_from(CLAIMANTS), min_size=1, unique=True))),
        remainder=draw(st.sampled_from(REMAINDERS)),
        recorded=draw(st.integers(0, 10_000)),
        assumed=tuple(draw(st.lists(st.sampled_from(TERMS), unique=True))),
        source=draw(texts),
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(forms=st.lists(any_form(), min_size=1, max_size=4, unique_by=lambda form: form.form))
def test_what_is_written_is_read_again(tmp_path: Path, forms: list[DealForm]) -> None:
    file = written(tmp_path, *(row_as_text(form) for form in forms))
    assert not any(contradictions(form) for form in forms)
    assert read_deal_forms(file) == tuple(forms)
