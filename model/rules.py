"""The visa rules in force: every scheme as a row of arrays, grouped by country."""

from __future__ import annotations

import bisect
import dataclasses
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.chance import name_key
from agents.levers import EMPLOYER_KINDS, FIELDS, Scheme
from agents.points import DEGREES, PointsTables
from agents.researchers import NEVER, UNRANKED
from model.conditions import (
    Applicants,
    Bools,
    Conditions,
    Menu,
    counted_by_points,
    meets,
    open_to,
)

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
BAND_ENDS = np.array([100, 500])
"""Last rank of each band of universities but the unranked."""
ALLOCATIONS = ("first_come", "lottery", "by_pay", "by_points", "weighted_lottery")


class Season(NamedTuple):
    """For how many months of a year, at most 12, a tier is open, as it is known from a month on."""

    since: int
    months: int


def _numbers(schemes: Sequence[Scheme], name: str, absent: float) -> F64:
    values = [getattr(scheme, name) for scheme in schemes]
    return np.array([absent if value is None else float(value) for value in values])


def _cents(schemes: Sequence[Scheme], name: str) -> I64:
    return np.rint(_numbers(schemes, name, 0.0) * 100).astype(np.int64)


def _spans(schemes: Sequence[Scheme], groups: dict[tuple[str, str], int]) -> F64:
    """Months of a year in which each quota is open, where nothing but its rows is known."""
    first = np.full(len(groups), NEVER, dtype=np.float64)
    last = np.full(len(groups), -1.0)
    start, end = _numbers(schemes, "valid_from", -1), _numbers(schemes, "valid_to", NEVER)
    for scheme, begins, ends in zip(schemes, start, end, strict=True):
        group = groups[scheme.id, scheme.tier]
        if begins <= ends:  # a version that history or a policy passed over counts for nothing
            first[group], last[group] = min(first[group], begins), max(last[group], ends)
    return np.clip(last - first + 1, 1, 12)


def _truths(schemes: Sequence[Scheme], name: str) -> Bools:
    return np.array([bool(getattr(scheme, name)) for scheme in schemes])


@dataclasses.dataclass
class Rules:
    """Visa schemes as arrays, one entry a tier and dated version; absent limits are infinite."""

    schemes: tuple[Scheme, ...]
    country: I64
    valid_from: I64
    valid_to: I64
    degree_min: F64
    rank_max: F64
    experience_min: F64
    age_max: F64
    since_degree_max: F64
    residence_min: F64
    """Above 0 the scheme is only for who lives in the country already."""
    min_pay: F64
    points_min: F64
    points: PointsTables
    fields: Bools
    fee_cents: I64
    fee_abroad_cents: I64
    """What a hire from abroad costs beyond that."""
    employer_pays: Bools
    places: F64
    outside: F64
    allocation: I64
    exempt: Bools
    needs_job_offer: Bools
    sponsored: Bools
    """Whether the status hangs on the job."""
    processing: I64
    stay: F64
    grace: I64
    partner_may_work: Bools
    household_help: Bools
    years_to_permanence: F64
    graduate_stay: F64
    relief_rate: F64
    relief_years: F64
    order: I64
    """Place of each row among all by slug, tier and first month, however the rows are numbered."""
    route_group: I64
    """Rows that share one quota: the dated versions of one tier."""
    group_key: NDArray[np.uint64]
    """What the luck of each quota belongs to."""
    open_months: F64
    """Months of a year over which each quota spreads its places; fewer than 12 if short-lived."""
    later_open_months: tuple[tuple[int, int, int], ...] = ()
    """What becomes of that: month, quota and months of a year from then on."""
    _menus: dict[tuple[int, str], Menu] = dataclasses.field(default_factory=dict)
    _graduate: dict[int, I64] = dataclasses.field(default_factory=dict)
    _changes: list[int] | None = None

    @classmethod
    def of(
        cls, schemes: Sequence[Scheme], index: dict[str, int],
        known: Mapping[tuple[str, str], Sequence[Season]] | None = None,
    ) -> Rules:
        """Arrays of some schemes; ``index`` gives the row of each country.

        Parameters
        ----------
        known
            For how many months of a year each tier is open as it is known from month to month, by
            slug and tier; by default what the rows say, known from the first month on.
        """
        chosen = tuple(scheme for scheme in schemes if scheme.country in index)
        # in the order of first rows: rows and groups that come later change no number
        names = dict.fromkeys((scheme.id, scheme.tier) for scheme in chosen)
        groups = {name: number for number, name in enumerate(names)}
        begins = _numbers(chosen, "valid_from", -1)
        sorting = sorted(
            range(len(chosen)), key=lambda row: (chosen[row].id, chosen[row].tier, begins[row])
        )
        shortage = [set(scheme.fields or FIELDS) for scheme in chosen]
        open_months, later = _spans(chosen, groups), list[tuple[int, int, int]]()
        for name, seasons in (known or {}).items():
            if name in groups:
                open_months[groups[name]] = seasons[0].months
                later += [(then.since, groups[name], then.months) for then in seasons[1:]]
        return cls(
            schemes=chosen,
            country=np.array([index[scheme.country] for scheme in chosen], dtype=np.int64),
            valid_from=_numbers(chosen, "valid_from", -1).astype(np.int64),
            valid_to=_numbers(chosen, "valid_to", NEVER).astype(np.int64),
            degree_min=np.array(
                [DEGREES.index(s.degree_min) if s.degree_min else -1 for s in chosen], dtype=float
            ),
            rank_max=_numbers(chosen, "university_rank_max", UNRANKED),
            experience_min=_numbers(chosen, "experience_years_min", 0.0),
            age_max=_numbers(chosen, "age_max", np.inf),
            since_degree_max=_numbers(chosen, "years_since_degree_max", np.inf),
            residence_min=_numbers(chosen, "residence_years_min", 0.0),
            min_pay=_numbers(chosen, "min_pay_usd", 0.0),
            points_min=_numbers(chosen, "points_min", -1.0),
            points=PointsTables([scheme.points or {} for scheme in chosen]),
            fields=np.array([[name in names for name in FIELDS] for names in shortage]),
            fee_cents=_cents(chosen, "fee_usd"),
            fee_abroad_cents=_cents(chosen, "fee_abroad_usd"),
            employer_pays=np.array([s.fee_paid_by != "applicant" for s in chosen]),
            places=_numbers(chosen, "places_per_year", np.inf),
            outside=_numbers(chosen, "outside_applicants_per_year", 0.0),
            allocation=np.array(
                [ALLOCATIONS.index(s.allocation or "first_come") for s in chosen], dtype=np.int64
            ),
            exempt=np.array(
                [[kind in (s.exempt_employers or ()) for kind in EMPLOYER_KINDS] for s in chosen]
            ),
            # where nothing is said a job is needed, as under ordinary work permits
            needs_job_offer=np.array([s.job_offer_required is not False for s in chosen]),
            sponsored=np.array([s.sponsor_required is not False for s in chosen]),
            processing=np.rint(_numbers(chosen, "processing_months", 0.0)).astype(np.int64),
            stay=_numbers(chosen, "stay_months", np.inf),
            grace=np.rint(_numbers(chosen, "grace_months", -1.0)).astype(np.int64),
            partner_may_work=_truths(chosen, "partner_may_work"),
            household_help=_truths(chosen, "household_help"),
            years_to_permanence=_numbers(chosen, "years_to_permanence", np.inf),
            graduate_stay=_numbers(chosen, "graduate_stay_months", np.nan),
            relief_rate=_numbers(chosen, "tax_relief_rate", 0.0),
            relief_years=_numbers(chosen, "tax_relief_years", 0.0),
            order=np.argsort(np.array(sorting, dtype=np.int64), kind="stable"),
            group_key=np.array([name_key("/".join(name)) for name in names], dtype=np.uint64),
            route_group=np.array([groups[s.id, s.tier] for s in chosen], dtype=np.int64),
            open_months=open_months,
            later_open_months=tuple(sorted(later)),
        )

    def spread_over(self, month: int) -> F64:
        """Months of a year over which each quota spreads its places, as it is known in a month.

        What a policy changes later is not known yet.
        """
        months = self.open_months
        for since, group, number in self.later_open_months:
            if since <= month:
                months = months.copy()
                months[group] = number
        return months

    def copy(self) -> Rules:
        """The same rules, sharing no array."""
        arrays = {
            field.name: getattr(self, field.name).copy() for field in dataclasses.fields(self)
            if isinstance(getattr(self, field.name), np.ndarray)
        }
        twin = dataclasses.replace(self, **arrays, _menus={}, _graduate={})
        twin.changed()
        return twin

    def changed(self) -> None:
        """Forget what was derived from the arrays; to be called after altering one."""
        self._menus.clear()
        self._graduate.clear()
        self._changes = None

    def in_force(self, month: int) -> Bools:
        """Which rows may be applied for in a month."""
        return (self.valid_from <= month) & (month <= self.valid_to)

    def slugs_in_force(self, country: int, month: int) -> list[str]:
        """Slugs of one country's schemes that may be applied for in a month."""
        rows = np.flatnonzero(self.in_force(month) & (self.country == country))
        return sorted({self.schemes[row].id for row in rows})

    def for_work(self, month: int, inside: bool) -> Bools:
        """Rows that open a job in a month: to people from abroad, or to graduates inside."""
        open_route = np.isnan(self.graduate_stay)
        if inside:
            # a graduate scheme leads on where it counts towards permanence
            open_route = open_route | np.isfinite(self.years_to_permanence)
        else:
            open_route = open_route & (self.residence_min <= 0)
        return self.in_force(month) & open_route

    def for_residents(self, month: int) -> Bools:
        """Rows in force to which one may only change after some years in the country."""
        return self.for_work(month, inside=True) & (self.residence_min > 0)

    def to_look(self, month: int) -> I64:
        """Rows under which one may come in a month without a job, to look for one."""
        return np.flatnonzero(self.for_work(month, inside=False) & ~self.needs_job_offer)

    def menu(self, month: int, inside: bool, countries: int) -> Menu:
        """The schemes for work in force, listed by country."""
        key = (self._epoch(month), "inside" if inside else "abroad")
        if key not in self._menus:
            rows = np.flatnonzero(self.for_work(month, inside))
            self._menus[key] = self._listed(rows, countries)
        return self._menus[key]

    def resident_menu(self, month: int, countries: int) -> Menu:
        """The schemes in force to which residents may change, listed by country."""
        key = (self._epoch(month), "residents")
        if key not in self._menus:
            self._menus[key] = self._listed(np.flatnonzero(self.for_residents(month)), countries)
        return self._menus[key]

    def look_menu(self, month: int, countries: int) -> Menu:
        """The schemes in force under which one may come to look for a job, listed by country."""
        key = (self._epoch(month), "look")
        if key not in self._menus:
            self._menus[key] = self._listed(self.to_look(month), countries)
        return self._menus[key]

    def _listed(self, rows: I64, countries: int) -> Menu:
        rows = rows[np.lexsort((self.order[rows], self.country[rows]))]
        number = np.bincount(self.country[rows], minlength=countries)
        return Menu(rows, np.cumsum(number) - number, number)

    def graduate_rows(self, month: int, countries: int) -> I64:
        """The longest graduate stay in force by (country, degree); -1 where there is none."""
        epoch = self._epoch(month)
        if epoch not in self._graduate:
            self._graduate[epoch] = self._longest_stay(month, countries)
        return self._graduate[epoch]

    def _epoch(self, month: int) -> int:
        """A number that changes only when a scheme opens or closes."""
        if self._changes is None:
            self._changes = sorted({*self.valid_from.tolist(), *(self.valid_to + 1).tolist()})
        return bisect.bisect_right(self._changes, month)

    def _longest_stay(self, month: int, countries: int) -> I64:
        best = np.full((countries, len(DEGREES)), -1, dtype=np.int64)
        rows = np.flatnonzero(self.in_force(month) & (self.graduate_stay > 0))
        # written in the order of length, the first of equals last, so that it stands in the end
        rows = rows[np.lexsort((-self.order[rows], self.graduate_stay[rows]))]
        for degree in range(len(DEGREES)):
            enough = rows[self.degree_min[rows] <= degree]
            best[self.country[enough], degree] = enough
        return best

    def admits(self, rows: I64, people: Applicants) -> Bools:
        """Whether each person meets the conditions of the scheme beside it.

        Parameters
        ----------
        rows
            Scheme rows, one for each entry of ``people``.
        """
        fits = meets(rows, people, self._conditions())
        here = np.flatnonzero(fits & (self.points_min[rows] >= 0))
        if here.size == 0:
            return np.asarray(fits)
        gained = self.gained(rows[here], people, here)
        fits[here] = gained >= self.points_min[rows[here]]
        return np.asarray(fits)

    def open_to(
        self, menu: Menu, country: I64, people: Applicants, years_lived: F64
    ) -> tuple[I64, I64]:
        """The schemes on a menu under which people may come to a country, or stay there.

        Returns
        -------
        Positions of people in ascending order, and a scheme row beside each.
        """
        who, rows = open_to(menu, country, people, years_lived, self._conditions())
        pointed = np.flatnonzero(self.points_min[rows] >= 0)
        if pointed.size == 0:
            return who, rows
        gained = self.gained(rows[pointed], people, who[pointed])
        enough = np.ones(rows.size, dtype=bool)
        enough[pointed] = gained >= self.points_min[rows[pointed]]
        return who[enough], rows[enough]

    def _conditions(self) -> Conditions:
        """What applicants have to meet, as compiled functions ask for it."""
        return Conditions(
            self.degree_min, self.rank_max, self.experience_min, self.age_max,
            self.since_degree_max, self.residence_min, self.min_pay, self.points_min, self.fields,
        )

    def gained(self, rows: I64, people: Applicants, who: I64 | None = None) -> F64:
        """Points of some people, job offer in hand, under the table of the scheme beside each.

        Parameters
        ----------
        rows, who
            Scheme rows, and positions in ``people`` beside them; by default one after the other.
        """
        who = np.arange(rows.size) if who is None else who
        degree, band, age, years, pay, short = counted_by_points(
            rows, who, people, self.fields, BAND_ENDS
        )
        return self.points.gained(
            rows, degree, band, age, years, pay, short, np.ones(rows.size, dtype=bool)
        )
