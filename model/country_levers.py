"""The levers of every country as they stand now, as arrays over countries."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.country_levers import COUNTRY_LEVERS
from agents.levers import FIELDS
from model.tables import Tables

F64 = NDArray[np.float64]


@dataclasses.dataclass
class CountryLevers:
    """Values now, shape (countries,), by field (countries, fields); meanings and units stand with
    the declarations in :mod:`agents.country_levers`. NaN: there is no such rule."""

    dual_citizenship: F64
    years_to_citizenship: F64
    public_research_budget_usd: F64
    public_pay_scale: F64
    study_places: F64
    gifted_pupils_per_year: F64
    retraining_places: F64
    returnee_grant_usd: F64
    retention_grant_usd: F64
    newcomer_tax_rate: F64
    top_tax_rate: F64
    adoption_subsidy: F64
    research_environment: F64
    non_competes_enforced: F64
    merger_review_threshold_usd: F64
    merger_review_months: F64
    merger_ban_chance: F64
    merger_review_covers: F64
    """A sum of powers of two, one for each class of deals."""
    control_tower: F64

    @classmethod
    def opening(cls, tables: Tables) -> CountryLevers:
        """The levers as they stand at the opening."""
        values = dict[str, F64]()
        for lever in COUNTRY_LEVERS:
            if isinstance(lever.opening, str):
                values[lever.name] = tables.country[lever.opening].copy()
            else:
                countries, by_field = len(tables.countries), lever.type == "by_field"
                shape = (countries, len(FIELDS)) if by_field else (countries,)
                values[lever.name] = np.full(shape, lever.opening)
        return cls(**values)

    def at(self, lever: str, country: int) -> Any:
        """The value of one lever in one country: a number, or one a field."""
        return getattr(self, lever)[country].copy()

    def set(self, lever: str, country: int, value: Any) -> None:
        """Give a lever another value; by field those named in a table."""
        values = getattr(self, lever)
        if isinstance(value, dict):
            for field, number in value.items():
                values[country, FIELDS.index(field)] = number
        else:
            values[country] = value
