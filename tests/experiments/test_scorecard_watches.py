"""Measures of the scorecard on a handful of people whose story is known."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
import pytest

from agents.employers import EmployerKind, Employers
from agents.researchers import Researchers
from experiments.scorecard import authors, careers, collaboration, spells
from experiments.scorecard.lives import Snapshot
from experiments.scorecard.watches import DOCTOR, DepartureWatch, FirstJobWatch, HireWatch

KINDS = (EmployerKind.BIG_TECH, EmployerKind.BIG_TECH, EmployerKind.PUBLIC_RESEARCH,
         EmployerKind.INDUSTRY, EmployerKind.PUBLIC_RESEARCH)  # fmt: skip
META, OPENAI, UNIVERSITY, BANK, ABROAD = range(len(KINDS))
USA, CANADA, CHINA = range(3)
WHERE = (USA, USA, USA, CANADA, CHINA)


def blank(population: Any, rows: int, given: Mapping[str, Any]) -> None:
    """Rows with the columns given and nothing else."""
    nothing: dict[str, Any] = {
        name: np.zeros((rows, about["width"]) if about["width"] > 1 else rows, about["dtype"])
        for name, about in population.columns().items()
    }
    population.born(rows, **{**nothing, **given})


def tiny_world(people: int, **columns: Any) -> Any:
    """Five employers in three countries and a few people numbered from 0."""
    researchers, employers = Researchers(), Employers()
    blank(employers, len(KINDS), {"kind": KINDS, "country": WHERE})
    employers.names = ["Meta", "OpenAI", "a university", "a bank", "a university abroad"]
    given = {"employer": -1, "hired": -1, "degree_month": -1, **columns}
    blank(researchers, people, {"id": researchers.new_ids(people), **given})
    return SimpleNamespace(month=0, researchers=researchers, employers=employers)


def month(world: Any, watch: Any, at: int, **columns: Mapping[int, int]) -> None:
    """Let something happen to people by number, in any order of rows, and let the watch see it."""
    people = world.researchers
    world.month = at
    people.permute(np.random.default_rng(at).permutation(len(people)))
    for name, values in columns.items():
        for number, value in values.items():
            getattr(people, name)[people.row_of(np.array([number]))] = value
    watch.see(world)


def leave_profession(world: Any, number: int) -> None:
    world.researchers.remove(world.researchers.row_of(np.array([number])))


# Row 8 ---------------------------------------------------------------------------------------


def test_hires_are_kept_if_they_are_with_the_same_employer_when_their_time_is_up() -> None:
    world, watch = tiny_world(8), HireWatch(2, 3, months=4)
    before = {0: META}
    month(world, watch, 1, employer=before, hired={0: 1})  # before the window
    month(world, watch, 2, employer={1: META, 2: OPENAI, 3: META, 4: BANK},
          hired={1: 2, 2: 2, 3: 2, 4: 2})  # fmt: skip
    month(world, watch, 3, employer={5: META, 6: OPENAI}, hired={5: 3, 6: 3})
    month(world, watch, 4, employer={7: META}, hired={7: 4})  # after it
    month(world, watch, 5, employer={2: META, 5: -1}, hired={2: 5})  # moves on; loses the job
    leave_profession(world, 3)
    month(world, watch, 6)  # 1 still there, 2 elsewhere, 3 gone
    month(world, watch, 7)  # 5 jobless, 6 still there
    month(world, watch, 8, employer={1: BANK, 6: BANK})  # too late to count
    assert watch.kept() == (2.0, 5.0)
    assert watch.kept(np.array([META])) == (1.0, 3.0)
    assert watch.kept(np.array([OPENAI])) == (1.0, 2.0)


def test_laboratories_are_counted_apart_from_other_big_tech() -> None:
    world, watch = tiny_world(4), HireWatch(1, 1, months=1)
    world.employers.kind[ABROAD] = EmployerKind.BIG_TECH
    month(world, watch, 1, employer={0: META, 1: META, 2: OPENAI, 3: ABROAD},
          hired=dict.fromkeys(range(4), 1))  # fmt: skip
    month(world, watch, 2, employer={0: BANK, 3: BANK})
    life = SimpleNamespace(market=SimpleNamespace(employers=world.employers), hires=watch)
    assert careers._kept(life) == {
        "kept": (200.0, 4.0), "kept_laboratories": (100.0, 1.0), "kept_meta": (100.0, 2.0),
        "kept_others": (100.0, 3.0),
    }  # fmt: skip


# Row 10 --------------------------------------------------------------------------------------


def test_a_first_job_counts_by_the_year_of_the_degree_and_only_once() -> None:
    new = {number: 23 for number in range(7)}
    world = tiny_world(8, degree=DOCTOR, study_country=[USA, USA, CANADA, CHINA, USA, USA, USA, 0])
    watch = FirstJobWatch(np.array([USA, CANADA]))
    month(world, watch, 22, employer={7: META})  # at work since long ago
    month(world, watch, 23, degree_month=new, degree={4: DOCTOR - 1},
          employer={0: META, 3: META, 4: META})  # fmt: skip  3 studied elsewhere, 4 no doctor
    leave_profession(world, 6)  # never had a job
    month(world, watch, 24, employer={0: UNIVERSITY, 1: UNIVERSITY})  # 0 changes: not a first job
    month(world, watch, 25, employer={2: BANK, 5: ABROAD})  # 5 takes a job in China
    assert watch.private(1) == (2.0, 3.0)
    assert watch.private(2) == (0.0, 0.0)


def test_the_change_of_the_share_of_first_jobs_needs_enough_of_them() -> None:
    counts = {2019: (65.0, 100.0), 2022: (77.0, 100.0), 2024: (5.0, 10.0)}
    life: Any = SimpleNamespace(first_jobs=SimpleNamespace(private=counts.__getitem__))
    pairs = careers._first_jobs(life)
    assert pairs["private2022"] == (7700.0, 100.0)
    assert pairs["rise"][0] == pytest.approx(12.0)
    assert math.isnan(pairs["fall"][0])


# Row 7 ---------------------------------------------------------------------------------------


def test_departures_are_seen_again_when_their_time_is_up() -> None:
    born = [USA, USA, USA, USA, CHINA, USA, USA, CANADA]
    world = tiny_world(8, birth_country=born, country=born)
    watch = DepartureWatch(1, 2, months=10)
    month(world, watch, 0, country={4: USA})  # before the window
    month(world, watch, 1, country={0: CHINA, 1: CHINA, 2: CHINA, 4: CANADA})  # 4 moves on
    month(world, watch, 2, country={3: CANADA, 1: USA, 6: CHINA})
    month(world, watch, 3, country={5: CHINA, 1: CHINA, 2: CANADA})  # after it; 1 leaves again
    leave_profession(world, 6)
    month(world, watch, 11)  # 0 there, 1 there (again), 2 onward
    month(world, watch, 12, country={3: USA})  # 3 home, 6 gone
    month(world, watch, 13)
    assert (watch.stayed, watch.home, watch.onward) == (2, 1, 1)
    life: Any = SimpleNamespace(departures=watch)
    assert spells.THEME.measure(life) == {
        "stayed": (200.0, 4.0), "home": (100.0, 4.0), "onward": (100.0, 4.0),
    }  # fmt: skip


def test_each_person_departs_once_and_entrants_abroad_do_not() -> None:
    world, watch = tiny_world(1, country=USA), DepartureWatch(1, 5, months=10)
    month(world, watch, 0)
    month(world, watch, 1, country={0: CHINA})
    month(world, watch, 2, country={0: USA})
    people = world.researchers
    blank(people, 1, {"id": people.new_ids(1), "birth_country": CANADA, "country": USA})
    month(world, watch, 3, country={0: CANADA})
    month(world, watch, 11)
    month(world, watch, 13)
    assert (watch.stayed, watch.home, watch.onward) == (0, 0, 1)


# Row 5 ---------------------------------------------------------------------------------------


def test_authors_are_doctors_where_papers_are_written() -> None:
    world = tiny_world(0)
    environment = np.array([1.0, 0.9, 0.8])
    world.employers.environment[:] = [1.7, 0.9, 1.0, 0.6, 0.8]  # the second below its country
    people = Snapshot(
        country=np.zeros(7, int), birth=np.zeros(7, int), ability=np.ones(7),
        degree=np.array([DOCTOR] * 6 + [DOCTOR - 1]),
        employer=np.array([META, OPENAI, UNIVERSITY, BANK, ABROAD, -1, UNIVERSITY]),
    )  # fmt: skip
    weight = authors.author_weight(people, world.employers, environment)
    assert weight.tolist() == [1.7, 0.0, 1.0, 0.0, 0.8, 0.0, 0.0]


def test_the_ablest_authors_are_counted_by_birth_and_by_place_of_work() -> None:
    world = tiny_world(0)
    world.employers.environment[:] = 1.0
    snapshot = Snapshot(
        country=np.array([USA, USA, CHINA, USA, USA]),
        birth=np.array([CHINA, USA, CHINA, USA, USA]),
        degree=np.full(5, DOCTOR), ability=np.array([9.0, 3.0, 8.0, 2.0, 1.0]),
        employer=np.array([UNIVERSITY, UNIVERSITY, ABROAD, META, META]),
    )  # fmt: skip
    life: Any = SimpleNamespace(
        market=SimpleNamespace(
            employers=world.employers,
            tables=SimpleNamespace(
                country={"research_environment": np.ones(3)}, index={"USA": USA, "CHN": CHINA},
            ),
        ),
        people=[snapshot] * 5,
    )  # fmt: skip
    pairs = authors.THEME.measure(life)  # a fifth of five authors is the first alone
    assert pairs["bornCHN2019"] == (100.0, 1.0) and pairs["workCHN2022"] == (0.0, 1.0)
    assert pairs["workUSA2022"] == (100.0, 1.0) and pairs["bornUSA2019"] == (0.0, 1.0)


# Row 16 --------------------------------------------------------------------------------------


class Figures(NamedTuple):
    """What a world's network might be."""

    assortativity: float = 0.2
    tail_exponent: float = 2.7
    tail_exponent_error: float = 0.1
    largest_in_degree: int = 60
    mean_in_degree: float = 4.0


@pytest.mark.parametrize(
    ("figures", "blanks"),
    [(Figures(), set()), (Figures(tail_exponent=math.nan), {"tail"}),
     (Figures(mean_in_degree=math.nan), {"largest"})],
)  # fmt: skip
def test_collaboration_is_measured_on_the_world(figures: Figures, blanks: set[str]) -> None:
    world = object()
    seen: list[object] = []

    def measured(given: object) -> Figures:
        seen.append(given)
        return figures

    theme = collaboration.theme(measured)
    life: Any = SimpleNamespace(market=SimpleNamespace(world=world))
    pairs = theme.measure(life)
    assert seen == [world]
    assert set(pairs) == {fact.key for fact in theme.facts}
    known = {"assortativity": (0.2, 1.0), "tail": (2.7, 1.0), "largest": (60.0, 4.0)}
    for key, pair in pairs.items():
        assert math.isnan(pair[0]) if key in blanks else pair == known[key]
