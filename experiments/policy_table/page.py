"""The page of the table of policies, as Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from experiments.compare.result import Comparison
from experiments.policy_table.answers import AGAINST, EXPECTED, OPEN, Answer, Interaction
from experiments.policy_table.questions import NOT_ASKED, PACKAGE, PACKAGE_PARTS
from model.tables import country_names

INTRODUCTION = """# What each shipped policy does

<!-- Written by `python -m experiments.policy_table --out docs --seeds {seeds}`; do not edit. -->

{worlds} Each policy is held against the same worlds without it, or against the policy named, in
pairs that share their luck. The effect is the mean over pairs with its 95 % interval (Student's t
over pairs): luck alone, **not** the uncertainty of the model's parameters, most of which are
assumptions. Flows are summed over the years given, stocks, pay and mismatch are read at their end,
rates averaged. Signs were written down before the worlds were run, but where a line says otherwise;
no parameter was set to bring one about.

*{expected}* lines come out {EXPECTED}; in {open} the effect is {OPEN} from luck; {against} come out
{AGAINST}. With so many lines one in twenty would fall outside its interval by luck.

![Effects by policy, relative to the baseline](policy_table.png)

"""
PACKAGE_TEXT = """
## The package against its parts

`{package}` against the sum of the effects of `{parts}`. A difference whose interval holds 0 says
that parts add up, as far as these worlds can tell.

"""
LUCK_TEXT = """
## What common luck is worth

Variance that the effect would have if both worlds of a pair had luck of their own, over the one it
has, by years since the change: median over the {scenario} policies whose effect on the acting
country is distinguishable from nought, by relative size of the effect, beside the median of the
largest ratio that perfect common luck could give
(see `experiments.compare.statistics.largest_ratio`). In brackets how many policies it rests on.

"""
LUCK_SIZES = ((0.0, 0.03, "under 3 %"), (0.03, 0.1, "3 to 10 %"), (0.1, np.inf, "over 10 %"))


def page(
    found: Sequence[Answer], package: Sequence[Interaction], luck: pd.DataFrame,
    comparisons: Mapping[str, Comparison],
) -> str:
    """The whole page."""
    verdicts = [answer.verdict for answer in found]
    text = INTRODUCTION.format(
        seeds=max(len(comparison.seeds) for comparison in comparisons.values()),
        worlds=" ".join(_worlds(name, comparison) for name, comparison in comparisons.items()),
        expected=verdicts.count(EXPECTED), open=verdicts.count(OPEN),
        against=verdicts.count(AGAINST), EXPECTED=EXPECTED, OPEN=OPEN, AGAINST=AGAINST,
    )
    text += _table(
        ("policy", "against", "measure", "years", "expected", "baseline", "effect", "95 % interval",
         "of baseline", "verdict", "why"),
        [_line(answer) for answer in found],
    )
    left_out = "; ".join(f"`{policy}`: {why}" for policy, why in NOT_ASKED.items())
    text += f"\nNot asked here: {left_out}.\n"
    text += PACKAGE_TEXT.format(package=PACKAGE, parts="`, `".join(PACKAGE_PARTS))
    text += _table(
        ("measure in South Korea", "package", "sum of parts", "difference", "95 % interval"),
        [
            (row.measure, _number(row.package, row.unit), _number(row.parts, row.unit),
             _number(row.effect, row.unit), _interval(row.low, row.high, row.unit))
            for row in package
        ],
    )
    return text + LUCK_TEXT.format(scenario="baseline") + _luck_table(luck)


def _worlds(name: str, comparison: Comparison) -> str:
    scale = float(comparison.scenario["persons_per_agent"])
    return (
        f"Scenario `{name}` to {comparison.scenario['end']}: {len(comparison.seeds)} pairs a "
        f"policy at {scale:g} persons per agent."
    )


def _line(answer: Answer) -> tuple[str, ...]:
    question, unit = answer.question, answer.unit
    country = {**country_names(), "WLD": "world"}[question.country]
    years = answer.years[0] if len(answer.years) == 1 else f"{answer.years[0]}–{answer.years[-1]}"
    if question.scenario != "baseline":
        years += f" (`{question.scenario}`)"
    # a net flow may be near nought, so its effect has no size relative to it
    no_share = question.measure == "net" or answer.baseline == 0
    share = "" if no_share else f"{answer.effect / answer.baseline:+.1%}"
    return (
        f"`{question.policy}`", "" if question.against == "none" else f"`{question.against}`",
        f"{question.measure}, {country}", years, "+" if question.sign > 0 else "−",
        _number(answer.baseline, unit, sign=False), _number(answer.effect, unit),
        _interval(answer.low, answer.high, unit), share.replace("-", "−"), answer.verdict,
        question.theory,
    )


def _number(value: float, unit: str, *, sign: bool = True) -> str:
    digits = 4 if unit == "share" else 0
    text = f"{value:{'+' if sign else ''},.{digits}f}"
    return text.replace(",", " ").replace("-", "−")


def _interval(low: float, high: float, unit: str) -> str:
    return f"{_number(low, unit)} to {_number(high, unit)}"


def _luck_table(luck: pd.DataFrame) -> str:
    rows = []
    flows = luck[luck["bound"].notna() & (luck["measure"] == "inflow")]
    for low, high, name in LUCK_SIZES:
        size = flows["relative_effect"].abs()
        chosen = flows[(size >= low) & (size < high)]
        for years, part in chosen.groupby("years"):
            ratio, bound = part["variance_ratio"].median(), part["bound"].median()
            count = part["policy"].nunique()
            rows.append((name, str(years), f"{ratio:.1f} ({count})", f"{bound:.0f}"))
    return _table(("effect on inflow", "years since the change", "variance ratio", "bound"), rows)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


