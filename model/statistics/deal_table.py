"""The table of deals: who bought what from whom, for how much, and what review said."""

from __future__ import annotations

import numpy as np
import pandas as pd

from agents.levers import month_text
from model.deal_book import REVIEWS, DealStatus
from model.deal_forms import form_table
from model.world import World

CENTS = 100


def deal_table(world: World) -> pd.DataFrame:
    """All deals so far in the order of signing, those under review and those that failed included.

    A row stands for as many deals of its kind as an agent stands for persons; price and people are
    those of all of them. ``review`` is none, pending, cleared, banned, or abandoned where, before
    the deal could be carried out, a firm had ended or half of those who were to move had left.
    """
    deals, names = world.book.deals, np.array(world.employers.names, dtype=object)
    order = np.lexsort((deals.key, deals.month))
    review = np.array(REVIEWS, dtype=object)[deals.review]
    review = np.where(deals.status == DealStatus.ABANDONED, "abandoned", review)
    scale = world.persons_per_agent
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
    }
    return pd.DataFrame(columns).iloc[order].reset_index(drop=True)
