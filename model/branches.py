"""Branches: a market's twin from now on, under further policies that cannot reach the past."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from agents.declare import InputError
from agents.levers import month_text
from agents.policies import Policy
from model.market_state import MarketState, copied, widen, world_of
from model.policy_files import PolicyLike, read_policy
from model.recorded_deals import left_out
from model.world import World


def branched(
    state: MarketState, world: World, policies: Sequence[PolicyLike]
) -> tuple[MarketState, World]:
    """A copy of a market's state and world, under further policies.

    Raises
    ------
    InputError
        A policy cannot be used, or would act in a month already lived.
    """
    added = [from_next_month(read_policy(policy), world.month) for policy in policies]
    fresh = copied({"world": state.world, "recorder": state.recorder, "clock": state.clock})
    state = state._replace(**fresh)
    twin = world_of(state.world, world.tables, world.rules.copy())
    if added:
        specification = state.specification.with_changes(policies=added)
        timeline = state.timeline.with_policies(added)
        twin.rules = timeline.rules(world.tables.index)
        widen(twin, state.recorder, before=world.rules)
        state = state._replace(specification=specification, timeline=timeline)
    return state, twin


def from_next_month(policy: Policy, month: int) -> Policy:
    """A policy for a market that has lived up to a month: new schemes open later on.

    Raises
    ------
    InputError
        Something in it is dated in a month already lived; all faults together.
    """
    faults = []
    for change in policy.changes:
        if change.month <= month:
            what = change.scheme or f"{', '.join(change.names())} in {change.country}"
            faults.append(_past(policy, f"change of {what}, from", change.month, month))
    for scheme in policy.schemes:
        for key in ("valid_from", "valid_to"):
            when = getattr(scheme, key)
            if when is not None and when <= month:
                faults.append(_past(policy, f"scheme {scheme.id}, {key}", when, month))
    for one in left_out(policy.without_deals):
        if one.deal.month <= month:
            what = f"without_deals, deal {one.name}, of"
            faults.append(_past(policy, what, one.deal.month, month))
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise InputError("; ".join(str(fault) for fault in faults))
    return _dated(policy, month + 1)


def _past(policy: Policy, key: str, when: int, month: int) -> InputError:
    return InputError(
        "lies in the past of this market", file=policy.file, key=f"policy {policy.name}, {key}",
        value=month_text(when), allowed=f"{month_text(month + 1)} or later",
    )


def _dated(policy: Policy, first: int) -> Policy:
    """The policy with a first month for each new scheme, also as it is written.

    So the same policies, run from the start, give the same world.
    """
    schemes = tuple(
        scheme if scheme.valid_from is not None else dataclasses.replace(scheme, valid_from=first)
        for scheme in policy.schemes
    )
    if schemes == policy.schemes:
        return policy
    written = dict[str, Any](policy.written)
    if "scheme" in written:
        month = month_text(first)
        written["scheme"] = [{"valid_from": month, **entry} for entry in written["scheme"]]
    return dataclasses.replace(policy, schemes=schemes, written=written)
