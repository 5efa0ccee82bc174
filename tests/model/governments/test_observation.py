"""What governments know: published late, with the stated error, and nothing that can be altered."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from agents.levers import month_number
from model.governments.observation import (
    ERRORS,
    F64,
    FIGURES,
    ReviewParameters,
    known_years,
    published,
)
from model.governments.reviews import review_month
from tests.governments import COUNTRIES, FIRST, KOREA, asked, market

YEARS = range(2000, 2060)
SURE = 4.0
"""Standard errors; luck alone goes beyond these once in 16,000."""


def truth(countries: int = 58) -> dict[str, F64]:
    """Figures of a year in which each is a thousand."""
    return {name: np.full(countries, 1000.0) for name in (*ERRORS, "stock_before")}


def many(name: str, seed: int = 1) -> F64:
    """Log errors of one figure, shape (years, countries)."""
    parameters, share = ReviewParameters(), np.full(58, 0.01)
    return np.log([
        published(seed, year, truth(), share, parameters)[name] / 1000 for year in YEARS
    ])


@pytest.mark.parametrize("name", ERRORS)
def test_errors_are_as_large_as_stated_and_none_on_average(name: str) -> None:
    errors, parameters = many(name).ravel(), ReviewParameters()
    stated = parameters.flow_error if ERRORS[name] == "flow" else parameters.stock_error
    assert abs(errors.mean()) < SURE * stated / np.sqrt(errors.size)
    assert abs(errors.std() / stated - 1) < SURE / np.sqrt(2 * errors.size)


def test_errors_of_figures_years_and_countries_have_nothing_to_do_with_each_other() -> None:
    inflow, outflow = many("inflow"), many("outflow")
    pairs = [
        (inflow.ravel(), outflow.ravel()), (inflow[1:].ravel(), inflow[:-1].ravel()),
        (inflow[:, 1:].ravel(), inflow[:, :-1].ravel()),
        (inflow.ravel(), many("inflow", seed=2).ravel()),
    ]  # fmt: skip
    for one, other in pairs:
        assert abs(np.corrcoef(one, other)[0, 1]) < SURE / np.sqrt(one.size)


def test_a_figure_is_published_once_and_for_all() -> None:
    np.testing.assert_array_equal(many("stock"), many("stock"))


def test_net_flow_and_rates_follow_from_what_is_published() -> None:
    parameters, share = ReviewParameters(), np.linspace(0.001, 0.02, 58)
    last, this = (published(3, year, truth(), share, parameters) for year in (2020, 2021))
    np.testing.assert_allclose(this["net"], this["inflow"] - this["outflow"])
    np.testing.assert_allclose(this["net_per_10k_researchers"], 1e4 * this["net"] / last["stock"])
    np.testing.assert_allclose(
        this["net_per_10k_workforce"], this["net_per_10k_researchers"] * share
    )
    assert set(this) == set(FIGURES)


@pytest.mark.parametrize(
    ("lag", "month", "known"),
    [(4, "2021-04", [2019]), (4, "2021-05", [2019, 2020]), (0, "2021-01", [2019, 2020]),
     (15, "2021-12", [2019])],
)  # fmt: skip
def test_a_year_is_known_some_months_after_its_end(
    lag: float, month: str, known: list[int]
) -> None:
    parameters = ReviewParameters(lag_months=float(lag))
    assert known_years([2019, 2020, 2021], month_number(month), parameters) == known


def test_a_government_reviews_once_a_year_by_what_is_published() -> None:
    seen = asked(market({"KOR": "hold"}), until="2021-12")
    assert [one.date for one in seen] == [FIRST, FIRST.replace("2019", "2020"),
                                          FIRST.replace("2019", "2021")]  # fmt: skip
    late = month_number(FIRST) % 12 < 4
    assert [one.years for one in seen] == (
        [(), (), (2019,)] if late else [(), (2019,), (2019, 2020)]
    )
    # what was published once is never revised
    name = "net_per_10k_workforce"
    first, last = (one.statistics[name] for one in seen if one.years)
    np.testing.assert_array_equal(first, last[: len(first)])


def test_reviews_are_spread_over_the_year() -> None:
    months = Counter(review_month(row) for row in range(len(COUNTRIES)))
    assert set(months) == set(range(12)) and max(months.values()) - min(months.values()) <= 1


def test_without_errors_governments_see_the_national_statistics() -> None:
    one = market({"KOR": "hold"}, persons=1000,
                 parameters={"reviews.flow_error": 0.0, "reviews.stock_error": 0.0})  # fmt: skip
    seen = asked(one, until="2021-12")[-1]
    table = one.national().set_index(["period", "measure", "country"])["value"].sort_index()
    compared = 0
    for place, year in enumerate(seen.years):
        for name in FIGURES:
            expected = table.loc[str(year), name].reindex(COUNTRIES).to_numpy()
            shown = ~np.isnan(expected)  # the table leaves out what rests on few agents
            np.testing.assert_allclose(seen.statistics[name][place][shown], expected[shown])
            compared += int(shown.sum())
    assert compared > 300


def test_governments_see_law_and_schemes_in_force_everywhere() -> None:
    one = market({"KOR": "hold"})
    seen = asked(one)[-1]
    assert {scheme.country for scheme in seen.schemes} == set(COUNTRIES)
    assert all(scheme.open_in(seen.month) for scheme in seen.schemes)
    assert seen.row == KOREA and {scheme.country for scheme in seen.own_schemes()} == {"KOR"}
    main = seen.main()
    assert main is not None and main.country == "KOR" and not main.for_graduates
    np.testing.assert_array_equal(seen.levers["study_places"], one.world.levers.study_places)


def test_nothing_that_governments_see_can_be_written_to() -> None:
    seen = asked(market({"KOR": "hold"}), until="2021-12")[-1]
    for name, values in (*seen.statistics.items(), *seen.levers.items(), *seen.facts.items()):
        with pytest.raises(ValueError, match="read-only"):
            values[:] = 0.0
        assert name
    for mapping in (seen.statistics, seen.levers, seen.facts):
        with pytest.raises(TypeError):
            mapping["stock"] = 0.0  # type: ignore[index]
