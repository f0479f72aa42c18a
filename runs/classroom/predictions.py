"""Predictions: what a class writes down before it looks, each with its right answer as the runs computed it."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from model.tables.faults import Faults, unknown
from runs.classroom.answers import NEVER
from runs.classroom.exercise import STUDENT, TEACHER, Exercise
from runs.classroom.language import ENGLISH, Language
from runs.classroom.questions import Predict
from runs.classroom.quoted_numbers import find_quotes, strip_marks
from runs.classroom.sections import split_sections, without_minutes

QUESTION = re.compile(r"<!--\?(?P<name>\w+)-->(?P<words>.*?)<!--/\?-->", re.DOTALL)
POINTS = 2  # for a prediction that is right
POINTS_FOR_WRITING = 2  # of the marking scheme, for predictions that were written, right or wrong
DATE = "day"  # the unit of a number that says when
ROUNDING = 1e-9  # of a number and a bound that are told as equal


@dataclass(frozen=True)
class Prediction:
    """A question with its right answer: a number with a tolerance, or one of some options.

    given: what somebody has to know who sees the question without the page; step: the heading of its section;
    computed: what the runs gave, in words; room: the tolerance with its unit; right: NaN, or empty, where the runs gave
    no number, since a thing never happened.
    """

    name: str
    exercise: int
    step: str
    given: str
    question: str
    kind: Literal["choice", "number"]
    options: tuple[str, ...]
    unit: str
    tolerance: float
    right: float | str
    computed: str
    room: str

    @property
    def code(self) -> str:
        """Its name among those of all exercises."""
        return f"{self.exercise}-{self.name}"

    @property
    def has_answer(self) -> bool:
        """Whether anything that is predicted can be right."""
        return bool(self.right) if isinstance(self.right, str) else not math.isnan(self.right)

    def is_right(self, value: float | str) -> bool:
        """Whether a prediction is the right option, or a number within the tolerance."""
        if isinstance(self.right, str) or isinstance(value, str):
            return self.has_answer and value == self.right
        return abs(value - self.right) <= self.tolerance + ROUNDING


def read_predictions(
    exercise: Exercise,
    known: Mapping[str, str] | None = None,
    page: str | None = None,
    language: Language = ENGLISH,
) -> tuple[Prediction, ...]:
    """The predictions of an exercise with their right answers, without a run.

    known: answers as pages quote them, by name (by default those that the pages quote, which `exercise --check` holds
    against the runs); page: the student's page, where it is not as in the exercise's folder; language: that of the
    exercise and the page. Raise Faults for a question without words, words without a question, and an answer that no
    page quotes.
    """
    student = exercise.page(language.file(STUDENT)) if page is None else page
    if known is None:
        known = dict(find_quotes(exercise.page(STUDENT) + exercise.page(TEACHER)))
    words = questions_on(student)
    faults = faults_of(exercise, words, known)
    if faults:
        raise Faults([f"{exercise.folder.name}: {fault}" for fault in faults])
    steps = steps_on(student)
    return tuple(
        prediction(exercise, each, known, words[each.name], steps[each.name], language) for each in exercise.predict
    )


def mark(prediction: Prediction, value: float | str) -> int:
    """The points for a prediction: two if it is right, else none."""
    return POINTS if prediction.is_right(value) else 0


def mark_writing(written: int, asked: int) -> int:
    """The points of the marking scheme for what was written before the figures were opened, right or wrong.

    >>> mark_writing(4, 4), mark_writing(3, 4), mark_writing(1, 4)
    (2, 1, 0)
    """
    return POINTS_FOR_WRITING * written // asked if asked else 0


def questions_on(page: str) -> dict[str, str]:
    """The words of the questions on a page, by name, in plain text.

    >>> questions_on("> <!--?stop-->Does it stop *at\\n> once*?<!--/?-->")
    {'stop': 'Does it stop at once?'}
    """
    return {found["name"]: plain_words(found["words"]) for found in QUESTION.finditer(page)}


def plain_words(markdown: str) -> str:
    """The words of a piece of a quote in Markdown, without its marks."""
    lines = re.sub(r"\n> ?", " ", strip_marks(markdown))
    return " ".join(lines.replace("*", "").replace("`", "").split())


def steps_on(page: str) -> dict[str, str]:
    """The heading above each question of a page, without its minutes, by the name of the question."""
    return {
        found["name"]: "" if section.is_title else without_minutes(section.title)
        for section in split_sections(page)
        for found in QUESTION.finditer(section.text)
    }


def faults_of(exercise: Exercise, words: Mapping[str, str], known: Mapping[str, str]) -> list[str]:
    """What is wrong between the questions of an exercise, the words on its page, and the answers that are quoted."""
    names = [each.name for each in exercise.predict]
    faults = [f"predict {name}: its words are not in {STUDENT}" for name in names if name not in words]
    faults += [f"{STUDENT}: {unknown(name, 'question', names)}" for name in words if name not in names]
    for each in exercise.predict:
        missing = [name for name in each.answers() if name not in known]
        faults += [f"predict {each.name}: {unknown(name, 'answer that a page quotes', known)}" for name in missing]
    return faults


def prediction(
    exercise: Exercise, asked: Predict, known: Mapping[str, str], question: str, step: str, language: Language
) -> Prediction:
    """A question with the answer that decides on it."""
    units = {answer.name: answer.unit for answer in exercise.answer}
    unit = units[asked.answer] if asked.kind == "number" else ""
    tolerance = asked.tolerance or 0.0
    values = {name: value_of_text(known[name]) for name in asked.answers()}
    return Prediction(
        name=asked.name,
        exercise=exercise.number,
        step=step,
        given=asked.given,
        question=question,
        kind=asked.kind,
        options=tuple(option.label for option in asked.options),
        unit=language.say(unit),
        tolerance=tolerance,
        right=values[asked.answer] if asked.kind == "number" else right_option(asked, values),
        computed=computed_words(exercise, asked, known, language),
        room=with_unit(f"{tolerance:g}", "days" if unit == DATE else unit, language),
    )


def value_of_text(text: str) -> float:
    """The number that a page quotes; NaN for what never happens.

    >>> value_of_text("1,441"), value_of_text("never")
    (1441.0, nan)
    """
    return math.nan if text == NEVER else float(text.replace(",", ""))


def right_option(asked: Predict, values: Mapping[str, float]) -> str:
    """The label of the option that the computed numbers make right; empty if a number is missing."""
    if any(math.isnan(value) for value in values.values()):
        return ""
    if asked.answer:
        value = values[asked.answer]
        return next(option.label for option in asked.options if option.below is None or value < option.below)
    extreme = max if asked.right == "highest" else min
    return extreme(asked.options, key=lambda option: values[option.answer]).label


def computed_words(exercise: Exercise, asked: Predict, known: Mapping[str, str], language: Language) -> str:
    """What the runs gave, in words: the answer with its meaning, or the number of each option."""
    answers = {answer.name: answer for answer in exercise.answer}
    if asked.answer:
        number = with_unit(known[asked.answer], answers[asked.answer].unit, language)
        return f"{answers[asked.answer].meaning}: {number}"
    each = (f"{option.label}: {language.say(known[option.answer])}" for option in asked.options)
    return f"{'; '.join(each)} ({language.say(answers[asked.options[0].answer].unit)})"


def with_unit(number: str, unit: str, language: Language = ENGLISH) -> str:
    """A number with its unit as people write it.

    >>> with_unit("63", "day"), with_unit("14", "%"), with_unit("1.5", ""), with_unit("never", "day")
    ('day 63', '14 %', '1.5', 'never')
    """
    if number == NEVER or not unit:
        return language.say(number)
    return language.say("day {0}", number) if unit == DATE else language.say("{0} {1}", number, language.say(unit))
