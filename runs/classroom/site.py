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
from runs.classroom.exercise import STUDENT, TEACHER, Exercise, Reword
from runs.classroom.gift import gift_text
from runs.classroom.page import Drawing, Kind, draw_figures, render_page, templates
from runs.classroom.predictions import Prediction, read_predictions
from runs.classroom.qti import qti_package
from runs.classroom.quoted_numbers import update_quotes
from runs.classroom.slides import render_slides

FOLDERS: dict[Kind, str] = {"student": "students", "handout": "paper", "teacher": "teacher"}
SLIDES, BANK = "slides", "question-bank"
PLAN = "course-plan.html"
GIFT, QTI = "predictions.gift.txt", "predictions.qti.zip"


@dataclass(frozen=True)
class Material:
    """What the pages of an exercise are made of: its texts with current numbers, its figures, its answers.

    for_teacher: the texts as the teacher's copy has them, with the sources.
    """

    exercise: Exercise
    texts: Mapping[str, str]
    for_teacher: Mapping[str, str]
    drawings: Mapping[str, Drawing]
    known: Mapping[str, str]

    def page(self, kind: Kind) -> str:
        """A page as HTML."""
        texts = self.for_teacher if kind == "teacher" else self.texts
        return render_page(self.exercise, texts, self.drawings, kind, self.known)

    @property
    def name(self) -> str:
        """The name of its files."""
        return file_name(self.exercise)

    def slides(self) -> str:
        """The slides as HTML."""
        return render_slides(self.exercise, self.texts, self.drawings, self.known)

    def predictions(self) -> tuple[Prediction, ...]:
        """The predictions with their right answers."""
        return read_predictions(self.exercise, self.known, self.texts[STUDENT])


def gather_material(exercise: Exercise, tables: Mapping[str, pd.DataFrame], neutral: bool) -> Material:
    """Put together what the pages of an exercise are made of; `neutral` gives countries and firms other names."""
    known = known_numbers(exercise, tables)
    texts = {name: update_quotes(exercise.page(name), known, name) for name in (STUDENT, TEACHER)}
    for_teacher = texts
    if neutral:
        texts, for_teacher = (
            {name: anonymise_page(text, teacher) for name, text in texts.items()} for teacher in (False, True)
        )
    return Material(exercise, texts, for_teacher, draw_figures(exercise, tables), known)


def file_name(exercise: Exercise) -> str:
    """A name for files of an exercise: its number and its title, which may be a neutral one.

    >>> from runs.classroom.exercise import find_exercise
    >>> file_name(find_exercise("5"))
    '05-koreas-tightrope'
    """
    words = re.findall(r"\w+", exercise.title.lower().replace("'", ""))
    return "-".join([exercise.code, *words])


def write_site(folder: Path, materials: Sequence[Material], whole: bool, reword: Reword = str) -> None:
    """Write the pages of exercises into an empty folder, with an index; of the `whole` course also its plan."""
    exercises = [material.exercise for material in materials]
    for kind, name in FOLDERS.items():
        (folder / name).mkdir()
        for material in materials:
            file = folder / name / f"{material.name}.html"
            file.write_text(material.page(kind), encoding="utf-8")
    (folder / SLIDES).mkdir()
    for material in materials:
        file = folder / SLIDES / f"{material.name}.html"
        file.write_text(material.slides(), encoding="utf-8")
    if whole:
        (folder / PLAN).write_text(render_course(exercises, reword), encoding="utf-8")
    (folder / BANK).mkdir()
    write_bank(folder / BANK, [(material.exercise, material.predictions()) for material in materials])
    index = templates().get_template("site.html")
    for place, teacher in ((folder, True), (folder / FOLDERS["student"], False)):
        page = index.render(exercises=exercises, file_name=file_name, teacher=teacher, plan=PLAN if whole else "")
        (place / "index.html").write_text(page, encoding="utf-8")


def render_course(exercises: Sequence[Exercise], reword: Reword = str) -> str:
    """Render the plan of the course, which prints on two pages."""
    course = read_course(exercises, reword=reword)
    plans = [(plan, minutes_of(plan, exercises)) for plan in course.plan]
    in_order = sorted(exercises, key=lambda exercise: (exercise.number == 0, exercise.number))  # 0 needs Python
    return templates().get_template("course.html").render(course=course, plans=plans, exercises=in_order)


def write_bank(folder: Path, some: Sequence[tuple[Exercise, Sequence[Prediction]]]) -> int:
    """Write predictions as a question bank, in two formats; return how many there are."""
    chapters = {f"{exercise.number}. {exercise.title}": asked for exercise, asked in some}
    (folder / GIFT).write_text(gift_text(chapters), encoding="utf-8")
    (folder / QTI).write_bytes(qti_package(chapters))
    return sum(len(asked) for asked in chapters.values())
