"""Strategies against mismatch: the control tower aims its money, even spending does not look."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import pytest

from agents.levers import FIELDS
from model.governments.observation import Measure, Observation
from model.governments.remedies import RETRAINING, RETURNEES, STUDY
from model.governments.spending import ControlTower, EvenSpending, purse_of
from model.governments.strategies import Strategy
from model.talent_market import TalentMarket
from tests.helpers import FALSE_ALARM, SEEDS, chance_of_luck
from tests.policies import lever

KOR = "KOR"
TOWER = lever(KOR, control_tower=1.0)


class Watched:
    """A strategy whose observations and answers are kept."""

    def __init__(self, strategy: Strategy) -> None:
        self.strategy = strategy
        self.reviews: list[tuple[Observation, list[Measure], float]] = []

    def review(self, observation: Observation) -> list[Measure]:
        measures = list(self.strategy.review(observation))
        self.reviews.append((observation, measures, observation.price(measures)))
        return measures


@functools.cache
def lived(name: str, spend: float = 1.0, until: str = "2021-12") -> tuple[TalentMarket, Watched]:
    """Korea under a strategy for some years."""
    strategy = ControlTower(spend) if name == "tower" else EvenSpending(spend)
    watched = Watched(strategy)
    market = TalentMarket(
        "small", persons_per_agent=100, until=until, strategies={KOR: watched},
        policies=[TOWER] if name == "tower" else [],
    )
    market.run_until(until)
    return market, watched


def set_by(measures: list[Measure], name: str) -> dict[str, float]:
    """The value that measures give a lever."""
    [value] = [measure["set"][name] for measure in measures if name in measure.get("set", {})]
    return dict(value)


def ledger(market: TalentMarket) -> pd.DataFrame:
    table = market.policies_table()
    return table[table["country"] == KOR]


# money --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["tower", "even"])
@pytest.mark.parametrize("spend", [1.0, 0.3])
def test_money_is_spent_and_never_more_than_there_is(name: str, spend: float) -> None:
    market, watched = lived(name, spend)
    assert market.acting.decided.faults == ()
    assert len(watched.reviews) == 3
    for observation, _, price in watched.reviews:
        cost = observation.spent_usd + price
        assert cost <= spend * observation.budget_usd * (1 + 1e-9)
        assert cost >= 0.85 * spend * observation.budget_usd


def test_both_book_nearly_the_same_money() -> None:
    booked = []
    for name in ("tower", "even"):
        table = lived(name)[0].national()
        here = table[(table["country"] == KOR) & (table["measure"] == "measures_usd")]
        booked.append(here[here["period"].isin(("2020", "2021"))]["value"].sum())
    assert booked[0] == pytest.approx(booked[1], rel=0.1)


class Asked:
    """Asks something at each review on top of what a strategy does, for prices are those of then.
    """

    def __init__(self, question: Callable[[Observation], object]) -> None:
        self.question = question
        self.answers: list[object] = []

    def review(self, observation: Observation) -> Sequence[Measure]:
        self.answers.append(self.question(observation))
        return EvenSpending(0.4).review(observation)


def asked(question: Callable[[Observation], object]) -> list[object]:
    """The answers of a question at three reviews of a government that spends."""
    strategy = Asked(question)
    market = TalentMarket(
        "small", persons_per_agent=200, until="2021-12", strategies={KOR: strategy}
    )
    market.run_until("2021-12")
    assert market.acting.decided.faults == ()
    return strategy.answers


def test_a_purse_knows_what_the_government_is_charged() -> None:
    wanted = {RETRAINING: {FIELDS[1]: 700.0}, STUDY: {FIELDS[2]: 90.0}, RETURNEES: 5_000.0}

    def charged(observation: Observation) -> tuple[float, float]:
        purse = purse_of(observation, 1.0)
        more = purse.cost(RETURNEES, 5_000.0 - observation.lever(RETURNEES))
        more += purse.cost(RETRAINING, 700.0 - observation.lever(RETRAINING)[1])
        more += purse.cost(STUDY, 90.0 - observation.lever(STUDY)[2])
        return more + purse.reform, observation.price([{"set": wanted}])

    for expected, price in asked(charged):  # type: ignore[misc]
        assert price == pytest.approx(expected)


def test_without_money_nothing_is_done() -> None:
    for strategy in (ControlTower(0.0), EvenSpending(0.0)):
        market = TalentMarket(
            "small", persons_per_agent=2000, until="2019-06", strategies={KOR: strategy}
        )
        market.run_until("2019-06")
        assert market.acting.decided.taken == () and market.acting.decided.faults == ()


# aim ----------------------------------------------------------------------------------------


def test_places_go_where_people_are_missing() -> None:
    _, watched = lived("tower")
    for observation, measures, _ in watched.reviews:
        tower = observation.tower
        assert tower is not None
        study = set_by(measures, STUDY)
        assert {field for field, places in study.items() if places} <= set(tower.entry.lacking())
        retraining = set_by(measures, RETRAINING)
        for field in tower.soon.lacking():
            assert retraining[field] == pytest.approx(
                tower.soon.gap[FIELDS.index(field)], abs=1.0
            )
        # the field with most people too many for its size gets none
        surplus = -tower.soon.gap / np.maximum(tower.soon.people, 1.0)
        assert retraining[FIELDS[int(surplus.argmax())]] == 0


def test_little_money_goes_where_retraining_lasts() -> None:
    _, watched = lived("tower", 0.12)
    observation, measures, _ = watched.reviews[0]
    assert observation.tower is not None
    places = set_by(measures, RETRAINING)
    remedies = [one for one in observation.tower.remedies if one.lever == RETRAINING]
    bought = [one for one in remedies if places[one.field] > 0]
    left = [one for one in remedies if places[one.field] == 0]
    assert bought and left
    lacking = [one for one in left if one.field in observation.tower.soon.lacking()]
    assert min(one.years for one in bought) > max(one.years for one in lacking)


def test_even_spending_gives_every_field_as_much() -> None:
    _, watched = lived("even")
    changed = 0
    for _, measures, _ in watched.reviews:
        for measure in measures:
            for name in (RETRAINING, STUDY):
                if name in measure["set"]:
                    changed += 1
                    assert len(set(measure["set"][name].values())) == 1
    assert changed


def test_even_spending_lets_stand_what_fits_the_money() -> None:
    def measures(observation: Observation) -> list[int]:
        budget, own = observation.budget_usd, purse_of(observation, 1.0).own
        parts = [EvenSpending(part * own / budget) for part in (0.5, 1.05, 2.0)]
        return [len(strategy.review(observation)) for strategy in parts]

    # too much for the money, just right, and half of it idle
    assert asked(measures)[1:] == [[1, 0, 1]] * 2


# law ----------------------------------------------------------------------------------------


def test_a_government_founds_its_tower_first() -> None:
    market = TalentMarket(
        "small", persons_per_agent=500, until="2020-09", strategies={KOR: "control-tower"}
    )
    market.run_until("2020-09")
    table = ledger(market)
    own = table[table["why"].str.startswith("control tower")]
    assert own.iloc[0][["month", "lever", "after"]].tolist() == ["2019-08", "control_tower", "true"]
    assert set(own.iloc[1:]["month"]) == {"2020-08"}
    assert RETRAINING in set(own["lever"])


@pytest.mark.parametrize("name", ["tower", "even"])
def test_the_ledger_holds_every_change_with_its_reason(name: str) -> None:
    market, watched = lived(name)
    table = ledger(market)
    for observation, measures, _ in watched.reviews:
        month = observation.month + 3
        here = table[table["month"] == f"{month // 12}-{month % 12 + 1:02d}"]
        for measure in (one for one in measures if "scheme" not in one):
            for lever_name, value in measure["set"].items():
                [row] = here[here["lever"] == lever_name].itertuples()
                assert json.loads(row.after) == value
                assert row.why == measure["why"]
    reasons = set(table["why"])
    word = "persons missing by" if name == "tower" else "fields alike"
    assert any(word in why for why in reasons)


def test_settings_stand_in_a_scenario() -> None:
    market = TalentMarket(
        "small", persons_per_agent=2000, until="2019-01",
        strategies={KOR: "even-spending", "JPN": "control-tower"},
    )
    assert isinstance(market.acting.strategies[KOR], EvenSpending)
    assert isinstance(market.acting.strategies["JPN"], ControlTower)


# effect -------------------------------------------------------------------------------------


@pytest.mark.thorough
def test_mismatch_falls_more_with_a_tower_than_with_the_same_money_without() -> None:
    lead = []
    for seed in SEEDS:
        mismatch = []
        for strategy, policies in ((EvenSpending(), []), (ControlTower(), [TOWER])):
            market = TalentMarket(
                "small", seed=seed, persons_per_agent=100, until="2024-12",
                strategies={KOR: strategy}, policies=policies,
            )
            market.run_until("2024-12")
            table = market.national()
            here = table[(table["country"] == KOR) & (table["measure"] == "mismatch")]
            mismatch.append(here[here["period"] == "2024"]["value"].iloc[0])
        lead.append(float(mismatch[0] - mismatch[1]))
    assert chance_of_luck(lead) < FALSE_ALARM
