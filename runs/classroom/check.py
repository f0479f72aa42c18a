"""Checking the numbers that the pages of an exercise quote against its runs, and updating them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from runs.classroom.answers import Lesson, compute_answers, lessons, number_text, quotable
from runs.classroom.exercise import STUDENT, TEACHER, Exercise
from runs.classroom.language import file_in, language_of, languages_of
from runs.classroom.mind_words import mind_word_tables
from runs.classroom.quoted_numbers import Stale, find_stale, tables_quoted, update_quotes
from runs.files.durable import write_whole


def page_files(exercise: Exercise) -> dict[str, list[str]]:
    """The files of the pages of an exercise by the code of their language: the student's and the teacher's."""
    found: dict[str, list[str]] = {}
    for page in (STUDENT, TEACHER):
        for code in languages_of(exercise, page):
            found.setdefault(code, []).append(file_in(page, code))
    return found


def known_numbers(exercise: Exercise, tables: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    """Everything that an English page may quote, as text, by name."""
    numbers = quotable(exercise, compute_answers(exercise, tables))
    return {**numbers, **tables_quoted(exercise, tables), **mind_word_tables()}


def known_by_language(exercise: Exercise, tables: Mapping[str, pd.DataFrame]) -> Iterator[tuple[str, dict[str, str]]]:
    """The files of the pages of an exercise, each with what it may quote: its tables are in its language."""
    known = known_numbers(exercise, tables)
    for code, names in page_files(exercise).items():
        here = known | tables_quoted(exercise, tables, language_of(exercise, code))
        yield from ((name, here) for name in names)


def check_pages(exercise: Exercise, tables: Mapping[str, pd.DataFrame]) -> tuple[str, bool]:
    """A report on lessons and quoted numbers, and whether all of them hold."""
    pages = known_by_language(exercise, tables)
    old = [each for name, known in pages for each in find_stale(exercise.page(name), known, name)]
    held = lessons(exercise, compute_answers(exercise, tables))
    broken = [each for each in held if not each.holds]
    loose = [each for each in held if each.holds and each.loose_bounds]
    head = f"exercise {exercise.number}, {exercise.title}"
    if not old and not broken and not loose:
        return f"{head}: {len(held)} lessons hold, all quoted numbers are up to date", True
    lines = [f"{head}: {len(broken)} of {len(held)} lessons no longer hold, {len(old)} quoted numbers are out of date"]
    lines += [lesson_line(each) for each in broken] + [stale_line(each) for each in old]
    lines += [loose_line(each) for each in loose]
    if old:
        lines.append(f"  'linestop exercise {exercise.number} --update' writes the new numbers")
    return "\n".join(lines), False


def lesson_line(lesson: Lesson) -> str:
    """A lesson that no longer holds, in a line."""
    answer = lesson.answer
    value = number_text(lesson.value, max(answer.digits, 2))
    words = answer.lesson or answer.meaning
    return f"  lesson  {answer.name} = {value} {answer.unit} (expected {lesson.bounds}): {words}"


def loose_line(lesson: Lesson) -> str:
    """A lesson with a bound so far away that it would hold whatever happens, in a line."""
    answer = lesson.answer
    value, bounds = (
        number_text(lesson.value, max(answer.digits, 2)),
        " and ".join(map("{:g}".format, lesson.loose_bounds)),
    )
    return f"  bound   {answer.name} = {value} {answer.unit}: {bounds} is further away than a factor of two"


def stale_line(each: Stale) -> str:
    """A number that is out of date, in a line; of a table only its name."""
    if each.name.startswith("table:"):
        return f"  table   {each.page}: {each.name.removeprefix('table:')}"
    return f"  number  {each.page}: {each.name} is quoted as {each.quoted}, computed as {each.computed}"


def update_pages(exercise: Exercise, tables: Mapping[str, pd.DataFrame]) -> str:
    """Write the current numbers into the pages; return a report on what changed."""
    changes = []
    for name, known in known_by_language(exercise, tables):
        text = exercise.page(name)
        changes += [stale_line(each) for each in find_stale(text, known, name)]
        write_whole(exercise.folder / name, update_quotes(text, known, name))
    head = f"exercise {exercise.number}: {len(changes)} numbers rewritten"
    reminder = ["  if pages that were published say otherwise, CHANGELOG.md needs a line under 'Results change'"]
    return "\n".join([head, *changes, *(reminder if changes else [])])
