"""People of the opening and entrants: able where data say so, one world distribution."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest
from numpy.typing import NDArray

from model.month.bidding import BiddingParameters, utility_of_place
from model.people import PeopleParameters, standings
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
