"""The languages of the pages of exercises: English text -> text, for the frame of all pages and for each exercise."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from runs.classroom.course import COURSE, Course
from runs.classroom.exercise import EXERCISES, STUDENT, Exercise

FRAME = Path(__file__).parent / "words"  # what pages say around an exercise
ENGLISH_CODE = "en"
NAMES = {ENGLISH_CODE: "English", "ja": "日本語", "ko": "한국어", "zh": "简体中文"}  # as each calls itself
SLOT = re.compile(r"\{(\d)\}")
KEYS_OF_TEXTS = frozenset(
    ("title", "about", "needs", "objectives", "given", "label", "labels", "remark", "label_y", "never", "level_name",
     "meaning", "at", "minus", "level", "note")
)  # in an exercise.toml or in the plan of a course: what is read by people, and places by their labels  # fmt: skip


@dataclass(frozen=True)
class Language:
    """A language of pages: its code, and its words by the English ones; English needs none."""

    code: str
    words: Mapping[str, str] = field(default_factory=dict)

    def say(self, text: str, *parts: Any) -> str:
        """A text in this language with its slots {0}, {1} filled; one without a translation stays English.

        >>> Language("de", {"Slide {0} of {1}": "Folie {0} von {1}"}).say("Slide {0} of {1}", 2, 9)
        'Folie 2 von 9'
        """
        return SLOT.sub(lambda slot: str(parts[int(slot[1])]), self.words.get(text, text))

    def with_words(self, file: Path) -> Language:
        """The language with the words of a file besides."""
        return self if self.code == ENGLISH_CODE else Language(self.code, {**self.words, **read_words(file)})

    def file(self, name: str) -> str:
        """The name of a file in this language."""
        return file_in(name, self.code)


ENGLISH = Language(ENGLISH_CODE)


@cache
def frame_language(code: str) -> Language:
    """A language by its code, with the words of the frame of pages."""
    return ENGLISH if code == ENGLISH_CODE else Language(code, read_words(FRAME / f"{code}.json"))


def language_of(exercise: Exercise, code: str) -> Language:
    """A language by its code, with the words of an exercise and of the frame of its page."""
    return frame_language(code).with_words(exercise.folder / f"words.{code}.json")


def languages_of(exercise: Exercise, page: str = STUDENT) -> list[str]:
    """The codes of the languages in which an exercise has a page, English first."""
    return [code for code in NAMES if (exercise.folder / file_in(page, code)).is_file()]


def file_in(name: str, code: str) -> str:
    """The name of a file in a language.

    >>> file_in("exercise.md", "en"), file_in("exercise.md", "ja")
    ('exercise.md', 'exercise.ja.md')
    """
    stem, _, ending = name.rpartition(".")
    return name if code == ENGLISH_CODE else f"{stem}.{code}.{ending}"


def read_words(file: Path) -> dict[str, str]:
    """The words of a file: English text -> text."""
    content: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return content


def translate_exercise(exercise: Exercise, language: Language) -> Exercise:
    """An exercise with its texts in a language: titles, labels, questions. It is shown and not run."""
    if language.code == ENGLISH_CODE:
        return exercise
    content = exercise.model_dump(exclude={"folder"}, exclude_defaults=True)
    return Exercise.model_validate({**translate_texts(content, language), "folder": exercise.folder})


def translate_course(course: Course, code: str) -> Course:
    """The plan of a course in a language."""
    if code == ENGLISH_CODE:
        return course
    language = frame_language(code).with_words(EXERCISES / f"{Path(COURSE).stem}.{code}.json")
    content = translate_texts(course.model_dump(), language)
    plans = [{**plan, "name": language.say(plan["name"])} for plan in content["plan"]]
    return Course.model_validate({**content, "plan": plans})


def translate_texts(content: Any, language: Language, read: bool = False) -> Any:
    """Nested tables with the texts under known keys in a language; `read`: whether texts here are read by people."""
    if isinstance(content, dict):
        return {key: translate_texts(part, language, read or key in KEYS_OF_TEXTS) for key, part in content.items()}
    if isinstance(content, list | tuple):
        return tuple(translate_texts(part, language, read) for part in content)
    return language.say(content) if read and isinstance(content, str) else content


def translate_tables(tables: Mapping[str, pd.DataFrame], language: Language) -> dict[str, pd.DataFrame]:
    """What the runs of an exercise measured, places on its axes called as in a language."""
    return {
        name: table.map(lambda cell: language.say(cell) if isinstance(cell, str) else cell)
        for name, table in tables.items()
    }
