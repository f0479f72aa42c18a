"""The base case is the world in the middle of those that fit: by hand, and on the tables that ship."""

from dataclasses import replace

import numpy as np
import pytest

from model.tables.calibrated import Tuned, read_tuned
from model.tables.ensemble import read_ensemble
from model.tables.free_numbers import FreeNumber
from model.tables.table_files import DATA
from runs.commands.calibrate import words_of
from runs.validation.calibrate import Calibration, base_case_problem
from runs.validation.ensemble_search import Ensemble
from runs.validation.measured_worlds import MeasuredWorlds, Problem
from runs.validation.stylised_facts import StylisedFact
from runs.validation.typical_world import distances_between, typical_world


def number(key: str, role: str, assumed: str, **ends: float) -> FreeNumber:
    return FreeNumber.model_validate({"key": key, "role": role, "assumed": assumed, "reason": "toy", **ends})


def fact(low: float | None, high: float | None, use: str = "yes") -> StylisedFact:
    return StylisedFact("1", "toy", "sum", "1", None, low, high, use, "", "a sum", "")


A = Tuned(key="a", value=1, unit="1", kind="calibrated", low=0, high=10, way="sampled", facts="1", meaning="toy")
NUMBERS = (number("a", "searched", "2", low=0.0, high=10.0), number("b", "uncertain", "2", low=0.0, high=20.0),
           number("c", "tied", "a"))  # fmt: skip
TOY = Problem(NUMBERS, {key: A.model_copy(update={"key": key}) for key in "abc"}, (fact(0, 4), fact(1, 1)),
              lambda world, facts: [])  # fmt: skip


def world(a: float, b: float) -> dict[str, float]:
    return {"a": a, "b": b, "c": a}


def test_distances_are_shares_of_ranges_and_of_tolerances() -> None:
    """a: 5 of 10, b: 4 of 20, c is tied and does not count; facts: 1 of 4, and another answer where one is right."""
    apart = distances_between(TOY, [world(0, 0), world(5, 4)], np.array([[2.0, 1.0], [3.0, 0.0]]))
    numbers, facts = (0.5**2 + 0.2**2) / 2, (0.25**2 + 1.0) / 2
    assert apart == pytest.approx(np.sqrt([[0, numbers + facts], [numbers + facts, 0]]))


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [(2.0, 99.0, 1.0), (2.0, np.nan, 1.0), (np.inf, 2.0, 1.0), (np.nan, np.nan, 0.0), (np.inf, np.inf, 0.0)],
)
def test_one_fact_counts_a_tolerance_at_most(one: float, other: float, apart: float) -> None:
    problem = replace(TOY, facts=(fact(0, 4), fact(None, None)))
    found = distances_between(problem, [world(0, 0), world(0, 0)], np.array([[one, 1.0], [other, 9.0]]))
    assert found[0, 1] == pytest.approx(np.sqrt(apart / 2))


def test_the_middle_is_a_member_and_neither_the_mean_nor_an_outlier() -> None:
    worlds = [world(a, 2.0) for a in (0.0, 4.0, 5.0, 10.0)]
    same = np.ones((4, 2))
    assert typical_world(TOY, worlds, same) == world(4.0, 2.0)  # 4 + 1 + 6 apart, before 5 + 1 + 5, the first of equals
    far = np.where(np.arange(4)[:, None] == 1, 3.0, same)  # what this one says of the facts is far from the others'
    assert typical_world(TOY, worlds, far) == world(5.0, 2.0)


def test_what_is_kept_aside_cannot_change_which_world_it_is() -> None:
    problem = base_case_problem()
    uses = {fact.tuned_on for fact in problem.searched_facts}
    assert uses == {"yes", "held out"} and {fact.episode for fact in problem.searched_facts} == {"april-2025"}


@pytest.mark.slow
def test_the_base_case_is_the_world_in_the_middle_of_the_ensemble() -> None:
    problem, worlds = base_case_problem(), read_ensemble(DATA)
    chosen = typical_world(problem, worlds, MeasuredWorlds(problem).measure(worlds))
    assert {key: each.value for key, each in read_tuned(DATA).items()} == chosen


def test_the_base_case_is_a_world_of_the_ensemble() -> None:
    assert {key: each.value for key, each in read_tuned(DATA).items()} in read_ensemble(DATA)


def test_a_calibration_tells_of_the_best_world_and_of_the_base_case() -> None:
    met, far = [(TOY.facts[0], 0.5)], [(TOY.facts[0], 2.0)]
    found = Calibration(world(1, 1), world(2, 2), met, far, [], Ensemble([world(2, 2)], 0.0, 0.25), 7)
    words = words_of(found)
    assert "the best world is within tolerance of 1 of 1 facts (mean squared miss 0.250)" in words
    assert "the base case is within tolerance of 0 of 1 facts (mean squared miss 4.000)\n  missed: 1 sum" in words
