"""Natural experiments: the mechanisms move what was published, and nothing where they are off."""

from __future__ import annotations

import itertools

import pandas as pd
import pytest

from agents.levers import month_number
from agents.policies import Policy
from experiments.natural_experiments import cap_cut, page, top_tax, visa_systems
from experiments.natural_experiments.estimators import Coefficient
from experiments.natural_experiments.replay import (
    EXPERIMENTS,
    RIGHT,
    UNCLEAR,
    WRONG,
    Finding,
    Replay,
    judge,
)
from experiments.natural_experiments.worlds import Published, World, half
from model import tables
from model.timeline import Timeline

CERTAIN = 3.3  # standard errors beyond which luck alone lies with chance FALSE_ALARM


def lived(
    key: str, seeds: int, persons_per_agent: float, treated: bool = True, **parameters: float
) -> pd.DataFrame:
    """The tables of some worlds; double underscores stand for the dots of parameters."""
    settings = tuple((name.replace("__", "."), value) for name, value in parameters.items())
    return pd.concat(
        [EXPERIMENTS[key].measure(World(seed, persons_per_agent, treated, settings))
         for seed in range(1, seeds + 1)],
        ignore_index=True,
    )  # fmt: skip


def by_luck_alone(found: Coefficient) -> bool:
    """Whether nought lies within what luck does."""
    return abs(found.value) < CERTAIN * found.error


def test_halves_are_drawn_by_luck_and_the_same_in_any_order() -> None:
    codes = list(tables.load().countries)
    drawn = half(codes, 1, "points")
    assert len(drawn) == len(codes) // 2 and set(drawn) <= set(codes)
    assert set(half(codes[::-1], 1, "points")) == set(drawn)
    assert set(half(codes, 2, "points")) != set(drawn) != set(half(codes, 1, "permanence"))


# Visa systems ---------------------------------------------------------------------------------


def open_for_work(policies: list[Policy], month: str) -> dict[str, list[str]]:
    """Schemes for people from abroad by country in a month."""
    schemes = Timeline.of(policies, month_number("2019-01")).schemes
    found: dict[str, list[str]] = {}
    for scheme in schemes:
        if scheme.open_in(month_number(month)) and not scheme.for_graduates:
            found.setdefault(scheme.country, []).append(scheme.id)
    return found


def test_every_country_has_one_scheme_from_the_start_and_history_before() -> None:
    policy = visa_systems.systems(1)
    assert open_for_work([policy], "2020-12") == open_for_work([], "2020-12")
    for month in (visa_systems.START, visa_systems.UNTIL):
        found = open_for_work([policy], month)
        assert all(
            names == [f"{country.lower()}-replayed"] for country, names in found.items()
        )
        assert set(found) == {scheme.country for scheme in policy.schemes}
    kinds = [(scheme.points is not None, scheme.job_offer_required) for scheme in policy.schemes]
    assert set(kinds) == {(True, False), (False, True)}
    assert abs(2 * sum(points for points, _ in kinds) - len(kinds)) <= 1


@pytest.mark.thorough
def test_permanence_raises_numbers_only_where_it_counts() -> None:
    strong = visa_systems.estimate(lived("visa_systems", 6, 200, rights__permanence=1.0))
    absent = visa_systems.estimate(lived("visa_systems", 6, 200, rights__permanence=0.0))
    assert strong["permanence"].value > CERTAIN * strong["permanence"].error
    assert by_luck_alone(absent["permanence"])


def test_where_nobody_needs_a_visa_systems_move_nobody() -> None:
    with_it = lived("visa_systems", 1, 1500, rights__barriers=0.0)
    without = lived("visa_systems", 1, 1500, treated=False, rights__barriers=0.0)
    pd.testing.assert_frame_equal(with_it, without)


# The cap --------------------------------------------------------------------------------------


@pytest.mark.thorough
def test_a_cut_lowers_hires_from_abroad_where_visas_are_needed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cap_cut, "PLACES_AFTER", 2_000)
    strong = cap_cut.estimate(lived("cap_cut", 8, 100))
    for name in (cap_cut.ABROAD, cap_cut.TRIPLE):
        assert strong[name].value < -CERTAIN * strong[name].error
    assert by_luck_alone(strong[cap_cut.NATIVE])
    with_it = lived("cap_cut", 1, 500, rights__barriers=0.0)
    without = lived("cap_cut", 1, 500, treated=False, rights__barriers=0.0)
    pd.testing.assert_frame_equal(with_it, without)


def test_the_wide_cap_does_not_bind() -> None:
    frame = lived("cap_cut", 1, 1500)
    assert frame.groupby("year")["hires"].sum().gt(0).all()
    wide = Timeline.of([cap_cut.wide_cap()], month_number("2019-01")).schemes
    lotteries = [
        scheme for scheme in wide
        if scheme.id == cap_cut.SCHEME and scheme.open_in(month_number("2021-06"))
    ]
    assert [scheme.places_per_year for scheme in lotteries] == [cap_cut.PLACES_BEFORE]
    assert [scheme.outside_applicants_per_year for scheme in lotteries] == [
        cap_cut.OUTSIDE_APPLICANTS
    ]


# Top tax --------------------------------------------------------------------------------------


def test_a_top_rate_beyond_all_pay_moves_nobody() -> None:
    with_it = lived("top_tax", 1, 1500, rights__top_tax_threshold=20.0)
    without = lived("top_tax", 1, 1500, treated=False, rights__top_tax_threshold=20.0)
    pd.testing.assert_frame_equal(with_it, without)


@pytest.mark.thorough
def test_the_ablest_leave_a_top_rate_that_bites() -> None:
    settings = {"rights__top_tax_threshold": 0.5, "bidding__pay_weight": 4.0}
    found = [
        top_tax.estimate(lived("top_tax", 30, 200, treated, **settings))["foreign"]
        for treated in (True, False)
    ]
    taxed, placebo = found
    assert taxed.value > placebo.value + CERTAIN * 0.5 * (taxed.error + placebo.error)
    assert by_luck_alone(placebo)


# The page -------------------------------------------------------------------------------------


def coefficient(value: float, half_width: float) -> Coefficient:
    return Coefficient(value, half_width / 2, value - half_width, value + half_width, 100, 10)


@pytest.mark.parametrize(
    ("sign", "value", "by_pair", "by_world", "verdict"),
    [
        (1, 0.5, 0.1, 0.2, RIGHT), (1, 0.5, 0.1, 0.6, UNCLEAR), (1, 0.5, 0.6, 0.1, UNCLEAR),
        (1, -0.5, 0.1, 0.2, WRONG), (-1, -0.5, 0.1, 0.2, RIGHT), (0, 0.1, 0.2, 0.2, RIGHT),
        (0, 0.5, 0.1, 0.2, WRONG),
    ],
)  # fmt: skip
def test_a_sign_counts_where_both_intervals_leave_out_nought(
    sign: int, value: float, by_pair: float, by_world: float, verdict: str
) -> None:
    finding = Finding(coefficient(value, by_pair), coefficient(value, by_world), coefficient(0, 1))
    assert finding.verdict(Published(sign, "", "")) == verdict


def test_a_miss_stays_with_its_reason() -> None:
    experiment = top_tax.EXPERIMENT
    small = {one.name: Finding(*[coefficient(0.3, 0.1)] * 3) for one in experiment.asked}
    text = page.to_markdown([Replay(experiment, small)], "command", "picture.png")
    assert "![" in text and "outside the interval" in text
    reason = next(one.why_missed for one in experiment.asked if one.name == top_tax.FOREIGN)
    assert reason and reason in text
    met = {
        one.name: Finding(*[coefficient(one.published.value or 0.0, 0.02)] * 3)
        for one in experiment.asked
    }
    assert reason not in page.to_markdown([Replay(experiment, met)], "command", None)


@pytest.mark.thorough
def test_all_of_it_ends_in_a_page_and_a_picture() -> None:
    found = []
    for key, experiment in EXPERIMENTS.items():
        # some ask for people who are few in a coarse world
        treated = [lived(key, 2, 500 if key in ("offshoring", "brain_gain") else 2500)]
        found.append(judge(experiment, treated, treated))
    text = page.to_markdown(found, "command", None)
    asked = list(itertools.chain(*(one.asked for one in EXPERIMENTS.values())))
    assert all(f"| {one.title} |" in text for one in asked)
    figure = page.picture(found, "note")
    assert len(figure.axes) == len(EXPERIMENTS)
    for axes, replay in zip(figure.axes, found, strict=True):
        assert len(axes.get_yticks()) == len(replay.experiment.asked)
