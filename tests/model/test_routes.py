"""Which scheme is applied for, and that meetings given up early could not have led to a bid."""

from __future__ import annotations

import numpy as np
import pytest

from agents.employers import EmployerKind
from model.month import bidding
from model.month.routes import Asking, Routes, routes
from tests.helpers import small_market
from tests.model.test_contest import LIVELY, Round
from tests.policies import joined, lever, market, scheme

WORTH = 200_000.0
FLOOR = 120_000.0


SKILLED, ORDINARY = "jpn-highly-skilled-professional", "jpn-generic"


def asked(
    need: float, worth: float = WORTH, public: bool = False, floor: float = FLOOR
) -> tuple[str, Routes]:
    """Under which scheme of Japan people are asked who may come by an ordinary and a dear one.

    The dear one leads to permanence at once.
    """
    m = market([joined(
        scheme("JPN", ORDINARY, tier="work", min_pay_usd=30_000.0, fee_usd=500.0),
        scheme("JPN", SKILLED, tier="points-70", min_pay_usd=1e6),
        scheme("JPN", SKILLED, tier="points-80", remove=("points", "points_min"),
               min_pay_usd=floor, years_to_permanence=0.0, fee_usd=500.0),
    )])  # fmt: skip
    m._month()
    japan = m.tables.index["JPN"]
    people = m.world.researchers
    foreign = (people.citizenships & m.world.open_countries()[japan]) == 0
    rows = np.flatnonzero(foreign & (people.country != japan))[:50]
    same = np.ones(rows.size)
    kind = EmployerKind.PUBLIC_RESEARCH if public else EmployerKind.INDUSTRY
    found = routes(
        m.world, m.parameters.rights, m.parameters.bidding.pay_weight, rows,
        np.full(rows.size, japan), worth * same, np.full(rows.size, kind, dtype=np.int8),
        inside=False, asking=Asking(worth * same, need * same, np.full(rows.size, public), 3.0),
    )
    names = {m.rules.schemes[row].id for row in found.scheme}
    assert len(names) == 1
    return names.pop(), found


def test_who_needs_little_is_asked_under_the_cheap_scheme_and_who_needs_much_under_the_good_one(
) -> None:
    cheap, found = asked(need=60_000.0)
    assert cheap == ORDINARY
    assert (found.floor == 30_000.0).all()
    good, found = asked(need=150_000.0)
    assert good == SKILLED
    assert (found.floor == FLOOR).all()


def test_between_schemes_that_cost_the_same_rights_decide() -> None:
    # both floors bind, and they are the same
    good, _ = asked(need=1_000.0, floor=30_000.0)
    assert good == SKILLED


def test_public_research_pays_its_scale_whatever_the_floor() -> None:
    good, _ = asked(need=60_000.0, public=True)
    assert good == SKILLED


LEVERS = {
    "as at the opening": lever("KOR", returnee_grant_usd=0.0),
    "grants for returning": lever("IND", returnee_grant_usd=90_000.0),
    "grants for staying": lever("KOR", retention_grant_usd=90_000.0),
    "a top rate": lever("USA", top_tax_rate=0.6),
    "a low top rate": lever("USA", top_tax_rate=0.05),
    "a rate for newcomers": lever("DEU", newcomer_tax_rate=0.02),
    "tax relief of a scheme": scheme("KOR", "kor-e-7", tax_relief_rate=0.9, tax_relief_years=10.0),
}


@pytest.mark.parametrize("name", LEVERS)
def test_meetings_given_up_early_could_not_have_led_to_a_bid(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds = Round(1, persons_per_agent=300)
    rounds.market = small_market(1, 300, LIVELY).fork([LEVERS[name]])
    rounds.market._month()
    rounds.market.world.month += 1
    rounds.crowd()
    short, _ = rounds.bids()
    monkeypatch.setattr(
        bidding, "_least", lambda world, who, *others: np.full(who.size, -np.inf)
    )
    full, _ = rounds.bids()
    assert short.person.size > 1000
    for field, values in short._asdict().items():
        np.testing.assert_array_equal(values, getattr(full, field), err_msg=field)
