"""The page of a sensitivity analysis: what matters, how much of it, and what it rests on."""

from __future__ import annotations

import math

from experiments.sensitivity.indices import Indices
from experiments.sensitivity.plan import Plan
from experiments.sensitivity.words import question, span
from model.parameters import all_parameters

MOST_ROWS = 20


def page(plan: Plan, screening: Indices, shares: Indices, picture: str) -> str:
    """The analysis as Markdown.

    Parameters
    ----------
    picture
        The path of the figure as the page refers to it.
    """
    base, command = plan.base, f"talentmarket sensitivity {plan.name} --page FILE"
    return "\n".join((
        "# Which parameters matter", "",
        f"For the {question(plan)}, {span(plan)}. `{command}` "
        f"makes this page: it moves {len(plan.names)} parameters over their ranges, first one at a "
        "time along random paths (Morris 1991), then those that matter most all together (Sobol "
        "2001; Saltelli et al. 2010).", "",
        f"![Screening and shares, with intervals]({picture})", "",
        *_shares(shares), "",
        *_screening(plan, screening), "",
        "## What it rests on", "",
        f"- Scenario `{base.scenario.name}` to {base.scenario.end}, "
        f"{base.scenario.persons_per_agent:g} persons per agent, {len(base.seeds)} seeds a point, "
        "the same for all points; the figure is the mean over them.",
        f"- {screening.used} of {screening.planned} paths and {shares.used} of "
        f"{shares.planned} base points have no failed run; the others are left out.",
        f"- {_luck(screening.luck)} of the variance over points of the screening is luck, "
        f"and {_luck(shares.luck)} of that of the shares. Luck is in no share; it widens "
        "the intervals, and lifts the small effects of the screening above nought.",
        "- Ranges are those that a value may lie in, and most are wide. A share says how much a "
        "parameter moves the figure within its range, not how much is known of it.",
        "",
    ))  # fmt: skip


def _shares(shares: Indices) -> list[str]:
    lines = ["| parameter | alone | 95 % | with interactions | 95 % |", "| --- | --- | --- | --- | "
             "--- |"]  # fmt: skip
    for row in shares.table.to_dict("records"):
        cells = [f"`{row['parameter']}`"]
        for name in ("first", "total"):
            low, high = row[f"{name}_low"], row[f"{name}_high"]
            cells += [f"{row[name]:.2f}", f"{low:.2f} to {high:.2f}"]
        lines.append(f"| {' | '.join(cells)} |")
    return ["Shares of the variance:", "", *lines]


def _screening(plan: Plan, screening: Indices) -> list[str]:
    known = {parameter.name: parameter for parameter in all_parameters()}
    lines = ["| parameter | range | effect of crossing it | 95 % | on average |",
             "| --- | --- | --- | --- | --- |"]  # fmt: skip
    ranges = dict(zip(plan.names, zip(plan.low, plan.high, strict=True),
                      strict=True))  # fmt: skip
    for row in screening.table.iloc[:MOST_ROWS].to_dict("records"):
        name = row["parameter"]
        low, high = ranges[name]
        unit = f" {known[name].unit}" if name in known and known[name].unit not in ("", "1") else ""
        lines.append(
            f"| `{name}` | {low:g} to {high:g}{unit} | {row['mu_star']:.3g} | {row['low']:.3g} to "
            f"{row['high']:.3g} | {row['mu']:+.3g} |"
        )
    return [
        f"The {min(len(screening.table), MOST_ROWS)} of {len(screening.table)} "
        "parameters with the largest effects in the screening, in the unit of the figure:", "",
        *lines,
    ]  # fmt: skip


def _luck(share: float) -> str:
    return "an unknown part" if math.isnan(share) else f"{100 * share:.0f} %"
