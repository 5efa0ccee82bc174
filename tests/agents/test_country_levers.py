"""Levers of a country that are lists of names: written, refused and told again."""

from __future__ import annotations

import pytest

from agents.country_levers import LEVERS_BY_NAME, lever_text, lever_value
from agents.deal_forms import REVIEWED_AS
from agents.declare import InputError
from model import tables
from model.country_levers import CountryLevers
from model.policy_files import read_policy

COVERS = LEVERS_BY_NAME["merger_review_covers"]


@pytest.mark.parametrize("names", [[], ["licence"], ["licence_and_hire", "acquisition"]])
def test_a_list_of_names_comes_back_in_the_order_of_the_classes(names: list[str]) -> None:
    value = lever_value(COVERS, names)
    assert isinstance(value, float)
    assert lever_text(COVERS, value) == [name for name in REVIEWED_AS if name in names]


@pytest.mark.parametrize(
    ("written", "complaint"),
    [("acquisition", "not a list"), (["acquisitions"], "did you mean 'acquisition'"),
     ([1], "unknown name 1"), (3, "not a list")],
)  # fmt: skip
def test_what_is_no_list_of_known_names_is_refused(written: object, complaint: str) -> None:
    with pytest.raises(InputError, match=complaint):
        lever_value(COVERS, written)


def test_review_looks_at_acquisitions_alone_at_the_opening() -> None:
    levers = CountryLevers.opening(tables.load())
    for value in levers.merger_review_covers:
        assert lever_text(COVERS, value) == ["acquisition", "acqui_hire"]
    assert (levers.merger_review_threshold_usd > 0).all()
    assert (levers.merger_ban_chance < 0.1).all()


def test_policies_on_review_touch_review_alone() -> None:
    [one] = read_policy("licence-and-hire-under-review").changes
    assert "licence_and_hire" in lever_text(COVERS, one.set["merger_review_covers"])
    [other] = read_policy("stricter-review-of-acquisitions").changes
    assert all(name.startswith("merger_") for name in (*one.set, *other.set))
