"""The page on firms, as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from experiments.firms.answers import Answers
from experiments.firms.exits import AGE_APART, CONTROLS, PAY_APART, SOURCE
from experiments.firms.findings import Finding, number, text
from experiments.firms.living import ALIKE, ARMS, LARGEST, REMOVED
from experiments.firms.review import MEASURES, NAMES
from experiments.firms.worlds import Estimate
from model.recorded_deals import deal_forms

QUESTIONS = {
    "exits": "Acquired people against ordinary hires", "review": "Merger review",
    "prices": "Price of a person moved", "sizes": "Sizes of firms",
    "survival": "Survival of startups", "packages": "Pay at the top",
    "environment": "Environment against pay",
}  # fmt: skip


class Made(NamedTuple):
    """How the worlds were made, for the page."""

    command: str
    seeds: int
    persons_per_agent: float
    soak_seeds: int
    soak_persons_per_agent: float


def to_markdown(found: Answers, made: Made, picture: str | None, deals: str | None) -> str:
    """The whole page."""
    verdicts = [finding.verdict for finding in found.findings if finding.sign is not None]
    counts = ", ".join(f"{verdicts.count(name)} {name}" for name in dict.fromkeys(verdicts))
    parts = [
        "# Firms: deals, sizes, survival, pay", f"Made by `{made.command}`.",
        f"Worlds in which firms act (`ventures.active` at 1), 2019 to 2025: {made.seeds} of each "
        f"sort at {made.persons_per_agent:g} persons per agent, those of a seed with common luck; "
        f"for sizes {made.soak_seeds} worlds lived to 2068 at {made.soak_persons_per_agent:g}. "
        "Intervals are 95 %, Student's t over seeds: luck alone, neither parameters nor data. "
        "Signs were written down before the worlds were run. *Not distinguishable*: the interval "
        "holds nought. A claim that there is nothing is as theory says where it does.",
        f"Of {len(verdicts)} claims with a sign: {counts}.",
        _findings(found.findings),
    ]
    if picture is not None:
        parts.append(f"![Exits, review, prices, sizes, volatility and survival]({picture})")
    parts += [
        *_exits(found), *_review(found), *_prices(found), *_forms(found, deals), *_sizes(found),
        *_survival(found), *_pay(found),
    ]
    return "\n\n".join(parts) + "\n"


def _findings(findings: Sequence[Finding]) -> str:
    return _table(
        ("question", "claim", "simulated", "published", "expected", "verdict"),
        [
            (QUESTIONS[one.question], one.claim, text(one.estimate, one.digits) + one.unit,
             "–" if one.published is None else number(one.published, one.digits),
             {None: "–", 1: "more", -1: "less", 0: "nothing"}[one.sign], one.verdict)
            for one in findings
        ],
    )  # fmt: skip


def _exits(found: Answers) -> list[str]:
    rows = [
        (row.arm, number(row.share, 2), text(row.acquired), text(row.ordinary), text(row.gap),
         text(row.top_gap), text(row.fit_gap, 2), f"{row.people:,}")
        for row in found.fit.itertuples()
    ]  # fmt: skip
    return [
        f"## {QUESTIONS['exits']}",
        "Everybody who begins with a private firm from 2019 to 2024 is followed for twelve months. "
        "Gone is who has left the firm by then, for whatever reason, the profession included; who "
        "a later deal takes on is left out. So is who led a startup that is bought, its founder or "
        "else the ablest: they agree to deals, and the study is of others. Each acquired person is "
        "held against up to "
        f"{CONTROLS} ordinary hires of the same country, quarter and kind of employer, within "
        f"{PAY_APART:g} log points of pay and {AGE_APART:g} years of age, none used twice. Top "
        "earners are paid as the best paid tenth of private jobs of their country; since they are "
        "few, a line is laid through all pairs, too, by the share of private jobs of the country "
        f"that pay less. Published: 33 % against 12 %, more for top earners ({SOURCE}). "
        "Drafts of the study of 2018 to 2020 name high earners, the abstract of the last one "
        "(2023) no longer does. Where *fit counts for people alone*, firms gain nothing from it "
        "and it counts as much for all: who is paid much was then won by pay and fits less than "
        "others who were hired, and those acquired with equal pay lack less. *Share of fit*: its "
        "part of the variance of what private employers of a country are worth to a person. In "
        f"*fit drawn alike* those who are acquired get the best of {ALIKE:g} draws on average, "
        "what people have who chose, and fit counts as much for all, however able.",
        _table(("worlds", "share of fit", "acquired, %", "matches, %", "gap, points",
                "gap of top earners", "fit less that of matches, s.d.", "acquired people"), rows),
    ]  # fmt: skip


def _review(found: Answers) -> list[str]:
    rows = [
        (NAMES[row.arm], MEASURES[row.measure], number(row.baseline, 0),
         text(Estimate(row.effect, row.low, row.high, row.seeds), 0))
        for row in found.review.itertuples()
    ]  # fmt: skip
    return [
        f"## {QUESTIONS['review']}",
        "Paired differences against the same worlds without the policies, 2020 to 2025: deals "
        "carried out (a row of the simulated table counted as the deals it stands for) and people "
        "moved. As shipped the policies act in the United States, on deals from 10 million USD; "
        "the same rules are tried in every country and from any price, too.",
        _table(("rules", "counted", "without", "difference"), rows),
    ]


def _prices(found: Answers) -> list[str]:
    rows = [
        (row.source, row.form.replace("_", " "), number(row.deals, 0), number(row.p10, 2),
         number(row.median, 2), number(row.p90, 2), number(row.most, 2))
        for row in found.prices.itertuples()
    ]
    return [
        f"## {QUESTIONS['prices']}",
        "Million USD of 2024. The press records deals because they are famous, so the fair "
        "comparison is with as many of the largest simulated deals of each world, by price; the "
        "others are shown for what they are. Recorded people are those who were told to have "
        "moved, of whom not all are AI people; simulated ones are. A price buys technology and "
        "cash with the people, in both.",
        _table(("deals", "form", "number", "tenth", "median", "nine tenths", "most"), rows),
    ]


def _forms(found: Answers, picture: str | None) -> list[str]:
    titles = {name: form.title for name, form in deal_forms().items()}
    rows = [
        (row.form.replace("_", " "), titles[row.form],
         text(Estimate(row.simulated, row.low, row.high, 0), 0), _share(row.share),
         _share(row.share_of_largest), row.recorded, _share(row.recorded_share))
        for row in found.forms.itertuples()
    ]  # fmt: skip
    parts = [
        "## Deals by form",
        "Deals carried out from 2019 to 2025. *Of the largest*: among as many simulated deals, by "
        "price, as were recorded, licences left out. Nobody records licences and lift-outs.",
        _table(("form", "what it is", "simulated", "share", "of the largest", "recorded",
                "share recorded"), rows),
    ]  # fmt: skip
    return [*parts, f"![Deals by form and year]({picture})"] if picture else parts


def _sizes(found: Answers) -> list[str]:
    tails = [(row.cutoff, f"{row.firms:,}", text(Estimate(*row[3:7]), 2),
              text(Estimate(*row[7:11]), 2))
             for row in found.tails.itertuples()]  # fmt: skip
    spread = [(number(row.size), number(row.spread, 3), f"{row.firms:,}")
              for row in found.spread.itertuples()]  # fmt: skip
    return [
        f"## {QUESTIONS['sizes']}",
        "Startups founded in the run and open at the end of 2068, by people. The exponent ζ of "
        "P(S ≥ s) ~ s^−ζ is that of largest likelihood for whole numbers, in each world, from the "
        "size on from which the law fits best by Kolmogorov's distance over all worlds (Clauset, "
        f"Shalizi and Newman 2009), here {found.cutoff}, and from others beside. Published: 1.06 "
        "for all firms of the United States and all their staff (Axtell 2001); here people are AI "
        "people alone. *By theory*: what random growth in proportion to size with entry and exit "
        "has, from growth over five years and ends of the firms of that size (Gabaix 2009).",
        _table(("from people", "firms", "exponent", "by theory"), tails),
        "Log growth from year to year over the last twenty years; published: a spread that falls "
        "with the power 0.2 of size (Riccaboni et al. 2008). That power, and how large shocks are, "
        "come from published figures (`shocks.size_fall`, `shocks.volatility`) and are inputs; "
        "what teams make of them, late and with the comings and goings of people, which fall with "
        "the power 0.5, is not.",
        _table(("people", "standard deviation", "firms and years"), spread),
    ]


def _survival(found: Answers) -> list[str]:
    rows = [(row.years, text(Estimate(row.value, row.low, row.high, 0)))
            for row in found.survival.itertuples()]  # fmt: skip
    return [
        f"## {QUESTIONS['survival']}",
        "American startups founded in the run that have not failed, %; those bought are followed "
        "until then (Kaplan and Meier). Published figures of establishments count all new firms, "
        "those of Carta firms that keep their shares there. How many find a market and how much "
        "money there is (`ventures.market_power`, `funding.capital_share`) were set by the figures "
        "of establishments after two and four years: these are used, not tested.",
        _table(("years", "not failed, %"), rows),
    ]


def _pay(found: Answers) -> list[str]:
    parts = {"top_0.1": "best paid 0.1 %", "top_1": "best paid 1 %", "all": "everybody",
             "ablest": "the ablest 1 %, geometric mean"}  # fmt: skip
    rows = [
        (ARMS[row.arm].title, parts[row.part], number(row.baseline, 0),
         text(Estimate(row.value, row.low, row.high, 0), 2))
        for row in found.packages.itertuples()
    ]
    return [
        f"## {QUESTIONS['packages']} and environment",
        f"Mean quoted pay in the United States at the ends of 2021 to 2025. Where {REMOVED}, or "
        f"each of {', '.join(LARGEST)}, opens no posts it keeps whom it has for as long as they "
        "stay, and may still buy firms. With one "
        "post met a month nobody has rival bids but the employer's own answer.",
        _table(("worlds", "part", "default, USD", "change, log %"), rows),
        "Environment: people of the ablest tenth who change employer within a country, from "
        "private firms to big tech and domestic industry, by pay and what shares add to it.",
    ]


def _share(value: float) -> str:
    return "–" if value != value else f"{100 * value:.0f} %"


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "| --- " * len(head) + "|"]
    lines += [
        "| " + " | ".join(str(value).replace("|", "\\|") for value in row) + " |" for row in rows
    ]
    return "\n".join(lines)

