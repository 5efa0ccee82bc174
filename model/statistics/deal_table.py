"""The table of deals: who bought what from whom, for how much, and what review said."""

from __future__ import annotations

import numpy as np
import pandas as pd

from agents.employers import CENTS
from agents.levers import month_text
from model.deal_book import REVIEWS, DealStatus, Outcome
from model.deal_forms import form_table
from model.recorded_deals import recorded_deals
from model.world import World

NOT_INJECTED = "not injected"


def deal_table(world: World) -> pd.DataFrame:
    """All deals so far in the order of signing, those under review and those that failed included.

    A row stands for as many deals of its kind as an agent stands for persons; price and people are
    those of all of them. ``review`` is none, pending, cleared, banned, or abandoned where, before
    the deal could be carried out, a firm had ended or half of those who were to move had left.

    Where ``recorded``, a row is one deal of the record under the names that it gives, abandoned if
    it was given up there, and ``not injected``, without price and people, where nobody could play
    the buyer or the target.
    """
    deals, names = world.book.deals, np.array(world.employers.names, dtype=object)
    review = np.array(REVIEWS, dtype=object)[deals.review]
    review = np.where(deals.status == DealStatus.ABANDONED, "abandoned", review)
    scale = world.persons_per_agent
    of_record = np.zeros(deals.count, dtype=bool)
    injected = world.book.records.outcome == Outcome.IN_LEDGER
    of_record[world.book.records.deal[injected]] = True
    order = np.lexsort((deals.key, deals.month))
    columns = {
        "month": [month_text(int(month)) for month in deals.month],
        "buyer": names[deals.buyer],
        "target": names[deals.target],
        "target_country": np.array(world.tables.countries, dtype=object)[deals.country],
        "form": np.array(form_table().names, dtype=object)[deals.form],
        "price_usd": deals.price / CENTS * scale,
        "people_moved": np.where(deals.status == DealStatus.DONE, deals.people, 0) * scale,
        "technology_moved": deals.moved.copy(),
        "review": review,
        "recorded": of_record,
    }
    table = pd.DataFrame(columns).iloc[order]
    missing = _not_injected(world)
    if len(missing):
        table = pd.concat([table, missing]).sort_values("month", kind="stable")
    return table.reset_index(drop=True)


def _not_injected(world: World) -> pd.DataFrame:
    """Recorded deals whose date has come without a buyer or a target in this world."""
    records = world.book.records
    rows = []
    for number in records.number[records.outcome != Outcome.IN_LEDGER].tolist():
        deal = recorded_deals()[number]
        rows.append({
            "month": month_text(deal.month), "buyer": deal.buyer, "target": deal.target,
            "target_country": deal.target_country, "form": deal.form, "price_usd": 0.0,
            "people_moved": 0.0, "technology_moved": 0.0, "review": NOT_INJECTED,
            "recorded": True,
        })  # fmt: skip
    return pd.DataFrame(rows)
