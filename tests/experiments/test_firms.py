"""Questions to worlds of acting firms: what they measure is right where the answer is known."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest

from agents.employers import EmployerKind
from agents.researchers import NEVER
from agents.ventures import Ending
from experiments.firms import (
    figure,
    forms,
    living,
    moves,
    packages,
    prices,
    review,
    sizes,
    survival,
)
from experiments.firms.__main__ import main
from experiments.firms.answers import Answers, answers
from experiments.firms.findings import INSIDE, OUTSIDE, RIGHT, UNCLEAR, WRONG, Finding, text
from experiments.firms.living import ARMS, FIT_WEIGHTS, LARGEST, REMOVED, Seen, lived
from experiments.firms.page import QUESTIONS, Made, to_markdown
from experiments.firms.review import ALSO_HIRES, NAMES, STRICTER, everywhere
from experiments.firms.sizes import Soak
from experiments.firms.worlds import Estimate, FirmWorld, market, mean, settings_of, sites_of
from model.parameters import Parameters, all_parameters
from model.recorded_deals import deal_forms, recorded_deals
from model.tables import load
from tests.helpers import small_market

COARSE = 1500.0


# Sizes ----------------------------------------------------------------------------------------


def drawn(power: float, cutoff: int, number: int) -> np.ndarray:
    """Whole sizes at evenly spread chances of a discrete power law with exponent ``power − 1``."""
    most = 200_000
    weight = np.arange(cutoff, most, dtype=float) ** -power
    places = (np.arange(number) + 0.5) / number
    return np.searchsorted(np.cumsum(weight) / weight.sum(), places) + float(cutoff)


def test_zeta_is_that_of_the_tables() -> None:
    assert sizes.zeta(2.0, 1.0) == pytest.approx(math.pi**2 / 6, rel=1e-6)
    assert sizes.zeta(4.0, 1.0) == pytest.approx(math.pi**4 / 90, rel=1e-6)
    assert sizes.zeta(2.0, 5.0) == pytest.approx(
        math.pi**2 / 6 - sum(k**-2 for k in range(1, 5)), rel=1e-6
    )


@pytest.mark.parametrize("tail", [0.8, 1.06, 2.0])
def test_the_exponent_of_a_known_law_is_found(tail: float) -> None:
    found = sizes.exponent(drawn(tail + 1.0, 3, 4000), 3)
    assert found == pytest.approx(tail, abs=0.04)


def test_the_law_is_taken_from_where_it_begins() -> None:
    low = np.repeat(np.arange(1.0, 8.0), 300)  # as many of each: no power law
    both = np.concatenate([low, drawn(2.06, 8, 1000)])
    cutoff = sizes.best_cutoff(both)
    assert 7 <= cutoff <= 12
    assert sizes.exponent(both, cutoff) == pytest.approx(1.06, abs=0.12)
    assert sizes.distance(both, cutoff) < sizes.distance(both, 2)


@pytest.mark.parametrize("power", [0.0, -0.2, -0.5])
def test_the_slope_of_volatility_is_found(power: float) -> None:
    luck = np.random.default_rng(1)
    size = np.repeat([4.0, 8.0, 16.0, 32.0, 64.0], 2000)
    growth = luck.normal(0.0, 0.3 * size**power)
    assert sizes.slope(pd.DataFrame({"size": size, "growth": growth})) == pytest.approx(
        power, abs=0.02
    )


def test_few_people_are_left_out_where_their_luck_would_make_the_slope() -> None:
    luck = np.random.default_rng(2)
    size = np.repeat([4.0, 8.0, 16.0, 32.0, 64.0, 128.0], 4000)
    spread = np.sqrt(0.2**2 * (size / 6) ** -0.4 + 0.3 / size)
    growth = pd.DataFrame({"size": size, "growth": luck.normal(0.0, spread)})
    assert sizes.slope(growth) < sizes.slope(growth, 12.0) - 0.02 < -0.2


@pytest.mark.parametrize(("drift", "spread", "ends"), [(0.0, 0.3, 0.05), (-0.04, 0.4, 0.08)])
def test_firms_that_grow_by_luck_have_the_tail_of_theory(
    drift: float, spread: float, ends: float
) -> None:
    """Sizes after lives of random length, and the exponent found from their growth alone."""
    luck, many, years = np.random.default_rng(3), 200_000, 20
    growth = luck.normal(drift, spread, (many // years, years))
    growth[luck.random(growth.shape) < ends] = np.nan
    firm, year = np.indices(growth.shape)
    seen = pd.DataFrame({"year": year.ravel(), "firm": firm.ravel(), "size": 20.0,
                         "growth": growth.ravel()})  # fmt: skip
    found = sizes.theory(seen, 10)
    lived = luck.exponential(1.0 / ends, many)
    log_size = drift * lived + spread * np.sqrt(lived) * luck.normal(size=many)
    largest = np.sort(log_size)[-many // 50 :]
    assert found == pytest.approx(1.0 / (largest - largest[0]).mean(), rel=0.06)


@pytest.mark.thorough
def test_without_shocks_to_firms_only_the_luck_of_single_people_is_left() -> None:
    """Large firms then hardly vary: spread falls more steeply with size."""
    steeper = []
    for seed in range(1, 9):
        without, usual = (
            sizes.soaked(
                FirmWorld(seed, 300.0, (("shocks.volatility", volatility),)), until=2045,
                growth_years=15,
            ).growth
            for volatility in (0.0, Parameters().shocks.volatility)
        )
        steeper.append(sizes.slope(usual) - sizes.slope(without))
    assert mean(steeper).sign == 1


def test_a_soak_keeps_firms_born_in_the_run() -> None:
    seen = sizes.soaked(FirmWorld(1, COARSE), until=2022, growth_years=2)
    assert seen.sizes.size and (seen.sizes >= 1).all()
    known = seen.growth["growth"].dropna()
    assert known.size and np.isfinite(known).all()
    assert (seen.growth["size"] >= 1).all() and set(seen.growth["year"]) == {2020, 2021}


# Survival -------------------------------------------------------------------------------------


def test_survival_counts_failures_and_leaves_sales_out() -> None:
    born = pd.DataFrame({
        "country": "USA", "founded": 100, "born": True, "until": 140,
        "closed": [112, 112, 124, 0], "ending": [Ending.FAILED, Ending.BOUGHT, Ending.FAILED, 0],
    })  # fmt: skip
    found = survival.curve(born, years=3)
    assert found[11] == 1.0 and found[12] == 0.75
    assert found[24] == 0.375  # one of the two that were left
    older = pd.concat([born, born.assign(born=False, ending=Ending.FAILED)])
    pd.testing.assert_series_equal(survival.curve(older, years=3), found)
    assert survival.curve(born.assign(country="KOR"), years=1).isna().all()
    assert {name for name in survival.published()["fact"]} == set(survival.PUBLISHED)


# Prices and forms -----------------------------------------------------------------------------


def deals(**columns: Sequence[Any]) -> pd.DataFrame:
    """A table of simulated deals at ten persons per agent."""
    size = len(next(iter(columns.values())))
    plain = {"month": ["2021-05"] * size, "form": ["full_acquisition"] * size,
             "price_usd": [1e8] * size, "people_moved": [50.0] * size, "review": ["none"] * size,
             "target_country": ["USA"] * size}  # fmt: skip
    return pd.DataFrame({**plain, **columns})


def test_a_row_counts_as_the_deals_it_stands_for() -> None:
    table = prices.simulated(
        deals(price_usd=[3e8, 2e8, 1e8, 9e9], review=["none", "cleared", "none", "banned"]), 10.0
    )
    assert table["price"].tolist() == [3e7, 2e7, 1e7] and (table["people"] == 5.0).all()
    top = prices.famous(table, 15)
    assert top["price"].tolist() == [3e7, 2e7] and top["many"].tolist() == [10.0, 5.0]
    each = prices.per_person(top)["each"]
    assert prices.quantile(each, top["many"], 0.5) == 6e6
    assert prices.quantile(each, top["many"], 0.2) == 4e6


def test_forms_add_up_to_all_deals_and_to_the_record() -> None:
    table = prices.simulated(deals(form=["licence", "acqui_hire", "full_acquisition"]), 10.0)
    found = forms.deals_by_form([table, table]).set_index("form")
    assert tuple(found.index) == tuple(deal_forms())
    assert found["simulated"].sum() == 30.0 and found["share"].sum() == pytest.approx(1.0)
    assert found["share_of_largest"]["licence"] == 0.0
    done = [deal for deal in recorded_deals() if not deal.abandoned and deal.month >= 2019 * 12]
    assert found["recorded"].sum() == len(done)
    assert forms.by_year([table])["deals"].sum() == 30.0


# Review ---------------------------------------------------------------------------------------


def test_review_counts_what_was_carried_out_where_it_acts() -> None:
    table = deals(
        form=["licence_and_hire", "acqui_hire", "full_acquisition", "licence", "acqui_hire"],
        target_country=["USA", "USA", "KOR", "USA", "USA"],
        review=["none", "cleared", "none", "none", "banned"],
    )
    here, anywhere = (review.counted(table, 10.0, wide) for wide in (False, True))
    assert here == {
        "licence_and_hire": 10.0, "stakes": 0.0, "acquisitions": 10.0, "moved": 150.0
    }  # fmt: skip
    assert anywhere["acquisitions"] == 20.0 and anywhere["moved"] == 200.0
    before = review.counted(table.assign(month="2019-12"), 10.0, True)
    assert set(before.values()) == {0.0}


def test_signs_of_review_follow_the_deals() -> None:
    less = [(deals(form=["acqui_hire"] * (2 + seed)), 1.0) for seed in range(4)]
    more = [(deals(form=["licence_and_hire"] * (2 + seed)), 1.0) for seed in range(4)]
    none = [(deals(form=["licence"] * 2, people_moved=[0.0, 0.0]), 1.0) for _ in range(4)]
    found = {one.claim: one for one in review.findings(
        {"baseline": less, "stricter": more, "both": none}
    )}  # fmt: skip
    verdicts = [one.verdict for one in found.values()]
    assert len(found) == 7 and verdicts.count(RIGHT) == 4
    unclear = [claim for claim, one in found.items() if one.verdict == UNCLEAR]
    assert len(unclear) == 3 and all("people" in claim or "stakes" in claim for claim in unclear)


def test_review_everywhere_covers_every_country_from_any_price() -> None:
    policies = (everywhere(STRICTER), everywhere(ALSO_HIRES))
    made = market(FirmWorld(1, COARSE, policies=policies), "2020-02")
    made.run_until("2020-02")
    levers = made.world.levers
    assert (levers.merger_review_threshold_usd == 0.0).all()
    assert (levers.merger_ban_chance == levers.merger_ban_chance[0]).all()
    plain = market(FirmWorld(1, COARSE), "2020-02")
    plain.run_until("2020-02")
    assert (plain.world.levers.merger_review_covers != levers.merger_review_covers).all()
    assert len({change.country for change in policies[0].changes}) == len(load().countries)


# Worlds ---------------------------------------------------------------------------------------


def test_the_firm_left_out_hires_nobody() -> None:
    made = market(FirmWorld(1, 300.0, without=(REMOVED,)), "2019-12")
    employers, people = made.employers, made.researchers
    sites = sites_of(made, [REMOVED])
    assert {employers.names[row].split(" (")[0] for row in sites} == {REMOVED}
    assert 0.0 < living.share_of_jobs(made, [REMOVED]) < living.share_of_jobs(made, LARGEST) < 0.5
    before = employers.heads[sites].copy()
    assert before.sum() > 0 and (employers.opens[sites] < NEVER).all()
    made.run_until("2019-12")
    assert (employers.heads[sites] <= before).all()
    came = (people.hired >= 2019 * 12) & ~people.by_deal & np.isin(people.employer, sites)
    # who moves between sites of the firm is no hire, and none is open to that
    assert not came.any()


def test_arms_differ_from_the_default_as_they_say() -> None:
    default = {entry.name: entry for entry in all_parameters()}
    for name, arm in ARMS.items():
        changed = Parameters.with_settings(arm.settings)
        for setting, value in arm.settings.items():
            assert default[setting].value != value
            assert default[setting].low <= value <= default[setting].high
        assert changed is not None
        assert name == "baseline" or arm.settings or arm.policies or arm.without
    assert min(FIT_WEIGHTS) < Parameters().bidding.fit_weight < max(FIT_WEIGHTS)
    assert set(NAMES) < set(ARMS)


def test_moves_are_those_of_able_people_within_a_country() -> None:
    made = small_market(persons_per_agent=300)
    watch, world = moves.MoveWatch(), made.world
    watch.see(world)
    expected = cuts = 0
    for _ in range(8):
        people, employers = world.researchers, world.employers
        held = np.flatnonzero(people.employer >= 0)
        before = {
            int(people.id[row]): (int(employers.firm[people.employer[row]]),
                                  float(moves.counted_pay(world, np.array([row]))[0]),
                                  int(people.country[row]))
            for row in held
            if employers.kind[people.employer[row]] != EmployerKind.PUBLIC_RESEARCH
        }  # fmt: skip
        made.step()
        watch.see(world)
        for row in np.flatnonzero((people.hired == world.month) & (people.employer >= 0)):
            known = before.get(int(people.id[row]))
            employer = people.employer[row]
            large = employers.kind[employer] in (EmployerKind.BIG_TECH, EmployerKind.INDUSTRY)
            able = people.ability[row] >= world.ability_cuts[0]
            if (known and large and able and not people.by_deal[row]
                    and known[0] != employers.firm[employer] and known[2] == people.country[row]):
                expected += 1
                cuts += moves.counted_pay(world, np.array([row]))[0] < known[1]
    found = watch.found()
    assert (found["moves"], found["cuts"]) == (expected, cuts) and expected > 5
    assert found["better"] + found["worse"] <= found["cuts"]


def test_settings_are_read() -> None:
    assert settings_of(["deals.talks=0.5"]) == {"deals.talks": 0.5}
    for text_ in ("deals.talks", "deals.talks=much"):
        with pytest.raises(ValueError, match=r"group\.name=number"):
            settings_of([text_])


# The page -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def found() -> Answers:
    """All answers from a few coarse worlds that stand for every sort."""
    seen: list[Seen] = [lived(FirmWorld(seed, COARSE, (("deals.talks", 3.0),)))
                        for seed in (1, 2)]  # fmt: skip
    luck = np.random.default_rng(1)
    soaks = [
        Soak(drawn(2.06, 1, 200 + 50 * seed), pd.DataFrame({
            "year": np.tile(np.arange(2058, 2068), 20), "firm": np.arange(200) // 10,
            "size": np.repeat([4.0, 8.0, 16.0, 32.0], 50),
            "growth": luck.normal(0, 0.2, 200),
        })) for seed in range(2)
    ]  # fmt: skip
    return answers(dict.fromkeys(ARMS, seen), soaks)


def test_verdicts() -> None:
    def said(low: float, high: float, sign: int | None, published: float | None = None) -> str:
        middle = Estimate((low + high) / 2, low, high, 3)
        return Finding("exits", "x", middle, "", sign, published).verdict

    assert said(1, 2, 1) == RIGHT and said(1, 2, -1) == WRONG and said(-1, 2, 1) == UNCLEAR
    assert said(-1, 1, 0) == RIGHT and said(1, 2, 0) == WRONG
    assert said(1, 3, None, 2.0) == INSIDE and said(1, 3, None, 4.0) == OUTSIDE
    assert said(math.nan, math.nan, 1) == said(math.nan, math.nan, 0) == UNCLEAR
    assert text(Estimate(-1.5, -2.0, 1000.0, 3)) == "−1.5 (−2.0 to 1,000.0)"


def test_the_page_answers_every_question(found: Answers) -> None:
    page = to_markdown(found, Made("the command", 2, COARSE, 2, COARSE), "a.png", "b.png")
    assert {one.question for one in found.findings} == set(QUESTIONS)
    for one in found.findings:
        assert f"| {one.claim} | {text(one.estimate, one.digits)}" in page
    for title in (*QUESTIONS.values(), "Deals by form"):
        assert title in page
    assert "Made by `the command`" in page and "(a.png)" in page and "(b.png)" in page
    assert all(form.title in page for form in deal_forms().values())
    heads = [line.count("|") for line in page.splitlines() if line.startswith("|")]
    assert min(heads) >= 3 and "nan" not in page
    # the same worlds on both sides: nothing may be found
    alike = [one for one in found.findings if one.question in ("review", "packages")]
    assert {one.verdict for one in alike} == {UNCLEAR}


def test_pictures_show_every_question(found: Answers) -> None:
    drawn_ = figure.picture(found, "note")
    assert len(drawn_.axes) == 6 and all(axes.has_data() for axes in drawn_.axes)
    assert len(figure.deals_picture(found, "note").axes) == 3


def test_the_command_writes_page_and_pictures(
    found: Answers, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    from experiments.firms import __main__ as command

    monkeypatch.setattr(command, "all_lived", lambda *given, **more: {})
    monkeypatch.setattr(command, "soaks", lambda *given: [])
    monkeypatch.setattr(command, "answers", lambda worlds, soaks: found)
    main(["--seeds", "3", "--markdown", str(tmp_path / "firms.md")])
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"firms.md", "firms.png", "firms_deals.png"}
    assert "--seeds 3" in (tmp_path / "firms.md").read_text(encoding="utf-8")
    with pytest.raises(SystemExit):
        main(["--seeds", "1"])
    monkeypatch.undo()
    with pytest.raises(SystemExit):
        main(["--set", "deals.tolks=1"])


@pytest.mark.thorough
def test_environment_draws_able_people_to_less_pay() -> None:
    worlds = living.all_lived(6, 100, 1, arms=("baseline", "no environment"))
    claims = moves.findings(*([one.moves for one in worlds[arm]] for arm in worlds))
    assert claims[0].verdict == RIGHT


@pytest.mark.thorough
def test_review_from_any_price_turns_acquisitions_into_hires() -> None:
    arms = ("baseline", "stricter everywhere", "both everywhere")
    worlds = living.all_lived(8, 100, 1, arms=arms)
    claims = review.findings({
        arm: [(one.deals, one.persons_per_agent) for one in seen] for arm, seen in worlds.items()
    })  # fmt: skip
    signs = {one.claim: np.sign(one.estimate.value) == one.sign for one in claims}
    assert all(signs.values()), signs


@pytest.mark.thorough
def test_pay_at_the_top_falls_with_the_bidders() -> None:
    worlds = living.all_lived(6, 100, 1, arms=("baseline", "without five"))
    pay = {arm: [one.pay for one in seen] for arm, seen in worlds.items()}
    assert packages.change(pay["without five"], pay["baseline"], packages.ABLEST).high < 0.0
