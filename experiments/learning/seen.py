"""What a learning government sees as numbers of about one, and which steps it may take."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from agents.employers import MONTHS
from model.governments.menu import MENU, SAVED, political_capital
from model.governments.observation import Measure, Observation

F32 = NDArray[np.float32]
I8 = NDArray[np.int8]

ACTIONS: tuple[str, ...] = ("hold", *MENU)
"""What each number of the action space stands for."""
WIDEST = 10.0
"""Numbers beyond it, either way, are cut: rates of a country with few people can be anything."""


def _last(name: str) -> Callable[[Observation], float]:
    """The own figure of the last published year."""
    return lambda seen: float(seen.own(name)[-1]) if seen.years else 0.0


def _per_person(name: str, unit: float) -> Callable[[Observation], float]:
    figure, stock = _last(name), _last("stock")
    return lambda seen: unit * figure(seen) / max(stock(seen), 1.0)


def _change(seen: Observation) -> float:
    rates = seen.own("net_per_10k_researchers") if seen.years else np.zeros(0)
    return float(rates[-1] - rates[-2]) / 100.0 if rates.size > 1 else 0.0


def _better_than(seen: Observation) -> float:
    if not seen.years:
        return 0.0
    rates = seen.statistics["net_per_10k_researchers"][-1]
    return float(np.mean(rates < rates[seen.row]))


def _relative(name: str) -> Callable[[Observation], float]:
    """Log distance from the middle country."""
    def relative(seen: Observation) -> float:
        if not seen.years:
            return 0.0
        figures = np.maximum(seen.statistics[name][-1], 1.0)
        return float(np.log(figures[seen.row] / np.median(figures)))

    return relative


def _relief(seen: Observation) -> float:
    tax = float(seen.facts["tax_rate"][seen.row])
    return float(np.nan_to_num(max(tax - float(seen.lever("newcomer_tax_rate")), 0.0)))


def _main(name: str, of: Callable[[float], float] = float) -> Callable[[Observation], float]:
    """A rule of the scheme that most people use; nought where there is none."""
    def rule(seen: Observation) -> float:
        scheme = seen.main()
        value = None if scheme is None else getattr(scheme, name)
        return 0.0 if value is None else of(float(value))

    return rule


def _threshold(seen: Observation) -> float:
    return _main("min_pay_usd")(seen) / float(seen.facts["pay_usd"][seen.row])


def capital(seen: Observation) -> float:
    """What can be carried through by now, in units of political cost."""
    return political_capital(
        [one for one in seen.taken if one.measure.get("menu") in MENU], seen.month
    )


SEEN: Mapping[str, Callable[[Observation], float]] = {
    "known": lambda seen: float(bool(seen.years)),
    "net": lambda seen: _last("net_per_10k_researchers")(seen) / 100.0,
    "change of net": _change,
    "does better than": _better_than,
    "inflow": _per_person("inflow", 10.0),
    "outflow": _per_person("outflow", 10.0),
    "graduates": _per_person("graduates", 1.0),
    "stock": _relative("stock"),
    "pay": _relative("mean_pay"),
    "returnee grant": lambda seen: float(seen.lever("returnee_grant_usd")) / 1e5,
    "retention grant": lambda seen: float(seen.lever("retention_grant_usd")) / 1e5,
    "research environment": lambda seen: float(seen.lever("research_environment")),
    "adoption subsidy": lambda seen: float(seen.lever("adoption_subsidy")),
    "tax relief": _relief,
    "dual citizenship": lambda seen: float(seen.lever("dual_citizenship")) / 3.0,
    "partner may work": _main("partner_may_work"),
    "household help": _main("household_help"),
    "permanence": _main("years_to_permanence", lambda years: 1.0 / (1.0 + years)),
    "pay threshold": _threshold,
    "office": _main("processing_months", lambda months: months / MONTHS),
    "budget left": lambda seen: 1.0 - seen.spent_usd / max(seen.budget_usd, 1.0),
    "political capital": lambda seen: capital(seen) / SAVED,
    "date": lambda seen: (seen.month / MONTHS - 2020.0) / 10.0,
}
"""The numbers of a government by name, in their order: the last published year's flows per person
(net flow per 100, the others per ten, graduates per one), stock and pay as log distance from the
middle country, own levers and the rules of the scheme most people use, what is left of budget and
political capital, decades since 2020. Noughts stand for what is not known yet."""


def numbers(seen: Observation) -> F32:
    """The numbers of :data:`SEEN`, each within ±``WIDEST``."""
    found = np.array([figure(seen) for figure in SEEN.values()], dtype=np.float32)
    return np.clip(found, -WIDEST, WIDEST)


def step_of(seen: Observation, action: int) -> Measure | None:
    """The measure an action stands for; None: to hold, or a step that cannot be taken.

    A step cannot be taken where there is none left, where its price exceeds what is left of the
    budget, or its political cost what can be carried through.
    """
    if action == 0:
        return None
    name = ACTIONS[action]
    entry = MENU[name]
    step = entry.step(seen)
    if step is None or entry.political_cost > capital(seen):
        return None
    if not seen.affords([step]):
        return None
    return {**step, "menu": name, "why": f"learnt: {name}"}


def mask(seen: Observation) -> I8:
    """1 for actions that can be taken, holding always, 0 for others."""
    taken = [step_of(seen, action) is not None for action in range(1, len(ACTIONS))]
    return np.array([True, *taken], dtype=np.int8)
