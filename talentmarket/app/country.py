"""Country panel: flows, stock, mismatch, schemes and their queues of one country."""

from __future__ import annotations

from collections.abc import Sequence

from agents.levers import Scheme, month_text
from talentmarket.app import svg
from talentmarket.app.snapshot import FIELD_NAMES, Snapshot

BAR = 118.0


def tiles(snapshot: Snapshot, code: str) -> str:
    """What matters now, each with its distance from the twin where there is one."""
    place = snapshot.place(code)

    def now(measure: str) -> float:
        return float(snapshot.series[measure][-1][place])

    def beside(measure: str, scale: float = 1.0, digits: int = 0) -> str:
        if snapshot.twin is None:
            return ""
        gap = (now(measure) - float(snapshot.twin[measure][-1][place])) * scale
        return f" · vs twin {svg.signed(gap, digits)}"

    months = snapshot.flow_months
    rate = float(snapshot.rates[-1][place])
    shown = [
        ("AI people, persons", svg.number(now("stock")), beside("stock")),
        (f"net inflow, {months} months, persons",
         svg.signed(float(snapshot.last_year("net")[place])), ""),
        (f"inflow, {months} months", svg.number(float(snapshot.last_year("inflow")[place])), ""),
        (f"outflow, {months} months", svg.number(float(snapshot.last_year("outflow")[place])), ""),
        ("net per 10,000 AI people, 12 months", svg.signed(rate, 1), ""),
        ("mean pay, USD of 2024 a year", svg.number(now("mean_pay")), beside("mean_pay")),
        ("mismatch of fields, share", svg.number(now("mismatch"), 3), beside("mismatch", 1, 3)),
        ("born abroad, %", svg.number(now("foreign_born_share") * 100, 1),
         beside("foreign_born_share", 100, 1)),
        ("without a job, persons", svg.number(now("unemployed")), beside("unemployed")),
        ("startups", svg.number(now("startups")), beside("startups")),
    ]  # fmt: skip
    cells = [
        f"<div class='tm-tile'><b>{svg.text_of(value)}</b>"
        f"<span>{svg.text_of(name + gap)}</span></div>"
        for name, value, gap in shown
    ]
    month = month_text(snapshot.month)
    return f"<div class='tm-tiles' data-month='{month}'>{''.join(cells)}</div>"


def draw_fields(snapshot: Snapshot, code: str) -> str:
    """What people can do against what employers ask for, field by field, on one fixed scale."""
    place = snapshot.place(code)
    height, full = 30.0, 0.5
    parts = []
    for row, field in enumerate(FIELD_NAMES):
        y = 34 + row * height
        parts.append(svg.words(0, y, field, size=11))
        for shift, values, colour in (
            (4, snapshot.supply, svg.BLUE), (11, snapshot.demand, svg.ORANGE),
        ):
            share = float(values[place][row])
            width = 190 * min(share / full, 1.0)
            parts.append(
                f"<rect x='0' y='{y + shift:.0f}' width='{width:.1f}' height='6' fill='{colour}'/>"
            )
            parts.append(svg.words(width + 4, y + shift + 6, f"{100 * share:.0f} %", size=9,
                                   colour=svg.GREY))  # fmt: skip
    parts.append(f"<rect x='0' y='6' width='10' height='6' fill='{svg.BLUE}'/>")
    parts.append(svg.words(14, 13, "people", size=11))
    parts.append(f"<rect x='70' y='6' width='10' height='6' fill='{svg.ORANGE}'/>")
    parts.append(svg.words(84, 13, "work asked for", size=11))
    title = f"Supply and demand by field, {snapshot.name(code)}"
    return svg.picture(240, 34 + height * len(FIELD_NAMES), parts, title)


def field_rows(snapshot: Snapshot, code: str) -> tuple[Sequence[str], list[list[str]]]:
    """The same numbers as a table."""
    place = snapshot.place(code)
    found = [
        [field, svg.number(100 * float(supply), 1), svg.number(100 * float(demand), 1)]
        for field, supply, demand in zip(
            FIELD_NAMES, snapshot.supply[place], snapshot.demand[place], strict=True
        )
    ]
    return ("Field", "People, %", "Work, %"), found


def schemes_of(snapshot: Snapshot, code: str) -> list[Scheme]:
    """Schemes of a country that are open."""
    return [scheme for scheme in snapshot.schemes if scheme.country == code]


def scheme_rows(snapshot: Snapshot, code: str) -> tuple[Sequence[str], list[list[str]]]:
    """Open schemes with their pipeline of the current year, persons."""
    header = ("Scheme", "Applied", "Granted", "Refused", "Waiting", "Places")
    visas = snapshot.visas
    year = snapshot.month // 12
    visas = visas[(visas["country"] == code) & (visas["year"] == year)].set_index("scheme")
    titles: dict[str, str] = {}
    for scheme in schemes_of(snapshot, code):
        titles.setdefault(scheme.id, scheme.title or scheme.id)
    for slug in visas.index:
        titles.setdefault(str(slug), f"{slug} (closed)")
    found = []
    for slug, title in titles.items():
        counts = ["–"] * 5
        if slug in visas.index:
            line = visas.loc[slug]
            counts = [
                svg.number(float(line[name]))
                for name in ("applications", "grants", "refusals", "waiting")
            ]
            places = float(line["places"])
            counts.append(svg.number(places) if places else "no cap")
        found.append([title, *counts])
    return header, found
