"""The opening: a world built from data, burnt in, and brought back to the stocks of the data."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np

from agents.chance import decision_key, draw, name_key, normal, round_by_luck, uniform
from agents.declare import parameter
from agents.employers import (
    MONTHS,
    EmployerKind,
    Employers,
    WorthParameters,
    effect_of,
    monthly_cents,
)
from agents.levers import FIELDS
from agents.populations import Rows
from agents.researchers import EFFECT_UNIT, NEVER, Researchers, Status
from model.month.accounts import produce
from model.month.bidding import APPLIED, PUBLIC_DEGREE
from model.month.education import EducationParameters
from model.month.exits import ExitParameters, schedule_job_ends, start_grace
from model.month.posts import PostParameters
from model.month.routes import RightsParameters
from model.month.search import SearchParameters, schedule_search
from model.month.visas import next_event, withdraw
from model.people import PeopleParameters, born_with, leaving_month
from model.rules import Rules
from model.tables import Tables
from model.world import F64, I64, Accounts, Cases, Counters, World

BIG_TECH, STARTUP = EmployerKind.BIG_TECH, EmployerKind.STARTUP
PUBLIC, INDUSTRY = EmployerKind.PUBLIC_RESEARCH, EmployerKind.INDUSTRY


@dataclasses.dataclass(frozen=True)
class OpeningParameters:
    """How people and employers stand before the first month."""

    burn_in_months: float = parameter(
        24.0, unit="months", low=0.0, high=120.0, kind="constant",
        source="long enough for the drift of a still economy to fall below 1 % a year",
        meaning="months lived before the opening, with entrants equal to exits",
    )
    jobless_share: float = parameter(
        0.03, unit="share", low=0.0, high=0.3, kind="uncertainty",
        source="assumption; unemployment with advanced education in most of the countries",
        meaning="people out of work before the burn-in",
    )
    startup_team: float = parameter(
        6.0, unit="persons", low=2.0, high=30.0, kind="uncertainty", source="assumption",
        meaning="mean AI staff of a startup",
    )
    startup_pay: float = parameter(
        1.05, unit="1", low=0.5, high=2.0, kind="uncertainty", source="assumption",
        meaning="pay of startups for equal work, equity included, relative to industry",
    )
    public_pay: float = parameter(
        0.85, unit="1", low=0.3, high=1.5, kind="uncertainty",
        source="assumption; sign and size of the gap from Akcigit et al. 2026",
        meaning="pay scale of public research relative to the country's mean AI pay",
    )
    industry_environment: float = parameter(
        0.6, unit="1", low=0.2, high=1.5, kind="uncertainty", source="assumption",
        meaning="research environment in domestic industry relative to public research",
    )
    startup_environment: float = parameter(
        0.8, unit="1", low=0.2, high=1.5, kind="uncertainty", source="assumption",
        meaning="research environment in startups relative to public research",
    )
    absorptive_headroom: float = parameter(
        3.0, unit="1", low=0.5, high=50.0, kind="uncertainty", source="assumption",
        meaning="team that domestic industry can absorb, relative to its team at the opening",
    )
    specialisation: float = parameter(
        0.7, unit="log points", low=0.0, high=2.0, kind="uncertainty", source="assumption",
        meaning="spread of the weight of fields among employers",
    )
    vacancies: float = parameter(
        0.03, unit="share", low=0.0, high=0.3, kind="uncertainty", source="assumption",
        meaning="team wanted above the present one",
    )
    studied_here: float = parameter(
        0.4, unit="share", low=0.0, high=1.0, kind="uncertainty", source="assumption",
        meaning="foreign-born people who took their last degree where they work",
    )
    residence_years: float = parameter(
        7.0, unit="years", low=1.0, high=30.0, kind="uncertainty", source="assumption",
        meaning="mean residence of foreign-born people",
    )


@dataclasses.dataclass(frozen=True)
class Groups:
    """The parameter groups that the opening needs."""

    opening: OpeningParameters
    people: PeopleParameters
    worth: WorthParameters
    posts: PostParameters
    exits: ExitParameters
    search: SearchParameters
    education: EducationParameters
    rights: RightsParameters


def new_world(
    tables: Tables, rules: Rules, groups: Groups, seed: int, start: int, persons_per_agent: float
) -> World:
    """A world with people and jobs, before its burn-in."""
    months = int(groups.opening.burn_in_months)
    countries = len(tables.countries)
    world = World(
        seed=seed, month=start - 1 - months, persons_per_agent=persons_per_agent, tables=tables,
        rules=rules, researchers=Researchers(), employers=Employers(), cases=Cases(),
        accounts=Accounts(
            households=np.zeros(countries, dtype=np.int64),
            governments=np.zeros(countries, dtype=np.int64),
        ),
        counters=Counters.empty(countries, len(rules.schemes)),
        compatriots=np.zeros((countries, countries), dtype=np.int64),
        jobless=np.zeros(countries, dtype=np.int64),
        fields=np.zeros((countries, len(FIELDS)), dtype=np.int64),
        odds=_first_odds(rules),
        quota_drawn=np.zeros(int(rules.route_group.max()) + 1),
        quota_left=np.zeros(int(rules.route_group.max()) + 1, dtype=np.int64),
        last_exits=np.zeros(countries, dtype=np.int64),
        open_to_all=groups.rights.barriers <= 0,
        agreed_price=tables.country["pay_usd"] / 0.5, start=start,
    )
    add_employers(world, groups.opening)
    cells = opening_cells(world)
    populate(world, cells, groups, wave=0)
    ability = world.researchers.ability
    world.ability_cuts = (float(np.quantile(ability, 0.9)), float(np.quantile(ability, 0.99)))
    calibrate(world, groups)
    return world


def _first_odds(rules: Rules) -> F64:
    """Places over applicants as recorded; one where there is no cap."""
    crowded = np.isfinite(rules.places) & (rules.outside > 0)
    odds = np.ones(rules.places.size)
    odds[crowded] = np.minimum(rules.places[crowded] / rules.outside[crowded], 1.0)
    return odds


def opening_cells(world: World) -> I64:
    """Agents by (country of birth, country of residence), stratified; rests by keyed luck."""
    persons = world.tables.origins * world.tables.country["stock"][:, None]
    agents = np.cumsum(persons / world.persons_per_agent, axis=1)
    luck = uniform(decision_key(world.seed, "opening cells"), np.arange(world.countries))
    whole = round_by_luck(agents, luck[:, None])
    return np.asarray(np.diff(whole, axis=1, prepend=0).T)


# people ------------------------------------------------------------------------------------


def populate(world: World, cells: I64, groups: Groups, wave: int) -> Rows:
    """Add people by (country of birth, country of residence), give most of them jobs and pay.

    ``wave`` keeps identities of a later call apart from earlier ones.
    """
    origin, country, number = _spread(cells)
    keys = draw(name_key("opening"), country, origin, number, np.full(number.size, wave))
    now = np.full(number.size, world.month)
    seed, people_parameters = world.seed, groups.people

    def luck(name: str) -> F64:
        return uniform(decision_key(seed, name), keys)

    foreign = origin != country
    came_trained = foreign & (luck("study abroad") > groups.opening.studied_here)
    study = np.where(came_trained, origin, country)
    rate = people_parameters.leaving_rate + np.maximum(
        world.tables.country["stock_growth"][country], 0.0
    )
    experience = np.minimum(-np.log1p(-luck("experience")) / rate, 35.0)
    entered = now - np.rint(experience * MONTHS).astype(np.int64)
    traits = born_with(
        seed, keys, study, origin, entered, world.tables.field_supply, world.tables,
        people_parameters,
    )
    stay = np.minimum(-np.log1p(-luck("residence")) * groups.opening.residence_years, experience)
    arrived = np.where(foreign, now - np.rint(stay * MONTHS), traits["birth_month"])
    rows = world.researchers.born(
        keys.size, key=keys, id=world.researchers.new_ids(keys.size), country=country,
        employer=-1, pay=0.0, hired=now, arrived=arrived, status=Status.CITIZEN, scheme=-1,
        status_since=arrived, status_until=NEVER, fit=0.0, effect=0, by_deal=False, waiting=False,
        searches=now + 1, job_ends=NEVER,
        leaves=leaving_month(seed, keys, traits["birth_month"], now, people_parameters), **traits,
    )
    np.add.at(world.compatriots, (origin, country), 1)
    np.add.at(world.jobless, country, 1)
    np.add.at(world.fields, (country, traits["field"]), 1)
    _settle_status(world, rows)
    _give_jobs(world, rows, groups)
    start_grace(world, rows[world.researchers.employer[rows] < 0], groups.exits)
    return rows


def _spread(cells: I64) -> tuple[I64, I64, I64]:
    origin, country = np.nonzero(cells)
    counts = cells[origin, country]
    number = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.repeat(origin, counts), np.repeat(country, counts), number


def _settle_status(world: World, rows: Rows) -> None:
    """Status of foreign-born people by free movement and by how long they have been here."""
    people, rules = world.researchers, world.rules
    country, origin = people.country[rows].astype(np.int64), people.birth_country[rows]
    foreign = rows[country != origin]
    country, origin = people.country[foreign].astype(np.int64), people.birth_country[foreign]
    free = (world.open_countries()[country] & people.citizenships[foreign]) != 0
    scheme = ordinary_scheme(rules, world.start, world.countries)[country]
    years = rules.years_to_permanence[scheme] + world.tables.queue_years[country, origin]
    stayed = (world.month - people.arrived[foreign].astype(np.float64)) / MONTHS
    status = np.where(
        free, Status.FREE, np.where(stayed >= years, Status.PERMANENT, Status.WORK)
    )
    people.status[foreign] = status
    people.scheme[foreign] = np.where(status == Status.WORK, scheme, -1)
    people.status_until[foreign] = next_event(world, foreign)


def ordinary_scheme(rules: Rules, month: int, countries: int) -> I64:
    """The work scheme with the lowest pay condition in force in each country."""
    best = np.full(countries, -1, dtype=np.int64)
    demands = (
        rules.min_pay + 1e6 * (rules.rank_max < 2000) + 1e6 * (rules.points_min > 0)
        + 1e5 * rules.experience_min + 1e6 * np.isfinite(rules.since_degree_max)
    )
    for row in np.flatnonzero(rules.for_work(month, inside=False)):
        country = rules.country[row]
        if best[country] < 0 or demands[row] < demands[best[country]]:
            best[country] = row
    return best


# employers ---------------------------------------------------------------------------------


def add_employers(world: World, parameters: OpeningParameters) -> None:
    """All employers of the opening, without people: firms by name, the rest by country."""
    table = world.tables.country
    stock = table["stock"]
    scale = world.persons_per_agent
    named = world.tables.firms
    _add(
        world, parameters, np.array([firm.country for firm in named], dtype=np.int64), BIG_TECH,
        [firm.name for firm in named],
        np.array([firm.pay_multiple for firm in named]),
        np.array([firm.environment for firm in named]),
    )
    public = np.clip(np.rint(np.sqrt(table["public_share"] * stock / 2000)), 1, 8)
    industry = np.clip(np.rint(np.sqrt(stock / 1000)), 1, 20)
    startups = table["startup_share"] * stock / parameters.startup_team / scale
    luck = uniform(decision_key(world.seed, "startups"), np.arange(world.countries))
    for kind, counts, pay, environment in (
        (PUBLIC, public, parameters.public_pay, 1.0),
        (INDUSTRY, industry, 1.0, parameters.industry_environment),
        (STARTUP, round_by_luck(startups, luck), parameters.startup_pay,
         parameters.startup_environment),
    ):
        country = np.repeat(np.arange(world.countries), counts.astype(np.int64))
        within = np.arange(country.size) - np.searchsorted(country, country)
        title = kind.name.lower().replace("_", " ")
        codes = world.tables.countries
        names = [f"{codes[c]} {title} {n + 1}" for c, n in zip(country, within, strict=True)]
        _add(
            world, parameters, country, kind, names,
            np.full(country.size, pay), np.full(country.size, environment),
        )


def _add(
    world: World, parameters: OpeningParameters, country: I64, kind: EmployerKind,
    names: list[str], pay: F64, environment: F64,
) -> None:
    size = country.size
    if kind == BIG_TECH:
        keys = np.array([name_key(name) for name in names], dtype=np.uint64)
    else:
        within = np.arange(size) - np.searchsorted(country, country)
        keys = draw(name_key(kind.name), country, within)
    table = world.tables.country
    demand = np.log1p(table["stock_growth"][country]) / MONTHS
    tilt = normal(
        decision_key(world.seed, "mix"), keys[:, None], np.arange(len(FIELDS))[None, :]
    ) if size else np.zeros((0, len(FIELDS)))
    both = 0.5 * (world.tables.field_supply + world.tables.field_demand)
    mix = both * np.exp(parameters.specialisation * tilt)
    employers = world.employers
    employers.born(
        size, key=keys, kind=kind, country=country,
        persons_per_agent=1.0 if kind == STARTUP else world.persons_per_agent,
        technology=0.0, growth=0.0, demand_growth=demand, capacity=np.inf,
        mix=mix / mix.sum(axis=1, keepdims=True),
        environment=environment * table["research_environment"][country], premium=pay,
        heads=0, effect=0, payroll=0, promised_heads=0, promised_effect=0, promised_pay=0,
        produced=0.0, budget=0, cash=0,
    )
    employers.names.extend(names)


def _size_weights(world: World) -> F64:
    """Relative size of each employer within its country and kind."""
    employers = world.employers
    weight = np.ones(employers.count)
    staff = np.array([firm.ai_staff for firm in world.tables.firms])
    weight[: staff.size] = staff
    industry = np.flatnonzero(employers.kind == INDUSTRY)
    country = employers.country[industry]
    weight[industry] = 1.0 / (1.0 + np.arange(industry.size) - np.searchsorted(country, country))
    startup = np.flatnonzero(employers.kind == STARTUP)
    spread = normal(decision_key(world.seed, "startup size"), employers.key[startup])
    weight[startup] = np.exp(0.8 * spread)
    return weight


def _give_jobs(world: World, rows: Rows, groups: Groups) -> None:
    """Place people with employers by kind, size and ability, at going pay."""
    people, employers, table = world.researchers, world.employers, world.tables.country
    opening = groups.opening
    keys = people.key[rows]
    country = people.country[rows].astype(np.int64)
    ability = people.ability[rows].astype(np.float64)
    stock = table["stock"]
    staff = np.zeros(world.countries)
    for firm in world.tables.firms:
        staff[firm.country] += firm.ai_staff
    big = staff / stock
    shares = np.zeros((world.countries, len(EmployerKind)))
    exists = np.zeros_like(shares)
    np.add.at(exists, (employers.country, employers.kind), 1.0)
    shares[:, BIG_TECH] = big
    shares[:, STARTUP] = table["startup_share"]
    shares[:, PUBLIC] = table["public_share"]
    shares[:, INDUSTRY] = np.maximum(1.0 - shares.sum(axis=1), 0.05)
    shares *= exists > 0
    taste = np.ones((rows.size, len(EmployerKind)))
    taste[:, BIG_TECH] = ability
    taste[:, STARTUP] = np.sqrt(ability)
    taste[:, PUBLIC] = np.where(people.degree[rows] == 2, 1.6, 0.8)
    weight = np.cumsum(shares[country] * taste, axis=1)
    luck = uniform(decision_key(world.seed, "opening kind"), keys) * weight[:, -1]
    kind = np.minimum((weight <= luck[:, None]).sum(axis=1), len(EmployerKind) - 1)

    group = employers.country.astype(np.int64) * len(EmployerKind) + employers.kind
    order = np.argsort(group, kind="stable")
    cumulative = np.cumsum(_size_weights(world)[order])
    edges = np.searchsorted(group[order], np.arange(world.countries * len(EmployerKind) + 1))
    ends = np.concatenate(([0.0], cumulative))
    cell = country * len(EmployerKind) + kind
    low, high = ends[edges[cell]], ends[edges[cell + 1]]
    at = low + uniform(decision_key(world.seed, "opening employer"), keys) * (high - low)
    spot = np.clip(np.searchsorted(cumulative, at, side="right"), edges[cell], edges[cell + 1] - 1)
    employer = order[spot]
    works = uniform(decision_key(world.seed, "opening jobless"), keys) >= opening.jobless_share
    _employ(world, rows[works], employer[works], groups)
    schedule_search(world, rows, groups.search)


def _employ(world: World, rows: Rows, employer: I64, groups: Groups) -> None:
    people, employers = world.researchers, world.employers
    mix = employers.mix[employer]
    effect = effect_of(
        people.ability[rows], people.skill[rows], people.other_discipline[rows], mix,
        mix[:, APPLIED].sum(axis=1), groups.worth.applied_premium,
    )
    country = people.country[rows].astype(np.int64)
    premium = employers.premium[employer]
    public = employers.kind[employer] == PUBLIC
    mean_pay = world.tables.country["pay_usd"]
    scale = premium * mean_pay[country] * PUBLIC_DEGREE[people.degree[rows]]
    total = np.bincount(country, minlength=world.countries) * mean_pay
    fixed = np.bincount(country, np.where(public, scale, 0.0), world.countries)
    work = np.bincount(
        country, np.where(public, 0.0, premium * effect / EFFECT_UNIT), world.countries
    )
    price = np.where(work > 0, np.maximum(total - fixed, 0.3 * total) / np.maximum(work, 1e-9), 0)
    pay = np.where(public, scale, price[country] * premium * effect / EFFECT_UNIT)
    fit = normal(decision_key(world.seed, "fit"), people.key[rows], employers.key[employer])
    world.take_job(rows, employer, pay, effect, fit)
    tenure = uniform(decision_key(world.seed, "opening tenure"), people.key[rows]) * 48
    started = world.month - tenure.astype(np.int64)
    people.hired[rows] = np.maximum(started, people.degree_month[rows])
    schedule_job_ends(world, rows, groups.exits)


def calibrate(world: World, groups: Groups) -> None:
    """Set technology so that each private employer wants the team it has at going pay."""
    employers, worth = world.employers, groups.worth
    effect, heads = employers.team()
    country = employers.country.astype(np.int64)
    price = world.price()[country] * employers.premium * (1.0 + groups.posts.margin)
    persons = np.maximum(effect, 0.4) * (1 + groups.opening.vacancies) * employers.persons_per_agent
    industry = employers.kind == INDUSTRY
    employers.capacity[industry] = groups.opening.absorptive_headroom * persons[industry]
    limit = np.where(industry, employers.capacity, 1.0)
    absorbed = np.where(industry, -limit * np.expm1(-persons / limit), persons)
    slope = np.where(industry, np.exp(-persons / limit), 1.0)
    quality = np.maximum(effect, 0.4) / np.maximum(heads, 1.0)
    marginal = (
        worth.team_elasticity * absorbed ** (worth.team_elasticity - 1.0) * slope
        * quality**worth.peer_elasticity
    )
    survival = np.where(employers.kind == STARTUP, worth.startup_survival, 1.0)
    public = employers.kind == PUBLIC
    employers.technology[:] = np.where(public, 0.0, price / marginal / survival)
    grant = employers.payroll * (1 + groups.opening.vacancies)
    employers.budget[:] = np.where(public, np.rint(grant), 0).astype(np.int64)
    produce(world, worth)


# burn-in -----------------------------------------------------------------------------------


def burn_in(world: World, step: Callable[[], Any], groups: Groups, keep_still: bool) -> None:
    """Live some months at constant stocks, then restore stocks and pay of the data.

    Each month as many enter as leave. In a growing market a share of everybody, equal to growth,
    is taken out by luck as well, so that the young are as many as growth makes them.
    """
    cells = opening_cells(world)
    employers = world.employers
    demand = employers.demand_growth * groups.education.growth
    employers.demand_growth[:] = 0.0
    world.replace_exits, world.frozen_rules = True, world.start
    world.last_exits = _expected_exits(world, groups.people)
    growth = 0.0 if keep_still else np.log1p(world.tables.country["stock_growth"]) / MONTHS
    while world.month < world.start - 1:
        thin(world, growth)
        step()
    restore(world, cells, groups)
    world.replace_exits = keep_still
    if not keep_still:
        world.frozen_rules = None
        employers.demand_growth[:] = demand
        employers.growth[:] = demand * (1.0 - groups.worth.team_elasticity)
    counters = Counters.empty(world.countries, len(world.rules.schemes))
    world.counters = counters


def _expected_exits(world: World, people: PeopleParameters) -> I64:
    luck = uniform(decision_key(world.seed, "first exits"), np.arange(world.countries))
    return round_by_luck(world.stock() * people.leaving_rate / MONTHS, luck)


def thin(world: World, monthly_share: Any) -> None:
    """Take out a share of everybody by luck and let as many enter in the next month."""
    people = world.researchers
    share = np.broadcast_to(np.asarray(monthly_share, dtype=np.float64), (world.countries,))
    luck = uniform(world.key("thinning"), people.key)
    rows = np.flatnonzero((luck < share[people.country]) & ~people.waiting)
    world.last_exits = world.last_exits + np.bincount(
        people.country[rows], minlength=world.countries
    )
    world.remove_people(rows)


def restore(world: World, cells: I64, groups: Groups) -> None:
    """Bring stocks by origin and residence, and mean pay, back to the data."""
    people = world.researchers
    withdraw(world)
    excess = np.maximum(world.compatriots - cells, 0)
    world.remove_people(_surplus(world, excess))
    populate(world, np.maximum(cells - world.compatriots, 0), groups, wave=1)
    rescale_pay(world)
    rows = people.row_of(world.cases.person)
    people.renumber()
    world.cases.person[:] = people.id[rows]


def _surplus(world: World, excess: I64) -> Rows:
    """People to take out: those with the lowest keyed luck of each cell, nobody who waits."""
    people = world.researchers
    cell = people.birth_country.astype(np.int64) * world.countries + people.country
    rows = np.flatnonzero((excess.ravel()[cell] > 0) & ~people.waiting)
    luck = draw(decision_key(world.seed, "surplus"), people.key[rows])
    order = rows[np.lexsort((luck, cell[rows]))]
    sorted_cell = cell[order]
    rank = np.arange(order.size) - np.searchsorted(sorted_cell, sorted_cell)
    return np.asarray(order[rank < excess.ravel()[sorted_cell]])


def rescale_pay(world: World) -> None:
    """Scale pay and technology of each country so that mean pay is that of the data."""
    people, employers = world.researchers, world.employers
    country = employers.country.astype(np.int64)
    paid = np.bincount(country, employers.payroll, world.countries) * (MONTHS / 100)
    heads = np.bincount(country, employers.heads, world.countries)
    target = world.tables.country["pay_usd"]
    factor = np.where(paid > 0, target * heads / np.maximum(paid, 1.0), 1.0)
    rows = np.flatnonzero(people.employer >= 0)
    world.raise_pay(rows, people.pay[rows] * factor[people.country[rows]])
    employers.technology *= factor[country]
    employers.produced *= factor[country]
    employers.budget[:] = np.rint(employers.budget * factor[country]).astype(np.int64)
    world.cases.pay[:] *= factor[country[world.cases.employer]]
    employers.promised_pay[:] = 0
    abroad = ~world.cases.inside
    np.add.at(
        employers.promised_pay, world.cases.employer[abroad], monthly_cents(world.cases.pay[abroad])
    )
