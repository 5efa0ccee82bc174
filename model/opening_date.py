"""The date of the opening: data of the end of 2018 moved to the month before another start."""

from __future__ import annotations

import numpy as np

from agents.employers import MONTHS
from agents.levers import month_number
from model.month.education import EducationParameters, recorded_growth
from model.month.growth import AdoptionParameters, adopted
from model.opening_parameters import Groups
from model.tables import Tables
from model.world import F64

DATA_FROM = month_number("2019-01")
"""The first month after the date of the data."""


def data_at(data: Tables, start: int, groups: Groups, adoption: AdoptionParameters) -> Tables:
    """The data as of the month before a start: as they are for January 2019.

    For another start people, entrants and staff of named firms are carried along at the growth that
    the model goes on with, pay at the pace of progress, and adoption along its curve, forwards or
    backwards. That is an assumption: of these dates nothing is recorded by country. All else, as
    tastes, taxes, universities and who was born where, is that of 2018.
    """
    if start == DATA_FROM:
        return data
    years = (start - DATA_FROM) / MONTHS
    people = np.exp(_growth(data, start, groups.education))
    progress = np.log1p(groups.frontier.productivity) / (1.0 - groups.worth.computing_elasticity)
    home = np.array([firm.country for firm in data.firms])
    table, staff = data.country, data.values()["firm_staff"]
    return data.with_values({
        "stock": table["stock"] * people, "entrants": table["entrants"] * people,
        "firm_staff": staff * people[home], "pay_usd": table["pay_usd"] * np.exp(progress * years),
        "ai_adoption": adopted(table["ai_adoption"], np.array(years), adoption),
    })  # fmt: skip


def _growth(data: Tables, start: int, education: EducationParameters) -> F64:
    """Log growth of the stock from the date of the data to a start, by country."""
    first, last = sorted((start, DATA_FROM))
    sign = 1.0 if start > DATA_FROM else -1.0
    months = np.arange(first, last)[:, None]
    return np.asarray(sign * recorded_growth(data, education, months).sum(axis=0) / MONTHS)
