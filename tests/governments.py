"""What the tests of governments share: small markets with strategies, observations made by hand."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from agents.levers import Scheme, month_number
from model import tables
from model.governments.acting import Governments
from model.governments.observation import F64, FIGURES, Measure, Observation, Taken
from model.governments.registry import Given, merged, strategies_of
from model.governments.reviews import review_month
from model.talent_market import TalentMarket

COUNTRIES = tables.load().countries
KOREA = COUNTRIES.index("KOR")
FIRST = f"2019-{review_month(KOREA) + 1:02d}"
"""Month of Korea's first review."""


def market(
    strategies: Given, seed: int = 1, persons: float = 2000, until: str = "2025-12",
    parameters: Mapping[str, float] | None = None, limit_seconds: float | None = None,
) -> TalentMarket:
    """A market of the small scenario in which some governments decide for themselves.

    All worlds in which the same countries act open alike, so it is a twin of one opened once.
    """
    acting = strategies_of(*merged({}, strategies))
    settings = tuple(sorted((parameters or {}).items()))
    twin = _opened(tuple(acting), seed, persons, until, settings).fork()
    twin.acting = Governments(acting, limit_seconds=limit_seconds)
    return twin


@functools.lru_cache(maxsize=16)
def _opened(
    countries: tuple[str, ...], seed: int, persons: float, until: str,
    parameters: tuple[tuple[str, float], ...],
) -> TalentMarket:
    """Never lives a month, so that its twins stand at the opening."""
    return TalentMarket(
        "small", seed=seed, persons_per_agent=persons, until=until, parameters=dict(parameters),
        strategies=dict.fromkeys(countries, "hold"),
    )


def lived(market: TalentMarket, until: str) -> TalentMarket:
    """The same market some months on."""
    market.run_until(until)
    return market


def asked(market: TalentMarket, country: str = "KOR", until: str = FIRST) -> list[Observation]:
    """What a government that holds sees at its reviews up to a month.

    Prices hold for the last review only, for they are those of the world as it stands.
    """
    seen: list[Observation] = []

    def look(observation: Observation) -> Sequence[Measure]:
        seen.append(observation)
        return ()

    given = strategies_of(*merged({}, {country: look}))
    market.acting = Governments({**market.acting.strategies, **given}, market.acting.decided)
    market.run_until(until)
    return seen


def scheme(country: str, **values: Any) -> Scheme:
    """The work scheme of a country, made by hand."""
    given = {"id": f"{country.lower()}-work", "country": country, "title": "Work"} | values
    return Scheme(**given)


def observation(
    country: str = "KOR", month: str = "2021-05", years: Sequence[int] = (2019, 2020),
    figures: Mapping[str, Mapping[str, Sequence[float]]] | None = None,
    schemes: Sequence[Scheme] = (), levers: Mapping[str, Mapping[str, float]] | None = None,
    taken: Sequence[tuple[str, str]] = (), budget: float = 1e9, spent: float = 0.0,
    price: Callable[[Sequence[Measure]], float] = len, **more: Any,
) -> Observation:
    """An observation made by hand: nought everywhere but where it is told.

    Parameters
    ----------
    figures, levers
        By name and country: one figure a year, or a value.
    taken
        Month and name on the menu of own decisions.
    """
    data = tables.load()
    statistics = {name: np.zeros((len(years), len(COUNTRIES))) for name in FIGURES}
    for name, by_country in (figures or {}).items():
        for code, values in by_country.items():
            statistics[name][:, COUNTRIES.index(code)] = values
    standing: dict[str, F64] = {
        "dual_citizenship": np.zeros(len(COUNTRIES)),
        "newcomer_tax_rate": np.full(len(COUNTRIES), np.nan),
        "returnee_grant_usd": np.zeros(len(COUNTRIES)),
        "retention_grant_usd": np.zeros(len(COUNTRIES)),
        "adoption_subsidy": np.zeros(len(COUNTRIES)),
        "research_environment": np.ones(len(COUNTRIES)),
    }
    for name, given in (levers or {}).items():
        for code, value in given.items():
            standing[name][COUNTRIES.index(code)] = value
    own = next((one for one in schemes if one.country == country), None)
    return Observation(**{
        "country": country, "month": month_number(month), "countries": COUNTRIES,
        "years": tuple(years), "statistics": statistics, "schemes": tuple(schemes),
        "levers": standing,
        "facts": {"pay_usd": data.country["pay_usd"], "tax_rate": data.country["tax_rate"],
                  "distance_km": data.distance_km},
        "main_scheme": (own.id, own.tier) if own else None,
        "budget_usd": budget, "spent_usd": spent,
        "taken": tuple(Taken(month_number(when), {"menu": name}) for when, name in taken),
        "price": price, **more,
    })  # fmt: skip


NET = "net_per_10k_workforce"
MAIN = scheme("KOR", partner_may_work=False, years_to_permanence=5.0, min_pay_usd=30_000.0,
              processing_months=2.0)  # fmt: skip


def below(*figures: float, **more: Any) -> Observation:
    """Korea with some figures of the last years, all below nought as a rule."""
    years = range(2021 - len(figures), 2021)
    given = {"years": tuple(years), "figures": {NET: {"KOR": figures}}, "schemes": [MAIN]} | more
    return observation(**given)
