"""The timeline: what history and policies make of every scheme and lever, and from when."""

from __future__ import annotations

import dataclasses
import itertools
import json
import math
import operator
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import pandas as pd

from agents.country_levers import LEVERS_BY_NAME, lever_text
from agents.declare import InputError
from agents.employers import MONTHS
from agents.levers import FIRST_YEAR, SCHEME_FIELDS, Scheme, month_text, scheme_faults
from agents.policies import Change, Policy
from agents.researchers import NEVER
from model import tables
from model.country_levers import CountryLevers
from model.recorded_deals import left_out
from model.rules import Rules, Season

Held = Mapping[str, int]
SPAN = ("valid_from", "valid_to")
CONTENT = tuple(field.name for field in SCHEME_FIELDS if field.settable and field.name not in SPAN)
ABSENT: dict[str, Any] = {"title": ""}
_BUT_LAST_AND_POINTS = operator.attrgetter(
    *(field.name for field in SCHEME_FIELDS if field.name not in ("valid_to", "points"))
)


class LedgerRow(NamedTuple):
    """One field of a scheme or one lever that became another."""

    month: int
    country: str
    lever: str
    before: Any
    after: Any
    why: str


class _Event(NamedTuple):
    """Fields of one tier that get new values in a month; None takes a condition away."""

    month: int
    order: int
    """Within a month: history first, then policies as they were named."""
    values: dict[str, Any]
    hold: bool
    why: str
    file: str | None = None
    """Where it is written, for complaints."""


class _State(NamedTuple):
    """A tier from one month on."""

    since: int
    values: dict[str, Any]
    first: int
    last: int
    """First and last month of the scheme as it is known from then on."""
    whys: dict[str, tuple[int, str]]
    """Since when and why a field is what it is, where it was changed."""


class LeverChange(NamedTuple):
    """A lever of a country that takes another value in a month."""

    month: int
    country: str
    lever: str
    value: Any
    """A number, or by field a table of numbers."""
    why: str


# Schemes --------------------------------------------------------------------------------------


def scheme_rows(
    shipped: Sequence[Scheme], policies: Sequence[Policy], start: int,
    kept: Sequence[Scheme] | None = None, held: Held = MappingProxyType({}),
) -> tuple[Scheme, ...]:
    """All schemes as history and policies make them, one entry a tier and dated version.

    Policies are in force from ``start`` at the earliest, so all worlds open alike.

    Parameters
    ----------
    kept
        Rows that keep their numbers, for people hold them: by default those of history. A row that
        is no longer reached ends before it begins; what is new stands behind.
    held
        Countries where history stands still, each with the first month without it.

    Raises
    ------
    InputError
        A policy names no scheme, brings one that exists, or leaves conditions that contradict.
    """
    rows = list(shipped if kept is None else kept)
    place = {_identity(row): number for number, row in enumerate(rows)}
    found = dict[int, Scheme]()
    for versions in _tiers(held_back(shipped, held), policies, start).values():
        for row in _versions(versions, _events(versions, policies), start):
            number = place.setdefault(_identity(row), len(rows))
            if number == len(rows):
                rows.append(row)
            found[number] = row
    return tuple(found.get(number, closed(row)) for number, row in enumerate(rows))


def seasons(
    shipped: Sequence[Scheme], policies: Sequence[Policy], start: int
) -> dict[tuple[str, str], tuple[Season, ...]]:
    """Months of a year in which each tier is open, by slug and tier, as known from month to month.

    Places of a scheme that lives less than a year are spread over its months. Nobody knows before
    the month of a change that it will be prolonged or closed.
    """
    found = dict[tuple[str, str], tuple[Season, ...]]()
    for (_, slug, tier), versions in _tiers(shipped, policies, start).items():
        known: list[Season] = []
        for state, _ in _states(versions, _events(versions, policies), start):
            months = min(max(state.last - state.first + 1, 1), MONTHS)
            never = state.first > state.last  # closed for good: nothing is left to be spread
            if not known or (not never and months != known[-1].months):
                known.append(Season(state.since, months))
        found[slug, tier] = tuple(known)
    return found


def held_back(shipped: Sequence[Scheme], held: Held) -> list[Scheme]:
    """Schemes as they would be if some countries had changed nothing from a month on.

    What is open then stays open; what would have begun later never does. How many people outside
    AI apply is no choice of a government, so it goes on as recorded.
    """
    tiers = dict[tuple[str, str, str], list[Scheme]]()
    for scheme in shipped:
        tiers.setdefault((scheme.country, scheme.id, scheme.tier), []).append(scheme)
    found: list[Scheme] = []
    for (country, *_), versions in tiers.items():
        since = held.get(country)
        found += versions if since is None else _standing_still(versions, since)
    return found


def _standing_still(versions: Sequence[Scheme], since: int) -> list[Scheme]:
    """Dated versions of one tier if its law is left alone from a month on."""
    versions = sorted(versions, key=lambda version: version.valid_from or 0)
    begun = [version for version in versions if (version.valid_from or 0) < since]
    if not begun:
        return [closed(version) for version in versions]
    last = begun[-1]
    if last.valid_to is not None and last.valid_to < since:
        return begun
    found = [*begun[:-1], dataclasses.replace(last, valid_to=None)]
    for later in versions[len(begun):]:
        outside, first = later.outside_applicants_per_year, later.valid_from
        if outside != found[-1].outside_applicants_per_year and first is not None:
            found[-1] = dataclasses.replace(found[-1], valid_to=first - 1)
            found.append(dataclasses.replace(
                last, valid_from=first, valid_to=None, outside_applicants_per_year=outside,
                source=later.source,
            ))
    return found


def closed(scheme: Scheme) -> Scheme:
    """The same version, never open."""
    if scheme.valid_from is not None and scheme.valid_to == scheme.valid_from - 1:
        return scheme
    first = FIRST_YEAR * 12 + 1 if scheme.valid_from is None else scheme.valid_from
    return dataclasses.replace(scheme, valid_from=first, valid_to=first - 1)


def scheme_ledger(
    shipped: Sequence[Scheme], policies: Sequence[Policy], start: int, until: int
) -> list[LedgerRow]:
    """Every field of a scheme that changed from ``start`` to ``until``, and every opening."""
    rows: list[LedgerRow] = []
    for (country, slug, tier), versions in _tiers(shipped, policies, start).items():
        name = slug if tier == "main" else f"{slug}/{tier}"
        for month, field, before, after, why in _differences(versions, policies, start, until):
            rows.append(LedgerRow(month, country, f"{name}.{field}", before, after, why))
    return rows


def _identity(row: Scheme) -> tuple[Any, ...]:
    """What makes a row the same row: tier, conditions and first month, not how long it lasts."""
    points = None if row.points is None else tuple(sorted(row.points.items()))
    return (*_BUT_LAST_AND_POINTS(row), points)


def _tiers(
    shipped: Sequence[Scheme], policies: Sequence[Policy], start: int
) -> dict[tuple[str, str, str], list[Scheme]]:
    """Dated versions of every tier, in the order of time."""
    tiers = dict[tuple[str, str, str], list[Scheme]]()
    brought_by = dict[tuple[str, str, str], str]()
    for scheme in shipped:
        tiers.setdefault((scheme.country, scheme.id, scheme.tier), []).append(scheme)
    for policy in policies:
        for scheme in policy.schemes:
            key = (scheme.country, scheme.id, scheme.tier)
            if key in tiers and brought_by.get(key) != policy.name:
                raise InputError(
                    f"brings scheme {scheme.id!r}, tier {scheme.tier!r}, which exists already",
                    file=policy.file, key=f"policy {policy.name}",
                    allowed="change it by [[change]]",
                )
            brought_by[key] = policy.name
            first = max(scheme.valid_from or 0, start)
            why = policy.reason or f"{policy.name}: {policy.title}"
            source = f"{why} ({scheme.source})" if scheme.source else why
            tiers.setdefault(key, []).append(
                dataclasses.replace(scheme, valid_from=first, source=source)
            )
    for versions in tiers.values():
        versions.sort(key=lambda version: version.valid_from or 0)
    return tiers


def _events(versions: Sequence[Scheme], policies: Sequence[Policy]) -> list[_Event]:
    """What happens to one tier, in order: its dated versions, then what policies change."""
    events = []
    for before, after in itertools.pairwise(versions):
        values = {
            name: getattr(after, name) for name in CONTENT
            if getattr(after, name) != getattr(before, name)
        }
        why = after.source or after.title
        events.append(_Event(after.valid_from or 0, 0, values, False, why))
    for order, policy in enumerate(policies, start=1):
        for change in policy.changes:
            if _concerns(change, versions[0]):
                values = dict(change.set) | {name: ABSENT.get(name) for name in change.remove}
                events.append(
                    _Event(change.month, order, values, change.hold, change.why, policy.file)
                )
    return sorted(events, key=lambda event: event[:2])


def _concerns(change: Change, scheme: Scheme) -> bool:
    return change.scheme == scheme.id and change.tier in (None, scheme.tier)


def _history(versions: Sequence[Scheme]) -> _State:
    """A tier as it began."""
    first, last = versions[0], versions[-1]
    return _State(
        -1, {name: getattr(first, name) for name in CONTENT},
        -1 if first.valid_from is None else first.valid_from,
        NEVER if last.valid_to is None else last.valid_to, {},
    )


def _states(versions: Sequence[Scheme], events: Sequence[_Event], start: int) -> Iterator[
    tuple[_State, _Event | None]
]:
    """How a tier stands from month to month, and what brought it there."""
    state, held = _history(versions), set[str]()
    yield state, None
    for event in events:
        if event.order:
            held |= set(event.values) if event.hold else set()
            values = event.values
        else:
            values = {name: value for name, value in event.values.items() if name not in held}
        since = max(event.month, start) if event.order else event.month
        span = {name: values.get(name, getattr(state, end)) for name, end in
                zip(SPAN, ("first", "last"), strict=True)}
        content = {name: value for name, value in values.items() if name not in SPAN}
        now = _State(
            max(since, state.since), state.values | content,
            -1 if span["valid_from"] is None else span["valid_from"],
            NEVER if span["valid_to"] is None else span["valid_to"], {},
        )
        altered = [name for name in content if now.values[name] != state.values[name]]
        altered += ["valid_from"] if now.first != state.first else []
        altered += ["valid_to"] if now.last != state.last else []
        state = now._replace(
            whys=state.whys | {name: (now.since, event.why) for name in altered}
        )
        yield state, event


class _Segment(NamedTuple):
    """A stretch of months in which a tier is open under unchanged conditions."""

    first: int
    last: int
    values: dict[str, Any]
    whys: dict[str, tuple[int, str]]


def _segments(
    versions: Sequence[Scheme], events: Sequence[_Event], start: int
) -> list[_Segment]:
    """Every stretch in which a tier is open, in order."""
    history = [event for event in events if event.order == 0]
    before = [state for state, _ in _states(versions, history, start) if state.since < start]
    after = [state for state, _ in _states(versions, events, start)]
    # up to the start history alone is in force; from then on, what everything together left
    reached = [state for state in after if state.since < start]
    after = [reached[-1]._replace(since=start), *after[len(reached):]]
    gaps = [
        (one.valid_to + 1, two.valid_from - 1) for one, two in itertools.pairwise(versions)
        if one.valid_to is not None and two.valid_from is not None
    ]
    states = [*before, *after]
    found: list[_Segment] = []
    for state, later in zip(states, [*states[1:], None], strict=True):
        end = NEVER if later is None else later.since - 1
        for first, last in _without(max(state.since, state.first), min(end, state.last), gaps):
            if found and found[-1].last == first - 1 and found[-1].values == state.values:
                found[-1] = found[-1]._replace(last=last)
            else:
                found.append(_Segment(first, last, state.values, state.whys))
    return found


def _without(first: int, last: int, gaps: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The parts of a stretch outside the gaps, which stand in order."""
    for begins, ends in gaps:
        if begins <= ends and begins <= last and ends >= first:
            if first < begins:
                yield first, begins - 1
            first = ends + 1
    if first <= last:
        yield first, last


def _versions(
    versions: Sequence[Scheme], events: Sequence[_Event], start: int
) -> Iterator[Scheme]:
    """The dated versions that history and policies make of one tier."""
    for first, last, values, _ in _segments(versions, events, start):
        row = dataclasses.replace(
            versions[0], **values, valid_from=None if first < 0 else first,
            valid_to=None if last >= NEVER else last,
        )
        row = dataclasses.replace(row, imputed=_imputed(row, versions))
        faults = scheme_faults(row)
        if faults:
            raise _contradiction(faults, row, events, last)
        yield row


def _contradiction(
    faults: Sequence[str], row: Scheme, events: Sequence[_Event], last: int
) -> InputError:
    """What policies together leave of a scheme cannot stand: every one that had a part is named."""
    names = {name for sentence in faults for name in ("points", "points_min", "allocation")
             if name in sentence}  # fmt: skip
    guilty = [
        event for event in events
        if event.order and event.month <= last and names & event.values.keys()
    ]
    files = list(dict.fromkeys(event.file for event in guilty if event.file))
    policies = list(dict.fromkeys(event.why for event in guilty))
    tier = "" if row.tier == "main" else f", tier {row.tier}"
    return InputError(
        f"{'; '.join(faults)} (left so by {'; '.join(policies)})",
        file=", ".join(files) or None, key=f"scheme {row.id}{tier}",
        allowed="set or remove points, points_min and allocation together",
    )


def _imputed(row: Scheme, versions: Sequence[Scheme]) -> tuple[str, ...]:
    """Which values are assumed: those of the version of history that held them."""
    return _version(versions, row.valid_from or 0).imputed


def _version(versions: Sequence[Scheme], month: int) -> Scheme:
    """The version of history that was the last to begin by a month; the first before all."""
    begun = [version for version in versions if (version.valid_from or 0) <= month]
    return begun[-1] if begun else versions[0]


def _differences(
    versions: Sequence[Scheme], policies: Sequence[Policy], start: int, until: int
) -> Iterator[tuple[int, str, Any, Any, str]]:
    """Month, field, before, after and reason of every change of one tier within a run."""
    events = _events(versions, policies)
    before, was_open = _history(versions).values, None
    states = [state for state, _ in _states(versions, events, start)]
    segments = _segments(versions, events, start)
    for segment in segments:
        first, values = segment.first, segment.values
        if start <= first <= until:
            source = _version(versions, first).source or ""
            if was_open != first - 1:
                yield first, "open", False, True, _moved(segment.whys, "valid_from", first, source)
            for name in CONTENT:
                if values[name] != before[name] and name not in ("source", "title"):
                    why = segment.whys.get(name, (first, source))[1]
                    yield first, name, before[name], values[name], why
        before, was_open = values, segment.last
        end = segment.last + 1
        if start <= end <= until and not any(other.first == end for other in segments):
            source = _version(versions, segment.last).source or ""
            whys = [state.whys for state in states if state.since <= end][-1]
            yield end, "open", True, False, _moved(whys, "valid_to", end, source)


def _moved(whys: Mapping[str, tuple[int, str]], span: str, month: int, source: str) -> str:
    """Why a tier opens or closes in a month: an end that was moved then, or else one moved before.

    Parameters
    ----------
    span
        The end of the scheme that is met in this month unless one is moved in it.
    source
        What history says, for an end that nobody moved.
    """
    now = [why for since, why in (whys[name] for name in SPAN if name in whys) if since == month]
    return now[-1] if now else whys.get(span, (month, source))[1]


# Levers ---------------------------------------------------------------------------------------


def lever_changes(
    history: Sequence[Change], policies: Sequence[Policy], start: int,
    still: Held = MappingProxyType({}),
) -> list[LeverChange]:
    """Every change of a country lever in the order in which it takes effect.

    ``still`` holds countries where history stands still, each with the first month without it.
    """
    dated = [
        (change.month, 0, change) for change in history
        if change.month < still.get(change.country, NEVER)
    ]
    for order, policy in enumerate(policies, start=1):
        dated += [(change.month, order, change) for change in policy.changes if not change.scheme]
    held = set[tuple[str, str, str]]()
    found: list[LeverChange] = []
    for month, order, change in sorted(dated, key=lambda entry: entry[:2]):
        values: dict[str, Any] = dict(change.set)
        values |= {name: math.nan for name in change.remove}
        for lever, value in values.items():
            parts = value if isinstance(value, dict) else {"": value}
            here = {part: (change.country, lever, part) for part in parts}
            if order:
                held |= set(here.values()) if change.hold else set()
            elif held & set(here.values()):
                # by field a policy may hold some fields and leave the others to history
                kept = {part: parts[part] for part in parts if here[part] not in held}
                if not kept:
                    continue
                value = kept
            found.append(
                LeverChange(max(month, start), change.country, lever, value, change.why)
            )
    return found


@dataclasses.dataclass(frozen=True)
class Timeline:
    """All of it together: the versions of every scheme, and the dated changes of levers."""

    policies: tuple[Policy, ...]
    start: int
    schemes: tuple[Scheme, ...]
    levers: tuple[LeverChange, ...]
    held: tuple[tuple[str, int], ...] = ()
    """Countries where history stands still, each with the first month without it."""

    @classmethod
    def of(
        cls, policies: Sequence[Policy], start: int, kept: Sequence[Scheme] | None = None,
        held: Held = MappingProxyType({}),
    ) -> Timeline:
        """History from the data, with some policies from ``start`` on.

        Parameters
        ----------
        kept
            Scheme rows that keep their numbers, as in :func:`scheme_rows`.
        held
            Countries where history stands still, each with the first month without it.
        """
        return cls(
            tuple(policies), start, scheme_rows(tables.schemes(), policies, start, kept, held),
            tuple(lever_changes(tables.reforms(), policies, start, held)),
            tuple(sorted(held.items())),
        )

    def with_policies(self, added: Sequence[Policy], held: Held = MappingProxyType({})) -> Timeline:
        """The same history with further policies, and standing still in further countries.

        Scheme rows keep their numbers.
        """
        return Timeline.of(
            (*self.policies, *added), self.start, self.schemes, {**held, **dict(self.held)}
        )

    def _history(self) -> list[Scheme]:
        return held_back(tables.schemes(), dict(self.held))

    def check(self, policy: Policy) -> None:
        """Whether a further policy leaves every scheme in a state that can stand.

        Raises
        ------
        InputError
            Conditions of a scheme contradict each other.
        """
        touched = {change.scheme for change in policy.changes}
        shipped = [scheme for scheme in self._history() if scheme.id in touched]
        policies = (*self.policies, policy)
        for versions in _tiers(shipped, policies, self.start).values():
            for _ in _versions(versions, _events(versions, policies), self.start):
                pass

    def rules(self, index: dict[str, int]) -> Rules:
        """The schemes as arrays; ``index`` gives the row of each country."""
        known = seasons(self._history(), self.policies, self.start)
        return Rules.of(self.schemes, index, known)

    def in_month(self, month: int) -> list[LeverChange]:
        """Levers that change in a month."""
        return [change for change in self.levers if change.month == month]

    def ledger(self, data: tables.Tables, until: int) -> pd.DataFrame:
        """What changed up to a month: month, country, lever, before, after, why; values as JSON.

        What stays as it was is left out.
        """
        rows = scheme_ledger(self._history(), self.policies, self.start, until)
        levers = CountryLevers.opening(data)
        for change in self.levers:
            if change.month <= until:
                lever, country = LEVERS_BY_NAME[change.lever], data.index[change.country]
                before = lever_text(lever, levers.at(change.lever, country))
                levers.set(change.lever, country, change.value)
                after = lever_text(lever, levers.at(change.lever, country))
                if before != after:
                    rows.append(LedgerRow(
                        change.month, change.country, change.lever, before, after, change.why
                    ))
        rows += self._deals_left_out(until)
        return pd.DataFrame(
            [
                (month_text(row.month), row.country, row.lever, _json(row.before),
                 _json(row.after), row.why)
                for row in sorted(rows, key=lambda row: (row.month, row.country, row.lever))
            ],
            columns=["month", "country", "lever", "before", "after", "why"],
        )

    def _deals_left_out(self, until: int) -> list[LedgerRow]:
        """Recorded deals that policies leave out: their form before, nothing after."""
        return [
            LedgerRow(
                one.deal.month, one.deal.target_country, f"deal {one.name}", one.deal.form, None,
                f"{policy.name}: {policy.title}",
            )
            for policy in self.policies for one in left_out(policy.without_deals)
            if self.start <= one.deal.month <= until
        ]


def _json(value: Any) -> str:
    return json.dumps(dict(value) if isinstance(value, Mapping) else value, ensure_ascii=False)
