"""Words that the figure and the page of a sensitivity analysis share."""

from __future__ import annotations

from experiments.sensitivity.plan import Plan
from model.tables import country_names


def question(plan: Plan) -> str:
    """The figure asked about."""
    country = country_names().get(plan.country, plan.country)
    return f"{plan.measure.replace('_', ' ')} of {country}"


def span(plan: Plan) -> str:
    """The periods over whose mean it is asked about."""
    first, last = min(plan.periods), max(plan.periods)
    return first if first == last else f"mean of {first} to {last}"
