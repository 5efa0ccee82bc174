"""The tables of visa schemes and of queues for permanence, written out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from agents.levers import SCHEME_FIELDS, Scheme, overlaps
from agents.points import points_text
from model.data.build.common import read_rows, text_of, write_table
from model.data.build.schemes.generic import generic_schemes
from model.data.build.schemes.h1b import H1B_ROWS, h1b
from model.data.build.schemes.recorded import from_row, routes

# Cut-off dates of the second employment-based preference in spring 2025: June 2023 for most
# origins, January 2013 for India, October 2020 for China.
QUEUE_SOURCE = (
    "lag of the EB-2 cut-off date behind other origins, visa bulletin of April 2025; "
    "EB-1 lags less (India 3.2, China 2.4 years); a queue moves slower than its date shows"
)
QUEUES = (("USA", "CHN", 2.7, "derived"), ("USA", "IND", 10.5, "derived"))


def _cell(value: object) -> str:
    """A value of a scheme as it stands in the table."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return points_text(value)
    if isinstance(value, list):
        return ";".join(value)
    return text_of(value, digits=10) if isinstance(value, int | float) else str(value)


def all_schemes(raw: Path) -> list[Scheme]:
    """Every scheme in the order of the table: country, slug, tier, date.

    Raises
    ------
    ValueError
        Where a raw row is used by no version, or two versions of a tier overlap.
    """
    table = read_rows(raw, "policy_visa_schemes.csv")
    rows = {(row["country_iso3"], row["scheme"]): row for row in table}
    chosen = routes()
    unused = rows.keys() - {(route.country, route.row) for route in chosen}
    if missing := unused - {("USA", name) for name in H1B_ROWS}:
        raise ValueError(f"raw visa schemes without a version: {sorted(missing)}")
    schemes = [from_row(route, rows[route.country, route.row]) for route in chosen]
    schemes += h1b(raw, {name: rows["USA", name] for name in H1B_ROWS})
    schemes += generic_schemes(raw)
    if faults := overlaps(schemes):
        raise ValueError("; ".join(faults))
    return sorted(schemes, key=lambda s: (s.country, s.id, s.tier, s.valid_from or 0))


def _rows(schemes: Iterable[Scheme]) -> Iterator[list[str]]:
    for scheme in schemes:
        written = scheme.as_mapping()
        yield [_cell(written.get(field.name, "")) for field in SCHEME_FIELDS]


def build(raw: Path, out: Path) -> None:
    """Write `schemes.csv` and `permanence_queues.csv` into a folder."""
    header = [field.name for field in SCHEME_FIELDS]
    write_table(out / "schemes.csv", header, _rows(all_schemes(raw)))
    queues = [
        [country, origin, text_of(years), kind, QUEUE_SOURCE]
        for country, origin, years, kind in QUEUES
    ]
    columns = ["country", "origin", "extra_years", "kind", "source"]
    write_table(out / "permanence_queues.csv", columns, queues)
