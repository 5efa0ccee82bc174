"""Declarations of columns and parameters, and how a wrong setting is answered."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from agents.declare import (
    InputError,
    Parameter,
    column,
    declared,
    nearest,
    parameter,
    replaced,
    unknown_name,
)


@dataclasses.dataclass(frozen=True)
class Weather:
    """A group for these tests."""

    rain: float = parameter(
        2.0, unit="mm", low=0.0, high=10.0, kind="uncertainty", source="a book", meaning="rain",
    )
    wind: float = parameter(
        1.0, unit="m/s", low=0.5, high=3.0, kind="lever", source="a gauge", meaning="wind",
    )


def test_a_declared_parameter_tells_all_that_is_known_of_it() -> None:
    assert declared(Weather(), "weather") == [
        Parameter("weather.rain", 2.0, "mm", 0.0, 10.0, "uncertainty", "a book", "rain"),
        Parameter("weather.wind", 1.0, "m/s", 0.5, 3.0, "lever", "a gauge", "wind"),
    ]


def test_a_changed_group_is_a_copy() -> None:
    before = Weather()
    after = replaced(before, "weather", {"rain": 3}, file=None)
    assert (before.rain, after.rain, after.wind) == (2.0, 3.0, 1.0)
    assert isinstance(after.rain, float)
    with pytest.raises(dataclasses.FrozenInstanceError):
        after.rain = 4.0


@pytest.mark.parametrize("value", [0.0, 10.0])
def test_both_ends_of_a_range_are_allowed(value: float) -> None:
    assert replaced(Weather(), "weather", {"rain": value}, file=None).rain == value


@pytest.mark.parametrize("value", [-0.1, 10.1, float("nan"), float("inf"), "2", None, True, [1]])
def test_what_is_no_number_in_the_range_is_refused(value: object) -> None:
    with pytest.raises(InputError, match=r"weather\.rain: .*0 to 10 mm"):
        replaced(Weather(), "weather", {"rain": value}, file=None)


def test_all_faults_are_reported_together_with_the_nearest_name() -> None:
    with pytest.raises(InputError) as raised:
        replaced(Weather(), "weather", {"rian": 1.0, "wind": 99}, file="storm.toml")
    text = str(raised.value)
    assert "did you mean 'weather.rain'?" in text
    assert "weather.wind" in text
    assert text.startswith("storm.toml: ")


def test_an_input_error_says_where_what_was_got_and_what_is_allowed() -> None:
    error = InputError("too late", file="a.toml", key="end", value="2031-01", allowed="2030")
    assert str(error) == "a.toml, end: too late (got '2031-01'); allowed: 2030"
    assert (error.file, error.key, error.value, error.allowed) == (
        "a.toml", "end", "2031-01", "2030",
    )
    assert str(InputError("too late")) == "too late"
    assert isinstance(error, ValueError)


def test_the_nearest_name_is_offered_only_where_one_is_near() -> None:
    known = ["distance_cost", "moving_cost"]
    assert nearest("distanse_cost", known) == "distance_cost"
    assert nearest("qqqq", known) is None
    assert "did you mean" not in str(unknown_name("parameter", "qqqq", known))
    assert "unknown parameter 'qqqq'" in str(unknown_name("parameter", "qqqq", known))


def test_a_column_keeps_its_type_unit_meaning_and_width() -> None:
    metadata = column(np.float32, unit="USD", meaning="pay", width=3).metadata
    assert metadata["dtype"] == np.dtype(np.float32)
    assert (metadata["unit"], metadata["meaning"], metadata["width"]) == ("USD", "pay", 3)
