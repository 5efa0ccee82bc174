"""Newly funded AI startups by country and year, and the table of those and their capital."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from model.data.build.common import (
    fit,
    leave_one_out_error,
    median,
    other_countries,
    predicted,
    spread,
    text_of,
    write_table,
)
from model.data.build.evidence import Evidence
from model.data.build.venture_capital import (
    COUNTED_FROM,
    FIRST_YEAR,
    LAST_OF_ALL,
    LAST_YEAR,
    Figure,
    capital,
    folded,
    investment,
)

FUNDED_ERROR = 0.2  # log error of one year's part of a recorded total, assumption
FUNDED_LATER_ERROR = 0.4  # log error where a level is held, assumption
FUNDED_POWER = 0.5  # how funded startups of a year follow its capital, assumption
METRIC = "newly_funded_ai_companies"
MILLION = 1e6
HEADER = ("country", "year", "ai_venture_capital_usd", "capital_low", "capital_high",
          "capital_method", "funded_startups", "funded_low", "funded_high", "funded_method",
          "investments", "imputed", "source")  # fmt: skip
SOURCES = {
    "capital_recorded": "ncses", "capital_region": "ncses;oecdai;wdi;assumption",
    "capital_all": "ncses;oecdai;wdi;assumption", "capital_part": "ncses;oecdai;wdi;assumption",
    "capital_growth": "ncses;oecdai;wdi;assumption",
    "capital_world": "ncses;oecdai;wdi;aiindex_press;assumption",
    "capital_rest": "ncses;oecdai;wdi;assumption",
}  # fmt: skip


class Funded(NamedTuple):
    """Newly funded startups by country and year, and the error of the line they rest on."""

    of: dict[tuple[str, int], Figure]
    of_line: float


Figures = dict[tuple[str, int], Figure]


def funded(raw: Path, money: Mapping[tuple[str, int], Figure], places: list[str]) -> Funded:
    """AI firms that got their first sizeable private money, by country and year."""
    totals = investment(raw, METRIC, f"{COUNTED_FROM}-{LAST_OF_ALL}")
    told = investment(raw, METRIC, str(LAST_OF_ALL))
    years = range(COUNTED_FROM, LAST_OF_ALL + 1)
    summed = {c: sum(money[c, year].value for year in years) for c in places}
    known = sorted(totals)
    columns, target = [[math.log(summed[c]) for c in known]], [math.log(totals[c]) for c in known]
    line, error = fit(columns, target), leave_one_out_error(columns, target)
    found = Figures()
    for country in places:
        total, method, within = totals.get(country), "funded_total", FUNDED_ERROR
        if total is None:
            total, method, within = (
                math.exp(predicted(line, [math.log(summed[country])])), "funded_line", error
            )  # fmt: skip
        open_ = [y for y in years if country not in told or y < LAST_OF_ALL]
        pull = {y: money[country, y].value ** FUNDED_POWER for y in open_}
        for year in open_:
            value = (total - told.get(country, 0.0)) * pull[year] / sum(pull.values())
            found[country, year] = Figure(value, within, method)
        if country in told:
            found[country, LAST_OF_ALL] = Figure(told[country], 0.0, "funded_recorded")
    _go_on(found, raw, totals, places)
    return Funded(found, error)


def _go_on(found: Figures, raw: Path, totals: Mapping[str, float], places: list[str]) -> None:
    """The years after those that the totals tell of."""
    grown = investment(raw, METRIC, f"{COUNTED_FROM}-{LAST_OF_ALL + 1}")
    new = {c: grown[c] - total for c, total in totals.items()}
    rise = median(value / found[c, LAST_OF_ALL].value for c, value in new.items())
    for country in places:
        last = found[country, LAST_OF_ALL]
        value, held = last.value * rise, math.hypot(FUNDED_LATER_ERROR, last.error)
        for year in range(LAST_OF_ALL + 1, LAST_YEAR + 1):
            told = investment(raw, METRIC, str(year)).get(country)
            if told is not None:
                value, here = told, Figure(told, 0.0, "funded_recorded")
            elif year == LAST_OF_ALL + 1 and country in new:
                value = new[country]
                here = Figure(value, FUNDED_ERROR, "funded_difference")
            else:
                here = Figure(value, held, "funded_level")
            found[country, year] = here


def build(raw: Path, out: Path, facts: Evidence, order: list[str]) -> None:
    """Write venture_capital.csv."""
    money = folded(capital(raw, facts), facts, other_countries(raw))
    startups = funded(raw, money, order).of
    events = investment(raw, "ai_investment_events", "2019")
    rows = []
    for country in order:
        for year in range(FIRST_YEAR, LAST_YEAR + 1):
            capital_here, count = money[country, year], startups[country, year]
            event = events.get(country) if year == 2019 else None
            made = [c for c, f in (("ai_venture_capital_usd", capital_here),
                                   ("funded_startups", count)) if f.error]  # fmt: skip
            sources = [*SOURCES[capital_here.method].split(";"), "aiindex_press", "bls"]
            sources += ["cset2020"] if event else []
            sources += ["assumption"] if count.error else []
            rows.append((
                country, str(year), *_texts(capital_here, MILLION, 4), capital_here.method,
                *_texts(count, 1.0, 4), count.method, text_of(event), ";".join(made),
                ";".join(dict.fromkeys(sources)),
            ))  # fmt: skip
    write_table(out / "venture_capital.csv", HEADER, rows)


def _texts(figure: Figure, unit: float, digits: int) -> tuple[str, str, str]:
    """Value, lower and upper bound."""
    value = text_of(figure.value * unit, digits)
    if not figure.error:
        return value, "", ""
    low, high = spread(figure.value * unit, figure.error)
    return value, text_of(low, 3), text_of(high, 3)
