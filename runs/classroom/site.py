"""A folder of ready pages for a class: for students, for paper, for the projector, for the teacher, and a plan."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from runs.classroom.anonymised_names import anonymise_page
from runs.classroom.check import known_numbers
from runs.classroom.course import minutes_of, read_course
from runs.classroom.exercise import STUDENT, TEACHER, Exercise, Reword, read_exercise
from runs.classroom.gift import gift_text
from runs.classroom.language import (
    ENGLISH,
    ENGLISH_CODE,
    NAMES,
    Language,
    frame_language,
    language_of,
    languages_of,
    translate_course,
    translate_exercise,
    translate_tables,
)
from runs.classroom.page import Drawing, Kind, draw_figures, render_page, templates
from runs.classroom.predictions import Prediction, read_predictions
from runs.classroom.qti import qti_package
from runs.classroom.quoted_numbers import tables_quoted, update_quotes
from runs.classroom.slides import render_slides

FOLDERS: dict[Kind, str] = {"student": "students", "handout": "paper", "teacher": "teacher"}
SLIDES, BANK = "slides", "question-bank"
PLAN = "course-plan.html"
GIFT, QTI = "predictions.gift.txt", "predictions.qti.zip"


@dataclass(frozen=True)
class Material:
    """What the pages of an exercise are made of: its texts with current numbers, its figures, its answers.

    for_teacher: the texts as the teacher's copy has them, with the sources; language: that of the exercise, its texts
    and its figures; notes: that of the teacher's notes, English where there are none in the language.
    """

    exercise: Exercise
    texts: Mapping[str, str]
    for_teacher: Mapping[str, str]
    drawings: Mapping[str, Drawing]
    known: Mapping[str, str]
    language: Language = ENGLISH
    notes: Language = ENGLISH

    def page(self, kind: Kind) -> str:
        """A page as HTML."""
        texts = self.for_teacher if kind == "teacher" else self.texts
        return render_page(self.exercise, texts, self.drawings, kind, self.known, self.language, self.notes)

    @property
    def name(self) -> str:
        """The name of its files."""
        return file_name(self.exercise)

    def slides(self) -> str:
        """The slides as HTML."""
        return render_slides(self.exercise, self.texts, self.drawings, self.known, self.language)

    def predictions(self) -> tuple[Prediction, ...]:
        """The predictions with their right answers."""
        return read_predictions(self.exercise, self.known, self.texts[STUDENT], self.language)


def gather_material(
    exercise: Exercise, tables: Mapping[str, pd.DataFrame], neutral: bool, code: str = ENGLISH_CODE
) -> Material:
    """Put together what the pages of an exercise are made of, in a language by its code.

    neutral: whether countries and firms have other names, which there are in English.
    """
    language = language_of(exercise, code)
    notes = language if code in languages_of(exercise, TEACHER) else ENGLISH
    known, texts = known_numbers(exercise, tables), {}
    for name, words in ((STUDENT, language), (TEACHER, notes)):
        shown = {answer: words.say(number) for answer, number in known.items()}
        shown |= tables_quoted(exercise, tables, words)
        texts[name] = update_quotes(exercise.page(words.file(name)), shown, name)
    for_teacher = texts
    if neutral:
        texts, for_teacher = (
            {name: anonymise_page(text, teacher) for name, text in texts.items()} for teacher in (False, True)
        )
    translated, named = translate_exercise(exercise, language), translate_tables(tables, language)
    drawings = draw_figures(translated, named, language)
    return Material(translated, texts, for_teacher, drawings, known, language, notes)


def file_name(exercise: Exercise) -> str:
    """A name for files of an exercise: its number and its English title, which may be a neutral one.

    >>> from runs.classroom.exercise import find_exercise
    >>> file_name(find_exercise("5"))
    '05-koreas-tightrope'
    """
    english = exercise if exercise.title.isascii() else read_exercise(exercise.folder)
    words = re.findall(r"\w+", english.title.lower().replace("'", ""))
    return "-".join([exercise.code, *words])


def write_site(folder: Path, materials: Mapping[str, Sequence[Material]], whole: bool, reword: Reword = str) -> None:
    """Write the pages of exercises into an empty folder, the first language on top, others in folders of their own.

    materials: those of each language by its code; whole: whether they are the whole course, which has a plan.
    """
    materials = {code: some for code, some in materials.items() if some}
    top = next(iter(materials))
    places = {code: folder if code == top else folder / code for code in materials}
    for code, place in places.items():
        place.mkdir(exist_ok=True)
        write_pages(place, materials[code])
        language = frame_language(code)
        exercises = [material.exercise for material in materials[code]]
        if whole:
            (place / PLAN).write_text(render_course(exercises, reword, code), encoding="utf-8")
        up = "" if code == top else "../"
        links = [(each, NAMES[each], f"{up}{'' if each == top else f'{each}/'}index.html") for each in places]
        index = templates(language).get_template("site.html")
        for where, teacher in ((place, True), (place / FOLDERS["student"], False)):
            page = index.render(
                exercises=exercises,
                file_name=file_name,
                teacher=teacher,
                plan=PLAN if whole else "",
                languages=[link for link in links if link[0] != code] if teacher else [],
            )
            (where / "index.html").write_text(page, encoding="utf-8")


def write_pages(folder: Path, materials: Sequence[Material]) -> None:
    """Write the pages, the slides and the question bank of some exercises in one language."""
    for kind, name in FOLDERS.items():
        (folder / name).mkdir()
        for material in materials:
            (folder / name / f"{material.name}.html").write_text(material.page(kind), encoding="utf-8")
    (folder / SLIDES).mkdir()
    for material in materials:
        (folder / SLIDES / f"{material.name}.html").write_text(material.slides(), encoding="utf-8")
    (folder / BANK).mkdir()
    write_bank(folder / BANK, [(material.exercise, material.predictions()) for material in materials])


def render_course(exercises: Sequence[Exercise], reword: Reword = str, code: str = ENGLISH_CODE) -> str:
    """Render the plan of the course in a language, which prints on two pages."""
    course = translate_course(read_course(exercises, reword=reword), code)
    plans = [(plan, minutes_of(plan, exercises)) for plan in course.plan]
    in_order = sorted(exercises, key=lambda exercise: (exercise.number == 0, exercise.number))  # 0 needs Python
    page = templates(frame_language(code)).get_template("course.html")
    return page.render(course=course, plans=plans, exercises=in_order)


def write_bank(folder: Path, some: Sequence[tuple[Exercise, Sequence[Prediction]]]) -> int:
    """Write predictions as a question bank, in two formats; return how many there are."""
    chapters = {f"{exercise.number}. {exercise.title}": asked for exercise, asked in some}
    (folder / GIFT).write_text(gift_text(chapters), encoding="utf-8")
    (folder / QTI).write_bytes(qti_package(chapters))
    return sum(len(asked) for asked in chapters.values())
