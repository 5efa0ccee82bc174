"""What is decided and not in force yet: a government knows it, so that nothing is decided twice."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from model.governments.menu import MENU
from model.governments.observation import Measure, Observation
from model.governments.strategies import Strategy
from model.governments.target import Target
from tests.governments import COUNTRIES, FIRST, lived, market

SLOW = {"reviews.enactment_months": 30.0}
E_7 = "kor-e-7"


class Watched:
    """A strategy whose observations are kept."""

    def __init__(self, *answers: Sequence[Measure]) -> None:
        self.answers, self.seen = list(answers), list[Observation]()

    def review(self, observation: Observation) -> Sequence[Measure]:
        self.seen.append(observation)
        return self.answers.pop(0) if self.answers else ()


def reviews(strategy: Strategy, until: str, months: float) -> Sequence[Observation]:
    one = market({"KOR": strategy}, parameters={"reviews.enactment_months": months})
    lived(one, until)
    assert one.acting.decided.faults == ()
    return strategy.seen if isinstance(strategy, Watched) else ()


FIRST_STEPS: Sequence[Measure] = (
    {"set": {"returnee_grant_usd": 500.0}},
    {"scheme": E_7, "set": {"partner_may_work": True, "processing_months": 1.0}},
)


@pytest.mark.parametrize("months", [12.0, 30.0])
def test_what_is_decided_is_seen_as_law_before_it_is_in_force(months: float) -> None:
    first, second = reviews(Watched(FIRST_STEPS), "2020-12", months)
    assert first.pending == () and first.lever("returnee_grant_usd") == 0.0
    assert [taken.measure for taken in second.pending] == list(FIRST_STEPS)
    assert second.pending == second.taken
    assert second.lever("returnee_grant_usd") == 500.0
    (scheme,) = (one for one in second.own_schemes() if one.id == E_7)
    assert scheme.partner_may_work and scheme.processing_months == 1.0
    japan = COUNTRIES.index("JPN")
    assert second.levers["returnee_grant_usd"][japan] == 0.0
    assert len(second.own_schemes()) == len(first.own_schemes())
    # to decide it once more would cost a reform and nothing else
    again = second.price([FIRST_STEPS[0]])
    assert again == pytest.approx(second.price([{"set": {"non_competes_enforced": True}}]))


def test_nothing_is_pending_once_it_is_law() -> None:
    _, second = reviews(Watched(FIRST_STEPS), "2020-12", 11.0)
    assert len(second.taken) == 2 and second.pending == ()
    assert second.lever("returnee_grant_usd") == 500.0


def test_later_decisions_build_on_those_that_wait() -> None:
    steps = [[{"set": {"returnee_grant_usd": usd}}] for usd in (500.0, 900.0)]
    *_, third = reviews(Watched(*steps), "2021-12", 30.0)
    assert [one.measure["set"]["returnee_grant_usd"] for one in third.pending] == [500.0, 900.0]
    assert third.lever("returnee_grant_usd") == 900.0


def test_budgets_bind_for_what_waits_too() -> None:
    """Money that is promised cannot be promised again."""
    def spends(observation: Observation) -> Sequence[Measure]:
        seen.append(observation)
        for usd in (40_000.0, 30_000.0, 20_000.0, 10_000.0):
            measure = {"set": {"returnee_grant_usd": usd}}
            if observation.affords([measure]):
                return [measure]
        return ()

    seen = list[Observation]()
    lived(market({"KOR": spends}, parameters=SLOW), "2020-12")
    first, second = seen
    assert len(second.pending) == 1 and first.spent_usd == 0.0
    assert second.spent_usd > 0.5 * first.price([second.pending[0].measure])
    assert second.price([{"remove": ["newcomer_tax_rate"]}, second.pending[0].measure]) < 1e7


def test_a_target_takes_no_step_twice_while_it_waits() -> None:
    one = market({"KOR": Target(goal=1e9)}, persons=5000, parameters=SLOW)
    lived(one, "2022-12")
    taken = [measure for *_, measure in one.acting.decided.taken]
    assert len(taken) >= 2
    said = [(str(measure.get("scheme")), str(measure["set"])) for measure in taken]
    assert len(set(said)) == len(said), said


def test_each_step_of_the_menu_goes_on_from_what_waits() -> None:
    first = Watched()
    cheap = {**SLOW, "reviews.budget_share": 2.0, "measures.reform_usd": 0.0}
    lived(market({"KOR": first}, parameters=cheap), FIRST)
    steps = {name: step for name, entry in MENU.items() if (step := entry.step(first.seen[0]))}
    strategy = Watched(list(steps.values()))
    one = lived(market({"KOR": strategy}, parameters=cheap), "2020-12")
    assert one.acting.decided.faults == () and len(steps) > 8
    for name, step in steps.items():
        assert MENU[name].step(strategy.seen[-1]) != step, name
