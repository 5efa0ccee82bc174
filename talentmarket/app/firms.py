"""Firms view: who employs most AI people, and who buys, licenses or hires from whom."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from agents.levers import month_text
from talentmarket.app import svg
from talentmarket.app.snapshot import Snapshot

SHOWN, DEALS_SHOWN = 16, 40
KINDS = {
    "big_tech": ("big tech", svg.BLUE), "startup": ("startups", svg.ORANGE),
    "public_research": ("public research", svg.GREEN), "industry": ("industry", svg.PURPLE),
}  # fmt: skip
LEAST = 10_000.0
ROW = 19.0


def chosen_deals(snapshot: Snapshot, country: str | None) -> pd.DataFrame:
    """Deals, the latest first; only those over firms of a country where one is given."""
    deals = snapshot.deals
    if country is not None:
        deals = deals[deals["target_country"] == country]
    return deals.iloc[::-1]


def draw_employers(snapshot: Snapshot) -> str:
    """The largest employers of AI people, coloured by kind."""
    rows = snapshot.employers.head(SHOWN)
    top = svg.round_up(max(float(rows["researchers"].max()) if len(rows) else 0.0, LEAST))
    left, width = 190.0, 400.0
    parts = [svg.words(4, 16, "Largest employers of AI people, persons", size=13, bold=True)]
    for place, (label, colour) in enumerate(KINDS.values()):
        x = left + place * 118
        parts.append(f"<rect x='{x}' y='25' width='10' height='10' fill='{colour}'/>")
        parts.append(svg.words(x + 14, 34, label, size=11))
    for place, row in enumerate(rows.itertuples()):
        y = 46 + place * ROW
        length = width * float(row.researchers) / top
        label = f"{row.employer} ({row.country})"
        parts.append(svg.words(left - 6, y + 11, label[:34], size=11, anchor="end"))
        parts.append(
            f"<rect x='{left}' y='{y}' width='{length:.1f}' height='14' "
            f"fill='{KINDS[row.kind][1]}'><title>{svg.text_of(label)}: "
            f"{svg.number(float(row.researchers))} persons, mean pay "
            f"{svg.number(float(row.mean_pay_usd))} USD of 2024</title></rect>"
        )
        parts.append(svg.words(left + length + 5, y + 11, svg.number(float(row.researchers)),
                               size=10.5, colour=svg.GREY))  # fmt: skip
    return svg.picture(720, 52 + ROW * len(rows), parts, "Largest employers")


def counts_by_year(snapshot: Snapshot, country: str | None) -> pd.DataFrame:
    """Deals a year by form, each row as often as it stands in the table."""
    deals = chosen_deals(snapshot, country)
    if deals.empty:
        return pd.DataFrame()
    return pd.crosstab(deals["month"].str[:4], deals["form"])


def draw_deals(snapshot: Snapshot, country: str | None) -> str:
    """Deals a year by form."""
    counts = counts_by_year(snapshot, country)
    whose = "" if country is None else f" over firms of {snapshot.name(country)}"
    parts = [svg.words(4, 16, f"Deals a year by form{whose}", size=13, bold=True)]
    if counts.empty:
        parts.append(svg.words(4, 40, "None so far.", size=12, colour=svg.GREY))
        return svg.picture(720, 52, parts, "No deals")
    top = svg.round_up(max(float(counts.sum(axis=1).max()), 10.0))
    years = list(range(snapshot.first_month // 12, snapshot.end_month // 12 + 1))
    left, height, bottom = 46.0, 120.0, 160.0
    width = (520.0 - left) / len(years)
    for share in (0.0, 0.5, 1.0):
        y = bottom - height * share
        parts.append(svg.stroke(left, y, 520, y))
        parts.append(svg.words(left - 5, y + 4, svg.number(top * share), size=10, colour=svg.GREY,
                               anchor="end"))  # fmt: skip
    colours = dict(zip(counts.columns, (*svg.COLOURS, svg.INK, svg.GREY, "#BBBBBB"),
                       strict=False))  # fmt: skip
    for place, year in enumerate(years):
        y, x = bottom, left + place * width
        parts.append(svg.words(x + width / 2, bottom + 14, str(year), size=10, colour=svg.GREY,
                               anchor="middle"))  # fmt: skip
        for form in counts.columns if str(year) in counts.index else ():
            number = int(counts.loc[str(year), form])
            tall = height * number / top
            y -= tall
            parts.append(
                f"<rect x='{x + 2:.1f}' y='{y:.1f}' width='{width - 4:.1f}' height='{tall:.1f}' "
                f"fill='{colours.get(form, svg.GREY)}'><title>{year}, "
                f"{svg.text_of(form.replace('_', ' '))}: {number}</title></rect>"
            )
    for place, form in enumerate(counts.columns):
        y = 40 + place * 16
        parts.append(f"<rect x='545' y='{y - 9}' width='10' height='10' "
                     f"fill='{colours.get(form, svg.GREY)}'/>")  # fmt: skip
        parts.append(svg.words(560, y, form.replace("_", " "), size=11))
    return svg.picture(720, 182, parts, "Deals a year by form")


def deal_rows(
    snapshot: Snapshot, country: str | None
) -> tuple[Sequence[str], list[list[str]]]:
    """The latest deals."""
    header = ("Month", "Buyer", "Target", "Form", "Price, m USD of 2024", "People moved", "Review")
    found = [
        [str(row.month), str(row.buyer), f"{row.target} ({row.target_country})",
         str(row.form).replace("_", " "), svg.number(float(row.price_usd) / 1e6),
         svg.number(float(row.people_moved)), str(row.review).replace("_", " ")]
        for row in chosen_deals(snapshot, country).head(DEALS_SHOWN).itertuples()
    ]  # fmt: skip
    return header, found


def employer_rows(snapshot: Snapshot) -> tuple[Sequence[str], list[list[str]]]:
    """The largest employers as numbers."""
    header = ("Employer", "Kind", "Country", "AI people", "Mean pay, USD of 2024 a year")
    found = [
        [str(row.employer), KINDS[row.kind][0], str(row.country),
         svg.number(float(row.researchers)), svg.number(float(row.mean_pay_usd))]
        for row in snapshot.employers.itertuples()
    ]  # fmt: skip
    return header, found


def note(snapshot: Snapshot) -> str:
    """How to read rows in a world to scale."""
    return (
        f"Employers in {month_text(snapshot.month)}. A startup or deal stands for "
        f"{snapshot.persons_per_agent:g} of its kind, named firms for themselves; recorded deals "
        f"happen only in the scenario history. {snapshot.source()}"
    )
