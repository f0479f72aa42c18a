"""What a class does together: a game in step, a league, or the questions of an exercise. A state machine without a web.

An activity is open, locked while days are computed, reveals what came of them, and ends with a debrief. Only the room
calls it, and only one caller at a time.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from runs.class_game.class_world import ClassWorld
from runs.class_game.people import Member
from runs.class_game.room_file import ActivityRows, RoomFile

OPEN, LOCKED, REVEAL, OVER, DEBRIEF = "open", "locked", "reveal", "over", "debrief"
MOST_TEXT = 600  # letters of an answer in words


@dataclass
class RoomBook:
    """What activities know of the room: its file, two clocks, people, and the version of what all see."""

    file: RoomFile
    seconds: Callable[[], float]  # of a clock that never goes back
    stamp: Callable[[], str]  # date and time, for the files
    members: dict[int, Member] = field(default_factory=dict)
    keys: set[str] = field(default_factory=set)  # of what was handed in
    version: int = 0  # of what everybody sees


class Activity(ABC):
    """Something that a class does: `rows` is what the file says of it, `phase` where it stands."""

    kind: str

    def __init__(self, book: RoomBook, rows: ActivityRows) -> None:
        self.book, self.number, self.settings = book, rows.number, rows.settings
        self.phase: dict[str, Any] = dict(rows.phase)
        self.answers = dict(rows.answers)

    @property
    def state(self) -> str:
        """Where it stands."""
        return str(self.phase["state"])

    def set_phase(self, **changed: Any) -> None:
        """Come to another phase; it is on disk before it counts."""
        phase = {**self.phase, **changed}
        self.book.file.set_phase(self.number, phase)
        self.phase = phase
        self.book.version += 1

    def answer(self, member: Member, question: str, value: Any) -> None:
        """Take somebody's answer; the newest one counts. Raise ValueError for what is no answer to it."""
        value = self.read_answer(question, value)
        self.book.file.add_answer(self.number, question, member.number, value, self.book.stamp())
        self.answers[question, member.number] = value
        member.version += 1

    @abstractmethod
    def read_answer(self, question: str, value: Any) -> Any:
        """An answer as it is kept. Raise ValueError for a question that is not asked now, and for no answer to it."""

    def begin(self) -> None:  # noqa: B027  # questions need nobody to sit down
        """Let everybody who is in the room take part."""

    def resume(self) -> None:  # noqa: B027  # only a league gives worlds one by one
        """Mend what was cut short when the server was ended."""

    @abstractmethod
    def tick(self) -> bool:
        """Let the clock have its say; whether there are days to be computed."""

    def compute(self) -> None:  # noqa: B027  # only a game in step has days to compute apart from what is handed in
        """Compute what `tick` has asked for."""

    def absent(self) -> list[ClassWorld]:
        """Worlds that `compute` needs and that are not in memory."""
        return []

    def admit(self, member: Member) -> None:  # noqa: B027  # who answers questions needs no seat
        """Let somebody take part who was not there when it began."""

    @abstractmethod
    def command(self, name: str, arguments: Mapping[str, Any]) -> None:
        """Do what the teacher asks. Raise ValueError for what cannot be done now."""

    @abstractmethod
    def phone(self, member: Member) -> dict[str, Any]:
        """What somebody's phone shows, beside the desk."""

    def desk_text(self, member: Member) -> str:
        """What somebody's seat sees, as JSON; "null" without a seat."""
        return "null"

    @abstractmethod
    def projector(self) -> dict[str, Any]:
        """What everybody sees on the wall."""

    @abstractmethod
    def teacher(self) -> dict[str, Any]:
        """What the teacher sees beside it."""


def read_number(value: Any, least: float, most: float) -> float:
    """A number that somebody has answered. Raise ValueError for anything else, and for one out of bounds."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise ValueError(f"a number from {least:,.0f} to {most:,.0f} was expected, not '{str(value)[:20]}'")
    return float(value)


def read_text(value: Any) -> str:
    """What somebody has written. Raise ValueError for what is no text."""
    if not isinstance(value, str):
        raise ValueError("a text was expected")
    return value.strip()[:MOST_TEXT]
