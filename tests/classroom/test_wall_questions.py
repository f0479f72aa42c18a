"""Questions of exercises for a class: the same right answers as on the pages, and their figures."""

from __future__ import annotations

import base64

import pytest

from runs.classroom.exercise import EXERCISES, exercise_folders, read_exercise
from runs.classroom.predictions import read_predictions
from runs.classroom.wall_questions import draw_for_wall, questions_of, wall_questions


def test_the_wall_asks_what_the_pages_ask_and_knows_the_same_answers() -> None:
    asked = wall_questions()
    assert list(asked) == [path.name for path in exercise_folders()] and all(asked.values())
    for name, questions in asked.items():
        right = {each.name: each for each in read_predictions(read_exercise(EXERCISES / name)) if each.has_answer}
        assert [question.name for question in questions] == list(right)
        for question in questions:
            each = right[question.name]
            answer = question.options[int(question.answer)] if question.kind == "choice" else question.answer
            assert each.is_right(answer) and question.asked.endswith(each.question) and question.words == each.computed


@pytest.mark.slow
@pytest.mark.subprocess
def test_each_question_has_the_figure_of_its_runs() -> None:
    name = "01-where-did-the-two-months-go"
    figures = draw_for_wall(name)
    assert set(figures) <= {each.name for each in questions_of(read_exercise(EXERCISES / name))} and len(figures) >= 4
    head, _, content = next(iter(figures.values())).partition(",")
    assert head == "data:image/svg+xml;base64" and b"<svg" in base64.b64decode(content)
