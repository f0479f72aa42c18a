"""Lessons can break: bounds are near today's numbers, every claim in words has a lesson, and mutations break it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from model.tables.ensemble import read_ensemble
from runs.__main__ import main
from runs.classroom.answers import WORLD, Lesson, take_value
from runs.classroom.check import check_pages, known_numbers
from runs.classroom.exercise import (
    STUDENT,
    TEACHER,
    Exercise,
    append_settings,
    exercise_folders,
    find_exercise,
    part,
    read_exercise,
)
from runs.classroom.figures import mean_and_band
from runs.classroom.mutations import Outcome, play_mutations
from runs.classroom.questions import Answer, Mutation
from runs.classroom.quoted_numbers import CLAIM, strip_marks, update_quotes
from runs.classroom.sweep import experiments_of, place_of_world, world_of
from tests.support.exercises import made_up

FOLDERS = exercise_folders()


@pytest.fixture(params=FOLDERS, ids=[folder.name for folder in FOLDERS])
def exercise(request: pytest.FixtureRequest) -> Exercise:
    return read_exercise(request.param)


def bounded(exercise: Exercise) -> set[str]:
    return {each.name for each in exercise.answer if each.least is not None or each.most is not None}


def test_a_lesson_has_words_and_words_have_bounds(exercise: Exercise) -> None:
    assert {each.name for each in exercise.answer if each.lesson} == bounded(exercise)
    names = {each.name for each in exercise.answer}
    assert all(each.beside in names and each.name in bounded(exercise) for each in exercise.answer if each.beside)


def test_every_claim_in_words_is_carried_by_lessons(exercise: Exercise) -> None:
    student, teacher = exercise.page(STUDENT), exercise.page(TEACHER)
    notices = re.search(r"## Things to notice\n+(.*?)(?=\n## )", student, re.DOTALL)[1]
    claims = re.split(r"\n(?=\* )", notices.strip())
    sentence = re.search(r"\*\*The lesson in one sentence\.\*\*.*?(?=\n\n)", teacher, re.DOTALL)[0]
    for claim in [*claims, sentence]:
        marks = CLAIM.findall(claim)
        assert len(marks) == 1, claim
        names = marks[0].split()
        assert names or re.search(r"\?|Look|look|Find|Compare", claim), f"a claim without a lesson: {claim}"
        assert set(names) <= bounded(exercise), (claim, set(names) - bounded(exercise))
    assert "<!--!" not in strip_marks(student + teacher)


def test_every_lesson_has_a_mutation_that_must_break_it(exercise: Exercise) -> None:
    broken = {name for mutation in exercise.mutation for name in mutation.breaks}
    assert broken == bounded(exercise), broken ^ bounded(exercise)
    assert 2 <= len(exercise.mutation) <= 5


def test_every_mutation_can_be_typed(exercise: Exercise) -> None:
    for mutation in exercise.mutation:
        sweep = append_settings(exercise, mutation.set).sweep[0].model_copy(update={"unless_found": {}})
        run = next(experiments_of(exercise, sweep))
        assert run.settings[-len(mutation.set) :] == mutation.set
        world_of(run)


@pytest.mark.parametrize(
    ("value", "least", "most", "beside", "loose"),
    [
        (10.0, 5, 20, None, ()),
        (10.0, 4.9, 20.1, None, (4.9, 20.1)),
        (-10.0, -20, -5, None, ()),
        (-10.0, -21, 0, None, (-21, 0)),
        (0.0, 0, 4, None, (4,)),
        (0.0, 0, 4, 8.0, ()),
        (0.1, -4, 4, -8.0, ()),
        (0.1, -4.1, 4, 8.0, (-4.1,)),
    ],
)
def test_a_bound_that_is_too_far_away_is_loose(
    value: float, least: float, most: float, beside: float | None, loose: tuple[float, ...]
) -> None:
    answer = Answer(name="a", meaning="A", least=least, most=most)
    lesson = Lesson(answer, value) if beside is None else Lesson(answer, value, beside)
    assert lesson.holds and lesson.loose_bounds == loose


def test_a_loose_bound_is_reported_by_the_check(tmp_path: Path) -> None:
    exercise, tables = find_exercise("3"), made_up(find_exercise("3"))
    known = known_numbers(exercise, tables)
    folder = tmp_path / exercise.folder.name
    folder.mkdir()
    for name in (STUDENT, TEACHER):
        (folder / name).write_text(update_quotes(exercise.page(name), known, name), encoding="utf-8")
    free = {"least": None, "most": None, "lesson": "", "beside": ""}
    fine_answers = tuple(each.model_copy(update=free) for each in exercise.answer)
    current = exercise.model_copy(update={"folder": folder, "answer": fine_answers})
    assert check_pages(current, tables)[1]
    bounds = {"least": -1e9, "most": 1e9, "lesson": "anything goes"}
    wide = tuple(each.model_copy(update=bounds) if each.name == "hand_60" else each for each in fine_answers)
    words, fine = check_pages(current.model_copy(update={"answer": wide}), tables)
    assert not fine and "  bound   hand_60 = " in words and "-1e+09 and 1e+09 is further away" in words


@pytest.mark.slow
def test_a_mutation_breaks_what_it_says_and_a_harmless_one_is_found_out() -> None:
    exercise = find_exercise("1")
    cut = part(exercise, "makers", {"cover": [0, 60]})
    names = ("stop_0", "stop_60", "thin_60", "thinnest", "first_moved")
    small = cut.model_copy(update={"answer": tuple(each for each in exercise.answer if each.name in names)})
    (deep,) = (each for each in exercise.mutation if "first_moved" in each.breaks and "sensors" in each.name)
    breaks = tuple(name for name in deep.breaks if name in names)
    harmless = Mutation(name="nothing is changed", set=("days=200",), breaks=breaks)
    real, other = play_mutations(
        [small.model_copy(update={"mutation": (deep.model_copy(update={"breaks": breaks}), harmless)})]
    )
    assert real.survived == () and "breaks" in real.told
    assert other.survived == breaks and "still hold" in other.told


def test_the_command_fails_if_a_lesson_survives(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    exercise = find_exercise("1")
    mutation = exercise.mutation[0]
    outcome = Outcome(exercise, mutation, ())
    for survived, code in (((), 0), (("moved",), 1)):
        monkeypatch.setattr(
            "runs.classroom.mutations.play_mutations",
            lambda some, seen, left=survived: [replace(outcome, survived=left)],
        )
        assert main(["exercise", "1", "--mutations"]) == code
        printed = capsys.readouterr()
        assert "should break and still hold" in printed.err if survived else mutation.name in printed.out


def test_a_band_counts_worlds_and_not_the_runs_in_them() -> None:
    """Two worlds whose runs are all but alike: 1.96 standard errors of two means, 2 and 6, are 3.92."""
    rows = pd.DataFrame({"x": ["a"] * 4, "seed": [1, 2, 3, 4], WORLD: [1, 2, 1, 2], "lost": [1.9, 6.1, 2.1, 5.9]})
    (band,) = mean_and_band(rows, "x", "lost").to_dict("records")
    assert band["mean"] == pytest.approx(4.0) and band["half"] == pytest.approx(1.96 * 2**0.5 * 2 / 2**0.5)
    low = Answer(name="low", meaning="A", sweep="s", measure="lost", take="low", at={"x": "a"})
    assert take_value(low, rows) == pytest.approx(4.0 - band["half"])
    alone = mean_and_band(rows.drop(columns=WORLD), "x", "lost")["half"].item()
    assert alone < band["half"] * 0.65


def test_seeds_of_a_sweep_in_worlds_say_which_world_they_are_of() -> None:
    sweep = next(each for each in find_exercise("5").sweep if each.worlds and each.seeds > len(read_ensemble()))
    worlds = read_ensemble()
    assert [place_of_world(seed, worlds) for seed in (1, len(worlds), len(worlds) + 1)] == [0, len(worlds) - 1, 0]
    assert sweep.seeds % len(worlds) == 0, "each world has as many runs as any other"
