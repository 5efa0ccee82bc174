"""American consumer prices and rates of exchange: money of any year in dollars of 2024."""

from __future__ import annotations

BASE_YEAR = 2024
# Consumer prices of all urban households, yearly means (BLS); 2025 rounded, one month missing.
CONSUMER_PRICES = {
    2013: 232.957, 2014: 236.736, 2015: 237.017, 2016: 240.007, 2017: 245.120, 2018: 251.107,
    2019: 255.657, 2020: 258.811, 2021: 270.970, 2022: 292.655, 2023: 304.702, 2024: 313.689,
    2025: 322.0,
}  # fmt: skip
EURO, YUAN = 1.13, 0.14  # dollars, as in the rough rates of the visa file and of firms


def in_base_year(value: float, year: int) -> float:
    """Dollars of a year in dollars of the base year."""
    return value * CONSUMER_PRICES[BASE_YEAR] / CONSUMER_PRICES[year]
