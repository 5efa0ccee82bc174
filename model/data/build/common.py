"""What every table builder needs: reading raw files, one cell, rounding, writing at once."""

from __future__ import annotations

import csv
import math
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np

Row = dict[str, str]
Kind = Literal["reported", "imputed", "assumed"]

REST_OF_WORLD = "ROW"
LAST_SCHOLAR_YEAR = 2016  # later scholar years are kept aside for an independent check
LAST_AI_YEAR = 2023  # later years of the AI series are kept aside likewise
NORMAL_95 = 1.96  # half width of a 95 % interval, in standard deviations


class Cell(NamedTuple):
    """One figure of one country, with where it comes from and how sure it is."""

    country: str
    column: str
    value: float
    kind: Kind
    low: float | None
    high: float | None
    year: int
    source: str
    method: str


def read_rows(raw: Path, name: str) -> list[Row]:
    """All rows of a raw file as text, blanks kept blank."""
    with (raw / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def number(text: str) -> float | None:
    """The number a text stands for, None where the source says nothing."""
    return float(text) if text.strip() else None


def by_country(rows: Iterable[Row], column: str, key: str = "country_iso3") -> dict[str, float]:
    """Country → figure, countries without a figure left out."""
    found = {row[key]: number(row[column]) for row in rows if row[key]}
    return {country: value for country, value in found.items() if value is not None}


def covariates(raw: Path) -> list[Row]:
    """The latest-value snapshot of every country in the covariate file."""
    return read_rows(raw, "cov_country_covariates.csv")


def core_countries(raw: Path) -> list[str]:
    """The countries modelled by name, in alphabetical order of their codes."""
    return sorted(row["country_iso3"] for row in covariates(raw) if row["core_set"] == "1")


def other_countries(raw: Path) -> list[str]:
    """Countries of the covariate file that are folded into the rest of the world."""
    return sorted(row["country_iso3"] for row in covariates(raw) if row["core_set"] != "1")


def panel(raw: Path, indicator: str, year: int) -> dict[str, float]:
    """A country → value view of one indicator in one year of the yearly panel."""
    rows = read_rows(raw, "cov_country_panel_2000_2025.csv")
    chosen = (row for row in rows if row["indicator"] == indicator and row["year"] == str(year))
    return by_country(chosen, "value")


def clip(value: float, low: float, high: float) -> float:
    """The value, held between two bounds."""
    return min(max(value, low), high)


def significant(value: float, digits: int) -> float:
    """The value rounded to so many significant digits."""
    if value == 0.0 or not math.isfinite(value):
        return value
    return round(value, digits - 1 - math.floor(math.log10(abs(value))))


def text_of(value: float | int | str | None, digits: int = 4) -> str:
    """A figure as it stands in a table: plain decimals, no exponent, blank for None and NaN."""
    if value is None or isinstance(value, str) or math.isnan(value):
        return value if isinstance(value, str) else ""
    if isinstance(value, int):
        return str(value)
    rounded = significant(value, digits)
    return f"{rounded:.10f}".rstrip("0").rstrip(".") or "0"


def write_table(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a table under a temporary name and put it in place in one move."""
    temporary = path.with_name(path.name + ".tmp")
    with temporary.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
    os.replace(temporary, path)


def fit(columns: Sequence[Sequence[float]], target: Sequence[float]) -> np.ndarray:
    """Least-squares coefficients, the constant first."""
    design = np.column_stack([np.ones(len(target)), *columns])
    return np.asarray(np.linalg.lstsq(design, np.asarray(target), rcond=None)[0])


def predicted(coefficients: np.ndarray, values: Sequence[float]) -> float:
    """What a fitted line says at one point."""
    return float(coefficients[0] + np.dot(coefficients[1:], np.asarray(values)))


def leave_one_out_error(columns: Sequence[Sequence[float]], target: Sequence[float]) -> float:
    """Root mean square error when each point is forecast from all the others."""
    design = np.column_stack([np.ones(len(target)), *columns])
    hat = design @ np.linalg.pinv(design)
    outcome = np.asarray(target)
    residual = (outcome - hat @ outcome) / (1.0 - np.diag(hat))
    return float(np.sqrt(np.mean(residual**2)))


def spread(value: float, log_error: float) -> tuple[float, float]:
    """A 95 % range around a positive figure whose logarithm has this standard error."""
    factor = math.exp(NORMAL_95 * log_error)
    return value / factor, value * factor


def logit(share: float) -> float:
    """The log odds of a share."""
    return math.log(share / (1.0 - share))


def share_of_odds(log_odds: float) -> float:
    """The share that has these log odds."""
    return 1.0 / (1.0 + math.exp(-log_odds))


def median(values: Iterable[float]) -> float:
    """The middle value."""
    return float(np.median(np.asarray(sorted(values))))
