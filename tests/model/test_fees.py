"""Fees of admission: who pays them, for whom, and what a payment for hires from abroad does."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from agents.employers import EmployerKind
from agents.levers import Scheme, scheme_from_mapping
from agents.researchers import Status
from model.month.routes import routes
from model.month.visas import Application, apply_without_cap
from model.rules import Rules
from model.talent_market import TalentMarket
from tests.helpers import FALSE_ALARM, SEEDS, chance_of_luck, small_market

I64 = NDArray[np.int64]
LIVELY = {"search.rate": 0.3, "search.slope": 0.0, "search.abroad_share": 0.6,
          "search.referral_share": 0.0, "rights.outside_applicants": 0.0}  # fmt: skip
H1B = "usa-h-1b"
FEE, FEE_ABROAD = 1_000, 50_000


def charging(**fields: object) -> Rules:
    """Rules of one scheme open to everybody with an offer in the United States."""
    scheme: Scheme = scheme_from_mapping(
        {"id": "usa-priced", "country": "USA", "fee_usd": FEE, "fee_abroad_usd": FEE_ABROAD}
        | fields, file=None,
    )  # fmt: skip
    return Rules.of([scheme], TalentMarket("small", persons_per_agent=2000).tables.index)


@pytest.mark.parametrize("payer", ["employer", "applicant"])
def test_only_hires_from_abroad_bear_the_payment_for_them(payer: str) -> None:
    market = small_market(1, 2000, {"opening.burn_in_months": 1.0})
    world = market.world
    world.rules = charging(fee_paid_by=payer)
    world.counters.applications = np.zeros(1, dtype=np.int64)
    usa = market.tables.index["USA"]
    employers, people = market.employers, market.researchers
    industry = employers.kind == EmployerKind.INDUSTRY
    firm = np.flatnonzero(industry & (employers.country == usa))[:1]
    employers.cash[firm] = 10**9
    there = np.flatnonzero((people.country != usa) & ~people.waiting)[:3]
    here = np.flatnonzero((people.country == usa) & ~people.waiting)[:5]
    rows = np.concatenate((there, here))
    size, inside = rows.size, np.arange(rows.size) >= there.size
    before = world.accounts.governments[usa], employers.cash[firm].sum()
    households = world.accounts.households.sum()
    apply_without_cap(world, Application(
        rows, np.full(size, firm[0]), np.zeros(size, dtype=np.int64), np.full(size, 90_000.0),
        np.full(size, 4096), np.zeros(size), inside, np.zeros(size, dtype=bool),
    ))  # fmt: skip
    due = 100 * (FEE * size + FEE_ABROAD * there.size)
    assert world.accounts.governments[usa] - before[0] == due
    by_employer = payer == "employer"
    assert before[1] - employers.cash[firm].sum() == (due if by_employer else 0)
    assert households - world.accounts.households.sum() == (0 if by_employer else due)


def test_a_route_from_abroad_costs_the_payment_and_those_inside_do_not() -> None:
    market = small_market(1, 2000, {"opening.burn_in_months": 1.0})
    world, people = market.world, market.researchers
    world.rules = charging(sponsor_required=True)
    usa = market.tables.index["USA"]
    foreign = (people.citizenships & world.open_countries()[usa]) == 0
    rows = np.flatnonzero(foreign & (people.country != usa))[:4]

    def fees(inside: bool) -> list[int]:
        found = routes(
            world, market.parameters.rights, market.parameters.bidding.pay_weight, rows,
            np.full(rows.size, usa), np.full(rows.size, 90_000.0),
            np.full(rows.size, EmployerKind.INDUSTRY, dtype=np.int8), inside=inside,
        )
        assert found.possible.all()
        return sorted(set((found.fee // 100).tolist()))

    assert fees(inside=False) == [FEE + FEE_ABROAD]
    world.relocate(rows, np.full(rows.size, usa))
    people.status[rows] = Status.GRADUATE  # a lasting status after a degree
    assert fees(inside=True) == [FEE]
    people.status[rows], people.scheme[rows] = Status.WORK, 0  # another employer sponsors anew
    assert fees(inside=False) == [FEE]


def test_a_dear_payment_for_hires_from_abroad_keeps_them_from_applying() -> None:
    fewer = []
    for seed in SEEDS:
        found = []
        for payment in (0, 1_000_000):
            market = small_market(seed, 400, {**LIVELY, "opening.burn_in_months": 3.0})
            rows = np.flatnonzero([scheme.id == H1B for scheme in market.rules.schemes])
            market.rules.fee_abroad_cents[rows] = 100 * payment
            market.rules.changed()
            seen = set[int]()
            for _ in range(8):
                market._month()
                cases = market.world.cases
                seen |= set(cases.person[np.isin(cases.scheme, rows) & ~cases.inside].tolist())
            found.append(len(seen))
        fewer.append(float(found[0] - found[1]))
    assert chance_of_luck(fewer) < FALSE_ALARM
