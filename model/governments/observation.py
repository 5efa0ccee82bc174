"""Observation: what a government knows when it reviews its policy, late and with error."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.chance import decision_key, normal
from agents.declare import parameter
from agents.employers import MONTHS
from agents.levers import Scheme, month_text
from model.governments.tower import Tower

F64 = NDArray[np.float64]
Measure = Mapping[str, Any]
"""A change as in a policy file, but for date and country: set, remove, scheme, tier; and why."""


@dataclasses.dataclass(frozen=True)
class ReviewParameters:
    """When governments review their policy, what they know by then and what they may spend."""

    lag_months: float = parameter(
        4.0, unit="months", low=0.0, high=36.0, kind="uncertainty",
        source="flows of 2023 were published in April 2024 (AI Index 2024)",
        meaning="months after the end of a year in which its statistics are not known yet",
    )
    flow_error: float = parameter(
        0.04, unit="log points", low=0.0, high=0.5, kind="uncertainty",
        source="assumption; two editions give Korea's net flow of 2023 as -0.30 and -0.44 per "
        "10,000, a difference that such errors of inflow and outflow bring about",
        meaning="standard deviation of the error of published inflow and outflow",
    )
    stock_error: float = parameter(
        0.03, unit="log points", low=0.0, high=0.5, kind="uncertainty", source="assumption",
        meaning="standard deviation of the error of published stocks, graduates and pay",
    )
    enactment_months: float = parameter(
        3.0, unit="months", low=1.0, high=36.0, kind="uncertainty",
        source="assumption: a decree takes a few months; J-Skip was decided in February 2023 and "
        "began in April",
        meaning="months from a review to the day on which its changes take effect",
    )
    budget_share: float = parameter(
        0.1, unit="share", low=0.0, high=2.0, kind="uncertainty", source="assumption",
        meaning="what a government may spend in a year on measures beyond those of the opening, "
        "relative to its public spending on AI research",
    )


class Taken(NamedTuple):
    """A measure that a government has decided on."""

    month: int
    """In which it was decided."""
    measure: Measure


@dataclasses.dataclass(frozen=True)
class Observation:
    """What a government has before it at a review.

    ``statistics`` are those of all countries for the years that are published by then, oldest
    first, shape (years, countries): ``stock, inflow, outflow, net, graduates, mean_pay`` in persons
    and USD of 2024 a year, ``net_per_10k_workforce`` and ``net_per_10k_researchers``. They are
    totals; who has a control tower sees fields and tiers in ``tower`` besides. Law is public:
    schemes and levers are those in force, everywhere; the own ones with what is decided and not yet
    in force, so that nothing is decided twice.
    """

    country: str
    month: int
    countries: tuple[str, ...]
    years: tuple[int, ...]
    statistics: Mapping[str, F64]
    schemes: tuple[Scheme, ...]
    """In force this month, of all countries; own ones as decided."""
    levers: Mapping[str, F64]
    """By country, shape (countries,) or (countries, fields); NaN: there is no such rule."""
    facts: Mapping[str, F64]
    """What everybody knows of countries: ``pay_usd`` and ``tax_rate``, shape (countries,), and
    ``distance_km``, shape (countries, countries)."""
    main_scheme: tuple[str, str] | None
    """Slug and tier of the own work scheme with most grants of late, for a reform to act on."""
    budget_usd: float
    """What may be spent in a year on measures, those in force included."""
    spent_usd: float
    """What those in force or decided cost in a year, as things are now."""
    taken: tuple[Taken, ...]
    """Own decisions so far, oldest first."""
    price: Callable[[Sequence[Measure]], float]
    """What own measures would cost in their first year on top of those in force, USD: what people
    did of late is taken to go on, and each reform costs something once, whatever it says."""
    pending: tuple[Taken, ...] = ()
    """Of these, the ones not in force yet; ``schemes`` and ``levers`` hold them already."""
    tower: Tower | None = None
    """What a control tower shows, where there is one: exact, at the end of last month."""
    simulate: Callable[..., Any] | None = None
    """Lives on in copies of the world under own measures, for planners: measures, months, copies,
    what is counted, and partners whose figures count too; one number a copy."""

    @property
    def row(self) -> int:
        """Own place among the countries."""
        return self.countries.index(self.country)

    @property
    def date(self) -> str:
        """The month as text."""
        return month_text(self.month)

    def own(self, measure: str) -> F64:
        """Own figures by year, oldest first."""
        return np.asarray(self.statistics[measure][:, self.row])

    def lever(self, name: str) -> Any:
        """Own lever now."""
        return self.levers[name][self.row]

    def affords(self, measures: Sequence[Measure]) -> bool:
        """Whether own measures can be paid out of the budget; what saves money always can."""
        price = self.price(measures)
        return price <= 0 or self.spent_usd + price <= self.budget_usd

    def own_schemes(self) -> tuple[Scheme, ...]:
        """Own schemes in force."""
        return tuple(scheme for scheme in self.schemes if scheme.country == self.country)

    def main(self) -> Scheme | None:
        """The own work scheme with most grants of late."""
        for scheme in self.own_schemes():
            if (scheme.id, scheme.tier) == self.main_scheme:
                return scheme
        return None


ERRORS = {"inflow": "flow", "outflow": "flow", "stock": "stock", "graduates": "stock",
          "mean_pay": "stock"}  # fmt: skip
"""Which error each published figure has; rates and net flow follow from these."""
FIGURES = (*ERRORS, "net", "net_per_10k_researchers", "net_per_10k_workforce")
"""Every figure that governments look at."""


def read_only(values: Any) -> F64:
    """A copy that cannot be written to."""
    copy = np.array(values, dtype=np.float64)
    copy.setflags(write=False)
    return copy


def published(
    seed: int, year: int, true: Mapping[str, F64], concentration: F64, parameters: ReviewParameters
) -> dict[str, F64]:
    """Statistics of one year as they are published: each figure with an error of its own, for good.

    Parameters
    ----------
    true
        Figures of the year by country, and ``stock_before``, people at its start.
    concentration
        AI talent as a fraction of the work force.

    Notes
    -----
    figure · exp(sd · z), z standard normal by (seed, measure, year, country). Net flow is inflow
    less outflow as published, so that its error is large where both are. Rates divide it by the
    stock that was published for the year before.
    """
    deviation = {"flow": parameters.flow_error, "stock": parameters.stock_error}
    rows = np.arange(concentration.size)

    def with_error(figure: F64, name: str, year: int) -> F64:
        luck = normal(decision_key(seed, f"published {name}", year * MONTHS), rows)
        return figure * np.exp(deviation[ERRORS[name]] * luck)

    found = {name: with_error(true[name], name, year) for name in ERRORS}
    found["net"] = found["inflow"] - found["outflow"]
    before = with_error(true["stock_before"], "stock", year - 1)
    found["net_per_10k_researchers"] = 1e4 * found["net"] / before
    found["net_per_10k_workforce"] = found["net_per_10k_researchers"] * concentration
    return found


def known_years(years: Sequence[int], month: int, parameters: ReviewParameters) -> list[int]:
    """Years whose statistics are published by a month."""
    return [year for year in years if (year + 1) * MONTHS + parameters.lag_months <= month]
