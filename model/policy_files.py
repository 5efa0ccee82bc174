"""Policy files: dated changes of schemes and levers as a person writes them in TOML."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from typing import Any

from agents.country_levers import COUNTRY_LEVERS, LEVERS_BY_NAME, lever_value
from agents.declare import InputError, nearest
from agents.levers import (
    COUNTRIES,
    SCHEME_FIELDS,
    Scheme,
    month_number,
    overlaps,
    scheme_from_mapping,
    settings_from,
)
from agents.policies import NO_POLICY, Change, Policy
from model import tables
from model.policy_checks import altered_twice, deal_faults, type_sentences
from model.recorded_deals import deal_names
from model.toml_files import Fault, find_text, parsed, raise_together, shipped_names

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
KEYS = ("name", "title", "source", "why", "without_deals", "change", "scheme")
CHANGE_KEYS = ("from", "country", "scheme", "tier", "set", "remove", "hold")
TYPES = {"from": str, "country": str, "scheme": str, "tier": str, "set": dict, "remove": list,
         "hold": bool}  # fmt: skip
TYPE_NAMES = {str: "text in quotes", dict: "a table { name = value, … }",
              list: 'a list ["name", …]', bool: "true or false"}  # fmt: skip
FIELD_NAMES = tuple(field.name for field in SCHEME_FIELDS if field.settable)

PolicyLike = str | os.PathLike[str] | Policy


def read_policy(given: PolicyLike) -> Policy:
    """The shipped policy of a name, the one written in a TOML file, or a policy as it is.

    ``none`` is the policy that changes nothing.

    Raises
    ------
    InputError
        The name is unknown, the file cannot be read, or what it says cannot be done.
    """
    if isinstance(given, Policy):
        return given
    if given == NO_POLICY.name:
        return NO_POLICY
    text, file = find_text(given, "policy")
    written = parsed(text, file=file)
    if "persons_per_agent" in written:
        raise InputError("this file is a scenario, not a policy", file=file)
    return policy_from(written, file=file)


def read_joint(text: PolicyLike) -> tuple[Policy, ...]:
    """The policies that a text joins by ``+``; a policy or a path stands for itself."""
    if not isinstance(text, str) or os.path.exists(text):
        return (read_policy(text),)
    return tuple(read_policy(part.strip()) for part in text.split("+"))


def joint_name(policies: Sequence[Policy]) -> str:
    """The name under which policies apply together."""
    return "+".join(policy.name for policy in policies) or NO_POLICY.name


def shipped_policies() -> tuple[str, ...]:
    """The names of the policies that come with the package, sorted."""
    return shipped_names("policy")


def policy_from(written: Mapping[str, Any], *, file: str | None) -> Policy:
    """A policy from what a TOML file says.

    Raises
    ------
    InputError
        All faults together, each with key, value, what is allowed and the nearest known name.
    """
    faults = _key_faults(written)
    schemes = _new_schemes(written.get("scheme", []), faults)
    why = f"{written.get('name')}: {written.get('title')}"
    changes = _changes(written.get("change", []), schemes, why, faults)
    faults += altered_twice(changes)
    absent = written.get("without_deals", [])
    faults += deal_faults(absent, deal_names()) if "without_deals" in written else []
    raise_together(faults, file=file)
    return Policy(
        name=written["name"], title=written["title"], source=written.get("source", ""),
        why=written.get("why", ""), changes=tuple(change for _, change in changes),
        schemes=tuple(schemes), without_deals=tuple(absent), written=written, file=file,
    )


def _key_faults(written: Mapping[str, Any]) -> list[Fault]:
    faults = [_unknown_key("", key, KEYS) for key in written if key not in KEYS]
    faults += [Fault(key, "is missing") for key in ("name", "title") if key not in written]
    for key in ("name", "title", "source", "why"):
        if key in written and not _is_line(written[key]):
            faults.append(Fault(key, "not text", written[key], "one line of text in quotes"))
    name = written.get("name")
    if isinstance(name, str) and name.strip() and not NAME.fullmatch(name):
        allowed = "letters, digits, '-', '_' and '.'"
        faults.append(Fault("name", "not a short name", name, allowed))
    elif name == NO_POLICY.name:
        faults.append(Fault("name", "means no policy", name, "another name"))
    return faults


def _is_line(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and len(value.splitlines()) == 1


def _unknown_key(where: str, key: str, known: Sequence[str]) -> Fault:
    guess = nearest(key, known)
    hint = f"; did you mean {guess!r}?" if guess else ""
    return Fault(f"{where}{key}", f"unknown key{hint}", None, ", ".join(known))


def _entries(written: Any, key: str, faults: list[Fault]) -> list[tuple[str, Mapping[str, Any]]]:
    """The tables of an array ``[[key]]`` with the name by which complaints call each."""
    if not isinstance(written, list) or not all(isinstance(entry, Mapping) for entry in written):
        faults.append(Fault(key, f"must be written as [[{key}]]", None, f"tables under [[{key}]]"))
        return []
    several = len(written) > 1
    return [(f"{key} {n}" if several else key, entry) for n, entry in enumerate(written, start=1)]


def _new_schemes(written: Any, faults: list[Fault]) -> list[Scheme]:
    schemes: list[Scheme] = []
    known = {scheme.id for scheme in tables.schemes()}
    for where, entry in _entries(written, "scheme", faults):
        wrong = type_sentences(entry)
        faults += [Fault(where, sentence) for sentence in wrong]
        try:
            scheme = scheme_from_mapping(entry, file=None)
        except InputError as fault:
            faults += [] if wrong else [Fault(where, str(fault))]
            continue
        if scheme.id in known:
            faults.append(Fault(
                f"{where}, id", "a scheme of this name exists already", scheme.id,
                "another slug; change what exists by [[change]]",
            ))
        schemes.append(scheme)
    faults += [Fault("scheme", sentence) for sentence in overlaps(schemes)]
    return schemes


def _changes(
    written: Any, new: Sequence[Scheme], why: str, faults: list[Fault]
) -> list[tuple[str, Change]]:
    found = []
    for where, entry in _entries(written, "change", faults):
        before = len(faults)
        faults += _shape_faults(where, entry)
        if len(faults) == before:
            change = _change(where, entry, new, why, faults)
            if change is not None:
                found.append((where, change))
    return found


def _shape_faults(where: str, entry: Mapping[str, Any]) -> list[Fault]:
    """Unknown or missing keys of one change, and values of the wrong type."""
    faults = [_unknown_key(f"{where}, ", key, CHANGE_KEYS) for key in entry
              if key not in CHANGE_KEYS]  # fmt: skip
    needed = ["from"] + ([] if "scheme" in entry else ["country"])
    faults += [Fault(f"{where}, {key}", "is missing") for key in needed if key not in entry]
    for key, value in entry.items():
        if key in TYPES and not isinstance(value, TYPES[key]):
            faults.append(Fault(f"{where}, {key}", "wrong type", value, TYPE_NAMES[TYPES[key]]))
        elif key == "remove":
            faults += [
                Fault(f"{where}, remove", "not a name", part, "names in quotes")
                for part in value if not isinstance(part, str)
            ]
    if not entry.get("set") and not entry.get("remove"):
        faults.append(Fault(where, "changes nothing", None, "set = { … } or remove = [ … ]"))
    if "tier" in entry and "scheme" not in entry:
        faults.append(Fault(f"{where}, tier", "tells of a tier but of no scheme"))
    return faults


def _change(
    where: str, entry: Mapping[str, Any], new: Sequence[Scheme], why: str, faults: list[Fault]
) -> Change | None:
    """One change as a value; None, and the faults, where it cannot be."""
    before = len(faults)
    month = 0
    try:
        month = month_number(entry["from"])
    except InputError as fault:
        faults.append(Fault(f"{where}, from", str(fault)))
    country = entry.get("country", "")
    if country and country not in COUNTRIES:
        codes = {name: code for code, name in tables.country_names().items()}
        guess = codes.get(country) or nearest(country.upper(), COUNTRIES)
        hint = f"; did you mean {guess!r}?" if guess else ""
        faults.append(Fault(
            f"{where}, country", f"unknown country{hint}", country, "three-letter codes, or ROW"
        ))
    settings, remove = entry.get("set", {}), tuple(entry.get("remove", ()))
    if "scheme" in entry:
        country = _scheme_country(where, entry, new, faults) or country
        wrong = type_sentences(settings)
        sound = {name: value for name, value in settings.items() if not _told(name, wrong)}
        values, sentences = settings_from(sound, remove)
        faults += [
            Fault(f"{where}, {_key_of(sentence, settings, remove)}", _with_hint(sentence))
            for sentence in wrong + sentences
        ]
    else:
        values = _lever_values(where, settings, remove, faults)
    if len(faults) > before:
        return None
    return Change(
        month, country, values, entry.get("scheme"), entry.get("tier"), remove,
        entry.get("hold", False), why,
    )


def _told(name: str, sentences: Sequence[str]) -> bool:
    return any(sentence.startswith(f"{name}: ") for sentence in sentences)


def _key_of(sentence: str, settings: Mapping[str, Any], remove: Sequence[str]) -> str:
    """The key of a change that a sentence is about."""
    removed = [name for name in remove if name not in settings]
    starts = tuple(start for name in removed for start in (f"{name}: ", f"unknown field {name!r}"))
    return "remove" if starts and sentence.startswith(starts) else "set"


def _with_hint(sentence: str) -> str:
    """A lever set on a scheme is told where it belongs."""
    name = re.match(r"unknown field '(\w+)'", sentence)
    if name and name[1] in LEVERS_BY_NAME:
        return f"{name[1]}: is a lever of the country; leave out 'scheme' to change it"
    return sentence


def _scheme_country(
    where: str, entry: Mapping[str, Any], new: Sequence[Scheme], faults: list[Fault]
) -> str | None:
    """The country of the scheme that a change names, if everything about it is known."""
    slug, country, tier = entry["scheme"], entry.get("country"), entry.get("tier")
    known = [*tables.schemes(), *new]
    tiers = [scheme for scheme in known if scheme.id == slug]
    if not tiers:
        names = sorted({s.id for s in known if not country or s.country == country})
        guess = nearest(slug, names) or nearest(slug, {scheme.id for scheme in known})
        hint = f"; did you mean {guess!r}?" if guess else ""
        few = "slugs that `talentmarket schemes` lists"
        few = ", ".join(names) if 0 < len(names) <= 12 else few
        faults.append(Fault(f"{where}, scheme", f"unknown scheme{hint}", slug, few))
        return None
    if country and country != tiers[0].country:
        faults.append(Fault(
            f"{where}, country", f"scheme {slug!r} belongs to another country", country,
            tiers[0].country,
        ))
    names = list(dict.fromkeys(scheme.tier for scheme in tiers))
    if tier is not None and tier not in names:
        guess = nearest(tier, names)
        hint = f"; did you mean {guess!r}?" if guess else ""
        faults.append(Fault(f"{where}, tier", f"unknown tier{hint}", tier, ", ".join(names)))
    return tiers[0].country


def _lever_values(
    where: str, settings: Mapping[str, Any], remove: Sequence[str], faults: list[Fault]
) -> dict[str, Any]:
    """The values that a change gives to levers of a country."""
    values = {}
    for name, written in settings.items():
        if name not in LEVERS_BY_NAME:
            faults.append(_unknown_lever(f"{where}, set", name))
            continue
        try:
            values[name] = lever_value(LEVERS_BY_NAME[name], written)
        except InputError as fault:
            faults.append(Fault(f"{where}, set.{name}", str(fault)))
    removable = [lever.name for lever in COUNTRY_LEVERS if lever.removable]
    for name in remove:
        if name not in LEVERS_BY_NAME:
            faults.append(_unknown_lever(f"{where}, remove", str(name)))
        elif name not in removable:
            allowed = f"a value in 'set'; {', '.join(removable)} can be removed"
            faults.append(Fault(f"{where}, remove", "always has a value", name, allowed))
        elif name in settings:
            faults.append(Fault(f"{where}, remove", "both set and removed", name))
    return values


def _unknown_lever(where: str, name: str) -> Fault:
    if name in FIELD_NAMES:
        return Fault(where, "is a field of schemes; say which 'scheme' is meant", name)
    guess = nearest(name, LEVERS_BY_NAME)
    hint = f"; did you mean {guess!r}?" if guess else ""
    return Fault(where, f"unknown lever{hint}", name, ", ".join(LEVERS_BY_NAME))
