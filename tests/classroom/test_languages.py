"""Students' pages in every language: marks, numbers, figures and questions as in English, and no text missing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from runs.__main__ import main
from runs.class_game.questions import plain_questions
from runs.classroom import page as pages
from runs.classroom.course import read_course
from runs.classroom.exercise import EXERCISES, STUDENT, TEACHER, Exercise, Sweep, exercise_folders, read_exercise
from runs.classroom.figures import RUN_LABEL, UNIT
from runs.classroom.language import (
    FRAME,
    KEYS_OF_TEXTS,
    NAMES,
    file_in,
    frame_language,
    language_of,
    languages_of,
    read_words,
    translate_course,
    translate_exercise,
)
from runs.classroom.page import BLOCK_QUOTE
from runs.classroom.predictions import read_predictions, with_unit
from runs.classroom.quoted_numbers import CLAIM, QUOTE
from runs.classroom.sections import headings
from runs.classroom.site import gather_material
from runs.classroom.wall_questions import wall_questions
from runs.commands.exercise import LANGUAGES
from tests.support.exercises import made_up

EVERY = [read_exercise(folder) for folder in exercise_folders()]
ELSEWHERE = [code for code in NAMES if code != "en"]
MARK = re.compile(r"<!--.*?-->")
FIGURE = re.compile(r"\]\(figure:([\w-]+)\)")
CODE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
SURE = re.compile(r"\[(?:high|med|low)\](?!\()")
SAID = re.compile(r"\bsay\(\s*(?:\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)')")
WHOLE = re.compile(r"(?<![\w.,])\d[\d,]*(?![\w.,]*\d)", re.ASCII)
LEAST_NUMBER = 32  # smaller ones may be days of a month, or words in English
POINTS = re.compile(r"(?<=\| )(?:[REL]\d|[\d½]+)(?= \|)")  # in a row of a table: points, or an item of a rubric
EAST_ASIAN = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")

PAIRS = [(each, code) for each in EVERY for code in ELSEWHERE]
both = pytest.mark.parametrize(("exercise", "code"), PAIRS, ids=[f"{each.code}-{code}" for each, code in PAIRS])


def texts_under_keys(content: Any, read: bool = False) -> Iterator[str]:
    """The texts of nested tables that people read."""
    if isinstance(content, dict):
        for key, part in content.items():
            yield from texts_under_keys(part, read or key in KEYS_OF_TEXTS)
    elif isinstance(content, list | tuple):
        for part in content:
            yield from texts_under_keys(part, read)
    elif read and isinstance(content, str) and content:
        yield content


def texts_of(exercise: Exercise) -> list[str]:
    """What pages show of an exercise.toml: of answers only what a question is answered with, and no notes of shocks."""
    content = exercise.model_dump(include={"title", "about", "needs", "objectives", "predict"}, exclude_defaults=True)
    found = list(texts_under_keys(content))
    asked = {name for each in exercise.predict for name in each.answers()}
    found += [answer.meaning for answer in exercise.answer if answer.name in asked]
    for sweep in exercise.sweep:
        found += sweep.labels.values()
        for axis in sweep.axis:
            found += [axis.label, *(choice.label for choice in axis.choices)]
        found += texts_under_keys([figure.model_dump(exclude_defaults=True) for figure in sweep.figure])
    return list(dict.fromkeys(found))


def labels_up(sweep: Sweep) -> list[str]:
    """What stands along the upright axes of the figures of a sweep."""
    return [figure.label_y for figure in sweep.figure]


def said_by_pages() -> set[str]:
    """What the frame of pages says, in templates, script and figures."""
    room = Path(pages.__file__).parent
    files = [*room.glob("*.html"), *room.glob("exercise.js"), *room.glob("*.py")]
    found = (part for file in files for part in SAID.findall(file.read_text(encoding="utf-8")))
    return {(double or single).replace("\\'", "'") for double, single in found}


@both
@pytest.mark.parametrize("page", [STUDENT, TEACHER])
def test_a_page_has_the_marks_figures_and_code_of_the_english_one(exercise: Exercise, code: str, page: str) -> None:
    english, other = (exercise.page(file_in(page, each)) for each in ("en", code))
    assert MARK.findall(other) == MARK.findall(english)
    assert FIGURE.findall(other) == FIGURE.findall(english)
    assert [len(headings(each)) for each in (other, english)] == [len(headings(english))] * 2
    assert [block.split("\n")[0] for block in CODE.findall(other)] == [
        block.split("\n")[0] for block in CODE.findall(english)
    ]
    assert len(BLOCK_QUOTE.findall(other)) == len(BLOCK_QUOTE.findall(english))
    assert numbers_quoted(other) == numbers_quoted(english), "the same numbers are quoted"
    assert len(SURE.findall(other)) == len(SURE.findall(english)), "how sure each source is, and not a link"


def numbers_quoted(page: str) -> list[tuple[str, str]]:
    """The numbers that a page quotes; tables are in its own language."""
    return [(name, text) for name, text in QUOTE.findall(page) if not name.startswith("table:")]


@both
@pytest.mark.parametrize("page", [STUDENT, TEACHER])
def test_numbers_in_words_are_those_of_the_english_page(exercise: Exercise, code: str, page: str) -> None:
    def numbers(text: str) -> set[int]:
        plain = re.sub(r"`[^`]*`|\b(?:19|20)\d\d\b", "", CLAIM.sub("", QUOTE.sub("", CODE.sub("", text))))
        prose = plain[: plain.rindex("\n## ")] if page == STUDENT else plain  # the last section is that of sources
        found = (int(each.replace(",", "")) for each in WHOLE.findall(prose))
        return {each for each in found if each >= LEAST_NUMBER}

    english, other = (exercise.page(file_in(page, each)) for each in ("en", code))
    assert numbers(english) <= numbers(other)


@both
def test_the_tables_of_the_teachers_page_have_the_rows_of_the_english_one(exercise: Exercise, code: str) -> None:
    def rows(page: str) -> list[list[str]]:
        lines = QUOTE.sub("", page).split("\n")
        return [POINTS.findall(line) for line in lines if line.startswith("|")]

    english, other = (exercise.page(file_in(TEACHER, each)) for each in ("en", code))
    assert rows(other) == rows(english), "points, and the items they are for"


@both
def test_every_text_of_an_exercise_is_translated_and_nothing_else_is_kept(exercise: Exercise, code: str) -> None:
    own = read_words(exercise.folder / f"words.{code}.json")
    needed = [text for text in texts_of(exercise) if text not in read_words(FRAME / f"{code}.json")]
    assert sorted(own) == sorted(needed)
    assert all(own.values()) and len(set(own.values())) == len(own), "two English texts with one translation"
    for english in (text for sweep in exercise.sweep for text in (*sweep.labels.values(), *labels_up(sweep))):
        assert bool(UNIT.search(english)) == bool(UNIT.search(own[english])), "the unit stands in brackets at the end"
    slots = [text for text in own if "{" in text]
    assert not slots


@pytest.mark.parametrize("code", ELSEWHERE)
def test_the_frame_of_pages_and_the_plan_of_the_course_are_translated(code: str) -> None:
    words = read_words(FRAME / f"{code}.json")
    units = {answer.unit for exercise in EVERY for answer in exercise.answer if answer.unit}
    assert set(words) == said_by_pages() | units | {RUN_LABEL, "never", "days"}
    for english, other in words.items():
        assert sorted(re.findall(r"\{\d\}", english)) == sorted(re.findall(r"\{\d\}", other)) and other, english
    course = read_course(EVERY)
    texts = [course.title, *course.about, *(part for plan in course.plan for part in (plan.name, plan.note))]
    assert sorted(json.loads((EXERCISES / f"course.{code}.json").read_text(encoding="utf-8"))) == sorted(set(texts))
    translated = translate_course(course, code)
    assert all(EAST_ASIAN.search(text) for text in (translated.title, *translated.about))
    assert [plan.exercises for plan in translated.plan] == [plan.exercises for plan in course.plan]


def test_no_file_of_words_has_a_key_twice() -> None:
    files = [each for each in EXERCISES.parent.rglob("*.json") if each.stem.split(".")[-1] in NAMES]
    assert len(files) > 40
    for file in files:
        json.loads(file.read_text(encoding="utf-8"), object_pairs_hook=partial(once_each, file))


def once_each(file: Path, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The pairs of a JSON object, each key once."""
    assert len(dict(pairs)) == len(pairs), file
    return dict(pairs)


@both
def test_predictions_have_the_same_right_answers_in_every_language(exercise: Exercise, code: str) -> None:
    language = language_of(exercise, code)
    english = read_predictions(exercise)
    other = read_predictions(translate_exercise(exercise, language), language=language)
    assert [each.name for each in other] == [each.name for each in english]
    for one, two in zip(english, other, strict=True):
        if one.kind == "choice" and one.right:
            assert two.options.index(str(two.right)) == one.options.index(str(one.right))
        else:
            assert str(two.right) == str(one.right) and two.tolerance == one.tolerance
        assert EAST_ASIAN.search(two.question) and EAST_ASIAN.search(two.given) and EAST_ASIAN.search(two.computed)


@both
@pytest.mark.slow
def test_figures_and_pages_are_in_the_language(exercise: Exercise, code: str) -> None:
    material = gather_material(exercise, made_up(exercise), neutral=False, code=code)
    for sweep in material.exercise.sweep:
        for figure in sweep.figure:
            assert any(figure.title in drawing.svg for drawing in material.drawings.values()), figure.title
    words = {text for text in language_of(exercise, code).words if " " in text}  # units stand in lists in English, too
    for kind in ("student", "handout"):
        text = re.sub(r"<(style|script)>.*?</\1>|data:image[^\"]*", "", material.page(kind), flags=re.DOTALL)
        shown = set(re.findall(r">([^<>]+)<", text))
        assert not shown & words


def test_an_exercise_of_ones_own_need_not_be_in_every_language(tmp_path: Path) -> None:
    own = EVERY[1].model_copy(update={"folder": tmp_path})
    (tmp_path / STUDENT).write_text("# Mine\n", encoding="utf-8")
    assert languages_of(own) == ["en"] and languages_of(EVERY[1]) == list(NAMES)
    assert languages_of(EVERY[1], TEACHER) == list(NAMES)


def test_a_text_without_a_translation_stays_english_and_what_never_happens_is_said_in_the_language() -> None:
    language = frame_language("ja")
    assert language.say("No such text {0}", 5) == "No such text 5"
    assert with_unit("never", "day", language) == language.say("never") != "never"


def test_exercises_are_listed_in_each_language_that_can_be_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert tuple(NAMES) == LANGUAGES, "named in the command as well, which loads nothing else for its help"
    for code in LANGUAGES:
        assert main(["exercise", "--language", code]) == 0
        listed = capsys.readouterr().out
        assert all(translate_exercise(each, language_of(each, code)).title in listed for each in EVERY)


def test_a_teacher_chooses_an_exercise_of_the_wall_by_its_title_in_the_language() -> None:
    for name, asked in wall_questions().items():
        titles = asked[0].titles
        assert list(titles) == list(NAMES) and all(each.titles == titles for each in asked)
        assert titles["en"].startswith(f"{int(name[:2])}. ") and all(EAST_ASIAN.search(titles[c]) for c in ELSEWHERE)
    assert all(list(each.titles) == ["en"] for some in plain_questions(wall_questions()).values() for each in some)
