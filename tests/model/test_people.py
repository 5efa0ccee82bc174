"""People of the opening and entrants: able where data say so, one world distribution."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest
from numpy.typing import NDArray

from agents.employers import APPLIED
from agents.levers import FIELDS
from model.month.utility import BiddingParameters, utility_of_place
from model.people import PeopleParameters, born_with, standings
from model.tables import load
from tests.helpers import FALSE_ALARM, small_market

TABLES = load()
NUMBER = 200_000
CERTAIN = NormalDist().inv_cdf(1.0 - FALSE_ALARM / 2.0)  # standard errors


def drawn(mixes: NDArray[np.float64], column: str, **changes: float) -> tuple[NDArray[np.int64],
                                                                           NDArray[np.int64],
                                                                           NDArray[np.float64]]:
    """Birth country, residence and standing of many people spread as the tables say."""
    heads = TABLES.country[column]
    cells = (mixes * heads[:, None]).ravel() / heads.sum()
    rows = np.repeat(np.arange(cells.size), np.rint(cells * NUMBER).astype(np.int64))
    country, origin = np.divmod(rows, heads.size)
    keys = np.arange(rows.size, dtype=np.uint64)
    parameters = PeopleParameters(**changes)
    z = standings(1, keys, origin, country, mixes, heads, TABLES, parameters)
    return origin, country, z


@pytest.mark.parametrize("who", ["residents", "entrants"])
def test_standing_is_standard_normal_over_the_world(who: str) -> None:
    mixes, column = {
        "residents": (TABLES.origins, "stock"),
        "entrants": (TABLES.entrant_origins, "entrants"),
    }[who]
    _, _, z = drawn(mixes, column, country_ability=2.0, migrant_standing=0.6)
    error = 1.0 / np.sqrt(z.size)
    rounding = 0.005  # of cells to whole people
    assert abs(z.mean()) < CERTAIN * error + rounding
    assert abs(z.var() - 1.0) < CERTAIN * np.sqrt(2.0) * error + rounding


def test_ability_differs_by_country_as_the_table_says() -> None:
    _, country, z = drawn(TABLES.origins, "stock")
    shift = TABLES.country["ability_shift"]
    for code in ("USA", "CHN", "IND", "KOR"):
        here = country == TABLES.index[code]
        error = CERTAIN / np.sqrt(here.sum())
        assert z[here].mean() == pytest.approx(shift[TABLES.index[code]], abs=error)


def test_migrants_stand_above_natives_and_the_weights_switch_off() -> None:
    origin, country, z = drawn(TABLES.origins, "stock", country_ability=0.0)
    foreign = origin != country
    error = CERTAIN * np.sqrt(1.0 / foreign.sum() + 1.0 / (~foreign).sum())
    here = country == TABLES.index["USA"]
    gap = z[here & foreign].mean() - z[here & ~foreign].mean()
    assert gap == pytest.approx(0.2, abs=2 * error)
    off = {"country_ability": 0.0, "migrant_standing": 0.0}
    origin, country, z = drawn(TABLES.origins, "stock", **off)
    here = country == TABLES.index["USA"]
    error = CERTAIN * np.sqrt(1.0 / here.sum() + 1.0 / (~here).sum())
    assert abs(z[here].mean() - z[~here].mean()) < error


def test_pull_of_home_adds_to_utility_at_home_alone() -> None:
    world = small_market().world
    rows = np.flatnonzero(world.researchers.birth_country == TABLES.index["JPN"])
    born = world.researchers.birth_country[rows].astype(np.int64)
    ones = np.ones(rows.size)

    def gain(country: NDArray[np.int64]) -> NDArray[np.float64]:
        plain, pulled = (
            utility_of_place(world, rows, country, ones, ones, BiddingParameters(home_pull=weight))
            for weight in (0.0, 1.0)
        )
        return pulled - plain

    pull = TABLES.country["home_pull"][TABLES.index["JPN"]]
    expected = BiddingParameters().home_attachment * np.expm1(pull)
    np.testing.assert_allclose(gain(born), expected, atol=1e-12)
    np.testing.assert_allclose(gain((born + 1) % world.countries), 0.0, atol=1e-12)


def test_degrees_outside_computer_science_lean_to_applied_fields_and_career_changers() -> None:
    number = 20_000
    nowhere = np.zeros(number, dtype=np.int64)
    keys = np.arange(number, dtype=np.uint64)
    entered = np.full(number, 24_000)
    shares = np.full(len(FIELDS), 1.0 / len(FIELDS))

    def other(**changes: float) -> tuple[NDArray[np.bool_], NDArray[np.int8], NDArray[np.float64]]:
        traits = born_with(
            1, keys, nowhere, nowhere, entered, np.zeros(number), shares, TABLES,
            PeopleParameters(**changes),
        )
        age = (traits["degree_month"] - traits["birth_month"]) / 12.0
        return traits["other_discipline"], traits["field"], age - 2.0 * traits["degree"]

    found, field, age = other()
    applied = np.isin(field, APPLIED)
    models = field == FIELDS.index("foundation_models")
    between = ~applied & ~models
    assert found[applied].mean() > found[between].mean() + 0.05
    assert found[between].mean() > found[models].mean() + 0.05
    late = age > np.quantile(age, 0.8)
    assert found[late].mean() > found[~late].mean() + 0.05
    # the share stays near the one declared, and equal everywhere without the tilts
    assert found[between].mean() == pytest.approx(0.35, abs=0.03)
    plain, _, _ = other(discipline_tilt=0.0, discipline_change=0.0)
    error = CERTAIN * np.sqrt(0.35 * 0.65 * (1.0 / applied.sum() + 1.0 / models.sum()))
    assert abs(plain[applied].mean() - plain[models].mean()) < error
