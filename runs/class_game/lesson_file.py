"""What class.toml says: lessons by length with the teacher's script, which seats are filled first, and history."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from model.tables.documents import read_document

FILE = Path(__file__).with_name("class.toml")


class ClassPart(BaseModel):
    """A part of the file; nothing in it changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Step(ClassPart):
    """What a teacher does from a minute on."""

    minute: int
    words: str


class Lesson(ClassPart):
    """A lesson of so many minutes: turns, seconds for each, and the teacher's script."""

    minutes: int
    turns: int
    seconds: int
    step: tuple[Step, ...]


class Event(ClassPart):
    """Something that happened, in a sentence, with its source; and how a room tells it that takes no sides."""

    words: str
    source: str
    neutral_words: str
    neutral_source: str


class ClassFile(ClassPart):
    """The whole file. control_every: one world in so many gets only the scare; untimed_turns wait for the teacher.

    languages: in which the wall can be shown.
    """

    languages: tuple[str, ...]
    seats: tuple[str, ...]
    control_every: int
    untimed_turns: int
    reveal_seconds: int
    lesson: tuple[Lesson, ...]
    history: tuple[Event, ...]

    def lesson_of(self, minutes: int) -> Lesson:
        """The lesson of so many minutes. Raise ValueError where there is none."""
        for lesson in self.lesson:
            if lesson.minutes == minutes:
                return lesson
        known = ", ".join(str(lesson.minutes) for lesson in self.lesson)
        raise ValueError(f"there is no lesson of {str(minutes)[:20]} minutes; choose one of {known}")


CLASS = ClassFile.model_validate(read_document(FILE))
