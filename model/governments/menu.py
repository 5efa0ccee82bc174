"""The menu: single steps that a government may take, from the easiest to the hardest."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from agents.employers import MONTHS
from model.governments.observation import Measure, Observation, Taken

Step = Callable[[Observation], Measure | None]


class Entry(NamedTuple):
    """One step of policy."""

    political_cost: float
    """In units of what a government can carry through in a year; an assumption."""
    step: Step
    """The measure one step on from what is in force; None where there is none left."""
    meaning: str


def _main(observation: Observation, values: dict[str, object]) -> Measure | None:
    if observation.main_scheme is None:
        return None
    slug, tier = observation.main_scheme
    return {"scheme": slug, "tier": tier, "set": values}


def _partner_work(observation: Observation) -> Measure | None:
    scheme = observation.main()
    if scheme is None or scheme.partner_may_work:
        return None
    return _main(observation, {"partner_may_work": True})


def _household_help(observation: Observation) -> Measure | None:
    scheme = observation.main()
    if scheme is None or scheme.household_help:
        return None
    return _main(observation, {"household_help": True})


def _quicker_permanence(observation: Observation) -> Measure | None:
    scheme = observation.main()
    if scheme is None:
        return None
    years = scheme.years_to_permanence
    if years is None:
        return _main(observation, {"years_to_permanence": 10.0})
    shorter = 5.0 if years > 5 else 3.0 if years > 3 else 1.0
    return _main(observation, {"years_to_permanence": shorter}) if years > 1 else None


def _lower_pay(observation: Observation) -> Measure | None:
    scheme = observation.main()
    if scheme is None or not scheme.min_pay_usd or scheme.min_pay_usd < 10_000:
        return None
    return _main(observation, {"min_pay_usd": round(0.8 * scheme.min_pay_usd)})


def _quicker_office(observation: Observation) -> Measure | None:
    scheme = observation.main()
    if scheme is None or not scheme.processing_months or scheme.processing_months <= 1:
        return None
    return _main(observation, {"processing_months": max(1.0, scheme.processing_months - 1.0)})


def _lever(name: str, amount: float, most: float) -> Step:
    """A lever that rises by an amount in each step."""
    def step(observation: Observation) -> Measure | None:
        now = float(observation.lever(name))
        if np.isnan(now) or now + amount > most + 1e-9:
            return None
        return {"set": {name: round(now + amount, 10)}}

    return step


def _newcomer_tax(observation: Observation) -> Measure | None:
    now = float(observation.lever("newcomer_tax_rate"))
    tax = float(observation.facts["tax_rate"][observation.row])
    lower = round(min(now, tax) - 0.05 if not np.isnan(now) else tax - 0.05, 10)
    return {"set": {"newcomer_tax_rate": lower}} if lower >= 0.05 else None


def _dual_citizenship(observation: Observation) -> Measure | None:
    return None if observation.lever("dual_citizenship") == 3 else {
        "set": {"dual_citizenship": "both"}
    }


def _environment(observation: Observation) -> Measure | None:
    now = float(observation.lever("research_environment"))
    return {"set": {"research_environment": round(now * 1.03, 6)}} if now < 2.5 else None


MENU: Mapping[str, Entry] = {
    "quicker_office": Entry(
        0.5, _quicker_office, "applications under the main scheme are decided a month sooner"
    ),
    "household_help": Entry(
        0.5, _household_help, "domestic help may come along under the main scheme"
    ),
    "partner_work": Entry(1.0, _partner_work, "partners may work under the main scheme"),
    "returnee_grant": Entry(
        1.0, _lever("returnee_grant_usd", 10_000.0, 100_000.0),
        "10,000 USD more for people who come home",
    ),
    "retention_grant": Entry(
        1.0, _lever("retention_grant_usd", 10_000.0, 100_000.0),
        "10,000 USD more for people who stay in spite of an offer from abroad",
    ),
    "research_environment": Entry(1.0, _environment, "a research environment 3 % better"),
    "adoption_subsidy": Entry(
        1.0, _lever("adoption_subsidy", 0.05, 0.5),
        "5 points more of industry's computing are paid by the public",
    ),
    "newcomer_tax": Entry(
        1.5, _newcomer_tax, "people who come from abroad pay 5 points less tax for some years"
    ),
    "lower_pay": Entry(1.5, _lower_pay, "the least pay of the main scheme falls by a fifth"),
    "quicker_permanence": Entry(
        2.0, _quicker_permanence,
        "permanence under the main scheme after 10, 5, 3 or 1 years, the next shorter",
    ),
    "dual_citizenship": Entry(
        3.0, _dual_citizenship, "newcomers and people abroad may hold two citizenships"
    ),
}
"""By name, in the order in which a government without other knowledge would think of them."""

SAVED = 3.0
"""Most political cost that a government can carry through at once; an assumption."""


def political_capital(taken: Sequence[Taken], month: int) -> float:
    """What can be carried through by a month after what was taken, in political cost.

    Measures that are not on the menu have none.
    """
    capital, last = SAVED, month
    for one in taken:
        if one.measure.get("menu") not in MENU:
            continue
        capital = min(SAVED, capital + max(one.month - last, 0) / MONTHS)
        capital -= MENU[one.measure["menu"]].political_cost
        last = one.month
    return min(SAVED, capital + (month - last) / MONTHS)
