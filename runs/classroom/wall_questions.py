"""The predictions of exercises as questions for a class: what is asked, what was computed, and the figure of it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from functools import cache, partial

import pandas as pd

from runs.class_game.questions import Question
from runs.classroom.anonymised_names import anonymise_text
from runs.classroom.exercise import EXERCISES, Exercise, exercise_folders, read_exercise
from runs.classroom.language import (
    ENGLISH_CODE,
    language_of,
    languages_of,
    translate_exercise,
    translate_tables,
)
from runs.classroom.page import draw_figures
from runs.classroom.predictions import Prediction, read_predictions
from runs.classroom.sweep import run_exercise

FULL_STOPS = ("。", "？", "！")


def wall_questions() -> dict[str, tuple[Question, ...]]:
    """The questions of each exercise by the name of its folder, without a run."""
    return {path.name: questions_of(read_exercise(path)) for path in exercise_folders()}


def questions_of(exercise: Exercise) -> tuple[Question, ...]:
    """The questions of an exercise; those to which no answer can be right are left out."""
    others = {code: predictions_in(exercise, code) for code in languages_of(exercise) if code != ENGLISH_CODE}
    titles = {code: title_in(exercise, code) for code in languages_of(exercise)}
    return tuple(
        question(each, {code: translations(each, asked[place]) for code, asked in others.items()}, titles)
        for place, each in enumerate(read_predictions(exercise))
        if each.has_answer
    )


def predictions_in(exercise: Exercise, code: str) -> tuple[Prediction, ...]:
    """The predictions of an exercise in a language."""
    language = language_of(exercise, code)
    return read_predictions(translate_exercise(exercise, language), language=language)


def title_in(exercise: Exercise, code: str) -> str:
    """The number and the title of an exercise in a language."""
    return f"{exercise.number}. {translate_exercise(exercise, language_of(exercise, code)).title}"


def question(each: Prediction, elsewhere: Mapping[str, Mapping[str, str]], titles: Mapping[str, str]) -> Question:
    """A prediction as the wall asks it, with its texts in other languages, and the titles of its exercise."""
    place = each.options.index(each.right) if isinstance(each.right, str) else each.right
    return Question(
        each.name, words_asked(each), each.kind, each.options, each.unit, float(place), each.computed, each.tolerance,
        elsewhere, titles,
    )  # fmt: skip


def words_asked(each: Prediction) -> str:
    """What is given and what is asked, in a text; after a full stop of East Asia no space follows."""
    between = "" if each.given.endswith(FULL_STOPS) else " "
    return f"{each.given}{between}{each.question}".strip()


def translations(english: Prediction, other: Prediction) -> dict[str, str]:
    """What the wall and the phones show of a prediction: English text -> text in the other's language."""
    texts = {words_asked(english): words_asked(other), english.computed: other.computed, english.unit: other.unit}
    return {**texts, **dict(zip(english.options, other.options, strict=True))}


def draw_for_wall(name: str, code: str = ENGLISH_CODE, neutral: bool = False) -> Mapping[str, str]:
    """Run an exercise once, and draw the figure of each question in a language, as the address of an image.

    neutral: countries and companies have other names, which there are in English.
    """
    exercise, tables = played(name, neutral)
    language = language_of(exercise, ENGLISH_CODE if neutral else code)
    shown = translate_exercise(exercise, language)
    drawings = draw_figures(shown, translate_tables(tables, language), language)
    sweeps = {answer.name: answer.sweep for answer in exercise.answer}
    found = {}
    for asked in exercise.predict:
        sweep = next((sweeps[answer] for answer in asked.answers() if sweeps.get(answer) in drawings), "")
        if sweep:
            svg = drawings[sweep].svg.encode("utf-8")
            found[asked.name] = f"data:image/svg+xml;base64,{b64encode(svg).decode('ascii')}"
    return found


def drawer_for_wall(neutral: bool) -> Callable[[str, str], Mapping[str, str]]:
    """What draws the figures of an exercise in a language, with neutral names or not."""
    return partial(draw_for_wall, neutral=neutral)


@cache
def played(name: str, neutral: bool) -> tuple[Exercise, dict[str, pd.DataFrame]]:
    """An exercise and what its runs measured; they are run once."""
    exercise = read_exercise(EXERCISES / name, anonymise_text if neutral else str)
    return exercise, run_exercise(exercise)
