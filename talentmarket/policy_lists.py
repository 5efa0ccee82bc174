"""What the command line prints of policies: the shipped ones, and what a policy can change."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from agents.country_levers import COUNTRY_LEVERS, CountryLever, lever_text
from agents.levers import COUNTRIES, FIELDS, month_text
from agents.policies import Policy
from model.recorded_deals import left_out
from talentmarket import tables

MOST_NAMED = 4
HOW_TO_CHANGE = (
    "To change a scheme or add one, write a policy. `talentmarket policies` lists what there is,\n"
    "`talentmarket copy NAME my-policy.toml` gives one to edit, and `talentmarket run --policy\n"
    "my-policy.toml` runs the world under it. Levers of countries: `talentmarket parameters`."
)


def policy_summary(policy: Policy) -> dict[str, Any]:
    """Who acts in a policy, and from when: acting countries and the first month."""
    acting = [*(change.country for change in policy.changes),
              *(scheme.country for scheme in policy.schemes)]  # fmt: skip
    months = [change.month for change in policy.changes]
    months += [scheme.valid_from for scheme in policy.schemes if scheme.valid_from is not None]
    deals = left_out(policy.without_deals)
    acting += [one.deal.target_country for one in deals]
    months += [one.deal.month for one in deals]
    first = month_text(min(months)) if months else None
    return {"countries": list(dict.fromkeys(acting)), "first": first}


def policy_list(rows: Sequence[Mapping[str, Any]]) -> str:
    """Policies by name: acting countries, first month, title."""
    shown = [
        {
            "name": row["name"], "countries": _who(row["countries"]),
            "first": row["first"] or tables.DASH, "title": row["title"],
        }
        for row in rows
    ]  # fmt: skip
    return tables.columns(shown, ("name", "countries", "first", "title"))


def _who(countries: Sequence[str]) -> str:
    if len(countries) == len(COUNTRIES):
        return "all"
    named = len(countries) <= MOST_NAMED
    return " ".join(countries) if named else f"{len(countries)} countries"


def lever_rows() -> list[dict[str, Any]]:
    """Levers of countries as objects, beside the parameters.

    ``value`` is what a lever is at the opening; ``by country`` where the table of countries says
    so, None where there is no rule. ``allowed`` lists the names of a choice, or the fields.
    """
    return [
        {
            "name": f"{PREFIX}.{lever.name}", "value": _opening(lever), "unit": lever.unit,
            "low": lever.low, "high": lever.high, "kind": "country lever", "source": lever.source,
            "meaning": lever.meaning, "allowed": list(_names(lever)),
        }
        for lever in COUNTRY_LEVERS
    ]  # fmt: skip


PREFIX = "country"


def _opening(lever: CountryLever) -> Any:
    if isinstance(lever.opening, str):
        return "by country"
    if lever.type == "by_field":
        return lever.opening
    return lever_text(lever, lever.opening)


def _names(lever: CountryLever) -> Sequence[str]:
    return FIELDS if lever.type == "by_field" else lever.allowed


def lever_list(rows: Sequence[Mapping[str, Any]]) -> str:
    """Levers of countries: value at the opening, range, unit and what each means."""
    lines = ["levers of a country, set by a policy (`talentmarket policies`), not by --set"]
    for row, lever in zip(rows, COUNTRY_LEVERS, strict=True):
        name, value = row["name"].partition(".")[2], row["value"]
        if isinstance(value, float):
            value = f"{value:g}" if lever.unit in ("", "1") else f"{value:g} {lever.unit}"
        elif value is None or isinstance(value, bool):
            value = {None: "no rule", True: "yes", False: "no"}[value]
        elif isinstance(value, list):
            value = ", ".join(value) or "none"
        line = f"  {name} = {value}   ({reach(lever)})"
        lines.append(textwrap.fill(line, tables.WIDTH, subsequent_indent=" " * 4)
                     if lever.type == "list" else line)
        lines.append(textwrap.indent(textwrap.fill(row["meaning"], tables.WIDTH - 6), " " * 6))
    return "\n".join(lines)


def reach(lever: CountryLever) -> str:
    """What a lever may be set to, in words."""
    match lever.type:
        case "bool":
            return "true or false"
        case "choice":
            return ", ".join(lever.allowed)
        case "list":
            return f"a list of {', '.join(lever.allowed)}"
        case _:
            whole = "whole numbers " if lever.type == "whole" else ""
            by_field = " for each field" if lever.type == "by_field" else ""
            return f"{whole}{lever.low:,.10g} to {lever.high:,.10g}{by_field}"
