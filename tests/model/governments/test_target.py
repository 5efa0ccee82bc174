"""Target: which lever it takes, what it skips, and how it goes by experience."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from agents.levers import Scheme
from model.governments import target as target_module
from model.governments.experience import PEERS, fell_behind
from model.governments.menu import MENU, SAVED
from model.governments.observation import FIGURES, Measure, Observation, Taken
from model.governments.promises import LEAST_PAY, PROMISES, YEARS, promised
from model.governments.target import WITHDRAWN, Target
from model.governments.undo import in_force, taken_back
from tests.governments import (
    COUNTRIES,
    KOREA,
    MAIN,
    NET,
    below,
    lived,
    market,
    observation,
    scheme,
)
from tests.helpers import FALSE_ALARM, SEEDS, chance_of_luck, fingerprint

RATE = "net_per_10k_researchers"
NO_MORE_TAX = {"newcomer_tax_rate": {"KOR": 0.05}}


def chosen(seen: Observation, **settings: Any) -> str | None:
    measures = Target(**settings).review(seen)
    assert len(measures) <= 1, "one lever at a time"
    return str(measures[0]["menu"]) if measures else None


# When it acts --------------------------------------------------------------------------------


def test_target_acts_only_below_its_goal() -> None:
    assert chosen(below(0.1)) is None and chosen(below(0.0)) is None
    assert chosen(below(-0.1)) == "newcomer_tax"
    assert chosen(below(0.1), goal=0.2) == "newcomer_tax"
    assert chosen(observation(years=())) is None
    # the last year counts, not those before
    assert chosen(below(-5.0, 0.1)) is None


def test_target_tells_why_and_what_was_in_force() -> None:
    (measure,) = Target().review(below(-0.25, figures={NET: {"KOR": [-0.25]},
                                                       "inflow": {"KOR": [500.0]}}))  # fmt: skip
    assert measure["why"] == (
        "net_per_10k_workforce -0.25 below 0: newcomer_tax promises +45 persons a year"
    )
    assert list(measure["set"]) == ["newcomer_tax_rate"]
    assert measure["before"] == {"newcomer_tax_rate": None}


def test_target_takes_another_figure_as_its_goal() -> None:
    seen = below(5.0, figures={NET: {"KOR": [5.0]}, "inflow": {"KOR": [900.0]}})
    assert chosen(seen, measure="inflow", goal=1000) == "newcomer_tax"
    assert chosen(seen, measure="inflow", goal=800) is None


def test_at_its_goal_target_is_a_twin_of_one_that_holds() -> None:
    goal = {"strategy": "target", "measure": "inflow", "goal": 0.0}
    acting, holding = (
        lived(market({"KOR": given}, persons=5000), "2020-06") for given in (goal, "hold")
    )
    assert fingerprint(acting) == fingerprint(holding)
    assert acting.acting.decided.taken == ()


# What it takes -------------------------------------------------------------------------------


def test_every_step_of_the_menu_promises_something_with_a_source() -> None:
    assert list(PROMISES) == list(MENU)
    for promise in PROMISES.values():
        assert promise.flow in ("inflow", "outflow") and 0 < promise.share < 1 and promise.source


def test_target_takes_what_promises_most_for_its_political_cost() -> None:
    left = dict(NO_MORE_TAX)
    assert chosen(below(-1.0, levers=left)) == "partner_work"
    done = dataclasses.replace(MAIN, partner_may_work=True)
    assert chosen(below(-1.0, levers=left, schemes=[done])) == "quicker_permanence"
    soon = dataclasses.replace(done, years_to_permanence=1.0)
    assert chosen(below(-1.0, levers=left, schemes=[soon])) == "returnee_grant"


def test_what_is_dear_loses_its_rank_as_money_becomes_scarce() -> None:
    def price(measures: Sequence[Measure]) -> float:
        return sum(4.0 if "newcomer_tax_rate" in one["set"] else 0.1 for one in measures)

    plenty = below(-1.0, budget=40.0, spent=0.0, price=price)
    scarce = below(-1.0, budget=40.0, spent=34.0, price=price)
    assert chosen(plenty) == "newcomer_tax" and chosen(scarce) == "partner_work"


def test_promises_rest_on_the_own_published_flows_of_the_last_years() -> None:
    years = range(2021 - YEARS - 1, 2021)
    leaving = below(-1.0, years=tuple(years), figures={
        NET: {"KOR": [-1.0] * len(years)}, "inflow": {"KOR": [10.0] * len(years)},
        "outflow": {"KOR": [9e9, *[1000.0] * YEARS]},
    })  # fmt: skip
    assert promised(leaving, "retention_grant") == pytest.approx(20.0)
    assert promised(leaving, "newcomer_tax") == pytest.approx(0.9)
    assert chosen(leaving) == "retention_grant", "where many leave, keep them"
    nobody = below(-1.0, figures={NET: {"KOR": [-1.0]}})
    assert promised(nobody, "newcomer_tax") == pytest.approx(0.09), "as if one came"


SLOW_OFFICE = {"processing_months": 6.0}


@pytest.mark.parametrize(
    ("name", "binding", "not_binding"),
    [
        ("quicker_office", SLOW_OFFICE, {"processing_months": 3.0}),
        ("quicker_office", SLOW_OFFICE, {**SLOW_OFFICE, "residence_years_min": 1.0}),
        ("lower_pay", {"min_pay_usd": LEAST_PAY * 80_700 + 1}, {"min_pay_usd": 26_000.0}),
        ("lower_pay", {}, {"residence_years_min": 1.0}),
        ("partner_work", {}, {"residence_years_min": 1.0}),
        ("household_help", {}, {"residence_years_min": 1.0}),
        ("quicker_permanence", {}, {"residence_years_min": 1.0}),
    ],
)
def test_target_skips_levers_that_cannot_bind(
    name: str, binding: Mapping[str, float], not_binding: Mapping[str, float]
) -> None:
    """Even where nothing else is left: the money pays for this lever alone."""
    (key,) = MENU[name].step(below(-1.0, schemes=[dataclasses.replace(MAIN, **SLOW_OFFICE)]))["set"]  # type: ignore[index]

    def alone(values: Mapping[str, float]) -> str | None:
        main: Scheme = dataclasses.replace(MAIN, **values)  # type: ignore[arg-type]
        seen = below(-1.0, schemes=[main], budget=10.0, price=lambda measures: sum(
            1.0 if key in one["set"] else 99.0 for one in measures))  # fmt: skip
        assert MENU[name].step(seen) is not None, "there is a step"
        return chosen(seen)

    assert alone(binding) == name and alone(not_binding) is None


def test_target_has_to_save_political_capital_for_hard_measures() -> None:
    done = scheme("KOR", partner_may_work=True, household_help=True, years_to_permanence=5.0)
    hard = {"schemes": [done], "budget": 0.0, "price": lambda measures: (
        0.0 if any("years_to_permanence" in one["set"] or "dual" in str(one["set"])
                   for one in measures) else 1.0)}  # fmt: skip
    assert chosen(below(-1.0, **hard)) == "quicker_permanence"
    # after 2 of 3 units one is left, a year later two
    for month, expected in (("2020-12", None), ("2021-06", "quicker_permanence")):
        seen = below(-1.0, month=month, taken=[("2020-06", "quicker_permanence")], **hard)
        assert chosen(seen) == expected
    spent = [("2019-06", "dual_citizenship"), ("2020-06", "partner_work")]
    assert chosen(below(-1.0, month="2021-06", taken=spent, **hard)) is None
    assert max(entry.political_cost for entry in MENU.values()) <= SAVED


def test_target_takes_nothing_that_it_cannot_pay() -> None:
    assert chosen(below(-1.0, budget=5.0, spent=5.0)) is None
    # the last USD counts as much as a unit of political capital, so an easy step is next
    assert chosen(below(-1.0, budget=6.0, spent=5.0)) is not None
    # what saves money can be paid at any time
    assert chosen(below(-1.0, budget=5.0, spent=9.0, price=lambda _: -1.0)) == "newcomer_tax"


def test_target_passes_over_decisions_of_another_strategy() -> None:
    assert chosen(below(-1.0, taken=[("2020-05", "something else")])) == "newcomer_tax"


# Experience ----------------------------------------------------------------------------------


def since_2018(own: Sequence[float], **more: Any) -> Observation:
    """Korea with a rate from 2017 to 2020, among others whose rates go up and down by one."""
    others = [code for code in COUNTRIES if code not in ("KOR", "ROW")]
    rates: dict[str, Sequence[float]] = {
        code: [0.0, 9.0, up, up] for code, up in zip(others, _up_and_down(), strict=False)
    }
    given = {"figures": {RATE: {**rates, "KOR": own}, NET: {"KOR": own}},
             "years": (2017, 2018, 2019, 2020)} | more  # fmt: skip
    return below(-1.0, **given)


def _up_and_down() -> list[float]:
    return [(-1.0) ** place for place in range(len(COUNTRIES))]


def test_a_country_fell_behind_where_others_of_its_size_show_that_it_was_not_luck() -> None:
    """Half of the others rose by one and half fell by one: the spread is 1.04."""
    assert fell_behind(since_2018([0.0, 0.0, -2.2, -2.2]), NET, 2018)
    assert not fell_behind(since_2018([0.0, 0.0, -2.0, -2.0]), NET, 2018)
    assert fell_behind(since_2018([0.0, 9.0, -9.0, 4.0]), NET, 2018), "the year itself is left out"
    assert not fell_behind(since_2018([0.0, 0.0, -9.0, -9.0]), NET, 2017), "nothing before it"
    assert not fell_behind(since_2018([0.0, 0.0, -9.0, -9.0]), NET, 2020), "nothing after it"
    assert len(_up_and_down()) > PEERS


def test_what_befalls_all_is_no_failure_of_a_lever() -> None:
    rates = {code: [0.0, 0.0, -50.0, -50.0] for code in COUNTRIES}
    assert not fell_behind(since_2018([0.0, 0.0, -50.0, -50.0], figures={RATE: rates}), NET, 2018)


def test_only_countries_of_about_the_same_size_tell_of_luck() -> None:
    """Where small countries go up and down by much, a large one that falls by less did so."""
    large = [code for code in COUNTRIES if code != "ROW"][: PEERS + 8]
    stock = {code: [1e5] * 4 for code in {*large, "KOR"}}
    wild = {code: [0.0, 0.0, 99.0 * up, 99.0 * up] for code, up in
            zip(COUNTRIES, _up_and_down(), strict=True)}  # fmt: skip
    calm = {code: [0.0] * 4 for code in large}
    own = {"KOR": [0.0, 0.0, -5.0, -5.0]}
    seen = since_2018([], figures={RATE: {**wild, **calm, **own}, "stock": stock})
    assert fell_behind(seen, NET, 2018)
    alike = since_2018([], figures={RATE: {**wild, **own}, "stock": stock})
    assert not fell_behind(alike, NET, 2018)


@pytest.mark.parametrize(("figure", "worse"), [("inflow", 500.0), ("net", -1.0)])
def test_other_figures_are_compared_in_proportion(figure: str, worse: float) -> None:
    figures = {"inflow": {"KOR": [1000.0, 1000.0, worse, worse]},
               RATE: {"KOR": [0.0, 0.0, worse, worse]}}  # fmt: skip
    assert fell_behind(since_2018([], figures=figures), figure, 2018)


def used(name: str, month: int = 24_220, **values: Any) -> Taken:
    """A use of a lever, as it stands in the ledger; by default of May 2018."""
    return Taken(month, {"menu": name, **values})


def test_a_lever_is_used_further_unless_the_country_fell_behind() -> None:
    uses = (used("newcomer_tax", set={"newcomer_tax_rate": 0.15},
                 before={"newcomer_tax_rate": None}),)  # fmt: skip
    rates = {"newcomer_tax_rate": {"KOR": 0.15}}

    def decided(own: Sequence[float]) -> list[str]:
        seen = dataclasses.replace(since_2018(own, levers=rates), taken=uses)
        return [str(one["menu"]) for one in Target().review(seen)]

    assert decided([-1.0, -1.0, 0.5, -0.5]) == ["newcomer_tax"]
    assert decided([-1.0, -1.0, -2.5, -2.5]) == ["newcomer_tax"], "within luck"
    assert decided([-1.0, -1.0, -9.0, -9.0]) == [f"{WITHDRAWN}newcomer_tax", "partner_work"]


def test_what_was_withdrawn_is_not_used_again() -> None:
    uses = (used("newcomer_tax", before={"newcomer_tax_rate": None}),
            used(f"{WITHDRAWN}newcomer_tax", 24_232))  # fmt: skip
    for own in ([-1.0, -1.0, 5.0, -1.0], [-1.0, -1.0, -9.0, -9.0]):
        seen = dataclasses.replace(since_2018(own), taken=uses)
        assert chosen(seen) == "partner_work"


def test_to_take_back_brings_what_was_in_force_before_the_first_use() -> None:
    uses = [
        used("quicker_permanence", scheme="a", tier="main", set={"years_to_permanence": 5.0},
             before={"years_to_permanence": None}),
        used("quicker_permanence", scheme="a", tier="main", set={"years_to_permanence": 3.0},
             before={"years_to_permanence": 5.0}),
        used("quicker_permanence", scheme="b", tier="main", set={"years_to_permanence": 1.0},
             before={"years_to_permanence": 3.0}),
    ]  # fmt: skip
    first, second = taken_back(uses, "back", "why")
    assert first == {"scheme": "a", "tier": "main", "remove": ["years_to_permanence"],
                     "menu": "back", "why": "why"}  # fmt: skip
    assert second == {"scheme": "b", "tier": "main", "set": {"years_to_permanence": 3.0},
                      "menu": "back", "why": "why"}  # fmt: skip
    assert taken_back([used("partner_work")], "back", "why") == (), "nobody told what was before"


def test_what_was_in_force_is_told_as_a_policy_file_tells_it() -> None:
    seen = below(-1.0, levers={"dual_citizenship": {"KOR": 1.0}})
    for name, before in (("dual_citizenship", "citizens_abroad"), ("newcomer_tax", None),
                         ("returnee_grant", 0.0), ("quicker_permanence", 5.0)):  # fmt: skip
        step = MENU[name].step(seen)
        assert step is not None and list(in_force(seen, step).values()) == [before]


def test_in_a_world_what_is_taken_back_becomes_law(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(target_module, "fell_behind", lambda *_: True)
    one = lived(market({"KOR": Target(goal=1e9)}, persons=5000), "2023-12")
    assert one.acting.decided.faults == ()
    names = [str(measure["menu"]) for *_, measure in one.acting.decided.taken]
    ended = [name for name in names if name.startswith(WITHDRAWN)]
    assert len(ended) >= 2 and len(set(names)) == len(names), "each once, and then another"
    ledger = one.policies_table()
    ledger = ledger[ledger["why"].str.contains("fell behind")]
    assert len(ledger) >= 1 and (ledger["country"] == "KOR").all()
    assert f"{WITHDRAWN}newcomer_tax" in ended
    assert np.isnan(one.world.levers.newcomer_tax_rate[KOREA])


# In a world made by hand -----------------------------------------------------------------------

EVERYBODY, BEFORE, LAST = len(COUNTRIES), 2019, 2030


def lived_by_hand(
    strategy: Target | None, truth: Mapping[str, float], seed: int
) -> tuple[float, list[str]]:
    """A country whose newcomers answer to levers as it is told, among others that hold.

    Parameters
    ----------
    truth
        By what part each step of a lever changes inflow; it acts from the next year on.

    Returns
    -------
    Net flow of the last five years together, and what was decided.
    """
    luck = np.random.default_rng(seed)
    noise = luck.lognormal(0.0, 0.1, (2, LAST - BEFORE + 1, EVERYBODY))
    flows = np.array([500.0, 520.0])[:, None, None] * noise
    steps: dict[str, int] = {}
    taken: list[Taken] = []
    seen = below(-1.0, schemes=[MAIN])
    for row, year in enumerate(range(BEFORE, LAST + 1)):
        flows[0, row, KOREA] *= np.prod([(1 + truth.get(name, 0.0)) ** times
                                         for name, times in steps.items()])  # fmt: skip
        if strategy is None:
            continue
        known = _published(flows[:, : row + 1])
        seen = dataclasses.replace(
            seen, month=(year + 1) * 12 + 4, taken=tuple(taken),
            years=tuple(range(BEFORE, year + 1)), statistics=known,
        )  # fmt: skip
        for measure in strategy.review(seen):
            taken.append(Taken(seen.month, measure))
            name = str(measure["menu"])
            if name.startswith(WITHDRAWN):
                steps.pop(name.removeprefix(WITHDRAWN))
            else:
                steps[name] = steps.get(name, 0) + 1
    net = flows[0, -5:, KOREA] - flows[1, -5:, KOREA]
    return float(net.sum()), [str(one.measure["menu"]) for one in taken]


def _published(flows: Any) -> dict[str, Any]:
    """Statistics of countries of 20,000 each."""
    known = {name: np.full(flows.shape[1:], 20_000.0) for name in FIGURES}
    known["inflow"], known["outflow"] = flows
    known["net"] = flows[0] - flows[1]
    return known | {RATE: 0.5 * known["net"], NET: 0.5 * known["net"]}


AS_PUBLISHED = {name: promise.share for name, promise in PROMISES.items()}
IN_REACH = {"measure": "net", "goal": 60.0}


def test_with_a_goal_in_reach_target_gains_on_who_holds_and_then_rests() -> None:
    gains, idle = [], 0
    for seed in SEEDS:
        net, decided = lived_by_hand(Target(**IN_REACH), AS_PUBLISHED, seed)
        gains.append(net - lived_by_hand(None, AS_PUBLISHED, seed)[0])
        idle += len(decided) < LAST - BEFORE + 1
    assert chance_of_luck(gains) < FALSE_ALARM, gains
    assert idle == len(gains), "no step in years in which the goal is reached"


def test_target_takes_back_what_does_harm_and_gains_by_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Studies can be wrong about a country: here newcomers are driven off by the tax relief."""
    truth = {**AS_PUBLISHED, "newcomer_tax": -0.4}
    learning = [lived_by_hand(Target(**IN_REACH), truth, seed) for seed in SEEDS]
    assert all(f"{WITHDRAWN}newcomer_tax" in decided for _, decided in learning)
    assert all(decided.index(f"{WITHDRAWN}newcomer_tax") >= 2
               for _, decided in learning), "not before a full year is published"  # fmt: skip
    monkeypatch.setattr(target_module, "fell_behind", lambda *_: False)
    stubborn = [lived_by_hand(Target(**IN_REACH), truth, seed) for seed in SEEDS]
    gains = [one[0] - other[0] for one, other in zip(learning, stubborn, strict=True)]
    assert chance_of_luck(gains) < FALSE_ALARM, gains
