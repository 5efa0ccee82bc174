"""Country levers: what a government can set beside its visa schemes, as declared values."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import Any, Literal

from agents.deal_forms import REVIEWED_AS
from agents.declare import InputError, nearest, number_from
from agents.levers import FIELDS

LeverType = Literal["number", "whole", "bool", "choice", "list", "by_field"]
DUAL_CITIZENSHIP = ("none", "citizens_abroad", "newcomers", "both")
"""Who may hold two citizenships; the place in the list is the code of the data."""
LOOKED_AT = ("acquisition", "acqui_hire")
"""Classes of deals that merger review looks at where no policy says otherwise."""


@dataclasses.dataclass(frozen=True)
class CountryLever:
    """One declared lever of a country: what it means, its unit and range, where it starts.

    ``opening`` is the value at the opening: a column of the table of countries, or a number; NaN
    stands for a rule that does not exist.
    """

    name: str
    meaning: str
    unit: str
    type: LeverType
    low: float
    high: float
    opening: str | float
    source: str
    allowed: tuple[str, ...] = ()
    removable: bool = False
    """Whether ``remove`` may take the rule away."""


COUNTRY_LEVERS: tuple[CountryLever, ...] = (
    CountryLever(
        "dual_citizenship", "who may hold two citizenships: own people who become citizens "
        "elsewhere, newcomers who become citizens here", "", "choice", 0, 3, "dual_citizenship",
        "as in the table of countries", DUAL_CITIZENSHIP,
    ),
    CountryLever(
        "years_to_citizenship", "residence before newcomers may become citizens", "years",
        "number", 0, 60, "years_to_citizenship", "as in the table of countries",
    ),
    CountryLever(
        "public_research_budget_usd", "public spending on AI research; grants of public employers "
        "move in proportion", "USD of 2024 a year", "number", 1e5, 1e12,
        "public_research_budget_usd", "as in the table of countries",
    ),
    CountryLever(
        "public_pay_scale", "pay scale of public research relative to its level at the opening",
        "1", "number", 0.5, 3.0, 1.0, "1: the scales at the opening",
    ),
    CountryLever(
        "study_places", "places to study in each field, added to those of the data; who takes one "
        "enters the profession after the years of study", "persons a year", "by_field", 0,
        1_000_000, 0.0, "0: entrants as in the table of countries",
    ),
    CountryLever(
        "gifted_pupils_per_year", "gifted pupils from abroad admitted to school and university "
        "with residence for good", "persons a year", "whole", 0, 100_000, 0.0,
        "0: none are recorded",
    ),
    CountryLever(
        "retraining_places", "places in public retraining for each field, beside what people do "
        "by themselves", "persons a year", "by_field", 0, 1_000_000, 0.0, "0: none are recorded",
    ),
    CountryLever(
        "returnee_grant_usd", "paid once to people born in the country who come back from abroad",
        "USD of 2024", "number", 0, 10_000_000, 0.0, "0: none are recorded",
    ),
    CountryLever(
        "retention_grant_usd", "paid once to people with an offer from abroad who stay",
        "USD of 2024", "number", 0, 10_000_000, 0.0, "0: none are recorded",
    ),
    CountryLever(
        "newcomer_tax_rate", "average tax on pay in the first years after coming from abroad, "
        "returnees included; removed: the ordinary rate", "share", "number", 0, 0.9,
        "newcomer_tax_rate", "as in the table of countries; blank: the ordinary rate",
        removable=True,
    ),
    CountryLever(
        "top_tax_rate", "tax on the part of pay beyond twice the country's mean at the opening; "
        "removed: the ordinary rate", "share", "number", 0, 0.9, math.nan,
        "none: the ordinary rate", removable=True,
    ),
    CountryLever(
        "adoption_subsidy", "public share of what domestic industry pays for computing; adoption "
        "of AI is faster with it", "share", "number", 0, 0.9, 0.0, "0: none are recorded",
    ),
    CountryLever(
        "research_environment", "how attractive laboratories are; that of every employer in the "
        "country moves in proportion", "United States = 1", "number", 0.05, 3.0,
        "research_environment", "as in the table of countries",
    ),
    CountryLever(
        "non_competes_enforced", "whether a clause that bars people from rivals in the country "
        "binds them", "", "bool", 0, 1, "non_competes_enforced", "as in the table of countries",
    ),
    CountryLever(
        "merger_review_threshold_usd", "price from which a deal over a firm of the country waits "
        "for merger review; removed: no deal does", "USD of 2024", "number", 0, 1e12, 119.5e6,
        "size of transaction under the Hart-Scott-Rodino Act of the United States in 2024; "
        "elsewhere an assumption", removable=True,
    ),
    CountryLever(
        "merger_review_months", "time that merger review takes", "months", "whole", 0, 36, 2.0,
        "assumption between the 30 days in which most filings in the United States are cleared "
        "and the year or so that second requests take",
    ),
    CountryLever(
        "merger_ban_chance", "chance that a deal under merger review is banned", "share", "number",
        0, 1, 0.02, "filings in the USA with a second request, 2 to 3 % in 2023 and 2024; "
        "that most of these end in a ban or are given up, and elsewhere, is an assumption",
    ),
    CountryLever(
        "merger_review_covers", "classes of deals that merger review looks at", "", "list", 0,
        2 ** len(REVIEWED_AS) - 1,
        float(sum(1 << REVIEWED_AS.index(name) for name in LOOKED_AT)),
        "acquisitions, of firms for their teams too: hires, licences and stakes without a vote "
        "need no filing", REVIEWED_AS,
    ),
    CountryLever(
        "control_tower", "whether the government keeps a register of supply and demand by field "
        "and tier, at home and abroad, own people abroad included", "", "bool", 0, 1, 0.0,
        "0: none are recorded",
    ),
)
LEVERS_BY_NAME: Mapping[str, CountryLever] = {lever.name: lever for lever in COUNTRY_LEVERS}


def lever_value(lever: CountryLever, written: object) -> float | dict[str, float]:
    """What was written for a lever, as a number; by field as a number for each field named.

    Raises
    ------
    InputError
        Wrong type, out of range, or an unknown name, with what is allowed.
    """
    match lever.type:
        case "bool":
            if not isinstance(written, bool):
                raise InputError("neither true nor false", value=written, allowed="true or false")
            return float(written)
        case "choice":
            if written not in lever.allowed:
                guess = nearest(str(written), lever.allowed)
                raise InputError(
                    "unknown name" + (f"; did you mean {guess!r}?" if guess else ""),
                    value=written, allowed=", ".join(lever.allowed),
                )
            return float(lever.allowed.index(str(written)))
        case "list":
            return _listed(lever, written)
        case "by_field":
            return _by_field(lever, written)
        case _:
            return _ranged(lever, written)


def _listed(lever: CountryLever, written: object) -> float:
    """Names as a sum of powers of two, one for each allowed name."""
    allowed = "a list of " + ", ".join(lever.allowed)
    if not isinstance(written, list | tuple):
        raise InputError("not a list of names", value=written, allowed=allowed)
    for name in written:
        if name not in lever.allowed:
            guess = nearest(str(name), lever.allowed)
            raise InputError(
                f"unknown name {name!r}" + (f"; did you mean {guess!r}?" if guess else ""),
                allowed=allowed,
            )
    return float(sum(1 << lever.allowed.index(name) for name in set(written)))


def _by_field(lever: CountryLever, written: object) -> dict[str, float]:
    if not isinstance(written, Mapping) or not written:
        raise InputError(
            "not a table by field", value=written, allowed="{ field = number, … }"
        )
    values = {}
    for field, number in written.items():
        if field not in FIELDS:
            guess = nearest(str(field), FIELDS)
            raise InputError(
                f"unknown field {field!r}" + (f"; did you mean {guess!r}?" if guess else ""),
                allowed=", ".join(FIELDS),
            )
        values[str(field)] = _ranged(lever, number)
    return values


def _ranged(lever: CountryLever, written: object) -> float:
    allowed = f"a number from {lever.low:g} to {lever.high:g} {lever.unit}".rstrip()
    if isinstance(written, str | bool):
        raise InputError("not a number", value=written, allowed=allowed)
    number = number_from(written)
    if not lever.low <= number <= lever.high or (lever.type == "whole" and number % 1):
        whole = lever.type == "whole"
        raise InputError(
            "not in its range", value=written,
            allowed=allowed.replace("a number", "a whole number") if whole else allowed,
        )
    return number


def lever_text(lever: CountryLever, value: Any) -> Any:
    """A value as a person would write it: a name, a truth, a number, or None for no rule.

    Parameters
    ----------
    value
        A number, or an array with one number a field.
    """
    if lever.type == "by_field":
        return {field: float(number) for field, number in zip(FIELDS, value, strict=True)}
    number = float(value)
    if math.isnan(number):
        return None
    if lever.type == "choice":
        return lever.allowed[int(number)]
    if lever.type == "list":
        return [name for bit, name in enumerate(lever.allowed) if int(number) >> bit & 1]
    return bool(number) if lever.type == "bool" else number
