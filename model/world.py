"""The world: the populations side by side, the accounts, and what one month hands to the next."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.chance import decision_key, normal
from agents.declare import column
from agents.employers import CENTS, MONTHS, Employers, monthly_cents
from agents.levers import FIELDS
from agents.populations import Population, Rows
from agents.researchers import EFFECT_UNIT, NEVER, Researchers, Status
from agents.ventures import Ventures
from model.appropriations import Appropriations
from model.chunks import CHUNK
from model.country_levers import CountryLevers
from model.deal_book import DealBook
from model.enrolment import Enrolment
from model.firm_plans import FirmPlans
from model.prospects import Prospects
from model.rules import Rules
from model.tables import Tables
from model.tally import tally, tally_groups, tally_moves, tally_teams, weighed
from model.venture_market import VentureMarket

I64 = NDArray[np.int64]
F64 = NDArray[np.float64]
GROUPS = ("all", "top10", "top1", *FIELDS)


@dataclasses.dataclass(init=False, eq=False, repr=False)
class Cases(Population):
    """Visa applications that were given a place and wait for the decision."""

    person: NDArray[np.int64] = column(np.int64, unit="id", meaning="who applies")
    employer: NDArray[np.int32] = column(
        np.int32, unit="employer row", meaning="who hires; -1: comes to look for a job"
    )
    scheme: NDArray[np.int16] = column(np.int16, unit="scheme row", meaning="applied for")
    pay: NDArray[np.float32] = column(np.float32, unit="USD a year", meaning="pay agreed")
    effect: NDArray[np.int32] = column(np.int32, unit="1/4096", meaning="effect in the team")
    fit: NDArray[np.float32] = column(np.float32, unit="s.d.", meaning="fit with the employer")
    inside: NDArray[np.bool_] = column(np.bool_, unit="", meaning="already works in the country")
    by_referral: NDArray[np.bool_] = column(np.bool_, unit="", meaning="hired through a tie")
    decides: NDArray[np.int16] = column(np.int16, unit="month", meaning="decision due")

    @property
    def hold_posts(self) -> NDArray[np.bool_]:
        """Which cases keep a post and its pay: not those inside, nor those who come to look."""
        return np.asarray((self.employer >= 0) & ~self.inside)


@dataclasses.dataclass
class Counters:
    """What happened since the counters were last read; arrays over countries or scheme rows."""

    flows: I64
    """Movers in agents, shape (group, origin, destination)."""
    entrants: I64
    """Entrants in agents, shape (group, country of study)."""
    departures: I64
    """Moves of people who were born where they lived, by origin."""
    returns: I64
    """Moves of the foreign-born to the country of birth, by origin."""
    homecomings: I64
    """The same moves by destination."""
    job_changes: I64
    """Changes of employer without a spell out of work, by country of the job left."""
    leavers: I64
    """People who left the profession, in agents, shape (group, country)."""
    founded: I64
    """Startups founded, by country, in rows."""
    failed: I64
    """Startups that failed."""
    bought: I64
    """Startups that were bought, or hollowed out by a deal."""
    funded: I64
    """Rounds that investors paid."""
    raised: I64
    """Money that investors put into startups, in cents, at the scale of the model."""
    measures: I64
    """Public money for measures beyond the opening, but for research and taxes, in cents."""
    applications: I64
    grants: I64
    refusals: I64
    withdrawn: I64
    places: I64
    """Places won by AI applicants."""
    firm_moves: int = 0
    """Moves between the countries of one firm."""
    placed_abroad: int = 0
    """People who took a place in a laboratory abroad when a visa scheme refused them."""
    job_starts: int = 0
    """Jobs begun."""
    referred_hires: int = 0
    """Of those, jobs that people heard of through a tie."""

    @classmethod
    def empty(cls, countries: int, schemes: int) -> Counters:
        """All zero."""
        def zeros(*shape: int) -> I64:
            return np.zeros(shape, dtype=np.int64)

        return cls(
            flows=zeros(len(GROUPS), countries, countries),
            entrants=zeros(len(GROUPS), countries), departures=zeros(countries),
            returns=zeros(countries), homecomings=zeros(countries),
            job_changes=zeros(countries),
            leavers=zeros(len(GROUPS), countries), founded=zeros(countries),
            failed=zeros(countries), bought=zeros(countries),
            funded=zeros(countries), raised=zeros(countries), measures=zeros(countries),
            applications=zeros(schemes), grants=zeros(schemes),
            refusals=zeros(schemes), withdrawn=zeros(schemes), places=zeros(schemes),
        )

    @property
    def graduates(self) -> I64:
        """Entrants of all groups by country of study."""
        return np.asarray(self.entrants[0])

    @property
    def exits(self) -> I64:
        """People of all groups who left the profession, by country."""
        return np.asarray(self.leavers[0])

    @property
    def job_moves(self) -> int:
        """Changes of employer in the world."""
        return int(self.job_changes.sum())

    def add(self, other: Counters) -> None:
        """Add the counts of another period, in place."""
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            value += getattr(other, field.name)
            setattr(self, field.name, value)


@dataclasses.dataclass
class Accounts:
    """Who holds the money that employers do not: whole cents; all accounts together stay zero."""

    households: I64
    governments: I64
    customers: int = 0
    suppliers: int = 0
    """Those who rent out computing."""
    owners: int = 0
    investors: int = 0
    """Those who fund startups."""
    trust: int = 0
    """What is held for deals under review and for people whom they moved."""

    def total(self, employers: Employers) -> int:
        """Money in all accounts, in cents."""
        held = int(self.households.sum()) + int(self.governments.sum()) + int(employers.cash.sum())
        return held + self.customers + self.suppliers + self.owners + self.investors + self.trust


@dataclasses.dataclass
class World:
    """Everything that a month reads and writes."""

    seed: int
    month: int
    persons_per_agent: float
    tables: Tables
    rules: Rules
    levers: CountryLevers
    researchers: Researchers
    employers: Employers
    ventures: Ventures
    venture_market: VentureMarket
    book: DealBook
    plans: FirmPlans
    cases: Cases
    accounts: Accounts
    counters: Counters
    compatriots: I64
    """Agents by (country of birth, country of residence)."""
    jobless: I64
    """Agents without work by country."""
    fields: I64
    """Agents by (country, field)."""
    odds: F64
    """Last published chance of each scheme row."""
    quota_drawn: F64
    """Places opened so far by quota group, in persons."""
    quota_left: I64
    """Places of this calendar year not yet given, in agents, by quota group."""
    enrolment: Enrolment
    """Public measures of study in the past."""
    appropriations: Appropriations
    """Public money of the year for grants and subsidies."""
    prospects: Prospects
    """Pay and departures of the past, for those who choose what to study."""
    subsidised: F64
    """Share of a subsidy of adoption cumulated over years, by country."""
    ability_cuts: tuple[float, float] = (np.inf, np.inf)
    """Ability from which one counts to the top 10 and the top 1 per cent."""
    start: int = 0
    """First month of the run; burn-in lies before it."""
    replace_exits: bool = False
    firms_act: bool = False
    """Whether startups are founded, funded and fail, and firms make deals."""
    """Whether as many people enter as left (burn-in and the still economy)."""
    open_to_all: bool = False
    """Whether nobody needs a visa anywhere."""
    frozen_rules: int | None = None
    """The month whose rules are in force throughout, or None."""
    last_entrants: NDArray[np.int32] = dataclasses.field(
        default_factory=lambda: np.zeros((0, 0), dtype=np.int32)
    )
    """Numbers of the newest entrants by country of study, the newest first; -1: none."""
    last_exits: I64 = dataclasses.field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    agreed_price: F64 = dataclasses.field(default_factory=lambda: np.zeros(0))
    """Going pay of one unit of effect by country, USD a year, where nobody works yet."""
    chunk: int = CHUNK
    """Rows handled at a time where a process may be cut into pieces."""
    _open: I64 = dataclasses.field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    _open_months: tuple[int, int] = (0, -1)
    """First and last month for which it holds."""

    @property
    def firms_rest(self) -> bool:
        """Whether startups stay as they are and firms make no deals."""
        return self.replace_exits or not self.firms_act

    @property
    def countries(self) -> int:
        """Number of countries, the rest of the world included."""
        return len(self.tables.countries)

    def key(self, decision: str, month: int | None = None) -> int:
        """The key of a decision in this month (or in none: ``month=0``)."""
        return decision_key(self.seed, decision, self.month if month is None else month)

    @property
    def rules_month(self) -> int:
        """The month whose visa rules are in force now."""
        return self.month if self.frozen_rules is None else self.frozen_rules

    def stock(self) -> I64:
        """Agents by country of residence."""
        return np.asarray(self.compatriots.sum(axis=0))

    def open_countries(self) -> NDArray[np.int64]:
        """For each country a mask of the citizenships that may live and work there freely."""
        if not self._open_months[0] <= self.rules_month <= self._open_months[1]:
            until = self.tables.free_until
            free = until >= self.rules_month
            # areas only end: the same countries are open until the next end
            self._open_months = (self.rules_month, int(until[free].min(initial=NEVER)))
            free = free | self.open_to_all
            np.fill_diagonal(free, True)
            bits = np.int64(1) << np.arange(self.countries, dtype=np.int64)
            self._open = np.asarray((free * bits[:, None]).sum(axis=0))
        return self._open

    def age_years(self, rows: Rows) -> F64:
        """Age of some people."""
        return (self.month - self.researchers.birth_month[rows].astype(np.float64)) / MONTHS

    def work_by_field(self) -> F64:
        """Work of the people employed, in agents, shape (countries, fields)."""
        employers = self.employers
        return weighed(self.countries, employers.country, employers.heads, employers.mix)

    def demand_by_field(self) -> F64:
        """Share of each field in the work of the people employed, shape (countries, fields)."""
        demand = self.work_by_field()
        total = demand.sum(axis=1, keepdims=True)
        return np.asarray(demand / np.where(total > 0, total, 1.0))

    def price(self) -> F64:
        """Going pay of one unit of effect by country, USD a year: pay bill over effect."""
        countries = self.employers.country.astype(np.int64)
        paid = np.bincount(countries, self.employers.payroll, self.countries)
        effect = np.bincount(countries, self.employers.effect, self.countries)
        worked = effect > 0
        price = self.agreed_price.copy()
        price[worked] = paid[worked] * (MONTHS / 100) / (effect[worked] / EFFECT_UNIT)
        return price

    def fit(self, rows: Rows, employer: Any) -> F64:
        """Fit of people with employers, standard normal, for good; one for a firm everywhere."""
        employers = self.employers
        return normal(
            self.key("fit", 0), self.researchers.key[rows], employers.key[employers.firm[employer]]
        )

    # verbs that keep the sums of employers and countries true -----------------------------

    def take_job(
        self, rows: Rows, employer: Any, pay: Any, effect: Any, fit: Any, by_deal: bool = False,
        by_referral: Any = False,
    ) -> None:
        """Give people without work a job; the employer's sums follow."""
        people = self.researchers
        people.employer[rows] = employer
        people.pay[rows] = pay
        people.effect[rows] = effect
        people.fit[rows] = fit
        people.hired[rows] = self.month
        people.by_deal[rows] = by_deal
        people.by_referral[rows] = by_referral
        self._count_in_teams(rows, 1)
        np.subtract.at(self.jobless, people.country[rows], 1)

    def _count_in_teams(self, rows: Rows, by: int) -> None:
        """Count people into the sums of their employers, or out of them."""
        people, employers = self.researchers, self.employers
        tally_teams(
            rows, by, people.employer, people.effect, people.pay, employers.heads,
            employers.effect, employers.payroll, CENTS / MONTHS,
        )

    def leave_job(self, rows: Rows) -> None:
        """End the jobs of some people who have one."""
        if rows.size == 0:
            return
        people = self.researchers
        self._count_in_teams(rows, -1)
        people.employer[rows] = -1
        people.pay[rows] = 0.0
        people.effect[rows] = 0
        people.fit[rows] = 0.0
        people.job_ends[rows] = NEVER
        np.add.at(self.jobless, people.country[rows], 1)

    def raise_pay(self, rows: Rows, pay: Any) -> None:
        """Change the pay of people who stay."""
        people, employers = self.researchers, self.employers
        before = monthly_cents(people.pay[rows])
        people.pay[rows] = pay
        change = monthly_cents(people.pay[rows]) - before
        np.add.at(employers.payroll, people.employer[rows], change)

    def remove_people(self, rows: Rows) -> None:
        """Take people out of the world and out of every sum."""
        if rows.size == 0:
            return
        people = self.researchers
        self.leave_job(rows[people.employer[rows] >= 0])
        country, born = people.country[rows].astype(np.int64), people.birth_country[rows]
        tally(self.compatriots, born, country, by=-1)
        tally(self.jobless, country, by=-1)
        tally(self.fields, country, people.field[rows], by=-1)
        people.remove(rows)

    def relocate(self, rows: Rows, destination: Any) -> None:
        """Bring jobless people to another country; status is the visa office's to set."""
        if rows.size == 0:
            return
        people = self.researchers
        origin = people.country[rows].astype(np.int64)
        target = np.zeros_like(origin) + destination
        tally_moves(
            people.birth_country[rows], people.field[rows], origin, target,
            (self.compatriots, self.jobless, self.fields),
            (self.counters.departures, self.counters.returns, self.counters.homecomings),
        )
        self._count_groups(self.counters.flows, rows, origin, target)
        people.country[rows] = target
        people.arrived[rows] = self.month
        people.status[rows] = Status.CITIZEN
        people.scheme[rows] = -1
        people.status_since[rows] = self.month
        people.status_until[rows] = NEVER

    def count_entrants(self, rows: Rows) -> None:
        """Count new people by group at the country of study."""
        study = self.researchers.study_country[rows].astype(np.int64)
        self._count_groups(self.counters.entrants, rows, study)

    def count_leavers(self, rows: Rows) -> None:
        """Count people who leave the profession by group at the country where they live."""
        country = self.researchers.country[rows].astype(np.int64)
        self._count_groups(self.counters.leavers, rows, country)

    def _count_groups(self, counts: I64, rows: Rows, *places: I64) -> None:
        """Count people for everybody, for the ablest by global cuts, and by field."""
        people = self.researchers
        tally_groups(counts, people.ability[rows], self.ability_cuts, people.field[rows], *places)
