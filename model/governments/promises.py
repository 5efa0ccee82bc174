"""Promises: what studies of others' reforms let a government expect of each step of the menu."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from model.governments.observation import Observation

Binds = Callable[[Observation], bool]

YEARS = 3
"""So many of the last published years make the flows that promises are told in; an assumption."""
NOTICE_MONTHS = 3.0
"""Giving notice and moving take so long anyway, an assumption: a wait within it keeps nobody."""
LEAST_PAY = 1 / 3
"""A threshold below this part of mean pay keeps nobody out, an assumption: where pay is log-normal
with standard deviation 0.5, some 3 % earn less."""


class Promise(NamedTuple):
    """What one step promises."""

    flow: str
    """Which published flow it moves: more come, or fewer leave."""
    share: float
    """By what part of that flow."""
    source: str
    binds: Binds
    """Whether there is anybody at all whom it can move."""


def _always(observation: Observation) -> bool:
    return True


def _way_in(observation: Observation) -> bool:
    """Whether the main scheme brings people in, and is no change of status of who is here."""
    scheme = observation.main()
    return scheme is not None and not scheme.residence_years_min


def _office_is_slow(observation: Observation) -> bool:
    scheme = observation.main()
    wait = 0.0 if scheme is None else scheme.processing_months or 0.0
    return _way_in(observation) and wait > NOTICE_MONTHS


def _threshold_is_high(observation: Observation) -> bool:
    scheme = observation.main()
    least = 0.0 if scheme is None else scheme.min_pay_usd or 0.0
    pay = float(observation.facts["pay_usd"][observation.row])
    return _way_in(observation) and least > LEAST_PAY * pay


PROMISES: Mapping[str, Promise] = {
    "quicker_office": Promise(
        "inflow", 0.005, "assumption: nothing is published on a month of waiting", _office_is_slow
    ),
    "household_help": Promise(
        "inflow", 0.005, "assumption: nothing is published on who comes for it", _way_in
    ),
    "partner_work": Promise(
        "inflow", 0.05, "assumption: as much as a quicker permanence", _way_in
    ),
    "returnee_grant": Promise(
        "inflow", 0.02, "assumption: 5 % of net pay over three years, with the elasticity of "
        "`newcomer_tax`, for the quarter of those who come that come home", _always
    ),
    "retention_grant": Promise(
        "outflow", 0.02, "assumption: as much of those who leave as `returnee_grant` of those who "
        "come", _always
    ),
    "research_environment": Promise(
        "inflow", 0.01, "assumption; sign from Stern 2004: scientists pay to be scientists", _always
    ),
    "adoption_subsidy": Promise(
        "inflow", 0.01, "assumption: nothing is published on who comes for it", _always
    ),
    "newcomer_tax": Promise(
        "inflow", 0.09, "elasticity 1.5 of highly paid foreigners to what tax leaves them (1.5 to "
        "2 in Kleven, Landais and Schultz 2014, about 1 for inventors in Akcigit et al. 2016), "
        "times 5 points of about 80", _always
    ),
    "lower_pay": Promise(
        "inflow", 0.02, "assumption: the few between the old threshold and the new",
        _threshold_is_high
    ),
    "quicker_permanence": Promise(
        "inflow", 0.05, "assumption; sign from Czaika and Parsons 2017: permanence raises numbers",
        _way_in
    ),
    "dual_citizenship": Promise(
        "inflow", 0.03, "assumption: less than permanence, which comes sooner", _always
    ),
}  # fmt: skip
"""By name on the menu. They are written down from studies and not from what the model does."""


def promised(observation: Observation, name: str) -> float:
    """Persons a year by whom a step on the menu should raise net flow; 0 where it moves nobody.

    The flow is the own one as published, a mean over the last years; at least one person, so that
    who has nobody yet can act, too.
    """
    promise = PROMISES[name]
    if not promise.binds(observation):
        return 0.0
    return promise.share * max(float(observation.own(promise.flow)[-YEARS:].mean()), 1.0)
