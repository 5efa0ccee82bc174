"""Recorded deals as events, and forms of deals with the terms that the records show."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from model.data.build.common import (
    REST_OF_WORLD,
    Row,
    core_countries,
    median,
    number,
    read_rows,
    text_of,
    write_table,
)
from model.data.build.prices import EURO, YUAN, in_base_year

FIRST_YEAR, LAST_YEAR = 2014, 2025
FORM_OF = {  # type of the raw table → form, whether it was given up
    "acquisition": ("full_acquisition", False),
    "acqui-hire": ("acqui_hire", False),
    "license-and-hire": ("licence_and_hire", False),
    "minority stake": ("minority_stake", False),
    "minority stake with hire": ("stake_and_hire", False),
    "majority stake": ("majority_stake", False),
    "abandoned acquisition": ("full_acquisition", True),
}
FIRM_OF = {"Nvidia": "NVIDIA", "Facebook": "Meta", "Samsung": "Samsung Electronics",
           "Windsurf (remaining company)": "Windsurf"}  # fmt: skip
COLUMN_OF = {  # column of the raw table → column here
    "date": "month", "date month": "month", "target_country": "target_country",
    "deal_type": "form", "amount_usd": "price_usd", "team_moved": "people_moved",
    "team_moved_share": "team_share_moved", "founders_moved": "founders_moved",
    "licence_included": "licence", "stake_percent": "stake_share",
    "target_stays_independent": "stays_independent",
}  # fmt: skip
# Prices that the note gives, in another money or with pay that keeps movers: target, words that
# must stand there, dollars.
PRICED_IN_NOTES = {
    "Adept": ("Licence fee 330 million plus about 100 million retention", 430e6),
    "Light Year": ("2.065 billion yuan", 2.065e9 * YUAN),
    "Mistral AI": ("1.3 billion euros", 1.3e9 * EURO),
}
PLACED_IN_NOTES = {"Itseez": ("engineering team largely in Russia", "RUS")}
NOBODY_MOVES = "minority stake"  # of the raw table; with founders it says so
HEADER = ("month", "buyer", "buyer_country", "target", "target_country", "form", "abandoned",
          "price_usd", "people_moved", "team_share_moved", "founders_moved", "licence",
          "stake_share", "stays_independent", "confidence", "imputed", "source")  # fmt: skip


def deals(raw: Path) -> list[dict[str, str]]:
    """The recorded deals of the years wanted as rows of text, in the order of their dates."""
    core = core_countries(raw)
    wanted = [
        row for row in read_rows(raw, "deals_ai_talent_2013_2026.csv")
        if re.match(r"\d{4}-\d{2}", row["date"])
        and FIRST_YEAR <= int(row["date"][:4]) <= LAST_YEAR
    ]  # fmt: skip
    return [_deal(row, core) for row in sorted(wanted, key=lambda row: row["date"])]


def _deal(row: Row, core: Sequence[str]) -> dict[str, str]:
    form, abandoned = FORM_OF[row["deal_type"]]
    made = {COLUMN_OF[name] for name in row["fields_from_background"].split(";")
            if name in COLUMN_OF}  # fmt: skip
    price, year = number(row["amount_usd"]), int(row["date"][:4])
    if row["target"] in PRICED_IN_NOTES:
        words, price = PRICED_IN_NOTES[row["target"]]
        _must_say(row, words)
        made.add("price_usd")
    place = row["target_country"]
    if row["target"] in PLACED_IN_NOTES:
        words, place = PLACED_IN_NOTES[row["target"]]
        _must_say(row, words)
        made.add("target_country")
    stake = number(row["stake_percent"])
    found = {
        "month": row["date"][:7],
        "buyer": FIRM_OF.get(row["acquirer"], row["acquirer"]),
        "buyer_country": _known(row["acquirer_country"], core),
        "target": FIRM_OF.get(row["target"], row["target"]),
        "target_country": _known(place, core),
        "form": form,
        "abandoned": _truth("1" if abandoned else "0"),
        "price_usd": text_of(None if price is None else in_base_year(price, year), 3),
        "people_moved": text_of(number(row["team_moved"])),
        "team_share_moved": text_of(number(row["team_moved_share"])),
        "founders_moved": _truth(row["founders_moved"]),
        "licence": _truth(row["licence_included"]),
        "stake_share": text_of(None if stake is None else stake / 100.0),
        "stays_independent": _truth(row["target_stays_independent"]),
        "confidence": row["confidence"].replace("_unverified", ""),
        "source": row["source_url"] or "general knowledge",
    }
    if row["deal_type"] == NOBODY_MOVES:  # the type says that nobody was hired
        for column, value in (("team_share_moved", "0"), ("founders_moved", "false")):
            if not found[column]:
                found[column] = value
                made.add(column)
    if row["fields_from_background"] == "all":
        made = set(HEADER[: HEADER.index("confidence")])
    found["imputed"] = ";".join(c for c in HEADER if c in made and found[c])
    return found


def _must_say(row: Row, words: str) -> None:
    if words not in row["notes"]:
        raise ValueError(f"{row['target']}: {row['notes']!r} does not say {words!r}")


def _known(country: str, core: Sequence[str]) -> str:
    return country if country in core else REST_OF_WORLD


def _truth(text: str) -> str:
    return {"0": "false", "1": "true"}.get(text, "")


# Forms ------------------------------------------------------------------------------------------


class Form(NamedTuple):
    """Terms of one form as assumed here; what the records show takes their place."""

    form: str
    title: str
    who_moves: str
    team_share: float
    technology_share: float
    exclusive: bool
    control: bool
    stake_share: float
    reviewed_as: str
    retention_months: int
    retention_share: float
    paid: str
    remainder: str


RETENTION_MONTHS = 36  # assumption, 24 to 48: stock that movers earn over two to four years
FORMS = (
    Form("licence", "Licence to use the technology", "none", 0.0, 1.0, False, False, 0.0,
         "licence", 0, 0.0, "firm", "continues"),
    Form("lift_out", "A group hired away together", "key_staff", 0.2, 0.0, False, False, 0.0,
         "hire", 24, 0.5, "staff", "continues"),
    Form("acqui_hire", "A small firm bought for its team, its product closed", "key_staff", 0.7,
         0.0, False, False, 0.0, "acqui_hire", RETENTION_MONTHS, 0.5, "investors;founders;staff",
         "closes"),
    Form("licence_and_hire", "Licence to the technology together with founders and key staff",
         "key_staff", 0.5, 1.0, False, False, 0.0, "licence_and_hire", RETENTION_MONTHS, 0.3,
         "investors;founders;staff;firm", "continues"),
    Form("minority_stake", "Stake without control, bought with money for the firm", "none", 0.0,
         1.0, False, False, 0.2, "minority_stake", 0, 0.0, "firm", "continues"),
    Form("stake_and_hire", "Large stake without control, founders and a few more move",
         "founders", 0.05, 1.0, False, False, 0.3, "minority_stake", RETENTION_MONTHS, 0.1,
         "investors;founders;staff;firm", "continues"),
    Form("majority_stake", "Control of a firm that goes on under its own name", "none", 0.0, 1.0,
         True, True, 0.6, "acquisition", 0, 0.0, "investors;founders;staff;firm", "continues"),
    Form("full_acquisition", "The whole firm bought, its team joins the buyer", "all", 1.0, 1.0,
         True, True, 1.0, "acquisition", RETENTION_MONTHS, 0.2, "investors;founders;staff",
         "closes"),
)  # fmt: skip
# Pay that keeps movers, in notes: target, words that must stand there, share of the whole price.
RETENTION_IN_NOTES = (
    ("licence_and_hire", "Adept", "Licence fee 330 million plus about 100 million retention",
     100.0 / 430.0),
    ("licence_and_hire", "Windsurf", "1.2 billion to investors and 1.2 billion pay", 0.5),
    ("full_acquisition", "CentML", "Over 300 million to holders, over 400 with earn-outs", 0.25),
)  # fmt: skip
DEFINED = {  # what a form is by its name, hence neither recorded nor judged
    "licence": {"who_moves", "team_share", "technology_share", "control", "stake_share",
                "retention_months", "retention_share", "paid", "remainder", "reviewed_as"},
    "lift_out": {"who_moves", "technology_share", "exclusive", "control", "stake_share",
                 "reviewed_as", "remainder"},
    "acqui_hire": {"reviewed_as", "who_moves"},
    "licence_and_hire": {"reviewed_as", "control", "who_moves", "technology_share"},
    "minority_stake": {"reviewed_as", "who_moves", "team_share", "retention_months",
                       "retention_share", "paid"},
    "stake_and_hire": {"reviewed_as", "who_moves"},
    "majority_stake": {"reviewed_as", "control", "who_moves", "team_share"},
    "full_acquisition": {"reviewed_as", "who_moves", "technology_share", "exclusive", "control",
                         "stake_share"},
}  # fmt: skip
Rows = Sequence[dict[str, str]]


class Shown(NamedTuple):
    """A term as the records show it, with the number of deals that say it."""

    value: str
    deals: int


def _of(rows: Rows, column: str) -> list[str]:
    return [row[column] for row in rows if row[column]]


def _middle(values: Sequence[float]) -> Shown:
    return Shown(text_of(median(values)), len(values))


def _most(values: Sequence[str], yes: str, no: str) -> Shown:
    return Shown(yes if 2 * values.count("true") > len(values) else no, len(values))


def shown(form: str, rows: Rows, raw: Path) -> dict[str, Shown]:
    """Terms of a form that recorded deals say, by column."""
    found = dict[str, Shown]()
    told: dict[str, Callable[[list[str]], Shown]] = {
        "team_share_moved": lambda texts: _middle([float(text) for text in texts]),
        "stake_share": lambda texts: _middle([float(text) for text in texts]),
        "stays_independent": lambda texts: _most(texts, "continues", "closes"),
    }
    name_of = {"team_share_moved": "team_share", "stays_independent": "remainder"}
    for column, read in told.items():
        if texts := _of(rows, column):
            found[name_of.get(column, column)] = read(texts)
    notes = read_rows(raw, "deals_ai_talent_2013_2026.csv")
    kept = []
    for named, target, words, share in RETENTION_IN_NOTES:
        if named == form:
            if not any(words in row["notes"] for row in notes if row["target"] == target):
                raise ValueError(f"{target}: no note says {words!r}")
            kept.append(share)
    if kept:
        found["retention_share"] = _middle(kept)
    return found


def _is_of(form: Form, deal: dict[str, str]) -> bool:
    """Whether a recorded deal shows the terms of a form."""
    return deal["form"] == form.form and deal["abandoned"] == "false"


def form_rows(raw: Path) -> Iterator[tuple[Form, dict[str, Shown], int]]:
    """Every form with the terms that the records show and the number of its deals."""
    recorded = deals(raw)
    for form in FORMS:
        of_form = [deal for deal in recorded if _is_of(form, deal)]
        yield form, shown(form.form, of_form, raw), len(of_form)


def counts(raw: Path) -> str:
    """Which terms are medians of how many deals, in words."""
    return "; ".join(
        f"{form.form}: " + ", ".join(f"{column} {term.deals}" for column, term in terms.items())
        for form, terms, _ in form_rows(raw) if terms
    )  # fmt: skip


def build(raw: Path, out: Path) -> None:
    """Write deals_recorded.csv and deal_forms.csv."""
    recorded = deals(raw)
    write_table(out / "deals_recorded.csv", HEADER,
                [[deal[column] for column in HEADER] for deal in recorded])  # fmt: skip
    rows = []
    for form, terms, number_of_deals in form_rows(raw):
        written = {
            name: str(value).lower() if isinstance(value, bool) else
            value if isinstance(value, str) else text_of(value)
            for name, value in form._asdict().items()
        }  # fmt: skip
        written.update({column: term.value for column, term in terms.items()})
        settled = {"form", "title", *terms, *DEFINED[form.form]}
        assumed = [column for column in Form._fields if column not in settled]
        sources = ["deals"] * bool(terms) + ["assumption"]
        rows.append([*written.values(), str(number_of_deals), ";".join(assumed), ";".join(sources)])
    write_table(out / "deal_forms.csv", (*Form._fields, "recorded", "assumed", "source"), rows)
