"""Employers: one row an employer of any kind, and what one more person is worth to it."""

from __future__ import annotations

import dataclasses
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from agents.compiled import compiled, over_arrays
from agents.declare import column, parameter
from agents.levers import EMPLOYER_KINDS, FIELDS
from agents.populations import Population
from agents.researchers import EFFECT_UNIT

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]


class EmployerKind:
    """The four kinds of employer: plain numbers, since NumPy is slow to compare with an Enum."""

    BIG_TECH = 0
    STARTUP = 1
    PUBLIC_RESEARCH = 2
    INDUSTRY = 3


assert EMPLOYER_KINDS == ("big_tech", "startup", "public_research", "industry")
MONTHS = 12
CENTS = 100  # of a dollar
NEWTON_STEPS, NEWTON_ERROR = 12, 1e-5  # at the most; a last step so small is right to its square
ROUNDED_UP = 1.0 + 1e-6  # no bound is missed by rounding
APPLIED = tuple(
    FIELDS.index(name) for name in ("physical_ai", "applied_ai", "ai_for_science")
)


@dataclasses.dataclass(frozen=True)
class WorthParameters:
    """How people turn into output."""

    team_elasticity: float = parameter(
        0.65, unit="1", low=0.3, high=0.65, kind="uncertainty",
        source="labour share of value added in research-intensive firms; with computing at most "
        "0.85 anywhere in both ranges, so that no firm takes the whole world",
        meaning="elasticity of output to the size of the team",
    )
    computing_elasticity: float = parameter(
        0.15, unit="1", low=0.0, high=0.2, kind="uncertainty",
        source="assumption: at rest the share of output that computing costs",
        meaning="elasticity of output to computing",
    )
    peer_elasticity: float = parameter(
        0.05, unit="1", low=0.0, high=0.2, kind="uncertainty",
        source="assumption; peer effects in science are small (Waldinger 2012)",
        meaning="elasticity of output to the mean quality of the team",
    )
    applied_premium: float = parameter(
        0.15, unit="1", low=0.0, high=0.5, kind="uncertainty", source="assumption",
        meaning="extra worth of a degree outside computer science where all work is applied",
    )
    match_worth: float = parameter(
        0.2, unit="log points", low=0.0, high=0.4, kind="uncertainty",
        source="Woodcock 2015: matches of worker and firm make up 16 % of the variance of American "
        "pay, so 0.2 where log pay has a standard deviation of a half (an assumption)",
        meaning="what one standard deviation of fit adds to the log of what a person adds to a "
        "team, so a good match of an able person is worth more",
    )
    startup_survival: float = parameter(
        0.9, unit="1", low=0.5, high=1.0, kind="uncertainty",
        source="assumption: one venture in ten fails in a year",
        meaning="share of a person's worth that a startup counts on, given the risk of failure",
    )


@dataclasses.dataclass(init=False, eq=False, repr=False)
class Employers(Population):
    """One row an employer. Money in whole cents of constant 2024 USD, at the scale of the model."""

    key: NDArray[np.uint64] = column(np.uint64, unit="", meaning="identity that luck belongs to")
    kind: NDArray[np.int8] = column(np.int8, unit="kind", meaning="one of four kinds")
    country: NDArray[np.int8] = column(np.int8, unit="country row", meaning="where it employs")
    firm: NDArray[np.int32] = column(
        np.int32, unit="employer row", meaning="home employer of a laboratory abroad; else itself"
    )
    opens: NDArray[np.int16] = column(
        np.int16, unit="month", meaning="nobody is hired before; 0 where it stood at the opening"
    )
    persons_per_agent: NDArray[np.float64] = column(
        np.float64, unit="persons", meaning="persons behind one agent in the team; 1 in a startup"
    )
    technology: NDArray[np.float64] = column(
        np.float64, unit="USD a year", meaning="output of a team of one with computing of 1 USD"
    )
    computing: NDArray[np.float64] = column(
        np.float64, unit="USD a year", meaning="computing rented"
    )
    growth: NDArray[np.float64] = column(
        np.float64, unit="1/month",
        meaning="growth of technology; in public research, of the grant for each person"
    )
    demand_growth: NDArray[np.float64] = column(
        np.float64, unit="1/month", meaning="growth of the team wanted at constant pay"
    )
    capacity: NDArray[np.float64] = column(
        np.float64, unit="persons", meaning="team that the work at hand can absorb; inf: no limit"
    )
    mix: NDArray[np.float64] = column(
        np.float64, unit="share", meaning="weight of each field in the work", width=len(FIELDS)
    )
    tilt: NDArray[np.float64] = column(
        np.float64, unit="log points", meaning="what sets the mix apart from the country's demand",
        width=len(FIELDS),
    )
    environment: NDArray[np.float64] = column(
        np.float64, unit="USA public = 1", meaning="research environment"
    )
    setting: NDArray[np.float64] = column(
        np.float64, unit="USA public = 1",
        meaning="environment apart from what computing adds or takes",
    )
    premium: NDArray[np.float64] = column(
        np.float64, unit="1", meaning="pay for equal work relative to the country"
    )
    learnt: NDArray[np.float64] = column(
        np.float64, unit="log points", meaning="of the technology, what deals brought and has not "
        "become obsolete"
    )
    equity: NDArray[np.float64] = column(
        np.float64, unit="log points", meaning="what shares add to pay; 0 but in startups"
    )
    heads: NDArray[np.int64] = column(np.int64, unit="agents", meaning="team")
    effect: NDArray[np.int64] = column(np.int64, unit="1/4096", meaning="sum of effects")
    payroll: NDArray[np.int64] = column(np.int64, unit="cents a month", meaning="sum of pay")
    promised_heads: NDArray[np.int64] = column(
        np.int64, unit="agents", meaning="hired, waiting for a visa"
    )
    promised_effect: NDArray[np.int64] = column(
        np.int64, unit="1/4096", meaning="effect of those who wait"
    )
    promised_pay: NDArray[np.int64] = column(
        np.int64, unit="cents a month", meaning="pay reserved for those who wait"
    )
    produced: NDArray[np.float64] = column(
        np.float64, unit="USD a year", meaning="output at the last accounts, at model scale"
    )
    budget: NDArray[np.int64] = column(
        np.int64, unit="cents a month", meaning="public grant for pay; 0 for private employers"
    )
    cash: NDArray[np.int64] = column(np.int64, unit="cents", meaning="cash")

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def team(self, rows: Any = slice(None)) -> tuple[F64, F64]:
        """Effect and heads of each team, people on their way included, in agents."""
        effect = (self.effect[rows] + self.promised_effect[rows]) / EFFECT_UNIT
        return effect, (self.heads[rows] + self.promised_heads[rows]).astype(np.float64)

    def productivity(self, worth: WorthParameters) -> F64:
        """Technology with the computing at hand: A · K^α, USD a year."""
        return np.asarray(self.technology * self.computing**worth.computing_elasticity)


def monthly_cents(pay: Any) -> NDArray[np.int64]:
    """Quoted pay in USD a year as whole cents a month."""
    return np.rint(np.asarray(pay, dtype=np.float64) * (100 / MONTHS)).astype(np.int64)


class Members(Protocol):
    """People as members of teams."""

    employer: NDArray[np.int32]
    effect: NDArray[np.int32]


class Able(Protocol):
    """People, or an excerpt of them, as far as the worth of their work goes."""

    ability: NDArray[np.float32]
    skill: NDArray[np.float32]
    other_discipline: NDArray[np.bool_]


def match_of(fit: Any, worth: WorthParameters) -> F64:
    """How much more people add to a team for how they fit there: exp(μ · fit)."""
    return np.asarray(np.exp(worth.match_worth * np.asarray(fit, dtype=np.float64)))


def effect_of(
    people: Able, rows: NDArray[Any], mix: F64, work: NDArray[Any], premium: float,
    match: F64 | None = None,
) -> NDArray[np.int32]:
    """What people add to teams whose work has some mix of fields, in 1/4096.

    Parameters
    ----------
    people, rows
        Whose columns, and which of their rows, shape (n,).
    mix
        Weights of the fields, shape (works, fields).
    work
        Whose work each person does: rows of ``mix``, shape (n,).
    premium
        Extra worth of a degree outside computer science in wholly applied work.
    match
        Of each person with the team, as from :func:`match_of`; 1 where nobody knows it yet.

    Notes
    -----
    effect = ability · (skill · mix) · (1 + premium · applied share of the mix · other discipline)
    · match, as pay of people, firms and their matches adds up in logs (Abowd, Kramarz and Margolis
    1999, Woodcock 2015).
    """
    match = np.ones(rows.size) if match is None else match
    return _effects(
        rows, work, people.ability, people.skill, people.other_discipline, mix, premium, match,
        EFFECT_UNIT,
    )


@compiled
def _effects(
    rows: NDArray[Any], work: NDArray[Any], ability: NDArray[np.float32],
    skill: NDArray[np.float32], other_discipline: NDArray[np.bool_], mix: F64, premium: float,
    match: F64, unit: int,
) -> NDArray[np.int32]:
    effects = np.empty(rows.size, dtype=np.int32)
    for at in range(rows.size):
        row, task = rows[at], work[at]
        able = 0.0
        for field in range(mix.shape[1]):
            able += skill[row, field] * mix[task, field]
        worth = ability[row] * able * match[at]
        if other_discipline[row]:
            applied = 0.0
            for field in APPLIED:
                applied += mix[task, field]
            worth *= 1.0 + premium * applied
        effects[at] = max(np.rint(worth * unit), 1.0)
    return effects


def output(
    technology: Any, effect: Any, heads: Any, capacity: Any, scale: Any, worth: WorthParameters
) -> F64:
    """What a team produces in a year, at the scale of the model.

    Parameters
    ----------
    technology, capacity, scale
        Of the employer: A · K^α in USD a year, persons, persons per agent.
    effect, heads
        Of the team, in agents.

    Returns
    -------
    USD a year divided by ``scale``.

    Notes
    -----
    Y(H) = A · K^α · S(H)^γ · (H / n)^ε with H = scale · effect. S(H) = H, or C · (1 − exp(−H / C))
    where the employer can absorb only C (domestic industry).
    """
    return np.asarray(_output(
        technology, effect, heads, capacity, scale, worth.team_elasticity, worth.peer_elasticity
    ))


@compiled
def _made(
    technology: float, effect: float, heads: float, capacity: float, scale: float, gamma: float,
    peers: float,
) -> Any:
    """What one team produces."""
    persons = effect * scale
    if not persons > 0.0:
        return 0.0
    absorbed = persons
    if capacity < np.inf:
        absorbed = -capacity * np.expm1(-persons / capacity)
    quality = effect / max(heads, 1e-9)
    return technology * absorbed**gamma * quality**peers / scale


@over_arrays("float64(float64, float64, float64, float64, float64, float64, float64)")
def _output(
    technology: float, effect: float, heads: float, capacity: float, scale: float, gamma: float,
    peers: float,
) -> Any:
    return _made(technology, effect, heads, capacity, scale, gamma, peers)


def worth_beyond(
    teams: tuple[F64, F64, F64, F64], post: I64, added: NDArray[np.int32], employers: Employers,
    employer: I64, least: F64, worth: WorthParameters,
) -> F64:
    """The worth of one more person, Y(H + h) − Y(H), where it may matter; finite for an empty team.

    Nought where it is surely not above ``least``, and in public research, whose pay goes by a
    scale.

    Parameters
    ----------
    teams
        Technology, effect, heads and output of some teams.
    post, employer
        Team of each person, and its row of employers.
    added
        What each person adds, in 1/4096.

    Notes
    -----
    Output of a team that grows from H to H + h rises at most by the factor (1 + γ · h / H) ·
    (1 + ε · (r − 1)), r being the rise of mean quality, since S is concave and γ, ε ≤ 1; powers
    are taken only where that leaves a doubt.
    """
    return _beyond(
        *teams, post, added, employer, least, employers.kind, employers.capacity,
        employers.persons_per_agent, worth.team_elasticity, worth.peer_elasticity, EFFECT_UNIT,
        EmployerKind.PUBLIC_RESEARCH,
    )


@compiled
def _beyond(
    technology: F64, effect: F64, heads: F64, output: F64, post: I64, added: NDArray[np.int32],
    employer: I64, least: F64, kind: NDArray[np.int8], capacity: F64, scale: F64, gamma: float,
    peers: float, unit: int, public: int,
) -> F64:
    more = np.zeros(post.size)
    for at in range(post.size):
        team, firm = post[at], employer[at]
        if kind[firm] == public:
            continue
        before, size, own = effect[team], heads[team], added[at] / unit
        if before > 0.0 and size > 0.0:
            rise = own / before
            better = (1.0 + rise) * size / (size + 1.0) - 1.0
            most = output[team] * ((1.0 + gamma * rise) * (1.0 + peers * better) - 1.0)
            if most * ROUNDED_UP <= least[at]:
                continue
        more[at] = _made(
            technology[team], before + own, size + 1.0, capacity[firm], scale[firm], gamma, peers
        ) - output[team]
    return more


def worth_of_members(
    employers: Employers, technology: F64, members: Members, rows: NDArray[Any],
    worth: WorthParameters,
) -> F64:
    """What the teams of some people would produce less without them.

    Nought without work, and in public research, whose pay goes by a scale.

    Parameters
    ----------
    technology
        A · K^α by employer, USD a year.
    """
    return _of_members(
        rows, members.employer, members.effect, technology, employers.effect, employers.heads,
        employers.kind, employers.capacity, employers.persons_per_agent, worth.team_elasticity,
        worth.peer_elasticity, EFFECT_UNIT, EmployerKind.PUBLIC_RESEARCH,
    )


@compiled
def _of_members(
    rows: NDArray[Any], employer: NDArray[np.int32], added: NDArray[np.int32], technology: F64,
    effect: I64, heads: I64, kind: NDArray[np.int8], capacity: F64, scale: F64, gamma: float,
    peers: float, unit: int, public: int,
) -> F64:
    less = np.zeros(rows.size)
    for at in range(rows.size):
        firm = employer[rows[at]]
        if firm >= 0 and kind[firm] != public:
            own, size = added[rows[at]] / unit, heads[firm] - 1.0
            others = effect[firm] / unit - own
            less[at] = _made(
                technology[firm], others + own, size + 1.0, capacity[firm], scale[firm], gamma,
                peers,
            ) - _made(
                technology[firm], others, size, capacity[firm], scale[firm], gamma, peers
            )
    return less


def wanted_effect(
    technology: Any, quality: Any, capacity: Any, scale: Any, price: Any, worth: WorthParameters
) -> F64:
    """The team at which one more unit of effect is worth just its price.

    Solves γ · A · K^α · S(H)^(γ−1) · S'(H) · q^ε = price for H; closed form without a capacity,
    else Newton's method in logarithms to a relative error below 1e-6.

    Returns
    -------
    Effect in agents.
    """
    gamma, peers = worth.team_elasticity, worth.peer_elasticity
    scaled = gamma * technology * quality**peers / np.maximum(price, 1e-9)
    free = np.maximum(scaled, 1e-300) ** (1.0 / (1.0 - gamma))
    capped = np.flatnonzero(np.isfinite(capacity))
    if capped.size:
        limit = np.asarray(capacity, dtype=np.float64)[capped]
        target = np.log(np.maximum(np.asarray(scaled)[capped], 1e-300))
        target -= (1.0 - gamma) * np.log(limit)
        # u is the log of the team over its limit; the curve is concave, Newton's steps are safe
        u = np.log(np.minimum(np.maximum(free[capped] / limit, 1e-12), 1e3))
        for _ in range(NEWTON_STEPS):
            x = np.exp(u)
            spent = -np.expm1(-x)
            value = target - (1.0 - gamma) * np.log(spent) - x
            slope = -(1.0 - gamma) * x * np.exp(-x) / spent - x
            step = value / slope
            u = np.minimum(np.maximum(u - step, -60.0), 7.0)
            if np.abs(step).max() < NEWTON_ERROR:
                break
        free[capped] = limit * np.exp(u)
    return np.asarray(free / scale)
