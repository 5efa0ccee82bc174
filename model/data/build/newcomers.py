"""Average tax on the pay of people who have just come from abroad, where rules spare them some.

A regime takes a share off income tax, or a flat rate stands in its place; contributions stay but
where said. What it saves is counted over the first years only, for those AI people whom it covers,
and taken off the ordinary rate of the table. Income tax here is that at average pay and a few
points more, which is too little for high pay: flat rates that help only the highly paid (Spain,
Korea's 19 % for foreigners, Finland) save nothing at it and are left out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import NormalDist
from typing import Literal, NamedTuple

from model.data.build.common import REST_OF_WORLD, Cell, Row, read_rows
from model.data.build.tax import parts

YEAR = 2018
HORIZON_YEARS = 5.0  # years after arrival over which the rate is a mean, as in the model
PAY_SPREAD = 0.5  # standard deviation of log pay around the country's, for floors, assumption
SAVING_ERROR = 0.5  # share of the saving, either way, assumption
Kind = Literal["share", "share_of_all", "flat", "flat_of_all"]


class Regime(NamedTuple):
    """A tax rule for people from abroad, in force from a month on until the next of the country."""

    country: str
    since: str
    """Month; blank: before the opening."""
    title: str
    kind: Kind
    """A share off income tax (off contributions, too), or a flat rate in its place (in theirs)."""
    size: float | str
    """The share or rate, or the name of the raw row that holds it."""
    source: str
    years: float = HORIZON_YEARS
    covered: float = 1.0
    """Part of AI people from abroad whom it concerns, assumption."""
    floor_usd: float = 0.0
    """Least pay in USD of 2024 a year; whom it spares follows from the spread of pay."""


REGIMES: Sequence[Regime] = (
    Regime("AUT", "", "Allowance of 30 % for scientists and researchers", "share", 0.3, "law",
           covered=0.3),
    Regime("BEL", "", "Untaxed allowances of foreign specialists", "share_of_all", 0.11, "law"),
    Regime("BEL", "2022-01", "30 % of pay untaxed for people from abroad, not the allowances of "
           "1983", "share_of_all", 0.3, "law", floor_usd=81_000),
    Regime("BEL", "2025-07", "35 % of pay untaxed for people from abroad, lower floor",
           "share_of_all", 0.35, "law", floor_usd=76_000),
    # 8 % contribution, then 27 %
    Regime("DNK", "", "Flat tax for researchers and key staff", "flat_of_all", 0.3284, "law", 7,
           floor_usd=130_000),
    Regime("ESP", "", "Beckham law", "flat", "Beckham law", "es_beckham", 6),
    Regime("FRA", "", "30 % of pay untaxed for people recruited abroad", "share", 0.3, "law", 8),
    Regime("GRC", "2021-01", "Half of pay untaxed for new residents", "share", 0.5, "law", 7),
    Regime("ISL", "", "A quarter of pay untaxed for foreign experts", "share", 0.25, "law", 3, 0.5),
    Regime("ITA", "", "Half of pay untaxed for people who come or come back", "share", 0.5, "law"),
    Regime("ITA", "2020-01", "70 % of pay untaxed for people who come or come back", "share",
           "Impatriate regime, pre-2024 rules", "it_impatriates"),
    Regime("ITA", "2024-01", "Half of pay untaxed for people who come or come back", "share", 0.5,
           "law"),
    Regime("KOR", "2020-01", "Half the income tax for researchers with a doctorate who come back",
           "share", 0.5, "law", covered=0.2),
    Regime("KOR", "2023-01", "Half the income tax for engineers from abroad in research centres, "
           "too; ten years", "share", "Foreign engineer income-tax cut", "kr_engineers", 10, 0.4),
    Regime("LUX", "2025-01", "Half of pay untaxed for people from abroad", "share", 0.5, "law", 8,
           floor_usd=81_000),
    Regime("NLD", "", "30 % ruling", "share_of_all", "30% ruling", "nl_ruling"),
    Regime("NLD", "2024-01", "30 % ruling cut to 30, 20 and 10 % over five years", "share_of_all",
           0.2, "law"),
    Regime("NLD", "2025-01", "30 % ruling restored", "share_of_all", "30% ruling", "nl_ruling"),
    Regime("NLD", "2027-01", "Ruling of 27 %", "share_of_all", "30% ruling after 2027",
           "nl_ruling_2027"),
    # up to 85 528 PLN, of which 30 000 are free anyway, of about 180 000
    Regime("POL", "2022-01", "Part of pay untaxed for people who come back or come from Europe",
           "share", 0.3, "law", 4),
    Regime("PRT", "", "20 % for non-habitual residents in skilled work", "flat", 0.2, "law", 10),
    Regime("PRT", "2024-01", "20 % for research and innovation alone",
           "flat", "IFICI (scientific research and innovation incentive)", "pt_ifici", 10, 0.5),
    Regime("SWE", "", "A quarter of pay untaxed for experts, three years", "share", 0.25, "law", 3,
           floor_usd=131_000),
    Regime("SWE", "2021-01", "A quarter of pay untaxed for experts, five years", "share", 0.25,
           "law", floor_usd=131_000),
    Regime("SWE", "2025-01", "A quarter of pay untaxed for experts, lower floor", "share", 0.25,
           "law", 7, floor_usd=100_000),
)

LEFT_OUT: Mapping[tuple[str, str], str] = {
    ("KOR", "Flat tax for foreign workers"): "above the ordinary rate at mean AI pay",
    ("TWN", "Gold Card tax incentive"): "stands with the scheme",
    ("ITA", "New-resident flat tax (high wealth)"): "on foreign income",
    ("CYP", "50% relief for high earners"): "in the rest of the world",
    ("ARE", "No personal income tax"): "the ordinary rate",
    ("SAU", "No personal income tax on wages"): "the ordinary rate",
}

Known = Mapping[tuple[str, str], Cell]


def sizes(raw: Path) -> dict[tuple[str, str], float]:
    """Share or rate of every regime of the raw table.

    Raises
    ------
    ValueError
        A raw row is neither used nor left out for a reason.
    """
    rows: dict[tuple[str, str], Row] = {
        (row["country_iso3"], row["regime"]): row
        for row in read_rows(raw, "policy_tax_incentives.csv")
    }
    used = {(regime.country, regime.size) for regime in REGIMES}
    if missing := rows.keys() - used - LEFT_OUT.keys():
        raise ValueError(f"raw tax regimes that nobody uses: {sorted(missing)}")
    return {key: float(row["rate_or_share_or_amount"]) for key, row in rows.items()}


def saving(regime: Regime, size: float, tax: float, pay: float) -> float:
    """What a regime takes off the average tax on the pay of newcomers, of all AI people among them.

    Parameters
    ----------
    tax, pay
        The country's ordinary rate and its mean pay in USD.
    """
    income, own = parts(regime.country)
    left = {
        "share": income * (1.0 - size) + own,
        "share_of_all": (income + own) * (1.0 - size),
        "flat": size + own,
        "flat_of_all": size,
    }[regime.kind]
    lasts = min(regime.years, HORIZON_YEARS) / HORIZON_YEARS
    return max(tax - left, 0.0) * lasts * regime.covered * _above(regime.floor_usd, pay)


def _above(floor: float, pay: float) -> float:
    """Part of people whose pay, log-normal around a mean, reaches a floor."""
    if floor <= 0:
        return 1.0
    median = math.log(pay) - PAY_SPREAD**2 / 2.0
    return 1.0 - NormalDist(median, PAY_SPREAD).cdf(math.log(floor))


def rates(raw: Path, tax: Mapping[str, float], pay: Mapping[str, float]) -> list[
    tuple[Regime, float | None, float]
]:
    """Every regime with the rate that it makes and what it saves; None where it saves nothing."""
    recorded = sizes(raw)
    found = []
    for regime in REGIMES:
        here = regime.country
        size = recorded[here, regime.size] if isinstance(regime.size, str) else regime.size
        saved = saving(regime, size, tax[here], pay[here])
        found.append((regime, tax[here] - saved if saved > 0 else None, saved))
    return found


def cells(countries: list[str], raw: Path, known: Known) -> list[Cell]:
    """The rate for newcomers at the opening; not a number where the ordinary one holds."""
    all_countries = [*countries, REST_OF_WORLD]
    tax, pay = (
        {country: known[country, column].value for country in all_countries}
        for column in ("tax_rate", "pay_usd")
    )
    opening = {
        regime.country: (regime, rate, saved)
        for regime, rate, saved in rates(raw, tax, pay) if not regime.since
    }
    found = []
    for country in all_countries:
        regime, rate, saved = opening.get(country, (None, None, 0.0))
        if regime is None or rate is None:
            source = "tax" if regime is None else f"{regime.source};taxingwages"
            found.append(Cell(country, "newcomer_tax_rate", math.nan, "assumed", None, None, YEAR,
                              source, "newcomers_ordinary"))  # fmt: skip
        else:
            low, high = rate - SAVING_ERROR * saved, rate + SAVING_ERROR * saved
            found.append(Cell(country, "newcomer_tax_rate", rate, "assumed", low, high, YEAR,
                              f"{regime.source};taxingwages;assumption",
                              "newcomers_regime"))  # fmt: skip
    return found
