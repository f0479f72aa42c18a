"""Predictions are data: each has an answer that was computed, on the page, in a class, and in a question bank."""

from __future__ import annotations

import math
import re

import pytest
from pydantic import ValidationError

from model.tables.faults import Faults
from runs.classroom.exercise import STUDENT, TEACHER, Exercise, exercise_folders, find_exercise, read_exercise
from runs.classroom.gift import gift_text
from runs.classroom.page import as_html
from runs.classroom.predictions import mark, mark_writing, questions_on, read_predictions
from runs.classroom.questions import Predict
from runs.classroom.quoted_numbers import strip_marks

FOLDERS = exercise_folders()
EVERYTHING = [each for folder in FOLDERS for each in read_predictions(read_exercise(folder))]
CODES = [each.code for each in EVERYTHING]


@pytest.fixture(params=FOLDERS, ids=[folder.name for folder in FOLDERS])
def exercise(request: pytest.FixtureRequest) -> Exercise:
    return read_exercise(request.param)


def quoted(exercise: Exercise, name: str) -> float:
    """A number that a page quotes, read without the code that is tested."""
    texts = exercise.page(STUDENT) + exercise.page(TEACHER)
    (text, *_) = re.findall(rf"<!--={name}-->(.*?)<!--/-->", texts)
    return float(text.replace(",", ""))


def test_every_step_with_a_figure_to_predict_asks_something_that_can_be_marked(exercise: Exercise) -> None:
    page = exercise.page(STUDENT)
    boxes = [box for box in re.findall(r"(?:^>.*\n)+", page, re.MULTILINE) if "redict.**" in box]
    assert len(boxes) >= 1 and all("<!--?" in box for box in boxes), "a box to predict in has a question with an answer"
    assert len(read_predictions(exercise)) == len(re.findall(r"<!--\?", page)) >= 4


def test_the_right_answers_are_those_that_the_pages_quote(exercise: Exercise) -> None:
    for asked, found in zip(exercise.predict, read_predictions(exercise), strict=True):
        numbers = [quoted(exercise, name) for name in asked.answers()]
        if asked.kind == "number":
            assert [found.right] == numbers and found.tolerance > 0
        elif asked.answer:
            place = found.options.index(str(found.right))
            below, above = asked.options[place].below, asked.options[place - 1].below if place else None
            assert (below is None or numbers[0] < below) and (above is None or numbers[0] >= above)
        else:
            extreme = max(numbers) if asked.right == "highest" else min(numbers)
            assert numbers[found.options.index(str(found.right))] == extreme
            assert numbers.count(extreme) == 1, "a tie has no right answer"


def test_a_question_is_words_of_the_page_and_can_be_read_without_it() -> None:
    assert len(set(CODES)) == len(CODES)
    for each in EVERYTHING:
        assert each.question.endswith("?") and "<!--" not in each.question and len(each.given) > 20
        assert each.step.startswith("Step ") and "minutes" not in each.step and each.computed
        page = " ".join(strip_marks(find_exercise(str(each.exercise)).page(STUDENT)).replace("\n>", " ").split())
        assert each.question in page.replace("*", "").replace("`", "")


def test_no_option_gives_itself_away_by_its_place() -> None:
    places = {each.options.index(str(each.right)) for each in EVERYTHING if each.kind == "choice"}
    assert {0, 1, 2} <= places


def test_two_points_for_what_is_right_and_none_for_what_is_not() -> None:
    for each in EVERYTHING:
        assert mark(each, each.right) == 2, each.code
        if isinstance(each.right, str):
            assert [mark(each, option) for option in each.options].count(2) == 1
            assert mark(each, "something else") == mark(each, 1.0) == 0
        else:
            edge = each.right + each.tolerance
            assert mark(each, edge) == mark(each, each.right - each.tolerance) == 2
            assert mark(each, edge + 0.01 * each.tolerance) == mark(each, str(each.right)) == 0


def test_predictions_that_were_written_get_their_two_points_right_or_wrong() -> None:
    assert [mark_writing(written, 6) for written in range(7)] == [0, 0, 0, 1, 1, 1, 2]
    assert mark_writing(0, 0) == 0


def test_what_never_happens_has_no_right_answer() -> None:
    exercise = find_exercise("1")
    known = {name: "never" if name == "half_60" else "1" for each in exercise.predict for name in each.answers()}
    found = {each.name: each for each in read_predictions(exercise, known)}
    never = found["half_hit"]
    assert isinstance(never.right, float) and math.isnan(never.right) and not never.has_answer
    assert mark(never, never.right) == 0 and never.computed.endswith(": never")
    assert never.code not in gift_text({"1": [never]}) and found["first_stop"].right == "before day 60"


def test_words_without_a_question_and_questions_without_words_are_told_at_once() -> None:
    exercise = find_exercise("3")
    page = exercise.page(STUDENT).replace("<!--?cost-->", "<!--?cots-->")
    with pytest.raises(Faults) as told:
        read_predictions(exercise, {"cost_makers": "0.98"}, page)
    words = "\n".join(told.value.sentences)
    assert "predict cost: its words are not in exercise.md" in words and "did you mean 'cost'" in words
    assert "predict who_gains: found 'makers_240'" in words


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"kind": "number", "answer": "a"}, "a number has an answer and a tolerance"),
        ({"kind": "number", "answer": "a", "tolerance": 0}, "greater than 0"),
        ({"kind": "choice", "options": [{"label": "x", "answer": "a"}]}, "two options or more"),
        ({"kind": "choice", "options": [{"label": "x", "answer": "a"}, {"label": "x", "answer": "b"}]}, "that differ"),
        ({"kind": "choice", "options": [{"label": "x", "answer": "a"}, {"label": "y"}]}, "an answer in each of them"),
        ({"kind": "choice", "answer": "a", "options": [{"label": x, "below": 1} for x in "xy"]}, "rising"),
        (
            {"kind": "choice", "answer": "a", "options": [{"label": x, "below": b} for x, b in (("x", 2), ("y", 1))]
             + [{"label": "z"}]},
            "rising",
        ),
    ],
)  # fmt: skip
def test_a_question_that_cannot_be_marked_is_refused(change: dict[str, object], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        Predict.model_validate({"name": "q", "given": "In a world.", **change})


# the page


def test_the_page_has_a_field_for_each_prediction_and_the_teachers_copy_the_answer(exercise: Exercise) -> None:
    asked = read_predictions(exercise)
    text = re.sub(r"!\[[^]]*]\([^)]*\)", "", strip_marks(exercise.page(STUDENT)))
    student, teacher = (as_html(text, {}, kind, asked) for kind in ("student", "teacher"))
    for each in asked:
        field = re.search(rf'<fieldset class="question" data-name="{each.name}".*?</fieldset>', student, re.DOTALL)
        assert field is not None, each.name
        kinds = re.findall(r'<input type="(\w+)"', field[0])
        assert kinds == ["radio"] * len(each.options) if each.kind == "choice" else kinds == ["number"]
        assert '<p class="computed" hidden>' in field[0], "the answer waits until the figure is opened"
    assert "<input" not in teacher and "hidden>" not in teacher and "<textarea" not in teacher
    assert teacher.count('<p class="computed">') == len(asked)
    assert "<!--?" not in student and "&lt;!--" not in student


def test_questions_follow_the_names_and_words_of_a_neutral_page() -> None:
    page = find_exercise("5").page(STUDENT).replace("South Korea lose", "Neighbour lose")
    (found,) = [each for each in read_predictions(find_exercise("5"), page=page) if each.name == "neighbour_loses"]
    assert found.question == "Does Neighbour lose cars with a joint stock?" == questions_on(page)["neighbour_loses"]
