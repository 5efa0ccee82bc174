"""Average tax on AI pay: income tax and the employee's contributions, at well above mean pay."""

from __future__ import annotations

from typing import NamedTuple

from model.data.build.common import REST_OF_WORLD, Cell, Kind

YEAR = 2022
# Single person at average pay: income tax, contributions of the employee and of the employer, per
# cent of labour cost (OECD Taxing Wages as tabulated by the Tax Foundation).
WEDGE = {
    "AUS": (21.8, 0.0, 5.1), "AUT": (11.9, 14.0, 21.8), "BEL": (20.7, 11.0, 21.3),
    "CAN": (17.6, 5.8, 8.4), "CHE": (11.4, 6.0, 6.0), "CHL": (0.0, 7.0, 0.0),
    "COL": (0.0, 0.0, 0.0), "CRI": (0.0, 8.3, 20.9), "CZE": (6.3, 8.2, 25.3),
    "DEU": (14.7, 16.9, 16.6), "DNK": (35.5, 0.0, 0.0), "ESP": (11.6, 4.9, 23.0),
    "EST": (12.5, 1.2, 25.3), "FIN": (17.2, 8.5, 17.4), "FRA": (11.9, 8.4, 26.7),
    "GBR": (12.8, 8.4, 10.4), "GRC": (7.4, 11.4, 18.3), "HUN": (13.3, 16.4, 11.5),
    "IRL": (21.2, 3.6, 10.0), "ISL": (26.4, 0.1, 6.0), "ISR": (10.3, 7.8, 5.5),
    "ITA": (15.3, 6.6, 24.0), "JPN": (6.8, 12.5, 13.3), "KOR": (5.9, 8.4, 9.9),
    "LTU": (17.3, 19.2, 1.8), "LUX": (17.4, 10.8, 12.2), "LVA": (13.0, 8.5, 19.1),
    "MEX": (8.9, 1.2, 10.3), "NLD": (14.3, 10.4, 10.7), "NOR": (17.1, 7.1, 11.5),
    "NZL": (20.1, 0.0, 0.0), "POL": (4.2, 15.3, 14.1), "PRT": (13.9, 8.9, 19.2),
    "SVK": (8.4, 10.3, 22.9), "SVN": (9.9, 19.0, 13.9), "SWE": (13.1, 5.3, 23.9),
    "TUR": (9.6, 12.8, 14.9), "USA": (15.9, 7.1, 7.5),
}  # fmt: skip
PROGRESSION = 0.06  # more tax at AI pay than at average pay, assumption
ERROR = 0.04  # either way, for that and for the make of households, assumption
UNTAXED, UNTAXED_HIGH = ("ARE", "SAU"), 0.05  # no tax on wages
LIGHTLY_TAXED = {"HKG": 0.15, "SGP": 0.15}  # low rates on wages, general knowledge
LIGHT_ERROR, UNKNOWN_ERROR = 0.05, 0.12  # either way, assumption


class Parts(NamedTuple):
    """Average tax on AI pay in its two parts, over gross pay."""

    income: float
    """Income tax, with what is added for pay well above average."""
    own: float
    """Contributions of the employee."""


def parts(country: str) -> Parts:
    """Income tax and contributions of a country of the table of wage taxes."""
    income, own, employer = WEDGE[country]
    gross = 100.0 - employer
    return Parts(income / gross + PROGRESSION, own / gross)


def cells(countries: list[str]) -> list[Cell]:
    """The tax rate of each country and the rest of the world."""
    measured = {country: sum(parts(country)) for country in WEDGE}
    mean = sum(measured.values()) / len(measured)
    found = []
    kind: Kind
    for country in [*countries, REST_OF_WORLD]:
        if country in UNTAXED:
            value, error = 0.0, UNTAXED_HIGH
            kind, source, method = "assumed", "tax;assumption", "tax_none"
        elif country in LIGHTLY_TAXED:
            value, error = LIGHTLY_TAXED[country], LIGHT_ERROR
            kind, source, method = "assumed", "tax;assumption", "tax_light"
        elif country in measured:
            value, error = measured[country], ERROR
            kind, source, method = "imputed", "taxingwages;assumption", "tax_wages"
        else:
            value, error = mean, UNKNOWN_ERROR
            kind, source, method = "assumed", "taxingwages;assumption", "tax_mean"
        found.append(Cell(
            country, "tax_rate", value, kind, max(value - error, 0.0), value + error, YEAR,
            source, method,
        ))  # fmt: skip
    return found
