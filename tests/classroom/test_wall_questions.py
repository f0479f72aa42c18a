"""Questions of exercises for a class: the same right answers as on the pages, and their figures."""

from __future__ import annotations

import base64
import re

import pytest

from runs.classroom import wall_questions as wall
from runs.classroom.exercise import EXERCISES, exercise_folders, read_exercise
from runs.classroom.predictions import read_predictions
from runs.classroom.wall_questions import draw_for_wall, questions_of, wall_questions
from tests.support.exercises import made_up

SAME = ("%", "0.5 %")  # what is written alike in all languages


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
            for code in ("ja", "ko", "zh"):
                told = question.elsewhere[code]
                shown = (question.asked, question.words, *question.options, *filter(None, (question.unit,)))
                assert all(told[text] and (told[text] != text or text in SAME) for text in shown), (name, code)


def test_figures_for_the_wall_are_in_its_language_and_name_nobody_in_a_neutral_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(wall, "run_exercise", made_up)
    wall.played.cache_clear()
    name, drawn = "05-koreas-tightrope", {}
    for code, neutral in (("en", False), ("ko", False), ("en", True), ("ko", True)):
        figures = wall.drawer_for_wall(neutral)(name, code)
        drawn[code, neutral] = {each: base64.b64decode(figure.partition(",")[2]) for each, figure in figures.items()}
    wall.played.cache_clear()
    assert all(set(figures) == set(drawn["en", False]) for figures in drawn.values())
    for each, korean in drawn["ko", False].items():
        assert b'xml:lang="ko"' in korean and re.search("[가-힣]", korean.decode())
        assert drawn["en", False][each] != drawn["en", True][each] == drawn["ko", True][each]


@pytest.mark.slow
@pytest.mark.subprocess
def test_each_question_has_the_figure_of_its_runs() -> None:
    name = "01-where-did-the-two-months-go"
    figures = draw_for_wall(name)
    assert set(figures) <= {each.name for each in questions_of(read_exercise(EXERCISES / name))} and len(figures) >= 4
    head, _, content = next(iter(figures.values())).partition(",")
    assert head == "data:image/svg+xml;base64" and b"<svg" in base64.b64decode(content)
