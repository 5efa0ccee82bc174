"""Visa schemes as values: who may come, how many, how fast, and what rights they get."""

from __future__ import annotations

import csv
import dataclasses
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from agents.declare import InputError, nearest, number_from
from agents.points import CRITERIA, DEGREES, points_checked, points_from_text

F64 = NDArray[np.float64]


FIELDS = (
    "foundation_models",
    "agentic_systems",
    "physical_ai",
    "vision_multimodal",
    "ml_systems",
    "applied_ai",
    "ai_for_science",
    "theory_safety",
)
EMPLOYER_KINDS = ("big_tech", "startup", "public_research", "industry")
COUNTRIES = (
    "ARE", "ARG", "AUS", "AUT", "BEL", "BRA", "CAN", "CHE", "CHL", "CHN", "COL", "CRI", "CZE",
    "DEU", "DNK", "EGY", "ESP", "EST", "FIN", "FRA", "GBR", "GRC", "HKG", "HUN", "IDN", "IND",
    "IRL", "IRN", "ISL", "ISR", "ITA", "JPN", "KOR", "LTU", "LUX", "LVA", "MEX", "MYS", "NGA",
    "NLD", "NOR", "NZL", "PAK", "POL", "PRT", "ROW", "RUS", "SAU", "SGP", "SVK", "SVN", "SWE",
    "TUR", "TWN", "UKR", "USA", "VNM", "ZAF",
)  # fmt: skip

FieldType = Literal[
    "text", "slug", "country", "month", "number", "whole", "bool", "choice", "list", "points"
]
FIRST_YEAR, LAST_YEAR = 1900, 2200
MOST_LISTED = 12  # a longer list of allowed names would bury the message
MONTH_FORM = "a month as YYYY-MM, for example 2019-01"


# Months -------------------------------------------------------------------------------------


def month_number(text: str) -> int:
    """The number of a month written YYYY-MM: months since 0000-01, so differences are durations."""
    match = re.fullmatch(r"(\d{4})-(\d{2})", text) if isinstance(text, str) else None
    if match is None:
        raise InputError("not a month", value=text, allowed=MONTH_FORM)
    year, month = int(match[1]), int(match[2])
    if not (1 <= month <= 12 and FIRST_YEAR <= year <= LAST_YEAR):
        raise InputError("no such month", value=text, allowed=MONTH_FORM)
    return year * 12 + month - 1


def month_text(month: int) -> str:
    """A month number written as YYYY-MM."""
    year, zero_based = divmod(int(month), 12)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise InputError(
            "no such month number", value=month, allowed=f"years {FIRST_YEAR} to {LAST_YEAR}"
        )
    return f"{year:04d}-{zero_based + 1:02d}"


# One scheme ---------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class SchemeField:
    """One declared field of a scheme as people see it."""

    name: str
    meaning: str
    unit: str
    type: FieldType
    low: float | None
    high: float | None
    allowed: tuple[str, ...]
    settable: bool


def _declared(
    meaning: str,
    type: FieldType,
    *,
    unit: str = "",
    low: float | None = None,
    high: float | None = None,
    allowed: tuple[str, ...] = (),
    settable: bool = True,
    **default: Any,
) -> Any:
    """Declare one field of a scheme; without another default it is absent."""
    metadata = {
        "meaning": meaning, "type": type, "unit": unit, "low": low, "high": high,
        "allowed": allowed, "settable": settable,
    }  # fmt: skip
    # A points table is a dict, which has no hash of its own; the other fields identify a scheme.
    return dataclasses.field(
        metadata=metadata, hash=type != "points", **(default or {"default": None})
    )


@dataclasses.dataclass(frozen=True)
class Scheme:
    """One dated version of one tier of one visa scheme; what is None is no condition.

    Money is in USD of 2024, durations in months or years as declared, months as numbers of
    ``month_number``.
    """

    id: str = _declared(
        "slug shared by all tiers and dated versions", "slug", settable=False,
        default=dataclasses.MISSING,
    )  # fmt: skip
    country: str = _declared(
        "country that admits", "country", unit="ISO3 or ROW", settable=False,
        default=dataclasses.MISSING,
    )  # fmt: skip
    title: str = _declared("name as people know it", "text", default="")
    valid_from: int | None = _declared("first month in which one may apply", "month")
    valid_to: int | None = _declared("last month in which one may apply, included", "month")
    degree_min: str | None = _declared("lowest degree accepted", "choice", allowed=DEGREES)
    university_rank_max: int | None = _declared(
        "degree from one of the world's best so many universities", "whole",
        unit="rank", low=1, high=2000,
    )  # fmt: skip
    experience_years_min: float | None = _declared(
        "years of work at least", "number", unit="years", low=0, high=50
    )
    age_max: float | None = _declared("age at most", "number", unit="years", low=15, high=100)
    years_since_degree_max: float | None = _declared(
        "years since the degree at most", "number", unit="years", low=0, high=50
    )
    residence_years_min: float | None = _declared(
        "years already lived in the country, under any status; who has them may change to it",
        "number", unit="years", low=0, high=50,
    )  # fmt: skip
    min_pay_usd: float | None = _declared(
        "pay offered at least; last pay where no job offer is asked for", "number",
        unit="USD of 2024 a year", low=0, high=10_000_000,
    )  # fmt: skip
    points_min: float | None = _declared(
        "points needed under the points table", "number", unit="points", low=0, high=10_000
    )
    points: Mapping[str, float] | None = _declared(
        "points by criterion, the best of each group counts", "points", unit="points",
        low=0, high=1000, allowed=tuple(CRITERIA),
    )  # fmt: skip
    fields: tuple[str, ...] | None = _declared(
        "fields called short: admitted alone, or worth points where there is a points table",
        "list", allowed=FIELDS,
    )  # fmt: skip
    job_offer_required: bool | None = _declared("a job offer is needed", "bool")
    sponsor_required: bool | None = _declared(
        "the employer applies, and the status hangs on the job", "bool"
    )
    fee_usd: float | None = _declared(
        "all payments for one admission", "number", unit="USD of 2024", low=0, high=10_000_000
    )
    fee_abroad_usd: float | None = _declared(
        "further payment for hires from abroad only, not for changes of status inside the country",
        "number", unit="USD of 2024", low=0, high=10_000_000,
    )  # fmt: skip
    fee_paid_by: str | None = _declared(
        "who pays both fees", "choice", allowed=("employer", "applicant")
    )
    places_per_year: int | None = _declared(
        "places in a year, people outside AI included", "whole",
        unit="persons a year", low=0, high=10_000_000,
    )  # fmt: skip
    outside_applicants_per_year: int | None = _declared(
        "people outside AI who compete for the places", "whole",
        unit="persons a year", low=0, high=100_000_000,
    )  # fmt: skip
    allocation: str | None = _declared(
        "who gets the places when there are too few", "choice",
        allowed=("first_come", "lottery", "by_pay", "by_points", "weighted_lottery"),
    )  # fmt: skip
    exempt_employers: tuple[str, ...] | None = _declared(
        "kinds of employer whose hires need no place", "list", allowed=EMPLOYER_KINDS
    )
    processing_months: float | None = _declared(
        "time from application to admission", "number", unit="months", low=0, high=120
    )
    stay_months: int | None = _declared(
        "length of the first permit, renewable as long as its conditions hold", "whole",
        unit="months", low=1, high=600,
    )  # fmt: skip
    grace_months: int | None = _declared(
        "time to find another job after losing one", "whole", unit="months", low=0, high=120
    )
    partner_may_work: bool | None = _declared("the partner may take any job", "bool")
    household_help: bool | None = _declared("may bring domestic help", "bool")
    years_to_permanence: float | None = _declared(
        "residence before permanence; 0 at entry, absent never", "number",
        unit="years", low=0, high=50,
    )  # fmt: skip
    graduate_stay_months: int | None = _declared(
        "stay after a degree earned in the country; who has none is no graduate scheme", "whole",
        unit="months", low=0, high=120,
    )  # fmt: skip
    tax_relief_rate: float | None = _declared(
        "share of the income tax otherwise due that is forgiven", "number",
        unit="share", low=0, high=1,
    )  # fmt: skip
    tax_relief_years: float | None = _declared(
        "how long the tax relief lasts", "number", unit="years", low=0, high=50
    )
    source: str | None = _declared("where the figures come from, with caveats", "text")
    tier: str = _declared(
        "tells tiers of one scheme apart; dated versions of a tier share it", "slug",
        settable=False, default="main",
    )  # fmt: skip
    kind: str = _declared(
        "recorded: a real scheme; generic: a stand-in for an ordinary route", "choice",
        allowed=("recorded", "generic"), settable=False, default="recorded",
    )  # fmt: skip
    imputed: tuple[str, ...] = _declared(
        "fields whose value is assumed, not recorded", "list", settable=False, default=()
    )

    @property
    def for_graduates(self) -> bool:
        """Whether only graduates of the country's own universities may use the scheme."""
        return self.graduate_stay_months is not None

    def open_in(self, month: int) -> bool:
        """Whether one may apply in a month."""
        after_start = self.valid_from is None or month >= self.valid_from
        return after_start and (self.valid_to is None or month <= self.valid_to)

    def as_mapping(self) -> dict[str, object]:
        """The fields that are present, as a person would write them in a policy file."""
        values = {field.name: getattr(self, field.name) for field in SCHEME_FIELDS}
        return {
            name: written_setting(name, value) for name, value in values.items()
            if value is not None and value != "" and value != ()
        }


def written_setting(name: str, value: Any) -> object:
    """The value of a scheme's field as a person would write it."""
    match _BY_NAME[name].type:
        case "month":
            return month_text(value)
        case "list":
            return list(value)
        case "points":
            return dict(value)
        case _:
            return value


SCHEME_FIELDS: tuple[SchemeField, ...] = tuple(
    SchemeField(name=field.name, **field.metadata) for field in dataclasses.fields(Scheme)
)
_BY_NAME: Mapping[str, SchemeField] = {field.name: field for field in SCHEME_FIELDS}
_NEEDED = ("id", "country")


# Reading ------------------------------------------------------------------------------------


def scheme_from_mapping(
    mapping: Mapping[str, object], *, file: str | None, countries: Sequence[str] = COUNTRIES
) -> Scheme:
    """A scheme from what a person wrote or from a row of a table; blanks are absent.

    Raises
    ------
    InputError
        All faults of the scheme together: unknown or missing fields, values of the wrong type or
        out of range, conditions that contradict each other.
    """
    values, faults = _read(mapping, countries)
    faults += [f"{name}: is missing" for name in _NEEDED if not str(mapping.get(name) or "")]
    faults += _contradictions(values, mapping)
    if faults:
        raise _all_faults(mapping.get("id"), faults, file)
    values["title"] = values.get("title") or values["id"]
    return Scheme(**values)


def settings_from(
    settings: Mapping[str, object], remove: Iterable[str] = ()
) -> tuple[dict[str, Any], list[str]]:
    """Conditions that a change sets, as a scheme holds them, and one sentence for each fault."""
    remove = tuple(remove)
    values, faults = _read(settings, COUNTRIES)
    for name in remove:
        faults += [] if name in _BY_NAME else [_unknown(name)]
    for name in (*settings, *remove):
        if name in _BY_NAME and not _BY_NAME[name].settable:
            faults.append(f"{name}: belongs to the identity of a scheme and cannot be changed")
    faults += [f"{name}: both set and removed" for name in remove if name in settings]
    return values, faults


def scheme_with(
    scheme: Scheme,
    settings: Mapping[str, object],
    remove: Iterable[str] = (),
    *,
    file: str | None,
) -> Scheme:
    """A copy of a scheme with some conditions set and others removed.

    A last month before the first is allowed here: it closes the scheme for good.

    Raises
    ------
    InputError
        All faults together, as in ``scheme_from_mapping``; identity cannot be changed.
    """
    remove = tuple(remove)
    values, faults = settings_from(settings, remove)
    gone = {name: "" if name == "title" else None for name in remove}
    if not faults:
        merged = dataclasses.replace(scheme, **(gone | values))
        faults = scheme_faults(merged)
        if not faults:
            return merged
    raise _all_faults(scheme.id, faults, file)


def scheme_faults(scheme: Scheme) -> list[str]:
    """One sentence for each pair of conditions of a scheme that cannot stand together."""
    faults = []
    if scheme.points is None:
        faults += [POINTS_WITHOUT_TABLE] if scheme.points_min is not None else []
        faults += [NO_POINTS_TO_RANK] if scheme.allocation == "by_points" else []
    return faults


def read_schemes(path: Path) -> tuple[Scheme, ...]:
    """All schemes of a CSV table, in its order.

    Raises
    ------
    InputError
        At the first faulty row, or where dated versions of one tier overlap.
    """
    with path.open(encoding="utf-8", newline="") as rows:
        schemes = tuple(
            scheme_from_mapping(row, file=f"{path.name} line {line}")
            for line, row in enumerate(csv.DictReader(rows), start=2)
        )
    faults = overlaps(schemes)
    if faults:
        raise InputError("; ".join(faults), file=path.name)
    return schemes


def overlaps(schemes: Iterable[Scheme]) -> list[str]:
    """One sentence for each pair of dated versions of one tier that are valid at the same time."""
    tiers: dict[tuple[str, str], list[Scheme]] = {}
    for scheme in schemes:
        tiers.setdefault((scheme.id, scheme.tier), []).append(scheme)
    faults = []
    for (slug, tier), versions in tiers.items():
        versions.sort(key=lambda version: version.valid_from or 0)
        for i in range(1, len(versions)):
            last, start = versions[i - 1].valid_to, versions[i].valid_from
            if last is None or start is None or start <= last:
                faults.append(f"scheme {slug}, tier {tier}: two versions overlap in time")
    return faults


def _read(
    mapping: Mapping[str, object], countries: Sequence[str]
) -> tuple[dict[str, Any], list[str]]:
    """The values that could be read and one sentence for each that could not."""
    values: dict[str, Any] = {}
    faults: list[str] = []
    for name, written in mapping.items():
        if name not in _BY_NAME:
            faults.append(_unknown(str(name)))
        elif not _blank(written):
            try:
                values[name] = _value(_BY_NAME[name], written, countries)
            except InputError as fault:
                faults.append(f"{name}: {fault}")
    return values, faults


POINTS_WITHOUT_TABLE = "points_min: needs a points table in 'points'"
FEES = ("fee_usd", "fee_abroad_usd")
NO_POINTS_TO_RANK = "allocation: by_points needs a points table in 'points'"


def _contradictions(values: Mapping[str, Any], written: Mapping[str, object]) -> list[str]:
    """Conditions that cannot stand together; what was written but unreadable is told elsewhere."""
    faults = []
    start, end = values.get("valid_from"), values.get("valid_to")
    if start is not None and end is not None and end < start:
        faults.append("valid_to: lies before valid_from")
    no_points = _blank(written.get("points"))
    if "points_min" in values and no_points:
        faults.append(POINTS_WITHOUT_TABLE)
    if values.get("allocation") == "by_points" and no_points:
        faults.append(NO_POINTS_TO_RANK)
    if "fee_paid_by" in values and all(_blank(written.get(fee)) for fee in FEES):
        faults.append("fee_paid_by: there is no fee")
    return faults


def _all_faults(slug: object, faults: Sequence[str], file: str | None) -> InputError:
    return InputError("; ".join(faults), file=file, key=f"scheme {slug}" if slug else "scheme")


def _unknown(name: str) -> str:
    guess = nearest(name, _BY_NAME)
    return f"unknown field {name!r}" + (f"; did you mean {guess!r}?" if guess else "")


def _blank(value: object) -> bool:
    return value is None or (isinstance(value, str | list | tuple | dict) and not value)


def _value(field: SchemeField, written: object, countries: Sequence[str]) -> object:
    """What was written for one field, in the type that the field has."""
    match field.type:
        case "number" | "whole":
            return _ranged(field, written)
        case "month":
            return month_number(written if isinstance(written, str) else str(written))
        case "bool":
            return _truth(written)
        case "country":
            return _one_of(written, countries)
        case "choice":
            return _one_of(written, field.allowed)
        case "list":
            known = field.allowed or tuple(_BY_NAME)
            return tuple(_one_of(part, known) for part in _parts(written))
        case "points":
            return _points(written)
        case "slug":
            return _slug(written)
        case "text":
            return str(written)


def _ranged(field: SchemeField, written: object) -> float | int:
    """A number within the declared range, whole where the field counts things."""
    number = number_from(written)
    low, high = field.low or 0.0, field.high or math.inf
    whole = field.type == "whole"
    if not low <= number <= high or (whole and number != int(number)):
        kind = "a whole number" if whole else "a number"
        raise InputError(
            "not in its range",
            value=written,
            allowed=f"{kind} from {low:,.0f} to {high:,.0f} {field.unit}".replace(",", " "),
        )
    return int(number) if whole else number


def _truth(written: object) -> bool:
    if isinstance(written, bool):
        return written
    if isinstance(written, str) and written.lower() in ("true", "false"):
        return written.lower() == "true"
    raise InputError("neither true nor false", value=written, allowed="true or false")


def _one_of(written: object, known: Sequence[str]) -> str:
    """A name out of a known list, answered with the nearest where it is misspelt."""
    name = str(written)
    if name in known:
        return name
    by_case = {entry.casefold(): entry for entry in known}
    guess = by_case.get(nearest(name.casefold(), by_case) or "")
    hint = f"; did you mean {guess!r}?" if guess else ""
    listed = ", ".join(known[:MOST_LISTED]) + (", …" if len(known) > MOST_LISTED else "")
    raise InputError(f"unknown name{hint}", value=name, allowed=listed)


def _parts(written: object) -> list[object]:
    """The parts of a list, also from text joined by semicolons."""
    if isinstance(written, str):
        return [part.strip() for part in written.split(";") if part.strip()]
    if isinstance(written, list | tuple):
        return list(written)
    raise InputError("not a list", value=written, allowed="a list of names")


def _points(written: object) -> dict[str, float]:
    if isinstance(written, str):
        return points_from_text(written)
    if isinstance(written, Mapping):
        return points_checked(written)
    raise InputError("not a points table", value=written, allowed="{ criterion = points, … }")


def _slug(written: object) -> str:
    slug = str(written)
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug):
        allowed = "small letters and digits joined by hyphens, for example kor-gifted-pupils"
        raise InputError("not a slug", value=written, allowed=allowed)
    return slug
